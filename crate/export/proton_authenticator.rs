//! Proton Authenticator: its JSON export, plain and encrypted.

use data_encoding::BASE64;
use serde_json::{Value, json};

use super::paper::{Kept, Paper, is_hotp, lost, refused_by_uri, uri};
use super::{ExportError, Format, seal};
use crate::otp::Kind;
use crate::otp::base32::base32;
use crate::otp::uri::parse_uri;
use crate::secret::SecretBytes;
use crate::vault::entry::EntryDraft;

/// The plain export.
pub(super) static PLAIN: Format = Format {
    id: "proton-authenticator-json",
    extension: "json",
    mime: "application/json",
    sealed: false,
    write: plain,
};

/// The export that its password opens.
pub(super) static SEALED: Format = Format {
    id: "proton-authenticator-encrypted",
    extension: "json",
    mime: "application/json",
    sealed: true,
    write: sealed,
};

/// Argon2id as the app has it, fixed in the format: OWASP's first choice, 19 MiB and two passes.
const KIB: u32 = 19_456;
const PASSES: u32 = 2;

/// Longer codes it takes for an error.
const MOST_DIGITS: u8 = 9;

fn plain(paper: &mut Paper<'_>) -> Result<SecretBytes, ExportError> {
    Ok(SecretBytes::new(format!("{:#}", export(paper)?).into_bytes()))
}

fn sealed(paper: &mut Paper<'_>) -> Result<SecretBytes, ExportError> {
    let export = SecretBytes::new(export(paper)?.to_string().into_bytes());
    let (salt, nonce) = (paper.make_bytes::<16>(), paper.make_bytes::<12>());
    let key = seal::derive_argon2(paper.password, &salt, KIB, PASSES)?;
    let sealed = seal::gcm(&key, nonce, b"proton.authenticator.export.v1", export.expose())?;
    let content = [&nonce[..], &sealed].concat();
    let file = json!({"version": 1, "salt": BASE64.encode(&salt), "content": BASE64.encode(&content)});
    Ok(SecretBytes::new(file.to_string().into_bytes()))
}

fn export(paper: &mut Paper<'_>) -> Result<Value, ExportError> {
    let kept = paper.keep(refuses)?;
    paper.lose(&kept, lost::NAMES, |entry| !names_hold(entry));
    paper.lose(&kept, lost::TAGS, |entry| !entry.tags.is_empty());
    paper.lose(&kept, lost::PINNED, |entry| entry.pinned);
    paper.lose(&kept, lost::BIN, |entry| entry.trashed);
    paper.lose(&kept, lost::URLS, |entry| !entry.urls.is_empty());
    let entries: Vec<Value> = kept.iter().map(|kept| item(kept, paper.make_uuid())).collect();
    Ok(json!({"version": 1, "entries": entries}))
}

/// The app has time-based codes and Steam's.
fn refuses(entry: &EntryDraft) -> Option<&'static str> {
    match entry.otp.kind() {
        Kind::Hotp { .. } => Some(lost::ENTRY_HOTP),
        Kind::Steam => None,
        // A number of 16 bits there.
        Kind::Totp { period } if u16::try_from(period.seconds()).is_err() => Some(lost::ENTRY_PERIOD),
        Kind::Totp { .. } if entry.otp.digits().count() > MOST_DIGITS => Some(lost::ENTRY_DIGITS),
        Kind::Totp { .. } => refused_by_uri(entry),
    }
}

/// A Steam entry has one name, the account's; its issuer is Steam.
fn names_hold(entry: &EntryDraft) -> bool {
    debug_assert!(!is_hotp(entry));
    match entry.otp.kind() {
        Kind::Steam => entry.issuer == "Steam" && entry.account.trim() == entry.account,
        _ => parse_uri(&uri(entry))
            .is_ok_and(|read| read.issuer == entry.issuer && read.account == entry.account),
    }
}

fn item((_, entry): &Kept<'_>, id: String) -> Value {
    let (uri, kind) = match entry.otp.kind() {
        Kind::Steam => (format!("steam://{}", base32(entry.otp.secret())), "Steam"),
        _ => (uri(entry), "Totp"),
    };
    let note = if entry.note.is_empty() { Value::Null } else { entry.note.as_str().into() };
    json!({"id": id, "content": {"uri": uri, "entry_type": kind, "name": entry.account}, "note": note})
}
