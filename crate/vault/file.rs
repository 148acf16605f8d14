//! Bytes <-> header, records, body. Hard limits come first: nothing here is authenticated yet.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::env::Millis;

use super::bytes::{self, B64};
use super::escrow::{EscrowNote, IssuedNote};
use super::id::{DeviceId, SlotId, VaultId};
use super::migrate;
use super::seal;
use super::slot::{SlotEntry, SlotRecord};

/// The first line of every file of format 1.
pub const MAGIC: &str = "sparekey/1";
/// A vault of 10,000 entries has about 5 MB; 24 MiB leaves room and bounds memory.
pub const MAX_FILE: usize = 24 * 1024 * 1024;
/// 64 slots have about 16 kB.
pub const MAX_HEADER: usize = 256 * 1024;
/// A record has about 600 characters.
pub const MAX_RECORD: usize = 8 * 1024;
/// Ten codes, five shares, a few of the rest; more is an attack on our time.
pub const MAX_SLOTS: usize = 64;
/// Generations and epochs stay exact in every JSON reader (RFC 8259 section 6).
pub const MAX_NUMBER: u64 = (1 << 53) - 1;

/// The header: public, and authentic once the MAC verified under the vault key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// The vault.
    pub vault: VaultId,
    /// The vault that this one was first restored from; itself when it was made new.
    pub origin: VaultId,
    /// The device that wrote this.
    pub device: DeviceId,
    /// Counts vault keys.
    pub epoch: u64,
    /// Counts saves.
    pub generation: u64,
    /// When it was written, by the writer's clock.
    pub saved: Millis,
    /// What the user and the organisation limit.
    pub policy: Map<String, Value>,
    /// The state of backups, readable while locked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<BackupNote>,
    /// When an entry, a site, a way in or a setting last changed. A use, a counter or an order is no such change:
    /// what is told from it, also while locked, is whether the newest bundle still holds everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Millis>,
    /// What is known of the recovery codes, readable while locked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codes: Option<CodesNote>,
    /// Who else can open this file, one for each slot of kind `escrow`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escrow: Option<Vec<EscrowNote>>,
    /// Of a helpdesk bundle: who issued it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<IssuedNote>,
    /// What a browser must be asked for each passkey, readable while locked. No secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passkeys: Option<Vec<PasskeyNote>>,
    /// HKDF salt of the body key.
    pub body_salt: B64<32>,
    /// SHA-256 of the sealed body.
    pub body_hash: B64<32>,
    /// Ways in. The records follow in this order.
    pub slots: Vec<SlotEntry>,
    /// Fields that a later 1.x writer added: kept as they are.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What the header says of recovery codes, besides their slots.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodesNote {
    /// How many the set had when it was made.
    pub made: u32,
    /// Codes that were shown and of which none was typed back yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unkept: Vec<SlotId>,
    /// Codes that are void once one of those was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub void: Vec<SlotId>,
}

/// What the header says of one passkey, besides its slot: what WebAuthn must be asked so that it gives the slot's secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyNote {
    /// Its slot.
    pub slot: SlotId,
    /// The credential id, base64.
    pub credential: String,
    /// What the PRF is evaluated at.
    pub salt: B64<32>,
}

/// What the header says of the newest bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupNote {
    /// When it was made.
    pub made: Millis,
    /// When it was read back with the same bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_back: Option<Millis>,
    /// When it was opened with a real way in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proven: Option<Millis>,
    /// Entries that are in no bundle.
    pub missing: u32,
}

/// A file in parts. Parsing keeps the literal header line: the MAC is over its bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct VaultFile {
    /// See [`VaultFile::format`].
    pub(super) format: u32,
    pub(super) header: Header,
    pub(super) header_line: String,
    pub(super) mac: [u8; 32],
    pub(super) records: Vec<Option<String>>,
    pub(super) body: Vec<u8>,
}

/// Why bytes are not a file of format 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileError {
    /// Zero bytes.
    Empty,
    /// Something else: a PDF, a picture, another program's file.
    NotOurs,
    /// Ours, of a version that this program does not know.
    NewerVersion,
    /// Ours, and cut off or changed.
    Damaged,
    /// More than [`MAX_FILE`], or a part over its limit.
    TooLarge,
}

impl FileError {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty-file",
            Self::NotOurs => "not-ours",
            Self::NewerVersion => "newer-version",
            Self::Damaged => "damaged-file",
            Self::TooLarge => "too-large",
        }
    }
}

impl VaultFile {
    /// Reads a file's parts. Exactly one way to write each part is accepted.
    pub fn parse(bytes: &[u8]) -> Result<Self, FileError> {
        if bytes.is_empty() {
            return Err(FileError::Empty);
        }
        if bytes.len() > MAX_FILE {
            return Err(FileError::TooLarge);
        }
        let format = check_magic(bytes)?;
        let text = core::str::from_utf8(bytes).map_err(|_| FileError::Damaged)?;
        let text = text.strip_suffix('\n').ok_or(FileError::Damaged)?;
        let mut lines = text.split('\n').skip(1);
        let mut line = || lines.next().ok_or(FileError::Damaged);

        let header_line = line()?;
        if header_line.len() > MAX_HEADER {
            return Err(FileError::TooLarge);
        }
        let header: Header = serde_json::from_str(header_line).map_err(|_| FileError::Damaged)?;
        header.check()?;
        let mac = bytes::decode(line()?).ok_or(FileError::Damaged)?;
        let mut records = Vec::with_capacity(header.slots.len());
        for _ in &header.slots {
            records.push(match line()? {
                "-" => None,
                record if record.len() > MAX_RECORD => return Err(FileError::TooLarge),
                record => Some(record.to_owned()),
            });
        }
        let body = data_encoding::BASE64.decode(line()?.as_bytes()).map_err(|_| FileError::Damaged)?;
        if line().is_ok() {
            return Err(FileError::Damaged);
        }
        Ok(Self { format, header, header_line: header_line.to_owned(), mac, records, body })
    }

    /// The file's bytes: LF only, no BOM, a line feed at the end.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = String::new();
        for line in [&self.magic(), &self.header_line, &data_encoding::BASE64.encode(&self.mac)] {
            out.push_str(line);
            out.push('\n');
        }
        for record in &self.records {
            out.push_str(record.as_deref().unwrap_or("-"));
            out.push('\n');
        }
        data_encoding::BASE64.encode_append(&self.body, &mut out);
        out.push('\n');
        out.into_bytes()
    }

    /// The format, as its first line says.
    pub fn format(&self) -> u32 {
        self.format
    }

    /// The first line.
    pub(super) fn magic(&self) -> String {
        format!("sparekey/{}", self.format)
    }

    /// The header. A hint until the file was opened.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The slots whose record is here and is the one that the index names.
    /// A record that is not is as good as erased: nothing can be added or changed.
    pub fn slots(&self) -> impl Iterator<Item = (&SlotEntry, SlotRecord)> {
        self.header.slots.iter().zip(&self.records).filter_map(|(slot, line)| {
            let line = line.as_deref().filter(|line| seal::sha256(line.as_bytes()) == slot.digest.0)?;
            Some((slot, SlotRecord::from_line(line)?))
        })
    }

    /// Whether a record is here that is not the one that the index names.
    pub fn has_damaged_record(&self) -> bool {
        let wrong = |(slot, line): (&SlotEntry, &Option<String>)| {
            line.as_ref().is_some_and(|line| seal::sha256(line.as_bytes()) != slot.digest.0)
        };
        self.header.slots.iter().zip(&self.records).any(wrong)
    }

    /// The same file without some records. The MAC still verifies.
    pub fn without(&self, erase: impl Fn(&SlotEntry) -> bool) -> Self {
        let mut copy = self.clone();
        for (slot, record) in copy.header.slots.iter().zip(&mut copy.records) {
            if erase(slot) {
                *record = None;
            }
        }
        copy
    }

    /// Whether both are copies of one save: the same header, MAC and body. Records may differ.
    pub fn is_copy_of(&self, other: &Self) -> bool {
        self.format == other.format
            && self.header_line == other.header_line
            && self.mac == other.mac
            && self.body == other.body
    }

    /// Takes over records that `other`, a copy of the same file, still has.
    pub fn fill_in(&mut self, other: &Self) {
        if self.header_line != other.header_line {
            return;
        }
        for ((slot, mine), theirs) in self.header.slots.iter().zip(&mut self.records).zip(&other.records) {
            let right = |line: &Option<String>| {
                line.as_ref().is_some_and(|line| seal::sha256(line.as_bytes()) == slot.digest.0)
            };
            if !right(mine) && right(theirs) {
                mine.clone_from(theirs);
            }
        }
    }

    /// The records that are the ones that the index names, by their digest.
    pub fn records(&self) -> impl Iterator<Item = ([u8; 32], String)> {
        self.header.slots.iter().zip(&self.records).filter_map(|(slot, line)| {
            let line = line.as_ref().filter(|line| seal::sha256(line.as_bytes()) == slot.digest.0)?;
            Some((slot.digest.0, line.clone()))
        })
    }

    /// Takes over records that the index names and that are missing here.
    pub fn fill_from(&mut self, known: &BTreeMap<[u8; 32], String>) {
        for (slot, line) in self.header.slots.iter().zip(&mut self.records) {
            if let Some(right) = known.get(&slot.digest.0)
                && line.as_ref() != Some(right)
            {
                *line = Some(right.clone());
            }
        }
    }

    /// Whether this slot's record is here.
    pub fn has_record(&self, id: SlotId) -> bool {
        self.header.slots.iter().zip(&self.records).any(|(slot, line)| slot.id == id && line.is_some())
    }
}

impl Header {
    /// The parties that can open this file, as it says.
    pub fn parties(&self) -> impl Iterator<Item = &EscrowNote> {
        let is_slot = |id: SlotId| {
            self.slots.iter().any(|slot| slot.id == id && slot.kind == super::slot::SlotKind::Escrow)
        };
        self.escrow.iter().flatten().filter(move |note| is_slot(note.id))
    }

    fn check(&self) -> Result<(), FileError> {
        if self.slots.len() > MAX_SLOTS {
            return Err(FileError::TooLarge);
        }
        let mut ids: Vec<_> = self.slots.iter().map(|slot| slot.id).collect();
        ids.sort_unstable();
        ids.dedup();
        let times = self.slots.iter().flat_map(|slot| [slot.not_before, slot.not_after]);
        let backup = self.backup.map(|note| [Some(note.made), note.read_back, note.proven]);
        let issued = self.issued.as_ref().map(|note| [note.at, note.of]);
        let mut times = times
            .chain(backup.into_iter().flatten())
            .flatten()
            .chain([self.saved])
            .chain(self.changed)
            .chain(issued.into_iter().flatten());
        let numbers = [self.epoch, self.generation];
        if ids.len() != self.slots.len()
            || numbers.iter().any(|n| *n > MAX_NUMBER)
            || times.any(|time| time >= Millis::LAST)
        {
            return Err(FileError::Damaged);
        }
        Ok(())
    }
}

/// Tells ours from the rest, and this version from another, by the first line alone.
fn check_magic(bytes: &[u8]) -> Result<u32, FileError> {
    let start = &bytes[..bytes.len().min(32)];
    let line = start.split(|b| *b == b'\n').next().unwrap_or_default();
    if let Some(format) = migrate::format_of(line) {
        return if start.len() > line.len() { Ok(format) } else { Err(FileError::Damaged) };
    }
    match line.strip_prefix(b"sparekey/") {
        Some(version) if !version.is_empty() && version.iter().all(u8::is_ascii_digit) => {
            Err(FileError::NewerVersion)
        }
        // CRLF line ends: a transfer in text mode changed the file.
        Some(_) => Err(FileError::Damaged),
        // Cut off within the first line.
        None if MAGIC.as_bytes().starts_with(line) && line.len() >= 4 => Err(FileError::Damaged),
        None => Err(FileError::NotOurs),
    }
}
