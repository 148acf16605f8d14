//! A token as FreeOTP and FreeOTP+ write it in JSON, with the secret as signed bytes.

use super::parameters::Parameters;
use super::read::json::{Fields, Value};
use crate::otp::{Otp, OtpError};
use crate::secret::SecretBytes;
use crate::vault::entry::EntryDraft;

/// The entry that a token is, with its own secret.
pub(super) fn entry(token: &Value) -> Result<EntryDraft, OtpError> {
    let (issuer, account) = names(token);
    let mut entry = EntryDraft::new(issuer, account, otp(token, bytes(token, "secret"))?);
    // FreeOTP+ shows it in the issuer's place; both are kept.
    let alias = token.text("alias").trim();
    if alias != issuer {
        alias.clone_into(&mut entry.note);
    }
    entry.tags = Some(token.text("category").trim())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .into_iter()
        .collect();
    if ["image", "imageAlt", "iconKey"].iter().any(|key| token.has(key)) {
        entry.lost.push("icon");
    }
    Ok(entry)
}

/// The generator of a token whose secret may lie elsewhere.
pub(super) fn otp(token: &Value, secret: Result<SecretBytes, OtpError>) -> Result<Otp, OtpError> {
    // The app has no type for Steam and goes by this name, whatever the digits.
    let steam = token.text("issuerExt").trim().eq_ignore_ascii_case("steam")
        && token.text("type").eq_ignore_ascii_case("totp");
    let kind = if steam { "steam" } else { token.text("type") };
    let mut parameters = Parameters { algorithm: token.field("algo"), ..Parameters::of(token, kind) };
    // One lower than the code said: before the first use of a token that begins with 0.
    if parameters.counter.as_i64() == Some(-1) {
        parameters.counter = &Value::Null;
    }
    parameters.otp(secret)
}

/// What the user typed over it, else what the QR code said.
pub(super) fn names(token: &Value) -> (&str, &str) {
    let issuer = first(token, &["issuerAlt", "issuerExt", "issuerInt", "alias"]);
    (issuer, first(token, &["labelAlt", "label"]))
}

/// The same in version 2, which types over what the code said. What version 1 had beside it was moved there once, and
/// stays behind as it was then.
pub(super) fn names_of_2(token: &Value) -> (&str, &str) {
    (first(token, &["issuerExt", "issuerInt"]), first(token, &["label", "labelAlt"]))
}

fn first<'t>(token: &'t Value, keys: &[&str]) -> &'t str {
    keys.iter().map(|key| token.text(key).trim()).find(|text| !text.is_empty()).unwrap_or_default()
}

/// A list of Java's bytes, which are signed.
pub(super) fn bytes(object: &Value, field: &str) -> Result<SecretBytes, OtpError> {
    let list = object.list(field);
    // Room for all, so that no part of a secret is left behind by growing.
    let mut secret = SecretBytes::new(Vec::with_capacity(list.len()));
    for (at, byte) in list.iter().enumerate() {
        let byte = byte.as_i64().filter(|byte| (-128..256).contains(byte));
        secret.expose_mut().push(byte.ok_or(OtpError::BadSecret { at })?.to_le_bytes()[0]);
    }
    Ok(secret)
}
