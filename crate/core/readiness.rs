//! The verbs on readiness: the facts out of the vault for `recovery/readiness.rs`, and what the owner says of them.

use crate::env::Env;
use crate::protocol::{
    Failure, FindingView, OpenerView, ReadinessView, ReadyAccount, ReadyBundle, ReadyWay, Reply,
};
use crate::recovery::readiness::{Account, Bundle, Emergency, Facts, Way, findings, score};
use crate::vault::body::{Body, Opener, Stated};
use crate::vault::entry::Entry;
use crate::vault::file::Header;
use crate::vault::id::SlotId;
use crate::vault::sealed::Opened;
use crate::vault::slot::{SlotEntry, SlotKind, SlotUse};

use super::session::opens_bundle;
use super::view::id as entry_id;
use super::{Core, Outcome};

/// A place is a few words.
const LONGEST: usize = 120;
/// The most sheets that a way in can have: a set of shares.
const MOST: usize = 16;
/// Bundles that are listed.
const BUNDLES: usize = 10;
/// What else can get somebody into an account.
const OTHERS: [&str; 2] = ["device", "method"];

impl Core {
    pub(super) fn readiness(&self) -> Result<Outcome, Failure> {
        let vault = &self.session()?.vault;
        let (header, body) = (vault.header(), &vault.body);
        let stated = body.stated.clone().unwrap_or_default();
        let backups = self.backups_view();
        let ways = ways(header, body, &stated);
        let here: Vec<&Entry> = body.entries.iter().filter(|entry| entry.trashed.is_none()).collect();
        let others = |entry: &Entry| stated.others.get(&entry.id.to_string()).cloned().unwrap_or_default();
        let facts = Facts {
            ways: ways.iter().map(|(_, way)| way.clone()).collect(),
            bundle: self.backup_of(header).map(|backup| Bundle {
                read_back: backup.read_back.is_some(),
                proven: backup.proven.is_some(),
                missing: backup.missing as usize,
            }),
            changed: backups.changed,
            backups: backups.state,
            drill: self.drill_view().due,
            accounts: here.iter().map(|entry| account(entry, &others(entry), &here)).collect(),
            emergency: self.emergency_facts()?,
            void: self.sheets_void(),
        };
        let found = findings(&facts);
        let mut accounts: Vec<ReadyAccount> =
            here.iter().map(|entry| account_view(entry, others(entry))).collect();
        accounts.sort_by_key(|account| account.backup_codes > 0 || !account.others.is_empty());
        let view = |each: &crate::recovery::readiness::Finding| FindingView {
            code: each.code.into(),
            grade: each.grade,
            number: each.number as u32,
        };
        Ok(Outcome::reply(Reply::Readiness(ReadinessView {
            score: score(&found),
            findings: found.iter().map(view).collect(),
            ways: way_views(&ways, body),
            accounts,
            parties: super::escrow::parties(vault),
            bundles: self.written(vault),
        })))
    }

    /// Bundles that were written, with what opens each.
    fn written(&self, vault: &Opened) -> Vec<ReadyBundle> {
        let body = &vault.body;
        let opener = |opener: &Opener| OpenerView {
            kind: opener.kind.clone(),
            label: Some(&opener.name)
                .filter(|name| !name.is_empty())
                .cloned()
                .unwrap_or(label(body, opener.id)),
            now: vault.header().slots.iter().any(|slot| slot.id == opener.id),
        };
        let receipts = body.receipts.iter().rev();
        receipts
            .take(BUNDLES)
            .map(|receipt| ReadyBundle {
                made: receipt.made,
                name: self
                    .book
                    .files
                    .iter()
                    .find(|file| file.sha256 == receipt.sha256)
                    .map(|file| file.name.clone()),
                opens: receipt.opens.iter().map(opener).collect(),
            })
            .collect()
    }

    /// Where sheets lie.
    pub(super) fn set_places(
        &mut self,
        ids: &[String],
        places: &[String],
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let known = &self.session()?.vault.header().slots;
        let slots: Option<Vec<SlotId>> = ids.iter().map(|id| SlotId::parse(id)).collect();
        let slots = slots
            .filter(|ids| ids.iter().all(|id| known.iter().any(|slot| slot.id == *id)))
            .ok_or_else(|| Failure::new("no-such-way"))?;
        if places.len() > MOST || places.iter().any(|place| place.chars().count() > LONGEST) {
            return Err(Failure::new("place-too-long"));
        }
        let places: Vec<String> = places.iter().map(|place| place.trim().to_owned()).collect();
        self.say(env, |stated| {
            for id in &slots {
                stated.places.insert(id.to_string(), places.clone());
            }
        })
    }

    /// What else gets the user into an account.
    pub(super) fn set_others(
        &mut self,
        id: &str,
        others: &[String],
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let id = entry_id(id)?;
        if self.session()?.vault.body.entries.iter().all(|entry| entry.id != id) {
            return Err(Failure::new("no-entry"));
        }
        let known = OTHERS.iter().filter(|known| others.iter().any(|other| other == *known));
        let others: Vec<String> = known.map(ToString::to_string).collect();
        self.say(env, |stated| {
            stated.others.insert(id.to_string(), others);
        })
    }

    fn emergency_facts(&self) -> Result<Emergency, Failure> {
        let view = self.emergency_bundle_view()?;
        Ok(Emergency {
            declined: !view.exists && !view.offer,
            exists: view.exists,
            opens: view.codes > 0 || !view.shares.is_empty(),
            behind: view.behind,
            drill: view.drill_due.is_some(),
        })
    }

    fn say(&mut self, env: &mut Env<'_>, change: impl FnOnce(&mut Stated)) -> Result<Outcome, Failure> {
        let mut next = self.session()?.vault.clone();
        let mut stated = next.body.stated.take().unwrap_or_default();
        change(&mut stated);
        // Ways in and entries that are gone leave nothing behind.
        stated.places.retain(|id, _| next.header().slots.iter().any(|slot| slot.id.to_string() == *id));
        stated.others.retain(|id, _| next.body.entries.iter().any(|entry| entry.id.to_string() == *id));
        stated.modified = env.now;
        next.body.stated = Some(stated);
        self.commit(next, Vec::new(), true, env)
    }
}

/// Everything that opens something and is no passing thing.
fn ways(header: &Header, body: &Body, stated: &Stated) -> Vec<(SlotEntry, Way)> {
    let unkept = header.codes.clone().unwrap_or_default().unkept;
    // Other devices and administrators are no way in of the owner's own.
    let lasting = header.slots.iter().filter(|slot| slot.kind != SlotKind::Pass && !slot.kind.is_base());
    let way = |slot: &SlotEntry| Way {
        kind: slot.kind.name().into(),
        vault: slot.usage != SlotUse::Backup,
        bundles: opens_bundle(slot),
        kept: !unkept.contains(&slot.id),
        places: stated.places.get(&slot.id.to_string()).cloned().unwrap_or_default(),
        sheets: sheets(slot.kind, &label(body, slot.id)),
    };
    lasting.map(|slot| (slot.clone(), way(slot))).collect()
}

fn label(body: &Body, id: SlotId) -> String {
    body.slot(id).map(|stored| stored.label.clone()).unwrap_or_default()
}

/// How many papers a way in is printed on: shares say it in their label, as `2/3`.
fn sheets(kind: SlotKind, label: &str) -> usize {
    match kind {
        SlotKind::Code | SlotKind::Pair => 1,
        SlotKind::Shares => label.split_once('/').and_then(|(_, of)| of.parse().ok()).unwrap_or(1).min(MOST),
        _ => 0,
    }
}

fn account(entry: &Entry, others: &[String], all: &[&Entry]) -> Account {
    let twin = |other: &&&Entry| !other.emergency && other.otp.same_generator(&entry.otp);
    Account {
        method: others.iter().any(|other| other == "method"),
        same_key: entry.emergency && all.iter().any(|other| twin(&other)),
        issuer: entry.issuer.clone(),
        account: entry.account.clone(),
        backup_codes: entry.backup_codes.as_ref().map_or(0, |codes| codes.left()),
        others: others.len(),
        emergency: entry.emergency,
        unverified: entry.unverified,
    }
}

fn account_view(entry: &Entry, others: Vec<String>) -> ReadyAccount {
    ReadyAccount {
        id: entry.id.to_string(),
        issuer: entry.issuer.clone(),
        account: entry.account.clone(),
        backup_codes: entry.backup_codes.as_ref().map_or(0, |codes| codes.left()) as u32,
        others,
        emergency: entry.emergency,
    }
}

/// Codes of a sheet are one row.
fn way_views(ways: &[(SlotEntry, Way)], body: &Body) -> Vec<ReadyWay> {
    let mut views: Vec<ReadyWay> = Vec::new();
    for (slot, way) in ways {
        let is_code = matches!(slot.kind, SlotKind::Code | SlotKind::Pair);
        let same = |view: &&mut ReadyWay| {
            is_code && matches!(view.kind.as_str(), "code" | "pair") && view.kept == way.kept
        };
        if let Some(view) = views.iter_mut().find(same) {
            view.ids.push(slot.id.to_string());
            continue;
        }
        views.push(ReadyWay {
            ids: vec![slot.id.to_string()],
            kind: way.kind.clone(),
            label: if is_code { String::new() } else { label(body, slot.id) },
            vault: way.vault,
            bundles: way.bundles,
            kept: way.kept,
            sheets: way.sheets as u32,
            places: way.places.clone(),
        });
    }
    views
}
