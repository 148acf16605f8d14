//! New passwords: the generated phrase that is offered first, and the judgement on one that somebody chose.
//!
//! The vault's password is a single factor against whoever holds the file, so SP 800-63B-4 asks for 15 characters
//! and a list of common ones, and for nothing else: no rules of composition, no expiry.

use serde::Serialize;

use crate::env::Entropy;

/// 7,776 words, sorted (see `words/README.md`).
const PHRASE_WORDS: &str = include_str!("words/phrase.txt");
/// 10,000 passwords, sorted by bytes.
const COMMON: &str = include_str!("words/common.txt");
/// Six words are 77 bits.
const WORDS: usize = 6;
/// SP 800-63B-4 3.1.1.2: a password that is the only factor.
const LEAST_LENGTH: usize = 15;
/// What a policy can ask for at most.
const MOST_ASKED: usize = 64;
/// Below this, 15 characters are one word three times, or a row of the keyboard.
const LEAST_BITS: f64 = 40.0;
/// A word of either list: log2 of 17,776.
const WORD_BITS: f64 = 14.1;
/// A character that repeats the last one or follows it in order.
const RUN_BITS: f64 = 1.0;

/// What is thought of a password.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Judgement {
    /// Good enough to lock a vault with.
    pub ok: bool,
    /// Why not: `too-short`, `common`, `guessable`.
    pub reason: Option<&'static str>,
    /// How many bits somebody must guess who knows how people choose. An estimate, and rather too low.
    pub bits: u32,
}

/// Six random words, a blank between each: four of the list have a hyphen inside. More where so many characters are asked
/// for (SP 800-63B-4 has verifiers take 64 at least).
pub fn make_phrase(length: usize, entropy: &mut dyn Entropy) -> String {
    let length = length.min(MOST_ASKED);
    let words: Vec<&str> = PHRASE_WORDS.lines().collect();
    let mut chosen: Vec<&str> = Vec::with_capacity(WORDS);
    // Below this every remainder is equally likely.
    let fair = u16::MAX - u16::MAX % words.len() as u16;
    let count = |chosen: &[&str]| chosen.iter().map(|word| word.len() + 1).sum::<usize>();
    while chosen.len() < WORDS || count(&chosen) <= length {
        let mut bytes = [0; 2];
        entropy.fill(&mut bytes);
        let number = u16::from_le_bytes(bytes);
        if number < fair {
            chosen.extend(words.get(usize::from(number) % words.len()));
        }
    }
    chosen.join(" ")
}

/// A word of the list, by any number.
pub fn word(number: u32) -> &'static str {
    let count = PHRASE_WORDS.lines().count().max(1);
    PHRASE_WORDS.lines().nth(number as usize % count).unwrap_or_default()
}

/// Judges a password that somebody chose. Length counts code points. `length` and `bits` count where they ask for more
/// than we do.
pub fn judge(password: &str, length: usize, bits: u32) -> Judgement {
    let (least, least_bits) = (length.max(LEAST_LENGTH), f64::from(bits).max(LEAST_BITS));
    let bits = estimate(password);
    let lower = password.to_lowercase();
    let reason = if is_in(COMMON, &lower) {
        Some("common")
    } else if password.chars().count() < least {
        Some("too-short")
    } else if bits < least_bits {
        Some("guessable")
    } else {
        None
    };
    Judgement { ok: reason.is_none(), reason, bits: bits as u32 }
}

/// The cheapest way to spell the password out of known words, runs and single characters.
fn estimate(password: &str) -> f64 {
    let lower: Vec<char> = password.to_lowercase().chars().take(256).collect();
    let single = alphabet(password).log2();
    let mut best = vec![0.0_f64; lower.len() + 1];
    for end in 1..=lower.len() {
        let run = end > 1 && follows(lower[end - 2], lower[end - 1]);
        best[end] = best[end - 1] + if run { RUN_BITS } else { single };
        for start in end.saturating_sub(16)..end.saturating_sub(2) {
            let word: String = lower[start..end].iter().collect();
            let again = start >= end - start && lower[start - (end - start)..start] == lower[start..end];
            let cost = if again {
                RUN_BITS
            } else if is_in(PHRASE_WORDS, &word) || is_in(COMMON, &word) {
                WORD_BITS
            } else {
                continue;
            };
            best[end] = best[end].min(best[start] + cost);
        }
    }
    best.last().copied().unwrap_or_default()
}

fn follows(a: char, b: char) -> bool {
    let (a, b) = (i64::from(u32::from(a)), i64::from(u32::from(b)));
    (a - b).abs() <= 1
}

/// How many characters one was chosen from, by the kinds that occur.
fn alphabet(password: &str) -> f64 {
    let has = |test: fn(char) -> bool| password.chars().any(test);
    let kinds = [
        (has(|c| c.is_lowercase()), 26.0),
        (has(|c| c.is_uppercase()), 26.0),
        (has(|c| c.is_ascii_digit()), 10.0),
        (has(|c| c.is_ascii() && !c.is_ascii_alphanumeric()), 32.0),
        (has(|c| !c.is_ascii()), 100.0),
    ];
    kinds.iter().filter(|(is, _)| *is).map(|(_, count)| count).sum::<f64>().max(2.0)
}

/// Whether a sorted list, one word a line, has the word. Binary search by bytes, no allocation.
fn is_in(list: &str, word: &str) -> bool {
    let bytes = list.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = (low + high) / 2;
        let start = bytes[..middle].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let end = bytes[start..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |at| start + at);
        match bytes[start..end].cmp(word.as_bytes()) {
            core::cmp::Ordering::Equal => return true,
            core::cmp::Ordering::Less => low = end + 1,
            core::cmp::Ordering::Greater => high = start,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::testing::Seeded;

    #[test]
    fn the_lists_are_sorted_and_whole() {
        for (list, count) in [(PHRASE_WORDS, 7_776), (COMMON, 10_000)] {
            let words: Vec<&str> = list.lines().collect();
            assert_eq!(words.len(), count);
            assert!(words.is_sorted());
            assert!(words.iter().step_by(97).all(|word| is_in(list, word)));
        }
        assert!(!is_in(COMMON, "correct horse"));
    }

    #[test]
    fn phrases_are_six_words_and_pass_their_own_judgement() {
        let mut entropy = Seeded::new(1);
        for _ in 0..100 {
            let phrase = make_phrase(0, &mut entropy);
            assert!(phrase.split(' ').count() == WORDS, "{phrase}");
            let judgement = judge(&phrase, 0, 0);
            assert!(judgement.ok && judgement.bits >= 60, "{phrase} {judgement:?}");
        }
        assert_ne!(make_phrase(0, &mut entropy), make_phrase(0, &mut entropy));
    }

    #[test]
    fn what_is_easily_guessed_is_refused_with_its_reason() {
        let cases = [
            ("", Some("too-short")),
            ("password", Some("common")),
            ("PassWord", Some("common")),
            ("Tr0ub4dor&3", Some("too-short")),
            ("aaaaaaaaaaaaaaaaaaaa", Some("guessable")),
            ("passwordpassword", Some("guessable")),
            ("12345678901234567890", Some("guessable")),
            ("correct horse battery staple", None),
            ("mein Fahrrad hat drei Räder", None),
            ("我的自行车有三个轮子而且它们都是圆的", None),
        ];
        for (password, reason) in cases {
            assert_eq!(judge(password, 0, 0).reason, reason, "{password} {:?}", judge(password, 0, 0));
        }
    }
}
