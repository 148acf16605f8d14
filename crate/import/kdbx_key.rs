//! KeePass' key files: XML of two versions, 32 bytes, 64 hexadecimal digits, or the hash of any file.

use data_encoding::{BASE64, HEXUPPER};

use super::read::crypto;
use super::text;
use crate::secret::SecretBytes;

/// Each file costs a derivation, so no more are tried.
const MAX_TRIED: usize = 4;

/// A file as a key.
pub(super) struct Candidate<'f> {
    pub(super) name: &'f str,
    pub(super) key: SecretBytes,
    /// It was made to be a key.
    pub(super) made: bool,
}

/// Files as keys: those that were made for it first, then the smallest. Databases are none.
pub(super) fn candidates(files: &[(String, Vec<u8>)]) -> impl Iterator<Item = Candidate<'_>> {
    let mut keys: Vec<_> = files
        .iter()
        .filter(|(_, bytes)| !bytes.is_empty() && !super::kdbx::looks_like(bytes))
        .map(|(name, bytes)| (made(bytes), name.as_str(), bytes))
        .collect();
    keys.sort_by_key(|(made, _, bytes)| (made.is_none(), bytes.len()));
    keys.into_iter().take(MAX_TRIED).map(|(key, name, bytes)| Candidate {
        name,
        made: key.is_some(),
        key: key.unwrap_or_else(|| SecretBytes::new(crypto::sha256(&[bytes]).to_vec())),
    })
}

/// The key of a file that says that it is one.
fn made(bytes: &[u8]) -> Option<SecretBytes> {
    if bytes.len() == 32 {
        return Some(SecretBytes::new(bytes.to_vec()));
    }
    if bytes.len() == 64 {
        return HEXUPPER.decode(&bytes.to_ascii_uppercase()).ok().map(SecretBytes::new);
    }
    let text = text::decode(bytes)?;
    let (_, file) = text.split_once("<KeyFile")?;
    let data: String = element(file, "Data")?.split_whitespace().collect();
    let key = match element(file, "Version").unwrap_or_default().trim() {
        version if version.starts_with('2') => HEXUPPER.decode(data.to_ascii_uppercase().as_bytes()),
        _ => BASE64.decode(data.as_bytes()),
    };
    key.ok().map(SecretBytes::new)
}

/// What stands in the first element of that name, up to the next tag.
fn element<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(&format!("<{name}"))?;
    let (_, rest) = rest.split_once('>')?;
    rest.split('<').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(bytes: impl AsRef<[u8]>) -> (String, Vec<u8>) {
        (String::new(), bytes.as_ref().to_vec())
    }

    fn key(bytes: impl AsRef<[u8]>) -> Vec<u8> {
        candidates(&[file(bytes)]).next().unwrap().key.expose().clone()
    }

    #[test]
    fn every_kind_of_file() {
        let bytes: Vec<u8> = (0..32).collect();
        let hex = data_encoding::HEXLOWER.encode(&bytes);
        let one = format!(
            "<?xml version=\"1.0\"?>\n<KeyFile>\n\t<Meta><Version>1.00</Version></Meta>\n\t<Key><Data>{}</Data></Key></KeyFile>",
            BASE64.encode(&bytes)
        );
        let (left, right) = hex.split_at(32);
        let two = format!(
            "\u{feff}<KeyFile><Meta><Version>2.0</Version></Meta><Key>\n<Data Hash=\"630DCD29\">\n {left}\n {right}\n</Data></Key></KeyFile>"
        );
        for made in [bytes.as_slice(), hex.as_bytes(), one.as_bytes(), two.as_bytes()] {
            assert_eq!(key(made), bytes);
        }
        assert_eq!(key("any file"), crypto::sha256(&[b"any file"]));
        // No digit, and no base64.
        let no_hex = "g".repeat(64);
        let damaged = one.replace("<Data>", "<Data>!");
        for other in [no_hex.as_bytes(), damaged.as_bytes()] {
            assert_eq!(key(other), crypto::sha256(&[other]));
        }
    }

    #[test]
    fn few_are_tried_and_made_ones_first() {
        let database = [3_u8, 0xd9, 0xa2, 0x9a, 0];
        let many = [
            file([7_u8; 50]),
            file(""),
            file(database),
            file([1_u8; 32]),
            file("x"),
            file([8_u8; 60]),
            file([9_u8; 70]),
        ];
        let tried: Vec<_> = candidates(&many).map(|tried| tried.key.expose().clone()).collect();
        let hash = |bytes: &[u8]| crypto::sha256(&[bytes]).to_vec();
        assert_eq!(candidates(&many).filter(|tried| tried.made).count(), 1);
        assert_eq!(tried, [vec![1; 32], hash(b"x"), hash(&[7; 50]), hash(&[8; 60])]);
    }
}
