//! Steam: the file of the phone app and the `.maFile` of Steam Desktop Authenticator and steamguard-cli, plain, or
//! encrypted with what `manifest.json` says. Both files are needed then; either can be the one that is read.
//!
//! Only the shared secret is taken. `identity_secret` confirms trades: it never leaves the file.

use data_encoding::BASE64;

use super::collect::Collector;
use super::outline::Outline;
use super::read::crypto::{self, Argon2Cost, Prf};
use super::read::json::{self, Fields, Value};
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
        match input.outline() {
            Some(file) => {
                let accounts = file.at("accounts").members();
                file.has("shared_secret")
                    || accounts.iter().any(|(_, account)| account.has("shared_secret"))
                    || is_manifest(file)
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
        let plain = input.text().and_then(|text| json::parse(text).ok());
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
    collector.account(
        "Steam",
        &name,
        otp.map(|otp| EntryDraft::new("Steam", name.as_str(), otp)),
        &own(account)[..],
    )
}

/// The generator of a shared secret, which is base64. The `secret` in `uri` is not used: some tools write junk there.
pub(super) fn otp(shared_secret: &str) -> Result<Otp, OtpError> {
    Otp::new(Kind::Steam, Algorithm::Sha1, Digits::SIX, parse_base64(shared_secret)?)
}

/// What an account is made of. Beside it the files have a session, which is no part of it.
fn own(account: &Value) -> [(&str, &str); 7] {
    let names = [
        "account_name",
        "shared_secret",
        "identity_secret",
        "revocation_code",
        "serial_number",
        "device_id",
        "uri",
    ];
    names.map(|name| (name, account.text(name)))
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

/// Whether this is what Steam Desktop Authenticator calls its sealed accounts, and the manifest is not with it.
pub(super) fn lacks_manifest(input: &Input<'_>) -> bool {
    let ending = input.name.len().checked_sub(".maFile".len()).and_then(|at| input.name.get(at..));
    ending.is_some_and(|ending| ending.eq_ignore_ascii_case(".maFile"))
        && sealed_bytes(input.bytes).is_some()
        && manifests(input).next().is_none()
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
    use serde_json::{Value, json};

    use super::*;
    use crate::import::import;
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage, damage_at, expected, read, seal};

    const PASSWORD: &str = "correct horse";

    /// Steam holds one of the eight: the others are no Steam accounts.
    fn valve() -> EntryDraft {
        eight().remove(6)
    }

    fn account() -> Value {
        let secret = BASE64.encode(valve().otp.secret().expose());
        json!({
            "shared_secret": secret, "account_name": valve().account, "identity_secret": "bm90IHRvIGJlIHRha2Vu",
            "uri": "otpauth://totp/Steam:other?secret=ASDF&issuer=Steam", "revocation_code": "R12345",
        })
    }

    fn seal_with(key: &Key) -> Vec<u8> {
        seal_text(account().to_string().as_bytes(), key)
    }

    fn seal_text(plain: &[u8], key: &Key) -> Vec<u8> {
        BASE64.encode(&seal::cbc(key.expose(), [5; 16], plain)).into_bytes()
    }

    fn sda() -> (Vec<u8>, Vec<u8>) {
        let key = SDA[0].derive(PASSWORD.as_bytes(), b"saltsalt", &Limits::default()).unwrap();
        let entry = |name: &str, salt: &[u8]| json!({"encryption_iv": BASE64.encode(&[5; 16]), "encryption_salt": BASE64.encode(salt), "filename": name, "steamid": 1});
        let manifest = json!({"encrypted": true, "entries": [entry("0.maFile", b"pepper00"), entry("1.maFile", b"saltsalt")]});
        (seal_with(&key), manifest.to_string().into_bytes())
    }

    fn read_with(
        bytes: &[u8],
        name: &str,
        other: &[u8],
        password: Option<&str>,
    ) -> Result<Draft, ImportError> {
        let password = password.map(|p| SecretText::new(p.into()));
        let beside = [(name.to_owned(), other.to_vec())];
        import(&Input::new(bytes, &beside), password.as_ref(), &Limits::default())
    }

    #[test]
    fn reads_every_plain_shape() {
        let phone = json!({"accounts": {"a": account(), "b": account()}});
        let mut nameless = account();
        nameless["account_name"] = Value::Null;
        for (file, names) in [
            (account(), vec!["valve_fan"]),
            (phone, vec!["valve_fan", "valve_fan"]),
            (nameless, vec!["other"]),
        ] {
            let got = read(file.to_string().as_bytes(), None).unwrap();
            assert_eq!(got.entries.iter().map(|e| e.account.as_str()).collect::<Vec<_>>(), names);
            assert!(
                got.entries.iter().all(|e| e.otp == valve().otp && e.issuer == "Steam" && e.note.is_empty())
            );
        }
        let bad = read(br#"{"shared_secret": "*", "account_name": "a"}"#, None).unwrap();
        assert_eq!((bad.skipped[0].what.as_str(), bad.skipped[0].why), ("Steam: a", "bad-secret"));
    }

    #[test]
    fn opens_with_the_manifest_whichever_of_the_two_is_read() {
        let (file, manifest) = sda();
        for (bytes, name, other) in [(&file, "manifest.json", &manifest), (&manifest, "1.maFile", &file)] {
            assert_eq!(read_with(bytes, name, other, None), Err(ImportError::PasswordNeeded));
            assert_eq!(read_with(bytes, name, other, Some("another")), Err(ImportError::WrongPassword));
            let got = read_with(bytes, name, other, Some(PASSWORD)).unwrap();
            assert_eq!(got.entries, [valve()]);
        }
        let got = read_with(&manifest, "1.maFile", &file, Some(PASSWORD)).unwrap();
        assert_eq!(got.skipped, [crate::import::Skipped::new("0.maFile", "file-missing")]);
        assert_eq!(read(&manifest, Some(PASSWORD)), Err(ImportError::FileMissing));
    }

    #[test]
    fn opens_both_of_steamguard_clis_own_schemes() {
        for key in ARGON2 {
            let file =
                seal_with(&key.derive(PASSWORD.as_bytes(), b"sixteen salty by", &Limits::default()).unwrap());
            let manifest = |scheme: &str| {
                let lock = json!({"scheme": scheme, "iv": BASE64.encode(&[5; 16]), "salt": BASE64.encode(b"sixteen salty by")});
                let entry =
                    json!({"filename": "1.maFile", "steam_id": 1, "account_name": "a", "encryption": lock});
                json!({"version": 1, "entries": [entry]}).to_string().into_bytes()
            };
            let open =
                |scheme, password| read_with(&file, "manifest.json", &manifest(scheme), Some(password));
            assert_eq!(open("Argon2idAes256", PASSWORD).unwrap().entries, [valve()]);
            assert_eq!(open("Argon2idAes256", "another"), Err(ImportError::WrongPassword));
            assert_eq!(open("Rot13", PASSWORD), Err(ImportError::UnsupportedVersion));
        }
    }

    #[test]
    fn alone_it_asks_for_the_manifest_and_not_for_a_password() {
        let (file, manifest) = sda();
        let alone = |name: &str, beside: &[(String, Vec<u8>)], password: Option<&str>| {
            let password = password.map(|p| SecretText::new(p.into()));
            let input = Input::new(&file, beside);
            import(&input.called(name), password.as_ref(), &Limits::default())
                .map(|draft| draft.entries.len())
        };
        for password in [None, Some(PASSWORD)] {
            assert_eq!(alone("76561198000000000.maFile", &[], password), Err(ImportError::FileMissing));
            assert_eq!(
                alone("X.MAFILE", &[("other.json".into(), b"{}".to_vec())], password),
                Err(ImportError::FileMissing)
            );
        }
        let beside = [("manifest.json".to_owned(), manifest)];
        assert_eq!(alone("1.maFile", &beside, Some(PASSWORD)), Ok(1));
        // Without that name it may be another app's backup.
        assert_eq!(alone("backup", &[], None), Err(ImportError::PasswordNeeded));
    }

    #[test]
    fn many_locks_are_too_much_work() {
        let (file, manifest) = sda();
        let mut manifest: Value = serde_json::from_slice(&manifest).unwrap();
        let entry = manifest["entries"][0].clone();
        manifest["entries"] = vec![entry; 1000].into();
        let got = read_with(&file, "manifest.json", manifest.to_string().as_bytes(), Some(PASSWORD));
        assert!(matches!(got, Err(ImportError::TooMuchWork { .. })));
    }

    #[test]
    fn damage_never_panics() {
        let (file, manifest) = sda();
        damage(account().to_string().as_bytes(), |bytes| drop(read(bytes, None)));
        damage_at(10, &file, |bytes| drop(read_with(bytes, "manifest.json", &manifest, Some(PASSWORD))));
        damage_at(10, &manifest, |bytes| drop(read_with(bytes, "1.maFile", &file, Some(PASSWORD))));
        let key = SDA[0].derive(PASSWORD.as_bytes(), b"saltsalt", &Limits::default()).unwrap();
        damage_at(10, account().to_string().as_bytes(), |plain| {
            drop(read_with(&seal_text(plain, &key), "manifest.json", &manifest, Some(PASSWORD)));
        });
    }

    #[test]
    fn known_files() {
        expected::check(&["steam"]);
    }
}
