//! A hand-over through two doors: the address, the sealed file, the draft on the other side.

use super::*;

fn open() -> (Disk, Host<Fake>) {
    let disk = Disk::default();
    let host = host(&disk, 1);
    ask(&host, Request::Create { key: key(1) });
    (disk, host)
}

fn address(host: &Host<Fake>, renew: bool) -> (String, Vec<String>) {
    match ask(host, Request::Receive { renew }) {
        Reply::Receiver { address, words, qr } => {
            assert!(!qr.is_empty());
            (address, words)
        }
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

fn hand_over(host: &Host<Fake>, address: &str, ids: Vec<String>) -> Reply {
    ask(host, Request::HandOver { address: address.into(), ids, keys: vec![key(1)], kept: false })
}

fn add(host: &Host<Fake>, issuer: &str) -> String {
    match ask(host, Request::Add { forms: vec![form(issuer, "totp")] }) {
        Reply::Added { ids, .. } => ids[0].clone(),
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

#[test]
fn a_selection_reaches_the_other_device_as_a_draft() {
    let ((_, old), (new_disk, new)) = (open(), open());
    let (mill, _) = (add(&old, "Mill"), add(&old, "Harbour"));
    let (to, words) = address(&new, false);
    assert_eq!(address(&new, false).0, to, "the same until it is renewed");
    match ask(&old, Request::CheckReceiver { address: to.to_lowercase() }) {
        Reply::ReceiverWords { words: seen } => assert_eq!((seen.len(), seen), (6, words)),
        _ => panic!("no words"),
    }
    let Reply::HandOver { file, entries: count, name } = hand_over(&old, &to, vec![mill]) else {
        panic!("no file")
    };
    assert_eq!((count, name.ends_with(".sparekey")), (1, true));
    // The background was stopped meanwhile: the address is still this session's.
    let kept = new.platform().session.borrow().clone();
    let new = super::host(&new_disk, 9);
    *new.platform().session.borrow_mut() = kept;
    let Reply::HandedOver { entries: items, skipped, .. } =
        ask(&new, Request::OpenHandOver { file: file.clone() })
    else {
        panic!("not opened")
    };
    assert_eq!((items.len(), skipped, items[0].form.issuer.as_str()), (1, 0, "Mill"));
    assert!(entries(&new).is_empty(), "nothing is taken in unasked");
    ask(&new, Request::Import { from: vec!["sparekey".into()], items, kept: Vec::new() });
    let came = entries(&new);
    assert!(came[0].unverified && came[0].sites.is_empty());
    // Nobody else opens it, and a restore says what it is.
    let (_, third) = open();
    assert_eq!(failed(&ask(&third, Request::OpenHandOver { file: file.clone() })), Some("no-address"));
    address(&third, false);
    assert_eq!(
        failed(&ask(&third, Request::OpenHandOver { file: file.clone() })),
        Some("for-another-device")
    );
    address(&new, true);
    assert_eq!(failed(&ask(&new, Request::OpenHandOver { file: file.clone() })), Some("for-another-device"));
    assert_eq!(failed(&ask(&new, Request::Inspect { bundle: file })), Some("is-a-hand-over"));
}

#[test]
fn what_is_wrong_is_told_and_nothing_goes_without_the_password() {
    let ((_, old), (_, new)) = (open(), open());
    let mill = add(&old, "Mill");
    let (to, _) = address(&new, false);
    let with = |keys| Request::HandOver { address: to.clone(), ids: vec![mill.clone()], keys, kept: false };
    assert_eq!(failed(&ask(&old, with(vec![key(2)]))), Some("wrong-password"));
    assert_eq!(failed(&ask(&old, with(Vec::new()))), Some("wrong-password"));
    assert_eq!(failed(&hand_over(&old, "SPAREKEY/D1/AAAA", vec![mill])), Some("not-an-address"));
    assert_eq!(failed(&hand_over(&old, &to, Vec::new())), Some("no-entry"));
    let garbage = data_encoding::BASE64.encode(b"sparekey/1\nno file\n");
    assert_eq!(failed(&ask(&new, Request::OpenHandOver { file: garbage })), Some("damaged-file"));
    ask(&new, Request::Lock);
    for request in [
        Request::Receive { renew: false },
        Request::CheckReceiver { address: to.clone() },
        Request::OpenHandOver { file: String::new() },
    ] {
        assert_eq!(failed(&ask(&new, request)), Some("locked"));
    }
    ask(&new, Request::Unlock { way: Way::Password { keys: vec![key(1)] } });
    assert_ne!(address(&new, false).0, to, "an address ends with its session");
}
