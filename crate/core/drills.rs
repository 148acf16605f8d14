//! The drill: a bundle from where it lies was opened with a real way in, in a fresh instance, and its codes are compared
//! with the living vault's, entry by entry, at the same instant.

use crate::audit;
use crate::env::{Env, Millis};
use crate::protocol::{DrillProof, DrillResult, DrillView, Failure, Reply};
use crate::recovery::schedule::Saved;
use crate::vault::body::{Drill, LogLine};
use crate::vault::bytes::B64;
use crate::vault::entry::Entry;
use crate::vault::file::Header;
use crate::vault::slot::SlotEntry;

use super::reader::drill_code;
use super::status::count;
use super::{Core, Outcome, State};

/// Codes of another time prove nothing of now: a page that was left open.
const FRESH_MS: u64 = 15 * 60_000;
/// As Microsoft asks for emergency accounts: at least every 90 days.
const EVERY_MS: u64 = 90 * DAY_MS;
const DAY_MS: u64 = 86_400_000;

impl Core {
    pub(super) fn drill(
        &mut self,
        proof: &DrillProof,
        took_ms: u32,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let session = self.session()?;
        let header = session.vault.header();
        let emergency = self.is_emergency_bundle(&proof.vault);
        if proof.vault != header.vault.to_string() && !emergency {
            return Err(Failure::new("another-vault"));
        }
        // Somebody else's key says nothing of whether the owner comes in again.
        let by_party = |slot: &&SlotEntry| slot.kind.is_base() && slot.id.to_string() == proof.slot;
        if header.slots.iter().find(by_party).is_some() {
            return Err(Failure::new("drill-not-yours"));
        }
        if proof.at.since(env.now).max(env.now.since(proof.at)) > FRESH_MS {
            return Err(Failure::new("drill-too-old"));
        }
        if emergency {
            return self.drill_emergency(proof, took_ms, env);
        }
        let mut next = session.vault.clone();
        let body = &mut next.body;
        let live = body.entries.iter().filter(|entry| entry.trashed.is_none());
        let mut result =
            compared(live, |id| body.entries.iter().any(|entry| entry.id.to_string() == id), proof);
        let kept =
            self.policy.log_days.map(|days| Millis(env.now.0.saturating_sub(u64::from(days) * DAY_MS)));
        let past = audit::compare(&proof.log, proof.log_head.as_ref(), body, kept);
        (result.log, result.log_missing) = (past.code.into(), past.missing);
        if past.code == "rewritten" {
            body.note(audit::line(env.now, "log-rewritten"));
        }
        let code = if result.proven { "drill" } else { "drill-failed" };
        body.note(LogLine { at: env.now, what: code.into(), entry: None, host: None });
        if result.proven {
            let sha256 = &proof.sha256;
            let is_it = |digest: &B64<32>| data_encoding::HEXLOWER.encode(&digest.0) == *sha256;
            body.receipts.iter_mut().filter(|receipt| is_it(&receipt.sha256)).for_each(|receipt| {
                receipt.proven = Some(env.now);
                // It came from where it lies.
                receipt.read_back = receipt.read_back.max(Some(env.now));
            });
            body.drill =
                Some(Drill { at: env.now, ways: proof.ways.clone(), slot: proof.slot.clone(), took_ms });
            self.book_drill(sha256, env.now);
        }
        let mut outcome = self.commit(next, Vec::new(), true, env)?;
        outcome.effects.push(super::Effect::KeepBook);
        Ok(Outcome { reply: Reply::Drilled(result), ..outcome })
    }

    fn drill_every(&self) -> u64 {
        self.policy.drill_days.map_or(EVERY_MS, |days| EVERY_MS.min(u64::from(days) * DAY_MS))
    }

    /// Whether so much time has passed that another one is due.
    pub(super) fn is_drill_old(&self, drill: &Drill) -> bool {
        drill.at.plus(self.drill_every()) <= self.now || drill.at > self.now.plus(FRESH_MS)
    }

    /// When the last drill was, and whether one is due.
    pub(super) fn drill_view(&self) -> DrillView {
        let State::Open(session) = &self.state else {
            return DrillView { last: self.last_drill(), took_ms: None, due: None };
        };
        let (body, header) = (&session.vault.body, session.vault.header());
        let due = match &body.drill {
            _ if count(body) == 0 => None,
            None => Some("never"),
            Some(drill) if drill.ways != ways(header) => Some("ways"),
            Some(drill) if self.is_drill_old(drill) => Some("old"),
            Some(_) => None,
        };
        DrillView {
            last: body.drill.as_ref().map(|drill| drill.at),
            took_ms: body.drill.as_ref().map(|drill| drill.took_ms),
            due: due.map(Into::into),
        }
    }
}

/// The codes that a bundle gave, against those of the entries that it should hold. `known` also tells what was moved away.
pub(super) fn compared<'a>(
    entries: impl Iterator<Item = &'a Entry>,
    known: impl Fn(&str) -> bool,
    proof: &DrillProof,
) -> DrillResult {
    let mut result = DrillResult { log: "none".into(), ..DrillResult::default() };
    for entry in entries {
        let id = entry.id.to_string();
        match proof.codes.iter().find(|code| code.id == id) {
            None => result.only_here.push(id),
            Some(code) if code.code == drill_code(entry, proof.at).code => result.same += 1,
            // Changed since the bundle was made: that is no fault of the bundle.
            Some(_) if entry.modified > proof.made => result.changed.push(id),
            Some(_) => result.differ.push(id),
        }
    }
    let only_there = proof.codes.iter().filter(|code| !known(&code.id)).count();
    result.only_there = u32::try_from(only_there).unwrap_or(u32::MAX);
    result.proven = result.differ.is_empty();
    result
}

/// The ways in as a digest: a drill tells nothing of ways in that came later.
pub(super) fn ways(header: &Header) -> String {
    data_encoding::HEXLOWER.encode(&Saved::of(header).ways.0)
}
