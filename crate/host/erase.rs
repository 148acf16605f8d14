//! *Erase from this browser*: the one function that removes. Everything that lies in the two stores is overwritten and then
//! removed, whoever wrote it there; then what the browser itself was given to keep.

use std::collections::BTreeMap;

use super::platform::{Platform, StoreId};
use super::scrub;

/// Erases. False when something is left: a store that refused keeps what it has, and the state says so.
pub async fn erase<P: Platform>(platform: &P) -> bool {
    let _guard = platform.lock().await;
    // A copy that a kill left beside them first: it would bring the vault back.
    let _ = platform.discard(StoreId::Spare).await;
    let mut gone = platform.read(StoreId::Spare).await.as_ref().is_ok_and(BTreeMap::is_empty);
    // The ring goes last: it leads, and what a kill leaves behind is then a vault as before and not half of one.
    for store in [StoreId::Area, StoreId::Ring] {
        gone &= empty(platform, store).await;
    }
    if gone {
        scrub::discard_emptied(platform).await;
        platform.set_session(None).await;
        platform.set_alarm(None).await;
        platform.forget().await;
    }
    gone
}

async fn empty<P: Platform>(platform: &P, store: StoreId) -> bool {
    let known = platform.read(store).await.unwrap_or_default();
    // Blanks are no file: a kill between the two steps leaves a store that says "there was a vault".
    let blanks: Vec<(String, String)> =
        known.iter().map(|(key, text)| (key.clone(), " ".repeat(text.len()))).collect();
    // A full disk may refuse the writing and still take the removing.
    let _ = platform.write(store, &blanks, &[]).await;
    // A last rinse may be at work meanwhile. What it fills the store with holds nothing, and it takes that out itself.
    platform.remove_all(store).await.is_ok()
        && platform.read(store).await.is_ok_and(|left| scrub::less_ballast(left).is_empty())
}
