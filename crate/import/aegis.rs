//! Aegis (Android): its JSON vault, plain and encrypted, database versions 1 to 3.
//!
//! MOTP and Yandex entries are listed as skipped: they are other algorithms. Icons are lost.

use std::collections::HashMap;

use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};
use serde_json::Value;

use super::collect::Collector;
use super::outline::{self, Outline};
use super::parameters::Parameters;
use super::read::crypto;
use super::read::json::{self, Fields};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::OtpError;
use crate::otp::base32::parse_base32;
use crate::secret::{Key, SecretText};
use crate::vault::entry::EntryDraft;

/// Aegis' JSON vault.
pub(super) struct Aegis;

impl Importer for Aegis {
    fn id(&self) -> &'static str {
        "aegis"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        Outline::of(input.bytes).is_some_and(|file| file.at("header").is_map() && file.has("db"))
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
        match file.field("db") {
            Value::String(sealed) => {
                let password = password.ok_or(ImportError::PasswordNeeded)?;
                let db = open(file.field("header"), sealed, password, limits)?;
                draft("aegis-json-encrypted", &db, limits)
            }
            db @ Value::Object(_) => draft("aegis-json", db, limits),
            _ => Err(ImportError::BadContent),
        }
    }
}

fn draft(format: &'static str, db: &Value, limits: &Limits) -> Result<Draft, ImportError> {
    // 1: no groups; 2: a name in each entry; 3: ids of `groups`.
    if db.number("version").is_some_and(|version| version > 3) {
        return Err(ImportError::UnsupportedVersion);
    }
    let groups: HashMap<&str, &str> =
        db.list("groups").iter().map(|group| (group.text("uuid"), group.text("name"))).collect();
    let mut collector = Collector::new(format, limits);
    for item in db.field("entries").as_array().ok_or(ImportError::BadContent)? {
        collector.account(item.text("issuer"), item.text("name"), entry(item, &groups))?;
    }
    collector.finish_some()
}

fn entry(item: &Value, groups: &HashMap<&str, &str>) -> Result<EntryDraft, OtpError> {
    let info = item.field("info");
    let parameters = Parameters { algorithm: info.field("algo"), ..Parameters::of(info, item.text("type")) };
    let otp = parameters.otp(parse_base32(info.text("secret")))?;
    let mut entry = EntryDraft::new(item.text("issuer"), item.text("name"), otp);
    entry.note = item.text("note").to_owned();
    entry.pinned = item.flag("favorite");
    let ids = item.list("groups").iter().filter_map(Value::as_str);
    let names = ids.filter_map(|id| groups.get(id).copied()).chain([item.text("group")]);
    entry.tags = names.filter(|name| !name.is_empty()).map(str::to_owned).collect();
    if !item.text("icon").is_empty() {
        entry.lost.push("icon");
    }
    Ok(entry)
}

/// More password slots than anyone has; each asks for a derivation of its own.
const MAX_SLOTS: usize = 4;

/// Opens `db` with the first password slot that the password fits. There can be several, and biometric ones between.
fn open(header: &Value, sealed: &str, password: &SecretText, limits: &Limits) -> Result<Value, ImportError> {
    const PASSWORD: u64 = 1;
    let params = header.field("params");
    let nonce = hex(params, "nonce")?;
    let sealed = BASE64.decode(sealed.as_bytes()).map_err(|_| ImportError::BadContent)?;
    let sealed = [sealed, hex(params, "tag")?].concat();
    let slots = header.list("slots").iter().filter(|slot| slot.number("type") == Some(PASSWORD));
    let mut wrong = ImportError::BadContent;
    for slot in slots.take(MAX_SLOTS) {
        match master_key(slot, password, limits) {
            Ok(master) => {
                // The password is right, so what does not open now is damaged.
                let db = crypto::open_gcm(&master, &nonce, b"", &sealed);
                let db = db.map_err(|_| ImportError::BadContent)?;
                return json::parse(core::str::from_utf8(db.expose()).map_err(|_| ImportError::BadContent)?);
            }
            Err(error) => wrong = error,
        }
    }
    Err(wrong)
}

fn master_key(slot: &Value, password: &SecretText, limits: &Limits) -> Result<Key, ImportError> {
    let cost = |name| slot.number(name).and_then(|n| u32::try_from(n).ok()).ok_or(ImportError::BadContent);
    let cost = (cost("n")?.into(), cost("r")?, cost("p")?);
    let key = crypto::derive_scrypt(password.expose().as_bytes(), &hex(slot, "salt")?, cost, limits)?;
    let params = slot.field("key_params");
    let sealed = [hex(slot, "key")?, hex(params, "tag")?].concat();
    let master = crypto::open_gcm(&key, &hex(params, "nonce")?, b"", &sealed)?;
    let master = master.expose().as_slice().try_into().map_err(|_| ImportError::BadContent)?;
    Ok(Key::new(master))
}

fn hex(item: &Value, key: &str) -> Result<Vec<u8>, ImportError> {
    HEXLOWER_PERMISSIVE.decode(item.text(key).as_bytes()).map_err(|_| ImportError::BadContent)
}
