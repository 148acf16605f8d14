//! `sparekey escrow new | inspect | open | reissue`: an administrator's key, made and used away from any network.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sparekey::core::passes::limits;
use sparekey::env::{Env, Millis};
use sparekey::policy::Policy;
use sparekey::recovery::bundle::short_name;
use sparekey::recovery::escrow::helpdesk::{Window, issue};
use sparekey::recovery::escrow::key_file::{KeyFile, KeyFileError, MAX_BYTES};
use sparekey::recovery::escrow::private_of_shares;
use sparekey::recovery::shares::make as make_shares;
use sparekey::secret::{Key, SecretText};
use sparekey::vault::bytes::{self, B64};
use sparekey::vault::escrow::{EscrowKey, IssuedNote, clean_name, words};
use sparekey::vault::file::{MAX_FILE, VaultFile};
use sparekey::vault::id::SlotId;
use sparekey::vault::kdf::{self, ARGON2ID, CostError};
use sparekey::vault::password::judge;
use sparekey::vault::sealed::{OpenError, Opened};
use sparekey::vault::slot::{SlotEntry, SlotKind};
use sparekey::vault::way::{SlotSecret, WayIn};
use sparekey::vault::{id::VaultId, seal};
use unicode_normalization::UnicodeNormalization;

use super::bundle::{self, Held, Printed, combined};
use super::convert::{read_file, read_password};
use super::export::{System, now};

/// A pass lasts so long unless something else is said, in minutes.
const USUAL_MINUTES: u32 = 60;
/// What a key file's derivation may take, in KiB.
const MAX_KIB: u32 = 2 * 1024 * 1024;
/// And how many times the work of ours.
const MOST_WORK: f64 = 1_000.0;
/// A policy is a few lines.
const MAX_POLICY: usize = 1024 * 1024;

/// What the command line asks for.
#[derive(Default)]
struct Arguments {
    files: Vec<PathBuf>,
    held: Held,
    name: Option<String>,
    shares: Option<String>,
    out: Option<PathBuf>,
    by: Option<String>,
    minutes: Option<u32>,
    start: Option<u64>,
    policy: Option<PathBuf>,
}

/// Why not, and the number that goes with it.
struct Refused(&'static str, Option<u32>);

impl From<&'static str> for Refused {
    fn from(code: &'static str) -> Self {
        Self(code, None)
    }
}

/// The document for a command line.
pub(crate) fn run(arguments: &[OsString]) -> Printed {
    let Some((verb, rest)) = arguments.split_first() else { return refused(Refused("usage", None)) };
    let parsed = |known: &[&str]| parse(rest, known);
    let done = match verb.to_str() {
        Some("new") => parsed(&["--name", "--shares", "--out", "--password-file"]).and_then(new),
        Some("inspect") => parsed(&["--escrow-shares"]).and_then(inspect),
        Some("open") => return bundle::open(rest),
        Some("reissue") => parsed(&[
            "--escrow-key",
            "--escrow-shares",
            "--password-file",
            "--out",
            "--by",
            "--minutes",
            "--start",
            "--policy",
        ])
        .and_then(reissue),
        _ => Err("usage".into()),
    };
    done.map_or_else(refused, Printed::Document)
}

/// The private half that was named on the command line, if one was.
pub(crate) fn private_half(held: &Held) -> Result<Option<Key>, &'static str> {
    if let Some(shares) = &held.escrow_shares {
        return Ok(Some(private_of_shares(&combined(&read_password(shares)?)?)));
    }
    let Some(path) = &held.escrow_key else { return Ok(None) };
    let file = KeyFile::parse(&read_file(path, MAX_BYTES)?).map_err(KeyFileError::code)?;
    let password = read_password(held.password_file.as_deref().ok_or("password-needed")?)?;
    let job = file.job().ok_or(KeyFileError::NoKeyFile.code())?;
    let salt: [u8; 16] = bytes::decode(&job.salt).ok_or(KeyFileError::NoKeyFile.code())?;
    // Ours costs 64 MiB in three passes. Whoever runs this tool can end it, but not when the memory is gone.
    let dear = matches!(kdf::check(job.params), Err(CostError::TooDear { kib }) if kib > MAX_KIB);
    if dear || kdf::times_ours(job.params) > MOST_WORK {
        return Err("too-much-work");
    }
    // As for a vault: the NFKC form first, then once the form as typed.
    let normal = SecretText::new(password.expose().nfkc().collect());
    let mut last = KeyFileError::WrongPassword;
    for text in [&normal, &password].into_iter().take(if normal == password { 1 } else { 2 }) {
        let key = kdf::derive(job.params, &salt, text.expose().as_bytes()).map_err(|_| "no-memory")?;
        match file.open(&SlotSecret { params: job.params, salt, key }) {
            Ok(private) => return Ok(Some(private)),
            Err(error) => last = error,
        }
    }
    Err(last.code())
}

/// Opens a bundle with an administrator's private half. Who wrote it is not known: anybody can seal to a public half.
pub(crate) fn open_by(file: &VaultFile, private: &Key) -> Result<(SlotId, Opened), &'static str> {
    if !file.slots().any(|(slot, _)| slot.kind == SlotKind::Escrow) {
        return Err("no-escrow");
    }
    file.open(&WayIn::Escrow(private.clone()), |_| true).map_err(|error| match error {
        OpenError::WrongSecret => "wrong-escrow-key",
        other => other.code(),
    })
}

/// `new`: a key pair, its private half in a file or in shares, and what goes into the policy.
fn new(arguments: Arguments) -> Result<Value, Refused> {
    let name = arguments.name.as_deref().and_then(clean_name).ok_or("usage")?;
    let out = arguments.out.ok_or("usage")?;
    let mut system = System::default();
    let mut env = Env { now: now(), entropy: &mut system };
    let (private, files): (Key, Vec<(PathBuf, String)>) =
        match (&arguments.shares, &arguments.held.password_file) {
            (Some(sharing), None) => {
                let (needed, count) = sharing.split_once('/').ok_or("usage")?;
                let sharing = (needed.parse().map_err(|_| "usage")?, count.parse().map_err(|_| "usage")?);
                let (secret, shares) = make_shares(env.entropy, sharing.0, sharing.1).ok_or("bad-sharing")?;
                let sheet = |number: usize| {
                    let mut name = out.clone().into_os_string();
                    name.push(format!(".share-{number}.txt"));
                    PathBuf::from(name)
                };
                let files = shares
                    .iter()
                    .zip(1..)
                    .map(|(share, number)| (sheet(number), share.to_words().expose().clone() + "\n"));
                (private_of_shares(&secret), files.collect())
            }
            (None, Some(password)) => {
                let password = read_password(password)?;
                let normal: SecretText = SecretText::new(password.expose().nfkc().collect());
                if !judge(normal.expose(), 0, 0).ok {
                    return Err("weak-password".into());
                }
                let salt = env.make_bytes();
                let key =
                    kdf::derive(ARGON2ID, &salt, normal.expose().as_bytes()).map_err(|_| "no-memory")?;
                let private = seal::make_pair(env.entropy).0;
                let secret = SlotSecret { params: ARGON2ID, salt, key };
                let file = KeyFile::make(&mut env, &name, &private, &secret).ok_or("self-check")?;
                // The proof: the file as it will be read.
                let again = KeyFile::parse(file.to_text().as_bytes()).and_then(|file| file.open(&secret));
                if again.as_ref() != Ok(&private) {
                    return Err("self-check".into());
                }
                (private, vec![(out, file.to_text())])
            }
            _ => return Err("usage".into()),
        };
    if system.failed {
        return Err("no-randomness".into());
    }
    let key = EscrowKey::of(&private).ok_or("self-check")?;
    // All or none: half a set of shares would lie around for nothing.
    if files.iter().any(|(path, _)| path.exists()) {
        return Err("file-exists".into());
    }
    for (path, text) in &files {
        write_new(path, text.as_bytes())?;
    }
    Ok(json!({
        "name": name,
        "key": key.to_text(),
        "words": key.words(),
        "files": files.iter().map(|(path, _)| path.to_string_lossy()).collect::<Vec<_>>(),
        "policy": { "escrowKey": key.to_text(), "escrowName": name },
        "error": null,
    }))
}

/// `inspect`: what a key file, shares or a bundle say of keys, without a secret being shown.
fn inspect(arguments: Arguments) -> Result<Value, Refused> {
    if let (Some(_), []) = (&arguments.held.escrow_shares, arguments.files.as_slice()) {
        let private = private_half(&arguments.held)?.ok_or("usage")?;
        let key = EscrowKey::of(&private).ok_or("self-check")?;
        return Ok(json!({ "what": "shares", "key": key.to_text(), "words": key.words(), "error": null }));
    }
    let [path] = arguments.files.as_slice() else { return Err("usage".into()) };
    let data = read_file(path, MAX_FILE)?;
    if let Ok(file) = KeyFile::parse(&data) {
        let key = file.public().ok_or(KeyFileError::NoKeyFile.code())?;
        return Ok(json!({
            "what": "key",
            "authentic": "unknown without the password",
            "name": file.name(),
            "key": key.to_text(),
            "words": key.words(),
            "made": file.made(),
            "kdf": file.job().map(|job| job.params),
            "error": null,
        }));
    }
    let file = VaultFile::parse(&data).map_err(|error| error.code())?;
    let header = file.header();
    Ok(json!({
        "what": "bundle",
        "authentic": "unknown without a key",
        "vault": short_name(header.vault),
        "saved": header.saved,
        "parties": parties(&file),
        "issued": header.issued.as_ref().map(issued_view),
        "error": null,
    }))
}

/// Who else can open a file, as it says.
pub(crate) fn parties(file: &VaultFile) -> Vec<Value> {
    let header = file.header();
    let here: Vec<SlotId> = file.slots().map(|(slot, _)| slot.id).collect();
    let slots = header.slots.iter().filter(|slot| slot.kind == SlotKind::Escrow);
    let party = |slot: &SlotEntry| {
        let note = header.parties().find(|note| note.id == slot.id);
        json!({
            "slot": slot.id,
            "name": note.map(|note| &note.name),
            "words": note.map(|note| words(&note.fingerprint.0)),
            "record": here.contains(&slot.id),
        })
    };
    slots.map(party).collect()
}

/// `reissue`: the newest of the bundles that are named, under a new key, with one temporary pass as its only way in.
fn reissue(arguments: Arguments) -> Result<Value, Refused> {
    let out = arguments.out.ok_or("usage")?;
    let private = private_half(&arguments.held)?.ok_or("usage")?;
    let (slot, opened) = newest(&arguments.files, &private)?;
    let key = EscrowKey::of(&private).ok_or("self-check")?;
    // The name that the user saw and agreed to, not one of today.
    let agreed = opened.header().parties().find(|note| note.id == slot).map(|note| note.name.clone());
    let at = now();
    let note = IssuedNote {
        by: agreed.unwrap_or_default(),
        person: arguments.by.as_deref().and_then(clean_name),
        fingerprint: B64(key.fingerprint()),
        at,
        of: opened.header().saved,
    };
    let policy = arguments.policy.as_deref().map(read_policy).transpose()?.unwrap_or_default();
    let limits = policy.pass_limits(limits(opened.header()));
    let minutes = arguments.minutes.unwrap_or(USUAL_MINUTES.clamp(limits.min, limits.max));
    let start = arguments.start.map(|seconds| Millis(seconds.saturating_mul(1000)));
    let mut system = System::default();
    let mut env = Env { now: at, entropy: &mut system };
    let made = issue(&opened, note.clone(), Window { minutes, start }, &limits, &mut env)
        .map_err(|error| Refused(error.code(), error.number()))?;
    if system.failed {
        return Err("no-randomness".into());
    }
    write_new(&out, &made.file.to_bytes())?;
    Ok(json!({
        "file": out.to_string_lossy(),
        "pass": made.pass.to_text().expose(),
        "from": made.from,
        "until": made.until,
        "once": true,
        "entries": made.entries,
        "made_of": { "vault": short_name(opened.header().vault), "generation": opened.header().generation, "saved": opened.header().saved },
        "issued": issued_view(&note),
        "error": null,
    }))
}

/// The highest generation that opens. All must be of one vault: a pass for somebody else's accounts would be a bad mistake.
fn newest(files: &[PathBuf], private: &Key) -> Result<(SlotId, Opened), &'static str> {
    let mut best: Option<(SlotId, Opened)> = None;
    let mut vault: Option<VaultId> = None;
    for path in files {
        let file = VaultFile::parse(&read_file(path, MAX_FILE)?).map_err(|error| error.code())?;
        let (slot, opened) = open_by(&file, private)?;
        let header = opened.header();
        if vault.is_some_and(|vault| vault != header.vault) {
            return Err("several-vaults");
        }
        vault = Some(header.vault);
        if best.as_ref().is_none_or(|(_, best)| best.header().generation < header.generation) {
            best = Some((slot, opened));
        }
    }
    best.ok_or("usage")
}

/// Who issued a helpdesk bundle, as it says.
pub(crate) fn issued_view(note: &IssuedNote) -> Value {
    json!({ "by": note.by, "person": note.person, "words": words(&note.fingerprint.0), "at": note.at })
}

/// The rules of the extension, bare or as Chrome's and Firefox's files have them.
fn read_policy(path: &Path) -> Result<Policy, &'static str> {
    let value: Value = serde_json::from_slice(&read_file(path, MAX_POLICY)?).map_err(|_| "not-a-policy")?;
    let inside = ["/3rdparty/extensions", "/policies/3rdparty/Extensions"]
        .iter()
        .find_map(|place| value.pointer(place)?.as_object()?.values().next().cloned());
    let rules = inside.unwrap_or(value);
    if rules.is_object() { Ok(Policy::parse(&rules.to_string())) } else { Err("not-a-policy") }
}

/// Never over a file that is there; for its owner alone where the system knows that.
fn write_new(path: &Path, data: &[u8]) -> Result<(), &'static str> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => "file-exists",
        _ => "cannot-write",
    })?;
    file.write_all(data).and_then(|()| file.sync_all()).map_err(|_| "cannot-write")
}

fn refused(Refused(code, number): Refused) -> Printed {
    Printed::Document(match number {
        Some(number) => json!({ "error": code, "number": number }),
        None => json!({ "error": code }),
    })
}

fn parse(arguments: &[OsString], known: &[&str]) -> Result<Arguments, Refused> {
    let mut parsed = Arguments::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let option = argument.to_str().unwrap_or_default();
        if option.starts_with("--") && !known.contains(&option) {
            return Err("usage".into());
        }
        if parsed.held.take(option, &mut rest)? {
            continue;
        }
        let mut text = || rest.next().and_then(|value| value.to_str()).map(str::to_owned).ok_or("usage");
        match option {
            "--name" => parsed.name = Some(text()?),
            "--shares" => parsed.shares = Some(text()?),
            "--by" => parsed.by = Some(text()?),
            "--minutes" => parsed.minutes = Some(text()?.parse().map_err(|_| "usage")?),
            "--start" => parsed.start = Some(text()?.parse().map_err(|_| "usage")?),
            "--out" => parsed.out = Some(rest.next().ok_or("usage")?.into()),
            "--policy" => parsed.policy = Some(rest.next().ok_or("usage")?.into()),
            _ => parsed.files.push(argument.into()),
        }
    }
    Ok(parsed)
}
