//! Aegis (Android): its JSON vault, plain and encrypted, database versions 1 to 3.
//!
//! MOTP and Yandex entries are listed as skipped: they are other algorithms. Icons are lost.

use std::collections::HashMap;

use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};

use super::collect::Collector;
use super::parameters::Parameters;
use super::read::crypto;
use super::read::json::{self, Fields, Value};
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
        input.outline().is_some_and(|file| file.at("header").is_map() && file.has("db"))
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let file = input.json()?;
        if file.number("version").is_some_and(|version| version > 1) {
            return Err(ImportError::UnsupportedVersion);
        }
        match file.field("db") {
            Value::String(sealed) => {
                if has_no_password(file.field("header")) {
                    return Err(ImportError::AccountRestrictedExport);
                }
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
        collector.account(item.text("issuer"), item.text("name"), entry(item, &groups), item)?;
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
    // Shown in a list of its own; no entry of ours is.
    entry.lost.extend(item.flag("archived").then_some("archived"));
    Ok(entry)
}

/// The type of a slot that a password opens.
const PASSWORD: u64 = 1;

/// Whether there are slots, and a fingerprint on the phone opens every one.
fn has_no_password(header: &Value) -> bool {
    let slots = header.list("slots");
    !slots.is_empty() && slots.iter().all(|slot| slot.number("type").is_some_and(|kind| kind != PASSWORD))
}

/// More password slots than anyone has; each asks for a derivation of its own, and all of them together for no more
/// than one may.
const MAX_SLOTS: usize = 16;

/// Opens `db` with the first password slot that the password fits. There can be several, and biometric ones between.
fn open(header: &Value, sealed: &str, password: &SecretText, limits: &Limits) -> Result<Value, ImportError> {
    let params = header.field("params");
    let nonce = hex(params, "nonce")?;
    let sealed = BASE64.decode(sealed.as_bytes()).map_err(|_| ImportError::BadContent)?;
    let sealed = [sealed, hex(params, "tag")?].concat();
    let slots = header.list("slots").iter().filter(|slot| slot.number("type") == Some(PASSWORD));
    let mut wrong = ImportError::BadContent;
    let slots: Vec<&Value> = slots.take(MAX_SLOTS).collect();
    let costs: Vec<_> = slots.iter().filter_map(|slot| cost(slot).ok()).map(crypto::scrypt_work).collect();
    let work = costs.iter().fold(0, |sum: u64, (_, work)| sum.saturating_add(*work));
    crypto::admit(costs.iter().map(|(kib, _)| *kib).max().unwrap_or(0), work, limits)?;
    for slot in slots {
        match master_key(slot, password, limits) {
            Ok(master) => {
                // The password is right, so what does not open now is damaged.
                let db = crypto::open_gcm(&master, &nonce, b"", &sealed);
                let db = db.map_err(|_| ImportError::BadContent)?;
                return json::parse(core::str::from_utf8(db.expose()).map_err(|_| ImportError::BadContent)?);
            }
            // A slot that opens with another password says more than one that is damaged.
            Err(_) if wrong == ImportError::WrongPassword => {}
            Err(error) => wrong = error,
        }
    }
    Err(wrong)
}

fn master_key(slot: &Value, password: &SecretText, limits: &Limits) -> Result<Key, ImportError> {
    let salt = hex(slot, "salt")?;
    let key = crypto::derive_scrypt(password.expose().as_bytes(), &salt, cost(slot)?, limits)?;
    let params = slot.field("key_params");
    let sealed = [hex(slot, "key")?, hex(params, "tag")?].concat();
    let master = crypto::open_gcm(&key, &hex(params, "nonce")?, b"", &sealed)?;
    let master = master.expose().as_slice().try_into().map_err(|_| ImportError::BadContent)?;
    Ok(Key::new(master))
}

/// Scrypt's n, r and p.
fn cost(slot: &Value) -> Result<(u64, u32, u32), ImportError> {
    let cost = |name| slot.number(name).and_then(|n| u32::try_from(n).ok()).ok_or(ImportError::BadContent);
    Ok((cost("n")?.into(), cost("r")?, cost("p")?))
}

fn hex(item: &Value, key: &str) -> Result<Vec<u8>, ImportError> {
    HEXLOWER_PERMISSIVE.decode(item.text(key).as_bytes()).map_err(|_| ImportError::BadContent)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage, damage_behind, expected, read, seal, unlock};

    /// A database; `group` writes what its version has of groups.
    fn db(version: u32, group: impl Fn(&str) -> (&'static str, Value)) -> Value {
        let entry = |entry: &EntryDraft| {
            let mut info = json!({"secret": bare(entry), "algo": entry.otp.algorithm().name(), "digits": entry.otp.digits().count()});
            match counter(entry) {
                Some(counter) => info["counter"] = counter.into(),
                None => info["period"] = period(entry).into(),
            }
            let mut item = json!({
                "type": kind(entry), "uuid": "u", "name": entry.account, "issuer": entry.issuer,
                "note": entry.note, "favorite": entry.pinned, "icon": null, "info": info,
            });
            for tag in &entry.tags {
                let (name, value) = group(tag);
                item[name] = value;
            }
            item
        };
        json!({
            "version": version,
            "entries": eight().iter().map(entry).collect::<Vec<_>>(),
            "groups": [{"uuid": "g1", "name": "Work"}, {"uuid": "g2", "name": "Family & friends"}],
        })
    }

    fn third() -> Value {
        db(3, |tag| ("groups", json!([if tag == "Work" { "g1" } else { "g2" }])))
    }

    fn plain(db: &Value) -> Vec<u8> {
        json!({"version": 1, "header": {"slots": null, "params": null}, "db": db}).to_string().into_bytes()
    }

    fn sealed(db: &Value, password: &str) -> Vec<u8> {
        sealed_text(db.to_string().as_bytes(), password)
    }

    fn sealed_text(db: &[u8], password: &str) -> Vec<u8> {
        let hex = |bytes: &[u8]| HEXLOWER_PERMISSIVE.encode(bytes);
        let slot = |password: &str, master: &[u8; 32]| {
            let key = crypto::derive_scrypt(password.as_bytes(), &[3; 32], (2, 8, 1), &Limits::default());
            let key = seal::gcm(key.unwrap().expose(), [4; 12], b"", master);
            json!({
                "type": 1, "n": 2, "r": 8, "p": 1, "salt": hex(&[3; 32]), "key": hex(&key[..32]),
                "key_params": {"nonce": hex(&[4; 12]), "tag": hex(&key[32..])},
            })
        };
        let master = [5; 32];
        let body = seal::gcm(&master, [6; 12], b"", db);
        let (body, tag) = body.split_at(body.len() - 16);
        json!({
            "version": 1,
            "header": {
                // A finger's slot and another password's before ours.
                "slots": [{"type": 2, "key": ""}, slot("backup password", &master), slot(password, &master)],
                "params": {"nonce": hex(&[6; 12]), "tag": hex(tag)},
            },
            "db": BASE64.encode(body),
        })
        .to_string()
        .replace('/', "\\/")
        .into_bytes()
    }

    #[test]
    fn loses_nothing_in_any_version() {
        let got = read(&plain(&third()), None).unwrap();
        assert_eq!((got.format, got.entries, got.skipped), ("aegis-json", eight(), vec![]));
        let second = db(2, |tag| ("group", tag.into()));
        assert_eq!(read(&plain(&second), None).unwrap().entries, eight());
        let first = db(1, |_| ("nothing", Value::Null));
        assert_eq!(read(&plain(&first), None).unwrap().entries, eight_less(|e| e.tags.clear()));
        let fourth = read(&plain(&db(4, |_| ("nothing", Value::Null))), None);
        assert_eq!(fourth, Err(ImportError::UnsupportedVersion));
    }

    #[test]
    fn every_password_slot_is_tried() {
        let file = sealed(&third(), "correct horse");
        let got = unlock(&file, "correct horse");
        assert_eq!((got.format, got.entries), ("aegis-json-encrypted", eight()));
        assert_eq!(unlock(&file, "backup password").entries, eight());
    }

    #[test]
    fn other_algorithms_and_bad_fields_are_listed() {
        let item = |kind: &str, name: &str, secret: &str, digits: u32| json!({"type": kind, "issuer": "Shop", "name": name, "icon": "iVBO", "info": {"secret": secret, "algo": "SHA1", "digits": digits, "period": 30}});
        let items = [
            item("motp", "a", "not base32 0189", 6),
            item("yandex", "b", "ME", 8),
            item("totp", "c", "ME", 0),
            item("totp", "d", "", 6),
            item("totp", "e", "MEME", 6),
        ];
        let got = read(&plain(&json!({"version": 3, "entries": items})), None).unwrap();
        let skipped: Vec<_> = got.skipped.iter().map(|s| (s.what.as_str(), s.why)).collect();
        assert_eq!(
            skipped,
            [
                ("Shop: a", "unsupported-type"),
                ("Shop: b", "unsupported-type"),
                ("Shop: c", "bad-digits"),
                ("Shop: d", "no-secret")
            ]
        );
        assert_eq!(got.entries[0].lost, ["icon"]);
    }

    #[test]
    fn that_one_was_archived_is_told() {
        let item = |archived: bool| json!({"type": "totp", "name": "a", "archived": archived, "info": {"secret": "MEME"}});
        let got = read(&plain(&json!({"version": 3, "entries": [item(true), item(false)]})), None).unwrap();
        assert_eq!(
            got.entries.iter().map(|e| e.lost.clone()).collect::<Vec<_>>(),
            [vec!["archived"], vec![]]
        );
    }

    #[test]
    fn no_password_is_asked_for_where_none_opens_it() {
        let mut file: Value = serde_json::from_slice(&sealed(&third(), "x")).unwrap();
        file["header"]["slots"].as_array_mut().unwrap().truncate(1);
        for password in [None, Some("x")] {
            assert_eq!(
                read(file.to_string().as_bytes(), password),
                Err(ImportError::AccountRestrictedExport)
            );
        }
    }

    #[test]
    fn work_is_asked_for() {
        let file = String::from_utf8(sealed(&third(), "x")).unwrap().replace("\"n\":2", "\"n\":1073741824");
        assert!(matches!(read(file.as_bytes(), Some("x")), Err(ImportError::TooMuchWork { .. })));
    }

    #[test]
    fn damage_never_panics() {
        damage(&plain(&third()), |bytes| drop(read(bytes, None)));
        damage(&sealed(&third(), "x"), |bytes| drop(read(bytes, Some("x"))));
        damage_behind(300, third().to_string().as_bytes(), "x", |plain| sealed_text(plain, "x"));
    }

    #[test]
    fn known_files() {
        let prefixes = ["aegis/aegis_encrypted", "aegis/aegis_plain", "aegis/stratum", "aegis/v3"];
        expected::check(&prefixes);
    }

    #[test]
    fn a_password_among_many_slots_is_found_and_they_are_weighed_together() {
        let mut file: Value = serde_json::from_slice(&sealed(&third(), "correct horse")).unwrap();
        let slots = file["header"]["slots"].as_array().unwrap().clone();
        let [_, other, ours] = &slots[..] else { panic!("{slots:?}") };
        let mut bad = other.clone();
        bad["salt"] = "no hex".into();
        let with = |slots: Vec<Value>| {
            let mut file = file.clone();
            file["header"]["slots"] = slots.into();
            read(file.to_string().as_bytes(), Some("correct horse"))
        };
        let mut many = vec![other.clone(); 9];
        many.push(ours.clone());
        assert_eq!(with(many).unwrap().entries, eight());
        // A damaged slot behind a sound one says nothing of the password.
        assert_eq!(with(vec![other.clone(), bad]), Err(ImportError::WrongPassword));
        let mut heavy = ours.clone();
        heavy["n"] = (1 << 17).into();
        assert_eq!(with(vec![heavy.clone()]), Err(ImportError::WrongPassword));
        let each = 2 * (1 << 17);
        let asked = with(vec![heavy; 16]);
        assert!(matches!(asked, Err(ImportError::TooMuchWork { work, .. }) if work > 16 * each), "{asked:?}");
        file["header"]["slots"] = Value::Null;
        assert_eq!(read(file.to_string().as_bytes(), Some("x")), Err(ImportError::BadContent));
    }
}
