//! The worklist after a device was stolen or lost: which accounts are to be enrolled anew, and how far each one is. It
//! has ids and steps, no secret.

use serde::{Deserialize, Serialize};

use crate::env::Millis;

use super::id::EntryId;

/// See [`super::body::Body::worklist`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worklist {
    /// When the list was last changed; a merge takes the later one.
    pub modified: Millis,
    /// When it was made: what is older than this is out of one's hands.
    pub started: Millis,
    /// The accounts, the most dangerous first.
    pub accounts: Vec<WorklistAccount>,
    /// When the vault's key was renewed for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotated: Option<Millis>,
}

/// One account of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorklistAccount {
    /// The entry.
    pub entry: EntryId,
    /// How many of [`STEPS`] are done.
    #[serde(default)]
    pub done: u8,
}

/// Signed in with the code here; enrolled anew; the first new code accepted; the old device removed there.
pub const STEPS: u8 = 4;
/// After this many steps the entry has another key.
pub const ENROLLED: u8 = 2;
/// After this many steps the site has accepted a code of the new key.
pub const ACCEPTED: u8 = 3;
