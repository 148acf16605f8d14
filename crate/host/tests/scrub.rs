//! Making the stores anew: when it happens, that two of three places hold everything at every step, whatever fails or dies
//! there, that no state in between is told as a failed copy or a new user, and that what was used does not come back.

use super::{ways, *};
use crate::host::load;
use crate::host::platform::Rinse;
use crate::host::scrub::{DUE, RINSE};
use crate::vault::code::Code;
use crate::vault::file::VaultFile;
use crate::vault::slot::SlotKind;
use crate::vault::way::WayIn;

const FAULTS: [Fault; 5] = [Fault::Reject, Fault::Forget, Fault::KillBefore, Fault::KillAfter, Fault::Broken];

fn copy(disk: &Disk) -> Disk {
    let clone = |keys: &Rc<RefCell<Keys>>| Rc::new(RefCell::new(keys.borrow().clone()));
    Disk { ring: clone(&disk.ring), area: clone(&disk.area), spare: clone(&disk.spare) }
}

/// A background that goes on with the session of another one.
fn goes_on(disk: &Disk, from: &Host<Fake>, seed: u64) -> Host<Fake> {
    let host = host(disk, seed);
    *host.platform().session.borrow_mut() = from.platform().session.borrow().clone();
    host.platform().now.set(from.platform().now.get());
    host
}

fn by_code(code: &str) -> Way {
    Way::Code { code: code.into(), keys: Vec::new() }
}

fn by_password() -> Way {
    Way::Password { keys: vec![key(1)] }
}

fn unlock(host: &Host<Fake>, way: Way) -> Option<String> {
    failed(&ask(host, Request::Unlock { way })).map(ToOwned::to_owned)
}

fn upkeep(host: &Host<Fake>) {
    host.upkeep().now_or_never().expect("nothing waits");
}

fn later(host: &Host<Fake>, ms: u64) {
    host.platform().now.set(host.platform().now.get() + ms);
    upkeep(host);
}

/// A vault with a counter, a journal and recovery codes, all of whose generations are in the stores.
fn made(disk: &Disk) -> (Host<Fake>, Vec<String>) {
    let host = host(disk, 1);
    ask(&host, Request::Create { key: key(1) });
    let Reply::Added { ids, .. } = ask(&host, Request::Add { forms: vec![form("counts", "hotp")] }) else {
        panic!("added")
    };
    let Reply::RecoveryCodes { codes, .. } =
        ask(&host, Request::MakeCodes { count: 8, add: false, key: None })
    else {
        panic!("codes")
    };
    let codes: Vec<String> = codes.into_iter().map(|code| code.code).collect();
    ask(&host, Request::KeepCodes { way: by_code(&codes[0]) });
    ask(&host, Request::Add { forms: vec![form("first", "totp")] });
    ask(&host, Request::NextHotp { id: ids[0].clone() });
    upkeep(&host);
    (host, codes)
}

/// Made, and a code used: a scrub is due.
fn burnt(disk: &Disk) -> (Host<Fake>, String) {
    let (host, codes) = made(disk);
    ask(&host, Request::Lock);
    assert_eq!(unlock(&host, by_code(&codes[3])), None);
    let counter = entries(&host).into_iter().find(|entry| entry.issuer == "counts").unwrap().id;
    ask(&host, Request::NextHotp { id: counter });
    (host, codes[3].clone())
}

fn is_due(disk: &Disk) -> bool {
    [&disk.ring, &disk.area].iter().any(|keys| keys.borrow().contains_key(DUE))
}

fn less_due(keys: &Rc<RefCell<Keys>>) -> Keys {
    keys.borrow()
        .iter()
        .filter(|(key, _)| *key != DUE && *key != RINSE)
        .map(|(key, text)| (key.clone(), text.clone()))
        .collect()
}

fn opens(text: &str, code: &str) -> bool {
    let file = VaultFile::parse(text.as_bytes());
    file.is_ok_and(|file| file.open(&WayIn::Code(Code::parse(code).unwrap()), |_| true).is_ok())
}

/// In none of the three places.
fn opens_nothing(disk: &Disk, code: &str) -> bool {
    [&disk.ring, &disk.area, &disk.spare]
        .iter()
        .all(|keys| keys.borrow().values().all(|text| !opens(text, code)))
}

/// The keys that it opens, each after its store.
fn lies_in(disk: &Disk, code: &str) -> Vec<String> {
    let places = [("ring", &disk.ring), ("area", &disk.area), ("spare", &disk.spare)];
    let found = places.iter().flat_map(|(place, keys)| {
        let keys = keys.borrow();
        let of = keys.iter().filter(|(_, text)| opens(text, code));
        of.map(|(key, _)| format!("{place}/{key}")).collect::<Vec<_>>()
    });
    found.collect()
}

#[test]
fn a_used_code_makes_both_stores_anew_once_and_an_ordinary_save_does_not() {
    let disk = Disk::default();
    let (host, codes) = made(&disk);
    assert!(host.platform().discarded.borrow().is_empty(), "saves and new codes erase nothing");
    ask(&host, Request::Lock);
    assert_eq!(unlock(&host, by_code(&codes[3])), None);
    assert!(
        is_due(&disk) && host.platform().discarded.borrow().is_empty(),
        "the unlock does not wait for it"
    );
    let before = (less_due(&disk.ring), less_due(&disk.area));
    upkeep(&host);
    let order = [StoreId::Ring, StoreId::Area, StoreId::Spare];
    assert_eq!(*host.platform().discarded.borrow(), order);
    assert_eq!(*host.platform().rinsed.borrow(), [Rinse::Before, Rinse::After]);
    assert!(!is_due(&disk) && disk.spare.borrow().is_empty());
    assert!(before == (less_due(&disk.ring), disk.area.borrow().clone()), "to the letter");
    // A browser tidies up after its answer, and may be killed meanwhile: the mark stays a while.
    assert!(disk.ring.borrow().contains_key(RINSE));
    later(&host, 61_000);
    assert!(before == (disk.ring.borrow().clone(), disk.area.borrow().clone()), "no mark is left");
    assert_eq!(host.platform().rinsed.borrow().last(), Some(&Rinse::Last));
    ask(&host, Request::Add { forms: vec![form("later", "totp")] });
    upkeep(&host);
    assert_eq!(host.platform().discarded.borrow().len(), order.len(), "once");
    assert_eq!(status(&host).warnings, [""; 0]);
}

#[test]
fn every_erasing_is_followed_by_one() {
    let disk = Disk::default();
    let (host, _) = made(&disk);
    let scrubs =
        || host.platform().discarded.borrow().iter().filter(|store| **store == StoreId::Ring).count();
    ask(&host, Request::ChangePassword { current: vec![key(1)], new: key(2) });
    upkeep(&host);
    assert_eq!(scrubs(), 1, "a former password");
    let form = PassForm { minutes: 30, start: None, once: false };
    let Reply::Pass { .. } = ask(&host, Request::MakePass { form }) else { panic!("a pass") };
    upkeep(&host);
    assert_eq!(scrubs(), 1);
    host.platform().now.set(host.platform().now.get() + 31 * 60_000);
    let browser = SenderInfo { browser: true, ..SenderInfo::default() };
    host.request(Request::Tick { why: "alarm".into() }, browser).now_or_never().expect("nothing waits");
    upkeep(&host);
    assert!(scrubs() == 2 && !is_due(&disk), "a pass that is over");
}

#[test]
fn a_pass_that_ended_while_the_browser_was_closed_is_scrubbed_before_the_first_unlock() {
    let disk = Disk::default();
    let (first, _) = made(&disk);
    let form = PassForm { minutes: 30, start: None, once: false };
    let Reply::Pass { .. } = ask(&first, Request::MakePass { form }) else { panic!("a pass") };
    let host = host(&disk, 7);
    host.platform().now.set(first.platform().now.get() + 31 * 60_000);
    assert_eq!(status(&host).state, VaultState::Locked);
    assert!(host.platform().discarded.borrow().contains(&StoreId::Ring) && !is_due(&disk));
    assert_eq!(unlock(&host, by_password()), None);
}

#[test]
fn a_pass_that_is_over_leaves_the_files_within_a_minute_though_the_last_rinse_failed() {
    let disk = Disk::default();
    let (host, _) = made(&disk);
    ask(&host, Request::ChangePassword { current: vec![key(1)], new: key(2) });
    let form = PassForm { minutes: 30, start: None, once: false };
    let Reply::Pass { code, .. } = ask(&host, Request::MakePass { form }) else { panic!("a pass") };
    ask(&host, Request::Lock);
    upkeep(&host);
    for again in [false, true] {
        host.platform().rinses_not.set(!again);
        for _ in 0..3 {
            later(&host, 4 * 60_000);
        }
        assert_eq!(disk.ring.borrow().contains_key(RINSE), !again, "it failed, and succeeded at last");
    }
    let scrubs =
        || host.platform().discarded.borrow().iter().filter(|store| **store == StoreId::Ring).count();
    assert_eq!(scrubs(), 1);
    host.platform().now.set(host.platform().now.get() + 31 * 60_000);
    let browser = SenderInfo { browser: true, ..SenderInfo::default() };
    host.request(Request::Tick { why: "alarm".into() }, browser).now_or_never().expect("nothing waits");
    upkeep(&host);
    assert!(scrubs() == 2 && !is_due(&disk) && opens_nothing(&disk, &code));
}

#[test]
fn whatever_fails_or_dies_at_any_step_everything_is_there_and_what_was_used_is_not() {
    let disk = Disk::default();
    let (first, used) = burnt(&disk);
    for (fault, keeps) in FAULTS.into_iter().flat_map(|fault| [(fault, false), (fault, true)]) {
        for step in 0.. {
            let what = format!("{fault:?} at step {step}, the area deleted: {}", !keeps);
            let disk = copy(&disk);
            let whole = (less_due(&disk.ring), less_due(&disk.area));
            let host = goes_on(&disk, &first, 50);
            host.platform().keeps_area.set(keeps);
            // The load of a background that starts comes before.
            host.platform().broken.set(None);
            host.platform().countdown.set(Some((step, fault)));
            upkeep(&host);
            let over = host.platform().countdown.get().is_some();
            let holds = |keys: &Keys, part: &str, whole: &Keys| {
                whole.iter().all(|(key, text)| keys.get(&format!("{part}{key}")) == Some(text))
            };
            let spare = disk.spare.borrow().clone();
            for (store, part, whole) in [(&disk.ring, "ring/", &whole.0), (&disk.area, "area/", &whole.1)] {
                let there = holds(&store.borrow(), "", whole);
                assert!(there || holds(&spare, part, whole), "{what}: {part} is nowhere whole");
            }
            if keeps {
                assert!(
                    holds(&disk.area.borrow(), "", &whole.1),
                    "{what}: the area is never less than whole"
                );
            }
            let two = [
                holds(&disk.ring.borrow(), "", &whole.0),
                holds(&disk.area.borrow(), "", &whole.1),
                holds(&spare, "ring/", &whole.0) && holds(&spare, "area/", &whole.1),
            ];
            assert!(two.iter().filter(|place| **place).count() >= 2, "{what}: {two:?}");

            let left =
                is_due(&disk) || disk.ring.borrow().contains_key(RINSE) || !disk.spare.borrow().is_empty();
            // The next start: put together before anything is read, and scrubbed before the first unlock.
            let next = self::host(&disk, 60);
            next.platform().keeps_area.set(keeps);
            let found = status(&next);
            assert_eq!((found.state, found.warnings), (VaultState::Locked, Vec::new()), "{what}");
            assert!(!is_due(&disk) && disk.spare.borrow().is_empty(), "{what}: it is finished");
            // Whatever the browser was tidying up when it died, it is made to do again.
            let again = next.platform().rinsed.borrow().last().copied();
            assert_eq!(again, left.then_some(Rinse::Last), "{what}");
            assert!(whole == (less_due(&disk.ring), disk.area.borrow().clone()), "{what}: to the letter");
            assert!(opens_nothing(&disk, &used), "{what}");
            assert_eq!(unlock(&next, by_password()), None, "{what}");
            let entries = entries(&next);
            assert_eq!(
                (entries.len(), entries.iter().find_map(|entry| entry.counter)),
                (2, Some(2)),
                "{what}"
            );
            if over {
                assert!(step > 12, "{what}: the faults reach all of it");
                break;
            }
        }
    }
}

#[test]
fn life_goes_on_after_a_step_that_failed_and_nothing_is_lost_or_comes_back() {
    let disk = Disk::default();
    let (first, used) = burnt(&disk);
    let before = less_due(&disk.ring);
    for fault in [Fault::Reject, Fault::Forget, Fault::Broken] {
        for step in 0..40 {
            let what = format!("{fault:?} at step {step}");
            let disk = copy(&disk);
            let host = goes_on(&disk, &first, 70);
            assert_eq!(entries(&host).len(), 2);
            host.platform().countdown.set(Some((step, fault)));
            upkeep(&host);
            if host.platform().countdown.take().is_some() {
                break;
            }
            // While it is not finished: a save, a counter, and a code that is used, whatever store takes them.
            ask(&host, Request::Add { forms: vec![form("meanwhile", "totp")] });
            let counter = entries(&host).into_iter().find(|entry| entry.issuer == "counts").unwrap().id;
            assert!(matches!(ask(&host, Request::NextHotp { id: counter }), Reply::Code(_)), "{what}");
            host.platform().broken.set(None);
            host.platform().now.set(host.platform().now.get() + 61_000);
            upkeep(&host);
            host.platform().now.set(host.platform().now.get() + 61_000);
            ask(&host, Request::Status);
            upkeep(&host);
            assert_eq!(status(&host).warnings, [""; 0], "{what}: both are brought up");
            let next = self::host(&disk, 80);
            assert_eq!(status(&next).state, VaultState::Locked);
            assert!(!is_due(&disk) && disk.spare.borrow().is_empty(), "{what}: finished in the end");
            assert!(opens_nothing(&disk, &used), "{what}");
            assert_eq!(unlock(&next, by_password()), None, "{what}");
            let entries = entries(&next);
            assert!(entries.iter().any(|entry| entry.issuer == "meanwhile"), "{what}");
            assert_eq!(entries.iter().find_map(|entry| entry.counter), Some(3), "{what}");
            let ring = disk.ring.borrow();
            let newest = before.keys().filter(|key| load::is_file(key)).max().unwrap();
            assert!(ring.contains_key(newest), "{what}: the older generations are there");
        }
    }
}

#[test]
fn a_copy_that_a_kill_left_brings_nothing_back_that_was_erased_since() {
    let disk = Disk::default();
    let (first, codes) = made(&disk);
    let then = copy(&disk);
    ask(&first, Request::Lock);
    assert_eq!(unlock(&first, by_code(&codes[3])), None);
    // The spare as it was before the code was used, and a ring that lost an older generation meanwhile.
    for (part, keys) in [("ring/", &then.ring), ("area/", &then.area)] {
        let named = keys
            .borrow()
            .iter()
            .map(|(key, text)| (format!("{part}{key}"), text.clone()))
            .collect::<Vec<_>>();
        disk.spare.borrow_mut().extend(named);
    }
    let oldest = disk.ring.borrow().keys().find(|key| load::is_file(key)).cloned().unwrap();
    let lost = disk.ring.borrow_mut().remove(&oldest);
    let host = host(&disk, 9);
    assert_eq!(status(&host).state, VaultState::Locked);
    assert_eq!(disk.ring.borrow().contains_key(&oldest), lost.is_some(), "what was lost is back");
    assert!(opens_nothing(&disk, &codes[3]), "without the record of the used code");
    assert_eq!(unlock(&host, by_code(&codes[3])).as_deref(), Some("wrong-code"));
    assert_eq!(unlock(&host, by_password()), None);
}

#[test]
fn it_is_not_begun_while_a_store_fails_and_done_when_it_is_back() {
    for failing in [StoreId::Ring, StoreId::Area] {
        let disk = Disk::default();
        let (host, codes) = made(&disk);
        ask(&host, Request::Lock);
        host.platform().broken.set(Some(failing));
        assert_eq!(unlock(&host, by_code(&codes[2])), None, "a full disk keeps nobody out");
        upkeep(&host);
        assert!(host.platform().discarded.borrow().is_empty(), "{failing:?}");
        host.platform().broken.set(None);
        host.platform().now.set(host.platform().now.get() + 61_000);
        // Looking brings the store up; the alarm after that finishes.
        assert_eq!(status(&host).warnings, [""; 0]);
        host.platform().now.set(host.platform().now.get() + 61_000);
        upkeep(&host);
        assert!(host.platform().discarded.borrow().contains(&StoreId::Area), "{failing:?}");
        assert!(!is_due(&disk) && opens_nothing(&disk, &codes[2]), "{failing:?}");
    }
}

#[test]
fn a_store_that_stays_unreadable_is_tried_ever_less_often_and_at_once_when_it_is_back() {
    let disk = Disk::default();
    let (host, codes) = made(&disk);
    ask(&host, Request::Lock);
    assert_eq!(unlock(&host, by_code(&codes[2])), None);
    host.platform().broken.set(Some(StoreId::Ring));
    // In steps of a second, as the fake's clock goes, for six hours: when it looked.
    let (mut looks, start) = (Vec::new(), host.platform().now.get());
    while host.platform().now.get() < start + 6 * 3_600_000 {
        let before = host.platform().steps.get();
        let mut core = host.core.try_lock().unwrap();
        host.scrub_when_due(&mut core).now_or_never().expect("nothing waits");
        if host.platform().steps.get() > before {
            looks.push(host.platform().now.get());
        }
    }
    let pauses: Vec<u64> = looks.windows(2).map(|two| (two[1] - two[0]) / 30_000).collect();
    assert_eq!(pauses[..7], [1, 2, 4, 8, 16, 32, 60], "half minutes, at last half an hour: {pauses:?}");
    assert!(pauses[7..].iter().all(|pause| *pause == 60) && looks.len() < 24, "{pauses:?}");
    host.platform().broken.set(None);
    assert_eq!(status(&host).state, VaultState::Locked);
    assert_eq!(unlock(&host, by_password()), None);
    upkeep(&host);
    assert!(!is_due(&disk) && opens_nothing(&disk, &codes[2]));
}

#[test]
fn erasing_takes_what_a_kill_left_beside_the_stores() {
    let disk = Disk::default();
    let (first, _) = burnt(&disk);
    // Dead after the copy was proven.
    let other = copy(&disk);
    let host = goes_on(&disk, &first, 5);
    status(&host);
    let dying = goes_on(&other, &first, 6);
    dying.platform().countdown.set(Some((5, Fault::KillAfter)));
    upkeep(&dying);
    assert!(!other.spare.borrow().is_empty());
    disk.spare.borrow_mut().extend(other.spare.borrow().clone());
    assert_eq!(failed(&ask(&host, Request::Erase { way: Some(by_password()), typed: "erase".into() })), None);
    assert!([&disk.ring, &disk.area, &disk.spare].iter().all(|keys| keys.borrow().is_empty()));
    assert_eq!(status(&self::host(&disk, 9)).state, VaultState::Fresh);
}

#[test]
fn random_histories_with_kills_in_the_scrubs_lose_nothing() {
    let mut ended = [0; 5];
    for seed in 0..300u64 {
        let disk = Disk::default();
        let (mut host, mut live) = made(&disk);
        let (mut used, mut issuers, mut counter) = (Vec::new(), vec!["first".to_owned()], 1);
        let (mut pass, mut shares, mut password) = (None::<String>, Vec::<String>::new(), 1u8);
        let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut draw = |of: u64| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random % of
        };
        for n in 0..12u64 {
            let fresh = |password: u8| {
                ask(&host, Request::Lock);
                let way = Way::Password { keys: vec![key(password)] };
                assert_eq!(unlock(&host, way), None, "{seed}/{n}");
            };
            match draw(12) {
                0 | 1 if live.len() > 1 => {
                    ask(&host, Request::Lock);
                    let code = live.remove(draw(live.len() as u64) as usize);
                    assert_eq!(unlock(&host, by_code(&code)), None, "{seed}");
                    used.push(code);
                }
                2 => {
                    let id = entries(&host).into_iter().find(|entry| entry.issuer == "counts").unwrap().id;
                    if matches!(ask(&host, Request::NextHotp { id }), Reply::Code(_)) {
                        counter += 1;
                    }
                }
                3 | 4 => {
                    fresh(password);
                    let made = ways::pass(&host, ways::lasting(10)).unwrap().0;
                    ended[0] += u32::from(pass.is_some());
                    used.extend(pass.replace(made));
                }
                5 | 6 => {
                    ways::forward(&host, 11);
                    // An open vault ends it with the alarm.
                    ways::tick(&host, "alarm");
                    ended[1] += u32::from(pass.is_some());
                    used.extend(pass.take());
                }
                7 => {
                    ended[2] += u32::from(!shares.is_empty());
                    fresh(password);
                    shares = ways::shares(&host, 2, 3);
                    let (set, typed) = (shares.clone(), ways::typed(&shares));
                    let keep = Request::KeepShares { shares: set, typed, emergency: false };
                    assert_eq!(failed(&ask(&host, keep)), None, "{seed}/{n}");
                }
                8 => {
                    let Reply::Ways { ways, .. } = ask(&host, Request::Ways) else {
                        panic!("{seed}/{n}: ways")
                    };
                    let ids: Vec<String> =
                        ways.into_iter().filter(|way| way.kind == "pass").map(|way| way.id).collect();
                    if !ids.is_empty() {
                        assert_eq!(failed(&ask(&host, Request::RemoveWays { ids })), None, "{seed}/{n}");
                        ended[3] += 1;
                        used.extend(pass.take());
                    }
                }
                9 => {
                    let (current, new) = (vec![key(password)], key(password + 1));
                    let left = ask(&host, Request::SomeoneLeft { current, new });
                    assert_eq!(failed(&left), None, "{seed}/{n}");
                    ended[4] += 1;
                    password += 1;
                    used.append(&mut live);
                    used.extend(pass.take());
                    shares.clear();
                }
                _ => {
                    let issuer = format!("n{n}");
                    if let Reply::Added { .. } =
                        ask(&host, Request::Add { forms: vec![form(&issuer, "totp")] })
                    {
                        issuers.push(issuer);
                    }
                }
            }
            let fault = FAULTS[draw(5) as usize];
            host.platform().countdown.set(Some((draw(30) as u32, fault)));
            upkeep(&host);
            host.platform().countdown.set(None);
            host.platform().broken.set(None);
            if host.platform().dead.get() || draw(4) == 0 {
                // Far enough apart that no background draws what another one drew.
                let next = self::host(&disk, 1_000_000 * (seed + 1) + 10_001 * n);
                next.platform().now.set(host.platform().now.get());
                host = next;
                let found = status(&host);
                assert_eq!((found.state, found.warnings), (VaultState::Locked, Vec::new()), "{seed}/{n}");
                for code in &used {
                    assert_eq!(lies_in(&disk, code), [""; 0], "{seed}/{n}: {code}");
                }
                if let Some(first) = shares.first_chunk::<2>().filter(|_| draw(2) == 0) {
                    assert_eq!(unlock(&host, Way::Shares { shares: first.to_vec() }), None, "{seed}/{n}");
                } else {
                    let way = Way::Password { keys: vec![key(password)] };
                    assert_eq!(unlock(&host, way), None, "{seed}/{n}");
                }
            }
            let found = entries(&host);
            for issuer in &issuers {
                assert!(found.iter().any(|entry| entry.issuer == *issuer), "{seed}/{n}: {issuer} is lost");
            }
            assert_eq!(found.iter().find_map(|entry| entry.counter), Some(counter), "{seed}/{n}");
        }
        // After one more start: where none is left of a kind, no generation has a record of it.
        let last = self::host(&disk, 1_000_000 * (seed + 1) + 900_000);
        last.platform().now.set(host.platform().now.get());
        status(&last);
        assert!(used.iter().all(|code| opens_nothing(&disk, code)), "{seed}");
        let newest = ways::files(&disk).into_iter().max_by_key(|file| file.header().generation).unwrap();
        for kind in [SlotKind::Pass, SlotKind::Shares] {
            let lines = ways::records(&disk, kind);
            let now = newest.slots().any(|(slot, _)| slot.kind == kind);
            assert!(now || lines.is_empty(), "{seed}: {kind:?}");
        }
    }
    assert!(ended.iter().all(|times| *times > 30), "{ended:?}");
}
