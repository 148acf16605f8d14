//! Small sealed records between two saves: last-used times, HOTP counters, log lines. A fill appends one of these
//! instead of rewriting the vault; the next save folds them in.

use serde::{Deserialize, Serialize};

use crate::env::{Entropy, Millis};
use crate::otp::Kind;
use crate::secret::Key;

use super::body::{Body, LogLine, WayUse};
use super::file::Header;
use super::id::{EntryId, VaultId};
use super::seal::{self, NONCE};

/// A record as it is stored: where it belongs, and the sealed line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct JournalLine {
    /// The generation that it comes after.
    pub generation: u64,
    /// Counts from 1 within a generation.
    pub sequence: u32,
    /// Nonce, ciphertext and tag, base64.
    pub sealed: String,
}

/// What a record says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// When.
    pub at: Millis,
    /// A code of this entry was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<Used>,
    /// This entry's counter moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counter: Option<Moved>,
    /// The vault was opened by a way in that is no everyday one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way: Option<UsedWay>,
    /// A line for the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<LogLine>,
}

/// See [`JournalEntry::used`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Used {
    /// The entry.
    pub id: EntryId,
    /// Where; empty for copying.
    pub origin: String,
}

/// See [`JournalEntry::way`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedWay {
    /// The kind of slot.
    pub kind: String,
    /// Which of them, as the user calls it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
}

/// See [`JournalEntry::counter`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The entry.
    pub id: EntryId,
    /// The counter of the next code.
    pub to: u64,
}

/// Records waiting for the next save are folded in by one when there are this many.
pub const MAX_LINES: u32 = 64;

/// A record of the longest host has about 700 bytes, the usual one about 300.
const BLOCK: usize = 512;

/// Seals a record after the generation that `header` tells.
pub fn seal(
    entropy: &mut dyn Entropy,
    key: &Key,
    header: &Header,
    sequence: u32,
    entry: &JournalEntry,
) -> JournalLine {
    let mut nonce = [0; NONCE];
    entropy.fill(&mut nonce);
    let mut json = serde_json::to_vec(entry).unwrap_or_default();
    // Its length would tell which site it is about.
    json.resize(json.len().next_multiple_of(BLOCK), b' ');
    let aad = sequence.to_be_bytes();
    let sealed = seal::encrypt(&journal_key(key, header.vault, header.generation), &nonce, &aad, &json);
    let sealed = data_encoding::BASE64.encode(&[nonce.as_slice(), &sealed].concat());
    JournalLine { generation: header.generation, sequence, sealed }
}

/// Opens a record; `None` when it is not this vault key's.
pub fn open(key: &Key, vault: VaultId, line: &JournalLine) -> Option<JournalEntry> {
    let bytes = data_encoding::BASE64.decode(line.sealed.as_bytes()).ok()?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
    let aad = line.sequence.to_be_bytes();
    let plain = seal::decrypt(&journal_key(key, vault, line.generation), nonce, &aad, sealed).ok()?;
    serde_json::from_slice(plain.expose()).ok()
}

/// Applies a record. Applying it twice, or out of order, comes to the same.
pub fn apply(body: &mut Body, entry: &JournalEntry) {
    if let Some(used) = &entry.used
        && let Some(it) = body.entries.iter_mut().find(|it| it.id == used.id)
    {
        let at = it.used.entry(used.origin.clone()).or_default();
        *at = (*at).max(entry.at);
        it.unverified = false;
        it.note_tried(entry.at);
    }
    if let Some(moved) = entry.counter
        && let Some(it) = body.entries.iter_mut().find(|it| it.id == moved.id)
        && let Kind::Hotp { counter } = it.otp.kind()
    {
        it.otp = it.otp.clone().with_counter(counter.max(moved.to));
    }
    if let Some(UsedWay { kind, label }) = &entry.way {
        let (kind, label) = (kind.clone(), label.clone());
        body.note_way_used(WayUse { at: entry.at, kind, label, seen: false });
    }
    if let Some(line) = &entry.log
        && !body.log.contains(line)
    {
        body.note(line.clone());
    }
}

fn journal_key(key: &Key, vault: VaultId, generation: u64) -> Key {
    seal::derive(key.expose(), b"", &[b"sparekey/1 journal\0", &vault.0, &generation.to_be_bytes()])
}
