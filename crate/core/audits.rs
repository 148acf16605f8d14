//! The log's verb, and what goes into the log besides what each verb notes itself: failed tries at the unlock, which were
//! kept outside the vault while it was locked, and what the stores showed at the unlock.

use crate::audit;
use crate::env::{Env, Millis};
use crate::protocol::{Failure, Reply, Request, Way, WayUsedView};
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

/// A code that none of those without a password is.
const HALF: &str = "code-needs-password";

impl Core {
    /// The whole log, newest first.
    pub(super) fn whole_log(&self) -> Result<Outcome, Failure> {
        let body = &self.session()?.vault.body;
        let view = |line| audit::view(line, body);
        Ok(Outcome::reply(Reply::Log { lines: body.log.iter().rev().map(view).collect() }))
    }

    /// A failed try at the unlock is remembered, as well as that can be: the notes are not sealed, and whoever can write
    /// the profile can change them. A code that may want a password counts until its password is tried.
    pub(super) fn note_failed_unlock(&mut self, tried: Tried, outcome: &mut Outcome, now: Millis) {
        let code = match &outcome.reply {
            Reply::Error(failure) => failure.code.as_str(),
            _ => "",
        };
        let is_half = code == HALF;
        let wrong = WRONG.contains(&code);
        let counted = if tried == Tried::CodeAndPassword { self.half_tried.take() } else { None };
        if let Some(at) = counted {
            let last = self.book.failed_unlocks.iter().rposition(|known| *known == at);
            last.map(|last| self.book.failed_unlocks.remove(last));
            outcome.effects.push(Effect::NoteBook);
        }
        if tried == Tried::Nothing || !(wrong || is_half) {
            return;
        }
        self.half_tried = is_half.then_some(now);
        self.book.tried_wrong(now);
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
        let way = session.opening.used_way();
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
        let mut entries: Vec<_> = lines.into_iter().map(|log| noted(env.now, log)).collect();
        if let Some(entry) = entries.first_mut() {
            entry.way = way;
        }
        entries.iter().map(|entry| session.append(entry, env)).collect()
    }

    /// The log's line on a session that goes on with an older state than it had, once.
    pub fn note_resumed(&mut self, env: &mut Env<'_>) -> Option<JournalLine> {
        let is_back = self.warnings.rolled_back;
        let session =
            self.session_mut().ok().filter(|session| is_back && !session.opening.is_rolled_back())?;
        session.opening.went_back = true;
        Some(session.append(&noted(env.now, audit::line(env.now, "rolled-back")), env))
    }

    /// What else than a password or a passkey opened the vault and nobody has said to have seen. Whoever came in that way is
    /// neither told nor asked: it is for the owner.
    pub(super) fn unseen_ways_used(&self) -> Vec<WayUsedView> {
        let Some(session) = self.session().ok().filter(|session| session.opening.is_everyday()) else {
            return Vec::new();
        };
        let unseen = session.vault.body.ways_used.iter().filter(|used| !used.seen);
        unseen
            .map(|used| WayUsedView { at: used.at, kind: used.kind.clone(), label: used.label.clone() })
            .collect()
    }

    /// The user has seen it.
    pub(super) fn see_ways_used(&mut self, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        if self.unseen_ways_used().is_empty() {
            return Ok(Outcome::done());
        }
        let mut next = self.session()?.vault.clone();
        next.body.ways_used.iter_mut().for_each(|used| used.seen = true);
        self.commit(next, Vec::new(), true, env)
    }

    fn take_unnoted_backups(&mut self) -> Vec<LogLine> {
        let lines = self.unnoted_backups();
        if self.session().is_ok() {
            self.book.files.iter_mut().for_each(|file| file.logged = true);
            self.book.troubles.clear();
        }
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
        let files = self.book.files.iter().filter(|file| !file.logged);
        let written = files.filter_map(|file| Some(audit::line(file.made, what(file)?)));
        let troubles = self.book.troubles.iter().map(|at| audit::line(*at, "backup-failed"));
        let mut lines: Vec<LogLine> = written.chain(troubles).collect();
        lines.sort_by_key(|line| line.at);
        lines
    }
}

fn noted(at: Millis, log: LogLine) -> JournalEntry {
    JournalEntry { at, used: None, counter: None, way: None, log: Some(log) }
}

/// What a request tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tried {
    /// No way into the vault here.
    Nothing,
    /// A code together with its password.
    CodeAndPassword,
    /// Any other way.
    Other,
}

/// Whether a request tries a way into the vault here.
pub(super) fn tries(request: &Request) -> Tried {
    match request {
        Request::Unlock { way } | Request::Erase { way: Some(way), .. } => match way {
            Way::Code { keys, .. } if !keys.is_empty() => Tried::CodeAndPassword,
            _ => Tried::Other,
        },
        _ => Tried::Nothing,
    }
}
