//! Compares importers with a table of known files that lies beside the project on some machines, never in it.

use std::path::Path;

use crate::import::read::json::{self, Fields, Value};
use crate::import::{Draft, Input, Limits, import};
use crate::otp::Kind;
use crate::otp::base32::{base32, parse_base32};
use crate::secret::SecretText;
use crate::vault::entry::EntryDraft;

/// What a user who agreed allows: 1 GiB, and as many units as the most costly known file asks for (43 million
/// rounds of AES, which take a second or two).
pub const AGREED: Limits = Limits {
    max_bytes: 20_000_000,
    max_items: 10_000,
    max_kdf_kib: 1 << 20,
    max_work: 50_000_000,
    told: |_| {},
};

/// Reads every known file in `folders` (or, with a slash, whose path begins like that) and compares entries, skipped items, errors and wrong passwords.
/// Panics with one line for each difference; prints `SKIPPED` where there is no table.
pub fn check(folders: &[&str]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures/import");
    let Ok(table) = std::fs::read_to_string(root.join("expected.json")) else {
        eprintln!("SKIPPED: no table of known files at {}", root.display());
        return;
    };
    let table = json::parse(&table).unwrap();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (name, want) in table.members("files") {
        let folder = name.split('/').next().unwrap_or_default();
        let chosen = folders.iter().any(|f| *f == folder || f.contains('/') && name.starts_with(f));
        let (true, Ok(bytes)) = (chosen, std::fs::read(root.join(name))) else { continue };
        seen += 1;
        let beside: Vec<(String, Vec<u8>)> = want
            .list("companions")
            .iter()
            .filter_map(Value::as_str)
            .map(|name| (name.rsplit('/').next().unwrap().into(), std::fs::read(root.join(name)).unwrap()))
            .collect();
        let input = Input::new(&bytes, &beside);
        wrong.extend(compare(&input, want).into_iter().map(|why| format!("{name}: {why}")));
    }
    assert!(seen > 0, "no known file in {folders:?}");
    assert!(wrong.is_empty(), "{seen} files, {} differences:\n{}", wrong.len(), wrong.join("\n"));
}

/// Hands over every known file that is a text and holds an account, by name. Prints `SKIPPED` where there is no table.
pub fn each_text(mut see: impl FnMut(&str, &str)) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures/import");
    let Ok(table) = std::fs::read_to_string(root.join("expected.json")) else {
        eprintln!("SKIPPED: no table of known files at {}", root.display());
        return;
    };
    let table = json::parse(&table).unwrap();
    for (name, want) in table.members("files") {
        let Ok(bytes) = std::fs::read(root.join(name)) else { continue };
        if let (Some(text), false) = (crate::import::text::decode(&bytes), want.list("entries").is_empty()) {
            see(name, &text);
        }
    }
}

fn compare(input: &Input<'_>, want: &Value) -> Vec<String> {
    let read = |password: &Value| {
        let password = password.as_str().map(|p| SecretText::new(p.into()));
        import(input, password.as_ref(), &AGREED)
    };
    let mut wrong = match (read(want.field("password")), want.field("error").as_str()) {
        (Ok(draft), None) => differences(draft, want),
        (Ok(_), Some(error)) => vec![format!("accepted, want {error}")],
        (Err(error), None) => vec![format!("error {}", error.code())],
        (Err(error), Some("bad_content_or_wrong_password"))
            if ["bad-content", "wrong-password"].contains(&error.code()) =>
        {
            vec![]
        }
        (Err(error), Some(wanted)) if wanted.replace('_', "-") == error.code() => vec![],
        (Err(error), Some(wanted)) => vec![format!("error {}, want {wanted}", error.code())],
    };
    if want.has("wrong_password") && read(want.field("wrong_password").field("password")).is_ok() {
        wrong.push("a wrong password was not refused".into());
    }
    if want.has("password")
        && !want.has("error")
        && !matches!(read(&Value::Null), Err(ref e) if e.code() == "password-needed")
    {
        wrong.push("did not ask for the password".into());
    }
    wrong
}

fn differences(draft: Draft, want: &Value) -> Vec<String> {
    let mut left = draft.entries;
    let mut wrong = Vec::new();
    for entry in want.list("entries") {
        match left.iter().position(|got| differs(entry, got).is_none()) {
            Some(at) => drop(left.remove(at)),
            None => {
                let near =
                    left.iter().find(|e| e.account == entry.text("name") || e.issuer == entry.text("issuer"));
                let why = near.and_then(|e| differs(entry, e));
                wrong.push(format!("missing {}: {} ({why:?})", entry.text("issuer"), entry.text("name")));
            }
        }
    }
    if draft.skipped.len() + left.len() < want.list("skipped").len() {
        wrong.push(format!("{} items to report, got {:?}", want.list("skipped").len(), draft.skipped));
    } else if !left.is_empty() && want.list("skipped").is_empty() {
        wrong.push(format!("{} entries too many", left.len()));
    }
    wrong
}

/// The first field in which `got` is not what the table wants.
fn differs(want: &Value, got: &EntryDraft) -> Option<String> {
    let kind = match got.otp.kind() {
        Kind::Totp { .. } => "totp",
        Kind::Hotp { .. } => "hotp",
        Kind::Steam => "steam",
    };
    let counter = match got.otp.kind() {
        Kind::Hotp { counter } => Value::from(counter),
        _ => Value::Null,
    };
    let period = got.otp.period().map(|p| Value::from(u64::from(p.seconds()))).unwrap_or_default();
    for (key, value) in [
        ("type", Value::from(kind)),
        ("issuer", Value::from(got.issuer.as_str())),
        ("name", Value::from(got.account.as_str())),
        ("algorithm", Value::from(got.otp.algorithm().name())),
        ("digits", Value::from(u64::from(got.otp.digits().count()))),
        ("period", period),
        ("counter", counter),
    ] {
        let wanted = want.field(key);
        if *wanted != value && !want.field("accept").list(key).contains(&value) {
            return Some(format!("{key}: want {wanted:?}, got {value:?}"));
        }
    }
    // The table's words are those of one reader: only what it has must be here.
    let secret = parse_base32(want.text("secret")).ok()?;
    if base32(&secret) != base32(got.otp.secret()) {
        return Some("secret".into());
    }
    if want.flag("favorite") && !got.pinned {
        return Some("favorite".into());
    }
    if want.flag("trashed") && !got.trashed {
        return Some("trashed".into());
    }
    if !want.text("note").trim().is_empty() && !got.note.contains(want.text("note").trim()) {
        return Some(format!("note: want {:?}, got {:?}", want.text("note"), got.note));
    }
    let missing =
        want.list("groups").iter().filter_map(Value::as_str).find(|g| !got.tags.iter().any(|t| t == g));
    missing.map(|group| format!("group {group:?} is not in {:?}", got.tags))
}
