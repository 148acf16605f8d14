//! Bitwarden's password-protected JSON: a key from the password, stretched, and `2.iv|ciphertext|mac` strings.

use data_encoding::BASE64;
use hkdf::Hkdf;
use sha2::Sha256;

use super::read::crypto::{self, Argon2Cost, Prf};
use super::read::json::{Fields, Value};
use super::{ImportError, Limits};
use crate::secret::{Key, SecretBytes, SecretText};

/// Opens `data`. The validation string tells a wrong password from damage.
pub fn open(
    export: &Value,
    password: Option<&SecretText>,
    limits: &Limits,
) -> Result<SecretBytes, ImportError> {
    let password = password.ok_or(ImportError::PasswordNeeded)?;
    let keys = stretch(&derive(export, password, limits)?)?;
    open_string(export.text("encKeyValidation_DO_NOT_EDIT"), &keys, ImportError::WrongPassword)?;
    open_string(export.text("data"), &keys, ImportError::BadContent)
}

/// The salt is the base64 text itself, not what it decodes to.
fn derive(export: &Value, password: &SecretText, limits: &Limits) -> Result<Key, ImportError> {
    let (password, salt) = (password.expose().as_bytes(), export.text("salt").as_bytes());
    let number = |key| export.number(key).ok_or(ImportError::BadContent);
    let small = |key| Ok::<_, ImportError>(u32::try_from(number(key)?).unwrap_or(u32::MAX));
    match export.number("kdfType") {
        Some(0) => crypto::derive_pbkdf2(Prf::Sha256, password, salt, number("kdfIterations")?, limits),
        Some(1) => {
            // Memory is told in MiB.
            let kib = small("kdfMemory")?.saturating_mul(1024);
            let cost = Argon2Cost::id(kib, small("kdfIterations")?, small("kdfParallelism")?);
            crypto::derive_argon2(password, &crypto::sha256(&[salt]), cost, limits)
        }
        _ => Err(ImportError::UnsupportedVersion),
    }
}

/// The keys for the cipher and for the MAC: HKDF's second step alone.
struct Keys {
    cipher: Key,
    mac: Key,
}

fn stretch(key: &Key) -> Result<Keys, ImportError> {
    let hkdf = Hkdf::<Sha256>::from_prk(key.expose()).map_err(|_| ImportError::BadContent)?;
    let expand = |info: &[u8]| {
        let mut key = Key::new([0; 32]);
        hkdf.expand(info, key.expose_mut()).map_err(|_| ImportError::BadContent)?;
        Ok(key)
    };
    Ok(Keys { cipher: expand(b"enc")?, mac: expand(b"mac")? })
}

fn open_string(text: &str, keys: &Keys, mismatch: ImportError) -> Result<SecretBytes, ImportError> {
    let (kind, parts) = text.split_once('.').ok_or(ImportError::BadContent)?;
    if kind != "2" {
        return Err(ImportError::UnsupportedVersion);
    }
    let parts: Result<Vec<_>, _> = parts.split('|').map(|part| BASE64.decode(part.as_bytes())).collect();
    let Ok([iv, sealed, mac]) = parts.as_deref() else { return Err(ImportError::BadContent) };
    if !crypto::same(&crypto::hmac_sha256(keys.mac.expose(), &[iv, sealed]), mac) {
        return Err(mismatch);
    }
    crypto::open_cbc(&keys.cipher, iv, sealed).map_err(|_| ImportError::BadContent)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::import::testing::eight::{eight, uri};
    use crate::import::testing::{damage_at, damage_behind, read, seal, unlock};

    fn seal_string(keys: &Keys, plain: &[u8]) -> String {
        let iv = [7; 16];
        let sealed = seal::cbc(keys.cipher.expose(), iv, plain);
        let mac = crypto::hmac_sha256(keys.mac.expose(), &[&iv, &sealed]);
        format!("2.{}|{}|{}", BASE64.encode(&iv), BASE64.encode(&sealed), BASE64.encode(&mac))
    }

    fn file(kdf: Value, password: &str) -> Vec<u8> {
        file_of(&plain(), kdf, password)
    }

    fn plain() -> Vec<u8> {
        let items: Vec<_> =
            eight().iter().map(|e| json!({"name": "", "notes": e.note, "login": {"totp": uri(e)}})).collect();
        json!({"encrypted": false, "items": items}).to_string().into_bytes()
    }

    fn file_of(plain: &[u8], kdf: Value, password: &str) -> Vec<u8> {
        let mut export = json!({"encrypted": true, "passwordProtected": true, "salt": "c2FsdCBhcyB0ZXh0"});
        for (key, value) in kdf.as_object().unwrap() {
            export[key] = value.clone();
        }
        let keys = stretch(
            &derive(&export.clone().into(), &SecretText::new(password.into()), &Limits::default()).unwrap(),
        )
        .unwrap();
        export["encKeyValidation_DO_NOT_EDIT"] = seal_string(&keys, b"a uuid").into();
        export["data"] = seal_string(&keys, plain).into();
        export.to_string().into()
    }

    #[test]
    fn both_derivations_open_to_the_same_entries() {
        let pbkdf2 = json!({"kdfType": 0, "kdfIterations": 10});
        let argon2 = json!({"kdfType": 1, "kdfIterations": 1, "kdfMemory": 1, "kdfParallelism": 2});
        let mut want = eight();
        for e in &mut want {
            e.tags.clear();
            e.pinned = false;
        }
        for kdf in [pbkdf2, argon2] {
            let file = file(kdf, "pass w\u{f6}rd");
            let draft = unlock(&file, "pass w\u{f6}rd");
            assert_eq!((draft.format, &draft.entries), ("bitwarden-json-encrypted", &want));
            damage_at(40, &file, |bytes| drop(read(bytes, Some("pass w\u{f6}rd"))));
        }
    }

    #[test]
    fn damage_behind_the_password_never_panics() {
        let kdf = json!({"kdfType": 0, "kdfIterations": 10});
        damage_behind(300, &plain(), "p", |plain| file_of(plain, kdf.clone(), "p"));
    }

    #[test]
    fn too_much_work_unknown_kinds_and_damage_are_told_apart() {
        let good = json!({"kdfType": 0, "kdfIterations": 10});
        let change = |key: &str, value: Value| {
            let mut export: Value = serde_json::from_slice(&file(good.clone(), "p")).unwrap();
            export[key] = value;
            read(export.to_string().as_bytes(), Some("p")).unwrap_err()
        };
        assert!(matches!(change("kdfIterations", 3_000_000_000_u64.into()), ImportError::TooMuchWork { .. }));
        assert_eq!(change("kdfType", 2.into()), ImportError::UnsupportedVersion);
        assert_eq!(change("data", "0.AAAA".into()), ImportError::UnsupportedVersion);
        assert_eq!(change("data", "2.AAAA|AAAA|AAAA".into()), ImportError::BadContent);
        assert_eq!(change("kdfIterations", Value::Null), ImportError::BadContent);
    }
}
