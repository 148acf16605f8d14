//! The encryptions of the Authenticator extension. Three of them are CryptoJS's: AES-CBC without a MAC, under a
//! passphrase that version 1 takes from the user, version 2 from a sealed key, version 3 from Argon2. The fourth is
//! version 3's with AES-GCM.

use data_encoding::{BASE64, BASE64_NOPAD, HEXLOWER};

use super::read::crypto::{self, Argon2Cost};
use super::read::json::{Fields, Members, Value};
use super::{ImportError, Limits};
use crate::secret::{Key, SecretBytes, SecretText};

/// It did not open: the password is wrong, or another one's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failure;

/// What the fourth begins with.
const GCM: &str = "v4:";

/// More keys than a sync conflict leaves; each costs a derivation.
const MAX_KEYS: usize = 4;

/// The passphrases under which a file's items lie.
pub(super) struct Keys {
    /// Versions 1 and 2.
    secrets: SecretText,
    /// Version 3, by the key's id.
    items: Vec<(String, SecretText)>,
}

impl Keys {
    /// Everything that the password gives.
    pub(super) fn derive(
        file: &Members,
        password: &SecretText,
        limits: &Limits,
    ) -> Result<Self, ImportError> {
        // An old bug wrote the members of `key` at the top.
        let sealed = file.get("key").map(|key| key.text("enc")).filter(|sealed| !sealed.is_empty());
        let sealed = sealed.or_else(|| file.get("enc")?.as_str());
        let secrets = match sealed {
            Some(sealed) => {
                let raw = open(sealed, password).map_err(|Failure| ImportError::WrongPassword)?;
                SecretText::new(HEXLOWER.encode(raw.expose()))
            }
            None => password.clone(),
        };
        let keys = file.values().filter(|item| item.text("dataType") == "Key").take(MAX_KEYS);
        let items = keys.map(|key| Ok((key.text("id").to_owned(), derive_item_key(key, password, limits)?)));
        Ok(Self { secrets, items: items.collect::<Result<_, _>>()? })
    }

    /// An item's secret, versions 1 and 2.
    pub(super) fn open_secret(&self, sealed: &str) -> Result<SecretBytes, Failure> {
        open(sealed, &self.secrets)
    }

    /// A whole item, version 3.
    pub(super) fn open_item(&self, key: &str, sealed: &str) -> Result<SecretBytes, Failure> {
        let (_, passphrase) = self.items.iter().find(|(id, _)| id == key).ok_or(Failure)?;
        open(sealed, passphrase)
    }
}

/// The extension takes the salt's text for the salt, and the key's base64 without padding for a passphrase.
fn derive_item_key(key: &Value, password: &SecretText, limits: &Limits) -> Result<SecretText, ImportError> {
    if key.number("version").is_some_and(|version| version != 3) {
        return Err(ImportError::UnsupportedVersion);
    }
    let cost = Argon2Cost::id(19_456, 2, 1);
    let salt = key.text("salt").as_bytes();
    let key = crypto::derive_argon2(password.expose().as_bytes(), salt, cost, limits)?;
    Ok(SecretText::new(BASE64_NOPAD.encode(key.expose())))
}

/// What CryptoJS' `AES.encrypt(text, passphrase)` writes: base64 of `Salted__`, a salt and the ciphertext; or behind its
/// mark a nonce and the ciphertext, under the passphrase's hash.
fn open(sealed: &str, passphrase: &SecretText) -> Result<SecretBytes, Failure> {
    let sealed = sealed.trim();
    let (sealed, is_gcm) = sealed.strip_prefix(GCM).map_or((sealed, false), |sealed| (sealed, true));
    let sealed = BASE64.decode(sealed.as_bytes()).map_err(|_| Failure)?;
    if is_gcm {
        let (nonce, sealed) = sealed.split_at_checked(12).ok_or(Failure)?;
        let key = Key::new(crypto::sha256(&[passphrase.expose().as_bytes()]));
        return crypto::open_gcm(&key, nonce, b"", sealed).map_err(|_| Failure);
    }
    let (salt, sealed) =
        sealed.strip_prefix(b"Salted__").and_then(|rest| rest.split_at_checked(8)).ok_or(Failure)?;
    let (key, iv) = crypto::derive_evp_md5(passphrase.expose().as_bytes(), salt);
    crypto::open_cbc(&key, &iv, sealed).map_err(|_| Failure)
}
