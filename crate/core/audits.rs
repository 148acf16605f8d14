//! The log's verb, and what goes into the log besides what each verb notes itself: failed tries at the unlock, which were
//! kept outside the vault while it was locked, and what the stores showed at the unlock.

use crate::audit::{self, MAX_FAILED};
use crate::env::{Env, Millis};
use crate::protocol::{Failure, Reply, Request};
use crate::vault::body::LogLine;
use crate::vault::journal::{JournalEntry, JournalLine, MAX_LINES};
use crate::vault::slot::SlotKind;

use super::{Core, Effect, Outcome};

/// What was tried and is no way in here.
const WRONG: [&str; 10] = [
    "wrong-password",
    "wrong-code",
    "wrong-code-or-password",
    "code-needs-password",
    "wrong-shares",
    "share-mismatch",
    "wrong-passkey",
    "pass-expired",
    "pass-not-yet-valid",
    "opens-bundles-only",
];

impl Core {
    /// The whole log, newest first.
    pub(super) fn whole_log(&self) -> Result<Outcome, Failure> {
        let body = &self.session()?.vault.body;
        let view = |line| audit::view(line, &body.emergencies);
        Ok(Outcome::reply(Reply::Log { lines: body.log.iter().rev().map(view).collect() }))
    }

    /// A failed try at the unlock is remembered, as well as that can be: the notes are not sealed, and whoever can write
    /// the profile can change them.
    pub(super) fn note_failed_unlock(&mut self, tried: bool, outcome: &mut Outcome, now: Millis) {
        let wrong = matches!(&outcome.reply, Reply::Error(failure) if WRONG.contains(&failure.code.as_str()));
        if !(tried && wrong) {
            return;
        }
        self.book.failed_unlocks.push(now);
        let over = self.book.failed_unlocks.len().saturating_sub(MAX_FAILED);
        self.book.failed_unlocks.drain(..over);
        outcome.effects.push(Effect::NoteBook);
    }

    /// Whether tries are remembered that the next unlock takes in.
    pub fn has_failed_unlocks(&self) -> bool {
        !self.book.failed_unlocks.is_empty()
    }

    /// The log's lines on an unlock. After [`Core::replay`]: a record made before would take the place of a stored one.
    pub fn note_unlock(&mut self, env: &mut Env<'_>) -> Vec<JournalLine> {
        let Ok(session) = self.session() else { return Vec::new() };
        let by = session.opening.by.filter(|kind| *kind != SlotKind::Password);
        let what = by.map_or("unlock".to_owned(), |kind| format!("unlock-{}", kind.name()));
        let failed = std::mem::take(&mut self.book.failed_unlocks);
        let mut lines: Vec<LogLine> = failed.into_iter().map(|at| audit::line(at, "unlock-failed")).collect();
        lines.push(audit::line(env.now, &what));
        if self.warnings.rolled_back {
            lines.push(audit::line(env.now, "rolled-back"));
        }
        if self.warnings.copies_differ {
            lines.push(audit::line(env.now, "copies-differ"));
        }
        let Ok(session) = self.session_mut() else { return Vec::new() };
        // A program that knows no running head wrote here; the next save begins a new one. Said once until then.
        let body = &session.vault.body;
        let said = body.log.iter().rev().take(MAX_LINES as usize).any(|line| line.what == "log-anew");
        if body.log_chain_is_stale() && !said {
            lines.push(audit::line(env.now, "log-anew"));
        }
        let at = env.now;
        let record = |log| JournalEntry { at, used: None, counter: None, log: Some(log) };
        lines.into_iter().map(record).map(|entry| session.append(&entry, env)).collect()
    }

    /// The log's line on a session that goes on with an older state than it had, once.
    pub fn note_resumed(&mut self, env: &mut Env<'_>) -> Option<JournalLine> {
        let is_back = self.warnings.rolled_back;
        let session =
            self.session_mut().ok().filter(|session| is_back && !session.opening.is_rolled_back())?;
        session.opening.went_back = true;
        let log = Some(audit::line(env.now, "rolled-back"));
        Some(session.append(&JournalEntry { at: env.now, used: None, counter: None, log }, env))
    }
}

/// Whether a request tries a way into the vault here.
pub(super) fn tries(request: &Request) -> bool {
    matches!(request, Request::Unlock { .. } | Request::Erase { way: Some(_), .. })
}
