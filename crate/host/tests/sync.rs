//! The newest bundle in the browser's sync storage, against one that is full, refuses, or loses the process in the middle.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::*;
use crate::recovery::sync::TOTAL;

/// The browser's sync storage, with the browser's own limits.
#[derive(Clone, Default)]
pub(super) struct Cloud {
    keys: Rc<RefCell<Keys>>,
    /// So many more steps are carried out; then the process is dead.
    left: Rc<Cell<Option<u32>>>,
}

impl Cloud {
    fn step(&self) -> Result<(), StoreError> {
        match self.left.get() {
            Some(0) => Err(StoreError),
            Some(left) => {
                self.left.set(Some(left - 1));
                Ok(())
            }
            None => Ok(()),
        }
    }

    pub(super) fn read(&self) -> Result<Keys, StoreError> {
        Ok(self.keys.borrow().clone())
    }

    pub(super) fn write(&self, set: &[(String, String)]) -> Result<(), StoreError> {
        self.step()?;
        let mut keys = self.keys.borrow().clone();
        keys.extend(set.iter().cloned());
        let size = |(key, value): (&String, &String)| key.len() + serde_json::to_string(value).unwrap().len();
        assert!(keys.iter().all(|pair| size(pair) <= 8_192), "an item is too large");
        assert!(keys.iter().map(size).sum::<usize>() <= TOTAL, "the browser would refuse it half way");
        *self.keys.borrow_mut() = keys;
        Ok(())
    }

    pub(super) fn remove(&self, keys: &[String]) -> Result<(), StoreError> {
        self.step()?;
        keys.iter().for_each(|key| drop(self.keys.borrow_mut().remove(key)));
        Ok(())
    }
}

fn open() -> (Disk, Host<Fake>) {
    let disk = Disk::default();
    let host = host(&disk, 1);
    ask(&host, Request::Create { key: key(1) });
    ask(&host, Request::Add { forms: vec![form("first", "totp")] });
    let settings = Settings { lock_after_minutes: 0, ..Settings::default() };
    ask(&host, Request::SetSettings { settings });
    (disk, host)
}

fn turn(host: &Host<Fake>, on: bool) -> SyncView {
    match ask(host, Request::SetSync { on }) {
        Reply::Status(status) => status.backups.sync,
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

/// The background does what is due, an hour and a little later.
fn later(host: &Host<Fake>) -> SyncView {
    host.platform().now.set(host.platform().now.get() + 3_700_000);
    host.upkeep().now_or_never().expect("nothing waits");
    status(host).backups.sync
}

fn found(host: &Host<Fake>) -> (Vec<SyncedBundle>, u32) {
    match ask(host, Request::FindSync) {
        Reply::Synced { bundles, damaged } => (bundles, damaged),
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

fn restored(bundle: &str) -> usize {
    let fresh = super::host(&Disk::default(), 50);
    let way = Way::Password { keys: vec![key(1)] };
    let create = Some(key(3));
    let request = Request::RestoreBundle { bundle: bundle.into(), way, create, leave_out: Vec::new() };
    match ask(&fresh, request) {
        Reply::Restored { added, .. } => added as usize,
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

#[test]
fn off_until_chosen_then_the_newest_is_found_in_an_empty_browser_and_off_takes_it_out() {
    let (_, host) = open();
    host.upkeep().now_or_never().expect("nothing waits");
    assert!(host.platform().sync.keys.borrow().is_empty() && !status(&host).backups.sync.on);
    let view = turn(&host, true);
    assert!(view.on && view.made.is_some() && view.size > 4_000 && view.trouble.is_none(), "{view:?}");
    let (_, empty) = (Disk::default(), super::host(&Disk::default(), 7));
    *empty.platform().sync.keys.borrow_mut() = host.platform().sync.keys.borrow().clone();
    let (bundles, damaged) = found(&empty);
    assert_eq!((bundles.len(), damaged, restored(&bundles[0].bundle)), (1, 0, 1));
    // A change is there after an hour, and not before.
    ask(&host, Request::Add { forms: vec![form("second", "totp")] });
    host.upkeep().now_or_never().expect("nothing waits");
    assert_eq!(restored(&found(&host).0[0].bundle), 1);
    later(&host);
    assert_eq!(restored(&found(&host).0[0].bundle), 2);
    let before = host.platform().sync.keys.borrow().clone();
    later(&host);
    assert_eq!(*host.platform().sync.keys.borrow(), before, "nothing changed, nothing is written");
    assert!(!turn(&host, false).on);
    assert!(host.platform().sync.keys.borrow().is_empty());
}

#[test]
fn what_does_not_fit_is_refused_with_numbers_and_what_lies_there_stays() {
    let (_, host) = open();
    turn(&host, true);
    let before = host.platform().sync.keys.borrow().clone();
    let form = |n: usize| EntryForm { note: "x".repeat(16_000), ..form(&format!("big-{n}"), "totp") };
    ask(&host, Request::Add { forms: (0..6).map(form).collect() });
    let view = later(&host);
    assert_eq!(view.trouble.as_deref(), Some("no-room"));
    assert!(view.needed > view.free && view.free < TOTAL as u32, "{view:?}");
    assert_eq!(*host.platform().sync.keys.borrow(), before, "never partly written");
    assert_eq!(restored(&found(&host).0[0].bundle), 1);
}

#[test]
fn a_death_between_any_two_steps_leaves_a_whole_bundle() {
    for steps in 0..4 {
        let (_, host) = open();
        turn(&host, true);
        ask(&host, Request::Add { forms: vec![form("second", "totp")] });
        host.platform().sync.left.set(Some(steps));
        let view = later(&host);
        assert_eq!(view.trouble.is_some(), steps < 2, "{steps}: {view:?}");
        let (bundles, damaged) = found(&host);
        assert_eq!((bundles.len(), damaged), (1, 0), "{steps}");
        assert_eq!(restored(&bundles[0].bundle), if steps < 2 { 1 } else { 2 }, "{steps}");
        host.platform().sync.left.set(None);
        ask(&host, Request::Add { forms: vec![form("third", "totp")] });
        assert_eq!(later(&host).trouble, None);
        assert_eq!(restored(&found(&host).0[0].bundle), 3);
    }
}

#[test]
fn locked_nothing_is_written_and_half_of_one_is_told() {
    let (_, host) = open();
    turn(&host, true);
    let chunk = host.platform().sync.keys.borrow().keys().find(|key| key.ends_with("-1-0")).unwrap().clone();
    host.platform().sync.keys.borrow_mut().remove(&chunk);
    assert_eq!(found(&host), (Vec::new(), 1));
    ask(&host, Request::Lock);
    later(&host);
    assert_eq!(found(&host).1, 1);
    assert_eq!(failed(&ask(&host, Request::SetSync { on: true })), Some("locked"));
}
