//! FreeOTP 2: `externalBackup.xml`, which is no XML but a serialised Java map.
//!
//! `masterKey` holds a random key under the password; under each token's id lies its secret under that key, and
//! under `<id>-token` the rest, in the clear. Everything is AES-256-GCM with the name of the key's own algorithm as
//! associated data.

use serde_json::Value;

use super::collect::Collector;
use super::freeotp_token;
use super::read::crypto::{self, Prf};
use super::read::java;
use super::read::json::{self, Fields};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::OtpError;
use crate::secret::{Key, SecretBytes, SecretText};
use crate::vault::entry::EntryDraft;

/// FreeOTP 2's backup.
pub(super) struct FreeOtp2;

impl Importer for FreeOtp2 {
    fn id(&self) -> &'static str {
        "freeotp2"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.bytes.starts_with(&java::MAGIC)
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let pairs = java::read_string_map(input.bytes)?;
        let find = |wanted: &str| pairs.iter().find(|(name, _)| **name == *wanted).map(|(_, text)| text);
        let master = json::parse(find("masterKey").ok_or(ImportError::BadContent)?)?;
        let master = open_master(&master, password.ok_or(ImportError::PasswordNeeded)?, limits)?;

        let mut collector = Collector::new("freeotp2-encrypted", limits);
        for (name, text) in &pairs {
            let Some(id) = name.strip_suffix("-token") else { continue };
            let Ok(token) = json::parse(text) else {
                collector.skip(collector.name("", id), "bad-content")?;
                continue;
            };
            let secret = match find(id) {
                Some(sealed) => open_secret(sealed, &master).map_err(|_| OtpError::BadSecret { at: 0 }),
                None => Err(OtpError::NoSecret),
            };
            let (issuer, account) = freeotp_token::names(&token);
            let otp = freeotp_token::otp(&token, secret);
            collector.account(issuer, account, otp.map(|otp| EntryDraft::new(issuer, account, otp)))?;
        }
        collector.finish_some()
    }
}

fn open_master(master: &Value, password: &SecretText, limits: &Limits) -> Result<Key, ImportError> {
    let prf = match master.text("mAlgorithm") {
        "PBKDF2withHmacSHA1" => Prf::Sha1,
        "PBKDF2withHmacSHA256" => Prf::Sha256,
        "PBKDF2withHmacSHA512" => Prf::Sha512,
        _ => return Err(ImportError::UnsupportedVersion),
    };
    let salt = bytes(master, "mSalt")?;
    let rounds = master.number("mIterations").ok_or(ImportError::BadContent)?;
    let password = password.expose().as_bytes();
    let key = crypto::derive_pbkdf2::<32>(prf, password, salt.expose(), rounds, limits)?;
    let master = open(master.field("mEncryptedKey"), &key)?;
    Ok(Key::new(master.expose().as_slice().try_into().map_err(|_| ImportError::UnsupportedVersion)?))
}

/// `{"key": "<JSON text>"}`.
fn open_secret(sealed: &str, master: &Key) -> Result<SecretBytes, ImportError> {
    open(&json::parse(json::parse(sealed)?.text("key"))?, master)
}

fn open(sealed: &Value, key: &Key) -> Result<SecretBytes, ImportError> {
    if sealed.text("mCipher") != "AES/GCM/NoPadding" {
        return Err(ImportError::UnsupportedVersion);
    }
    let parameters = bytes(sealed, "mParameters")?;
    let nonce = octet_string(parameters.expose()).ok_or(ImportError::BadContent)?;
    let ciphertext = bytes(sealed, "mCipherText")?;
    crypto::open_gcm(key, nonce, sealed.text("mToken").as_bytes(), ciphertext.expose())
}

/// The nonce in DER: `04 len ...`, alone or first in a `30` sequence. Lengths are below 128.
fn octet_string(der: &[u8]) -> Option<&[u8]> {
    let (tag, rest) = der.split_first()?;
    let (length, content) = rest.split_first()?;
    match tag {
        0x04 => content.get(..usize::from(*length)),
        0x30 => content
            .strip_prefix(&[0x04])
            .and_then(|c| c.split_first())
            .and_then(|(n, c)| c.get(..usize::from(*n))),
        _ => None,
    }
}

fn bytes(object: &Value, field: &str) -> Result<SecretBytes, ImportError> {
    freeotp_token::bytes(object, field).map_err(|_| ImportError::BadContent)
}

#[cfg(test)]
mod tests {
    use crate::import::testing::expected;

    #[test]
    fn known_files() {
        expected::check(&[
            "freeotp/freeotp_v2_api23.xml",
            "freeotp/freeotp_v2_api27.xml",
            "freeotp/freeotp_v2_null_algo.xml",
        ]);
    }
}
