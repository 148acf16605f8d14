//! Bitwarden's vault, JSON: plain, protected by a password, or in a zip beside attachments.
//! The same shape with less in it is Bitwarden Authenticator's.

use super::collect::Collector;
use super::login::{Login, Said, links};
use super::outline::Outline;
use super::parameters::Parameters;
use super::read::json::{self, Fields, Members, Value};
use super::read::zip::{self, Zip};
use super::uri_list::unescape;
use super::{Draft, ImportError, Importer, Input, Limits, bitwarden_sealed};
use crate::otp::OtpError;
use crate::otp::base32::parse_base32;
use crate::otp::uri::Uri;
use crate::secret::SecretText;
use crate::vault::entry::EntryDraft;

const AUTHENTICATOR: &str = "bitwarden-authenticator-json";

/// Bitwarden's JSON exports.
#[derive(Debug)]
pub struct Bitwarden;

impl Importer for Bitwarden {
    fn id(&self) -> &'static str {
        "bitwarden"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        if zip::looks_like(input.bytes) {
            let outline = |bytes: Vec<u8>| Outline::of(&bytes);
            return zipped(input.bytes, &Limits::default())
                .ok()
                .and_then(outline)
                .is_some_and(|o| is_export(&o));
        }
        input.outline().is_some_and(is_export)
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let unzipped;
        let bytes = if zip::looks_like(input.bytes) {
            unzipped = zipped(input.bytes, limits)?;
            &unzipped
        } else {
            input.bytes
        };
        let export = json::of(bytes)?;
        if export.flag("passwordProtected") {
            let opened = bitwarden_sealed::open(&export, password, limits)?;
            return read(&json::of(opened.expose())?, "bitwarden-json-encrypted", limits);
        }
        if export.flag("encrypted") {
            return Err(ImportError::AccountRestrictedExport);
        }
        let format = if is_authenticator(&export) { AUTHENTICATOR } else { "bitwarden-json" };
        read(&export, format, limits)
    }
}

fn zipped(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, ImportError> {
    let zip = Zip::open(bytes, limits)?;
    zip.extract(zip.find("data.json").ok_or(ImportError::BadContent)?, None)
}

fn is_export(file: &Outline) -> bool {
    if !file.has("encrypted") {
        return is_old(file);
    }
    file.at("encrypted").is_flag() && (file.has("passwordProtected") || file.at("items").is_list())
}

/// Before there were encrypted exports the file did not say that it is none. Its items are known by what each type has.
fn is_old(file: &Outline) -> bool {
    let own = |item: &Outline| {
        ["login", "secureNote", "card", "identity"].iter().any(|kind| item.at(kind).is_map())
    };
    file.at("folders").is_list() && file.at("items").items().iter().any(own)
}

/// The authenticator's logins have nothing but `totp`; the first on iOS had the generator's parameters beside it.
fn is_authenticator(export: &Value) -> bool {
    const OWN: [&str; 5] = ["totp", "issuer", "period", "digits", "algorithm"];
    let logins = export.list("items").iter().filter_map(|item| item.field("login").as_object());
    !export.has("folders")
        && logins.clone().count() > 0
        && logins.flat_map(Members::iter).all(|(key, _)| OWN.contains(&key))
}

fn read(export: &Value, format: &'static str, limits: &Limits) -> Result<Draft, ImportError> {
    if !export.field("items").is_array() {
        return Err(ImportError::BadContent);
    }
    let mut collector = Collector::new(format, limits);
    for item in export.list("items") {
        let field = item.field("login").text("totp").trim();
        let login = login(export, item);
        let mut said = Said::default();
        if !field.is_empty() {
            let entry = match format {
                AUTHENTICATOR => {
                    bare(&login, item, field).unwrap_or_else(|| read_authenticators(&login, field))
                }
                _ => login.read(field),
            };
            said.is_new(&entry);
            collector.login(&login, entry, field)?;
        }
        collector.links(&login, &mut said, own_texts(item))?;
    }
    Ok(collector.finish())
}

/// What the user wrote: the fields' values, and the note.
fn own_texts(item: &Value) -> impl Iterator<Item = &str> {
    item.list("fields").iter().map(|field| field.text("value")).chain([item.text("notes")])
}

/// The authenticator on Android escapes the label as for a page before it encodes it.
pub(super) fn read_authenticators(login: &Login<'_>, field: &str) -> Result<EntryDraft, &'static str> {
    let mut entry = login.read(field)?;
    if let Ok(uri) = Uri::parse(field) {
        entry.account = unescape(&entry.account).into_owned();
        if uri.param("issuer").is_none() && uri.issuer == entry.issuer {
            entry.issuer = unescape(&entry.issuer).into_owned();
        }
    }
    Ok(entry)
}

/// A key of the first app on iOS, with its parameters beside it. `digits` repeats the period there.
fn bare(login: &Login<'_>, item: &Value, key: &str) -> Option<Result<EntryDraft, &'static str>> {
    let given = item.field("login");
    if key.contains("://") || !(given.has("period") || given.has("algorithm")) {
        return None;
    }
    let mut parameters = Parameters::of(given, "totp");
    if parameters.digits == parameters.period {
        parameters.digits = &Value::Null;
    }
    let otp = parameters.otp(parse_base32(key)).map_err(OtpError::code);
    Some(otp.map(|otp| login.complete(EntryDraft::new(given.text("issuer"), "", otp))))
}

fn login<'v>(export: &'v Value, item: &'v Value) -> Login<'v> {
    let login = item.field("login");
    let named = |list: &'static str, id: &Value| {
        export.list(list).iter().find(|f| !id.is_null() && f.field("id") == id).map(|f| f.text("name"))
    };
    let folder = named("folders", item.field("folderId"));
    let collections = item.list("collectionIds").iter().filter_map(|id| named("collections", id));
    Login {
        title: item.text("name"),
        username: login.text("username"),
        note: item.text("notes"),
        urls: login.list("uris").iter().map(|u| u.text("uri")).collect(),
        tags: folder.into_iter().chain(collections).collect(),
        pinned: item.flag("favorite"),
        trashed: item.has("deletedDate"),
        lost: vec![
            ("password", login.has("password")),
            ("passkey", !login.list("fido2Credentials").is_empty()),
            ("fields", item.list("fields").iter().any(|field| links(field.text("value")).next().is_none())),
            ("attachment", !item.list("attachments").is_empty()),
        ],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::import::read::testing::zip::archive;
    use crate::import::testing::eight::{bare, eight, uri};
    use crate::import::testing::{holds, read};
    use crate::otp::Kind;

    /// As the vault writes the field: Steam has a scheme of its own.
    fn field(e: &EntryDraft) -> String {
        if e.otp.kind() == Kind::Steam { format!("steam://{}", bare(e)) } else { uri(e) }
    }

    fn vault() -> Value {
        let item = |e: &EntryDraft| {
            json!({
                "type": 1, "name": e.issuer, "notes": e.note, "favorite": e.pinned, "folderId": e.tags.first(),
                "login": {"uris": [{"uri": "https://a.example"}], "username": e.account, "password": "pw", "totp": field(e)},
            })
        };
        let card = json!({"type": 3, "name": "Card", "card": {}});
        let items: Vec<_> = eight().iter().map(item).chain([card]).collect();
        let folders: Vec<_> =
            ["Work", "Family & friends"].iter().map(|f| json!({"id": f, "name": f})).collect();
        json!({"encrypted": false, "folders": folders, "items": items})
    }

    /// All but the password.
    fn kept() -> Vec<EntryDraft> {
        let mut want = eight();
        for e in &mut want {
            e.lost = vec!["password"];
            e.urls = vec!["https://a.example".into()];
        }
        want
    }

    #[test]
    fn all_is_kept_but_the_password() {
        let file = vault().to_string();
        holds("bitwarden-json", file.as_bytes(), &kept());
        holds("bitwarden-json", format!("{file}\0\0").as_bytes(), &kept());
        holds(
            "bitwarden-json",
            &archive(&[("data.json", file.as_bytes()), ("attachments/a/b", b"x")]),
            &kept(),
        );
    }

    #[test]
    fn the_authenticators_file_has_less() {
        let item = |e: &EntryDraft| json!({"type": 1, "name": e.issuer, "favorite": e.pinned, "login": {"totp": field(e)}});
        let items: Vec<_> = eight().iter().map(item).collect();
        let mut want = eight();
        for e in &mut want {
            e.note.clear();
            e.tags.clear();
            // `steam://` has no place for the account.
            if e.otp.kind() == Kind::Steam {
                e.account.clear();
            }
        }
        let file = json!({"encrypted": false, "items": items}).to_string();
        holds("bitwarden-authenticator-json", file.as_bytes(), &want);
    }

    #[test]
    fn the_authenticator_on_android_escapes_its_labels() {
        let item = |totp: &str| json!({"type": 1, "name": "AT&T", "login": {"totp": totp}});
        let items = [
            item(
                "otpauth://totp/AT%26amp%3BT%3Ao%26%2339%3Bneil%20%26lt%3Bx%26gt%3B?secret=MEME&issuer=AT%26T",
            ),
            item("otpauth://totp/AT%26amp%3BT%3A%26quot%3Bbob%26quot%3B?secret=MEME"),
            item("otpauth://totp/A:a?secret=MEME&issuer=%26amp%3B"),
        ];
        let file = |items: &[Value], folders: bool| {
            let mut file = json!({"encrypted": false, "items": items});
            if folders {
                file["folders"] = json!([]);
            }
            let draft = read(file.to_string().as_bytes(), None).unwrap();
            draft.entries.into_iter().map(|e| (e.issuer, e.account)).collect::<Vec<_>>()
        };
        let own = |names: &[(&str, &str)]| {
            names
                .iter()
                .map(|(issuer, account)| ((*issuer).to_owned(), (*account).to_owned()))
                .collect::<Vec<_>>()
        };
        let want = [("AT&T", "o'neil <x>"), ("AT&T", "\"bob\""), ("&amp;", "a")];
        assert_eq!(file(&items, false), own(&want));
        // The vault does not.
        assert_eq!(file(&items[1..2], true), own(&[("AT&amp;T", "&quot;bob&quot;")]));
    }

    #[test]
    fn an_account_restricted_file_is_told_apart_even_with_a_password() {
        let file =
            json!({"encrypted": true, "encKeyValidation_DO_NOT_EDIT": "2.a|b|c", "items": []}).to_string();
        for password in [None, Some("x")] {
            assert_eq!(read(file.as_bytes(), password), Err(ImportError::AccountRestrictedExport));
        }
    }

    #[test]
    fn collections_become_tags_and_the_bin_is_told() {
        let item = json!({"name": "T", "collectionIds": ["c", "d"], "deletedDate": "2024-01-01", "login": {"totp": "ME"}});
        let collections = [json!({"id": "c", "name": "C"}), json!({"id": "d", "name": "D"})];
        let file = json!({"encrypted": false, "collections": collections, "items": [item]}).to_string();
        let entry = read(file.as_bytes(), None).unwrap().entries.remove(0);
        assert_eq!((entry.tags.join("|"), entry.trashed), ("C|D".into(), true));
    }

    #[test]
    fn links_in_fields_and_notes_are_accounts_too() {
        let field = |value: &str| json!({"name": "2FA", "value": value, "type": 1});
        let item = |name: &str, totp: Value, fields: Value, notes: &str| json!({"name": name, "notes": notes, "fields": fields, "login": {"username": "ada", "totp": totp}});
        let link = |secret: &str| format!("otpauth://totp/?secret={secret}");
        let items = [
            item("A", Value::Null, json!([field(&link("MEME"))]), ""),
            // The same twice is one.
            item("B", "MEME".into(), json!([field(&link("MEME")), field(&link("MAMA")), field("pin 1")]), ""),
            json!({"name": "C", "type": 2, "secureNote": {"type": 0}, "notes": format!("spare\n{}", link("MUMU"))}),
            item("D", Value::Null, json!([field("otpauth://totp/?secret=!")]), ""),
        ];
        let file = json!({"encrypted": false, "folders": [], "items": items}).to_string();
        let draft = read(file.as_bytes(), None).unwrap();
        let got: Vec<_> = draft.entries.iter().map(|e| (&*e.issuer, e.lost.join("|"))).collect();
        let want = [("A", ""), ("B", "fields"), ("B", "fields"), ("C", "")];
        assert_eq!(got, want.map(|(issuer, lost)| (issuer, lost.to_owned())));
        assert_eq!((&*draft.skipped[0].what, draft.skipped[0].why), ("D: ada", "bad-secret"));
    }

    #[test]
    fn a_line_may_have_several_links_and_a_remark() {
        let notes = "otpauth://totp/Shop:ada?secret=JBSWY3DPEHPK3PXP old phone\n\
                     2FA: otpauth://totp/My B:b?secret=MAMA&issuer=My B otpauth://totp/C:c?secret=MUMQ&period=60 spare";
        let item = json!({"name": "A", "notes": notes, "login": {"totp": "JBSWY3DPEHPK3PXP"}});
        let file = json!({"encrypted": false, "folders": [], "items": [item]}).to_string();
        let draft = read(file.as_bytes(), None).unwrap();
        let got: Vec<_> = draft.entries.iter().map(|e| (&*e.issuer, bare(e))).collect();
        // The first says again what the item's own field says.
        let want = [("A", "JBSWY3DPEHPK3PXP"), ("My B", "MAMA"), ("C", "MUMQ")];
        assert_eq!(
            (got, draft.skipped),
            (want.map(|(issuer, key)| (issuer, key.to_owned())).to_vec(), vec![])
        );
        assert_eq!(draft.entries[2].otp.period().map(|p| p.seconds()), Some(60));
    }

    #[test]
    fn the_first_authenticator_on_ios_had_its_parameters_beside_the_key() {
        let item = |totp: &str, more: Value| {
            let mut login = json!({"totp": totp, "issuer": "I"});
            more.as_object().unwrap().iter().for_each(|(key, value)| login[key] = value.clone());
            json!({"type": 1, "name": "N", "login": login})
        };
        let items = [
            item("MEME", json!({"period": 60, "digits": 60, "algorithm": "SHA512"})),
            item("MEME", json!({"period": 30, "digits": 8, "algorithm": "SHA1"})),
            item("otpauth://totp/A:b?secret=MEME&period=45", json!({"period": 30, "digits": 30})),
        ];
        let file = json!({"encrypted": false, "items": items}).to_string();
        let draft = read(file.as_bytes(), None).unwrap();
        let shapes = draft.entries.iter().map(|e| {
            (
                &*e.issuer,
                e.otp.period().map(|p| p.seconds()),
                e.otp.digits().count(),
                e.otp.algorithm().name(),
            )
        });
        let want = [("I", Some(60), 6, "SHA512"), ("I", Some(30), 8, "SHA1"), ("A", Some(45), 6, "SHA1")];
        assert_eq!(
            (draft.format, shapes.collect::<Vec<_>>()),
            ("bitwarden-authenticator-json", want.to_vec())
        );
    }

    #[test]
    fn files_from_before_encryption_are_known_by_their_items() {
        let mut old = vault();
        old.as_object_mut().unwrap().remove("encrypted");
        holds("bitwarden-json", old.to_string().as_bytes(), &kept());
        let note = json!({"folders": [], "items": [{"type": 2, "name": "n", "secureNote": {"type": 0}}]});
        assert!(read(note.to_string().as_bytes(), None).unwrap().entries.is_empty());
        let foreign = json!({"folders": [], "items": [{"type": 2, "name": "n"}]});
        assert!(read(foreign.to_string().as_bytes(), None).is_err());
    }
}
