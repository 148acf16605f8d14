//! One way in: an X25519 pair whose private half the slot's secret locks, and the vault key sealed to its public half.
//!
//! The public half and the psk lie only in the encrypted body. So only someone who has held the vault key can write
//! a file that a slot opens, and the vault key can be rotated without asking anybody for a secret.

use serde::{Deserialize, Serialize};

use crate::env::{Entropy, Millis};
use crate::protocol::KdfParams;
use crate::secret::{Key, Secret};

use super::bytes::B64;
use super::id::{SlotId, VaultId};
use super::seal::{self, NONCE, NotAuthentic, SEALED_KEY};

/// What a slot's secret is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SlotKind {
    /// A password or passphrase.
    Password,
    /// A passkey's PRF output.
    Passkey,
    /// A one-time recovery code.
    Code,
    /// A temporary pass.
    Pass,
    /// A code and a password together.
    Pair,
    /// SLIP-39 shares.
    Shares,
    /// Another device's key, for a hand-over. Files only.
    Device,
    /// An administrator's key. Files only.
    Escrow,
}

/// What a slot opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SlotUse {
    /// The vault in this browser; its record is left out of bundles.
    Vault,
    /// Bundles only.
    Backup,
    /// Both.
    Both,
}

/// A slot in the header's index, under the MAC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotEntry {
    /// Its id.
    pub id: SlotId,
    /// What its secret is.
    pub kind: SlotKind,
    /// What it opens.
    #[serde(rename = "use")]
    pub usage: SlotUse,
    /// Not accepted earlier, by the app's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Millis>,
    /// Not accepted later, by the app's clock; its record is erased then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after: Option<Millis>,
    /// How often it still opens; `None` for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses: Option<u32>,
    /// SHA-256 of the record's literal line, without its line feed.
    pub digest: B64<32>,
}

/// How 32 bytes come from what the user holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SlotKdf {
    /// A password KDF.
    Password(KdfParams),
    /// HKDF: the secret itself is long enough.
    Plain(PlainKdf),
}

/// See [`SlotKdf::Plain`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kdf", rename_all = "kebab-case")]
pub enum PlainKdf {
    /// The 32 bytes are the secret.
    Hkdf,
}

/// A slot's record: one base64 line of the file, JSON inside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotRecord {
    /// From what the user holds to 32 bytes.
    pub kdf: SlotKdf,
    /// The KDF's salt, and HKDF's.
    pub salt: B64<16>,
    /// Finds the record that belongs to a code without trying all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locator: Option<B64<8>>,
    /// HMAC-SHA256 over `lock`: checked before it, because AES-GCM does not commit to its key.
    pub commit: B64<32>,
    /// Nonce, private half, tag.
    pub lock: B64<60>,
    /// The vault key sealed to the public half.
    pub sealed: B64<SEALED_KEY>,
}

/// The half of a slot that lies in the encrypted body: enough to seal a new vault key to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotPublic {
    /// X25519 public half.
    pub public: [u8; 32],
    /// The psk that goes with it.
    pub psk: Key,
}

/// What a slot belongs to.
#[derive(Clone, Copy, Debug)]
pub struct SlotPlace {
    /// The vault.
    pub vault: VaultId,
    /// The vault key's epoch.
    pub epoch: u64,
    /// The slot.
    pub slot: SlotId,
    /// Its kind.
    pub kind: SlotKind,
}

impl SlotKind {
    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Passkey => "passkey",
            Self::Code => "code",
            Self::Pass => "pass",
            Self::Pair => "pair",
            Self::Shares => "shares",
            Self::Device => "device",
            Self::Escrow => "escrow",
        }
    }
}

impl SlotKind {
    /// Sealed to the key of somebody who holds no secret of this vault: files only, and no proof of who wrote them.
    pub fn is_base(self) -> bool {
        matches!(self, Self::Device | Self::Escrow)
    }
}

impl SlotUse {
    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Vault => "vault",
            Self::Backup => "backup",
            Self::Both => "both",
        }
    }
}

impl SlotRecord {
    /// Makes a way in: a new pair, its private half locked by `secret`, the vault key sealed to it.
    pub fn make(
        entropy: &mut dyn Entropy,
        place: &SlotPlace,
        kdf: SlotKdf,
        salt: [u8; 16],
        secret: &Key,
        vault_key: &Key,
    ) -> Result<(Self, SlotPublic), NotAuthentic> {
        let keys = SlotKeys::derive(place, &salt, secret);
        let (private, public) = seal::make_pair(entropy);
        let mut nonce = [0; NONCE];
        entropy.fill(&mut nonce);
        let mut lock = [0; 60];
        lock[..NONCE].copy_from_slice(&nonce);
        let locked = seal::encrypt(&keys.lock, &nonce, &place.lock_info(), private.expose());
        lock[NONCE..].copy_from_slice(&locked);
        let half = SlotPublic { public, psk: keys.psk };
        let sealed = half.seal(entropy, place, vault_key)?;
        let commit = seal::mac(&keys.commit, &[&lock]);
        let record =
            Self { kdf, salt: B64(salt), locator: None, commit: B64(commit), lock: B64(lock), sealed };
        Ok((record, half))
    }

    /// A way in for somebody else's key, a device's or an administrator's: the vault key sealed to its public half in base
    /// mode. There is nothing to lock.
    pub fn make_for_key(
        entropy: &mut dyn Entropy,
        place: &SlotPlace,
        public: &[u8; 32],
        vault_key: &Key,
    ) -> Result<Self, NotAuthentic> {
        let sealed = B64(seal::seal_key_to(entropy, public, &place.seal_info(), vault_key)?);
        let kdf = SlotKdf::Plain(PlainKdf::Hkdf);
        let (salt, commit, lock) = (B64([0; 16]), B64([0; 32]), B64([0; 60]));
        Ok(Self { kdf, salt, locator: None, commit, lock, sealed })
    }

    /// Opens the vault key with the slot's secret.
    pub fn open(&self, place: &SlotPlace, secret: &Key) -> Result<Key, NotAuthentic> {
        if place.kind.is_base() {
            return seal::open_key_of(secret, &place.seal_info(), &self.sealed.0);
        }
        let keys = SlotKeys::derive(place, &self.salt.0, secret);
        seal::verify_mac(&keys.commit, &[&self.lock.0], &self.commit.0)?;
        let (nonce, locked) = self.lock.0.split_at(NONCE);
        let nonce = nonce.try_into().map_err(|_| NotAuthentic)?;
        let opened = seal::decrypt(&keys.lock, &nonce, &place.lock_info(), locked)?;
        let mut private = Key::default();
        private.expose_mut().copy_from_slice(opened.expose().get(..32).ok_or(NotAuthentic)?);
        seal::open_key(&private, &keys.psk, &place.slot.0, &place.seal_info(), &self.sealed.0)
    }

    /// The record as its line.
    pub fn to_line(&self) -> String {
        let json = serde_json::to_vec(self).unwrap_or_default();
        data_encoding::BASE64.encode(&json)
    }

    /// Reads a line.
    pub fn from_line(line: &str) -> Option<Self> {
        let json = data_encoding::BASE64.decode(line.as_bytes()).ok()?;
        serde_json::from_slice(&json).ok()
    }
}

impl SlotPublic {
    /// Seals a vault key to this slot.
    pub fn seal(
        &self,
        entropy: &mut dyn Entropy,
        place: &SlotPlace,
        vault_key: &Key,
    ) -> Result<B64<SEALED_KEY>, NotAuthentic> {
        if place.kind.is_base() {
            return seal::seal_key_to(entropy, &self.public, &place.seal_info(), vault_key).map(B64);
        }
        seal::seal_key(entropy, &self.public, &self.psk, &place.slot.0, &place.seal_info(), vault_key)
            .map(B64)
    }
}

impl SlotPlace {
    /// What the lock of the private half is bound to. Not the epoch: the lock outlives rotations.
    fn lock_info(&self) -> Vec<u8> {
        [b"sparekey/1 slot\0".as_slice(), &self.vault.0, &self.slot.0, self.kind.name().as_bytes()].concat()
    }

    /// What the sealed vault key is bound to.
    fn seal_info(&self) -> Vec<u8> {
        let epoch = self.epoch.to_be_bytes();
        [b"sparekey/1 key\0".as_slice(), &self.vault.0, &epoch, &self.slot.0, self.kind.name().as_bytes()]
            .concat()
    }
}

/// The three keys of a slot's secret.
struct SlotKeys {
    lock: Key,
    commit: Key,
    psk: Key,
}

impl SlotKeys {
    fn derive(place: &SlotPlace, salt: &[u8; 16], secret: &Key) -> Self {
        let all: Secret<[u8; 96]> = seal::derive(secret.expose(), salt, &[&place.lock_info()]);
        let part = |from: usize| {
            let mut key = Key::default();
            key.expose_mut().copy_from_slice(&all.expose()[from..from + 32]);
            key
        };
        Self { lock: part(0), commit: part(32), psk: part(64) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::kdf;
    use crate::vault::testing::Seeded;

    fn place() -> SlotPlace {
        SlotPlace { vault: VaultId([1; 16]), epoch: 3, slot: SlotId([2; 16]), kind: SlotKind::Password }
    }

    fn made() -> (SlotRecord, SlotPublic, Key) {
        let vault_key = Key::new([9; 32]);
        let kdf = SlotKdf::Password(kdf::ARGON2ID);
        let (record, half) =
            SlotRecord::make(&mut Seeded::new(1), &place(), kdf, [5; 16], &Key::new([7; 32]), &vault_key)
                .unwrap();
        (record, half, vault_key)
    }

    #[test]
    fn opens_with_its_secret_in_its_place_only() {
        let (record, _, vault_key) = made();
        assert_eq!(record.open(&place(), &Key::new([7; 32])), Ok(vault_key));
        assert_eq!(record.open(&place(), &Key::new([8; 32])), Err(NotAuthentic));
        let elsewhere = [
            SlotPlace { vault: VaultId([3; 16]), ..place() },
            SlotPlace { epoch: 4, ..place() },
            SlotPlace { slot: SlotId([3; 16]), ..place() },
            SlotPlace { kind: SlotKind::Pass, ..place() },
        ];
        for place in elsewhere {
            assert_eq!(record.open(&place, &Key::new([7; 32])), Err(NotAuthentic), "{place:?}");
        }
    }

    #[test]
    fn a_rotated_key_opens_without_asking_for_the_secret() {
        let (mut record, half, _) = made();
        let next = SlotPlace { epoch: 4, ..place() };
        record.sealed = half.seal(&mut Seeded::new(2), &next, &Key::new([10; 32])).unwrap();
        assert_eq!(record.open(&next, &Key::new([7; 32])), Ok(Key::new([10; 32])));
    }

    #[test]
    fn the_public_half_alone_cannot_write_a_file_that_the_slot_opens() {
        let (mut record, half, _) = made();
        let forged = SlotPublic { psk: Key::new([0; 32]), ..half };
        record.sealed = forged.seal(&mut Seeded::new(3), &place(), &Key::new([66; 32])).unwrap();
        assert_eq!(record.open(&place(), &Key::new([7; 32])), Err(NotAuthentic));
    }

    #[test]
    fn a_line_is_read_as_it_was_written() {
        let (record, ..) = made();
        assert_eq!(SlotRecord::from_line(&record.to_line()), Some(record));
        assert_eq!(SlotRecord::from_line("-"), None);
        assert_eq!(SlotRecord::from_line("e30="), None);
    }
}
