//! LastPass Authenticator (Android, iOS): its JSON file. Only TOTP; folders become tags, favourites pins.

use std::collections::HashMap;

use super::collect::Collector;
use super::outline::Outline;
use super::parameters::Parameters;
use super::read::json::{Fields, Value};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::OtpError;
use crate::otp::base32::parse_base32;
use crate::secret::SecretText;
use crate::vault::entry::EntryDraft;

/// The built-in folder "Favorites"; 0 is "Other accounts".
const FAVOURITES: u64 = 1;

/// LastPass Authenticator's export.
pub(super) struct LastPassAuthenticator;

impl Importer for LastPassAuthenticator {
    fn id(&self) -> &'static str {
        "lastpass-authenticator"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.outline().is_some_and(|file| {
            let accounts = file.at("accounts");
            let marked = file.has("folders") || file.has("deviceName") && file.has("localDeviceId");
            let known = |item: &Outline| item.has("timeStep") || item.has("issuerName");
            accounts.items().iter().any(known) || marked && *accounts == Outline::List(Vec::new())
        })
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let file = input.json()?;
        let folders: HashMap<u64, &str> = file
            .list("folders")
            .iter()
            .filter_map(|folder| Some((folder.number("id")?, folder.text("name").trim())))
            .filter(|(id, name)| *id > FAVOURITES && !name.is_empty())
            .collect();
        let mut collector = Collector::new("lastpass-authenticator-json", limits);
        for item in file.list("accounts") {
            let (issuer, account) = names(item);
            collector.account(issuer, account, entry(item, &folders), item)?;
        }
        collector.finish_some()
    }
}

fn entry(item: &Value, folders: &HashMap<u64, &str>) -> Result<EntryDraft, OtpError> {
    let parameters = Parameters { period: item.field("timeStep"), ..Parameters::of(item, "totp") };
    let otp = parameters.otp(parse_base32(item.text("secret")))?;
    let (issuer, account) = names(item);
    let mut entry = EntryDraft::new(issuer, account, otp);
    let folder = item.field("folderData").number("folderId");
    entry.pinned = item.flag("isFavorite") || folder == Some(FAVOURITES);
    entry.tags = folder.and_then(|id| folders.get(&id)).map(|name| (*name).to_owned()).into_iter().collect();
    Ok(entry)
}

/// What the user typed, else what the QR code said.
fn names(item: &Value) -> (&str, &str) {
    let or = |own, original| match item.text(own).trim() {
        "" => item.text(original).trim(),
        text => text,
    };
    (or("issuerName", "originalIssuerName"), or("userName", "originalUserName"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage, expected, read};
    use crate::otp::Otp;

    fn file() -> Vec<u8> {
        let item = |entry: &EntryDraft| {
            let folder = entry.tags.first().map_or(0, |tag| if tag == "Work" { 2 } else { 3 });
            json!({
                "issuerName": entry.issuer, "originalIssuerName": entry.issuer, "userName": "",
                "originalUserName": entry.account, "secret": bare(entry), "timeStep": period(entry).unwrap_or(30),
                "digits": entry.otp.digits().count(), "algorithm": entry.otp.algorithm().name(),
                "isFavorite": entry.pinned, "folderData": {"folderId": folder, "position": 0},
            })
        };
        let accounts: Vec<_> = eight().iter().map(item).collect();
        let folders = json!([
            {"id": 0, "name": "Other accounts"}, {"id": 1, "name": "Favorites"}, {"name": "no id"},
            {"id": 2, "name": "Work"}, {"id": 3, "name": "Family & friends"},
        ]);
        json!({"version": 3, "accounts": accounts, "folders": folders}).to_string().into_bytes()
    }

    #[test]
    fn knows_only_totp_and_loses_notes() {
        let got = read(&file(), None).unwrap();
        let kept = eight_less(|entry| {
            let period = json!(period(entry).unwrap_or(30)).into();
            let (algorithm, digits) =
                (entry.otp.algorithm().name().into(), u64::from(entry.otp.digits().count()).into());
            let totp = Parameters {
                kind: "totp",
                algorithm: &algorithm,
                digits: &digits,
                period: &period,
                counter: &Value::Null.into(),
            };
            entry.otp = Otp::clone(&totp.otp(Ok(entry.otp.secret().clone())).unwrap());
            entry.note.clear();
        });
        assert_eq!((got.format, got.entries, got.skipped), ("lastpass-authenticator-json", kept, vec![]));
    }

    #[test]
    fn the_favourites_folder_pins_and_an_empty_file_has_no_entries() {
        let file = json!({"accounts": [{"timeStep": 30, "secret": "MEME", "folderData": {"folderId": 1}}]});
        assert!(read(file.to_string().as_bytes(), None).unwrap().entries[0].pinned);
        let file = json!({"deviceName": "x", "localDeviceId": null, "accounts": []}).to_string();
        assert_eq!(read(file.as_bytes(), None), Err(ImportError::NoEntries));
    }

    #[test]
    fn damage_never_panics() {
        damage(&file(), |bytes| drop(read(bytes, None)));
    }

    #[test]
    fn known_files() {
        expected::check(&["lastpass_authenticator"]);
    }

    #[test]
    fn an_empty_file_of_either_phone_has_no_entries() {
        for file in [
            r#"{"accounts":[],"folders":[]}"#,
            r#"{"version":1,"accounts":[],"folders":[{"id":0,"name":"x"}]}"#,
        ] {
            assert_eq!(read(file.as_bytes(), None), Err(ImportError::NoEntries));
        }
    }
}
