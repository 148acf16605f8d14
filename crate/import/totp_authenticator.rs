//! TOTP Authenticator (BinaryBoot): its export, base64 of AES without any mark, what scripts make of that, and its Android
//! preferences.
//!
//! The app has no hash but SHA-1 and writes names in lower case.

use data_encoding::BASE64;

use super::collect::Collector;
use super::outline::Outline;
use super::read::crypto;
use super::read::json::{self, Fields, Value};
use super::read::prefs;
use super::{Draft, ImportError, Importer, Input, Limits, text};
use crate::otp::base32::{parse_base32, parse_base64, parse_hex};
use crate::otp::{Algorithm, Digits, Kind, Otp, OtpError, Period};
use crate::secret::{Key, SecretText};
use crate::vault::entry::EntryDraft;

/// TOTP Authenticator's preferences, or its export as it is behind the encryption.
pub(super) struct TotpAuthenticator;

/// TOTP Authenticator's export.
pub(super) struct TotpAuthenticatorEncrypted;

/// The preference that holds the accounts.
const LIST: &str = "STATIC_TOTP_CODES_LIST";
/// What the app encrypts with until the user sets a password.
const DEFAULT_PASSWORD: &str = "TotpAuthenticator";

impl Importer for TotpAuthenticator {
    fn id(&self) -> &'static str {
        "totp-authenticator"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        prefs::has(input.bytes, LIST) || input.outline().is_some_and(is_list)
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        if input.outline().is_some() {
            let list = inner(input.json()?).ok_or(ImportError::BadContent)?;
            return draft("totp-authenticator-json", &list, limits);
        }
        let strings = prefs::strings(input.bytes).ok_or(ImportError::BadContent)??;
        let list = strings.iter().find(|(name, _)| name == LIST).ok_or(ImportError::BadContent)?;
        draft("totp-authenticator-xml", &json::parse(&list.1)?, limits)
    }
}

impl Importer for TotpAuthenticatorEncrypted {
    fn id(&self) -> &'static str {
        "totp-authenticator-encrypted"
    }

    fn is_guess(&self) -> bool {
        true
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        sealed_bytes(input.bytes).is_some()
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let sealed = sealed_bytes(input.bytes).ok_or(ImportError::BadContent)?;
        let passwords = [Some(DEFAULT_PASSWORD), password.map(|p| p.expose().as_str())];
        match passwords.into_iter().flatten().find_map(|password| open(&sealed, password)) {
            Some(list) => draft("totp-authenticator-encrypted", &list, limits),
            None if password.is_none() => Err(ImportError::PasswordNeeded),
            None => Err(ImportError::WrongPassword),
        }
    }
}

/// Whether it is the list: no other app names a secret's base. Or the object around it.
fn is_list(file: &Outline) -> bool {
    let is_item = |item: &Outline| item.has("base") && item.at("key").is_text() && item.has("name");
    match file.members() {
        [(list, _)] => {
            list.len() <= text::MAX_MENDED
                && Outline::of_text(list).is_some_and(|list| list.items().iter().any(is_item))
        }
        _ => file.items().iter().any(is_item),
    }
}

/// Base64, in one line or several, of whole blocks.
fn sealed_bytes(bytes: &[u8]) -> Option<Vec<u8>> {
    let text: Vec<u8> = text::decode(bytes)?.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    let sealed = BASE64.decode(&text).ok()?;
    (!sealed.is_empty() && sealed.len().is_multiple_of(16)).then_some(sealed)
}

/// The list of accounts: an object with one key, which is itself the list as JSON text. There is no MAC: that it is
/// a list tells that the password was right.
fn open(sealed: &[u8], password: &str) -> Option<Value> {
    let key = Key::new(crypto::sha256(&[password.as_bytes()]));
    let plain = crypto::open_cbc(&key, &[0; 16], sealed).ok()?;
    inner(json::parse(core::str::from_utf8(plain.expose()).ok()?).ok()?)
}

/// The list in the object around it, or by itself.
fn inner(outer: Value) -> Option<Value> {
    let list = match &outer {
        Value::Object(members) => json::parse(members.keys().next()?).ok()?,
        _ => outer,
    };
    list.is_array().then_some(list)
}

fn draft(format: &'static str, list: &Value, limits: &Limits) -> Result<Draft, ImportError> {
    let mut collector = Collector::new(format, limits);
    for item in list.as_array().ok_or(ImportError::BadContent)? {
        // What the app shows when it knows no issuer.
        let issuer = Some(item.text("issuer").trim()).filter(|name| *name != "Unknown").unwrap_or_default();
        let account = item.text("name").trim();
        let entry = otp(item).map(|otp| {
            let mut entry = EntryDraft::new(issuer, account, otp);
            entry.pinned = item.flag("isFavorite");
            if !item.text("iconPath").is_empty() {
                entry.lost.push("icon");
            }
            entry
        });
        collector.account(issuer, account, entry, item)?;
    }
    collector.finish_some()
}

/// Numbers are texts, empty for what is usual.
fn otp(item: &Value) -> Result<Otp, OtpError> {
    let number = |name, usual, bad| match item.field(name) {
        Value::Null => Ok(usual),
        Value::String(text) if text.trim().is_empty() => Ok(usual),
        _ => item.number(name).ok_or(bad),
    };
    let secret = match number("base", 32, OtpError::UnsupportedType)? {
        16 => parse_hex(item.text("key"))?,
        32 => parse_base32(item.text("key"))?,
        64 => parse_base64(item.text("key"))?,
        _ => return Err(OtpError::BadSecret { at: 0 }),
    };
    let period = Period::new(number("period", 30, OtpError::BadPeriod)?)?;
    let digits = Digits::new(number("digits", 6, OtpError::BadDigits)?)?;
    Otp::new(Kind::Totp { period }, Algorithm::Sha1, digits, secret)
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXUPPER;
    use serde_json::{Value, json};

    use super::*;
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage, damage_behind, expected, read, seal, unlock};

    fn item(entry: &EntryDraft, base: u64) -> Value {
        let secret = entry.otp.secret().expose();
        let key = match base {
            16 => HEXUPPER.encode(secret),
            32 => bare(entry),
            _ => BASE64.encode(secret),
        };
        // What is usual is left empty.
        let text = |n: u32, usual| if n == usual { String::new() } else { n.to_string() };
        json!({
            "issuer": if entry.issuer.is_empty() { "Unknown" } else { entry.issuer.as_str() }, "name": entry.account,
            "key": key, "base": base, "digits": text(entry.otp.digits().count().into(), 6),
            "period": text(period(entry).unwrap_or(30), 30), "isFavorite": entry.pinned,
        })
    }

    fn list() -> Value {
        eight().iter().zip([16, 32, 64].into_iter().cycle()).map(|(entry, base)| item(entry, base)).collect()
    }

    fn sealed(list: &Value, password: &str) -> Vec<u8> {
        sealed_text(outer(&list.to_string()).as_bytes(), password)
    }

    /// A map with the list as its only key.
    fn outer(list: &str) -> String {
        json!({ list: "" }).to_string()
    }

    fn sealed_text(plain: &[u8], password: &str) -> Vec<u8> {
        let key = crypto::sha256(&[password.as_bytes()]);
        BASE64.encode(&seal::cbc(&key, [0; 16], plain)).into_bytes()
    }

    /// The app knows SHA-1 and time only.
    fn lesser() -> Vec<EntryDraft> {
        eight_less(|entry| {
            let (pinned, period, digits) = (entry.pinned, entry.otp.period(), entry.otp.digits());
            lose_extras(entry);
            let period = period.unwrap_or(Period::THIRTY);
            entry.otp =
                Otp::new(Kind::Totp { period }, Algorithm::Sha1, digits, entry.otp.secret().clone()).unwrap();
            entry.pinned = pinned;
        })
    }

    #[test]
    fn loses_what_the_app_does_not_know() {
        let got = unlock(&sealed(&list(), "correct horse"), "correct horse");
        assert_eq!(
            (got.format, got.entries, got.skipped),
            ("totp-authenticator-encrypted", lesser(), vec![])
        );
        let text = list().to_string().replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
        let preferences =
            format!("<?xml version='1.0' ?>\n<map><string name=\"{LIST}\">{text}</string></map>");
        let got = read(preferences.as_bytes(), None).unwrap();
        assert_eq!((got.format, got.entries, got.skipped), ("totp-authenticator-xml", lesser(), vec![]));
    }

    #[test]
    fn the_default_password_needs_no_asking() {
        let file = sealed(&list(), DEFAULT_PASSWORD);
        assert_eq!(read(&file, None).unwrap().entries, lesser());
        assert_eq!(read(&file, Some("another")).unwrap().entries, lesser());
        let lines = file.chunks(76).collect::<Vec<_>>().join(&b'\n');
        assert_eq!(read(&lines, None).unwrap().entries, lesser());
    }

    #[test]
    fn what_was_decrypted_already_is_read() {
        for file in [list().to_string(), outer(&list().to_string())] {
            let got = read(file.as_bytes(), None).unwrap();
            assert_eq!((got.format, got.entries, got.skipped), ("totp-authenticator-json", lesser(), vec![]));
        }
        let other = json!({"a": 1}).to_string();
        assert_eq!(read(outer(&other).as_bytes(), None), Err(ImportError::NotAnExport));
    }

    #[test]
    fn bad_items_are_listed() {
        let with = |field: &str, value: Value| {
            let mut item = item(&eight()[0], 32);
            item[field] = value;
            item
        };
        let items = json!([
            with("base", 58.into()),
            with("key", "0189".into()),
            with("period", "0".into()),
            with("digits", "x".into()),
            with("iconPath", "/a.png".into())
        ]);
        let got = read(&sealed(&items, DEFAULT_PASSWORD), None).unwrap();
        let why: Vec<_> = got.skipped.iter().map(|s| s.why).collect();
        assert_eq!(why, ["bad-secret", "bad-secret", "bad-period", "bad-digits"]);
        assert_eq!(got.entries[0].lost, ["icon"]);
        assert_eq!(read(&sealed(&json!([]), DEFAULT_PASSWORD), None), Err(ImportError::NoEntries));
    }

    #[test]
    fn damage_never_panics() {
        damage(&sealed(&list(), "x"), |bytes| drop(read(bytes, Some("x"))));
        let list = list().to_string();
        damage_behind(300, outer(&list).as_bytes(), "x", |plain| sealed_text(plain, "x"));
        damage_behind(300, list.as_bytes(), "x", |list| {
            sealed_text(outer(&String::from_utf8_lossy(list)).as_bytes(), "x")
        });
    }

    #[test]
    fn known_files() {
        expected::check(&["totp_authenticator"]);
    }
}
