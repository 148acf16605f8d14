//! An administrator's key: its public half as one line, the digest that people compare as six words, and what a header
//! says of it. A vault seals bundles to it only after its owner agreed.

use serde::{Deserialize, Serialize};

use crate::env::Millis;
use crate::secret::Key;

use super::address;
use super::bytes::B64;
use super::id::SlotId;
use super::seal;

const PREFIX: &str = "SPAREKEY/E1/";
const CHECK: &[u8] = b"sparekey/1 escrow address\0";
/// What a party may be called, in characters.
pub const MAX_NAME: usize = 100;

/// The public half of an administrator's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EscrowKey(pub [u8; 32]);

/// The text is no administrator's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoEscrowKey;

/// What a header says of a party that can open bundles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EscrowNote {
    /// Its slot.
    pub id: SlotId,
    /// What it calls itself, as the user saw it when agreeing.
    pub name: String,
    /// See [`EscrowKey::fingerprint`].
    pub fingerprint: B64<32>,
}

/// What the header of a helpdesk bundle says of who issued it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedNote {
    /// The party whose key opened the bundle that this one was made of.
    pub by: String,
    /// The person, as they typed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// See [`EscrowKey::fingerprint`].
    pub fingerprint: B64<32>,
    /// When it was issued.
    pub at: Millis,
    /// When the bundle that it was made of was written.
    pub of: Millis,
}

impl EscrowKey {
    /// The key that goes with a private half; `None` where it is none.
    pub fn of(private: &Key) -> Option<Self> {
        seal::derive_public(private).ok().map(Self)
    }

    /// Reads the line, blanks and lower case forgiven.
    pub fn parse(text: &str) -> Result<Self, NoEscrowKey> {
        address::parse(PREFIX, CHECK, text).map(Self).ok_or(NoEscrowKey)
    }

    /// The line.
    pub fn to_text(self) -> String {
        address::to_text(PREFIX, CHECK, &self.0)
    }

    /// A digest that tells keys apart. The public half itself lies in the encrypted body only: a header alone gives a later,
    /// quantum reader nothing to compute with.
    pub fn fingerprint(self) -> [u8; 32] {
        seal::sha256(&[b"sparekey/1 escrow words\0".as_slice(), &self.0].concat())
    }

    /// Six words to compare aloud.
    pub fn words(self) -> String {
        words(&self.fingerprint())
    }
}

/// The words of a fingerprint, a blank between each.
pub fn words(fingerprint: &[u8; 32]) -> String {
    address::words(fingerprint).join(" ")
}

/// A name as it is kept: one line, bounded; `None` where nothing is left.
pub fn clean_name(text: &str) -> Option<String> {
    let clean: String = text.trim().chars().filter(|c| !c.is_control()).take(MAX_NAME).collect();
    (!clean.is_empty()).then_some(clean)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::testing::Seeded;

    #[test]
    fn a_key_is_read_back_and_every_wrong_letter_is_found() {
        let (private, _) = seal::make_pair(&mut Seeded::new(4));
        let key = EscrowKey::of(&private).unwrap();
        let text = key.to_text();
        assert_eq!(EscrowKey::parse(&format!(" {} \n", text.to_lowercase())), Ok(key));
        for at in 0..text.len() {
            let mut wrong: Vec<char> = text.chars().collect();
            wrong[at] = if wrong[at] == 'A' { 'B' } else { 'A' };
            assert_eq!(EscrowKey::parse(&wrong.iter().collect::<String>()), Err(NoEscrowKey), "{at}");
            assert_eq!(EscrowKey::parse(&text[..at]), Err(NoEscrowKey));
        }
        // A device's address is none: what is for handing over must not become a party.
        let device = crate::recovery::handover::Address::of(&private).unwrap();
        assert!(EscrowKey::parse(&device.to_text()).is_err());
        assert_ne!(device.words().join(" "), key.words());
        assert_eq!(key.words().split(' ').count(), address::WORDS);
    }

    #[test]
    fn names_are_one_bounded_line() {
        assert_eq!(clean_name(" Acme\n\u{7} Ltd "), Some("Acme Ltd".into()));
        assert_eq!(clean_name(" \u{0} "), None);
        assert_eq!(clean_name(&"x".repeat(500)).unwrap().len(), MAX_NAME);
    }
}
