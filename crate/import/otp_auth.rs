//! OTP Auth (iOS): `.otpauthdb` with all accounts, `.otpauth` with one.
//!
//! The whole file is AES under a key that every installation knows; inside lies an archive of Apple's that holds
//! another one, under the user's password.

use super::collect::Collector;
use super::read::bplist::{self, Archive, Node};
use super::read::crypto::{self, Prf};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::base32::base32;
use crate::otp::{Algorithm, Digits, Kind, Otp, OtpError, Period};
use crate::secret::{Key, SecretBytes, SecretText};
use crate::vault::entry::EntryDraft;

/// OTP Auth's backups.
pub(super) struct OtpAuth;

/// What the outer key is the hash of, and the name of the field with the inner archive.
const BACKUP: (&str, &str) = ("Authenticator", "WrappedData");
const ACCOUNT: (&str, &str) = ("OTPAuth", "Data");
const BLOCK: usize = 16;

impl Importer for OtpAuth {
    fn id(&self) -> &'static str {
        "otp-auth"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        wrapping(input.bytes).is_some()
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let (name, field) = wrapping(input.bytes).ok_or(ImportError::NotAnExport)?;
        let inner = open_inner(input.bytes, name, field, password, limits)?;
        // Without a MAC a wrong password has good padding once in 256 times.
        let inner = Archive::open(inner.expose()).map_err(|_| ImportError::WrongPassword)?;
        if field == ACCOUNT.1 {
            let mut collector = Collector::new("otpauth-ios-account", limits);
            add(&mut collector, inner.root(), "")?;
            return collector.finish_some();
        }
        let mut collector = Collector::new("otpauth-ios-backup", limits);
        let folders = inner.root().field("Folders").ok_or(ImportError::BadContent)?;
        // Arrays can share their items, so the folders count too: ten for each account are too many.
        for folder in folders.items().take(limits.max_items) {
            let name = folder.field("name").and_then(Node::text).unwrap_or_default();
            let accounts = folder.field("accounts").map(Node::items);
            for account in accounts.into_iter().flatten() {
                add(&mut collector, account, name)?;
            }
        }
        collector.finish_some()
    }
}

/// The archive under the password. The outer one is gone by then: both may be as large as the file.
fn open_inner(
    bytes: &[u8],
    name: &str,
    field: &str,
    password: Option<&SecretText>,
    limits: &Limits,
) -> Result<SecretBytes, ImportError> {
    // The key is known: what does not open is damaged.
    let outer = crypto::open_cbc(&fixed_key(name), &[0; BLOCK], bytes);
    let outer = outer.map_err(|_| ImportError::BadContent)?;
    let outer = Archive::open(outer.expose())?;
    let root = outer.root();
    let data = root.field(field).and_then(Node::data).ok_or(ImportError::BadContent)?;
    let password = password.ok_or(ImportError::PasswordNeeded)?;
    match (version(root).as_str(), field == BACKUP.1) {
        ("1.0", true) | ("1.1", false) => open_salted(root, data, password),
        ("1.1", true) | ("1.2", false) => open_rncryptor(data, password, limits),
        _ => Err(ImportError::UnsupportedVersion),
    }
}

/// Which of the two fixed keys gives an archive: the first block tells.
fn wrapping(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let first = bytes.get(..BLOCK).filter(|_| bytes.len().is_multiple_of(BLOCK))?;
    [BACKUP, ACCOUNT].into_iter().find(|(name, _)| {
        crypto::open_cbc_unpadded(&fixed_key(name), &[0; BLOCK], first)
            .is_ok_and(|plain| plain.expose().starts_with(bplist::MAGIC))
    })
}

fn fixed_key(name: &str) -> Key {
    Key::new(crypto::sha256(&[name.as_bytes()]))
}

/// `1.0` as text or as a number.
fn version(root: Node<'_>) -> String {
    let version = root.field("Version");
    let text = version.and_then(Node::text).map(str::to_owned);
    text.or_else(|| version.and_then(Node::real).map(|n| format!("{n:.1}"))).unwrap_or_default()
}

/// The older kind: one hash of salt and password, no MAC.
fn open_salted(root: Node<'_>, data: &[u8], password: &SecretText) -> Result<SecretBytes, ImportError> {
    let salt = root.field("Salt").and_then(Node::text).ok_or(ImportError::BadContent)?;
    let iv = root.field("IV").ok_or(ImportError::BadContent)?;
    let iv = iv.data().or(iv.text().map(str::as_bytes)).ok_or(ImportError::BadContent)?;
    let key = Key::new(crypto::sha256(&[salt.as_bytes(), b"-", password.expose().as_bytes()]));
    let iv = crypto::sha1(&[iv]);
    crypto::open_cbc(&key, iv.get(..BLOCK).unwrap_or_default(), data)
}

/// RNCryptor 3 with a password: version, options, two salts, IV, ciphertext, MAC of all that.
fn open_rncryptor(data: &[u8], password: &SecretText, limits: &Limits) -> Result<SecretBytes, ImportError> {
    const ROUNDS: u64 = 10_000;
    let take = |part: core::ops::Range<usize>| data.get(part).ok_or(ImportError::BadContent);
    if take(0..2)? != [3, 1] {
        return Err(ImportError::UnsupportedVersion);
    }
    let (signed, mac) =
        data.split_at_checked(data.len().saturating_sub(32)).ok_or(ImportError::BadContent)?;
    let sealed = signed.get(34..).ok_or(ImportError::BadContent)?;
    let password = password.expose().as_bytes();
    let derive = |salt| crypto::derive_pbkdf2::<32>(Prf::Sha1, password, salt, ROUNDS, limits);
    let mac_key = derive(take(10..18)?)?;
    if !crypto::same(&crypto::hmac_sha256(mac_key.expose(), &[signed]), mac) {
        return Err(ImportError::WrongPassword);
    }
    crypto::open_cbc(&derive(take(2..10)?)?, take(18..34)?, sealed)
}

/// The longest name or secret that is taken. Archives can share one text among all accounts.
const MAX_TEXT: usize = 4096;

fn add(collector: &mut Collector, account: Node<'_>, folder: &str) -> Result<(), ImportError> {
    let text = |name| account.field(name).and_then(Node::text).unwrap_or_default();
    let (issuer, label) = (text("issuer"), text("label"));
    if [issuer, label, folder].iter().any(|text| text.len() > MAX_TEXT) {
        return Err(ImportError::TooLarge);
    }
    let entry = otp(account).map(|otp| {
        let mut entry = EntryDraft::new(issuer, label, otp);
        entry.tags = Some(folder).filter(|name| !name.is_empty()).map(str::to_owned).into_iter().collect();
        if account.field("icon").is_some_and(|icon| icon.data().is_some()) {
            entry.lost.push("icon");
        }
        entry
    });
    let secret = account.field("secret").and_then(Node::data).unwrap_or_default();
    let secret =
        SecretText::new(base32(&SecretBytes::new(secret.get(..MAX_TEXT).unwrap_or(secret).to_vec())));
    let numbers = ["type", "algorithm", "digits", "period", "counter"].map(|name| {
        let number = account.field(name).and_then(Node::integer);
        (name, number.map(|number| number.to_string()).unwrap_or_default())
    });
    let mut own: Vec<_> = numbers.iter().map(|(name, text)| (*name, text.as_str())).collect();
    own.extend([("issuer", issuer), ("label", label), ("secret", secret.expose().as_str())]);
    collector.account(issuer, label, entry, &own[..])
}

/// Numbers that are 0 or missing mean what is usual.
fn otp(account: Node<'_>) -> Result<Otp, OtpError> {
    let number = |name, bad| match account.field(name).and_then(Node::integer) {
        None => Ok(0),
        Some(n) => u64::try_from(n).map_err(|_| bad),
    };
    let kind = match number("type", OtpError::UnsupportedType)? {
        1 => Kind::Hotp { counter: number("counter", OtpError::BadCounter)? },
        2 => Kind::Totp {
            period: match number("period", OtpError::BadPeriod)? {
                0 => Period::THIRTY,
                seconds => Period::new(seconds)?,
            },
        },
        _ => return Err(OtpError::UnsupportedType),
    };
    let algorithm = match number("algorithm", OtpError::UnsupportedAlgorithm)? {
        0 | 1 => Algorithm::Sha1,
        2 => Algorithm::Sha256,
        3 => Algorithm::Sha512,
        // 4 is MD5.
        _ => return Err(OtpError::UnsupportedAlgorithm),
    };
    let digits = match number("digits", OtpError::BadDigits)? {
        0 => Digits::SIX,
        n => Digits::new(n)?,
    };
    let secret = account.field("secret").and_then(Node::data).unwrap_or_default();
    if secret.len() > MAX_TEXT {
        return Err(OtpError::BadSecret { at: MAX_TEXT });
    }
    Otp::new(kind, algorithm, digits, SecretBytes::new(secret.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::read::testing::bplist::{Item, text, write};
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage, damage_at, expected, read, seal, unlock};

    const PASSWORD: &str = "correct horse";
    /// What `SHA-1` of the stored IV is cut from, and RNCryptor's two salts and IV.
    const SALTS: [u8; 32] = *b"encsalt1macsalt2sixteen bytes iv";

    fn account(entry: &EntryDraft) -> Vec<(&'static str, Item)> {
        // 0 is what is usual.
        let unless = |n: u32, usual: u32| Item::Integer(if n == usual { 0 } else { n.into() });
        let algorithm = match entry.otp.algorithm() {
            Algorithm::Sha1 => 0,
            Algorithm::Sha256 => 2,
            Algorithm::Sha512 => 3,
        };
        vec![
            ("label", Item::MutableText(entry.account.clone())),
            ("issuer", if entry.issuer.is_empty() { text("$null") } else { text(&entry.issuer) }),
            ("secret", Item::Data(entry.otp.secret().expose().clone())),
            ("type", Item::Integer(if counter(entry).is_some() { 1 } else { 2 })),
            ("algorithm", Item::Integer(algorithm)),
            ("digits", unless(entry.otp.digits().count().into(), 6)),
            ("period", unless(period(entry).unwrap_or(30), 30)),
            ("counter", Item::Integer(counter(entry).unwrap_or(0) as i64)),
        ]
    }

    fn folders() -> Item {
        let folder = |name: &str, entries: Vec<EntryDraft>| {
            let accounts = entries.iter().map(|entry| Item::Object(account(entry))).collect();
            Item::Object(vec![("name", text(name)), ("accounts", Item::Array(accounts))])
        };
        let (mut first, mut second) = (eight(), eight());
        second.drain(..5);
        first.truncate(5);
        Item::Dict(vec![("Folders", Item::Array(vec![folder("One", first), folder("Two", second)]))])
    }

    fn rncryptor(plain: &[u8]) -> Vec<u8> {
        let derive = |salt: &[u8]| {
            crypto::derive_pbkdf2::<32>(Prf::Sha1, PASSWORD.as_bytes(), salt, 10_000, &Limits::default())
                .unwrap()
        };
        let iv = SALTS[16..].try_into().unwrap();
        let sealed = seal::cbc(derive(&SALTS[..8]).expose(), iv, plain);
        let signed = [&[3, 1][..], &SALTS, &sealed].concat();
        let mac = crypto::hmac_sha256(derive(&SALTS[8..16]).expose(), &[&signed]);
        [signed, mac.to_vec()].concat()
    }

    fn salted(plain: &[u8]) -> Vec<u8> {
        let key = crypto::sha256(&["s\u{e4}lt".as_bytes(), b"-", PASSWORD.as_bytes()]);
        let iv = crypto::sha1(&[b"some iv"]);
        seal::cbc(&key, iv[..16].try_into().unwrap(), plain)
    }

    fn wrap((name, field): (&str, &'static str), version: Item, data: Vec<u8>) -> Vec<u8> {
        let outer = Item::Dict(vec![
            ("Version", version),
            (field, Item::Data(data)),
            ("Salt", text("s\u{e4}lt")),
            ("IV", if field == ACCOUNT.1 { Item::Data(b"some iv".to_vec()) } else { text("some iv") }),
        ]);
        seal::cbc(fixed_key(name).expose(), [0; 16], &write(&outer))
    }

    /// The app has no Steam, no notes and no favourites; its folders are tags.
    fn lesser() -> Vec<EntryDraft> {
        let mut entries = eight_less(|entry| {
            let five = matches!(entry.otp.kind(), Kind::Steam);
            lose_extras(entry);
            if five {
                let totp = Kind::Totp { period: Period::THIRTY };
                let secret = entry.otp.secret().clone();
                entry.otp = Otp::new(totp, Algorithm::Sha1, Digits::new(5).unwrap(), secret).unwrap();
            }
        });
        for (at, entry) in entries.iter_mut().enumerate() {
            entry.tags = vec![if at < 5 { "One" } else { "Two" }.into()];
        }
        entries
    }

    #[test]
    fn both_backups_lose_what_the_app_does_not_know() {
        let plain = write(&folders());
        for (version, data) in [
            (text("1.0"), salted(&plain)),
            (text("1.1"), rncryptor(&plain)),
            (Item::Real(1.1), rncryptor(&plain)),
        ] {
            let got = unlock(&wrap(BACKUP, version, data), PASSWORD);
            assert_eq!((got.format, got.entries, got.skipped), ("otpauth-ios-backup", lesser(), vec![]));
        }
    }

    #[test]
    fn both_files_of_one_account_are_read() {
        let entry = eight().remove(5);
        let plain = write(&Item::Dict(account(&entry)));
        for (version, data) in [("1.1", salted(&plain)), ("1.2", rncryptor(&plain))] {
            let got = unlock(&wrap(ACCOUNT, text(version), data), PASSWORD);
            assert_eq!((got.format, got.entries), ("otpauth-ios-account", vec![entry.clone()]));
        }
    }

    #[test]
    fn unknown_versions_and_hashes_are_told() {
        let plain = write(&folders());
        let newer = wrap(BACKUP, text("2.0"), rncryptor(&plain));
        assert_eq!(read(&newer, Some(PASSWORD)), Err(ImportError::UnsupportedVersion));
        let change = |name: &str, value: Item| {
            let mut fields = account(&eight()[0]);
            fields.retain(|(field, _)| *field != name);
            fields.push((name.to_owned().leak(), value));
            let got =
                read(&wrap(ACCOUNT, text("1.2"), rncryptor(&write(&Item::Dict(fields)))), Some(PASSWORD));
            got.unwrap().skipped[0].why
        };
        assert_eq!(change("algorithm", Item::Integer(4)), "unsupported-algorithm");
        assert_eq!(change("type", Item::Integer(3)), "unsupported-type");
        assert_eq!(change("digits", Item::Integer(11)), "bad-digits");
        assert_eq!(change("period", Item::Integer(-1)), "bad-period");
        assert_eq!(change("secret", Item::Data(vec![])), "no-secret");
        assert_eq!(change("secret", Item::Data(vec![1; 5000])), "bad-secret");
    }

    #[test]
    fn damage_never_panics() {
        let plain = write(&folders());
        damage(&wrap(BACKUP, text("1.0"), salted(&plain)), |bytes| drop(read(bytes, Some(PASSWORD))));
        // Damage behind the password: what the cipher does not vouch for.
        damage(&plain, |plain| drop(read(&wrap(BACKUP, text("1.0"), salted(plain)), Some(PASSWORD))));
        damage_at(10, &rncryptor(&plain), |data| {
            drop(read(&wrap(BACKUP, text("1.1"), data.to_vec()), Some(PASSWORD)))
        });
    }

    #[test]
    fn known_files() {
        expected::check(&["otpauth_ios"]);
    }
}
