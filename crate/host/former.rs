//! The last file of an older format, byte for byte, under a name that no thinning touches. It is kept, and proven, before
//! the first file of the present format is written.

use std::collections::BTreeMap;

use crate::vault::file::VaultFile;
use crate::vault::migrate::CURRENT;
use crate::vault::sealed::Opened;

use super::load::{self, FORMER_PREFIX};
use super::platform::{Platform, StoreId};

/// Keeps it in whichever store takes it. False: no store has a copy that opens, and nothing may be replaced.
pub async fn keep<P: Platform>(platform: &P, vault: &Opened) -> bool {
    if vault.format() >= CURRENT {
        return true;
    }
    let mut kept = false;
    for store in [StoreId::Ring, StoreId::Area] {
        kept |= keep_in(platform, store, vault).await;
    }
    kept
}

async fn keep_in<P: Platform>(platform: &P, store: StoreId, vault: &Opened) -> bool {
    let Ok(known) = platform.read(store).await else { return false };
    let name = format!("{FORMER_PREFIX}{}", vault.format());
    if let Some(text) = newest(&known, vault)
        && known.get(&name) != Some(&text)
        && platform.write(store, &[(name.clone(), text)], &[]).await.is_err()
    {
        return false;
    }
    let Ok(known) = platform.read(store).await else { return false };
    known.get(&name).is_some_and(|text| is_proven(text, vault))
}

/// The newest file of the older format that the vault's key wrote, as this store has it.
fn newest(known: &BTreeMap<String, String>, vault: &Opened) -> Option<String> {
    let of_vault = |text: &&String| {
        VaultFile::parse(text.as_bytes())
            .is_ok_and(|file| file.format() == vault.format() && file.verify(vault.key()).is_ok())
    };
    let generation =
        |text: &&String| VaultFile::parse(text.as_bytes()).map_or(0, |file| file.header().generation);
    let files = known.iter().filter(|(key, _)| load::is_file(key)).map(|(_, text)| text);
    files.filter(of_vault).max_by_key(generation).cloned()
}

/// It opens from its bytes, and no entry is missing in it.
fn is_proven(text: &str, vault: &Opened) -> bool {
    let Ok(file) = VaultFile::parse(text.as_bytes()) else { return false };
    let Ok(opened) = file.open_with(vault.key().clone()) else { return false };
    opened.format() == vault.format() && opened.body.entries.len() >= vault.body.entries.len()
}
