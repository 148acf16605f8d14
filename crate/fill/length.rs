//! The length that a label names: "6-digit code", "8-stellig", "6 位验证码", "六桁".

/// What stands after the number, as [`super::text::fold`] leaves it.
const UNITS: [&str; 23] = [
    "digit",
    "character",
    "number",
    "stellig",
    "ziffr",
    "ziffern",
    "zeichen",
    "chiffre",
    "caractere",
    "digito",
    "cifra",
    "cifre",
    "cijfer",
    "cyfr",
    "значн",
    "цифр",
    "haneli",
    "basamakli",
    "位",
    "桁",
    "자리",
    "siffr",
    "numeroi",
];
const WORDS: [(&str, u32); 10] = [
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("sechs", 6),
    ("acht", 8),
    ("六", 6),
];

/// Every length that a folded text names, of four characters or more: fewer are a part of something ("last 2 digits").
pub(super) fn said(text: &str) -> Vec<u32> {
    let mut found = Vec::new();
    for unit in UNITS {
        for (at, _) in text.match_indices(unit) {
            let before = text.get(..at).unwrap_or_default().trim_end_matches([' ', 'a']);
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
    }
    found.retain(|length| (4..=64).contains(length));
    found
}

fn number(word: &str) -> Option<u32> {
    let known = WORDS.iter().find(|(name, _)| *name == word).map(|(_, length)| *length);
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
