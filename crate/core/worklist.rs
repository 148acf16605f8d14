//! After a device was stolen or lost: the list of accounts to be enrolled anew, an entry's new key with the way back to the
//! former one, and the vault's own new key at the end.

use crate::env::{Env, Millis};
use crate::protocol::{EntryForm, Failure, Reply, WorklistItem};
use crate::recovery::worklist::{Danger, may_reach};
use crate::site::suggest::{Source, suggest};
use crate::vault::body::{Body, LogLine, Tombstone};
use crate::vault::entry::Entry;
use crate::vault::id::EntryId;
use crate::vault::sealed::Opened;
use crate::vault::worklist::{ACCEPTED, ENROLLED, STEPS, Worklist, WorklistAccount};

use super::entries::find_mut;
use super::{Core, Outcome, view};

/// More entries than could help anybody to choose.
const MAX_CANDIDATES: usize = 3;

impl Core {
    pub(super) fn worklist(&self) -> Result<Outcome, Failure> {
        Ok(Outcome::reply(reply(&self.session()?.vault)))
    }

    /// Puts every living entry on the list, or only these, the most dangerous first. A list that is there is gone on with.
    pub(super) fn start_worklist(&mut self, ids: &[String], env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let mut next = self.session()?.vault.clone();
        let chosen = ids.iter().map(|id| view::id(id)).collect::<Result<Vec<_>, _>>()?;
        let wanted = |entry: &&Entry| chosen.is_empty() || chosen.contains(&entry.id);
        let mut entries: Vec<&Entry> = living(&next.body).filter(wanted).collect();
        entries.sort_by_key(|entry| danger_of(entry));
        let accounts: Vec<WorklistAccount> =
            entries.iter().map(|entry| WorklistAccount { entry: entry.id, done: 0 }).collect();
        if accounts.is_empty() {
            return Err(Failure::new("no-entry"));
        }
        if next.body.worklist.is_none() {
            note(&mut next, env.now, "worklist-made", None);
        }
        let list =
            next.body.worklist.get_or_insert_with(|| Worklist { started: env.now, ..Worklist::default() });
        let known: Vec<EntryId> = list.accounts.iter().map(|account| account.entry).collect();
        list.accounts.extend(accounts.into_iter().filter(|account| !known.contains(&account.entry)));
        self.commit_worklist(next, env)
    }

    /// Takes one step with an account, or any number of steps back.
    pub(super) fn worklist_step(
        &mut self,
        id: &str,
        done: u32,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let mut next = self.session()?.vault.clone();
        let (id, device) = (view::id(id)?, next.device());
        let account =
            next.body.worklist.iter().flat_map(|list| &list.accounts).find(|account| account.entry == id);
        let before = account.ok_or_else(|| Failure::new("not-on-the-list"))?.done;
        let entry =
            living(&next.body).find(|entry| entry.id == id).ok_or_else(|| Failure::new("no-entry"))?;
        let started = next.body.worklist.as_ref().map(|list| list.started).unwrap_or_default();
        let replaced = before >= ENROLLED || entry.former.iter().any(|former| former.at >= started);
        let done = may_reach(before, done, replaced).ok_or_else(|| Failure::new("step-too-far"))?;
        if done == ACCEPTED && before < ACCEPTED {
            let entry = find_mut(&mut next, &id.to_string())?;
            entry.note_tried(env.now);
            entry.unverified = false;
            entry.touch(device, env.now);
        }
        set_done(&mut next.body, id, |_| done);
        self.commit_worklist(next, env)
    }

    /// Takes accounts off the list: they were not on that device. None left: the list is over.
    pub(super) fn drop_worklist(&mut self, ids: &[String], env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let mut next = self.session()?.vault.clone();
        let ids = ids.iter().map(|id| view::id(id)).collect::<Result<Vec<_>, _>>()?;
        if let Some(list) = &mut next.body.worklist {
            list.accounts.retain(|account| !ids.contains(&account.entry));
            if list.accounts.is_empty() {
                next.body.worklist = None;
            }
        }
        self.commit_worklist(next, env)
    }

    /// Gives an entry the key that its site has just issued, typed or scanned, or that lies in an entry which was added
    /// for it. The former key is kept.
    pub(super) fn replace_secret(
        &mut self,
        id: &str,
        form: Option<&EntryForm>,
        from: Option<&str>,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        if let Some(from) = from {
            // What is taken becomes the other entry's, which shows it.
            self.must_show(self.entry(from)?)?;
        }
        let mut next = self.session()?.vault.clone();
        let device = next.device();
        let entry = view::id(id)?;
        let (otp, taken) = match (form, from) {
            (Some(form), None) => (view::draft_of(form)?.otp, None),
            (None, Some(from)) => {
                let taken = find_mut(&mut next, from)?.clone();
                if taken.id == entry || taken.trashed.is_some() {
                    return Err(Failure::new("no-entry"));
                }
                (taken.otp.clone(), Some(taken))
            }
            _ => return Err(Failure::new("bad-request")),
        };
        if let Some(taken) = &taken {
            let edits = taken.edits.saturating_add(1);
            next.body.entries.retain(|entry| entry.id != taken.id);
            next.body.tombstones.push(Tombstone { id: taken.id, at: env.now, edits, device });
        }
        let target = find_mut(&mut next, id)?;
        if target.trashed.is_some() {
            return Err(Failure::new("no-entry"));
        }
        if target.otp.same_generator(&otp) {
            return Err(Failure { field: Some("secret".into()), ..Failure::new("same-key") });
        }
        target.replace_otp(otp, device, env.now);
        for site in taken.into_iter().flat_map(|taken| taken.sites) {
            if !target.sites.iter().any(|kept| kept.origin == site.origin) {
                target.sites.push(site);
            }
        }
        set_done(&mut next.body, entry, |done| done.clamp(ENROLLED, STEPS));
        note(&mut next, env.now, "key-replaced", Some(entry));
        self.commit_worklist(next, env)
    }

    /// Goes back to the key that an entry had before.
    pub(super) fn undo_replace(&mut self, id: &str, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let mut next = self.session()?.vault.clone();
        let device = next.device();
        let entry = find_mut(&mut next, id)?;
        let known = entry.id;
        if !entry.undo_replace(device, env.now) {
            return Err(Failure::new("no-former-key"));
        }
        set_done(&mut next.body, known, |done| done.min(ENROLLED - 1));
        note(&mut next, env.now, "key-restored", Some(known));
        self.commit_worklist(next, env)
    }

    fn commit_worklist(&mut self, mut next: Opened, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        if let Some(list) = &mut next.body.worklist {
            list.modified = env.now;
        }
        let reply = reply(&next);
        let outcome = self.commit(next, Vec::new(), true, env)?;
        Ok(Outcome { reply, ..outcome })
    }
}

fn reply(vault: &Opened) -> Reply {
    let body = &vault.body;
    let Some(list) = &body.worklist else {
        return Reply::Worklist {
            started: None,
            accounts: Vec::new(),
            left: 0,
            rotated: None,
            older: Vec::new(),
        };
    };
    // What was deleted since is nobody's work any more.
    let living = |account: &WorklistAccount| living(body).find(|entry| entry.id == account.entry);
    let accounts: Vec<WorklistItem> = list
        .accounts
        .iter()
        .filter_map(|account| Some(item(body, list, account, living(account)?)))
        .collect();
    let left = accounts.iter().filter(|account| account.done < STEPS.into()).count();
    Reply::Worklist {
        started: Some(list.started),
        left: u32::try_from(left).unwrap_or(u32::MAX),
        rotated: list.rotated,
        older: older(vault, list.started),
        accounts,
    }
}

fn item(body: &Body, list: &Worklist, account: &WorklistAccount, entry: &Entry) -> WorklistItem {
    let bound = entry.sites.first().map(|site| site.origin.clone());
    let known = || {
        let sites = suggest(&entry.issuer, &entry.account, &[], &[]);
        let sure = |source| matches!(source, Source::Table | Source::IssuerHost);
        sites.into_iter().find(|site| sure(site.source)).map(|site| site.origin.to_string())
    };
    WorklistItem {
        id: entry.id.to_string(),
        danger: danger_of(entry).code().into(),
        done: account.done.min(STEPS).into(),
        used: entry.last_used().filter(|used| entry.former.first().is_some_and(|former| former.at <= *used)),
        candidates: if account.done < ENROLLED { candidates(body, list, entry) } else { Vec::new() },
        sign_in: bound.or_else(known),
    }
}

/// Entries that were added since, which may hold the new key of this one.
fn candidates(body: &Body, list: &Worklist, entry: &Entry) -> Vec<String> {
    let listed = |other: &Entry| list.accounts.iter().any(|account| account.entry == other.id);
    let same = |a: &str, b: &str| !a.is_empty() && a.to_lowercase() == b.to_lowercase();
    let fits = |other: &&Entry| {
        other.created >= list.started
            && !listed(other)
            && (same(&other.issuer, &entry.issuer) || same(&other.account, &entry.account))
    };
    let mut found: Vec<&Entry> = living(body).filter(fits).collect();
    found.sort_by_key(|other| core::cmp::Reverse(other.created));
    found.into_iter().take(MAX_CANDIDATES).map(|other| other.id.to_string()).collect()
}

/// Kinds of ways in that are older than the loss: whoever has the device may have them too.
fn older(vault: &Opened, started: Millis) -> Vec<String> {
    let slots = vault.header().slots.iter();
    let old = |id| vault.body.slot(id).is_some_and(|stored| stored.made < started);
    let mut kinds: Vec<String> =
        slots.filter(|slot| old(slot.id)).map(|slot| slot.kind.name().to_owned()).collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

fn danger_of(entry: &Entry) -> Danger {
    let hosts: Vec<String> =
        view::bindings(entry).filter_map(|site| site.origin().name().map(str::to_owned)).collect();
    Danger::of(&entry.issuer, &hosts)
}

fn set_done(body: &mut Body, entry: EntryId, how: impl Fn(u8) -> u8) {
    let accounts = body.worklist.iter_mut().flat_map(|list| &mut list.accounts);
    accounts.filter(|account| account.entry == entry).for_each(|account| account.done = how(account.done));
}

fn note(vault: &mut Opened, now: Millis, what: &str, entry: Option<EntryId>) {
    vault.body.note(LogLine { at: now, what: what.into(), entry, host: None });
}

fn living(body: &Body) -> impl Iterator<Item = &Entry> {
    body.entries.iter().filter(|entry| entry.trashed.is_none())
}
