//! What the encrypted body holds: JSON, padded with blanks so that its length tells little.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::env::Millis;
use crate::protocol::{EmergencySheet, Settings};
use crate::secret::{Key, SecretBytes};

use super::bytes::B64;
use super::emergency::{EmergencyBundle, EmergencyWaits, Left};
use super::entry::Entry;
use super::escrow::IssuedNote;
use super::id::{DeviceId, EntryId, SlotId};
use super::kept::Kept;
use super::log_chain::LogChain;
use super::moving::Moving;
use super::slot::SlotPublic;
use super::worklist::Worklist;

/// The body of a vault.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// Entries, in the user's order.
    pub entries: Vec<Entry>,
    /// What was deleted for good, so that a merge does not bring it back.
    #[serde(default)]
    pub tombstones: Vec<Tombstone>,
    /// The user's settings and when they were last changed.
    #[serde(default)]
    pub settings: StoredSettings,
    /// The halves of the slots that only a holder of the vault key may see.
    pub slots: BTreeMap<String, StoredSlot>,
    /// What happened, in the order in which it came; bounded by [`MAX_LOG`].
    #[serde(default)]
    pub log: Vec<LogLine>,
    /// The running head of the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_chain: Option<LogChain>,
    /// Bundles written, oldest first; bounded by [`MAX_RECEIPTS`].
    #[serde(default)]
    pub receipts: Vec<Receipt>,
    /// Accounts on their way from an app without an export.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moving: Option<Moving>,
    /// Accounts to be enrolled anew after a device was stolen or lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worklist: Option<Worklist>,
    /// What stands on the emergency sheet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<StoredSheet>,
    /// The last drill that went well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drill: Option<Drill>,
    /// Emergency entries that were opened, oldest first; bounded by [`MAX_EMERGENCIES`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emergencies: Vec<EmergencyUse>,
    /// When something opened the vault that is no everyday way in, oldest first; bounded by [`MAX_WAYS_USED`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ways_used: Vec<WayUse>,
    /// The bundle with the emergency entries alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emergency_bundle: Option<EmergencyBundle>,
    /// How long emergency entries are waited for, and which are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emergency_waits: Option<EmergencyWaits>,
    /// Somebody left, and not all sheets were made anew yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Left>,
    /// The organisation's policy that was seen last, a digest; empty: none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub policy: String,
    /// The ways in of the bundle that was restored last, until the user has seen to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored: Option<Restored>,
    /// What the owner says that nobody can see from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stated: Option<Stated>,
    /// The party that the user said no to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<EscrowRefusal>,
    /// Temporary passes, oldest first; bounded by [`MAX_PASSES`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passes: Vec<PassNote>,
    /// Items of other apps that are no entries; bounded by [`MAX_KEPT`](super::kept::MAX_KEPT) as they come in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<Kept>,
    /// Fields that a later 1.x writer added: kept as they are.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// About a year of daily use.
pub const MAX_LOG: usize = 2_000;
/// One a day for a quarter.
pub const MAX_RECEIPTS: usize = 100;
/// Openings of emergency entries, with their reasons.
pub const MAX_EMERGENCIES: usize = 200;
/// Unlocks by a way in that is no everyday one that are remembered.
pub const MAX_WAYS_USED: usize = 50;
/// What the list of passes shows.
pub const MAX_PASSES: usize = 20;

/// An entry that was deleted for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstone {
    /// The entry.
    pub id: EntryId,
    /// When.
    pub at: Millis,
    /// The entry's edit counter, counted on by the deletion.
    pub edits: u32,
    /// The device that deleted it.
    pub device: DeviceId,
}

/// See [`Body::settings`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StoredSettings {
    /// When they were last changed.
    pub modified: Millis,
    /// The settings.
    #[serde(default)]
    pub values: Settings,
    /// Origins where the user wants nothing of this program.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub never: Vec<String>,
}

/// See [`Body::sheet`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StoredSheet {
    /// When it was last changed; a merge takes the later one.
    pub modified: Millis,
    /// What stands on it.
    pub values: EmergencySheet,
}

/// See [`Body::slots`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSlot {
    /// The X25519 public half.
    pub public: B64<32>,
    /// The psk.
    psk: B64<32>,
    /// When the slot was made.
    pub made: Millis,
    /// What the user calls it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
}

/// One line of the log. No secret and no code is ever in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// When.
    pub at: Millis,
    /// What, a stable code: `unlock`, `fill`, `reveal`, `export`, ...
    pub what: String,
    /// The entry it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<EntryId>,
    /// The site it is about; of `escrow-*` the party, of `import-undone` how many items went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
}

/// A bundle that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// When.
    pub made: Millis,
    /// SHA-256 of the file.
    pub sha256: B64<32>,
    /// Which generation it holds.
    pub generation: u64,
    /// Entries in it, the bin left out.
    pub entries: u32,
    /// Their ids. Kept with the newest receipt only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<EntryId>,
    /// When it was read back with the same bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_back: Option<Millis>,
    /// When it was opened with a real way in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proven: Option<Millis>,
    /// What opens that very file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opens: Vec<Opener>,
}

/// A way into a bundle that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opener {
    /// The slot.
    pub id: SlotId,
    /// Its kind.
    pub kind: String,
    /// Of a party: its name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

/// What the user said to a party that an organisation asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EscrowRefusal {
    /// When.
    pub at: Millis,
    /// The party's key, by its fingerprint.
    pub fingerprint: B64<32>,
}

/// A bundle that was opened from where it lies with a real way in, and whose codes were the vault's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drill {
    /// When.
    pub at: Millis,
    /// The ways in of the bundle, a digest: a vault with others needs another drill.
    pub ways: String,
    /// The slot that opened it, hexadecimal.
    pub slot: String,
    /// How long it took from the file to the codes, in milliseconds.
    pub took_ms: u32,
}

/// Where sheets lie, and what else gets the owner into accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    /// When it was last changed.
    pub modified: Millis,
    /// Of a slot: where each of its sheets lies.
    #[serde(default)]
    pub places: BTreeMap<String, Vec<String>>,
    /// Of an entry: `device`, `method`.
    #[serde(default)]
    pub others: BTreeMap<String, Vec<String>>,
}

/// A bundle that was restored: which ways in it had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// When.
    pub at: Millis,
    /// Each of its ways in.
    pub ways: Vec<RestoredSlot>,
    /// Of a helpdesk bundle: who issued it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<IssuedNote>,
}

/// See [`Restored::ways`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestoredSlot {
    /// The slot.
    pub id: SlotId,
    /// The kind of its secret.
    pub kind: String,
    /// What the user calls it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// It is the code that opened the bundle.
    #[serde(default)]
    pub spent: bool,
}

/// An emergency entry that was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmergencyUse {
    /// When.
    pub at: Millis,
    /// The entry.
    pub entry: EntryId,
    /// Why, as the user typed it.
    pub reason: String,
    /// The user said to have seen it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub seen: bool,
}

/// See [`Body::ways_used`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WayUse {
    /// When.
    pub at: Millis,
    /// The kind of slot.
    pub kind: String,
    /// Which of them, as the user calls it: a code's number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// The user said to have seen it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub seen: bool,
}

/// A temporary pass that was made. The pass itself is nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassNote {
    /// Its slot.
    pub id: SlotId,
    /// When it was made.
    pub made: Millis,
    /// When it begins to open; `None`: at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Millis>,
    /// When it ends.
    pub not_after: Millis,
    /// It opens one time.
    pub once: bool,
    /// When its slot was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Millis>,
    /// Why: `one-time-used`, `expired`, `replaced`, `deleted`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

impl StoredSlot {
    /// From a slot just made.
    pub fn new(half: &SlotPublic, made: Millis, label: String) -> Self {
        Self { public: B64(half.public), psk: B64(*half.psk.expose()), made, label }
    }

    /// Of somebody else's key: there is no psk.
    pub fn of_key(public: [u8; 32], made: Millis, label: String) -> Self {
        Self { public: B64(public), psk: B64([0; 32]), made, label }
    }

    /// What a new vault key is sealed with.
    pub fn half(&self) -> SlotPublic {
        SlotPublic { public: self.public.0, psk: Key::new(self.psk.0) }
    }
}

impl Body {
    /// Notes a pass that was made.
    pub fn note_pass(&mut self, pass: PassNote) {
        self.passes.push(pass);
        let over = self.passes.len().saturating_sub(MAX_PASSES);
        self.passes.drain(..over);
    }

    /// Remembers that an emergency entry was opened.
    pub fn note_emergency(&mut self, used: EmergencyUse) {
        self.emergencies.push(used);
        let over = self.emergencies.len().saturating_sub(MAX_EMERGENCIES);
        self.emergencies.drain(..over);
    }

    /// Remembers that something opened the vault that is no everyday way in. Twice the same is once.
    pub fn note_way_used(&mut self, used: WayUse) {
        if !self.ways_used.iter().any(|known| (known.at, &known.kind) == (used.at, &used.kind)) {
            self.ways_used.push(used);
            let over = self.ways_used.len().saturating_sub(MAX_WAYS_USED);
            self.ways_used.drain(..over);
        }
    }

    /// Notes that a pass ended, when the slot is one.
    pub fn end_pass(&mut self, slot: SlotId, at: Millis, why: &str) {
        if let Some(pass) = self.passes.iter_mut().find(|pass| pass.id == slot && pass.ended.is_none()) {
            (pass.ended, pass.why) = (Some(at), Some(why.into()));
        }
    }

    /// The slot's half.
    pub fn slot(&self, id: SlotId) -> Option<&StoredSlot> {
        self.slots.get(&id.to_string())
    }

    /// Adds a line and drops the oldest above [`MAX_LOG`].
    pub fn note(&mut self, line: LogLine) {
        self.log.push(line);
        self.drop_log(self.log.len().saturating_sub(MAX_LOG));
    }

    /// The padded JSON.
    pub fn to_padded(&self) -> SecretBytes {
        let json = serde_json::to_vec(self).unwrap_or_default();
        let size = padded_size(json.len());
        // One allocation of the final size, so that no shorter copy of the text stays behind unwiped.
        let mut padded = SecretBytes::new(Vec::with_capacity(size));
        padded.expose_mut().extend_from_slice(&json);
        padded.expose_mut().resize(size, b' ');
        drop(SecretBytes::new(json));
        padded
    }

    /// Reads padded JSON.
    pub fn from_padded(bytes: &SecretBytes) -> Option<Self> {
        serde_json::from_slice(bytes.expose()).ok()
    }
}

/// 4, 8, 16, 32, 64 KiB, then multiples of 32 KiB.
fn padded_size(len: usize) -> usize {
    const KIB: usize = 1024;
    if len <= 64 * KIB { len.next_power_of_two().max(4 * KIB) } else { len.next_multiple_of(32 * KIB) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_few() {
        let kib = |n: usize| n * 1024;
        for (len, size) in
            [(1, kib(4)), (kib(4), kib(4)), (kib(4) + 1, kib(8)), (kib(33), kib(64)), (kib(65), kib(96))]
        {
            assert_eq!(padded_size(len), size, "{len}");
        }
    }

    #[test]
    fn a_later_writers_fields_are_kept() {
        let text = br#"{"entries":[],"slots":{},"colours":{"mail":"blue"}}   "#;
        let body = Body::from_padded(&SecretBytes::new(text.to_vec())).unwrap();
        let again = Body::from_padded(&body.to_padded()).unwrap();
        assert_eq!(again.extra["colours"]["mail"], "blue");
    }

    #[test]
    fn the_log_is_bounded() {
        let mut body = Body::default();
        for at in 0..MAX_LOG as u64 + 5 {
            body.note(LogLine { at: Millis(at), what: "unlock".into(), entry: None, host: None });
        }
        assert_eq!((body.log.len(), body.log[0].at), (MAX_LOG, Millis(5)));
    }
}
