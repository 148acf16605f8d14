//! Ente Auth: its text of otpauth URIs with a `codeDisplay` of the app's own, plain and encrypted.

use data_encoding::BASE64;
use serde_json::Value;

use super::collect::Collector;
use super::outline::{self, Outline};
use super::read::crypto::{self, Argon2Cost};
use super::read::json::{self, Fields};
use super::read::secretstream;
use super::{Draft, ImportError, Importer, Input, Limits, text};
use crate::otp::OtpError;
use crate::otp::uri::{Uri, UriError};
use crate::secret::SecretText;
use crate::vault::entry::EntryDraft;

/// Ente Auth's export.
pub(super) struct Ente;

impl Importer for Ente {
    fn id(&self) -> &'static str {
        "ente"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        match Outline::of(input.bytes) {
            Some(file) => file.has("kdfParams") && file.has("encryptedData") && file.has("encryptionNonce"),
            // Without it the lines are anybody's.
            None => text::decode(input.bytes).is_some_and(|text| {
                text.trim_start().starts_with("otpauth://") && text.contains("codeDisplay=")
            }),
        }
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let text = text::decode(input.bytes).ok_or(ImportError::BadContent)?;
        if !text.trim_start().starts_with('{') {
            return draft("ente-txt", &text, limits);
        }
        let file = outline::value(input.bytes)?;
        let password = password.ok_or(ImportError::PasswordNeeded)?;
        let plain = open(&file, password, limits)?;
        draft("ente-encrypted", plain.expose(), limits)
    }
}

fn open(file: &Value, password: &SecretText, limits: &Limits) -> Result<SecretText, ImportError> {
    if file.number("version").is_some_and(|version| version > 1) {
        return Err(ImportError::UnsupportedVersion);
    }
    let bytes =
        |item: &Value, name| BASE64.decode(item.text(name).as_bytes()).map_err(|_| ImportError::BadContent);
    let cost = file.field("kdfParams");
    let number = |name| cost.number(name).and_then(|n| u32::try_from(n).ok()).ok_or(ImportError::BadContent);
    let memory = cost.number("memLimit").ok_or(ImportError::BadContent)? / 1024;
    let memory = u32::try_from(memory).map_err(|_| ImportError::BadContent)?;
    let salt = bytes(cost, "salt")?;
    let cost = Argon2Cost::id(memory, number("opsLimit")?, 1);
    let header = bytes(file, "encryptionNonce")?;
    let header = header.as_slice().try_into().map_err(|_| ImportError::BadContent)?;
    let sealed = bytes(file, "encryptedData")?;
    let key = crypto::derive_argon2(password.expose().as_bytes(), &salt, cost, limits)?;
    let plain = secretstream::open(&key, header, &sealed)?;
    let plain = core::str::from_utf8(plain.expose()).map_err(|_| ImportError::BadContent)?;
    Ok(SecretText::new(plain.to_owned()))
}

fn draft(format: &'static str, text: &str, limits: &Limits) -> Result<Draft, ImportError> {
    let mut collector = Collector::new(format, limits);
    for line in lines(text) {
        match Uri::parse(line) {
            Ok(uri) => {
                let (issuer, account) = (uri.issuer.clone(), uri.account.clone());
                collector.account(&issuer, &account, entry(uri))?;
            }
            Err(UriError::NotOtpauth | UriError::Otp(_)) => {
                collector.skip(collector.name("", ""), "not-otpauth")?
            }
        }
    }
    collector.finish_some()
}

/// URIs are apart by line ends, or by commas.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| {
        let mut rest = line;
        core::iter::from_fn(move || {
            let end = rest.match_indices(",otpauth://").next().map_or(rest.len(), |(at, _)| at);
            let (uri, after) = rest.split_at(end);
            rest = after.strip_prefix(',').unwrap_or(after);
            (!uri.is_empty() || !rest.is_empty()).then_some(uri.trim())
        })
        .filter(|uri| !uri.is_empty() && !uri.starts_with('#'))
    })
}

fn entry(uri: Uri) -> Result<EntryDraft, OtpError> {
    let display = uri.param("codeDisplay").and_then(|display| json::parse(display).ok()).unwrap_or_default();
    let account = uri.into_account()?;
    let mut entry = EntryDraft::new(account.issuer, account.account, account.otp);
    entry.pinned = display.flag("pinned");
    entry.trashed = display.flag("trashed");
    display.text("note").clone_into(&mut entry.note);
    let tags = display.list("tags").iter().filter_map(Value::as_str).map(str::trim);
    entry.tags = tags.filter(|tag| !tag.is_empty()).map(str::to_owned).collect();
    if !display.text("iconSrc").is_empty() {
        entry.lost.push("icon");
    }
    Ok(entry)
}
