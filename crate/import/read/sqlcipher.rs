//! SQLCipher 3 databases: SQLite files whose pages are encrypted one by one.
//! Design: <https://www.zetetic.net/sqlcipher/design/>, with the settings of version 3.

use super::crypto::{self, Prf};
use super::sqlite;
use crate::import::{ImportError, Limits};
use crate::secret::{SecretBytes, SecretText};

/// Bytes of a page.
pub const PAGE: usize = 1024;
/// At a page's end: IV (16), HMAC-SHA-1 (20), and zeros up to a whole number of blocks.
pub const RESERVED: usize = 48;
/// Rounds of PBKDF2-HMAC-SHA-1 for the key; its HMAC key takes two more from it.
pub const ROUNDS: u64 = 64_000;
/// What tells the salt of the HMAC key from the salt of the key.
pub const MAC_SALT_MASK: u8 = 0x3a;
const SALT: usize = 16;

/// Whether the bytes can be such a database: there is no mark, the file begins with a random salt.
pub fn may_be(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.len().is_multiple_of(PAGE) && !bytes.starts_with(sqlite::MAGIC)
}

/// The SQLite file inside. The MAC of the first page tells a wrong password from a damaged page.
pub fn open(bytes: &[u8], password: &SecretText, limits: &Limits) -> Result<SecretBytes, ImportError> {
    let salt = bytes.get(..SALT).filter(|_| may_be(bytes)).ok_or(ImportError::BadContent)?;
    let password = password.expose().as_bytes();
    let key = crypto::derive_pbkdf2::<32>(Prf::Sha1, password, salt, ROUNDS, limits)?;
    let mac_salt: Vec<u8> = salt.iter().map(|byte| byte ^ MAC_SALT_MASK).collect();
    let mac_key = crypto::derive_pbkdf2::<32>(Prf::Sha1, key.expose(), &mac_salt, 2, limits)?;

    let mut plain = SecretBytes::new(Vec::with_capacity(bytes.len()));
    for (number, page) in (1u32..).zip(bytes.chunks_exact(PAGE)) {
        let (error, start) =
            if number == 1 { (ImportError::WrongPassword, SALT) } else { (ImportError::BadContent, 0) };
        let (body, reserved) = page.split_at_checked(PAGE - RESERVED).ok_or(ImportError::BadContent)?;
        let body = body.get(start..).ok_or(ImportError::BadContent)?;
        let (iv, rest) = reserved.split_at_checked(16).ok_or(ImportError::BadContent)?;
        let mac = crypto::hmac_sha1(mac_key.expose(), &[body, iv, &number.to_le_bytes()]);
        if !rest.get(..20).is_some_and(|stored| crypto::same(stored, &mac)) {
            return Err(error);
        }
        if number == 1 {
            plain.expose_mut().extend_from_slice(sqlite::MAGIC);
        }
        plain.expose_mut().extend_from_slice(crypto::open_cbc_unpadded(&key, iv, body)?.expose());
        plain.expose_mut().extend_from_slice(reserved);
    }
    Ok(plain)
}
