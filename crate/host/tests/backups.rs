//! Bundles by themselves, against folders that vanish, fill up, cut off and lie. Each with the state that the user sees.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::task::Poll;

use futures_util::FutureExt;

use super::*;
use crate::vault::file::VaultFile;
use crate::vault::slot::SlotUse;

const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;

/// What the folder does to the next file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mishap {
    /// It says so.
    Says(Trouble),
    /// Nothing arrives, and it says that it did (Aegis issue 1773).
    Empty,
    /// Half of it arrives.
    CutOff,
    /// The process dies when the file is there.
    KillAfter,
}

/// Where bundles go.
#[derive(Clone, Default)]
pub(super) struct Place {
    pub(super) files: Rc<RefCell<BTreeMap<String, Vec<u8>>>>,
    pub(super) gone: Rc<Cell<bool>>,
    pub(super) alone: Rc<Cell<bool>>,
    pub(super) reminds: Rc<Cell<bool>>,
    mishap: Rc<Cell<Option<Mishap>>>,
    /// The next file lets others go first.
    slow: Rc<Cell<bool>>,
}

impl Place {
    pub(super) async fn wait(&self) {
        std::future::poll_fn(|_| if self.slow.take() { Poll::Pending } else { Poll::Ready(()) }).await;
    }

    pub(super) fn put(
        &self,
        destination: Destination,
        name: &str,
        bytes: &[u8],
        dead: &Cell<bool>,
    ) -> Result<Put, Trouble> {
        if dead.get() {
            return Err(Trouble::Failed);
        }
        if destination == Destination::Folder && self.gone.get() {
            return Err(Trouble::NoFolder);
        }
        let arrives = match self.mishap.get() {
            Some(Mishap::Says(trouble)) => return Err(trouble),
            Some(Mishap::Empty) => &[],
            Some(Mishap::CutOff) => &bytes[..bytes.len() / 2],
            Some(Mishap::KillAfter) | None => bytes,
        };
        assert!(
            self.files.borrow_mut().insert(name.into(), arrives.into()).is_none(),
            "{name} was overwritten"
        );
        if self.mishap.get() == Some(Mishap::KillAfter) {
            dead.set(true);
            return Err(Trouble::Failed);
        }
        Ok(Put { name: name.into(), alone: self.alone.get() })
    }

    pub(super) fn read(&self, name: &str) -> Result<Vec<u8>, Trouble> {
        if self.gone.get() {
            return Err(Trouble::NoFolder);
        }
        self.files.borrow().get(name).cloned().ok_or(Trouble::FileGone)
    }

    pub(super) fn remove(&self, name: &str) -> Result<(), Trouble> {
        self.files.borrow_mut().remove(name).map(drop).ok_or(Trouble::FileGone)
    }
}

/// A vault with one account and a folder, on a disk that survives its processes.
struct Scene {
    disk: Disk,
    place: Place,
    host: Host<Fake>,
}

impl Scene {
    fn new(destination: &str) -> Self {
        Self::of(1, destination)
    }

    /// A vault that locks only when the browser closes.
    fn of(seed: u64, destination: &str) -> Self {
        let disk = Disk::default();
        let host = host(&disk, seed);
        let place = host.platform().place.clone();
        ask(&host, Request::Create { key: key(1) });
        ask(&host, Request::Add { forms: vec![form("first", "totp")] });
        let settings = Settings { lock_after_minutes: 0, ..Settings::default() };
        ask(&host, Request::SetSettings { settings });
        let scene = Self { disk, place, host };
        scene.ask(Request::SetBackups {
            destination: Some(destination.into()),
            folder: "Backups".into(),
            keep: 3,
        });
        scene
    }

    /// Asks, and lets the background do what is due, as the browser does.
    fn ask(&self, request: Request) -> Reply {
        let reply = ask(&self.host, request);
        self.host.upkeep().now_or_never().expect("nothing waits");
        reply
    }

    fn add(&self, issuer: &str) {
        assert_eq!(failed(&self.ask(Request::Add { forms: vec![form(issuer, "totp")] })), None);
    }

    fn later(&self, ms: u64) {
        let now = &self.host.platform().now;
        now.set(now.get() + ms);
        self.ask(Request::Status);
    }

    fn seen(&self) -> BackupsView {
        status(&self.host).backups
    }

    fn state(&self) -> String {
        let seen = self.seen();
        match seen.trouble {
            Some(trouble) => format!("{} {trouble}", seen.state),
            None => seen.state,
        }
    }

    fn files(&self) -> usize {
        self.place.files.borrow().len()
    }

    /// The process ends as a kill ends it, and the browser starts again.
    fn restart(&mut self) {
        let (now, seed) = (self.host.platform().now.get(), self.host.platform().seed.get());
        let place = self.place.clone();
        self.host = Host::new(Fake { place, ..Fake::on(&self.disk, seed + 1) }, own());
        self.host.platform().now.set(now);
        self.ask(Request::Status);
    }

    fn unlock(&self) {
        assert_eq!(failed(&self.ask(Request::Unlock { way: Way::Password { keys: vec![key(1)] } })), None);
    }

    fn newest(&self) -> VaultFile {
        let files = self.place.files.borrow();
        VaultFile::parse(files.values().next_back().unwrap()).unwrap()
    }

    /// What opens in the newest file with the password.
    fn issuers(&self) -> Vec<String> {
        let secret = crate::vault::way::SlotSecret {
            params: kdf::ARGON2ID,
            salt: [1; 16],
            key: crate::secret::Key::new([1; 32]),
        };
        let (_, opened) = self.newest().open(&secret.into(), |_| true).unwrap();
        opened.body.entries.iter().map(|entry| entry.issuer.clone()).collect()
    }
}

#[test]
fn a_file_comes_after_a_change_and_at_most_one_an_hour() {
    let scene = Scene::new("folder");
    assert_eq!(scene.files(), 1, "the destination was set");
    scene.add("second");
    assert_eq!((scene.files(), scene.seen().changed), (1, true), "within the hour");
    scene.later(HOUR);
    assert_eq!((scene.files(), scene.seen().changed), (2, false));
    assert_eq!(scene.issuers(), ["first", "second"]);
    assert_eq!(status(&scene.host).backup.unwrap().missing, 0);
    scene.later(6 * DAY);
    assert_eq!(scene.files(), 2, "nothing changed");
    scene.later(DAY);
    assert_eq!(scene.files(), 3, "a week");
}

#[test]
fn who_asks_while_the_file_is_being_written_gets_that_one() {
    let scene = Scene::new("downloads");
    scene.add("second");
    let now = &scene.host.platform().now;
    now.set(now.get() + HOUR);
    scene.place.slow.set(true);
    let mut due = Box::pin(scene.host.upkeep());
    assert!(due.as_mut().now_or_never().is_none(), "it is being written");
    let mut asked = Box::pin(scene.host.back_up_now());
    assert!(asked.as_mut().now_or_never().is_none(), "one at a time");
    due.now_or_never().expect("written");
    assert!(asked.now_or_never().is_some());
    assert_eq!((scene.files(), scene.state()), (2, "on".into()));
}

#[test]
fn a_place_that_is_chosen_while_a_file_is_being_written_elsewhere_gets_its_own() {
    let scene = Scene::new("downloads");
    scene.add("second");
    let now = &scene.host.platform().now;
    now.set(now.get() + HOUR);
    scene.place.slow.set(true);
    let mut due = Box::pin(scene.host.upkeep());
    assert!(due.as_mut().now_or_never().is_none(), "it is being written");
    let to = Request::SetBackups { destination: Some("folder".into()), folder: "Elsewhere".into(), keep: 3 };
    let mut asked = Box::pin(scene.host.request(to, popup()));
    assert!(asked.as_mut().now_or_never().is_none(), "one at a time");
    due.now_or_never().expect("written");
    assert!(asked.now_or_never().is_some());
    assert_eq!(scene.files(), 3);
}

#[test]
fn uses_counters_orders_and_log_lines_ask_for_no_file() {
    let scene = Scene::new("folder");
    let Reply::Added { ids, .. } = scene.ask(Request::Add { forms: vec![form("counter", "hotp")] }) else {
        panic!("not added")
    };
    scene.later(2 * HOUR);
    let files = scene.files();
    let all: Vec<String> = entries(&scene.host).into_iter().map(|entry| entry.id).collect();
    for _ in 0..70 {
        // Enough to be folded into a new generation.
        scene.ask(Request::NextHotp { id: ids[0].clone() });
    }
    scene.ask(Request::Reorder { ids: all.into_iter().rev().collect() });
    scene.ask(Request::Used { id: ids[0].clone() });
    scene.later(2 * HOUR);
    assert_eq!((scene.files(), scene.seen().changed), (files, false));
}

#[test]
fn a_changed_way_in_makes_one_at_once() {
    let scene = Scene::new("folder");
    scene.later(60_000);
    let change = Request::ChangePassword { current: vec![key(1)], new: key(2) };
    assert_eq!(failed(&scene.ask(change)), None);
    assert_eq!(scene.files(), 2);
    assert!(!scene.seen().changed);
}

#[test]
fn while_locked_it_is_the_stored_state_less_what_opens_only_this_browser() {
    let mut scene = Scene::new("folder");
    scene.add("second");
    scene.restart();
    assert_eq!(status(&scene.host).state, VaultState::Locked);
    assert_eq!(scene.files(), 1);
    scene.later(2 * HOUR);
    assert_eq!(scene.files(), 2, "written while locked");
    assert_eq!(scene.issuers(), ["first", "second"]);
    assert!(scene.newest().slots().all(|(slot, _)| slot.usage != SlotUse::Vault));
    let view = status(&scene.host);
    assert_eq!(view.backups.state, "while-open");
    assert_eq!(view.backup.unwrap().missing, 0, "seen while locked");
    // The receipt follows at the next unlock, and says the same.
    scene.unlock();
    let view = status(&scene.host);
    assert_eq!((view.backup.unwrap().missing, view.backups.changed), (0, false));
    assert_eq!(scene.files(), 2);
}

#[test]
fn each_mishap_has_its_line_and_the_next_try_mends_it() {
    let told = [
        (Mishap::Empty, "failing not-the-same"),
        (Mishap::CutOff, "failing not-the-same"),
        (Mishap::Says(Trouble::DiskFull), "failing disk-full"),
        (Mishap::Says(Trouble::NeedsClick), "waiting needs-click"),
        (Mishap::Says(Trouble::NoPermission), "failing no-permission"),
        (Mishap::Says(Trouble::Failed), "failing failed"),
    ];
    for (mishap, line) in told {
        let scene = Scene::new("folder");
        scene.later(2 * HOUR);
        scene.place.mishap.set(Some(mishap));
        scene.add("second");
        assert_eq!(scene.state(), line);
        let newest = scene.seen().newest.unwrap();
        assert_eq!(scene.place.files.borrow()[&newest.name].len(), newest.size as usize, "the last good one");
        scene.place.mishap.set(None);
        scene.later(120_000);
        assert_eq!(scene.state(), "while-open", "{line}");
        assert_eq!(scene.issuers(), ["first", "second"]);
        let Reply::Log { lines } = scene.ask(Request::Log) else { panic!("log") };
        let failed = lines.iter().filter(|line| line.what == "backup-failed");
        assert_eq!(failed.count(), 1, "{line}: its beginning is in the log");
    }
}

#[test]
fn a_cancelled_download_is_told_and_tried_again() {
    let scene = Scene::new("downloads");
    assert_eq!(scene.state(), "on");
    assert_eq!(scene.seen().newest.unwrap().read_back, None, "nobody can read downloads");
    scene.later(2 * HOUR);
    scene.place.mishap.set(Some(Mishap::Says(Trouble::Cancelled)));
    scene.add("second");
    assert_eq!(scene.state(), "failing cancelled");
    scene.place.mishap.set(None);
    scene.ask(Request::BackUpNow);
    assert_eq!(scene.state(), "on");
}

#[test]
fn a_folder_that_is_gone_is_noticed_within_a_day_without_any_change() {
    let scene = Scene::new("folder");
    scene.place.gone.set(true);
    scene.later(DAY);
    assert_eq!(scene.state(), "failing no-folder");
    assert!(!scene.place.reminds.get(), "not at once");
    scene.later(DAY);
    assert!(scene.place.reminds.get(), "the badge");
    scene.ask(Request::RemindLater { days: 7 });
    assert!(!scene.place.reminds.get());
    scene.later(7 * DAY + HOUR);
    assert!(scene.place.reminds.get());
    scene.place.gone.set(false);
    scene.later(2 * HOUR);
    assert_eq!(scene.state(), "while-open");
    assert!(!scene.place.reminds.get());
}

#[test]
fn a_file_that_somebody_took_away_or_changed_is_written_anew() {
    for change in [(|files| files.clear()) as fn(&mut BTreeMap<String, Vec<u8>>), |files| {
        files.values_mut().for_each(|bytes| bytes.push(b' '))
    }] {
        let scene = Scene::new("folder");
        change(&mut scene.place.files.borrow_mut());
        scene.later(DAY);
        scene.later(120_000);
        assert_eq!(scene.state(), "while-open");
        assert_eq!(scene.issuers(), ["first"]);
    }
}

#[test]
fn a_kill_when_the_file_is_there_costs_one_file_more() {
    let mut scene = Scene::new("folder");
    scene.later(2 * HOUR);
    scene.place.mishap.set(Some(Mishap::KillAfter));
    scene.add("second");
    scene.place.mishap.set(None);
    assert_eq!(scene.files(), 2);
    scene.restart();
    assert_eq!(scene.files(), 3, "the notes did not know of it");
    assert_eq!(scene.issuers(), ["first", "second"]);
    assert_eq!((scene.state().as_str(), scene.seen().changed), ("while-open", false));
}

#[test]
fn a_clock_that_goes_back_a_year_writes_one_file_and_then_rests() {
    let scene = Scene::new("folder");
    let now = &scene.host.platform().now;
    now.set(now.get() - 365 * DAY);
    scene.ask(Request::Status);
    assert_eq!(scene.files(), 2);
    for _ in 0..5 {
        scene.later(HOUR);
    }
    assert_eq!((scene.files(), scene.state().as_str()), (2, "while-open"));
}

#[test]
fn on_is_said_only_after_a_file_arrived_with_no_page_open() {
    let scene = Scene::new("folder");
    assert_eq!(scene.state(), "while-open");
    scene.place.alone.set(true);
    scene.later(7 * DAY);
    assert_eq!(scene.state(), "on");
    scene.place.mishap.set(Some(Mishap::Says(Trouble::NeedsClick)));
    scene.later(8 * DAY);
    assert_eq!(scene.state(), "waiting needs-click");
    scene.place.mishap.set(None);
    scene.place.alone.set(false);
    scene.later(2 * HOUR);
    assert_eq!(scene.state(), "while-open", "what was given for ever was taken back");
}

#[test]
fn old_files_go_only_while_open_and_only_as_they_were_written() {
    let mut scene = Scene::new("folder");
    scene.place.files.borrow_mut().insert("somebody-elses.sparekey".into(), b"sparekey/1".to_vec());
    for _ in 0..20 {
        scene.later(7 * DAY);
    }
    let open = scene.files();
    assert!(open <= 3 + 4 + 1, "{open} files");
    assert!(scene.place.files.borrow().contains_key("somebody-elses.sparekey"));
    scene.restart();
    for _ in 0..5 {
        scene.later(7 * DAY);
    }
    assert_eq!(scene.files(), open + 5, "locked");
    // One that was changed is not ours any more.
    let oldest = scene.place.files.borrow().keys().nth(1).unwrap().clone();
    scene.place.files.borrow_mut().get_mut(&oldest).unwrap().push(b' ');
    scene.unlock();
    assert!(scene.files() < open + 5);
    for _ in 0..20 {
        scene.later(7 * DAY);
    }
    assert!(scene.place.files.borrow().contains_key(&oldest));
}

#[test]
fn a_full_store_does_not_keep_a_bundle_from_going_out() {
    let scene = Scene::new("folder");
    scene.later(2 * HOUR);
    scene.host.platform().broken.set(Some(StoreId::Area));
    scene.add("second");
    assert_eq!((scene.files(), scene.state().as_str()), (2, "while-open"));
    assert_eq!(scene.issuers(), ["first", "second"]);
}

#[test]
fn two_devices_write_side_by_side_and_thin_only_their_own() {
    let one = Scene::of(1, "folder");
    let two = Scene::of(500, "folder");
    let host = Host::new(Fake { place: one.place.clone(), ..Fake::on(&two.disk, 777) }, own());
    let two = Scene { disk: two.disk, place: one.place.clone(), host };
    two.unlock();
    for _ in 0..12 {
        one.later(7 * DAY);
        two.later(7 * DAY);
    }
    let names: Vec<String> = one.place.files.borrow().keys().cloned().collect();
    let devices: std::collections::BTreeSet<&str> =
        names.iter().map(|name| name.rsplit_once('-').unwrap().1).collect();
    assert_eq!(devices.len(), 2, "{names:?}");
    for device in devices {
        let kept = names.iter().filter(|name| name.ends_with(device)).count();
        assert!((3..=8).contains(&kept), "{kept} of {device}");
    }
}

#[test]
fn nothing_is_written_before_a_destination_is_chosen_and_bad_choices_are_refused() {
    let disk = Disk::default();
    let host = host(&disk, 1);
    let set = |destination: Option<&str>, keep| Request::SetBackups {
        destination: destination.map(Into::into),
        folder: String::new(),
        keep,
    };
    assert_eq!(failed(&ask(&host, set(Some("downloads"), 10))), Some("locked"));
    ask(&host, Request::Create { key: key(1) });
    host.upkeep().now_or_never().unwrap();
    assert!(host.platform().place.files.borrow().is_empty());
    assert_eq!(failed(&ask(&host, Request::BackUpNow)), Some("no-destination"));
    assert_eq!(failed(&ask(&host, set(Some("cloud"), 10))), Some("bad-request"));
    assert_eq!(failed(&ask(&host, set(Some("folder"), 0))), Some("bad-request"));
    host.platform().broken.set(Some(StoreId::Ring));
    assert_eq!(failed(&ask(&host, set(Some("downloads"), 10))), Some("not-saved"));
}
