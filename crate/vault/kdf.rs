//! From a password to 32 bytes: the costs that format 1 accepts, and the derivation itself.
//! The derivation is an effect: the page that asked runs it in a worker; the background never does.

use crate::protocol::{KdfParams, KdfProfile};
use crate::secret::Key;

/// RFC 9106's second recommended choice, with one lane because Wasm has one thread.
pub const ARGON2ID: KdfParams = KdfParams::Argon2id { m: 64 * 1024, t: 3, p: 1 };
/// OWASP Password Storage: PBKDF2-HMAC-SHA256 with 600,000 iterations.
pub const PBKDF2: KdfParams = KdfParams::Pbkdf2 { iterations: 600_000 };

/// Why a cost is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CostError {
    /// Below the floor: a forged file must not make us derive cheaply.
    TooCheap,
    /// Above what is done without asking, memory in KiB.
    TooDear {
        /// Memory asked for, in KiB.
        kib: u32,
    },
}

/// The cost of a new slot.
pub fn params_of(profile: KdfProfile) -> KdfParams {
    match profile {
        KdfProfile::Argon2id => ARGON2ID,
        KdfProfile::Pbkdf2 => PBKDF2,
    }
}

/// Floor: OWASP's 19 MiB, two passes; 600,000 iterations. Ceiling: 512 MiB, sixteen passes; 10 million iterations.
pub fn check(params: KdfParams) -> Result<(), CostError> {
    match params {
        KdfParams::Argon2id { m, t, p } => {
            if m < 19 * 1024 || t < 2 || p == 0 {
                Err(CostError::TooCheap)
            } else if m > 512 * 1024 || t > 16 || p > 16 {
                Err(CostError::TooDear { kib: m })
            } else {
                Ok(())
            }
        }
        KdfParams::Pbkdf2 { iterations: ..600_000 } => Err(CostError::TooCheap),
        KdfParams::Pbkdf2 { iterations: 10_000_001.. } => Err(CostError::TooDear { kib: 0 }),
        KdfParams::Pbkdf2 { .. } => Ok(()),
    }
}

/// How many times the work of a new slot of ours.
pub fn times_ours(params: KdfParams) -> f64 {
    match params {
        KdfParams::Argon2id { m, t, .. } => f64::from(m) * f64::from(t) / (64.0 * 1024.0 * 3.0),
        KdfParams::Pbkdf2 { iterations } => f64::from(iterations) / 600_000.0,
    }
}

/// Derives 32 bytes. Call [`check`] first where the parameters come from a file.
/// Memory that the allocator refuses is an error of the caller's instance: it is thrown away with it.
pub fn derive(params: KdfParams, salt: &[u8; 16], password: &[u8]) -> Result<Key, CostError> {
    let mut out = Key::default();
    match params {
        KdfParams::Argon2id { m, t, p } => {
            let cost = argon2::Params::new(m, t, p, Some(32)).map_err(|_| CostError::TooDear { kib: m })?;
            argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, cost)
                .hash_password_into(password, salt, out.expose_mut())
                .map_err(|_| CostError::TooDear { kib: m })?;
        }
        KdfParams::Pbkdf2 { iterations } => {
            pbkdf2::pbkdf2_hmac::<sha2::Sha256>(password, salt, iterations, out.expose_mut());
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floors_and_ceilings_hold() {
        assert_eq!(check(ARGON2ID), Ok(()));
        assert_eq!(check(PBKDF2), Ok(()));
        assert_eq!(check(KdfParams::Argon2id { m: 19 * 1024 - 1, t: 2, p: 1 }), Err(CostError::TooCheap));
        assert_eq!(check(KdfParams::Argon2id { m: 19 * 1024, t: 1, p: 1 }), Err(CostError::TooCheap));
        let dear = 512 * 1024 + 1;
        assert_eq!(check(KdfParams::Argon2id { m: dear, t: 3, p: 1 }), Err(CostError::TooDear { kib: dear }));
        assert_eq!(check(KdfParams::Pbkdf2 { iterations: 599_999 }), Err(CostError::TooCheap));
    }

    #[test]
    fn pbkdf2_hmac_sha256_known_answer() {
        // Checked against Python's hashlib.pbkdf2_hmac.
        let key = derive(KdfParams::Pbkdf2 { iterations: 4096 }, b"0123456789abcdef", b"password").unwrap();
        assert_eq!(
            data_encoding::HEXLOWER.encode(key.expose()),
            "615eeee652a9fe1cf9f427d6218526a937add018079854b2aa11875d759837ac"
        );
    }

    #[test]
    fn argon2id_known_answer() {
        // Checked against argon2-cffi: hash_secret_raw(b"password", b"0123456789abcdef", 2, 1024, 1, 32, ID).
        let key =
            derive(KdfParams::Argon2id { m: 1024, t: 2, p: 1 }, b"0123456789abcdef", b"password").unwrap();
        assert_eq!(
            data_encoding::HEXLOWER.encode(key.expose()),
            "fbb749b873e2a2f1da56305bbe809193f2cc30af6d2ef5fa09d69d9aa0a14d7b"
        );
    }
}
