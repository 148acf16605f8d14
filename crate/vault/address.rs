//! A public half as text: one line with a check that finds a wrong letter, and six words that people compare aloud.

use super::password;
use super::seal;

/// Six words of 7,776 are 77 bits.
pub const WORDS: usize = 6;

/// `PREFIX` and base32 of the public half and four bytes of its digest: letters that a QR code holds in the short way.
pub fn to_text(prefix: &str, label: &[u8], public: &[u8; 32]) -> String {
    let bytes = [public.as_slice(), &check(label, public)].concat();
    format!("{prefix}{}", data_encoding::BASE32_NOPAD.encode(&bytes))
}

/// Reads [`to_text`], blanks and lower case forgiven.
pub fn parse(prefix: &str, label: &[u8], text: &str) -> Option<[u8; 32]> {
    let text: String = text.split_whitespace().collect::<String>().to_uppercase();
    let bytes = data_encoding::BASE32_NOPAD.decode(text.strip_prefix(prefix)?.as_bytes()).ok()?;
    let (public, told) = bytes.split_first_chunk::<32>()?;
    (told == check(label, public)).then_some(*public)
}

/// The words of a digest.
pub fn words(digest: &[u8; 32]) -> [&'static str; WORDS] {
    core::array::from_fn(|at| {
        let number = digest[at * 4..].iter().take(4).fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
        password::word(number)
    })
}

fn check(label: &[u8], public: &[u8; 32]) -> [u8; 4] {
    let digest = seal::sha256(&[label, public].concat());
    [digest[0], digest[1], digest[2], digest[3]]
}
