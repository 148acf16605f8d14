//! What an account is before it has an identity: the draft that a scan, a form or an importer makes.

use crate::otp::Otp;
use crate::otp::uri::Account;

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
