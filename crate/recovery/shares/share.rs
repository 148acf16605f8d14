//! One share and its words: what set it is of, which place it has, its value, and a checksum that finds any three wrong
//! words.

use crate::secret::{Secret, SecretBytes, SecretText};

/// 1,024 words, sorted (SLIP-39).
const WORDS: &str = include_str!("words.txt");
/// Each word is known by so many letters.
const LETTERS: usize = 4;
/// Words besides the value: two of the set, two of the place, three of the checksum.
const AROUND: usize = 7;
const CHECKSUM: usize = 3;
/// A value of 128 bits.
const LEAST: usize = AROUND + 13;
/// 512 bits: nobody has longer ones.
const MOST: usize = AROUND + 52;

/// A share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// Of the set, 15 random bits.
    pub id: u16,
    /// Sets of one secret may share an id.
    pub extendable: bool,
    /// Doubles the cost of the derivation.
    pub exponent: u8,
    /// Which group.
    pub group_index: u8,
    /// How many groups are needed.
    pub group_threshold: u8,
    /// Of how many.
    pub group_count: u8,
    /// Which one in its group.
    pub member_index: u8,
    /// How many of its group are needed.
    pub member_threshold: u8,
    /// Its value.
    pub value: SecretBytes,
}

/// Why words are no share. Words count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareError {
    /// A word that is not on the list.
    Word(u32),
    /// Too few or too many: how many there are.
    Length(u32),
    /// Words of the list, and the checksum says that one is wrong.
    Check,
    /// The checksum is right, and what it says is no share.
    Form,
}

impl ShareError {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Word(_) => "share-word",
            Self::Length(_) => "share-length",
            Self::Check => "share-check",
            Self::Form => "share-form",
        }
    }

    /// The position or the count that its words need.
    pub fn number(self) -> Option<u32> {
        match self {
            Self::Word(at) | Self::Length(at) => Some(at),
            Self::Check | Self::Form => None,
        }
    }
}

impl Share {
    /// Reads the words: case does not matter, nor what is between them, nor letters after the fourth.
    pub fn parse(text: &str) -> Result<Self, ShareError> {
        let mut numbers: Secret<Vec<u16>> = Secret::default();
        let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
        for word in words.take(MOST + 1) {
            let at = numbers.expose().len() as u32 + 1;
            numbers.expose_mut().push(number_of(word).ok_or(ShareError::Word(at))?);
        }
        let numbers = numbers.expose();
        if numbers.len() < LEAST || numbers.len() > MOST {
            return Err(ShareError::Length(numbers.len() as u32));
        }
        let extendable = numbers[1] >> 4 & 1 == 1;
        if checksum(extendable, numbers) != 1 {
            return Err(ShareError::Check);
        }
        let value = from_words(&numbers[4..numbers.len() - CHECKSUM]).ok_or(ShareError::Form)?;
        let place = u32::from(numbers[2]) << 10 | u32::from(numbers[3]);
        let nibble = |shift: u32| (place >> shift & 0xf) as u8;
        let share = Self {
            id: numbers[0] << 5 | numbers[1] >> 5,
            extendable,
            exponent: (numbers[1] & 0xf) as u8,
            group_index: nibble(16),
            group_threshold: nibble(12) + 1,
            group_count: nibble(8) + 1,
            member_index: nibble(4),
            member_threshold: nibble(0) + 1,
            value,
        };
        if share.group_threshold > share.group_count { Err(ShareError::Form) } else { Ok(share) }
    }

    /// The words, lower case, a blank between each.
    pub fn to_words(&self) -> SecretText {
        let set = u32::from(self.id) << 5 | u32::from(self.extendable) << 4 | u32::from(self.exponent);
        let place = u32::from(self.group_index) << 16
            | u32::from(self.group_threshold - 1) << 12
            | u32::from(self.group_count - 1) << 8
            | u32::from(self.member_index) << 4
            | u32::from(self.member_threshold - 1);
        let mut numbers = Secret::new(Vec::with_capacity(MOST));
        let ten = |value: u32, shift: u32| (value >> shift & 0x3ff) as u16;
        numbers.expose_mut().extend([ten(set, 10), ten(set, 0), ten(place, 10), ten(place, 0)]);
        numbers.expose_mut().extend(to_words(self.value.expose()));
        numbers.expose_mut().extend([0; CHECKSUM]);
        let sum = checksum(self.extendable, numbers.expose()) ^ 1;
        let len = numbers.expose().len();
        for (at, shift) in [(3, 20), (2, 10), (1, 0)] {
            numbers.expose_mut()[len - at] = ten(sum, shift);
        }
        let words: Vec<&str> = WORDS.lines().collect();
        let spelled: Vec<&str> =
            numbers.expose().iter().filter_map(|number| words.get(usize::from(*number)).copied()).collect();
        SecretText::new(spelled.join(" "))
    }

    /// Whether both are of one sharing.
    pub fn is_of_the_set_of(&self, other: &Self) -> bool {
        let set = |share: &Self| {
            (
                share.id,
                share.extendable,
                share.exponent,
                share.group_threshold,
                share.group_count,
                share.value.expose().len(),
            )
        };
        set(self) == set(other)
    }
}

/// A word's number, by its first four letters.
fn number_of(word: &str) -> Option<u16> {
    let word = word.to_lowercase();
    let known = |line: &str| {
        let start = line.get(..LETTERS).unwrap_or(line);
        word == line
            || (word.len() >= LETTERS && word.get(..LETTERS) == Some(start) && line.starts_with(&word))
    };
    WORDS.lines().position(known).map(|at| at as u16)
}

/// RS1024 over GF(1024): 1 for a share whose words are right.
fn checksum(extendable: bool, numbers: &[u16]) -> u32 {
    const GENERATOR: [u32; 10] = [
        0x00e0_e040,
        0x01c1_c080,
        0x0383_8100,
        0x0707_0200,
        0x0e0e_0009,
        0x1c0c_2412,
        0x3808_6c24,
        0x3090_fc48,
        0x21b1_f890,
        0x03f3_f120,
    ];
    let name: &[u8] = if extendable { b"shamir_extendable" } else { b"shamir" };
    let values = name.iter().map(|c| u32::from(*c)).chain(numbers.iter().map(|number| u32::from(*number)));
    values.fold(1, |sum, value| {
        let top = sum >> 20;
        let shifted = (sum & 0xf_ffff) << 10 ^ value;
        (0..10).filter(|bit| top >> bit & 1 == 1).fold(shifted, |sum, bit| sum ^ GENERATOR[bit as usize])
    })
}

/// Ten bits a word, padded with zero bits at the front: fewer than ten, and whole words of sixteen bits behind.
fn from_words(words: &[u16]) -> Option<SecretBytes> {
    let padding = words.len() * 10 % 16;
    if padding > 8 {
        return None;
    }
    let bit = |at: usize| (words[at / 10] >> (9 - at % 10) & 1) as u8;
    if (0..padding).any(|at| bit(at) == 1) {
        return None;
    }
    let bytes = (words.len() * 10 - padding) / 8;
    let byte = |n: usize| (0..8).fold(0, |byte, at| byte << 1 | bit(padding + n * 8 + at));
    Some(Secret::new((0..bytes).map(byte).collect()))
}

fn to_words(bytes: &[u8]) -> impl Iterator<Item = u16> + '_ {
    let words = (bytes.len() * 8).div_ceil(10);
    let padding = words * 10 - bytes.len() * 8;
    let bit = move |at: usize| {
        let Some(at) = at.checked_sub(padding) else { return 0 };
        u16::from(bytes[at / 8] >> (7 - at % 8) & 1)
    };
    (0..words).map(move |word| (0..10).fold(0, |value, at| value << 1 | bit(word * 10 + at)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recovery::shares::make;
    use crate::vault::testing::Seeded;

    #[test]
    fn the_list_is_sorted_and_four_letters_tell_every_word() {
        let words: Vec<&str> = WORDS.lines().collect();
        assert_eq!(words.len(), 1024);
        assert!(words.is_sorted());
        for (at, word) in words.iter().enumerate() {
            assert_eq!(number_of(&word[..LETTERS]), Some(at as u16), "{word}");
            assert_eq!(number_of(&word.to_uppercase()), Some(at as u16));
        }
        assert_eq!((number_of("aca"), number_of("academicx"), number_of("")), (None, None, None));
    }

    #[test]
    fn twenty_words_are_read_as_they_were_written_and_typed() {
        for seed in 0..50 {
            let (_, shares) = make(&mut Seeded::new(seed), 2, 3).unwrap();
            for share in shares {
                let words = share.to_words();
                assert_eq!(words.expose().split(' ').count(), 20);
                assert_eq!(Share::parse(words.expose()), Ok(share.clone()));
                let typed: Vec<String> =
                    words.expose().split(' ').map(|word| word[..4].to_uppercase()).collect();
                assert_eq!(Share::parse(&format!("1. {}", typed.join(",\n2) "))), Ok(share));
            }
        }
    }

    #[test]
    fn up_to_three_wrong_words_are_found() {
        let (_, shares) = make(&mut Seeded::new(9), 2, 3).unwrap();
        let list: Vec<&str> = WORDS.lines().collect();
        let words = shares[0].to_words();
        let words: Vec<&str> = words.expose().split(' ').collect();
        for at in 0..words.len() {
            for (n, step) in [(1, 1), (2, 5), (3, 7)] {
                let mut wrong = words.clone();
                for k in 0..n {
                    let place = (at + k * step) % words.len();
                    let number = list.iter().position(|word| *word == wrong[place]).unwrap();
                    wrong[place] = list[(number + 1 + k) % 1024];
                }
                assert_eq!(Share::parse(&wrong.join(" ")), Err(ShareError::Check), "{at} {n}");
            }
        }
        let mut unknown = words.clone();
        unknown[6] = "xylophone";
        assert_eq!(Share::parse(&unknown.join(" ")), Err(ShareError::Word(7)));
        assert_eq!(Share::parse(&words[1..].join(" ")), Err(ShareError::Length(19)));
        assert_eq!(Share::parse(""), Err(ShareError::Length(0)));
    }
}
