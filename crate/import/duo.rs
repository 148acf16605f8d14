//! Duo Mobile (Android): `accounts.json` from the app's own folder. Duo's own accounts have no secret there.
//!
//! The file has no issuer, and HOTP is told by a counter.

use super::collect::Collector;
use super::parameters::Parameters;
use super::read::json::{Fields, Value};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::base32::parse_base32;
use crate::otp::{Otp, OtpError};
use crate::secret::SecretText;
use crate::vault::entry::EntryDraft;

/// Duo Mobile's accounts.
pub(super) struct Duo;

impl Importer for Duo {
    fn id(&self) -> &'static str {
        "duo"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.outline().is_some_and(|file| {
            // Duo's own accounts come in between, and hold no more than a name.
            let mut items = file.items().iter();
            items.any(|item| item.has("otpGenerator") || item.has("accountType") && item.has("pkey"))
        })
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let file = input.json()?;
        let mut collector = Collector::new("duo-json", limits);
        for item in file.as_array().ok_or(ImportError::BadContent)? {
            let name = item.text("name").trim();
            let otp = otp(item.field("otpGenerator"));
            collector.account("", name, otp.map(|otp| EntryDraft::new("", name, otp)), item)?;
        }
        collector.finish_some()
    }
}

fn otp(generator: &Value) -> Result<Otp, OtpError> {
    let kind = if generator.has("counter") { "hotp" } else { "totp" };
    let usual = Parameters { counter: generator.field("counter"), ..Parameters::of(&Value::Null, kind) };
    match generator.text("otpSecret") {
        "" => Err(OtpError::NoSecret),
        secret => usual.otp(parse_base32(secret)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage, expected, read};

    fn file() -> Vec<u8> {
        let item = |entry: &EntryDraft| {
            let mut generator = json!({"otpSecret": bare(entry)});
            if let Some(counter) = counter(entry) {
                generator["counter"] = counter.into();
            }
            json!({"name": entry.account, "accountType": "OtpAccount", "pkey": "p", "otpGenerator": generator})
        };
        eight().iter().map(item).collect::<Value>().to_string().into_bytes()
    }

    #[test]
    fn keeps_the_name_the_secret_and_the_counter() {
        let got = read(&file(), None).unwrap();
        let kept = eight_less(|entry| {
            let usual = json!({"counter": counter(entry)}).into();
            let kind = if counter(entry).is_some() { "hotp" } else { "totp" };
            let otp = Parameters::of(&usual, kind).otp(Ok(entry.otp.secret().clone()));
            *entry = EntryDraft::new("", entry.account.clone(), otp.unwrap());
        });
        assert_eq!((got.format, got.entries, got.skipped), ("duo-json", kept, vec![]));
    }

    #[test]
    fn an_account_of_duo_itself_is_listed() {
        let file = json!([{"name": "Acme", "accountType": "DuoAccount", "pkey": "p"}]).to_string();
        let skipped = read(file.as_bytes(), None).unwrap().skipped;
        assert_eq!((skipped[0].what.as_str(), skipped[0].why), ("Acme", "no-secret"));
    }

    #[test]
    fn damage_never_panics() {
        damage(&file(), |bytes| drop(read(bytes, None)));
    }

    #[test]
    fn known_files() {
        expected::check(&["duo"]);
    }

    #[test]
    fn accounts_of_duo_itself_may_come_first() {
        let own = json!({"name": "Acme", "accountType": "Admin", "logoUri": "x"});
        let file = json!([own, {"name": "ada", "otpGenerator": {"otpSecret": "MEME"}}]).to_string();
        let got = read(file.as_bytes(), None).unwrap();
        assert_eq!((got.entries[0].account.as_str(), got.skipped[0].what.as_str()), ("ada", "Acme"));
    }
}
