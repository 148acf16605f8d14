//! Waiting times of emergency entries: asked for with a reason, seen by everybody who unlocks meanwhile, and cancelled by
//! any of them. It is this program's promise, as a clock is: who turns the clock forward waits less.

use crate::audit;
use crate::env::{Env, Millis};
use crate::protocol::{EmergencyEntryView, EmergencyWaitView, Failure};
use crate::vault::body::{Body, EmergencyUse, LogLine};
use crate::vault::emergency::{EmergencyWait, EmergencyWaits, held};
use crate::vault::entry::Entry;
use crate::vault::id::EntryId;
use crate::vault::sealed::Opened;

use super::emergency::{read_reason, test_due};
use super::{Core, Outcome};

const HOUR_MS: u64 = 3_600_000;
/// None; an hour (somebody else at the desk sees it); a working day; a day (whoever unlocks daily sees it); a weekend.
/// Longer ones would make an emergency account useless in an emergency.
pub(super) const HOURS: [u32; 5] = [0, 1, 8, 24, 72];
/// So long it can be opened after the wait: asked for in the evening, opened in the morning.
const WINDOW_MS: u64 = 24 * HOUR_MS;
/// Clocks are put right by seconds; beyond this one went back.
const DRIFT_MS: u64 = 5 * 60_000;

/// How far somebody is who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Still to wait.
    Waiting,
    /// It can be opened.
    Open,
    /// The window is over.
    Over,
    /// The clock went back behind the asking: the wait begins again.
    Back,
}

impl Core {
    /// Sets how long these emergency entries are waited for. Shorter: only while the entry is open.
    pub(super) fn set_emergency_wait(
        &mut self,
        ids: &[String],
        hours: u32,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        if !HOURS.contains(&hours) || ids.is_empty() {
            return Err(Failure::new("bad-request"));
        }
        let mut next = self.session()?.vault.clone();
        for id in ids {
            let entry = self.entry(id)?;
            if !entry.emergency {
                return Err(Failure::new("not-emergency"));
            }
            let before = hours_of(&next.body, entry.id);
            if hours < before {
                self.must_show(entry)?;
            }
            if hours != before {
                let what = "emergency-wait-set";
                next.body.note(LogLine { entry: Some(entry.id), ..audit::line(env.now, what) });
            }
            waits(&mut next, env.now).hours.insert(entry.id.to_string(), hours);
        }
        // In the bin too: it may come back, and its wait with it.
        let known = next.body.entries.iter().filter(|entry| entry.emergency);
        let known: Vec<String> = known.map(|entry| entry.id.to_string()).collect();
        waits(&mut next, env.now).hours.retain(|id, hours| *hours > 0 && known.contains(id));
        self.commit(next, Vec::new(), true, env)
    }

    /// Asks for an entry that has a waiting time.
    pub(super) fn ask_emergency(
        &mut self,
        id: &str,
        reason: &str,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let entry = self.entry(id)?;
        let (entry, hours) = (entry.id, hours_of(&self.session()?.vault.body, entry.id));
        if hours == 0 {
            return Err(Failure::new("no-wait"));
        }
        let reason = read_reason(reason)?;
        self.must_be_emergency_fresh()?;
        let mut next = self.session()?.vault.clone();
        settle(&mut next, env.now);
        if next.body.emergency_waits.iter().flat_map(|waits| &waits.asked).any(|wait| wait.entry == entry) {
            return Err(Failure::new("emergency-waits"));
        }
        let until = env.now.plus(u64::from(hours) * HOUR_MS);
        let wait = EmergencyWait { entry, at: env.now, until, reason: reason.clone() };
        waits(&mut next, env.now).asked.push(wait);
        // The reason stays when the wait is over.
        next.body.note_emergency(EmergencyUse { at: env.now, entry, reason, seen: true });
        next.body.note(LogLine { entry: Some(entry), ..audit::line(env.now, "emergency-asked") });
        self.commit(next, Vec::new(), true, env)
    }

    /// Whoever unlocks may put an end to a wait.
    pub(super) fn cancel_emergency(&mut self, id: &str, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let entry = self.entry(id)?.id;
        let mut next = self.session()?.vault.clone();
        let asked = &mut waits(&mut next, env.now).asked;
        let before = asked.len();
        asked.retain(|wait| wait.entry != entry);
        if asked.len() == before {
            return Err(Failure::new("no-wait"));
        }
        next.body.note(LogLine { entry: Some(entry), ..audit::line(env.now, "emergency-cancelled") });
        if let Ok(session) = self.session_mut() {
            session.opening.emergency = session.opening.emergency.filter(|(open, _)| *open != entry);
        }
        self.commit(next, Vec::new(), true, env)
    }

    /// Whether the wait for an entry is behind, where it has one.
    pub(super) fn must_have_waited(&self, entry: &Entry, now: Millis) -> Result<(), Failure> {
        let body = &self.session()?.vault.body;
        if !entry.emergency || hours_of(body, entry.id) == 0 {
            return Ok(());
        }
        let mut asked = body.emergency_waits.iter().flat_map(|waits| &waits.asked);
        match asked.find(|wait| wait.entry == entry.id) {
            Some(wait) if stage(wait, now) == Stage::Open => Ok(()),
            _ => Err(Failure::new("emergency-waits")),
        }
    }

    /// In a full session: waits that are over go, and stay gone when the clock goes back.
    pub(super) fn settle_waits(&self, env: &mut Env<'_>) -> Option<Outcome> {
        let mut next = self.session().ok()?.vault.clone();
        if !settle(&mut next, env.now) {
            return None;
        }
        self.commit(next, Vec::new(), true, env).ok()
    }

    /// When a window closes next.
    pub(super) fn next_wait_end(&self, now: Millis) -> Option<Millis> {
        let body = &self.session().ok()?.vault.body;
        let asked = body.emergency_waits.iter().flat_map(|waits| &waits.asked);
        asked.map(|wait| wait.until.plus(WINDOW_MS).max(now.plus(1_000))).min()
    }

    /// What is waited for, as everybody who unlocks sees it.
    pub(super) fn waits_view(&self) -> Vec<EmergencyWaitView> {
        let Ok(session) = self.session() else { return Vec::new() };
        let body = &session.vault.body;
        let asked = body.emergency_waits.iter().flat_map(|waits| &waits.asked);
        asked
            .filter(|wait| known(body, wait.entry))
            .filter_map(|wait| wait_view(wait, self.account_name(wait.entry), self.now))
            .collect()
    }

    /// The emergency entries.
    pub(super) fn emergency_entries_view(&self) -> Vec<EmergencyEntryView> {
        let Ok(session) = self.session() else { return Vec::new() };
        let body = &session.vault.body;
        let view = |entry: &Entry| EmergencyEntryView {
            id: entry.id.to_string(),
            issuer: entry.issuer.clone(),
            account: entry.account.clone(),
            due: test_due(entry).unwrap_or_default(),
            hours: hours_of(body, entry.id),
        };
        held(&body.entries).map(view).collect()
    }
}

fn known(body: &Body, id: EntryId) -> bool {
    held(&body.entries).any(|entry| entry.id == id)
}

fn wait_view(
    wait: &EmergencyWait,
    (issuer, account): (String, String),
    now: Millis,
) -> Option<EmergencyWaitView> {
    let stage = stage(wait, now);
    (stage != Stage::Over).then(|| EmergencyWaitView {
        entry: wait.entry.to_string(),
        issuer,
        account,
        at: wait.at,
        until: wait.until,
        closes: wait.until.plus(WINDOW_MS),
        open: stage == Stage::Open,
        reason: wait.reason.clone(),
    })
}

fn hours_of(body: &Body, id: EntryId) -> u32 {
    let hours = body.emergency_waits.as_ref().and_then(|waits| waits.hours.get(&id.to_string()));
    // Whatever a body says, nobody waits longer than the longest that there is.
    hours.copied().unwrap_or_default().min(HOURS[HOURS.len() - 1])
}

fn waits(vault: &mut Opened, now: Millis) -> &mut EmergencyWaits {
    let waits = vault.body.emergency_waits.get_or_insert_with(EmergencyWaits::default);
    waits.modified = now;
    waits
}

/// How long it is waited for: whatever a body says, at most the longest that there is.
fn length(wait: &EmergencyWait) -> u64 {
    wait.until.since(wait.at).min(u64::from(HOURS[HOURS.len() - 1]) * HOUR_MS)
}

fn stage(wait: &EmergencyWait, now: Millis) -> Stage {
    let until = wait.at.plus(length(wait));
    if now.plus(DRIFT_MS) < wait.at {
        Stage::Back
    } else if now < until {
        Stage::Waiting
    } else if now < until.plus(WINDOW_MS) {
        Stage::Open
    } else {
        Stage::Over
    }
}

/// Drops what is over, and begins anew where the clock went back: a year too far would be a wait of a year. Whether
/// anything changed.
fn settle(vault: &mut Opened, now: Millis) -> bool {
    let Some(held) = &vault.body.emergency_waits else { return false };
    let stages: Vec<Stage> = held.asked.iter().map(|wait| stage(wait, now)).collect();
    let changes = |stage: &Stage| matches!(stage, Stage::Over | Stage::Back);
    if !stages.iter().any(changes) {
        return false;
    }
    let mut lines = Vec::new();
    let asked = &mut waits(vault, now).asked;
    for (wait, stage) in asked.iter_mut().zip(&stages) {
        let line = |what: &str| LogLine { entry: Some(wait.entry), ..audit::line(now, what) };
        match stage {
            Stage::Over => lines.push(line("emergency-wait-over")),
            Stage::Back => {
                lines.push(line("emergency-wait-again"));
                (wait.at, wait.until) = (now, now.plus(length(wait)));
            }
            Stage::Waiting | Stage::Open => {}
        }
    }
    let mut over = stages.iter().map(|stage| *stage == Stage::Over);
    asked.retain(|_| !over.next().unwrap_or_default());
    lines.into_iter().for_each(|line| vault.body.note(line));
    true
}
