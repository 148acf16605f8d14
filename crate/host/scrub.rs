//! What was erased leaves the raw files too. A browser's database keeps in its files what was overwritten in it; only what
//! is deleted as a whole goes from the disk. So after a record was erased both stores are made anew, one after the
//! other, from a copy in a third place that was proven first.
//!
//! | step | ring | area | spare |
//! | --- | --- | --- | --- |
//! | the copy, read back | whole | whole | whole |
//! | the ring deleted, written, read back | - | whole | whole |
//! | the area deleted, written, read back | whole | - | whole |
//! | the spare deleted | whole | whole | - |
//! | the files rinsed ([`Rinse`]), and once more a while later | whole | whole | - |
//!
//! Where a store cannot be deleted without a moment that a kill breaks (Chromium's area), it is written over and stays whole.
//!
//! At every moment two of the three hold everything. What a kill leaves is put together again before anything is read at
//! the next start, so no state in between is ever taken for a new user or a failed copy, and the scrub begins anew. The mark
//! that it is due goes last, and another one stays until the second rinse: a browser tidies up after its answer.

use std::collections::BTreeMap;

use crate::vault::file::VaultFile;
use crate::vault::journal::JournalLine;

use super::load::{self, JOURNAL};
use super::platform::{Platform, Rinse, StoreError, StoreId, is_ballast};

/// In a store: something was erased in it that lies in its files still. Written with the erasing, gone with the scrub.
pub const DUE: &str = "scrub";
/// In the ring: both stores were made anew, and the browser may be tidying up after them.
pub const RINSE: &str = "rinse";

/// What a look at it came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scrubbed {
    /// Nothing is left to do.
    Clean,
    /// Both stores were made anew; the last rinse is left.
    Anew,
    /// That was done before; the last rinse is left.
    Rinsing,
    /// Not now.
    Failed,
}

type Keys = BTreeMap<String, String>;

/// Finishes what was cut off, and scrubs when that is due. Never begun while a store fails or the two disagree: then the
/// spare could be one of two copies.
pub async fn scrub<P: Platform>(platform: &P) -> Scrubbed {
    let _guard = platform.lock().await;
    let done = async {
        restore(platform).await?;
        let (ring, area) = (platform.read(StoreId::Ring).await?, platform.read(StoreId::Area).await?);
        if ring.contains_key(DUE) || area.contains_key(DUE) {
            if !agree(&ring, &area) {
                return Err(StoreError);
            }
            make_anew(platform, &worth(ring), &worth(area)).await?;
            return Ok(Scrubbed::Anew);
        }
        if ring.contains_key(RINSE) {
            return Ok::<_, StoreError>(Scrubbed::Rinsing);
        }
        // Of the rinse that ends an erasing, which leaves no mark.
        for (store, keys) in [(StoreId::Ring, ring), (StoreId::Area, area)] {
            let ballast: Vec<String> = keys.into_keys().filter(|key| is_ballast(key)).collect();
            if !ballast.is_empty() {
                platform.write(store, &[], &ballast).await?;
            }
        }
        Ok(Scrubbed::Clean)
    };
    done.await.unwrap_or(Scrubbed::Failed)
}

/// The last rinse. It takes a second or two in Chromium and touches nothing of the vault, so nobody waits for it; `settled`
/// says afterwards whether it was the last one, or the stores were made anew meanwhile.
pub async fn rinse_last<P: Platform>(platform: &P, settled: impl FnOnce() -> bool) -> Result<(), StoreError> {
    platform.rinse(Rinse::Last).await?;
    let _guard = platform.lock().await;
    if settled() { platform.write(StoreId::Ring, &[], &[RINSE.into()]).await } else { Ok(()) }
}

async fn make_anew<P: Platform>(platform: &P, ring: &Keys, area: &Keys) -> Result<(), StoreError> {
    let whole = |(store, keys): (StoreId, &Keys)| -> Vec<(String, String)> {
        keys.iter().map(|(key, text)| (format!("{}{key}", prefix(store)), text.clone())).collect()
    };
    let copy = [(StoreId::Ring, ring), (StoreId::Area, area)].into_iter().flat_map(whole).collect();
    if put(platform, StoreId::Spare, &copy).await.is_err() {
        // Both stores are as they were. What is left of the copy goes now, or before the next one.
        let _ = platform.discard(StoreId::Spare).await;
        return Err(StoreError);
    }
    platform.rinse(Rinse::Before).await?;
    // Still due in the ring that is made anew: whatever dies before the end, all of it is done again.
    let mut due = ring.clone();
    due.insert(DUE.into(), "1".into());
    for (store, keys) in [(StoreId::Ring, &due), (StoreId::Area, area)] {
        platform.discard(store).await?;
        put(platform, store, keys).await?;
    }
    platform.discard(StoreId::Spare).await?;
    platform.rinse(Rinse::After).await?;
    platform.write(StoreId::Ring, &[(RINSE.into(), "1".into())], &[DUE.into()]).await
}

/// Empty stores leave their files too. For [`super::erase`], when both were read back empty.
pub async fn discard_emptied<P: Platform>(platform: &P) {
    let discard = async {
        for store in [StoreId::Area, StoreId::Ring, StoreId::Spare] {
            platform.discard(store).await?;
        }
        platform.rinse(Rinse::All).await
    };
    // What fails here leaves blanks over what was overwritten, as without it.
    let _: Result<(), StoreError> = discard.await;
}

/// Puts back from the spare whatever a store lacks, and only that: what is there was written later.
async fn restore<P: Platform>(platform: &P) -> Result<(), StoreError> {
    let copy = platform.read(StoreId::Spare).await?;
    if copy.is_empty() {
        return Ok(());
    }
    for store in [StoreId::Ring, StoreId::Area] {
        let known = platform.read(store).await?;
        let back = missing(&known, &part(&copy, store));
        if !back.is_empty() {
            platform.write(store, &back, &[]).await?;
            let now = platform.read(store).await?;
            if !back.iter().all(|(key, text)| now.get(key) == Some(text)) {
                return Err(StoreError);
            }
        }
    }
    if copy.keys().any(|key| key != DUE) {
        // What the copy was made for may be half done.
        platform.write(StoreId::Ring, &[(DUE.into(), "1".into())], &[]).await?;
    }
    platform.discard(StoreId::Spare).await
}

/// What `known` lacks of its copy. The store may have been written to since: a way in that its newest generation has no more
/// does not come back with an older one, and journal records of both stay.
fn missing(known: &Keys, copy: &Keys) -> Vec<(String, String)> {
    let (files, _) = load::files(known);
    let newest = files.first().map(|(_, file)| file);
    let mut back: Vec<(String, String)> = copy
        .iter()
        .filter(|(key, _)| !known.contains_key(*key))
        .map(|(key, text)| {
            (key.clone(), newest.and_then(|newest| less(text, newest)).unwrap_or(text.clone()))
        })
        .collect();
    if let (Some(ours), Some(then)) = (known.get(JOURNAL), copy.get(JOURNAL)) {
        let read = |text: &str| serde_json::from_str::<Vec<JournalLine>>(text).unwrap_or_default();
        let mut lines = [read(ours), read(then)].concat();
        lines.sort();
        lines.dedup();
        if let Ok(text) = serde_json::to_string(&lines)
            && text != *ours
        {
            back.push((JOURNAL.into(), text));
        }
    }
    back
}

/// An older generation without the records of slots that a newer one of the same vault does not have.
fn less(text: &str, newest: &VaultFile) -> Option<String> {
    let file = VaultFile::parse(text.as_bytes()).ok()?;
    let (then, now) = (file.header(), newest.header());
    if then.vault != now.vault || then.generation >= now.generation {
        return None;
    }
    let less = file.without(|slot| now.slots.iter().all(|kept| kept.id != slot.id));
    String::from_utf8(less.to_bytes()).ok()
}

/// Both have a vault, and the same newest generation of it.
fn agree(ring: &Keys, area: &Keys) -> bool {
    let newest = |keys: &Keys| load::files(keys).0.first().map(|(_, file)| file.header().generation);
    newest(ring).is_some() && newest(ring) == newest(area)
}

/// Writes keys and proves that they, and nothing else of worth, are there.
async fn put<P: Platform>(platform: &P, store: StoreId, keys: &Keys) -> Result<(), StoreError> {
    let read = async || Ok(less_ballast(platform.read(store).await?));
    let set: Vec<(String, String)> = keys.clone().into_iter().collect();
    // What is there already where the store could not be deleted.
    let stale: Vec<String> = read().await?.into_keys().filter(|key| !keys.contains_key(key)).collect();
    platform.write(store, &set, &stale).await?;
    if read().await? == *keys { Ok(()) } else { Err(StoreError) }
}

/// What a store holds besides what only fills it for a moment.
pub fn less_ballast(keys: Keys) -> Keys {
    keys.into_iter().filter(|(key, _)| !is_ballast(key)).collect()
}

fn worth(keys: Keys) -> Keys {
    less_ballast(keys).into_iter().filter(|(key, _)| key != DUE && key != RINSE).collect()
}

/// A store's keys in the spare begin with it.
fn prefix(store: StoreId) -> &'static str {
    match store {
        StoreId::Ring => "ring/",
        StoreId::Area => "area/",
        StoreId::Spare => "",
    }
}

fn part(copy: &Keys, store: StoreId) -> Keys {
    let of_store =
        |(key, text): (&String, &String)| Some((key.strip_prefix(prefix(store))?.into(), text.clone()));
    copy.iter().filter_map(of_store).collect()
}
