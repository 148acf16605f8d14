//! 2FAS (Android, iOS): `.2fas` files of schema 1 to 4, plain and encrypted.
//!
//! Schema 1 holds no parameters (everything is the usual), schema 2 no type (HOTP was stored as TOTP). A later schema
//! is read as long as its services look like today's.

use std::collections::HashMap;

use data_encoding::BASE64;

use super::collect::Collector;
use super::parameters::Parameters;
use super::read::crypto::{self, Prf};
use super::read::json::{self, Fields, Value};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::OtpError;
use crate::otp::base32::parse_base32;
use crate::secret::{SecretBytes, SecretText};
use crate::vault::entry::EntryDraft;

/// The collection of a service of which the app knows no picture.
const NO_PICTURE: &str = "a5b3fb65-4ec5-43e6-8ec1-49e24ca9e7ad";
/// The last schema that was seen.
const NEWEST: u64 = 4;

/// 2FAS backups.
pub(super) struct TwoFas;

impl Importer for TwoFas {
    fn id(&self) -> &'static str {
        "2fas"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.outline().is_some_and(|file| {
            file.has("schemaVersion") && (file.has("services") || file.has("servicesEncrypted"))
        })
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let file = input.json()?;
        let newer = file.number("schemaVersion").is_none_or(|schema| schema > NEWEST);
        let opened;
        let (format, services) = match file.text("servicesEncrypted") {
            "" => ("2fas-json", file.field("services")),
            // Sealed in a way of its own.
            sealed if newer && sealed.split(':').count() != 3 => return Err(ImportError::UnsupportedVersion),
            sealed => {
                let password = password.ok_or(ImportError::PasswordNeeded)?;
                opened = open(sealed, file.text("reference"), password, limits)?;
                ("2fas-json-encrypted", &opened)
            }
        };
        let services = services.as_array().ok_or(ImportError::BadContent)?;
        if newer && !services.iter().all(is_known) {
            return Err(ImportError::UnsupportedVersion);
        }
        let groups: HashMap<String, &str> = file
            .list("groups")
            .iter()
            .map(|group| (group.text("id").to_ascii_lowercase(), group.text("name")))
            .collect();
        // Up to schema 3 a label is `Issuer:Account`.
        let labelled = file.number("schemaVersion").is_some_and(|schema| schema < NEWEST);
        let mut collector = Collector::new(format, limits);
        for service in services {
            let account = account(service, labelled);
            collector.account(issuer(service), &account, entry(service, &account, &groups), service)?;
        }
        collector.finish_some()
    }
}

/// Whether a service of an unknown schema has what today's have.
fn is_known(service: &Value) -> bool {
    service.field("secret").is_string()
        && matches!(service.field("otp").text("tokenType"), "TOTP" | "HOTP" | "STEAM")
}

fn entry(service: &Value, account: &str, groups: &HashMap<String, &str>) -> Result<EntryDraft, OtpError> {
    let otp = service.field("otp");
    let kind = match otp.field("tokenType") {
        Value::Null => "totp",
        kind => kind.as_str().unwrap_or_default(),
    };
    // Never from `otp.link`: iOS writes `secret=[hidden]` there.
    let generator = Parameters::of(otp, kind).otp(parse_base32(service.text("secret")))?;
    let mut entry = EntryDraft::new(issuer(service), account, generator);
    let group = groups.get(&service.text("groupId").to_ascii_lowercase());
    entry.tags = group.filter(|name| !name.is_empty()).map(|name| (*name).to_owned()).into_iter().collect();
    if has_icon(service) {
        entry.lost.push("icon");
    }
    Ok(entry)
}

/// Whether a service looks otherwise than the app makes every service look of which it knows no picture: two letters of its
/// name, no coloured edge.
fn has_icon(service: &Value) -> bool {
    let icon = service.field("icon");
    let letters = service.text("name").trim().chars().take(2).collect::<String>().to_uppercase();
    let picture = match icon.text("selected") {
        "" => false,
        "Label" => icon.field("label").text("text") != letters,
        // Up to schema 2 on iOS.
        "Brand" => icon.field("brand").text("id") != "ManuallyAdded",
        _ => !icon.field("iconCollection").text("id").eq_ignore_ascii_case(NO_PICTURE),
    };
    picture || !matches!(service.field("badge").text("color"), "" | "Default")
}

/// `name` is what the user sees, and can have changed.
fn issuer(service: &Value) -> &str {
    match service.text("name").trim() {
        "" => service.field("otp").text("issuer").trim(),
        name => name,
    }
}

/// The account, or the label without `Issuer:`.
fn account(service: &Value, labelled: bool) -> String {
    let otp = service.field("otp");
    let account = otp.text("account").trim();
    let label = otp.text("label").trim();
    if otp.field("account").is_string() || label.is_empty() {
        return account.to_owned();
    }
    let prefixes = [otp.text("issuer").trim(), service.text("name").trim()];
    match label.split_once(':') {
        Some((prefix, account)) if labelled || prefixes.contains(&prefix.trim()) => account.trim().to_owned(),
        None if prefixes.contains(&label) => String::new(),
        _ => label.to_owned(),
    }
}

/// Opens `services`. `reference` is sealed with the same key, so it tells a wrong password from a damaged file.
fn open(sealed: &str, reference: &str, password: &SecretText, limits: &Limits) -> Result<Value, ImportError> {
    let services = match unseal(sealed, password, limits) {
        Err(ImportError::WrongPassword) if unseal(reference, password, limits).is_ok() => {
            return Err(ImportError::BadContent);
        }
        services => services?,
    };
    json::parse(core::str::from_utf8(services.expose()).map_err(|_| ImportError::BadContent)?)
}

/// `ciphertext and tag : salt : nonce`, each in base64.
fn unseal(sealed: &str, password: &SecretText, limits: &Limits) -> Result<SecretBytes, ImportError> {
    const ITERATIONS: u64 = 10_000;
    let parts: Result<Vec<_>, _> = sealed.split(':').map(|part| BASE64.decode(part.as_bytes())).collect();
    let Ok([sealed, salt, nonce]) = parts.as_deref() else { return Err(ImportError::BadContent) };
    let password = password.expose().as_bytes();
    let key = crypto::derive_pbkdf2(Prf::Sha256, password, salt, ITERATIONS, limits)?;
    crypto::open_gcm(&key, nonce, b"", sealed)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage, damage_at, damage_behind, expected, read, seal, unlock};

    /// What 2FAS has no place for.
    fn kept() -> Vec<EntryDraft> {
        eight_less(|entry| {
            entry.note.clear();
            entry.pinned = false;
        })
    }

    fn services() -> Value {
        let service = |entry: &EntryDraft| {
            let steam = kind(entry) == "steam";
            let mut otp = json!({
                "account": entry.account, "issuer": entry.issuer, "tokenType": kind(entry).to_uppercase(),
                "digits": if steam { 10 } else { entry.otp.digits().count() },
                "algorithm": entry.otp.algorithm().name(), "link": "otpauth://totp/x?secret=[hidden]",
            });
            match counter(entry) {
                Some(counter) => otp["counter"] = counter.into(),
                None => otp["period"] = period(entry).into(),
            }
            let group = entry.tags.first().map(|tag| if tag == "Work" { "A1-B2" } else { "C3" });
            json!({"name": entry.issuer, "secret": bare(entry), "otp": otp, "groupId": group})
        };
        eight().iter().map(service).collect()
    }

    fn plain(schema: u32, services: &Value) -> Vec<u8> {
        let groups = json!([{"id": "a1-b2", "name": "Work"}, {"id": "c3", "name": "Family & friends"}]);
        json!({"schemaVersion": schema, "groups": groups, "services": services}).to_string().into_bytes()
    }

    fn sealed(services: &[u8], password: &str) -> Vec<u8> {
        let salt = [8; 256];
        let key =
            crypto::derive_pbkdf2::<32>(Prf::Sha256, password.as_bytes(), &salt, 10_000, &Limits::default());
        let key = key.unwrap();
        let part = |nonce, plain| {
            let parts = [seal::gcm(key.expose(), nonce, b"", plain), salt.to_vec(), nonce.to_vec()];
            parts.map(|part| BASE64.encode(&part)).join(":")
        };
        let mut file: Value = serde_json::from_slice(&plain(4, &json!([]))).unwrap();
        file["servicesEncrypted"] = part([1; 12], services).into();
        file["reference"] = part([2; 12], b"tRViSsLKzd86Hprh4ceC2OP7xazn4rrt").into();
        file.to_string().into_bytes()
    }

    #[test]
    fn loses_notes_and_pins() {
        let got = read(&plain(4, &services()), None).unwrap();
        assert_eq!((got.format, got.entries, got.skipped), ("2fas-json", kept(), vec![]));
        assert_eq!(read(&plain(5, &services()), None).unwrap().entries, kept());
    }

    #[test]
    fn the_password_is_told_from_damage() {
        let got = unlock(&sealed(services().to_string().as_bytes(), "pass"), "pass");
        assert_eq!((got.format, got.entries), ("2fas-json-encrypted", kept()));
        assert_eq!(read(&sealed(b"not json", "pass"), Some("pass")), Err(ImportError::BadContent));
        // The reference opens and the services do not.
        let file = String::from_utf8(sealed(b"[]", "pass")).unwrap();
        let at = file.find("servicesEncrypted").unwrap() + "servicesEncrypted\":\"".len();
        let mut file = file.into_bytes();
        file[at] = if file[at] == b'A' { b'B' } else { b'A' };
        assert_eq!(read(&file, Some("pass")), Err(ImportError::BadContent));
    }

    #[test]
    fn old_schemas_have_the_usual_parameters_and_a_label() {
        let old = json!([
            {"name": "Shop", "secret": "MEME", "otp": {"label": "Shop:ada", "issuer": "Shop", "account": null}},
            {"name": "", "secret": "MEME", "otp": {"issuer": "Bank", "account": "", "algorithm": "SHA384"}},
        ]);
        let got = read(&plain(1, &old), None).unwrap();
        let entry = &got.entries[0];
        assert_eq!((entry.issuer.as_str(), entry.account.as_str()), ("Shop", "ada"));
        assert_eq!(period(entry), Some(30));
        assert_eq!((got.skipped[0].what.as_str(), got.skipped[0].why), ("Bank", "unsupported-algorithm"));
    }

    #[test]
    fn a_later_schema_is_read_only_as_long_as_it_is_known() {
        let strange = json!([{"name": "Shop", "secret": {"v2": "MEME"}, "otp": {"tokenType": "TOTP"}}]);
        assert_eq!(read(&plain(5, &strange), None), Err(ImportError::UnsupportedVersion));
        assert_eq!(read(&plain(4, &strange), None).unwrap().skipped[0].why, "no-secret");
        let sealed = json!({"schemaVersion": 99, "services": [], "servicesEncrypted": "v2.abc"}).to_string();
        assert_eq!(read(sealed.as_bytes(), None), Err(ImportError::UnsupportedVersion));
    }

    #[test]
    fn what_a_service_looks_like_is_told_to_be_lost() {
        let service = |icon: Value, badge: Value| json!({"name": "Shop", "secret": "MEME", "otp": {"tokenType": "TOTP"}, "icon": icon, "badge": badge});
        let label = |text: &str| json!({"selected": "Label", "label": {"text": text}, "iconCollection": {"id": NO_PICTURE}});
        let picture = |id: &str| json!({"selected": "IconCollection", "label": {"text": "XX"}, "iconCollection": {"id": id}});
        let services = json!([
            service(Value::Null, Value::Null),
            service(label("SH"), json!({"color": "Default"})),
            service(picture(NO_PICTURE), Value::Null),
            service(label("XX"), Value::Null),
            service(picture("70611158-5583-4f11-8c74-f560dbbcead0"), Value::Null),
            service(label("SH"), json!({"color": "Red"})),
            service(picture(&NO_PICTURE.to_uppercase()), Value::Null),
            service(json!({"selected": "Brand", "brand": {"id": "ManuallyAdded"}}), Value::Null),
            service(json!({"selected": "Brand", "brand": {"id": "Shop"}}), Value::Null),
        ]);
        let got = read(&plain(4, &services), None).unwrap();
        let lost: Vec<_> = got.entries.iter().map(|entry| entry.lost.len()).collect();
        assert_eq!(lost, [0, 0, 0, 1, 1, 1, 0, 0, 1]);
        assert_eq!(got.entries[5].lost, ["icon"]);
    }

    #[test]
    fn damage_never_panics() {
        damage(&plain(4, &services()), |bytes| drop(read(bytes, None)));
        let file = sealed(services().to_string().as_bytes(), "x");
        damage_at(60, &file, |bytes| drop(read(bytes, Some("x"))));
        damage_behind(60, services().to_string().as_bytes(), "x", |plain| sealed(plain, "x"));
    }

    #[test]
    fn known_files() {
        expected::check(&["2fas"]);
    }

    #[test]
    fn a_label_up_to_schema_3_has_the_issuer_whatever_the_service_is_called_now() {
        let renamed = json!([{"name": "Mine", "secret": "MEME", "otp": {"label": "Shop:ada"}}]);
        let account = |schema| read(&plain(schema, &renamed), None).unwrap().entries.remove(0).account;
        assert_eq!([1, 2, 3].map(account), ["ada", "ada", "ada"]);
        assert_eq!(account(4), "Shop:ada");
    }

    #[test]
    fn an_entry_that_lacks_what_others_have_is_read_by_what_is_usual() {
        let none = json!({"name": "Shop", "secret": "me me", "otp": {"account": null, "algorithm": null, "digits": null, "period": null, "tokenType": null}});
        let texts = json!({"name": "Shop", "secret": "MEME", "otp": {"digits": "8", "period": "60", "algorithm": "sha256", "tokenType": "totp"}});
        let odd = json!({"name": "Shop", "secret": "MEME", "otp": {"algorithm": "SHA224"}, "icon": {"selected": "Label"}});
        let got =
            read(&plain(4, &json!([none, {"name": "Shop", "secret": "MEME"}, texts, odd])), None).unwrap();
        let shapes: Vec<_> = got
            .entries
            .iter()
            .map(|e| (e.otp.algorithm().name(), e.otp.digits().count(), period(e)))
            .collect();
        assert_eq!(shapes, [("SHA1", 6, Some(30)), ("SHA1", 6, Some(30)), ("SHA256", 8, Some(60))]);
        assert_eq!(got.skipped[0].why, "unsupported-algorithm");
    }
}
