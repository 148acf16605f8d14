//! The log's running head: a chain of digests over its lines in the order in which they came. A bundle carries the head of
//! its time; as long as the past is word for word the same, the living log comes to the same value at the same place.
//!
//! It holds no secret and needs none: it lies in the encrypted body, and whoever can write that can write a chain, too. What it
//! shows is a past that was rewritten after a bundle was put away somewhere else.

use serde::{Deserialize, Serialize};

use crate::env::{Env, Millis};

use super::body::{Body, LogLine, MAX_LOG};
use super::bytes::B64;
use super::id::ChainId;
use super::seal;

/// See [`Body::log_chain`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogChain {
    /// Names this chain; chains of different names cannot be compared.
    pub began: ChainId,
    /// Lines that were dropped at the front.
    pub from: u64,
    /// The value after those.
    pub before: B64<32>,
    /// Lines that the head is over, the dropped ones too.
    pub count: u64,
    /// The value after all of them.
    pub head: B64<32>,
}

/// What a bundle tells of its chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogHead {
    /// The chain.
    pub began: ChainId,
    /// How many lines the value is over.
    pub count: u64,
    /// The value.
    pub head: [u8; 32],
}

/// What the living log says to a head of before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Past {
    /// Word for word the same up to there.
    Same,
    /// Something up to there is another, or the log does not reach so far.
    Rewritten,
    /// What the head is over was dropped since, because the log is bounded.
    Gone,
    /// There is no chain on one side, or another one: nothing can be said by it.
    Unknown,
}

impl LogChain {
    pub(crate) fn begin(began: ChainId, lines: &[LogLine]) -> Self {
        let before = seal::sha256(&[b"sparekey/1 log began\0".as_slice(), &began.0].concat());
        let chain = Self { began, from: 0, before: B64(before), count: 0, head: B64(before) };
        chain.extended(lines)
    }

    /// The value after `count` lines, when `lines` reach so far and are still there.
    fn value(&self, lines: &[LogLine], count: u64) -> Option<[u8; 32]> {
        let kept = usize::try_from(count.checked_sub(self.from)?).ok()?;
        Some(fold(self.before.0, lines.get(..kept)?))
    }

    /// Whether the lines are those that the head was computed over. More may have come since.
    fn holds(&self, lines: &[LogLine]) -> bool {
        self.value(lines, self.count) == Some(self.head.0)
    }

    /// The same chain over all the lines.
    fn extended(self, lines: &[LogLine]) -> Self {
        let count = self.from.saturating_add(lines.len() as u64);
        let head = B64(fold(self.before.0, lines));
        Self { count, head, ..self }
    }
}

impl Body {
    /// The head over all the lines, when there is a chain and the lines are those that it was computed over.
    pub fn log_head(&self) -> Option<LogHead> {
        let chain = self.log_chain.as_ref().filter(|chain| chain.holds(&self.log))?;
        let LogChain { began, count, head, .. } = chain.clone().extended(&self.log);
        Some(LogHead { began, count, head: head.0 })
    }

    /// Whether there is a chain that is not of these lines: a program that knows no chains dropped or sorted some.
    pub fn log_chain_is_stale(&self) -> bool {
        self.log_chain.as_ref().is_some_and(|chain| !chain.holds(&self.log))
    }

    /// What the lines that are here say to a head of before.
    pub fn log_past(&self, then: &LogHead) -> Past {
        let chain = self.log_chain.as_ref().filter(|chain| chain.began == then.began);
        match chain.filter(|chain| chain.holds(&self.log)) {
            None => Past::Unknown,
            Some(chain) if then.count < chain.from => Past::Gone,
            Some(chain) if chain.value(&self.log, then.count) == Some(then.head) => Past::Same,
            Some(_) => Past::Rewritten,
        }
    }

    /// Where lines were dropped because the log is bounded: the time up to which any may have been.
    pub fn log_was_bounded_to(&self) -> Option<Millis> {
        let dropped =
            self.log.len() >= MAX_LOG || self.log_chain.as_ref().is_some_and(|chain| chain.from > 0);
        self.log.first().filter(|_| dropped).map(|line| line.at)
    }

    /// Drops the oldest lines. The chain goes on from the value after them.
    pub fn drop_log(&mut self, lines: usize) {
        let lines = lines.min(self.log.len());
        if let Some(chain) = &mut self.log_chain {
            let from = chain.from.saturating_add(lines as u64);
            if from > chain.count && chain.holds(&self.log) {
                *chain = chain.clone().extended(&self.log);
            }
            chain.before = B64(fold(chain.before.0, &self.log[..lines]));
            chain.from = from;
        }
        self.log.drain(..lines);
    }

    /// Drops what is older than an instant. Lines stand in the order in which they came; where a clock went wrong an old one may
    /// stand behind a later one: it goes as well, and a new chain begins, since there is a hole then. True when that was so.
    pub fn drop_log_before(&mut self, since: Millis, now: Millis) -> bool {
        let old = |line: &LogLine| line.at <= since;
        // A line of the future in between is of a clock that went wrong.
        let run = self.log.iter().take_while(|line| old(line) || line.at > now).collect::<Vec<_>>();
        let front = run.iter().rposition(|line| old(line)).map_or(0, |at| at + 1);
        self.drop_log(front);
        let hole = self.log.iter().any(old);
        if hole {
            self.log.retain(|line| !old(line));
            self.log_chain = None;
        }
        hole
    }

    /// Before a save: the head over all the lines. Where there is no chain of these lines, a new one begins.
    pub(super) fn chain_log(&mut self, env: &mut Env<'_>) {
        self.log_chain = match self.log_chain.take() {
            Some(chain) if chain.holds(&self.log) => Some(chain.extended(&self.log)),
            _ if self.log.is_empty() => None,
            _ => Some(LogChain::begin(ChainId::make_random(env), &self.log)),
        };
    }
}

/// The log of two writers. Where one side's is the beginning of the other's, the longer one; else the leading side's with what it
/// lacks of the other's behind it, after a line that says so. Two branches of one chain have no single past, so that one ends there.
pub(super) fn merge(mine: &Body, theirs: &Body) -> (Vec<LogLine>, Option<LogChain>) {
    let (back, forth) = (theirs.log_past_of(mine), mine.log_past_of(theirs));
    if back == Past::Same {
        return (mine.log.clone(), mine.log_chain.clone());
    }
    if forth == Past::Same {
        return (theirs.log.clone(), theirs.log_chain.clone());
    }
    let branches = back == Past::Rewritten && forth == Past::Rewritten;
    let log_chain = mine.log_chain.clone().filter(|_| !branches);
    let dropped = mine.log_was_bounded_to();
    let foreign = theirs.log.iter().filter(|line| Some(line.at) > dropped && !mine.log.contains(line));
    let foreign: Vec<LogLine> = foreign.cloned().collect();
    if foreign.is_empty() {
        return (mine.log.clone(), log_chain);
    }
    let latest = mine.log.iter().chain(&theirs.log).map(|line| line.at).max().unwrap_or_default();
    let mut joined = Body { log: mine.log.clone(), log_chain, ..Body::default() };
    joined.log.push(LogLine { at: latest, what: "log-joined".into(), entry: None, host: None });
    joined.log.extend(foreign);
    joined.drop_log(joined.log.len().saturating_sub(MAX_LOG));
    (joined.log, joined.log_chain)
}

impl Body {
    /// What `later` says to the head of this log.
    fn log_past_of(&self, later: &Self) -> Past {
        self.log_head().map_or(Past::Unknown, |head| later.log_past(&head))
    }
}

fn fold(value: [u8; 32], lines: &[LogLine]) -> [u8; 32] {
    lines.iter().fold(value, |value, line| {
        seal::sha256(&[b"sparekey/1 log\0".as_slice(), &value, &bytes_of(line)].concat())
    })
}

/// A line in one way only, whatever JSON it came in.
fn bytes_of(line: &LogLine) -> Vec<u8> {
    let text = |text: &str| {
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        [length.to_be_bytes().as_slice(), text.as_bytes()].concat()
    };
    let mut bytes = line.at.0.to_be_bytes().to_vec();
    bytes.extend(text(&line.what));
    match line.entry {
        Some(entry) => bytes.extend([&[1], entry.0.as_slice()].concat()),
        None => bytes.push(0),
    }
    match &line.host {
        Some(host) => bytes.extend([&[1], text(host).as_slice()].concat()),
        None => bytes.push(0),
    }
    bytes
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::*;
    use crate::vault::id::EntryId;
    use crate::vault::testing::Seeded;

    fn line(n: u64) -> LogLine {
        LogLine {
            at: Millis(1_000 + n),
            what: ["fill", "copy", "unlock"][n as usize % 3].into(),
            entry: n.is_multiple_of(2).then_some(EntryId([n as u8; 16])),
            host: n.is_multiple_of(4).then(|| format!("site-{n}.example")),
        }
    }

    fn saved(body: &Body, seed: u64) -> Body {
        let mut body = body.clone();
        let mut entropy = Seeded::new(seed);
        body.chain_log(&mut Env { now: Millis(9_000_000), entropy: &mut entropy });
        body
    }

    fn log(lines: core::ops::Range<u64>) -> Body {
        saved(&Body { log: lines.map(line).collect(), ..Body::default() }, 1)
    }

    #[test]
    fn the_value_is_the_one_of_the_page() {
        // Computed with Python's hashlib from the words of FORMAT.md.
        let mut body = Body { log: vec![line(0), line(1)], ..Body::default() };
        body.log_chain = Some(LogChain::begin(ChainId([7; 16]), &body.log));
        let head = data_encoding::HEXLOWER.encode(&body.log_head().unwrap().head);
        assert_eq!(head, "59c9f7d40835a40f19fb60fa55b7a84069111570ab9b7175c8d98a32cac930e9");
    }

    #[test]
    fn any_change_of_any_line_shows_and_what_comes_after_does_not() {
        let then = log(0..9);
        let head = then.log_head().unwrap();
        let grown = |body: &Body| {
            let mut body = body.clone();
            (20..25).for_each(|n| body.note(line(n)));
            saved(&body, 2)
        };
        assert_eq!(grown(&then).log_past(&head), Past::Same);
        type Change = fn(&mut Vec<LogLine>, usize);
        let changes: [Change; 14] = [
            |log, at| log[at].at.0 += 1,
            |log, at| log[at].at.0 -= 1,
            |log, at| log[at].what.push('s'),
            |log, at| log[at].what = "export".into(),
            |log, at| log[at].entry = Some(EntryId([99; 16])),
            |log, at| log[at].host = Some("other.example".into()),
            |log, at| {
                let it = &mut log[at];
                (it.entry, it.host) =
                    if it.host.is_some() { (it.entry, None) } else { (None, Some(String::new())) };
            },
            // From one member to the next: lengths are part of what is hashed.
            |log, at| {
                let it = &mut log[at];
                let host = it.host.take().unwrap_or_default();
                it.what = format!("{}{host}x", it.what);
            },
            |log, at| drop(log.remove(at)),
            |log, at| log.insert(at, line(77)),
            |log, at| log.insert(at, log[(at + 1) % log.len()].clone()),
            |log, at| {
                let other = (at + 1) % log.len();
                log.swap(at, other);
            },
            |log, at| log.truncate(at),
            |log, at| drop(log.drain(..=at)),
        ];
        for (which, change) in changes.iter().enumerate() {
            for at in 0..then.log.len() {
                // Whoever rewrites it computes the chain anew, as a holder of the key can.
                let mut body = Body { log_chain: None, ..then.clone() };
                change(&mut body.log, at);
                let began = then.log_chain.as_ref().unwrap().began;
                body.log_chain = Some(LogChain::begin(began, &body.log));
                assert_eq!(grown(&body).log_past(&head), Past::Rewritten, "{which} at {at}");
                // Whoever leaves the chain as it was is found without any bundle, but for lines behind its end.
                let mut stale = then.clone();
                change(&mut stale.log, at);
                assert!(stale.log_chain_is_stale(), "{which} at {at}");
                assert_eq!(stale.log_past(&head), Past::Unknown);
                assert_eq!(stale.log_head(), None);
                let anew = saved(&stale, 3);
                assert!(!anew.log_chain_is_stale());
                assert_eq!(anew.log_past(&head), Past::Unknown, "another chain");
            }
        }
    }

    #[test]
    fn what_was_dropped_at_the_front_keeps_its_value() {
        let then = log(0..50);
        let head = then.log_head().unwrap();
        let early = log(0..10).log_head().unwrap();
        assert_eq!(then.log_past(&early), Past::Same);
        for dropped in 0..=50 {
            let mut now = then.clone();
            now.drop_log(dropped);
            (60..70).for_each(|n| now.note(line(n)));
            let now = saved(&now, 4);
            assert_eq!(now.log_past(&head), Past::Same, "{dropped}");
            assert_eq!(now.log_past(&early), if dropped > 10 { Past::Gone } else { Past::Same }, "{dropped}");
            assert_eq!(now.log_was_bounded_to(), (dropped > 0).then(|| now.log[0].at));
        }
        // More than a save held: lines that came and went between two saves.
        let mut now = then.clone();
        (60..70).for_each(|n| now.note(line(n)));
        now.drop_log(55);
        let now = saved(&now, 5);
        assert_eq!((now.log_past(&head), now.log.len()), (Past::Gone, 5));
        assert_eq!(now.log_chain.unwrap().began, head.began);
    }

    #[test]
    fn a_policy_drops_the_front_and_a_hole_begins_a_new_chain() {
        let mut body = log(0..50);
        let head = body.log_head().unwrap();
        assert!(!body.drop_log_before(Millis(1_009), Millis(2_000)));
        assert_eq!((body.log.len(), saved(&body, 1).log_past(&head)), (40, Past::Same));
        // A clock that was far ahead for one line does not keep the lines behind it.
        let ahead = LogLine { at: Millis(900_000), ..line(3) };
        body.log.insert(0, ahead);
        let mut body = saved(&Body { log_chain: None, ..body }, 6);
        let head = body.log_head().unwrap();
        assert!(!body.drop_log_before(Millis(1_019), Millis(2_000)));
        assert_eq!((body.log.len(), body.log_past(&head)), (30, Past::Same));
        // One that was behind leaves a line among later ones.
        body.note(LogLine { at: Millis(5), ..line(3) });
        let mut body = saved(&body, 7);
        assert!(body.drop_log_before(Millis(1_020), Millis(2_000)));
        assert!(body.log.iter().all(|line| line.at > Millis(1_020)));
        let anew = saved(&body, 8);
        assert_eq!(anew.log_past(&head), Past::Unknown);
    }

    #[test]
    fn an_older_writers_lines_are_taken_in() {
        let mut body = log(0..5);
        let head = body.log_head().unwrap();
        // It keeps the member as it was, and adds lines.
        (5..9).for_each(|n| body.log.push(line(n)));
        assert!(!body.log_chain_is_stale());
        assert_eq!((body.log_past(&head), saved(&body, 1).log_past(&head)), (Past::Same, Past::Same));
        assert_eq!(body.log_head(), saved(&body, 1).log_head());
        // Of a full log it drops the oldest.
        body.log.drain(..1);
        assert!(body.log_chain_is_stale());
        assert_ne!(saved(&body, 2).log_chain.unwrap().began, head.began);
    }

    #[test]
    fn two_writers_lose_no_line_and_no_past_that_was_one() {
        let start = log(0..10);
        let with = |lines: core::ops::Range<u64>| {
            let mut body = start.clone();
            lines.for_each(|n| body.note(line(n)));
            saved(&body, 2)
        };
        let (a, b) = (with(20..23), with(30..32));
        let merged = |mine: &Body, theirs: &Body| {
            let (log, log_chain) = merge(mine, theirs);
            saved(&Body { log, log_chain, ..Body::default() }, 3)
        };
        // One that only went on.
        for (mine, theirs) in [(&start, &a), (&a, &start), (&a, &a)] {
            assert_eq!(merged(mine, theirs).log, a.log);
            assert_eq!(merged(mine, theirs).log_past(&start.log_head().unwrap()), Past::Same);
        }
        // Two that both went on.
        let both = merged(&a, &b);
        let what: Vec<_> = both.log[10..].iter().map(|line| (line.at.0, line.what.as_str())).collect();
        assert_eq!(what[..3].iter().map(|it| it.0).collect::<Vec<_>>(), [1_020, 1_021, 1_022]);
        assert_eq!(what[3], (1_031, "log-joined"));
        assert_eq!(what[4..].iter().map(|it| it.0).collect::<Vec<_>>(), [1_030, 1_031]);
        for head in [&start, &a, &b].map(|body| body.log_head().unwrap()) {
            assert_eq!(both.log_past(&head), Past::Unknown, "no false alarm for either branch");
        }
        // Again brings nothing, and neither does the other order.
        assert_eq!((merged(&both, &a).log, merged(&both, &b).log), (both.log.clone(), both.log.clone()));
        assert_eq!(merged(&both, &merged(&b, &a)).log, both.log);
        // A chain of another name, or none: the leading one goes on.
        let stranger = saved(&Body { log_chain: None, ..b.clone() }, 9);
        for theirs in [&stranger, &Body { log_chain: None, ..b.clone() }] {
            let joined = merged(&a, theirs);
            assert_eq!((joined.log_past(&a.log_head().unwrap()), joined.log.len()), (Past::Same, 16));
        }
    }

    #[test]
    fn a_full_log_takes_back_nothing_that_it_dropped() {
        let mut start = Body::default();
        (0..MAX_LOG as u64 + 10).for_each(|n| start.note(line(n)));
        let start = saved(&start, 1);
        let mut mine = start.clone();
        (5_000..5_050).for_each(|n| mine.note(line(n)));
        let mut theirs = start.clone();
        theirs.note(line(6_000));
        let (mine, theirs) = (saved(&mine, 2), saved(&theirs, 3));
        let (log, _) = merge(&mine, &theirs);
        assert_eq!(log.len(), MAX_LOG);
        let end: Vec<_> = log[MAX_LOG - 3..].iter().map(|line| line.at.0).collect();
        assert_eq!(end, [6_049, 7_000, 7_000], "the newest, the line between, and the one that came");
    }

    /// What ordinary life does, against a model that knows all that ever came: a head of the past is the same, or it is out of reach
    /// for a reason; a past that was touched is never the same.
    #[test]
    fn ten_thousand_histories_without_a_false_word() {
        for seed in 0..10_000u64 {
            let mut state = seed;
            let mut next = |below: u64| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 33) % below
            };
            let mut body = Body::default();
            let mut heads: VecDeque<(LogHead, Vec<LogLine>)> = VecDeque::new();
            let mut all: Vec<LogLine> = Vec::new();
            for step in 0..next(30) + 5 {
                match next(10) {
                    0..6 => {
                        let line = line(step * 7 + next(3));
                        all.push(line.clone());
                        body.note(line);
                    }
                    6 => body.drop_log(next(3) as usize),
                    7 => {
                        // An older program: it adds a line and knows nothing of the chain.
                        let line = line(step * 7 + 500);
                        all.push(line.clone());
                        body.log.push(line);
                    }
                    _ => {
                        body = saved(&body, seed * 100 + step);
                        heads.extend(body.log_head().map(|head| (head, all.clone())));
                    }
                }
            }
            let body = saved(&body, seed * 100 + 99);
            for (head, then) in &heads {
                let past = body.log_past(head);
                let dropped = all.len() - body.log.len();
                let reach = dropped <= then.len();
                // A chain begins with the first line that is there at a save.
                let fits = match past {
                    Past::Same => reach,
                    Past::Gone => !reach,
                    Past::Unknown => body.log_chain.as_ref().map(|chain| chain.began) != Some(head.began),
                    Past::Rewritten => false,
                };
                assert!(fits, "{seed}: {past:?}");
                if past == Past::Same && then.len() > dropped {
                    let mut log = body.log.clone();
                    let at = next((then.len() - dropped) as u64) as usize;
                    match next(4) {
                        0 => log[at].at.0 += 1,
                        1 => drop(log.remove(at)),
                        2 => log.insert(at, line(9_999)),
                        _ => log[at].host = Some("forged.example".into()),
                    }
                    let chain = body.log_chain.clone().unwrap().extended(&log);
                    let forged = Body { log, log_chain: Some(chain), ..Body::default() };
                    assert_eq!(forged.log_past(head), Past::Rewritten, "{seed} at {at}");
                }
            }
        }
    }
}
