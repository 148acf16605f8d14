//! Two bodies become one. Per entry: the higher edit counter wins, then the later change, then the device id, so that
//! both sides of a merge come to the same result. A secret is never lost: where two differ under one id, both stay.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::env::Millis;
use crate::otp::Kind;
use crate::secret::SecretBytes;

use super::backup_codes::BackupCodes;
use super::body::{
    Body, EmergencyUse, MAX_EMERGENCIES, MAX_RECEIPTS, MAX_WAYS_USED, Receipt, Tombstone, WayUse,
};
use super::emergency::EmergencyWaits;
use super::entry::Entry;
use super::id::EntryId;
use super::kept;
use super::log_chain;
use super::moving;
use super::seal;

/// What would become of one entry of a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Not here: added.
    New,
    /// Here, the same.
    Same,
    /// Here with later words: kept as it is here.
    NewerHere,
    /// Here with earlier words: takes the bundle's.
    NewerThere,
    /// Here with another secret: both are kept.
    Conflict,
    /// Deleted here: comes back.
    DeletedHere,
}

impl Outcome {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Same => "same",
            Self::NewerHere => "newer-here",
            Self::NewerThere => "newer-there",
            Self::Conflict => "conflict",
            Self::DeletedHere => "deleted-here",
        }
    }
}

/// Merges two bodies of one vault. `mine` leads in order, slots and unknown fields; everything else is symmetric.
pub fn merge(mine: &Body, theirs: &Body) -> Body {
    let mut tombstones = union_tombstones(&mine.tombstones, &theirs.tombstones);
    let mut entries = mine.entries.clone();
    theirs.entries.iter().for_each(|entry| add(&mut entries, entry));
    entries.retain(|entry| tombstones.get(&entry.id).is_none_or(|gone| entry.edits > gone.edits));
    let kept = kept::merge(&mine.kept, &theirs.kept, &tombstones);
    let lives = |id: &EntryId| entries.iter().any(|e| e.id == *id) || kept.iter().any(|k| k.id == *id);
    tombstones.retain(|id, _| !lives(id));
    let moving = moving::merge(&mine.moving, &theirs.moving, &tombstones);
    let settings = if later(&theirs.settings, &mine.settings) { &theirs.settings } else { &mine.settings };
    let mut extra = theirs.extra.clone();
    extra.extend(mine.extra.clone());
    let (log, log_chain) = log_chain::merge(mine, theirs);
    let mut emergency_waits =
        later_list(&mine.emergency_waits, &theirs.emergency_waits, |it| it.modified).clone();
    let before = || mine.entries.iter().chain(&theirs.entries);
    for twin in entries.iter().filter(|entry| before().all(|other| other.id != entry.id)) {
        if let Some(of) = before().find(|other| twin_id_of(other.id, twin) == twin.id) {
            wait_as_long(&mut emergency_waits, of.id, twin.id);
        }
    }
    Body {
        entries,
        tombstones: tombstones.into_values().collect(),
        settings: settings.clone(),
        slots: mine.slots.clone(),
        log,
        log_chain,
        receipts: union_receipts(&mine.receipts, &theirs.receipts),
        moving,
        sheet: later_list(&mine.sheet, &theirs.sheet, |sheet| sheet.modified).clone(),
        worklist: later_list(&mine.worklist, &theirs.worklist, |list| list.modified).clone(),
        refused: [&mine.refused, &theirs.refused].into_iter().flatten().max_by_key(|no| no.at).cloned(),
        drill: [&mine.drill, &theirs.drill].into_iter().flatten().max_by_key(|drill| drill.at).cloned(),
        restored: mine.restored.clone(),
        stated: later_list(&mine.stated, &theirs.stated, |stated| stated.modified).clone(),
        passes: mine.passes.clone(),
        emergencies: union_emergencies(&mine.emergencies, &theirs.emergencies),
        ways_used: union_ways_used(&mine.ways_used, &theirs.ways_used),
        emergency_bundle: later_list(&mine.emergency_bundle, &theirs.emergency_bundle, |it| it.modified)
            .clone(),
        emergency_waits,
        left: mine.left.clone(),
        policy: mine.policy.clone(),
        kept,
        extra,
    }
}

/// What [`restore`] would do with each entry of a bundle.
pub fn plan_restore(mine: &Body, theirs: &Body) -> Vec<(EntryId, Outcome)> {
    theirs.entries.iter().map(|entry| (entry.id, outcome(mine, entry))).collect()
}

/// Brings a bundle's entries into a living vault: merges, never overwrites. Returns the ids that came in.
/// Each of them is unverified until its code was used once.
pub fn restore(mine: &mut Body, theirs: &Body, take: impl Fn(EntryId) -> bool) -> Vec<EntryId> {
    let mut came = Vec::new();
    for entry in theirs.entries.iter().filter(|entry| take(entry.id)) {
        let mut entry = Entry { unverified: true, ..entry.clone() };
        match outcome(mine, &entry) {
            Outcome::Same | Outcome::NewerHere => continue,
            Outcome::DeletedHere => {
                // Later than the deletion, so that a merge with another device keeps it.
                let gone = mine.tombstones.iter().find(|gone| gone.id == entry.id);
                entry.edits = entry.edits.max(gone.map_or(0, |gone| gone.edits)).saturating_add(1);
                mine.tombstones.retain(|gone| gone.id != entry.id);
            }
            Outcome::New | Outcome::NewerThere | Outcome::Conflict => {}
        }
        let before: Vec<EntryId> = mine.entries.iter().map(|entry| entry.id).collect();
        add(&mut mine.entries, &entry);
        let new = mine.entries.iter().map(|entry| entry.id).filter(|id| !before.contains(id));
        if before.contains(&entry.id) {
            new.clone().for_each(|twin| wait_as_long(&mut mine.emergency_waits, entry.id, twin));
        }
        came.extend(new.chain(before.contains(&entry.id).then_some(entry.id)).collect::<Vec<_>>());
    }
    kept::restore(&mut mine.kept, &mut mine.tombstones, &theirs.kept);
    came.sort_unstable();
    came.dedup();
    came
}

fn outcome(mine: &Body, entry: &Entry) -> Outcome {
    let Some(here) = mine.entries.iter().find(|here| here.id == entry.id) else {
        let twin = mine.entries.iter().any(|here| {
            here.trashed.is_none() && here.same_account(&entry.issuer, &entry.account, &entry.otp)
        });
        return if twin {
            Outcome::Same
        } else if mine.tombstones.iter().any(|gone| gone.id == entry.id) {
            Outcome::DeletedHere
        } else {
            Outcome::New
        };
    };
    if !here.otp.same_generator(&entry.otp) {
        // A key that was replaced here, or there, is kept with the entry: it is no second one.
        if here.had(&entry.otp) && rank(here) >= rank(entry) {
            return Outcome::NewerHere;
        }
        if entry.had(&here.otp) && rank(here) < rank(entry) {
            return Outcome::NewerThere;
        }
        let kept = mine.entries.iter().any(|here| here.id == twin_id(entry));
        return if kept { Outcome::Same } else { Outcome::Conflict };
    }
    let words = |entry: &Entry| {
        (
            entry.issuer.clone(),
            entry.account.clone(),
            entry.note.clone(),
            entry.tags.clone(),
            entry.sites.clone(),
            entry.backup_codes.clone(),
        )
    };
    match rank(here).cmp(&rank(entry)) {
        _ if words(here) == words(entry) && here.trashed == entry.trashed => Outcome::Same,
        core::cmp::Ordering::Less => Outcome::NewerThere,
        _ => Outcome::NewerHere,
    }
}

/// Adds an entry to a list, or merges it with the one of the same id.
fn add(entries: &mut Vec<Entry>, entry: &Entry) {
    let Some(at) = entries.iter().position(|here| here.id == entry.id) else {
        entries.push(entry.clone());
        return;
    };
    let here = &entries[at];
    let (winner, loser) = if rank(here) >= rank(entry) { (here, entry) } else { (entry, here) };
    let mut merged = winner.clone();
    let same = winner.otp.same_generator(&loser.otp);
    if same || winner.had(&loser.otp) {
        merged.backup_codes = BackupCodes::merge(winner.backup_codes.as_ref(), loser.backup_codes.as_ref());
    }
    if same {
        for (origin, at) in &loser.used {
            let used = merged.used.entry(origin.clone()).or_default();
            *used = (*used).max(*at);
        }
        if let (Kind::Hotp { counter: a }, Kind::Hotp { counter: b }) = (winner.otp.kind(), loser.otp.kind())
        {
            merged.otp = merged.otp.with_counter(a.max(b));
        }
        merged.unverified &= loser.unverified;
    } else if !winner.had(&loser.otp) {
        let twin = Entry { id: twin_id(loser), ..loser.clone() };
        if entries.iter().all(|entry| entry.id != twin.id) {
            entries.insert(at + 1, twin);
        }
    }
    entries[at] = merged;
}

/// What decides between two versions of one entry. A digest of the rest breaks the last tie, so that the order of
/// a merge never does.
fn rank(entry: &Entry) -> (u32, Millis, super::id::DeviceId, [u8; 32]) {
    let still = Entry {
        used: BTreeMap::new(),
        otp: entry.otp.clone().with_counter(0),
        backup_codes: None,
        ..entry.clone()
    };
    let json = SecretBytes::new(serde_json::to_vec(&still).unwrap_or_default());
    (entry.edits, entry.modified, entry.device, seal::sha256(json.expose()))
}

/// A twin is waited for as long as what it is a twin of. Later than both sides, so that the next merge keeps it.
fn wait_as_long(waits: &mut Option<EmergencyWaits>, of: EntryId, twin: EntryId) {
    let Some(waits) = waits else { return };
    if let Some(hours) = waits.hours.get(&of.to_string()).copied() {
        waits.hours.entry(twin.to_string()).or_insert(hours);
        waits.modified = waits.modified.plus(1);
    }
}

/// The id of a version that lost its own to another secret: the same on every device that merges.
fn twin_id(entry: &Entry) -> EntryId {
    twin_id_of(entry.id, entry)
}

/// The id that the secret of `version` has as a twin of `id`.
fn twin_id_of(id: EntryId, version: &Entry) -> EntryId {
    let secret = version.otp.secret().expose();
    let digest = seal::sha256(&[b"sparekey/1 twin\0".as_slice(), &id.0, secret].concat());
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    EntryId(id)
}

fn union_tombstones(a: &[Tombstone], b: &[Tombstone]) -> BTreeMap<EntryId, Tombstone> {
    let mut all = BTreeMap::new();
    for gone in a.iter().chain(b) {
        let kept = all.entry(gone.id).or_insert(*gone);
        if (gone.edits, gone.at, gone.device) > (kept.edits, kept.at, kept.device) {
            *kept = *gone;
        }
    }
    all
}

fn later(a: &super::body::StoredSettings, b: &super::body::StoredSettings) -> bool {
    let key = |s: &super::body::StoredSettings| (s.modified, serde_json::to_string(s).unwrap_or_default());
    key(a) > key(b)
}

fn later_list<'a, T: Serialize>(
    a: &'a Option<T>,
    b: &'a Option<T>,
    modified: impl Fn(&T) -> Millis,
) -> &'a Option<T> {
    let key = |list: &Option<T>| {
        list.as_ref().map(|list| (modified(list), serde_json::to_string(list).unwrap_or_default()))
    };
    if key(b) > key(a) { b } else { a }
}

fn union_emergencies(a: &[EmergencyUse], b: &[EmergencyUse]) -> Vec<EmergencyUse> {
    let mut all: BTreeMap<_, EmergencyUse> = BTreeMap::new();
    for used in a.iter().chain(b) {
        all.entry((used.at, used.entry)).or_insert_with(|| used.clone()).seen |= used.seen;
    }
    let over = all.len().saturating_sub(MAX_EMERGENCIES);
    all.into_values().skip(over).collect()
}

fn union_ways_used(a: &[WayUse], b: &[WayUse]) -> Vec<WayUse> {
    let mut all: BTreeMap<_, WayUse> = BTreeMap::new();
    for used in a.iter().chain(b) {
        all.entry((used.at, &used.kind)).or_insert_with(|| used.clone()).seen |= used.seen;
    }
    let over = all.len().saturating_sub(MAX_WAYS_USED);
    all.into_values().skip(over).collect()
}

fn union_receipts(a: &[Receipt], b: &[Receipt]) -> Vec<Receipt> {
    let mut all: BTreeMap<_, Receipt> = BTreeMap::new();
    for receipt in a.iter().chain(b) {
        let kept = all.entry((receipt.made, receipt.sha256)).or_insert_with(|| receipt.clone());
        kept.read_back = kept.read_back.max(receipt.read_back);
        kept.proven = kept.proven.max(receipt.proven);
    }
    let over = all.len().saturating_sub(MAX_RECEIPTS);
    all.into_values().skip(over).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::env::Env;
    use crate::otp::{Algorithm, Digits, Otp};
    use crate::secret::SecretText;
    use crate::vault::backup_codes::BackupCode;
    use crate::vault::entry::EntryDraft;
    use crate::vault::id::DeviceId;
    use crate::vault::moving::{Moving, MovingAccount};
    use crate::vault::testing::Seeded;

    fn entry(id: u8, secret: u8, edits: u32, device: u8, issuer: &str, counter: u64) -> Entry {
        let otp = Otp::new(
            Kind::Hotp { counter },
            Algorithm::Sha1,
            Digits::SIX,
            SecretBytes::new(vec![secret; 10]),
        );
        let mut entropy = Seeded::new(0);
        let mut env = Env { now: Millis(1000 + u64::from(edits)), entropy: &mut entropy };
        let draft = EntryDraft::new(issuer, "ada", otp.unwrap());
        let mut entry = Entry::make(draft, DeviceId([device; 16]), &mut env);
        entry.id = EntryId([id; 16]);
        entry.edits = edits;
        entry
    }

    fn body(entries: Vec<Entry>) -> Body {
        Body { entries, ..Body::default() }
    }

    #[test]
    fn the_higher_edit_counter_wins_and_counters_never_go_back() {
        let merged =
            merge(&body(vec![entry(1, 1, 2, 1, "New", 5)]), &body(vec![entry(1, 1, 1, 2, "Old", 9)]));
        assert_eq!(merged.entries.len(), 1);
        assert_eq!(merged.entries[0].issuer, "New");
        assert_eq!(merged.entries[0].otp.kind(), Kind::Hotp { counter: 9 });
    }

    #[test]
    fn two_secrets_under_one_id_both_stay() {
        let (a, b) = (body(vec![entry(1, 1, 2, 1, "A", 0)]), body(vec![entry(1, 2, 1, 2, "A", 0)]));
        let merged = merge(&a, &b);
        assert_eq!(merged.entries.len(), 2);
        assert_eq!(merge(&merged, &b).entries, merged.entries);
    }

    #[test]
    fn a_twin_of_an_emergency_entry_is_waited_for_as_long() {
        // Whichever version a restore makes the twin: the one here, or the one in the bundle.
        for (here, there) in [(2, 1), (1, 2)] {
            let kept =
                |secret: u8, edits: u32| Entry { emergency: true, ..entry(1, secret, edits, 1, "A", 0) };
            let waits = EmergencyWaits {
                hours: BTreeMap::from([(EntryId([1; 16]).to_string(), 24)]),
                ..EmergencyWaits::default()
            };
            let mut mine = Body { emergency_waits: Some(waits), ..body(vec![kept(1, here)]) };
            restore(&mut mine, &body(vec![kept(2, there), entry(3, 3, 1, 1, "B", 0)]), |_| true);
            let hours = &mine.emergency_waits.as_ref().unwrap().hours;
            let waited: Vec<_> = mine.entries.iter().map(|e| hours.get(&e.id.to_string()).copied()).collect();
            assert_eq!(waited, [Some(24), Some(24), None]);
        }
    }

    #[test]
    fn two_writers_of_one_vault_give_a_twin_the_same_wait_whoever_merges() {
        let kept = |secret, edits| Entry { emergency: true, ..entry(1, secret, edits, 1, "A", 0) };
        let id = EntryId([1; 16]).to_string();
        let waits = |hours| {
            let hours = BTreeMap::from([(id.clone(), hours)]);
            Some(EmergencyWaits { modified: Millis(5_000), hours, ..EmergencyWaits::default() })
        };
        let plain = entry(3, 3, 1, 1, "B", 0);
        // The list may lie on either side, or on both.
        for (here, there) in [(waits(24), None), (None, waits(24)), (waits(24), waits(24))] {
            let a = Body { emergency_waits: here, ..body(vec![kept(1, 2), plain.clone()]) };
            let b = Body { emergency_waits: there, ..body(vec![kept(2, 1), entry(4, 4, 1, 1, "C", 0)]) };
            let merged = merge(&a, &b);
            assert_eq!(merged.emergency_waits, merge(&b, &a).emergency_waits);
            let hours = &merged.emergency_waits.as_ref().unwrap().hours;
            let waited = |entry: &Entry| {
                (entry.issuer.clone(), hours.get(&entry.id.to_string()).copied().unwrap_or(0))
            };
            let waited: Vec<_> = merged.entries.iter().map(waited).collect();
            let of = |issuer: &str, hours| (issuer.to_owned(), hours);
            assert_eq!(waited, [of("A", 24), of("A", 24), of("B", 0), of("C", 0)]);
            // A side that does not know the twin yet takes nothing of it back, however often it merges.
            for late in [&a, &b] {
                assert_eq!(merge(late, &merged).emergency_waits, merged.emergency_waits);
            }
            // The owner's own word about the twin stays.
            let mut shorter = merged.clone();
            let twin = merged.entries[1].id.to_string();
            let list = shorter.emergency_waits.as_mut().unwrap();
            list.hours.remove(&twin);
            list.modified = Millis(9_000);
            assert_eq!(merge(&shorter, &b).emergency_waits, shorter.emergency_waits);
        }
    }

    #[test]
    fn a_replaced_key_is_no_second_account() {
        let old = entry(1, 1, 1, 1, "A", 0);
        let mut new = old.clone();
        new.replace_otp(entry(1, 2, 1, 1, "A", 0).otp, DeviceId([2; 16]), Millis(9_000));
        let (old, new) = (body(vec![old]), body(vec![new]));
        assert_eq!(merge(&old, &new), merge(&new, &old));
        assert_eq!(merge(&old, &new).entries, new.entries);
        assert_eq!(plan_restore(&new, &old)[0].1, Outcome::NewerHere);
        assert_eq!(plan_restore(&old, &new)[0].1, Outcome::NewerThere);
        let (mut back, mut forth) = (new.clone(), old.clone());
        assert!(restore(&mut back, &old, |_| true).is_empty(), "an older bundle brings no former key back");
        restore(&mut forth, &new, |_| true);
        assert_eq!(forth.entries.len(), 1);
        assert!(forth.entries[0].had(&old.entries[0].otp));
    }

    fn moving(id: u8, done: u8) -> MovingAccount {
        let entry = (done > 1).then_some(EntryId([id; 16]));
        MovingAccount {
            id: EntryId([100 + id; 16]),
            issuer: "I".into(),
            account: "a".into(),
            done,
            back: 0,
            entry,
        }
    }

    #[test]
    fn two_who_move_accounts_keep_each_others_steps_and_what_one_dropped_stays_away() {
        let list = |modified, accounts| {
            let moving = Some(Moving { modified: Millis(modified), accounts });
            Body { moving, ..Body::default() }
        };
        let a = list(5, vec![moving(1, 3), moving(2, 0), moving(3, 2), moving(4, 0)]);
        let mut b = list(9, vec![moving(1, 1), moving(2, 4), moving(4, 2), moving(5, 0)]);
        let id = EntryId([103; 16]);
        b.tombstones = vec![Tombstone { id, at: Millis(8), edits: 1, device: DeviceId([1; 16]) }];
        let merged = merge(&a, &b);
        let steps = |body: &Body| -> Vec<_> {
            body.moving.iter().flat_map(|list| &list.accounts).map(|it| (it.id.0[0], it.done)).collect()
        };
        assert_eq!(steps(&merged), [(101, 3), (102, 4), (104, 2), (105, 0)]);
        assert_eq!(merge(&b, &a).moving, merged.moving);
        for late in [&a, &b, &merged] {
            assert_eq!(merge(late, &merged).moving, merged.moving, "no side takes it back");
        }
        // Of one instant, and the first account's step taken back: the order still holds at the next merge.
        for (y, z) in [(2, 3), (3, 2)] {
            let a = list(7, vec![moving(1, 1), moving(y, 0)]);
            let b = list(7, vec![MovingAccount { back: 1, ..moving(1, 0) }, moving(z, 0)]);
            let merged = merge(&a, &b);
            for late in [&a, &b] {
                assert_eq!(merge(&merged, late).moving, merged.moving);
            }
        }
        // What the user took back is no step that the other side has still to take.
        let mut again = merged.clone();
        let account = &mut again.moving.as_mut().unwrap().accounts[0];
        (account.done, account.back) = (2, 1);
        assert_eq!(steps(&merge(&a, &again))[0], (101, 2));
    }

    #[test]
    fn a_deletion_holds_against_older_edits_only() {
        let mut gone = body(vec![]);
        gone.tombstones =
            vec![Tombstone { id: EntryId([1; 16]), at: Millis(1), edits: 2, device: DeviceId([1; 16]) }];
        assert!(merge(&gone, &body(vec![entry(1, 1, 2, 2, "A", 0)])).entries.is_empty());
        let merged = merge(&gone, &body(vec![entry(1, 1, 3, 2, "A", 0)]));
        assert_eq!((merged.entries.len(), merged.tombstones.len()), (1, 0));
    }

    #[test]
    fn a_restore_brings_back_what_was_deleted_and_overwrites_nothing() {
        let mut mine = body(vec![entry(1, 1, 5, 1, "Mine", 0), entry(2, 2, 0, 1, "Same", 0)]);
        mine.tombstones =
            vec![Tombstone { id: EntryId([3; 16]), at: Millis(1), edits: 7, device: DeviceId([1; 16]) }];
        let theirs = body(vec![
            entry(1, 9, 9, 2, "Mine", 0),
            entry(2, 2, 0, 1, "Same", 0),
            entry(3, 3, 0, 2, "Gone", 0),
            entry(4, 4, 0, 2, "New", 0),
            entry(5, 2, 0, 2, "Same", 0),
        ]);
        let outcomes: Vec<_> = plan_restore(&mine, &theirs).into_iter().map(|(_, o)| o.code()).collect();
        assert_eq!(outcomes, ["conflict", "same", "deleted-here", "new", "same"]);
        let came = restore(&mut mine, &theirs, |_| true);
        assert_eq!(mine.entries.len(), 5);
        assert_eq!(came.len(), 4, "both of the conflict, the deleted, the new");
        let secrets: Vec<u8> = mine.entries.iter().map(|e| e.otp.secret().expose()[0]).collect();
        for secret in [1, 9, 2, 3, 4] {
            assert!(secrets.contains(&secret), "{secret}");
        }
        assert!(restore(&mut mine, &theirs, |_| true).is_empty(), "again changes nothing");
    }

    /// Lists that overlap: which codes there are, and which of them are used or tried, are bits.
    fn backup_codes(bits: u16) -> Option<BackupCodes> {
        let at = |bit: u16| (bits >> bit & 1 == 1).then_some(Millis(u64::from(bits) + 1));
        let code = |n: u16| BackupCode {
            code: SecretText::new(format!("code-{n}")),
            used: at(n),
            tried: at(n + 3).filter(|_| at(n).is_none()),
        };
        let codes = (0..3).filter(|n| bits >> (6 + n) & 1 == 1).map(code).collect();
        (bits >> 9 & 1 == 1).then(|| BackupCodes { listed: Millis(u64::from(bits >> 10 & 1)), codes })
    }

    fn any_body() -> impl Strategy<Value = Body> {
        let one = (0u8..4, 0u8..3, 0u32..4, 0u8..3, 0u64..5, 0u16..2048);
        prop::collection::vec(one, 0..6).prop_map(|rows| {
            let mut entries: Vec<Entry> = Vec::new();
            let mut tombstones: Vec<Tombstone> = Vec::new();
            for (id, secret, edits, device, counter, codes) in rows {
                let known = entries.iter().any(|e| e.id == EntryId([id; 16]))
                    || tombstones.iter().any(|t| t.id == EntryId([id; 16]));
                if known {
                    continue;
                }
                if secret == 2 {
                    let device = DeviceId([device; 16]);
                    tombstones.push(Tombstone { id: EntryId([id; 16]), at: Millis(1), edits, device });
                } else {
                    let entry = entry(id, secret, edits, device, "I", counter);
                    entries.push(Entry { backup_codes: backup_codes(codes), ..entry });
                }
            }
            Body { entries, tombstones, ..Body::default() }
        })
    }

    /// The same with a list of accounts on their way, some of them dropped.
    fn any_moving() -> impl Strategy<Value = Body> {
        let one = (0u8..5, 0u8..6, 0u32..2);
        let list = (0u64..3, prop::collection::vec(one, 0..6));
        (any_body(), prop::option::of(list)).prop_map(|(mut body, list)| {
            let Some((modified, rows)) = list else { return body };
            let mut accounts: Vec<MovingAccount> = Vec::new();
            for (id, done, back) in rows {
                let account = MovingAccount { back, ..moving(id, done) };
                let known = accounts.iter().any(|known| known.id == account.id)
                    || body.tombstones.iter().any(|gone| gone.id == account.id);
                if known {
                    continue;
                }
                if done == 5 {
                    let device = DeviceId([1; 16]);
                    body.tombstones.push(Tombstone { id: account.id, at: Millis(1), edits: 1, device });
                } else {
                    accounts.push(account);
                }
            }
            body.moving = Some(Moving { modified: Millis(modified), accounts });
            body
        })
    }

    fn sorted(body: Body) -> Body {
        let mut body = body;
        body.entries.sort_by_key(|entry| entry.id);
        body
    }

    proptest! {
        #[test]
        fn merging_is_symmetric_and_repeating_it_changes_nothing(a in any_moving(), b in any_moving()) {
            let ab = sorted(merge(&a, &b));
            prop_assert_eq!(&ab, &sorted(merge(&b, &a)));
            prop_assert_eq!(&ab, &sorted(merge(&ab, &b)));
            prop_assert_eq!(&ab, &sorted(merge(&ab, &ab)));
        }
    }
}
