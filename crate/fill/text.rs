//! A page's texts in the shape that the vocabulary is matched against.

/// Folds a text: lower case, no accents, full-width letters narrow, one space between words, and ` . ` where a
/// sentence ends. It begins and ends with a space, so that a word boundary is a space anywhere.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(' ');
    for c in text.chars().flat_map(char::to_lowercase) {
        match narrow(c) {
            '.' | '!' | '?' | ';' | '|' | '\n' | '。' | '！' | '？' | '；' | '؟' | '…' => {
                if !out.ends_with(". ") && out.len() > 1 {
                    space(&mut out);
                    out.push_str(". ");
                }
            }
            c if is_mark(c) => {}
            c if c.is_alphanumeric() || is_joined(c) => fold_letter(c, &mut out),
            _ => space(&mut out),
        }
    }
    space(&mut out);
    out
}

/// Splits a `name` or `id` into words: at case changes, digits, punctuation, and inside run-together words that
/// are made of `known` ones only (`twofactorcode`).
pub(super) fn split_name(name: &str, known: &dyn Fn(&str) -> bool) -> String {
    let mut spaced = String::with_capacity(name.len() + 8);
    let mut last = ' ';
    for c in name.chars() {
        let breaks = (c.is_uppercase() && last.is_lowercase())
            || (c.is_ascii_digit() && last.is_alphabetic())
            || (c.is_alphabetic() && last.is_ascii_digit() && !starts_factor(&spaced, c));
        if breaks {
            spaced.push(' ');
        }
        spaced.push(if c.is_alphanumeric() { c } else { ' ' });
        last = c;
    }
    let mut out = String::from(" ");
    for word in fold(&spaced).split(' ').filter(|word| !word.is_empty()) {
        match segment(word, known) {
            Some(parts) => parts.iter().for_each(|part| push_word(&mut out, part)),
            None => push_word(&mut out, word),
        }
    }
    out
}

/// `2fa`, `2sv`, `2step`: here the digit belongs to the word.
fn starts_factor(so_far: &str, next: char) -> bool {
    let mut before = so_far.chars().rev();
    before.next() == Some('2')
        && before.next().is_none_or(|c| !c.is_ascii_digit())
        && matches!(next, 'f' | 'F' | 's' | 'S')
}

fn push_word(out: &mut String, word: &str) {
    out.push_str(word);
    out.push(' ');
}

/// The fewest known words that make up `word`, if any do. Longer than 40 letters is no name.
fn segment<'a>(word: &'a str, known: &dyn Fn(&str) -> bool) -> Option<Vec<&'a str>> {
    if word.len() > 40 || !word.is_ascii() {
        return None;
    }
    // best[i]: the fewest words that make up the first i letters, and where the last of them begins.
    let mut best: Vec<Option<(usize, usize)>> = vec![None; word.len() + 1];
    *best.first_mut()? = Some((0, 0));
    for end in 1..=word.len() {
        for start in (0..end).filter(|start| end - start >= 2) {
            let Some((words, _)) = best.get(start).copied().flatten() else { continue };
            let shorter = best.get(end).copied().flatten().is_none_or(|(now, _)| words + 1 < now);
            if shorter
                && word.get(start..end).is_some_and(known)
                && let Some(slot) = best.get_mut(end)
            {
                *slot = Some((words + 1, start));
            }
        }
    }
    let mut parts = Vec::new();
    let mut end = word.len();
    while end > 0 {
        let (_, start) = best.get(end).copied().flatten()?;
        parts.push(word.get(start..end)?);
        end = start;
    }
    parts.reverse();
    Some(parts)
}

fn space(out: &mut String) {
    if !out.ends_with(' ') {
        out.push(' ');
    }
}

/// Full-width forms (U+FF01..FF5E) are ASCII, 0xFEE0 further up.
fn narrow(c: char) -> char {
    match c as u32 {
        0xFF01..=0xFF5E => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        0x3000 | 0xA0 => ' ',
        _ => c,
    }
}

/// Combining accents, Hebrew points, Arabic vowel marks and stretching, and what has no width.
fn is_mark(c: char) -> bool {
    matches!(c as u32, 0x300..=0x36F | 0x591..=0x5BD | 0x5BF..=0x5C7 | 0x640 | 0x64B..=0x65F | 0x670 | 0x200B..=0x200F | 0xAD | 0xFEFF)
}

/// Marks that alphabets outside Latin count as letters (long vowels, vowel signs).
fn is_joined(c: char) -> bool {
    matches!(c as u32, 0x30FC | 0x0E00..=0x0E7F | 0x0900..=0x0DFF)
}

/// Latin letters with accents, as runs of (letters, what they fold to).
const LATIN: &[(&str, &str)] = &[
    ("àáâãäåāăąǎạảấầẩẫậắằẳẵặ", "a"),
    ("çćĉċč", "c"),
    ("ďđð", "d"),
    ("èéêëēĕėęěẹẻẽếềểễệ", "e"),
    ("ĝğġģ", "g"),
    ("ĥħ", "h"),
    ("ìíîïĩīĭįıỉị", "i"),
    ("ķ", "k"),
    ("ĺļľŀł", "l"),
    ("ñńņňŋ", "n"),
    ("òóôõöøōŏőơọỏốồổỗộớờởỡợ", "o"),
    ("ŕŗř", "r"),
    ("śŝşšș", "s"),
    ("ţťŧț", "t"),
    ("ùúûüũūŭůűųưụủứừửữự", "u"),
    ("ŵ", "w"),
    ("ýÿŷỳỵỷỹ", "y"),
    ("źżž", "z"),
    ("ß", "ss"),
    ("æ", "ae"),
    ("œ", "oe"),
    ("þ", "th"),
    ("ё", "е"),
    ("ά", "α"),
    ("έ", "ε"),
    ("ή", "η"),
    ("ίϊΐ", "ι"),
    ("ό", "ο"),
    ("ύϋΰ", "υ"),
    ("ώ", "ω"),
    ("ς", "σ"),
    ("أإآ", "ا"),
];

fn fold_letter(c: char, out: &mut String) {
    if c.is_ascii() {
        return out.push(c);
    }
    match LATIN.iter().find(|(from, _)| from.contains(c)) {
        Some((_, to)) => out.push_str(to),
        None => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(word: &str) -> bool {
        matches!(word, "two" | "factor" | "code" | "otp" | "login" | "input" | "token")
    }

    #[test]
    fn folds_case_width_accents_and_sentences() {
        assert_eq!(fold("Código de  Verificação!"), " codigo de verificacao . ");
        assert_eq!(fold("ＯＴＰを入力。次へ"), " otpを入力 . 次へ ");
        assert_eq!(fold("İki-faktörlü, 6 haneli"), " iki faktorlu 6 haneli ");
        assert_eq!(fold(""), " ");
        assert_eq!(fold("..."), " ");
    }

    #[test]
    fn splits_names() {
        assert_eq!(split_name("twoFactorLoginCode", &known), " two factor login code ");
        assert_eq!(split_name("twofactorcode", &known), " two factor code ");
        assert_eq!(split_name("user[otp_attempt]", &known), " user otp attempt ");
        assert_eq!(split_name("2fa_code", &known), " 2fa code ");
        assert_eq!(split_name("otp-input-3", &known), " otp input 3 ");
        assert_eq!(split_name("footprint", &known), " footprint ");
        assert_eq!(split_name("_tfa1", &known), " tfa 1 ");
    }
}
