//! andOTP's password-protected backup: bytes without any mark. So it is asked last, and tried with the password.
//! Its OpenPGP backups are sealed to a key that lies elsewhere: they are refused, to be opened with `gpg` first.

use super::read::crypto::{self, Prf};
use super::read::{json, openpgp};
use super::{Draft, ImportError, Importer, Input, Limits, andotp};
use crate::secret::{Key, SecretBytes, SecretText};

/// andOTP's encrypted backups, the new and the old kind.
pub(super) struct AndOtpEncrypted;

/// AES-GCM's nonce, and andOTP's salt.
const TWELVE: usize = 12;
/// Before version 0.6.3: nonce, `[]`, tag. With PBKDF2: iterations and salt before that.
const SHORTEST_OLD: usize = TWELVE + 2 + 16;
/// What the app draws is 140,000 to 160,000; more than this is another file.
const MAX_ITERATIONS: u32 = 10_000_000;

/// How files begin that people drop and that are something else: asking for their password would be misleading.
/// PNG, JPEG, GIF, WebP, TIFF, PDF, zip, gzip, 7z, RAR, SQLite, KeePass, Java, a property list, a program, an old Office
/// document.
const OTHERS: &[&[u8]] = &[
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF8",
    b"RIFF",
    b"II*\0",
    b"MM\0*",
    b"%PDF-",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b\x08",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"SQLite format 3\0",
    b"\x03\xd9\xa2\x9a",
    b"\xac\xed\0\x05",
    b"bplist00",
    b"\x7fELF",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
];

impl Importer for AndOtpEncrypted {
    fn id(&self) -> &'static str {
        "andotp-encrypted"
    }

    fn is_guess(&self) -> bool {
        true
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.bytes.len() >= SHORTEST_OLD && input.text().is_none() && !is_another_kind(input.bytes)
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        if openpgp::is_for_keys(input.bytes) {
            return Err(ImportError::UnsupportedVersion);
        }
        let password = password.ok_or(ImportError::PasswordNeeded)?;
        // The old kind costs one hash to rule out, so it goes first.
        let (format, plain) = match open_old(input.bytes, password) {
            Ok(plain) => ("andotp-encrypted-old", plain),
            Err(_) => ("andotp-encrypted", open_new(input.bytes, password, limits)?),
        };
        // GCM has vouched for the bytes.
        let plain = core::str::from_utf8(plain.expose()).map_err(|_| ImportError::BadContent)?;
        andotp::draft(format, &json::parse(plain)?, limits)
    }
}

/// Whether the bytes begin as those of a kind that has a mark.
pub(super) fn is_another_kind(bytes: &[u8]) -> bool {
    // A phone's photograph (HEIC, AVIF) or film, and a bitmap with the header that all of them have.
    let media = bytes.get(4..8) == Some(b"ftyp");
    let bitmap = bytes.starts_with(b"BM") && bytes.get(14..18) == Some(&[40, 0, 0, 0]);
    media || bitmap || OTHERS.iter().any(|magic| bytes.starts_with(magic))
}

/// Nonce, ciphertext, tag; the key is a hash of the password.
fn open_old(bytes: &[u8], password: &SecretText) -> Result<SecretBytes, ImportError> {
    let (nonce, sealed) = bytes.split_at_checked(TWELVE).ok_or(ImportError::BadContent)?;
    let key = Key::new(crypto::sha256(&[password.expose().as_bytes()]));
    crypto::open_gcm(&key, nonce, b"", sealed)
}

/// Iterations, salt, nonce, ciphertext, tag.
fn open_new(bytes: &[u8], password: &SecretText, limits: &Limits) -> Result<SecretBytes, ImportError> {
    let (iterations, rest) = bytes.split_first_chunk().ok_or(ImportError::BadContent)?;
    let (salt, rest) = rest.split_at_checked(TWELVE).ok_or(ImportError::BadContent)?;
    let (nonce, sealed) = rest.split_at_checked(TWELVE).ok_or(ImportError::BadContent)?;
    let iterations = u32::from_be_bytes(*iterations);
    if !(1..=MAX_ITERATIONS).contains(&iterations) {
        return Err(ImportError::WrongPassword);
    }
    let password = password.expose().as_bytes();
    let key = crypto::derive_pbkdf2(Prf::Sha1, password, salt, iterations.into(), limits)?;
    crypto::open_gcm(&key, nonce, b"", sealed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::andotp::tests::{file, kept};
    use crate::import::testing::{damage, damage_behind, read, seal, unlock};

    fn old(password: &str) -> Vec<u8> {
        old_of(&file(), password)
    }

    fn old_of(plain: &[u8], password: &str) -> Vec<u8> {
        let key = crypto::sha256(&[password.as_bytes()]);
        [&[1; 12][..], &seal::gcm(&key, [1; 12], b"", plain)].concat()
    }

    fn new(password: &str, iterations: u32) -> Vec<u8> {
        let salt = [2; 12];
        let key = crypto::derive_pbkdf2::<32>(
            Prf::Sha1,
            password.as_bytes(),
            &salt,
            iterations.into(),
            &Limits::default(),
        );
        let sealed = seal::gcm(key.unwrap().expose(), [3; 12], b"", &file());
        [&iterations.to_be_bytes()[..], &salt, &[3; 12], &sealed].concat()
    }

    #[test]
    fn both_kinds_open() {
        let got = unlock(&old("x"), "x");
        assert_eq!((got.format, got.entries), ("andotp-encrypted-old", kept()));
        let got = unlock(&new("x", 150_000), "x");
        assert_eq!((got.format, got.entries), ("andotp-encrypted", kept()));
    }

    #[test]
    fn the_only_app_that_a_refused_file_can_be_of_is_named() {
        let refused = |password: Option<&str>| {
            let passwords: Vec<_> = password.map(|word| SecretText::new(word.into())).into_iter().collect();
            let files = vec![(String::new(), new("x", 2))];
            crate::import::import_files(files, &passwords, &Limits::default()).unwrap_err()
        };
        assert_eq!(
            (refused(Some("y")).family, refused(Some("y")).error),
            (Some("andotp-encrypted"), ImportError::WrongPassword)
        );
        // Before that it could be anything.
        assert_eq!((refused(None).family, refused(None).error), (None, ImportError::PasswordNeeded));
    }

    #[test]
    fn absurd_iterations_are_not_done() {
        let mut file = new("x", 1);
        file[..4].copy_from_slice(&u32::MAX.to_be_bytes());
        assert_eq!(read(&file, Some("x")), Err(ImportError::WrongPassword));
        file[..4].copy_from_slice(&9_000_000_u32.to_be_bytes());
        assert!(matches!(read(&file, Some("x")), Err(ImportError::TooMuchWork { .. })));
    }

    #[test]
    fn another_file_is_not_asked_for_a_password() {
        let bitmap = [&b"BM"[..], &[0xa5; 12], &[40, 0, 0, 0]].concat();
        let photo = b"\0\0\0\x24ftypheic";
        let (none, picture) = (ImportError::NotAnExport, ImportError::UnsupportedPicture);
        for (magic, error) in [
            (&b"%PDF-1.7"[..], &none),
            (b"II*\0", &picture),
            (b"7z\xbc\xaf\x27\x1c", &none),
            (&bitmap, &picture),
            (photo, &picture),
        ] {
            let file = [magic, &[0xa5; 200]].concat();
            assert_eq!(read(&file, None).as_ref(), Err(error), "{magic:?}");
        }
    }

    #[test]
    fn a_file_for_a_pgp_key_is_told() {
        let file = [&[0x85, 1, 0x0c, 3][..], &[0xa5; 200]].concat();
        assert_eq!(read(&file, None), Err(ImportError::UnsupportedVersion));
    }

    #[test]
    fn damage_never_panics() {
        damage(&old("x"), |bytes| drop(read(bytes, Some("x"))));
        damage(&new("x", 1), |bytes| drop(read(bytes, Some("x"))));
        damage_behind(300, &file(), "x", |plain| old_of(plain, "x"));
    }
}
