//! Aegis (Android): its JSON vault with database version 3, plain and encrypted.

use data_encoding::{BASE64, HEXLOWER};
use serde_json::{Map, Value, json};

use super::paper::{Kept, Paper, counter, lost, tags};
use super::{ExportError, Format, seal};
use crate::otp::Period;
use crate::otp::base32::base32;
use crate::secret::{Key, SecretBytes};
use crate::vault::entry::EntryDraft;

/// The plain vault.
pub(super) static PLAIN: Format =
    Format { id: "aegis-json", extension: "json", mime: "application/json", sealed: false, write: plain };

/// The vault that its password opens.
pub(super) static SEALED: Format = Format {
    id: "aegis-json-encrypted",
    extension: "json",
    mime: "application/json",
    sealed: true,
    write: sealed,
};

/// Scrypt as the app itself sets it: n = 2^15, r = 8, p = 1.
const LOG_N: u8 = 15;
const R: u32 = 8;
const P: u32 = 1;

fn plain(paper: &mut Paper<'_>) -> Result<SecretBytes, ExportError> {
    let db = database(paper)?;
    let file = json!({"version": 1, "header": {"slots": null, "params": null}, "db": db});
    Ok(SecretBytes::new(format!("{file:#}").into_bytes()))
}

fn sealed(paper: &mut Paper<'_>) -> Result<SecretBytes, ExportError> {
    let db = SecretBytes::new(database(paper)?.to_string().into_bytes());
    let salt = paper.make_bytes::<32>();
    let master = Key::new(paper.make_bytes());
    let (key_nonce, nonce) = (paper.make_bytes(), paper.make_bytes());
    let key = seal::derive_scrypt(paper.password, &salt, LOG_N, R, P)?;
    let (key, key_tag) = detached(seal::gcm(&key, key_nonce, b"", master.expose())?);
    let (db, tag) = detached(seal::gcm(&master, nonce, b"", db.expose())?);
    let hex = |bytes: &[u8]| HEXLOWER.encode(bytes);
    let slot = json!({
        "type": 1, "uuid": paper.make_uuid(), "key": hex(&key),
        "key_params": {"nonce": hex(&key_nonce), "tag": hex(&key_tag)},
        "n": 1_u32 << LOG_N, "r": R, "p": P, "salt": hex(&salt), "repaired": true, "is_backup": false,
    });
    let header = json!({"slots": [slot], "params": {"nonce": hex(&nonce), "tag": hex(&tag)}});
    let file = json!({"version": 1, "header": header, "db": BASE64.encode(&db)});
    Ok(SecretBytes::new(format!("{file:#}").into_bytes()))
}

/// The ciphertext and its tag apart.
fn detached(mut sealed: Vec<u8>) -> (Vec<u8>, Vec<u8>) {
    let tag = sealed.split_off(sealed.len().saturating_sub(16));
    (sealed, tag)
}

fn database(paper: &mut Paper<'_>) -> Result<Value, ExportError> {
    // A signed 64-bit number there.
    let large = |entry: &EntryDraft| counter(entry).is_some_and(|counter| i64::try_from(counter).is_err());
    let kept = paper.keep(|entry| large(entry).then_some(lost::ENTRY_COUNTER))?;
    paper.lose(&kept, lost::BIN, |entry| entry.trashed);
    paper.lose(&kept, lost::URLS, |entry| !entry.urls.is_empty());
    let groups: Vec<(&str, String)> =
        tags(&kept, usize::MAX).into_iter().map(|name| (name, paper.make_uuid())).collect();
    let entries: Vec<Value> = kept.iter().map(|kept| entry(kept, &groups, paper.make_uuid())).collect();
    let groups: Vec<Value> = groups.iter().map(|(name, uuid)| json!({"uuid": uuid, "name": name})).collect();
    Ok(json!({"version": 3, "entries": entries, "groups": groups}))
}

fn entry((_, entry): &Kept<'_>, groups: &[(&str, String)], uuid: String) -> Value {
    let otp = &entry.otp;
    let mut info = Map::new();
    info.insert("secret".into(), base32(otp.secret()).into());
    info.insert("algo".into(), otp.algorithm().name().into());
    info.insert("digits".into(), otp.digits().count().into());
    match counter(entry) {
        Some(counter) => info.insert("counter".into(), counter.into()),
        None => info.insert("period".into(), otp.period().map(Period::seconds).into()),
    };
    // In the entry's order.
    let uuid_of = |tag: &String| groups.iter().find(|(name, _)| name == tag).map(|(_, uuid)| uuid);
    let groups: Vec<&String> = entry.tags.iter().filter_map(uuid_of).collect();
    json!({
        "type": otp.kind().name(), "uuid": uuid, "name": entry.account, "issuer": entry.issuer,
        "note": entry.note, "favorite": entry.pinned, "icon": null, "info": info, "groups": groups,
    })
}
