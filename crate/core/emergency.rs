//! Accounts that are kept for an emergency: never offered by themselves, opened by a second unlock and a typed reason,
//! loud afterwards, and tried every 90 days as Microsoft asks of emergency access accounts.

use crate::audit;
use crate::env::{Env, Millis};
use crate::protocol::{EmergencyView, Failure, Reply, SessionKind};
use crate::vault::body::{EmergencyUse, LogLine};
use crate::vault::entry::Entry;
use crate::vault::id::EntryId;
use crate::vault::journal::JournalEntry;

use super::{Core, Outcome, Store};

/// One sign-in takes no longer.
const OPEN_MS: u64 = 5 * 60_000;
/// "test" is a reason, "x" is none.
const REASON: core::ops::RangeInclusive<usize> = 4..=500;
/// At least as often it must be seen that the account works.
const TEST_MS: u64 = 90 * 86_400_000;

impl Core {
    /// Opens an emergency entry for a few minutes. Whatever a store says, the one who needs it gets it; what was not
    /// stored is tried again.
    pub(super) fn open_emergency(
        &mut self,
        id: &str,
        reason: &str,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let entry = self.entry(id)?;
        if !entry.emergency {
            return Err(Failure::new("not-emergency"));
        }
        self.must_have_waited(entry, env.now)?;
        let entry = entry.id;
        let reason = read_reason(reason)?;
        self.must_be_emergency_fresh()?;
        let mut next = self.session()?.vault.clone();
        let used = EmergencyUse { at: env.now, entry, reason, seen: false };
        next.body.note_emergency(used);
        next.body.note(LogLine { entry: Some(entry), ..audit::line(env.now, "emergency-opened") });
        let mut outcome = self.commit(next, Vec::new(), true, env)?;
        if let Some(Store::Commit(commit)) = &mut outcome.store {
            commit.reply_unsaved = true;
        }
        self.session_mut()?.opening.emergency = Some((entry, self.run().plus(OPEN_MS)));
        Ok(Outcome { reply: Reply::Fresh { until: env.now.plus(OPEN_MS) }, ..outcome })
    }

    /// A second unlock. Whoever came in by a code or shares just now has shown enough, and may have no password any more;
    /// so has who renews the ways in after a one-time pass, for the few minutes that they have.
    pub(super) fn must_be_emergency_fresh(&self) -> Result<(), Failure> {
        let session = self.session()?;
        let came = session.opening.is_recovery() && self.run().since(session.since()) < OPEN_MS;
        let recovered = came || session.kind() == SessionKind::Renew;
        if recovered { Ok(()) } else { self.must_be_fresh() }
    }

    /// A new way in, or a file that opens by itself, would open the emergency entries to its holder without a word here.
    pub(super) fn must_be_fresh_to_pass_on(&self) -> Result<(), Failure> {
        let guarded = self.session()?.vault.body.entries.iter().any(|entry| entry.emergency);
        if guarded { self.must_be_emergency_fresh() } else { Ok(()) }
    }

    /// The log's line on entries whose secrets leave. Emergency entries among them are named, and told of at the next
    /// unlock as one that was opened: their codes can be had from now on without a word here.
    pub(super) fn note_leaving(
        &mut self,
        what: &str,
        ids: &[String],
        env: &mut Env<'_>,
    ) -> Result<Store, Failure> {
        let entries = ids.iter().map(|id| self.entry(id)).collect::<Result<Vec<_>, _>>()?;
        let guarded: Vec<EntryId> =
            entries.into_iter().filter(|entry| entry.emergency).map(|entry| entry.id).collect();
        let line = audit::line(env.now, what);
        if guarded.is_empty() {
            let record = JournalEntry { at: env.now, used: None, counter: None, way: None, log: Some(line) };
            return self.append(&record, false, env);
        }
        let mut next = self.session()?.vault.clone();
        if guarded.len() < ids.len() {
            next.body.note(line.clone());
        }
        for entry in guarded {
            // Nobody was asked why.
            let reason = String::new();
            next.body.note_emergency(EmergencyUse { at: env.now, entry, reason, seen: false });
            next.body.note(LogLine { entry: Some(entry), ..line.clone() });
        }
        let mut store = self.commit(next, Vec::new(), true, env)?.store;
        if let Some(Store::Commit(commit)) = &mut store {
            // A full disk keeps nobody from taking accounts elsewhere.
            commit.reply_unsaved = true;
        }
        store.ok_or_else(|| Failure::new("self-check"))
    }

    /// The user has seen that emergency entries were opened.
    pub(super) fn see_emergencies(&mut self, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let mut next = self.session()?.vault.clone();
        next.body.emergencies.iter_mut().for_each(|used| used.seen = true);
        self.commit(next, Vec::new(), true, env)
    }

    /// Whether the entry's code and secret may be shown now.
    pub(super) fn may_show(&self, entry: &Entry) -> bool {
        let opened = self.session().ok().and_then(|session| session.opening.emergency);
        let open = |(id, until): (EntryId, Millis)| id == entry.id && self.is_within(until, OPEN_MS);
        !entry.emergency || opened.is_some_and(open)
    }

    /// The same, or why not.
    pub(super) fn must_show(&self, entry: &Entry) -> Result<(), Failure> {
        if self.may_show(entry) { Ok(()) } else { Err(Failure::new("emergency-entry")) }
    }

    /// What was opened and nobody has said to have seen.
    pub(super) fn unseen_emergencies(&self) -> Vec<EmergencyView> {
        let Ok(session) = self.session() else { return Vec::new() };
        let unseen = session.vault.body.emergencies.iter().filter(|used| !used.seen);
        unseen
            .map(|used| {
                let (issuer, account) = self.account_name(used.entry);
                let (at, entry, reason) = (used.at, used.entry.to_string(), used.reason.clone());
                EmergencyView { at, entry, issuer, account, reason }
            })
            .collect()
    }

    /// Issuer and account of an entry, for whoever sees accounts at all.
    pub(super) fn account_name(&self, id: EntryId) -> (String, String) {
        let shows = self.session().ok().filter(|session| session.kind() != SessionKind::Renew);
        let found = shows.and_then(|session| session.vault.body.entries.iter().find(|entry| entry.id == id));
        found.map(|entry| (entry.issuer.clone(), entry.account.clone())).unwrap_or_default()
    }
}

/// A reason, as typed.
pub(super) fn read_reason(text: &str) -> Result<String, Failure> {
    let reason = text.trim();
    if REASON.contains(&reason.chars().count()) {
        Ok(reason.into())
    } else {
        Err(Failure { field: Some("reason".into()), ..Failure::new("reason-needed") })
    }
}

/// When an emergency entry is to be tried: 90 days after its last use, or after it was made.
pub(super) fn test_due(entry: &Entry) -> Option<Millis> {
    entry.emergency.then(|| entry.last_used().unwrap_or(entry.created).plus(TEST_MS))
}
