//! The log through the door: what is noted, what a locked vault remembers, and that a rewritten past shows.

use super::*;
use crate::core::reader::Reader;
use crate::env::Env;
use crate::recovery::schedule::Book;
use crate::vault::body::{Body, LogLine, MAX_LOG};

fn lines(host: &Host<Fake>) -> Vec<LogView> {
    match ask(host, Request::Log) {
        Reply::Log { lines } => lines,
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

/// The key is shown, after the password once more.
fn reveal(host: &Host<Fake>, id: &str) {
    ask(host, Request::Fresh { keys: vec![key(1)] });
    ask(host, Request::Reveal { id: id.into() });
}

fn events(host: &Host<Fake>) -> Vec<String> {
    lines(host).into_iter().map(|line| line.what).collect()
}

fn unlock(host: &Host<Fake>, n: u8) -> Option<String> {
    let way = Way::Password { keys: vec![key(n)] };
    failed(&ask(host, Request::Unlock { way })).map(ToOwned::to_owned)
}

fn made(disk: &Disk) -> (Host<Fake>, String) {
    let host = host(disk, 1);
    ask(&host, Request::Create { key: key(1) });
    match ask(&host, Request::Add { forms: vec![form("Mill", "totp")] }) {
        Reply::Added { ids, .. } => (host, ids[0].clone()),
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

#[test]
fn what_happens_is_noted_newest_first_and_says_nothing_secret() {
    let (host, id) = made(&Disk::default());
    ask(&host, Request::Used { id: id.clone() });
    reveal(&host, &id);
    ask(&host, Request::Export { key: None });
    ask(&host, Request::ChangePassword { current: vec![key(1)], new: key(2) });
    assert_eq!(events(&host), ["rotated", "password-changed", "export", "reveal", "copy", "vault-made"]);
    let copied = &lines(&host)[4];
    assert_eq!((copied.entry.as_deref(), copied.host.as_deref()), (Some(id.as_str()), None));
    let text = serde_json::to_string(&lines(&host)).unwrap();
    assert!(!text.contains("GEZDGNBV") && !text.contains("Mill"));
    ask(&host, Request::Lock);
    assert_eq!(failed(&ask(&host, Request::Log)), Some("locked"));
}

#[test]
fn a_key_is_shown_after_the_password_once_more_and_noted_then() {
    let (host, id) = made(&Disk::default());
    let shown = || match ask(&host, Request::Reveal { id: id.clone() }) {
        Reply::Secret { secret, .. } => Ok(secret),
        other => Err(failed(&other).map(ToOwned::to_owned)),
    };
    assert_eq!(shown(), Err(Some("needs-fresh".into())));
    assert_eq!(events(&host), ["vault-made"]);
    assert_eq!(failed(&ask(&host, Request::Fresh { keys: vec![key(2)] })), Some("wrong-password"));
    assert_eq!(shown(), Err(Some("needs-fresh".into())));
    assert_eq!(failed(&ask(&host, Request::Fresh { keys: vec![key(1)] })), None);
    assert!(shown().is_ok_and(|secret| secret.starts_with("GEZDGNBV")));
    assert_eq!(events(&host)[0], "reveal");
    let now = &host.platform().now;
    now.set(now.get() + 5 * 60_000);
    assert_eq!(shown(), Err(Some("needs-fresh".into())), "five minutes later");
}

#[test]
fn wrong_tries_are_kept_outside_and_come_in_with_the_next_right_one() {
    let disk = Disk::default();
    let (first, _) = made(&disk);
    ask(&first, Request::Lock);
    for _ in 0..25 {
        assert_eq!(unlock(&first, 9).as_deref(), Some("wrong-password"));
    }
    // A right password in between starts.
    let again = host(&disk, 2);
    assert_eq!(unlock(&again, 9).as_deref(), Some("wrong-password"));
    assert_eq!(unlock(&again, 1), None);
    let failed = events(&again).iter().filter(|what| *what == "unlock-failed").count();
    assert_eq!(failed, crate::audit::MAX_FAILED, "bounded, over a restart");
    ask(&again, Request::Lock);
    assert_eq!(unlock(&again, 1), None);
    let after = events(&again).iter().filter(|what| *what == "unlock-failed").count();
    assert_eq!(after, failed, "taken in once");
}

/// The notes lie in clear beside the vault.
#[test]
fn notes_that_somebody_planted_push_nothing_out_of_the_log() {
    let disk = Disk::default();
    let (first, _) = made(&disk);
    ask(&first, Request::SetBackups { destination: Some("folder".into()), folder: "x".into(), keep: 10 });
    ask(&first, Request::BackUpNow);
    ask(&first, Request::Lock);
    let key = crate::host::load::BOOK;
    let mut book: serde_json::Value = serde_json::from_str(&disk.ring.borrow()[key]).unwrap();
    let many: Vec<u64> = (1..5_000).collect();
    let file = &book["files"][0];
    let files: Vec<_> = many
        .iter()
        .map(|at| {
            let mut file = file.clone();
            file["made"] = (*at).into();
            file["logged"] = false.into();
            file
        })
        .collect();
    book["failed_unlocks"] = many.clone().into();
    book["troubles"] = many.into();
    book["files"] = files.into();
    disk.ring.borrow_mut().insert(key.into(), book.to_string());
    let again = host(&disk, 2);
    assert_eq!(unlock(&again, 1), None);
    let now = events(&again);
    let count = |what: &str| now.iter().filter(|it| *it == what).count();
    // Two were written in truth.
    assert_eq!((count("unlock-failed"), count("backup"), count("backup-failed")), (20, 2 + 64, 64));
    assert_eq!(count("vault-made"), 1);
}

#[test]
fn what_befell_backups_is_logged_once_though_the_clock_was_ahead() {
    let disk = Disk::default();
    let (host, _) = made(&disk);
    let now = &host.platform().now;
    let set = Request::SetBackups { destination: Some("folder".into()), folder: "x".into(), keep: 10 };
    ask(&host, set);
    let ahead = 4 * 60_000;
    let backups = || events(&host).iter().filter(|what| *what == "backup").count();
    let before = backups();
    now.set(now.get() + ahead);
    ask(&host, Request::Add { forms: vec![form("b", "totp")] });
    ask(&host, Request::BackUpNow);
    assert_eq!(backups(), before + 1);
    now.set(now.get() - ahead + 60_000);
    ask(&host, Request::Add { forms: vec![form("c", "totp")] });
    ask(&host, Request::BackUpNow);
    assert_eq!(backups(), before + 2);
    // Notes of before.
    let text = r#"{"destination":null,"keep":10,"noted":50,"troubles":[50,51]}"#;
    assert_eq!(Book::read(text).unwrap().troubles, [Millis(51)]);
}

#[test]
fn what_opened_the_vault_without_its_password_is_told_until_it_was_seen() {
    use super::ways::{by_code, codes, lasting, once, pass};
    let disk = Disk::default();
    let (host, _) = made(&disk);
    let codes = codes(&host, 5, None);
    let other = |code: &str| {
        ask(&host, Request::Lock);
        super::ways::unlock(&host, by_code(code))
    };
    let told = || -> Vec<(String, String)> {
        status(&host).ways_used.into_iter().map(|used| (used.kind, used.label)).collect()
    };
    let said = |kind: &str, label: &str| (kind.to_owned(), label.to_owned());
    assert_eq!(other(&codes[2]), None);
    let newest: Vec<String> = events(&host).into_iter().take(3).collect();
    assert_eq!(newest, ["unlock-code", "rotated", "code-used"]);
    assert_eq!(lines(&host)[0].label.as_deref(), Some("3"));
    assert!(told().is_empty(), "whoever came in by it is neither told nor asked");
    assert_eq!(failed(&ask(&host, Request::SeeWaysUsed)), None);
    let lock_and_unlock = || {
        ask(&host, Request::Lock);
        assert_eq!(unlock(&host, 1), None);
    };
    lock_and_unlock();
    assert_eq!(told(), [said("code", "3")]);
    let (code, _) = pass(&host, lasting(60)).unwrap();
    assert_eq!(other(&code), None);
    assert!(told().is_empty());
    lock_and_unlock();
    assert_eq!(told(), [said("code", "3"), said("pass", "")]);
    assert_eq!(failed(&ask(&host, Request::SeeWaysUsed)), None);
    assert!(told().is_empty());
    lock_and_unlock();
    assert!(told().is_empty(), "seen is seen");
    let (code, _) = pass(&host, once(60)).unwrap();
    assert_eq!(other(&code), None);
    lock_and_unlock();
    assert_eq!(told(), [said("pass", "")]);
}

#[test]
fn a_code_that_may_want_a_password_counts_until_its_password_is_tried() {
    use super::ways::{by_code, codes};
    let disk = Disk::default();
    let (host, _) = made(&disk);
    let codes = codes(&host, 5, Some(key(7)));
    let pair = |code: &str, n: u8| Way::Code {
        code: code.into(),
        keys: vec![DerivedKey { job: key(7).job, ..key(n) }],
    };
    let failures = || events(&host).iter().filter(|what| *what == "unlock-failed").count();
    ask(&host, Request::Lock);
    for _ in 0..3 {
        assert_eq!(super::ways::unlock(&host, by_code(&codes[0])).as_deref(), Some("code-needs-password"));
    }
    assert_eq!(super::ways::unlock(&host, pair(&codes[0], 8)).as_deref(), Some("wrong-code-or-password"));
    assert_eq!(super::ways::unlock(&host, pair(&codes[0], 7)), None);
    assert_eq!(failures(), 3, "two of the three without a password, and one with the wrong one");
    ask(&host, Request::Lock);
    assert_eq!(super::ways::unlock(&host, by_code(&codes[1])).as_deref(), Some("code-needs-password"));
    assert_eq!(super::ways::unlock(&host, pair(&codes[1], 7)), None);
    assert_eq!(failures(), 3, "whoever is asked for the password and knows it tried nothing wrong");
}

#[test]
fn a_wrong_try_that_cannot_be_noted_is_still_a_wrong_password() {
    let disk = Disk::default();
    let (host, _) = made(&disk);
    ask(&host, Request::Lock);
    host.platform().broken.set(Some(StoreId::Ring));
    assert_eq!(unlock(&host, 9).as_deref(), Some("wrong-password"));
}

fn bundle(host: &Host<Fake>) -> Vec<u8> {
    let Reply::Bundle { bundle, .. } = ask(host, Request::Export { key: None }) else { panic!("a bundle") };
    data_encoding::BASE64.decode(bundle.as_bytes()).unwrap()
}

/// What the drill says of the log: the word, and how many lines are missing.
fn drill(host: &Host<Fake>, bundle: &[u8]) -> (String, u32) {
    let reader = Reader::open(bundle, &Way::Password { keys: vec![key(1)] }).ok().unwrap();
    let proof = reader.drill(Millis(host.platform().now.get()));
    match ask(host, Request::Drill { proof, took_ms: 1 }) {
        Reply::Drilled(result) => (result.log, result.log_missing),
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

fn said(word: &str, missing: u32) -> (String, u32) {
    (word.to_owned(), missing)
}

fn body(host: &Host<Fake>) -> Body {
    host.core.try_lock().unwrap().vault().unwrap().body.clone()
}

/// Another program that holds the vault key writes both stores: `how` is what it makes of the body.
fn write(disk: &Disk, host: &Host<Fake>, how: impl FnOnce(&mut Body)) {
    let mut vault = host.core.try_lock().unwrap().vault().unwrap().clone();
    how(&mut vault.body);
    let mut entropy = Seeded::new(31);
    let mut env = Env { now: Millis(host.platform().now.get()), entropy: &mut entropy };
    let file = crate::vault::sealed::save_without_chain(&vault, &mut env);
    let text = String::from_utf8(file.to_bytes()).unwrap();
    for keys in [&disk.ring, &disk.area] {
        for value in keys.borrow_mut().values_mut().filter(|value| value.starts_with("sparekey/")) {
            value.clone_from(&text);
        }
    }
}

fn reopened(disk: &Disk, seed: u64, like: &Host<Fake>) -> Host<Fake> {
    let next = host(disk, seed);
    next.platform().now.set(like.platform().now.get() + 1_000);
    status(&next);
    assert_eq!(unlock(&next, 1), None);
    next
}

#[test]
fn whatever_is_done_to_the_past_shows_at_the_drill_of_an_old_bundle() {
    type Change = fn(&mut Vec<LogLine>);
    let changes: [(Change, u32); 6] = [
        (|log| log[1].what = "copy".into(), 1),
        (|log| log[1].at.0 -= 1, 1),
        (|log| drop(log.remove(1)), 1),
        // What comparing lines alone would not see.
        (|log| log.insert(1, crate::audit::line(log[1].at, "unlock")), 0),
        (|log| log.swap(0, 1), 0),
        (|log| log.truncate(1), 2),
    ];
    for (at, (change, missing)) in changes.into_iter().enumerate() {
        let disk = Disk::default();
        let (first, id) = made(&disk);
        reveal(&first, &id);
        let bundle = bundle(&first);
        assert_eq!(drill(&first, &bundle), said("same", 0));
        assert!(!events(&first).contains(&"log-rewritten".to_owned()));
        write(&disk, &first, |body| {
            change(&mut body.log);
            // As well as that can be done: the head is computed anew, under the chain's name.
            let chain = body.log_chain.as_mut().unwrap();
            (chain.count, chain.head) = (chain.from, chain.before);
        });
        let second = reopened(&disk, 40 + at as u64, &first);
        assert_eq!(drill(&second, &bundle), said("rewritten", missing), "{at}");
        assert_eq!(events(&second)[1], "log-rewritten", "loudly: {at}");
        // From here on the log is what it is: a bundle of now is the same again, the old one never.
        let later = self::bundle(&second);
        assert_eq!(
            (drill(&second, &later), drill(&second, &bundle).0),
            (said("same", 0), "rewritten".into())
        );
    }
}

#[test]
fn what_an_older_program_wrote_is_no_attack_and_the_lines_are_compared_then() {
    let disk = Disk::default();
    let (first, id) = made(&disk);
    reveal(&first, &id);
    let bundle = bundle(&first);
    // It only added lines: the head goes on over them.
    write(&disk, &first, |body| body.log.push(crate::audit::line(Millis(9), "unlock")));
    let second = reopened(&disk, 51, &first);
    assert_eq!(drill(&second, &bundle), said("same", 0));
    // It sorted the lines of two writers by time, and kept the member that it does not know.
    write(&disk, &second, |body| body.log.sort_by_key(|line| line.at));
    let third = reopened(&disk, 52, &second);
    assert_eq!(events(&third).iter().filter(|what| *what == "log-anew").count(), 1, "said");
    ask(&third, Request::Lock);
    status(&third);
    assert_eq!(unlock(&third, 1), None);
    assert_eq!(events(&third).iter().filter(|what| *what == "log-anew").count(), 1, "once");
    assert_eq!(drill(&third, &bundle), said("lines", 0));
    assert!(!events(&third).contains(&"log-rewritten".to_owned()));
    let later = self::bundle(&third);
    assert_eq!(drill(&third, &later), said("same", 0), "a new chain has begun");
    // It keeps no member at all, and a line is gone: lines tell that, too.
    write(&disk, &third, |body| {
        body.log_chain = None;
        body.log.remove(1);
    });
    let fourth = reopened(&disk, 53, &third);
    assert_eq!(drill(&fourth, &later), said("rewritten", 1));
    assert_eq!(events(&fourth)[1], "log-rewritten");
}

#[test]
fn a_bounded_log_is_compared_as_far_as_it_reaches_back() {
    let disk = Disk::default();
    let (host, id) = made(&disk);
    let early = bundle(&host);
    for _ in 0..MAX_LOG / 2 {
        ask(&host, Request::Used { id: id.clone() });
        host.platform().now.set(host.platform().now.get() + 1_000);
    }
    let middle = bundle(&host);
    for _ in 0..MAX_LOG / 2 {
        ask(&host, Request::Used { id: id.clone() });
        host.platform().now.set(host.platform().now.get() + 1_000);
    }
    assert_eq!(body(&host).log.len(), MAX_LOG);
    assert_eq!(drill(&host, &middle), said("same", 0), "half of its lines are still there");
    assert_eq!(drill(&host, &early), said("gone", 0));
    let sender = SenderInfo { browser: true, ..SenderInfo::default() };
    *host.platform().managed.borrow_mut() = Some(r#"{"logKeepDays": 30}"#.into());
    host.request(Request::Tick { why: "policy".into() }, sender).now_or_never().expect("nothing waits");
    host.platform().now.set(host.platform().now.get() + 40 * 86_400_000);
    status(&host);
    unlock(&host, 1);
    let late = bundle(&host);
    assert!(body(&host).log.len() < 20, "the policy's month");
    assert_eq!((drill(&host, &middle), drill(&host, &late)), (said("gone", 0), said("same", 0)));
    assert!(!events(&host).contains(&"log-rewritten".to_owned()));
}

#[test]
fn the_slim_bundle_of_the_sync_storage_carries_the_head_without_the_lines() {
    let disk = Disk::default();
    let (first, id) = made(&disk);
    ask(&first, Request::SetSync { on: true });
    ask(&first, Request::SetSync { on: true });
    assert_eq!(events(&first).iter().filter(|what| *what == "sync-on").count(), 1);
    reveal(&first, &id);
    let slim = {
        let core = first.core.try_lock().unwrap();
        let mut entropy = Seeded::new(3);
        let mut env = Env { now: Millis(first.platform().now.get()), entropy: &mut entropy };
        core.make_sync(&mut env).unwrap().ok().unwrap().bytes
    };
    let way = Way::Password { keys: vec![key(1)] };
    assert!(Reader::open(&slim, &way).ok().unwrap().drill(Millis(1)).log.is_empty());
    assert_eq!(drill(&first, &slim), said("same", 0));
    write(&disk, &first, |body| {
        body.log[1].what = "copy".into();
        let chain = body.log_chain.as_mut().unwrap();
        (chain.count, chain.head) = (chain.from, chain.before);
    });
    assert_eq!(drill(&reopened(&disk, 61, &first), &slim), said("rewritten", 0));
}

#[test]
fn a_log_that_was_wiped_under_a_forged_front_is_no_full_one() {
    let disk = Disk::default();
    let (first, id) = made(&disk);
    reveal(&first, &id);
    let bundle = bundle(&first);
    write(&disk, &first, |body| {
        body.log = vec![crate::audit::line(Millis(first.platform().now.get()), "unlock")];
        let chain = body.log_chain.as_mut().unwrap();
        chain.from = chain.count + 1;
        (chain.count, chain.head) = (chain.from, chain.before);
    });
    assert_eq!(drill(&reopened(&disk, 71, &first), &bundle), said("cut", 0));
}

/// Two contexts of one profile that both write, lock, restart and merge, as ordinary life has it; whichever bundle is drilled
/// wherever, the past was never rewritten.
#[test]
fn two_writers_never_see_a_rewritten_past() {
    let mut words = std::collections::BTreeMap::<String, u32>::new();
    for seed in 0..300u64 {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let disk = Disk::default();
        let (first, id) = made(&disk);
        let mut hosts = [reopened(&disk, 1_000 + seed, &first), reopened(&disk, 2_000 + seed, &first)];
        let mut bundles: Vec<Vec<u8>> = Vec::new();
        for step in 0..25 {
            let at = next(2) as usize;
            let now = hosts.iter().map(|host| host.platform().now.get()).max().unwrap() + 1 + next(3_000);
            hosts.iter().for_each(|host| host.platform().now.set(now));
            let host = &hosts[at];
            // What changed elsewhere ends a session: it is opened again, as its owner would.
            if status(host).state != VaultState::Open {
                assert_eq!(unlock(host, 1), None, "{seed} {step}");
            }
            match next(8) {
                0..3 => drop(ask(host, Request::Used { id: id.clone() })),
                3 => reveal(host, &id),
                4 => drop(ask(host, Request::Add { forms: vec![form("Quay", "totp")] })),
                5 => {
                    if let Reply::Bundle { bundle, .. } = ask(host, Request::Export { key: None }) {
                        bundles.push(data_encoding::BASE64.decode(bundle.as_bytes()).unwrap());
                    }
                }
                6 => drop(ask(host, Request::Lock)),
                _ => {
                    // Stopped and started again. Both write first what they hold, as a session's end does.
                    for host in &hosts {
                        ask(host, Request::Add { forms: vec![form("Pier", "totp")] });
                    }
                    hosts[at] = reopened(&disk, 3_000 + seed * 100 + step, &hosts[at]);
                }
            }
            if !bundles.is_empty() && next(3) == 0 {
                let bundle = &bundles[next(bundles.len() as u64) as usize];
                let host = &hosts[next(2) as usize];
                // A write takes in what the other has written meanwhile.
                ask(host, Request::Add { forms: vec![form("Dock", "totp")] });
                if status(host).state == VaultState::Open {
                    let (word, missing) = drill(host, bundle);
                    assert!(word != "rewritten" && missing == 0, "{seed} {step}: {word} {missing}");
                    *words.entry(word).or_default() += 1;
                }
            }
        }
    }
    assert!(words["same"] > 300 && words.contains_key("lines"), "{words:?}");
}

#[test]
fn an_older_state_that_was_brought_back_shows_at_the_drill() {
    let disk = Disk::default();
    let (host, id) = made(&disk);
    reveal(&host, &id);
    let old = disk.ring.borrow().clone();
    ask(&host, Request::Add { forms: vec![form("Quay", "totp")] });
    let bytes = bundle(&host);
    assert_eq!(drill(&host, &bytes), said("same", 0));
    // Somebody puts both stores back to before the export: the vault opens, and its log has lost a line.
    *disk.ring.borrow_mut() = old.clone();
    *disk.area.borrow_mut() = old;
    let back = super::host(&disk, 3);
    assert_eq!(unlock(&back, 1), None);
    assert_eq!(drill(&back, &bytes), said("rewritten", 1));
    assert!(events(&back).contains(&"log-rewritten".to_owned()));
}
