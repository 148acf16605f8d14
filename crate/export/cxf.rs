//! Credential Exchange Format 1.0 of the FIDO Alliance: what password managers and systems hand to each other.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use super::paper::{Kept, Paper, lost};
use super::{ExportError, Format};
use crate::otp::base32::base32;
use crate::otp::{Kind, Period};
use crate::secret::SecretBytes;
use crate::vault::entry::EntryDraft;

/// The export.
pub(super) static FORMAT: Format =
    Format { id: "cxf-json", extension: "json", mime: "application/json", sealed: false, write };

fn write(paper: &mut Paper<'_>) -> Result<SecretBytes, ExportError> {
    let kept = paper.keep(refuses)?;
    let trimmed = |text: &str| text.trim() == text;
    paper.lose(&kept, lost::NAMES, |entry| !trimmed(&entry.issuer) || !trimmed(&entry.account));
    paper.lose(&kept, lost::BIN, |entry| entry.trashed);
    let now = paper.now.unix_seconds();
    let items: Vec<Value> = kept.iter().map(|kept| item(kept, now, make_id(paper))).collect();
    let account =
        json!({"id": make_id(paper), "username": "", "email": "", "collections": [], "items": items});
    let file = json!({
        "version": {"major": 1, "minor": 0}, "exporterRpId": "sparekey", "exporterDisplayName": "Sparekey",
        "timestamp": now, "accounts": [account],
    });
    Ok(SecretBytes::new(format!("{file:#}").into_bytes()))
}

/// Time-based codes of the standard's hashes only, and a period of one byte. Some managers write `steam` in place of a hash;
/// others refuse what the standard does not name.
fn refuses(entry: &EntryDraft) -> Option<&'static str> {
    match entry.otp.kind() {
        Kind::Hotp { .. } => Some(lost::ENTRY_HOTP),
        Kind::Steam => Some(lost::ENTRY_STEAM),
        Kind::Totp { period } => u8::try_from(period.seconds()).is_err().then_some(lost::ENTRY_PERIOD),
    }
}

fn make_id(paper: &mut Paper<'_>) -> String {
    BASE64URL_NOPAD.encode(&paper.make_bytes::<16>())
}

fn item((_, entry): &Kept<'_>, now: u64, id: String) -> Value {
    let algorithm = entry.otp.algorithm().name().to_lowercase();
    let mut credentials = vec![json!({
        "type": "totp", "secret": base32(entry.otp.secret()), "period": entry.otp.period().map(Period::seconds),
        "digits": entry.otp.digits().count(), "username": entry.account, "algorithm": algorithm,
        "issuer": entry.issuer,
    })];
    if !entry.note.is_empty() {
        credentials.push(json!({"type": "note", "content": {"fieldType": "string", "value": entry.note}}));
    }
    json!({
        "id": id, "creationAt": now, "modifiedAt": now, "title": entry.issuer, "favorite": entry.pinned,
        "scope": {"urls": entry.urls, "androidApps": []}, "credentials": credentials, "tags": entry.tags,
    })
}
