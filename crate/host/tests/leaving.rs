//! "Someone left" through the door, and the end of a worklist: what they had opens neither the vault nor a new file, and
//! still opens what was copied.

use data_encoding::BASE64;
use futures_util::FutureExt;

use super::emergency_bundle::{area, by_code, codes as glass_codes, file, fresh, made, read, shares, two};
use super::{passkey, *};
use crate::vault::file::VaultFile;
use crate::vault::slot::SlotKind;

fn vault_codes(host: &Host<Fake>) -> Vec<String> {
    fresh(host);
    let Reply::RecoveryCodes { codes, .. } =
        ask(host, Request::MakeCodes { count: 5, add: false, key: None })
    else {
        panic!("codes")
    };
    let codes: Vec<String> = codes.into_iter().map(|code| code.code).collect();
    assert_eq!(failed(&ask(host, Request::KeepCodes { way: by_code(&codes[0]) })), None);
    codes
}

fn whole(host: &Host<Fake>) -> Vec<u8> {
    match ask(host, Request::Export { key: None }) {
        Reply::Bundle { bundle, .. } => BASE64.decode(bundle.as_bytes()).unwrap(),
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

fn left(host: &Host<Fake>, password: u8, new: u8) -> Option<String> {
    let leave = Request::SomeoneLeft { current: vec![key(password)], new: key(new) };
    failed(&ask(host, leave)).map(ToOwned::to_owned)
}

fn renewed(host: &Host<Fake>) -> Vec<(String, bool)> {
    let left = area(host).left.expect("somebody left");
    left.renew.into_iter().map(|renew| (renew.what, renew.done)).collect()
}

#[test]
fn who_left_opens_neither_the_vault_nor_a_new_file_and_still_an_old_one() {
    let disk = Disk::default();
    let (host, _) = made(&disk);
    let (own, _) = shares(&host, false);
    let codes = vault_codes(&host);
    let (glass, _) = shares(&host, true);
    let glass_codes = glass_codes(&host);
    assert_eq!(passkey::add(&host, 7), None, "whoever leaves may have added one");
    let form = PassForm { minutes: 60, once: false, start: None };
    let Reply::Pass { code: pass, .. } = ask(&host, Request::MakePass { form }) else { panic!("a pass") };
    assert_eq!(failed(&ask(&host, Request::Export { key: Some(key(7)) })), None, "a bundle's own password");
    let (old_whole, old_glass) = (whole(&host), file(&host));
    let stores = (disk.ring.borrow().clone(), disk.area.borrow().clone());
    let place = host.platform().place.clone();
    ask(&host, Request::SetBackups { destination: Some("folder".into()), folder: "B".into(), keep: 3 });
    host.upkeep().now_or_never().expect("nothing waits");
    let written = place.files.borrow().len();

    assert_eq!(left(&host, 2, 9).as_deref(), Some("wrong-password"), "nothing without the password");
    assert_eq!(area(&host).bundle.shares, "2/3");
    assert_eq!(left(&host, 1, 9), None);
    host.upkeep().now_or_never().expect("nothing waits");
    assert_eq!(place.files.borrow().len(), written + 1, "a new file at once");
    assert_eq!(renewed(&host), ["codes", "shares", "emergency", "passkeys"].map(|what| (what.into(), false)));
    assert_eq!((area(&host).bundle.shares.as_str(), area(&host).bundle.codes), ("", 0));
    assert_eq!(failed(&ask(&host, Request::ExportEmergency)), Some("no-emergency-bundle"));

    let generation = |bytes: &&Vec<u8>| VaultFile::parse(bytes).unwrap().header().generation;
    let newest = place.files.borrow().values().max_by_key(generation).cloned().unwrap();
    let old: Vec<(&str, Way)> = vec![
        ("shares", two(&own)),
        ("code", by_code(&codes[2])),
        ("glass", two(&glass)),
        ("glass code", by_code(&glass_codes[1])),
        ("pass", by_code(&pass)),
        ("passkey", passkey::with(7)),
        ("bundle password", Way::Password { keys: vec![key(7)] }),
        ("password by its old salt", Way::Password { keys: vec![key(1)] }),
    ];
    for (what, way) in &old {
        assert!(read(&newest, way).is_err(), "{what} opens the new file");
    }
    assert_eq!(read(&newest, &Way::Password { keys: vec![key(9)] }).map(|found| found.len()), Ok(2));
    ask(&host, Request::Lock);
    for (what, way) in &old {
        let reply = ask(&host, Request::Unlock { way: way.clone() });
        assert!(failed(&reply).is_some(), "{what} opens the vault");
    }
    // Every generation of both stores, as raw files: the records are gone from all of them.
    for keys in [&disk.ring, &disk.area] {
        for text in keys.borrow().values().filter(|text| text.starts_with("sparekey/")) {
            for (what, way) in old.iter().take(7) {
                assert!(read(text.as_bytes(), way).is_err(), "{what} opens a generation");
            }
            let raw = VaultFile::parse(text.as_bytes());
            let left = raw.is_ok_and(|raw| raw.slots().any(|(slot, _)| slot.kind == SlotKind::Passkey));
            assert!(!left, "a passkey's record is left");
        }
    }
    // What was copied before opens as it did, and the page says so.
    assert_eq!(read(&old_whole, &two(&own)).map(|found| found.len()), Ok(2));
    assert_eq!(read(&old_whole, &by_code(&codes[2])).map(|found| found.len()), Ok(2));
    assert_eq!(read(&old_glass, &two(&glass)), Ok(vec!["glass".into()]));
    assert_eq!(read(&old_glass, &by_code(&glass_codes[1])), Ok(vec!["glass".into()]));
    let copied = Disk::default();
    (*copied.ring.borrow_mut(), *copied.area.borrow_mut()) = stores;
    let thief = super::host(&copied, 7_000);
    assert_eq!(failed(&ask(&thief, Request::Unlock { way: passkey::with(7) })), None, "a copied profile");
    ask(&thief, Request::Lock);
    assert_eq!(failed(&ask(&thief, Request::Unlock { way: by_code(&codes[2]) })), None, "a copied profile");

    // New sheets, kind by kind; each counts when it was typed back, through a restart.
    let again = super::host(&disk, 9_000);
    again.platform().now.set(host.platform().now.get());
    assert_eq!(failed(&ask(&again, Request::Unlock { way: Way::Password { keys: vec![key(9)] } })), None);
    fresh(&again);
    let shown = ask(&again, Request::MakeCodes { count: 5, add: false, key: None });
    assert!(matches!(shown, Reply::RecoveryCodes { .. }));
    assert_eq!(renewed(&again)[0], ("codes".into(), false), "shown is not kept");
    vault_codes(&again);
    shares(&again, false);
    let (new_glass, _) = shares(&again, true);
    let open: Vec<String> =
        renewed(&again).into_iter().filter(|(_, done)| !done).map(|(what, _)| what).collect();
    assert_eq!(open, ["passkeys"]);
    let Reply::Readiness(view) = ask(&again, Request::Readiness) else { panic!("readiness") };
    assert!(view.findings.iter().all(|finding| finding.code != "sheets-void"), "a passkey is no sheet");
    assert_eq!(passkey::add(&again, 8), None);
    assert!(renewed(&again).iter().all(|(_, done)| *done));
    assert_eq!(read(&file(&again), &two(&new_glass)), Ok(vec!["glass".into()]));
    assert_eq!(failed(&ask(&again, Request::SettleLeft)), None);
    assert_eq!(area(&again).left.map(|left| left.at), None);
    let Reply::Log { lines } = ask(&again, Request::Log) else { panic!("a log") };
    for what in ["someone-left", "rotated", "emergency-shares-made", "emergency-codes-made"] {
        assert!(lines.iter().any(|line| line.what == what), "{what}");
    }
}

#[test]
fn what_was_never_made_is_not_asked_for_and_what_is_still_open_stays_open() {
    let (host, _) = made(&Disk::default());
    let (_, _) = shares(&host, false);
    assert_eq!(left(&host, 1, 9), None);
    assert_eq!(renewed(&host), [("shares".into(), false)]);
    assert_eq!(failed(&ask(&host, Request::SettleLeft)), None);
    // The same password again, and somebody else leaves before the sheets were made anew.
    let (_, _) = shares(&host, false);
    assert_eq!(left(&host, 9, 10), None);
    vault_codes(&host);
    assert_eq!(left(&host, 10, 11), None);
    assert_eq!(renewed(&host), [("codes".into(), false), ("shares".into(), false)]);
    // Ready is who has made them anew.
    let codes = |host: &Host<Fake>| -> Vec<String> {
        let Reply::Readiness(view) = ask(host, Request::Readiness) else { panic!("readiness") };
        view.findings.into_iter().map(|finding| finding.code).collect()
    };
    assert!(codes(&host).contains(&"sheets-void".to_owned()));
    vault_codes(&host);
    shares(&host, false);
    assert!(!codes(&host).contains(&"sheets-void".to_owned()));
}

#[test]
fn the_end_of_a_worklist_makes_old_sheets_void_and_remembers_what_to_make_anew() {
    let disk = Disk::default();
    let (host, ids) = made(&disk);
    let codes = vault_codes(&host);
    let start = ask(&host, Request::StartWorklist { ids: vec![ids[0].clone()] });
    let Reply::Worklist { older, rotated, .. } = start else { panic!("a worklist") };
    assert_eq!((older.contains(&"code".to_owned()), rotated), (true, None));
    assert_eq!(left(&host, 1, 9), None);
    // Through a lock and a start.
    let again = super::host(&disk, 9_000);
    again.platform().now.set(host.platform().now.get());
    assert!(failed(&ask(&again, Request::Unlock { way: by_code(&codes[1]) })).is_some());
    assert_eq!(failed(&ask(&again, Request::Unlock { way: Way::Password { keys: vec![key(9)] } })), None);
    let Reply::Worklist { older, rotated, .. } = ask(&again, Request::Worklist) else { panic!("a worklist") };
    assert_eq!((older, rotated.is_some()), (Vec::new(), true), "nothing is older than the loss");
    assert_eq!(renewed(&again), [("codes".into(), false)]);
    vault_codes(&again);
    assert_eq!(renewed(&again), [("codes".into(), true)]);
}

#[test]
fn a_full_disk_leaves_everything_as_it_was() {
    let disk = Disk::default();
    let (host, _) = made(&disk);
    let codes = vault_codes(&host);
    host.platform().broken.set(Some(StoreId::Ring));
    assert_eq!(left(&host, 1, 9), None, "one store takes it");
    host.platform().broken.set(None);
    let now = &host.platform().now;
    now.set(now.get() + 120_000);
    assert!(status(&host).warnings.is_empty(), "and the other one is brought up");
    host.platform().dead.set(true);
    let before = (disk.ring.borrow().clone(), disk.area.borrow().clone());
    assert_eq!(left(&host, 9, 10).as_deref(), Some("not-saved"));
    assert_eq!((disk.ring.borrow().clone(), disk.area.borrow().clone()), before);
    let next = super::host(&disk, 9_000);
    assert!(failed(&ask(&next, Request::Unlock { way: by_code(&codes[1]) })).is_some());
    assert_eq!(failed(&ask(&next, Request::Unlock { way: Way::Password { keys: vec![key(9)] } })), None);
}
