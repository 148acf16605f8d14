//! 1Password before version 8, `.1pif`: a line of JSON for each item, and between them a line that is always the same.
//! The app writes it as `data.1pif` in a folder, which people pack to send it.

use std::collections::HashMap;

use super::collect::Collector;
use super::login::{Login, Said, links};
use super::read::json::{self, Fields, Value};
use super::read::zip::{self, Zip};
use super::{Draft, ImportError, Importer, Input, Limits, text};
use crate::otp::uri::strip_prefix_ignoring_case;
use crate::secret::SecretText;

/// 1Password's older export.
pub(super) struct OnePasswordPif;

/// What stands between two items.
const BETWEEN: &str = "***5642bee8-a5ff-11dc-8314-0800200c9a66***";

impl Importer for OnePasswordPif {
    fn id(&self) -> &'static str {
        "1password-pif"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        if zip::looks_like(input.bytes) {
            return Zip::open(input.bytes, &Limits::default())
                .is_ok_and(|zip| zip.find_last("data.1pif").is_some());
        }
        input.text().is_some_and(|text| text.trim_start().starts_with('{') && text.contains(BETWEEN))
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        if !zip::looks_like(input.bytes) {
            return read(input.text().ok_or(ImportError::BadContent)?, limits);
        }
        let zip = Zip::open(input.bytes, limits)?;
        let data = zip.extract(zip.find_last("data.1pif").ok_or(ImportError::BadContent)?, password)?;
        read(&text::decode(&data).ok_or(ImportError::BadContent)?, limits)
    }
}

fn read(text: &str, limits: &Limits) -> Result<Draft, ImportError> {
    let mut collector = Collector::new("1password-1pif", limits);
    let records = || text.split(BETWEEN).map(str::trim).filter(|record| !record.is_empty());
    let folders = Folders::of(records())?;
    for record in records() {
        let item = json::parse(record)?;
        let folder = folders.path(item.text("folderUuid"));
        let login = login(&item, &folder);
        let mut said = Said::default();
        let codes = fields(&item).filter(|field| is_code(field)).map(|field| field.text("v").trim());
        for code in codes.filter(|code| !code.is_empty()) {
            let entry = login.read(code);
            said.is_new(&entry);
            collector.login(&login, entry, code)?;
        }
        let own = fields(&item).filter(|field| !is_code(field)).map(|field| field.text("v"));
        collector.links(&login, &mut said, own.chain([login.note]))?;
    }
    Ok(collector.finish())
}

/// Folders by id: records of their own, each with its name and the folder that it lies in.
struct Folders(HashMap<String, (String, String)>);

impl Folders {
    /// Folders within folders that are followed: a ring of them has no end.
    const DEPTH: usize = 16;

    fn of<'t>(records: impl Iterator<Item = &'t str>) -> Result<Self, ImportError> {
        let mut folders = HashMap::new();
        for record in records.filter(|record| record.contains("system.folder.")) {
            let item = json::parse(record)?;
            if item.text("typeName").starts_with("system.folder.") {
                let [id, name, parent] =
                    ["uuid", "title", "folderUuid"].map(|name| item.text(name).to_owned());
                folders.insert(id, (name, parent));
            }
        }
        Ok(Self(folders))
    }

    /// `Outer/Inner`; empty where there is no such folder.
    fn path(&self, id: &str) -> String {
        let inner = self.0.get(id);
        let mut names: Vec<&str> = std::iter::successors(inner, |(_, parent)| self.0.get(parent))
            .take(Self::DEPTH)
            .map(|(name, _)| name.as_str())
            .collect();
        names.reverse();
        names.join("/")
    }
}

fn fields(item: &Value) -> impl Iterator<Item = &Value> {
    item.field("secureContents").list("sections").iter().flat_map(|section| section.list("fields"))
}

/// Whether a field is a one-time password's: by its name, and a link by what it is.
fn is_code(field: &Value) -> bool {
    field.text("n").starts_with("TOTP_")
        || strip_prefix_ignoring_case(field.text("v").trim(), "otpauth://").is_some()
}

/// Whether a field has something in it that has no place in an account.
fn is_lost(field: &Value) -> bool {
    let value = field.field("v");
    let is_empty = value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty());
    !is_code(field) && !is_empty && links(field.text("v")).next().is_none()
}

fn login<'v>(item: &'v Value, folder: &'v str) -> Login<'v> {
    let (secure, open) = (item.field("secureContents"), item.field("openContents"));
    let designated = |what: &str| {
        let field = secure.list("fields").iter().find(|f| f.text("designation") == what);
        field.map(|f| f.text("value")).filter(|value| !value.is_empty()).unwrap_or(secure.text(what))
    };
    let urls = secure.list("URLs").iter().map(|u| u.text("url"));
    Login {
        title: item.text("title"),
        username: designated("username"),
        note: secure.text("notesPlain"),
        urls: [item.text("location")].into_iter().chain(urls).collect(),
        tags: [folder].into_iter().chain(open.list("tags").iter().filter_map(Value::as_str)).collect(),
        pinned: open.number("faveIndex").is_some_and(|index| index > 0),
        trashed: item.flag("trashed"),
        lost: vec![("password", !designated("password").is_empty()), ("fields", fields(item).any(is_lost))],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::BETWEEN;
    use crate::import::ImportError;
    use crate::import::testing::eight::{eight, eight_less, uri};
    use crate::import::testing::{holds, read};
    use crate::vault::entry::EntryDraft;

    fn item(e: &EntryDraft) -> Value {
        json!({
            "uuid": "x", "typeName": "webforms.WebForm", "title": e.issuer, "location": "https://a.example",
            "openContents": {"tags": e.tags, "faveIndex": u8::from(e.pinned)},
            "secureContents": {
                "notesPlain": e.note,
                "URLs": [{"label": "website", "url": "https://b.example"}],
                "fields": [
                    {"value": e.account, "designation": "username", "type": "T"},
                    {"value": "pw", "designation": "password", "type": "P"},
                ],
                "sections": [
                    {"title": "Related Items", "name": "linked items"},
                    {"name": "Section_1", "fields": [
                        {"k": "concealed", "n": "TOTP_1", "t": "one-time password", "v": uri(e)},
                        {"k": "string", "n": "2", "t": "PIN", "v": "1234"},
                    ]},
                ],
            },
        })
    }

    #[test]
    fn all_is_kept_but_the_password_and_other_fields() {
        let lines: Vec<_> = eight().iter().map(|e| format!("{}\r\n{BETWEEN}\r\n", item(e))).collect();
        let want = eight_less(|e| {
            e.lost = vec!["password", "fields"];
            e.urls = vec!["https://a.example".into(), "https://b.example".into()];
        });
        holds("1password-1pif", lines.concat().as_bytes(), &want);
    }

    #[test]
    fn folders_are_tags_and_links_in_other_texts_are_accounts() {
        let folder = |id: &str, parent: &str, title: &str| json!({"typeName": "system.folder.Regular", "uuid": id, "folderUuid": parent, "title": title});
        let link = |key: &str| format!("otpauth://totp/?secret={key}");
        let item = |parent: &str, fields: Value, note: String| {
            json!({"title": "T", "folderUuid": parent, "secureContents":
                {"notesPlain": note, "sections": [{"fields": fields}]}})
        };
        let records = [
            item(
                "b",
                json!([{"n": "TOTP_1", "v": "MEME"}, {"n": "x", "v": format!("old: {}", link("MAMA"))}]),
                link("MEME"),
            ),
            folder("a", "", "Outer"),
            folder("b", "a", "Inner"),
            folder("c", "c", "Ring"),
            item("c", json!([{"n": "TOTP_1", "v": "MUMU"}, {"n": "y", "v": 1}]), String::new()),
        ];
        let text = records.map(|record| format!("{record}\n{BETWEEN}\n")).concat();
        let draft = read(text.as_bytes(), None).unwrap();
        let tags: Vec<_> = draft.entries.iter().map(|e| e.tags.concat()).collect();
        assert_eq!(
            (&tags[..2], draft.skipped.len()),
            (&["Outer/Inner".to_owned(), "Outer/Inner".to_owned()][..], 0)
        );
        assert!(tags.len() == 3 && tags[2].starts_with("Ring/Ring"));
        assert_eq!((&*draft.entries[0].lost, &*draft.entries[2].lost), (&[][..], &["fields"][..]));
    }

    #[test]
    fn a_bare_secret_counts_by_its_name_and_a_cut_file_is_damaged() {
        let fields =
            json!([{"n": "TOTP_1", "v": "me me"}, {"n": "x", "v": "MEME"}, {"n": "TOTP_2", "v": ""}]);
        let item = json!({"title": "T", "trashed": true, "secureContents":
            {"username": "ada", "sections": [{"fields": fields}]}});
        let text = format!("{item}\n{BETWEEN}\n");
        let draft = read(text.as_bytes(), None).unwrap();
        let [entry] = &draft.entries[..] else { panic!("{draft:?}") };
        assert_eq!((&*entry.issuer, &*entry.account, entry.trashed), ("T", "ada", true));
        assert_eq!(read(format!("{text}{{\"title\":").as_bytes(), None), Err(ImportError::BadContent));
    }
}
