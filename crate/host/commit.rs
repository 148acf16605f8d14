//! The commit protocol. The next generation goes into the ring, then into the area; both are read back; only then
//! is it acknowledged. Nothing here ever clears a store. Whoever erases a record here leaves word that its store is to be
//! made anew (`scrub`), in the same write.

use std::collections::BTreeMap;

use crate::core::passes::without_expired;
use crate::core::{Commit, Committed, Core};
use crate::env::{Env, Millis};
use crate::protocol::Failure;
use crate::secret::Key;
use crate::vault::file::{FileError, Header, VaultFile};
use crate::vault::id::SlotId;
use crate::vault::journal::JournalLine;
use crate::vault::seal;

use super::former;
use super::keep;
use super::load::{self, HEAD, JOURNAL, JOURNAL_PREFIX, MARKER, SEEN};
use super::platform::{Platform, StoreId};
use super::scrub;

type Keys = BTreeMap<String, String>;

/// Carries a commit out and tells the core. The failure replaces the reply.
pub async fn commit<P: Platform>(platform: &P, core: &mut Core, mut commit: Commit) -> Option<Failure> {
    let _guard = platform.lock().await;
    // Somebody else may have written since we opened: take that in first.
    let stored = load::load(platform).await;
    let from = commit.from.take();
    let stepped_down =
        core.stepped_down() || commit.opens.as_ref().is_some_and(|(_, opening)| opening.stepped_down());
    if let Some(vault) = core.vault().or(from.as_ref()) {
        let mine = vault.header();
        // By the key of before: a commit that rotates has another one, and would take what is newer for a stranger's.
        let (newer, other): (Vec<_>, Vec<_>) = stored
            .files
            .iter()
            .filter(|file| file.header().generation > mine.generation)
            .partition(|file| file.verify(vault.key()).is_ok());
        let rotated =
            |file: &&VaultFile| file.header().vault == mine.vault && file.header().epoch > mine.epoch;
        if other.iter().any(rotated) && !stepped_down {
            core.is_overtaken();
            return Some(Failure::new("changed-elsewhere"));
        }
        // One whose body is damaged was told when the vault was opened; it must not stand in the way of every save.
        let newer = newer
            .into_iter()
            .filter(|file| file.open_with(vault.key().clone()).is_ok())
            .max_by_key(|file| file.header().generation);
        if let Some(newer) = newer {
            // Ways in are never merged: a new one would be left out, a removed one come back.
            let ways = |header: &Header| header.slots.iter().map(|slot| slot.id).collect::<Vec<_>>();
            if !commit.revoked.is_empty() || ways(commit.next.header()) != ways(mine) {
                core.is_overtaken();
                return Some(Failure::new("changed-elsewhere"));
            }
            let rebased = {
                let mut entropy = platform.entropy();
                let mut env = Env { now: platform.now(), entropy: &mut entropy };
                core.rebase(newer, commit, &mut env)
            };
            match rebased {
                Some(rebased) => commit = rebased,
                None => {
                    core.is_overtaken();
                    return Some(Failure::new("changed-elsewhere"));
                }
            }
        }
    }
    if core.vault().is_none() && from.is_none() && !stored.files.is_empty() {
        // A vault was made here since we looked.
        return Some(Failure::new("changed-elsewhere"));
    }
    if let Some(vault) = core.vault().or(from.as_ref())
        && !former::keep(platform, vault).await
    {
        return Some(Failure::new("former-not-kept"));
    }
    let result = write_both(platform, &commit.file, commit.next.key()).await;
    if result != Committed::None && !commit.revoked.is_empty() {
        erase_records(platform, &commit.revoked).await;
    }
    core.committed(commit, result, platform.now())
}

/// Appends a journal record to both stores. True when one of them has it.
pub async fn append<P: Platform>(platform: &P, line: &JournalLine) -> bool {
    let _guard = platform.lock().await;
    let Ok(text) = serde_json::to_string(line) else { return false };
    // The digest keeps two writers that count alike apart.
    let digest = data_encoding::HEXLOWER.encode(&seal::sha256(text.as_bytes())[..4]);
    let key = format!("{JOURNAL_PREFIX}{:016}/{:08}-{digest}", line.generation, line.sequence);
    let ring = platform.write(StoreId::Ring, &[(key, text)], &[]).await.is_ok();
    let area = append_to_area(platform, line).await;
    ring || area
}

/// Brings up a store that is behind: the newest generation of either goes into both. Finishes what a kill cut off.
pub async fn heal<P: Platform>(platform: &P, core: &mut Core) -> bool {
    let Some(vault) = core.vault() else { return false };
    let _guard = platform.lock().await;
    let stored = load::load(platform).await;
    // A revocation that was cut off before the older generations were rewritten is finished now.
    let header = vault.header();
    let revoked: Vec<SlotId> = stored
        .files
        .iter()
        .filter(|file| file.header().vault == header.vault && file.header().generation < header.generation)
        .flat_map(|file| file.slots().map(|(slot, _)| slot.id).collect::<Vec<_>>())
        .filter(|id| header.slots.iter().all(|slot| slot.id != *id))
        .collect();
    if !revoked.is_empty() {
        erase_records(platform, &revoked).await;
    }
    if !stored.one_failed {
        core.healed(Committed::Both, platform.now());
        return true;
    }
    let newest = stored.files.into_iter().find(|file| {
        file.header().generation == vault.header().generation && file.verify(vault.key()).is_ok()
    });
    let Some(file) = newest else { return false };
    let result = write_both(platform, &file, vault.key()).await;
    core.healed(result, platform.now());
    result == Committed::Both
}

/// Ring first, because it leads; then the area; then both are read back and compared.
async fn write_both<P: Platform>(platform: &P, file: &VaultFile, vault_key: &Key) -> Committed {
    let bytes = file.to_bytes();
    let Ok(text) = String::from_utf8(bytes) else { return Committed::None };
    let generation = file.header().generation;
    let head = head(generation, &text);
    let known = platform.read(StoreId::Ring).await.unwrap_or_default();
    let ring_key = free_key(ring_key(generation), &known, file, vault_key);
    let mut ring = write_ring(platform, &known, file, &ring_key, &text, &head).await;
    let known = platform.read(StoreId::Area).await.unwrap_or_default();
    let area_key = free_key(area_key(generation), &known, file, vault_key);
    let set = [(area_key.clone(), text.clone()), (HEAD.into(), head), (MARKER.into(), "1".into())];
    let set = [set.as_slice(), &[(JOURNAL.to_owned(), area_journal(&known, generation))]].concat();
    let mut area = platform.write(StoreId::Area, &set, &[]).await.is_ok();
    if ring {
        ring = holds(platform, StoreId::Ring, &ring_key, &text).await;
    }
    if area {
        area = holds(platform, StoreId::Area, &area_key, &text).await;
    }
    match (ring, area) {
        (true, true) => Committed::Both,
        (false, false) => Committed::None,
        _ => Committed::One,
    }
}

/// Adds the generation, and drops those that need not stay, and folded journal records, in the same transaction.
async fn write_ring<P: Platform>(
    platform: &P,
    known: &Keys,
    file: &VaultFile,
    key: &str,
    text: &str,
    head: &str,
) -> bool {
    let Header { generation, epoch, .. } = *file.header();
    let (mut files, _) = load::files(known);
    // What claims a later vault key neither goes nor counts: this session may be one that an old password opened.
    files.retain(|(_, file)| file.header().epoch <= epoch);
    // A file that claims to be newer than what is being written is not ours to count: it must not push ours out.
    let mut all: Vec<_> = files
        .iter()
        .map(|(_, file)| (file.header().generation, file.header().saved))
        .filter(|(known, _)| *known < generation)
        .collect();
    all.push((generation, platform.now()));
    let kept = keep::keep(all, platform.now());
    let mut remove: Vec<String> = files
        .iter()
        .filter(|(known, file)| known != key && file.header().generation < generation)
        .filter(|(_, file)| !kept.contains(&file.header().generation))
        .map(|(key, _)| key.clone())
        .collect();
    let folded = format!("{JOURNAL_PREFIX}{:016}", oldest_journal(generation));
    remove.extend(known.keys().filter(|key| key.starts_with(JOURNAL_PREFIX) && **key < folded).cloned());
    let set = [(key.to_owned(), text.to_owned()), (HEAD.into(), head.into()), (MARKER.into(), "1".into())];
    platform.write(StoreId::Ring, &set, &remove).await.is_ok()
}

async fn append_to_area<P: Platform>(platform: &P, line: &JournalLine) -> bool {
    let Ok(known) = platform.read(StoreId::Area).await else { return false };
    let mut lines = journal_of(&known, oldest_journal(line.generation));
    lines.push(line.clone());
    let Ok(text) = serde_json::to_string(&lines) else { return false };
    platform.write(StoreId::Area, &[(JOURNAL.into(), text)], &[]).await.is_ok()
}

/// Records are folded into the next generation, and kept for one more: should that one turn out damaged, the one
/// before it still opens with them.
fn oldest_journal(generation: u64) -> u64 {
    generation.saturating_sub(1)
}

fn area_journal(known: &Keys, generation: u64) -> String {
    serde_json::to_string(&journal_of(known, oldest_journal(generation))).unwrap_or_else(|_| "[]".into())
}

fn journal_of(known: &Keys, oldest: u64) -> Vec<JournalLine> {
    let lines: Vec<JournalLine> =
        known.get(JOURNAL).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    lines.into_iter().filter(|line| line.generation >= oldest).collect()
}

/// Removes the records of passes that are over from every generation of both stores. Each file's own header says which:
/// nothing here is authentic, so a forged one can only lose what is in itself. False: a store would not.
pub async fn erase_expired<P: Platform>(platform: &P, now: Millis, ended: &[SlotId]) -> bool {
    let _guard = platform.lock().await;
    let mut gone = true;
    for store in [StoreId::Ring, StoreId::Area] {
        let Ok(known) = platform.read(store).await else {
            gone = false;
            continue;
        };
        let (mut files, _) = load::files(&known);
        files.extend(load::former_files(&known));
        let mut set: Vec<(String, String)> = files
            .into_iter()
            .filter_map(|(key, file)| {
                let less = without_expired(&file, now, ended)?;
                Some((key, String::from_utf8(less.to_bytes()).ok()?))
            })
            .collect();
        if !set.is_empty() {
            set.push(due());
            // A store that refuses is tried again at the next request.
            gone &= platform.write(store, &set, &[]).await.is_ok();
        }
    }
    gone
}

/// Keeps what this browser saw of time, in whichever store takes it.
pub async fn keep_seen<P: Platform>(platform: &P, text: &str) -> bool {
    let _guard = platform.lock().await;
    let mut kept = false;
    for store in [StoreId::Ring, StoreId::Area] {
        kept |= platform.write(store, &[(SEEN.into(), text.into())], &[]).await.is_ok();
    }
    kept
}

/// Removes the records of revoked slots from every generation of both stores. Generations themselves stay.
async fn erase_records<P: Platform>(platform: &P, revoked: &[SlotId]) {
    for store in [StoreId::Ring, StoreId::Area] {
        let Ok(known) = platform.read(store).await else { continue };
        let (mut files, _) = load::files(&known);
        files.extend(load::former_files(&known));
        let mut set: Vec<(String, String)> = files
            .into_iter()
            .filter(|(_, file)| revoked.iter().any(|id| file.has_record(*id)))
            .filter_map(|(key, file)| {
                let less = file.without(|slot| revoked.contains(&slot.id));
                Some((key, String::from_utf8(less.to_bytes()).ok()?))
            })
            .collect();
        if !set.is_empty() {
            set.push(due());
            // A store that refuses keeps its old records until the next rotation; the key they open is void.
            let _ = platform.write(store, &set, &[]).await;
        }
    }
}

fn due() -> (String, String) {
    (scrub::DUE.into(), "1".into())
}

async fn holds<P: Platform>(platform: &P, store: StoreId, key: &str, text: &str) -> bool {
    platform.read(store).await.is_ok_and(|keys| keys.get(key).is_some_and(|stored| stored == text))
}

fn head(generation: u64, text: &str) -> String {
    let sha256 = data_encoding::HEXLOWER.encode(&seal::sha256(text.as_bytes()));
    format!("{{\"generation\":{generation},\"sha256\":\"{sha256}\"}}")
}

/// The key to write a generation under. What claims to be as new and is not this vault key's, or is of a newer version,
/// is not overwritten: it may be what a password opens that this session does not know of.
fn free_key(mut key: String, known: &Keys, ours: &VaultFile, vault_key: &Key) -> String {
    let as_new = |file: &VaultFile| {
        file.header().generation >= ours.header().generation || file.header().epoch > ours.header().epoch
    };
    let stays = |text: &String| match VaultFile::parse(text.as_bytes()) {
        Ok(file) => as_new(&file) && file.verify(vault_key).is_err(),
        Err(error) => error == FileError::NewerVersion,
    };
    while known.get(&key).is_some_and(stays) {
        key.push('0');
    }
    key
}

/// Generations in the ring sort by name.
fn ring_key(generation: u64) -> String {
    format!("g{generation:016}")
}

/// Two alternate in the area.
fn area_key(generation: u64) -> String {
    format!("g{}", generation & 1)
}
