//! Erasing: who may, what is left, and what a kill or a broken store in the middle leaves behind.

use super::*;

const WORD: &str = "erase";
const SENTENCE: &str = "Erase  what I cannot open";

fn made(disk: &Disk) -> Host<Fake> {
    let host = host(disk, 1);
    ask(&host, Request::Create { key: key(1) });
    ask(&host, Request::Add { forms: vec![form("First", "totp")] });
    ask(&host, Request::Export { key: None });
    host
}

fn by_password(n: u8) -> Option<Way> {
    Some(Way::Password { keys: vec![key(n)] })
}

fn erase(host: &Host<Fake>, way: Option<Way>, typed: &str) -> Option<String> {
    failed(&ask(host, Request::Erase { way, typed: typed.into() })).map(Into::into)
}

fn is_empty(disk: &Disk) -> bool {
    disk.ring.borrow().is_empty() && disk.area.borrow().is_empty()
}

#[test]
fn a_way_in_and_the_word_leave_nothing_and_a_fresh_browser() {
    let disk = Disk::default();
    let host = made(&disk);
    assert_eq!(erase(&host, by_password(2), WORD).as_deref(), Some("wrong-password"));
    let before = (disk.ring.borrow().clone(), disk.area.borrow().clone());
    assert_eq!(erase(&host, by_password(1), "yes").as_deref(), Some("not-the-word"));
    assert_eq!(erase(&host, by_password(2), "yes").as_deref(), Some("not-the-word"), "tells of no password");
    assert_eq!(erase(&host, by_password(1), SENTENCE).as_deref(), Some("not-the-word"));
    assert_eq!(erase(&host, None, SENTENCE).as_deref(), Some("way-needed"), "an open vault has a way in");
    assert!(before == (disk.ring.borrow().clone(), disk.area.borrow().clone()), "nothing went");
    assert_eq!(erase(&host, by_password(1), " Erase "), None);
    assert!(is_empty(&disk), "{:?} {:?}", disk.ring.borrow().keys(), disk.area.borrow().keys());
    assert_eq!(host.platform().session.borrow().as_deref(), None);
    assert!(host.platform().forgot.get(), "folder and sites are forgotten");
    assert_eq!(status(&host).state, VaultState::Fresh);
    // Another background agrees, and a vault can be made anew.
    assert_eq!(status(&self::host(&disk, 9)).state, VaultState::Fresh);
    assert_eq!(failed(&ask(&host, Request::Create { key: key(3) })), None);
    assert_eq!(entries(&host).len(), 0);
}

#[test]
fn a_locked_vault_goes_by_a_way_in_or_by_the_sentence_of_who_has_none() {
    for (way, typed) in [(by_password(1), WORD), (None, SENTENCE)] {
        let disk = Disk::default();
        let host = made(&disk);
        ask(&host, Request::Lock);
        assert!(matches!(ask(&host, Request::PlanErase), Reply::ErasePlan { jobs, .. } if jobs.len() == 1));
        assert_eq!(erase(&host, by_password(2), WORD).as_deref(), Some("wrong-password"));
        assert!(host.core.try_lock().unwrap().has_to_note(), "a try like one at the unlock");
        assert_eq!(erase(&host, None, WORD).as_deref(), Some("not-the-word"));
        // What is offered first: a copy that the password opens.
        let Reply::SealedCopy { bundle, .. } = ask(&host, Request::SealedCopy) else { panic!("a copy") };
        assert_eq!(erase(&host, way, typed), None);
        assert!(is_empty(&disk));
        assert_eq!(status(&host).state, VaultState::Fresh);
        let restore = Request::RestoreBundle {
            bundle,
            way: by_password(1).unwrap(),
            create: Some(key(4)),
            leave_out: Vec::new(),
        };
        assert!(matches!(ask(&host, restore), Reply::Restored { added: 1, .. }));
    }
}

#[test]
fn a_pass_erases_nothing() {
    let disk = Disk::default();
    let host = made(&disk);
    let form = PassForm { minutes: 60, start: None, once: false };
    let Reply::Pass { code, .. } = ask(&host, Request::MakePass { form }) else { panic!("a pass") };
    let pass = Way::Code { code, keys: Vec::new() };
    assert_eq!(erase(&host, Some(pass.clone()), WORD).as_deref(), Some("wrong-code"));
    ask(&host, Request::Lock);
    assert_eq!(erase(&host, Some(pass.clone()), WORD).as_deref(), Some("not-in-this-session"));
    ask(&host, Request::Unlock { way: pass.clone() });
    assert_eq!(erase(&host, Some(pass), WORD).as_deref(), Some("not-in-this-session"));
    assert!(!is_empty(&disk));
}

#[test]
fn what_is_lost_can_be_left_and_what_is_newer_or_fresh_or_silent_is_not_touched() {
    let lost = Disk::default();
    lost.area.borrow_mut().insert("marker".into(), "1".into());
    assert_eq!(status(&host(&lost, 1)).state, VaultState::Lost);
    assert_eq!(erase(&host(&lost, 1), None, SENTENCE), None);
    assert!(is_empty(&lost));
    assert_eq!(erase(&host(&Disk::default(), 1), None, SENTENCE).as_deref(), Some("wrong-state"));
    let newer = Disk::default();
    newer.ring.borrow_mut().insert("g0000000000000001".into(), "sparekey/2\n{}\n".into());
    assert_eq!(erase(&host(&newer, 1), None, SENTENCE).as_deref(), Some("wrong-state"));
    assert_eq!(newer.ring.borrow().len(), 1);
    let silent = made(&Disk::default());
    ask(&silent, Request::Lock);
    silent.platform().dead.set(true);
    let again = Host::new(Fake::on(&silent.platform().disk, 3), own());
    again.platform().dead.set(true);
    assert_eq!(erase(&again, None, SENTENCE).as_deref(), Some("wrong-state"), "unreadable is not erased");
}

#[test]
fn a_last_rinse_neither_keeps_it_from_being_done_nor_goes_on_after_it() {
    let disk = Disk::default();
    let host = made(&disk);
    ask(&host, Request::ChangePassword { current: vec![key(1)], new: key(2) });
    host.upkeep().now_or_never().expect("nothing waits");
    host.platform().fills.set(true);
    assert_eq!(erase(&host, by_password(2), WORD), None, "it holds nothing of the vault");
    assert_eq!(status(&host).state, VaultState::Fresh);
    host.platform().now.set(host.platform().now.get() + 60_000);
    host.upkeep().now_or_never().expect("nothing waits");
    assert_eq!(host.platform().rinsed.borrow().last(), Some(&Rinse::All), "an empty profile is left alone");
}

#[test]
fn what_only_filled_a_store_when_the_browser_was_killed_goes_at_the_next_start() {
    let disk = Disk::default();
    let first = made(&disk);
    assert_eq!(erase(&first, by_password(1), WORD), None);
    for (key, keys) in [("!ballast/00", &disk.area), ("~ballast/01", &disk.area), ("ballast", &disk.ring)] {
        keys.borrow_mut().insert(key.into(), "x".repeat(1000));
    }
    let next = host(&disk, 7);
    assert_eq!(status(&next).state, VaultState::Fresh);
    next.upkeep().now_or_never().expect("nothing waits");
    assert_eq!((disk.area.borrow().len(), disk.ring.borrow().len()), (0, 0));
}

#[test]
fn whatever_fails_in_the_middle_the_vault_is_there_or_gone_and_never_fresh_beside_its_remains() {
    for fault in [Fault::Reject, Fault::KillBefore, Fault::KillAfter, Fault::Broken, Fault::Forget] {
        for step in 0..40 {
            let disk = Disk::default();
            let host = made(&disk);
            host.platform().countdown.set(Some((step, fault)));
            let said = erase(&host, by_password(1), WORD);
            let done = said.is_none();
            if host.platform().countdown.get().is_some() {
                assert!(step > 4, "the faults reach the erasing");
                break;
            }
            let after = self::host(&disk, 9);
            let state = status(&after).state;
            if done && fault != Fault::Forget {
                assert!(is_empty(&disk), "{fault:?} at {step}: told as done");
            }
            if state == VaultState::Fresh {
                let file = |text: &String| text.starts_with("sparekey/");
                assert!(!disk.ring.borrow().values().any(file), "{fault:?} at {step}");
                assert!(!disk.area.borrow().values().any(file), "{fault:?} at {step}");
            } else if state == VaultState::Locked {
                let unlock = Request::Unlock { way: by_password(1).unwrap() };
                assert_eq!(failed(&ask(&after, unlock)), None, "{fault:?} at {step}: half a vault");
                assert_eq!(entries(&after).len(), 1);
            }
            // What is left can be erased then.
            if state != VaultState::Fresh {
                let again = self::host(&disk, 11);
                assert_eq!(erase(&again, None, SENTENCE), None, "{fault:?} at {step}");
            }
        }
    }
}
