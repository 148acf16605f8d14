//! The native tool on the same files: what it prints, its error codes and its exit status.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};
use sparekey::otp::Kind;
use sparekey::otp::base32::base32;
use sparekey::vault::body::Body;
use sparekey::vault::entry::Entry;
use sparekey::vault::kept::Kept;

use super::Expected;
use super::fixtures::PASSWORD;

/// A folder of a test's own, gone with it: tests of one process run side by side.
pub struct Folder(PathBuf);

static FOLDERS: AtomicU32 = AtomicU32::new(0);

impl Folder {
    pub fn new(name: &str) -> Self {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("sparekey-{name}-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// An entry as `sparekey open` and the second reader print it.
pub fn shown(entry: &Entry) -> Value {
    let counter = match entry.otp.kind() {
        Kind::Hotp { counter } => Some(counter),
        _ => None,
    };
    let mut shown = json!({
        "id": entry.id,
        "type": entry.otp.kind().name(),
        "issuer": entry.issuer,
        "name": entry.account,
        "secret": base32(entry.otp.secret()),
        "algorithm": entry.otp.algorithm().name(),
        "digits": entry.otp.digits().count(),
        "period": entry.otp.period().map(|period| period.seconds()),
        "counter": counter,
        "note": entry.note,
        "tags": entry.tags,
        "sites": entry.sites,
        "trashed": entry.trashed.is_some(),
    });
    if let Some(list) = entry.backup_codes.as_ref().filter(|list| !list.codes.is_empty()) {
        shown["backup_codes"] = json!(list.codes);
    }
    if entry.emergency {
        shown["emergency"] = json!(true);
    }
    shown
}

/// A note as both print it.
pub fn kept(item: &Kept) -> Value {
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

/// Whether a document has the notes that are expected; without any it does not speak of them.
pub fn same_notes(said: &Value, expected: &Expected, name: &str) {
    let wanted = (!expected.kept.is_empty()).then(|| Value::Array(expected.kept.clone()));
    assert_eq!(said.get("kept"), wanted.as_ref(), "{name}");
    assert_eq!(said.get("log_head"), expected.log_head.as_ref(), "{name}");
}

/// The running head of a log that has a chain.
pub fn log_head(body: &Body) -> Option<Value> {
    let chain = body.log_chain.as_ref()?;
    Some(json!({
        "began": chain.began,
        "dropped": chain.from,
        "count": chain.from + body.log.len() as u64,
        "head": body.log_head().map(|head| data_encoding::HEXLOWER.encode(&head.head)),
    }))
}

/// Runs the tool with nothing to read from: were it to prompt, it would hang or fail here.
fn run(arguments: &[&Path]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sparekey")).args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn document(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_tool_says_of_every_file_what_is_expected() {
    let folder = super::folder();
    let temporary = Folder::new("tool");
    for (name, expected) in super::expected(&folder) {
        let file = folder.join(&name);
        let password = temporary.write("password", format!("{}\n", expected.password).as_bytes());
        let code = expected.code.as_ref().map(|code| temporary.write("code", code.as_bytes()));
        let mut arguments: Vec<&Path> = vec!["open".as_ref(), &file];
        if let Some(code) = &code {
            arguments.extend(["--code-file".as_ref(), code.as_path()]);
        }
        let shares = expected.shares.as_ref().map(|shares| temporary.write("shares", shares.as_bytes()));
        if let Some(shares) = &shares {
            arguments.extend(["--shares-file".as_ref(), shares.as_path()]);
        }
        let escrow = expected.escrow.as_ref().map(|held| temporary.write("escrow", held.as_bytes()));
        let (key, parts) = super::escrow::kept(&expected, escrow);
        for (option, file) in [("--escrow-key", &key), ("--escrow-shares", &parts)] {
            arguments.extend(file.iter().flat_map(|file| [Path::new(option), file.as_path()]));
        }
        if (code.is_none() && shares.is_none() && parts.is_none()) || !expected.password.is_empty() {
            arguments.extend(["--password-file".as_ref(), password.as_path()]);
        }
        let output = run(&arguments);
        let said = document(&output);
        assert_eq!(said["error"], json!(expected.error), "{name}: {}", expected.what);
        assert_eq!(said["entries"], Value::Array(expected.entries.clone()), "{name}");
        same_notes(&said, &expected, &name);
        assert_eq!(output.status.code(), Some(if expected.error.is_some() { 2 } else { 0 }), "{name}");

        // Without a key: what parses is described, and nothing in it is called authentic.
        let output = run(&["inspect".as_ref(), &file]);
        let said = document(&output);
        match said["error"].as_str() {
            None => assert_eq!(said["authentic"], "unknown without a key", "{name}"),
            Some(error) => assert_eq!(Some(error), expected.error.as_deref(), "{name}"),
        }
        assert_eq!(output.status.code(), Some(if said["error"].is_null() { 0 } else { 2 }), "{name}");
    }
}

#[test]
fn a_pass_has_an_option_of_its_own() {
    let (folder, temporary) = (super::folder(), Folder::new("pass"));
    let all = super::expected(&folder);
    for name in ["way-pass.sparekey", "way-helpdesk.sparekey"] {
        let expected = &all[name];
        let pass = temporary.write("pass", expected.code.as_ref().unwrap().as_bytes());
        let by = |pass: &Path| run(&["open".as_ref(), &folder.join(name), "--pass-file".as_ref(), pass]);
        let output = by(&pass);
        let said = document(&output);
        assert_eq!((&said["error"], output.status.code()), (&Value::Null, Some(0)), "{name}");
        assert_eq!(said["entries"], Value::Array(expected.entries.clone()), "{name}");
        same_notes(&said, expected, name);
        let other = temporary.write("other", all["way-code.sparekey"].code.as_ref().unwrap().as_bytes());
        let output = by(&other);
        let opens = name == "way-pass.sparekey";
        let error = if opens { Value::Null } else { json!("wrong-code") };
        assert_eq!(document(&output)["error"], error, "{name}: a recovery code of the first");
    }
}

#[test]
fn codes_and_uris_of_a_file() {
    let file = super::folder().join("everything.sparekey");
    let temporary = Folder::new("codes");
    let password = temporary.write("password", PASSWORD.as_bytes());
    let at = |verb: &str, more: &[&str]| {
        let mut arguments: Vec<&Path> = vec![verb.as_ref(), &file, "--password-file".as_ref(), &password];
        arguments.extend(more.iter().map(Path::new));
        run(&arguments)
    };
    let said = document(&at("codes", &["--at", "59"]));
    assert_eq!(said["error"], Value::Null);
    // RFC 6238 appendix B at 59 s is 94287082 with eight digits; RFC 4226 appendix D is not reached: 2^53 - 1.
    assert_eq!(said["codes"][0]["code"], "287082");
    assert_eq!(said["codes"].as_array().unwrap().len(), 9, "the bin shows no codes");
    let uris = String::from_utf8(at("open", &["--otpauth"]).stdout).unwrap();
    assert!(uris.lines().all(|line| line.starts_with("otpauth://")), "{uris}");
    assert!(uris.contains("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
}

#[test]
fn an_export_says_what_it_left_behind() {
    let file = super::folder().join("everything.sparekey");
    let temporary = Folder::new("export");
    let password = temporary.write("password", PASSWORD.as_bytes());
    let said = |more: &[&str]| {
        let mut arguments: Vec<&Path> = vec!["export".as_ref(), &file, "--password-file".as_ref(), &password];
        let options = [&["--to", "aegis-json"][..], more].concat();
        arguments.extend(options.iter().map(Path::new));
        serde_json::from_slice::<Value>(&run(&arguments).stderr).unwrap()
    };
    let all = said(&["--with-bin"]);
    assert_eq!((&all["entries"], &all["bin_left_out"]), (&json!(10), &json!(0)));
    let living = said(&[]);
    assert_eq!((&living["entries"], &living["bin_left_out"]), (&json!(9), &json!(1)));
    let one = said(&["--only", "bank: GRACE"]);
    let counts = ["entries", "bin_left_out", "not_chosen"].map(|name| one[name].as_u64());
    assert_eq!(counts, [Some(1), Some(1), Some(8)], "{one}");
    let lost = living["lost"].as_array().unwrap();
    assert!(lost.contains(&json!({"what": "Bank: grace", "why": "subdomains"})), "{lost:?}");
}

#[test]
fn an_export_of_a_name_that_none_has_writes_nothing() {
    let file = super::folder().join("everything.sparekey");
    let temporary = Folder::new("only");
    let password = temporary.write("password", PASSWORD.as_bytes());
    let arguments = ["--to", "aegis-json", "--only", "Bank: grace", "--only", "Bonk"].map(Path::new);
    let output =
        run(&[&["export".as_ref(), &*file, "--password-file".as_ref(), &*password][..], &arguments].concat());
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(document(&output), json!({ "names": ["Bonk"], "error": "no-such-account" }));
}

#[test]
fn errors_have_codes_and_exit_status_2_and_nothing_is_asked() {
    let good = super::folder().join("argon2id.sparekey");
    let temporary = Folder::new("errors");
    let right = temporary.write("right", PASSWORD.as_bytes());
    let wrong = temporary.write("wrong", b"a wrong password");
    let latin = temporary.write("latin", b"\xe4\xff");
    let missing = temporary.write("x", b"x").with_file_name("missing");
    let whole = fs::read(&good).unwrap();
    let cut = temporary.write("cut", &whole[..whole.len() / 2]);
    let newer = temporary.write("newer", b"sparekey/2\nAAAA\n");
    let pdf = temporary.write("renamed.sparekey", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n");
    let empty = temporary.write("empty", b"");
    for (file, password, code) in [
        (&good, Some(&wrong), "wrong-password"),
        (&good, Some(&missing), "cannot-read-password"),
        (&good, Some(&latin), "cannot-read-password"),
        (&good, None, "password-needed"),
        (&cut, Some(&right), "damaged-file"),
        (&newer, Some(&right), "newer-version"),
        (&pdf, Some(&right), "not-ours"),
        (&empty, Some(&right), "empty-file"),
        (&missing, Some(&right), "cannot-read"),
    ] {
        for verb in ["open", "codes"] {
            let mut arguments: Vec<&Path> = vec![verb.as_ref(), file];
            if let Some(password) = password {
                arguments.extend([Path::new("--password-file"), password]);
            }
            let output = run(&arguments);
            assert_eq!(document(&output)["error"], code, "{verb} {}", file.display());
            assert_eq!(output.status.code(), Some(2));
        }
    }
    for arguments in
        [&["open"][..], &["open", "a", "b"], &["open", "--what"], &["codes", "a", "--at", "soon"]]
    {
        let output = run(&arguments.iter().map(Path::new).collect::<Vec<_>>());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(document(&output)["error"], "usage");
    }
}
