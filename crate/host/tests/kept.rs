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
fn what_no_importer_gives_is_refused_and_a_locked_vault_tells_nothing() {
    let (_, host) = open();
    let long = KeptForm { text: "x".repeat(17_000), ..note("VPN", "") };
    let empty = KeptForm { text: String::new(), ..note("VPN", "") };
    let odd = KeptForm { reason: "whatever".into(), ..note("VPN", "00") };
    for (form, code) in [(long, "too-long"), (empty, "too-long"), (odd, "bad-request")] {
        let import = Request::Import { from: vec!["aegis".into()], items: Vec::new(), kept: vec![form] };
        assert_eq!(failed(&ask(&host, import)), Some(code));
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
