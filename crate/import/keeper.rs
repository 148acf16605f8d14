//! Keeper, JSON: `records[]` whose `custom_fields` hold `$oneTimeCode::1`. Commander packs it with the attachments.

use super::collect::Collector;
use super::login::{Login, Said, links};
use super::outline::Outline;
use super::read::json::{self, Fields, Value};
use super::read::zip::{self, Zip};
use super::telling::{Names, plain};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::secret::SecretText;

/// Keeper's export.
#[derive(Debug)]
pub struct Keeper;

impl Importer for Keeper {
    fn id(&self) -> &'static str {
        "keeper"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        if zip::looks_like(input.bytes) {
            let zipped = zipped(input.bytes, &Limits::default()).ok();
            return zipped.and_then(|bytes| Outline::of(&bytes)).is_some_and(|file| is_export(&file));
        }
        input.outline().is_some_and(is_export)
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let export = if zip::looks_like(input.bytes) {
            json::of(&zipped(input.bytes, limits)?)?
        } else {
            input.json()?
        };
        let mut collector = Collector::new("keeper-json", limits);
        for record in export.list("records") {
            let login = login(record);
            let mut said = Said::default();
            for (_, field) in fields(record).filter(|(key, _)| is_code(key)) {
                let entry = login.read(field);
                said.is_new(&entry);
                collector.login(&login, entry, field)?;
            }
            let own = fields(record).filter(|(key, _)| !is_code(key)).map(|(_, field)| field);
            collector.links(&login, &mut said, own.chain([record.text("notes")]))?;
        }
        Ok(collector.finish())
    }
}

/// The records of a zip, whose other files are attachments.
fn zipped(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, ImportError> {
    let zip = Zip::open(bytes, limits)?;
    zip.extract(zip.find("export.json").ok_or(ImportError::BadContent)?, None)
}

fn is_export(file: &Outline) -> bool {
    let records = file.at("records");
    let any = |is: fn(&Outline) -> bool| records.items().iter().any(is);
    file.has("shared_folders") && records.is_list()
        || any(|record| record.has("$type") || record.has("custom_fields"))
        || any(is_login) && !any(tells_otp)
}

/// A record without fields of its own, as the first ones of a file may all be.
fn is_login(record: &Outline) -> bool {
    record.has("title") && (record.has("login_url") || record.has("password"))
}

/// Somebody else's list: Keeper has one-time passwords nowhere but in its fields.
fn tells_otp(record: &Outline) -> bool {
    let names: Vec<_> = record.members().iter().map(|(name, _)| plain(name)).collect();
    Names(&names).have_otp()
}

/// What the field is called: `$oneTimeCode:label:number`, and what older versions wrote.
pub(super) const CODES: [&str; 2] = ["$oneTimeCode", "TFC:Keeper"];

/// Whether a field of that name holds one-time passwords.
pub(super) fn is_code(name: &str) -> bool {
    CODES.iter().any(|code| name.starts_with(code))
}

/// The texts in a record's own fields that are not empty, each with the field's name: a value, or several in an array.
fn fields(record: &Value) -> impl Iterator<Item = (&str, &str)> {
    let values = record.members("custom_fields").flat_map(|(key, value)| {
        let one = std::slice::from_ref(value);
        value.as_array().map_or(one, Vec::as_slice).iter().map(move |value| (key, value))
    });
    let texts = values.filter_map(|(key, value)| Some((key, value.as_str()?)));
    texts.filter(|(_, text)| !text.trim().is_empty())
}

/// Whether a field has something in it that is no code: a text that is no link, or parts with names.
fn is_lost((key, value): (&str, &Value)) -> bool {
    let is_taken = |value: &Value| match value.as_str() {
        Some(text) => text.trim().is_empty() || links(text).next().is_some(),
        None => value.is_null(),
    };
    let one = std::slice::from_ref(value);
    !is_code(key) && !value.as_array().map_or(one, Vec::as_slice).iter().all(is_taken)
}

fn login(record: &Value) -> Login<'_> {
    let folders = record.list("folders").iter().flat_map(|f| [f.text("folder"), f.text("shared_folder")]);
    Login {
        title: record.text("title"),
        username: record.text("login"),
        note: record.text("notes"),
        urls: vec![record.text("login_url")],
        tags: folders.collect(),
        lost: vec![
            ("password", !record.text("password").is_empty()),
            ("fields", record.members("custom_fields").any(is_lost)),
            ("attachment", !record.list("attachments").is_empty()),
        ],
        ..Login::default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::import::read::testing::zip::archive;
    use crate::import::testing::eight::{bare, eight, uri};
    use crate::import::testing::{holds, read};

    #[test]
    fn all_is_kept_but_favourites_and_the_password() {
        let record = |e: &crate::vault::entry::EntryDraft| {
            let folders: Vec<_> = e.tags.iter().map(|tag| json!({"folder": tag})).collect();
            json!({
                "title": e.issuer, "login": e.account, "password": "pw", "notes": e.note, "$type": "login",
                "login_url": "https://a.example", "custom_fields": {"$oneTimeCode::1": uri(e)}, "folders": folders,
            })
        };
        let records: Vec<_> = eight().iter().map(record).collect();
        let mut want = eight();
        for e in &mut want {
            e.lost = vec!["password"];
            e.pinned = false;
            e.urls = vec!["https://a.example".into()];
        }
        holds("keeper-json", json!({"shared_folders": [], "records": records}).to_string().as_bytes(), &want);
    }

    #[test]
    fn commanders_zip_may_have_any_number_of_attachments() {
        let record = json!({
            "title": "T", "$type": "login", "custom_fields": {"$oneTimeCode": "MEME"},
            "attachments": [{"name": "a", "file_uid": "0"}],
        });
        let export = json!({"records": [record]}).to_string();
        let names: Vec<_> = (0..100).map(|n| format!("files/{n}")).collect();
        let files = names.iter().map(|name| (name.as_str(), &b"otpauth://totp/x?secret=ME"[..]));
        let files: Vec<_> = [("export.json", export.as_bytes())].into_iter().chain(files).collect();
        let draft = read(&archive(&files), None).unwrap();
        assert_eq!((draft.format, draft.entries.len(), draft.skipped), ("keeper-json", 1, vec![]));
        assert_eq!(draft.entries[0].lost, ["attachment"]);
        // A file of that name is nobody's for that alone.
        let other = json!([{"name": "A", "otp_secret": "MEMEMEME"}]).to_string();
        let draft = read(&archive(&[("export.json", other.as_bytes())]), None).unwrap();
        assert_ne!(draft.format, "keeper-json");
    }

    #[test]
    fn the_first_records_may_all_be_plain_logins() {
        let login =
            |n: usize| json!({"title": format!("T{n}"), "login": "ada", "password": "x", "login_url": ""});
        let mut records: Vec<_> = (0..16).map(login).collect();
        records.push(json!({"title": "last", "custom_fields": {"$oneTimeCode::1": "MEME"}}));
        let draft = read(json!({"records": records}).to_string().as_bytes(), None).unwrap();
        assert_eq!((draft.format, draft.entries.len()), ("keeper-json", 1));
        assert_eq!(draft.entries[0].issuer, "last");
        // A list of the same shape with a column of its own is not Keeper's.
        let other = json!({"records": [{"title": "T", "login": "ada", "password": "x", "totp": "MEMEMEME"}]});
        let draft = read(other.to_string().as_bytes(), None).unwrap();
        assert_eq!((draft.format == "keeper-json", draft.entries.len()), (false, 1));
    }

    #[test]
    fn links_in_notes_and_other_fields_are_accounts_too() {
        let link = |key: &str| format!("otpauth://totp/?secret={key}");
        let record = |title: &str, fields: Value, notes: &str| json!({"title": title, "custom_fields": fields, "notes": notes});
        let records = [
            record("A", json!({"$text:2FA:1": link("MEMA"), "$url": [link("MAMA")]}), ""),
            record("B", json!({"$name": {"first": "Bob"}}), &format!("spare: {}", link("MUMQ"))),
            record("C", json!({"$oneTimeCode": "MEMA", "$text": ""}), &link("MEMA")),
        ];
        let draft = read(json!({"records": records}).to_string().as_bytes(), None).unwrap();
        let got: Vec<_> = draft.entries.iter().map(|e| (&*e.issuer, bare(e), e.lost.join("|"))).collect();
        let want = [("A", "MEMA", ""), ("A", "MAMA", ""), ("B", "MUMQ", "fields"), ("C", "MEMA", "")];
        assert_eq!(got, want.map(|(name, key, lost)| (name, key.to_owned(), lost.to_owned())));
    }

    #[test]
    fn several_codes_and_older_names_are_read() {
        let fields = json!({"$oneTimeCode:work:1": ["MEME", "ME"], "TFC:Keeper": "MEMEME", "$text::1": "x"});
        let file = json!({"records": [{"title": "T", "custom_fields": fields}]}).to_string();
        let draft = read(file.as_bytes(), None).unwrap();
        assert_eq!((draft.entries.len(), draft.entries[0].lost.as_slice()), (3, &["fields"][..]));
    }
}
