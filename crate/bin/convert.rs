//! `sparekey convert`: other authenticators' files in; out comes one JSON document, or the file of another app.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use sparekey::import::{Draft, Input, Limits, Skipped, import_with};
use sparekey::otp::Kind;
use sparekey::otp::base32::base32;
use sparekey::otp::uri::title;
use sparekey::secret::SecretText;
use sparekey::vault::entry::EntryDraft;

use super::export::{Done, NO_SUCH_ACCOUNT, Refusal, check, refusal, written};
use super::only::Only;

/// Memory that a file's key derivation may take unless `--max-memory` lowers it, in MiB.
const MAX_MEMORY: u32 = 2048;
/// Work that it may take: a hundred million units are 2 GiB in 47 passes, or the AES rounds of a KeePass database
/// that was set to a minute; whoever runs this tool can end it.
const MAX_WORK: u64 = 100_000_000;
/// A password is no novel.
const MAX_PASSWORD: usize = 64 * 1024;

/// What the command line asks for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Arguments {
    files: Vec<PathBuf>,
    /// Where each file has a password of its own, they are tried in turn.
    password_files: Vec<PathBuf>,
    max_memory: Option<u32>,
    to: Option<String>,
    export_password_file: Option<PathBuf>,
    with_bin: bool,
    only: Only,
}

/// What goes to the output.
#[derive(Debug)]
pub(crate) enum Converted {
    /// Every entry, or an error.
    Document(Value),
    /// A file, and what is to be said of it.
    File(Done),
}

/// The document or the file for a command line.
pub(crate) fn run(arguments: &[OsString]) -> Converted {
    let Some(arguments) = Arguments::parse(arguments) else { return Converted::Document(failure("usage")) };
    let known =
        arguments.to.as_deref().map_or(Ok(()), |to| check(to, arguments.export_password_file.is_some()));
    if let Err(code) = known {
        return Converted::Document(refusal(code));
    }
    let draft = match read(&arguments) {
        Ok(draft) => draft,
        Err(code) => return Converted::Document(failure(code)),
    };
    match &arguments.to {
        None => Converted::Document(match choose(&arguments.only, draft) {
            Ok(draft) => document(&draft),
            Err(names) => {
                let mut failure = failure(NO_SUCH_ACCOUNT);
                failure["names"] = names.into();
                failure
            }
        }),
        Some(to) => match write(&arguments, to, draft) {
            Ok(done) => Converted::File(done),
            Err(code) => Converted::Document(refusal(code)),
        },
    }
}

fn read(arguments: &Arguments) -> Result<Draft, &'static str> {
    let passwords =
        arguments.password_files.iter().map(|path| read_password(path)).collect::<Result<Vec<_>, _>>()?;
    convert(&arguments.files, &passwords, &limits(arguments.max_memory))
}

/// The draft with those entries alone that `--only` names. Fails with the names that none has.
fn choose(only: &Only, mut draft: Draft) -> Result<Draft, Vec<String>> {
    let named = draft.entries.iter().map(|entry| (&*entry.issuer, &*entry.account));
    let mut chosen = only.choose(named)?.into_iter();
    draft.entries.retain(|_| chosen.next().unwrap_or_default());
    Ok(draft)
}

/// The draft as another app's file. What the files had and an entry of ours has not is lost as well.
fn write(arguments: &Arguments, to: &str, mut draft: Draft) -> Result<Done, Refusal> {
    let own = arguments.export_password_file.as_deref().map(read_password).transpose()?;
    let all = draft.entries.len();
    draft.entries.retain(|entry| arguments.with_bin || !entry.trashed);
    let living = draft.entries.len();
    let draft = choose(&arguments.only, draft).map_err(Refusal::NoSuchAccount)?;
    let entries = draft.entries;
    let mut done = written(to, &entries, entries.iter().map(|entry| entry.lost.clone()), own.as_ref())?;
    done.document["from"] = draft.format.into();
    done.document["bin_left_out"] = (all - living).into();
    if arguments.only.is_given() {
        done.document["not_chosen"] = (living - entries.len()).into();
    }
    done.document["skipped"] = draft.skipped.iter().map(told).collect();
    // They are in the file, and their codes may be wrong.
    let suspect = entries.iter().filter_map(|entry| {
        Some(json!({ "what": title(&entry.issuer, &entry.account), "why": entry.suspect? }))
    });
    done.document["suspect"] = suspect.collect();
    Ok(done)
}

impl Arguments {
    fn parse(arguments: &[OsString]) -> Option<Self> {
        let mut parsed = Self::default();
        let mut rest = arguments.iter();
        let mut only_files = false;
        while let Some(argument) = rest.next() {
            match argument.to_str() {
                Some("--") if !only_files => only_files = true,
                Some("--password-file") if !only_files => parsed.password_files.push(rest.next()?.into()),
                Some("--to") if !only_files => parsed.to = Some(rest.next()?.to_str()?.to_owned()),
                Some("--export-password-file") if !only_files => {
                    parsed.export_password_file = Some(rest.next()?.into());
                }
                Some("--with-bin") if !only_files => parsed.with_bin = true,
                Some("--only") if !only_files => {
                    if !parsed.only.add(rest.next()?.to_str()?) {
                        return None;
                    }
                }
                Some("--max-memory") if !only_files => {
                    parsed.max_memory = Some(rest.next()?.to_str()?.parse().ok()?);
                }
                Some(text) if text.starts_with("--") && !only_files => return None,
                _ => parsed.files.push(argument.into()),
            }
        }
        // Without a format the document has every secret in the clear, and everything in it.
        let needs_format = parsed.export_password_file.is_some() || parsed.with_bin;
        (!parsed.files.is_empty() && (parsed.to.is_some() || !needs_format)).then_some(parsed)
    }
}

fn limits(max_memory: Option<u32>) -> Limits {
    let mib = max_memory.unwrap_or(MAX_MEMORY).min(MAX_MEMORY);
    Limits { max_kdf_kib: mib.saturating_mul(1024), max_work: MAX_WORK, ..Limits::default() }
}

/// Reads every file, each with the others beside it. Fails when no file could be read, with the first one's reason;
/// else such a file is a skipped item.
fn convert(paths: &[PathBuf], passwords: &[SecretText], limits: &Limits) -> Result<Draft, &'static str> {
    let mut files = Vec::new();
    let readable: Vec<_> = paths
        .iter()
        .map(|path| (path, read_file(path, limits.max_bytes).map(|bytes| files.push((name(path), bytes)))))
        .collect();
    let (mut all, mut failed, mut at): (Option<Draft>, _, _) = (None, Vec::new(), 0);
    for (path, outcome) in readable {
        let draft = outcome.and_then(|()| {
            // Taken out and put back, so that no file is copied for each of the others.
            let (name, bytes) = files.remove(at);
            let others = files.len();
            files.extend(companions(path, limits.max_bytes));
            let draft = import_with(Input::new(&bytes, &files).called(&name), passwords, limits);
            files.truncate(others);
            files.insert(at, (name, bytes));
            at += 1;
            draft.map_err(|error| error.code())
        });
        match (draft, &mut all) {
            (Ok(draft), None) => all = Some(draft),
            (Ok(draft), Some(all)) => all.join(draft),
            (Err(code), _) => failed.push(Skipped::new(name(path), code)),
        }
    }
    match (all, failed.first()) {
        (Some(mut draft), _) => {
            failed.retain(|skipped| !draft.keys.contains(&skipped.what));
            draft.skipped.extend(failed);
            Ok(draft)
        }
        (None, first) => {
            // A file that a password opens is what was meant; the others may have been its keys.
            let shut = failed.iter().find(|skipped| skipped.why == "wrong-password");
            Err(shut.or(first).map_or("usage", |skipped| skipped.why))
        }
    }
}

/// Steam Desktop Authenticator encrypts with what `manifest.json` beside the file says; people name one of the two.
fn companions(path: &Path, max_bytes: usize) -> Vec<(String, Vec<u8>)> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let is_account =
        |path: &Path| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("maFile"));
    let paths: Vec<PathBuf> = if is_account(path) {
        vec![folder.join("manifest.json")]
    } else if path.file_name() == Some(OsStr::new("manifest.json")) {
        let found = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        found.filter(|path| is_account(path)).take(100).collect()
    } else {
        Vec::new()
    };
    paths.iter().filter_map(|path| Some((name(path), read_file(path, max_bytes).ok()?))).collect()
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// At most one byte more than allowed: the importer says that it is too large.
pub(crate) fn read_file(path: &Path, max_bytes: usize) -> Result<Vec<u8>, &'static str> {
    let file = File::open(path).map_err(|_| "cannot-read")?;
    let mut bytes = Vec::new();
    file.take(max_bytes as u64 + 1).read_to_end(&mut bytes).map_err(|_| "cannot-read")?;
    Ok(bytes)
}

/// The password in a file, without the line end that editors put there.
pub(crate) fn read_password(path: &Path) -> Result<SecretText, &'static str> {
    let bytes = read_file(path, MAX_PASSWORD).map_err(|_| "cannot-read-password")?;
    let mut text = String::from_utf8(bytes).map_err(|_| "cannot-read-password")?;
    for end in ['\n', '\r'] {
        if text.ends_with(end) {
            text.pop();
        }
    }
    Ok(SecretText::new(text))
}

fn failure(code: &str) -> Value {
    json!({ "format": null, "entries": [], "skipped": [], "error": code })
}

fn document(draft: &Draft) -> Value {
    let entries: Vec<Value> = draft.entries.iter().map(describe).collect();
    let skipped: Vec<Value> = draft.skipped.iter().map(told).collect();
    json!({ "format": draft.format, "entries": entries, "skipped": skipped, "error": null })
}

fn told(skipped: &Skipped) -> Value {
    json!({ "what": skipped.what, "why": skipped.why })
}

/// One entry; what it does not have is left out.
fn describe(entry: &EntryDraft) -> Value {
    let otp = &entry.otp;
    let (kind, moving) = match otp.kind() {
        Kind::Totp { period } => ("totp", ("period", json!(period.seconds()))),
        Kind::Steam => ("steam", ("period", json!(30))),
        Kind::Hotp { counter } => ("hotp", ("counter", json!(counter))),
    };
    let always = [
        ("type", json!(kind)),
        ("issuer", json!(entry.issuer)),
        ("name", json!(entry.account)),
        ("secret", json!(base32(otp.secret()))),
        ("algorithm", json!(otp.algorithm().name())),
        ("digits", json!(otp.digits().count())),
        moving,
    ];
    let sometimes = [
        ("note", json!(entry.note)),
        ("tags", json!(entry.tags)),
        ("urls", json!(entry.urls)),
        ("favorite", json!(entry.pinned)),
        ("trashed", json!(entry.trashed)),
        ("lost", json!(entry.lost)),
        ("suspect", json!(entry.suspect)),
    ];
    let nothing = [json!(""), json!([]), json!(false), json!(null)];
    let present = sometimes.into_iter().filter(|(_, value)| !nothing.contains(value));
    let fields = always.into_iter().chain(present).map(|(key, value)| (key.to_owned(), value));
    Value::Object(fields.collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Option<Arguments> {
        Arguments::parse(&arguments.iter().map(OsString::from).collect::<Vec<_>>())
    }

    /// A folder of its own for each test, removed at its end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("sparekey-{}-{name}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
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

    /// The document, without a file.
    fn said(arguments: &[OsString]) -> Value {
        match run(arguments) {
            Converted::Document(document) => document,
            Converted::File(done) => panic!("a file: {}", done.document),
        }
    }

    fn converted(paths: &[&Path]) -> Value {
        said(&paths.iter().map(|path| path.as_os_str().to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn command_lines() {
        let parsed = parse(&["a", "--password-file", "p", "b", "--max-memory", "512"]).unwrap();
        assert_eq!(parsed.files, [PathBuf::from("a"), PathBuf::from("b")]);
        assert_eq!(parsed.password_files, [PathBuf::from("p")]);
        assert_eq!(limits(parsed.max_memory).max_kdf_kib, 512 * 1024);
        assert_eq!(parse(&["--", "--odd"]).unwrap().files, [PathBuf::from("--odd")]);
        for bad in [
            &[][..],
            &["--password-file"],
            &["a", "--nope"],
            &["a", "--max-memory", "much"],
            &["--max-memory", "1"],
            &["a", "--to"],
            // Plain text, where something sealed was meant.
            &["a", "--export-password-file", "p"],
            &["a", "--with-bin"],
            &["a", "--only"],
            &["a", "--only", ""],
        ] {
            assert_eq!(parse(bad), None, "{bad:?}");
        }
        assert_eq!(said(&[])["error"], "usage");
    }

    #[test]
    fn the_document() {
        let folder = Folder::new("document");
        let path = folder.write("list.txt", "otpauth://totp/A:a?secret=jbsw-y3dp&digits=8&period=60&algorithm=sha512\notpauth://hotp/b?secret=JBSWY3DP&counter=7\notpauth://steam/S:s?secret=JBSWY3DP\notpauth://totp/X:x?secret=1\n");
        assert_eq!(
            converted(&[&path]),
            json!({
                "format": "otpauth-uri-list",
                "entries": [
                    { "type": "totp", "issuer": "A", "name": "a", "secret": "JBSWY3DP", "algorithm": "SHA512", "digits": 8, "period": 60 },
                    { "type": "hotp", "issuer": "", "name": "b", "secret": "JBSWY3DP", "algorithm": "SHA1", "digits": 6, "counter": 7 },
                    { "type": "steam", "issuer": "S", "name": "s", "secret": "JBSWY3DP", "algorithm": "SHA1", "digits": 5, "period": 30 },
                ],
                "skipped": [{ "what": "X: x", "why": "bad-secret" }],
                "error": null,
            })
        );
    }

    #[test]
    fn the_memory_ceiling_is_lowered_and_never_raised() {
        let folder = Folder::new("memory");
        // Aegis' usual scrypt, 32 MiB, around a key that no password opens.
        let zeros = |bytes: usize| "00".repeat(bytes);
        let slot = json!({"type": 1, "n": 32768, "r": 8, "p": 1, "salt": zeros(32), "key": zeros(32),
            "key_params": {"nonce": zeros(12), "tag": zeros(16)}});
        let header = json!({"slots": [slot], "params": {"nonce": zeros(12), "tag": zeros(16)}});
        let file = json!({"version": 1, "header": header, "db": "AAAA"}).to_string();
        let (path, password) = (folder.write("aegis.json", file), folder.write("password", "x"));
        let error = |mib: &str| {
            let arguments = [
                path.as_os_str(),
                "--password-file".as_ref(),
                password.as_os_str(),
                "--max-memory".as_ref(),
                mib.as_ref(),
            ];
            said(&arguments.map(OsStr::to_owned))["error"].clone()
        };
        assert_eq!(error("31"), "too-much-work");
        assert_eq!(error("40"), "wrong-password");
        assert_eq!(limits(None).max_kdf_kib, 2048 * 1024);
        assert_eq!(limits(Some(u32::MAX)).max_kdf_kib, 2048 * 1024);
    }

    #[test]
    fn several_files_are_one_document() {
        let folder = Folder::new("several");
        let one = folder.write("1.txt", "otpauth://totp/A:a?secret=JBSWY3DP");
        let two =
            folder.write("2.txt", "otpauth://totp/B:b?secret=JBSWY3DP\notpauth://totp/A:a?secret=JBSWY3DP");
        let bad = folder.write("bad.bin", [0xff; 10]);
        let document = converted(&[&bad, &one, &two]);
        assert_eq!(document["entries"].as_array().unwrap().len(), 2);
        assert_eq!(document["skipped"], json!([{ "what": "bad.bin", "why": "not-an-export" }]));
        assert_eq!(document["error"], Value::Null);
    }

    #[test]
    fn each_file_has_all_others_beside_it_and_is_named_by_its_own_name() {
        let folder = Folder::new("beside");
        let list = |name: &str| format!("otpauth://totp/{name}:a?secret=MEME");
        let paths: Vec<_> = ["1.txt", "2.txt", "3.txt"].map(|name| folder.write(name, list(name))).into();
        let missing = folder.0.join("missing");
        let bad = folder.write("bad.bin", [0xff; 10]);
        let document = converted(&[&paths[0], &missing, &paths[1], &bad, &paths[2]]);
        let issuers: Vec<_> =
            document["entries"].as_array().unwrap().iter().map(|entry| entry["issuer"].clone()).collect();
        assert_eq!(issuers, ["1.txt", "2.txt", "3.txt"]);
        assert_eq!(
            document["skipped"],
            json!([{ "what": "missing", "why": "cannot-read" }, { "what": "bad.bin", "why": "not-an-export" }])
        );
        let parts: Vec<_> =
            ["a", "b"].iter().zip(transfer()).map(|(name, code)| folder.write(name, code)).collect();
        let told = |paths: &[&Path]| converted(paths)["skipped"].clone();
        assert_eq!(
            told(&[&parts[1], &missing, &parts[0]]),
            json!([{ "what": "missing", "why": "cannot-read" }])
        );
        assert_eq!(told(&[&parts[1]]), json!([{ "what": "1/2", "why": "incomplete-transfer" }]));
    }

    /// Two codes of one transfer.
    fn transfer() -> Vec<String> {
        let account = |n| sparekey::otp::uri::parse_uri(&format!("otpauth://totp/Svc:u{n}?secret=MEMEMEME"));
        let accounts: Vec<_> = (0..15).map(|n| account(n).unwrap()).collect();
        sparekey::otp::migration::write_migration(&accounts, 4)
    }

    /// What the tool writes of `list` as `to`, and what it says of it.
    fn file(folder: &Folder, list: &str, more: &[&str]) -> (String, Value) {
        let path = folder.write("in", list);
        let arguments = [path.to_str().unwrap()].into_iter().chain(more.iter().copied()).map(OsString::from);
        match run(&arguments.collect::<Vec<_>>()) {
            Converted::File(done) => (String::from_utf8(done.bytes.expose().clone()).unwrap(), done.document),
            Converted::Document(document) => (String::new(), document),
        }
    }

    #[test]
    fn another_apps_file_comes_out() {
        let folder = Folder::new("to");
        let list = r#"[{"type": "TOTP", "secret": "MEME", "issuer": "Shop", "label": "ada", "thumbnail": "Github"},
            {"type": "HOTP", "secret": "MEME", "issuer": "Door", "label": "bob", "counter": 3},
            {"type": "MOTP", "secret": "00", "issuer": "VPN", "label": "eve"}]"#;
        let (text, said) = file(&folder, list, &["--to", "proton-authenticator-json"]);
        let again = folder.write("out.json", &text);
        let entries = converted(&[&again])["entries"].as_array().unwrap().clone();
        assert_eq!((entries.len(), &entries[0]["issuer"]), (1, &json!("Shop")));
        assert_eq!(
            said,
            json!({
                "format": "proton-authenticator-json", "entries": 1, "from": "andotp-json", "bin_left_out": 0,
                "lost": [{"what": "Shop: ada", "why": "icon"}, {"what": "Door: bob", "why": "entry-hotp"}],
                "skipped": [{"what": "VPN: eve", "why": "unsupported-type"}], "suspect": [], "error": null,
            })
        );
        let password = folder.write("password", "own");
        let sealed = ["--to", "aegis-json-encrypted", "--export-password-file", password.to_str().unwrap()];
        let sealed = folder.write("sealed.json", file(&folder, list, &sealed).0);
        let open = [sealed.as_os_str(), "--password-file".as_ref(), password.as_os_str()];
        assert_eq!(said_of(&open)["entries"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn what_an_earlier_app_damaged_is_told_beside_its_file() {
        let folder = Folder::new("suspect");
        let list = r#"{"a": {"hash": "a", "dataType": "OTPStorage", "type": 1, "secret": "MEME", "issuer": "Shop", "account": "ada"},
            "b": {"hash": "b", "dataType": "OTPStorage", "type": "totp", "secret": "MEME", "issuer": "Mill", "account": "bob"}}"#;
        let (_, said) = file(&folder, list, &["--to", "aegis-json"]);
        assert_eq!(said["entries"], 2, "{said}");
        assert_eq!(said["suspect"], json!([{"what": "Shop: ada", "why": "authenticator-v8-import"}]));
    }

    fn said_of(arguments: &[&OsStr]) -> Value {
        said(&arguments.iter().map(|argument| (*argument).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn what_is_in_the_bin_is_written_on_request() {
        let folder = Folder::new("bin");
        let list = r#"{"encrypted": false, "folders": [], "items": [
            {"name": "A", "login": {"totp": "MEME"}}, {"name": "B", "deletedDate": "2024", "login": {"totp": "MEME"}}]}"#;
        let to = ["--to", "bitwarden-json"];
        let (_, said) = file(&folder, list, &to);
        assert_eq!((&said["entries"], &said["bin_left_out"]), (&json!(1), &json!(1)));
        let (_, said) = file(&folder, list, &[&to[..], &["--with-bin"]].concat());
        assert_eq!((&said["entries"], &said["bin_left_out"]), (&json!(2), &json!(0)));
    }

    #[test]
    fn a_selection_is_written_and_a_name_that_none_has_refuses_it() {
        let folder = Folder::new("only");
        let list = "otpauth://totp/Mill:ada?secret=MEME\notpauth://totp/Mill:bob?secret=MEMEMEME\notpauth://totp/Barn:eve?secret=MEME\notpauth://totp/X:x?secret=1";
        let names = |text: &str| -> Vec<String> {
            let entries = converted(&[&folder.write("out", text)])["entries"].clone();
            entries.as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
        };
        let to = ["--to", "otpauth-uri-list"];
        let with = |more: &[&str]| file(&folder, list, &[&to[..], more].concat());
        let (text, said) = with(&["--only", "mill: BOB", "--only", "barn"]);
        assert_eq!(names(&text), ["bob", "eve"], "{said}");
        assert_eq!(
            (&said["entries"], &said["not_chosen"], &said["bin_left_out"]),
            (&json!(2), &json!(1), &json!(0))
        );
        assert_eq!(
            said["skipped"].as_array().unwrap().len(),
            1,
            "what could not be read is told all the same"
        );
        let (text, said) = with(&["--only", "Mill", "--only", "Farm", "--only", "ada"]);
        assert_eq!(
            (text.as_str(), said),
            ("", json!({ "names": ["Farm", "ada"], "error": "no-such-account" }))
        );
        // The document alone.
        let (_, said) = file(&folder, list, &["--only", "Mill"]);
        assert_eq!(said["entries"].as_array().unwrap().len(), 2);
        let (_, said) = file(&folder, list, &["--only", "Farm"]);
        assert_eq!(
            (&said["error"], &said["names"], &said["entries"]),
            (&json!("no-such-account"), &json!(["Farm"]), &json!([]))
        );
        // What is in the bin is there with the option alone.
        let list = r#"{"encrypted": false, "folders": [], "items": [
            {"name": "A", "login": {"totp": "MEME"}}, {"name": "B", "deletedDate": "2024", "login": {"totp": "MEME"}}]}"#;
        let (_, said) = file(&folder, list, &[&to[..], &["--only", "B"]].concat());
        assert_eq!(said["error"], "no-such-account");
        let (_, said) = file(&folder, list, &[&to[..], &["--only", "B", "--with-bin"]].concat());
        assert_eq!((&said["entries"], &said["not_chosen"]), (&json!(1), &json!(1)));
    }

    #[test]
    fn what_cannot_be_written_is_told() {
        let folder = Folder::new("refused");
        let list = "otpauth://hotp/Door:bob?secret=MEME&counter=1";
        let (_, said) = file(&folder, list, &["--to", "word"]);
        assert_eq!(said["error"], "unknown-format");
        assert!(said["formats"].as_array().unwrap().contains(&json!("aegis-json")));
        assert_eq!(file(&folder, list, &["--to", "cxf-json"]).1["error"], "nothing-to-write");
        assert_eq!(file(&folder, list, &["--to", "aegis-json-encrypted"]).1["error"], "password-needed");
        let not_used = ["--to", "bitwarden-json", "--export-password-file", "p"];
        assert_eq!(file(&folder, list, &not_used).1["error"], "password-not-used");
    }

    #[test]
    fn each_file_may_have_a_password_of_its_own() {
        let folder = Folder::new("passwords");
        let list = |name: &str| format!("otpauth://totp/{name}:a?secret=MEME");
        let sealed = |name: &str, word: &str| {
            let password = folder.write(&format!("{word}.password"), word);
            let to = [
                "--to",
                "proton-authenticator-encrypted",
                "--export-password-file",
                password.to_str().unwrap(),
            ];
            (folder.write(name, file(&folder, &list(name), &to).0), password)
        };
        let ((one, first), (two, second)) = (sealed("1", "one"), sealed("2", "two"));
        let option = OsStr::new("--password-file");
        let all = [one.as_os_str(), two.as_os_str(), option, first.as_os_str(), option, second.as_os_str()];
        assert_eq!(said_of(&all)["entries"].as_array().unwrap().len(), 2);
        let got = said_of(&all[..4]);
        assert_eq!(got["entries"].as_array().unwrap().len(), 1);
        assert_eq!(got["skipped"], json!([{"what": "2", "why": "wrong-password"}]));
    }

    #[test]
    fn errors_are_codes() {
        let folder = Folder::new("errors");
        for (name, bytes, code) in [
            ("empty", &b""[..], "empty-file"),
            ("blank.txt", b" \n", "no-entries"),
            ("x.pdf", b"%PDF\0\xff", "not-an-export"),
            ("x.txt", b"hello\nyou", "not-an-export"),
            ("cut.txt", b"{\"otpauth", "bad-content"),
        ] {
            assert_eq!(converted(&[&folder.write(name, bytes)]), failure(code), "{name}");
        }
        assert_eq!(converted(&[&folder.0.join("missing")]), failure("cannot-read"));
        assert_eq!(converted(&[&folder.0]), failure("cannot-read"), "a folder");
        let file = folder.write("a", "x");
        let arguments = ["--password-file", "missing", "a"].map(OsString::from);
        assert_eq!(said(&arguments), failure("cannot-read-password"));
        assert_eq!(
            read_password(&folder.write("p1", "secret\r\n")).unwrap(),
            SecretText::new("secret".into())
        );
        assert_eq!(
            read_password(&folder.write("p2", " two \n\n")).unwrap(),
            SecretText::new(" two \n".into())
        );
        assert!(file.exists());
    }
}
