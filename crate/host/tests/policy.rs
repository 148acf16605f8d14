//! An organisation's policy through the door: each rule holds in the core, whatever the interface shows; nothing that a
//! user needs to get in, to see codes or to save what is there is ever closed.

use super::*;
use crate::protocol::{KdfProfile, PasswordRule};

/// A vault with one account, open, under a policy.
fn under(policy: &str) -> (Disk, Host<Fake>, String) {
    let disk = Disk::default();
    let host = host(&disk, 1);
    *host.platform().managed.borrow_mut() = Some(policy.into());
    assert_eq!(failed(&ask(&host, Request::Create { key: key(1) })), None);
    match ask(&host, Request::Add { forms: vec![form("Mill", "totp")] }) {
        Reply::Added { ids, .. } => (disk, host, ids[0].clone()),
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

fn refused(host: &Host<Fake>, request: Request) -> String {
    failed(&ask(host, request)).unwrap_or("allowed").to_owned()
}

fn site(origin: &str, subdomains: bool) -> SiteForm {
    SiteForm { origin: origin.into(), subdomains }
}

fn tick(host: &Host<Fake>) {
    let sender = SenderInfo { browser: true, ..SenderInfo::default() };
    let _ =
        host.request(Request::Tick { why: "policy".into() }, sender).now_or_never().expect("nothing waits");
}

/// Derived from a password that the strictest rules let through, as a generated phrase is.
fn measured(n: u8) -> DerivedKey {
    let rule = Some(PasswordRule { length: 64, bits: 77 });
    DerivedKey { job: DeriveJob { rule, ..key(n).job }, ..key(n) }
}

fn pass(minutes: u32, once: bool) -> Request {
    Request::MakePass { form: PassForm { minutes, start: None, once } }
}

fn codes() -> Request {
    Request::MakeCodes { count: 5, add: false, key: None }
}

/// As long as the policy lets it.
fn stay_open(host: &Host<Fake>) {
    let settings = Settings { lock_after_minutes: 1440, ..status(host).settings };
    assert_eq!(refused(host, Request::SetSettings { settings }), "allowed");
}

fn take(id: &str, format: &str) -> Request {
    Request::TakeOut { ids: vec![id.into()], format: format.into(), keys: vec![key(1)] }
}

#[test]
fn each_rule_is_held_by_the_core() {
    let shares = || Request::MakeShares { threshold: 2, count: 3, emergency: false };
    let (_, host, id) = under(r#"{"plainExport": false}"#);
    for plain in ["aegis-json", "otpauth-uri-list", "google-migration-uri", "html-uri-list"] {
        assert_eq!(refused(&host, take(&id, plain)), "policy-plain-export");
    }
    assert_eq!(refused(&host, Request::Reveal { id: id.clone() }), "policy-plain-export");
    assert_eq!(refused(&host, take(&id, "aegis-json-encrypted")), "allowed");
    assert_eq!(refused(&host, codes()), "allowed", "what the policy says nothing of is free");

    let (_, host, _) = under(r#"{"newWaysIn": ["shares"]}"#);
    for closed in [codes(), pass(60, true)] {
        assert_eq!(refused(&host, closed), "policy-way");
    }
    assert_eq!(refused(&host, shares()), "allowed");
    let (_, host, _) = under(r#"{"codesIssuedBy": "administrator", "passesIssuedBy": "administrator"}"#);
    for closed in [codes(), pass(60, true)] {
        assert_eq!(refused(&host, closed), "policy-way");
    }
    assert_eq!(refused(&host, shares()), "allowed");

    let (_, host, _) = under(r#"{"passMinMinutes": 30, "passMaxMinutes": 60, "passOneTimeOnly": true}"#);
    assert_eq!(refused(&host, pass(20, true)), "pass-too-short");
    assert_eq!(refused(&host, pass(90, true)), "pass-too-long");
    assert_eq!(refused(&host, pass(45, false)), "pass-once-only");
    let limits = PassLimits { min: 30, max: 120, usual: 60, once: true, allowed: true };
    let set = |limits: PassLimits| Request::SetPassLimits { limits };
    assert_eq!(refused(&host, set(limits.clone())), "policy-pass-limits");
    assert_eq!(refused(&host, set(PassLimits { max: 50, usual: 40, ..limits })), "allowed");
    assert_eq!(refused(&host, pass(55, true)), "pass-too-long", "the user's own limit is the tighter one");
    assert_eq!(refused(&host, pass(45, true)), "allowed");

    let (_, host, id) = under(r#"{"allowedSites": ["*.example.com", "example.net"]}"#);
    let bind = |origin: &str, subdomains| Request::Bind { id: id.clone(), site: site(origin, subdomains) };
    assert_eq!(refused(&host, bind("https://a.example", false)), "policy-site");
    assert_eq!(refused(&host, bind("https://example.net", true)), "policy-site");
    assert_eq!(refused(&host, bind("https://example.net", false)), "allowed");
    assert_eq!(refused(&host, bind("https://login.example.com", true)), "allowed");
    let many = vec![SiteOfEntry { id: id.clone(), site: site("https://evil.example", false) }];
    assert_eq!(refused(&host, Request::BindMany { items: many }), "policy-site");
    let sites = vec![site("https://evil.example", false)];
    let add = Request::Add { forms: vec![EntryForm { sites, ..form("Quay", "totp") }] };
    assert_eq!(refused(&host, add), "policy-site");

    let (_, host, _) = under(r#"{"importFormats": ["aegis", "2fas"]}"#);
    let import = |from: &[&str]| Request::Import {
        from: from.iter().map(|family| (*family).to_owned()).collect(),
        items: Vec::new(),
        kept: Vec::new(),
    };
    assert_eq!(refused(&host, import(&["aegis"])), "allowed");
    for from in [&["aegis", "ente"][..], &[]] {
        assert_eq!(refused(&host, import(from)), "policy-import");
    }
}

#[test]
fn a_new_password_is_judged_by_the_policy_of_now() {
    let host = host(&Disk::default(), 1);
    let Reply::Derive { jobs } = ask(&host, Request::PlanCreate { profile: KdfProfile::Argon2id }) else {
        panic!("a job")
    };
    assert_eq!(jobs[0].rule, Some(PasswordRule::default()), "by our own least");
    *host.platform().managed.borrow_mut() =
        Some(r#"{"passwordMinLength": 20, "passwordMinBits": 60}"#.into());
    tick(&host);
    let Reply::Derive { jobs } = ask(&host, Request::PlanCreate { profile: KdfProfile::Argon2id }) else {
        panic!("a job")
    };
    let rule = PasswordRule { length: 20, bits: 60 };
    assert_eq!(jobs[0].rule, Some(rule));
    let by = |rule| DerivedKey { job: DeriveJob { rule, ..key(1).job }, ..key(1) };
    assert_eq!(refused(&host, Request::Create { key: key(1) }), "policy-password", "not measured at all");
    for weaker in [
        PasswordRule::default(),
        PasswordRule { length: 19, bits: 77 },
        PasswordRule { length: 64, bits: 59 },
    ] {
        assert_eq!(
            refused(&host, Request::Create { key: by(Some(weaker)) }),
            "policy-password",
            "{weaker:?}"
        );
    }
    assert_eq!(refused(&host, Request::Create { key: by(Some(rule)) }), "allowed");
    assert_eq!(refused(&host, Request::Export { key: Some(key(3)) }), "policy-password");
}

#[test]
fn the_kdf_of_new_passwords_is_the_policys() {
    let disk = Disk::default();
    let host = host(&disk, 1);
    *host.platform().managed.borrow_mut() = Some(r#"{"kdfProfile": "pbkdf2"}"#.into());
    for request in [
        Request::PlanCreate { profile: KdfProfile::Argon2id },
        Request::PlanExport { profile: KdfProfile::Argon2id },
    ] {
        if let Reply::Derive { jobs } = ask(&host, request) {
            assert!(jobs.iter().all(|job| job.params == kdf::PBKDF2));
        }
    }
    assert_eq!(refused(&host, Request::Create { key: key(1) }), "policy-kdf");
    let job = DeriveJob { params: kdf::PBKDF2, ..key(1).job };
    assert_eq!(refused(&host, Request::Create { key: DerivedKey { job, ..key(1) } }), "allowed");
    assert_eq!(refused(&host, Request::SetPassword { new: key(2) }), "not-in-this-session");
    assert_eq!(refused(&host, Request::Export { key: Some(key(3)) }), "policy-kdf");
}

#[test]
fn the_vault_locks_when_the_policy_wants_it() {
    let (_, host, _) = under(r#"{"lockAfterMinutes": 5, "lockWithSystem": true}"#);
    let now = &host.platform().now;
    let settings = status(&host).settings;
    assert_eq!((settings.lock_after_minutes, settings.lock_with_system), (5, true));
    let looser = Settings { lock_after_minutes: 60, ..settings.clone() };
    assert_eq!(refused(&host, Request::SetSettings { settings: looser }), "policy-setting");
    let off = Settings { lock_with_system: false, ..settings.clone() };
    assert_eq!(refused(&host, Request::SetSettings { settings: off }), "policy-setting");
    let tighter = Settings { lock_after_minutes: 1, ..settings };
    assert_eq!(refused(&host, Request::SetSettings { settings: tighter }), "allowed");
    now.set(now.get() + 61_000);
    assert_eq!(status(&host).state, VaultState::Locked);
}

#[test]
fn a_policy_that_cannot_be_read_closes_new_grants_and_never_what_is_there() {
    let (disk, host, id) = under("{}");
    let bound = Request::Bind { id: id.clone(), site: site("https://a.example", false) };
    assert_eq!(refused(&host, bound), "allowed");
    *host.platform().managed.borrow_mut() = None;
    tick(&host);
    assert_eq!(status(&host).policy.source, "unreadable");
    for (closed, code) in [
        (codes(), "policy-way"),
        (pass(60, true), "policy-way"),
        (Request::MakeShares { threshold: 2, count: 3, emergency: false }, "policy-way"),
        (take(&id, "otpauth-uri-list"), "policy-plain-export"),
        (Request::Bind { id: id.clone(), site: site("https://b.example", false) }, "policy-site"),
        (
            Request::Import { from: vec!["aegis".into()], items: Vec::new(), kept: Vec::new() },
            "policy-import",
        ),
    ] {
        assert_eq!(refused(&host, closed), code);
    }
    // What never closes: bundles, a new password, the unlock, codes, a fill by a press, a restore.
    let Reply::Bundle { bundle, .. } = ask(&host, Request::Export { key: None }) else { panic!("a bundle") };
    let change = Request::ChangePassword { current: vec![key(1)], new: measured(2) };
    assert_eq!(refused(&host, change), "allowed");
    assert_eq!(refused(&host, Request::Lock), "allowed");
    assert_eq!(refused(&host, Request::Unlock { way: Way::Password { keys: vec![key(2)] } }), "allowed");
    assert!(matches!(ask(&host, Request::Codes), Reply::Codes { codes, .. } if codes.len() == 1));
    let front = Front {
        tab: 7,
        url: Some("https://a.example/".into()),
        document: Some("d".into()),
        slow: false,
        incognito: false,
    };
    let fill = Request::Fill { id: Some(id), remember: false, document: None, site: None };
    let sender = SenderInfo { front: Some(front), ..popup() };
    let _ = host.request(fill, sender).now_or_never();
    assert_eq!(*host.platform().injected.borrow(), [7]);
    let empty = Disk::default();
    let other = super::host(&empty, 5);
    *other.platform().managed.borrow_mut() = None;
    let restore = Request::RestoreBundle {
        bundle,
        way: Way::Password { keys: vec![key(1)] },
        create: Some(measured(3)),
        leave_out: Vec::new(),
    };
    assert_eq!(refused(&other, restore), "allowed");
    assert_eq!(entries(&other).len(), 1);
    // It is read again at every request until it can be.
    *host.platform().managed.borrow_mut() = Some("{}".into());
    assert_eq!(status(&host).policy.source, "none");
    drop(disk);
}

#[test]
fn what_was_chosen_for_a_bound_site_stops_when_the_policy_closes_it() {
    for (policy, code) in [
        (r#"{"automaticFilling": false}"#, "by-itself-off"),
        (r#"{"allowedSites": ["*.example.com"]}"#, "policy-site"),
    ] {
        let (_, host, id) = under("{}");
        let choose = || Request::SetChoice {
            id: id.clone(),
            origin: "https://a.example".into(),
            automatic: Some("fill".into()),
            submit: false,
            asking: false,
        };
        let bound = Request::Bind { id: id.clone(), site: site("https://a.example", false) };
        assert_eq!(refused(&host, bound), "allowed");
        assert_eq!(refused(&host, choose()), "allowed");
        tick(&host);
        let watched = || host.platform().watched.borrow().last().cloned();
        assert_eq!(watched(), Some(vec!["https://a.example:443/*".to_owned()]));
        *host.platform().managed.borrow_mut() = Some(policy.into());
        tick(&host);
        assert_eq!(watched(), Some(Vec::new()), "{policy}: no page has our script any more");
        assert_eq!(refused(&host, choose()), code);
        *host.platform().managed.borrow_mut() = Some("{}".into());
        tick(&host);
        assert_eq!(
            watched(),
            Some(vec!["https://a.example:443/*".to_owned()]),
            "{policy}: it was not forgotten"
        );
    }
}

#[test]
fn a_policy_that_comes_changes_or_goes_is_told_and_noted_once() {
    let (_, host, id) = under("{}");
    let noted = |host: &Host<Fake>| {
        let core = host.core.try_lock().unwrap();
        core.vault().unwrap().body.log.iter().filter(|line| line.what == "policy").count()
    };
    tick(&host);
    assert_eq!(noted(&host), 0);
    *host.platform().managed.borrow_mut() =
        Some(r#"{"organisation": "Acme", "automaticFilling": false}"#.into());
    tick(&host);
    tick(&host);
    assert_eq!(noted(&host), 1);
    let view = status(&host).policy;
    assert_eq!(
        (view.source.as_str(), view.organisation.as_str(), view.automatic),
        ("managed", "Acme", false)
    );
    let choose = Request::SetChoice {
        id,
        origin: "https://a.example".into(),
        automatic: Some("fill".into()),
        submit: false,
        asking: false,
    };
    assert_eq!(refused(&host, choose), "by-itself-off");
    *host.platform().managed.borrow_mut() = Some("{}".into());
    tick(&host);
    assert_eq!(noted(&host), 2, "that it is gone matters as much");
}

#[test]
fn backups_and_drills_come_as_often_as_the_policy_wants() {
    let (_, host, _) = under(r#"{"drillEveryDays": 7, "backupEveryHours": 24, "lockAfterMinutes": 1440}"#);
    stay_open(&host);
    ask(&host, Request::SetBackups { destination: Some("folder".into()), folder: "f".into(), keep: 10 });
    let now = host.platform().now.get();
    let next = status(&host).backups.next.unwrap().0;
    assert!((now..=now + 24 * 3_600_000).contains(&next), "{}", next - now);
    let Reply::Bundle { bundle, .. } = ask(&host, Request::Export { key: None }) else { panic!("a bundle") };
    let bytes = data_encoding::BASE64.decode(bundle.as_bytes()).unwrap();
    let reader =
        crate::core::reader::Reader::open(&bytes, &Way::Password { keys: vec![key(1)] }).ok().unwrap();
    let proof = reader.drill(Millis(host.platform().now.get()));
    assert_eq!(refused(&host, Request::Drill { proof, took_ms: 1 }), "allowed");
    assert_eq!(status(&host).drill.due, None);
    let clock = &host.platform().now;
    for _ in 0..7 {
        clock.set(clock.get() + 23 * 3_600_000);
        ask(&host, Request::List);
    }
    clock.set(clock.get() + 8 * 3_600_000);
    assert_eq!(status(&host).drill.due.as_deref(), Some("old"));
}

#[test]
fn a_policy_that_is_not_understood_drops_no_line_of_the_log() {
    for doubtful in [Some(r#"{"logKeepDays": "1y"}"#), Some(r#"{"logKeepDays": 7}"#), None] {
        let (_, host, _) = under("{}");
        *host.platform().managed.borrow_mut() = doubtful.map(Into::into);
        tick(&host);
        let clock = &host.platform().now;
        clock.set(clock.get() + 400 * 86_400_000);
        ask(&host, Request::Status);
        ask(&host, Request::Unlock { way: Way::Password { keys: vec![key(1)] } });
        ask(&host, Request::Add { forms: vec![form("Quay", "totp")] });
        let core = host.core.try_lock().unwrap();
        let log = &core.vault().unwrap().body.log;
        assert!(log.iter().any(|line| line.what == "vault-made"), "{doubtful:?}");
    }
}

#[test]
fn a_pass_that_is_there_says_that_it_opens_whatever_a_policy_says_of_new_ones() {
    let (_, host, _) = under("{}");
    assert_eq!(refused(&host, pass(60, false)), "allowed");
    *host.platform().managed.borrow_mut() = Some(r#"{"newWaysIn": []}"#.into());
    tick(&host);
    assert_eq!(refused(&host, pass(60, false)), "policy-way");
    let Reply::Ways { passes, .. } = ask(&host, Request::Ways) else { panic!("ways") };
    assert_eq!(passes[0].state, "enabled-by-policy");
}

#[test]
fn another_password_with_a_new_lock_is_judged_and_the_same_is_not() {
    let (_, host, _) = under("{}");
    *host.platform().managed.borrow_mut() = Some(r#"{"passwordMinLength": 20}"#.into());
    tick(&host);
    let leave = |rule| Request::SomeoneLeft {
        current: vec![key(1)],
        new: DerivedKey { job: DeriveJob { rule, ..key(1).job }, ..key(1) },
    };
    let short = PasswordRule { length: 15, bits: 40 };
    assert_eq!(refused(&host, leave(Some(short))), "policy-password");
    assert_eq!(refused(&host, leave(None)), "allowed");
}

#[test]
fn lines_of_the_log_go_when_the_policy_says() {
    let (_, host, _) = under(r#"{"logKeepDays": 30, "lockAfterMinutes": 1440}"#);
    stay_open(&host);
    let lines = |host: &Host<Fake>| host.core.try_lock().unwrap().vault().unwrap().body.log.clone();
    assert!(lines(&host).iter().any(|line| line.what == "vault-made"));
    let clock = &host.platform().now;
    clock.set(clock.get() + 31 * 86_400_000);
    ask(&host, Request::Status);
    ask(&host, Request::Unlock { way: Way::Password { keys: vec![key(1)] } });
    ask(&host, Request::Add { forms: vec![form("Quay", "totp")] });
    assert!(lines(&host).iter().all(|line| line.what != "vault-made"));
}
