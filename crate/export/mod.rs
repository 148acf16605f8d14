//! Writing what other authenticators read. Pure functions: entries in, bytes out, and what the format could not hold.
//! A new format is one file and one line in [`REGISTRY`].

mod paper;
mod seal;
#[cfg(test)]
mod tests;

// One for each app.
mod aegis;
mod bitwarden;
mod cxf;
mod ente;
mod google_migration;
mod keepassxc_csv;
mod otpauth;
mod proton_authenticator;
mod sheet;
mod twofas;

use crate::env::{Entropy, Millis};
use crate::secret::{SecretBytes, SecretText};
use crate::vault::entry::EntryDraft;

use paper::Paper;
pub use paper::lost;

/// A format that we write.
#[derive(Debug)]
pub struct Format {
    /// Its stable id: where an importer of ours reads it, the id that the importer gives.
    pub id: &'static str,
    /// What the file's name ends in.
    pub extension: &'static str,
    /// Its media type.
    pub mime: &'static str,
    /// Whether a password seals it. All others lie open to whoever has the file.
    pub sealed: bool,
    write: fn(&mut Paper<'_>) -> Result<SecretBytes, ExportError>,
}

/// A file, and what is not in it.
#[derive(Debug)]
pub struct Written {
    /// The file.
    pub bytes: SecretBytes,
    /// A name for it.
    pub file_name: String,
    /// Its media type.
    pub mime: &'static str,
    /// What the format could not hold: the entry's place in the input, and a code of [`lost`].
    pub lost: Vec<(usize, &'static str)>,
}

/// Why nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportError {
    /// No format of that id.
    UnknownFormat,
    /// No entry, or none that the format can hold.
    NoEntries,
    /// The format is sealed by a password, and there is none, or an empty one.
    PasswordNeeded,
    /// Sealing failed; for want of memory.
    NotSealed,
}

/// Every format, in alphabetical order of its id.
pub static REGISTRY: &[&Format] = &[
    &twofas::PLAIN,
    &twofas::SEALED,
    &aegis::PLAIN,
    &aegis::SEALED,
    &bitwarden::PLAIN,
    &bitwarden::SEALED,
    &cxf::FORMAT,
    &ente::SEALED,
    &ente::PLAIN,
    &google_migration::FORMAT,
    &sheet::FORMAT,
    &keepassxc_csv::FORMAT,
    &otpauth::FORMAT,
    &proton_authenticator::SEALED,
    &proton_authenticator::PLAIN,
];

impl ExportError {
    /// The stable code that crosses to the interface and the native tool.
    pub fn code(self) -> &'static str {
        match self {
            Self::UnknownFormat => "unknown-format",
            Self::NoEntries => "nothing-to-write",
            Self::PasswordNeeded => "password-needed",
            Self::NotSealed => "not-sealed",
        }
    }
}

/// The format of an id.
pub fn format(id: &str) -> Option<&'static Format> {
    REGISTRY.iter().copied().find(|format| format.id == id)
}

/// Writes entries as a format. The password is the file's own; formats that are not sealed ignore it.
pub fn write(
    format_id: &str,
    entries: &[EntryDraft],
    password: Option<&SecretText>,
    entropy: &mut dyn Entropy,
    now: Millis,
) -> Result<Written, ExportError> {
    let format = format(format_id).ok_or(ExportError::UnknownFormat)?;
    let password = password.map_or("", |password| password.expose().as_str());
    if format.sealed && password.is_empty() {
        return Err(ExportError::PasswordNeeded);
    }
    let mut paper = Paper::new(entries, password.as_bytes(), entropy, now);
    let bytes = (format.write)(&mut paper)?;
    let date = &paper::iso(now)[..10];
    Ok(Written {
        bytes,
        file_name: format!("sparekey-{}-{date}.{}", format.id, format.extension),
        mime: format.mime,
        lost: paper.into_lost(),
    })
}

/// What is not in a written file, by the entry's place: what its format does not hold, and `ours`, which none does
/// (`Entry::ours`). An entry that was left out altogether is told once.
pub fn all_lost<I>(ours: I, by_format: &[(usize, &'static str)]) -> Vec<(usize, String)>
where
    I: IntoIterator<Item: IntoIterator<Item: Into<String>>>,
{
    let left_out = |at: usize| by_format.iter().any(|(lost, why)| *lost == at && why.starts_with("entry-"));
    let mut lost: Vec<_> = by_format.iter().map(|(at, why)| (*at, (*why).to_owned())).collect();
    for (at, ours) in ours.into_iter().enumerate().filter(|(at, _)| !left_out(*at)) {
        lost.extend(ours.into_iter().map(|what| (at, what.into())));
    }
    lost.sort_unstable();
    lost
}
