//! Proton Authenticator: its JSON export, plain and encrypted.

use data_encoding::BASE64;

use super::collect::Collector;
use super::outline::Outline;
use super::read::crypto::{self, Argon2Cost};
use super::read::json::{self, Fields, Value};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::base32::parse_steam;
use crate::otp::uri::{Account, Uri, strip_prefix_ignoring_case};
use crate::otp::{Algorithm, Digits, Kind, Otp, OtpError};
use crate::secret::SecretText;
use crate::vault::entry::EntryDraft;

/// Proton Authenticator's export.
pub(super) struct ProtonAuthenticator;

impl Importer for ProtonAuthenticator {
    fn id(&self) -> &'static str {
        "proton-authenticator"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.outline().is_some_and(|file| {
            let plain = file.at("entries").items().iter().any(|entry| entry.at("content").has("uri"));
            let empty = file.has("version") && file.at("entries") == &Outline::List(Vec::new());
            let sealed = file.at("salt").is_text() && file.at("content").is_text() && !file.has("entries");
            plain || empty || sealed
        })
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let file = input.json()?;
        if file.number("version").is_some_and(|version| version > 1) {
            return Err(ImportError::UnsupportedVersion);
        }
        if file.has("entries") {
            return draft("proton-authenticator-json", &file, limits);
        }
        let password = password.ok_or(ImportError::PasswordNeeded)?;
        draft("proton-authenticator-encrypted", &open(&file, password, limits)?, limits)
    }
}

fn draft(format: &'static str, file: &Value, limits: &Limits) -> Result<Draft, ImportError> {
    let mut collector = Collector::new(format, limits);
    for item in file.field("entries").as_array().ok_or(ImportError::BadContent)? {
        collector.account("", item.field("content").text("name").trim(), entry(item), item)?;
    }
    collector.finish_some()
}

fn entry(item: &Value) -> Result<EntryDraft, OtpError> {
    let content = item.field("content");
    let (Account { issuer, mut account, otp }, is_alone) = account(content.text("uri"))?;
    let name = content.text("name").trim();
    if account.is_empty() {
        name.clone_into(&mut account);
    } else if is_alone && account != name && name.ends_with(&account) {
        let before = name.strip_prefix(&issuer).unwrap_or(name).strip_prefix(':');
        before.unwrap_or(name).trim().clone_into(&mut account);
    }
    let mut entry = EntryDraft::new(issuer, account, otp);
    item.text("note").clone_into(&mut entry.note);
    Ok(entry)
}

/// What a link says, and whether its label is the name alone, colons and all: then the issuer is a parameter. Steam entries
/// are `steam://SECRET`, and named only beside it.
fn account(uri: &str) -> Result<(Account, bool), OtpError> {
    if let Some(secret) = strip_prefix_ignoring_case(uri, "steam://") {
        let otp = Otp::new(Kind::Steam, Algorithm::Sha1, Digits::SIX, parse_steam(secret)?)?;
        return Ok((Account { issuer: "Steam".into(), account: String::new(), otp }, false));
    }
    let uri = Uri::parse(uri).map_err(|_| OtpError::UnsupportedType)?;
    let is_alone = uri.param("issuer").is_some();
    Ok((uri.into_account()?, is_alone))
}

fn open(file: &Value, password: &SecretText, limits: &Limits) -> Result<Value, ImportError> {
    let part = |name| BASE64.decode(file.text(name).as_bytes()).map_err(|_| ImportError::BadContent);
    let (salt, content) = (part("salt")?, part("content")?);
    let (nonce, sealed) = content.split_at_checked(12).ok_or(ImportError::BadContent)?;
    // OWASP's first choice for Argon2id: 19 MiB, two passes.
    let cost = Argon2Cost::id(19_456, 2, 1);
    let key = crypto::derive_argon2(password.expose().as_bytes(), &salt, cost, limits)?;
    let plain = crypto::open_gcm(&key, nonce, b"proton.authenticator.export.v1", sealed)?;
    json::parse(core::str::from_utf8(plain.expose()).map_err(|_| ImportError::BadContent)?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage, damage_at, damage_behind, expected, read, seal, unlock};

    fn plain() -> Vec<u8> {
        let item = |entry: &EntryDraft| {
            let steam = kind(entry) == "steam";
            let (uri, kind) =
                if steam { (format!("steam://{}", bare(entry)), "Steam") } else { (uri(entry), "Totp") };
            json!({"id": "x", "content": {"uri": uri, "entry_type": kind, "name": entry.account}, "note": entry.note})
        };
        let entries: Vec<_> = eight().iter().map(item).collect();
        json!({"version": 1, "entries": entries}).to_string().into_bytes()
    }

    fn sealed(plain: &[u8], password: &str) -> Vec<u8> {
        let cost = Argon2Cost::id(19_456, 2, 1);
        let key = crypto::derive_argon2(password.as_bytes(), &[7; 16], cost, &Limits::default()).unwrap();
        let sealed = seal::gcm(key.expose(), [9; 12], b"proton.authenticator.export.v1", plain);
        let content = BASE64.encode(&[&[9; 12][..], &sealed].concat());
        json!({"version": 1, "salt": BASE64.encode(&[7; 16]), "content": content}).to_string().into_bytes()
    }

    fn kept() -> Vec<EntryDraft> {
        eight_less(|entry| {
            entry.tags.clear();
            entry.pinned = false;
        })
    }

    #[test]
    fn loses_tags_and_pins() {
        let got = read(&plain(), None).unwrap();
        assert_eq!((got.format, got.entries, got.skipped), ("proton-authenticator-json", kept(), vec![]));
    }

    #[test]
    fn the_password_opens_it() {
        let got = unlock(&sealed(&plain(), "x"), "x");
        assert_eq!((got.format, got.entries), ("proton-authenticator-encrypted", kept()));
    }

    #[test]
    fn a_label_may_lie_beside_the_uri() {
        let with = |uri: &str| {
            json!({"version": 1, "entries": [{"content": {"uri": uri, "name": "ada"}, "note": null}]})
                .to_string()
        };
        let got = read(with("otpauth://totp/?secret=MEME").as_bytes(), None).unwrap();
        assert_eq!(got.entries[0].account, "ada");
        let got = read(with("https://example.com").as_bytes(), None).unwrap();
        assert_eq!((got.skipped[0].what.as_str(), got.skipped[0].why), ("ada", "unsupported-type"));
    }

    #[test]
    fn a_name_with_a_colon_is_whole() {
        for (label, name, account) in [
            ("10.0.0.1%3A8443", "10.0.0.1:8443", "10.0.0.1:8443"),
            ("Work%3A%20admin", "Work: admin", "Work: admin"),
            ("%3Aada", ":ada", "ada"),
            ("Shop%3Aada", "Shop:ada", "ada"),
            ("Shop%3Aada", "renamed", "ada"),
        ] {
            let uri = format!("otpauth://totp/{label}?secret=MEME&issuer=Shop");
            let file =
                json!({"version": 1, "entries": [{"content": {"uri": uri, "name": name}}]}).to_string();
            let entry = read(file.as_bytes(), None).unwrap().entries.remove(0);
            assert_eq!((&*entry.issuer, &*entry.account), ("Shop", account), "{name}");
        }
    }

    #[test]
    fn damage_never_panics() {
        damage(&plain(), |bytes| drop(read(bytes, None)));
        damage_at(15, &sealed(&plain(), "x"), |bytes| drop(read(bytes, Some("x"))));
        damage_behind(15, &plain(), "x", |plain| sealed(plain, "x"));
    }

    #[test]
    fn known_files() {
        expected::check(&["proton_authenticator"]);
    }

    #[test]
    fn one_broken_entry_hides_none_and_schemes_have_any_case() {
        let entry = |content| json!({"id": "x", "content": content, "note": null});
        let broken = entry(json!({"entry_type": "Totp", "name": "ada"}));
        let steam = entry(json!({"uri": "STEAM://MEME", "entry_type": "Steam", "name": "bob"}));
        let file = json!({"version": 1, "entries": [broken, steam]}).to_string();
        let got = read(file.as_bytes(), None).unwrap();
        assert_eq!((kind(&got.entries[0]), got.entries[0].account.as_str()), ("steam", "bob"));
        assert_eq!((got.skipped[0].what.as_str(), got.skipped.len()), ("ada", 1));
    }
}
