//! Psono, JSON: `items[]` and `folders[]` that hold more of both. What an item has is named after its type:
//! `totp_code`, `website_password_totp_code`.

use super::collect::Collector;
use super::login::Login;
use super::outline::Outline;
use super::parameters::Parameters;
use super::read::json::{Fields, Value};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::OtpError;
use crate::otp::base32::parse_base32;
use crate::secret::SecretText;
use crate::vault::entry::EntryDraft;

/// Psono's export.
pub(super) struct Psono;

/// Folders in folders that are looked into.
const DEPTH: u8 = 10;

impl Importer for Psono {
    fn id(&self) -> &'static str {
        "psono"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        let of = |folder: &Outline| {
            folder
                .at("items")
                .items()
                .iter()
                .any(|item| item.has(&format!("{}_title", item.at("type").text())))
        };
        input.outline().is_some_and(|file| of(file) || file.at("folders").items().iter().any(of))
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let mut collector = Collector::new("psono-json", limits);
        add(&mut collector, &input.json()?, &[], DEPTH)?;
        Ok(collector.finish())
    }
}

/// Adds what a folder holds, under its name and the names of those around it.
fn add(collector: &mut Collector, folder: &Value, names: &[&str], depth: u8) -> Result<(), ImportError> {
    for item in folder.list("items") {
        // Of its own, or beside a password.
        for prefix in ["totp_", "website_password_totp_", "application_password_totp_"] {
            let code = item.text(&format!("{prefix}code")).trim();
            if !code.is_empty() {
                let login = login(item, names);
                let own = ["algorithm", "digits", "period"]
                    .map(|name| (name, item.field(&format!("{prefix}{name}"))));
                let numbers = own.map(|(name, value)| (name, value.to_plain()));
                let mut own = vec![("code", code)];
                own.extend(numbers.iter().map(|(name, text)| (*name, text.as_str())));
                collector.login(&login, entry(item, prefix, code, &login), &own[..])?;
            }
        }
    }
    let inner = folder.list("folders").iter().filter(|_| depth > 0);
    inner.into_iter().try_for_each(|folder| {
        add(collector, folder, &[names, &[folder.text("name")]].concat(), depth.saturating_sub(1))
    })
}

fn login<'v>(item: &'v Value, folders: &[&'v str]) -> Login<'v> {
    let kind = item.text("type");
    let own = |name: &str| item.text(&format!("{kind}_{name}"));
    Login {
        title: Some(own("title")).filter(|title| !title.is_empty()).unwrap_or(item.text("name")),
        username: own("username"),
        note: own("notes"),
        urls: vec![own("url")],
        tags: folders.to_vec(),
        lost: vec![("password", !own("password").is_empty())],
        ..Login::default()
    }
}

fn entry(item: &Value, prefix: &str, code: &str, login: &Login<'_>) -> Result<EntryDraft, &'static str> {
    if code.contains("://") {
        return login.read(code);
    }
    let field = |name: &str| item.field(&format!("{prefix}{name}"));
    let parameters = Parameters {
        kind: "totp",
        algorithm: field("algorithm"),
        digits: field("digits"),
        period: field("period"),
        counter: &Value::Null,
    };
    let otp = parameters.otp(parse_base32(code)).map_err(OtpError::code)?;
    Ok(login.complete(EntryDraft::new("", "", otp)))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::import::testing::eight::{bare, eight, period};
    use crate::import::testing::{holds, read};
    use crate::vault::entry::EntryDraft;

    fn item(e: &EntryDraft) -> Value {
        json!({
            "type": "website_password", "name": e.issuer, "website_password_title": e.issuer,
            "website_password_username": e.account, "website_password_password": "pw",
            "website_password_notes": e.note, "website_password_url": "https://a.example",
            "website_password_totp_code": bare(e), "website_password_totp_period": period(e),
            "website_password_totp_digits": e.otp.digits().count(),
            "website_password_totp_algorithm": e.otp.algorithm().name(),
        })
    }

    #[test]
    fn all_is_kept_but_counters_steam_favourites_and_the_password() {
        // The format has plain time-based codes only.
        let mut want = eight();
        want.retain(|e| matches!(e.otp.kind(), crate::otp::Kind::Totp { .. }));
        let folder = |e: &EntryDraft| json!({"name": e.tags.concat(), "items": [item(e)]});
        let (tagged, plain): (Vec<_>, Vec<_>) = want.into_iter().partition(|e| !e.tags.is_empty());
        let file = json!({
            "items": plain.iter().map(item).collect::<Vec<_>>(),
            "folders": tagged.iter().map(folder).collect::<Vec<_>>(),
        });
        let mut want = [plain, tagged].concat();
        for e in &mut want {
            e.lost = vec!["password"];
            e.urls = vec!["https://a.example".into()];
            e.pinned = false;
        }
        holds("psono-json", file.to_string().as_bytes(), &want);
    }

    #[test]
    fn items_that_are_nothing_but_a_code_are_read_in_folders_too() {
        let item = json!({"type": "totp", "name": "n", "totp_title": "A", "totp_notes": "x", "totp_code": "ME",
            "totp_digits": 8, "totp_period": 60, "totp_algorithm": "SHA256"});
        let bad = json!({"type": "totp", "totp_title": "B", "totp_code": "!"});
        let inner = json!({"name": "Inner", "items": [item]});
        let file = json!({"folders": [{"name": "Outer", "items": [bad], "folders": [inner]}], "items": []});
        let draft = read(file.to_string().as_bytes(), None).unwrap();
        let [entry] = &draft.entries[..] else { panic!("{draft:?}") };
        assert_eq!((&*entry.issuer, entry.tags.join("|")), ("A", "Outer|Inner".into()));
        assert_eq!((entry.otp.digits().count(), draft.skipped[0].why), (8, "bad-secret"));
    }
}
