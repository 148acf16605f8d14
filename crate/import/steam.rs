//! Steam: the file of the phone app and the `.maFile` of Steam Desktop Authenticator and steamguard-cli, plain, or
//! encrypted with what `manifest.json` says. Both files are needed then; either can be the one that is read.
//!
//! Only the shared secret is taken. `identity_secret` confirms trades: it never leaves the file.

use data_encoding::BASE64;
use serde_json::Value;

use super::collect::Collector;
use super::outline::Outline;
use super::read::crypto::{self, Argon2Cost, Prf};
use super::read::json::{self, Fields};
use super::{Draft, ImportError, Importer, Input, Limits, text};
use crate::otp::base32::parse_base64;
use crate::otp::uri::Uri;
use crate::otp::{Algorithm, Digits, Kind, Otp, OtpError};
use crate::secret::{Key, SecretBytes, SecretText};
use crate::vault::entry::EntryDraft;

/// Steam's files.
pub(super) struct Steam;

impl Importer for Steam {
    fn id(&self) -> &'static str {
        "steam"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        match Outline::of(input.bytes) {
            Some(file) => {
                let accounts = file.at("accounts").members();
                file.has("shared_secret")
                    || accounts.iter().any(|(_, account)| account.has("shared_secret"))
                    || is_manifest(&file)
            }
            None => sealed_bytes(input.bytes).is_some() && manifests(input).next().is_some(),
        }
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let plain = text::decode(input.bytes).and_then(|text| json::parse(&text).ok());
        match plain {
            Some(file) if file.has("entries") => read_manifest(&file, input, password, limits),
            Some(file) => draft(&[file], "steam-json", limits),
            None => {
                let sealed = sealed_bytes(input.bytes).ok_or(ImportError::BadContent)?;
                let entries: Vec<Value> = manifests(input).flat_map(|m| m.list("entries").to_vec()).collect();
                let file = open_with_any(&sealed, &entries, password, limits)?;
                draft(&[file], "steam-mafile-encrypted", limits)
            }
        }
    }
}

/// The files of a manifest that were given with it.
fn read_manifest(
    manifest: &Value,
    input: &Input<'_>,
    password: Option<&SecretText>,
    limits: &Limits,
) -> Result<Draft, ImportError> {
    let mut files = Vec::new();
    let mut missing = Vec::new();
    for entry in manifest.list("entries") {
        let name = entry.text("filename");
        let Some((_, bytes)) = input.beside.iter().find(|(other, _)| !name.is_empty() && other == name)
        else {
            missing.push(entry);
            continue;
        };
        files.push(match Lock::of(entry)? {
            None => json::parse(&text::decode(bytes).ok_or(ImportError::BadContent)?)?,
            Some(_) => {
                let sealed = sealed_bytes(bytes).ok_or(ImportError::BadContent)?;
                open_with_any(&sealed, core::slice::from_ref(entry), password, limits)?
            }
        });
    }
    if files.is_empty() && !missing.is_empty() {
        return Err(ImportError::FileMissing);
    }
    let mut collector = Collector::new("steam-mafile", limits);
    files.iter().try_for_each(|file| collect(&mut collector, file))?;
    for entry in missing {
        collector.skip(entry.text("filename"), "file-missing")?;
    }
    collector.finish_some()
}

fn draft(files: &[Value], format: &'static str, limits: &Limits) -> Result<Draft, ImportError> {
    let mut collector = Collector::new(format, limits);
    files.iter().try_for_each(|file| collect(&mut collector, file))?;
    collector.finish_some()
}

/// One account, or those of the newer phone app.
fn collect(collector: &mut Collector, file: &Value) -> Result<(), ImportError> {
    match file.field("accounts") {
        Value::Object(accounts) => accounts.values().try_for_each(|account| add(collector, account)),
        _ => add(collector, file),
    }
}

fn add(collector: &mut Collector, account: &Value) -> Result<(), ImportError> {
    let name = name(account);
    let otp = otp(account.text("shared_secret"));
    collector.account("Steam", &name, otp.map(|otp| EntryDraft::new("Steam", name.as_str(), otp)))
}

/// The generator of a shared secret, which is base64. The `secret` in `uri` is not used: some tools write junk there.
pub(super) fn otp(shared_secret: &str) -> Result<Otp, OtpError> {
    Otp::new(Kind::Steam, Algorithm::Sha1, Digits::SIX, parse_base64(shared_secret)?)
}

fn name(account: &Value) -> String {
    match account.text("account_name") {
        "" => Uri::parse(account.text("uri")).map(|uri| uri.account).unwrap_or_default(),
        name => name.to_owned(),
    }
}

fn is_manifest(file: &Outline) -> bool {
    let entry = file.at("entries").first();
    entry.has("filename")
        && ["steamid", "steam_id", "encryption_iv", "encryption"].iter().any(|k| entry.has(k))
}

fn manifests<'i>(input: &'i Input<'_>) -> impl Iterator<Item = Value> + 'i {
    let manifests =
        input.beside.iter().filter(|(_, bytes)| Outline::of(bytes).is_some_and(|f| is_manifest(&f)));
    manifests.filter_map(|(_, bytes)| json::parse(&text::decode(bytes)?).ok())
}

/// Ciphertext in base64, as every version writes it.
fn sealed_bytes(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = text::decode(bytes)?;
    let sealed = BASE64.decode(text.trim().as_bytes()).ok()?;
    (!sealed.is_empty() && sealed.len().is_multiple_of(16)).then_some(sealed)
}

/// How a manifest says that a file is encrypted.
struct Lock {
    keys: &'static [KeyFrom],
    salt: Vec<u8>,
    iv: Vec<u8>,
}

#[derive(Clone, Copy)]
enum KeyFrom {
    Pbkdf2 { rounds: u64 },
    Argon2 { kib: u32, passes: u32, lanes: u32 },
}

impl KeyFrom {
    fn derive(self, password: &[u8], salt: &[u8], limits: &Limits) -> Result<Key, ImportError> {
        match self {
            Self::Pbkdf2 { rounds } => crypto::derive_pbkdf2(Prf::Sha1, password, salt, rounds, limits),
            Self::Argon2 { kib, passes, lanes } => {
                crypto::derive_argon2(password, salt, Argon2Cost::id(kib, passes, lanes), limits)
            }
        }
    }

    fn work(self) -> u64 {
        match self {
            // Two blocks of SHA-1 for 32 bytes, two compressions each.
            Self::Pbkdf2 { rounds } => rounds * 4 / crypto::COMPRESSIONS_A_PASS,
            Self::Argon2 { kib, passes, .. } => u64::from(kib) * u64::from(passes),
        }
    }
}

/// Steam Desktop Authenticator, and steamguard-cli when told to be compatible.
const SDA: &[KeyFrom] = &[KeyFrom::Pbkdf2 { rounds: 50_000 }];
/// steamguard-cli's own; its first releases with this scheme had other parameters under the same name.
const ARGON2: &[KeyFrom] = &[
    KeyFrom::Argon2 { kib: 12 * 1024, passes: 3, lanes: 12 },
    KeyFrom::Argon2 { kib: 62_500, passes: 3, lanes: 4 },
];

impl Lock {
    /// `None` when the file is not encrypted.
    fn of(entry: &Value) -> Result<Option<Self>, ImportError> {
        let inner = entry.field("encryption");
        let (keys, salt, iv) = match inner.text("scheme") {
            "" if inner.is_null() => (SDA, entry.text("encryption_salt"), entry.text("encryption_iv")),
            "LegacySdaCompatible" => (SDA, inner.text("salt"), inner.text("iv")),
            "Argon2idAes256" => (ARGON2, inner.text("salt"), inner.text("iv")),
            _ => return Err(ImportError::UnsupportedVersion),
        };
        if salt.is_empty() && iv.is_empty() {
            return Ok(None);
        }
        let bytes = |text: &str| BASE64.decode(text.as_bytes()).map_err(|_| ImportError::BadContent);
        Ok(Some(Self { keys, salt: bytes(salt)?, iv: bytes(iv)? }))
    }

    /// There is no MAC: that the content is a Steam account tells that the password was right.
    fn open(&self, sealed: &[u8], password: &SecretText, limits: &Limits) -> Result<Value, ImportError> {
        for key in self.keys {
            let key = key.derive(password.expose().as_bytes(), &self.salt, limits)?;
            if let Some(file) =
                crypto::open_cbc(&key, &self.iv, sealed).ok().and_then(|plain| account(&plain))
            {
                return Ok(file);
            }
        }
        Err(ImportError::WrongPassword)
    }
}

fn account(plain: &SecretBytes) -> Option<Value> {
    let file = json::parse(core::str::from_utf8(plain.expose()).ok()?).ok()?;
    file.has("shared_secret").then_some(file)
}

/// Opens with the entry that fits: the file does not know its own name.
fn open_with_any(
    sealed: &[u8],
    entries: &[Value],
    password: Option<&SecretText>,
    limits: &Limits,
) -> Result<Value, ImportError> {
    let locks = entries.iter().filter_map(|entry| Lock::of(entry).transpose());
    let locks = locks.collect::<Result<Vec<Lock>, _>>()?;
    if locks.is_empty() {
        return Err(ImportError::FileMissing);
    }
    let password = password.ok_or(ImportError::PasswordNeeded)?;
    let work = locks.iter().flat_map(|lock| lock.keys).map(|key| key.work()).sum();
    crypto::admit(0, work, limits)?;
    for lock in &locks {
        match lock.open(sealed, password, limits) {
            Err(ImportError::WrongPassword | ImportError::BadContent) => {}
            other => return other,
        }
    }
    Err(ImportError::WrongPassword)
}

#[cfg(test)]
mod tests {
    use crate::import::testing::expected;

    #[test]
    fn known_files() {
        expected::check(&["steam"]);
    }
}
