//! The list of accounts that are moved one by one from an app that gives none away. It has names and steps, no secret.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::env::Millis;

use super::body::Tombstone;
use super::id::EntryId;
use super::kept;

/// See [`super::body::Body::moving`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moving {
    /// When the list was last changed; the later one's order is that of a merge.
    pub modified: Millis,
    /// In the user's order.
    pub accounts: Vec<MovingAccount>,
}

/// One account on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovingAccount {
    /// Random.
    pub id: EntryId,
    /// The issuer, as the user wrote it or the old app shows it.
    pub issuer: String,
    /// The account's name there; empty when unknown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub account: String,
    /// How many of [`STEPS`] are done.
    #[serde(default)]
    pub done: u8,
    /// How often the user took steps back. A merge takes the side with more of it, so that what was taken back stays so.
    #[serde(default, skip_serializing_if = "kept::is_zero")]
    pub back: u32,
    /// The entry that it became.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<EntryId>,
}

/// Signed in with the old app; added here; a code of ours accepted; the old one removed.
pub const STEPS: u8 = 4;
/// After this many steps the account is an entry of ours.
pub const ADDED: u8 = 2;
/// After this many steps the site has accepted a code of ours: only now may the old one go.
pub const TRIED: u8 = 3;
/// More accounts than anybody moves by hand.
pub const MAX_MOVING: usize = 1_000;

/// Two lists become one, account by account: a step that either side took is taken, an account that is dropped has a
/// tombstone and stays away. The later list leads in order.
pub(super) fn merge(
    a: &Option<Moving>,
    b: &Option<Moving>,
    gone: &BTreeMap<EntryId, Tombstone>,
) -> Option<Moving> {
    let key = |list: &Moving| (list.modified, serde_json::to_string(list).unwrap_or_default());
    let (lead, other) = match (a, b) {
        (Some(a), Some(b)) if key(b) > key(a) => (b, a),
        (Some(a), Some(b)) => (a, b),
        (a, b) => {
            let only = a.as_ref().or(b.as_ref())?;
            (only, only)
        }
    };
    let mut merged = lead.clone();
    for account in &other.accounts {
        match merged.accounts.iter_mut().find(|known| known.id == account.id) {
            None => merged.accounts.push(account.clone()),
            Some(known) if account.rank() > known.rank() => *known = account.clone(),
            Some(_) => {}
        }
    }
    merged.accounts.retain(|account| !gone.contains_key(&account.id));
    // Later than both, so that merging with one of them again changes nothing.
    if merged.accounts != lead.accounts {
        merged.modified = merged.modified.plus(1);
    }
    Some(merged)
}

impl MovingAccount {
    /// What decides between two versions of one account.
    fn rank(&self) -> (u32, u8, Option<EntryId>, &str, &str) {
        (self.back, self.done, self.entry, &self.issuer, &self.account)
    }
}
