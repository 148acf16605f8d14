//! A stolen device, through the door: the order of the list, a new key with the way back, what survives a restart, and the
//! vault's own new key.

use super::*;
use crate::secret::Key;
use crate::vault::former::UNDO_MS;

fn open() -> (Disk, Host<Fake>) {
    let disk = Disk::default();
    let host = host(&disk, 1);
    ask(&host, Request::Create { key: key(1) });
    (disk, host)
}

fn add(host: &Host<Fake>, form: EntryForm) -> String {
    match ask(host, Request::Add { forms: vec![form] }) {
        Reply::Added { ids, .. } => ids[0].clone(),
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

/// The accounts, how many are left, when the key was renewed, and which ways in are old.
fn list(reply: Reply) -> (Vec<WorklistItem>, u32, Option<Millis>, Vec<String>) {
    match reply {
        Reply::Worklist { accounts, left, rotated, older, .. } => (accounts, left, rotated, older),
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

fn start(host: &Host<Fake>) -> (Vec<WorklistItem>, u32, Option<Millis>, Vec<String>) {
    list(ask(host, Request::StartWorklist { ids: Vec::new() }))
}

fn step(host: &Host<Fake>, id: &str, done: u32) -> Reply {
    ask(host, Request::WorklistStep { id: id.into(), done })
}

fn new_key() -> EntryForm {
    EntryForm { secret: "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK".into(), ..form("", "totp") }
}

fn replace(host: &Host<Fake>, id: &str) -> Reply {
    ask(host, Request::ReplaceSecret { id: id.into(), form: Some(new_key()), from: None })
}

fn code(host: &Host<Fake>, id: &str) -> String {
    ask(host, Request::Fresh { keys: vec![key(1)] });
    match ask(host, Request::Reveal { id: id.into() }) {
        Reply::Secret { secret, .. } => secret,
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

#[test]
fn the_most_dangerous_come_first_and_each_goes_its_steps_in_order() {
    let (_, host) = open();
    assert_eq!(failed(&ask(&host, Request::StartWorklist { ids: vec![] })), Some("no-entry"));
    for issuer in ["Discord", "PayPal", "GitHub", "Google"] {
        add(&host, form(issuer, "totp"));
    }
    let (accounts, left, ..) = start(&host);
    let dangers: Vec<&str> = accounts.iter().map(|account| account.danger.as_str()).collect();
    assert_eq!((left, dangers), (4, vec!["mail", "identity", "money", "other"]));
    assert_eq!(accounts[0].sign_in.as_deref(), Some("https://accounts.google.com"));
    let id = &accounts[0].id;
    for far in [2, 3, 4, u32::MAX] {
        assert_eq!(failed(&step(&host, id, far)), Some("step-too-far"), "{far}");
    }
    step(&host, id, 1);
    assert_eq!(failed(&step(&host, id, 2)), Some("step-too-far"), "it has no new key yet");
    assert_eq!(list(replace(&host, id)).0[0].done, 2);
    assert_eq!(failed(&step(&host, id, 4)), Some("step-too-far"), "no code was accepted");
    assert!(entries(&host).iter().find(|entry| entry.id == *id).unwrap().unverified);
    step(&host, id, 3);
    assert!(!entries(&host).iter().find(|entry| entry.id == *id).unwrap().unverified);
    assert_eq!(list(step(&host, id, 4)).1, 3);
    assert_eq!(start(&host).1, 3, "a list that is there is gone on with");
}

#[test]
fn the_list_survives_a_restart_and_ends_with_its_last_account() {
    let (disk, host) = open();
    let id = add(&host, form("Mill", "totp"));
    start(&host);
    step(&host, &id, 1);
    ask(&host, Request::Lock);
    for request in [
        Request::Worklist,
        Request::StartWorklist { ids: vec![] },
        Request::WorklistStep { id: id.clone(), done: 0 },
        Request::DropWorklist { ids: vec![] },
        Request::ReplaceSecret { id: id.clone(), form: Some(new_key()), from: None },
        Request::UndoReplace { id: id.clone() },
    ] {
        assert_eq!(failed(&ask(&host, request)), Some("locked"));
    }
    let again = super::host(&disk, 7);
    ask(&again, Request::Unlock { way: Way::Password { keys: vec![key(1)] } });
    assert_eq!(list(ask(&again, Request::Worklist)).0[0].done, 1);
    let Reply::Worklist { started, accounts, .. } = ask(&again, Request::DropWorklist { ids: vec![id] })
    else {
        panic!("no list")
    };
    assert_eq!((started, accounts.len()), (None, 0));
}

#[test]
fn a_former_key_is_kept_and_comes_back_and_is_in_no_export() {
    let (_, host) = open();
    let id = add(&host, form("Mill", "totp"));
    let before = code(&host, &id);
    start(&host);
    assert_eq!(failed(&ask(&host, Request::UndoReplace { id: id.clone() })), Some("no-former-key"));
    let same = Request::ReplaceSecret { id: id.clone(), form: Some(form("", "totp")), from: None };
    assert_eq!(failed(&ask(&host, same)), Some("same-key"));
    let none = Request::ReplaceSecret { id: id.clone(), form: None, from: None };
    assert_eq!(failed(&ask(&host, none)), Some("bad-request"));
    replace(&host, &id);
    let after = code(&host, &id);
    assert_ne!(before, after);
    let former = entries(&host)[0].former.clone().expect("marked");
    assert_eq!((former.tried, former.until), (None, former.at.plus(UNDO_MS)));
    let out =
        Request::TakeOut { ids: vec![id.clone()], format: "otpauth-uri-list".into(), keys: vec![key(1)] };
    let taken = serde_json::to_string(&ask(&host, out)).unwrap();
    assert!(taken.contains(&after) && !taken.contains(&before), "{taken}");
    let restored = list(ask(&host, Request::UndoReplace { id: id.clone() }));
    assert_eq!((restored.0[0].done, code(&host, &id)), (1, before));
    ask(&host, Request::UndoReplace { id: id.clone() });
    assert_eq!(code(&host, &id), after, "undone");
}

#[test]
fn the_former_key_goes_when_the_new_one_was_used_and_thirty_days_are_over() {
    let (_, host) = open();
    let id = add(&host, form("Mill", "totp"));
    replace(&host, &id);
    let later = |ms: u64| host.platform().now.set(host.platform().now.get() + ms);
    let touch = || drop(ask(&host, Request::Trash { ids: vec![] }));
    let again = || {
        assert_eq!(status(&host).state, VaultState::Locked);
        ask(&host, Request::Unlock { way: Way::Password { keys: vec![key(1)] } })
    };
    later(UNDO_MS + 60_000);
    again();
    touch();
    assert!(entries(&host)[0].former.is_some(), "never used");
    ask(&host, Request::Used { id });
    assert!(entries(&host)[0].former.as_ref().is_some_and(|former| former.tried.is_some()));
    touch();
    assert!(entries(&host)[0].former.is_none());
}

#[test]
fn the_key_of_an_entry_that_was_scanned_for_it_is_taken_with_its_site() {
    let (_, host) = open();
    let id = add(&host, form("Mill", "totp"));
    start(&host);
    let sites = vec![SiteForm { origin: "https://mill.example".into(), subdomains: false }];
    let scanned = add(&host, EntryForm { issuer: "Mill".into(), sites, ..new_key() });
    let (accounts, ..) = list(ask(&host, Request::Worklist));
    assert_eq!(accounts[0].candidates, std::slice::from_ref(&scanned));
    let before = code(&host, &scanned);
    let itself = Request::ReplaceSecret { id: id.clone(), form: None, from: Some(id.clone()) };
    assert_eq!(failed(&ask(&host, itself)), Some("no-entry"));
    let take = Request::ReplaceSecret { id: id.clone(), form: None, from: Some(scanned) };
    assert_eq!(list(ask(&host, take)).0[0].done, 2);
    let all = entries(&host);
    assert_eq!((all.len(), all[0].sites.len(), code(&host, &id)), (1, 1, before));
}

#[test]
fn the_end_of_the_list_leaves_the_password_and_shuts_the_former_key_out() {
    let (disk, host) = open();
    add(&host, form("Mill", "totp"));
    let (_, _, rotated, older) = start(&host);
    assert_eq!((rotated, older), (None, vec!["password".to_owned()]));
    let held = host.platform().session.borrow().clone().unwrap();
    let held: serde_json::Value = serde_json::from_str(&held).unwrap();
    let former = Key::new(crate::vault::bytes::decode(held["key"].as_str().unwrap()).unwrap());
    let newest = || {
        let loaded = crate::host::load::load(host.platform()).now_or_never().unwrap().files;
        loaded.into_iter().max_by_key(|file| file.header().generation).unwrap()
    };
    assert!(newest().verify(&former).is_ok());
    let leave = Request::SomeoneLeft { current: vec![key(1)], new: key(2) };
    assert_eq!(failed(&ask(&host, leave)), None);
    let (_, _, rotated, older) = list(ask(&host, Request::Worklist));
    assert_eq!((rotated.is_some(), older), (true, Vec::new()));
    assert!(
        newest().verify(&former).is_err(),
        "who holds the former key opens nothing that is written from now on"
    );
    let again = super::host(&disk, 7);
    ask(&again, Request::Unlock { way: Way::Password { keys: vec![key(2)] } });
    assert_eq!(entries(&again).len(), 1);
}
