//! From what the user holds to a session. A password opens; a recovery code or a one-time pass is used up in the same
//! commit that opens, and where no store takes that, opens a rescue session instead.

use serde::{Deserialize, Serialize};

use crate::audit;
use crate::env::{Env, Millis};
use crate::protocol::{Failure, SessionKind, Way};
use crate::vault::file::VaultFile;
use crate::vault::id::{EntryId, SlotId};
use crate::vault::journal::UsedWay;
use crate::vault::sealed::{OpenError, Opened, SaveError};
use crate::vault::slot::{SlotEntry, SlotKind, SlotUse};
use crate::vault::way::WayIn;

use super::clock::{Seen, is_ahead};
use super::passes::limits;
use super::session::{in_time, opens_vault, save_failure};
use super::{Commit, Core, Effect, Outcome, State, Store, ways};

/// Time to set a new way in after a one-time pass (Entra: a method must be registered within ten minutes).
const RENEW_MS: u64 = 10 * 60_000;

/// How a session was opened, and what follows from it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// The way in.
    pub(super) by: Option<SlotKind>,
    /// The number of the code that was used.
    #[serde(default)]
    pub(super) spent: String,
    /// When the session ends whatever the user does.
    #[serde(default)]
    pub(super) ends: Option<Millis>,
    /// Slots that are used up as soon as a store takes it.
    #[serde(default)]
    pub(super) burning: Vec<SlotId>,
    /// What a rescue session becomes then.
    #[serde(default)]
    pub(super) becomes: Option<SessionKind>,
    /// At the unlock something claimed to be newer and did not open.
    #[serde(default)]
    pub(super) stepped_down: bool,
    /// Both stores went back while the background was stopped; the log has it.
    #[serde(default)]
    pub(super) went_back: bool,
    /// Until when a second unlock is good.
    #[serde(default)]
    pub(super) fresh: Option<Millis>,
    /// The emergency entry that is open, and until when.
    #[serde(default)]
    pub(super) emergency: Option<(EntryId, Millis)>,
    /// The question about a party was put off.
    #[serde(default)]
    pub(super) escrow_later: bool,
}

impl Opening {
    /// Opened by something that opens for ever.
    pub(super) fn by(kind: SlotKind) -> Self {
        Self { by: Some(kind), ..Self::default() }
    }

    /// See [`Core::stepped_down`].
    pub fn stepped_down(&self) -> bool {
        self.stepped_down
    }

    /// Whether an older state is open than there was, as far as the log knows.
    pub(super) fn is_rolled_back(&self) -> bool {
        self.stepped_down || self.went_back
    }

    /// What opened it, where that is no everyday way in: the owner is told of it at the next unlock.
    pub(super) fn used_way(&self) -> Option<UsedWay> {
        let kind = self.by.filter(|_| !self.is_everyday())?;
        Some(UsedWay { kind: kind.name().into(), label: self.spent.clone() })
    }

    /// Whether a password or a passkey opened it, which nobody finds on paper.
    pub(super) fn is_everyday(&self) -> bool {
        matches!(self.by, Some(SlotKind::Password | SlotKind::Passkey))
    }

    /// Whether it was opened by what is for emergencies: a new password may be set without the old one.
    pub(super) fn is_recovery(&self) -> bool {
        matches!(self.by, Some(SlotKind::Code | SlotKind::Pair | SlotKind::Shares | SlotKind::Pass))
    }
}

impl Core {
    pub(super) fn unlock(&mut self, way: &Way, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let State::Closed(_, files) = &self.state else { return Err(Failure::new("wrong-state")) };
        let found = open_newest(files, way, &self.seen, env.now)?;
        self.take_proven(&found.vault);
        if found.slot.kind == SlotKind::Pass {
            self.must_be_in_time(&found.slot, env.now)?;
        }
        self.warnings.copies_differ = found.copies_differ;
        self.warnings.rolled_back = found.rolled_back;
        let opening = Opening {
            spent: found.vault.body.slot(found.slot.id).map(|slot| slot.label.clone()).unwrap_or_default(),
            ends: found.slot.not_after,
            stepped_down: found.rolled_back,
            ..Opening::by(found.slot.kind)
        };
        match (found.slot.kind, found.slot.uses) {
            (SlotKind::Code | SlotKind::Pair, _) => self.burn(found, SessionKind::Full, opening, env),
            (SlotKind::Pass, _) if !limits(found.vault.header()).allowed => {
                Err(Failure::new("pass-not-allowed"))
            }
            (SlotKind::Pass, Some(_)) => {
                // As long as it says, though the clock was ahead before.
                let ends = Some(self.latest(env.now).plus(RENEW_MS));
                self.burn(found, SessionKind::Renew, Opening { ends, ..opening }, env)
            }
            (SlotKind::Pass, None) => {
                self.enter(found.vault, SessionKind::Pass, opening, env.now);
                Ok(Outcome { effects: vec![Effect::Heal], ..self.status() })
            }
            (kind, _) => {
                self.enter(found.vault, SessionKind::Full, opening, env.now);
                let typed = (kind == SlotKind::Password).then(|| self.note_password(env.now)).flatten();
                let effects = std::iter::once(Effect::Heal).chain(typed).collect();
                Ok(Outcome { effects, ..self.status() })
            }
        }
    }

    /// Whether a pass is still good by all that is known of the time: its holder may have set the clock back.
    fn must_be_in_time(&self, pass: &SlotEntry, now: Millis) -> Result<(), Failure> {
        if self.seen.is_back(now) {
            return Err(Failure::new("clock-went-back"));
        }
        untimely(pass, self.latest(now)).map_or(Ok(()), Err)
    }

    /// Uses up a way in and opens with the same commit: its record goes, and the vault key with it.
    fn burn(
        &mut self,
        found: Found,
        kind: SessionKind,
        opening: Opening,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let Found { slot, vault, .. } = found;
        let mut next = self.with_journal(vault);
        let from = next.clone();
        next.body.note(audit::line(env.now, &format!("{}-used", slot.kind.name())));
        next.body.end_pass(slot.id, env.now, "one-time-used");
        next.remove_slot(slot.id);
        match next.rotate(env) {
            Ok(()) if next.has_way_in() => next.body.note(audit::line(env.now, "rotated")),
            // The last way in is never used up: setting a new password does that.
            Ok(()) | Err(SaveError::NoWayIn) => {
                let opening = Opening { burning: vec![slot.id], ..opening };
                self.enter(from, kind, opening, env.now);
                return Ok(Outcome { effects: vec![Effect::Heal], ..self.status() });
            }
            Err(error) => return Err(save_failure(error)),
        }
        let mut outcome = self.commit(next, vec![slot.id], true, env)?;
        if let Some(Store::Commit(commit)) = &mut outcome.store {
            **commit = Commit {
                reply_unsaved: true,
                opens: Some((kind, opening)),
                from: Some(from),
                ..(**commit).clone()
            };
        }
        Ok(Outcome { reply: self.status().reply, effects: vec![Effect::Heal], ..outcome })
    }

    /// Somebody else wrote what this key does not open, or other ways in: what is known of the stores is out of date, and a
    /// session on it is over. What no store has yet is kept: nobody else has it.
    pub fn is_overtaken(&mut self) {
        match &self.state {
            State::Open(_) if self.warnings.not_saved => {}
            State::Open(_) => drop(self.lock()),
            _ => self.state = State::Starting,
        }
    }

    /// The vault with what was noted after its generation.
    fn with_journal(&self, mut vault: Opened) -> Opened {
        let (key, header) = (vault.key().clone(), vault.header());
        let (id, generation) = (header.vault, header.generation);
        let mut lines: Vec<_> = self.journal.iter().filter(|line| line.generation >= generation).collect();
        lines.sort();
        for entry in lines.into_iter().filter_map(|line| crate::vault::journal::open(&key, id, line)) {
            crate::vault::journal::apply(&mut vault.body, &entry);
        }
        vault
    }
}

/// The kind of what a way in opens here and now; nothing comes of it.
pub(super) fn opened_by(
    files: &[VaultFile],
    way: &Way,
    seen: &Seen,
    now: Millis,
) -> Result<SlotKind, Failure> {
    open_newest(files, way, seen, now).map(|found| found.slot.kind)
}

/// What opened.
struct Found {
    slot: SlotEntry,
    vault: Opened,
    copies_differ: bool,
    rolled_back: bool,
}

/// The newest generation that a holder of the secret's vault key wrote, over every copy of both stores.
fn open_newest(files: &[VaultFile], way: &Way, seen: &Seen, now: Millis) -> Result<Found, Failure> {
    let ways: Vec<WayIn> = ways::ways_in(way)?;
    let mut best: Option<(SlotId, Opened)> = None;
    let mut damaged = false;
    let mut untimely = None;
    for file in files {
        let generation = file.header().generation;
        if best.as_ref().is_some_and(|(_, best)| best.header().generation >= generation) {
            continue;
        }
        for way in &ways {
            // What is over stays over when the clock goes back: it is at least as late as the file's own save.
            let late = seen.latest(now).max(file.header().saved);
            match file.open(way, |slot| opens_vault(late)(slot) && !seen.has_ended(slot)) {
                Ok(opened) => best = Some(opened),
                Err(OpenError::Damaged) => damaged = true,
                // An older state must not open in its stead and be saved over it.
                Err(OpenError::Stopped) => return Err(Failure::new(OpenError::Stopped.code())),
                // Said to nobody but a holder of the secret: it opens, and not now.
                Err(OpenError::WrongSecret) => {
                    if let Ok((id, opened)) = file.open(way, |_| true) {
                        untimely = untimely.or_else(|| why_not(&opened, id, seen, now));
                    }
                }
            }
        }
    }
    let Some((id, vault)) = best else {
        let wrong = || untimely.unwrap_or_else(|| ways::wrong(way, files));
        return Err(if damaged { Failure::new(OpenError::Damaged.code()) } else { wrong() });
    };
    let slot = vault.header().slots.iter().find(|slot| slot.id == id).cloned();
    let slot = slot.ok_or_else(|| Failure::new(OpenError::Damaged.code()))?;
    // A copy that claims to be newer and does not open: a damaged write, or somebody's file.
    let claimed = files.iter().map(|file| file.header().generation).max().unwrap_or_default();
    let rolled_back = claimed > vault.header().generation;
    Ok(Found { slot, vault, copies_differ: damaged, rolled_back })
}

/// Why a way in that is right does not open here and now.
fn why_not(vault: &Opened, id: SlotId, seen: &Seen, now: Millis) -> Option<Failure> {
    let slot = vault.header().slots.iter().find(|slot| slot.id == id)?;
    if slot.usage == SlotUse::Backup {
        return Some(Failure::new("opens-bundles-only"));
    }
    if seen.has_ended(slot) {
        return Some(Failure::new("pass-expired"));
    }
    let late = seen.latest(now).max(vault.header().saved);
    if slot.kind == SlotKind::Pass && is_ahead(late, now) {
        return Some(Failure::new("clock-went-back"));
    }
    untimely(slot, late)
}

/// Why a slot does not open at an instant, by its time.
pub(super) fn untimely(slot: &SlotEntry, now: Millis) -> Option<Failure> {
    if in_time(slot, now) {
        return None;
    }
    Some(match slot.not_before.filter(|from| now < *from) {
        Some(from) => {
            let minutes = u32::try_from(from.since(now).div_ceil(60_000)).unwrap_or(u32::MAX);
            Failure { number: Some(minutes), ..Failure::new("pass-not-yet-valid") }
        }
        None => Failure::new("pass-expired"),
    })
}
