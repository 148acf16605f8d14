//! Credential Exchange Format of the FIDO Alliance, JSON: a header with accounts, or one account alone.

use super::collect::Collector;
use super::login::{Login, Said, links};
use super::outline::Outline;
use super::read::json::{Fields, Value};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::base32::parse_base32;
use crate::otp::{Algorithm, Digits, Kind, Otp, OtpError, Period};
use crate::secret::SecretText;
use crate::vault::entry::EntryDraft;

/// The exchange format that password managers agreed on.
#[derive(Debug)]
pub struct Cxf;

impl Importer for Cxf {
    fn id(&self) -> &'static str {
        "cxf"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.outline().is_some_and(|file| {
            let of =
                |account: &Outline| account.at("items").items().iter().any(|i| i.at("credentials").is_list());
            let accounts = file.at("accounts");
            file.has("exporterRpId")
                || is_sealed(file)
                || if accounts.is_list() { accounts.items().iter().any(of) } else { of(file) }
        })
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        if input.outline().is_some_and(is_sealed) {
            return Err(ImportError::UnsupportedVersion);
        }
        let export = input.json()?;
        let mut collector = Collector::new("cxf-json", limits);
        for account in accounts(&export) {
            for item in account.list("items") {
                let login = login(account, item);
                let mut said = Said::default();
                for totp in of_type(item, "totp") {
                    let entry = entry(&login, totp);
                    said.is_new(&entry);
                    collector.login(&login, entry, totp)?;
                }
                for field in of_type(item, "custom-fields").flat_map(|c| c.list("fields")) {
                    let text = field.text("value").trim();
                    if !is_code(field) {
                        collector.links(&login, &mut said, [text])?;
                    } else if !text.is_empty() {
                        let entry = login.read(text);
                        if said.is_new(&entry) {
                            collector.login(&login, entry, text)?;
                        }
                    }
                }
                collector.links(
                    &login,
                    &mut said,
                    of_type(item, "note").map(|note| value(note, "content")),
                )?;
            }
        }
        Ok(collector.finish())
    }
}

/// What one manager hands to another by the Credential Exchange Protocol: sealed to a key that the other one made.
fn is_sealed(file: &Outline) -> bool {
    file.at("hpke").is_map() && file.has("payload")
}

/// A file without a header is one account.
fn accounts(export: &Value) -> &[Value] {
    if export.field("accounts").is_array() { export.list("accounts") } else { std::slice::from_ref(export) }
}

fn of_type<'v>(item: &'v Value, kind: &'static str) -> impl Iterator<Item = &'v Value> {
    item.list("credentials").iter().filter(move |c| c.text("type") == kind)
}

/// Whether 1Password marks one of the user's own fields as a one-time password: by an identifier of base64 that begins with
/// `TOTP_`. In all others links may stand.
fn is_code(field: &Value) -> bool {
    field.text("id").starts_with("VE9UUF")
}

/// A field that is neither a code nor a link to one.
fn is_lost(field: &Value) -> bool {
    let text = field.text("value").trim();
    !text.is_empty() && !is_code(field) && links(text).next().is_none()
}

/// The login name, of which drafts of the format wrote another letter large.
fn username(credential: &Value) -> &str {
    ["username", "userName"].iter().map(|key| value(credential, key)).find(|v| !v.is_empty()).unwrap_or("")
}

/// An editable field is an object with a `value`; drafts of the format had the bare text.
fn value<'v>(credential: &'v Value, key: &str) -> &'v str {
    let field = credential.field(key);
    field.as_str().unwrap_or_else(|| field.text("value"))
}

fn login<'v>(account: &'v Value, item: &'v Value) -> Login<'v> {
    let first = |kind, key| of_type(item, kind).map(|c| value(c, key)).find(|v| !v.is_empty()).unwrap_or("");
    let scope = item.field("scope").list("urls").iter();
    let older = of_type(item, "basic-auth").flat_map(|c| c.list("urls"));
    let mut tags: Vec<&str> = item.list("tags").iter().filter_map(Value::as_str).collect();
    collections(account.list("collections"), item, 0, &mut tags);
    Login {
        title: item.text("title"),
        username: of_type(item, "basic-auth").map(username).find(|v| !v.is_empty()).unwrap_or(""),
        note: first("note", "content"),
        urls: scope.chain(older).filter_map(Value::as_str).collect(),
        tags,
        pinned: item.flag("favorite"),
        lost: vec![
            ("password", !first("basic-auth", "password").is_empty()),
            ("passkey", of_type(item, "passkey").next().is_some()),
            ("attachment", of_type(item, "file").next().is_some()),
            ("fields", of_type(item, "custom-fields").flat_map(|c| c.list("fields")).any(is_lost)),
        ],
        ..Login::default()
    }
}

/// The titles of the collections that name the item, at most ten levels deep.
fn collections<'v>(list: &'v [Value], item: &Value, depth: u8, tags: &mut Vec<&'v str>) {
    for collection in list {
        if item.has("id") && collection.list("items").iter().any(|i| i.field("item") == item.field("id")) {
            tags.push(collection.text("title"));
        }
        if depth < 10 {
            collections(collection.list("subCollections"), item, depth + 1, tags);
        }
    }
}

fn entry(login: &Login<'_>, totp: &Value) -> Result<EntryDraft, &'static str> {
    let mut entry = EntryDraft::new(totp.text("issuer"), username(totp), otp(totp).map_err(OtpError::code)?);
    entry.issuer = entry.issuer.trim().to_owned();
    entry.account = entry.account.trim().to_owned();
    Ok(login.complete(entry))
}

fn otp(totp: &Value) -> Result<Otp, OtpError> {
    let number = |key, error| match totp.field(key) {
        Value::Null => Ok(None),
        _ => totp.number(key).map(Some).ok_or(error),
    };
    let algorithm = totp.text("algorithm");
    let steam = algorithm.eq_ignore_ascii_case("steam");
    let kind = if steam {
        Kind::Steam
    } else {
        Kind::Totp { period: number("period", OtpError::BadPeriod)?.map_or(Ok(Period::THIRTY), Period::new)? }
    };
    let algorithm = if steam { Algorithm::Sha1 } else { Algorithm::parse(algorithm)? };
    let digits = number("digits", OtpError::BadDigits)?.map_or(Ok(Digits::SIX), Digits::new)?;
    Otp::new(kind, algorithm, digits, parse_base32(totp.text("secret"))?)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::import::testing::eight::{bare, eight};
    use crate::import::testing::{holds, read};

    fn item(e: &EntryDraft, bare_text: bool) -> Value {
        let text = |value: &str| {
            if bare_text { json!(value) } else { json!({"fieldType": "string", "value": value}) }
        };
        let steam = e.otp.kind() == Kind::Steam;
        let algorithm = if steam { "steam".into() } else { e.otp.algorithm().name().to_lowercase() };
        json!({
            "id": bare(e), "title": e.issuer, "favorite": e.pinned, "tags": e.tags,
            "scope": {"urls": ["https://a.example"], "androidApps": []},
            "credentials": [
                {"type": "basic-auth", "username": text(&e.account), "password": text("pw")},
                {"type": "note", "content": text(&e.note)},
                {"type": "totp", "secret": bare(e), "period": e.otp.period().map(Period::seconds),
                 "digits": e.otp.digits().count(), "algorithm": algorithm},
            ],
        })
    }

    #[test]
    fn all_is_kept_but_counters_and_the_password() {
        // The format has time-based codes only.
        let mut want = eight();
        want.retain(|e| e.otp.period().is_some());
        let items = |bare_text| want.iter().map(|e| item(e, bare_text)).collect::<Vec<_>>();
        let account = |bare_text| json!({"id": "x", "items": items(bare_text), "collections": []});
        let file =
            json!({"version": {"major": 1, "minor": 0}, "exporterRpId": "x", "accounts": [account(false)]});
        let alone = account(true);
        for e in &mut want {
            e.lost = vec!["password"];
            e.urls = vec!["https://a.example".into()];
        }
        holds("cxf-json", file.to_string().as_bytes(), &want);
        holds("cxf-json", alone.to_string().as_bytes(), &want);
    }

    #[test]
    fn collections_become_tags_and_unknown_hashes_are_told() {
        let totp = |algorithm| json!({"type": "totp", "secret": "MEME", "algorithm": algorithm});
        let item = json!({"id": "i", "title": "T", "credentials": [totp("sha1"), totp("md5")]});
        let inner = json!({"title": "Inner", "items": [{"item": "i"}]});
        let outer = json!({"title": "Outer", "items": [], "subCollections": [inner]});
        let draft =
            read(json!({"items": [item], "collections": [outer]}).to_string().as_bytes(), None).unwrap();
        assert_eq!(
            (draft.entries[0].tags.join("|"), draft.skipped[0].why),
            ("Inner".into(), "unsupported-algorithm")
        );
    }

    #[test]
    fn drafts_of_the_format_spell_the_login_name_otherwise() {
        let totp = json!({"type": "totp", "secret": "MEME", "period": 30, "digits": 6, "algorithm": "sha1"});
        let mut named = totp.clone();
        named["userName"] = "ada".into();
        let login = json!({"type": "basic-auth", "userName": {"fieldType": "string", "value": "bob"}});
        let items = json!([
            {"id": "i", "title": "T", "credentials": [named, login.clone()]},
            {"id": "j", "title": "T", "credentials": [totp, login]},
        ]);
        let draft = read(json!({"items": items}).to_string().as_bytes(), None).unwrap();
        let names: Vec<_> = draft.entries.iter().map(|e| &*e.account).collect();
        assert_eq!(names, ["ada", "bob"]);
    }

    #[test]
    fn what_is_sealed_to_another_manager_is_told() {
        let file = json!({"version": 0, "hpke": {"mode": "base"}, "archive": "deflate", "exporter": "x", "payload": "eyJ"});
        assert_eq!(
            read(file.to_string().as_bytes(), None),
            Err(crate::import::ImportError::UnsupportedVersion)
        );
    }

    #[test]
    fn codes_among_the_users_own_fields_count_once() {
        let field = |id: &str, value: &str| json!({"id": id, "fieldType": "string", "value": value});
        let custom = |fields: Value| json!({"type": "custom-fields", "id": "x", "fields": fields});
        let totp = json!({"type": "totp", "secret": "MEME", "period": 30, "digits": 6, "algorithm": "sha1"});
        let link = field("a", "otpauth://totp/ada?secret=ME&issuer=A");
        let fields = json!([link, field("VE9UUF94", "MA"), field("VE9UUF94", ""), field("bm90ZQ", "MQ")]);
        let items = json!([
            {"id": "i", "title": "T", "credentials": [custom(fields)]},
            {"id": "j", "title": "U", "credentials": [totp, custom(json!([field("VE9UUF94", "me me")]))]},
        ]);
        let draft = read(json!({"items": items}).to_string().as_bytes(), None).unwrap();
        let names: Vec<_> = draft.entries.iter().map(|e| (&*e.issuer, &*e.account)).collect();
        assert_eq!(names, [("A", "ada"), ("T", ""), ("U", "")]);
        let lost: Vec<_> = draft.entries.iter().map(|e| e.lost.join("|")).collect();
        assert_eq!(lost, ["fields", "fields", ""], "what is neither a code nor a link is told of");
    }
}
