//! The length that a label names: "6-digit code", "8-stellig", "6 位验证码", "六桁".

use super::vocabulary::{Category, numbers, places};

/// Every length that a folded text names, of four characters or more: fewer are a part of something ("last 2 digits").
pub(super) fn said(text: &str) -> Vec<u32> {
    let mut found = Vec::new();
    for unit in places(text, Category::Unit) {
        let before = text.get(..unit.start).unwrap_or_default().trim_end_matches([' ', 'a']);
        // "6 or 8 digits", "6 to 8 digits": the others count too.
        let mut words = before.rsplit(' ').filter(|word| !word.is_empty());
        found.extend(words.next().and_then(number));
        if words
            .next()
            .is_some_and(|word| matches!(word, "or" | "to" | "oder" | "bis" | "ou" | "o" | "a" | "или"))
        {
            found.extend(words.next().and_then(number));
        }
    }
    found.retain(|length| (4..=64).contains(length));
    found
}

fn number(word: &str) -> Option<u32> {
    let known = numbers().iter().find(|(_, name)| *name == word).map(|(length, _)| *length);
    let tail = word.chars().rev().take_while(char::is_ascii_digit).count();
    let digits = word.get(word.len() - tail..).filter(|digits| digits.len() <= 2);
    known.or_else(|| digits?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::super::text::fold;
    use super::*;

    #[test]
    fn lengths_in_labels() {
        for (label, lengths) in [
            ("Enter the 6-digit code", &[6_u32] as &[u32]),
            ("8-character code we gave you", &[8]),
            ("Code, 6 or 8 digits", &[8, 6]),
            ("Code (6-stellig)", &[6]),
            ("请输入6位验证码", &[6]),
            ("6桁のコード", &[6]),
            ("인증번호 6자리", &[6]),
            ("Code à 6 chiffres", &[6]),
            ("six digits", &[6]),
            ("The last 2 digits", &[]),
            ("Authenticator code", &[]),
            ("Digits", &[]),
            ("", &[]),
        ] {
            assert_eq!(said(&fold(label)), lengths, "{label}");
        }
    }
}
