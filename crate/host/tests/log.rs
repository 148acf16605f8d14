//! The log through the door: what is noted, what a locked vault remembers, and that a rewritten past shows.

use super::*;
use crate::core::reader::Reader;

fn lines(host: &Host<Fake>) -> Vec<LogView> {
    match ask(host, Request::Log) {
        Reply::Log { lines } => lines,
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

fn events(host: &Host<Fake>) -> Vec<String> {
    lines(host).into_iter().map(|line| line.what).collect()
}

fn unlock(host: &Host<Fake>, n: u8) -> Option<String> {
    let way = Way::Password { keys: vec![key(n)] };
    failed(&ask(host, Request::Unlock { way })).map(ToOwned::to_owned)
}

fn made(disk: &Disk) -> (Host<Fake>, String) {
    let host = host(disk, 1);
    ask(&host, Request::Create { key: key(1) });
    match ask(&host, Request::Add { forms: vec![form("Mill", "totp")] }) {
        Reply::Added { ids, .. } => (host, ids[0].clone()),
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

#[test]
fn what_happens_is_noted_newest_first_and_says_nothing_secret() {
    let (host, id) = made(&Disk::default());
    ask(&host, Request::Used { id: id.clone() });
    ask(&host, Request::Reveal { id: id.clone() });
    ask(&host, Request::Export { key: None });
    ask(&host, Request::ChangePassword { current: vec![key(1)], new: key(2) });
    assert_eq!(events(&host), ["rotated", "password-changed", "export", "reveal", "copy", "vault-made"]);
    let copied = &lines(&host)[4];
    assert_eq!((copied.entry.as_deref(), copied.host.as_deref()), (Some(id.as_str()), None));
    let text = serde_json::to_string(&lines(&host)).unwrap();
    assert!(!text.contains("GEZDGNBV") && !text.contains("Mill"));
    ask(&host, Request::Lock);
    assert_eq!(failed(&ask(&host, Request::Log)), Some("locked"));
}

#[test]
fn wrong_tries_are_kept_outside_and_come_in_with_the_next_right_one() {
    let disk = Disk::default();
    let (first, _) = made(&disk);
    ask(&first, Request::Lock);
    for _ in 0..25 {
        assert_eq!(unlock(&first, 9).as_deref(), Some("wrong-password"));
    }
    // A right password in between starts.
    let again = host(&disk, 2);
    assert_eq!(unlock(&again, 9).as_deref(), Some("wrong-password"));
    assert_eq!(unlock(&again, 1), None);
    let failed = events(&again).iter().filter(|what| *what == "unlock-failed").count();
    assert_eq!(failed, crate::audit::MAX_FAILED, "bounded, over a restart");
    ask(&again, Request::Lock);
    assert_eq!(unlock(&again, 1), None);
    let after = events(&again).iter().filter(|what| *what == "unlock-failed").count();
    assert_eq!(after, failed, "taken in once");
}

#[test]
fn a_wrong_try_that_cannot_be_noted_is_still_a_wrong_password() {
    let disk = Disk::default();
    let (host, _) = made(&disk);
    ask(&host, Request::Lock);
    host.platform().broken.set(Some(StoreId::Ring));
    assert_eq!(unlock(&host, 9).as_deref(), Some("wrong-password"));
}

#[test]
fn a_past_that_was_rewritten_shows_at_the_drill() {
    let disk = Disk::default();
    let (host, id) = made(&disk);
    ask(&host, Request::Reveal { id });
    let old = disk.ring.borrow().clone();
    ask(&host, Request::Add { forms: vec![form("Quay", "totp")] });
    let Reply::Bundle { bundle, .. } = ask(&host, Request::Export { key: None }) else { panic!("a bundle") };
    let bytes = data_encoding::BASE64.decode(bundle.as_bytes()).unwrap();
    let drill = |host: &Host<Fake>| {
        let reader = Reader::open(&bytes, &Way::Password { keys: vec![key(1)] }).ok().unwrap();
        let proof = reader.drill(Millis(host.platform().now.get()));
        match ask(host, Request::Drill { proof, took_ms: 1 }) {
            Reply::Drilled(result) => result,
            other => panic!("{}", serde_json::to_string(&other).unwrap()),
        }
    };
    let honest = drill(&host);
    assert_eq!((honest.proven, honest.log_missing), (true, 0));
    // Somebody puts both stores back to before the export: the vault opens, and its log has lost a line.
    *disk.ring.borrow_mut() = old.clone();
    *disk.area.borrow_mut() = old;
    let back = super::host(&disk, 3);
    assert_eq!(unlock(&back, 1), None);
    assert_eq!(drill(&back).log_missing, 1);
    assert!(events(&back).contains(&"log-rewritten".to_owned()));
}
