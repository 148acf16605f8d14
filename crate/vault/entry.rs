//! An account: as a draft on its way in, and as an entry with identity and history.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::env::{Env, Millis};
use crate::otp::Otp;
use crate::otp::uri::Account;

use super::backup_codes::BackupCodes;
use super::choice::StoredChoice;
use super::former::Former;
use super::id::{DeviceId, EntryId};

/// An account on its way into the vault. It has no id and no history yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryDraft {
    /// Who issued the secret: `GitHub`. Empty when unknown.
    pub issuer: String,
    /// The account's name at the issuer: `alice@example.com`. Empty when unknown.
    pub account: String,
    /// The generator.
    pub otp: Otp,
    /// Free text.
    pub note: String,
    /// Tags (other apps' groups and folders).
    pub tags: Vec<String>,
    /// Shown first (other apps' favourites).
    pub pinned: bool,
    /// In the bin of the app it came from.
    pub trashed: bool,
    /// Web addresses that the source stored with the account. Suggestions only: nothing binds by import.
    pub urls: Vec<String>,
    /// What the source had and an entry cannot hold, as stable codes (`icon`, `password`, `attachment`, ...).
    pub lost: Vec<&'static str>,
    /// Why the entry is probably damaged by an earlier app, as a stable code; `None` when nothing is suspect.
    pub suspect: Option<&'static str>,
}

/// An account in the vault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Random, for ever.
    pub id: EntryId,
    /// When it was made.
    pub created: Millis,
    /// When its words were last changed.
    pub modified: Millis,
    /// Counts changes; a merge compares it first.
    pub edits: u32,
    /// The device that changed it last.
    pub device: DeviceId,
    /// Who issued the secret.
    pub issuer: String,
    /// The account's name at the issuer.
    pub account: String,
    /// The generator.
    #[serde(with = "super::otp_json")]
    pub otp: Otp,
    /// Free text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Shown first.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub pinned: bool,
    /// Where codes of this entry may go.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<StoredSite>,
    /// What the user chose on single sites. A choice gives no code to a site that is not bound.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<StoredChoice>,
    /// When it was put in the bin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trashed: Option<Millis>,
    /// When a code of it was last used, by origin; the empty origin stands for copying.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub used: BTreeMap<String, Millis>,
    /// Restored or imported, and no code of it was used yet.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub unverified: bool,
    /// Kept for an emergency: never offered by itself.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub emergency: bool,
    /// Keys that it had before, the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former: Vec<Former>,
    /// The site's own backup codes. Shown and filled behind a second unlock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup_codes: Option<BackupCodes>,
    /// Fields that a later 1.x writer added: kept as they are.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A binding as it is stored. The site room judges it each time it is used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StoredSite {
    /// `https://example.com`, `http://localhost:3000`.
    pub origin: String,
    /// Which hosts.
    pub scope: SiteScope,
}

/// See [`StoredSite::scope`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SiteScope {
    /// This host (and its `www.` form).
    Exact,
    /// Also every subdomain.
    Subdomains,
}

impl EntryDraft {
    /// A draft with the generator alone.
    pub fn new(issuer: impl Into<String>, account: impl Into<String>, otp: Otp) -> Self {
        Self {
            issuer: issuer.into(),
            account: account.into(),
            otp,
            note: String::new(),
            tags: Vec::new(),
            pinned: false,
            trashed: false,
            urls: Vec::new(),
            lost: Vec::new(),
            suspect: None,
        }
    }
}

impl From<Account> for EntryDraft {
    fn from(account: Account) -> Self {
        Self::new(account.issuer, account.account, account.otp)
    }
}

impl Entry {
    /// Gives a draft its identity.
    pub fn make(draft: EntryDraft, device: DeviceId, env: &mut Env<'_>) -> Self {
        Self {
            id: EntryId::make_random(env),
            created: env.now,
            modified: env.now,
            edits: 0,
            device,
            issuer: draft.issuer,
            account: draft.account,
            otp: draft.otp,
            note: draft.note,
            tags: draft.tags,
            pinned: draft.pinned,
            sites: Vec::new(),
            choices: Vec::new(),
            trashed: draft.trashed.then_some(env.now),
            used: BTreeMap::new(),
            unverified: false,
            emergency: false,
            former: Vec::new(),
            backup_codes: None,
            extra: Map::new(),
        }
    }

    /// What it has that no other app's format holds, nor a draft: codes of what an export loses.
    pub fn ours(&self) -> impl Iterator<Item = &'static str> + use<> {
        let codes = self.backup_codes.as_ref().is_some_and(|list| !list.codes.is_empty());
        let subdomains = self.sites.iter().any(|site| site.scope == SiteScope::Subdomains);
        let all = [(codes, "backup-codes"), (self.emergency, "emergency"), (subdomains, "subdomains")];
        all.into_iter().filter_map(|(has, what)| has.then_some(what))
    }

    /// The entry without its identity and history: what an export writes.
    pub fn draft(&self) -> EntryDraft {
        EntryDraft {
            note: self.note.clone(),
            tags: self.tags.clone(),
            pinned: self.pinned,
            trashed: self.trashed.is_some(),
            urls: self.sites.iter().map(|site| site.origin.clone()).collect(),
            ..EntryDraft::new(&*self.issuer, &*self.account, self.otp.clone())
        }
    }

    /// Notes a change: every path that changes an entry's words ends here.
    pub fn touch(&mut self, device: DeviceId, now: Millis) {
        self.edits = self.edits.saturating_add(1);
        self.modified = now;
        self.device = device;
    }

    /// The same account with the same secret, whatever its id. A counter may differ: it moves.
    pub fn same_account(&self, issuer: &str, account: &str, otp: &Otp) -> bool {
        self.issuer == issuer && self.account == account && self.otp.same_generator(otp)
    }

    /// When a code of it was last used anywhere.
    pub fn last_used(&self) -> Option<Millis> {
        self.used.values().max().copied()
    }
}
