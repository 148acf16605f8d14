//! LastPass Authenticator (Android, iOS): its JSON file. Only TOTP; folders become tags, favourites pins.

use std::collections::HashMap;

use serde_json::Value;

use super::collect::Collector;
use super::outline::{self, Outline};
use super::parameters::Parameters;
use super::read::json::Fields;
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
        Outline::of(input.bytes).is_some_and(|file| {
            let first = file.at("accounts").first();
            let marked = file.has("deviceName") && file.has("localDeviceId");
            first.has("timeStep") || first.has("issuerName") || marked && file.at("accounts").is_list()
        })
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let file = outline::value(input.bytes)?;
        let folders: HashMap<u64, &str> = file
            .list("folders")
            .iter()
            .filter_map(|folder| Some((folder.number("id")?, folder.text("name").trim())))
            .filter(|(id, name)| *id > FAVOURITES && !name.is_empty())
            .collect();
        let mut collector = Collector::new("lastpass-authenticator-json", limits);
        for item in file.list("accounts") {
            let (issuer, account) = names(item);
            collector.account(issuer, account, entry(item, &folders))?;
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
