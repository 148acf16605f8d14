//! What somebody holds, ready to open a record: the one type that unlocking, restoring, drills, the kit and the native
//! tool share. [`super::file::VaultFile::open`] takes it.

use crate::protocol::KdfParams;
use crate::secret::{Key, Secret};

use super::bytes::B64;
use super::code::Code;
use super::id::VaultId;
use super::seal;
use super::slot::{PlainKdf, SlotEntry, SlotKdf, SlotKind, SlotRecord};

/// A way in: what the user holds, after its derivation where it needs one.
#[derive(Clone, Debug)]
pub enum WayIn {
    /// A password, derived for slots with its KDF and salt.
    Password(SlotSecret),
    /// A recovery code or a temporary pass.
    Code(Code),
    /// A recovery code and a password, derived for slots with its KDF and salt.
    Pair(Code, SlotSecret),
    /// A passkey's PRF output.
    Passkey(Key),
    /// The secret that enough shares come to.
    Shares(Key),
    /// The private half of a device that a file was handed over to.
    Device(Key),
    /// The private half of an administrator's key.
    Escrow(Key),
}

/// A secret that was derived for a slot: the slot's KDF, its salt, and the 32 bytes.
#[derive(Clone, Debug)]
pub struct SlotSecret {
    /// The KDF and its cost.
    pub params: KdfParams,
    /// Its salt.
    pub salt: [u8; 16],
    /// The 32 bytes.
    pub key: Key,
}

impl From<SlotSecret> for WayIn {
    fn from(secret: SlotSecret) -> Self {
        Self::Password(secret)
    }
}

impl WayIn {
    /// From a SLIP-39 master secret, 16 bytes or more.
    pub fn from_master_secret(master: &Secret<Vec<u8>>) -> Self {
        Self::Shares(seal::derive(master.expose(), b"", &[b"sparekey/1 shares"]))
    }

    /// The 32 bytes to try on a record; `None`: it is not for this record.
    pub fn secret_for(&self, vault: VaultId, slot: &SlotEntry, record: &SlotRecord) -> Option<Key> {
        let derived_here =
            |own: &SlotSecret| record.kdf == SlotKdf::Password(own.params) && record.salt.0 == own.salt;
        let plain = record.kdf == SlotKdf::Plain(PlainKdf::Hkdf);
        match (self, slot.kind) {
            (Self::Password(own), SlotKind::Password) if derived_here(own) => Some(own.key.clone()),
            (Self::Pair(code, own), SlotKind::Pair) if derived_here(own) => {
                Some(code.derive_pair_key(&own.key))
            }
            (Self::Code(code), SlotKind::Code | SlotKind::Pass) if plain => {
                let mine = record.locator == Some(B64(code.derive_locator(vault)));
                mine.then(|| code.derive_key())
            }
            (Self::Passkey(key), SlotKind::Passkey) if plain => Some(key.clone()),
            (Self::Shares(key), SlotKind::Shares) if plain => Some(key.clone()),
            (Self::Device(key), SlotKind::Device) | (Self::Escrow(key), SlotKind::Escrow) if plain => {
                Some(key.clone())
            }
            _ => None,
        }
    }

    /// How the record of a new slot says that its 32 bytes come about: KDF, salt where the KDF has one, locator.
    pub(super) fn recipe(&self, vault: VaultId) -> (SlotKdf, Option<[u8; 16]>, Option<B64<8>>) {
        match self {
            Self::Password(own) | Self::Pair(_, own) => (SlotKdf::Password(own.params), Some(own.salt), None),
            Self::Code(code) => (SlotKdf::Plain(PlainKdf::Hkdf), None, Some(B64(code.derive_locator(vault)))),
            Self::Passkey(_) | Self::Shares(_) | Self::Device(_) | Self::Escrow(_) => {
                (SlotKdf::Plain(PlainKdf::Hkdf), None, None)
            }
        }
    }

    /// The 32 bytes of a new slot.
    pub(super) fn derive_secret(&self) -> Key {
        match self {
            Self::Password(own) => own.key.clone(),
            Self::Code(code) => code.derive_key(),
            Self::Pair(code, own) => code.derive_pair_key(&own.key),
            Self::Passkey(key) | Self::Shares(key) | Self::Device(key) | Self::Escrow(key) => key.clone(),
        }
    }
}
