//! Moving without an export, through the door: the list, the order of the steps, lock and restart, what is left.

use super::*;

fn open() -> (Disk, Host<Fake>) {
    let disk = Disk::default();
    let host = host(&disk, 1);
    ask(&host, Request::Create { key: key(1) });
    (disk, host)
}

fn list(reply: Reply) -> (Vec<MoveView>, u32) {
    match reply {
        Reply::Moving { accounts, left } => (accounts, left),
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

fn put(host: &Host<Fake>, names: &[(&str, &str)]) -> (Vec<MoveView>, u32) {
    let name =
        |(issuer, account): &(&str, &str)| MoveName { issuer: (*issuer).into(), account: (*account).into() };
    list(ask(host, Request::AddMoving { names: names.iter().map(name).collect() }))
}

fn step(host: &Host<Fake>, id: &str, done: u32, entry: Option<&str>) -> Reply {
    ask(host, Request::MoveStep { id: id.into(), done, entry: entry.map(Into::into) })
}

fn add(host: &Host<Fake>, issuer: &str) -> String {
    match ask(host, Request::Add { forms: vec![form(issuer, "totp")] }) {
        Reply::Added { ids, .. } => ids[0].clone(),
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

#[test]
fn the_steps_have_one_order_and_the_old_app_goes_last() {
    let (_, host) = open();
    let (accounts, left) = put(&host, &[("GitHub", "ada"), ("Mill", "")]);
    assert_eq!((left, accounts[0].done, accounts[0].sign_in.as_deref()), (2, 0, Some("https://github.com")));
    let id = accounts[0].id.clone();
    for far in [2, 3, 4, 5, u32::MAX] {
        assert_eq!(failed(&step(&host, &id, far, None)), Some("step-too-far"), "{far}");
    }
    assert_eq!(list(step(&host, &id, 1, None)).0[0].done, 1);
    assert_eq!(failed(&step(&host, &id, 2, None)), Some("no-entry"), "it is not added yet");
    let entry = add(&host, "GitHub");
    let (accounts, _) = list(ask(&host, Request::Moving));
    assert_eq!(accounts[0].candidates, std::slice::from_ref(&entry));
    assert!(accounts[1].candidates.is_empty());
    assert_eq!(list(step(&host, &id, 2, Some(&entry))).0[0].entry.as_deref(), Some(&*entry));
    assert_eq!(failed(&step(&host, &id, 4, None)), Some("step-too-far"), "no code was tried");
    assert_eq!(list(step(&host, &id, 3, None)).1, 2);
    assert_eq!(list(step(&host, &id, 4, None)).1, 1);
    assert_eq!(list(step(&host, &id, 1, None)).0[0].entry, None, "back, and to be added again");
}

#[test]
fn the_list_survives_lock_and_restart() {
    let (disk, host) = open();
    let id = put(&host, &[("Mill", "ada")]).0[0].id.clone();
    step(&host, &id, 1, None);
    ask(&host, Request::Lock);
    for request in
        [Request::Moving, Request::ReadMoving { text: "A b".into() }, Request::DropMoving { ids: vec![] }]
    {
        assert_eq!(failed(&ask(&host, request)), Some("locked"));
    }
    let again = super::host(&disk, 7);
    ask(&again, Request::Unlock { way: Way::Password { keys: vec![key(1)] } });
    let (accounts, left) = list(ask(&again, Request::Moving));
    assert_eq!((left, accounts[0].issuer.as_str(), accounts[0].done), (1, "Mill", 1));
    assert_eq!(list(ask(&again, Request::DropMoving { ids: vec![id] })), (Vec::new(), 0));
}

#[test]
fn two_writers_keep_each_others_steps_and_what_one_dropped_stays_away() {
    let (disk, one) = open();
    let ids: Vec<_> = put(&one, &[("Mill", "ada"), ("Jetty", "bob"), ("Barn", "eve")]).0;
    let id = |at: usize| ids[at].id.as_str();
    let two = super::host(&disk, 500);
    ask(&two, Request::Unlock { way: Way::Password { keys: vec![key(1)] } });
    let steps = |host: &Host<Fake>| -> Vec<_> {
        list(ask(host, Request::Moving)).0.into_iter().map(|it| (it.issuer, it.done)).collect()
    };
    let told = |issuer: &str, done: u32| (issuer.to_owned(), done);
    step(&one, id(0), 1, None);
    step(&two, id(1), 1, None);
    assert_eq!(steps(&two), [told("Mill", 1), told("Jetty", 1), told("Barn", 0)]);
    ask(&one, Request::DropMoving { ids: vec![id(2).into()] });
    step(&two, id(0), 0, None);
    assert_eq!(steps(&two), [told("Mill", 0), told("Jetty", 1)]);
    // It still knew the step that was taken back.
    step(&one, id(1), 0, None);
    assert_eq!(steps(&one), [told("Mill", 0), told("Jetty", 0)]);
}

#[test]
fn an_entry_in_the_bin_is_to_be_added_again_and_a_moved_one_stays_moved() {
    let (_, host) = open();
    let entry = add(&host, "Mill");
    // Its names are here to the letter: the first two steps are done.
    let (accounts, _) = put(&host, &[("mill", "ADA")]);
    assert_eq!((accounts[0].done, accounts[0].entry.as_deref()), (2, Some(&*entry)));
    let id = accounts[0].id.clone();
    ask(&host, Request::Trash { ids: vec![entry.clone()] });
    assert_eq!(list(ask(&host, Request::Moving)).0[0].done, 1);
    assert_eq!(failed(&step(&host, &id, 2, Some(&entry))), Some("no-entry"));
    ask(&host, Request::Restore { ids: vec![entry.clone()] });
    step(&host, &id, 3, None);
    step(&host, &id, 4, None);
    ask(&host, Request::Trash { ids: vec![entry] });
    assert_eq!(list(ask(&host, Request::Moving)).1, 0);
}

#[test]
fn an_accepted_code_makes_an_entry_verified() {
    let (_, host) = open();
    let item = imported(form("Mill", "totp"));
    ask(&host, Request::Import { from: vec!["aegis".into()], items: vec![item], kept: Vec::new() });
    let id = put(&host, &[("Mill", "ada")]).0[0].id.clone();
    assert!(entries(&host)[0].unverified);
    step(&host, &id, 3, None);
    assert!(!entries(&host)[0].unverified);
}

#[test]
fn names_are_read_added_once_and_bounded() {
    let (_, host) = open();
    put(&host, &[("Mill", "ada"), ("MILL", "Ada")]);
    let read = |text: &str| match ask(&host, Request::ReadMoving { text: text.into() }) {
        Reply::MoveNames { names, links } => {
            (names.into_iter().map(|name| name.issuer).collect::<Vec<_>>(), links)
        }
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    };
    assert_eq!(read("Mill: ada\nQuay\n123 456\n"), (vec!["Quay".into()], false));
    assert_eq!(read("otpauth://totp/A?secret=JBSWY3DP"), (vec![], true));
    let long = "x".repeat(600);
    let names = |all: Vec<&str>| {
        all.into_iter().map(|n| MoveName { issuer: n.into(), account: String::new() }).collect()
    };
    assert_eq!(failed(&ask(&host, Request::AddMoving { names: names(vec![&long]) })), Some("too-long"));
    assert_eq!(failed(&ask(&host, Request::AddMoving { names: names(vec![" "]) })), Some("no-name"));
    let many: Vec<String> = (0..1001).map(|n| format!("Mill {n}")).collect();
    let many = names(many.iter().map(String::as_str).collect());
    assert_eq!(failed(&ask(&host, Request::AddMoving { names: many })), Some("too-many-accounts"));
    assert_eq!(list(ask(&host, Request::Moving)).1, 1, "refused as a whole");
}
