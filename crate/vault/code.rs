//! Recovery codes and temporary passes: 112 random bits and a check of 8, as 24 characters of Crockford's base32.
//!
//! 112 bits are out of reach of guessing (SP 800-131A), so no password KDF stands before them. The check finds every
//! single wrong character and every two that changed places, before anything is computed.

use crate::env::Entropy;
use crate::secret::{Key, Secret, SecretText};

use super::id::VaultId;
use super::seal;

/// Bytes that are random: 112 bits.
const RANDOM: usize = 14;
/// Characters of a code, the hyphens left out.
pub const LENGTH: usize = 24;
/// Crockford's base32: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters that hands and printers mistake for each other, besides those that reading folds.
const ALIKE: [(u8, u8); 10] = [
    (b'8', b'B'),
    (b'5', b'S'),
    (b'2', b'Z'),
    (b'6', b'G'),
    (b'0', b'D'),
    (b'0', b'Q'),
    (b'1', b'7'),
    (b'M', b'N'),
    (b'V', b'W'),
    (b'V', b'Y'),
];

/// A code, read or made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code(Secret<[u8; RANDOM]>);

/// Why text is no code. Positions count characters of the code from 1, hyphens and blanks left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeError {
    /// A character that no code has.
    Character(u32),
    /// Too few or too many characters: how many there are.
    Length(u32),
    /// The check fails; the position where one usual mistake would explain it, when it is the only such place.
    Check(Option<u32>),
}

impl CodeError {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Character(_) => "code-character",
            Self::Length(_) => "code-length",
            Self::Check(Some(_)) => "code-check-at",
            Self::Check(None) => "code-check",
        }
    }

    /// The position or the count that its words need.
    pub fn number(self) -> Option<u32> {
        match self {
            Self::Character(at) | Self::Length(at) => Some(at),
            Self::Check(at) => at,
        }
    }
}

impl Code {
    /// A fresh code.
    pub fn make_random(entropy: &mut dyn Entropy) -> Self {
        let mut bytes = Secret::new([0; RANDOM]);
        entropy.fill(bytes.expose_mut());
        Self(bytes)
    }

    /// Reads a code as typed: hyphens, blanks and case do not matter; O is 0, I and L are 1.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let mut values: Secret<Vec<u8>> = Secret::default();
        for c in text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '‐' | '–' | '_' | '.'))
        {
            let at = values.expose().len() as u32 + 1;
            let value = value_of(c).ok_or(CodeError::Character(at))?;
            values.expose_mut().push(value);
            if at > 1_000 {
                return Err(CodeError::Length(at));
            }
        }
        if values.expose().len() != LENGTH {
            return Err(CodeError::Length(values.expose().len() as u32));
        }
        read(values.expose()).ok_or_else(|| CodeError::Check(suspect(values.expose())))
    }

    /// As it is printed: six groups of four.
    pub fn to_text(&self) -> SecretText {
        let mut bytes = Secret::new([0; RANDOM + 1]);
        bytes.expose_mut()[..RANDOM].copy_from_slice(self.0.expose());
        bytes.expose_mut()[RANDOM] = check(self.0.expose());
        let mut text = String::with_capacity(LENGTH + 5);
        for at in 0..LENGTH {
            if at > 0 && at % 4 == 0 {
                text.push('-');
            }
            text.push(char::from(ALPHABET[usize::from(five_bits(bytes.expose(), at))]));
        }
        SecretText::new(text)
    }

    /// The 32 bytes of a slot of kind `code` or `pass`.
    pub fn derive_key(&self) -> Key {
        seal::derive(self.0.expose(), b"", &[b"sparekey/1 code"])
    }

    /// The 32 bytes of a slot of kind `pair`: of no use without the password's.
    pub fn derive_pair_key(&self, password: &Key) -> Key {
        seal::derive(self.0.expose(), password.expose(), &[b"sparekey/1 pair"])
    }

    /// Keys for something that is sealed under the code alone, outside of any vault.
    pub fn derive_for<const N: usize>(&self, salt: &[u8], purpose: &[u8]) -> Secret<[u8; N]> {
        seal::derive(self.0.expose(), salt, &[purpose])
    }

    /// Finds the record that belongs to the code without trying all of them.
    pub fn derive_locator(&self, vault: VaultId) -> [u8; 8] {
        *seal::derive(self.0.expose(), b"", &[b"sparekey/1 locator\0", &vault.0]).expose()
    }
}

/// Crockford's reading of a character.
fn value_of(c: char) -> Option<u8> {
    let c = match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        c => c,
    };
    ALPHABET.iter().position(|known| char::from(*known) == c).map(|at| at as u8)
}

/// The five bits at a place, most significant first.
fn five_bits(bytes: &[u8; RANDOM + 1], at: usize) -> u8 {
    (0..5).fold(0, |value, bit| {
        let bit = at * 5 + bit;
        value << 1 | (bytes[bit / 8] >> (7 - bit % 8)) & 1
    })
}

/// The code of 24 values, when the check is right.
fn read(values: &[u8]) -> Option<Code> {
    let mut bytes = Secret::new([0; RANDOM + 1]);
    for (at, value) in values.iter().enumerate() {
        for bit in 0..5 {
            let to = at * 5 + bit;
            bytes.expose_mut()[to / 8] |= (value >> (4 - bit) & 1) << (7 - to % 8);
        }
    }
    let mut random = Secret::new([0; RANDOM]);
    random.expose_mut().copy_from_slice(&bytes.expose()[..RANDOM]);
    (check(random.expose()) == bytes.expose()[RANDOM]).then_some(Code(random))
}

/// CRC-8 by the primitive polynomial x^8 + x^4 + x^3 + x^2 + 1: its period of 255 is more than the 120 bits, so every
/// changed character and every swap of two is found, and any other mistake in 255 cases of 256.
fn check(bytes: &[u8; RANDOM]) -> u8 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ byte, |crc, _| if crc & 0x80 == 0 { crc << 1 } else { crc << 1 ^ 0x1d })
    })
}

/// Where one usual mistake explains the wrong check, when that is one place alone.
fn suspect(values: &[u8]) -> Option<u32> {
    let mut found = None;
    let value = |c: u8| ALPHABET.iter().position(|known| *known == c).map(|at| at as u8);
    let pairs = ALIKE.iter().filter_map(|(a, b)| Some((value(*a)?, value(*b)?)));
    let pairs: Vec<(u8, u8)> = pairs.flat_map(|(a, b)| [(a, b), (b, a)]).collect();
    let mut tried = Secret::new(values.to_vec());
    for at in 0..values.len() {
        let mut explains = false;
        for (_, other) in pairs.iter().filter(|(one, _)| *one == values[at]) {
            tried.expose_mut()[at] = *other;
            explains |= read(tried.expose()).is_some();
        }
        tried.expose_mut()[at] = values[at];
        if at + 1 < values.len() && values[at] != values[at + 1] {
            tried.expose_mut().swap(at, at + 1);
            explains |= read(tried.expose()).is_some();
            tried.expose_mut().swap(at, at + 1);
        }
        match (explains, found) {
            (false, _) => {}
            (true, None) => found = Some(at as u32 + 1),
            (true, Some(_)) => return None,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::testing::Seeded;

    fn made(seed: u64) -> (Code, String) {
        let code = Code::make_random(&mut Seeded::new(seed));
        let text = code.to_text().expose().clone();
        (code, text)
    }

    #[test]
    fn a_code_is_read_as_it_was_printed_and_as_people_type_it() {
        for seed in 0..200 {
            let (code, text) = made(seed);
            assert_eq!(text.len(), 29, "{text}");
            assert_eq!(Code::parse(&text), Ok(code.clone()));
            let typed =
                format!(" {} ", text.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l"));
            assert_eq!(Code::parse(&typed), Ok(code), "{typed}");
        }
    }

    #[test]
    fn every_wrong_character_and_every_swap_is_found() {
        for seed in 0..20 {
            let (_, text) = made(seed);
            let chars: Vec<char> = text.chars().filter(|c| *c != '-').collect();
            for at in 0..LENGTH {
                for other in ALPHABET.iter().map(|c| char::from(*c)).filter(|c| *c != chars[at]) {
                    let mut wrong = chars.clone();
                    wrong[at] = other;
                    let read = Code::parse(&wrong.iter().collect::<String>());
                    assert!(matches!(read, Err(CodeError::Check(_))), "{at} {other}");
                }
                for to in at + 1..LENGTH {
                    let mut wrong = chars.clone();
                    wrong.swap(at, to);
                    let read = Code::parse(&wrong.iter().collect::<String>());
                    assert!(read.is_err() || wrong == chars, "{at} {to}");
                }
            }
        }
    }

    #[test]
    fn the_place_of_a_mistake_is_told() {
        let (_, text) = made(1);
        assert_eq!(Code::parse("ABCD-U"), Err(CodeError::Character(5)));
        assert_eq!(Code::parse("ABCD-EF!"), Err(CodeError::Character(7)));
        assert_eq!(Code::parse(""), Err(CodeError::Length(0)));
        assert_eq!(Code::parse(&text[..28]), Err(CodeError::Length(23)));
        assert_eq!(Code::parse(&format!("{text}{text}")), Err(CodeError::Length(48)));
        // One usual mistake at one place: over many codes it is mostly the only explanation, and then the right one.
        let (mut told, mut all) = (0, 0);
        for seed in 0..300 {
            let (_, text) = made(seed);
            let Some(at) = text.find(['8', '5', '2', '6']) else { continue };
            let other = match &text[at..=at] {
                "8" => "B",
                "5" => "S",
                "2" => "Z",
                _ => "G",
            };
            let mut wrong = text.clone();
            wrong.replace_range(at..=at, other);
            all += 1;
            match Code::parse(&wrong) {
                Err(CodeError::Check(Some(place))) => {
                    assert_eq!(place as usize, text[..at].replace('-', "").len() + 1);
                    told += 1;
                }
                Err(CodeError::Check(None)) => {}
                other => panic!("{other:?}"),
            }
        }
        assert!(told * 10 > all * 7, "{told} of {all}");
    }

    #[test]
    fn keys_are_told_apart_by_purpose_and_vault() {
        let (code, _) = made(3);
        let password = Key::new([1; 32]);
        assert_ne!(code.derive_key(), code.derive_pair_key(&password));
        assert_ne!(code.derive_pair_key(&password), code.derive_pair_key(&Key::new([2; 32])));
        assert_ne!(code.derive_locator(VaultId([1; 16])), code.derive_locator(VaultId([2; 16])));
    }
}
