//! The log: what happened in this vault in this browser, for the one who opens it. No secret and no code is ever in it,
//! and nobody else is told of it.
//!
//! A rewritten past shows: a bundle carries the log of its time and its running head (`vault/log_chain.rs`). A drill computes the living
//! log's head at the same place; where there is none to compare with, it compares line by line. Only somebody who holds the
//! vault key can write either.

use std::collections::BTreeSet;

use crate::env::Millis;
use crate::protocol::{LogHeadView, LogView, PastLine};
use crate::vault::body::{Body, EmergencyUse, LogLine, MAX_LOG, WayUse};
use crate::vault::id::ChainId;
use crate::vault::log_chain::{LogHead, Past};
use crate::vault::seal;

/// Failed tries at the unlock that are remembered outside the vault.
pub const MAX_FAILED: usize = 20;

/// A line about nothing but itself.
pub fn line(at: Millis, what: &str) -> LogLine {
    LogLine { at, what: what.into(), entry: None, host: None }
}

/// A line as the interface sees it, with the reason and the way in where the vault knows them.
pub fn view(line: &LogLine, body: &Body) -> LogView {
    let why = |used: &&EmergencyUse| used.at == line.at && Some(used.entry) == line.entry;
    let kind = line.what.strip_prefix("unlock-");
    let which = |used: &&WayUse| used.at == line.at && Some(used.kind.as_str()) == kind;
    LogView {
        reason: body.emergencies.iter().find(why).map(|used| used.reason.clone()),
        label: body.ways_used.iter().find(which).map(|used| used.label.clone()).filter(|it| !it.is_empty()),
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

/// The running head of a log, in a form that travels.
pub fn head(body: &Body) -> Option<LogHeadView> {
    body.log_head().map(|LogHead { began, count, head }| LogHeadView {
        began: began.to_string(),
        count: u32::try_from(count).unwrap_or(u32::MAX),
        head: data_encoding::HEXLOWER.encode(&head),
    })
}

/// What a drill says of the past that a bundle knows.
pub struct Verdict {
    /// `same`: the heads are equal. `lines`: there are no two heads to compare, and each line is still there. `gone`: the log does
    /// not reach back so far any more, since it is full or a policy keeps it short. `cut`: it does not, and neither is so now.
    /// `rewritten`. `none`: the bundle has no log.
    pub code: &'static str,
    /// Lines of the bundle's log that should still be there and are not.
    pub missing: u32,
}

/// Compares the log of a bundle with the living one. Lines go for two reasons only: the log is full, or they are older than
/// `kept_since`.
pub fn compare(
    past: &[PastLine],
    head: Option<&LogHeadView>,
    living: &Body,
    kept_since: Option<Millis>,
) -> Verdict {
    let missing = missing(past, living, kept_since);
    let by_head = head.and_then(parse).map_or(Past::Unknown, |head| living.log_past(&head));
    let here = digests(living);
    let is_here = |line: &PastLine| here.contains(&line.digest);
    let all_here = past.iter().all(is_here);
    let explained = |line: &PastLine| is_here(line) || kept_since.is_some_and(|since| line.at <= since);
    let code = match by_head {
        Past::Same => "same",
        Past::Rewritten => "rewritten",
        _ if missing > 0 => "rewritten",
        Past::Unknown if past.is_empty() => "none",
        Past::Unknown if all_here => "lines",
        // Whoever holds the key can write that lines were dropped; why they were is seen from outside.
        _ if living.log.len() >= MAX_LOG || past.iter().all(explained) => "gone",
        _ => "cut",
    };
    Verdict { code, missing }
}

fn missing(past: &[PastLine], living: &Body, kept_since: Option<Millis>) -> u32 {
    let here = digests(living);
    let bounded = living.log_was_bounded_to();
    let since = bounded.max(kept_since).unwrap_or_default();
    // Lines go from the front: those before the first that is still here may have been later by a clock that went wrong.
    let is_here = |line: &PastLine| here.contains(&line.digest);
    let front = bounded.and_then(|_| past.iter().position(is_here)).unwrap_or(0);
    let gone = past[front..].iter().filter(|line| line.at > since && !is_here(line)).count();
    u32::try_from(gone).unwrap_or(u32::MAX)
}

fn digests(living: &Body) -> BTreeSet<String> {
    living.log.iter().map(digest).collect()
}

fn parse(view: &LogHeadView) -> Option<LogHead> {
    let head = data_encoding::HEXLOWER.decode(view.head.as_bytes()).ok()?.try_into().ok()?;
    Some(LogHead { began: ChainId::parse(&view.began)?, count: view.count.into(), head })
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

    fn missing(past: &[PastLine], living: &[LogLine], kept_since: Option<Millis>) -> u32 {
        let living = Body { log: living.to_vec(), ..Body::default() };
        super::missing(past, &living, kept_since)
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
    fn lines_that_are_said_to_be_there_are_and_a_short_log_is_no_full_one() {
        let word =
            |past: &[LogLine], living: Body, since| compare(&super::past(past), None, &living, since).code;
        let then = log(10);
        let body = |log: &[LogLine]| Body { log: log.to_vec(), ..Body::default() };
        assert_eq!(word(&then, body(&then), None), "lines");
        assert_eq!(word(&[], body(&then), None), "none");
        let long = log(MAX_LOG as u64 + 100);
        assert_eq!(word(&then, body(&long[100..]), None), "gone", "none of them is here");
        assert_eq!(word(&long[90..110], body(&long[100..]), None), "gone", "some are not");
        assert_eq!(word(&then, body(&log(20)[15..]), Some(Millis(1_014))), "gone", "a policy");
        // Whoever has the key says that lines were dropped.
        let mut wiped = body(&log(20)[19..]);
        let mut chain = crate::vault::log_chain::LogChain::begin(ChainId([7; 16]), &[]);
        (chain.from, chain.count) = (11, 11);
        wiped.log_chain = Some(chain);
        assert_eq!(word(&then, wiped.clone(), None), "cut");
        assert_eq!(
            word(&then, wiped.clone(), Some(Millis(1_005))),
            "cut",
            "a rule that is shorter than what is gone"
        );
        assert_eq!(word(&then, wiped, Some(Millis(1_009))), "gone");
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
