//! Raivo (iOS): a zip archive under WinZip's AES, and the JSON that is in it. Every value is a text.

use super::collect::Collector;
use super::parameters::Parameters;
use super::read::json::{self, Fields, Value};
use super::read::zip::{self, Zip};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::OtpError;
use crate::otp::base32::parse_base32;
use crate::secret::{SecretBytes, SecretText};
use crate::vault::entry::EntryDraft;

/// What the archive holds beside an HTML twin.
const MEMBER: &str = "raivo-otp-export.json";

/// Raivo's export.
pub(super) struct Raivo;

impl Importer for Raivo {
    fn id(&self) -> &'static str {
        "raivo"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        if zip::looks_like(input.bytes) {
            return Zip::open(input.bytes, &Limits::default())
                .is_ok_and(|zip| zip.find_last(MEMBER).is_some());
        }
        input
            .outline()
            .is_some_and(|file| file.items().iter().any(|item| item.has("kind") && item.has("timer")))
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        if !zip::looks_like(input.bytes) {
            return draft("raivo-json", &input.json()?, limits);
        }
        let zip = Zip::open(input.bytes, limits)?;
        let member = zip.find_last(MEMBER).ok_or(ImportError::BadContent)?;
        let json = SecretBytes::new(zip.extract(member, password)?);
        draft("raivo-zip", &json::of(json.expose())?, limits)
    }
}

fn draft(format: &'static str, file: &Value, limits: &Limits) -> Result<Draft, ImportError> {
    let mut collector = Collector::new(format, limits);
    for item in file.as_array().ok_or(ImportError::BadContent)? {
        let (issuer, account) = (item.text("issuer").trim(), item.text("account").trim());
        collector.account(issuer, account, entry(item, issuer, account), item)?;
    }
    collector.finish_some()
}

fn entry(item: &Value, issuer: &str, account: &str) -> Result<EntryDraft, OtpError> {
    let parameters = Parameters { period: item.field("timer"), ..Parameters::of(item, item.text("kind")) };
    let otp = parameters.otp(parse_base32(item.text("secret")))?;
    let mut entry = EntryDraft::new(issuer, account, otp);
    entry.pinned = item.flag("pinned");
    if !item.text("iconValue").is_empty() {
        entry.lost.push("icon");
    }
    Ok(entry)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::import::read::testing::zip::{Lock, locked_archive};
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage, damage_at, expected, read, unlock};

    fn json_file() -> Vec<u8> {
        let item = |entry: &EntryDraft| {
            json!({
                "issuer": entry.issuer, "account": entry.account, "secret": bare(entry),
                "algorithm": entry.otp.algorithm().name(), "digits": entry.otp.digits().count().to_string(),
                "kind": kind(entry).to_uppercase(), "timer": period(entry).unwrap_or(0).to_string(),
                "counter": counter(entry).unwrap_or(0).to_string(), "pinned": entry.pinned.to_string(),
                "iconType": "", "iconValue": "",
            })
        };
        eight().iter().map(item).collect::<Value>().to_string().into_bytes()
    }

    fn archive(password: &str) -> Vec<u8> {
        let members: [(&str, &[u8]); 2] = [("raivo-otp-export.html", b"<html>"), (MEMBER, &json_file())];
        locked_archive(&members, Lock::Aes, password)
    }

    fn kept() -> Vec<EntryDraft> {
        eight_less(|entry| {
            entry.note.clear();
            entry.tags.clear();
        })
    }

    #[test]
    fn loses_notes_and_tags() {
        let got = read(&json_file(), None).unwrap();
        assert_eq!((got.format, got.entries, got.skipped), ("raivo-json", kept(), vec![]));
    }

    #[test]
    fn the_archive_opens_with_the_master_password() {
        let got = unlock(&archive("x"), "x");
        assert_eq!((got.format, got.entries), ("raivo-zip", kept()));
    }

    #[test]
    fn damage_never_panics() {
        damage(&json_file(), |bytes| drop(read(bytes, None)));
        damage_at(200, &archive("x"), |bytes| drop(read(bytes, Some("x"))));
    }

    #[test]
    fn known_files() {
        expected::check(&["raivo"]);
    }

    #[test]
    fn an_archive_that_was_packed_again_has_a_folder() {
        let inner = "raivo-otp-export/raivo-otp-export.json";
        let file = locked_archive(&[(inner, &json_file())], Lock::Aes, "x");
        assert_eq!(unlock(&file, "x").entries, kept());
    }

    #[test]
    fn old_favourites_are_digits_and_may_be_missing() {
        let item = |pinned: Value| json!({"issuer": "S", "account": "a", "secret": "MEME", "kind": "TOTP", "timer": "30", "pinned": pinned});
        let broken = json!({"issuer": "broken"});
        let file =
            json!([broken, item("1".into()), item("0".into()), item(Value::Null), item("true".into())]);
        let got = read(file.to_string().as_bytes(), None).unwrap();
        assert_eq!(got.entries.iter().map(|e| e.pinned).collect::<Vec<_>>(), [true, false, false, true]);
        assert_eq!((got.skipped[0].what.as_str(), got.skipped.len()), ("broken", 1));
    }
}
