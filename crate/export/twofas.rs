//! 2FAS: its backup of schema 4, plain and encrypted. Group names lie open in both, as the app has it.

use data_encoding::BASE64;
use serde_json::{Value, json};

use super::paper::{Kept, Paper, counter, has_more_tags, lost, tags, uri};
use super::{ExportError, Format, seal};
use crate::otp::base32::base32;
use crate::otp::{Kind, Period};
use crate::secret::{Key, SecretBytes};
use crate::vault::entry::EntryDraft;

/// The plain backup.
pub(super) static PLAIN: Format =
    Format { id: "2fas-json", extension: "2fas", mime: "application/json", sealed: false, write: plain };

/// The backup that its password opens.
pub(super) static SEALED: Format = Format {
    id: "2fas-json-encrypted",
    extension: "2fas",
    mime: "application/json",
    sealed: true,
    write: sealed,
};

/// The app's own, and fixed in the format.
const ITERATIONS: u32 = 10_000;
/// What every encrypted backup seals beside the services, so that a password can be tried: the same text in all.
const REFERENCE: &[u8] = b"tRViSsLKzd86Hprh4ceC2OP7xazn4rrt4xhfEUbOjxLX8Rc3mkISXE0lWbmnWfggogbBJhtYgpK6fMl1D6mtsy92R3HkdGfwuXbzLebqVFJsR7IZ2w58t938iymwG4824igYy1wi6n2WDpO1Q1P69zwJGs2F5a1qP4MyIiDSD7NCV2OvidXQCBnDlGfmz0f1BQySRkkt4ryiJeCjD2o4QsveJ9uDBUn8ELyOrESv5R5DMDkD4iAF8TXU7KyoJujd";

/// The collection that the apps give a service of which they have no picture.
const NO_PICTURE: &str = "a5b3fb65-4ec5-43e6-8ec1-49e24ca9e7ad";

fn plain(paper: &mut Paper<'_>) -> Result<SecretBytes, ExportError> {
    let (services, groups) = services(paper)?;
    let mut file = frame(paper, groups);
    file["services"] = services;
    Ok(SecretBytes::new(file.to_string().into_bytes()))
}

fn sealed(paper: &mut Paper<'_>) -> Result<SecretBytes, ExportError> {
    let (services, groups) = services(paper)?;
    let services = SecretBytes::new(services.to_string().into_bytes());
    let salt = paper.make_bytes::<256>();
    let key = seal::derive_pbkdf2(paper.password, &salt, ITERATIONS);
    let mut file = frame(paper, groups);
    file["servicesEncrypted"] = part(&key, &salt, paper.make_bytes(), services.expose())?.into();
    file["reference"] = part(&key, &salt, paper.make_bytes(), REFERENCE)?.into();
    Ok(SecretBytes::new(file.to_string().into_bytes()))
}

/// `ciphertext and tag : salt : nonce`, each in base64.
fn part(key: &Key, salt: &[u8], nonce: [u8; 12], plain: &[u8]) -> Result<String, ExportError> {
    let sealed = seal::gcm(key, nonce, b"", plain)?;
    Ok([&sealed, salt, &nonce].map(|bytes| BASE64.encode(bytes)).join(":"))
}

/// All but the services. The version is of the first app that wrote schema 4, whose backups every later one reads.
fn frame(paper: &Paper<'_>, groups: Value) -> Value {
    json!({
        "services": [], "groups": groups, "updatedAt": paper.now.0, "schemaVersion": 4,
        "appVersionCode": 5_000_009, "appVersionName": "5.1.0", "appOrigin": "android",
    })
}

fn services(paper: &mut Paper<'_>) -> Result<(Value, Value), ExportError> {
    // A signed 32-bit number there.
    let large = |entry: &EntryDraft| counter(entry).is_some_and(|counter| i32::try_from(counter).is_err());
    let kept = paper.keep(|entry| large(entry).then_some(lost::ENTRY_COUNTER))?;
    paper.lose(&kept, lost::NAMES, |entry| {
        entry.issuer.trim() != entry.issuer || entry.account.trim() != entry.account
    });
    paper.lose(&kept, lost::NOTE, |entry| !entry.note.is_empty());
    paper.lose(&kept, lost::TAGS, has_more_tags);
    paper.lose(&kept, lost::PINNED, |entry| entry.pinned);
    paper.lose(&kept, lost::BIN, |entry| entry.trashed);
    paper.lose(&kept, lost::URLS, |entry| !entry.urls.is_empty());
    paper.lose(&kept, lost::UNUSUAL, is_unusual);
    let groups: Vec<(&str, String)> =
        tags(&kept, 1).into_iter().map(|name| (name, paper.make_uuid())).collect();
    let services = (0_u32..).zip(&kept).map(|(at, kept)| service(at, kept, &groups, paper.now.0)).collect();
    let groups =
        groups.iter().map(|(name, id)| json!({"id": id, "name": name, "isExpanded": true})).collect();
    Ok((services, groups))
}

/// What the app's own form does not offer.
fn is_unusual(entry: &EntryDraft) -> bool {
    match entry.otp.kind() {
        Kind::Steam => false,
        Kind::Hotp { .. } => !matches!(entry.otp.digits().count(), 5..=8),
        Kind::Totp { period } => {
            !matches!(period.seconds(), 10 | 30 | 60 | 90) || !matches!(entry.otp.digits().count(), 5..=8)
        }
    }
}

fn service(at: u32, (_, entry): &Kept<'_>, groups: &[(&str, String)], now: u64) -> Value {
    let mut otp = json!({
        "link": uri(entry), "label": entry.account, "account": entry.account, "issuer": entry.issuer,
        "digits": entry.otp.digits().count(), "algorithm": entry.otp.algorithm().name(),
        "tokenType": entry.otp.kind().name().to_uppercase(), "source": "Manual",
    });
    match counter(entry) {
        Some(counter) => otp["counter"] = counter.into(),
        None => otp["period"] = entry.otp.period().map(Period::seconds).into(),
    }
    let mut service = json!({
        "name": entry.issuer, "secret": base32(entry.otp.secret()), "updatedAt": now, "otp": otp,
        "order": {"position": at}, "icon": icon(&entry.issuer),
    });
    let group = entry.tags.first().and_then(|tag| groups.iter().find(|(name, _)| name == tag));
    if let Some((_, id)) = group {
        service["groupId"] = id.as_str().into();
    }
    service
}

/// A service without a picture of its own: two letters of its name. The iOS app refuses a whole file whose services have
/// no icon, or an icon without a collection.
fn icon(issuer: &str) -> Value {
    let letters = issuer.trim().chars().take(2).collect::<String>().to_uppercase();
    json!({
        "selected": "Label", "label": {"text": letters, "backgroundColor": "LightBlue"},
        "iconCollection": {"id": NO_PICTURE},
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::{Entropy, Millis};
    use crate::import::testing::eight::eight;

    struct Zero;

    impl Entropy for Zero {
        fn fill(&mut self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }

    /// Members without a `?` in the iOS app's `ExchangeData2`, and their types: lacking one, it takes nothing of the file.
    #[test]
    fn every_member_that_the_ios_app_demands_is_there() {
        let file =
            crate::export::write(PLAIN.id, &eight(), None, &mut Zero, Millis(1_795_305_600_000)).unwrap();
        let file: Value = serde_json::from_slice(file.bytes.expose()).unwrap();
        for (pointer, is_of_its_type) in [
            ("/appOrigin", Value::is_string as fn(&Value) -> bool),
            ("/appVersionCode", Value::is_i64),
            ("/appVersionName", Value::is_string),
            ("/schemaVersion", Value::is_i64),
            ("/services", Value::is_array),
        ] {
            assert!(file.pointer(pointer).is_some_and(is_of_its_type), "{pointer}");
        }
        for group in file["groups"].as_array().unwrap() {
            assert!(group["id"].is_string() && group["name"].is_string() && group["isExpanded"].is_boolean());
        }
        assert_eq!(file["services"].as_array().unwrap().len(), eight().len());
        for service in file["services"].as_array().unwrap() {
            for pointer in [
                "/name",
                "/secret",
                "/otp/source",
                "/icon/selected",
                "/icon/label/text",
                "/icon/iconCollection/id",
            ] {
                assert!(service.pointer(pointer).is_some_and(Value::is_string), "{pointer}: {service}");
            }
            assert!(service["order"]["position"].is_i64());
            // Of the colours that it knows by name, and no other.
            assert_eq!(
                (&service["icon"]["selected"], &service["icon"]["label"]["backgroundColor"]),
                (&json!("Label"), &json!("LightBlue"))
            );
        }
        let [first, ..] = &file["services"].as_array().unwrap()[..] else { panic!("no service") };
        assert_eq!(first["icon"]["label"]["text"].as_str().map(|text| text.chars().count()), Some(2));
    }
}
