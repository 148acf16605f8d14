//! Time and randomness as arguments, so that every behaviour of the core can be tested at any instant.

use core::convert::Infallible;

use serde::{Deserialize, Deserializer, Serialize};

/// An instant: milliseconds since 1970-01-01 UTC by the device's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[cfg_attr(test, ts(type = "number"))]
#[serde(transparent)]
pub struct Millis(pub u64);

impl Millis {
    /// The last instant there is. What lies beyond is no number of JavaScript: one forged time would make every list that it
    /// stands in unreadable.
    pub const LAST: Self = Self((1 << 53) - 1);

    /// Whole seconds since 1970, as RFC 6238 counts them.
    pub fn unix_seconds(self) -> u64 {
        self.0 / 1000
    }

    /// The instant `ms` milliseconds later, [`Millis::LAST`] at most.
    pub fn plus(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms)).min(Self::LAST)
    }

    /// Milliseconds since `earlier`; 0 when `earlier` is later.
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// A later time than [`Millis::LAST`] is read as that one.
impl<'de> Deserialize<'de> for Millis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u64::deserialize(deserializer).map(|ms| Self(ms).min(Self::LAST))
    }
}

/// Where random bytes come from: the platform's generator in the product, a seeded one in tests.
pub trait Entropy {
    /// Fills `bytes` with random bytes fit for keys.
    fn fill(&mut self, bytes: &mut [u8]);
}

/// What the core may ask of the world while it answers one request.
pub struct Env<'a> {
    /// Now.
    pub now: Millis,
    /// Random bytes.
    pub entropy: &'a mut dyn Entropy,
}

impl Env<'_> {
    /// `N` fresh random bytes.
    pub fn make_bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes);
        bytes
    }
}

/// [`Entropy`] in the shape that the HPKE crate asks for.
pub(crate) struct Rng<'a>(pub &'a mut dyn Entropy);

impl hpke::rand_core::TryRng for Rng<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(bytes);
        Ok(())
    }
}

impl hpke::rand_core::TryCryptoRng for Rng<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_instant_is_beyond_what_javascript_counts() {
        for text in ["9007199254740991", "9007199254740992", "18446744073709551615"] {
            assert_eq!(serde_json::from_str::<Millis>(text).unwrap(), Millis::LAST);
        }
        assert_eq!(Millis::LAST.plus(1), Millis::LAST);
        assert_eq!(Millis(5).plus(u64::MAX), Millis::LAST);
        assert!(serde_json::from_str::<Millis>("-1").is_err());
    }
}
