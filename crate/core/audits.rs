//! The log's verb, and what goes into the log besides what each verb notes itself: failed tries at the unlock, which were
//! kept outside the vault while it was locked, and what the stores showed at the unlock.

use crate::audit::{self, MAX_FAILED};
use crate::env::{Env, Millis};
use crate::protocol::{Failure, Reply, Request};
use crate::recovery::schedule::Written;
use crate::vault::body::LogLine;
use crate::vault::journal::{JournalEntry, JournalLine, MAX_LINES};
use crate::vault::slot::SlotKind;

use super::{Core, Effect, Outcome};

/// What was tried and is no way in here.
const WRONG: [&str; 11] = [
    "wrong-password",
    "wrong-code",
    "wrong-code-or-password",
    "wrong-shares",
    "share-mismatch",
    "wrong-passkey",
    "pass-expired",
    "pass-not-yet-valid",
    "pass-not-allowed",
    "clock-went-back",
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

    /// Whether something is remembered outside the vault that the next unlock takes in.
    pub fn has_to_note(&self) -> bool {
        !self.book.failed_unlocks.is_empty() || !self.unnoted_backups().is_empty()
    }

    /// The log's lines on backups: each file that was written by itself, and the beginning of each trouble.
    pub fn note_backups(&mut self, env: &mut Env<'_>) -> Vec<JournalLine> {
        let lines = self.take_unnoted_backups();
        let Ok(session) = self.session_mut() else { return Vec::new() };
        lines.into_iter().map(|log| session.append(&noted(env.now, log), env)).collect()
    }

    /// The log's lines on an unlock. After [`Core::replay`]: a record made before would take the place of a stored one.
    pub fn note_unlock(&mut self, env: &mut Env<'_>) -> Vec<JournalLine> {
        let Ok(session) = self.session() else { return Vec::new() };
        let by = session.opening.by.filter(|kind| *kind != SlotKind::Password);
        let what = by.map_or("unlock".to_owned(), |kind| format!("unlock-{}", kind.name()));
        let failed = std::mem::take(&mut self.book.failed_unlocks);
        let mut lines: Vec<LogLine> = failed.into_iter().map(|at| audit::line(at, "unlock-failed")).collect();
        lines.extend(self.take_unnoted_backups());
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
        lines.into_iter().map(|log| session.append(&noted(env.now, log), env)).collect()
    }

    /// The log's line on a session that goes on with an older state than it had, once.
    pub fn note_resumed(&mut self, env: &mut Env<'_>) -> Option<JournalLine> {
        let is_back = self.warnings.rolled_back;
        let session =
            self.session_mut().ok().filter(|session| is_back && !session.opening.is_rolled_back())?;
        session.opening.went_back = true;
        Some(session.append(&noted(env.now, audit::line(env.now, "rolled-back")), env))
    }

    fn take_unnoted_backups(&mut self) -> Vec<LogLine> {
        let lines = self.unnoted_backups();
        self.book.noted = lines.iter().map(|line| line.at).max().unwrap_or_default().max(self.book.noted);
        lines
    }

    fn unnoted_backups(&self) -> Vec<LogLine> {
        let Some(own) = self.saved().filter(|_| self.session().is_ok()) else { return Vec::new() };
        let glass = self.emergency_saved();
        let what = |file: &Written| match file.state.vault {
            vault if vault == own.vault => Some("backup"),
            vault if glass.as_ref().is_some_and(|glass| vault == glass.vault) => Some("emergency-backup"),
            _ => None,
        };
        let is_new = |at: Millis| at > self.book.noted;
        let files = self.book.files.iter().filter(|file| is_new(file.made));
        let written = files.filter_map(|file| Some(audit::line(file.made, what(file)?)));
        let troubles = self.book.troubles.iter().filter(|at| is_new(**at));
        let mut lines: Vec<LogLine> =
            written.chain(troubles.map(|at| audit::line(*at, "backup-failed"))).collect();
        lines.sort_by_key(|line| line.at);
        lines
    }
}

fn noted(at: Millis, log: LogLine) -> JournalEntry {
    JournalEntry { at, used: None, counter: None, log: Some(log) }
}

/// Whether a request tries a way into the vault here.
pub(super) fn tries(request: &Request) -> bool {
    matches!(request, Request::Unlock { .. } | Request::Erase { way: Some(_), .. })
}
