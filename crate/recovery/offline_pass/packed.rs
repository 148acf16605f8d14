//! The body of an offline pass: a list of accounts, and their codes as numbers of as many bits as it takes.

use serde::{Deserialize, Serialize};

use crate::secret::Secret;

use super::MAX_CODES;

const STEAM: &[u8; 26] = b"23456789BCDFGHJKMNPQRTVWXY";

/// One account in the list, with its codes as numbers.
#[derive(Serialize, Deserialize)]
pub(super) struct Listed {
    pub(super) issuer: String,
    pub(super) account: String,
    #[serde(rename = "type")]
    pub(super) kind: Type,
    pub(super) digits: u8,
    pub(super) period: u32,
    pub(super) first: u64,
    pub(super) count: u32,
    #[serde(skip)]
    pub(super) codes: Secret<Vec<u64>>,
}

/// The generators that have a time.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Type {
    Totp,
    Steam,
}

impl Listed {
    /// Bits of a code.
    pub(super) fn width(&self) -> u32 {
        let most = match self.kind {
            Type::Totp => 10_u64.pow(u32::from(self.digits)) - 1,
            Type::Steam => 26_u64.pow(5) - 1,
        };
        64 - most.leading_zeros()
    }

    /// Bytes of all its codes.
    pub(super) fn bytes(&self) -> usize {
        (self.count as usize * self.width() as usize).div_ceil(8)
    }

    /// Whether its numbers are such that nothing below overflows or takes long.
    fn is_sound(&self) -> bool {
        let digits =
            if self.kind == Type::Steam { self.digits == 5 } else { (1..=10).contains(&self.digits) };
        digits && self.period > 0 && u64::from(self.count) <= MAX_CODES && self.first < 1 << 53
    }
}

/// Adds numbers of `width` bits, most significant bit first, filled up to a whole byte.
pub(super) fn pack(numbers: impl Iterator<Item = u64>, width: u32, into: &mut Vec<u8>) {
    let (mut held, mut bits) = (0_u64, 0_u32);
    for number in numbers {
        held = held << width | number;
        bits += width;
        while bits >= 8 {
            bits -= 8;
            into.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    if bits > 0 {
        into.push((held << (8 - bits)) as u8);
    }
}

/// The accounts of a body with their codes; `None`: it is no such body.
pub(super) fn unpack(body: &[u8]) -> Option<Vec<Listed>> {
    let (length, rest) = body.split_at_checked(4)?;
    let length = u32::from_be_bytes(length.try_into().ok()?) as usize;
    let (json, mut rest) = rest.split_at_checked(length)?;
    let mut listed: Vec<Listed> = serde_json::from_slice(json).ok()?;
    for each in &mut listed {
        if !each.is_sound() {
            return None;
        }
        let (codes, more) = rest.split_at_checked(each.bytes())?;
        rest = more;
        let width = each.width();
        let (mut held, mut bits) = (0_u64, 0_u32);
        for byte in codes {
            held = held << 8 | u64::from(*byte);
            bits += 8;
            while bits >= width {
                bits -= width;
                if each.codes.expose().len() < each.count as usize {
                    each.codes.expose_mut().push(held >> bits);
                }
                held &= (1 << bits) - 1;
            }
        }
    }
    Some(listed)
}

/// A code as the number that is packed.
pub(super) fn number_of(kind: Type, code: &str) -> u64 {
    code.bytes().fold(0, |number, letter| match kind {
        Type::Totp => number * 10 + u64::from(letter.wrapping_sub(b'0')),
        Type::Steam => number * 26 + STEAM.iter().position(|known| *known == letter).unwrap_or(0) as u64,
    })
}

/// The code again.
pub(super) fn text_of(kind: Type, digits: u8, mut number: u64) -> String {
    match kind {
        Type::Totp => format!("{number:0width$}", width = usize::from(digits)),
        Type::Steam => {
            let mut letters = [b'2'; 5];
            for letter in letters.iter_mut().rev() {
                *letter = STEAM[(number % 26) as usize];
                number /= 26;
            }
            letters.iter().map(|letter| char::from(*letter)).collect()
        }
    }
}
