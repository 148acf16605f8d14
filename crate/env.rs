//! Time and randomness as arguments, so that every behaviour of the core can be tested at any instant.

use core::convert::Infallible;

use serde::{Deserialize, Serialize};

/// An instant: milliseconds since 1970-01-01 UTC by the device's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[cfg_attr(test, ts(type = "number"))]
#[serde(transparent)]
pub struct Millis(pub u64);

impl Millis {
    /// Whole seconds since 1970, as RFC 6238 counts them.
    pub fn unix_seconds(self) -> u64 {
        self.0 / 1000
    }

    /// The instant `ms` milliseconds later, saturating.
    pub fn plus(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds since `earlier`; 0 when `earlier` is later.
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
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
