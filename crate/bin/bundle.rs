//! `sparekey open | codes | inspect`: our own files, without a browser.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use sparekey::env::Millis;
use sparekey::import::{ImportError, Limits, open_sparekey};
use sparekey::otp::base32::base32;
use sparekey::otp::uri::write_uri;
use sparekey::protocol::DeriveJob;
use sparekey::recovery::offline_pass::{self, Lock, OfflineError};
use sparekey::recovery::shares::combine;
use sparekey::recovery::shares::share::Share;
use sparekey::secret::{SecretBytes, SecretText};
use sparekey::vault::body::Body;
use sparekey::vault::code::Code;
use sparekey::vault::entry::Entry;
use sparekey::vault::file::{FileError, MAX_FILE, VaultFile};
use sparekey::vault::kdf::CostError;
use sparekey::vault::kept::Kept;
use sparekey::vault::log_chain::LogChain;
use sparekey::vault::sealed::{OpenError, Opened};
use sparekey::vault::way::{SlotSecret, WayIn};
use sparekey::vault::{bytes, kdf};
use unicode_normalization::UnicodeNormalization;

use super::convert::{read_file, read_password};
use super::escrow;

/// What the command line asks for.
#[derive(Default)]
struct Arguments {
    file: Option<PathBuf>,
    held: Held,
    at: Option<u64>,
    otpauth: bool,
}

/// The files with what the user holds. A code and a password together: the code goes with the password.
#[derive(Default)]
pub(crate) struct Held {
    /// A password.
    pub password_file: Option<PathBuf>,
    /// A recovery code or a temporary pass.
    pub code_file: Option<PathBuf>,
    /// Shares, one a line.
    pub shares_file: Option<PathBuf>,
    /// The file with an administrator's key; the password opens it.
    pub escrow_key: Option<PathBuf>,
    /// Shares of an administrator's key, one a line.
    pub escrow_shares: Option<PathBuf>,
}

impl Held {
    /// Takes an option of the command line with its value; false when it is none of these.
    pub fn take<'a>(
        &mut self,
        option: &str,
        rest: &mut impl Iterator<Item = &'a OsString>,
    ) -> Result<bool, &'static str> {
        let into = match option {
            "--password-file" => &mut self.password_file,
            "--code-file" | "--pass-file" => &mut self.code_file,
            "--shares-file" => &mut self.shares_file,
            "--escrow-key" => &mut self.escrow_key,
            "--escrow-shares" => &mut self.escrow_shares,
            _ => return Ok(false),
        };
        *into = Some(rest.next().ok_or("usage")?.into());
        Ok(true)
    }
}

/// Memory for one derivation, 2 GiB.
const MAX_KDF_KIB: u32 = 2048 * 1024;
/// The options of [`Held`].
const HELD: [&str; 6] =
    ["--password-file", "--code-file", "--pass-file", "--shares-file", "--escrow-key", "--escrow-shares"];

/// What is printed.
pub(crate) enum Printed {
    /// A document; its `error` decides the exit status.
    Document(Value),
    /// Plain lines.
    Lines(String),
}

/// `open`: every entry with its secret; of an offline pass its codes.
pub(crate) fn open(arguments: &[OsString]) -> Printed {
    let arguments = parse(arguments, &["--json", "--otpauth"]);
    if let Some(document) = arguments.as_ref().ok().and_then(|arguments| offline(arguments, None)) {
        return Printed::Document(document);
    }
    match arguments.and_then(|arguments| Ok((opened(&arguments)?, arguments.otpauth))) {
        Err(code) => Printed::Document(json!({ "entries": [], "error": code })),
        Ok((vault, true)) => {
            let entries = vault.body.entries.iter();
            let lines = entries.filter_map(|entry| write_uri(&entry.issuer, &entry.account, &entry.otp));
            Printed::Lines(lines.collect::<Vec<_>>().join("\n"))
        }
        Ok((vault, false)) => {
            let mut document = json!({
                "vault": vault.header().vault,
                "generation": vault.header().generation,
                "saved": vault.header().saved,
                "entries": vault.body.entries.iter().map(shown).collect::<Vec<_>>(),
                "error": null,
            });
            if !vault.body.kept.is_empty() {
                document["kept"] = vault.body.kept.iter().map(kept).collect();
            }
            if let Some(chain) = &vault.body.log_chain {
                document["log_head"] = log_head(&vault.body, chain);
            }
            Printed::Document(document)
        }
    }
}

/// The running head over all the lines of the log; none where the chain is not of these lines.
fn log_head(body: &Body, chain: &LogChain) -> Value {
    json!({
        "began": chain.began,
        "dropped": chain.from,
        "count": chain.from.saturating_add(body.log.len() as u64),
        "head": body.log_head().map(|head| data_encoding::HEXLOWER.encode(&head.head)),
    })
}

/// A note of an account that no entry can hold, with its text.
fn kept(item: &Kept) -> Value {
    json!({
        "id": item.id,
        "at": item.at,
        "format": item.format,
        "issuer": item.issuer,
        "name": item.account,
        "type": item.kind,
        "reason": item.reason,
        "text": item.text.expose(),
    })
}

/// An entry with its secret, as a document of our own. Backup codes and the mark of an emergency entry where there are.
fn shown(entry: &Entry) -> Value {
    let mut shown = json!({
        "id": entry.id,
        "type": entry.otp.kind().name(),
        "issuer": entry.issuer,
        "name": entry.account,
        "secret": base32(entry.otp.secret()),
        "algorithm": entry.otp.algorithm().name(),
        "digits": entry.otp.digits().count(),
        "period": entry.otp.period().map(|period| period.seconds()),
        "counter": counter(&entry.otp),
        "note": entry.note,
        "tags": entry.tags,
        "sites": entry.sites,
        "trashed": entry.trashed.is_some(),
    });
    if let Some(list) = entry.backup_codes.as_ref().filter(|list| !list.codes.is_empty()) {
        shown["backup_codes"] = json!(list.codes);
    }
    mark_emergency(shown, entry)
}

fn mark_emergency(mut shown: Value, entry: &Entry) -> Value {
    if entry.emergency {
        shown["emergency"] = json!(true);
    }
    shown
}

/// `codes`: what each entry shows at an instant.
pub(crate) fn codes(arguments: &[OsString]) -> Printed {
    let arguments = parse(arguments, &["--at"]);
    if let Ok(given) = &arguments
        && let Some(document) = offline(given, Some(given.at.unwrap_or_else(unix_now)))
    {
        return Printed::Document(document);
    }
    let done = arguments.and_then(|arguments| {
        let vault = opened(&arguments)?;
        let at = arguments.at.unwrap_or_else(unix_now);
        Ok((vault, at))
    });
    Printed::Document(match done {
        Err(code) => json!({ "codes": [], "error": code }),
        Ok((vault, at)) => json!({
            "at": at,
            "codes": vault.body.entries.iter().filter(|entry| entry.trashed.is_none()).map(|entry| {
                let code = entry.otp.code_at(Millis(at.saturating_mul(1000)));
                let shown = json!({
                    "issuer": entry.issuer,
                    "name": entry.account,
                    "code": code.code.expose(),
                    "until": code.until.map(Millis::unix_seconds),
                });
                mark_emergency(shown, entry)
            }).collect::<Vec<_>>(),
            "error": null,
        }),
    })
}

fn unix_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map(|since| since.as_secs()).unwrap_or_default()
}

/// An offline pass, when the file is one: its window and, at an instant, the codes that it has then. What opens it is read
/// from the code file or the password file.
fn offline(arguments: &Arguments, at: Option<u64>) -> Option<Value> {
    let text = String::from_utf8(read_file(arguments.file.as_deref()?, MAX_FILE).ok()?).ok()?;
    if !offline_pass::is_one(&text) {
        return None;
    }
    let opened = || -> Result<offline_pass::Opened, &'static str> {
        let looked = offline_pass::look(&text).map_err(|error| error.code())?;
        let Some(job) = looked.job else {
            let file = arguments.held.code_file.as_ref().ok_or("code-needed")?;
            let code = Code::parse(read_password(file)?.expose()).map_err(|error| error.code())?;
            return offline_pass::open(&text, &Lock::Code(code)).map_err(|error| error.code());
        };
        let file = arguments.held.password_file.as_ref().ok_or("password-needed")?;
        open_by_passphrase(&text, &job, &read_password(file)?)
    };
    Some(match opened() {
        Err(code) => json!({ "codes": [], "error": code }),
        Ok(pass) => {
            let at = at.unwrap_or_else(unix_now);
            let named: Vec<_> =
                pass.accounts().map(|each| (each.issuer.to_owned(), each.account.to_owned())).collect();
            let codes = pass.codes(Millis(at.saturating_mul(1000)));
            json!({
                "at": at,
                "from": pass.window.from.unix_seconds(),
                "until": pass.window.until.unix_seconds(),
                "state": pass.window.state(Millis(at.saturating_mul(1000))),
                "accounts": named.iter().map(|(issuer, name)| json!({ "issuer": issuer, "name": name })).collect::<Vec<_>>(),
                "codes": codes.iter().map(|shown| json!({
                    "issuer": named[shown.at].0,
                    "name": named[shown.at].1,
                    "code": shown.code.expose(),
                    "until": shown.until.unix_seconds(),
                })).collect::<Vec<_>>(),
                "error": null,
            })
        }
    })
}

/// Whoever runs this tool can end it: only memory is bounded.
fn open_by_passphrase(
    text: &str,
    job: &DeriveJob,
    passphrase: &SecretText,
) -> Result<offline_pass::Opened, &'static str> {
    match kdf::check(job.params) {
        Err(CostError::TooCheap) => return Err("weak-kdf"),
        Err(CostError::TooDear { kib }) if kib > MAX_KDF_KIB => return Err("too-much-work"),
        _ => {}
    }
    let salt: [u8; 16] = bytes::decode(&job.salt).ok_or(OfflineError::Damaged.code())?;
    let normal = SecretText::new(passphrase.expose().nfkc().collect());
    let key = kdf::derive(job.params, &salt, normal.expose().as_bytes()).map_err(|_| "too-much-work")?;
    let lock = Lock::Passphrase(SlotSecret { params: job.params, salt, key });
    offline_pass::open(text, &lock).map_err(|error| error.code())
}

/// `inspect`: what can be said without a key.
pub(crate) fn inspect(arguments: &[OsString]) -> Printed {
    let file = parse(arguments, &[]).and_then(|arguments| read(&arguments));
    Printed::Document(match file {
        Err(code) => json!({ "error": code }),
        Ok(file) => {
            let header = file.header();
            let here: Vec<_> = file.slots().map(|(slot, record)| (slot.id, record.kdf)).collect();
            json!({
                "format": "sparekey/1",
                "authentic": "unknown without a key",
                "vault": header.vault,
                "origin": header.origin,
                "device": header.device,
                "epoch": header.epoch,
                "generation": header.generation,
                "saved": header.saved,
                "slots": header.slots.iter().map(|slot| json!({
                    "id": slot.id,
                    "kind": slot.kind,
                    "use": slot.usage,
                    "not_before": slot.not_before,
                    "not_after": slot.not_after,
                    "uses": slot.uses,
                    "kdf": here.iter().find(|(id, _)| *id == slot.id).map(|(_, kdf)| kdf),
                    "record": here.iter().any(|(id, _)| *id == slot.id),
                })).collect::<Vec<_>>(),
                "parties": escrow::parties(&file),
                "issued": header.issued.as_ref().map(escrow::issued_view),
                "error": null,
            })
        }
    })
}

fn parse(arguments: &[OsString], known: &[&str]) -> Result<Arguments, &'static str> {
    let mut parsed = Arguments::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let text = argument.to_str().unwrap_or_default();
        if text.starts_with("--") && !known.contains(&text) && !HELD.contains(&text) {
            return Err("usage");
        }
        if parsed.held.take(text, &mut rest)? {
            continue;
        }
        match text {
            "--at" => {
                let at = rest.next().and_then(|at| at.to_str()?.parse().ok());
                parsed.at = Some(at.ok_or("usage")?);
            }
            "--json" => parsed.otpauth = false,
            "--otpauth" => parsed.otpauth = true,
            _ if parsed.file.is_none() => parsed.file = Some(argument.into()),
            _ => return Err("usage"),
        }
    }
    Ok(parsed)
}

fn read(arguments: &Arguments) -> Result<VaultFile, &'static str> {
    let path: &Path = arguments.file.as_deref().ok_or("usage")?;
    VaultFile::parse(&read_file(path, MAX_FILE)?).map_err(|error| error.code())
}

fn opened(arguments: &Arguments) -> Result<Opened, &'static str> {
    open_file(&read(arguments)?, &arguments.held)
}

/// Opens one of our files with what the user holds.
pub(crate) fn open_file(file: &VaultFile, held: &Held) -> Result<Opened, &'static str> {
    if let Some(private) = escrow::private_half(held)? {
        return escrow::open_by(file, &private).map(|(_, opened)| opened);
    }
    if let Some(shares) = &held.shares_file {
        let secret = combined(&read_password(shares)?)?;
        return open_with(file, [WayIn::from_master_secret(&secret)], "wrong-shares");
    }
    match (&held.code_file, &held.password_file) {
        (None, None) => Err("password-needed"),
        (None, Some(password)) => open_by_password(file, &read_password(password)?),
        (Some(code), password) => {
            let code = Code::parse(read_password(code)?.expose()).map_err(|error| error.code())?;
            match password {
                None => open_with(file, [WayIn::Code(code)], "wrong-code"),
                Some(password) => open_by_pair(file, &code, &read_password(password)?),
            }
        }
    }
}

fn open_with(
    file: &VaultFile,
    ways: impl IntoIterator<Item = WayIn>,
    wrong: &'static str,
) -> Result<Opened, &'static str> {
    for way in ways {
        match file.open(&way, |_| true) {
            Ok((_, opened)) => return Ok(opened),
            Err(error @ (OpenError::Damaged | OpenError::Stopped)) => return Err(error.code()),
            Err(OpenError::WrongSecret) => {}
        }
    }
    Err(wrong)
}

/// What shares come to: a share a line; empty lines are passed over.
pub(crate) fn combined(text: &SecretText) -> Result<SecretBytes, &'static str> {
    let lines = text.expose().lines().filter(|line| !line.trim().is_empty());
    let set = lines.map(Share::parse).collect::<Result<Vec<_>, _>>().map_err(|error| error.code())?;
    combine(&set, b"").map_err(|error| error.code())
}

fn open_by_pair(file: &VaultFile, code: &Code, password: &SecretText) -> Result<Opened, &'static str> {
    let normal = SecretText::new(password.expose().nfkc().collect());
    let mut ways = Vec::new();
    for job in file.pair_jobs(|_| true, 3) {
        let salt: [u8; 16] = bytes::decode(&job.salt).ok_or(FileError::Damaged.code())?;
        for text in [&normal, password].into_iter().take(if normal == *password { 1 } else { 2 }) {
            let key = kdf::derive(job.params, &salt, text.expose().as_bytes())
                .map_err(|_| FileError::Damaged.code())?;
            ways.push(WayIn::Pair(code.clone(), SlotSecret { params: job.params, salt, key }));
        }
    }
    open_with(file, ways, "wrong-code-or-password")
}

fn open_by_password(file: &VaultFile, password: &SecretText) -> Result<Opened, &'static str> {
    // Whoever runs this tool can end it: only memory is bounded.
    let limits = Limits { max_kdf_kib: MAX_KDF_KIB, max_work: 100_000_000, ..Limits::default() };
    // FORMAT.md section 4: the NFKC form first, then once the form as typed.
    let normal = SecretText::new(password.expose().nfkc().collect());
    match open_sparekey(file, &normal, &limits) {
        Err(ImportError::WrongPassword) if normal != *password => open_sparekey(file, password, &limits),
        other => other,
    }
    .map_err(|error| match error {
        // The importers' word for what FORMAT.md section 5 calls damaged.
        ImportError::BadContent => FileError::Damaged.code(),
        other => other.code(),
    })
}

fn counter(otp: &sparekey::otp::Otp) -> Option<u64> {
    match otp.kind() {
        sparekey::otp::Kind::Hotp { counter } => Some(counter),
        _ => None,
    }
}
