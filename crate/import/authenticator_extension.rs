//! Authenticator (authenticator.cc, the browser extension): `authenticator.json`, plain and in its four encryptions.
//!
//! Its version 8 turns everything that it imports into SHA-1 TOTP with six digits and thirty seconds, and leaves a
//! mark: a type that is the number 1. Those entries are told as suspect. Entries under a password that is not the
//! one given (the extension's sync can leave several) are listed as skipped. A fork has notes, and groups in records of
//! their own.

use std::collections::HashMap;

use super::authenticator_extension_seal::{Failure, Keys};
use super::collect::Collector;
use super::parameters::Parameters;
use super::read::json::{self, Fields, Members, Value};
use super::source::{Raw, Source, Unsealed};
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
        let Some(file) = input.outline() else { return false };
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
        let file = input.json()?;
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
    file: &Members,
    keys: Option<&Keys>,
    limits: &Limits,
) -> Result<Draft, ImportError> {
    let mut collector = Collector::new(format, limits);
    let groups = groups(file, keys);
    let mut failure = None;
    let mut opened = false;
    for item in file.values() {
        let sealed = is_sealed(item);
        if !sealed && !item.has("secret") {
            // Keys and settings.
            continue;
        }
        match keys
            .filter(|_| sealed)
            .map_or_else(|| Ok(read(item, &groups)), |keys| open(item, keys, &groups))
        {
            Ok((issuer, account, entry, raw)) => {
                opened |= sealed;
                collector.account(&issuer, &account, entry, &raw)?;
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

/// Issuer and account, to name it by, the entry, and where there is none the item in clear.
type Item = (String, String, Result<EntryDraft, OtpError>, Raw);

/// The names of a fork's groups, by id.
type Groups = HashMap<String, String>;

fn groups(file: &Members, keys: Option<&Keys>) -> Groups {
    let named = |group: &Value| (group.text("id").to_owned(), group.text("name").trim().to_owned());
    let groups = file.values().filter_map(|item| match (item.text("dataType"), keys) {
        ("Group", _) => Some(named(item)),
        ("EncGroup", Some(keys)) => open_record(item, keys).ok().as_ref().map(named),
        _ => None,
    });
    groups.filter(|(_, name)| !name.is_empty()).collect()
}

fn read(item: &Value, groups: &Groups) -> Item {
    named(item, item.text("secret"), groups)
}

fn named(item: &Value, secret: &str, groups: &Groups) -> Item {
    let entry = entry(item, secret).map(|mut entry| {
        item.text("note").trim().clone_into(&mut entry.note);
        entry.tags.extend(groups.get(item.text("groupId")).cloned());
        entry
    });
    let raw = if entry.is_err() { Unsealed(item, &[("secret", secret)]).raw() } else { Raw::default() };
    (issuer(item).0.to_owned(), item.text("account").trim().to_owned(), entry, raw)
}

/// The whole item is sealed (since version 3), or its secret. Most have no MAC: what has no sense did not open.
fn open(item: &Value, keys: &Keys, groups: &Groups) -> Result<Item, Failure> {
    if item.text("dataType") == "EncOTPStorage" {
        return Ok(read(&open_record(item, keys)?, groups));
    }
    let secret = keys.open_secret(item.text("secret"))?;
    let secret = core::str::from_utf8(secret.expose()).map_err(|_| Failure)?;
    match named(item, secret, groups) {
        (_, _, Err(OtpError::BadSecret { .. } | OtpError::NoSecret), _) => Err(Failure),
        item => Ok(item),
    }
}

fn open_record(item: &Value, keys: &Keys) -> Result<Value, Failure> {
    let plain = keys.open_item(item.text("keyId"), item.text("data"))?;
    let plain = core::str::from_utf8(plain.expose()).map_err(|_| Failure)?;
    json::parse(plain).ok().filter(Value::is_object).ok_or(Failure)
}

fn entry(item: &Value, secret: &str) -> Result<EntryDraft, OtpError> {
    let (prefixed, secret) = unprefixed(secret.trim());
    let (kind, from_v8) = match prefixed {
        Some(kind) => (kind, false),
        None => parse_kind(item.field("type"))?,
    };
    let algorithm = algorithm(item.field("algorithm"))?;
    let eight = Value::from(8u64);
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
fn parse_kind(value: &Value) -> Result<(&str, bool), OtpError> {
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

/// `Name::host` binds an entry to a site; newer versions give the site a place of its own.
fn issuer(item: &Value) -> (&str, Option<&str>) {
    let (name, host) =
        item.text("issuer").split_once("::").unwrap_or_else(|| (item.text("issuer"), item.text("host")));
    (name.trim(), Some(host.trim()).filter(|host| is_host(host)))
}

fn is_host(host: &str) -> bool {
    host.contains('.') && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
}

#[cfg(test)]
mod tests {
    use data_encoding::{BASE64, BASE64_NOPAD, HEXLOWER};
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::import::read::crypto::{self, Argon2Cost};
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage, damage_at, expected, read, seal, unlock};

    fn record(entry: &EntryDraft) -> Value {
        json!({
            "dataType": "OTPStorage", "encrypted": false, "hash": "h", "type": kind(entry), "secret": bare(entry),
            "issuer": entry.issuer, "account": entry.account, "counter": counter(entry), "period": period(entry),
            "digits": entry.otp.digits().count(), "algorithm": entry.otp.algorithm().name(), "pinned": entry.pinned,
        })
    }

    fn file(items: impl IntoIterator<Item = Value>) -> Map<String, Value> {
        items.into_iter().enumerate().map(|(n, item)| (format!("id{n}"), item)).collect()
    }

    fn bytes(file: &Map<String, Value>) -> Vec<u8> {
        json!(file).to_string().into_bytes()
    }

    fn records() -> Vec<Value> {
        eight().iter().map(record).collect()
    }

    /// What CryptoJS writes.
    fn crypto_js(plain: &[u8], passphrase: &str) -> Value {
        let (key, iv) = crypto::derive_evp_md5(passphrase.as_bytes(), b"saltsalt");
        let sealed = seal::cbc(key.expose(), iv, plain);
        BASE64.encode(&[b"Salted__saltsalt", &sealed[..]].concat()).into()
    }

    fn seal_secrets(passphrase: &str) -> Map<String, Value> {
        file(records().into_iter().map(|mut record| {
            record["secret"] = crypto_js(record["secret"].as_str().unwrap().as_bytes(), passphrase);
            record["encrypted"] = true.into();
            record
        }))
    }

    fn second(password: &str) -> Map<String, Value> {
        let mut file = seal_secrets(&HEXLOWER.encode(&[0xab; 120]));
        file.insert("key".into(), json!({"enc": crypto_js(&[0xab; 120], password), "hash": "h"}));
        file
    }

    /// What WebCrypto makes of it.
    fn gcm(plain: &[u8], passphrase: &str) -> Value {
        let sealed = seal::gcm(&crypto::sha256(&[passphrase.as_bytes()]), *b"twelve bytes", b"", plain);
        format!("v4:{}", BASE64.encode(&[b"twelve bytes", &sealed[..]].concat())).into()
    }

    fn third(records: Vec<Value>, id: &str, password: &str) -> Map<String, Value> {
        keyed(records, id, password, crypto_js)
    }

    fn keyed(
        records: Vec<Value>,
        id: &str,
        password: &str,
        seal: fn(&[u8], &str) -> Value,
    ) -> Map<String, Value> {
        let cost = Argon2Cost::id(19_456, 2, 1);
        let key = crypto::derive_argon2(password.as_bytes(), b"0123456789abcdef", cost, &Limits::default());
        let passphrase = BASE64_NOPAD.encode(key.unwrap().expose());
        let mut file: Map<_, _> = records
            .into_iter()
            .enumerate()
            .map(|(n, record)| {
                let data = seal(record.to_string().as_bytes(), &passphrase);
                (
                    format!("{id}{n}"),
                    json!({"dataType": "EncOTPStorage", "keyId": id, "data": data, "index": n}),
                )
            })
            .collect();
        let key = json!({"dataType": "Key", "id": id, "salt": "0123456789abcdef", "hash": "h", "version": 3});
        file.insert(id.into(), key);
        file
    }

    fn kept() -> Vec<EntryDraft> {
        eight_less(|entry| {
            entry.note.clear();
            entry.tags.clear();
        })
    }

    #[test]
    fn loses_notes_and_tags() {
        let mut file = file(records());
        file.insert("LocalStorage".into(), json!({"theme": "dark"}));
        let got = read(&bytes(&file), None).unwrap();
        assert_eq!((got.format, got.entries, got.skipped), ("authenticator-extension-json", kept(), vec![]));
    }

    #[test]
    fn all_four_encryptions_open() {
        let mut misplaced = second("x");
        let key = misplaced.remove("key").unwrap();
        misplaced.insert("enc".into(), key["enc"].clone());
        misplaced.insert("hash".into(), key["hash"].clone());
        let fourth = keyed(records(), "k", "x", gcm);
        for file in [seal_secrets("x"), second("x"), misplaced, third(records(), "k", "x"), fourth] {
            let got = unlock(&bytes(&file), "x");
            let format = "authenticator-extension-json-encrypted";
            assert_eq!((got.format, got.entries, got.skipped), (format, kept(), vec![]));
        }
    }

    #[test]
    fn a_forks_notes_and_groups_are_kept() {
        let item = |group: &str| json!({"dataType": "OTPStorage", "hash": "h", "type": "totp", "secret": "MEME", "note": " spare ", "groupId": group});
        let group = json!({"dataType": "Group", "id": "g", "name": "Work", "index": 0});
        let told = |draft: Draft| {
            let told = draft.entries.into_iter().map(|entry| (entry.note, entry.tags.concat()));
            (told.collect::<Vec<_>>(), draft.skipped)
        };
        let want = [("spare".to_owned(), "Work".to_owned()), ("spare".to_owned(), String::new())].to_vec();
        let plain = file([item("g"), item("none"), group.clone()]);
        assert_eq!(told(read(&bytes(&plain), None).unwrap()), (want.clone(), vec![]));
        let mut sealed = third(vec![item("g"), item("none"), group], "k", "x");
        sealed["k2"]["dataType"] = "EncGroup".into();
        assert_eq!(told(read(&bytes(&sealed), Some("x")).unwrap()), (want, vec![]));
    }

    #[test]
    fn items_under_another_password_are_listed() {
        let mut file = third(records(), "a", "x");
        file.extend(third(vec![records().remove(0)], "b", "other"));
        let got = read(&bytes(&file), Some("x")).unwrap();
        assert_eq!((got.entries.len(), got.skipped.len(), got.skipped[0].why), (8, 1, "another-password"));
    }

    fn one(item: Value) -> Draft {
        read(&bytes(&file([item])), None).unwrap()
    }

    #[test]
    fn its_own_types_are_read() {
        let with = |kind: Value, secret: &str| {
            let item = json!({"hash": "h", "type": kind, "secret": secret, "counter": 3, "digits": 6});
            one(item).entries.remove(0)
        };
        let battle = with("battle".into(), "MEME");
        assert_eq!((kind(&battle), battle.otp.digits().count()), ("totp", 8));
        assert_eq!(with("totp".into(), "bliz-MEME").otp, battle.otp);
        assert_eq!(kind(&with("totp".into(), "stm-MEME")), "steam");
        let hex = with("hex".into(), "e492 70f0");
        assert_eq!(
            (kind(&hex), hex.otp.secret().expose().as_slice()),
            ("totp", &[0xe4, 0x92, 0x70, 0xf0][..])
        );
        assert_eq!(with("totp".into(), "e49270f0").otp, hex.otp);
        assert_eq!(counter(&with("hhex".into(), "e49270f0")), Some(3));
        assert_eq!(kind(&with(4.into(), "MEME")), "steam");
        assert_eq!(counter(&with("6".into(), "e49270f0")), Some(3));
    }

    #[test]
    fn what_version_8_rewrote_is_suspect() {
        let item = |kind: Value| json!({"hash": "h", "type": kind, "secret": "MEME"});
        let suspect = |kind: Value| one(item(kind)).entries[0].suspect;
        assert_eq!(suspect(1.into()), Some("authenticator-v8-import"));
        assert_eq!(suspect(4.into()), None);
        assert_eq!(suspect("totp".into()), None);
    }

    #[test]
    fn gost_and_unknown_types_are_listed() {
        let why = |kind: Value, algorithm: Value| {
            one(json!({"hash": "h", "type": kind, "secret": "MEME", "algorithm": algorithm})).skipped[0].why
        };
        assert_eq!(why("totp".into(), "GOST3411_2012_256".into()), "unsupported-algorithm");
        assert_eq!(why("totp".into(), 4.into()), "unsupported-algorithm");
        assert_eq!(why(7.into(), Value::Null), "unsupported-type");
        assert_eq!(why(0.into(), Value::Null), "unsupported-type");
    }

    #[test]
    fn an_issuer_can_hold_a_site() {
        let with = |issuer: &str| {
            one(json!({"hash": "h", "type": "totp", "secret": "MEME", "issuer": issuer})).entries.remove(0)
        };
        let entry = with("Shop::shop.example");
        assert_eq!((entry.issuer.as_str(), entry.urls), ("Shop", vec!["https://shop.example".to_owned()]));
        assert_eq!(with("Shop::a b/c").urls, [""; 0]);
        let newer = json!({"h": {"issuer": "Shop", "host": "shop.example", "secret": "MEME", "dataType": "OTPStorage"}});
        assert_eq!(
            read(newer.to_string().as_bytes(), None).unwrap().entries[0].urls,
            ["https://shop.example"]
        );
    }

    #[test]
    fn damage_never_panics() {
        damage(&bytes(&file(records())), |bytes| drop(read(bytes, None)));
        damage(&bytes(&second("x")), |bytes| drop(read(bytes, Some("x"))));
        damage_at(15, &bytes(&third(records(), "k", "x")), |bytes| drop(read(bytes, Some("x"))));
    }

    #[test]
    fn known_files() {
        expected::check(&["authenticator_extension/plain", "authenticator_extension/v"]);
    }
}
