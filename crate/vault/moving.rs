//! The list of accounts that are moved one by one from an app that gives none away. It has names and steps, no secret.

use serde::{Deserialize, Serialize};

use crate::env::Millis;

use super::id::EntryId;

/// See [`super::body::Body::moving`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moving {
    /// When the list was last changed; a merge takes the later one.
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
