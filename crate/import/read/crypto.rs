//! The ciphers and key derivations of other apps' files. Every derivation is measured against [`Limits`] before
//! it is run. None of this seals anything of ours.

use aes::Aes256;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{AesGcm, Nonce};
use argon2::Argon2;
use cbc::cipher::block_padding::{NoPadding, Padding, Pkcs7};
use cbc::cipher::consts::{U12, U16};
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use hmac::digest::Digest;
use hmac::{Hmac, Mac};
use md5::Md5;
use pbkdf2::pbkdf2_hmac;
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use subtle::ConstantTimeEq;

use crate::import::{ImportError, Limits};
use crate::secret::{Key, Secret, SecretBytes};

/// The hash under PBKDF2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prf {
    /// HMAC-SHA-1.
    Sha1,
    /// HMAC-SHA-256.
    Sha256,
    /// HMAC-SHA-512.
    Sha512,
}

/// What an Argon2 derivation costs and which one it is.
#[derive(Clone, Copy, Debug)]
pub struct Argon2Cost {
    /// The variant: `Argon2id` everywhere but in KeePass, which also has `Argon2d`.
    pub variant: argon2::Algorithm,
    /// The version: 1.3 everywhere but in old KeePass files.
    pub version: argon2::Version,
    /// Memory in KiB.
    pub kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Argon2Cost {
    /// Argon2id, version 1.3.
    pub fn id(kib: u32, passes: u32, lanes: u32) -> Self {
        Self { variant: argon2::Algorithm::Argon2id, version: argon2::Version::V0x13, kib, passes, lanes }
    }
}

/// Compressions of SHA-1 that take no longer than one pass of Argon2id over 1 KiB: what a file with many small
/// derivations is measured by as a whole, since each alone is always admitted.
pub const COMPRESSIONS_A_PASS: u64 = 4;

/// Refuses work beyond the limits, saying how much was asked for.
pub fn admit(kib: u64, work: u64, limits: &Limits) -> Result<(), ImportError> {
    if kib <= limits.max_kdf_kib.into() && work <= limits.max_work {
        return Ok(());
    }
    Err(ImportError::TooMuchWork { kib: u32::try_from(kib).unwrap_or(u32::MAX), work })
}

/// PBKDF2-HMAC. One unit of work is one compression; an HMAC takes two.
pub fn derive_pbkdf2<const N: usize>(
    prf: Prf,
    password: &[u8],
    salt: &[u8],
    iterations: u64,
    limits: &Limits,
) -> Result<Secret<[u8; N]>, ImportError> {
    let hash_len = match prf {
        Prf::Sha1 => 20,
        Prf::Sha256 => 32,
        Prf::Sha512 => 64,
    };
    let blocks = N.div_ceil(hash_len) as u64;
    admit(0, iterations.saturating_mul(2).saturating_mul(blocks), limits)?;
    let rounds = match u32::try_from(iterations) {
        Ok(rounds) if rounds > 0 => rounds,
        _ => return Err(ImportError::BadContent),
    };
    let mut key = Secret::new([0; N]);
    match prf {
        Prf::Sha1 => pbkdf2_hmac::<Sha1>(password, salt, rounds, key.expose_mut()),
        Prf::Sha256 => pbkdf2_hmac::<Sha256>(password, salt, rounds, key.expose_mut()),
        Prf::Sha512 => pbkdf2_hmac::<Sha512>(password, salt, rounds, key.expose_mut()),
    }
    Ok(key)
}

/// Scrypt. `n` must be a power of two.
pub fn derive_scrypt<const N: usize>(
    password: &[u8],
    salt: &[u8],
    (n, r, p): (u64, u32, u32),
    limits: &Limits,
) -> Result<Secret<[u8; N]>, ImportError> {
    if !n.is_power_of_two() || n < 2 || r == 0 || p == 0 {
        return Err(ImportError::BadContent);
    }
    let (kib, work) = scrypt_work((n, r, p));
    admit(kib, work, limits)?;
    let log_n = u8::try_from(n.trailing_zeros()).map_err(|_| ImportError::BadContent)?;
    let params = scrypt::Params::new(log_n, r, p).map_err(|_| ImportError::BadContent)?;
    let mut key = Secret::new([0; N]);
    scrypt::scrypt(password, salt, &params, key.expose_mut()).map_err(|_| ImportError::BadContent)?;
    Ok(key)
}

/// Memory in KiB and work of [`derive_scrypt`].
pub fn scrypt_work((n, r, p): (u64, u32, u32)) -> (u64, u64) {
    // 128 bytes x r for each of n + p rows; filling and reading is two passes over n rows, p times.
    let kib = n.saturating_add(p.into()).saturating_mul(r.into()).div_ceil(8);
    (kib, kib.saturating_mul(2).saturating_mul(p.into()))
}

/// Argon2 with 32 bytes of output.
pub fn derive_argon2(
    password: &[u8],
    salt: &[u8],
    cost: Argon2Cost,
    limits: &Limits,
) -> Result<Key, ImportError> {
    let work = u64::from(cost.kib).saturating_mul(cost.passes.into());
    admit(cost.kib.into(), work, limits)?;
    let params = argon2::Params::new(cost.kib, cost.passes, cost.lanes, Some(32))
        .map_err(|_| ImportError::BadContent)?;
    let mut key = Key::new([0; 32]);
    match Argon2::new(cost.variant, cost.version, params).hash_password_into(password, salt, key.expose_mut())
    {
        Ok(()) => Ok(key),
        Err(argon2::Error::OutOfMemory) => Err(ImportError::TooMuchWork { kib: cost.kib, work }),
        Err(_) => Err(ImportError::BadContent),
    }
}

/// OpenSSL's `EVP_BytesToKey` with MD5 and one round, as CryptoJS uses it: a 32-byte key and a 16-byte IV.
pub fn derive_evp_md5(passphrase: &[u8], salt: &[u8]) -> (Key, [u8; 16]) {
    let step = |before: &[u8]| {
        Md5::new().chain_update(before).chain_update(passphrase).chain_update(salt).finalize()
    };
    let one = step(&[]);
    let two = step(&one);
    let iv = step(&two);
    let mut key = Key::new([0; 32]);
    key.expose_mut()[..16].copy_from_slice(&one);
    key.expose_mut()[16..].copy_from_slice(&two);
    (key, iv.into())
}

/// Opens AES-256-GCM: `sealed` is the ciphertext and its 16-byte tag. A tag that does not fit is a wrong password.
/// Nonces of 12 and 16 bytes occur.
pub fn open_gcm(key: &Key, nonce: &[u8], aad: &[u8], sealed: &[u8]) -> Result<SecretBytes, ImportError> {
    let payload = Payload { msg: sealed, aad };
    let opened = if let Ok(nonce) = Nonce::<U12>::try_from(nonce) {
        AesGcm::<Aes256, U12>::new(key.expose().into()).decrypt(&nonce, payload)
    } else if let Ok(nonce) = Nonce::<U16>::try_from(nonce) {
        AesGcm::<Aes256, U16>::new(key.expose().into()).decrypt(&nonce, payload)
    } else {
        return Err(ImportError::BadContent);
    };
    opened.map(SecretBytes::new).map_err(|_| ImportError::WrongPassword)
}

/// Opens AES-256-CBC with PKCS#7. There is no MAC: bad padding is a wrong password, good padding proves little.
pub fn open_cbc(key: &Key, iv: &[u8], sealed: &[u8]) -> Result<SecretBytes, ImportError> {
    open_cbc_with::<Pkcs7>(key, iv, sealed)
}

/// Opens AES-256-CBC without padding.
pub fn open_cbc_unpadded(key: &Key, iv: &[u8], sealed: &[u8]) -> Result<SecretBytes, ImportError> {
    open_cbc_with::<NoPadding>(key, iv, sealed)
}

fn open_cbc_with<P: Padding>(key: &Key, iv: &[u8], sealed: &[u8]) -> Result<SecretBytes, ImportError> {
    if iv.len() != 16 || sealed.is_empty() || !sealed.len().is_multiple_of(16) {
        return Err(ImportError::BadContent);
    }
    let cipher =
        cbc::Decryptor::<Aes256>::new_from_slices(key.expose(), iv).map_err(|_| ImportError::BadContent)?;
    cipher.decrypt_padded_vec::<P>(sealed).map(SecretBytes::new).map_err(|_| ImportError::WrongPassword)
}

/// HMAC-SHA-1 over the parts, one after the other.
pub fn hmac_sha1(key: &[u8], parts: &[&[u8]]) -> [u8; 20] {
    hmac::<Hmac<Sha1>>(key, parts).into()
}

/// HMAC-SHA-256 over the parts, one after the other.
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    hmac::<Hmac<Sha256>>(key, parts).into()
}

fn hmac<M: Mac + hmac::KeyInit>(key: &[u8], parts: &[&[u8]]) -> hmac::digest::Output<M> {
    // HMAC takes keys of any length: the error cannot happen, and a zero MAC would be refused by its reader.
    let Ok(mut mac) = <M as hmac::KeyInit>::new_from_slice(key) else { return Default::default() };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes()
}

/// SHA-1 over the parts, one after the other.
pub fn sha1(parts: &[&[u8]]) -> [u8; 20] {
    parts.iter().fold(Sha1::new(), |hash, part| hash.chain_update(part)).finalize().into()
}

/// SHA-256 over the parts, one after the other.
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    parts.iter().fold(Sha256::new(), |hash, part| hash.chain_update(part)).finalize().into()
}

/// SHA-512 over the parts, one after the other.
pub fn sha512(parts: &[&[u8]]) -> [u8; 64] {
    parts.iter().fold(Sha512::new(), |hash, part| hash.chain_update(part)).finalize().into()
}

/// Whether two MACs are the same, in constant time.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::HEXLOWER;

    const WIDE: Limits =
        Limits { max_bytes: 1 << 20, max_items: 10, max_kdf_kib: 1 << 16, max_work: 1 << 22, told: |_| {} };

    fn hex(bytes: &[u8]) -> String {
        HEXLOWER.encode(bytes)
    }

    #[test]
    fn pbkdf2_gives_the_published_values() {
        // RFC 6070, 4,096 iterations.
        let sha1 = derive_pbkdf2::<20>(Prf::Sha1, b"password", b"salt", 4096, &WIDE).unwrap();
        assert_eq!(hex(sha1.expose()), "4b007901b765489abead49d926f721d065a429c1");
        // RFC 7914 section 11, first 32 bytes.
        let sha256 = derive_pbkdf2::<32>(Prf::Sha256, b"passwd", b"salt", 1, &WIDE).unwrap();
        assert_eq!(hex(sha256.expose()), "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc");
    }

    #[test]
    fn scrypt_gives_the_published_value() {
        // RFC 7914 section 12, first 32 bytes.
        let key: Key = derive_scrypt(b"password", b"NaCl", (1024, 8, 16), &WIDE).unwrap();
        assert_eq!(hex(key.expose()), "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162");
    }

    #[test]
    fn argon2_gives_the_reference_value() {
        // From the reference implementation's test.c: argon2id, t=2, m=2^16, p=1.
        let key = derive_argon2(b"password", b"somesalt", Argon2Cost::id(1 << 16, 2, 1), &WIDE).unwrap();
        assert_eq!(hex(key.expose()), "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7");
    }

    #[test]
    fn work_beyond_the_limits_is_refused_before_it_is_done() {
        let much = |e: Option<ImportError>| matches!(e, Some(ImportError::TooMuchWork { .. }));
        assert!(much(derive_pbkdf2::<32>(Prf::Sha256, b"", b"", u64::MAX, &WIDE).err()));
        assert!(much(derive_scrypt::<32>(b"", b"", (1 << 40, 8, 1), &WIDE).err()));
        assert!(much(derive_scrypt::<32>(b"", b"", (2, 8, u32::MAX), &WIDE).err()));
        assert!(much(derive_argon2(b"", b"somesalt", Argon2Cost::id(u32::MAX, 1, 1), &WIDE).err()));
        assert!(much(derive_argon2(b"", b"somesalt", Argon2Cost::id(1 << 16, u32::MAX, 1), &WIDE).err()));
        for bad in [(3, 8, 1), (0, 8, 1), (1, 8, 1), (1024, 0, 1), (1024, 8, 0)] {
            assert_eq!(derive_scrypt::<32>(b"", b"", bad, &WIDE).err(), Some(ImportError::BadContent));
        }
        assert_eq!(derive_pbkdf2::<32>(Prf::Sha1, b"", b"", 0, &WIDE).err(), Some(ImportError::BadContent));
        assert_eq!(
            derive_argon2(b"", b"somesalt", Argon2Cost::id(1, 1, 1), &WIDE).err(),
            Some(ImportError::BadContent)
        );
    }

    #[test]
    fn evp_gives_what_openssl_gives() {
        // openssl enc -aes-256-cbc -md md5 -pass pass:secret -S 0102030405060708 -P
        let (key, iv) = derive_evp_md5(b"secret", &[1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(hex(key.expose()), "c9e5a1bd216dbe1317e230cef48f38ee7f0e17ad64022144bccec4a1aa2879ab");
        assert_eq!(hex(&iv), "e24b32bbbc4ef02ecbcb6576523ad893");
    }

    #[test]
    fn gcm_and_cbc_open_what_fits_and_refuse_the_rest() {
        // The GCM specification's test case 13: no plain text, zero key and nonce.
        let key = Key::new([0; 32]);
        let tag = data_encoding::HEXLOWER.decode(b"530f8afbc74536b9a963b4f1c4cb738b").unwrap();
        assert_eq!(open_gcm(&key, &[0; 12], b"", &tag).unwrap().expose().len(), 0);
        assert_eq!(open_gcm(&key, &[0; 12], b"x", &tag).err(), Some(ImportError::WrongPassword));
        assert_eq!(open_gcm(&key, &[0; 12], b"", &tag[1..]).err(), Some(ImportError::WrongPassword));
        assert_eq!(open_gcm(&key, &[0; 11], b"", &tag).err(), Some(ImportError::BadContent));
        // AES-256 of zeros under a zero key (FIPS 197 tools agree), read back without padding.
        let sealed = data_encoding::HEXLOWER.decode(b"dc95c078a2408989ad48a21492842087").unwrap();
        assert_eq!(open_cbc_unpadded(&key, &[0; 16], &sealed).unwrap().expose(), &[0; 16]);
        assert_eq!(open_cbc(&key, &[0; 16], &sealed).err(), Some(ImportError::WrongPassword));
        for (iv, sealed) in [(16, 15), (15, 16), (16, 0)] {
            let got = open_cbc(&key, &[0; 16][..iv], &[0; 16][..sealed]);
            assert_eq!(got.err(), Some(ImportError::BadContent));
        }
    }

    #[test]
    fn macs_are_the_published_ones() {
        // RFC 2202 and RFC 4231, test case 2.
        let (key, parts) = (b"Jefe", [&b"what do ya want "[..], b"for nothing?"]);
        assert_eq!(hex(&hmac_sha1(key, &parts)), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
        assert_eq!(
            hex(&hmac_sha256(key, &parts)),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert!(same(b"ab", b"ab") && !same(b"ab", b"ac") && !same(b"a", b"ab"));
    }
}
