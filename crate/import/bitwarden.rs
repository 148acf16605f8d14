//! Bitwarden's vault, JSON: plain, protected by a password, or in a zip beside attachments.
//! The same shape with less in it is Bitwarden Authenticator's.

use serde_json::Value;

use super::collect::Collector;
use super::login::Login;
use super::read::json::{self, Fields};
use super::read::zip::{self, Zip};
use super::{Draft, ImportError, Importer, Input, Limits, bitwarden_sealed};
use crate::secret::SecretText;

/// Bitwarden's JSON exports.
#[derive(Debug)]
pub struct Bitwarden;

impl Importer for Bitwarden {
    fn id(&self) -> &'static str {
        "bitwarden"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        if zip::looks_like(input.bytes) {
            return zipped(input.bytes, &Limits::default()).is_ok_and(|bytes| sniff(&bytes).is_some());
        }
        sniff(input.bytes).is_some()
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
        let format =
            if is_authenticator(&export) { "bitwarden-authenticator-json" } else { "bitwarden-json" };
        read(&export, format, limits)
    }
}

fn zipped(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, ImportError> {
    let zip = Zip::open(bytes, limits)?;
    zip.extract(zip.find("data.json").ok_or(ImportError::BadContent)?, None)
}

fn sniff(bytes: &[u8]) -> Option<Value> {
    let value = json::sniff(bytes, &["\"encrypted\""])?;
    let shape = value.has("passwordProtected") || value.field("items").is_array();
    (value.field("encrypted").is_boolean() && shape).then_some(value)
}

/// The authenticator's logins have nothing but `totp`.
fn is_authenticator(export: &Value) -> bool {
    let logins = export.list("items").iter().filter_map(|item| item.field("login").as_object());
    !export.has("folders") && logins.clone().count() > 0 && logins.flatten().all(|(key, _)| key == "totp")
}

fn read(export: &Value, format: &'static str, limits: &Limits) -> Result<Draft, ImportError> {
    if !export.field("items").is_array() {
        return Err(ImportError::BadContent);
    }
    let mut collector = Collector::new(format, limits);
    for item in export.list("items") {
        let field = item.field("login").text("totp").trim();
        if !field.is_empty() {
            let login = login(export, item);
            collector.take(&login.what(), login.read(field))?;
        }
    }
    Ok(collector.finish())
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
            ("fields", !item.list("fields").is_empty()),
            ("attachment", !item.list("attachments").is_empty()),
        ],
    }
}
