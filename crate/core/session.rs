//! From stored copies to an open session and back: loading, making, unlocking, locking, changing the password.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::audit;
use crate::env::{Env, Millis};
use crate::policy::Policy;
use crate::protocol::{DeriveJob, DerivedKey, Failure, KdfProfile, Reply, Request, SessionKind, VaultState};
use crate::secret::Key;
use crate::vault::body::LogLine;
use crate::vault::bytes::{self, B64};
use crate::vault::file::{BackupNote, Header, VaultFile};
use crate::vault::journal::{self, JournalEntry, JournalLine};
use crate::vault::kdf;
use crate::vault::kept::Kept;
use crate::vault::merge;
use crate::vault::sealed::{Opened, SaveError};
use crate::vault::slot::{SlotEntry, SlotKind, SlotUse};
use crate::vault::substance;
use crate::vault::way::SlotSecret;

use super::clock::{Seen, is_ahead};
use super::unlock::Opening;
use super::{Commit, Committed, Core, Effect, Outcome, State, Store, Warnings};

/// A change that a store did not take is tried again as often. The disk may have room by then.
const SAVE_AGAIN_MS: u64 = 60_000;

/// An open vault in memory.
pub struct Session {
    kind: SessionKind,
    /// The vault. Journal records are already applied to its body.
    pub(super) vault: Opened,
    /// Sequence of the newest journal record after this generation.
    sequence: u32,
    /// How it was opened.
    pub(super) opening: Opening,
    /// When it was opened, by [`Core::run`].
    since: Millis,
    /// When the user last did something.
    used: Millis,
    /// The newest state, which neither store took.
    unsaved: Option<VaultFile>,
    /// The private half that another device may hand accounts over to.
    pub(super) receiving: Option<Key>,
    /// Notes that were deleted last: they can be brought back while this session lasts.
    pub(super) deleted: Vec<Kept>,
}

/// What `storage.session` holds of an open session. It never reaches a content script.
#[derive(Serialize, Deserialize)]
pub struct SessionRecord {
    kind: SessionKind,
    key: B64<32>,
    /// The newest generation that the session knew.
    #[serde(default)]
    generation: u64,
    #[serde(default)]
    opening: Opening,
    since: Millis,
    used: Millis,
    /// The sealed file that neither store took: it must outlive a background that the browser stops when idle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unsaved: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    receiving: Option<B64<32>>,
    /// So that a deletion can be taken back for as long as the session lasts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    deleted: Vec<Kept>,
}

/// What both stores hold, as the host read it.
#[derive(Default)]
pub struct Stored {
    /// Every generation that could be parsed, the leading store's first, newest first.
    pub files: Vec<VaultFile>,
    /// Files that are there and could not be parsed.
    pub damaged: usize,
    /// A marker of a vault was found, in either store.
    pub marker: bool,
    /// Neither store could be read, or the only readable one is empty.
    pub unreadable: bool,
    /// A file of a version that this program does not know: it was set back to an older one. Nothing is touched.
    pub newer: bool,
    /// Only the area has such a file, and the ring, which leads, has files of ours: it is told, and left as it is. A line
    /// in `storage.local`, which scripts in pages can write in Firefox, must not shut the user out.
    pub newer_aside: bool,
    /// One of the stores could not be read, or is behind the other.
    pub one_failed: bool,
    /// Journal records of both stores.
    pub journal: Vec<JournalLine>,
    /// The notes on backups.
    pub book: Option<String>,
    /// What was kept of the time that this browser saw.
    pub seen: Vec<Seen>,
}

/// What a way in may be used for here: the vault in this browser, by the app's clock.
pub(super) fn opens_vault(now: Millis) -> impl Fn(&SlotEntry) -> bool + Copy {
    move |slot| slot.usage != SlotUse::Backup && !slot.kind.is_base() && in_time(slot, now)
}

/// What a way in may be used for in a file.
pub(super) fn opens_bundle(slot: &SlotEntry) -> bool {
    slot.usage != SlotUse::Vault
}

/// Whether a slot opens at an instant.
pub(super) fn in_time(slot: &SlotEntry, now: Millis) -> bool {
    slot.not_before.is_none_or(|from| from <= now)
        && slot.not_after.is_none_or(|until| now < until)
        && slot.uses != Some(0)
}

impl Session {
    /// What the session may do.
    pub fn kind(&self) -> SessionKind {
        self.kind
    }

    /// When it was opened.
    pub(super) fn since(&self) -> Millis {
        self.since
    }

    /// When it ends without use; `None`: when the browser closes. `lag`: how far the clock is behind the time.
    pub(super) fn locks_at(&self, policy: &Policy, lag: u64) -> Option<Millis> {
        let idle = self.idle_ms(policy).map(|ms| self.used.plus(ms));
        let ends = self.opening.ends.map(|ends| Millis(ends.0.saturating_sub(lag)));
        idle.into_iter().chain(ends).min()
    }

    fn idle_ms(&self, policy: &Policy) -> Option<u64> {
        let minutes = policy.lock_after(self.vault.body.settings.values.lock_after_minutes);
        (minutes > 0).then(|| u64::from(minutes) * 60_000)
    }

    /// Whether it is over by a clock that says `now`. One that went back ends what a pass opened, and counts as idle.
    fn is_over(&self, policy: &Policy, seen: &Seen, now: Millis) -> bool {
        self.locks_at(policy, seen.lag(now)).is_some_and(|at| at <= now)
            || self.opening.ends.is_some() && seen.is_back(now)
            || self.idle_ms(policy).is_some() && is_ahead(self.used, now)
    }

    /// The user did something.
    pub(super) fn touch(&mut self, now: Millis) {
        self.used = now;
    }

    /// A journal record after the present generation, applied to the body in memory.
    pub(super) fn append(&mut self, entry: &JournalEntry, env: &mut Env<'_>) -> JournalLine {
        self.sequence += 1;
        journal::apply(&mut self.vault.body, entry);
        journal::seal(env.entropy, self.vault.key(), self.vault.header(), self.sequence, entry)
    }

    /// Enough records wait: the next one is folded into a new generation.
    pub(super) fn journal_is_full(&self) -> bool {
        self.sequence >= journal::MAX_LINES
    }
}

impl Core {
    /// Takes in what the stores hold. `record` is what `storage.session` held.
    pub fn load(&mut self, stored: Stored, record: Option<SessionRecord>, now: Millis) {
        self.warnings = Warnings {
            one_copy_failed: stored.one_failed,
            newer_version: stored.newer || stored.newer_aside,
            ..Warnings::default()
        };
        let state = if stored.unreadable || stored.newer {
            VaultState::Unreadable
        } else if !stored.files.is_empty() {
            VaultState::Locked
        } else if stored.marker || stored.damaged > 0 {
            VaultState::Lost
        } else {
            VaultState::Fresh
        };
        self.take_seen(stored.seen, now);
        if !stored.one_failed {
            self.forget_ended(&stored.files);
        }
        self.state = State::Closed(state, stored.files);
        self.take_book(stored.book.as_deref());
        self.journal = stored.journal;
        // Where the stores cannot be read, what they did not take can still be opened.
        if let Some(record) = record
            && (state == VaultState::Locked || (record.unsaved.is_some() && !stored.newer))
        {
            self.resume(&record, now);
        }
    }

    /// Whether [`Core::load`] was called.
    pub fn is_loaded(&self) -> bool {
        !matches!(self.state, State::Starting)
    }

    /// What `storage.session` should hold now; `None`: nothing.
    pub fn session_record(&self) -> Option<SessionRecord> {
        match &self.state {
            State::Open(session) => Some(SessionRecord {
                kind: session.kind,
                key: B64(*session.vault.key().expose()),
                generation: session.vault.header().generation,
                opening: session.opening.clone(),
                since: session.since,
                used: session.used,
                unsaved: session.unsaved.as_ref().and_then(|file| String::from_utf8(file.to_bytes()).ok()),
                receiving: session.receiving.as_ref().map(|key| B64(*key.expose())),
                deleted: super::kept::outlasting(&session.deleted),
            }),
            _ => None,
        }
    }

    /// When the host should call again by itself.
    pub fn next_alarm(&self, now: Millis) -> Option<Millis> {
        let own = match &self.state {
            State::Open(_) if self.warnings.not_saved => Some(now.plus(SAVE_AGAIN_MS)),
            State::Open(session) => {
                let mend = self.warnings.one_copy_failed.then(|| self.mend_at.max(now.plus(1000)));
                let passes = self.passes_end(session.vault.header(), now);
                let waits = self.next_wait_end(now);
                let locks = session.locks_at(&self.policy, self.seen.lag(now));
                locks.into_iter().chain(passes).chain(mend).chain(waits).min()
            }
            State::Closed(VaultState::Locked, files) => {
                files.iter().filter_map(|file| self.passes_end(file.header(), now)).min()
            }
            _ => None,
        };
        [own, self.next_upkeep(now)].into_iter().flatten().min()
    }

    /// The open vault, for the host's commit protocol.
    pub fn vault(&self) -> Option<&Opened> {
        match &self.state {
            State::Open(session) => Some(&session.vault),
            _ => None,
        }
    }

    /// Whether something claimed to be newer at the unlock and did not open: it is no news then.
    pub fn stepped_down(&self) -> bool {
        matches!(&self.state, State::Open(session) if session.opening.stepped_down)
    }

    /// What became of a commit. Returns the failure that replaces the reply, if any.
    pub fn committed(&mut self, commit: Commit, result: Committed, now: Millis) -> Option<Failure> {
        self.warnings.one_copy_failed = result == Committed::One;
        self.mend_at = now.plus(SAVE_AGAIN_MS);
        let stored = result != Committed::None;
        if stored {
            self.warnings.not_saved = false;
            self.warnings.log_incomplete = false;
        } else if !commit.keep_unsaved {
            return Some(Failure::new("not-saved"));
        } else {
            self.warnings.not_saved = true;
        }
        if stored && commit.trusts_clock {
            self.trust_clock(now);
        }
        let unsaved = (!stored).then_some(commit.file);
        match &mut self.state {
            State::Open(session) => {
                session.vault = commit.next;
                session.sequence = 0;
                session.unsaved = unsaved;
                if let Some((kind, opening)) = commit.opens {
                    (session.kind, session.opening) = (kind, opening);
                }
                if stored {
                    session.opening.burning.retain(|id| !commit.revoked.contains(id));
                    session.kind = session.opening.becomes.take().unwrap_or(session.kind);
                }
            }
            _ => {
                let (mut kind, mut opening) =
                    commit.opens.unwrap_or((SessionKind::Full, Opening::by(SlotKind::Password)));
                if !stored {
                    opening.becomes = Some(kind);
                    opening.burning = commit.revoked;
                    kind = SessionKind::Rescue;
                }
                self.state = State::Open(Box::new(Session {
                    kind,
                    vault: commit.next,
                    sequence: 0,
                    opening,
                    since: self.run(),
                    used: now,
                    unsaved,
                    receiving: None,
                    deleted: Vec::new(),
                }));
            }
        }
        // A session whose pass was just ended is over: no key stays until somebody looks at the clock.
        self.sweep(now);
        (!stored && !commit.reply_unsaved).then(|| Failure::new("not-saved"))
    }

    /// What became of bringing up a store that was behind.
    pub fn healed(&mut self, result: Committed, now: Millis) {
        self.warnings.one_copy_failed = result != Committed::Both;
        self.mend_at = now.plus(SAVE_AGAIN_MS);
    }

    /// What became of a journal record.
    pub fn appended(&mut self, stored: bool) {
        if !stored {
            self.warnings.log_incomplete = true;
        }
    }

    /// Somebody else wrote `newest` since this vault was opened: takes its body in and builds `commit` again on top.
    /// `None`: it is under another key, so this session is over.
    pub fn rebase(&mut self, newest: &VaultFile, commit: Commit, env: &mut Env<'_>) -> Option<Commit> {
        let theirs = newest.open_with(commit.next.key().clone()).ok()?;
        let ours = commit.next.body.clone();
        let mut next = theirs;
        next.body = merge::merge(&next.body, &ours);
        let changed = next.header().changed.max(commit.next.header().changed);
        next.header_mut().changed = changed;
        let (next, file) = next.save(env).ok()?;
        Some(Commit { next, file, ..commit })
    }

    /// Ends a session and forgets intents whose time is over. The host calls it before every request, and loads the
    /// stores again when [`Core::is_loaded`] says so.
    pub fn sweep(&mut self, now: Millis) {
        self.intents.sweep(now);
        self.now = now;
        self.look_at_clock(now);
        self.drop_late(now);
        if let State::Open(session) = &self.state
            && session.is_over(&self.policy, &self.seen, now)
        {
            self.lock();
        }
    }

    /// Every request but a glance counts as use.
    pub(super) fn note_use(&mut self, request: &Request, now: Millis) {
        let glance = matches!(
            request,
            Request::Status
                | Request::Codes
                | Request::Tick { .. }
                | Request::Fields { .. }
                | Request::Wrote { .. }
                | Request::Moved { .. }
                | Request::Ready
        );
        if let State::Open(session) = &mut self.state
            && !glance
        {
            session.used = now;
        }
    }

    /// Forgets the key. The stored files stay for the next unlock.
    pub(super) fn lock(&mut self) -> Outcome {
        if let State::Open(_) = &self.state {
            // What could not be stored would be lost with the key: it is kept until it can.
            // A rescue session has nothing but a code that is not used up; a pass ends when it ends.
            if self.warnings.not_saved && !self.is_kind(&[SessionKind::Rescue, SessionKind::Pass]) {
                return Outcome::failed(Failure::new("not-saved"));
            }
            self.state = State::Starting;
            self.intents.clear();
            self.told = None;
            self.asked = None;
            self.recent.clear();
            self.sent.clear();
            self.spending.clear();
            self.enrolled = None;
        }
        self.status()
    }

    pub(super) fn tick(&mut self, why: &str, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        if self.warnings.not_saved {
            return Ok(Outcome { reply: Reply::Done, ..self.look(env)? });
        }
        let locks = match &self.state {
            State::Open(session) => {
                let wanted = session.vault.body.settings.values.lock_with_system;
                why == "os-locked" && self.policy.lock_with_system(wanted)
            }
            _ => false,
        };
        if locks {
            self.lock();
        }
        let effects = self.mend(env.now);
        Ok(Outcome { effects, ..self.tidy(env).unwrap_or_else(Outcome::done) })
    }

    /// A store that is behind is tried again from time to time: the disk may have room by now.
    fn mend(&self, now: Millis) -> Vec<Effect> {
        let due =
            matches!(self.state, State::Open(_)) && self.warnings.one_copy_failed && self.mend_at <= now;
        if due { vec![Effect::Mend] } else { Vec::new() }
    }

    /// The status; and while the last change is not stored, each look at it tries again.
    pub(super) fn look(&self, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let status = self.status();
        let State::Open(session) = &self.state else { return Ok(status) };
        if !self.warnings.not_saved {
            return Ok(Outcome { effects: self.mend(env.now), ..status });
        }
        let mut outcome = self.commit(session.vault.clone(), Vec::new(), true, env)?;
        if let Some(Store::Commit(commit)) = &mut outcome.store {
            commit.reply_unsaved = true;
        }
        Ok(Outcome { reply: status.reply, ..outcome })
    }

    /// Makes a vault with a password as its first way in.
    pub(super) fn create(&self, key: &DerivedKey, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let mut vault = Opened::make(env);
        vault.body.note(LogLine { at: env.now, what: "vault-made".into(), entry: None, host: None });
        Ok(Outcome { reply: self.status().reply, ..found(vault, &self.new_secret(key)?, env)? })
    }

    pub(super) fn plan_unlock(&self) -> Result<Outcome, Failure> {
        let State::Closed(_, files) = &self.state else { return Err(Failure::new("wrong-state")) };
        let jobs = jobs(files, |slot| slot.usage != SlotUse::Backup);
        // Every record was erased or forged: no password could be the right one, so none is asked for.
        if jobs.is_empty() {
            Err(Failure::new("damaged-file"))
        } else {
            Ok(Outcome::reply(Reply::Derive { jobs }))
        }
    }

    /// After an unlock the host hands in the journal: records after the generation that was opened.
    pub fn replay(&mut self, lines: &[JournalLine]) {
        let State::Open(session) = &mut self.state else { return };
        let (key, vault) = (session.vault.key().clone(), session.vault.header().vault);
        let generation = session.vault.header().generation;
        let mut lines: Vec<_> = lines.iter().filter(|line| line.generation >= generation).collect();
        lines.sort();
        let mut last = None;
        for line in lines {
            if let Some(entry) = journal::open(&key, vault, line) {
                // Two writers counted alike: each had its own order of lines, so there is no single past.
                let place = Some((line.generation, line.sequence));
                if last == place {
                    session.vault.body.log_chain = None;
                }
                last = place;
                journal::apply(&mut session.vault.body, &entry);
                if line.generation == generation {
                    session.sequence = session.sequence.max(line.sequence);
                }
            }
        }
    }

    pub(super) fn plan_password(&self, profile: KdfProfile, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let session = self.session()?;
        let (_, file) = session.vault.save(env).map_err(save_failure)?;
        let mut jobs = file.password_jobs(opens_vault(env.now), 3);
        jobs.push(self.new_job(profile, env));
        Ok(Outcome::reply(Reply::Derive { jobs }))
    }

    pub(super) fn change_password(
        &mut self,
        current: &[DerivedKey],
        new: &DerivedKey,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let vault = &self.session()?.vault;
        let new = self.new_secret(new)?;
        let (_, file) = vault.save(env).map_err(save_failure)?;
        let secrets = current.iter().map(secret).collect::<Result<Vec<_>, _>>()?;
        let usable = opens_vault(env.now);
        let old = secrets
            .iter()
            .find_map(|secret| file.open(&secret.clone().into(), usable).ok())
            .map(|(slot, _)| slot)
            .ok_or_else(|| Failure::new("wrong-password"))?;
        let mut next = vault.clone();
        next.remove_slot(old);
        next.add_password(env, &new, SlotUse::Both).map_err(save_failure)?;
        next.rotate(env).map_err(save_failure)?;
        next.body.note(LogLine { at: env.now, what: "password-changed".into(), entry: None, host: None });
        let mut outcome = self.commit(next, vec![old], true, env)?;
        // The new password must open what is about to be stored.
        if let Some(Store::Commit(commit)) = &outcome.store {
            commit.file.open(&new.into(), usable).map_err(|_| save_failure(SaveError::SelfCheck))?;
        }
        outcome.effects.extend(self.note_password(env.now));
        outcome.reply = self.status().reply;
        Ok(outcome)
    }

    /// One job for a password that is new.
    pub(super) fn plan_new(&self, profile: KdfProfile, env: &mut Env<'_>) -> Outcome {
        Outcome::reply(Reply::Derive { jobs: vec![self.new_job(profile, env)] })
    }

    fn new_job(&self, profile: KdfProfile, env: &mut Env<'_>) -> DeriveJob {
        let salt: [u8; 16] = env.make_bytes();
        let params = kdf::params_of(self.policy.kdf.unwrap_or(profile));
        DeriveJob { params, salt: data_encoding::BASE64.encode(&salt), rule: Some(self.policy.password()) }
    }

    /// A derivation that came back, of a password that is new: dear enough, and as the policy has it. The password itself
    /// stayed in the worker, which derives nothing from one that its job's rule refuses.
    pub(super) fn new_secret(&self, key: &DerivedKey) -> Result<SlotSecret, Failure> {
        if !self.policy.allows_password(key.job.rule) {
            return Err(Failure::new("policy-password"));
        }
        self.relocked_secret(key)
    }

    /// The same for a password that may be the one of before: without a rule it is not judged again, or a stricter policy would keep
    /// somebody from shutting others out.
    pub(super) fn relocked_secret(&self, key: &DerivedKey) -> Result<SlotSecret, Failure> {
        if key.job.rule.is_some() && !self.policy.allows_password(key.job.rule) {
            return Err(Failure::new("policy-password"));
        }
        let secret = secret(key)?;
        kdf::check(secret.params).map_err(|_| Failure::new("weak-kdf"))?;
        if self.policy.allows_kdf(secret.params) { Ok(secret) } else { Err(Failure::new("policy-kdf")) }
    }

    /// The next generation, on its way into both stores.
    pub(super) fn commit(
        &self,
        mut next: Opened,
        mut revoked: Vec<crate::vault::id::SlotId>,
        keep_unsaved: bool,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        note_backup(&mut next);
        next.body.note_emergency_change(env.now);
        next.body.entries.iter_mut().for_each(|entry| entry.prune_former(env.now));
        if let Some(days) = self.policy.log_days {
            let since = Millis(env.now.0.saturating_sub(u64::from(days) * 86_400_000));
            if next.body.drop_log_before(since, env.now) {
                next.body.note(audit::line(env.now, "log-anew"));
            }
        }
        // What was used up in a rescue session is erased by the first write that succeeds.
        let kept = |id| next.header().slots.iter().any(|slot| slot.id == id);
        if let State::Open(session) = &self.state {
            revoked.extend(session.opening.burning.iter().copied().filter(|id| !kept(*id)));
        }
        if self.session().is_ok_and(|session| session.vault.header().epoch != next.header().epoch) {
            next.body.note(audit::line(env.now, "rotated"));
        }
        let same = self.session().is_ok_and(|session| substance::same(&session.vault, &next));
        if !same {
            next.header_mut().changed = Some(env.now);
        }
        let (next, file) = next.save(env).map_err(save_failure)?;
        let commit = Commit {
            next,
            file,
            revoked,
            keep_unsaved,
            reply_unsaved: false,
            opens: None,
            from: None,
            trusts_clock: false,
        };
        Ok(Outcome { store: Some(Store::Commit(Box::new(commit))), ..Outcome::done() })
    }

    pub(super) fn session(&self) -> Result<&Session, Failure> {
        match &self.state {
            State::Open(session) => Ok(session),
            _ => Err(Failure::new("locked")),
        }
    }

    pub(super) fn session_mut(&mut self) -> Result<&mut Session, Failure> {
        match &mut self.state {
            State::Open(session) => Ok(session),
            _ => Err(Failure::new("locked")),
        }
    }

    /// Whether a session of one of these kinds is open.
    pub(super) fn is_kind(&self, kinds: &[SessionKind]) -> bool {
        matches!(&self.state, State::Open(session) if kinds.contains(&session.kind))
    }

    pub(super) fn enter(&mut self, vault: Opened, kind: SessionKind, opening: Opening, now: Millis) {
        let session = Session {
            kind,
            vault,
            sequence: 0,
            opening,
            since: self.run(),
            used: now,
            unsaved: None,
            receiving: None,
            deleted: Vec::new(),
        };
        self.state = State::Open(Box::new(session));
    }

    /// When the next temporary pass ends, by the header.
    fn passes_end(&self, header: &Header, now: Millis) -> Option<Millis> {
        let lag = self.seen.lag(now);
        let passes = header.slots.iter().filter(|slot| slot.kind == SlotKind::Pass);
        let ends = passes.filter_map(|slot| slot.not_after).map(|end| Millis(end.0.saturating_sub(lag)));
        // One that is over goes with the next tidying: a store that would not take that is asked again.
        let again = now.plus(SAVE_AGAIN_MS);
        let when = |end: Millis| if end > now { Some(end) } else { self.session().ok().map(|_| again) };
        ends.filter_map(when).min()
    }

    /// A background that was stopped and started again goes on with the session that the browser kept.
    fn resume(&mut self, record: &SessionRecord, now: Millis) {
        let State::Closed(_, files) = &self.state else { return };
        let key = Key::new(record.key.0);
        let unsaved = record.unsaved.as_deref().and_then(|text| VaultFile::parse(text.as_bytes()).ok());
        let newest = files
            .iter()
            .chain(&unsaved)
            .filter(|file| file.verify(&key).is_ok())
            .max_by_key(|file| file.header().generation);
        let Some(vault) = newest.and_then(|file| file.open_with(key.clone()).ok()) else { return };
        // Killed between a commit that rotated and the keeping of its key: what this key opens is past. Who forges such a
        // header has the vault locked, and no more: an unlock steps down.
        // What claims a later epoch and no later generation is no rotation: an unlock would not step down from it, and it
        // stays in the stores.
        let Header { vault: id, epoch, generation, .. } = *vault.header();
        let is_next = |file: &VaultFile| {
            let other = file.header();
            other.vault == id && other.epoch > epoch && other.generation > generation
        };
        if unsaved.is_none() && !record.opening.is_rolled_back() && files.iter().any(is_next) {
            return;
        }
        // Both stores went back while the background was stopped.
        self.warnings.rolled_back =
            record.opening.is_rolled_back() || vault.header().generation < record.generation;
        let unsaved = unsaved.filter(|unsaved| {
            unsaved.header().generation == vault.header().generation
                && !files.iter().any(|file| file.is_copy_of(unsaved))
        });
        self.warnings.not_saved = unsaved.is_some();
        self.take_proven(&vault);
        self.state = State::Open(Box::new(Session {
            kind: record.kind,
            vault,
            sequence: 0,
            opening: record.opening.clone(),
            since: record.since,
            used: record.used,
            unsaved,
            receiving: record.receiving.map(|key| Key::new(key.0)),
            deleted: record.deleted.clone(),
        }));
        let lines = std::mem::take(&mut self.journal);
        self.replay(&lines);
        self.sweep(now);
    }
}

/// The header's note on the newest bundle, readable while locked.
fn note_backup(vault: &mut Opened) {
    let Some(newest) = vault.body.receipts.last() else { return };
    let held: BTreeSet<_> = newest.holds.iter().collect();
    let missing = super::status::worth(&vault.body).filter(|id| !held.contains(id)).count();
    let note = BackupNote {
        made: newest.made,
        read_back: newest.read_back,
        proven: newest.proven,
        missing: u32::try_from(missing).unwrap_or(u32::MAX),
    };
    vault.header_mut().backup = Some(note);
}

/// At most three derivations over all copies: each costs a second and 64 MiB. Dear ones only where there are no others.
pub(super) fn jobs(files: &[VaultFile], usable: impl Fn(&SlotEntry) -> bool + Copy) -> Vec<DeriveJob> {
    let mut jobs: Vec<DeriveJob> = Vec::new();
    for job in files.iter().flat_map(|file| file.password_jobs(usable, 3)) {
        if !jobs.contains(&job) {
            jobs.push(job);
        }
    }
    jobs.sort_by_key(|job| kdf::check(job.params).is_err());
    if jobs.first().is_some_and(|job| kdf::check(job.params).is_ok()) {
        jobs.retain(|job| kdf::check(job.params).is_ok());
    }
    jobs.truncate(3);
    jobs
}

/// The first generation of a vault in this browser.
pub(super) fn found(mut vault: Opened, secret: &SlotSecret, env: &mut Env<'_>) -> Result<Outcome, Failure> {
    vault.add_password(env, secret, SlotUse::Both).map_err(save_failure)?;
    vault.header_mut().changed = Some(env.now);
    let (next, file) = vault.save(env).map_err(save_failure)?;
    file.open(&secret.clone().into(), opens_vault(env.now))
        .map_err(|_| save_failure(SaveError::SelfCheck))?;
    let opens = Some((SessionKind::Full, Opening::by(SlotKind::Password)));
    let commit = Commit {
        next,
        file,
        revoked: Vec::new(),
        keep_unsaved: false,
        reply_unsaved: false,
        opens,
        from: None,
        trusts_clock: false,
    };
    Ok(Outcome { store: Some(Store::Commit(Box::new(commit))), ..Outcome::done() })
}

/// A derivation that came back.
/// A derivation that came back, as a secret to try.
pub fn secret(key: &DerivedKey) -> Result<SlotSecret, Failure> {
    let bad = || Failure::new("bad-request");
    let salt = bytes::decode(&key.job.salt).ok_or_else(bad)?;
    let derived = bytes::decode(&key.key).ok_or_else(bad)?;
    Ok(SlotSecret { params: key.job.params, salt, key: Key::new(derived) })
}

pub(super) fn save_failure(error: SaveError) -> Failure {
    Failure::new(match error {
        SaveError::Full => "vault-full",
        SaveError::SelfCheck => "self-check",
        SaveError::NoWayIn => "no-way-in",
    })
}

/// Slots that open bundles by a password of their own.
pub(super) fn is_bundle_password(slot: &SlotEntry) -> bool {
    slot.kind == SlotKind::Password && slot.usage == SlotUse::Backup
}
