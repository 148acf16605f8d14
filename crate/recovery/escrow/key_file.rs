//! The file with an administrator's private half, locked by a password. Everything else in it can be read without.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::env::{Env, Millis};
use crate::protocol::{DeriveJob, KdfParams};
use crate::secret::{Key, Secret};
use crate::vault::bytes::B64;
use crate::vault::escrow::{EscrowKey, clean_name};
use crate::vault::kdf;
use crate::vault::seal::{self, NONCE};
use crate::vault::way::SlotSecret;

/// What the file calls itself.
const KIND: &str = "escrow-key/1";
/// A file has about 600 bytes.
pub const MAX_BYTES: usize = 16 * 1024;

/// The file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeyFile {
    sparekey: String,
    name: String,
    key: String,
    made: Millis,
    kdf: KdfParams,
    salt: B64<16>,
    commit: B64<32>,
    lock: B64<60>,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

/// Why a key file gives no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFileError {
    /// It is none, or it is damaged.
    NoKeyFile,
    /// None of the passwords opens it.
    WrongPassword,
}

impl KeyFileError {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoKeyFile => "not-an-escrow-key",
            Self::WrongPassword => "wrong-password",
        }
    }
}

impl KeyFile {
    /// Locks a private half. `None` where the name is empty or the key is none.
    pub fn make(env: &mut Env<'_>, name: &str, private: &Key, secret: &SlotSecret) -> Option<Self> {
        let key = EscrowKey::of(private)?;
        let mut file = Self {
            sparekey: KIND.into(),
            name: clean_name(name)?,
            key: key.to_text(),
            made: env.now,
            kdf: secret.params,
            salt: B64(secret.salt),
            commit: B64([0; 32]),
            lock: B64([0; 60]),
            extra: Map::new(),
        };
        let keys = file.keys(key, &secret.key);
        let nonce: [u8; NONCE] = env.make_bytes();
        file.lock.0[..NONCE].copy_from_slice(&nonce);
        let locked = seal::encrypt(&keys.lock, &nonce, &file.place(key), private.expose());
        file.lock.0[NONCE..].copy_from_slice(&locked);
        file.commit = B64(seal::mac(&keys.commit, &[&file.lock.0]));
        Some(file)
    }

    /// Reads a file; what it says of name and time is authentic once it was opened.
    pub fn parse(bytes: &[u8]) -> Result<Self, KeyFileError> {
        let small = Some(bytes).filter(|bytes| bytes.len() <= MAX_BYTES);
        let read: Option<Self> = small.and_then(|bytes| serde_json::from_slice(bytes).ok());
        let known = |file: &Self| {
            file.sparekey == KIND
                && file.public().is_some()
                && clean_name(&file.name).as_ref() == Some(&file.name)
        };
        read.filter(known).ok_or(KeyFileError::NoKeyFile)
    }

    /// The file's text.
    pub fn to_text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// What the organisation calls itself.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When it was made.
    pub fn made(&self) -> Millis {
        self.made
    }

    /// The public half.
    pub fn public(&self) -> Option<EscrowKey> {
        EscrowKey::parse(&self.key).ok()
    }

    /// What to derive from the password. Too cheap: nothing.
    pub fn job(&self) -> Option<DeriveJob> {
        let dear_enough = kdf::check(self.kdf) != Err(kdf::CostError::TooCheap);
        let salt = data_encoding::BASE64.encode(&self.salt.0);
        dear_enough.then_some(DeriveJob { params: self.kdf, salt, rule: None })
    }

    /// The private half, by what was derived from the password.
    pub fn open(&self, secret: &SlotSecret) -> Result<Key, KeyFileError> {
        let key = self.public().ok_or(KeyFileError::NoKeyFile)?;
        if secret.params != self.kdf || secret.salt != self.salt.0 {
            return Err(KeyFileError::WrongPassword);
        }
        let keys = self.keys(key, &secret.key);
        seal::verify_mac(&keys.commit, &[&self.lock.0], &self.commit.0)
            .map_err(|_| KeyFileError::WrongPassword)?;
        let (nonce, locked) = self.lock.0.split_at(NONCE);
        let nonce = nonce.try_into().map_err(|_| KeyFileError::NoKeyFile)?;
        let opened = seal::decrypt(&keys.lock, &nonce, &self.place(key), locked)
            .map_err(|_| KeyFileError::NoKeyFile)?;
        let mut private = Key::default();
        private.expose_mut().copy_from_slice(opened.expose().get(..32).ok_or(KeyFileError::NoKeyFile)?);
        // The public half that people compared must be the one of this private half.
        if EscrowKey::of(&private) == Some(key) { Ok(private) } else { Err(KeyFileError::NoKeyFile) }
    }

    /// Public half, time and name: none of them can be changed without the password.
    fn place(&self, key: EscrowKey) -> Vec<u8> {
        let made = self.made.0.to_be_bytes();
        [b"sparekey/1 escrow key\0".as_slice(), &key.0, &made, self.name.as_bytes()].concat()
    }

    fn keys(&self, key: EscrowKey, secret: &Key) -> Keys {
        let both: Secret<[u8; 64]> = seal::derive(secret.expose(), &self.salt.0, &[&self.place(key)]);
        let part = |from: usize| {
            let mut key = Key::default();
            key.expose_mut().copy_from_slice(&both.expose()[from..from + 32]);
            key
        };
        Keys { lock: part(0), commit: part(32) }
    }
}

struct Keys {
    lock: Key,
    commit: Key,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::testing::Seeded;

    fn secret(n: u8) -> SlotSecret {
        SlotSecret { params: kdf::ARGON2ID, salt: [3; 16], key: Key::new([n; 32]) }
    }

    fn made() -> (KeyFile, Key) {
        let mut entropy = Seeded::new(9);
        let private = seal::make_pair(&mut entropy).0;
        let mut env = Env { now: Millis(1_795_275_240_000), entropy: &mut entropy };
        (KeyFile::make(&mut env, "Acme Ltd", &private, &secret(1)).unwrap(), private)
    }

    #[test]
    fn opens_with_its_password_and_tells_a_wrong_one_from_damage() {
        let (file, private) = made();
        let file = KeyFile::parse(file.to_text().as_bytes()).unwrap();
        assert_eq!((file.name(), file.public()), ("Acme Ltd", EscrowKey::of(&private)));
        assert_eq!(file.open(&secret(1)), Ok(private));
        assert_eq!(file.open(&secret(2)), Err(KeyFileError::WrongPassword));
        assert!(!file.to_text().contains(&data_encoding::BASE64.encode(secret(1).key.expose())));
    }

    #[test]
    fn what_it_says_of_itself_cannot_be_changed() {
        let (file, _) = made();
        let other = EscrowKey::of(&Key::new([7; 32])).unwrap().to_text();
        let changed = [
            KeyFile { name: "Evil Ltd".into(), ..file.clone() },
            KeyFile { made: Millis(5), ..file.clone() },
            KeyFile { key: other, ..file.clone() },
        ];
        for changed in changed {
            assert!(changed.open(&secret(1)).is_err(), "{changed:?}");
        }
    }

    #[test]
    fn anything_else_is_no_key_file() {
        let text = made().0.to_text();
        for bytes in [
            "",
            "{}",
            "sparekey/1\n{}",
            &text.replace("escrow-key/1", "escrow-key/2"),
            &text.replace("Acme Ltd", ""),
            &text.replace("SPAREKEY/E1/", "SPAREKEY/D1/"),
            &text.replace('{', &format!("{{{}", " ".repeat(MAX_BYTES))),
            &text[..text.len() / 2],
        ] {
            assert_eq!(KeyFile::parse(bytes.as_bytes()), Err(KeyFileError::NoKeyFile));
        }
        let cheap = text.replace("65536", "1024");
        assert!(KeyFile::parse(cheap.as_bytes()).unwrap().job().is_none());
    }
}
