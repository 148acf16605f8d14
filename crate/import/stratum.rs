//! Stratum, once Authenticator Pro (Android): its backup, plain JSON and under a password, today's and the old cipher.
//!
//! MOTP and Yandex entries are listed as skipped; icons of the user's own are lost.

use std::collections::HashMap;

use serde_json::Value;

use super::collect::Collector;
use super::outline::{self, Outline};
use super::parameters::Parameters;
use super::read::crypto::{self, Argon2Cost, Prf};
use super::read::json::{self, Fields};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::OtpError;
use crate::otp::base32::parse_base32;
use crate::secret::{SecretBytes, SecretText};
use crate::vault::entry::EntryDraft;

/// Argon2id and AES-GCM.
const STRONG: &[u8] = b"AUTHENTICATORPRO";
/// PBKDF2 and AES-CBC.
const LEGACY: &[u8] = b"AuthenticatorPro";

/// Stratum's backup.
pub(super) struct Stratum;

impl Importer for Stratum {
    fn id(&self) -> &'static str {
        "stratum"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.bytes.starts_with(STRONG)
            || input.bytes.starts_with(LEGACY)
            || Outline::of(input.bytes).is_some_and(|file| file.at("Authenticators").is_list())
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let sealed = |open: fn(&[u8], &SecretText, &Limits) -> Result<SecretBytes, ImportError>, rest| {
            open(rest, password.ok_or(ImportError::PasswordNeeded)?, limits)
        };
        if let Some(rest) = input.bytes.strip_prefix(STRONG) {
            let plain = sealed(open_strong, rest)?;
            let plain = core::str::from_utf8(plain.expose()).map_err(|_| ImportError::BadContent)?;
            return draft("stratum-encrypted", &json::parse(plain)?, limits);
        }
        if let Some(rest) = input.bytes.strip_prefix(LEGACY) {
            // No MAC: one wrong password in 256 has good padding, and shows as no JSON.
            let plain = sealed(open_legacy, rest)?;
            let plain = core::str::from_utf8(plain.expose()).map_err(|_| ImportError::WrongPassword)?;
            let file = json::parse(plain).map_err(|_| ImportError::WrongPassword)?;
            return draft("stratum-encrypted-legacy", &file, limits);
        }
        draft("stratum-json", &outline::value(input.bytes)?, limits)
    }
}

/// Salt, nonce, ciphertext, tag.
fn open_strong(rest: &[u8], password: &SecretText, limits: &Limits) -> Result<SecretBytes, ImportError> {
    let (salt, rest) = rest.split_at_checked(16).ok_or(ImportError::BadContent)?;
    let (nonce, sealed) = rest.split_at_checked(12).ok_or(ImportError::BadContent)?;
    let cost = Argon2Cost::id(64 * 1024, 3, 4);
    let key = crypto::derive_argon2(password.expose().as_bytes(), salt, cost, limits)?;
    crypto::open_gcm(&key, nonce, b"", sealed)
}

/// Salt, IV, ciphertext.
fn open_legacy(rest: &[u8], password: &SecretText, limits: &Limits) -> Result<SecretBytes, ImportError> {
    const ITERATIONS: u64 = 64_000;
    let (salt, rest) = rest.split_at_checked(20).ok_or(ImportError::BadContent)?;
    let (iv, sealed) = rest.split_at_checked(16).ok_or(ImportError::BadContent)?;
    let password = password.expose().as_bytes();
    let key = crypto::derive_pbkdf2(Prf::Sha1, password, salt, ITERATIONS, limits)?;
    crypto::open_cbc(&key, iv, sealed)
}

fn draft(format: &'static str, file: &Value, limits: &Limits) -> Result<Draft, ImportError> {
    let names: HashMap<&str, &str> =
        file.list("Categories").iter().map(|c| (c.text("Id"), c.text("Name").trim())).collect();
    // Entries have no id: a category is bound to the text of the secret.
    let mut tags: HashMap<&str, Vec<&str>> = HashMap::new();
    for binding in file.list("AuthenticatorCategories") {
        if let Some(name) = names.get(binding.text("CategoryId")).filter(|name| !name.is_empty()) {
            tags.entry(binding.text("AuthenticatorSecret")).or_default().push(name);
        }
    }
    let mut collector = Collector::new(format, limits);
    for item in file.field("Authenticators").as_array().ok_or(ImportError::BadContent)? {
        let (issuer, account) = (item.text("Issuer").trim(), item.text("Username").trim());
        let tags = tags.get(item.text("Secret")).map(Vec::as_slice).unwrap_or_default();
        collector.account(issuer, account, entry(item, issuer, account, tags))?;
    }
    collector.finish_some()
}

fn entry(item: &Value, issuer: &str, account: &str, tags: &[&str]) -> Result<EntryDraft, OtpError> {
    let kind = match item.number("Type") {
        Some(1) => "hotp",
        Some(2) => "totp",
        Some(4) => "steam",
        // 3 is MOTP, 5 is Yandex.
        _ => return Err(OtpError::UnsupportedType),
    };
    let algorithm = match item.field("Algorithm") {
        Value::Null => Value::Null,
        number => match number.as_u64() {
            Some(0) => "SHA1".into(),
            Some(1) => "SHA256".into(),
            Some(2) => "SHA512".into(),
            _ => return Err(OtpError::UnsupportedAlgorithm),
        },
    };
    let parameters = Parameters {
        kind,
        algorithm: &algorithm,
        digits: item.field("Digits"),
        period: item.field("Period"),
        counter: item.field("Counter"),
    };
    let otp = parameters.otp(parse_base32(item.text("Secret")))?;
    let mut entry = EntryDraft::new(issuer, account, otp);
    entry.tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
    // `@id` is a picture of the user's own; the others are names of the app's.
    if item.text("Icon").starts_with('@') {
        entry.lost.push("icon");
    }
    Ok(entry)
}
