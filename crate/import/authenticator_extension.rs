//! Authenticator (authenticator.cc, the browser extension): `authenticator.json`, plain and in its three encryptions.
//!
//! Its version 8 turns everything that it imports into SHA-1 TOTP with six digits and thirty seconds, and leaves a
//! mark: a type that is the number 1. Those entries are told as suspect. Entries under a password that is not the
//! one given (the extension's sync can leave several) are listed as skipped.

use serde_json::{Map, Value};

use super::authenticator_extension_seal::{Failure, Keys};
use super::collect::Collector;
use super::outline::{self, Outline};
use super::parameters::Parameters;
use super::read::json::{self, Fields};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::OtpError;
use crate::otp::base32::{parse_base32, parse_hex};
use crate::secret::{SecretBytes, SecretText};
use crate::vault::entry::EntryDraft;

/// The extension's JSON backup.
pub(super) struct AuthenticatorExtension;

impl Importer for AuthenticatorExtension {
    fn id(&self) -> &'static str {
        "authenticator-extension"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        let Some(file) = Outline::of(input.bytes) else { return false };
        file.members().iter().any(|(_, item)| {
            let plain = item.has("hash") && item.has("secret");
            plain || matches!(item.at("dataType").text(), "OTPStorage" | "EncOTPStorage" | "Key")
        })
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let file = outline::value(input.bytes)?;
        let file = file.as_object().ok_or(ImportError::BadContent)?;
        if !file.values().any(is_sealed) {
            return draft("authenticator-extension-json", file, None, limits);
        }
        let password = password.ok_or(ImportError::PasswordNeeded)?;
        let keys = Keys::derive(file, password, limits)?;
        draft("authenticator-extension-json-encrypted", file, Some(&keys), limits)
    }
}

fn is_sealed(item: &Value) -> bool {
    item.text("dataType") == "EncOTPStorage" || item.has("secret") && item.flag("encrypted")
}

fn draft(
    format: &'static str,
    file: &Map<String, Value>,
    keys: Option<&Keys>,
    limits: &Limits,
) -> Result<Draft, ImportError> {
    let mut collector = Collector::new(format, limits);
    let mut failure = None;
    let mut opened = false;
    for item in file.values() {
        let sealed = is_sealed(item);
        if !sealed && !item.has("secret") {
            // Keys and settings.
            continue;
        }
        match keys.filter(|_| sealed).map_or_else(|| Ok(read(item)), |keys| open(item, keys)) {
            Ok((issuer, account, entry)) => {
                opened |= sealed;
                collector.account(&issuer, &account, entry)?;
            }
            Err(Failure) => {
                failure = Some(Failure);
                collector.skip(collector.name(issuer(item).0, item.text("account")), "another-password")?;
            }
        }
    }
    match failure {
        Some(Failure) if !opened => Err(ImportError::WrongPassword),
        _ => collector.finish_some(),
    }
}

/// Issuer and account, to name it by, and the entry.
type Item = (String, String, Result<EntryDraft, OtpError>);

fn read(item: &Value) -> Item {
    named(item, entry(item, item.text("secret")))
}

fn named(item: &Value, entry: Result<EntryDraft, OtpError>) -> Item {
    (issuer(item).0.to_owned(), item.text("account").trim().to_owned(), entry)
}

/// The whole item is sealed (version 3), or its secret. There is no MAC: what has no sense did not open.
fn open(item: &Value, keys: &Keys) -> Result<Item, Failure> {
    if item.text("dataType") == "EncOTPStorage" {
        let plain = keys.open_item(item.text("keyId"), item.text("data"))?;
        let plain = core::str::from_utf8(plain.expose()).map_err(|_| Failure)?;
        let item = json::parse(plain).map_err(|_| Failure)?;
        return if item.is_object() { Ok(read(&item)) } else { Err(Failure) };
    }
    let secret = keys.open_secret(item.text("secret"))?;
    let secret = core::str::from_utf8(secret.expose()).map_err(|_| Failure)?;
    let entry = entry(item, secret);
    match entry {
        Err(OtpError::BadSecret { .. } | OtpError::NoSecret) => Err(Failure),
        entry => Ok(named(item, entry)),
    }
}

fn entry(item: &Value, secret: &str) -> Result<EntryDraft, OtpError> {
    let (prefixed, secret) = unprefixed(secret.trim());
    let (kind, from_v8) = match prefixed {
        Some(kind) => (kind, false),
        None => kind(item.field("type"))?,
    };
    let algorithm = algorithm(item.field("algorithm"))?;
    let eight = Value::from(8);
    let mut parameters = Parameters { algorithm: &algorithm, ..Parameters::of(item, kind) };
    match kind {
        "battle" => (parameters.kind, parameters.digits) = ("totp", &eight),
        "hex" => parameters.kind = "totp",
        "hhex" => parameters.kind = "hotp",
        _ => {}
    }
    let otp = parameters.otp(parse_secret(kind, secret))?;
    let (issuer, host) = issuer(item);
    let mut entry = EntryDraft::new(issuer, item.text("account").trim(), otp);
    entry.pinned = item.flag("pinned");
    entry.urls.extend(host.map(|host| format!("https://{host}")));
    entry.suspect = from_v8.then_some("authenticator-v8-import");
    Ok(entry)
}

/// Old versions marked Battle.net and Steam secrets.
fn unprefixed(secret: &str) -> (Option<&'static str>, &str) {
    let marks = [("blz-", "battle"), ("bliz-", "battle"), ("stm-", "steam")];
    let marked = marks.iter().find_map(|(mark, kind)| {
        let (head, rest) = secret.split_at_checked(mark.len())?;
        head.eq_ignore_ascii_case(mark).then_some((Some(*kind), rest))
    });
    marked.unwrap_or((None, secret))
}

/// A name, or its place in the list from 1 in old versions; and whether version 8's importer wrote it.
fn kind(value: &Value) -> Result<(&str, bool), OtpError> {
    const KINDS: [&str; 6] = ["totp", "hotp", "battle", "steam", "hex", "hhex"];
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
    if let Some(number) = number {
        let at = usize::try_from(number).ok().and_then(|n| n.checked_sub(1));
        let kind = at.and_then(|at| KINDS.get(at)).ok_or(OtpError::UnsupportedType)?;
        return Ok((kind, number == 1));
    }
    match value {
        Value::Null => Ok(("totp", false)),
        Value::String(kind) => Ok((kind, false)),
        _ => Err(OtpError::UnsupportedType),
    }
}

/// A name, or its place in the list from 1; 4 and 5 are GOST.
fn algorithm(value: &Value) -> Result<Value, OtpError> {
    match value.as_u64().or_else(|| value.as_str()?.parse().ok()) {
        None => Ok(value.clone()),
        Some(1) => Ok("SHA1".into()),
        Some(2) => Ok("SHA256".into()),
        Some(3) => Ok("SHA512".into()),
        Some(_) => Err(OtpError::UnsupportedAlgorithm),
    }
}

/// The extension takes a secret that is no base32 but hexadecimal for the latter, whatever the type.
fn parse_secret(kind: &str, secret: &str) -> Result<SecretBytes, OtpError> {
    match kind {
        "hex" | "hhex" => parse_hex(secret),
        _ => parse_base32(secret).or_else(|error| parse_hex(secret).map_err(|_| error)),
    }
}

/// `Name::host` binds an entry to a site.
fn issuer(item: &Value) -> (&str, Option<&str>) {
    match item.text("issuer").split_once("::") {
        Some((name, host)) => (name.trim(), Some(host.trim()).filter(|host| is_host(host))),
        None => (item.text("issuer").trim(), None),
    }
}

fn is_host(host: &str) -> bool {
    host.contains('.') && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
}
