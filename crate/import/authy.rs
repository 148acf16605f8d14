//! Authy: its Android preferences, the answer to a request for one's data (`.csv`), and what its server sends to the app
//! (`authenticator_tokens.json`), also as the tool that records it writes it decrypted.
//!
//! Each secret is encrypted on its own under the backup password. No file says period or hash: 30 s, SHA-1.
//! Accounts of Authy's own kind have seven digits and change every ten seconds.

use std::borrow::Cow;

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

/// What the server sent, a list; beside it are those `deleted` of late.
const SENT: &str = "authenticator_tokens";
/// The same, decrypted.
const OPENED: &str = "decrypted_authenticator_tokens";
/// What an account is of whose service Authy does not know, or that is Authy's own.
const GENERIC: [&str; 2] = ["authenticator", "authy"];

/// How a secret is encrypted: PBKDF2-HMAC-SHA-1 over the salt's text, then AES-256-CBC.
#[derive(Clone, Copy)]
struct Recipe {
    rounds: u64,
    /// Whether the IV is zero, or in the file.
    zero_iv: bool,
}

impl Recipe {
    /// Two compressions for each round and each of two blocks.
    const fn work(self) -> u64 {
        self.rounds.saturating_mul(4) / crypto::COMPRESSIONS_A_PASS
    }
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
            || input.outline().is_some_and(|file| file.at(SENT).is_list() || file.at(OPENED).is_list())
            || input.text().is_some_and(|text| is_header(text) || wrapping(text).is_some())
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        match prefs::strings(input.bytes) {
            Some(strings) => read_preferences(&strings?, password, limits),
            None if input.outline().is_some_and(|file| file.is_map()) => {
                read_sent(&input.json()?, password, limits)
            }
            None => {
                let text = input.text().ok_or(ImportError::BadContent)?;
                let text = unwrap(text);
                let joined = joined(&text);
                read_csv(&Table::parse(&joined)?, password, limits)
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
    let mut opener = Opener::new(password, &[OLD], OLD.work().saturating_mul(sealed as u64), limits)?;
    let format = if sealed > 0 { "authy-xml-encrypted" } else { "authy-xml" };
    let mut collector = Collector::new(format, limits);
    for token in others {
        let (issuer, account) = Names::of_preferences(token).split();
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
        let (issuer, account) = Names::of_preferences(token).split();
        let otp = Period::new(10).and_then(|ten| otp(token, parse_hex(token.text("secretSeed")), 7, ten));
        let entry = otp.map(|otp| EntryDraft::new(issuer.as_str(), account.as_str(), otp));
        collector.account(&issuer, &account, entry, token)?;
    }
    opener.verdict()?;
    collector.finish_some()
}

fn is_header(text: &str) -> bool {
    let header = csv::header(text);
    COLUMNS.iter().all(|column| header.iter().any(|h| h == column))
}

/// What stands in quotes that do not belong there.
#[derive(Clone, Copy)]
enum Wrapping {
    /// The whole table, as one cell would be.
    Table,
    /// Each of its lines.
    Lines,
}

fn wrapping(text: &str) -> Option<Wrapping> {
    let first = text.trim_start().strip_prefix('"')?.lines().next()?.trim_end();
    match first.strip_suffix('"') {
        Some(first) if is_header(first) => Some(Wrapping::Lines),
        None if is_header(first) => Some(Wrapping::Table),
        _ => None,
    }
}

/// The table out of the pair of quotes that Authy's answer has around it.
fn unwrap(text: &str) -> Cow<'_, str> {
    let bare = |text: &str| {
        let text = text.trim();
        let text = text.strip_prefix('"').unwrap_or(text);
        text.strip_suffix('"').unwrap_or(text).replace("\"\"", "\"")
    };
    match wrapping(text) {
        None => Cow::Borrowed(text),
        Some(Wrapping::Table) => Cow::Owned(bare(text)),
        Some(Wrapping::Lines) => {
            let mut whole = String::with_capacity(text.len());
            for line in text.lines() {
                whole += &bare(line);
                whole.push('\n');
            }
            Cow::Owned(whole)
        }
    }
}

/// The table with those rows in one piece that a mail program broke. Only where there are no quotes that a line break
/// could stand in.
fn joined(text: &str) -> Cow<'_, str> {
    let commas = |line: &str| line.matches(',').count();
    let last = COLUMNS.len() - 1;
    if text.contains('"') || !text.lines().any(|line| !line.trim().is_empty() && commas(line) < last) {
        return Cow::Borrowed(text);
    }
    let mut whole = String::with_capacity(text.len());
    let mut so_far = last;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let more = commas(line);
        if so_far < last && so_far + more <= last {
            so_far += more;
        } else {
            whole.push('\n');
            so_far = more;
        }
        whole.push_str(line);
    }
    Cow::Owned(whole)
}

fn read_csv(table: &Table<'_>, password: Option<&SecretText>, limits: &Limits) -> Result<Draft, ImportError> {
    let each = NEW.work() + OLD.work();
    let sealed = table.rows().filter(|row| !row.cell("encrypted_seed").is_empty()).count();
    let work = each.saturating_mul(sealed as u64);
    let mut opener = Opener::new(password, &[NEW, OLD], work, limits)?;
    let mut collector = Collector::new("authy-gdpr-csv", limits);
    for row in table.rows() {
        let name = row.cell("name");
        if row.cell("encrypted_seed").is_empty() {
            collector.skip(collector.name(name, ""), OtpError::NoSecret.code())?;
            continue;
        }
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

fn read_sent(file: &Value, password: Option<&SecretText>, limits: &Limits) -> Result<Draft, ImportError> {
    let (sent, deleted) = (file.list(SENT), file.list("deleted"));
    let tokens = || sent.iter().map(|token| (token, false)).chain(deleted.iter().map(|token| (token, true)));
    let sealed = || tokens().filter(|(token, _)| !token.text("encrypted_seed").is_empty());
    let work = sealed().flat_map(|(token, _)| recipes(token)).map(Recipe::work);
    let work = work.fold(0, u64::saturating_add);
    let mut opener = Opener::new(password, &[], work, limits)?;
    let mut collector =
        Collector::new(if sealed().next().is_some() { "authy-json-encrypted" } else { "authy-json" }, limits);
    for (token, is_deleted) in tokens() {
        let (issuer, account) = Names::of_sent(token).split();
        let seed = token.text("encrypted_seed");
        let secret = if seed.is_empty() {
            Err(OtpError::NoSecret)
        } else {
            let iv = token.text("unique_iv");
            match opener.open_with(&mut recipes(token), seed, token.text("salt"), iv)? {
                Some(secret) => Ok(secret),
                None => {
                    collector.skip(collector.name(&issuer, &account), "wrong-password")?;
                    continue;
                }
            }
        };
        let clear = SecretText::new(secret.as_ref().map_or_else(|_| String::new(), base32));
        let entry = otp(token, secret, 6, Period::THIRTY).map(|otp| {
            let mut entry = EntryDraft::new(issuer.as_str(), account.as_str(), otp);
            entry.trashed = is_deleted;
            entry
        });
        let item = Unsealed(token, &[("encrypted_seed", clear.expose())]);
        collector.account(&issuer, &account, entry, &item)?;
    }
    for token in file.list(OPENED) {
        let (issuer, account) = Names::of_sent(token).split();
        let seed = token.text("decrypted_seed");
        // What the tool writes of a seed that the password did not open.
        if seed.starts_with("Decryption failed") {
            collector.skip(collector.name(&issuer, &account), "encrypted")?;
            continue;
        }
        let entry = otp(token, seed_of(seed), 6, Period::THIRTY);
        let entry = entry.map(|otp| EntryDraft::new(issuer.as_str(), account.as_str(), otp));
        collector.account(&issuer, &account, entry, token)?;
    }
    opener.verdict()?;
    collector.finish_some()
}

/// As the token says; older ones do not say how many rounds.
fn recipes(token: &Value) -> Vec<Recipe> {
    let zero_iv = token.text("unique_iv").is_empty();
    match token.number("key_derivation_iterations").filter(|rounds| *rounds > 0) {
        Some(rounds) => vec![Recipe { rounds, zero_iv }],
        None => [NEW, OLD].map(|recipe| Recipe { zero_iv, ..recipe }).into(),
    }
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

/// What a token says about whose it is.
struct Names<'t> {
    name: &'t str,
    original: &'t str,
    issuer: &'t str,
    /// The service, in Authy's list: `github`.
    service: &'t str,
}

impl<'t> Names<'t> {
    fn of_preferences(token: &'t Value) -> Self {
        Self::at(token, ["name", "originalName", "originalIssuer", "accountType"])
    }

    fn of_sent(token: &'t Value) -> Self {
        Self::at(token, ["name", "original_name", "issuer", "account_type"])
    }

    fn at(token: &'t Value, keys: [&str; 4]) -> Self {
        let [name, original, issuer, service] = keys.map(|key| token.text(key).trim());
        Self { name, original, issuer, service }
    }

    /// The issuer, and what the user sees without it: `Issuer: account` and `Issuer - account`.
    fn split(&self) -> (String, String) {
        let name = self.name;
        let issuer = match self.issuer {
            "" => match (self.original.split_once(':'), name.split_once(" - ")) {
                (Some((prefix, _)), _) | (None, Some((prefix, _))) => prefix.trim(),
                _ => "",
            },
            issuer => issuer,
        };
        if issuer.is_empty() {
            return (self.service_name(), name.to_owned());
        }
        let rest = strip_prefix_ignoring_case(name, issuer);
        let rest = rest.and_then(|rest| rest.strip_prefix(':').or(rest.strip_prefix(" - ")));
        (issuer.to_owned(), rest.map_or(name, str::trim).to_owned())
    }

    /// The service's name for want of a better one. What says nothing new does so only where there is no other name.
    fn service_name(&self) -> String {
        let is_new = !GENERIC.contains(&self.service) && !self.service.eq_ignore_ascii_case(self.name);
        let mut letters = self.service.chars();
        match letters.next() {
            Some(first) if is_new || self.name.is_empty() => first.to_uppercase().chain(letters).collect(),
            _ => String::new(),
        }
    }
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
    /// For secrets whose work is weighed together; none asks for no password.
    fn new(
        password: Option<&'p SecretText>,
        recipes: &[Recipe],
        work: u64,
        limits: &'p Limits,
    ) -> Result<Self, ImportError> {
        if work > 0 && password.is_none() {
            return Err(ImportError::PasswordNeeded);
        }
        crypto::admit(0, work, limits)?;
        Ok(Self { password, recipes: recipes.to_vec(), limits, opened: 0, failed: 0 })
    }

    /// The secret, or `None` when the password does not open this one.
    fn open(&mut self, sealed: &str, salt: &str, iv: &str) -> Result<Option<SecretBytes>, ImportError> {
        let mut recipes = core::mem::take(&mut self.recipes);
        let opened = self.open_with(&mut recipes, sealed, salt, iv);
        self.recipes = recipes;
        opened
    }

    /// [`Self::open`] by these recipes, of which the one that works goes to the front.
    fn open_with(
        &mut self,
        recipes: &mut [Recipe],
        sealed: &str,
        salt: &str,
        iv: &str,
    ) -> Result<Option<SecretBytes>, ImportError> {
        let password = self.password.ok_or(ImportError::PasswordNeeded)?.expose().as_bytes();
        if let Ok(sealed) = BASE64.decode(sealed.as_bytes()) {
            for at in 0..recipes.len() {
                let Some(recipe) = recipes.get(at).copied() else { continue };
                let iv = match HEXLOWER_PERMISSIVE.decode(iv.as_bytes()) {
                    _ if recipe.zero_iv => vec![0; 16],
                    Ok(iv) if iv.len() == 16 => iv,
                    _ => continue,
                };
                let key =
                    crypto::derive_pbkdf2(Prf::Sha1, password, salt.as_bytes(), recipe.rounds, self.limits)?;
                let plain = crypto::open_cbc(&key, &iv, &sealed).ok();
                if let Some(secret) = plain.and_then(|plain| read_seed(plain.expose())) {
                    recipes.swap(0, at);
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
    let secret = seed_of(core::str::from_utf8(plain).ok()?).ok();
    secret.filter(|secret| !secret.expose().is_empty())
}

fn seed_of(text: &str) -> Result<SecretBytes, OtpError> {
    let text = text.trim();
    let hex = text.len() >= 16 && text.chars().all(|c| c.is_ascii_hexdigit());
    if hex { parse_hex(text) } else { parse_base32(text) }
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
            let token = token.into();
            assert_eq!(Names::of_preferences(&token).split(), (issuer.into(), account.into()), "{name}");
        }
        for (service, name, issuer) in [
            ("github", "ada", "Github"),
            ("github", "", "Github"),
            ("authenticator", "ada", ""),
            ("twitch", "Twitch", ""),
            ("authenticator", "", "Authenticator"),
            ("", "", ""),
        ] {
            let token = json!({"accountType": service, "name": name}).into();
            assert_eq!(Names::of_preferences(&token).split(), (issuer.into(), name.into()), "{service}");
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
    fn the_data_request_is_read_however_it_was_wrapped() {
        let row = |name: &str, seed: &str| {
            let sealed = seal_seed(seed, "salt", OLD, [0; 16]);
            format!("{name},{sealed},salt,{}", "0".repeat(32))
        };
        let rows = ["name,encrypted_seed,salt,iv".to_owned(), row("Bob's", "MEME"), row("Shop: ada", "MAMA")];
        let names = |csv: &str| {
            let got = read(csv.as_bytes(), Some(PASSWORD)).unwrap();
            let names: Vec<_> = got.entries.iter().map(|e| e.issuer.clone()).collect();
            assert_eq!((got.format, got.skipped), ("authy-gdpr-csv", vec![]), "{csv}");
            names
        };
        let each = rows.each_ref().map(|row| format!("\"{row}\""));
        let within = |at: &str| rows.join("\n").replace(at, &format!("\n{at}"));
        for csv in [
            format!("\"{}\"", rows.join("\n")),
            format!("\u{feff}\"{}\r\n\"\r\n", rows.join("\r\n")),
            each.join("\r\n") + "\r\n",
            format!("\"{}\"", within("=,salt")),
            within("=,salt") + "\n",
        ] {
            assert_eq!(read(csv.as_bytes(), None), Err(ImportError::PasswordNeeded), "{csv}");
            assert_eq!(names(&csv), ["Bob's", "Shop: ada"]);
        }
        let comma = row("\"\"Shop, Inc\"\"", "MEME");
        assert_eq!(names(&format!("\"{}\n{comma}\"", rows[0])), ["Shop, Inc"]);
        // A row that lacks its last cell is none that was broken.
        let short = rows.join("\n").replace(&format!(",{}", "0".repeat(32)), "");
        assert_eq!(names(&short), ["Bob's", "Shop: ada"]);
    }

    #[test]
    fn a_row_without_a_seed_is_listed_and_says_nothing_of_the_password() {
        let empty = "name,encrypted_seed,salt,iv\nShop,,salt,00\n";
        let told = |csv: &str, password| {
            let got = read(csv.as_bytes(), password).unwrap();
            let told = got.skipped.iter().map(|s| (s.what.clone(), s.why)).collect::<Vec<_>>();
            (got.entries.len(), told)
        };
        let want = vec![("Shop".to_owned(), "no-secret")];
        assert_eq!(told(empty, None), (0, want.clone()));
        let other = format!("{empty}Bank,{},salt,\n", seal_seed("MEME", "salt", OLD, [0; 16]));
        assert_eq!(told(&other, Some(PASSWORD)), (1, want));
    }

    /// Few rounds, so that the tests are quick.
    fn sent(entry: &EntryDraft, rounds: u64, iv: Option<[u8; 16]>) -> Value {
        let recipe = Recipe { rounds, zero_iv: iv.is_none() };
        let own = if entry.issuer.is_empty() { String::new() } else { format!("{}: ", entry.issuer) };
        json!({
            "account_type": "authenticator", "digits": entry.otp.digits().count(), "issuer": entry.issuer,
            "name": format!("{own}{}", entry.account), "original_name": null, "logo": null, "salt": "salt",
            "encrypted_seed": seal_seed(&bare(entry), "salt", recipe, iv.unwrap_or_default()),
            "key_derivation_iterations": rounds, "unique_iv": iv.map(|iv| HEXLOWER_PERMISSIVE.encode(&iv)),
        })
    }

    fn recorded(tokens: &[Value], deleted: &[Value]) -> Vec<u8> {
        json!({"message": "success", "authenticator_tokens": tokens, "deleted": deleted, "success": true})
            .to_string()
            .into_bytes()
    }

    #[test]
    fn what_the_server_sent_says_how_each_secret_is_sealed() {
        let tokens: Vec<_> = eight()
            .iter()
            .zip([(1_000, Some([7; 16])), (7, None), (1, Some([0; 16]))].into_iter().cycle())
            .map(|(entry, (rounds, iv))| sent(entry, rounds, iv))
            .collect();
        let got = unlock(&recorded(&tokens, &[]), PASSWORD);
        assert_eq!((got.format, &got.entries, got.skipped), ("authy-json-encrypted", &lesser(), vec![]));
        let deleted = unlock(&recorded(&tokens[..1], &tokens[1..2]), PASSWORD).entries;
        assert_eq!(deleted.iter().map(|e| e.trashed).collect::<Vec<_>>(), [false, true]);
        assert_eq!(read(&recorded(&[], &[]), None), Err(ImportError::NoEntries));
    }

    #[test]
    fn rounds_that_are_not_told_are_the_usual_ones_and_too_many_are_asked_about() {
        for rounds in [OLD.rounds, NEW.rounds] {
            let mut token = sent(&eight()[0], rounds, None);
            token.as_object_mut().unwrap().remove("key_derivation_iterations");
            assert_eq!(read(&recorded(&[token], &[]), Some(PASSWORD)).unwrap().entries, lesser()[..1]);
        }
        for rounds in [10_000_000, u64::MAX] {
            let mut token = sent(&eight()[0], 1, None);
            token["key_derivation_iterations"] = rounds.into();
            let got = read(&recorded(&[token], &[]), Some(PASSWORD));
            assert!(matches!(got, Err(ImportError::TooMuchWork { .. })));
        }
    }

    #[test]
    fn the_tools_own_file_is_in_clear() {
        let token = |issuer: Value, name: &str, seed: &str| json!({"account_type": "github", "digits": 6, "issuer": issuer, "name": name, "decrypted_seed": seed});
        let file = json!({"message": "success", "decrypted_authenticator_tokens": [
            token("GitHub".into(), "GitHub: ada", "mfrggzdf"),
            token(Value::Null, "bob", "MFRGGZDF"),
            token("Shop".into(), "Shop: eve", "Decryption failed: Invalid padding length"),
            token("Shop".into(), "none", ""),
        ]});
        let got = read(file.to_string().as_bytes(), None).unwrap();
        let names: Vec<_> = got.entries.iter().map(|e| (e.issuer.as_str(), e.account.as_str())).collect();
        assert_eq!((got.format, names), ("authy-json", vec![("GitHub", "ada"), ("Github", "bob")]));
        let told: Vec<_> = got.skipped.iter().map(|s| (s.what.as_str(), s.why)).collect();
        assert_eq!(told, [("Shop: eve", "encrypted"), ("Shop: none", "no-secret")]);
        // Others have lists of that name within.
        let other = json!({"data": {"authenticator_tokens": []}, "items": [{"name": "a", "totp": "MEME"}]});
        assert_ne!(read(other.to_string().as_bytes(), None).map(|d| d.format), Ok("authy-json"));
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
        let tokens: Vec<Value> = eight().iter().take(2).map(|e| sent(e, 1, None)).collect();
        damage_at(100, &recorded(&tokens, &[]), |bytes| drop(read(bytes, Some(PASSWORD))));
        let csv = "name,encrypted_seed,salt,iv\na,AAAAAAAAAAAAAAAAAAAAAA==,salt,00\n";
        damage_at(5, csv.as_bytes(), |bytes| drop(read(bytes, Some(PASSWORD))));
    }

    #[test]
    fn known_files() {
        expected::check(&["authy"]);
    }
}
