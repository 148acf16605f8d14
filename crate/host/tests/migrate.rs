//! From an older format to the present one, on stores that fail, and back to an older program.

use super::*;
use crate::vault::file::VaultFile;
use crate::vault::migrate::CURRENT;
use crate::vault::sealed::save_as_format_0;

/// A vault as an older version left it: both stores hold its one file.
fn older(issuers: &[&str]) -> (Disk, String) {
    let made = Disk::default();
    let host = host(&made, 1);
    ask(&host, Request::Create { key: key(1) });
    for issuer in issuers {
        ask(&host, Request::Add { forms: vec![form(issuer, "totp")] });
    }
    let vault = host.core.try_lock().unwrap().vault().unwrap().clone();
    let text = String::from_utf8(save_as_format_0(&vault).to_bytes()).unwrap();
    assert!(text.starts_with("sparekey/0\n"));
    let disk = Disk::default();
    for store in [&disk.ring, &disk.area] {
        store.borrow_mut().insert("marker".into(), "1".into());
    }
    let generation = vault.header().generation;
    disk.ring.borrow_mut().insert(format!("g{generation:016}"), text.clone());
    disk.area.borrow_mut().insert(format!("g{}", generation & 1), text.clone());
    (disk, text)
}

fn unlock(host: &Host<Fake>) -> Option<String> {
    failed(&ask(host, Request::Unlock { way: Way::Password { keys: vec![key(1)] } })).map(Into::into)
}

fn copies(disk: &Disk) -> [Option<String>; 2] {
    [&disk.ring, &disk.area].map(|store| store.borrow().get("former-0").cloned())
}

fn newest(disk: &Disk) -> u32 {
    let ring = disk.ring.borrow();
    let files = ring.iter().filter(|(key, _)| key.starts_with('g'));
    let parsed = files.filter_map(|(_, text)| VaultFile::parse(text.as_bytes()).ok());
    parsed.max_by_key(|file| file.header().generation).map(|file| file.format()).unwrap()
}

#[test]
fn the_old_file_is_kept_byte_for_byte_before_the_new_one_replaces_it() {
    let (disk, text) = older(&["First", "Second"]);
    assert_eq!(status(&host(&disk, 5)).state, VaultState::Locked, "an older format is no damage");
    let host = host(&disk, 5);
    assert_eq!(unlock(&host), None);
    assert_eq!(entries(&host).len(), 2);
    assert_eq!(copies(&disk), [Some(text.clone()), Some(text.clone())]);
    assert_eq!(newest(&disk), CURRENT, "it is brought up to date at once");
    // No thinning takes it, and what came after it is read.
    for n in 0..12 {
        ask(&host, Request::Add { forms: vec![form(&format!("Later {n}"), "totp")] });
    }
    assert_eq!(copies(&disk), [Some(text.clone()), Some(text)]);
    let again = self::host(&disk, 9);
    assert_eq!(unlock(&again), None);
    assert_eq!(entries(&again).len(), 14);
}

#[test]
fn a_migration_that_would_lose_an_entry_stops_and_changes_nothing() {
    let (disk, _) = older(&["First", "drop me"]);
    let before = (disk.ring.borrow().clone(), disk.area.borrow().clone());
    let host = host(&disk, 5);
    assert_eq!(unlock(&host).as_deref(), Some("migration-stopped"));
    assert_eq!(status(&host).state, VaultState::Locked);
    let ring: Keys = disk
        .ring
        .borrow()
        .iter()
        .filter(|(key, _)| *key != "backups")
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    assert!(before == (ring, disk.area.borrow().clone()), "both stores are as before");
}

#[test]
fn without_a_kept_copy_nothing_is_replaced_and_codes_are_shown() {
    let (disk, text) = older(&["First"]);
    let host = host(&disk, 5);
    // Both stores refuse to write from the first write on: a full disk.
    for fault in [Fault::Reject, Fault::Forget] {
        for step in 0..12 {
            let disk = Disk {
                ring: Rc::new(RefCell::new(disk.ring.borrow().clone())),
                area: Rc::new(RefCell::new(disk.area.borrow().clone())),
                ..Disk::default()
            };
            let host = Host::new(Fake::on(&disk, 20 + u64::from(step)), own());
            host.platform().countdown.set(Some((step, fault)));
            let opened = unlock(&host).is_none();
            if newest(&disk) == CURRENT {
                assert!(
                    copies(&disk).contains(&Some(text.clone())),
                    "{fault:?} at {step}: replaced without a copy"
                );
            }
            if opened {
                assert_eq!(entries(&host).len(), 1);
            }
        }
    }
    drop(host);
}

#[test]
fn whatever_happens_in_the_middle_every_entry_is_there_afterwards() {
    for fault in [Fault::Reject, Fault::Forget, Fault::KillBefore, Fault::KillAfter, Fault::Broken] {
        for step in 0..40 {
            let (disk, text) = older(&["First", "Second"]);
            let host = Host::new(Fake::on(&disk, 30), own());
            host.platform().countdown.set(Some((step, fault)));
            let _ = unlock(&host);
            let over = host.platform().countdown.get().is_some();
            let copied = copies(&disk);
            assert!(newest(&disk) == 0 || copied.contains(&Some(text.clone())), "{fault:?} at {step}");
            let again = self::host(&disk, 40);
            assert_eq!(unlock(&again), None, "{fault:?} at {step}");
            assert_eq!(entries(&again).len(), 2, "{fault:?} at {step}");
            assert_eq!(newest(&disk), CURRENT, "{fault:?} at {step}: finished at the next unlock");
            if over {
                assert!(step > 6, "the faults reach the migration");
                break;
            }
        }
    }
}

#[test]
fn what_is_revoked_goes_from_the_kept_copy_too() {
    let (disk, _) = older(&["First"]);
    let host = host(&disk, 5);
    assert_eq!(unlock(&host), None);
    let change = Request::ChangePassword { current: vec![key(1)], new: key(2) };
    assert_eq!(failed(&ask(&host, change)), None);
    for copy in copies(&disk).into_iter().flatten() {
        let file = VaultFile::parse(copy.as_bytes()).unwrap();
        assert_eq!(file.slots().count(), 0, "the old password opens no copy here");
    }
}

#[test]
fn an_older_program_refuses_a_newer_file_and_touches_neither_store() {
    let (disk, text) = older(&["First"]);
    let newer = text.replacen("sparekey/0", "sparekey/2", 1);
    for store in [&disk.ring, &disk.area] {
        store
            .borrow_mut()
            .iter_mut()
            .filter(|(key, _)| key.starts_with('g'))
            .for_each(|(_, text)| *text = newer.clone());
    }
    let before = (disk.ring.borrow().clone(), disk.area.borrow().clone());
    let host = host(&disk, 5);
    let seen = status(&host);
    assert_eq!((seen.state, seen.warnings), (VaultState::Unreadable, vec!["newer-version".to_owned()]));
    for request in [
        Request::Create { key: key(1) },
        Request::PlanUnlock,
        Request::Unlock { way: Way::Password { keys: vec![key(1)] } },
        Request::Lock,
        Request::BackUpNow,
        Request::PlanErase,
        Request::Erase { way: None, typed: "erase what I cannot open".into() },
        Request::SealedCopy,
    ] {
        ask(&host, request);
    }
    let ring: Keys = disk
        .ring
        .borrow()
        .iter()
        .filter(|(key, _)| *key != "backups")
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    assert!(before == (ring, disk.area.borrow().clone()), "byte for byte as before");
}
