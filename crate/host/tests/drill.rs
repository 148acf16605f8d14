//! The drill, from the bundle's bytes to the note in the vault.

use super::*;
use crate::core::reader::Reader;

const DAY: u64 = 86_400_000;

fn bundle_of(host: &Host<Fake>) -> Vec<u8> {
    match ask(host, Request::Export { key: None }) {
        Reply::Bundle { bundle, .. } => data_encoding::BASE64.decode(bundle.as_bytes()).unwrap(),
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

fn with(n: u8) -> Way {
    Way::Password { keys: vec![key(n)] }
}

fn proof_of(bytes: &[u8], host: &Host<Fake>) -> DrillProof {
    let reader = Reader::open(bytes, &with(1)).ok().unwrap();
    reader.drill(Millis(host.platform().now.get()))
}

fn drill(host: &Host<Fake>, proof: DrillProof) -> Result<DrillResult, String> {
    match ask(host, Request::Drill { proof, took_ms: 900 }) {
        Reply::Drilled(result) => Ok(result),
        other => Err(failed(&other).unwrap().into()),
    }
}

fn vault() -> Host<Fake> {
    let host = host(&Disk::default(), 1);
    ask(&host, Request::Create { key: key(1) });
    let settings = Settings { lock_after_minutes: 0, ..Settings::default() };
    ask(&host, Request::SetSettings { settings });
    let counted = form("counted", "hotp");
    let other = EntryForm { secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP".into(), ..form("other", "totp") };
    ask(&host, Request::Add { forms: vec![form("timed", "totp"), counted, other] });
    host
}

#[test]
fn a_bundle_that_opens_and_agrees_is_proven_and_dated() {
    let host = vault();
    assert_eq!(status(&host).drill.due.as_deref(), Some("never"));
    let bytes = bundle_of(&host);
    // The counter moves on; the bundle's key is the same.
    let counted = entries(&host).into_iter().find(|entry| entry.issuer == "counted").unwrap();
    ask(&host, Request::NextHotp { id: counted.id });
    let result = drill(&host, proof_of(&bytes, &host)).unwrap();
    assert_eq!((result.proven, result.same), (true, 3));
    let status = status(&host);
    assert_eq!((status.drill.due, status.drill.took_ms), (None, Some(900)));
    let backup = status.backup.unwrap();
    assert!(backup.proven.is_some() && backup.read_back.is_some());
}

#[test]
fn a_drill_is_due_after_ninety_days_and_after_a_change_of_ways_in() {
    let host = vault();
    let bytes = bundle_of(&host);
    drill(&host, proof_of(&bytes, &host)).unwrap();
    let now = &host.platform().now;
    now.set(now.get() + 89 * DAY);
    assert_eq!(status(&host).drill.due, None);
    now.set(now.get() + DAY);
    assert_eq!(status(&host).drill.due.as_deref(), Some("old"));
    drill(&host, proof_of(&bytes, &host)).unwrap();
    assert_eq!(status(&host).drill.due, None);
    ask(&host, Request::ChangePassword { current: vec![key(1)], new: key(2) });
    assert_eq!(status(&host).drill.due.as_deref(), Some("ways"));
    // The old bundle proves nothing of the new password.
    drill(&host, proof_of(&bytes, &host)).unwrap();
    assert_eq!(status(&host).drill.due.as_deref(), Some("ways"));
}

#[test]
fn what_differs_is_named_and_proves_nothing() {
    let host = vault();
    let bytes = bundle_of(&host);
    let mut proof = proof_of(&bytes, &host);
    proof.codes[0].code = "000000000000".into();
    let wrong = proof.codes[0].id.clone();
    let result = drill(&host, proof).unwrap();
    assert_eq!((result.proven, result.same, result.differ), (false, 2, vec![wrong]));
    assert_eq!(status(&host).drill.due.as_deref(), Some("never"));
    assert_eq!(status(&host).backup.unwrap().proven, None);
}

#[test]
fn what_came_or_went_since_is_told_apart() {
    let host = vault();
    let bytes = bundle_of(&host);
    let gone = entries(&host)[0].id.clone();
    ask(&host, Request::Trash { ids: vec![gone.clone()] });
    ask(&host, Request::Purge { ids: vec![gone] });
    let new = EntryForm { account: "new".into(), ..form("new", "totp") };
    ask(&host, Request::Add { forms: vec![new] });
    let result = drill(&host, proof_of(&bytes, &host)).unwrap();
    assert_eq!((result.proven, result.same, result.only_here.len(), result.only_there), (true, 2, 1, 1));
}

#[test]
fn another_vaults_bundle_and_old_codes_are_refused() {
    let (host, other) = (vault(), super::host(&Disk::default(), 300));
    ask(&other, Request::Create { key: key(1) });
    let bytes = bundle_of(&other);
    assert_eq!(drill(&host, proof_of(&bytes, &host)), Err("another-vault".into()));
    let proof = proof_of(&bundle_of(&host), &host);
    host.platform().now.set(host.platform().now.get() + DAY);
    assert_eq!(drill(&host, proof), Err("drill-too-old".into()));
}

#[test]
fn a_reader_shows_codes_and_keeps_its_own_counter() {
    let host = vault();
    let bytes = bundle_of(&host);
    let mut reader = Reader::open(&bytes, &with(1)).ok().unwrap();
    assert_eq!((reader.entries().len(), reader.manifest().entries, reader.uris().len()), (3, 3, 3));
    let now = Millis(1_795_000_000_000);
    let Reply::Codes { codes, .. } = ask(&host, Request::Codes) else { panic!("no codes") };
    assert_eq!(reader.codes(now).len(), codes.len());
    let counted = reader.entries().into_iter().find(|entry| entry.kind == "hotp").unwrap();
    let first = reader.next_hotp(&counted.id, now).unwrap().code;
    let second = reader.next_hotp(&counted.id, now).unwrap().code;
    // RFC 4226, appendix D.
    assert_eq!((first.as_str(), second.as_str()), ("755224", "287082"));
    assert_eq!(Reader::open(&bytes, &with(2)).err().unwrap().code, "wrong-password");
}

#[test]
fn a_reader_shows_the_sites_own_backup_codes() {
    let host = vault();
    let entries = Reader::open(&bundle_of(&host), &with(1)).ok().unwrap().entries();
    let (with_codes, without) = (entries[0].id.clone(), entries[1].id.clone());
    let codes =
        ["a1b2-c3d4", "e5f6-a7b8"].map(|code| SiteCode { code: code.into(), used: None, tried: None });
    ask(&host, Request::KeepBackupCodes { id: with_codes.clone(), codes: codes.to_vec(), add: false });
    let reader = Reader::open(&bundle_of(&host), &with(1)).ok().unwrap();
    let shown = reader.backup_codes(&with_codes).unwrap();
    assert_eq!(shown.iter().map(|code| &*code.code).collect::<Vec<_>>(), ["a1b2-c3d4", "e5f6-a7b8"]);
    assert!(reader.backup_codes(&without).unwrap().is_empty());
    assert_eq!(reader.backup_codes("0123").err().unwrap().code, "no-entry");
}
