//! 1Password before version 8, `.1pif`: a line of JSON for each item, and between them a line that is always the same.
//! The app writes it as `data.1pif` in a folder, which people pack to send it.

use super::collect::Collector;
use super::login::Login;
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
    for record in text.split(BETWEEN).map(str::trim).filter(|record| !record.is_empty()) {
        let item = json::parse(record)?;
        let login = login(&item);
        for code in codes(item.field("secureContents")) {
            collector.login(&login, login.read(code), code)?;
        }
    }
    Ok(collector.finish())
}

/// The fields that are one-time passwords: by their name, and links by what they are.
fn codes(secure: &Value) -> impl Iterator<Item = &str> {
    let fields = secure.list("sections").iter().flat_map(|section| section.list("fields"));
    let codes = fields.filter(|field| {
        field.text("n").starts_with("TOTP_")
            || strip_prefix_ignoring_case(field.text("v").trim(), "otpauth://").is_some()
    });
    codes.map(|field| field.text("v").trim()).filter(|code| !code.is_empty())
}

fn login(item: &Value) -> Login<'_> {
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
        tags: open.list("tags").iter().filter_map(Value::as_str).collect(),
        pinned: open.number("faveIndex").is_some_and(|index| index > 0),
        trashed: item.flag("trashed"),
        lost: vec![("password", !designated("password").is_empty())],
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
    fn all_is_kept_but_the_password() {
        let lines: Vec<_> = eight().iter().map(|e| format!("{}\r\n{BETWEEN}\r\n", item(e))).collect();
        let want = eight_less(|e| {
            e.lost = vec!["password"];
            e.urls = vec!["https://a.example".into(), "https://b.example".into()];
        });
        holds("1password-1pif", lines.concat().as_bytes(), &want);
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
