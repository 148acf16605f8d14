//! Bytes in JSON: standard base64 with padding, canonical (a second spelling of the same bytes is refused).

use data_encoding::BASE64;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// `N` bytes that travel as base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct B64<const N: usize>(pub [u8; N]);

impl<const N: usize> Serialize for B64<N> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&BASE64.encode(&self.0))
    }
}

impl<'de, const N: usize> Deserialize<'de> for B64<N> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        decode(&text).map(Self).ok_or_else(|| serde::de::Error::custom("not base64 of the right length"))
    }
}

/// Reads exactly `N` bytes of base64.
pub fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    BASE64.decode(text.as_bytes()).ok()?.try_into().ok()
}
