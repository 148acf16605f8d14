//! What the tests of importers share: the same eight entries for every format, damage, and the
//! tables of known files.

pub mod csv;
pub mod eight;
pub mod expected;
pub mod kdbx;
pub mod seal;
mod unheld;

use super::{Draft, ImportError, Input, Limits, import};
use crate::secret::SecretText;
use crate::vault::entry::EntryDraft;

/// Reads a file as the product does, sniffing included.
pub fn read(bytes: &[u8], password: Option<&str>) -> Result<Draft, ImportError> {
    let password = password.map(|password| SecretText::new(password.into()));
    let read = import(&Input::new(bytes, &[]), password.as_ref(), &Limits::default());
    if let Ok(draft) = &read {
        keep_seed(draft.format, bytes);
    }
    read
}

/// Where `SPAREKEY_SEEDS` names a folder, the files that the tests make are what `tests/fuzz` begins with: the first few
/// of each format, since most of the many are damaged copies.
fn keep_seed(format: &str, bytes: &[u8]) {
    const MOST: usize = 20;
    let Some(folder) = std::env::var_os("SPAREKEY_SEEDS") else { return };
    let folder = std::path::Path::new(&folder);
    let free = (0..MOST).map(|at| folder.join(format!("{format}-{at}"))).find(|path| !path.exists());
    if let Some(path) = free {
        std::fs::write(path, bytes).unwrap();
    }
}

/// What the file opens to with `password`, after seeing that it asks for one and refuses another.
pub fn unlock(bytes: &[u8], password: &str) -> Draft {
    assert_eq!(read(bytes, None), Err(ImportError::PasswordNeeded));
    assert_eq!(read(bytes, Some("another")), Err(ImportError::WrongPassword));
    read(bytes, Some(password)).unwrap()
}

/// Asserts that a plain file is recognised as `format`, holds exactly `want`, and does no harm when damaged.
pub fn holds(format: &str, bytes: &[u8], want: &[EntryDraft]) {
    let draft = read(bytes, None).unwrap();
    assert_eq!((draft.format, draft.skipped), (format, vec![]));
    assert_eq!(draft.entries, want);
    damage_at(100, bytes, |bytes| drop(read(bytes, None)));
}

/// Feeds `read` with `bytes` cut at every length and with single bits turned. It must not panic; what it
/// answers is its own affair. Long files are sampled at about 600 places.
pub fn damage(bytes: &[u8], read: impl FnMut(&[u8])) {
    damage_at(600, bytes, read);
}

/// [`damage`] at about so many places, for files whose reading costs a fixed derivation.
pub fn damage_at(places: usize, bytes: &[u8], mut read: impl FnMut(&[u8])) {
    let step = bytes.len().div_ceil(places).max(1);
    for at in (0..bytes.len()).step_by(step) {
        read(&bytes[..at]);
        let mut turned = bytes.to_vec();
        turned[at] ^= 1 << (at % 8);
        read(&turned);
    }
}

/// [`damage_at`] behind the password: damaged first and sealed then, so that no cipher keeps the damage from the reader
/// of what it sealed.
pub fn damage_behind(places: usize, plain: &[u8], password: &str, seal: impl Fn(&[u8]) -> Vec<u8>) {
    assert!(!read(&seal(plain), Some(password)).unwrap().entries.is_empty());
    damage_at(places, plain, |plain| drop(read(&seal(plain), Some(password))));
}

/// The project's table of known files, for the password managers whose importers are one table long.
#[test]
fn known_files_of_password_managers_are_read() {
    expected::check(&[
        "1password",
        "apple_passwords",
        "bitwarden",
        "bitwarden_authenticator",
        "cxf",
        "dashlane",
        "keepass",
        "keeper",
        "lastpass_vault",
        "proton_pass",
        "synology_c2",
    ]);
}
