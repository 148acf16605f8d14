//! Passkeys through the door: what the PRF gives opens the vault here and nothing else, never alone, and the password is
//! asked for now and then.

use super::*;
use crate::vault::file::VaultFile;
use crate::vault::slot::SlotKind;
use crate::vault::way::WayIn;

const DAY: u64 = 24 * 3_600_000;

fn b64(bytes: &[u8]) -> String {
    data_encoding::BASE64.encode(bytes)
}

/// A vault with an account, open.
fn made(disk: &Disk) -> Host<Fake> {
    let host = host(disk, 1);
    ask(&host, Request::Create { key: key(1) });
    ask(&host, Request::Add { forms: vec![form("a", "totp")] });
    host
}

fn plan(host: &Host<Fake>) -> (String, Vec<PasskeyView>) {
    match ask(host, Request::PlanPasskey) {
        Reply::PasskeyPlan { salt, known, .. } => (salt, known),
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

/// The passkey `n`: its id, and what its PRF gives.
pub(super) fn add(host: &Host<Fake>, n: u8) -> Option<String> {
    let (salt, _) = plan(host);
    add_with(host, &[n; 20], &salt, &b64(&[n; 32]))
}

fn add_with(host: &Host<Fake>, id: &[u8], salt: &str, prf: &str) -> Option<String> {
    let (credential, salt, prf) = (b64(id), salt.into(), prf.into());
    let add = Request::AddPasskey { credential, salt, prf, label: " this computer ".into() };
    failed(&ask(host, add)).map(ToOwned::to_owned)
}

pub(super) fn with(n: u8) -> Way {
    Way::Passkey { prf: b64(&[n; 32]) }
}

fn unlock(host: &Host<Fake>, way: Way) -> Option<String> {
    failed(&ask(host, Request::Unlock { way })).map(ToOwned::to_owned)
}

fn ways(host: &Host<Fake>) -> Vec<WayView> {
    match ask(host, Request::Ways) {
        Reply::Ways { ways, .. } => ways,
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

fn remove(host: &Host<Fake>, kinds: &[&str]) -> Option<String> {
    let ways = ways(host);
    let ids = ways.iter().filter(|way| kinds.contains(&way.kind.as_str())).map(|way| way.id.clone());
    failed(&ask(host, Request::RemoveWays { ids: ids.collect() })).map(ToOwned::to_owned)
}

fn files(disk: &Disk) -> Vec<VaultFile> {
    let both = [disk.ring.borrow(), disk.area.borrow()];
    let texts = both.iter().flat_map(|keys| keys.iter().filter(|(key, _)| key.starts_with('g')));
    texts.map(|(_, text)| VaultFile::parse(text.as_bytes()).unwrap()).collect()
}

fn opens(file: &VaultFile, n: u8) -> bool {
    file.open(&WayIn::Passkey(crate::secret::Key::new([n; 32])), |_| true).is_ok()
}

fn log(host: &Host<Fake>) -> Vec<String> {
    match ask(host, Request::Log) {
        Reply::Log { lines } => lines.into_iter().map(|line| line.what).collect(),
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

#[test]
fn a_passkey_opens_the_vault_here_after_a_restart_and_is_known_while_locked() {
    let disk = Disk::default();
    let first = made(&disk);
    let (salt, known) = plan(&first);
    assert_eq!(known, []);
    assert_eq!(add_with(&first, &[7; 20], &salt, &b64(&[7; 32])), None);
    assert_eq!(plan(&first).1, [PasskeyView { credential: b64(&[7; 20]), salt: salt.clone() }]);
    let way = ways(&first).into_iter().find(|way| way.kind == "passkey").unwrap();
    assert_eq!((way.usage.as_str(), way.label.as_str()), ("vault", "this computer"));

    let second = host(&disk, 2);
    second.platform().now.set(first.platform().now.get());
    let locked = status(&second);
    assert_eq!(locked.passkeys, [PasskeyView { credential: b64(&[7; 20]), salt }]);
    assert!(!locked.password_due);
    assert_eq!(unlock(&second, with(8)).as_deref(), Some("wrong-passkey"));
    assert_eq!(unlock(&second, with(7)), None);
    let open = status(&second);
    assert_eq!((open.session, open.opened_by.as_deref()), (Some(SessionKind::Full), Some("passkey")));
    assert_eq!(open.passkeys, [], "nothing to ask the browser for");
    assert_eq!(entries(&second).len(), 1);
    let said = log(&second);
    assert_eq!(&said[..2], ["unlock-passkey", "unlock-failed"]);
    assert!(said.contains(&"passkey-made".into()));
    // It is a primary way in: passes may be issued, and the key is rotated with it in place.
    let form = PassForm { minutes: 60, start: None, once: true };
    assert!(matches!(ask(&second, Request::MakePass { form: form.clone() }), Reply::Pass { .. }));
    assert!(matches!(ask(&second, Request::MakePass { form }), Reply::Pass { .. }), "rotates");
    ask(&second, Request::Lock);
    assert_eq!(unlock(&second, with(7)), None);
}

#[test]
fn what_holds_no_secret_is_refused() {
    let disk = Disk::default();
    let host = made(&disk);
    let (salt, _) = plan(&host);
    for prf in [vec![], vec![7; 16], vec![7; 31], vec![7; 33], vec![0; 32]] {
        assert_eq!(add_with(&host, &[7; 20], &salt, &b64(&prf)).as_deref(), Some("passkey-no-secret"));
    }
    assert_eq!(add_with(&host, &[7; 20], &salt, "?").as_deref(), Some("passkey-no-secret"));
    assert_eq!(add_with(&host, &[7; 20], &b64(&[1; 31]), &b64(&[7; 32])).as_deref(), Some("bad-request"));
    assert_eq!(add_with(&host, &[], &salt, &b64(&[7; 32])).as_deref(), Some("bad-request"));
    assert_eq!(add_with(&host, &[7; 1024], &salt, &b64(&[7; 32])).as_deref(), Some("bad-request"));
    assert!(ways(&host).iter().all(|way| way.kind != "passkey"));
    for n in 1..=8 {
        assert_eq!(add(&host, n), None);
    }
    assert_eq!(failed(&ask(&host, Request::PlanPasskey)), Some("too-many-passkeys"));
    assert_eq!(add_with(&host, &[9; 20], &salt, &b64(&[9; 32])).as_deref(), Some("too-many-passkeys"));
    ask(&host, Request::Lock);
    for prf in ["", "?", &b64(&[0; 32]), &b64(&[7; 31])] {
        assert_eq!(unlock(&host, Way::Passkey { prf: prf.into() }).as_deref(), Some("passkey-no-secret"));
    }
    assert_eq!(unlock(&host, with(3)), None);
}

#[test]
fn one_passkey_is_taken_once() {
    let disk = Disk::default();
    let host = made(&disk);
    assert_eq!(add(&host, 7), None);
    assert_eq!(add(&host, 7).as_deref(), Some("passkey-known"));
}

#[test]
fn it_is_never_the_only_way_in() {
    let disk = Disk::default();
    let host = made(&disk);
    assert_eq!(add(&host, 7), None);
    assert_eq!(remove(&host, &["password"]).as_deref(), Some("last-way-in"));
    let code = match ask(&host, Request::MakeCodes { count: 5, add: false, key: None }) {
        Reply::RecoveryCodes { codes, .. } => codes[0].code.clone(),
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    };
    assert_eq!(
        failed(&ask(&host, Request::KeepCodes { way: Way::Code { code: code.clone(), keys: vec![] } })),
        None
    );
    assert_eq!(remove(&host, &["password", "code"]).as_deref(), Some("last-way-in"));
    ask(&host, Request::Lock);

    // Somebody erased the records of everything but the passkey and one code: the code is not used up.
    let newest = files(&disk).into_iter().max_by_key(|file| file.header().generation).unwrap();
    let kept = newest.slots().find(|(slot, record)| {
        let way = WayIn::Code(crate::vault::code::Code::parse(&code).unwrap());
        slot.kind == SlotKind::Code && way.secret_for(newest.header().vault, slot, record).is_some()
    });
    let kept = kept.map(|(slot, _)| slot.id).unwrap();
    let erase = |text: &String| {
        let file = VaultFile::parse(text.as_bytes()).unwrap();
        let file = file.without(|slot| slot.kind != SlotKind::Passkey && slot.id != kept);
        String::from_utf8(file.to_bytes()).unwrap()
    };
    for store in [&disk.ring, &disk.area] {
        for (_, text) in store.borrow_mut().iter_mut().filter(|(key, _)| key.starts_with('g')) {
            *text = erase(text);
        }
    }
    let host = super::host(&disk, 3);
    assert_eq!(unlock(&host, Way::Code { code: code.clone(), keys: vec![] }), None);
    ask(&host, Request::Lock);
    assert_eq!(unlock(&host, Way::Code { code, keys: vec![] }), None, "it still opens");
    // What is left is enough to set a password again.
    assert_eq!(failed(&ask(&host, Request::SetPassword { new: key(2) })), None);
    ask(&host, Request::Lock);
    assert_eq!(unlock(&host, Way::Password { keys: vec![key(2)] }), None);
}

#[test]
fn removed_it_is_gone_from_every_generation_and_a_copy_still_opens() {
    let disk = Disk::default();
    let host = made(&disk);
    assert_eq!((add(&host, 7), add(&host, 8)), (None, None));
    let copy = files(&disk);
    let id = ways(&host).into_iter().find(|way| way.kind == "passkey").unwrap().id;
    assert_eq!(failed(&ask(&host, Request::RemoveWays { ids: vec![id] })), None);
    assert!(files(&disk).iter().all(|file| !opens(file, 7)));
    assert!(copy.iter().any(|file| opens(file, 7)), "a copy made earlier does: told");
    ask(&host, Request::Lock);
    assert_eq!(status(&host).passkeys.len(), 1, "the browser is asked for the other one only");
    assert_eq!(unlock(&host, with(7)).as_deref(), Some("wrong-passkey"));
    assert_eq!(unlock(&host, with(8)), None);
    assert_eq!(remove(&host, &["passkey"]), None);
    ask(&host, Request::Lock);
    assert_eq!((status(&host).passkeys.len(), status(&host).password_due), (0, false));
    assert_eq!(unlock(&host, with(8)).as_deref(), Some("wrong-passkey"));
}

#[test]
fn no_bundle_holds_its_record_and_it_is_no_second_way_in() {
    let disk = Disk::default();
    let host = made(&disk);
    assert_eq!(add(&host, 7), None);
    let Reply::Bundle { bundle, .. } = ask(&host, Request::Export { key: None }) else { panic!("a bundle") };
    let file = VaultFile::parse(&data_encoding::BASE64.decode(bundle.as_bytes()).unwrap()).unwrap();
    assert!(!opens(&file, 7));
    assert!(file.slots().all(|(slot, _)| slot.kind != SlotKind::Passkey));
    assert_eq!(failed(&ask(&host, Request::PlanRestore { bundle, way: with(7) })), Some("wrong-passkey"));
    let Reply::Readiness(ready) = ask(&host, Request::Readiness) else { panic!("readiness") };
    assert!(ready.findings.iter().any(|finding| finding.code == "one-way-in"), "still one way in");
}

#[test]
fn the_password_is_asked_for_after_two_weeks_without_it() {
    let disk = Disk::default();
    let host = made(&disk);
    let later = |days: u64| host.platform().now.set(host.platform().now.get() + days * DAY);
    assert_eq!(add(&host, 7), None);
    ask(&host, Request::Lock);
    later(13);
    assert!(!status(&host).password_due);
    assert_eq!(unlock(&host, with(7)), None);
    ask(&host, Request::Lock);
    later(1);
    assert!(status(&host).password_due, "the passkey put nothing off");
    // "Not now": it opens, and the question comes back.
    assert_eq!(unlock(&host, with(7)), None);
    ask(&host, Request::Lock);
    assert!(status(&host).password_due);
    assert_eq!(unlock(&host, Way::Password { keys: vec![key(1)] }), None);
    ask(&host, Request::Lock);
    // It outlives the process.
    let again = super::host(&disk, 2);
    again.platform().now.set(host.platform().now.get());
    assert!(!status(&again).password_due);
    again.platform().now.set(host.platform().now.get() + 14 * DAY);
    assert!(status(&again).password_due);
    // So does a second unlock; and a clock that went back asks.
    assert_eq!(unlock(&again, with(7)), None);
    assert!(matches!(ask(&again, Request::Fresh { keys: vec![key(1)] }), Reply::Fresh { .. }));
    ask(&again, Request::Lock);
    assert!(!status(&again).password_due);
    again.platform().now.set(again.platform().now.get() - DAY);
    assert!(status(&again).password_due);
    // Notes that are lost ask too.
    disk.ring.borrow_mut().retain(|key, _| key.starts_with('g') || key == "marker");
    assert!(status(&super::host(&disk, 3)).password_due);
}

#[test]
fn a_pass_or_a_rescue_adds_none_and_a_policy_can_forbid_it() {
    let disk = Disk::default();
    let host = made(&disk);
    let form = PassForm { minutes: 60, start: None, once: false };
    let Reply::Pass { code, .. } = ask(&host, Request::MakePass { form }) else { panic!("a pass") };
    ask(&host, Request::Lock);
    assert_eq!(unlock(&host, Way::Code { code, keys: vec![] }), None);
    assert_eq!(failed(&ask(&host, Request::PlanPasskey)), Some("not-in-this-session"));
    ask(&host, Request::Lock);
    assert_eq!(failed(&ask(&host, Request::PlanPasskey)), Some("locked"));
    assert_eq!(unlock(&host, Way::Password { keys: vec![key(1)] }), None);
    *host.platform().managed.borrow_mut() = Some(r#"{"newWaysIn": ["code"]}"#.into());
    ask(&host, Request::Lock);
    let host = super::host(&disk, 2);
    *host.platform().managed.borrow_mut() = Some(r#"{"newWaysIn": ["code"]}"#.into());
    assert_eq!(unlock(&host, Way::Password { keys: vec![key(1)] }), None);
    assert_eq!(failed(&ask(&host, Request::PlanPasskey)), Some("policy-way"));
    assert_eq!(add_with(&host, &[7; 20], &b64(&[1; 32]), &b64(&[7; 32])).as_deref(), Some("policy-way"));
}
