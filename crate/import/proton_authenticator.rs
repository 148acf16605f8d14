//! Proton Authenticator: its JSON export, plain and encrypted.

use data_encoding::BASE64;
use serde_json::Value;

use super::collect::Collector;
use super::outline::{self, Outline};
use super::read::crypto::{self, Argon2Cost};
use super::read::json::{self, Fields};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::base32::parse_base32;
use crate::otp::uri::{Account, UriError, parse_uri};
use crate::otp::{Algorithm, Digits, Kind, Otp, OtpError};
use crate::secret::SecretText;
use crate::vault::entry::EntryDraft;

/// Proton Authenticator's export.
pub(super) struct ProtonAuthenticator;

impl Importer for ProtonAuthenticator {
    fn id(&self) -> &'static str {
        "proton-authenticator"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        Outline::of(input.bytes).is_some_and(|file| {
            let plain = file.at("entries").first().at("content").has("uri");
            let empty = file.has("version") && file.at("entries") == &Outline::List(None);
            let sealed = file.at("salt").is_text() && file.at("content").is_text() && !file.has("entries");
            plain || empty || sealed
        })
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let file = outline::value(input.bytes)?;
        if file.number("version").is_some_and(|version| version > 1) {
            return Err(ImportError::UnsupportedVersion);
        }
        if file.has("entries") {
            return draft("proton-authenticator-json", &file, limits);
        }
        let password = password.ok_or(ImportError::PasswordNeeded)?;
        draft("proton-authenticator-encrypted", &open(&file, password, limits)?, limits)
    }
}

fn draft(format: &'static str, file: &Value, limits: &Limits) -> Result<Draft, ImportError> {
    let mut collector = Collector::new(format, limits);
    for item in file.field("entries").as_array().ok_or(ImportError::BadContent)? {
        collector.account("", item.field("content").text("name").trim(), entry(item))?;
    }
    collector.finish_some()
}

fn entry(item: &Value) -> Result<EntryDraft, OtpError> {
    let content = item.field("content");
    let Account { issuer, mut account, otp } = account(content.text("uri"))?;
    if account.is_empty() {
        content.text("name").trim().clone_into(&mut account);
    }
    let mut entry = EntryDraft::new(issuer, account, otp);
    item.text("note").clone_into(&mut entry.note);
    Ok(entry)
}

/// Steam entries are `steam://SECRET`, and named only beside it.
fn account(uri: &str) -> Result<Account, OtpError> {
    if let Some(secret) = uri.strip_prefix("steam://") {
        let otp = Otp::new(Kind::Steam, Algorithm::Sha1, Digits::SIX, parse_base32(secret)?)?;
        return Ok(Account { issuer: "Steam".into(), account: String::new(), otp });
    }
    parse_uri(uri).map_err(|error| match error {
        UriError::Otp(error) => error,
        UriError::NotOtpauth => OtpError::UnsupportedType,
    })
}

fn open(file: &Value, password: &SecretText, limits: &Limits) -> Result<Value, ImportError> {
    let part = |name| BASE64.decode(file.text(name).as_bytes()).map_err(|_| ImportError::BadContent);
    let (salt, content) = (part("salt")?, part("content")?);
    let (nonce, sealed) = content.split_at_checked(12).ok_or(ImportError::BadContent)?;
    // OWASP's first choice for Argon2id: 19 MiB, two passes.
    let cost = Argon2Cost::id(19_456, 2, 1);
    let key = crypto::derive_argon2(password.expose().as_bytes(), &salt, cost, limits)?;
    let plain = crypto::open_gcm(&key, nonce, b"proton.authenticator.export.v1", sealed)?;
    json::parse(core::str::from_utf8(plain.expose()).map_err(|_| ImportError::BadContent)?)
}
