//! A file as a row of QR codes, on a screen or on paper, and back from them in any order. Each code says whose it is, which it
//! is of how many, and carries a check of its own; the whole is checked by its SHA-256. `BUNDLE.md` has the form.

use std::collections::BTreeMap;

use crate::vault::seal;

/// Alphanumeric mode of QR codes: 45 characters, two bytes in three of them (RFC 9285).
const BASE45: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
/// Bytes in a code: 750 characters and 40 before them fit version 16, which a plain camera reads from a screen.
const CHUNK: usize = 500;
/// 2 MB, and more sheets than anybody scans.
const MAX_FRAMES: usize = 4_096;

/// What the file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// For another device.
    HandOver,
    /// A bundle, on paper.
    Sheet,
}

/// What was put together so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    /// What the file is.
    pub kind: Kind,
    /// How many codes it has.
    pub total: usize,
    /// Those that are still missing, from 1.
    pub missing: Vec<usize>,
    /// The file, when none is.
    pub bytes: Option<Vec<u8>>,
}

/// Why codes do not go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FramesError {
    /// None of the texts is one of ours.
    None,
    /// They are of two files.
    Mixed,
    /// The whole is not what was split.
    Damaged,
    /// The file is too large.
    TooLarge,
}

impl FramesError {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::None => "no-frames",
            Self::Mixed => "frames-mixed",
            Self::Damaged => "frames-damaged",
            Self::TooLarge => "frames-too-many",
        }
    }
}

impl Kind {
    fn letter(self) -> &'static str {
        match self {
            Self::HandOver => "H",
            Self::Sheet => "S",
        }
    }
}

/// The texts of the codes.
pub fn split(kind: Kind, bytes: &[u8]) -> Result<Vec<String>, FramesError> {
    let total = bytes.len().div_ceil(CHUNK).max(1);
    if total > MAX_FRAMES {
        return Err(FramesError::TooLarge);
    }
    let id = check(&[bytes]);
    let frame = |(at, chunk): (usize, &[u8])| {
        let head = format!("SK1/{}/{id}/{}/{total}", kind.letter(), at + 1);
        let data = to_base45(chunk);
        format!("{head}/{}/{data}", check(&[head.as_bytes(), data.as_bytes()]))
    };
    Ok(bytes.chunks(CHUNK).enumerate().map(frame).collect())
}

/// Puts codes together. Others among them, and any that comes twice, do no harm.
pub fn join(texts: &[String]) -> Result<Joined, FramesError> {
    let frames: Vec<Frame> = texts.iter().filter_map(|text| parse(text)).collect();
    let first = frames.first().ok_or(FramesError::None)?;
    if frames.iter().any(|frame| (frame.kind, frame.id, frame.total) != (first.kind, first.id, first.total)) {
        return Err(FramesError::Mixed);
    }
    let (kind, total) = (first.kind, first.total);
    let chunks: BTreeMap<usize, &Vec<u8>> = frames.iter().map(|frame| (frame.at, &frame.data)).collect();
    let missing: Vec<usize> = (1..=total).filter(|at| !chunks.contains_key(at)).collect();
    let bytes = missing.is_empty().then(|| chunks.into_values().flatten().copied().collect::<Vec<u8>>());
    match &bytes {
        Some(bytes) if check(&[bytes]) != first.id => Err(FramesError::Damaged),
        _ => Ok(Joined { kind, total, missing, bytes }),
    }
}

struct Frame<'a> {
    kind: Kind,
    id: &'a str,
    at: usize,
    total: usize,
    data: Vec<u8>,
}

fn parse(text: &str) -> Option<Frame<'_>> {
    let rest = text.trim_end_matches(['\r', '\n']).strip_prefix("SK1/")?;
    let mut parts = rest.splitn(6, '/');
    let mut part = || parts.next();
    let (kind, id, at, total, told, data) = (part()?, part()?, part()?, part()?, part()?, part()?);
    let kind = [Kind::HandOver, Kind::Sheet].into_iter().find(|known| known.letter() == kind)?;
    let head = format!("SK1/{}/{id}/{at}/{total}", kind.letter());
    if check(&[head.as_bytes(), data.as_bytes()]) != told {
        return None;
    }
    let (at, total) = (at.parse().ok()?, total.parse().ok()?);
    let fits = (1..=MAX_FRAMES).contains(&total) && (1..=total).contains(&at);
    fits.then_some(Frame { kind, id, at, total, data: from_base45(data)? })
}

/// The first four bytes of the SHA-256, in hexadecimal that QR codes hold in the short way.
fn check(parts: &[&[u8]]) -> String {
    data_encoding::HEXUPPER.encode(&seal::sha256(&parts.concat())[..4])
}

fn to_base45(bytes: &[u8]) -> String {
    let digit = |n: usize| char::from(BASE45[n % 45]);
    let mut out = String::with_capacity(bytes.len().div_ceil(2) * 3);
    for pair in bytes.chunks(2) {
        let (number, digits) = match pair {
            [a, b] => (usize::from(*a) * 256 + usize::from(*b), 3),
            [a] => (usize::from(*a), 2),
            _ => continue,
        };
        (0..digits).for_each(|power| out.push(digit(number / 45_usize.pow(power))));
    }
    out
}

fn from_base45(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    for group in text.as_bytes().chunks(3) {
        let mut number = 0;
        for letter in group.iter().rev() {
            number = number * 45 + BASE45.iter().position(|known| known == letter)?;
        }
        match group.len() {
            3 => out.extend(u16::try_from(number).ok()?.to_be_bytes()),
            2 => out.push(u8::try_from(number).ok()?),
            _ => return None,
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(length: usize) -> Vec<u8> {
        (0..length).map(|n| (n * 31 % 251) as u8).collect()
    }

    #[test]
    fn base45_is_that_of_rfc_9285() {
        for (plain, coded) in
            [("AB", "BB8"), ("Hello!!", "%69 VD92EX0"), ("base-45", "UJCLQE7W581"), ("", "")]
        {
            assert_eq!(to_base45(plain.as_bytes()), coded);
            assert_eq!(from_base45(coded).as_deref(), Some(plain.as_bytes()));
        }
        for wrong in ["GGW", ":::", "a", "A", "::"] {
            assert_eq!(from_base45(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn any_order_and_repeats_give_the_same_bytes() {
        for length in [1, 2, CHUNK, CHUNK + 1, 7_301] {
            let bytes = file(length);
            let mut texts = split(Kind::HandOver, &bytes).unwrap();
            texts.reverse();
            texts.extend(texts.clone());
            texts.push("otpauth://totp/a?secret=AA".into());
            let joined = join(&texts).unwrap();
            assert_eq!(joined.bytes.as_deref(), Some(bytes.as_slice()), "{length}");
            assert_eq!(joined.kind, Kind::HandOver);
        }
    }

    #[test]
    fn what_is_missing_mixed_or_changed_is_told() {
        let texts = split(Kind::Sheet, &file(2_000)).unwrap();
        let joined = join(&[texts[3].clone(), texts[0].clone()]).unwrap();
        assert_eq!((joined.total, joined.missing, joined.bytes), (4, vec![2, 3], None));
        let other = split(Kind::Sheet, &file(1_999)).unwrap();
        assert_eq!(join(&[texts[0].clone(), other[1].clone()]), Err(FramesError::Mixed));
        assert_eq!(join(&["a".into()]), Err(FramesError::None));
        assert_eq!(split(Kind::Sheet, &file(CHUNK * MAX_FRAMES + 1)), Err(FramesError::TooLarge));
        let mut changed = texts.clone();
        changed[1] = changed[1].replacen("SK1/S", "SK1/H", 1);
        assert_eq!(join(&changed).unwrap().missing, [2], "a code with a wrong check is none");
        for text in &texts {
            for cut in 0..text.len() {
                assert!(parse(&text[..cut]).is_none());
            }
        }
    }

    #[test]
    fn a_code_of_a_full_chunk_is_no_denser_than_meant() {
        let texts = split(Kind::HandOver, &file(5_000)).unwrap();
        let side = crate::qr::matrix(&texts[0]).unwrap().len();
        assert!(side <= 17 + 4 * 16, "version {}", (side - 17) / 4);
    }
}
