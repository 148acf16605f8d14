//! FreeOTP 2: `externalBackup.xml`, which is no XML but a serialised Java map, and the same map in the app's
//! preferences, `tokenBackup.xml`.
//!
//! `masterKey` holds a random key under the password; under each token's id lies its secret under that key, and
//! under `<id>-token` the rest, in the clear. Everything is AES-256-GCM with the name of the key's own algorithm as
//! associated data. The app leaves tokens behind under a key of before, which the file no longer has.

use std::collections::HashMap;

use super::collect::Collector;
use super::freeotp_token;
use super::read::crypto::{self, Prf};
use super::read::java;
use super::read::json::{self, Fields, Value};
use super::read::prefs;
use super::source::Unsealed;
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::OtpError;
use crate::otp::base32::base32;
use crate::secret::{Key, SecretBytes, SecretText};
use crate::vault::entry::EntryDraft;

/// Where the key lies that seals the tokens' keys.
const MASTER: &str = "masterKey";
/// What a token's name has behind that of its key.
const TOKEN: &str = "-token";

/// FreeOTP 2's backup.
pub(super) struct FreeOtp2;

impl Importer for FreeOtp2 {
    fn id(&self) -> &'static str {
        "freeotp2"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.bytes.starts_with(&java::MAGIC)
            || matches!(prefs::strings(input.bytes), Some(Ok(strings)) if is_backup(&strings))
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let pairs = match prefs::strings(input.bytes) {
            None => java::read_string_map(input.bytes)?,
            Some(strings) => strings?.into_iter().map(|(name, text)| (name.into(), text.into())).collect(),
        };
        let texts: HashMap<&str, &str> = pairs.iter().rev().map(|(name, text)| (&**name, &**text)).collect();
        let find = |name: &str| texts.get(name).copied();
        let master = json::parse(find(MASTER).ok_or(ImportError::BadContent)?)?;
        let master = open_master(&master, password.ok_or(ImportError::PasswordNeeded)?, limits)?;

        let mut collector = Collector::new("freeotp2-encrypted", limits);
        for (name, text) in &pairs {
            let Some(id) = name.strip_suffix(TOKEN) else {
                let is_lonely = &**name != MASTER && find(&format!("{name}{TOKEN}")).is_none();
                if is_lonely && text.contains("mCipherText") {
                    collector.skip(&**name, "bad-content")?;
                }
                continue;
            };
            let Ok(token) = json::parse(text) else {
                collector.skip(collector.name("", id), "bad-content")?;
                continue;
            };
            let (issuer, account) = freeotp_token::names_of_2(&token);
            let secret = match find(id).map(|sealed| open_secret(sealed, &master)) {
                Some(Err(ImportError::WrongPassword)) => {
                    collector.skip(collector.name(issuer, account), "another-key")?;
                    continue;
                }
                Some(opened) => opened.map_err(|_| OtpError::BadSecret { at: 0 }),
                None => Err(OtpError::NoSecret),
            };
            let clear = SecretText::new(secret.as_ref().map_or_else(|_| String::new(), base32));
            let entry = freeotp_token::otp(&token, secret).map(|otp| EntryDraft::new(issuer, account, otp));
            let item = Unsealed(&token, &[("secret", clear.expose())]);
            collector.account(issuer, account, entry, &item)?;
        }
        collector.finish_some()
    }
}

/// Whether preferences are that map.
pub(super) fn is_backup(strings: &[(String, String)]) -> bool {
    strings.iter().any(|(name, text)| name == MASTER && text.contains("mEncryptedKey"))
}

fn open_master(master: &Value, password: &SecretText, limits: &Limits) -> Result<Key, ImportError> {
    let prf = match master.text("mAlgorithm") {
        "PBKDF2withHmacSHA1" => Prf::Sha1,
        "PBKDF2withHmacSHA256" => Prf::Sha256,
        "PBKDF2withHmacSHA512" => Prf::Sha512,
        _ => return Err(ImportError::UnsupportedVersion),
    };
    let salt = bytes(master, "mSalt")?;
    let rounds = master.number("mIterations").ok_or(ImportError::BadContent)?;
    let password = password.expose().as_bytes();
    let key = crypto::derive_pbkdf2::<32>(prf, password, salt.expose(), rounds, limits)?;
    let master = open(master.field("mEncryptedKey"), &key)?;
    Ok(Key::new(master.expose().as_slice().try_into().map_err(|_| ImportError::UnsupportedVersion)?))
}

/// `{"key": "<JSON text>"}`.
fn open_secret(sealed: &str, master: &Key) -> Result<SecretBytes, ImportError> {
    open(&json::parse(json::parse(sealed)?.text("key"))?, master)
}

fn open(sealed: &Value, key: &Key) -> Result<SecretBytes, ImportError> {
    if sealed.text("mCipher") != "AES/GCM/NoPadding" {
        return Err(ImportError::UnsupportedVersion);
    }
    let parameters = bytes(sealed, "mParameters")?;
    let nonce = octet_string(parameters.expose()).ok_or(ImportError::BadContent)?;
    let ciphertext = bytes(sealed, "mCipherText")?;
    crypto::open_gcm(key, nonce, sealed.text("mToken").as_bytes(), ciphertext.expose())
}

/// The nonce in DER: `04 len ...`, alone or first in a `30` sequence. Lengths are below 128.
fn octet_string(der: &[u8]) -> Option<&[u8]> {
    let (tag, rest) = der.split_first()?;
    let (length, content) = rest.split_first()?;
    match tag {
        0x04 => content.get(..usize::from(*length)),
        0x30 => content
            .strip_prefix(&[0x04])
            .and_then(|c| c.split_first())
            .and_then(|(n, c)| c.get(..usize::from(*n))),
        _ => None,
    }
}

fn bytes(object: &Value, field: &str) -> Result<SecretBytes, ImportError> {
    freeotp_token::bytes(object, field).map_err(|_| ImportError::BadContent)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::import::read::testing::java::write;
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage, expected, read, seal, unlock};
    use crate::otp::uri::title;

    const PASSWORD: &str = "correct horse";
    const MASTER_KEY: [u8; 32] = [7; 32];

    fn signed(bytes: &[u8]) -> Vec<i8> {
        bytes.iter().map(|byte| *byte as i8).collect()
    }

    /// `short` writes the nonce alone, else in a sequence with the length of the tag.
    fn seal_key(key: &[u8; 32], plain: &[u8], token: &str, short: bool) -> Value {
        let nonce = *b"twelve bytes";
        let mut der = [&[0x04, 12][..], &nonce].concat();
        if !short {
            der = [&[0x30, 17][..], &der, &[0x02, 0x01, 0x10]].concat();
        }
        json!({
            "mCipher": "AES/GCM/NoPadding", "mCipherText": signed(&seal::gcm(key, nonce, token.as_bytes(), plain)),
            "mParameters": signed(&der), "mToken": token,
        })
    }

    fn pairs(short: bool) -> Vec<(String, String)> {
        let (prf, name) = if short { (Prf::Sha1, "SHA1") } else { (Prf::Sha512, "SHA512") };
        let key =
            crypto::derive_pbkdf2::<32>(prf, PASSWORD.as_bytes(), &[9; 32], 10, &Limits::default()).unwrap();
        let master = json!({
            "mAlgorithm": format!("PBKDF2withHmac{name}"), "mIterations": 10, "mSalt": signed(&[9; 32]),
            "mEncryptedKey": seal_key(key.expose(), &MASTER_KEY, "AES", short),
        });
        let mut pairs = Vec::new();
        for (id, entry) in eight().iter().enumerate() {
            let sealed = seal_key(&MASTER_KEY, entry.otp.secret().expose(), "HmacSHA1", short);
            let mut token = json!({
                "algo": entry.otp.algorithm().name(), "digits": entry.otp.digits().count(), "issuerExt": entry.issuer,
                "label": entry.account, "type": if counter(entry).is_some() { "HOTP" } else { "TOTP" },
            });
            match counter(entry) {
                Some(counter) => token["counter"] = counter.into(),
                None => token["period"] = period(entry).into(),
            }
            pairs.push((format!("id{id}-token"), token.to_string()));
            pairs.push((format!("id{id}"), json!({"key": sealed.to_string()}).to_string()));
        }
        pairs.insert(3, ("masterKey".into(), master.to_string()));
        pairs
    }

    #[test]
    fn loses_notes_tags_and_favourites_on_every_android() {
        for old in [true, false] {
            let got = unlock(&write(&pairs(old), old), PASSWORD);
            assert_eq!(
                (got.format, got.entries, got.skipped),
                ("freeotp2-encrypted", eight_less(lose_extras), vec![])
            );
        }
    }

    #[test]
    fn the_apps_preferences_hold_the_same() {
        let string = |(name, text): (String, String)| {
            let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
            format!("<string name=\"{name}\">{text}</string>\n")
        };
        let order = ("tokenOrder".to_owned(), "[\"id0\"]".to_owned());
        let strings: String = pairs(false).into_iter().chain([order]).map(string).collect();
        let file =
            format!("<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n{strings}</map>\n");
        let got = unlock(file.as_bytes(), PASSWORD);
        assert_eq!(
            (got.format, got.entries, got.skipped),
            ("freeotp2-encrypted", eight_less(lose_extras), vec![])
        );
    }

    #[test]
    fn tokens_without_a_key_or_with_another_are_listed() {
        let mut pairs = pairs(false);
        pairs.retain(|(name, _)| name != "id0");
        let mut set = |id: &str, text: String| {
            pairs.iter_mut().filter(|(name, _)| name == id).for_each(|(_, old)| old.clone_from(&text));
        };
        let wrong = seal_key(&[8; 32], b"secret", "HmacSHA1", false).to_string();
        set("id1", json!({"key": wrong}).to_string());
        set("id2", json!({"key": "{}"}).to_string());
        let got = read(&write(&pairs, false), Some(PASSWORD)).unwrap();
        let why: Vec<_> = got.skipped.iter().map(|s| (s.what.as_str(), s.why)).collect();
        let names: Vec<_> = eight().iter().map(|entry| title(&entry.issuer, &entry.account)).collect();
        let want = [(&*names[0], "no-secret"), (&*names[1], "another-key"), (&*names[2], "bad-secret")];
        assert_eq!((why, got.entries.len()), (want.to_vec(), 5));
    }

    #[test]
    fn a_key_without_its_token_is_listed_and_other_settings_are_not() {
        let mut pairs = pairs(false);
        pairs.retain(|(name, _)| name != "id2-token");
        pairs.push(("tokenOrder".into(), "[\"id0\"]".into()));
        let got = read(&write(&pairs, false), Some(PASSWORD)).unwrap();
        let told: Vec<_> = got.skipped.iter().map(|s| (s.what.as_str(), s.why)).collect();
        assert_eq!((got.entries.len(), told), (7, vec![("id2", "bad-content")]));
    }

    #[test]
    fn names_from_before_version_2_are_stale() {
        let mut pairs = pairs(false);
        let stale = "{\"issuerAlt\":\"Old\",\"labelAlt\":\"old\",\"issuerInt\":\"Older\",";
        pairs
            .iter_mut()
            .filter(|(name, _)| name.ends_with("-token"))
            .for_each(|(_, text)| *text = text.replacen('{', stale, 1));
        let got = read(&write(&pairs, false), Some(PASSWORD)).unwrap().entries;
        let want = eight_less(|entry| {
            lose_extras(entry);
            if entry.issuer.is_empty() {
                entry.issuer = "Older".into();
            }
        });
        assert_eq!(got, want);
    }

    #[test]
    fn other_ciphers_and_too_much_work_are_told() {
        let change = |from: &str, to: &str| {
            let changed: Vec<_> = pairs(false).into_iter().map(|(k, v)| (k, v.replace(from, to))).collect();
            read(&write(&changed, false), Some(PASSWORD))
        };
        assert_eq!(change("HmacSHA512", "HmacWhirlpool"), Err(ImportError::UnsupportedVersion));
        assert_eq!(change("AES/GCM", "AES/CTR"), Err(ImportError::UnsupportedVersion));
        assert!(matches!(
            change("\"mIterations\":10", "\"mIterations\":99999999"),
            Err(ImportError::TooMuchWork { .. })
        ));
        let without: Vec<_> = pairs(false).into_iter().filter(|(name, _)| name != "masterKey").collect();
        assert_eq!(read(&write(&without, false), Some(PASSWORD)), Err(ImportError::BadContent));
    }

    #[test]
    fn damage_never_panics() {
        damage(&write(&pairs(false), false), |bytes| drop(read(bytes, Some(PASSWORD))));
    }

    #[test]
    fn known_files() {
        expected::check(&[
            "freeotp/freeotp_v2_api23.xml",
            "freeotp/freeotp_v2_api27.xml",
            "freeotp/freeotp_v2_null_algo.xml",
        ]);
    }
}
