//! 1Password, `.1pux`: a zip with `export.data`, JSON.

use super::collect::Collector;
use super::login::{Login, Said, links};
use super::read::json::{self, Fields, Value};
use super::read::zip::{self, Zip};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::secret::SecretText;

/// 1Password's own export.
#[derive(Debug)]
pub struct OnePassword;

impl Importer for OnePassword {
    fn id(&self) -> &'static str {
        "1password"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        if zip::looks_like(input.bytes) {
            return Zip::open(input.bytes, &Limits::default())
                .is_ok_and(|zip| zip.find_last("export.data").is_some());
        }
        // The `export.data` of an archive that was unpacked by hand.
        input
            .outline()
            .is_some_and(|file| file.at("accounts").items().iter().any(|a| a.at("vaults").is_list()))
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        if !zip::looks_like(input.bytes) {
            return read(&input.json()?, limits);
        }
        let zip = Zip::open(input.bytes, limits)?;
        let data = zip.find_last("export.data").ok_or(ImportError::BadContent)?;
        read(&json::of(&zip.extract(data, password)?)?, limits)
    }
}

fn read(export: &Value, limits: &Limits) -> Result<Draft, ImportError> {
    if !export.field("accounts").is_array() {
        return Err(ImportError::BadContent);
    }
    let mut collector = Collector::new("1password-1pux", limits);
    for vault in export.list("accounts").iter().flat_map(|account| account.list("vaults")) {
        for item in vault.list("items") {
            // Older files wrap each item once more.
            let item = item.as_object().and_then(|members| members.get("item")).unwrap_or(item);
            let login = login(vault, item);
            let mut said = Said::default();
            for field in fields(item) {
                let field = field.field("value").text("totp");
                if !field.trim().is_empty() {
                    let entry = login.read(field);
                    said.is_new(&entry);
                    collector.login(&login, entry, field)?;
                }
            }
            collector.links(&login, &mut said, own_texts(item))?;
        }
    }
    Ok(collector.finish())
}

fn fields(item: &Value) -> impl Iterator<Item = &Value> {
    item.field("details").list("sections").iter().flat_map(|section| section.list("fields"))
}

/// Whether a field has something in it that is no code.
fn is_lost(field: &Value) -> bool {
    let empty = |value: &Value| value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty());
    let is_link = |value: &Value| value.as_str().is_some_and(|text| links(text).next().is_some());
    field.members("value").any(|(kind, value)| kind != "totp" && !empty(value) && !is_link(value))
}

/// What the user wrote, in fields of any kind but a one-time password's, and in the note.
fn own_texts(item: &Value) -> impl Iterator<Item = &str> {
    let details = item.field("details");
    let own = fields(item).flat_map(|field| field.members("value")).filter(|(kind, _)| *kind != "totp");
    let own = own.filter_map(|(_, value)| value.as_str());
    let of_login = details.list("loginFields").iter().map(|field| field.text("value"));
    own.chain(of_login).chain([details.text("notesPlain")])
}

fn login<'v>(vault: &'v Value, item: &'v Value) -> Login<'v> {
    let (overview, details) = (item.field("overview"), item.field("details"));
    let designated = |what: &str| {
        let field = details.list("loginFields").iter().find(|f| f.text("designation") == what);
        field.map_or("", |f| f.text("value"))
    };
    // Servers and databases have no fields of a login, but one that is always called so.
    let is_name = |field: &Value| field.text("id") == "username" && designated("username").is_empty();
    let name = fields(item).find(|field| is_name(field)).map(|field| field.field("value").text("string"));
    let urls = overview.list("urls").iter().map(|u| u.text("url"));
    let tags = overview.list("tags").iter().filter_map(Value::as_str);
    Login {
        title: overview.text("title"),
        username: name.unwrap_or(designated("username")),
        note: details.text("notesPlain"),
        urls: [overview.text("url")].into_iter().chain(urls).collect(),
        tags: [vault.field("attrs").text("name")].into_iter().chain(tags).collect(),
        pinned: item.number("favIndex").is_some_and(|index| index > 0),
        trashed: item.flag("trashed") || item.text("state") == "trashed",
        lost: vec![
            ("password", !designated("password").is_empty()),
            ("passkey", details.has("passkey")),
            ("attachment", details.has("documentAttributes")),
            ("fields", fields(item).any(|field| !is_name(field) && is_lost(field))),
        ],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::import::read::testing::zip::archive;
    use crate::import::testing::eight::{eight, uri};
    use crate::import::testing::{holds, read};

    fn export(wrap: bool) -> Vec<u8> {
        let item = |e: &crate::vault::entry::EntryDraft| {
            let item = json!({
                "favIndex": u8::from(e.pinned), "state": "active",
                "details": {
                    "loginFields": [
                        {"value": e.account, "designation": "username"},
                        {"value": "pw", "designation": "password"},
                    ],
                    "notesPlain": e.note,
                    "sections": [{"fields": [{"value": {"phone": "1"}}, {"value": {"totp": uri(e)}}]}],
                },
                "overview": {"title": e.issuer, "url": "https://a.example", "urls": [], "tags": e.tags},
            });
            if wrap { json!({"item": item}) } else { item }
        };
        let items: Vec<_> = eight().iter().map(item).collect();
        json!({"accounts": [{"vaults": [{"attrs": {"name": "Private"}, "items": items}]}]}).to_string().into()
    }

    #[test]
    fn all_is_kept_but_the_password_and_other_fields_and_the_vault_becomes_a_tag() {
        let mut want = eight();
        for e in &mut want {
            e.tags.insert(0, "Private".into());
            e.urls = vec!["https://a.example".into()];
            e.lost = vec!["password", "fields"];
        }
        for wrap in [false, true] {
            let file = archive(&[("export.attributes", b"{}"), ("export.data", &export(wrap))]);
            holds("1password-1pux", &file, &want);
        }
        holds("1password-1pux", &export(false), &want);
    }

    #[test]
    fn every_one_time_password_of_an_item_counts_and_bad_ones_are_told() {
        let fields = json!([{"value": {"totp": "MEME"}}, {"value": {"totp": "otpauth://totp/x"}}, {"value": {"totp": "M1"}}]);
        let item = json!({"details": {"sections": [{"fields": fields}]}, "overview": {"title": "T"}});
        let file = json!({"accounts": [{"vaults": [{"items": [item]}]}]}).to_string();
        let draft = read(file.as_bytes(), None).unwrap();
        let why: Vec<_> = draft.skipped.iter().map(|s| (s.what.as_str(), s.why)).collect();
        assert_eq!((draft.entries.len(), why), (1, vec![("T", "no-secret"), ("T", "bad-secret")]));
    }

    #[test]
    fn an_item_that_is_no_login_has_its_name_among_its_fields() {
        let fields =
            json!([{"id": "username", "value": {"string": "root"}}, {"id": "x", "value": {"totp": "MEME"}}]);
        let names = |login: serde_json::Value| {
            let details = json!({"loginFields": login, "sections": [{"fields": fields}]});
            let file = json!({"accounts": [{"vaults": [{"items": [{"details": details}]}]}]}).to_string();
            let entry = read(file.as_bytes(), None).unwrap().entries.remove(0);
            (entry.account, entry.lost.concat())
        };
        let pair = |name: &str, lost: &str| (name.to_owned(), lost.to_owned());
        assert_eq!(names(json!([])), pair("root", ""));
        assert_eq!(names(json!([{"designation": "username", "value": "ada"}])), pair("ada", "fields"));
    }

    #[test]
    fn links_in_other_fields_are_accounts_too() {
        let link = |secret: &str| format!("otpauth://totp/?secret={secret}");
        let fields = json!([
            {"title": "2FA", "value": {"concealed": link("MEME")}}, {"value": {"totp": link("MEME")}},
            {"value": {"string": link("MAMA")}}, {"value": {"url": "https://a.example"}}, {"value": null},
        ]);
        let details =
            json!({"sections": [{"fields": fields}], "notesPlain": format!("old: {}", link("MUMU"))});
        let item = json!({"details": details, "overview": {"title": "T"}});
        let file = json!({"accounts": [{"vaults": [{"items": [item]}]}]}).to_string();
        let draft = read(file.as_bytes(), None).unwrap();
        let keys: Vec<_> = draft.entries.iter().map(|e| crate::otp::base32::base32(e.otp.secret())).collect();
        assert_eq!((keys, draft.skipped), (["MEMA", "MAMA", "MUMQ"].map(str::to_owned).to_vec(), vec![]));
    }

    #[test]
    fn an_archive_that_was_packed_again_has_a_folder_and_archived_items_come_along() {
        let item = json!({
            "state": "archived", "details": {"sections": [{"fields": [{"value": {"totp": "me me"}}]}, {"fields": null}]},
            "overview": {"title": "T", "urls": null, "tags": null},
        });
        let empty = json!({"details": {"sections": null, "loginFields": null}, "overview": null});
        let file = json!({"accounts": [{"attrs": {}, "vaults": [{"items": [empty, item]}]}]}).to_string();
        let draft = read(&archive(&[("mine/export.data", file.as_bytes())]), None).unwrap();
        assert_eq!((draft.entries.len(), draft.entries[0].trashed, draft.skipped), (1, false, vec![]));
    }
}
