//! Somebody who writes the stores, holds any number of old files and knows no secret. What they can do is destroy;
//! what they cannot do is stand below.

use super::*;
use crate::vault::file::VaultFile;
use data_encoding::BASE64;

fn unlock(host: &Host<Fake>, n: u8) -> Option<String> {
    // As the interface does: only what `plan_unlock` asks for is derived.
    let Reply::Derive { jobs } = ask(host, Request::PlanUnlock) else { panic!("no plan") };
    let wanted = key(n);
    let keys = if jobs.contains(&wanted.job) { vec![wanted] } else { Vec::new() };
    failed(&ask(host, Request::Unlock { way: Way::Password { keys } })).map(ToOwned::to_owned)
}

/// A vault with entries `a` and `b`, and what both stores held after `a`.
fn lived() -> (Disk, Keys, Keys) {
    let disk = Disk::default();
    let host = host(&disk, 1);
    ask(&host, Request::Create { key: key(1) });
    ask(&host, Request::Add { forms: vec![form("a", "totp")] });
    let before = (disk.ring.borrow().clone(), disk.area.borrow().clone());
    ask(&host, Request::Add { forms: vec![form("b", "totp")] });
    (disk, before.0, before.1)
}

/// A whole vault of the attacker's own, with everything in the header that they like.
fn forged(from: u8, change: impl Fn(String) -> String) -> String {
    let disk = Disk::default();
    ask(&host(&disk, 1000 + u64::from(from)), Request::Create { key: key(from) });
    let text = disk.ring.borrow().get("g0000000000000001").unwrap().clone();
    let lines: Vec<&str> = text.splitn(3, '\n').collect();
    [lines[0], &change(lines[1].to_owned()), lines[2]].join("\n")
}

fn with_generation(from: u8, generation: u64) -> String {
    forged(from, |header| header.replace("\"generation\":1", &format!("\"generation\":{generation}")))
}

fn issuers(host: &Host<Fake>) -> Vec<String> {
    let mut issuers: Vec<String> = entries(host).into_iter().map(|entry| entry.issuer).collect();
    issuers.sort();
    issuers
}

fn add(host: &Host<Fake>, issuer: &str) -> Option<String> {
    failed(&ask(host, Request::Add { forms: vec![form(issuer, "totp")] })).map(ToOwned::to_owned)
}

#[test]
fn forged_generations_in_one_store_crowd_out_nothing() {
    let (disk, ..) = lived();
    for n in 0..50u8 {
        let text = with_generation(100 + n, (1 << 53) - 1 - u64::from(n));
        disk.area.borrow_mut().insert(format!("g{}", 10 + u32::from(n)), text);
    }
    let host = host(&disk, 2);
    assert_eq!(unlock(&host, 1), None);
    assert_eq!(issuers(&host), ["a", "b"]);
    assert!(status(&host).warnings.contains(&"rolled-back".to_owned()), "it is told");
    assert_eq!(add(&host, "c"), None);
    let again = super::host(&disk, 3);
    assert_eq!(unlock(&again, 1), None);
    assert_eq!(issuers(&again), ["a", "b", "c"]);
}

#[test]
fn stores_that_went_back_while_the_background_was_stopped_are_told_of_and_logged_once() {
    let (disk, ..) = lived();
    let first = host(&disk, 2);
    assert_eq!(unlock(&first, 1), None);
    let before = (disk.ring.borrow().clone(), disk.area.borrow().clone());
    assert_eq!(add(&first, "c"), None);
    (*disk.ring.borrow_mut(), *disk.area.borrow_mut()) = before;
    let kept = |from: &Host<Fake>, seed| {
        let next = host(&disk, seed);
        *next.platform().session.borrow_mut() = from.platform().session.borrow().clone();
        next
    };
    let second = kept(&first, 3);
    assert!(status(&second).warnings.contains(&"rolled-back".to_owned()));
    let third = kept(&second, 4);
    assert!(status(&third).warnings.contains(&"rolled-back".to_owned()), "until it is locked");
    ask(&third, Request::Lock);
    let fourth = host(&disk, 5);
    assert_eq!(unlock(&fourth, 1), None);
    let Reply::Log { lines } = ask(&fourth, Request::Log) else { panic!("log") };
    assert_eq!(lines.iter().filter(|line| line.what == "rolled-back").count(), 1);
}

#[test]
fn the_highest_numbers_neither_overflow_nor_win() {
    for (name, store) in [("ring", true), ("area", false)] {
        let (disk, ..) = lived();
        for (n, change) in
            [("generation", "\"generation\":1"), ("epoch", "\"epoch\":1"), ("saved", "\"saved\":1")]
                .into_iter()
                .enumerate()
        {
            let text = forged(90 + n as u8, |header| {
                let header = header.replace("\"generation\":1", "\"generation\":9007199254740991");
                header.replace(change.1, &format!("\"{}\":9007199254740991", change.0))
            });
            let keys = if store { &disk.ring } else { &disk.area };
            keys.borrow_mut().insert(format!("g{n}{n}{n}"), text);
        }
        let host = host(&disk, 2);
        assert_eq!(unlock(&host, 1), None, "{name}");
        for n in 0..6 {
            assert_eq!(add(&host, &format!("c{n}")), None);
        }
        let again = super::host(&disk, 3);
        assert_eq!(unlock(&again, 1), None, "{name}");
        assert_eq!(issuers(&again).len(), 8, "{name}");
    }
}

#[test]
fn the_right_password_opens_nothing_that_a_stranger_wrote() {
    let (disk, ..) = lived();
    // The user's header and slots under the stranger's MAC and body, and the other way about.
    let genuine = newest(&disk.ring.borrow());
    let stranger = forged(66, |header| header);
    let (g, s): (Vec<&str>, Vec<&str>) = (genuine.lines().collect(), stranger.lines().collect());
    for keys in [&disk.ring, &disk.area] {
        let mut keys = keys.borrow_mut();
        keys.retain(|key, _| !key.starts_with('g'));
        keys.insert("g1".into(), [g[0], g[1], s[2], g[3], s[4], ""].join("\n"));
        keys.insert("g2".into(), [s[0], s[1], s[2], g[3], s[4], ""].join("\n"));
        keys.insert("g3".into(), [g[0], g[1], g[2], g[3], s[4], ""].join("\n"));
    }
    let host = host(&disk, 2);
    assert_eq!(unlock(&host, 1).as_deref(), Some("damaged-file"));
    assert_eq!(unlock(&host, 66).as_deref(), Some("wrong-password"));
}

fn newest(keys: &Keys) -> String {
    let files = keys.iter().filter(|(key, _)| key.starts_with('g')).map(|(_, text)| text);
    files.max_by_key(|text| VaultFile::parse(text.as_bytes()).unwrap().header().generation).unwrap().clone()
}

#[test]
fn erased_ways_in_come_back_from_an_older_generation() {
    let (disk, ..) = lived();
    let newest_generation = VaultFile::parse(newest(&disk.ring.borrow()).as_bytes()).unwrap();
    let generation = newest_generation.header().generation;
    for keys in [&disk.ring, &disk.area] {
        for text in keys.borrow_mut().values_mut() {
            if let Ok(file) = VaultFile::parse(text.as_bytes())
                && file.header().generation == generation
            {
                *text = String::from_utf8(file.without(|_| true).to_bytes()).unwrap();
            }
        }
    }
    let host = host(&disk, 2);
    assert_eq!(unlock(&host, 1), None);
    assert_eq!(issuers(&host), ["a", "b"], "the newest generation, not the one before");
    assert_eq!(add(&host, "c"), None);
    let again = super::host(&disk, 3);
    assert_eq!(unlock(&again, 1), None, "what is saved has its way in");
    assert_eq!(issuers(&again), ["a", "b", "c"]);
}

#[test]
fn a_new_key_does_not_make_erased_ways_in_final() {
    let disk = Disk::default();
    let first = host(&disk, 1);
    ask(&first, Request::Create { key: key(1) });
    assert_eq!(failed(&ask(&first, Request::Export { key: Some(key(7)) })), None);
    let record = first.platform().session.borrow().clone();
    for keys in [&disk.ring, &disk.area] {
        for text in keys.borrow_mut().values_mut() {
            if let Ok(file) = VaultFile::parse(text.as_bytes()) {
                *text = String::from_utf8(file.without(|_| true).to_bytes()).unwrap();
            }
        }
    }
    let second = host(&disk, 500);
    *second.platform().session.borrow_mut() = record;
    assert_eq!(status(&second).state, VaultState::Open);
    assert_eq!(failed(&ask(&second, Request::Export { key: Some(key(8)) })), Some("no-way-in"));
}

#[test]
fn a_session_that_goes_on_tells_that_the_stores_went_back() {
    let (disk, ring, area) = lived();
    let first = host(&disk, 500);
    assert_eq!(unlock(&first, 1), None);
    let record = first.platform().session.borrow().clone();
    (*disk.ring.borrow_mut(), *disk.area.borrow_mut()) = (ring, area);
    let second = host(&disk, 900);
    *second.platform().session.borrow_mut() = record;
    assert_eq!(issuers(&second), ["a"]);
    assert!(status(&second).warnings.contains(&"rolled-back".to_owned()));
}

#[test]
fn an_old_file_opens_with_the_old_password_and_takes_nothing_from_the_new() {
    let (disk, ring, _) = lived();
    let host_then = host(&disk, 500);
    assert_eq!(unlock(&host_then, 1), None);
    let change = Request::ChangePassword { current: vec![key(1)], new: key(2) };
    assert_eq!(failed(&ask(&host_then, change)), None);
    assert_eq!(add(&host_then, "c"), None);
    // The old files come back beside the new ones, under names that are free.
    for (n, text) in ring.values().filter(|text| text.starts_with("sparekey/")).enumerate() {
        disk.area.borrow_mut().insert(format!("g9{n}"), text.clone());
    }
    let thief = host(&disk, 900);
    assert_eq!(unlock(&thief, 1), None, "a copied file opens with its password: nobody can prevent it");
    assert!(status(&thief).warnings.contains(&"rolled-back".to_owned()), "it is told");
    for n in 0..8 {
        add(&thief, &format!("t{n}"));
    }
    let owner = host(&disk, 1300);
    assert_eq!(unlock(&owner, 2), None);
    assert_eq!(issuers(&owner), ["a", "b", "c"], "nothing that was acknowledged under the new key is gone");
}

#[test]
fn a_password_change_beside_an_edit_loses_neither() {
    let (disk, ..) = lived();
    let (one, two) = (host(&disk, 500), host(&disk, 900));
    assert_eq!((unlock(&one, 1), unlock(&two, 1)), (None, None));
    assert_eq!(add(&one, "c"), None);
    let change = Request::ChangePassword { current: vec![key(1)], new: key(2) };
    assert_eq!(failed(&ask(&two, change.clone())), Some("changed-elsewhere"), "the edit was not seen");
    assert_eq!(status(&two).state, VaultState::Locked, "what it knew is past: an unlock sees what is there");
    assert_eq!(unlock(&two, 1), None);
    assert_eq!(failed(&ask(&one, change)), None);
    assert_eq!(
        add(&two, "d").as_deref(),
        Some("changed-elsewhere"),
        "this session's key is no longer the vault's"
    );
    assert_eq!(status(&two).state, VaultState::Locked, "and so it is over");
    let third = host(&disk, 1300);
    assert_eq!(unlock(&third, 1).as_deref(), Some("wrong-password"));
    assert_eq!(unlock(&third, 2), None);
    assert_eq!(issuers(&third), ["a", "b", "c"]);
}

#[test]
fn a_kill_between_a_rotation_and_the_keeping_of_its_key_goes_on_with_nothing_that_is_past() {
    let (disk, ..) = lived();
    let first = host(&disk, 1500);
    assert_eq!(unlock(&first, 1), None);
    let before = first.platform().session.borrow().clone();
    let change = Request::ChangePassword { current: vec![key(1)], new: key(2) };
    assert_eq!(failed(&ask(&first, change)), None);
    let next = host(&disk, 1600);
    *next.platform().session.borrow_mut() = before;
    assert_eq!(status(&next).state, VaultState::Locked, "the kept key opens an older state alone");
    assert_eq!(unlock(&next, 2), None);
    assert_eq!(add(&next, "c"), None);
    assert_eq!(issuers(&next), ["a", "b", "c"]);
}

/// An ordinary save removes no file that claims a later vault key, so it would lie there for ever.
#[test]
fn a_file_that_claims_a_later_key_and_no_later_state_ends_no_session() {
    let (disk, ..) = lived();
    let first = host(&disk, 1510);
    assert_eq!(unlock(&first, 1), None);
    let text = disk.ring.borrow().iter().rfind(|(key, _)| key.starts_with('g')).unwrap().1.clone();
    let header = VaultFile::parse(text.as_bytes()).unwrap().header().clone();
    let is = |name: &str, n: u64| format!("\"{name}\":{n}");
    for (generation, state) in [
        (1, VaultState::Open),
        (header.generation, VaultState::Open),
        (header.generation + 1, VaultState::Locked),
    ] {
        let forged = text
            .replace(&is("epoch", header.epoch), &is("epoch", header.epoch + 1))
            .replace(&is("generation", header.generation), &is("generation", generation));
        let made = VaultFile::parse(forged.as_bytes()).unwrap().header().clone();
        assert_eq!((made.epoch, made.generation), (header.epoch + 1, generation));
        disk.area.borrow_mut().insert("g9".into(), forged);
        let next = host(&disk, 1520 + generation);
        *next.platform().session.borrow_mut() = first.platform().session.borrow().clone();
        assert_eq!(status(&next).state, state, "{generation}: a rotation has a later state, too");
    }
}

#[test]
fn two_first_vaults_do_not_overwrite_each_other() {
    let disk = Disk::default();
    let (one, two) = (host(&disk, 1), host(&disk, 500));
    assert_eq!((status(&one).state, status(&two).state), (VaultState::Fresh, VaultState::Fresh));
    assert_eq!(failed(&ask(&one, Request::Create { key: key(1) })), None);
    assert_eq!(failed(&ask(&two, Request::Create { key: key(2) })), Some("changed-elsewhere"));
    assert_eq!(unlock(&host(&disk, 900), 1), None);
}

#[test]
fn forged_journal_lines_marks_and_heads_do_nothing() {
    let (disk, ..) = lived();
    let other = Disk::default();
    let stranger = host(&other, 700);
    ask(&stranger, Request::Create { key: key(9) });
    ask(&stranger, Request::Add { forms: vec![form("x", "hotp")] });
    let id = entries(&stranger)[0].id.clone();
    ask(&stranger, Request::NextHotp { id });
    let lines: Keys = other
        .ring
        .borrow()
        .iter()
        .filter(|(key, _)| key.starts_with("j/"))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    assert!(!lines.is_empty());
    disk.ring.borrow_mut().extend(lines);
    let junk = format!(
        "[{}]",
        [u64::MAX, 0, 3]
            .map(|n| format!(
                "{{\"generation\":{n},\"sequence\":4294967295,\"sealed\":\"{}\"}}",
                BASE64.encode(&[7; 600])
            ))
            .join(",")
    );
    for (key, text) in [
        ("journal", junk.as_str()),
        ("head", "{\"generation\":-1}"),
        ("marker", ""),
        ("g", "x"),
        ("g1x", "sparekey/2\n"),
    ] {
        disk.area.borrow_mut().insert(key.into(), text.into());
    }
    disk.ring.borrow_mut().insert("j/".into(), "{}".into());
    let host = host(&disk, 2);
    assert_eq!(unlock(&host, 1), None);
    assert_eq!(issuers(&host), ["a", "b"]);
    assert_eq!(add(&host, "c"), None);
    let again = super::host(&disk, 3);
    assert_eq!(unlock(&again, 1), None);
    assert_eq!(issuers(&again), ["a", "b", "c"]);
}

#[test]
fn costs_of_forged_slots_are_bounded() {
    let (disk, ..) = lived();
    for n in 0..20u8 {
        let text = with_generation(100 + n, 1000 + u64::from(n));
        disk.ring.borrow_mut().insert(format!("g{}", 1000 + u32::from(n)), text.clone());
        disk.area.borrow_mut().insert(format!("g{}", 1000 + u32::from(n)), text);
    }
    let Reply::Derive { jobs } = ask(&host(&disk, 2), Request::PlanUnlock) else { panic!("no plan") };
    assert!(jobs.len() <= 3, "three derivations an attempt");
    for job in jobs {
        assert_eq!(kdf::check(job.params), Ok(()));
    }
}

#[test]
fn the_length_of_a_journal_line_does_not_tell_the_site() {
    let lengths = |host_name: &str| {
        let (disk, ..) = lived();
        let host = host(&disk, 500);
        assert_eq!(unlock(&host, 1), None);
        let id = entries(&host)[0].id.clone();
        let site = SiteForm { origin: format!("https://{host_name}"), subdomains: false };
        let _ = ask(&host, Request::Bind { id: id.clone(), site });
        ask(&host, Request::Used { id });
        let ring = disk.ring.borrow();
        ring.iter().filter(|(key, _)| key.starts_with("j/")).map(|(_, text)| text.len()).collect::<Vec<_>>()
    };
    let short = lengths("a.example");
    assert_eq!(short, lengths("a-very-much-longer-name-of-a-site.with.many.labels.example"));
    assert!(!short.is_empty());
}

#[test]
fn a_line_in_the_area_that_claims_a_newer_version_shuts_nobody_out() {
    let (disk, ..) = lived();
    for key in ["g0", "g1", "g7"] {
        disk.area.borrow_mut().insert(key.into(), "sparekey/2\nlater\n".into());
    }
    let host = host(&disk, 500);
    assert_eq!(unlock(&host, 1), None);
    assert_eq!(issuers(&host), ["a", "b"]);
    assert!(status(&host).warnings.contains(&"newer-version".to_owned()), "it is told");
    assert_eq!((add(&host, "c"), add(&host, "d")), (None, None));
    for key in ["g0", "g1", "g7"] {
        assert_eq!(disk.area.borrow()[key], "sparekey/2\nlater\n", "and left as it is");
    }
    let again = super::host(&disk, 900);
    assert_eq!(unlock(&again, 1), None);
    assert_eq!(issuers(&again), ["a", "b", "c", "d"]);
}

/// Headers that say what a stranger likes, beside the genuine files, in both stores.
#[test]
fn forged_policies_and_other_members_of_the_header_are_believed_by_nobody() {
    let members = [
        r#""policy":{"pass":{"allowed":false,"min":0,"max":0,"usual":0,"once":true},"x":[1]}"#,
        r#""policy":{},"codes":{"made":4294967295,"unkept":[],"void":[]}"#,
        r#""policy":{},"backup":{"made":9007199254740990,"missing":4294967295}"#,
        r#""policy":{},"left":{"at":9007199254740990,"void":["codes"]}"#,
        r#""policy":{},"emergency":true,"later":{"deep":[[[[]]]]}"#,
    ];
    for (at, member) in members.into_iter().enumerate() {
        let (disk, ..) = lived();
        let genuine = newest(&disk.ring.borrow());
        // The user's own header with another member, higher than every generation: the MAC no longer fits.
        let forged = genuine.replacen("\"policy\":{}", member, 1);
        assert_ne!(forged, genuine);
        let generation = VaultFile::parse(genuine.as_bytes()).unwrap().header().generation;
        let forged = forged.replacen(
            &format!("\"generation\":{generation}"),
            &format!("\"generation\":{}", generation + 9),
            1,
        );
        for keys in [&disk.ring, &disk.area] {
            keys.borrow_mut().insert("g0000000000009999".into(), forged.clone());
        }
        let host = host(&disk, 2);
        let place = host.platform().place.clone();
        // Locked, whatever they say is shown at most; nothing is written and nothing erased for it.
        assert_eq!(status(&host).state, VaultState::Locked, "member {at}");
        host.upkeep().now_or_never().expect("nothing waits");
        assert_eq!(place.files.borrow().len(), 0, "member {at}");
        assert_eq!(unlock(&host, 1), None, "member {at}");
        assert_eq!(issuers(&host), ["a", "b"], "member {at}");
        let told = status(&host);
        assert!(told.warnings.contains(&"rolled-back".to_owned()), "member {at}: it is told");
        assert_eq!(told.codes.map(|codes| codes.made), None, "member {at}");
        let form = PassForm { minutes: 60, once: false, start: None };
        assert!(matches!(ask(&host, Request::MakePass { form }), Reply::Pass { .. }), "member {at}");
        assert_eq!(add(&host, "c"), None);
        let again = super::host(&disk, 3);
        assert_eq!((unlock(&again, 1), issuers(&again).len()), (None, 3), "member {at}");
    }
}

/// Everything that a later version added to the body, with what nobody would write: a vault with it still opens, answers
/// every question, and loses nothing.
#[test]
fn absurd_members_of_the_body_neither_panic_nor_shut_out() {
    let id = "00".repeat(16);
    let far = "9007199254740991";
    let b64 = |len: usize| BASE64.encode(&vec![7; len]);
    let slot = format!(r#"{{"id":"{id}","kind":"shares","use":"backup","digest":"{}"}}"#, b64(32));
    let header = format!(
        r#"{{"vault":"{id}","origin":"{id}","device":"{id}","epoch":9007199254740991,"generation":9007199254740991,"saved":{far},"policy":{{}},"body_salt":"{b}","body_hash":"{b}","slots":[{slot},{slot}]}}"#,
        b = b64(32)
    );
    let emergency_bundle = format!(
        r#"{{"modified":{far},"vault":{{"key":"{k}","header":{header},"records":["-",null,"x"],"slots":{{}},"holds":"{k}","drill":{{"at":{far},"ways":"","slot":"","took_ms":4294967295}}}}}}"#,
        k = b64(32)
    );
    let members = [
        (
            "moving",
            format!(
                r#"{{"modified":{far},"accounts":[{{"id":"{id}","issuer":"","done":255,"entry":"{id}"}}]}}"#
            ),
        ),
        (
            "worklist",
            format!(
                r#"{{"modified":{far},"started":{far},"accounts":[{{"entry":"{id}","done":255}}],"rotated":0}}"#
            ),
        ),
        ("drill", format!(r#"{{"at":{far},"ways":"nothing","slot":"none","took_ms":4294967295}}"#)),
        ("restored", format!(r#"{{"at":{far},"ways":[{{"id":"{id}","kind":"telepathy","spent":true}}]}}"#)),
        ("emergencies", format!(r#"[{{"at":{far},"entry":"{id}","reason":""}}]"#)),
        ("stated", format!(r#"{{"modified":{far},"places":{{"x":["",""]}},"others":{{"y":["z"]}}}}"#)),
        ("policy", "\"ffffffffffffffff\"".into()),
        ("sheet", format!(r#"{{"modified":{far},"values":{{"copies":"c"}}}}"#)),
        ("passes", format!(r#"[{{"id":"{id}","made":{far},"not_after":0,"once":true,"why":"magic"}}]"#)),
        ("emergency_bundle", emergency_bundle),
        (
            "emergency_waits",
            format!(
                r#"{{"modified":{far},"hours":{{"x":4294967295}},"asked":[{{"entry":"{id}","at":{far},"until":{far},"reason":""}},{{"entry":"{id}","at":0,"until":{far},"reason":""}}]}}"#
            ),
        ),
        ("left", format!(r#"{{"at":{far},"void":["codes","ghosts","emergency"]}}"#)),
        (
            "log_chain",
            format!(
                r#"{{"began":"{id}","from":18446744073709551615,"before":"{b}","count":18446744073709551615,"head":"{b}"}}"#,
                b = b64(32)
            ),
        ),
        ("of-a-later-version", r#"{"deep":[[[[1e308]]]]}"#.into()),
    ];
    let all: Vec<(&str, String)> = members.to_vec();
    let singles = members.iter().map(|member| vec![member.clone()]);
    for set in singles.chain([all]) {
        let what: Vec<&str> = set.iter().map(|(name, _)| *name).collect();
        let (disk, ..) = lived();
        let owner = host(&disk, 2);
        assert_eq!(unlock(&owner, 1), None);
        let session: serde_json::Value =
            serde_json::from_str(owner.platform().session.borrow().as_deref().unwrap()).unwrap();
        let key_bytes: [u8; 32] = crate::vault::bytes::decode(session["key"].as_str().unwrap()).unwrap();
        let file = VaultFile::parse(newest(&disk.ring.borrow()).as_bytes()).unwrap();
        let mut opened = file.open_with(crate::secret::Key::new(key_bytes)).unwrap();
        let mut body = serde_json::to_value(&opened.body).unwrap();
        for (name, text) in &set {
            body[*name] = serde_json::from_str(text).unwrap();
        }
        opened.body = serde_json::from_value(body).unwrap_or_else(|error| panic!("{what:?}: {error}"));
        let mut entropy = Seeded::new(77);
        let mut env = crate::env::Env { now: owner.platform().now(), entropy: &mut entropy };
        let file = crate::vault::sealed::save_without_chain(&opened, &mut env);
        let text = String::from_utf8(file.to_bytes()).unwrap();
        for keys in [&disk.ring, &disk.area] {
            keys.borrow_mut().insert("g0000000000000900".into(), text.clone());
        }
        let host = host(&disk, 900);
        host.platform().now.set(owner.platform().now.get());
        assert_eq!(unlock(&host, 1), None, "{what:?}");
        for request in [
            Request::Status,
            Request::List,
            Request::Codes,
            Request::Ways,
            Request::Log,
            Request::Moving,
            Request::Worklist,
            Request::Sheet,
            Request::Readiness,
            Request::Emergency,
            Request::ForgetRestored,
            Request::SeeEmergencies,
            Request::ExportEmergency,
            Request::DropWorklist { ids: Vec::new() },
            Request::DropMoving { ids: Vec::new() },
            Request::SettleLeft,
        ] {
            let _ = ask(&host, request);
            host.upkeep().now_or_never().expect("nothing waits");
        }
        assert_eq!(add(&host, "c"), None, "{what:?}");
        assert_eq!(failed(&ask(&host, Request::Export { key: None })), None, "{what:?}");
        // Whatever the emergency bundle has become, it can be given up and made anew.
        let edit = entries(&host)[0].id.clone();
        super::emergency_bundle::mark(&host, &edit, true);
        assert_eq!(failed(&ask(&host, Request::DeclineEmergencyBundle)), None, "{what:?}");
        super::emergency_bundle::shares(&host, true);
        let leave = Request::SomeoneLeft { current: vec![key(1)], new: key(2) };
        assert_eq!(failed(&ask(&host, leave)), None, "{what:?}");
        let again = super::host(&disk, 5_000);
        again.platform().now.set(host.platform().now.get());
        assert_eq!(unlock(&again, 2), None, "{what:?}");
        assert_eq!(issuers(&again), ["a", "b", "c"], "{what:?}");
    }
}

/// A bundle that a stranger made brings entries and nothing else, whatever its body says.
#[test]
fn a_strangers_bundle_brings_no_emergency_bundle_waits_or_other_lists() {
    let (theirs, _) = super::emergency_bundle::made(&Disk::default());
    super::emergency_bundle::shares(&theirs, true);
    let glass = entries(&theirs).into_iter().find(|entry| entry.emergency.is_some()).unwrap().id;
    ask(&theirs, Request::SetEmergencyWait { ids: vec![glass], hours: 72 });
    ask(&theirs, Request::StartWorklist { ids: Vec::new() });
    let Reply::Bundle { bundle, .. } = ask(&theirs, Request::Export { key: None }) else {
        panic!("a bundle")
    };
    let (disk, ..) = lived();
    for (host, create) in [(host(&disk, 900), None), (host(&Disk::default(), 1_900), Some(key(3)))] {
        if create.is_none() {
            assert_eq!(unlock(&host, 1), None);
        }
        let way = Way::Password { keys: vec![key(1)] };
        let restore = Request::RestoreBundle { bundle: bundle.clone(), way, create, leave_out: Vec::new() };
        assert!(matches!(ask(&host, restore), Reply::Restored { .. }));
        let area = super::emergency_bundle::area(&host);
        assert!(area.bundle.offer && !area.bundle.exists);
        assert!(area.entries.iter().all(|entry| entry.hours == 0), "no wait that a stranger set");
        assert!(matches!(ask(&host, Request::Worklist), Reply::Worklist { started: None, .. }));
    }
}
