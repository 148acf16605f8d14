//! What this browser saw of time. A session that ends at an instant, and a pass, end though the clock goes back: time that
//! passed stays passed. It is this program's promise, and no mathematics: who writes the stores can forge it, so nothing
//! depends on it but temporary passes and what they opened.

use serde::{Deserialize, Serialize};

use crate::env::Millis;
use crate::protocol::VaultState;
use crate::vault::file::{Header, VaultFile};
use crate::vault::id::SlotId;
use crate::vault::journal;
use crate::vault::sealed::Opened;
use crate::vault::slot::{SlotEntry, SlotKind};

use super::passes::is_over;
use super::{Core, State};

/// Clocks are put right by seconds; beyond this one went back.
const DRIFT_MS: u64 = 5 * 60_000;
/// The stores take the mark as often: each write is one that waits for the disk.
const KEEP_MS: u64 = 30_000;
/// There is one pass at a time: more come from stores that refuse again and again, or from somebody else.
const MAX_ENDED: usize = 16;

/// The mark, as it lies beside the vault.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// So late it is at least. What passes while the clock stands less than the drift behind counts too, or setting it
    /// back by a little again and again would hold a pass open for ever.
    at: Millis,
    /// What the clock said when it was looked at last.
    clock: Millis,
    /// How long it was seen to run, in ms: steps back take nothing away. Only the session storage keeps it, which nobody
    /// writes but we.
    #[serde(default, skip_serializing_if = "is_none")]
    run: Millis,
    /// Passes whose end was seen while a store would not give up their records.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    ended: Vec<SlotId>,
}

impl Seen {
    /// The clock says `now`.
    fn look(&mut self, now: Millis) {
        let counted = self.clock.max(Millis(self.at.0.saturating_sub(DRIFT_MS)));
        self.at = self.at.plus(now.since(counted)).max(now);
        if self.clock > Millis(0) {
            self.run = self.run.plus(now.since(self.clock));
        }
        self.clock = now;
    }

    /// Something tells that it is at least so late.
    fn raise(&mut self, at: Millis) {
        self.at = self.at.max(at);
    }

    /// Takes in another mark, which was made when the clock said something else.
    fn merge(&mut self, mut other: Self, now: Millis) {
        other.look(now);
        self.raise(other.at);
        self.run = self.run.max(other.run);
        other.ended.into_iter().for_each(|id| self.note_ended(id));
    }

    fn without_run(self) -> Self {
        Self { run: Millis(0), ..self }
    }

    fn note_ended(&mut self, id: SlotId) {
        if !self.ended.contains(&id) {
            self.ended.push(id);
        }
        let over = self.ended.len().saturating_sub(MAX_ENDED);
        self.ended.drain(..over);
    }

    /// Whether a clock that says `now` went back.
    pub(super) fn is_back(&self, now: Millis) -> bool {
        now.plus(DRIFT_MS) < self.at
    }

    /// How late it is where the clock says `now`: what ends ends by that.
    pub(super) fn latest(&self, now: Millis) -> Millis {
        self.at.max(now)
    }

    /// How much sooner something ends than the clock would have it.
    pub(super) fn lag(&self, now: Millis) -> u64 {
        self.at.since(now)
    }

    /// Whether this is a pass whose end was seen.
    pub(super) fn has_ended(&self, slot: &SlotEntry) -> bool {
        slot.kind == SlotKind::Pass && self.ended.contains(&slot.id)
    }
}

fn is_none(ms: &Millis) -> bool {
    *ms == Millis(0)
}

/// Whether something was used later than now, by more than clocks are put right.
pub(super) fn is_ahead(used: Millis, now: Millis) -> bool {
    now.plus(DRIFT_MS) < used
}

impl Core {
    /// The clock is looked at.
    pub(super) fn look_at_clock(&mut self, now: Millis) {
        self.seen.look(now);
    }

    /// Takes in what the session storage kept.
    pub fn recall_seen(&mut self, seen: Seen, now: Millis) {
        self.seen.merge(seen, now);
    }

    /// Takes in what the stores kept.
    pub(super) fn take_seen(&mut self, kept: Vec<Seen>, now: Millis) {
        for seen in kept {
            let seen = seen.without_run();
            // Which one a store has does not matter: a newer one is written over it.
            self.seen_kept = self.seen_kept.take().filter(|kept| kept.at >= seen.at).or(Some(seen.clone()));
            self.seen.merge(seen, now);
        }
    }

    /// Takes in what an opened vault proves: when it was saved, and when something was noted after that.
    pub(super) fn take_proven(&mut self, vault: &Opened) {
        let Header { vault: id, generation, saved, .. } = *vault.header();
        self.seen.raise(saved);
        let lines = self.journal.iter().filter(|line| line.generation >= generation);
        let noted = lines.filter_map(|line| journal::open(vault.key(), id, line)).map(|entry| entry.at);
        if let Some(at) = noted.max() {
            self.seen.raise(at);
        }
    }

    /// How long the clock was seen to run. A clock that steps back makes nothing longer that is counted by it, and nobody
    /// is kept from a second unlock by one that was ahead.
    pub(super) fn run(&self) -> Millis {
        self.seen.run
    }

    /// Whether something that lasts no longer than `ms`, and ends at `until` by [`Core::run`], is not over.
    pub(super) fn is_within(&self, until: Millis, ms: u64) -> bool {
        self.run() < until && until.since(self.run()) <= ms
    }

    /// What the stores are to keep: a good while since the last time, and only where something hangs on it.
    pub fn seen_due(&self) -> Option<String> {
        let due = match &self.seen_kept {
            // The owner's clock counts again.
            Some(kept) if self.seen.at < kept.at => true,
            Some(kept) if kept.at.plus(KEEP_MS) > self.seen.at && kept.ended == self.seen.ended => false,
            _ => self.must_keep_time(),
        };
        due.then(|| serde_json::to_string(&self.seen.clone().without_run()).unwrap_or_default())
    }

    /// A store has it.
    pub fn seen_stored(&mut self) {
        self.seen_kept = Some(self.seen.clone());
    }

    /// What the session storage keeps: it takes every change.
    pub fn seen_record(&self) -> Option<Seen> {
        // What an open session lets somebody do for a few minutes hangs on it, too.
        let is_open = matches!(self.state, State::Open(_));
        (is_open || self.must_keep_time()).then(|| self.seen.clone())
    }

    /// How late it is at least where the clock says `now`.
    pub fn latest(&self, now: Millis) -> Millis {
        self.seen.latest(now)
    }

    /// Passes in the stores that are over.
    pub fn passes_over(&self, now: Millis) -> Vec<SlotId> {
        let State::Closed(VaultState::Locked, files) = &self.state else { return Vec::new() };
        let slots = files.iter().flat_map(|file| file.slots().map(|(slot, _)| slot));
        let over = slots.filter(|slot| is_over(slot, self.latest(now)) || self.seen.has_ended(slot));
        over.map(|slot| slot.id).collect()
    }

    /// Their end was seen. `gone`: no store has their records any more.
    pub fn note_over(&mut self, over: Vec<SlotId>, gone: bool) {
        if gone {
            self.seen.ended.retain(|id| !over.contains(id));
        } else {
            over.into_iter().for_each(|id| self.seen.note_ended(id));
        }
    }

    /// Every store was read, and these are their files: passes that are in none of them are forgotten.
    pub(super) fn forget_ended(&mut self, files: &[VaultFile]) {
        let lies = |id: &SlotId| files.iter().any(|file| file.slots().any(|(slot, _)| slot.id == *id));
        self.seen.ended.retain(lies);
    }

    /// From here on the clock counts as it is: the owner opened the vault and no pass is there, or a new one begins.
    pub(super) fn trust_clock(&mut self, now: Millis) {
        self.warnings.clock_went_back |= self.seen.is_back(now);
        (self.seen.at, self.seen.clock) = (now, now);
    }

    fn must_keep_time(&self) -> bool {
        let has_pass = |header: &Header| header.slots.iter().any(|slot| slot.kind == SlotKind::Pass);
        let in_state = match &self.state {
            State::Open(session) => session.opening.ends.is_some() || has_pass(session.vault.header()),
            State::Closed(VaultState::Locked, files) => files.iter().any(|file| has_pass(file.header())),
            // Where a newer program wrote, nothing of ours is written.
            State::Closed(..) | State::Starting => return false,
        };
        in_state || !self.seen.ended.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: u64 = 60_000;
    const START: u64 = 1_795_000_000_000;

    fn seen() -> Seen {
        let mut seen = Seen::default();
        seen.look(Millis(START));
        seen
    }

    #[test]
    fn a_clock_put_back_by_a_little_again_and_again_gains_nothing() {
        let (mut seen, mut now, mut usable) = (seen(), START, 0);
        for _ in 0..1_000 {
            now -= 4 * MINUTE;
            for _ in 0..4 {
                seen.look(Millis(now));
                let (before, began) = (seen.at, !seen.is_back(Millis(now)));
                now += MINUTE;
                seen.look(Millis(now));
                // A minute that begins or ends behind the drift ends what a pass opened.
                if began && !seen.is_back(Millis(now)) {
                    usable += MINUTE;
                }
                assert!(seen.at >= before);
            }
        }
        assert!(usable <= seen.at.0 - START + 5 * MINUTE, "{usable}");
    }

    #[test]
    fn a_clock_that_was_ahead_for_a_moment_is_waited_for_and_no_longer() {
        let mut seen = seen();
        seen.look(Millis(START + 60 * MINUTE));
        assert!(!seen.is_back(Millis(START + 60 * MINUTE)));
        seen.look(Millis(START));
        assert!(seen.is_back(Millis(START)));
        // Nobody looked meanwhile: what passed while it was behind does not count twice.
        seen.look(Millis(START + 56 * MINUTE));
        assert!(!seen.is_back(Millis(START + 56 * MINUTE)));
    }

    #[test]
    fn a_forged_mark_stays_a_number() {
        let forged = r#"{"at":18446744073709551615,"clock":0}"#;
        let mut seen = seen();
        seen.merge(serde_json::from_str(forged).unwrap(), Millis(START));
        assert!(seen.is_back(Millis(START)));
        assert_eq!(seen.at, Millis::LAST);
    }
}
