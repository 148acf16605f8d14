//! Bitwarden: its vault's JSON, plain and protected by a password. Bitwarden Authenticator reads it too.

use data_encoding::BASE64;
use serde_json::{Value, json};

use super::paper::{Kept, Paper, has_more_tags, iso, lost, refused_by_uri, tags, uri};
use super::{ExportError, Format, seal};
use crate::otp::Kind;
use crate::otp::base32::base32;
use crate::secret::{Key, SecretBytes};
use crate::vault::entry::EntryDraft;

/// The plain vault.
pub(super) static PLAIN: Format =
    Format { id: "bitwarden-json", extension: "json", mime: "application/json", sealed: false, write: plain };

/// The vault that its password opens, in any account.
pub(super) static SEALED: Format = Format {
    id: "bitwarden-json-encrypted",
    extension: "json",
    mime: "application/json",
    sealed: true,
    write: sealed,
};

/// The app's own default, and OWASP's figure for PBKDF2-HMAC-SHA256.
const ITERATIONS: u32 = 600_000;

fn plain(paper: &mut Paper<'_>) -> Result<SecretBytes, ExportError> {
    Ok(SecretBytes::new(format!("{:#}", vault(paper)?).into_bytes()))
}

fn sealed(paper: &mut Paper<'_>) -> Result<SecretBytes, ExportError> {
    let vault = SecretBytes::new(vault(paper)?.to_string().into_bytes());
    // The base64 text itself is the salt.
    let salt = BASE64.encode(&paper.make_bytes::<16>());
    let key = seal::derive_pbkdf2(paper.password, salt.as_bytes(), ITERATIONS);
    let keys = (seal::expand(&key, b"enc")?, seal::expand(&key, b"mac")?);
    let check = paper.make_uuid();
    let file = json!({
        "encrypted": true, "passwordProtected": true, "salt": salt, "kdfType": 0, "kdfIterations": ITERATIONS,
        "kdfMemory": null, "kdfParallelism": null,
        "encKeyValidation_DO_NOT_EDIT": text(&keys, paper.make_bytes(), check.as_bytes())?,
        "data": text(&keys, paper.make_bytes(), vault.expose())?,
    });
    Ok(SecretBytes::new(format!("{file:#}").into_bytes()))
}

/// `2.iv|ciphertext|mac`: AES-256-CBC, and HMAC-SHA-256 over both.
fn text((cipher, mac): &(Key, Key), iv: [u8; 16], plain: &[u8]) -> Result<String, ExportError> {
    let sealed = seal::cbc(cipher, iv, plain);
    let mac = seal::hmac_sha256(mac, &[&iv, &sealed])?;
    Ok(format!("2.{}", [&iv[..], &sealed, &mac].map(|bytes| BASE64.encode(bytes)).join("|")))
}

fn vault(paper: &mut Paper<'_>) -> Result<Value, ExportError> {
    let kept = paper.keep(refuses)?;
    let trimmed = |text: &str| text.trim() == text;
    paper.lose(&kept, lost::NAMES, |entry| {
        !trimmed(&entry.issuer) || !trimmed(&entry.account) || loses_names(entry)
    });
    paper.lose(&kept, lost::TAGS, has_more_tags);
    let folders: Vec<(&str, String)> =
        tags(&kept, 1).into_iter().map(|name| (name, paper.make_uuid())).collect();
    let now = iso(paper.now);
    let items: Vec<Value> = kept.iter().map(|kept| item(kept, &folders, &now, paper.make_uuid())).collect();
    let folders: Vec<Value> = folders.iter().map(|(name, id)| json!({"id": id, "name": name})).collect();
    Ok(json!({"encrypted": false, "folders": folders, "items": items}))
}

/// Steam has a scheme of its own there. The vault would make time-based codes of a counter's URI, and Bitwarden Authenticator
/// on Android refuses the whole file that has one.
fn refuses(entry: &EntryDraft) -> Option<&'static str> {
    match entry.otp.kind() {
        Kind::Hotp { .. } => Some(lost::ENTRY_HOTP),
        Kind::Steam => None,
        Kind::Totp { .. } => refused_by_uri(entry),
    }
}

fn loses_names(entry: &EntryDraft) -> bool {
    let read = crate::otp::uri::parse_uri(&uri(entry));
    entry.otp.kind() != Kind::Steam
        && !read.is_ok_and(|read| read.issuer == entry.issuer && read.account == entry.account)
}

fn item((_, entry): &Kept<'_>, folders: &[(&str, String)], now: &str, id: String) -> Value {
    let totp = match entry.otp.kind() {
        Kind::Steam => format!("steam://{}", base32(entry.otp.secret())),
        _ => uri(entry),
    };
    let folder = entry.tags.first().and_then(|tag| folders.iter().find(|(name, _)| name == tag));
    let text = |text: &str| if text.is_empty() { Value::Null } else { text.into() };
    let uris: Vec<Value> = entry.urls.iter().map(|url| json!({"match": null, "uri": url})).collect();
    json!({
        "passwordHistory": null, "revisionDate": now, "creationDate": now,
        "deletedDate": if entry.trashed { now.into() } else { Value::Null },
        "id": id, "organizationId": null, "folderId": folder.map(|(_, id)| id), "type": 1, "reprompt": 0,
        "name": entry.issuer, "notes": text(&entry.note), "favorite": entry.pinned,
        "login": {
            "uris": uris, "fido2Credentials": [], "username": text(&entry.account), "password": null, "totp": totp,
        },
        "collectionIds": null,
    })
}
