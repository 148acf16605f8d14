//! Stratum, once Authenticator Pro (Android): its backup, plain JSON and under a password, today's and the old cipher.
//!
//! A page of links is another importer's, unless MOTP entries are in it: those and Yandex entries are listed as skipped; icons of the user's own are lost.

use std::collections::HashMap;

use super::collect::Collector;
use super::parameters::Parameters;
use super::read::crypto::{self, Argon2Cost, Prf};
use super::read::json::{self, Fields, Value};
use super::uri_list::{gather, unescape};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::OtpError;
use crate::otp::base32::parse_base32;
use crate::otp::text::read_texts;
use crate::secret::{SecretBytes, SecretText};
use crate::vault::entry::EntryDraft;

/// Argon2id and AES-GCM.
const STRONG: &[u8] = b"AUTHENTICATORPRO";
/// PBKDF2 and AES-CBC.
const LEGACY: &[u8] = b"AuthenticatorPro";

/// Stratum's backup.
pub(super) struct Stratum;

impl Importer for Stratum {
    fn id(&self) -> &'static str {
        "stratum"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.bytes.starts_with(STRONG)
            || input.bytes.starts_with(LEGACY)
            || input.outline().is_some_and(|file| file.at("Authenticators").is_list())
            || input.text().is_some_and(has_motp)
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let sealed = |open: fn(&[u8], &SecretText, &Limits) -> Result<SecretBytes, ImportError>, rest| {
            open(rest, password.ok_or(ImportError::PasswordNeeded)?, limits)
        };
        if let Some(rest) = input.bytes.strip_prefix(STRONG) {
            let plain = sealed(open_strong, rest)?;
            let plain = core::str::from_utf8(plain.expose()).map_err(|_| ImportError::BadContent)?;
            return draft("stratum-encrypted", &json::parse(plain)?, limits);
        }
        if let Some(rest) = input.bytes.strip_prefix(LEGACY) {
            // No MAC: one wrong password in 256 has good padding, and shows as no JSON.
            let plain = sealed(open_legacy, rest)?;
            let plain = core::str::from_utf8(plain.expose()).map_err(|_| ImportError::WrongPassword)?;
            let file = json::parse(plain).map_err(|_| ImportError::WrongPassword)?;
            return draft("stratum-encrypted-legacy", &file, limits);
        }
        if let Some(page) = input.text().filter(|text| has_motp(text)) {
            let links: Vec<_> =
                links(page).take(limits.max_items + 1).map(|link| unescape(link).into_owned()).collect();
            let mut collector = Collector::new("html-uri-list", limits);
            gather(&mut collector, read_texts(&links), |link, _| format!("#{}", link + 1))?;
            return collector.finish_some();
        }
        draft("stratum-json", &input.json()?, limits)
    }
}

/// Whether a text is its page with an account in it that lists of links have in no other page.
fn has_motp(text: &str) -> bool {
    text.trim_start().starts_with('<') && links(text).any(|link| link.starts_with("motp://"))
}

/// The links of its page, each alone in its element.
fn links(page: &str) -> impl Iterator<Item = &str> {
    let all = page.split("<code>").skip(1).filter_map(|rest| rest.split_once("</code>"));
    all.map(|(link, _)| link.trim()).filter(|link| link.contains("://"))
}

/// Salt, nonce, ciphertext, tag.
fn open_strong(rest: &[u8], password: &SecretText, limits: &Limits) -> Result<SecretBytes, ImportError> {
    let (salt, rest) = rest.split_at_checked(16).ok_or(ImportError::BadContent)?;
    let (nonce, sealed) = rest.split_at_checked(12).ok_or(ImportError::BadContent)?;
    let cost = Argon2Cost::id(64 * 1024, 3, 4);
    let key = crypto::derive_argon2(password.expose().as_bytes(), salt, cost, limits)?;
    crypto::open_gcm(&key, nonce, b"", sealed)
}

/// Salt, IV, ciphertext.
fn open_legacy(rest: &[u8], password: &SecretText, limits: &Limits) -> Result<SecretBytes, ImportError> {
    const ITERATIONS: u64 = 64_000;
    let (salt, rest) = rest.split_at_checked(20).ok_or(ImportError::BadContent)?;
    let (iv, sealed) = rest.split_at_checked(16).ok_or(ImportError::BadContent)?;
    let password = password.expose().as_bytes();
    let key = crypto::derive_pbkdf2(Prf::Sha1, password, salt, ITERATIONS, limits)?;
    crypto::open_cbc(&key, iv, sealed)
}

fn draft(format: &'static str, file: &Value, limits: &Limits) -> Result<Draft, ImportError> {
    let names: HashMap<&str, &str> =
        file.list("Categories").iter().map(|c| (c.text("Id"), c.text("Name").trim())).collect();
    // Entries have no id: a category is bound to the text of the secret.
    let mut tags: HashMap<&str, Vec<&str>> = HashMap::new();
    for binding in file.list("AuthenticatorCategories") {
        if let Some(name) = names.get(binding.text("CategoryId")).filter(|name| !name.is_empty()) {
            tags.entry(binding.text("AuthenticatorSecret")).or_default().push(name);
        }
    }
    let mut collector = Collector::new(format, limits);
    for item in file.field("Authenticators").as_array().ok_or(ImportError::BadContent)? {
        let (issuer, account) = (item.text("Issuer").trim(), item.text("Username").trim());
        let tags = tags.get(item.text("Secret")).map(Vec::as_slice).unwrap_or_default();
        collector.account(issuer, account, entry(item, issuer, account, tags), item)?;
    }
    collector.finish_some()
}

fn entry(item: &Value, issuer: &str, account: &str, tags: &[&str]) -> Result<EntryDraft, OtpError> {
    let kind = match item.number("Type") {
        Some(1) => "hotp",
        Some(2) => "totp",
        Some(4) => "steam",
        // 3 is MOTP, 5 is Yandex.
        _ => return Err(OtpError::UnsupportedType),
    };
    let algorithm = match item.field("Algorithm") {
        Value::Null => Value::Null,
        _ => match item.number("Algorithm") {
            Some(0) => "SHA1".into(),
            Some(1) => "SHA256".into(),
            Some(2) => "SHA512".into(),
            _ => return Err(OtpError::UnsupportedAlgorithm),
        },
    };
    let parameters = Parameters {
        kind,
        algorithm: &algorithm,
        digits: item.field("Digits"),
        period: item.field("Period"),
        counter: item.field("Counter"),
    };
    let otp = parameters.otp(parse_base32(item.text("Secret")))?;
    let mut entry = EntryDraft::new(issuer, account, otp);
    entry.tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
    // `@id` is a picture of the user's own; the others are names of the app's, chosen or found by it.
    if !item.text("Icon").is_empty() {
        entry.lost.push("icon");
    }
    Ok(entry)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage, damage_at, damage_behind, expected, read, seal, unlock};
    use crate::otp::Algorithm;

    fn plain() -> Vec<u8> {
        let item = |entry: &EntryDraft| {
            let kind = match kind(entry) {
                "hotp" => 1,
                "totp" => 2,
                _ => 4,
            };
            let algorithm = match entry.otp.algorithm() {
                Algorithm::Sha1 => 0,
                Algorithm::Sha256 => 1,
                Algorithm::Sha512 => 2,
            };
            json!({
                "Type": kind, "Icon": null, "Issuer": entry.issuer, "Username": entry.account,
                "Secret": bare(entry), "Pin": null, "Algorithm": algorithm, "Digits": entry.otp.digits().count(),
                "Period": period(entry).unwrap_or(30), "Counter": counter(entry).unwrap_or(0),
            })
        };
        let binding = |entry: &EntryDraft| {
            let id = if entry.tags[0] == "Work" { "c1" } else { "c2" };
            json!({"CategoryId": id, "AuthenticatorSecret": bare(entry)})
        };
        json!({
            "Authenticators": eight().iter().map(item).collect::<Value>(),
            "Categories": [{"Id": "c1", "Name": "Work"}, {"Id": "c2", "Name": "Family & friends"}],
            "AuthenticatorCategories": eight().iter().filter(|e| !e.tags.is_empty()).map(binding).collect::<Value>(),
        })
        .to_string()
        .into_bytes()
    }

    fn strong(plain: &[u8], password: &str) -> Vec<u8> {
        let cost = Argon2Cost::id(64 * 1024, 3, 4);
        let key = crypto::derive_argon2(password.as_bytes(), &[1; 16], cost, &Limits::default()).unwrap();
        [STRONG, &[1; 16], &[2; 12], &seal::gcm(key.expose(), [2; 12], b"", plain)].concat()
    }

    fn legacy(plain: &[u8], password: &str) -> Vec<u8> {
        let (salt, prf) = ([1; 20], Prf::Sha1);
        let key = crypto::derive_pbkdf2::<32>(prf, password.as_bytes(), &salt, 64_000, &Limits::default());
        [LEGACY, &salt, &[2; 16], &seal::cbc(key.unwrap().expose(), [2; 16], plain)].concat()
    }

    fn kept() -> Vec<EntryDraft> {
        eight_less(|entry| {
            entry.note.clear();
            entry.pinned = false;
        })
    }

    #[test]
    fn loses_notes_and_pins() {
        let got = read(&plain(), None).unwrap();
        assert_eq!((got.format, got.entries, got.skipped), ("stratum-json", kept(), vec![]));
    }

    #[test]
    fn both_ciphers_open() {
        let got = unlock(&strong(&plain(), "x"), "x");
        assert_eq!((got.format, got.entries), ("stratum-encrypted", kept()));
        let got = unlock(&legacy(&plain(), "x"), "x");
        assert_eq!((got.format, got.entries), ("stratum-encrypted-legacy", kept()));
        // Good padding around what is no JSON.
        assert_eq!(read(&legacy(b"garbage", "x"), Some("x")), Err(ImportError::WrongPassword));
    }

    #[test]
    fn what_is_no_entry_is_listed() {
        let item = |kind: u32, algorithm: u32| json!({"Type": kind, "Issuer": "VPN", "Username": null, "Secret": "ME", "Algorithm": algorithm, "Icon": "@1"});
        let file = json!({"Authenticators": [item(3, 0), item(5, 0), item(2, 3), item(2, 0)]}).to_string();
        let got = read(file.as_bytes(), None).unwrap();
        let why: Vec<_> = got.skipped.iter().map(|s| s.why).collect();
        assert_eq!(why, ["unsupported-type", "unsupported-type", "unsupported-algorithm"]);
        assert_eq!(got.entries[0].lost, ["icon"]);
    }

    #[test]
    fn an_account_of_a_page_that_is_no_otpauth_link_is_listed() {
        let row = |link: &str| format!("<tr><td>x</td><td><code>{link}</code></td></tr>");
        let rows = [
            "otpauth://totp/A%3Au?secret=MEME&issuer=A",
            "motp://M%20M:m?secret=7ac61d47",
            "otpauth://totp/B%26C?secret=MEME&amp;issuer=B",
        ];
        let page = format!(
            "<!DOCTYPE html><html><body><code>none</code><table>{}</table></body></html>",
            rows.map(row).concat()
        );
        let draft = crate::import::testing::read(page.as_bytes(), None).unwrap();
        let names: Vec<_> = draft.entries.iter().map(|e| (&*e.issuer, &*e.account)).collect();
        assert_eq!((draft.format, names), ("html-uri-list", vec![("A", "u"), ("B", "B&C")]));
        let told: Vec<_> = draft.skipped.iter().map(|s| (&*s.what, s.why, s.kept.is_some())).collect();
        assert_eq!(told, [("M M: m", "unsupported-type", true)]);
        // Without one it is a list of links as any other.
        let plain =
            crate::import::testing::read(page.replace("motp://", "mailto:").as_bytes(), None).unwrap();
        assert_eq!((plain.entries.len(), plain.skipped.len()), (2, 0));
    }

    #[test]
    fn damage_never_panics() {
        damage(&plain(), |bytes| drop(read(bytes, None)));
        damage_at(2, &strong(&plain(), "x"), |bytes| drop(read(bytes, Some("x"))));
        damage_at(12, &legacy(&plain(), "x"), |bytes| drop(read(bytes, Some("x"))));
        damage_behind(12, &plain(), "x", |plain| legacy(plain, "x"));
    }

    #[test]
    fn known_files() {
        expected::check(&["stratum/aegis", "stratum/backup.un"]);
    }

    #[test]
    fn numbers_may_be_texts_and_lists_null() {
        let item = json!({
            "Type": "2", "Issuer": "S", "Username": null, "Secret": "MEME", "Algorithm": "1", "Digits": "8",
            "Period": "60", "Counter": "0",
        });
        let file = json!({"Authenticators": [item], "Categories": null, "AuthenticatorCategories": null});
        let entry = read(file.to_string().as_bytes(), None).unwrap().entries.remove(0);
        assert_eq!(
            (entry.otp.algorithm(), entry.otp.digits().count(), period(&entry)),
            (Algorithm::Sha256, 8, Some(60))
        );
    }
}
