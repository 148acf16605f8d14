//! What the body keeps for emergencies: the bundle with the emergency entries alone, the waiting times, and what was made
//! void when somebody left.
//!
//! The emergency bundle is a vault of its own: its own id, key and ways in. Kept is what writes the next file of it without
//! anybody's shares or codes; the entries in it are always the living ones.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::env::{Env, Millis};
use crate::secret::{Key, SecretBytes};

use super::body::{Body, Drill, StoredSlot};
use super::bytes::B64;
use super::entry::Entry;
use super::file::{Header, MAX_NUMBER};
use super::id::{EntryId, SlotId, VaultId};
use super::seal;
use super::sealed::{Opened, SaveError};

/// See [`Body::emergency_bundle`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EmergencyBundle {
    /// When it was last changed; a merge takes the later one.
    pub modified: Millis,
    /// The user does not want one.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub declined: bool,
    /// Its vault; absent before the first shares or codes were kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vault: Option<EmergencyVault>,
}

/// The emergency bundle's own vault, without its body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EmergencyVault {
    /// Its vault key.
    key: StoredKey,
    /// The header of its next file.
    header: Header,
    /// Its records, in the order of the index.
    records: Vec<Option<String>>,
    /// The halves of its slots.
    slots: BTreeMap<String, StoredSlot>,
    /// What it holds, a digest: another one means that a new file is due.
    holds: B64<32>,
    /// The last time that it was opened for a test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drill: Option<Drill>,
    /// When a file of the present state was last saved by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saved_by_hand: Option<Millis>,
}

/// A key that is written and never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
struct StoredKey(B64<32>);

/// See [`Body::emergency_waits`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmergencyWaits {
    /// When it was last changed; a merge takes the later one.
    pub modified: Millis,
    /// Hours to wait, by entry; none: no wait.
    #[serde(default)]
    pub hours: BTreeMap<String, u32>,
    /// What was asked for and is waited for, or can be opened now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<EmergencyWait>,
}

/// Somebody asked for an emergency entry that has a waiting time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmergencyWait {
    /// The entry.
    pub entry: EntryId,
    /// When it was asked for.
    pub at: Millis,
    /// When it can be opened.
    pub until: Millis,
    /// Why, as the user typed it.
    pub reason: String,
}

/// See [`Body::left`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// When everything was made void.
    pub at: Millis,
    /// What there was then: `codes`, `shares`, `emergency`, `passkeys`.
    pub void: Vec<String>,
}

impl core::fmt::Debug for StoredKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("[secret]")
    }
}

impl EmergencyVault {
    /// A new one, without a way in.
    pub fn make(of: VaultId, entries: &[Entry], env: &mut Env<'_>) -> Self {
        let mut vault = Opened::make_from(env, Some(of), Body::default());
        let header = vault.header_mut();
        header.vault = id_for(of);
        header.changed = Some(env.now);
        Self::of(&vault, entries, None)
    }

    /// The vault, with the living entries in it.
    pub fn open(&self, entries: &[Entry]) -> Opened {
        let entries: Vec<Entry> = held(entries).cloned().map(bare).collect();
        let body = Body { entries, slots: self.slots.clone(), ..Body::default() };
        Opened::from_parts(Key::new(self.key.0.0), self.header.clone(), self.records.clone(), body)
    }

    /// Its header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// What the user calls one of its ways in.
    pub fn label(&self, id: SlotId) -> &str {
        self.slots.get(&id.to_string()).map_or("", |slot| &slot.label)
    }

    /// Changes its ways in.
    pub fn change<T>(
        &mut self,
        entries: &[Entry],
        env: &mut Env<'_>,
        how: impl FnOnce(&mut Opened, &mut Env<'_>) -> Result<T, SaveError>,
    ) -> Result<T, SaveError> {
        let mut vault = self.open(entries);
        let done = how(&mut vault, env)?;
        let header = vault.header_mut();
        header.generation = header.generation.saturating_add(1).min(MAX_NUMBER - 1);
        header.changed = Some(env.now);
        *self = Self { saved_by_hand: None, ..Self::of(&vault, entries, self.drill.clone()) };
        Ok(done)
    }

    /// Whether somebody can open it.
    pub fn has_way_in(&self) -> bool {
        !self.header.slots.is_empty()
    }

    fn of(vault: &Opened, entries: &[Entry], drill: Option<Drill>) -> Self {
        Self {
            key: StoredKey(B64(*vault.key().expose())),
            header: vault.header().clone(),
            records: vault.records().to_vec(),
            slots: vault.body.slots.clone(),
            holds: digest(entries),
            drill,
            saved_by_hand: None,
        }
    }
}

impl Body {
    /// Notes that the emergency bundle is out of date, where an emergency entry changed since.
    pub fn note_emergency_change(&mut self, now: Millis) {
        let digest = digest(&self.entries);
        let Some(bundle) = &mut self.emergency_bundle else { return };
        let Some(vault) = bundle.vault.as_mut().filter(|vault| vault.holds != digest) else { return };
        vault.holds = digest;
        vault.saved_by_hand = None;
        vault.header.changed = Some(now);
        vault.header.generation = vault.header.generation.saturating_add(1).min(MAX_NUMBER - 1);
        bundle.modified = now;
    }

    /// The emergency bundle's vault.
    pub fn emergency_vault(&self) -> Option<&EmergencyVault> {
        self.emergency_bundle.as_ref()?.vault.as_ref()
    }

    /// The same, to be changed.
    pub fn emergency_vault_mut(&mut self) -> Option<&mut EmergencyVault> {
        self.emergency_bundle.as_mut()?.vault.as_mut()
    }
}

/// The id of a vault's emergency bundle: known before it is made, so that the first sheets can name it.
pub fn id_for(vault: VaultId) -> VaultId {
    let digest = seal::sha256(&[b"sparekey/1 emergency\0".as_slice(), &vault.0].concat());
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    VaultId(id)
}

/// What goes into it.
pub fn held(entries: &[Entry]) -> impl Iterator<Item = &Entry> {
    entries.iter().filter(|entry| entry.emergency && entry.trashed.is_none())
}

/// An entry without what tells of its use.
fn bare(mut entry: Entry) -> Entry {
    entry.used.clear();
    entry.choices.clear();
    entry.unverified = false;
    entry
}

/// Another key, name, site or entry gives another one; a use does not.
fn digest(entries: &[Entry]) -> B64<32> {
    let mut held: Vec<Entry> = held(entries).cloned().map(bare).collect();
    held.sort_by_key(|entry| entry.id);
    for entry in &mut held {
        (entry.edits, entry.modified, entry.device) = (0, entry.created, super::id::DeviceId([0; 16]));
    }
    B64(seal::sha256(SecretBytes::new(serde_json::to_vec(&held).unwrap_or_default()).expose()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::otp::{Algorithm, Digits, Kind, Otp};
    use crate::recovery::bundle;
    use crate::vault::entry::{EntryDraft, SiteScope, StoredSite};
    use crate::vault::file::VaultFile;
    use crate::vault::sealed::NewSlot;
    use crate::vault::slot::{SlotKind, SlotUse};
    use crate::vault::testing::Seeded;
    use crate::vault::way::WayIn;

    fn entry(name: &str, emergency: bool, env: &mut Env<'_>) -> Entry {
        let otp = Otp::new(
            Kind::Hotp { counter: 1 },
            Algorithm::Sha1,
            Digits::SIX,
            SecretBytes::new(name.repeat(20).into_bytes()),
        )
        .unwrap();
        let device = super::super::id::DeviceId([9; 16]);
        Entry { emergency, ..Entry::make(EntryDraft::new(name, "ada", otp), device, env) }
    }

    #[test]
    fn what_changes_an_emergency_entry_asks_for_a_new_file_and_nothing_else_does() {
        let mut entropy = Seeded::new(1);
        let mut env = Env { now: Millis(1_795_000_000_000), entropy: &mut entropy };
        let entries = vec![entry("a", true, &mut env), entry("b", false, &mut env)];
        let mut body = Body { entries, ..Body::default() };
        let vault = EmergencyVault::make(VaultId([1; 16]), &body.entries, &mut env);
        body.emergency_bundle = Some(EmergencyBundle { vault: Some(vault), ..EmergencyBundle::default() });
        let generation = |body: &Body| body.emergency_vault().unwrap().header().generation;
        let calm: [fn(&mut Body); 4] = [
            |_| {},
            |body| {
                body.entries[0].used.insert(String::new(), Millis(5));
            },
            |body| body.entries[1].issuer = "daily".into(),
            |body| body.entries.reverse(),
        ];
        for change in calm {
            let mut body = body.clone();
            change(&mut body);
            body.note_emergency_change(Millis(1_795_000_001_000));
            assert_eq!(generation(&body), generation(&body.clone()));
            assert_eq!(body.emergency_vault().unwrap().header().changed, Some(env.now));
        }
        let loud: [fn(&mut Body); 7] = [
            |body| body.entries[0].issuer = "other".into(),
            |body| body.entries[0].account = "eve".into(),
            |body| body.entries[0].otp = body.entries[0].otp.clone().with_counter(7),
            |body| body.entries[0].emergency = false,
            |body| body.entries[1].emergency = true,
            |body| body.entries[0].trashed = Some(Millis(5)),
            |body| {
                let site = StoredSite { origin: "https://a.example".into(), scope: SiteScope::Exact };
                body.entries[0].sites.push(site);
            },
        ];
        for (at, change) in loud.into_iter().enumerate() {
            let mut body = body.clone();
            let before = generation(&body);
            change(&mut body);
            body.note_emergency_change(Millis(1_795_000_001_000));
            assert_eq!(generation(&body), before + 1, "change {at}");
            body.note_emergency_change(Millis(1_795_000_002_000));
            assert_eq!(generation(&body), before + 1, "change {at}: once");
        }
    }

    #[test]
    fn its_file_opens_with_its_own_way_alone_and_holds_the_emergency_entries_alone() {
        let mut entropy = Seeded::new(2);
        let mut env = Env { now: Millis(1_795_000_000_000), entropy: &mut entropy };
        let entries = vec![entry("a", true, &mut env), entry("b", false, &mut env)];
        let mut vault = EmergencyVault::make(VaultId([1; 16]), &entries, &mut env);
        let way = WayIn::Shares(Key::new([7; 32]));
        vault
            .change(&entries, &mut env, |vault, env| {
                vault.add_way(env, &way, NewSlot::lasting(SlotKind::Shares, SlotUse::Backup, "2/3"))
            })
            .unwrap();
        // Through the body's JSON, as it lies in the vault.
        let text = serde_json::to_string(&vault).unwrap();
        let vault: EmergencyVault = serde_json::from_str(&text).unwrap();
        assert!(!format!("{vault:?}").contains(&data_encoding::BASE64.encode(&vault.key.0.0)));
        let (_, file) = vault.open(&entries).save(&mut env).unwrap();
        let (bytes, _) = bundle::write(&file, |_| true);
        let file = VaultFile::parse(&bytes).unwrap();
        let (_, opened) = file.open(&way, |_| true).unwrap();
        assert_eq!(opened.body.entries.len(), 1);
        assert_eq!((opened.body.entries[0].issuer.as_str(), opened.body.entries[0].emergency), ("a", true));
        assert!(opened.body.emergency_bundle.is_none());
        assert!(file.open(&WayIn::Shares(Key::new([8; 32])), |_| true).is_err());
        assert_eq!(file.header().vault, id_for(VaultId([1; 16])));
    }
}
