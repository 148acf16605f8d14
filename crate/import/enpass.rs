//! Enpass, JSON: `items[]` with typed `fields[]`, `folders[]` by id.

use super::collect::Collector;
use super::login::{Login, Said, links};
use super::outline::Outline;
use super::read::json::{Fields, Value};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::secret::SecretText;

/// Enpass's export.
#[derive(Debug)]
pub struct Enpass;

impl Importer for Enpass {
    fn id(&self) -> &'static str {
        "enpass"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        // Notes have no fields, and Bitwarden's have types too, as numbers.
        let is_field = |field: &Outline| field.at("type").is_text() && field.has("value");
        let is_item = |item: &Outline| {
            item.has("template_type") && item.has("category")
                || item.at("fields").items().iter().any(is_field)
        };
        input
            .outline()
            .is_some_and(|file| !file.has("encrypted") && file.at("items").items().iter().any(is_item))
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let export = input.json()?;
        let mut collector = Collector::new("enpass-json", limits);
        for item in export.list("items") {
            let login = login(&export, item);
            let mut said = Said::default();
            for value in values(item, "totp") {
                let entry = login.read(value);
                said.is_new(&entry);
                collector.login(&login, entry, value)?;
            }
            collector.links(&login, &mut said, own_texts(item))?;
        }
        Ok(collector.finish())
    }
}

/// The values of an item's fields of that type that are there.
fn values<'v>(item: &'v Value, kind: &'static str) -> impl Iterator<Item = &'v str> {
    let kept = kept(item).filter(move |field| field.text("type") == kind);
    kept.map(|field| field.text("value")).filter(|value| !value.trim().is_empty())
}

fn kept(item: &Value) -> impl Iterator<Item = &Value> {
    item.list("fields").iter().filter(|field| field.number("deleted") != Some(1))
}

/// Whether a field has something in it that has no place in an account.
fn is_lost(field: &Value) -> bool {
    const TAKEN: [&str; 5] = ["username", "email", "password", "url", "totp"];
    let value = field.text("value").trim();
    !TAKEN.contains(&field.text("type")) && !value.is_empty() && links(value).next().is_none()
}

/// What the user wrote: the values of all other fields, and the note.
fn own_texts(item: &Value) -> impl Iterator<Item = &str> {
    let other = kept(item).filter(|field| field.text("type") != "totp");
    other.map(|field| field.text("value")).chain([item.text("note")])
}

fn login<'v>(export: &'v Value, item: &'v Value) -> Login<'v> {
    let folder =
        |id: &Value| export.list("folders").iter().find(|f| f.field("uuid") == id).map(|f| f.text("title"));
    let name = values(item, "username").chain(values(item, "email")).next();
    Login {
        title: item.text("title"),
        username: name.unwrap_or(""),
        note: item.text("note"),
        urls: values(item, "url").collect(),
        tags: item.list("folders").iter().filter_map(folder).collect(),
        pinned: item.flag("favorite"),
        trashed: item.flag("trashed"),
        lost: vec![
            ("password", values(item, "password").next().is_some()),
            ("attachment", !item.list("attachments").is_empty()),
            ("fields", kept(item).any(is_lost)),
        ],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::import::testing::eight::{eight, uri};
    use crate::import::testing::{holds, read};

    #[test]
    fn all_is_kept_but_the_password() {
        let item = |e: &crate::vault::entry::EntryDraft| {
            let folders: Vec<_> = e.tags.iter().map(|tag| format!("id of {tag}")).collect();
            json!({
                "title": e.issuer, "note": e.note, "favorite": u8::from(e.pinned), "trashed": 0, "folders": folders,
                "fields": [
                    {"type": "username", "value": e.account}, {"type": "password", "value": "pw"},
                    {"type": "url", "value": "a.example"}, {"type": "totp", "value": uri(e)},
                    {"type": "totp", "value": ""}, {"type": "totp", "value": "ME", "deleted": 1},
                ],
            })
        };
        let items: Vec<_> = eight().iter().map(item).collect();
        let folders =
            ["Work", "Family & friends"].map(|tag| json!({"uuid": format!("id of {tag}"), "title": tag}));
        let mut want = eight();
        for e in &mut want {
            e.lost = vec!["password"];
            e.urls = vec!["a.example".into()];
        }
        holds("enpass-json", json!({"folders": folders, "items": items}).to_string().as_bytes(), &want);
    }

    #[test]
    fn links_in_other_fields_are_accounts_too() {
        let link = |secret: &str| format!("otpauth://totp/?secret={secret}");
        let fields = json!([
            {"type": "totp", "value": "MEME"}, {"type": "text", "value": link("MEME")},
            {"type": "pin", "value": link("MAMA")}, {"type": "text", "value": link("MUMU"), "deleted": 1},
            {"type": "phone", "value": "1"}, {"type": "section", "value": ""},
        ]);
        let item = json!({"title": "T", "fields": fields});
        let draft = read(json!({"items": [item]}).to_string().as_bytes(), None).unwrap();
        let keys: Vec<_> = draft.entries.iter().map(|e| crate::otp::base32::base32(e.otp.secret())).collect();
        assert_eq!(keys, ["MEMA", "MAMA"]);
        assert_eq!(draft.entries[0].lost, ["fields"]);
    }

    #[test]
    fn notes_may_stand_before_the_first_login() {
        let note = json!({"title": "N", "category": "note", "template_type": "note.default", "note": "n"});
        let login = json!({"title": "T", "fields": [{"type": "totp", "value": "MEME"}]});
        let mut items = vec![note; 20];
        let read = |items: &[_]| read(json!({"items": items}).to_string().as_bytes(), None).unwrap();
        assert_eq!((read(&items).format, read(&items).entries.len()), ("enpass-json", 0));
        items.push(login);
        assert_eq!(read(&items).entries.len(), 1);
    }

    #[test]
    fn the_bin_is_told() {
        let item = json!({"title": "T", "trashed": 1, "fields": [{"type": "totp", "value": "MEME"}]});
        assert!(read(json!({"items": [item]}).to_string().as_bytes(), None).unwrap().entries[0].trashed);
    }
}
