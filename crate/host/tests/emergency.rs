//! Emergency entries through the door: closed to everything that shows a code, opened by a reason and a second unlock, and
//! loud until somebody has seen it.

use super::*;

const MINUTE: u64 = 60_000;

fn edit(host: &Host<Fake>, id: &str, emergency: bool) -> Reply {
    let edit = EntryEdit {
        issuer: None,
        account: None,
        note: None,
        tags: None,
        pinned: None,
        unverified: None,
        emergency: Some(emergency),
    };
    ask(host, Request::Edit { id: id.into(), edit })
}

/// A vault with an ordinary entry, a timed emergency entry and a counted one.
fn made(disk: &Disk) -> (Host<Fake>, Vec<String>) {
    let host = host(disk, 1);
    ask(&host, Request::Create { key: key(1) });
    let settings = Settings { lock_after_minutes: 0, ..Settings::default() };
    ask(&host, Request::SetSettings { settings });
    let other = EntryForm { secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP".into(), ..form("glass", "totp") };
    let forms = vec![form("daily", "totp"), other, form("counted", "hotp")];
    let Reply::Added { ids, .. } = ask(&host, Request::Add { forms }) else { panic!("added") };
    for id in &ids[1..] {
        assert_eq!(failed(&edit(&host, id, true)), None);
    }
    (host, ids)
}

fn open(host: &Host<Fake>, id: &str, reason: &str) -> Option<String> {
    let reply = ask(host, Request::OpenEmergency { id: id.into(), reason: reason.into() });
    failed(&reply).map(ToOwned::to_owned)
}

fn fresh(host: &Host<Fake>) {
    assert_eq!(failed(&ask(host, Request::Fresh { keys: vec![key(1)] })), None);
}

fn shown(host: &Host<Fake>) -> Vec<String> {
    match ask(host, Request::Codes) {
        Reply::Codes { codes, .. } => codes.into_iter().map(|code| code.id).collect(),
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

fn refused(host: &Host<Fake>, request: Request) -> String {
    failed(&ask(host, request)).unwrap_or("allowed").to_owned()
}

fn forward(host: &Host<Fake>, ms: u64) {
    let now = &host.platform().now;
    now.set(now.get() + ms);
}

#[test]
fn nothing_shows_it_until_a_reason_and_a_second_unlock() {
    let (host, ids) = made(&Disk::default());
    assert_eq!(shown(&host), ids[..1]);
    assert_eq!(refused(&host, Request::Reveal { id: ids[1].clone() }), "emergency-entry");
    assert_eq!(refused(&host, Request::NextHotp { id: ids[2].clone() }), "emergency-entry");
    assert_eq!(failed(&edit(&host, &ids[1], false)), Some("emergency-entry"), "no way round");
    assert_eq!(open(&host, &ids[1], "sign in").as_deref(), Some("needs-fresh"));
    fresh(&host);
    assert_eq!(open(&host, &ids[1], " x  ").as_deref(), Some("reason-needed"));
    assert_eq!(open(&host, &ids[0], "sign in").as_deref(), Some("not-emergency"));
    assert_eq!(shown(&host), ids[..1], "a second unlock alone shows nothing");
    assert_eq!(open(&host, &ids[1], "the drill"), None);
    assert_eq!(shown(&host), ids[..2]);
    assert_eq!(refused(&host, Request::Reveal { id: ids[1].clone() }), "allowed");
    assert_eq!(refused(&host, Request::NextHotp { id: ids[2].clone() }), "emergency-entry", "one at a time");
    assert_eq!(open(&host, &ids[2], "the drill"), None);
    assert_eq!(refused(&host, Request::NextHotp { id: ids[2].clone() }), "allowed");
    assert_eq!(shown(&host), ids[..1]);
    forward(&host, 5 * MINUTE);
    assert_eq!(refused(&host, Request::NextHotp { id: ids[2].clone() }), "emergency-entry");
    assert_eq!(open(&host, &ids[1], "again").as_deref(), Some("needs-fresh"));
}

/// A way in or a file made here would open it without a word.
#[test]
fn what_would_open_it_elsewhere_is_made_after_a_second_unlock() {
    let (host, ids) = made(&Disk::default());
    let each = || {
        [
            Request::MakeCodes { count: 5, add: false, key: None },
            Request::MakeShares { threshold: 2, count: 3, emergency: false },
            Request::KeepShares { shares: Vec::new(), typed: Vec::new(), emergency: false },
            Request::MakeEmergencyCodes { count: 5 },
            Request::KeepEmergencyCodes { codes: Vec::new(), typed: String::new() },
            Request::PlanPasskey,
            Request::AddPasskey {
                credential: String::new(),
                salt: String::new(),
                prf: String::new(),
                label: String::new(),
            },
            Request::MakePass { form: PassForm { minutes: 60, start: None, once: true } },
            Request::Export { key: Some(key(7)) },
        ]
    };
    for request in each() {
        assert_eq!(refused(&host, request), "needs-fresh");
    }
    assert_eq!(
        refused(&host, Request::Export { key: None }),
        "allowed",
        "opened by the ways in that there are"
    );
    fresh(&host);
    for (request, is_whole) in
        each().into_iter().zip([true, true, false, true, false, true, false, true, true])
    {
        let got = refused(&host, request);
        assert!(got == "allowed" || !is_whole && got != "needs-fresh", "{got}");
    }
    let Reply::Log { lines } = ask(&host, Request::Log) else { panic!("a log") };
    let marked = |what: &str| lines.iter().filter(|line| line.what == what).count();
    assert_eq!((marked("emergency-marked"), marked("emergency-unmarked")), (2, 0));
    for id in &ids[1..] {
        open(&host, id, "no longer");
        assert_eq!(failed(&edit(&host, id, false)), None);
    }
    forward(&host, 10 * MINUTE);
    assert_eq!(
        refused(&host, Request::MakeCodes { count: 5, add: false, key: None }),
        "allowed",
        "none is left"
    );
    let Reply::Log { lines } = ask(&host, Request::Log) else { panic!("a log") };
    assert_eq!(lines.iter().filter(|line| line.what == "emergency-unmarked").count(), 2);
}

#[test]
fn deleting_one_is_logged_and_wants_a_second_unlock() {
    let (host, ids) = made(&Disk::default());
    let into_bin = |into: bool| {
        let ids = vec![ids[0].clone(), ids[1].clone()];
        refused(&host, if into { Request::Trash { ids } } else { Request::Restore { ids } })
    };
    for into in [true, true, false, true] {
        assert_eq!(into_bin(into), "allowed", "it can be taken back");
    }
    let purge = |at: usize| refused(&host, Request::Purge { ids: vec![ids[at].clone()] });
    assert_eq!(purge(1), "needs-fresh");
    assert_eq!(purge(0), "allowed", "an everyday account");
    assert_eq!(into_bin(false), "no-entry", "nothing is done by halves: the other stays in the bin");
    fresh(&host);
    assert_eq!(purge(1), "allowed");
    let Reply::Log { lines } = ask(&host, Request::Log) else { panic!("a log") };
    let of_it = lines.iter().filter(|line| line.entry.as_ref() == Some(&ids[1]));
    let told: Vec<&str> =
        of_it.map(|line| line.what.as_str()).filter(|what| *what != "emergency-marked").collect();
    let binned = "emergency-binned";
    assert_eq!(told, ["emergency-deleted", binned, "emergency-restored", binned]);
    let everyday = lines.iter().filter(|line| line.entry.as_ref() == Some(&ids[0]));
    assert!(everyday.clone().all(|line| !line.what.starts_with("emergency")));
}

#[test]
fn who_renews_the_ways_in_after_a_one_time_pass_needs_no_password_for_new_sheets() {
    let (host, _) = made(&Disk::default());
    fresh(&host);
    let form = PassForm { minutes: 60, start: None, once: true };
    let Reply::Pass { code, .. } = ask(&host, Request::MakePass { form }) else { panic!("a pass") };
    ask(&host, Request::Lock);
    let way = Way::Code { code, keys: Vec::new() };
    assert_eq!(refused(&host, Request::Unlock { way }), "allowed");
    assert_eq!(refused(&host, Request::SetPassword { new: key(2) }), "allowed");
    forward(&host, 6 * MINUTE);
    assert_eq!(status(&host).session, Some(SessionKind::Renew));
    let shares = Request::MakeShares { threshold: 2, count: 3, emergency: false };
    for request in [Request::MakeCodes { count: 5, add: false, key: None }, shares, Request::PlanPasskey] {
        assert_eq!(refused(&host, request), "allowed");
    }
}

#[test]
fn an_emergency_account_that_leaves_is_named_and_told_of_at_the_next_unlock() {
    let disk = Disk::default();
    let (host, ids) = made(&disk);
    let take = |ids: &[String]| Request::TakeOut {
        ids: ids.to_vec(),
        format: "aegis-json".into(),
        keys: vec![key(1)],
    };
    assert_eq!(refused(&host, take(&ids[..1])), "allowed");
    assert_eq!(status(&host).emergencies.len(), 0, "no emergency account was among them");
    assert_eq!(refused(&host, take(&ids[..2])), "allowed");
    ask(&host, Request::Lock);
    let again = super::host(&disk, 7);
    assert_eq!(refused(&again, Request::Unlock { way: Way::Password { keys: vec![key(1)] } }), "allowed");
    let told: Vec<String> = status(&again).emergencies.into_iter().map(|told| told.entry).collect();
    assert_eq!(told, [ids[1].clone()]);
    let Reply::Log { lines } = ask(&again, Request::Log) else { panic!("a log") };
    let about = lines.iter().rev().filter(|line| line.what == "take-out").map(|line| line.entry.clone());
    assert_eq!(about.collect::<Vec<_>>(), [None, None, Some(ids[1].clone())]);
}

#[test]
fn a_full_disk_does_not_keep_accounts_from_leaving() {
    let (host, ids) = made(&Disk::default());
    host.platform().dead.set(true);
    let take = |ids: &[String]| Request::TakeOut {
        ids: ids.to_vec(),
        format: "aegis-json".into(),
        keys: vec![key(1)],
    };
    assert_eq!(refused(&host, take(&ids[..1])), "allowed");
    assert_eq!(refused(&host, take(&ids[..2])), "allowed", "one of them is kept for emergencies");
    assert!(status(&host).warnings.contains(&"not-saved".to_owned()));
    assert_eq!(status(&host).emergencies.len(), 1);
}

#[test]
fn it_is_loud_over_locks_until_it_was_seen() {
    let disk = Disk::default();
    let (host, ids) = made(&disk);
    fresh(&host);
    open(&host, &ids[1], "the drill");
    ask(&host, Request::Lock);
    assert!(status(&host).emergencies.is_empty(), "not told to whom cannot unlock");
    let again = super::host(&disk, 2);
    ask(&again, Request::Unlock { way: Way::Password { keys: vec![key(1)] } });
    assert_eq!(shown(&again), ids[..1], "an unlock is not a second one");
    let loud = status(&again).emergencies;
    assert_eq!(
        (loud.len(), loud[0].entry.as_str(), loud[0].reason.as_str()),
        (1, ids[1].as_str(), "the drill")
    );
    let named = entries(&again).into_iter().find(|entry| entry.id == ids[1]).unwrap();
    assert_eq!((&loud[0].issuer, &loud[0].account), (&named.issuer, &named.account), "which one");
    assert!(!named.issuer.is_empty());
    assert_eq!(refused(&again, Request::SeeEmergencies), "allowed");
    assert!(status(&again).emergencies.is_empty());
    let Reply::Log { lines } = ask(&again, Request::Log) else { panic!("a log") };
    let opened: Vec<_> = lines.iter().filter(|line| line.what == "emergency-opened").collect();
    assert_eq!(opened.len(), 1);
    assert_eq!(opened[0].entry.as_deref(), Some(ids[1].as_str()));
}

#[test]
fn a_full_disk_does_not_keep_it_closed() {
    let disk = Disk::default();
    let (host, ids) = made(&disk);
    fresh(&host);
    host.platform().dead.set(true);
    assert_eq!(open(&host, &ids[1], "fire"), None);
    assert_eq!(shown(&host), ids[..2]);
    assert!(status(&host).warnings.contains(&"not-saved".to_owned()));
}

#[test]
fn it_is_to_be_tried_every_ninety_days() {
    let (host, ids) = made(&Disk::default());
    let due =
        |host: &Host<Fake>| entries(host).into_iter().find(|entry| entry.id == ids[1]).unwrap().emergency;
    let first = due(&host).unwrap();
    forward(&host, 10 * 86_400_000);
    fresh(&host);
    open(&host, &ids[1], "the drill");
    ask(&host, Request::Used { id: ids[1].clone() });
    let next = due(&host).unwrap();
    assert!(next.since(first) >= 10 * 86_400_000 && next.since(first) < 11 * 86_400_000);
    assert_eq!(entries(&host).into_iter().find(|entry| entry.id == ids[0]).unwrap().emergency, None);
}

/// Those that say themselves that no export takes them now.
fn waiting(host: &Host<Fake>) -> Vec<String> {
    entries(host).into_iter().filter(|entry| entry.waits).map(|entry| entry.id).collect()
}

fn set_wait(host: &Host<Fake>, id: &str, hours: u32) -> Option<String> {
    let set = Request::SetEmergencyWait { ids: vec![id.into()], hours };
    failed(&ask(host, set)).map(ToOwned::to_owned)
}

fn ask_for(host: &Host<Fake>, id: &str) -> String {
    refused(host, Request::AskEmergency { id: id.into(), reason: "nobody else is here".into() })
}

fn password() -> Request {
    Request::Unlock { way: Way::Password { keys: vec![key(1)] } }
}

fn again(disk: &Disk, seed: u64, now: u64) -> Host<Fake> {
    let host = super::host(disk, seed);
    host.platform().now.set(now);
    assert_eq!(failed(&ask(&host, password())), None);
    host
}

#[test]
fn a_wait_begins_with_a_reason_is_seen_by_all_and_ends_in_a_window() {
    let disk = Disk::default();
    let (host, ids) = made(&disk);
    assert_eq!(set_wait(&host, &ids[1], 5).as_deref(), Some("bad-request"));
    assert_eq!(set_wait(&host, &ids[0], 24).as_deref(), Some("not-emergency"));
    assert_eq!(set_wait(&host, &ids[1], 24), None);
    assert_eq!(set_wait(&host, &ids[1], 1).as_deref(), Some("emergency-entry"), "no way round");
    assert_eq!(ask_for(&host, &ids[2]), "no-wait");
    assert_eq!(ask_for(&host, &ids[1]), "needs-fresh");
    fresh(&host);
    assert_eq!(open(&host, &ids[1], "now please").as_deref(), Some("emergency-waits"));
    assert_eq!(failed(&edit(&host, &ids[1], false)), Some("emergency-entry"));
    let taken =
        Request::TakeOut { ids: vec![ids[1].clone()], format: "aegis-json".into(), keys: vec![key(1)] };
    assert_eq!(refused(&host, taken), "emergency-waits", "an export is no way round either");
    assert_eq!(waiting(&host), ids[1..2]);
    let free: Vec<_> = ids.iter().filter(|id| !waiting(&host).contains(id)).cloned().collect();
    let others = Request::TakeOut { ids: free, format: "aegis-json".into(), keys: vec![key(1)] };
    assert_eq!(refused(&host, others), "allowed", "the others leave");
    assert_eq!(ask_for(&host, &ids[1]), "allowed");
    assert_eq!(ask_for(&host, &ids[1]), "emergency-waits");
    assert_eq!(open(&host, &ids[2], "this one has no wait"), None);
    // Over a restart, and to whoever unlocks.
    let now = host.platform().now.get();
    let next = again(&disk, 2_000, now + 23 * 60 * MINUTE);
    let waits = status(&next).emergency_waits;
    assert_eq!((waits.len(), waits[0].entry.as_str(), waits[0].open), (1, ids[1].as_str(), false));
    assert_eq!(waits[0].reason, "nobody else is here");
    fresh(&next);
    assert_eq!(open(&next, &ids[1], "is it time").as_deref(), Some("emergency-waits"));
    forward(&next, 61 * MINUTE);
    assert!(status(&next).emergency_waits[0].open);
    assert_eq!(waiting(&next), Vec::<String>::new(), "in its window it leaves too");
    fresh(&next);
    assert_eq!(open(&next, &ids[1], "it is time"), None);
    assert_eq!(shown(&next), ids[..2]);
    assert_eq!(set_wait(&next, &ids[1], 1), None, "shorter while it is open");
    assert_eq!(set_wait(&next, &ids[1], 24), None);
    // The window ends, and a clock that goes back does not open it again.
    forward(&next, 25 * 60 * MINUTE);
    ask(&next, Request::Lock);
    let end = next.platform().now.get();
    let late = again(&disk, 4_000, end);
    assert!(status(&late).emergency_waits.is_empty());
    let back = again(&disk, 6_000, end - 2 * 60 * MINUTE);
    fresh(&back);
    assert_eq!(open(&back, &ids[1], "back in time").as_deref(), Some("emergency-waits"));
    let Reply::Log { lines } = ask(&back, Request::Log) else { panic!("a log") };
    let asked = lines.iter().find(|line| line.what == "emergency-asked").unwrap();
    assert_eq!(asked.reason.as_deref(), Some("nobody else is here"));
    assert!(lines.iter().any(|line| line.what == "emergency-wait-over"));
}

#[test]
fn a_wait_outlives_the_bin() {
    let (host, ids) = made(&Disk::default());
    assert_eq!(set_wait(&host, &ids[1], 24), None);
    for way_round in [1, 2] {
        assert_eq!(refused(&host, Request::Trash { ids: vec![ids[1].clone()] }), "allowed");
        // The same hours of the same entry ask for nothing, and so do those of another one.
        assert_eq!(set_wait(&host, &ids[way_round], 24), None);
        assert_eq!(set_wait(&host, &ids[1], 1).as_deref(), Some("emergency-entry"));
        assert_eq!(refused(&host, Request::Restore { ids: vec![ids[1].clone()] }), "allowed");
        fresh(&host);
        assert_eq!(open(&host, &ids[1], "by way of the bin").as_deref(), Some("emergency-waits"));
    }
}

#[test]
fn whoever_unlocks_cancels_a_wait_with_a_pass_too() {
    let disk = Disk::default();
    let (host, ids) = made(&disk);
    set_wait(&host, &ids[1], 1);
    fresh(&host);
    assert_eq!(ask_for(&host, &ids[1]), "allowed");
    let form = PassForm { minutes: 60, once: false, start: None };
    let Reply::Pass { code, .. } = ask(&host, Request::MakePass { form }) else { panic!("a pass") };
    ask(&host, Request::Lock);
    let way = Way::Code { code, keys: Vec::new() };
    assert_eq!(failed(&ask(&host, Request::Unlock { way })), None);
    assert_eq!(status(&host).session, Some(SessionKind::Pass));
    assert_eq!(status(&host).emergency_waits.len(), 1);
    assert_eq!(refused(&host, Request::CancelEmergency { id: ids[1].clone() }), "allowed");
    assert!(status(&host).emergency_waits.is_empty());
    assert_eq!(refused(&host, Request::CancelEmergency { id: ids[1].clone() }), "no-wait");
    ask(&host, Request::Lock);
    ask(&host, password());
    forward(&host, 2 * 60 * MINUTE);
    fresh(&host);
    assert_eq!(open(&host, &ids[1], "cancelled").as_deref(), Some("emergency-waits"));
    let Reply::Log { lines } = ask(&host, Request::Log) else { panic!("a log") };
    assert!(lines.iter().any(|line| line.what == "emergency-cancelled"));
}

#[test]
fn a_clock_that_goes_back_a_year_costs_one_wait_and_not_a_year() {
    let disk = Disk::default();
    let (host, ids) = made(&disk);
    set_wait(&host, &ids[1], 8);
    fresh(&host);
    ask_for(&host, &ids[1]);
    let now = host.platform().now.get();
    let year = 365 * 24 * 60 * MINUTE;
    let back = again(&disk, 2_000, now - year);
    let waits = status(&back).emergency_waits;
    assert!(waits[0].until.0 <= now - year + 8 * 60 * MINUTE + 60_000, "it began again");
    forward(&back, 8 * 60 * MINUTE);
    fresh(&back);
    assert_eq!(open(&back, &ids[1], "after the wait"), None);
    // The clock is right again: the window of a year ago is over, and a new wait is asked for.
    let right = again(&disk, 4_000, now + 60 * MINUTE);
    assert!(status(&right).emergency_waits.is_empty());
    fresh(&right);
    assert_eq!(open(&right, &ids[1], "a year later").as_deref(), Some("emergency-waits"));
    assert_eq!(ask_for(&right, &ids[1]), "allowed");
}

#[test]
fn another_entry_does_not_take_over_its_key_unasked() {
    let (host, ids) = made(&Disk::default());
    let take = || Request::ReplaceSecret { id: ids[0].clone(), form: None, from: Some(ids[1].clone()) };
    assert_eq!(refused(&host, take()), "emergency-entry");
    assert_eq!(entries(&host).len(), 3);
    fresh(&host);
    assert_eq!(open(&host, &ids[1], "the tenant is locked"), None);
    assert_eq!(refused(&host, take()), "allowed");
}
