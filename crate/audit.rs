//! The log: what happened in this vault in this browser, for the one who opens it. No secret and no code is ever in it,
//! and nobody else is told of it.
//!
//! A rewritten past shows: a bundle carries the log of its time, and a drill compares it line by line with the living
//! one. Only somebody who holds the vault key can write either.

use std::collections::BTreeSet;

use crate::env::Millis;
use crate::protocol::{LogView, PastLine};
use crate::vault::body::{EmergencyUse, LogLine, MAX_LOG};
use crate::vault::seal;

/// Failed tries at the unlock that are remembered outside the vault.
pub const MAX_FAILED: usize = 20;

/// A line about nothing but itself.
pub fn line(at: Millis, what: &str) -> LogLine {
    LogLine { at, what: what.into(), entry: None, host: None }
}

/// A line as the interface sees it, with the reason where the vault knows one.
pub fn view(line: &LogLine, emergencies: &[EmergencyUse]) -> LogView {
    let why = |used: &&EmergencyUse| used.at == line.at && Some(used.entry) == line.entry;
    LogView {
        reason: emergencies.iter().find(why).map(|used| used.reason.clone()),
        at: line.at,
        what: line.what.clone(),
        entry: line.entry.map(|id| id.to_string()),
        host: line.host.clone(),
    }
}

/// What a bundle tells of its log: enough to find each line again, and nothing of what it says.
pub fn past(log: &[LogLine]) -> Vec<PastLine> {
    log.iter().map(|line| PastLine { at: line.at, digest: digest(line) }).collect()
}

/// How many lines of a bundle's log the living one should still have and does not. Lines go for two reasons only: the
/// log is full, or they are older than `kept_since`.
pub fn missing(past: &[PastLine], living: &[LogLine], kept_since: Option<Millis>) -> u32 {
    let here: BTreeSet<String> = living.iter().map(digest).collect();
    let full = (living.len() >= MAX_LOG).then(|| living.iter().map(|line| line.at).min()).flatten();
    let since = full.max(kept_since).unwrap_or_default();
    let gone = past.iter().filter(|line| line.at > since && !here.contains(&line.digest)).count();
    u32::try_from(gone).unwrap_or(u32::MAX)
}

fn digest(line: &LogLine) -> String {
    let json = serde_json::to_vec(line).unwrap_or_default();
    data_encoding::HEXLOWER.encode(&seal::sha256(&json)[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(len: u64) -> Vec<LogLine> {
        (0..len).map(|at| line(Millis(1_000 + at), "fill")).collect()
    }

    #[test]
    fn a_line_that_was_changed_or_taken_out_is_missed_and_a_new_one_is_not() {
        let then = log(10);
        let bundle = past(&then);
        let mut now = then.clone();
        now.push(line(Millis(5_000), "unlock"));
        assert_eq!(missing(&bundle, &now, None), 0);
        now.remove(3);
        assert_eq!(missing(&bundle, &now, None), 1);
        now[0].what = "copy".into();
        assert_eq!(missing(&bundle, &now, None), 2);
        assert_eq!(missing(&bundle, &[], None), 10, "an empty log is no excuse");
        now.reverse();
        assert_eq!(missing(&bundle, &now, None), 2, "a merge may bring them in another order");
    }

    #[test]
    fn what_a_full_log_or_a_policy_dropped_is_not_missed() {
        let then = log(MAX_LOG as u64 + 100);
        let bundle = past(&then[..200]);
        let now = &then[100..];
        assert_eq!(missing(&bundle, now, None), 0);
        assert_eq!(missing(&bundle, &then[150..300], Some(Millis(1_149))), 0);
        assert_eq!(missing(&bundle, &then[150..300], None), 150);
        let mut holed = now.to_vec();
        holed[50] = line(Millis(1), "x");
        assert!(missing(&bundle, &holed, None) > 0, "a hole in a full log shows");
    }
}
