//! Both stores to one picture of what is there. Nothing read here is authentic yet.

use std::collections::BTreeMap;

use crate::core::{Seen, Stored};
use crate::vault::file::{FileError, VaultFile};
use crate::vault::journal::JournalLine;

use super::platform::{Platform, StoreError, StoreId};

/// Says that there is a vault, whatever else is gone. Written with every commit.
pub const MARKER: &str = "marker";
/// The newest generation's number and digest, as the writer left it. A hint.
pub const HEAD: &str = "head";
/// Journal records in `storage.local`.
pub const JOURNAL: &str = "journal";
/// Journal records in the ring, one key each.
pub const JOURNAL_PREFIX: &str = "j/";
/// The notes on backups. In the ring only: scripts in pages can write the area in Firefox.
pub const BOOK: &str = "backups";
/// What this browser saw of time, in either store: see [`crate::core::Seen`]. A forged one refuses passes, no more.
pub const SEEN: &str = "seen";
/// Generations in either store.
pub const FILE_PREFIX: &str = "g";
/// The last file of an older format, in either store: no candidate at an unlock, and never thinned out.
pub const FORMER_PREFIX: &str = "former-";

type Keys = BTreeMap<String, String>;

/// Reads both stores.
pub async fn load<P: Platform>(platform: &P) -> Stored {
    let ring = platform.read(StoreId::Ring).await;
    let area = platform.read(StoreId::Area).await;
    merge(&ring, &area)
}

/// The journal alone, from both stores.
pub async fn journal<P: Platform>(platform: &P) -> Vec<JournalLine> {
    let ring = platform.read(StoreId::Ring).await.unwrap_or_default();
    let area = platform.read(StoreId::Area).await.unwrap_or_default();
    lines(&ring, &area)
}

/// Files that could not be parsed.
#[derive(Clone, Copy, Default)]
pub struct Unread {
    /// Damaged ones.
    pub damaged: usize,
    /// One of a version that is not known here.
    pub newer: bool,
}

/// The generations in a store, with their keys, newest first.
pub fn files(keys: &Keys) -> (Vec<(String, VaultFile)>, Unread) {
    let mut unread = Unread::default();
    let mut files = Vec::new();
    for (key, text) in keys.iter().filter(|(key, _)| is_file(key)) {
        match VaultFile::parse(text.as_bytes()) {
            Ok(file) => files.push((key.clone(), file)),
            Err(FileError::NewerVersion) => unread.newer = true,
            Err(_) => unread.damaged += 1,
        }
    }
    files.sort_by_key(|(_, file)| core::cmp::Reverse(file.header().generation));
    (files, unread)
}

/// The former files of a store, with their keys: what is revoked is erased from them too.
pub fn former_files(keys: &Keys) -> Vec<(String, VaultFile)> {
    let former = keys.iter().filter(|(key, _)| key.starts_with(FORMER_PREFIX));
    former.filter_map(|(key, text)| Some((key.clone(), VaultFile::parse(text.as_bytes()).ok()?))).collect()
}

/// Whether a key is a generation's.
pub fn is_file(key: &str) -> bool {
    key.strip_prefix(FILE_PREFIX)
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
}

fn merge(ring: &Result<Keys, StoreError>, area: &Result<Keys, StoreError>) -> Stored {
    let empty = Keys::new();
    let (ring_keys, area_keys) = (ring.as_ref().unwrap_or(&empty), area.as_ref().unwrap_or(&empty));
    let (ring_files, ring_unread) = files(ring_keys);
    let (area_files, area_unread) = files(area_keys);
    let newest = |files: &[(String, VaultFile)]| files.first().map(|(_, file)| file.header().generation);
    let behind = newest(&ring_files) != newest(&area_files);
    let ring_leads = !ring_files.is_empty();
    let mut all = in_turn(ring_files, area_files);
    share_records(&mut all);
    let failed = ring.is_err() || area.is_err();
    Stored {
        unreadable: failed && all.is_empty(),
        one_failed: failed || (!all.is_empty() && behind),
        marker: ring_keys.keys().chain(area_keys.keys()).any(|key| key == MARKER || key == HEAD),
        damaged: ring_unread.damaged + area_unread.damaged,
        newer: ring_unread.newer || area_unread.newer && !ring_leads,
        newer_aside: area_unread.newer && ring_leads,
        journal: lines(ring_keys, area_keys),
        book: ring_keys.get(BOOK).cloned(),
        seen: [ring_keys, area_keys].into_iter().filter_map(seen).collect(),
        files: all,
    }
}

/// The stores in turn, each newest first. At most three derivations are tried: whoever writes one store alone, and
/// claims whatever generations, cannot crowd out what the other one holds.
fn in_turn(ring: Vec<(String, VaultFile)>, area: Vec<(String, VaultFile)>) -> Vec<VaultFile> {
    let (mut ring, mut area) = (ring.into_iter(), area.into_iter());
    let mut all: Vec<VaultFile> = Vec::new();
    loop {
        let pair = [ring.next(), area.next()];
        if pair.iter().all(Option::is_none) {
            return all;
        }
        for (_, file) in pair.into_iter().flatten() {
            // The same generation from both stores: a record that one of them lost is still a way in.
            match all.iter_mut().find(|known| known.is_copy_of(&file)) {
                Some(known) => known.fill_in(&file),
                None => all.push(file),
            }
        }
    }
}

/// A record that is gone from the newest generation is a way in still when an older one of the same epoch has it: the
/// index names it by its digest.
fn share_records(files: &mut [VaultFile]) {
    let known: BTreeMap<[u8; 32], String> = files.iter().flat_map(VaultFile::records).collect();
    files.iter_mut().for_each(|file| file.fill_from(&known));
}

fn seen(keys: &Keys) -> Option<Seen> {
    serde_json::from_str(keys.get(SEEN)?).ok()
}

/// The union of both stores' records.
fn lines(ring: &Keys, area: &Keys) -> Vec<JournalLine> {
    let mut lines: Vec<JournalLine> = ring
        .iter()
        .filter(|(key, _)| key.starts_with(JOURNAL_PREFIX))
        .filter_map(|(_, text)| serde_json::from_str(text).ok())
        .collect();
    let more: Vec<JournalLine> =
        area.get(JOURNAL).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    lines.extend(more);
    lines.sort();
    lines.dedup();
    lines
}
