//! Restores: an older bundle into a newer vault, one bundle on two devices, and what becomes of its ways in.

use data_encoding::BASE64;

use super::*;
use crate::env::{Entropy, Env};
use crate::vault::code::Code;
use crate::vault::file::VaultFile;
use crate::vault::sealed::{NewSlot, Opened};
use crate::vault::slot::{SlotKind, SlotUse};
use crate::vault::testing::Seeded;
use crate::vault::way::WayIn;

fn made(seed: u64) -> Host<Fake> {
    let host = host(&Disk::default(), seed);
    ask(&host, Request::Create { key: key(1) });
    add(&host, "First");
    add(&host, "Second");
    host
}

fn add(host: &Host<Fake>, issuer: &str) -> String {
    match ask(host, Request::Add { forms: vec![form(issuer, "totp")] }) {
        Reply::Added { ids, .. } => ids[0].clone(),
        _ => panic!("added"),
    }
}

fn bundle(host: &Host<Fake>) -> String {
    match ask(host, Request::Export { key: None }) {
        Reply::Bundle { bundle, .. } => bundle,
        _ => panic!("a bundle"),
    }
}

fn by_password(n: u8) -> Way {
    Way::Password { keys: vec![key(n)] }
}

fn by_code(code: &str) -> Way {
    Way::Code { code: code.into(), keys: Vec::new() }
}

fn restore(host: &Host<Fake>, bundle: &str, way: Way, create: Option<DerivedKey>) -> (u32, u32, u32) {
    let request = Request::RestoreBundle { bundle: bundle.into(), way, create, leave_out: Vec::new() };
    match ask(host, request) {
        Reply::Restored { added, same, conflicts, .. } => (added, same, conflicts),
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

fn codes(host: &Host<Fake>) -> Vec<String> {
    let make = Request::MakeCodes { count: 5, add: false, key: None };
    let Reply::RecoveryCodes { codes, .. } = ask(host, make) else { panic!("codes") };
    let codes: Vec<String> = codes.into_iter().map(|code| code.code).collect();
    ask(host, Request::KeepCodes { way: by_code(&codes[4]) });
    codes
}

fn issuers(host: &Host<Fake>) -> Vec<String> {
    let mut all: Vec<String> = entries(host).into_iter().map(|entry| entry.issuer).collect();
    all.sort();
    all
}

fn vault_of(bundle: &str) -> String {
    VaultFile::parse(&BASE64.decode(bundle.as_bytes()).unwrap()).unwrap().header().vault.to_string()
}

/// `kind label fate`, sorted.
fn fates(host: &Host<Fake>) -> Option<Vec<String>> {
    let Reply::Ways { restored, .. } = ask(host, Request::Ways) else { panic!("ways") };
    restored.map(|restored| {
        let ways = restored.ways.iter().map(|way| format!("{} {} {}", way.kind, way.label, way.fate));
        let mut ways: Vec<String> = ways.collect();
        ways.sort();
        ways
    })
}

#[test]
fn an_older_bundle_into_a_newer_vault_overwrites_and_loses_nothing() {
    let host = made(1);
    let old = bundle(&host);
    let ids: Vec<String> = entries(&host).into_iter().map(|entry| entry.id).collect();
    let edit = EntryEdit {
        issuer: Some("First, renamed".into()),
        account: None,
        note: Some("later".into()),
        tags: None,
        pinned: None,
        unverified: None,
        emergency: None,
    };
    ask(&host, Request::Edit { id: ids[0].clone(), edit });
    ask(&host, Request::Trash { ids: vec![ids[1].clone()] });
    ask(&host, Request::Purge { ids: vec![ids[1].clone()] });
    add(&host, "Third");
    let (added, same, conflicts) = restore(&host, &old, by_password(1), None);
    assert_eq!((added, same, conflicts), (1, 1, 0), "the purged one comes back, the renamed one stays");
    assert_eq!(issuers(&host), ["First, renamed", "Second", "Third"]);
    let unverified: Vec<String> =
        entries(&host).into_iter().filter(|entry| entry.unverified).map(|entry| entry.issuer).collect();
    assert_eq!(unverified, ["Second"], "what was never away is not asked for again");
    assert_eq!(restore(&host, &old, by_password(1), None), (0, 2, 0), "again changes nothing");
}

#[test]
fn two_devices_that_restore_one_bundle_are_two_vaults_and_merge_without_doubles() {
    let old = bundle(&made(1));
    let (one, two) = (host(&Disk::default(), 100), host(&Disk::default(), 200));
    assert_eq!(restore(&one, &old, by_password(1), Some(key(2))), (2, 0, 0));
    assert_eq!(restore(&two, &old, by_password(1), Some(key(3))), (2, 0, 0));
    add(&one, "Of one");
    add(&two, "Of two");
    let (from_one, from_two) = (bundle(&one), bundle(&two));
    let ids = [vault_of(&old), vault_of(&from_one), vault_of(&from_two)];
    assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2], "{ids:?}");
    assert_eq!(restore(&one, &from_two, by_password(3), None), (1, 2, 0));
    assert_eq!(restore(&two, &from_one, by_password(2), None), (1, 2, 0));
    assert_eq!(issuers(&one), ["First", "Of one", "Of two", "Second"]);
    assert_eq!(issuers(&two), issuers(&one));
}

#[test]
fn a_code_that_opened_a_bundle_is_spent_and_the_others_are_told_apart() {
    let host = made(1);
    let codes = codes(&host);
    let old = bundle(&host);
    restore(&host, &old, by_code(&codes[1]), None);
    let first = fates(&host).unwrap();
    assert_eq!(
        first,
        ["code 1 kept", "code 2 spent", "code 3 kept", "code 4 kept", "code 5 kept", "password  kept"]
    );
    // It is gone from this vault, as after an unlock.
    ask(&host, Request::Lock);
    assert_eq!(failed(&ask(&host, Request::Unlock { way: by_code(&codes[1]) })), Some("wrong-code"));
    assert_eq!(failed(&ask(&host, Request::Unlock { way: by_password(1) })), None);
    // What the user says is lost is removed, and the list says so.
    let Reply::Ways { ways, .. } = ask(&host, Request::Ways) else { panic!("ways") };
    let ids: Vec<String> = ways.into_iter().filter(|way| way.kind == "code").map(|way| way.id).collect();
    assert_eq!(failed(&ask(&host, Request::RemoveWays { ids })), None);
    let then = fates(&host).unwrap();
    assert_eq!(then.iter().filter(|way| way.ends_with("void")).count(), 4, "{then:?}");
    ask(&host, Request::ForgetRestored);
    assert_eq!(fates(&host), None);
}

/// Randomness that begins as somebody chose.
struct Begins(Vec<u8>, Seeded);

impl Entropy for Begins {
    fn fill(&mut self, bytes: &mut [u8]) {
        if self.0.len() == bytes.len() {
            bytes.copy_from_slice(&core::mem::take(&mut self.0));
        } else {
            self.1.fill(bytes);
        }
    }
}

#[test]
fn a_strangers_file_spends_nothing_here_whatever_ids_its_slots_have() {
    let host = made(1);
    codes(&host);
    let ways = || {
        let Reply::Ways { ways, .. } = ask(&host, Request::Ways) else { panic!("ways") };
        ways.into_iter().map(|way| way.id).collect::<Vec<_>>()
    };
    let before = ways();
    assert_eq!(before.len(), 6);
    // The ids stand in the header of every bundle.
    let mine = VaultFile::parse(&BASE64.decode(bundle(&host).as_bytes()).unwrap()).unwrap();
    for slot in &mine.header().slots {
        let mut entropy = Begins(Vec::new(), Seeded::new(7));
        let code = Code::make_random(&mut entropy);
        let mut forged = Opened::make(&mut Env { now: Millis(5), entropy: &mut entropy });
        entropy.0 = slot.id.0.to_vec();
        let mut env = Env { now: Millis(5), entropy: &mut entropy };
        let label = "x".repeat(5_000);
        let new = NewSlot::lasting(SlotKind::Code, SlotUse::Both, &label);
        assert_eq!(forged.add_way(&mut env, &WayIn::Code(code.clone()), new).unwrap(), slot.id);
        let (_, file) = forged.save(&mut env).unwrap();
        restore(&host, &BASE64.encode(&file.to_bytes()), by_code(code.to_text().expose()), None);
        assert_eq!(ways(), before, "{:?}", slot.kind);
        assert!(fates(&host).unwrap().iter().all(|way| way.len() < 100), "labels are cut");
    }
    ask(&host, Request::Lock);
    assert_eq!(failed(&ask(&host, Request::Unlock { way: by_password(1) })), None);
}

#[test]
fn in_an_empty_browser_every_old_way_in_is_void_and_the_new_password_opens() {
    let host = made(1);
    let codes = codes(&host);
    let fresh = self::host(&Disk::default(), 5);
    restore(&fresh, &bundle(&host), by_code(&codes[0]), Some(key(4)));
    let all = fates(&fresh).unwrap();
    assert_eq!(all.iter().filter(|way| way.ends_with("spent")).collect::<Vec<_>>(), ["code 1 spent"]);
    assert_eq!(all.iter().filter(|way| way.ends_with("void")).count(), 5, "{all:?}");
    // It is noted in the vault: a lock, a stopped background and another session see it.
    ask(&fresh, Request::Lock);
    assert_eq!(failed(&ask(&fresh, Request::Unlock { way: by_code(&codes[2]) })), Some("wrong-code"));
    assert_eq!(failed(&ask(&fresh, Request::Unlock { way: by_password(4) })), None);
    assert_eq!(fates(&fresh), Some(all));
}

#[test]
fn what_is_no_bundle_is_refused_in_words_and_changes_nothing() {
    let host = made(1);
    let whole = BASE64.decode(bundle(&host).as_bytes()).unwrap();
    let before = (host.platform().disk.ring.borrow().clone(), host.platform().disk.area.borrow().clone());
    let newer = [b"sparekey/2".as_slice(), &whole[10..]].concat();
    let cases: [(&[u8], &str); 5] = [
        (b"", "empty-file"),
        (&whole[..900], "damaged-file"),
        (&whole[..whole.len() - 1], "damaged-file"),
        (b"%PDF-1.7", "not-ours"),
        (&newer, "newer-version"),
    ];
    for (bytes, code) in cases {
        let bundle = BASE64.encode(bytes);
        assert_eq!(failed(&ask(&host, Request::Inspect { bundle: bundle.clone() })), Some(code));
        let request =
            Request::RestoreBundle { bundle, way: by_password(1), create: None, leave_out: Vec::new() };
        assert_eq!(failed(&ask(&host, request)), Some(code));
    }
    let after = (host.platform().disk.ring.borrow().clone(), host.platform().disk.area.borrow().clone());
    assert!(before == after, "nothing was written");
}
