//! 2FAS (Android, iOS): `.2fas` files of schema 1 to 4, plain and encrypted.
//!
//! Schema 1 holds no parameters (everything is the usual), schema 2 no type (HOTP was stored as TOTP). A later schema
//! is read as long as its services look like today's.

use std::collections::HashMap;

use data_encoding::BASE64;
use serde_json::Value;

use super::collect::Collector;
use super::outline::{self, Outline};
use super::parameters::Parameters;
use super::read::crypto::{self, Prf};
use super::read::json::{self, Fields};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::OtpError;
use crate::otp::base32::parse_base32;
use crate::secret::{SecretBytes, SecretText};
use crate::vault::entry::EntryDraft;

/// The last schema that was seen.
const NEWEST: u64 = 4;

/// 2FAS backups.
pub(super) struct TwoFas;

impl Importer for TwoFas {
    fn id(&self) -> &'static str {
        "2fas"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        Outline::of(input.bytes).is_some_and(|file| {
            file.has("schemaVersion") && (file.has("services") || file.has("servicesEncrypted"))
        })
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let file = outline::value(input.bytes)?;
        let opened;
        let (format, services) = match file.text("servicesEncrypted") {
            "" => ("2fas-json", file.field("services")),
            sealed => {
                let password = password.ok_or(ImportError::PasswordNeeded)?;
                opened = open(sealed, file.text("reference"), password, limits)?;
                ("2fas-json-encrypted", &opened)
            }
        };
        let services = services.as_array().ok_or(ImportError::BadContent)?;
        let newer = file.number("schemaVersion").is_none_or(|schema| schema > NEWEST);
        if newer && !services.iter().all(is_known) {
            return Err(ImportError::UnsupportedVersion);
        }
        let groups: HashMap<String, &str> = file
            .list("groups")
            .iter()
            .map(|group| (group.text("id").to_ascii_lowercase(), group.text("name")))
            .collect();
        let mut collector = Collector::new(format, limits);
        for service in services {
            collector.account(issuer(service), &account(service), entry(service, &groups))?;
        }
        collector.finish_some()
    }
}

/// Whether a service of an unknown schema has what today's have.
fn is_known(service: &Value) -> bool {
    service.field("secret").is_string()
        && matches!(service.field("otp").text("tokenType"), "TOTP" | "HOTP" | "STEAM")
}

fn entry(service: &Value, groups: &HashMap<String, &str>) -> Result<EntryDraft, OtpError> {
    let otp = service.field("otp");
    let kind = match otp.field("tokenType") {
        Value::Null => "totp",
        kind => kind.as_str().unwrap_or_default(),
    };
    // Never from `otp.link`: iOS writes `secret=[hidden]` there.
    let generator = Parameters::of(otp, kind).otp(parse_base32(service.text("secret")))?;
    let mut entry = EntryDraft::new(issuer(service), account(service), generator);
    let group = groups.get(&service.text("groupId").to_ascii_lowercase());
    entry.tags = group.filter(|name| !name.is_empty()).map(|name| (*name).to_owned()).into_iter().collect();
    Ok(entry)
}

/// `name` is what the user sees, and can have changed.
fn issuer(service: &Value) -> &str {
    match service.text("name").trim() {
        "" => service.field("otp").text("issuer").trim(),
        name => name,
    }
}

/// The account, or the label without `Issuer:`.
fn account(service: &Value) -> String {
    let otp = service.field("otp");
    let account = otp.text("account").trim();
    let label = otp.text("label").trim();
    if otp.field("account").is_string() || label.is_empty() {
        return account.to_owned();
    }
    let prefixes = [otp.text("issuer").trim(), service.text("name").trim()];
    match label.split_once(':') {
        Some((prefix, account)) if prefixes.contains(&prefix.trim()) => account.trim().to_owned(),
        None if prefixes.contains(&label) => String::new(),
        _ => label.to_owned(),
    }
}

/// Opens `services`. `reference` is sealed with the same key, so it tells a wrong password from a damaged file.
fn open(sealed: &str, reference: &str, password: &SecretText, limits: &Limits) -> Result<Value, ImportError> {
    let services = match unseal(sealed, password, limits) {
        Err(ImportError::WrongPassword) if unseal(reference, password, limits).is_ok() => {
            return Err(ImportError::BadContent);
        }
        services => services?,
    };
    json::parse(core::str::from_utf8(services.expose()).map_err(|_| ImportError::BadContent)?)
}

/// `ciphertext and tag : salt : nonce`, each in base64.
fn unseal(sealed: &str, password: &SecretText, limits: &Limits) -> Result<SecretBytes, ImportError> {
    const ITERATIONS: u64 = 10_000;
    let parts: Result<Vec<_>, _> = sealed.split(':').map(|part| BASE64.decode(part.as_bytes())).collect();
    let Ok([sealed, salt, nonce]) = parts.as_deref() else { return Err(ImportError::BadContent) };
    let password = password.expose().as_bytes();
    let key = crypto::derive_pbkdf2(Prf::Sha256, password, salt, ITERATIONS, limits)?;
    crypto::open_gcm(&key, nonce, b"", sealed)
}
