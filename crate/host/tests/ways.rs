//! Recovery codes and temporary passes through the door, over stores that fail: what is used or over is nowhere, what
//! could not be burned says so, and a copy that somebody made earlier still opens.

use super::*;
use crate::secret::Key;
use crate::vault::code::Code;
use crate::vault::file::VaultFile;
use crate::vault::id::SlotId;
use crate::vault::slot::{SlotKind, SlotUse};
use crate::vault::way::WayIn;
use data_encoding::BASE64;

/// A vault with an HOTP and a TOTP entry, open.
pub(super) fn made(disk: &Disk) -> Host<Fake> {
    made_from(disk, 1)
}

pub(super) fn made_from(disk: &Disk, seed: u64) -> Host<Fake> {
    let host = host(disk, seed);
    ask(&host, Request::Create { key: key(1) });
    ask(&host, Request::Add { forms: vec![form("a", "totp"), form("b", "hotp")] });
    host
}

pub(super) fn by_password(n: u8) -> Way {
    Way::Password { keys: vec![key(n)] }
}

pub(super) fn by_code(code: &str) -> Way {
    Way::Code { code: code.into(), keys: Vec::new() }
}

pub(super) fn unlock(host: &Host<Fake>, way: Way) -> Option<String> {
    failed(&ask(host, Request::Unlock { way })).map(ToOwned::to_owned)
}

/// Recovery codes, typed back.
pub(super) fn codes(host: &Host<Fake>, count: u32, key: Option<DerivedKey>) -> Vec<String> {
    let keys = key.clone().into_iter().collect();
    let codes = shown(host, count, key);
    let keep = Request::KeepCodes { way: Way::Code { code: codes[0].clone(), keys } };
    assert_eq!(failed(&ask(host, keep)), None);
    codes
}

/// Recovery codes, shown and not typed back.
fn shown(host: &Host<Fake>, count: u32, key: Option<DerivedKey>) -> Vec<String> {
    match ask(host, Request::MakeCodes { count, add: false, key }) {
        Reply::RecoveryCodes { codes, .. } => codes.into_iter().map(|code| code.code).collect(),
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

pub(super) fn pass(host: &Host<Fake>, form: PassForm) -> Result<(String, PassView), String> {
    match ask(host, Request::MakePass { form }) {
        Reply::Pass { code, pass, .. } => Ok((code, pass)),
        other => Err(failed(&other).unwrap_or("?").to_owned()),
    }
}

pub(super) fn lasting(minutes: u32) -> PassForm {
    PassForm { minutes, start: None, once: false }
}

pub(super) fn once(minutes: u32) -> PassForm {
    PassForm { once: true, ..lasting(minutes) }
}

fn passes(host: &Host<Fake>) -> Vec<PassView> {
    match ask(host, Request::Ways) {
        Reply::Ways { passes, .. } => passes,
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

pub(super) fn forward(host: &Host<Fake>, minutes: u64) {
    let now = &host.platform().now;
    now.set(now.get() + minutes * 60_000);
}

pub(super) fn tick(host: &Host<Fake>, why: &str) {
    let sender = SenderInfo { browser: true, ..SenderInfo::default() };
    let _ = host.request(Request::Tick { why: why.into() }, sender).now_or_never().expect("nothing waits");
}

/// Every generation of both stores.
pub(super) fn files(disk: &Disk) -> Vec<VaultFile> {
    let both = [disk.ring.borrow(), disk.area.borrow()];
    let texts = both.iter().flat_map(|keys| keys.iter().filter(|(key, _)| key.starts_with('g')));
    texts.map(|(_, text)| VaultFile::parse(text.as_bytes()).unwrap()).collect()
}

/// The literal record lines of the slots of a kind, wherever they lie.
pub(super) fn records(disk: &Disk, kind: SlotKind) -> Vec<String> {
    let of_file = |file: &VaultFile| -> Vec<String> {
        file.slots().filter(|(slot, _)| slot.kind == kind).map(|(_, record)| record.to_line()).collect()
    };
    files(disk).iter().flat_map(of_file).collect()
}

fn lies_somewhere(disk: &Disk, line: &str) -> bool {
    [&disk.ring, &disk.area].iter().any(|keys| keys.borrow().values().any(|text| text.contains(line)))
}

fn opens(file: &VaultFile, code: &str) -> bool {
    file.open(&WayIn::Code(Code::parse(code).unwrap()), |_| true).is_ok()
}

#[test]
fn a_code_opens_once_and_is_gone_from_every_generation() {
    let disk = Disk::default();
    let first = made(&disk);
    let codes = codes(&first, 10, None);
    let copy = files(&disk);
    for n in 0..8 {
        ask(&first, Request::Add { forms: vec![form(&format!("more-{n}"), "totp")] });
    }
    let newest = files(&disk).into_iter().max_by_key(|file| file.header().generation).unwrap();
    let locator = Code::parse(&codes[2]).unwrap().derive_locator(newest.header().vault);
    let line = newest.slots().find(|(_, record)| record.locator.is_some_and(|at| at.0 == locator));
    let line = line.map(|(_, record)| record.to_line()).unwrap();
    assert!(lies_somewhere(&disk, &line));
    let old_key = first.core.try_lock().unwrap().vault().unwrap().key().clone();
    ask(&first, Request::Lock);

    let locked = status(&first);
    assert_eq!(locked.codes, Some(CodesView { left: 10, made: 10, unkept: 0 }), "visible while locked");
    assert_eq!(unlock(&first, by_code(&codes[2].to_lowercase())), None);
    let open = status(&first);
    assert_eq!((open.state, open.session), (VaultState::Open, Some(SessionKind::Full)));
    assert_eq!((open.opened_by.as_deref(), open.spent.as_deref()), (Some("code"), Some("3")));
    assert_eq!(open.codes.unwrap().left, 9);
    assert_eq!(entries(&first).len(), 10);

    assert!(!lies_somewhere(&disk, &line), "the record's bytes are nowhere");
    assert!(
        files(&disk).iter().all(|file| !opens(file, &codes[2])),
        "it opens none of the stored generations"
    );
    let newest = files(&disk).into_iter().max_by_key(|file| file.header().generation).unwrap();
    assert!(newest.open_with(old_key).is_err(), "nor does the old vault key open the newest");
    assert!(copy.iter().any(|file| opens(file, &codes[2])), "a copy made earlier does: told");
    ask(&first, Request::Lock);
    assert_eq!(unlock(&first, by_code(&codes[2])).as_deref(), Some("wrong-code"));
    assert_eq!(unlock(&first, by_code(&codes[9])), None, "the others still open, under the new key");
    assert_eq!(status(&first).codes.unwrap().left, 8);
    ask(&first, Request::Lock);
    assert_eq!(unlock(&first, by_password(1)), None);
}

#[test]
fn what_was_noted_since_the_last_save_comes_along() {
    let disk = Disk::default();
    let first = made(&disk);
    let codes = codes(&first, 10, None);
    let hotp = entries(&first)[1].id.clone();
    for _ in 0..3 {
        ask(&first, Request::NextHotp { id: hotp.clone() });
    }
    // A code that opens sees the counter, and keeps it under the new key.
    let second = host(&disk, 2);
    assert_eq!(unlock(&second, by_code(&codes[0])), None);
    assert_eq!(entries(&second)[1].counter, Some(3));
    let third = host(&disk, 3);
    assert_eq!(unlock(&third, by_password(1)), None);
    assert_eq!(entries(&third)[1].counter, Some(3));
}

#[test]
fn a_set_counts_when_one_code_was_typed_back_and_replaces_the_former_then() {
    let disk = Disk::default();
    let host = made(&disk);
    let old = codes(&host, 5, None);
    assert_eq!(
        failed(&ask(&host, Request::MakeCodes { count: 4, add: false, key: None })),
        Some("bad-count")
    );
    let lost = shown(&host, 10, None);
    assert_eq!(status(&host).codes, Some(CodesView { left: 5, made: 5, unkept: 10 }));
    let new = shown(&host, 10, None);
    let keep =
        |code: &str| failed(&ask(&host, Request::KeepCodes { way: by_code(code) })).map(ToOwned::to_owned);
    assert_eq!(keep(&old[0]).as_deref(), Some("not-of-this-sheet"));
    assert_eq!(keep(&lost[0]).as_deref(), Some("not-of-this-sheet"), "shown before and never typed back");
    assert_eq!(keep("ABCD").as_deref(), Some("code-length"));
    assert!(files(&disk).iter().any(|file| opens(file, &old[0])), "the former set stays until then");
    assert_eq!(keep(&new[7]), None);
    assert_eq!(status(&host).codes, Some(CodesView { left: 10, made: 10, unkept: 0 }));
    for code in [&old[0], &lost[0]] {
        assert!(files(&disk).iter().all(|file| !opens(file, code)), "void everywhere");
    }
    // Typing back spends nothing.
    ask(&host, Request::Lock);
    assert_eq!(unlock(&host, by_code(&new[7])), None);
    // One used code is replaced: the numbers are filled up.
    let Reply::RecoveryCodes { codes, .. } =
        ask(&host, Request::MakeCodes { count: 1, add: true, key: None })
    else {
        panic!("a replacement")
    };
    assert_eq!(codes[0].number, 8);
    assert_eq!(keep(&codes[0].code), None);
    assert_eq!(status(&host).codes, Some(CodesView { left: 10, made: 10, unkept: 0 }));
}

#[test]
fn a_code_that_goes_with_a_password_is_nothing_without_it() {
    let disk = Disk::default();
    let host = made(&disk);
    let codes = codes(&host, 5, Some(key(7)));
    ask(&host, Request::Lock);
    assert_eq!(unlock(&host, by_code(&codes[1])).as_deref(), Some("code-needs-password"));
    assert!(host.core.try_lock().unwrap().has_to_note(), "it may be a guess");
    let Reply::Derive { jobs } = ask(&host, Request::PlanPair { bundle: None }) else { panic!("jobs") };
    assert_eq!(jobs, [key(7).job], "one derivation for all of the set");
    let with = |code: &str, n: u8| Way::Code {
        code: code.into(),
        keys: vec![DerivedKey { job: key(7).job, ..key(n) }],
    };
    assert_eq!(unlock(&host, with(&codes[1], 8)).as_deref(), Some("wrong-code-or-password"));
    assert_eq!(unlock(&host, with(&codes[1], 7)), None);
    ask(&host, Request::Lock);
    assert_eq!(unlock(&host, with(&codes[1], 7)).as_deref(), Some("wrong-code-or-password"), "used up");
    assert_eq!(
        unlock(&host, by_password(7)).as_deref(),
        Some("wrong-password"),
        "its password alone is nothing"
    );
}

#[test]
fn after_a_code_a_new_password_is_set_without_the_old_one() {
    let disk = Disk::default();
    let host = made(&disk);
    let codes = codes(&host, 5, None);
    assert_eq!(failed(&ask(&host, Request::SetPassword { new: key(2) })), Some("not-in-this-session"));
    ask(&host, Request::Lock);
    assert_eq!(unlock(&host, by_code(&codes[0])), None);
    assert_eq!(pass(&host, once(60)).unwrap_err(), "not-in-this-session", "a code issues no passes");
    assert_eq!(failed(&ask(&host, Request::SetPassword { new: key(2) })), None);
    assert_eq!(
        failed(&ask(&host, Request::SetPassword { new: key(3) })),
        Some("not-in-this-session"),
        "once"
    );
    assert!(pass(&host, once(60)).is_ok());
    ask(&host, Request::Lock);
    assert_eq!(unlock(&host, by_password(1)).as_deref(), Some("wrong-password"));
    assert_eq!(unlock(&host, by_password(2)), None);
}

#[test]
fn a_code_that_cannot_be_burned_opens_a_rescue_session_and_burns_at_the_first_write() {
    let disk = Disk::default();
    let first = made(&disk);
    let codes = codes(&first, 5, None);
    ask(&first, Request::Lock);
    status(&first);
    first.platform().dead.set(true);
    assert_eq!(unlock(&first, by_code(&codes[0])), None);
    let rescue = status(&first);
    assert_eq!((rescue.session, rescue.warnings[0].as_str()), (Some(SessionKind::Rescue), "not-saved"));
    assert!(matches!(ask(&first, Request::Codes), Reply::Codes { .. }));
    let Reply::Bundle { bundle, .. } = ask(&first, Request::Export { key: None }) else { panic!("a bundle") };
    assert!(VaultFile::parse(&BASE64.decode(bundle.as_bytes()).unwrap()).is_ok());
    let hotp = entries(&first)[1].id.clone();
    for refused in [
        Request::Add { forms: vec![form("x", "totp")] },
        Request::NextHotp { id: hotp.clone() },
        Request::Reveal { id: hotp },
        Request::Kept,
        Request::MakeCodes { count: 5, add: false, key: None },
        Request::SetPassword { new: key(2) },
    ] {
        assert_eq!(failed(&ask(&first, refused)), Some("not-in-this-session"));
    }
    // The browser stops an idle background in the middle of it.
    let record = first.platform().session.borrow().clone();
    let second = host(&disk, 2);
    *second.platform().session.borrow_mut() = record;
    second.platform().dead.set(true);
    assert_eq!(status(&second).session, Some(SessionKind::Rescue));
    assert!(files(&disk).iter().any(|file| opens(file, &codes[0])), "not used up yet");
    second.platform().dead.set(false);
    status(&second);
    assert_eq!(status(&second).session, Some(SessionKind::Full), "burned: now it is a session like others");
    assert!(files(&disk).iter().all(|file| !opens(file, &codes[0])));
    assert!(entries(&second).len() == 2 && status(&second).codes.unwrap().left == 4);

    // Given up instead: the code is good for the next time.
    ask(&second, Request::Lock);
    status(&second);
    second.platform().dead.set(true);
    assert_eq!(unlock(&second, by_code(&codes[1])), None);
    assert_eq!(failed(&ask(&second, Request::Lock)), None);
    let third = host(&disk, 3);
    assert_eq!(unlock(&third, by_code(&codes[1])), None);
    assert_eq!(status(&third).session, Some(SessionKind::Full));
}

#[test]
fn a_one_time_pass_that_cannot_be_burned_opens_a_rescue_session_for_its_ten_minutes() {
    let disk = Disk::default();
    let host = made(&disk);
    let (code, _) = pass(&host, once(60)).unwrap();
    ask(&host, Request::Lock);
    status(&host);
    host.platform().full.set(true);
    let left = || status(&host).locks_at.unwrap().since(Millis(host.platform().now.get()));
    assert_eq!(unlock(&host, by_code(&code)), None);
    let rescue = status(&host);
    assert_eq!((rescue.session, rescue.warnings[0].as_str()), (Some(SessionKind::Rescue), "not-saved"));
    assert!((560_000..=600_000).contains(&left()), "{}", left());
    assert!(matches!(ask(&host, Request::Codes), Reply::Codes { .. }));
    assert!(matches!(ask(&host, Request::Export { key: None }), Reply::Bundle { .. }));
    for refused in [Request::SetPassword { new: key(2) }, Request::MakePass { form: once(60) }, Request::Ways]
    {
        assert_eq!(failed(&ask(&host, refused)), Some("not-in-this-session"));
    }
    forward(&host, 7);
    assert_eq!(status(&host).session, Some(SessionKind::Rescue));
    forward(&host, 4);
    assert_eq!(status(&host).state, VaultState::Locked, "its minutes end where nothing can be stored, too");
    assert!(files(&disk).iter().any(|file| opens(file, &code)), "not used up yet");

    // Within the pass's hour once more; this time there is room before it ends.
    assert_eq!(unlock(&host, by_code(&code)), None);
    assert_eq!(status(&host).session, Some(SessionKind::Rescue));
    forward(&host, 4);
    host.platform().full.set(false);
    status(&host);
    assert_eq!(status(&host).session, Some(SessionKind::Renew), "burned: now it is what the pass is for");
    assert!((240_000..=360_000).contains(&left()), "and no longer for it: {}", left());
    assert!(files(&disk).iter().all(|file| !opens(file, &code)));
    assert_eq!(failed(&ask(&host, Request::Codes)), Some("not-in-this-session"));
    assert_eq!(passes(&host)[0].state, "one-time-used");
    assert_eq!(failed(&ask(&host, Request::SetPassword { new: key(2) })), None);
    forward(&host, 7);
    assert_eq!(status(&host).state, VaultState::Locked);
    assert_eq!(unlock(&host, by_code(&code)).as_deref(), Some("wrong-code"));
    assert_eq!(unlock(&host, by_password(2)), None);
    assert_eq!(entries(&host).len(), 2);
}

#[test]
fn one_store_alone_takes_the_burn_and_the_other_is_brought_up() {
    for broken in [StoreId::Ring, StoreId::Area] {
        let disk = Disk::default();
        let first = made(&disk);
        let codes = codes(&first, 5, None);
        ask(&first, Request::Lock);
        status(&first);
        first.platform().broken.set(Some(broken));
        assert_eq!(unlock(&first, by_code(&codes[0])), None);
        assert!(status(&first).warnings.contains(&"one-copy-failed".to_owned()));
        let second = host(&disk, 2);
        assert_eq!(unlock(&second, by_password(1)), None, "{broken:?}");
        assert!(files(&disk).iter().all(|file| !opens(file, &codes[0])), "{broken:?}");
    }
}

#[test]
fn the_last_way_in_is_never_used_up() {
    let disk = Disk::default();
    let first = made(&disk);
    let codes = codes(&first, 5, None);
    // Somebody erased every other record.
    for keys in [&disk.ring, &disk.area] {
        for (_, text) in keys.borrow_mut().iter_mut().filter(|(key, _)| key.starts_with('g')) {
            let file = VaultFile::parse(text.as_bytes()).unwrap();
            let keep = file.slots().find(|(slot, _)| slot.kind == SlotKind::Code).map(|(slot, _)| slot.id);
            *text = String::from_utf8(file.without(|slot| Some(slot.id) != keep).to_bytes()).unwrap();
        }
    }
    let second = host(&disk, 2);
    assert_eq!(unlock(&second, by_code(&codes[0])), None);
    ask(&second, Request::Lock);
    assert_eq!(unlock(&second, by_code(&codes[0])), None, "it is all there is");
    assert_eq!(failed(&ask(&second, Request::SetPassword { new: key(2) })), None);
    assert!(files(&disk).iter().all(|file| !opens(file, &codes[0])), "used up now");
    ask(&second, Request::Lock);
    assert_eq!(unlock(&second, by_password(2)), None);
}

#[test]
fn ways_in_are_removed_for_good_and_the_last_primary_one_stays() {
    let disk = Disk::default();
    let host = made(&disk);
    let removed = codes(&host, 8, None);
    let Reply::Ways { ways, .. } = ask(&host, Request::Ways) else { panic!("ways") };
    let ids = |kind: &str| -> Vec<String> {
        ways.iter().filter(|way| way.kind == kind).map(|way| way.id.clone()).collect()
    };
    let remove = |ids: Vec<String>| failed(&ask(&host, Request::RemoveWays { ids })).map(ToOwned::to_owned);
    assert_eq!(remove(ids("password")).as_deref(), Some("last-way-in"));
    assert_eq!(remove(vec!["nonsense".into()]).as_deref(), Some("no-such-way"));
    assert_eq!(remove(Vec::new()).as_deref(), Some("no-such-way"));
    assert_eq!(remove(ids("code")), None);
    assert!(files(&disk).iter().all(|file| removed.iter().all(|code| !opens(file, code))));
    assert_eq!(status(&host).codes, Some(CodesView { left: 0, made: 8, unkept: 0 }));
    codes(&host, 5, None);
    assert_eq!(status(&host).codes, Some(CodesView { left: 5, made: 5, unkept: 0 }), "a set of its own");
}

#[test]
fn whoever_holds_a_pass_can_end_it_from_within_its_session() {
    let disk = Disk::default();
    let host = made(&disk);
    let (code, _) = pass(&host, lasting(60)).unwrap();
    let copy = files(&disk);
    let old_key = host.core.try_lock().unwrap().vault().unwrap().key().clone();
    let line = records(&disk, SlotKind::Pass).pop().unwrap();
    ask(&host, Request::Lock);
    assert_eq!(unlock(&host, by_code(&code)), None);
    assert_eq!(status(&host).session, Some(SessionKind::Pass));
    let Reply::Status(after) = ask(&host, Request::EndPass) else { panic!("status") };
    assert_eq!((after.state, after.session), (VaultState::Locked, None), "its session is over with it");
    let kept = host.platform().session.borrow().clone().unwrap_or_default();
    assert!(!kept.contains("\"open\""), "no key stays in the browser's session: {kept}");
    assert!(!lies_somewhere(&disk, &line), "the record's bytes are nowhere");
    assert!(files(&disk).iter().all(|file| !opens(file, &code)));
    let newest = files(&disk).into_iter().max_by_key(|file| file.header().generation).unwrap();
    assert!(newest.open_with(old_key).is_err(), "nor does the key of before open the newest");
    assert!(copy.iter().any(|file| opens(file, &code)), "a copy made earlier does: told");
    assert_eq!(unlock(&host, by_code(&code)).as_deref(), Some("wrong-code"));
    assert_eq!(unlock(&host, by_password(1)), None);
    assert_eq!(passes(&host)[0].state, "deleted");
    let Reply::Log { lines } = ask(&host, Request::Log) else { panic!("log") };
    assert!(lines.iter().any(|line| line.what == "pass-ended-by-holder"));
    assert_eq!(failed(&ask(&host, Request::EndPass)), Some("no-such-way"), "there is none any more");
    // In a full session too, and never while locked.
    pass(&host, lasting(60)).unwrap();
    assert_eq!(failed(&ask(&host, Request::EndPass)), None);
    assert_eq!(status(&host).session, Some(SessionKind::Full));
    assert_eq!(records(&disk, SlotKind::Pass), Vec::<String>::new());
    ask(&host, Request::Lock);
    assert_eq!(failed(&ask(&host, Request::EndPass)), Some("locked"));
}

#[test]
fn a_pass_that_no_store_forgets_has_not_ended() {
    let disk = Disk::default();
    let host = made(&disk);
    let (code, _) = pass(&host, lasting(60)).unwrap();
    ask(&host, Request::Lock);
    assert_eq!(unlock(&host, by_code(&code)), None);
    host.platform().dead.set(true);
    assert_eq!(failed(&ask(&host, Request::EndPass)), Some("not-saved"));
    assert_eq!(status(&host).session, Some(SessionKind::Pass), "and says so");
    host.platform().dead.set(false);
    assert!(files(&disk).iter().any(|file| opens(file, &code)));
    host.platform().broken.set(Some(StoreId::Ring));
    assert_eq!(failed(&ask(&host, Request::EndPass)), None, "one store is enough");
    host.platform().broken.set(None);
    assert_eq!(status(&host).state, VaultState::Locked);
    assert_eq!(unlock(&host, by_code(&code)).as_deref(), Some("wrong-code"));
}

#[test]
fn a_lasting_pass_opens_a_session_that_shows_and_fills_and_ends_with_it() {
    let disk = Disk::default();
    let host = made(&disk);
    let (code, view) = pass(&host, lasting(60)).unwrap();
    assert_eq!((view.state.as_str(), view.end.since(view.start)), ("enabled-by-policy", 3_600_000));
    ask(&host, Request::Lock);
    assert_eq!(unlock(&host, by_code(&code)), None);
    let open = status(&host);
    assert_eq!((open.session, open.locks_at), (Some(SessionKind::Pass), Some(view.end)));
    let ids: Vec<String> = entries(&host).into_iter().map(|entry| entry.id).collect();
    assert!(matches!(ask(&host, Request::Codes), Reply::Codes { .. }));
    assert!(matches!(ask(&host, Request::NextHotp { id: ids[1].clone() }), Reply::Code(_)));
    for refused in [
        Request::Reveal { id: ids[0].clone() },
        Request::Kept,
        Request::ShowKept { id: ids[0].clone() },
        Request::DeleteKept { ids: ids.clone() },
        Request::BringKeptBack,
        Request::Export { key: None },
        Request::PlanFresh,
        Request::Add { forms: vec![form("x", "totp")] },
        Request::Trash { ids: ids.clone() },
        Request::MakeCodes { count: 5, add: false, key: None },
        Request::MakePass { form: lasting(60) },
        Request::RemoveWays { ids: Vec::new() },
        Request::SetPassword { new: key(2) },
        Request::SetSettings { settings: Settings::default() },
        Request::Ways,
    ] {
        assert_eq!(failed(&ask(&host, refused)), Some("not-in-this-session"));
    }
    // A second time, within its time.
    ask(&host, Request::Lock);
    assert_eq!(unlock(&host, by_code(&code)), None);
    forward(&host, 61);
    assert_eq!(status(&host).state, VaultState::Locked, "its session ends with it");
    assert_eq!(records(&disk, SlotKind::Pass), [""; 0], "and its record is nowhere");
    assert_eq!(unlock(&host, by_code(&code)).as_deref(), Some("wrong-code"));
    host.platform().now.set(view.start.0);
    assert_eq!(unlock(&host, by_code(&code)).as_deref(), Some("wrong-code"), "no clock revives it");
    assert_eq!(unlock(&host, by_password(1)), None);
    forward(&host, 120);
    ask(&host, Request::Lock);
    assert_eq!(unlock(&host, by_password(1)), None);
    assert_eq!(passes(&host)[0].state, "expired");
    assert!(files(&disk).iter().max_by_key(|f| f.header().generation).unwrap().header().slots.len() == 1);
}

#[test]
fn a_pass_is_erased_by_the_alarm_and_at_the_start_and_before_an_unlock() {
    for when in ["alarm", "start", "unlock", "open"] {
        let disk = Disk::default();
        let host = made(&disk);
        let (code, _) = pass(&host, lasting(10)).unwrap();
        let copy = files(&disk);
        if when != "open" {
            ask(&host, Request::Lock);
        }
        let alarm = host.core.try_lock().unwrap().next_alarm(Millis(host.platform().now.get()));
        forward(&host, 11);
        assert!(alarm.is_some_and(|at| at.0 <= host.platform().now.get()), "{when}: an alarm is set for it");
        assert!(!records(&disk, SlotKind::Pass).is_empty());
        match when {
            "alarm" | "open" => tick(&host, "alarm"),
            "start" => tick(&self::host(&disk, 2), "start"),
            _ => assert_eq!(unlock(&host, by_code(&code)).as_deref(), Some("wrong-code")),
        }
        // A background that starts has its own clock.
        if when == "start" {
            let later = self::host(&disk, 3);
            later.platform().now.set(host.platform().now.get());
            tick(&later, "start");
        }
        assert_eq!(records(&disk, SlotKind::Pass), [""; 0], "{when}");
        assert!(copy.iter().any(|file| opens(file, &code)), "a copy made earlier opens for ever: told");
    }
}

#[test]
fn a_forged_header_that_calls_the_password_a_pass_erases_nothing_but_itself() {
    let disk = Disk::default();
    ask(&made(&disk), Request::Lock);
    let newest = files(&disk).into_iter().max_by_key(|file| file.header().generation).unwrap();
    let text = String::from_utf8(newest.to_bytes()).unwrap();
    let forged = text.replacen("\"kind\":\"password\"", "\"kind\":\"pass\",\"not_after\":1", 1);
    disk.area.borrow_mut().insert("g7".into(), forged);
    let host = host(&disk, 2);
    tick(&host, "alarm");
    assert_eq!(unlock(&host, by_password(1)), None);
}

#[test]
fn a_one_time_pass_gives_ten_minutes_for_a_new_way_in() {
    let disk = Disk::default();
    let host = made(&disk);
    let codes = codes(&host, 5, None);
    let (code, _) = pass(&host, once(60)).unwrap();
    let copy = files(&disk);
    ask(&host, Request::Lock);
    assert_eq!(unlock(&host, by_code(&code)), None);
    let open = status(&host);
    assert_eq!(open.session, Some(SessionKind::Renew));
    let left = open.locks_at.unwrap().since(Millis(host.platform().now.get()));
    assert!((590_000..=600_000).contains(&left), "{left}");
    for refused in
        [Request::List, Request::Codes, Request::Export { key: None }, Request::MakePass { form: once(60) }]
    {
        assert_eq!(failed(&ask(&host, refused)), Some("not-in-this-session"));
    }
    assert!(
        files(&disk).iter().all(|file| !opens(file, &code)) && copy.iter().any(|file| opens(file, &code))
    );
    assert_eq!(passes(&host)[0].state, "one-time-used");
    // Shares of the vault are a new way in; the emergency bundle is none of this session's.
    let shares = |emergency| ask(&host, Request::MakeShares { threshold: 2, count: 3, emergency });
    assert!(matches!(shares(false), Reply::Shares { .. }));
    assert_eq!(failed(&shares(true)), Some("not-in-this-session"));
    let keep = Request::KeepShares { shares: Vec::new(), typed: Vec::new(), emergency: true };
    assert_eq!(failed(&ask(&host, keep)), Some("not-in-this-session"));
    // The lost ones are removed, a new password is set.
    assert_eq!(failed(&ask(&host, Request::SetPassword { new: key(2) })), None);
    let Reply::Ways { ways, .. } = ask(&host, Request::Ways) else { panic!("ways") };
    let lost = ways.iter().filter(|way| way.kind == "code").map(|way| way.id.clone()).collect();
    assert_eq!(failed(&ask(&host, Request::RemoveWays { ids: lost })), None);
    assert_eq!(failed(&ask(&host, Request::Codes)), Some("not-in-this-session"), "still no codes");
    forward(&host, 11);
    assert_eq!(status(&host).state, VaultState::Locked);
    for gone in [by_code(&code), by_code(&codes[0])] {
        assert_eq!(unlock(&host, gone).as_deref(), Some("wrong-code"));
    }
    assert_eq!(unlock(&host, by_password(1)).as_deref(), Some("wrong-password"));
    assert_eq!(unlock(&host, by_password(2)), None);
    assert!(matches!(ask(&host, Request::Codes), Reply::Codes { codes, .. } if codes.len() == 1));
}

#[test]
fn a_pass_that_ended_and_would_not_leave_the_stores_is_tried_again_while_the_vault_is_open() {
    let host = made(&Disk::default());
    let settings = Settings { lock_after_minutes: 0, ..status(&host).settings };
    ask(&host, Request::SetSettings { settings });
    pass(&host, lasting(10)).unwrap();
    host.platform().full.set(true);
    forward(&host, 11);
    tick(&host, "alarm");
    assert!(!records(&host.platform().disk, SlotKind::Pass).is_empty(), "the disk is full");
    let now = Millis(host.platform().now.get());
    let next = host.core.try_lock().unwrap().next_alarm(now).expect("an alarm");
    assert!(next.since(now) <= 60_000, "{next:?}");
    host.platform().full.set(false);
    forward(&host, 1);
    tick(&host, "alarm");
    assert_eq!(records(&host.platform().disk, SlotKind::Pass), [""; 0]);
}

#[test]
fn passes_keep_their_limits_their_start_and_there_is_one_at_a_time() {
    let disk = Disk::default();
    let host = made(&disk);
    for (form, error) in [
        (lasting(9), "pass-too-short"),
        (lasting(43_201), "pass-too-long"),
        (PassForm { start: Some(Millis(u64::MAX)), ..lasting(60) }, "pass-start-too-late"),
    ] {
        assert_eq!(pass(&host, form).unwrap_err(), error);
    }
    let limits = PassLimits { max: 480, usual: 30, once: true, ..PassLimits::default() };
    assert_eq!(failed(&ask(&host, Request::SetPassLimits { limits: limits.clone() })), None);
    let bad = PassLimits { min: 60, usual: 30, ..limits.clone() };
    assert_eq!(failed(&ask(&host, Request::SetPassLimits { limits: bad })), Some("bad-pass-limits"));
    assert_eq!(pass(&host, lasting(60)).unwrap_err(), "pass-once-only");
    assert_eq!(pass(&host, once(481)).unwrap_err(), "pass-too-long");

    let start = Millis(host.platform().now.get() + 3_600_000);
    let (first, view) = pass(&host, PassForm { start: Some(start), ..once(60) }).unwrap();
    assert_eq!((view.state.as_str(), view.start), ("not-yet-valid", start));
    ask(&host, Request::Lock);
    let Reply::Error(early) = ask(&host, Request::Unlock { way: by_code(&first) }) else {
        panic!("too early")
    };
    assert_eq!((early.code.as_str(), early.number), ("pass-not-yet-valid", Some(60)));
    assert_eq!(unlock(&host, by_password(1)), None);
    let (second, _) = pass(&host, once(60)).unwrap();
    assert_eq!(
        passes(&host).iter().map(|pass| pass.state.as_str()).collect::<Vec<_>>(),
        ["enabled-by-policy", "deleted"]
    );
    let off = PassLimits { allowed: false, ..limits };
    assert_eq!(failed(&ask(&host, Request::SetPassLimits { limits: off })), None);
    assert_eq!(passes(&host)[0].state, "disabled-by-policy");
    assert_eq!(pass(&host, once(60)).unwrap_err(), "passes-not-allowed");
    ask(&host, Request::Lock);
    forward(&host, 30);
    assert_eq!(unlock(&host, by_code(&first)).as_deref(), Some("wrong-code"), "a new one ends it");
    assert_eq!(
        unlock(&host, by_code(&second)).as_deref(),
        Some("pass-not-allowed"),
        "the limits hold for it too"
    );
}

#[test]
fn changed_times_and_uses_of_a_pass_are_no_way_in() {
    let disk = Disk::default();
    let host = made(&disk);
    let (code, view) = pass(&host, once(60)).unwrap();
    ask(&host, Request::Lock);
    let end = view.end.0.to_string();
    for (from, to) in [
        (end.as_str(), "9007199254740991"),
        ("\"uses\":1", "\"uses\":9"),
        (",\"uses\":1", ""),
        ("\"pass\"", "\"code\""),
    ] {
        let changed = Disk::default();
        for (theirs, mine) in [(&changed.ring, &disk.ring), (&changed.area, &disk.area)] {
            let replaced = |(key, text): (&String, &String)| (key.clone(), text.replacen(from, to, 1));
            *theirs.borrow_mut() = mine.borrow().iter().map(replaced).collect();
        }
        let error = unlock(&self::host(&changed, 2), by_code(&code));
        assert!(error.is_some_and(|code| code == "damaged-file" || code == "wrong-code"), "{from} -> {to}");
    }
    assert_eq!(unlock(&host, by_code(&code)), None);
}

#[test]
fn records_of_another_slot_or_vault_open_nothing() {
    let (disk, other) = (Disk::default(), Disk::default());
    let mine = made(&disk);
    let codes_here = codes(&mine, 5, None);
    let elsewhere = codes(&made_from(&other, 7_000), 5, None);
    ask(&mine, Request::Lock);
    // Every record of the stranger's vault in place of ours, one at a time, and ours in each other's places.
    let newest = files(&disk).into_iter().max_by_key(|file| file.header().generation).unwrap();
    let theirs = files(&other).into_iter().max_by_key(|file| file.header().generation).unwrap();
    let lines: Vec<String> =
        newest.slots().chain(theirs.slots()).map(|(_, record)| record.to_line()).collect();
    let text = String::from_utf8(newest.to_bytes()).unwrap();
    for own in newest.slots().map(|(_, record)| record.to_line()) {
        for other in lines.iter().filter(|line| **line != own) {
            let forged = VaultFile::parse(text.replacen(&own, other, 1).as_bytes()).unwrap();
            for code in &elsewhere {
                assert!(!opens(&forged, code));
            }
        }
    }
    assert_eq!(unlock(&mine, by_code(&elsewhere[0])).as_deref(), Some("wrong-code"));
    assert_eq!(unlock(&mine, by_code(&codes_here[4])), None);
}

/// What a random history holds, and what it once held.
struct History {
    disk: Disk,
    host: Host<Fake>,
    /// Shares take as long as all the rest.
    sharing: bool,
    password: u8,
    live: Vec<String>,
    pass: Option<(String, PassView)>,
    shares: Vec<String>,
    /// Used, replaced, removed or over.
    gone: Vec<String>,
    /// Every record that was ever in a newest file, by its slot.
    lines: BTreeMap<String, SlotId>,
    keys: Vec<(u64, Key)>,
    /// The seed, the number of the step and its name, for whoever reads a failure.
    at: String,
}

impl History {
    fn begin(seed: u64) -> Self {
        let disk = Disk::default();
        let host = made(&disk);
        host.platform().seed.set(seed * 1_000);
        let live = codes(&host, 5, None);
        Self {
            disk,
            host,
            sharing: seed.is_multiple_of(20),
            password: 1,
            live,
            pass: None,
            shares: Vec::new(),
            gone: Vec::new(),
            lines: BTreeMap::new(),
            keys: Vec::new(),
            at: String::new(),
        }
    }

    /// One step, and its name; then a full session is open.
    fn step(&mut self, mut draw: impl FnMut(u64) -> u64) -> &'static str {
        let at = self.at.clone();
        let asked = |host: &Host<Fake>, request: Request| {
            let reply = ask(host, request);
            assert_eq!(failed(&reply), None, "{at}");
            reply
        };
        match draw(if self.sharing { 28 } else { 22 }) {
            0..4 => {
                ask(&self.host, Request::Lock);
                let code = self.live.remove(draw(self.live.len() as u64) as usize);
                assert_eq!(unlock(&self.host, by_code(&code)), None, "{at}");
                self.gone.push(code);
                "a code is used"
            }
            4..6 => {
                let (current, new) = (vec![key(self.password)], key(self.password + 1));
                asked(&self.host, Request::ChangePassword { current, new });
                self.password += 1;
                "another password"
            }
            6..8 => {
                asked(&self.host, Request::Add { forms: vec![form("more", "totp")] });
                "an account"
            }
            8 => {
                self.fresh();
                self.gone.append(&mut self.live);
                self.live = codes(&self.host, 5, None);
                "a new sheet"
            }
            9..13 => {
                self.fresh();
                let form = if draw(2) == 0 { lasting(10) } else { once(10 + draw(20) as u32) };
                let made = pass(&self.host, form).unwrap();
                self.gone.extend(self.pass.replace(made).map(|(code, _)| code));
                "a pass"
            }
            13..15 => {
                let Some((code, view)) = self.pass.clone() else { return "nothing" };
                ask(&self.host, Request::Lock);
                assert_eq!(unlock(&self.host, by_code(&code)), None, "{at}");
                if view.once {
                    self.pass = None;
                    self.gone.push(code);
                    assert_eq!(status(&self.host).session, Some(SessionKind::Renew));
                    self.password += 1;
                    asked(&self.host, Request::SetPassword { new: key(self.password) });
                } else {
                    assert_eq!(status(&self.host).session, Some(SessionKind::Pass));
                }
                self.settle();
                ask(&self.host, Request::Lock);
                "the pass is used"
            }
            15..19 => {
                // As long as it takes for every pass; seen by an alarm, at a start or by an unlock.
                let over = self.pass.take().map(|(code, _)| code);
                let seen = draw(4);
                if seen > 1 {
                    ask(&self.host, Request::Lock);
                }
                forward(&self.host, 31);
                match seen {
                    // An open vault ends it with the alarm, whatever was asked before.
                    0 => {
                        ask(&self.host, Request::List);
                        tick(&self.host, "alarm");
                    }
                    1 => tick(&self.host, "alarm"),
                    2 => {
                        let next = host(&self.disk, self.host.platform().seed.get() + 1);
                        next.platform().now.set(self.host.platform().now.get());
                        self.host = next;
                        tick(&self.host, "start");
                    }
                    _ if over.is_some() => {
                        let code = over.as_deref().unwrap_or_default();
                        assert_eq!(unlock(&self.host, by_code(code)).as_deref(), Some("wrong-code"));
                    }
                    _ => assert_eq!(unlock(&self.host, by_password(self.password)), None),
                }
                self.gone.extend(over);
                [
                    "half an hour, a request and an alarm",
                    "half an hour, and an alarm",
                    "half an hour, and a start",
                    "half an hour, and an unlock",
                ][seen as usize]
            }
            19 => {
                let Reply::Ways { ways, .. } = asked(&self.host, Request::Ways) else { panic!("ways") };
                let kinds: &[&str] =
                    [&["code"][..], &["shares"], &["pass"], &["code", "pass"]][draw(4) as usize];
                let of = ways.iter().filter(|way| kinds.contains(&way.kind.as_str()));
                let ids: Vec<String> = of.map(|way| way.id.clone()).collect();
                if ids.is_empty() {
                    return "nothing";
                }
                asked(&self.host, Request::RemoveWays { ids });
                if kinds.contains(&"code") {
                    self.gone.append(&mut self.live);
                }
                if kinds.contains(&"pass") {
                    self.gone.extend(self.pass.take().map(|(code, _)| code));
                }
                if kinds.contains(&"shares") {
                    self.shares.clear();
                }
                "ways are removed"
            }
            20..22 => {
                let (current, new) = (vec![key(self.password)], key(self.password + 1));
                asked(&self.host, Request::SomeoneLeft { current, new });
                self.password += 1;
                self.gone.append(&mut self.live);
                self.gone.extend(self.pass.take().map(|(code, _)| code));
                self.shares.clear();
                "someone left"
            }
            _ => {
                if let Some(first) = self.shares.first_chunk::<2>().filter(|_| draw(2) == 0) {
                    ask(&self.host, Request::Lock);
                    assert_eq!(unlock(&self.host, Way::Shares { shares: first.to_vec() }), None);
                    return "shares are used";
                }
                self.fresh();
                let set = shares(&self.host, 2, 3);
                let typed = typed(&set);
                asked(&self.host, Request::KeepShares { shares: set.clone(), typed, emergency: false });
                self.shares = set;
                "shares"
            }
        }
    }

    /// Opened by the password where it is not open; a sheet where there is none.
    fn settle(&mut self) {
        if status(&self.host).session != Some(SessionKind::Full) {
            self.look();
            ask(&self.host, Request::Lock);
            assert_eq!(unlock(&self.host, by_password(self.password)), None);
        }
        if self.live.is_empty() {
            self.fresh();
            self.live = codes(&self.host, 5, None);
        }
        self.look();
    }

    /// By the password, just now: a code issues no passes.
    fn fresh(&self) {
        ask(&self.host, Request::Lock);
        assert_eq!(unlock(&self.host, by_password(self.password)), None);
    }

    /// What is gone is nowhere, what is not opens.
    fn look(&mut self) {
        let at = self.at.clone();
        let all = files(&self.disk);
        for code in &self.gone {
            let opened = all.iter().find(|file| opens(file, code)).map(|file| file.header().generation);
            assert_eq!(opened, None, "{at}: {code}, which is gone, opens a generation");
        }
        let newest = all.iter().max_by_key(|file| file.header().generation).unwrap();
        let passes = self.pass.iter().map(|(code, _)| code);
        assert!(
            self.live.iter().chain(passes).all(|code| opens(newest, code)),
            "{at}: a live code does not open"
        );
        let slots: Vec<(SlotId, SlotKind, String)> =
            newest.slots().map(|(slot, record)| (slot.id, slot.kind, record.to_line())).collect();
        let of = |kind: SlotKind| slots.iter().filter(|slot| slot.1 == kind).count();
        assert_eq!(of(SlotKind::Code), self.live.len(), "{at}");
        assert_eq!(of(SlotKind::Pass), usize::from(self.pass.is_some()), "{at}");
        assert_eq!(of(SlotKind::Shares), usize::from(!self.shares.is_empty()), "{at}");
        for (line, id) in &self.lines {
            let stays = slots.iter().any(|slot| slot.0 == *id);
            assert!(
                stays || !lies_somewhere(&self.disk, line),
                "{at}: a record of what is gone lies somewhere"
            );
        }
        self.lines.extend(slots.into_iter().map(|(id, _, line)| (line, id)));
        let core = self.host.core.try_lock().unwrap();
        let Some(vault) = core.vault() else { return };
        let epoch = vault.header().epoch;
        self.keys.push((epoch, vault.key().clone()));
        self.keys.dedup_by_key(|(epoch, _)| *epoch);
        for (_, old) in self.keys.iter().filter(|(at, _)| *at < epoch) {
            assert!(newest.open_with(old.clone()).is_err(), "{at}: an old key opens the newest file");
        }
    }
}

#[test]
fn random_histories_leave_nothing_of_what_was_used_or_is_over() {
    let mut seen = BTreeMap::<&str, u32>::new();
    for seed in 0..500u64 {
        let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut draw = |of: u64| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random % of
        };
        let mut history = History::begin(seed);
        // Long ones meet what the short ones cannot: many epochs, and generations that leave the ring.
        for n in 0..if seed.is_multiple_of(40) { 24 } else { 5 } {
            history.at = format!("{seed}/{n}: ?");
            let step = history.step(&mut draw);
            history.at = format!("{seed}/{n}: {step}");
            *seen.entry(step).or_default() += 1;
            history.settle();
        }
    }
    assert!(seen.len() == 15 && seen.values().all(|times| *times > 15), "{seen:?}");
}

#[test]
fn codes_open_bundles_and_a_pass_does_not() {
    let disk = Disk::default();
    let host = made(&disk);
    let codes = codes(&host, 5, None);
    let (pass, _) = pass(&host, lasting(60)).unwrap();
    let Reply::Bundle { bundle, .. } = ask(&host, Request::Export { key: None }) else { panic!("a bundle") };
    let plan = |way: Way| ask(&host, Request::PlanRestore { bundle: bundle.clone(), way });
    assert!(matches!(plan(by_code(&codes[3])), Reply::RestorePlan { items, .. } if items.len() == 2));
    assert_eq!(failed(&plan(by_code(&pass))), Some("wrong-code"));
    assert_eq!(failed(&plan(by_code("AAAA"))), Some("code-length"));
    let file = VaultFile::parse(&BASE64.decode(bundle.as_bytes()).unwrap()).unwrap();
    assert!(file.slots().all(|(slot, _)| slot.usage == SlotUse::Both));
    // Into an empty browser: the code opens, a password is set there.
    let fresh = self::host(&Disk::default(), 5);
    let restore = Request::RestoreBundle {
        bundle,
        way: by_code(&codes[3]),
        create: Some(key(4)),
        leave_out: Vec::new(),
    };
    assert!(matches!(ask(&fresh, restore), Reply::Restored { added: 2, .. }));
}

pub(super) fn shares(host: &Host<Fake>, threshold: u32, count: u32) -> Vec<String> {
    match ask(host, Request::MakeShares { threshold, count, emergency: false }) {
        Reply::Shares { shares, .. } => shares.into_iter().map(|share| share.words).collect(),
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

/// Two words of each, as they stand on the sheets.
pub(super) fn typed(shares: &[String]) -> Vec<TypedWord> {
    let of_share = |(at, words): (usize, &String)| {
        let word = |place: u32| words.split(' ').nth(place as usize - 1).unwrap().to_owned();
        [3, 17].map(|place| TypedWord { share: at as u32, place, word: word(place) })
    };
    shares.iter().enumerate().flat_map(of_share).collect()
}

#[test]
fn enough_shares_open_the_vault_and_its_bundles_and_fewer_do_not() {
    let disk = Disk::default();
    let host = made(&disk);
    let set = shares(&host, 2, 3);
    let keep = |shares: &[String], typed: Vec<TypedWord>| {
        failed(&ask(&host, Request::KeepShares { shares: shares.to_vec(), typed, emergency: false }))
            .map(ToOwned::to_owned)
    };
    assert_eq!(keep(&set, Vec::new()).as_deref(), Some("share-not-typed"));
    assert_eq!(
        keep(&set, typed(&set)[..5].to_vec()).as_deref(),
        Some("share-not-typed"),
        "one sheet is missing a word"
    );
    let mut wrong = typed(&set);
    wrong[2].word = "wrong".into();
    assert_eq!(keep(&set, wrong).as_deref(), Some("share-typed-wrong"));
    assert_eq!(records(&disk, SlotKind::Shares), [""; 0], "shown, and of no use yet");
    assert_eq!(keep(&set, typed(&set)), None);
    let Reply::Bundle { bundle, .. } = ask(&host, Request::Export { key: None }) else { panic!("a bundle") };
    ask(&host, Request::Lock);

    let by =
        |picked: &[&String]| Way::Shares { shares: picked.iter().map(|share| (*share).clone()).collect() };
    let check = |picked: &[&String]| {
        ask(&host, Request::CheckShares { shares: picked.iter().map(|s| (*s).clone()).collect() })
    };
    assert!(matches!(check(&[&set[2]]), Reply::SharesSoFar { have: 1, need: 2 }));
    let Reply::Error(few) = ask(&host, Request::Unlock { way: by(&[&set[1]]) }) else { panic!("too few") };
    assert_eq!((few.code.as_str(), few.number), ("share-too-few", Some(1)));
    let bad = set[0].replacen(' ', " zzzz ", 1);
    let Reply::Error(word) = check(&[&set[1], &bad]) else { panic!("a bad word") };
    assert_eq!((word.code.as_str(), word.field.as_deref(), word.number), ("share-word", Some("1"), Some(2)));
    let elsewhere = made_from(&Disk::default(), 9_000);
    let stranger = shares(&elsewhere, 2, 3);
    let Reply::Error(foreign) = check(&[&set[1], &stranger[0]]) else { panic!("a foreign share") };
    assert_eq!((foreign.code.as_str(), foreign.field.as_deref()), ("share-foreign", Some("1")));
    assert_eq!(failed(&check(&[&set[1], &set[1]])), Some("share-twice"));
    assert_eq!(unlock(&host, by(&[&stranger[0], &stranger[2]])).as_deref(), Some("wrong-shares"));

    assert_eq!(unlock(&host, by(&[&set[2].to_uppercase(), &set[0]])), None);
    assert_eq!(status(&host).opened_by.as_deref(), Some("shares"));
    assert_eq!(failed(&ask(&host, Request::SetPassword { new: key(2) })), None);
    let plan = |way: Way| ask(&host, Request::PlanRestore { bundle: bundle.clone(), way });
    assert!(
        matches!(plan(by(&[&set[0], &set[1], &set[2]])), Reply::RestorePlan { items, .. } if items.len() == 2)
    );
    // A new set ends the old one here; a bundle written before still opens: told.
    let next = shares(&host, 3, 5);
    assert_eq!(keep(&next, typed(&next)), None);
    ask(&host, Request::Lock);
    assert_eq!(unlock(&host, by(&[&set[0], &set[1]])).as_deref(), Some("wrong-shares"));
    assert_eq!(unlock(&host, by(&[&next[4], &next[0], &next[2]])), None);
    assert!(matches!(plan(by(&[&set[0], &set[1]])), Reply::RestorePlan { .. }));
    for (threshold, count) in [(1, 3), (4, 3), (2, 17), (300, 300)] {
        assert_eq!(
            failed(&ask(&host, Request::MakeShares { threshold, count, emergency: false })),
            Some("bad-sharing")
        );
    }
}
