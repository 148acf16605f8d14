//! Authy: its Android preferences, and the answer to a request for one's data (`.csv`).
//!
//! Each secret is encrypted on its own under the backup password. Neither file says period or hash: 30 s, SHA-1.
//! Accounts of Authy's own kind have seven digits and change every ten seconds.

use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};

use super::collect::Collector;
use super::read::crypto::{self, Prf};
use super::read::csv::{self, Table};
use super::read::json::{self, Fields, Value};
use super::read::prefs;
use super::source::Unsealed;
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::base32::{base32, parse_base32, parse_hex};
use crate::otp::uri::strip_prefix_ignoring_case;
use crate::otp::{Algorithm, Digits, Kind, Otp, OtpError, Period};
use crate::secret::{SecretBytes, SecretText};
use crate::vault::entry::EntryDraft;

/// Authy's preferences and data request.
pub(super) struct Authy;

/// Accounts of other services, a JSON list.
const OTHERS: &str = "com.authy.storage.tokens.authenticator.key";
/// Accounts of Authy's own kind, a JSON list.
const OWN: &str = "com.authy.storage.tokens.authy.key";
const COLUMNS: &[&str] = &["name", "encrypted_seed", "salt", "iv"];

/// How a secret is encrypted: PBKDF2-HMAC-SHA-1 over the salt's text, then AES-256-CBC.
#[derive(Clone, Copy)]
struct Recipe {
    rounds: u64,
    /// Whether the IV is zero, or in the file.
    zero_iv: bool,
}

const OLD: Recipe = Recipe { rounds: 1_000, zero_iv: true };
const NEW: Recipe = Recipe { rounds: 100_000, zero_iv: false };

impl Importer for Authy {
    fn id(&self) -> &'static str {
        "authy"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        prefs::has(input.bytes, OTHERS)
            || prefs::has(input.bytes, OWN)
            || input.text().is_some_and(|text| {
                let header = csv::header(text);
                COLUMNS.iter().all(|column| header.iter().any(|h| h == column))
            })
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        match prefs::strings(input.bytes) {
            Some(strings) => read_preferences(&strings?, password, limits),
            None => {
                let text = input.text().ok_or(ImportError::BadContent)?;
                read_csv(&Table::parse(text)?, password, limits)
            }
        }
    }
}

fn read_preferences(
    strings: &[(String, String)],
    password: Option<&SecretText>,
    limits: &Limits,
) -> Result<Draft, ImportError> {
    let list = |key| match strings.iter().find(|(name, _)| name == key) {
        Some((_, text)) => json::parse(text),
        None => Ok(Value::Null),
    };
    let (others, own) = (list(OTHERS)?, list(OWN)?);
    let others = others.as_array().map_or(&[][..], Vec::as_slice);
    let own = own.as_array().map_or(&[][..], Vec::as_slice);
    let sealed = others.iter().filter(|token| is_sealed(token)).count();
    let mut opener = Opener::new(password, sealed, &[OLD], limits)?;
    let format = if sealed > 0 { "authy-xml-encrypted" } else { "authy-xml" };
    let mut collector = Collector::new(format, limits);
    for token in others {
        let (issuer, account) = names(token);
        let secret = if is_sealed(token) {
            let opened = opener.open(token.text("encryptedSecret"), token.text("salt"), "")?;
            match opened {
                Some(secret) => Ok(secret),
                None => {
                    collector.skip(collector.name(&issuer, &account), "wrong-password")?;
                    continue;
                }
            }
        } else {
            parse_base32(token.text("decryptedSecret"))
        };
        let clear = SecretText::new(match &secret {
            Ok(secret) if is_sealed(token) => base32(secret),
            _ => token.text("decryptedSecret").to_owned(),
        });
        let entry = otp(token, secret, 6, Period::THIRTY);
        let entry = entry.map(|otp| EntryDraft::new(issuer.as_str(), account.as_str(), otp));
        let item = Unsealed(token, &[("decryptedSecret", clear.expose())]);
        collector.account(&issuer, &account, entry, &item)?;
    }
    for token in own {
        let (issuer, account) = names(token);
        let otp = Period::new(10).and_then(|ten| otp(token, parse_hex(token.text("secretSeed")), 7, ten));
        let entry = otp.map(|otp| EntryDraft::new(issuer.as_str(), account.as_str(), otp));
        collector.account(&issuer, &account, entry, token)?;
    }
    opener.verdict()?;
    collector.finish_some()
}

fn read_csv(table: &Table<'_>, password: Option<&SecretText>, limits: &Limits) -> Result<Draft, ImportError> {
    let mut opener = Opener::new(password, table.rows().count(), &[NEW, OLD], limits)?;
    let mut collector = Collector::new("authy-gdpr-csv", limits);
    for row in table.rows() {
        let name = row.cell("name");
        match opener.open(row.cell("encrypted_seed"), row.cell("salt"), row.cell("iv"))? {
            Some(secret) => {
                let clear = SecretText::new(base32(&secret));
                let otp = otp(&Value::Null, Ok(secret), 6, Period::THIRTY);
                let own = [("name", name), ("secret", clear.expose())];
                collector.account(name, "", otp.map(|otp| EntryDraft::new(name, "", otp)), &own[..])?;
            }
            None => collector.skip(collector.name(name, ""), "wrong-password")?,
        }
    }
    opener.verdict()?;
    collector.finish_some()
}

fn is_sealed(token: &Value) -> bool {
    token.text("decryptedSecret").is_empty() && !token.text("encryptedSecret").is_empty()
}

fn otp(
    token: &Value,
    secret: Result<SecretBytes, OtpError>,
    usual_digits: u64,
    period: Period,
) -> Result<Otp, OtpError> {
    let digits = match token.field("digits") {
        Value::Null => usual_digits,
        _ => token.number("digits").ok_or(OtpError::BadDigits)?,
    };
    Otp::new(Kind::Totp { period }, Algorithm::Sha1, Digits::new(digits)?, secret?)
}

/// The issuer, and what the user sees without it: `Issuer: account` and `Issuer - account`.
fn names(token: &Value) -> (String, String) {
    let (name, original) = (token.text("name").trim(), token.text("originalName"));
    let issuer = match token.text("originalIssuer").trim() {
        "" => match (original.split_once(':'), name.split_once(" - ")) {
            (Some((prefix, _)), _) | (None, Some((prefix, _))) => prefix.trim(),
            _ => "",
        },
        issuer => issuer,
    };
    let rest = strip_prefix_ignoring_case(name, issuer).filter(|_| !issuer.is_empty());
    let rest = rest.and_then(|rest| rest.strip_prefix(':').or(rest.strip_prefix(" - ")));
    (issuer.to_owned(), rest.map_or(name, str::trim).to_owned())
}

/// Opens secrets one after the other with one password.
struct Opener<'p> {
    password: Option<&'p SecretText>,
    /// What worked last goes first.
    recipes: Vec<Recipe>,
    limits: &'p Limits,
    opened: usize,
    failed: usize,
}

impl<'p> Opener<'p> {
    /// For `count` secrets, whose work is weighed together.
    fn new(
        password: Option<&'p SecretText>,
        count: usize,
        recipes: &[Recipe],
        limits: &'p Limits,
    ) -> Result<Self, ImportError> {
        if count > 0 && password.is_none() {
            return Err(ImportError::PasswordNeeded);
        }
        // Two compressions for each round and each of two blocks.
        let each: u64 = recipes.iter().map(|recipe| recipe.rounds * 4 / crypto::COMPRESSIONS_A_PASS).sum();
        crypto::admit(0, each.saturating_mul(count as u64), limits)?;
        Ok(Self { password, recipes: recipes.to_vec(), limits, opened: 0, failed: 0 })
    }

    /// The secret, or `None` when the password does not open this one.
    fn open(&mut self, sealed: &str, salt: &str, iv: &str) -> Result<Option<SecretBytes>, ImportError> {
        let password = self.password.ok_or(ImportError::PasswordNeeded)?.expose().as_bytes();
        if let Ok(sealed) = BASE64.decode(sealed.as_bytes()) {
            for at in 0..self.recipes.len() {
                let Some(recipe) = self.recipes.get(at).copied() else { continue };
                let iv = match HEXLOWER_PERMISSIVE.decode(iv.as_bytes()) {
                    _ if recipe.zero_iv => vec![0; 16],
                    Ok(iv) if iv.len() == 16 => iv,
                    _ => continue,
                };
                let key =
                    crypto::derive_pbkdf2(Prf::Sha1, password, salt.as_bytes(), recipe.rounds, self.limits)?;
                let plain = crypto::open_cbc(&key, &iv, &sealed).ok();
                if let Some(secret) = plain.and_then(|plain| read_seed(plain.expose())) {
                    self.recipes.swap(0, at);
                    self.opened += 1;
                    return Ok(Some(secret));
                }
            }
        }
        self.failed += 1;
        Ok(None)
    }

    /// No secret opened: the password is wrong. Some did: the others have another password, and are listed.
    fn verdict(&self) -> Result<(), ImportError> {
        if self.opened == 0 && self.failed > 0 { Err(ImportError::WrongPassword) } else { Ok(()) }
    }
}

/// Base32, rarely hexadecimal. That all of 16 or more base32 characters are hexadecimal digits too happens by
/// chance once in six million.
fn read_seed(plain: &[u8]) -> Option<SecretBytes> {
    let text = core::str::from_utf8(plain).ok()?.trim();
    let hex = text.len() >= 16 && text.chars().all(|c| c.is_ascii_hexdigit());
    let secret = if hex { parse_hex(text) } else { parse_base32(text) };
    secret.ok().filter(|secret| !secret.expose().is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage_at, expected, read, seal, unlock};

    const PASSWORD: &str = "correct horse";

    fn seal_seed(seed: &str, salt: &str, recipe: Recipe, iv: [u8; 16]) -> String {
        let limits = Limits::default();
        let key = crypto::derive_pbkdf2::<32>(
            Prf::Sha1,
            PASSWORD.as_bytes(),
            salt.as_bytes(),
            recipe.rounds,
            &limits,
        );
        BASE64.encode(&seal::cbc(
            key.unwrap().expose(),
            if recipe.zero_iv { [0; 16] } else { iv },
            seed.as_bytes(),
        ))
    }

    fn token(entry: &EntryDraft, sealed: bool) -> Value {
        let mut token = json!({
            "accountType": "authenticator", "digits": entry.otp.digits().count(), "originalIssuer": entry.issuer,
            "originalName": format!("{}:{}", entry.issuer, entry.account),
            "name": if entry.issuer.is_empty() { entry.account.clone() } else { format!("{}: {}", entry.issuer, entry.account) },
        });
        if entry.issuer.is_empty() {
            token["originalName"] = entry.account.clone().into();
        }
        if sealed {
            token["salt"] = "s\u{e4}lt".into();
            token["encryptedSecret"] = seal_seed(&bare(entry), "s\u{e4}lt", OLD, [0; 16]).into();
        } else {
            token["decryptedSecret"] = bare(entry).into();
        }
        token
    }

    fn preferences(others: &[Value], own: &[Value]) -> Vec<u8> {
        let escaped = |list: &[Value]| {
            Value::from(list).to_string().replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
        };
        format!(
            "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n<int name=\"key_version\" value=\"1\" />\n\
            <string name=\"{OTHERS}\">{}</string>\n<string name=\"{OWN}\">{}</string>\n</map>\n",
            escaped(others),
            escaped(own)
        )
        .into_bytes()
    }

    /// Authy knows lengths, and nothing else of a generator.
    fn lesser() -> Vec<EntryDraft> {
        eight_less(|entry| {
            let digits = entry.otp.digits();
            lose_extras(entry);
            let totp = Kind::Totp { period: Period::THIRTY };
            entry.otp = Otp::new(totp, Algorithm::Sha1, digits, entry.otp.secret().clone()).unwrap();
        })
    }

    #[test]
    fn preferences_lose_what_the_app_does_not_know() {
        let tokens = |sealed| eight().iter().map(|e| token(e, sealed)).collect::<Vec<_>>();
        let got = read(&preferences(&tokens(false), &[]), None).unwrap();
        assert_eq!((got.format, got.entries, got.skipped), ("authy-xml", lesser(), vec![]));
        let got = unlock(&preferences(&tokens(true), &[]), PASSWORD);
        assert_eq!((got.format, got.entries, got.skipped), ("authy-xml-encrypted", lesser(), vec![]));
    }

    #[test]
    fn authys_own_accounts_change_every_ten_seconds() {
        let own = json!({"name": "Twitch", "secretSeed": "00112233445566778899aabbccddeeff"});
        let got = read(&preferences(&[], &[own]), None).unwrap();
        let otp = &got.entries[0].otp;
        assert_eq!(
            (otp.digits().count(), otp.period().unwrap().seconds(), otp.secret().expose().len()),
            (7, 10, 16)
        );
    }

    #[test]
    fn names_are_split_as_the_app_shows_them() {
        for (original_issuer, original, name, issuer, account) in [
            ("Shop", "x", "Shop: ada", "Shop", "ada"),
            ("", "Shop:ada", "Shop: ada", "Shop", "ada"),
            ("", "ada", "Shop - ada", "Shop", "ada"),
            ("", "ada", "ada", "", "ada"),
            ("shop", "x", "SHOP: ada", "shop", "ada"),
            ("Shop", "Shop:ada", "renamed", "Shop", "renamed"),
            ("Shop", "Shop:ada", "Shopping", "Shop", "Shopping"),
        ] {
            let token = json!({"originalIssuer": original_issuer, "originalName": original, "name": name});
            assert_eq!(names(&token.into()), (issuer.into(), account.into()), "{name}");
        }
    }

    #[test]
    fn the_data_request_holds_names_and_secrets_of_both_kinds() {
        let iv = [7; 16];
        let mut csv = "name,encrypted_seed,salt,iv\r\n".to_owned();
        for (entry, recipe) in eight().iter().zip([NEW, OLD].into_iter().cycle()) {
            let name = format!("{}: {}", entry.issuer, entry.account).replace('"', "\"\"");
            // Any case.
            let sealed = seal_seed(&bare(entry).to_lowercase(), "salt", recipe, iv);
            csv += &format!("\"{name}\",{sealed},salt,{}\r\n", HEXLOWER_PERMISSIVE.encode(&iv));
        }
        let got = unlock(csv.as_bytes(), PASSWORD);
        let lesser = eight_less(|entry| {
            entry.issuer = format!("{}: {}", entry.issuer, entry.account).trim().to_owned();
            entry.account = String::new();
            lose_extras(entry);
            lose_parameters(entry, false);
        });
        assert_eq!((got.format, got.entries, got.skipped), ("authy-gdpr-csv", lesser, vec![]));
    }

    #[test]
    fn one_account_under_another_password_does_not_lose_the_rest() {
        let mut tokens: Vec<Value> = eight().iter().take(2).map(|e| token(e, true)).collect();
        tokens[0]["salt"] = "other".into();
        let got = read(&preferences(&tokens, &[]), Some(PASSWORD)).unwrap();
        assert_eq!(got.entries, lesser()[1..2]);
        assert_eq!(
            (got.skipped[0].what.as_str(), got.skipped[0].why),
            ("Northwind: ada@example.com", "wrong-password")
        );
    }

    #[test]
    fn many_rows_are_too_much_work() {
        let csv = format!("name,encrypted_seed,salt,iv\n{}", "a,AAAA,salt,00\n".repeat(1000));
        assert!(matches!(read(csv.as_bytes(), Some("x")), Err(ImportError::TooMuchWork { .. })));
    }

    #[test]
    fn seeds_are_base32_or_hexadecimal() {
        assert_eq!(read_seed(b"MEMEMEME").unwrap().expose().len(), 5);
        assert_eq!(read_seed(b"00112233445566778899").unwrap().expose().len(), 10);
        assert_eq!(read_seed(b"mfrg gzdf"), parse_base32("MFRGGZDF").ok());
        assert!(read_seed(b"").is_none() && read_seed(b"0189").is_none() && read_seed(b"\xff").is_none());
    }

    #[test]
    fn damage_never_panics() {
        let tokens: Vec<Value> = eight().iter().take(2).map(|e| token(e, true)).collect();
        damage_at(100, &preferences(&tokens, &[]), |bytes| drop(read(bytes, Some(PASSWORD))));
        let csv = "name,encrypted_seed,salt,iv\na,AAAAAAAAAAAAAAAAAAAAAA==,salt,00\n";
        damage_at(5, csv.as_bytes(), |bytes| drop(read(bytes, Some(PASSWORD))));
    }

    #[test]
    fn known_files() {
        expected::check(&["authy"]);
    }
}
