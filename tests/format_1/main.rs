//! Format 1 for ever: files written once, by a seeded generator, that must still open and hold what
//! `tests/fixtures/format-1/expected.json` says, and broken ones that must be refused with the error it names.
//! The core, the native tool and the second reader (`tests/reader/read.py`) must agree on every one of them.
//!
//! `SPAREKEY_WRITE_FIXTURES=1 cargo test --test format_1` adds what is not there yet. It never changes a file.

#![allow(clippy::unwrap_used)]

mod escrow;
mod escrow_tool;
mod fixtures;
mod kit;
mod offline;
mod parts;
mod tool;
mod vectors;
mod ways;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sparekey::import::{ImportError, Limits, open_sparekey};
use sparekey::secret::SecretText;
use sparekey::vault::file::VaultFile;
use sparekey::vault::sealed::Opened;

/// What a file must come to. One thing per file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Expected {
    what: String,
    password: String,
    /// A recovery code or pass; with a password it goes with that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// Shares, one a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shares: Option<String>,
    /// The text of an administrator's key file, which `password` opens; or the shares of such a key, one a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    escrow: Option<String>,
    /// `null`: it opens.
    error: Option<String>,
    /// As the native tool prints them.
    entries: Vec<Value>,
    /// Notes of accounts that are no entries, in the same way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    kept: Vec<Value>,
    /// The running head of the log, in the same way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    log_head: Option<Value>,
}

/// A file with its name.
struct Made {
    name: String,
    what: String,
    password: String,
    code: Option<String>,
    shares: Option<String>,
    escrow: Option<String>,
    error: Option<&'static str>,
    bytes: Vec<u8>,
}

#[test]
fn every_file_is_what_it_was_and_every_reader_agrees() {
    let folder = folder();
    if std::env::var_os("SPAREKEY_WRITE_FIXTURES").is_some() {
        write(&folder);
    }
    let all = expected(&folder);
    let broken = all.values().filter(|it| it.error.is_some()).count();
    assert!(broken >= 60 && all.len() - broken >= 8, "{broken} of {}", all.len());

    for (name, expected) in &all {
        let got = expected.open(&fs::read(folder.join(name)).unwrap());
        assert_eq!(got.as_ref().err(), expected.error.as_ref(), "{name}: {}", expected.what);
        if let Ok(entries) = got {
            assert_eq!(entries, expected.entries, "{name}");
            let bytes = fs::read(folder.join(name)).unwrap();
            assert_eq!(expected.kept(&bytes), expected.kept, "{name}");
            assert_eq!(expected.log_head(&bytes), expected.log_head, "{name}");
        }
    }
    let on_disk = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let strays: Vec<_> =
        on_disk.filter(|name| name.ends_with(".sparekey") && !all.contains_key(name)).collect();
    assert!(strays.is_empty(), "no expectation for {strays:?}");
    second_reader(&all.iter().map(|(name, it)| (folder.join(name), it.clone())).collect::<Vec<_>>());
}

/// One file, and everything that opens it: the same entries with all of their fields, and the same notes.
#[test]
fn each_way_in_opens_the_same_file_to_the_same_content() {
    let (folder, all) = (folder(), expected(&folder()));
    let ways = ["password", "code", "pair", "shares", "escrow"];
    let of = |way: &str| {
        let name = format!("every-way-{way}.sparekey");
        (fs::read(folder.join(&name)).unwrap(), all[&name].clone())
    };
    let (bytes, first) = of(ways[0]);
    let kinds: Vec<&str> =
        VaultFile::parse(&bytes).unwrap().slots().map(|(slot, _)| slot.kind.name()).collect();
    assert_eq!(kinds, ways);
    for way in ways {
        let (same, expected) = of(way);
        assert!(same == bytes, "{way}: the same file");
        assert_eq!((&expected.entries, &expected.kept), (&first.entries, &first.kept), "{way}");
        assert_eq!(expected.open(&bytes).as_ref(), Ok(&first.entries), "{way}");
        let held = [&expected.code, &expected.shares, &expected.escrow].map(Option::is_some);
        let right = match way {
            "password" => [false, false, false],
            "code" | "pair" => [true, false, false],
            "shares" => [false, true, false],
            _ => [false, false, true],
        };
        assert_eq!((held, expected.password.is_empty()), (right, matches!(way, "code" | "shares")), "{way}");
    }
    for member in ["note", "tags", "sites", "backup_codes", "counter", "period"] {
        let says = |entry: &Value| {
            !matches!(&entry[member], Value::Null)
                && entry[member] != ""
                && entry[member] != Value::Array(Vec::new())
        };
        assert!(first.entries.iter().any(says), "{member} is in it");
    }
    assert!(first.entries.iter().any(|entry| entry["emergency"] == true));
    assert!(first.entries.iter().any(|entry| entry["trashed"] == true));
    assert!(first.entries.len() >= 8 && !first.kept.is_empty());
}

/// Too large to be kept in the tree.
#[test]
fn limits_hold_before_anything_is_computed() {
    let temporary = tool::Folder::new("limits");
    let made: Vec<(PathBuf, Expected)> = vectors::too_large()
        .into_iter()
        .map(|made| {
            let got = native(&made.bytes, &made.password, None);
            assert_eq!(got.err().as_deref(), made.error, "{}", made.what);
            (temporary.write(&made.name, &made.bytes), made.expected())
        })
        .collect();
    second_reader(&made);
}

impl Made {
    fn expected(&self) -> Expected {
        let expected = Expected {
            what: self.what.clone(),
            password: self.password.clone(),
            code: self.code.clone(),
            shares: self.shares.clone(),
            escrow: self.escrow.clone(),
            error: self.error.map(Into::into),
            entries: Vec::new(),
            kept: Vec::new(),
            log_head: None,
        };
        let entries = expected.open(&self.bytes).unwrap_or_default();
        let (kept, log_head) = (expected.kept(&self.bytes), expected.log_head(&self.bytes));
        Expected { entries, kept, log_head, ..expected }
    }
}

impl Expected {
    /// What the core says of the notes in a file.
    fn kept(&self, bytes: &[u8]) -> Vec<Value> {
        self.opened(bytes).map(|opened| opened.body.kept.iter().map(tool::kept).collect()).unwrap_or_default()
    }

    /// The same of the log's running head.
    fn log_head(&self, bytes: &[u8]) -> Option<Value> {
        tool::log_head(&self.opened(bytes).ok()?.body)
    }

    /// What the core says of a file: its entries as the native tool prints them, or the error's code.
    fn open(&self, bytes: &[u8]) -> Result<Vec<Value>, String> {
        Ok(self.opened(bytes)?.body.entries.iter().map(tool::shown).collect())
    }

    fn opened(&self, bytes: &[u8]) -> Result<Opened, String> {
        match (&self.escrow, &self.shares) {
            (Some(held), _) => escrow::open(bytes, held, &self.password),
            (_, Some(shares)) => ways::by_shares(bytes, shares),
            _ => native(bytes, &self.password, self.code.as_deref()),
        }
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/format-1")
}

fn expected(folder: &Path) -> BTreeMap<String, Expected> {
    serde_json::from_str(&fs::read_to_string(folder.join("expected.json")).unwrap()).unwrap()
}

/// Frozen means frozen: what is there stays as it is.
fn write(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    let mut all = if folder.join("expected.json").exists() { expected(folder) } else { BTreeMap::new() };
    for made in fixtures::all().into_iter().chain(vectors::all()).chain(ways::all()).chain(escrow::all()) {
        if !all.contains_key(&made.name) {
            fs::write(folder.join(&made.name), &made.bytes).unwrap();
            all.insert(made.name.clone(), made.expected());
        }
    }
    let text = serde_json::to_string_pretty(&all).unwrap() + "\n";
    fs::write(folder.join("expected.json"), text).unwrap();
}

/// With a password, a code, or both.
fn native(bytes: &[u8], password: &str, code: Option<&str>) -> Result<Opened, String> {
    let file = VaultFile::parse(bytes).map_err(|error| error.code().to_owned())?;
    if let Some(code) = code {
        return ways::open(&file, code, password);
    }
    let normal = fixtures::nfkc(password);
    let open = |text: &str| open_sparekey(&file, &SecretText::new(text.into()), &Limits::default());
    let opened = match open(&normal) {
        Err(ImportError::WrongPassword) if normal != password => open(password),
        other => other,
    };
    opened.map_err(|error| match error {
        ImportError::BadContent => "damaged-file".to_owned(),
        other => other.code().to_owned(),
    })
}

/// Where the build put a Python with the reader's two packages.
fn python() -> Result<PathBuf, String> {
    let told = std::env::var_os("SPAREKEY_READER_PYTHON").map(PathBuf::from);
    let python = told.unwrap_or_else(|| "python3".into());
    let has = Command::new(&python)
        .args(["-c", "import argon2, cryptography"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if has { Ok(python) } else { Err(format!("{} has no argon2-cffi and cryptography", python.display())) }
}

/// One process for all files; its own command line is tried on the first one.
fn second_reader(all: &[(PathBuf, Expected)]) {
    let python = match python() {
        Ok(python) => python,
        Err(why) => return eprintln!("SKIPPED: the second reader: {why}"),
    };
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reader");
    let temporary = tool::Folder::new("reader");
    let mut jobs = Vec::new();
    for (at, (path, expected)) in all.iter().enumerate() {
        let password = temporary.write(&format!("{at}.txt"), expected.password.as_bytes());
        let code = expected.code.as_ref();
        let code = code.map(|code| temporary.write(&format!("{at}-code.txt"), code.as_bytes()));
        // A code alone: no password beside it.
        let shares = expected.shares.as_ref();
        let shares = shares.map(|shares| temporary.write(&format!("{at}-shares.txt"), shares.as_bytes()));
        let escrow = expected.escrow.as_ref();
        let escrow = escrow.map(|held| temporary.write(&format!("{at}-escrow.txt"), held.as_bytes()));
        let (key, parts) = escrow::kept(expected, escrow);
        let alone = code.is_some() || shares.is_some() || parts.is_some();
        let password = (!alone || !expected.password.is_empty()).then_some(password);
        jobs.push((path.clone(), password, code, shares, key, parts));
    }
    let list = temporary.write("jobs.json", &serde_json::to_vec(&jobs).unwrap());
    let script = "import sys, json; sys.dont_write_bytecode = True; sys.path.insert(0, sys.argv[1]); import read\n\
                  for job in json.load(open(sys.argv[2])): print(json.dumps(read.run(*job)))";
    let output = Command::new(&python).args(["-c", script]).arg(&here).arg(&list).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    assert_eq!(lines.lines().count(), all.len());
    for (line, (path, expected)) in lines.lines().zip(all) {
        let said: Value = serde_json::from_str(line).unwrap();
        let error = said["error"].as_str().map(ToOwned::to_owned);
        assert_eq!(error, expected.error, "{}: {}", path.display(), expected.what);
        assert_eq!(said["entries"], Value::Array(expected.entries.clone()), "{}", path.display());
        tool::same_notes(&said, expected, &path.display().to_string());
    }
    let (file, password, ..) = &jobs[0];
    let output = Command::new(&python)
        .arg("-B")
        .arg(here.join("read.py"))
        .arg(file)
        .arg("--password-file")
        .arg(password.as_ref().unwrap())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(if all[0].1.error.is_some() { 2 } else { 0 }));
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(said["entries"], Value::Array(all[0].1.entries.clone()));
}
