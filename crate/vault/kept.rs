//! Items of other apps that no entry can hold, kept as they were: another algorithm, a type of its own, a secret that
//! nobody can read. This program makes no codes of them; they are here so that nothing is lost with the old app.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::env::Millis;
use crate::secret::{SecretBytes, SecretText};

use super::backup_codes::{read, write};
use super::body::Tombstone;
use super::id::{DeviceId, EntryId};
use super::seal;

/// Items that a vault takes in. Who has more of them has another problem.
pub const MAX_KEPT: usize = 500;
/// Bytes of one item: an account of any app without its picture has less than two thousand.
pub const MAX_KEPT_TEXT: usize = 16 * 1024;

/// Characters of a name.
const MAX_NAME: usize = 200;
/// Characters of a type's name.
const MAX_KIND: usize = 40;

/// An item as an importer found it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptDraft {
    /// The importer's family, `aegis`; empty where it is not known yet.
    pub format: String,
    /// The service, as the file names it.
    pub issuer: String,
    /// The account.
    pub account: String,
    /// The type as the file names it, `motp`; may be empty.
    pub kind: String,
    /// Why it is no entry, a stable code: `unsupported-type`, ...
    pub reason: String,
    /// The item as it stood in the file, secret and all.
    pub text: SecretText,
}

/// An item that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// By its content ([`KeptDraft::id`]): the same item of the same account is there once.
    pub id: EntryId,
    /// When it came in.
    pub at: Millis,
    /// Counts how often it was deleted and brought back.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub edits: u32,
    /// See [`KeptDraft::format`].
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub format: String,
    /// See [`KeptDraft::issuer`].
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub issuer: String,
    /// See [`KeptDraft::account`].
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub account: String,
    /// See [`KeptDraft::kind`].
    #[serde(default, rename = "type", skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// See [`KeptDraft::reason`].
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// See [`KeptDraft::text`].
    #[serde(serialize_with = "write", deserialize_with = "read")]
    pub text: SecretText,
}

impl KeptDraft {
    /// An item of another app; `None` where there is nothing to keep, or more than any account has. Names are cut to a
    /// length by which anybody knows an account.
    pub fn new((issuer, account): (&str, &str), kind: &str, reason: &str, text: SecretText) -> Option<Self> {
        if !(1..=MAX_KEPT_TEXT).contains(&text.expose().len()) {
            return None;
        }
        Some(Self {
            format: String::new(),
            issuer: short(issuer, MAX_NAME),
            account: short(account, MAX_NAME),
            kind: short(kind, MAX_KIND),
            reason: reason.to_owned(),
            text,
        })
    }

    /// As a file names the family that it came with, whoever wrote it.
    pub fn of(self, format: &str) -> Self {
        Self { format: short(format, MAX_KIND), ..self }
    }

    /// The same for the same account and text, whatever file it came in and wherever it is read.
    pub fn id(&self) -> EntryId {
        let names = [self.issuer.as_bytes(), b"\0", self.account.as_bytes(), b"\0"].concat();
        let mut text = SecretBytes::new(Vec::with_capacity(64 + names.len() + self.text.expose().len()));
        for part in [b"sparekey/1 kept\0".as_slice(), &names, self.text.expose().as_bytes()] {
            text.expose_mut().extend_from_slice(part);
        }
        let digest = seal::sha256(text.expose());
        let mut id = [0; 16];
        id.copy_from_slice(&digest[..16]);
        EntryId(id)
    }
}

impl Kept {
    /// An item as it is kept from now on; above `gone`, where it was deleted before.
    pub fn new(draft: KeptDraft, at: Millis, gone: Option<&Tombstone>) -> Self {
        Self {
            id: draft.id(),
            at,
            edits: gone.map_or(0, |gone| gone.edits.saturating_add(1)),
            format: draft.format,
            issuer: draft.issuer,
            account: draft.account,
            kind: draft.kind,
            reason: draft.reason,
            text: draft.text,
        }
    }

    /// The item as a draft: for a hand-over.
    pub fn draft(&self) -> KeptDraft {
        KeptDraft {
            format: self.format.clone(),
            issuer: self.issuer.clone(),
            account: self.account.clone(),
            kind: self.kind.clone(),
            reason: self.reason.clone(),
            text: self.text.clone(),
        }
    }

    /// What a deletion leaves.
    pub fn tombstone(&self, at: Millis, device: DeviceId) -> Tombstone {
        Tombstone { id: self.id, at, edits: self.edits.saturating_add(1), device }
    }

    /// What decides between two records of one item.
    fn rank(&self) -> (u32, Millis, &str, &str, &str, &str, &str) {
        let (format, issuer, account) = (&*self.format, &*self.issuer, &*self.account);
        (self.edits, self.at, format, issuer, account, &self.kind, &self.reason)
    }
}

/// The items of both sides, each once, without those that were deleted since: as with entries, a tombstone removes what
/// has no more edits than itself.
pub fn merge(mine: &[Kept], theirs: &[Kept], gone: &BTreeMap<EntryId, Tombstone>) -> Vec<Kept> {
    let mut all: Vec<Kept> = mine.to_vec();
    for item in theirs {
        match all.iter_mut().find(|here| here.id == item.id) {
            Some(here) if here.rank() < item.rank() => *here = item.clone(),
            Some(_) => {}
            None => all.push(item.clone()),
        }
    }
    all.retain(|item| gone.get(&item.id).is_none_or(|gone| item.edits > gone.edits));
    all
}

/// Brings a bundle's items into a living vault; one that was deleted here comes back. Gives how many came in.
pub fn restore(mine: &mut Vec<Kept>, tombstones: &mut Vec<Tombstone>, theirs: &[Kept]) -> usize {
    let before = mine.len();
    for item in theirs {
        if mine.iter().any(|here| here.id == item.id) {
            continue;
        }
        let gone =
            tombstones.iter().find(|gone| gone.id == item.id).map_or(0, |gone| gone.edits.saturating_add(1));
        mine.push(Kept { edits: item.edits.max(gone), ..item.clone() });
        tombstones.retain(|gone| gone.id != item.id);
    }
    mine.len() - before
}

/// A name of bearable length; what was cut once stays as it is.
fn short(name: &str, most: usize) -> String {
    let said: String = name.chars().filter(|c| !c.is_control()).collect();
    let cut: String = said.trim().chars().take(most).collect();
    cut.trim_end().to_owned()
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's signature
pub(super) fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn draft(text: &str) -> KeptDraft {
        KeptDraft {
            format: "aegis".into(),
            issuer: "Company VPN".into(),
            account: "ada".into(),
            kind: "motp".into(),
            reason: "unsupported-type".into(),
            text: SecretText::new(text.into()),
        }
    }

    fn kept(text: &str, at: u64, edits: u32) -> Kept {
        Kept { edits, ..Kept::new(draft(text), Millis(at), None) }
    }

    #[test]
    fn an_item_is_known_by_its_account_and_its_text() {
        let one = draft("{\"secret\":\"MEME\"}");
        let again = KeptDraft { format: "2fas".into(), reason: "bad-secret".into(), ..one.clone() };
        assert_eq!(one.id(), again.id());
        assert_ne!(one.id(), draft("{\"secret\":\"MEMF\"}").id());
        assert_ne!(one.id(), KeptDraft { account: "bob".into(), ..one.clone() }.id());
        // What lies in vaults for ever.
        assert_eq!(one.id().to_string(), "639da6e00c8e3e89e081794339264fe4");
    }

    #[test]
    fn its_text_is_never_printed() {
        let shown = format!("{:?} {:?}", draft("MEMEMEME"), kept("MEMEMEME", 1, 0));
        assert!(!shown.contains("MEME"), "{shown}");
    }

    #[test]
    fn two_vaults_unite_them_whoever_merges_and_deletions_hold() {
        let (a, b) = ([kept("a", 1, 0), kept("b", 5, 0)], [kept("b", 4, 2), kept("c", 1, 0)]);
        let none = BTreeMap::new();
        let sorted = |mut all: Vec<Kept>| {
            all.sort_by_key(|item| item.id);
            all
        };
        let both = sorted(merge(&a, &b, &none));
        assert_eq!(both, sorted(merge(&b, &a, &none)));
        assert_eq!(both, sorted(merge(&both, &b, &none)));
        assert_eq!(both.len(), 3);
        let device = DeviceId([1; 16]);
        let gone: BTreeMap<_, _> = [kept("a", 1, 0), kept("b", 5, 0)]
            .map(|item| (item.id, item.tombstone(Millis(9), device)))
            .into();
        let left: Vec<_> = merge(&a, &b, &gone).iter().map(|item| item.text.expose().clone()).collect();
        assert_eq!(left, ["b", "c"], "what was brought back since stays");
    }

    #[test]
    fn a_restore_brings_back_what_was_deleted_and_nothing_twice() {
        let mut mine = vec![kept("a", 1, 0)];
        let mut tombstones = vec![kept("b", 1, 3).tombstone(Millis(2), DeviceId([1; 16]))];
        let theirs = [kept("a", 1, 0), kept("b", 1, 0), kept("c", 1, 0)];
        assert_eq!(restore(&mut mine, &mut tombstones, &theirs), 2);
        assert_eq!((mine[1].edits, tombstones.len()), (5, 0));
        assert_eq!(restore(&mut mine, &mut tombstones, &theirs), 0);
        let mut last =
            vec![Tombstone { edits: u32::MAX, ..kept("d", 1, 0).tombstone(Millis(2), DeviceId([1; 16])) }];
        assert_eq!(restore(&mut mine, &mut last, &[kept("d", 1, 0)]), 1);
        assert_eq!(mine.last().map(|item| item.edits), Some(u32::MAX), "it does not begin again at nothing");
    }

    #[test]
    fn a_writer_that_knows_nothing_of_them_keeps_them() {
        // The body as a reader of before had it: entries, and everything else unread.
        #[derive(Serialize, Deserialize)]
        struct Before {
            entries: Vec<serde_json::Value>,
            slots: serde_json::Value,
            #[serde(flatten)]
            extra: serde_json::Map<String, serde_json::Value>,
        }
        let body = super::super::body::Body { kept: vec![kept("a", 1, 0)], ..Default::default() };
        let before: Before = serde_json::from_slice(body.to_padded().expose()).unwrap();
        assert!(before.entries.is_empty() && before.slots.is_object());
        let again = SecretBytes::new(serde_json::to_vec(&before).unwrap());
        assert_eq!(super::super::body::Body::from_padded(&again).unwrap(), body);
    }
}
