//! Shares of a secret by SLIP-39 (SatoshiLabs, "Shamir's Secret-Sharing for Mnemonic Codes"): any `threshold` of them
//! give it back, fewer say nothing. Written here because no maintained crate does it without a bitcoin library.
//!
//! | file | what it is for |
//! | --- | --- |
//! | [`share`] | one share and its words, with their checksum |
//! | `field` | sharing and recovering bytes over GF(256) |
//! | `words.txt` | the 1,024 words, each known by its first four letters |

mod field;
pub mod share;

use crate::env::Entropy;
use crate::secret::{Secret, SecretBytes};

use self::field::{Point, interpolate};
use self::share::Share;

/// 128 bits: twenty words a share.
const SECRET: usize = 16;
/// At most sixteen shares.
pub const MAX_SHARES: u8 = 16;
/// Where the secret lies, and the digest that tells a wrong set.
const SECRET_AT: u8 = 255;
const DIGEST_AT: u8 = 254;
const DIGEST: usize = 4;
/// 10,000 HMACs, doubled by each step of the exponent. A share that asks for more than 80,000 would only cost time.
const MAX_EXPONENT: u8 = 3;
const BASE_ITERATIONS: u32 = 10_000;
const ROUNDS: u8 = 4;

/// Why shares do not come to a secret. Indices are of the shares given, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CombineError {
    /// No share at all.
    None,
    /// One belongs to another set than the first.
    Foreign(usize),
    /// One is there twice.
    Twice(usize),
    /// Too few: how many are there, of how many.
    TooFew(u8, u8),
    /// They do not belong together: the digest is wrong.
    Mismatch,
    /// A derivation that is not done without asking.
    TooMuchWork,
}

impl CombineError {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::None => "share-none",
            Self::Foreign(_) => "share-foreign",
            Self::Twice(_) => "share-twice",
            Self::TooFew(..) => "share-too-few",
            Self::Mismatch => "share-mismatch",
            Self::TooMuchWork => "share-too-dear",
        }
    }
}

/// A fresh secret and its shares: any `threshold` of `count` give it back. `None`: no such sharing.
pub fn make(entropy: &mut dyn Entropy, threshold: u8, count: u8) -> Option<(SecretBytes, Vec<Share>)> {
    if threshold < 2 || threshold > count || count > MAX_SHARES {
        return None;
    }
    let mut secret = Secret::new(vec![0; SECRET]);
    entropy.fill(secret.expose_mut());
    let mut id = [0; 2];
    entropy.fill(&mut id);
    let id = u16::from_be_bytes(id) & 0x7fff;
    let template = Share {
        id,
        extendable: true,
        exponent: 0,
        group_index: 0,
        group_threshold: 1,
        group_count: 1,
        member_index: 0,
        member_threshold: threshold,
        value: Secret::default(),
    };
    let sealed = feistel(secret.expose(), b"", &template, (0..ROUNDS).collect());
    let shares = split(entropy, threshold, count, &sealed);
    let shares = (0..).zip(shares).map(|(at, value)| Share { member_index: at, value, ..template.clone() });
    Some((secret, shares.collect()))
}

/// The secret that shares come to. Ours have no passphrase.
pub fn combine(shares: &[Share], passphrase: &[u8]) -> Result<SecretBytes, CombineError> {
    let first = shares.first().ok_or(CombineError::None)?;
    if first.exponent > MAX_EXPONENT {
        return Err(CombineError::TooMuchWork);
    }
    for (at, share) in shares.iter().enumerate() {
        if !share.is_of_the_set_of(first) {
            return Err(CombineError::Foreign(at));
        }
        let same_place = |other: &&Share| {
            (other.group_index, other.member_index) == (share.group_index, share.member_index)
        };
        if shares[..at].iter().any(|other| same_place(&other)) {
            return Err(CombineError::Twice(at));
        }
        // Within a group the threshold is one.
        let odd = |other: &Share| {
            other.group_index == share.group_index && other.member_threshold != share.member_threshold
        };
        if shares[..at].iter().any(odd) {
            return Err(CombineError::Foreign(at));
        }
    }
    let mut groups: Vec<Point> = Vec::new();
    for group in 0..MAX_SHARES {
        let members: Vec<&Share> = shares.iter().filter(|share| share.group_index == group).collect();
        let Some(member) = members.first() else { continue };
        if groups.len() >= usize::from(first.group_threshold) {
            break;
        }
        // SLIP-39 asks for exactly as many; one that is there besides does no harm.
        let needed = members.iter().take(usize::from(member.member_threshold));
        let points = needed.map(|share| Point { at: share.member_index, value: share.value.clone() });
        groups.push(Point { at: group, value: recover(member.member_threshold, points.collect())? });
    }
    let sealed = recover(first.group_threshold, groups)?;
    Ok(feistel(sealed.expose(), passphrase, first, (0..ROUNDS).rev().collect()))
}

/// A value into shares (SLIP-39 "Sharing a secret"): random ones, the digest's, and the rest on their curve.
fn split(entropy: &mut dyn Entropy, threshold: u8, count: u8, value: &SecretBytes) -> Vec<SecretBytes> {
    let len = value.expose().len();
    let mut points: Vec<Point> = (0..threshold - 2)
        .map(|at| {
            let mut random = Secret::new(vec![0; len]);
            entropy.fill(random.expose_mut());
            Point { at, value: random }
        })
        .collect();
    let mut digest = Secret::new(vec![0; len]);
    entropy.fill(&mut digest.expose_mut()[DIGEST..]);
    let tag = digest_of(&digest.expose()[DIGEST..], value.expose());
    digest.expose_mut()[..DIGEST].copy_from_slice(&tag);
    points.push(Point { at: DIGEST_AT, value: digest });
    points.push(Point { at: SECRET_AT, value: value.clone() });
    (0..count)
        .map(|at| match points.iter().find(|point| point.at == at) {
            Some(point) => point.value.clone(),
            None => interpolate(&points, at),
        })
        .collect()
}

/// The value that enough points of a curve come to.
fn recover(threshold: u8, points: Vec<Point>) -> Result<SecretBytes, CombineError> {
    let have = points.len() as u8;
    if have < threshold {
        return Err(CombineError::TooFew(have, threshold));
    }
    if have > threshold {
        return Err(CombineError::Mismatch);
    }
    let Some(first) = points.first().filter(|_| threshold > 0) else { return Err(CombineError::None) };
    if threshold == 1 {
        return Ok(first.value.clone());
    }
    if points.iter().any(|point| point.value.expose().len() != first.value.expose().len()) {
        return Err(CombineError::Mismatch);
    }
    let (value, digest) = (interpolate(&points, SECRET_AT), interpolate(&points, DIGEST_AT));
    let (tag, random) = digest.expose().split_at(DIGEST);
    let right: [u8; DIGEST] = digest_of(random, value.expose());
    if bool::from(subtle::ConstantTimeEq::ct_eq(tag, right.as_slice())) {
        Ok(value)
    } else {
        Err(CombineError::Mismatch)
    }
}

fn digest_of(random: &[u8], value: &[u8]) -> [u8; DIGEST] {
    use hmac::{KeyInit, Mac};
    // HMAC takes a key of any length (RFC 2104).
    let Ok(mut mac) = <hmac::Hmac<sha2::Sha256> as KeyInit>::new_from_slice(random) else {
        return [0; DIGEST];
    };
    mac.update(value);
    let tag: [u8; 32] = mac.finalize().into_bytes().into();
    [tag[0], tag[1], tag[2], tag[3]]
}

/// The four-round Feistel cipher of SLIP-39; decrypts with the rounds backwards.
fn feistel(value: &[u8], passphrase: &[u8], share: &Share, rounds: Vec<u8>) -> SecretBytes {
    let (left, right) = value.split_at(value.len() / 2);
    let (mut left, mut right) = (Secret::new(left.to_vec()), Secret::new(right.to_vec()));
    let prefix =
        if share.extendable { Vec::new() } else { [b"shamir".as_slice(), &share.id.to_be_bytes()].concat() };
    let iterations = (BASE_ITERATIONS << share.exponent) / u32::from(ROUNDS);
    for round in rounds {
        let password = Secret::new([&[round], passphrase].concat());
        let salt = Secret::new([prefix.as_slice(), right.expose()].concat());
        let mut mask = Secret::new(vec![0; right.expose().len()]);
        pbkdf2::pbkdf2_hmac::<sha2::Sha256>(password.expose(), salt.expose(), iterations, mask.expose_mut());
        for (byte, other) in mask.expose_mut().iter_mut().zip(left.expose()) {
            *byte ^= other;
        }
        left = std::mem::replace(&mut right, mask);
    }
    Secret::new([right.expose().as_slice(), left.expose()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::testing::Seeded;

    #[derive(serde::Deserialize)]
    struct Vector {
        what: String,
        shares: Vec<String>,
        secret: String,
    }

    #[test]
    fn all_45_official_vectors() {
        let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/slip39.json"));
        let vectors: Vec<Vector> = serde_json::from_str(text).unwrap();
        assert_eq!(vectors.len(), 45);
        for vector in &vectors {
            let shares: Result<Vec<Share>, _> = vector.shares.iter().map(|text| Share::parse(text)).collect();
            let secret = shares.ok().and_then(|shares| combine(&shares, b"TREZOR").ok());
            let secret = secret.map(|secret| data_encoding::HEXLOWER.encode(secret.expose()));
            assert_eq!(secret.unwrap_or_default(), vector.secret, "{}", vector.what);
        }
    }

    #[test]
    fn any_threshold_of_them_gives_it_back_in_any_order_and_fewer_do_not() {
        for (threshold, count) in [(2, 3), (3, 5), (2, 2), (4, 4), (5, 16)] {
            let (secret, shares) = make(&mut Seeded::new(u64::from(count)), threshold, count).unwrap();
            let words: Vec<_> = shares.iter().map(Share::to_words).collect();
            let shares: Vec<Share> =
                words.iter().map(|words| Share::parse(words.expose()).unwrap()).collect();
            for from in 0..count {
                let order = |n: u8| usize::from((from + n * 7) % count);
                let mut picked: Vec<Share> = Vec::new();
                for n in 0..count {
                    let share = &shares[order(n)];
                    if !picked.contains(share) && picked.len() < usize::from(threshold) {
                        picked.push(share.clone());
                    }
                }
                if picked.len() == usize::from(threshold) {
                    assert_eq!(combine(&picked, b""), Ok(secret.clone()), "{threshold} of {count}");
                    picked.pop();
                    assert_eq!(combine(&picked, b""), Err(CombineError::TooFew(threshold - 1, threshold)));
                }
            }
        }
        for (threshold, count) in [(1, 3), (0, 0), (4, 3), (2, 17)] {
            assert!(make(&mut Seeded::new(1), threshold, count).is_none(), "{threshold} of {count}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_set_is_told_apart() {
        let (_, ours) = make(&mut Seeded::new(1), 2, 3).unwrap();
        let (_, theirs) = make(&mut Seeded::new(2), 2, 3).unwrap();
        let set = |picked: &[&Share]| {
            combine(&picked.iter().map(|share| (*share).clone()).collect::<Vec<_>>(), b"")
        };
        assert_eq!(set(&[]), Err(CombineError::None));
        assert_eq!(set(&[&ours[0], &theirs[1]]), Err(CombineError::Foreign(1)));
        assert_eq!(set(&[&ours[0], &ours[0]]), Err(CombineError::Twice(1)));
        assert_eq!(set(&[&ours[2]]), Err(CombineError::TooFew(1, 2)));
        let mut changed = ours[1].clone();
        changed.value.expose_mut()[3] ^= 1;
        assert_eq!(set(&[&ours[0], &changed]), Err(CombineError::Mismatch));
        let dear = Share { exponent: 15, ..ours[0].clone() };
        assert_eq!(set(&[&dear]), Err(CombineError::TooMuchWork));
    }
}
