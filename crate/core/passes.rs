//! The verbs on temporary passes: one at a time, for a window, once or until it ends.

use serde_json::Value;

use crate::audit;
use crate::env::{Env, Millis};
use crate::policy::PASS_MINUTES;
use crate::protocol::{Failure, PassForm, PassLimits, PassView, Reply, SessionKind};
use crate::vault::body::{LogLine, PassNote};
use crate::vault::code::Code;
use crate::vault::file::{Header, VaultFile};
use crate::vault::id::SlotId;
use crate::vault::migrate::CURRENT;
use crate::vault::sealed::NewSlot;
use crate::vault::slot::{SlotEntry, SlotKind, SlotUse};
use crate::vault::way::WayIn;

use super::codes::qr;
use super::session::save_failure;
use super::unlock::Opening;
use super::{Core, Outcome, Store};

/// A start may lie as far ahead.
const LATEST_START_MS: u64 = 30 * 24 * 3_600_000;
const POLICY: &str = "pass";

impl Core {
    /// Makes the pass and shows it, once. A former one ends.
    pub(super) fn make_pass(&mut self, form: &PassForm, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let session = self.session()?;
        // A pass cannot make a pass, and what was opened in an emergency cannot either.
        if !matches!(session.opening.by, Some(SlotKind::Password | SlotKind::Passkey)) {
            return Err(Failure::new("not-in-this-session"));
        }
        self.may_make(SlotKind::Pass)?;
        self.must_be_fresh_to_pass_on()?;
        let limits = self.pass_limits();
        check(form, &limits, env.now)?;
        let mut next = session.vault.clone();
        let former: Vec<SlotId> = passes(next.header()).map(|slot| slot.id).collect();
        for id in &former {
            next.body.end_pass(*id, env.now, "replaced");
            next.remove_slot(*id);
        }
        if !former.is_empty() {
            next.rotate(env).map_err(save_failure)?;
        }
        let not_before = form.start.filter(|start| *start > env.now);
        let not_after = not_before.unwrap_or(env.now).plus(u64::from(form.minutes) * 60_000);
        let code = Code::make_random(env.entropy);
        let text = code.to_text();
        let new = NewSlot {
            not_before,
            not_after: Some(not_after),
            uses: form.once.then_some(1),
            ..NewSlot::lasting(SlotKind::Pass, SlotUse::Vault, "")
        };
        let id = next.add_way(env, &WayIn::Code(code), new).map_err(save_failure)?;
        let pass =
            PassNote { id, made: env.now, not_before, not_after, once: form.once, ended: None, why: None };
        next.body.note_pass(pass.clone());
        next.body.note(LogLine { at: env.now, what: "pass-made".into(), entry: None, host: None });
        // Its time is by the clock as it is: no former pass is left that a clock gone back would hold open.
        next.header_mut().saved = env.now;
        let mut outcome = self.commit(next, former, false, env)?;
        if let Some(Store::Commit(commit)) = &mut outcome.store {
            commit.trusts_clock = true;
        }
        let reply =
            Reply::Pass { qr: qr(&text), code: text.expose().clone(), pass: view(&pass, &limits, env.now) };
        Ok(Outcome { reply, ..outcome })
    }

    /// Ends the pass, as whoever holds it may: its record goes from every generation here, and the vault key with it. The
    /// session that it opened is over as soon as that is stored.
    pub(super) fn end_pass(&mut self, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let session = self.session()?;
        let (kind, opening) = (session.kind(), session.opening.clone());
        let mut next = session.vault.clone();
        let ended: Vec<SlotId> = passes(next.header()).map(|slot| slot.id).collect();
        if ended.is_empty() {
            return Err(Failure::new("no-such-way"));
        }
        for id in &ended {
            next.body.end_pass(*id, env.now, "deleted");
            next.remove_slot(*id);
        }
        next.rotate(env).map_err(save_failure)?;
        let what = if kind == SessionKind::Pass { "pass-ended-by-holder" } else { "pass-removed" };
        next.body.note(LogLine { at: env.now, what: what.into(), entry: None, host: None });
        // A pass that no store forgets has not ended.
        let mut outcome = self.commit(next, ended, false, env)?;
        if let (Some(Store::Commit(commit)), SessionKind::Pass) = (&mut outcome.store, kind) {
            commit.opens = Some((kind, Opening { ends: Some(env.now), ..opening }));
        }
        Ok(Outcome { reply: self.status().reply, ..outcome })
    }

    /// Sets what passes may be. Tighter limits do not end a pass that was made before.
    pub(super) fn set_pass_limits(
        &mut self,
        wanted: &PassLimits,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let tighter = self.policy.pass_limits(wanted.clone());
        if (PassLimits { usual: wanted.usual, ..tighter }) != *wanted {
            return Err(Failure::new("policy-pass-limits"));
        }
        let ordered = wanted.min <= wanted.usual && wanted.usual <= wanted.max;
        if !ordered || !PASS_MINUTES.contains(&wanted.min) || !PASS_MINUTES.contains(&wanted.max) {
            return Err(Failure::new("bad-pass-limits"));
        }
        let mut next = self.session()?.vault.clone();
        let value = serde_json::to_value(wanted).map_err(|_| Failure::new("bad-request"))?;
        next.header_mut().policy.insert(POLICY.into(), value);
        next.body.note(LogLine { at: env.now, what: "pass-limits".into(), entry: None, host: None });
        self.commit(next, Vec::new(), true, env)
    }

    /// What passes may be here: the tighter of the vault's own limits and the policy's.
    pub(super) fn pass_limits(&self) -> PassLimits {
        let own = self.vault().map(|vault| limits(vault.header())).unwrap_or_default();
        self.policy.pass_limits(own)
    }

    /// In a full session: drops passes that are over, for good. The vault key goes with them.
    pub fn tidy(&self, env: &mut Env<'_>) -> Option<Outcome> {
        let session = self.session().ok()?;
        if session.kind() != SessionKind::Full || self.warnings.not_saved {
            return None;
        }
        // A file of an older format is replaced at the first unlock, by a file that holds the same.
        if session.vault.format() < CURRENT {
            return self.commit(session.vault.clone(), Vec::new(), false, env).ok();
        }
        let late = self.latest(env.now);
        let over: Vec<SlotId> = passes(session.vault.header())
            .filter(|slot| is_over(slot, late) || self.seen.has_ended(slot))
            .map(|slot| slot.id)
            .collect();
        if over.is_empty() {
            let other = self.settle_waits(env).or_else(|| self.note_policy(env));
            return other.or_else(|| self.settle_clock(env));
        }
        let mut next = session.vault.clone();
        for id in &over {
            next.body.end_pass(*id, env.now, "expired");
            next.remove_slot(*id);
        }
        next.rotate(env).ok()?;
        next.body.note(LogLine { at: env.now, what: "pass-expired".into(), entry: None, host: None });
        let mut outcome = self.commit(next, over, false, env).ok()?;
        if let Some(Store::Commit(commit)) = &mut outcome.store {
            // The next look at the clock tries again.
            commit.reply_unsaved = true;
        }
        Some(outcome)
    }

    /// A clock that was wrong for a day must not stand in the way of passes for ever: where the owner is in and there is no
    /// pass, it counts as it is from here on. It is told, and stays in the log.
    fn settle_clock(&self, env: &mut Env<'_>) -> Option<Outcome> {
        let session = self.session().ok()?;
        let is_owner = matches!(session.opening.by, Some(SlotKind::Password | SlotKind::Passkey));
        if !is_owner || !self.seen.is_back(env.now) || passes(session.vault.header()).next().is_some() {
            return None;
        }
        let mut next = session.vault.clone();
        next.header_mut().saved = env.now;
        next.body.note(audit::line(env.now, "clock-went-back"));
        let mut outcome = self.commit(next, Vec::new(), false, env).ok()?;
        if let Some(Store::Commit(commit)) = &mut outcome.store {
            (commit.trusts_clock, commit.reply_unsaved) = (true, true);
        }
        Some(outcome)
    }
}

/// The file without the records of passes that are over, or of `ended` ones, when it has any.
pub fn without_expired(file: &VaultFile, now: Millis, ended: &[SlotId]) -> Option<VaultFile> {
    let is_ended = |slot: &SlotEntry| slot.kind == SlotKind::Pass && ended.contains(&slot.id);
    let over = |slot: &SlotEntry| is_over(slot, now) || is_ended(slot);
    file.slots().any(|(slot, _)| over(slot)).then(|| file.without(over))
}

/// What the vault itself allows. Unreadable limits count as the defaults.
pub fn limits(header: &Header) -> PassLimits {
    let stored = header.policy.get(POLICY).cloned().unwrap_or(Value::Null);
    serde_json::from_value(stored).unwrap_or_default()
}

/// One pass with Entra's name for its state.
pub(super) fn view(pass: &PassNote, limits: &PassLimits, now: Millis) -> PassView {
    let state = match pass.why.as_deref() {
        Some("one-time-used") => "one-time-used",
        Some("expired") => "expired",
        Some(_) => "deleted",
        None if pass.not_after <= now => "expired",
        None if !limits.allowed => "disabled-by-policy",
        None if pass.not_before.is_some_and(|from| now < from) => "not-yet-valid",
        None => "enabled-by-policy",
    };
    PassView {
        id: pass.id.to_string(),
        made: pass.made,
        start: pass.not_before.unwrap_or(pass.made),
        end: pass.not_after,
        once: pass.once,
        state: state.into(),
    }
}

fn check(form: &PassForm, limits: &PassLimits, now: Millis) -> Result<(), Failure> {
    if !limits.allowed {
        return Err(Failure::new("passes-not-allowed"));
    }
    if form.minutes < limits.min {
        return Err(Failure { number: Some(limits.min), ..Failure::new("pass-too-short") });
    }
    if form.minutes > limits.max {
        return Err(Failure { number: Some(limits.max), ..Failure::new("pass-too-long") });
    }
    if limits.once && !form.once {
        return Err(Failure::new("pass-once-only"));
    }
    if form.start.is_some_and(|start| start > now.plus(LATEST_START_MS)) {
        return Err(Failure::new("pass-start-too-late"));
    }
    Ok(())
}

fn passes(header: &Header) -> impl Iterator<Item = &SlotEntry> {
    header.slots.iter().filter(|slot| slot.kind == SlotKind::Pass)
}

/// Only what the file itself calls a pass: a forged header cannot have other records erased.
pub(super) fn is_over(slot: &SlotEntry, now: Millis) -> bool {
    slot.kind == SlotKind::Pass && slot.not_after.is_some_and(|end| end <= now)
}
