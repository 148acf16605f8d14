//! Notes of accounts that no entry can hold, through the door: in, shown, deleted, brought back, and from vault to vault.

use super::*;

fn note(issuer: &str, secret: &str) -> KeptForm {
    KeptForm {
        format: "aegis".into(),
        issuer: issuer.into(),
        account: "ada".into(),
        kind: "motp".into(),
        reason: "unsupported-type".into(),
        text: format!("{{\"type\":\"motp\",\"secret\":\"{secret}\"}}"),
    }
}

fn open() -> (Disk, Host<Fake>) {
    let disk = Disk::default();
    let host = host(&disk, 1);
    ask(&host, Request::Create { key: key(1) });
    (disk, host)
}

fn plan(host: &Host<Fake>, kept: &[KeptForm]) -> Vec<String> {
    let from = vec!["aegis".into()];
    match ask(host, Request::PlanImport { from, items: Vec::new(), kept: kept.to_vec() }) {
        Reply::ImportPlan { kept, .. } => kept,
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

fn take(host: &Host<Fake>, kept: &[KeptForm]) -> Vec<String> {
    let from = vec!["aegis".into()];
    match ask(host, Request::Import { from, items: Vec::new(), kept: kept.to_vec() }) {
        Reply::Imported { kept, ids, added } => {
            assert!(ids.is_empty() && added.is_empty());
            kept
        }
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

fn notes(host: &Host<Fake>) -> Vec<KeptView> {
    match ask(host, Request::Kept) {
        Reply::Kept { items } => items,
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

fn issuers(host: &Host<Fake>) -> Vec<String> {
    let mut all: Vec<_> = notes(host).into_iter().map(|note| note.issuer).collect();
    all.sort();
    all
}

fn fresh(host: &Host<Fake>) {
    assert_eq!(failed(&ask(host, Request::Fresh { keys: vec![key(1)] })), None);
}

fn text(host: &Host<Fake>, id: &str) -> Result<String, String> {
    match ask(host, Request::ShowKept { id: id.into() }) {
        Reply::KeptText { text } => Ok(text),
        other => Err(failed(&other).unwrap_or_default().into()),
    }
}

fn bundle(host: &Host<Fake>) -> (String, Manifest) {
    match ask(host, Request::Export { key: None }) {
        Reply::Bundle { bundle, manifest, .. } => (bundle, manifest),
        _ => panic!("a bundle"),
    }
}

fn restore(host: &Host<Fake>, bundle: &str, create: Option<DerivedKey>) {
    let way = Way::Password { keys: vec![key(1)] };
    let request = Request::RestoreBundle { bundle: bundle.into(), way, create, leave_out: Vec::new() };
    assert_eq!(failed(&ask(host, request)), None);
}

fn logged(host: &Host<Fake>) -> String {
    serde_json::to_string(&ask(host, Request::Log)).unwrap()
}

#[test]
fn they_come_in_once_and_say_what_they_are_but_not_their_secret() {
    let (_, host) = open();
    let two = [note("VPN", "00ff"), note("Bank", "00fe"), note("VPN", "00ff")];
    assert_eq!(plan(&host, &two), ["new", "new", "twice"]);
    assert!(notes(&host).is_empty(), "a plan changes nothing");
    assert_eq!(take(&host, &two).len(), 2);
    assert_eq!(plan(&host, &two), ["already-here"; 3]);
    let steps = host.platform().steps.get();
    assert!(take(&host, &two).is_empty());
    assert_eq!(host.platform().steps.get(), steps, "the same file again changes nothing");
    let all = ask(&host, Request::Kept);
    assert!(!serde_json::to_string(&all).unwrap().contains("00ff"));
    let first = &notes(&host)[0];
    assert_eq!((&*first.app, &*first.kind, &*first.reason), ("Aegis", "motp", "unsupported-type"));
    assert!(!logged(&host).contains("00f"));
}

#[test]
fn the_text_needs_a_second_unlock_and_what_the_policy_allows() {
    let (_, host) = open();
    let id = take(&host, &[note("VPN", "00ff")]).remove(0);
    assert_eq!(text(&host, &id).unwrap_err(), "needs-fresh");
    fresh(&host);
    assert!(text(&host, &id).unwrap().contains("00ff"));
    assert!(logged(&host).contains("note-shown") && !logged(&host).contains("00ff"));
    host.platform().now.set(host.platform().now.get() + 6 * 60_000);
    assert_eq!(text(&host, &id).unwrap_err(), "needs-fresh");
    fresh(&host);
    *host.platform().managed.borrow_mut() = Some(r#"{"plainExport": false}"#.into());
    let browser = SenderInfo { browser: true, ..SenderInfo::default() };
    let _ =
        host.request(Request::Tick { why: "policy".into() }, browser).now_or_never().expect("nothing waits");
    assert_eq!(text(&host, &id).unwrap_err(), "policy-plain-export");
}

#[test]
fn an_import_is_taken_back_with_them_and_a_deletion_too() {
    let (disk, host) = open();
    let two = [note("VPN", "00ff"), note("Bank", "00fe")];
    let ids = take(&host, &two);
    ask(&host, Request::UndoImport { ids: Vec::new(), kept: ids.clone() });
    assert!(notes(&host).is_empty());
    assert_eq!(take(&host, &two), ids, "the same again, by its content");
    ask(&host, Request::DeleteKept { ids: vec![ids[0].clone()] });
    assert_eq!(issuers(&host), ["Bank"]);
    assert_eq!(failed(&ask(&host, Request::DeleteKept { ids: vec![ids[0].clone()] })), Some("no-note"));
    assert_eq!(failed(&ask(&host, Request::BringKeptBack)), None);
    assert_eq!(issuers(&host), ["Bank", "VPN"]);
    assert_eq!(failed(&ask(&host, Request::BringKeptBack)), Some("no-note"));
    ask(&host, Request::DeleteKept { ids });
    for line in ["note-deleted", "note-restored"] {
        assert!(logged(&host).contains(line));
    }
    // A deletion that is over stays one.
    let again = super::host(&disk, 9);
    ask(&again, Request::Unlock { way: Way::Password { keys: vec![key(1)] } });
    assert!(notes(&again).is_empty());
    assert_eq!(failed(&ask(&again, Request::BringKeptBack)), Some("no-note"));
}

#[test]
fn two_writers_unite_them_and_a_deletion_holds() {
    let (disk, one) = open();
    let two = super::host(&disk, 500);
    ask(&two, Request::Unlock { way: Way::Password { keys: vec![key(1)] } });
    let id = take(&one, &[note("One", "01"), note("Both", "03")]).remove(0);
    take(&two, &[note("Two", "02"), note("Both", "03")]);
    assert_eq!(issuers(&two), ["Both", "One", "Two"]);
    ask(&two, Request::DeleteKept { ids: vec![id] });
    take(&one, &[note("Three", "04")]);
    assert_eq!(issuers(&one), ["Both", "Three", "Two"]);
    // Taken in again on purpose, it is there again.
    take(&two, &[note("One", "01")]);
    take(&one, &[note("Four", "05")]);
    assert_eq!(issuers(&one), ["Both", "Four", "One", "Three", "Two"]);
}

#[test]
fn a_bundle_carries_them_and_a_restore_brings_them_back() {
    let (_, host) = open();
    ask(&host, Request::Add { forms: vec![form("Mill", "totp")] });
    let ids = take(&host, &[note("VPN", "00ff"), note("Bank", "00fe")]);
    let (file, manifest) = bundle(&host);
    assert_eq!((manifest.entries, manifest.kept), (1, 2));
    ask(&host, Request::DeleteKept { ids: vec![ids[0].clone()] });
    restore(&host, &file, None);
    assert_eq!(issuers(&host), ["Bank", "VPN"]);
    restore(&host, &file, None);
    assert_eq!(notes(&host).len(), 2);
    let new = super::host(&Disk::default(), 77);
    restore(&new, &file, Some(key(1)));
    fresh(&new);
    assert!(text(&new, &ids[0]).unwrap().contains("00ff"));
}

#[test]
fn a_hand_over_takes_them_along_when_asked() {
    let ((_, old), (_, new)) = (open(), open());
    take(&old, &[note("VPN", "00ff")]);
    let Reply::Receiver { address, .. } = ask(&new, Request::Receive { renew: false }) else { panic!() };
    let over = |kept| {
        let (address, keys) = (address.clone(), vec![key(1)]);
        ask(&old, Request::HandOver { address, ids: Vec::new(), keys, kept })
    };
    assert_eq!(failed(&over(false)), Some("no-entry"));
    let Reply::HandOver { file, entries: 0, .. } = over(true) else { panic!("no file") };
    let Reply::HandedOver { kept, .. } = ask(&new, Request::OpenHandOver { file }) else { panic!() };
    assert_eq!(take(&new, &kept).len(), 1);
    assert_eq!(notes(&new)[0].id, notes(&old)[0].id);
    assert_eq!(plan(&new, &kept), ["already-here"]);
}

#[test]
fn what_another_program_wrote_of_one_note_keeps_nothing_else_out() {
    let (_, host) = open();
    let odd = KeptForm {
        reason: "whatever".into(),
        format: "x".repeat(300),
        kind: "y".repeat(300),
        issuer: "z".repeat(600),
        ..note("", "00")
    };
    let none = KeptForm { reason: String::new(), ..note("VPN", "01") };
    let long = KeptForm { text: "x".repeat(17_000), ..note("Long", "") };
    let all = [odd.clone(), none.clone(), long, note("Bank", "02")];
    assert_eq!(plan(&host, &all), ["new", "new", "invalid", "new"]);
    let items = vec![imported(form("Mill", "totp"))];
    let import = Request::Import { from: vec!["aegis".into()], items, kept: vec![odd, none] };
    let Reply::Imported { added, kept, .. } = ask(&host, import) else { panic!("taken in") };
    assert_eq!((added.len(), kept.len()), (1, 2));
    let (reasons, lengths): (Vec<_>, Vec<_>) =
        notes(&host).into_iter().map(|note| (note.reason, (note.issuer.len(), note.kind.len()))).unzip();
    assert_eq!(reasons, ["unsupported-type"; 2]);
    assert_eq!(lengths, [(200, 40), (3, 4)], "as the format has it");
    assert_eq!(plan(&host, &all[..2]), ["already-here"; 2]);
}

#[test]
fn a_deletion_is_taken_back_after_the_background_was_stopped() {
    let (disk, host) = open();
    let ids = take(&host, &[note("VPN", "00ff"), note("Bank", "00fe")]);
    assert_eq!(failed(&ask(&host, Request::DeleteKept { ids: vec![ids[0].clone()] })), None);
    assert!(host.platform().session.borrow().as_ref().unwrap().contains("00ff"));
    let again = super::host(&disk, 9);
    *again.platform().session.borrow_mut() = host.platform().session.borrow().clone();
    assert_eq!(issuers(&again), ["Bank"]);
    assert_eq!(failed(&ask(&again, Request::BringKeptBack)), None);
    assert_eq!(issuers(&again), ["Bank", "VPN"]);
    let record = again.platform().session.borrow().clone().unwrap();
    assert!(!record.contains("00ff"), "it stays no longer than it is asked for");
}

#[test]
fn a_note_that_is_in_no_bundle_is_counted_and_one_that_is_in_it_is_not() {
    let (_, host) = open();
    assert!(!status(&host).backups.remind);
    take(&host, &[note("VPN", "00ff")]);
    assert_eq!((status(&host).entries, status(&host).notes), (Some(0), Some(1)));
    host.platform().now.set(host.platform().now.get() + 30 * 86_400_000);
    status(&host);
    assert_eq!(failed(&ask(&host, Request::Unlock { way: Way::Password { keys: vec![key(1)] } })), None);
    assert!(status(&host).backups.remind, "notes alone are worth a bundle");
    bundle(&host);
    assert_eq!(status(&host).backup.unwrap().missing, 0);
    let ids = take(&host, &[note("Bank", "00fe")]);
    assert_eq!(status(&host).backup.unwrap().missing, 1);
    ask(&host, Request::DeleteKept { ids });
    assert_eq!(status(&host).backup.unwrap().missing, 0);
}

#[test]
fn what_no_importer_gives_is_refused_and_a_locked_vault_tells_nothing() {
    let (_, host) = open();
    let long = KeptForm { text: "x".repeat(17_000), ..note("VPN", "") };
    let empty = KeptForm { text: String::new(), ..note("VPN", "") };
    for form in [long, empty] {
        let import = Request::Import { from: vec!["aegis".into()], items: Vec::new(), kept: vec![form] };
        assert_eq!(failed(&ask(&host, import)), Some("too-long"));
    }
    let many: Vec<_> = (0..501).map(|n| note("VPN", &n.to_string())).collect();
    let import = |kept| Request::Import { from: vec!["aegis".into()], items: Vec::new(), kept };
    assert_eq!(failed(&ask(&host, import(many))), Some("too-many-notes"));
    assert!(notes(&host).is_empty());
    assert_eq!(text(&host, "00").unwrap_err(), "needs-fresh");
    ask(&host, Request::Lock);
    for request in [
        Request::Kept,
        Request::ShowKept { id: String::new() },
        Request::DeleteKept { ids: Vec::new() },
        Request::BringKeptBack,
    ] {
        assert_eq!(failed(&ask(&host, request)), Some("locked"));
    }
}
