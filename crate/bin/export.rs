//! `sparekey export`: a recovery bundle's entries as another app's file.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use sparekey::env::{Entropy, Millis};
use sparekey::export::{REGISTRY, all_lost, format, write};
use sparekey::otp::uri::title;
use sparekey::secret::{SecretBytes, SecretText};
use sparekey::vault::entry::{Entry, EntryDraft};
use sparekey::vault::file::{MAX_FILE, VaultFile};

use super::bundle::{Held, open_file};
use super::convert::{read_file, read_password};
use super::only::Only;

/// A name after `--only` is nobody's.
pub(crate) const NO_SUCH_ACCOUNT: &str = "no-such-account";

/// A file, and the document that says what is not in it.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) bytes: SecretBytes,
    pub(crate) document: Value,
}

#[derive(Default)]
struct Arguments {
    file: Option<PathBuf>,
    held: Held,
    to: Option<String>,
    export_password_file: Option<PathBuf>,
    with_bin: bool,
    only: Only,
}

/// Why nothing was written.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// A code.
    Code(&'static str),
    /// Names after `--only` that no account has.
    NoSuchAccount(Vec<String>),
}

impl From<&'static str> for Refusal {
    fn from(code: &'static str) -> Self {
        Self::Code(code)
    }
}

/// The file for a command line, or a document with `error`.
pub(crate) fn run(arguments: &[OsString]) -> Result<Done, Value> {
    export(arguments).map_err(refusal)
}

fn export(arguments: &[OsString]) -> Result<Done, Refusal> {
    let arguments = parse(arguments)?;
    let to = arguments.to.ok_or("unknown-format")?;
    let path = arguments.file.ok_or("usage")?;
    check(&to, arguments.export_password_file.is_some())?;
    let bytes = read_file(&path, MAX_FILE)?;
    let file = VaultFile::parse(&bytes).map_err(|error| error.code())?;
    let own = arguments.export_password_file.as_deref().map(read_password).transpose()?;
    let vault = open_file(&file, &arguments.held)?;
    let all = &vault.body.entries;
    let entries: Vec<_> = all.iter().filter(|entry| arguments.with_bin || entry.trashed.is_none()).collect();
    let named = entries.iter().map(|entry| (&*entry.issuer, &*entry.account));
    let chosen = arguments.only.choose(named).map_err(Refusal::NoSuchAccount)?;
    let wanted = || entries.iter().zip(&chosen).filter(|(_, chosen)| **chosen).map(|(entry, _)| *entry);
    let drafts: Vec<EntryDraft> = wanted().map(Entry::draft).collect();
    let mut done = written(&to, &drafts, wanted().map(Entry::ours), own.as_ref())?;
    done.document["bin_left_out"] = (all.len() - entries.len()).into();
    if arguments.only.is_given() {
        done.document["not_chosen"] = (entries.len() - drafts.len()).into();
    }
    done.document["notes_left_out"] = vault.body.kept.len().into();
    Ok(done)
}

/// What can be said of a format before anything is opened, which may take long. A password that seals nothing would leave
/// its owner in the belief that it does.
pub(crate) fn check(to: &str, has_password: bool) -> Result<(), &'static str> {
    match (format(to).ok_or("unknown-format")?.sealed, has_password) {
        (true, false) => Err("password-needed"),
        (false, true) => Err("password-not-used"),
        _ => Ok(()),
    }
}

/// Entries as another app's file. `ours` is what no format has of each.
pub(crate) fn written<I>(
    to: &str,
    drafts: &[EntryDraft],
    ours: I,
    password: Option<&SecretText>,
) -> Result<Done, &'static str>
where
    I: IntoIterator<Item: IntoIterator<Item: Into<String>>>,
{
    let mut system = System::default();
    let written = write(to, drafts, password, &mut system, now()).map_err(|error| error.code())?;
    if system.failed {
        return Err("no-randomness");
    }
    let lost = all_lost(ours, &written.lost);
    let lost = lost.iter().map(|(at, why)| {
        let what = drafts.get(*at).map(|draft| title(&draft.issuer, &draft.account));
        json!({ "what": what, "why": why })
    });
    let left_out = written.lost.iter().filter(|(_, why)| why.starts_with("entry-")).count();
    let document = json!({
        "format": to,
        "entries": drafts.len() - left_out,
        "lost": lost.collect::<Vec<_>>(),
        "error": null,
    });
    Ok(Done { bytes: written.bytes, document })
}

/// The document that says why nothing was written; where the format is the reason, with those that there are, and where
/// names are, with them.
pub(crate) fn refusal(why: impl Into<Refusal>) -> Value {
    let formats: Vec<_> = REGISTRY.iter().map(|format| format.id).collect();
    match why.into() {
        Refusal::Code(code @ "unknown-format") => json!({ "formats": formats, "error": code }),
        Refusal::Code(code) => json!({ "error": code }),
        Refusal::NoSuchAccount(names) => json!({ "names": names, "error": NO_SUCH_ACCOUNT }),
    }
}

/// The operating system's generator.
#[derive(Default)]
pub(crate) struct System {
    /// It gave nothing: what was made with it is worthless.
    pub failed: bool,
}

/// The system's clock.
pub(crate) fn now() -> Millis {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    Millis(u64::try_from(now).unwrap_or(u64::MAX))
}

impl Entropy for System {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.failed |= getrandom::fill(bytes).is_err();
    }
}

fn parse(arguments: &[OsString]) -> Result<Arguments, &'static str> {
    let mut parsed = Arguments::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let text = argument.to_str().unwrap_or_default();
        if parsed.held.take(text, &mut rest)? {
            continue;
        }
        let mut next = || rest.next().ok_or("usage");
        match text {
            "--export-password-file" => parsed.export_password_file = Some(next()?.into()),
            "--to" => parsed.to = Some(next()?.to_str().ok_or("usage")?.to_owned()),
            "--with-bin" => parsed.with_bin = true,
            "--only" => {
                let name = next()?.to_str().ok_or("usage")?;
                if !parsed.only.add(name) {
                    return Err("usage");
                }
            }
            text if text.starts_with("--") => return Err("usage"),
            _ if parsed.file.is_none() => parsed.file = Some(argument.into()),
            _ => return Err("usage"),
        }
    }
    Ok(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(arguments: &[&str]) -> Value {
        let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        run(&arguments).map(|_| ()).unwrap_err()
    }

    #[test]
    fn command_lines_that_say_too_little_are_refused() {
        let formats = error(&["bundle"]);
        assert_eq!(formats["error"], "unknown-format");
        assert_eq!(formats["formats"].as_array().unwrap().len(), REGISTRY.len());
        assert_eq!(error(&["--to", "aegis-json"])["error"], "usage");
        assert_eq!(error(&["--to"])["error"], "usage");
        assert_eq!(error(&["a", "b", "--to", "x"])["error"], "usage");
        assert_eq!(error(&["a", "--to", "aegis-json", "--only"])["error"], "usage");
        assert_eq!(error(&["a", "--to", "aegis-json", "--only", ""])["error"], "usage");
        assert_eq!(error(&["no such file", "--to", "aegis-json"])["error"], "cannot-read");
        let plain = ["a", "--to", "aegis-json", "--export-password-file", "p"];
        assert_eq!(error(&plain)["error"], "password-not-used");
        assert_eq!(error(&["a", "--to", "aegis-json-encrypted"])["error"], "password-needed");
    }
}
