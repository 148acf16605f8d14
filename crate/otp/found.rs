//! The secret that a page shows as text: an `otpauth` link, or base32 near words like "enter this key".
//!
//! What is found is offered and never taken: prose is made of base32 letters too.

/// A page is far below.
const MAX_TEXT: usize = 256 * 1024;
/// Nobody sets up more at once.
const MAX_FOUND: usize = 20;
/// How far before and after a key the words for it stand, in bytes.
const BEFORE: usize = 400;
const AFTER: usize = 160;
/// 80 bits; RFC 4226 asks for 128, and older sites hand out less. At most 640 bits.
const DIGITS: core::ops::RangeInclusive<usize> = 16..=128;

/// Words for such a key, as pages write them.
const WORDS: &[&str] = &[
    "secret",
    "setup key",
    "set-up key",
    "set up key",
    "key",
    "manual",
    "enter this",
    "type this",
    "can't scan",
    "cannot scan",
    "unable to scan",
    "authenticator",
    "totp",
    "2fa",
    "two-factor",
    "two factor",
    "two-step",
    "2-step",
    "base32",
    "schlüssel",
    "geheim",
    "einrichtung",
    "manuell",
    "clé",
    "clef",
    "secrète",
    "manuellement",
    "clave",
    "chave",
    "chiave",
    "segreto",
    "sleutel",
    "klucz",
    "kod konfiguracji",
    "ключ",
    "секрет",
    "anahtar",
    "密钥",
    "密鑰",
    "秘钥",
    "金鑰",
    "キー",
    "シークレット",
    "키",
    "avain",
    "nyckel",
    "nøkkel",
    "nøgle",
    "מפתח",
    "مفتاح",
];

/// The texts of a page that set up an account, each once: `otpauth` URIs, or where there are none, keys.
pub fn find_secrets(text: &str, links: &[String]) -> Vec<String> {
    let text = &text[..text.floor_char_boundary(MAX_TEXT)];
    let mut found: Vec<String> = Vec::new();
    let mut keep = |new: &str| {
        if found.len() < MAX_FOUND && found.iter().all(|known| known != new) {
            found.push(new.to_owned());
        }
    };
    links.iter().flat_map(|link| uris(link)).for_each(&mut keep);
    uris(text).for_each(&mut keep);
    if found.is_empty() {
        let mut found: Vec<(String, String)> = Vec::new();
        for key in keys(text) {
            let bare: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
            let bare = bare.to_ascii_uppercase();
            if found.len() < MAX_FOUND && found.iter().all(|(known, _)| *known != bare) {
                found.push((bare, key));
            }
        }
        return found.into_iter().map(|(_, key)| key).collect();
    }
    found
}

/// `otpauth://` and transfer URIs, up to the first character that is in no URI.
fn uris(text: &str) -> impl Iterator<Item = &str> {
    let starts = text.match_indices("://").filter_map(|(at, _)| {
        let scheme = ["otpauth", "otpauth-migration", "lpaauth-migration"].into_iter().find_map(|scheme| {
            let start = at.checked_sub(scheme.len())?;
            text.get(start..at)?.eq_ignore_ascii_case(scheme).then_some(start)
        });
        scheme.and_then(|start| text.get(start..))
    });
    starts.map(|rest| {
        let ends = |letter: char| letter.is_whitespace() || "\"'<>`".contains(letter);
        rest[..rest.find(ends).unwrap_or(rest.len())].trim_end_matches(['.', ',', ')', ';'])
    })
}

/// Keys near words for them.
fn keys(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut offset = 0_usize;
    for line in text.split('\n') {
        for key in keys_of(line) {
            let start = text.floor_char_boundary(offset.saturating_sub(BEFORE));
            let end = text.floor_char_boundary((offset + line.len() + AFTER).min(text.len()));
            let near = text[start..end].to_lowercase();
            if WORDS.iter().any(|word| near.contains(word)) {
                found.push(key);
            }
        }
        offset += line.len() + 1;
    }
    found
}

/// Groups of one length, the last perhaps shorter, with a blank or a hyphen between each; or one long group.
fn keys_of(line: &str) -> Vec<String> {
    let groups: Vec<&str> = line
        .split(|letter: char| letter.is_whitespace() || "-:|,;.()[]{}\"'“”".contains(letter))
        .filter(|group| !group.is_empty())
        .collect();
    let mut keys = Vec::new();
    let mut at = 0;
    while let Some(first) = groups.get(at) {
        let same =
            groups[at..].iter().take_while(|group| group.len() == first.len() && is_base32(group)).count();
        if same == 0 {
            at += 1;
            continue;
        }
        let last =
            groups.get(at + same).filter(|last| last.len() < first.len() && is_base32(last) && same > 1);
        let run = &groups[at..at + same + usize::from(last.is_some())];
        // A long group is a key by itself.
        let runs: Vec<&[&str]> = if first.len() > 8 { run[..same].chunks(1).collect() } else { vec![run] };
        keys.extend(runs.into_iter().filter(|run| is_key(run)).map(|run| run.join(" ")));
        at += same;
    }
    keys
}

fn is_key(groups: &[&str]) -> bool {
    let text = groups.concat();
    let bare = text.trim_end_matches('=');
    let has = |test: fn(u8) -> bool| bare.bytes().any(test);
    let one_case = !(has(|b| b.is_ascii_lowercase()) && has(|b| b.is_ascii_uppercase()));
    // Of 16 letters one time in thirty none is a digit. A word has none either, and is hardly of just this length.
    let length = bare.len() >= 26 || bare.len() % 8 == 0;
    let random = has(|b| b.is_ascii_digit()) || (length && !has(|b| b.is_ascii_lowercase()));
    // A base32 text has no such length (RFC 4648 section 6).
    let whole = !matches!(bare.len() % 8, 1 | 3 | 6);
    let letters = has(|b| b.is_ascii_alphabetic());
    DIGITS.contains(&bare.len()) && one_case && random && whole && letters
}

fn is_base32(group: &str) -> bool {
    let bare = group.trim_end_matches('=');
    !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'2'..=b'7'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::otp::text::read_texts;

    const KEY: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

    fn find(text: &str) -> Vec<String> {
        find_secrets(text, &[])
    }

    #[test]
    fn links_come_first_and_each_once() {
        let uri = "otpauth://totp/Harbour:ada?secret=JBSWY3DPEHPK3PXP&issuer=Harbour";
        let text = format!("Key: JBSW Y3DP EHPK 3PXP or open <a href=\"{uri}\">this</a>, {uri}.");
        assert_eq!(find_secrets(&text, &[uri.to_owned()]), [uri]);
        assert_eq!(find_secrets("", &["https://a.example/".into()]), Vec::<String>::new());
    }

    #[test]
    fn a_key_near_its_words_is_found_however_it_is_grouped() {
        let grouped = "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP";
        for (text, key) in [
            (format!("Or type this key: {KEY}"), KEY),
            (format!("Can't scan it?\nEnter this code instead\n{grouped}\nContinue"), grouped),
            (
                format!("Geben Sie den Schlüssel manuell ein:\n\n{}", grouped.to_lowercase()),
                &grouped.to_lowercase(),
            ),
            ("Your two factor authentication code is ABCDEFGHIJKLMNOP.".to_owned(), "ABCDEFGHIJKLMNOP"),
            ("Secret key (JBSW-Y3DP-EHPK-3PXP)".to_owned(), "JBSW Y3DP EHPK 3PXP"),
            ("key jbswy 3dpeh pk3px pjbsw y3dpe h".to_owned(), "jbswy 3dpeh pk3px pjbsw y3dpe h"),
            (format!("無法掃描嗎？請輸入金鑰\n{KEY}"), KEY),
            (format!("Your key is {KEY}===="), &format!("{KEY}====")),
        ] {
            assert_eq!(find(&text), [key], "{text}");
            assert_eq!(read_texts(&find(&text)).accounts.len(), 1, "{text}");
        }
    }

    #[test]
    fn prose_ids_and_codes_are_no_keys() {
        for text in [
            "Enter this code that your authenticator shows, then press the button with more info",
            "Backup key codes\nabcd-efgh\n2345-6723\nyour account is safe with them",
            "Your key fingerprint is AbCdEfGhIjKlMnOpQrStUvWx",
            "key id 4f9a2c7d1e8b4f9a2c7d1e8b",
            "TWOFACTORAUTHENTICATION key setup",
            "secret 1234567812345678",
            &format!("{KEY} {}", "far away from any word for it. ".repeat(20)),
        ] {
            assert_eq!(find(text), Vec::<String>::new(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_searched_without_a_panic(text in "(.|[A-Z2-7 -]{4,20}|key|\n){0,120}", link in ".{0,40}") {
            prop_assert!(find_secrets(&text, &[link]).len() <= MAX_FOUND);
        }
    }
}
