//! A clock that goes back: what a pass opened ends, the pass stays over, and the owner is never shut out.

use super::ways::{by_code, by_password, codes, forward, lasting, made, once, pass, records, tick, unlock};
use super::*;
use crate::host::load::SEEN;
use crate::vault::slot::SlotKind;

const BACK: &str = "clock-went-back";

fn back(host: &Host<Fake>, minutes: u64) {
    let now = &host.platform().now;
    now.set(now.get() - minutes * 60_000);
}

fn is_told(host: &Host<Fake>) -> bool {
    status(host).warnings.contains(&BACK.to_owned())
}

/// Takes away what the browser kept of the time besides the vault.
fn forget_seen(disk: &Disk) {
    for store in [&disk.ring, &disk.area] {
        store.borrow_mut().remove(SEEN);
    }
}

#[test]
fn the_ten_minutes_after_a_one_time_pass_end_when_the_clock_goes_back() {
    let host = made(&Disk::default());
    let (code, _) = pass(&host, once(60)).unwrap();
    ask(&host, Request::Lock);
    assert_eq!(unlock(&host, by_code(&code)), None);
    forward(&host, 9);
    assert_eq!(status(&host).session, Some(SessionKind::Renew));
    back(&host, 60);
    assert_eq!(status(&host).state, VaultState::Locked);
    assert!(is_told(&host));
    assert_eq!(unlock(&host, by_password(1)), None);
}

#[test]
fn a_session_by_a_pass_ends_when_the_clock_goes_back_at_once_or_bit_by_bit() {
    let host = made(&Disk::default());
    let (code, _) = pass(&host, lasting(60)).unwrap();
    ask(&host, Request::Lock);
    assert_eq!(unlock(&host, by_code(&code)), None);
    forward(&host, 4);
    assert_eq!(status(&host).session, Some(SessionKind::Pass));
    back(&host, 60);
    assert_eq!(status(&host).state, VaultState::Locked);
    assert_eq!(unlock(&host, by_code(&code)).as_deref(), Some(BACK), "nor does it open again");
    forward(&host, 60);
    assert_eq!(unlock(&host, by_code(&code)), None, "the clock is right again");
    let mut minutes = 0;
    while unlock(&host, by_code(&code)).is_none() || status(&host).state == VaultState::Open {
        for _ in 0..4 {
            forward(&host, 1);
            ask(&host, Request::List);
        }
        back(&host, 4);
        minutes += 4;
        assert!(minutes <= 60, "four minutes again and again are not for ever");
    }
}

#[test]
fn a_clock_that_went_back_in_front_of_an_open_vault_counts_as_idle() {
    let host = made(&Disk::default());
    assert!(status(&host).locks_at.is_some());
    back(&host, 4);
    assert_eq!(status(&host).state, VaultState::Open, "clocks are put right");
    back(&host, 60);
    assert_eq!(status(&host).state, VaultState::Locked);
}

#[test]
fn the_first_request_after_a_session_was_over_meets_a_locked_vault() {
    let host = made(&Disk::default());
    forward(&host, 24 * 60);
    assert_eq!(unlock(&host, by_password(1)), None);
    forward(&host, 24 * 60);
    assert_eq!(failed(&ask(&host, Request::List)), Some("locked"));
}

#[test]
fn who_holds_a_pass_gains_nothing_by_setting_the_clock_back_between_two_starts() {
    for proof in ["kept", "journal", "saved"] {
        let disk = Disk::default();
        let host = made(&disk);
        let (code, _) = pass(&host, lasting(60)).unwrap();
        forward(&host, 40);
        if proof == "saved" {
            ask(&host, Request::Lock);
            assert_eq!(unlock(&host, by_password(1)), None);
            ask(&host, Request::Add { forms: vec![form("c", "totp")] });
        }
        ask(&host, Request::Lock);
        if proof != "saved" {
            assert_eq!(unlock(&host, by_code(&code)), None);
            ask(&host, Request::Lock);
        }
        if proof != "kept" {
            forget_seen(&disk);
        } else {
            disk.ring.borrow_mut().retain(|key, _| !key.starts_with("j/"));
            disk.area.borrow_mut().remove("journal");
        }
        let again = self::host(&disk, 2);
        assert_eq!(unlock(&again, by_code(&code)).as_deref(), Some(BACK), "{proof}");
        assert!(is_told(&again), "{proof}");
        assert_eq!(unlock(&again, by_password(1)), None, "{proof}");
        assert!(is_told(&again), "{proof}: a pass is there still");
    }
}

#[test]
fn a_pass_whose_end_was_seen_stays_over_where_no_store_gives_up_its_record() {
    let disk = Disk::default();
    let host = made(&disk);
    let (code, _) = pass(&host, lasting(10)).unwrap();
    ask(&host, Request::Lock);
    host.platform().full.set(true);
    forward(&host, 11);
    tick(&host, "alarm");
    assert!(!records(&disk, SlotKind::Pass).is_empty(), "the disk is full");
    back(&host, 10);
    assert_eq!(unlock(&host, by_code(&code)).as_deref(), Some("pass-expired"));
    // A background that starts anew, and still no room.
    let again = self::host(&disk, 2);
    *again.platform().session.borrow_mut() = host.platform().session.borrow().clone();
    again.platform().full.set(true);
    assert_eq!(unlock(&again, by_code(&code)).as_deref(), Some("pass-expired"));
    again.platform().full.set(false);
    tick(&again, "alarm");
    assert_eq!(records(&disk, SlotKind::Pass), [""; 0], "it goes as soon as that can be, by whatever clock");
    assert_eq!(unlock(&again, by_code(&code)).as_deref(), Some("wrong-code"));
}

#[test]
fn one_store_that_refuses_keeps_no_pass_alive() {
    for refusing in [StoreId::Ring, StoreId::Area] {
        let disk = Disk::default();
        let host = made(&disk);
        let (code, _) = pass(&host, lasting(10)).unwrap();
        ask(&host, Request::Lock);
        host.platform().broken.set(Some(refusing));
        forward(&host, 11);
        tick(&host, "alarm");
        assert!(!records(&disk, SlotKind::Pass).is_empty(), "{refusing:?}");
        // The browser was started anew, with the clock of before.
        let again = self::host(&disk, 2);
        assert!(unlock(&again, by_code(&code)).is_some(), "{refusing:?}");
        assert_eq!(records(&disk, SlotKind::Pass), [""; 0], "{refusing:?}");
    }
}

#[test]
fn a_second_unlock_and_an_open_emergency_account_are_no_longer_for_a_clock_that_steps_back() {
    let disk = Disk::default();
    let (host, ids) = super::emergency_bundle::made(&disk);
    let open = || Request::OpenEmergency { id: ids[1].clone(), reason: "a drill".into() };
    let shows = || matches!(ask(&host, Request::Codes), Reply::Codes { codes, .. } if codes.len() == 2);
    ask(&host, Request::Fresh { keys: vec![key(1)] });
    assert_eq!(failed(&ask(&host, open())), None);
    assert!(shows());
    for _ in 0..3 {
        forward(&host, 4);
        ask(&host, Request::List);
        back(&host, 4);
        ask(&host, Request::List);
    }
    assert!(!shows(), "twelve minutes passed");
    assert_eq!(failed(&ask(&host, open())), Some("needs-fresh"));
    // Nor over a background that starts anew.
    ask(&host, Request::Fresh { keys: vec![key(1)] });
    forward(&host, 4);
    ask(&host, Request::List);
    back(&host, 4);
    let again = self::host(&disk, 2);
    *again.platform().session.borrow_mut() = host.platform().session.borrow().clone();
    again.platform().now.set(host.platform().now.get());
    ask(&again, Request::List);
    forward(&again, 2);
    assert_eq!(failed(&ask(&again, open())), Some("needs-fresh"));
}

#[test]
fn a_forged_mark_shuts_out_no_owner_and_does_not_last() {
    let disk = Disk::default();
    let host = made(&disk);
    let codes = codes(&host, 5, None);
    ask(&host, Request::Lock);
    let all = host.platform().disk.ring.borrow().clone();
    let newest = all.iter().rfind(|(key, _)| key.starts_with('g')).unwrap().1.clone();
    let file = crate::vault::file::VaultFile::parse(newest.as_bytes()).unwrap();
    let ids: Vec<String> = file.slots().map(|(slot, _)| format!("\"{}\"", slot.id)).collect();
    let far = u64::MAX;
    let forged = format!("{{\"at\":{far},\"clock\":0,\"run\":{far},\"ended\":[{}]}}", ids.join(","));
    for store in [&disk.ring, &disk.area] {
        store.borrow_mut().insert(SEEN.into(), forged.clone());
    }
    let by_code_first = self::host(&disk, 2);
    assert_eq!(unlock(&by_code_first, by_code(&codes[0])), None, "a recovery code opens");
    ask(&by_code_first, Request::Lock);
    let host = self::host(&disk, 3);
    assert_eq!(unlock(&host, by_password(1)), None);
    assert_eq!(status(&host).session, Some(SessionKind::Full));
    assert!(is_told(&host));
    let Reply::Log { lines } = ask(&host, Request::Log) else { panic!("log") };
    assert_eq!(lines.iter().filter(|line| line.what == BACK).count(), 1);
    let shown = || ask(&host, Request::BackupCodes { id: entries(&host)[0].id.clone() });
    assert!(matches!(ask(&host, Request::Fresh { keys: vec![key(1)] }), Reply::Fresh { .. }));
    assert_eq!(failed(&shown()), None, "a second unlock is one");
    forward(&host, 5);
    assert_eq!(failed(&shown()), Some("needs-fresh"), "and it ends");
    // The owner was in, and there is no pass: the clock counts as it is.
    ask(&host, Request::Lock);
    assert_eq!(unlock(&host, by_password(1)), None);
    assert!(!is_told(&host));
    let (code, _) = pass(&host, lasting(60)).unwrap();
    ask(&host, Request::Lock);
    let again = self::host(&disk, 4);
    forward(&again, 5);
    assert_eq!(unlock(&again, by_code(&code)), None);
}

#[test]
fn ten_minutes_are_ten_after_a_clock_that_was_ahead() {
    let host = made(&Disk::default());
    let (code, _) = pass(&host, once(600)).unwrap();
    ask(&host, Request::Lock);
    forward(&host, 10);
    status(&host);
    back(&host, 10);
    for _ in 0..10 {
        forward(&host, 1);
        status(&host);
    }
    assert_eq!(unlock(&host, by_code(&code)), None);
    forward(&host, 9);
    assert_eq!(status(&host).session, Some(SessionKind::Renew));
    forward(&host, 1);
    assert_eq!(status(&host).state, VaultState::Locked);
}

#[test]
fn a_clock_that_was_a_year_ahead_once_does_not_end_passes_for_ever() {
    let disk = Disk::default();
    let host = made(&disk);
    forward(&host, 365 * 24 * 60);
    assert_eq!(unlock(&host, by_password(1)), None);
    ask(&host, Request::Add { forms: vec![form("c", "totp")] });
    back(&host, 365 * 24 * 60);
    assert_eq!(unlock(&host, by_password(1)), None);
    let (code, _) = pass(&host, lasting(60)).unwrap();
    ask(&host, Request::Lock);
    assert_eq!(unlock(&host, by_code(&code)), None);
    assert_eq!(status(&host).session, Some(SessionKind::Pass));
}
