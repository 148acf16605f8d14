//! Reading what other authenticators write. Pure functions: bytes and a passphrase in, a [`Draft`] out.
//! An importer cannot touch the vault. A new format is one file and one line in [`REGISTRY`].

pub mod read;
#[cfg(test)]
pub(crate) mod testing;
pub mod text;

// Shared by formats.
mod collect;
mod csv_logins;
mod freeotp_token;
mod login;
mod marks;
mod names;
mod outline;
mod parameters;
mod several;
mod source;
mod telling;
mod uri_rows;

// One for each format.
mod aegis;
mod andotp;
mod andotp_encrypted;
mod apple_passwords;
mod authenticator_extension;
mod authenticator_extension_seal;
mod authenticator_plus;
mod authenticator_plus_database;
mod authme;
mod authy;
mod battle_net;
mod bitwarden;
mod bitwarden_authenticator_csv;
mod bitwarden_csv;
mod bitwarden_sealed;
mod cotp;
mod csv_other;
mod cxf;
mod dashlane;
mod duo;
mod enpass;
mod enpass_csv;
mod ente;
mod freeotp;
mod freeotp2;
mod freeotp_plus;
mod google_database;
mod google_migration;
mod json_other;
mod kdbx;
mod kdbx_key;
mod keepass;
mod keepass_otp;
mod keepass_xml;
mod keepassxc_csv;
mod keeper;
mod keeper_csv;
mod lastpass_authenticator;
mod lastpass_transfer;
mod lastpass_vault;
mod microsoft_authenticator;
mod onepassword;
mod onepassword_csv;
mod onepassword_pif;
mod open_authenticator;
mod otp_auth;
mod packed;
mod proton_authenticator;
mod proton_pass;
mod proton_pass_csv;
mod psono;
#[cfg(not(target_arch = "wasm32"))]
mod qr_image;
mod qr_page;
mod raivo;
mod roboform;
mod sparekey_file;
mod steam;
mod stratum;
mod stratum_database;
mod synology_c2;
mod totp_authenticator;
mod twofas;
mod twofast;
mod twofauth;
mod uri_list;
mod uri_text;
mod winauth;
mod winauth_xml;

pub use names::{APPS, App, FAMILIES, Family, name_of};
pub use packed::{Pictures, pictures_in};
pub use several::{Refused, Several, import_files, import_with};
pub use sparekey_file::open as open_sparekey;

use std::borrow::Cow;
use std::cell::OnceCell;

use self::read::sqlite::{self, Database};
use self::read::zip::{self, Zip};
use self::read::{picture_kind, sqlite_log};
use crate::otp::unwrap::unwrapped;
use crate::secret::SecretText;
use crate::vault::entry::EntryDraft;
use crate::vault::kept::KeptDraft;

/// What a file held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The format's stable id, `aegis-json-encrypted`.
    pub format: &'static str,
    /// The accounts, in file order.
    pub entries: Vec<EntryDraft>,
    /// What could not be taken, so that nothing disappears silently.
    pub skipped: Vec<Skipped>,
    /// The families of the files that it was packed around; empty where it is no zip around others.
    pub inner: Vec<&'static str>,
    /// The names of files beside it that were its key. They are no exports of their own.
    pub keys: Vec<String>,
}

/// One item of a file that is no entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// What the user knows it by: `Issuer: account`, a line number. Never a secret.
    pub what: String,
    /// Why, as a stable code: `unsupported-type`, `bad-secret`, `no-secret`, `bad-digits`, ...
    pub why: &'static str,
    /// The item itself, where it is an account with a key that no entry can hold: the vault can keep it as it is.
    pub kept: Option<Box<KeptDraft>>,
    /// It is a whole file, and none of the passwords opens it.
    pub shut: Option<Shut>,
}

/// A file among others that is shut still.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shut {
    /// The family, where the file was recognised.
    pub family: Option<&'static str>,
}

impl Skipped {
    /// An item of which there is nothing to keep.
    pub fn new(what: impl Into<String>, why: &'static str) -> Self {
        Self { what: what.into(), why, kept: None, shut: None }
    }

    /// A file that could not be read, beside others that could.
    fn file(name: String, Refused { family, error }: Refused) -> Self {
        let shut = (error == ImportError::WrongPassword).then_some(Shut { family });
        Self { shut, ..Self::new(name, error.code()) }
    }
}

/// What the user dropped: one file, or the files that belong together (a Steam manifest and its maFile).
#[derive(Debug)]
pub struct Input<'a> {
    /// The file that is read.
    pub bytes: &'a [u8],
    /// Other files dropped with it, by name, for the formats that need two.
    pub beside: &'a [(String, Vec<u8>)],
    /// What the file is called; empty when unknown. Nothing is recognised by it: it only tells what is missing.
    name: &'a str,
    /// All passwords that were given. The one that is to be tried is told apart; what is packed may be under several.
    passwords: &'a [SecretText],
    /// Its text, decoded once for all importers that look at it.
    text: OnceCell<Option<Cow<'a, str>>>,
    /// The top of its JSON, parsed once for all importers that look at it.
    outline: OnceCell<Option<outline::Outline>>,
}

impl<'a> Input<'a> {
    /// A file, and others that were dropped with it.
    pub fn new(bytes: &'a [u8], beside: &'a [(String, Vec<u8>)]) -> Self {
        Self { bytes, beside, name: "", passwords: &[], text: OnceCell::new(), outline: OnceCell::new() }
    }

    /// The same with its name.
    pub fn called(self, name: &'a str) -> Self {
        Self { name, ..self }
    }

    /// The same with all passwords that were given.
    fn under(self, passwords: &'a [SecretText]) -> Self {
        Self { passwords, ..self }
    }

    /// The text of the file; `None` when it is no text.
    fn text(&self) -> Option<&str> {
        let text = || text::of_file(self.bytes).map(text::with_line_feeds).map(text::unquoted).map(whole);
        self.text.get_or_init(text).as_deref()
    }

    /// The top of the file's JSON; `None` when it is no JSON from beginning to end.
    fn outline(&self) -> Option<&outline::Outline> {
        self.outline.get_or_init(|| outline::Outline::of_text(self.text()?)).as_ref()
    }

    /// The file as a database, with its log where that was dropped with it.
    fn database(&self) -> Result<Database<'a>, ImportError> {
        Database::open_with(self.bytes, self.log())
    }

    /// The log that belongs to the database; nothing where none does.
    fn log(&self) -> &'a [u8] {
        let mut logs = self.beside.iter().filter(|(_, bytes)| sqlite_log::is_log(bytes));
        let called = format!("{}-wal", self.name);
        let named = logs.clone().find(|(name, _)| *name == called);
        // Renamed on the way: the only one must be of the only database.
        let alone = || {
            let log = logs.next().filter(|_| logs.next().is_none())?;
            (!self.beside.iter().any(|(_, bytes)| bytes.starts_with(sqlite::MAGIC))).then_some(log)
        };
        named.or_else(alone).map_or(&[], |(_, log)| log)
    }

    /// The names of the files that SQLite keeps beside its databases.
    fn logs(&self) -> Vec<String> {
        let own = self.beside.iter().filter(|(_, bytes)| sqlite_log::looks_like(bytes));
        own.map(|(name, _)| name.clone()).collect()
    }

    /// The whole of the file's JSON.
    fn json(&self) -> Result<read::json::Value, ImportError> {
        read::json::parse(self.text().ok_or(ImportError::BadContent)?)
    }
}

/// The text with the links in it whole.
fn whole(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => unwrapped(text),
        Cow::Owned(text) => match unwrapped(&text) {
            Cow::Owned(whole) => Cow::Owned(whole),
            Cow::Borrowed(_) => Cow::Owned(text),
        },
    }
}

/// How much work and memory a file may ask for. Bounds are parameters of the work, never seconds.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The file itself, and everything unpacked from it, in bytes.
    pub max_bytes: usize,
    /// Entries and skipped items together.
    pub max_items: usize,
    /// Memory that a KDF may take, in KiB.
    pub max_kdf_kib: u32,
    /// KDF work in units of one Argon2id pass over 1 KiB, or of one hash compression.
    pub max_work: u64,
    /// Is told how many hundredths of a derivation are done, where the derivation can be watched: only AES-KDF's
    /// rounds are ours to count.
    pub told: fn(u8),
}

/// Recognises and reads one family of files.
pub trait Importer: Sync {
    /// The family's stable id, `aegis`.
    fn id(&self) -> &'static str;

    /// Whether the bytes are this family's, by content and never by name. Cheap: no decryption beyond a fixed key.
    fn recognises(&self, input: &Input<'_>) -> bool;

    /// Whether recognising it proves nothing, because the format has no mark. Such a family is asked after all others.
    fn is_guess(&self) -> bool {
        false
    }

    /// Reads the file. `password` is `None` until the user was asked: answer [`ImportError::PasswordNeeded`] then.
    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError>;
}

/// Why a whole file was refused. Single bad items are [`Skipped`] instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportError {
    /// Zero bytes.
    EmptyFile,
    /// More than [`Limits::max_bytes`], packed or unpacked.
    TooLarge,
    /// No format recognised.
    NotAnExport,
    /// The right format, damaged or cut off.
    BadContent,
    /// The right format with no account in it.
    NoEntries,
    /// Encrypted, and no password was given.
    PasswordNeeded,
    /// Encrypted, and the password does not open it.
    WrongPassword,
    /// A version or cipher that no reader of ours knows.
    UnsupportedVersion,
    /// A picture of a kind that nothing here decodes.
    UnsupportedPicture,
    /// Bitwarden's "account restricted" file, or one that Windows or a fingerprint sealed: only where it came from can
    /// it be opened.
    AccountRestrictedExport,
    /// A second file is needed (Steam's manifest, a database's log).
    FileMissing,
    /// The KDF asks for more than [`Limits`]: done only when the user agrees.
    TooMuchWork {
        /// Memory asked for, in KiB.
        kib: u32,
        /// Work asked for, in the unit of [`Limits::max_work`].
        work: u64,
    },
}

impl ImportError {
    /// The stable code that crosses to the interface and the native tool.
    pub fn code(&self) -> &'static str {
        match self {
            Self::EmptyFile => "empty-file",
            Self::TooLarge => "too-large",
            Self::NotAnExport => "not-an-export",
            Self::BadContent => "bad-content",
            Self::NoEntries => "no-entries",
            Self::PasswordNeeded => "password-needed",
            Self::WrongPassword => "wrong-password",
            Self::UnsupportedVersion => "unsupported-version",
            Self::UnsupportedPicture => "unsupported-picture",
            Self::AccountRestrictedExport => "account-restricted-export",
            Self::FileMissing => "file-missing",
            Self::TooMuchWork { .. } => "too-much-work",
        }
    }
}

/// Every importer, in alphabetical order of its id. The first that recognises a file reads it; guesses are asked last.
pub static REGISTRY: &[&dyn Importer] = &[
    &onepassword::OnePassword,
    &onepassword_csv::IMPORTER,
    &onepassword_pif::OnePasswordPif,
    &twofas::TwoFas,
    &twofast::TwoFast,
    &twofauth::TwoFAuth,
    &aegis::Aegis,
    &andotp::AndOtp,
    &andotp_encrypted::AndOtpEncrypted,
    &apple_passwords::IMPORTER,
    &authenticator_extension::AuthenticatorExtension,
    &authenticator_plus::AuthenticatorPlus,
    &authenticator_plus_database::AuthenticatorPlusDatabase,
    &authme::Authme,
    &authy::Authy,
    &battle_net::BattleNet,
    &bitwarden::Bitwarden,
    &bitwarden_authenticator_csv::IMPORTER,
    &bitwarden_csv::IMPORTER,
    &cotp::Cotp,
    &csv_other::CsvOther,
    &cxf::Cxf,
    &dashlane::CREDENTIALS,
    &dashlane::DashlaneZip,
    &duo::Duo,
    &enpass::Enpass,
    &enpass_csv::EnpassCsv,
    &ente::Ente,
    &freeotp::FreeOtp,
    &freeotp2::FreeOtp2,
    &freeotp_plus::FreeOtpPlus,
    &google_database::GoogleDatabase,
    &google_migration::GoogleMigration,
    &json_other::JsonOther,
    &keepass::KeePass,
    &keepassxc_csv::IMPORTER,
    &keeper::Keeper,
    &keeper_csv::KeeperCsv,
    &lastpass_authenticator::LastPassAuthenticator,
    &lastpass_transfer::LastPassTransfer,
    &lastpass_vault::LastPassVault,
    &microsoft_authenticator::MicrosoftAuthenticator,
    &open_authenticator::OpenAuthenticator,
    &otp_auth::OtpAuth,
    &packed::Packed,
    &proton_authenticator::ProtonAuthenticator,
    &proton_pass::ProtonPass,
    &proton_pass_csv::IMPORTER,
    &psono::Psono,
    &psono::PsonoCsv,
    #[cfg(not(target_arch = "wasm32"))]
    &qr_image::QrImage,
    &qr_page::QrPage,
    &raivo::Raivo,
    &roboform::RoboForm,
    &sparekey_file::Sparekey,
    &steam::Steam,
    &stratum::Stratum,
    &stratum_database::StratumDatabase,
    &synology_c2::IMPORTER,
    &totp_authenticator::TotpAuthenticator,
    &totp_authenticator::TotpAuthenticatorEncrypted,
    &uri_list::UriList,
    &uri_text::UriText,
    &winauth::WinAuth,
];

impl Default for Limits {
    /// What is done without asking: 20 MB, 10,000 items, 256 MiB, and twenty times our own vault's KDF
    /// (Argon2id over 64 MiB, three passes).
    fn default() -> Self {
        Self {
            max_bytes: 20_000_000,
            max_items: 10_000,
            max_kdf_kib: 256 * 1024,
            max_work: 20 * 3 * 64 * 1024,
            told: |_| {},
        }
    }
}

/// Finds the format by content and reads the file.
pub fn import(
    input: &Input<'_>,
    password: Option<&SecretText>,
    limits: &Limits,
) -> Result<Draft, ImportError> {
    import_as(input, password, limits).1
}

/// As [`import`], with the family that recognised the file, also where it then refused it.
fn import_as(
    input: &Input<'_>,
    password: Option<&SecretText>,
    limits: &Limits,
) -> (Option<&'static str>, Result<Draft, ImportError>) {
    let (family, mut draft) = read_as(input, password, limits);
    if let (Some(family), Ok(draft)) = (family, &mut draft) {
        let kept = draft.skipped.iter_mut().filter_map(|skipped| skipped.kept.as_mut());
        kept.filter(|kept| kept.format.is_empty()).for_each(|kept| kept.format = family.to_owned());
    }
    (family, draft)
}

fn read_as(
    input: &Input<'_>,
    password: Option<&SecretText>,
    limits: &Limits,
) -> (Option<&'static str>, Result<Draft, ImportError>) {
    if input.bytes.is_empty() {
        return (None, Err(ImportError::EmptyFile));
    }
    if input.bytes.len() > limits.max_bytes {
        return (None, Err(ImportError::TooLarge));
    }
    // A text in UTF-16 may be half as long again once it is decoded.
    if input.text().is_some_and(|text| text.len() > limits.max_bytes) {
        return (None, Err(ImportError::TooLarge));
    }
    let (guesses, sure): (Vec<&dyn Importer>, Vec<_>) =
        REGISTRY.iter().copied().partition(|importer| importer.is_guess());
    if let Some(importer) = sure.into_iter().find(|importer| importer.recognises(input)) {
        return (Some(importer.id()), importer.import(input, password, limits));
    }
    if sqlite_log::looks_like(input.bytes) || input.database().is_ok_and(|database| database.wants_log()) {
        return (None, Err(ImportError::FileMissing));
    }
    if picture_kind::is_another(input.bytes) {
        return (None, Err(ImportError::UnsupportedPicture));
    }
    // Several may guess at the same bytes: a password that does not open one format may open the next.
    let mut refused: Option<(Option<&'static str>, ImportError)> = None;
    for importer in guesses.into_iter().filter(|importer| importer.recognises(input)) {
        match importer.import(input, password, limits) {
            // The same bytes could be sealed with what another file says, and no password will open them alone.
            Err(ImportError::WrongPassword | ImportError::PasswordNeeded) if steam::lacks_manifest(input) => {
                return (Some(steam::Steam.id()), Err(ImportError::FileMissing));
            }
            Err(error @ (ImportError::WrongPassword | ImportError::TooMuchWork { .. })) => {
                // A family only where no other could be meant. A zip around files says nothing of theirs.
                let family = Some(importer.id()).filter(|id| *id != packed::Packed.id());
                refused = Some(refused.map_or((family, error), |(_, first)| (None, first)));
            }
            // A guess that asks for a password has not recognised anything yet.
            Err(error) => return (None, Err(error)),
            Ok(draft) => return (Some(importer.id()), Ok(draft)),
        }
    }
    let (family, error) = refused.unwrap_or_else(|| (None, unrecognised(input)));
    (family, Err(error))
}

/// A text with an app's marks in it is an export that was cut off or typed over; what nobody knows is none.
fn unrecognised(input: &Input<'_>) -> ImportError {
    match input.text() {
        // Blank, nothing but remarks, or the list of nothing that some apps write.
        Some(text) if text.lines().all(|line| line.trim().is_empty() || line.trim().starts_with('#')) => {
            ImportError::NoEntries
        }
        Some(text) if is_empty_json(text) => ImportError::NoEntries,
        Some(text) if marks::has_any(text) => ImportError::BadContent,
        // Cut off: its list of files stands at the end.
        None if zip::looks_like(input.bytes) && Zip::open(input.bytes, &Limits::default()).is_err() => {
            ImportError::BadContent
        }
        _ => ImportError::NotAnExport,
    }
}

/// `[]` or `{}`.
fn is_empty_json(text: &str) -> bool {
    let mut signs = text.chars().filter(|c| !c.is_whitespace());
    matches!(
        (signs.next(), signs.next(), signs.next()),
        (Some('['), Some(']'), None) | (Some('{'), Some('}'), None)
    )
}

#[cfg(test)]
mod tests {
    use super::testing::read;
    use super::*;

    #[test]
    fn a_picture_that_cannot_be_read_is_told_as_that() {
        let icon = [&b"\0\0\x01\0\x01\0\x20\x20\0\0\x01\0"[..], &[7; 90]].concat();
        for file in
            [&icon[..], b"P2\n1 1\n255\n0\n", b"MM\0*\0\0\0\x08 and what follows, much longer than a word"]
        {
            assert_eq!(read(file, None), Err(ImportError::UnsupportedPicture));
        }
    }

    #[test]
    fn a_text_that_lists_nothing_is_no_damage() {
        for text in ["[]", " { }\n", "\n \n", "# no accounts\r\n\r\n"] {
            assert_eq!(read(text.as_bytes(), None), Err(ImportError::NoEntries), "{text:?}");
        }
        for text in ["[{}]", "[", "# remark\nprose", "hello\nyou"] {
            assert_eq!(read(text.as_bytes(), None), Err(ImportError::NotAnExport), "{text:?}");
        }
    }
}
