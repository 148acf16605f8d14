//! The commit protocol against stores that refuse, lie and die at every step. What was acknowledged must be there
//! afterwards, whatever happened; what was never acknowledged may be.

mod attack;
mod attack_random;
mod backups;
mod clock;
mod drill;
mod emergency;
mod emergency_bundle;
mod erase;
mod escrow;
mod exports;
mod handover;
mod imports;
mod kept;
mod leaving;
mod log;
mod log_lines;
mod migrate;
mod moving;
mod offline;
mod pages;
mod passkey;
mod policy;
mod readiness;
mod restore;
mod scrub;
mod sheet;
mod sync;
mod ways;
mod worklist;
mod wrong_input;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use futures_util::FutureExt;

use super::Host;
use super::platform::{BALLAST, PageError, Platform, Put, Rinse, StoreError, StoreId};
use crate::core::sender::{Front, Own, SenderInfo, Tab};
use crate::env::Millis;
use crate::fill::PageFields;
use crate::protocol::*;
use crate::recovery::schedule::{Destination, Trouble};
use crate::vault::kdf;
use crate::vault::testing::Seeded;

type Keys = BTreeMap<String, String>;

/// What happens at one step of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// The call is refused.
    Reject,
    /// A write is acknowledged and not carried out.
    Forget,
    /// The process dies before the step.
    KillBefore,
    /// The process dies after the step, before anybody learns of it.
    KillAfter,
    /// This store refuses from here on (a full disk, a broken database).
    Broken,
}

/// Two stores that survive the process, and a process that does not.
#[derive(Clone, Default)]
struct Disk {
    ring: Rc<RefCell<Keys>>,
    area: Rc<RefCell<Keys>>,
    spare: Rc<RefCell<Keys>>,
}

struct Fake {
    disk: Disk,
    session: RefCell<Option<String>>,
    now: Cell<u64>,
    seed: Cell<u64>,
    /// Steps until the fault.
    countdown: Cell<Option<(u32, Fault)>>,
    dead: Cell<bool>,
    broken: Cell<Option<StoreId>>,
    /// Neither store takes anything any more.
    full: Cell<bool>,
    steps: Cell<u32>,
    injected: RefCell<Vec<i64>>,
    place: backups::Place,
    watched: RefCell<Vec<Vec<String>>>,
    /// What the browser allows.
    allowed: RefCell<Vec<String>>,
    /// What the toolbar said of presses, and whether for a minute.
    said: RefCell<Vec<(i64, String, bool)>>,
    /// The browser opens no popup by itself.
    no_popup: Cell<bool>,
    forgot: Cell<bool>,
    discarded: RefCell<Vec<StoreId>>,
    rinsed: RefCell<Vec<Rinse>>,
    /// A last rinse is at work and fills the area, whatever is done to it meanwhile.
    fills: Cell<bool>,
    /// Rinses fail.
    rinses_not: Cell<bool>,
    /// As in Chromium, where the area is never deleted.
    keeps_area: Cell<bool>,
    sync: sync::Cloud,
    /// What the managed storage answers; `None`: it fails.
    managed: RefCell<Option<String>>,
}

impl Fake {
    fn on(disk: &Disk, seed: u64) -> Self {
        Self {
            disk: disk.clone(),
            session: RefCell::default(),
            now: Cell::new(1_795_000_000_000),
            seed: Cell::new(seed),
            countdown: Cell::default(),
            dead: Cell::default(),
            broken: Cell::default(),
            full: Cell::default(),
            steps: Cell::default(),
            injected: RefCell::default(),
            place: backups::Place::default(),
            watched: RefCell::default(),
            allowed: RefCell::default(),
            said: RefCell::default(),
            no_popup: Cell::default(),
            forgot: Cell::default(),
            discarded: RefCell::default(),
            rinsed: RefCell::default(),
            fills: Cell::default(),
            rinses_not: Cell::default(),
            keeps_area: Cell::new(seed.is_multiple_of(2)),
            sync: sync::Cloud::default(),
            managed: RefCell::new(Some("{}".into())),
        }
    }

    fn store(&self, store: StoreId) -> &RefCell<Keys> {
        match store {
            StoreId::Ring => &self.disk.ring,
            StoreId::Area => &self.disk.area,
            StoreId::Spare => &self.disk.spare,
        }
    }

    /// Counts a step; says what happens at it.
    fn step(&self, store: StoreId) -> Option<Fault> {
        self.steps.set(self.steps.get() + 1);
        if self.dead.get() || self.broken.get() == Some(store) {
            return Some(Fault::Reject);
        }
        let (left, fault) = self.countdown.get()?;
        if left > 0 {
            self.countdown.set(Some((left - 1, fault)));
            return None;
        }
        self.countdown.set(None);
        match fault {
            Fault::KillBefore | Fault::KillAfter => self.dead.set(true),
            Fault::Broken => self.broken.set(Some(store)),
            Fault::Reject | Fault::Forget => {}
        }
        Some(fault)
    }
}

impl Platform for Fake {
    type Guard = ();
    type Entropy = Seeded;

    fn now(&self) -> Millis {
        self.now.set(self.now.get() + 1_000);
        Millis(self.now.get())
    }

    fn entropy(&self) -> Seeded {
        self.seed.set(self.seed.get() + 1);
        Seeded::new(self.seed.get())
    }

    async fn lock(&self) {}

    async fn read(&self, store: StoreId) -> Result<Keys, StoreError> {
        match self.step(store) {
            None | Some(Fault::Forget) => Ok(self.store(store).borrow().clone()),
            Some(_) => Err(StoreError),
        }
    }

    async fn write(
        &self,
        store: StoreId,
        set: &[(String, String)],
        remove: &[String],
    ) -> Result<(), StoreError> {
        let fault = self.step(store).or(self.full.get().then_some(Fault::Reject));
        if matches!(fault, None | Some(Fault::KillAfter)) {
            let mut keys = self.store(store).borrow_mut();
            remove.iter().for_each(|key| drop(keys.remove(key)));
            keys.extend(set.iter().cloned());
        }
        match fault {
            None | Some(Fault::Forget) => Ok(()),
            Some(_) => Err(StoreError),
        }
    }

    async fn remove_all(&self, store: StoreId) -> Result<(), StoreError> {
        let fault = self.step(store);
        if matches!(fault, None | Some(Fault::KillAfter)) {
            self.store(store).borrow_mut().clear();
            if store == StoreId::Area && self.fills.get() {
                self.store(store).borrow_mut().insert(format!("!{BALLAST}/00"), "noise".into());
            }
        }
        match fault {
            None | Some(Fault::Forget) => Ok(()),
            Some(_) => Err(StoreError),
        }
    }

    async fn discard(&self, store: StoreId) -> Result<(), StoreError> {
        self.discarded.borrow_mut().push(store);
        if store == StoreId::Area && self.keeps_area.get() {
            return Ok(());
        }
        self.remove_all(store).await
    }

    async fn rinse(&self, step: Rinse) -> Result<(), StoreError> {
        self.rinsed.borrow_mut().push(step);
        if self.rinses_not.get() {
            return Err(StoreError);
        }
        match self.step(StoreId::Spare) {
            None | Some(Fault::Forget) => Ok(()),
            Some(_) => Err(StoreError),
        }
    }

    async fn forget(&self) {
        self.forgot.set(true);
    }

    async fn session(&self) -> Option<String> {
        self.session.borrow().clone()
    }

    async fn set_session(&self, record: Option<&str>) {
        *self.session.borrow_mut() = record.map(Into::into);
    }

    async fn managed(&self) -> Result<String, StoreError> {
        self.managed.borrow().clone().ok_or(StoreError)
    }

    async fn set_alarm(&self, _: Option<Millis>) {}

    async fn inject(&self, tab: i64) -> Result<(), PageError> {
        self.injected.borrow_mut().push(tab);
        Ok(())
    }

    async fn page_text(&self, _: i64) -> Result<super::platform::PageText, PageError> {
        Err(PageError)
    }

    async fn drawn(&self, _: i64) -> Result<Vec<String>, PageError> {
        Err(PageError)
    }

    async fn inject_top(&self, tab: i64) -> Result<(), PageError> {
        self.inject(tab).await
    }

    async fn watch(&self, patterns: &[String]) {
        self.watched.borrow_mut().push(patterns.to_vec());
    }

    async fn allows(&self, pattern: &str) -> bool {
        self.allowed.borrow().iter().any(|allowed| allowed == pattern)
    }

    async fn badge(&self, _: i64, _: &str, _: u32) {}

    async fn filled(&self, tab: i64, result: &str, stays: bool) {
        self.said.borrow_mut().push((tab, result.to_owned(), stays));
    }

    async fn capture(&self) -> Result<String, PageError> {
        Err(PageError)
    }

    async fn open_popup(&self) -> bool {
        !self.no_popup.get()
    }

    async fn put_backup(&self, destination: Destination, name: &str, bytes: &[u8]) -> Result<Put, Trouble> {
        self.place.wait().await;
        self.place.put(destination, name, bytes, &self.dead)
    }

    async fn read_backup(&self, name: &str) -> Result<Vec<u8>, Trouble> {
        self.place.read(name)
    }

    async fn remove_backup(&self, name: &str) -> Result<(), Trouble> {
        self.place.remove(name)
    }

    async fn read_sync(&self) -> Result<Keys, StoreError> {
        self.sync.read()
    }

    async fn write_sync(&self, set: &[(String, String)]) -> Result<(), StoreError> {
        self.sync.write(set)
    }

    async fn remove_sync(&self, keys: &[String]) -> Result<(), StoreError> {
        self.sync.remove(keys)
    }

    async fn remind(&self, remind: bool) {
        self.place.reminds.set(remind);
    }
}

fn own() -> Own {
    Own { id: "abc".into(), origin: "chrome-extension://abc".into(), version: "0.1.0".into() }
}

fn host(disk: &Disk, seed: u64) -> Host<Fake> {
    Host::new(Fake::on(disk, seed), own())
}

fn popup() -> SenderInfo {
    SenderInfo {
        id: Some("abc".into()),
        origin: Some("chrome-extension://abc".into()),
        url: Some("chrome-extension://abc/popup/popup.html".into()),
        ..SenderInfo::default()
    }
}

/// Everything a fake does is ready at once.
fn ask(host: &Host<Fake>, request: Request) -> Reply {
    host.request(request, popup()).now_or_never().expect("nothing waits")
}

fn key(n: u8) -> DerivedKey {
    let b64 = |bytes: &[u8]| data_encoding::BASE64.encode(bytes);
    DerivedKey {
        job: DeriveJob { params: kdf::ARGON2ID, salt: b64(&[n; 16]), rule: None },
        key: b64(&[n; 32]),
    }
}

/// A form as it comes out of a file, with nothing lost on the way.
fn imported(form: EntryForm) -> ImportForm {
    ImportForm { form, pinned: false, trashed: false, urls: Vec::new(), lost: Vec::new(), suspect: None }
}

fn form(issuer: &str, kind: &str) -> EntryForm {
    EntryForm {
        issuer: issuer.into(),
        account: "ada".into(),
        secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".into(),
        kind: kind.into(),
        algorithm: "SHA1".into(),
        digits: 6,
        period: 30,
        counter: 0,
        note: String::new(),
        tags: Vec::new(),
        sites: Vec::new(),
    }
}

fn entries(host: &Host<Fake>) -> Vec<EntryView> {
    match ask(host, Request::List) {
        Reply::Entries { entries } => entries,
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

fn status(host: &Host<Fake>) -> Status {
    match ask(host, Request::Status) {
        Reply::Status(status) => *status,
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

fn failed(reply: &Reply) -> Option<&str> {
    match reply {
        Reply::Error(failure) => Some(&failure.code),
        _ => None,
    }
}

/// What was acknowledged.
#[derive(Default)]
struct Oracle {
    made: bool,
    issuers: Vec<String>,
    counter: u32,
    /// Passwords of which one must open: the old one and, once it was tried, the new one.
    passwords: Vec<u8>,
}

/// A user's day. Notes in the oracle what was acknowledged; goes on after a refusal.
fn live(host: &Host<Fake>) -> Oracle {
    let mut oracle = Oracle { passwords: vec![1], ..Oracle::default() };
    oracle.made = failed(&ask(host, Request::Create { key: key(1) })).is_none();
    let mut hotp = None;
    for (n, kind) in ["totp", "hotp", "totp", "totp"].into_iter().enumerate() {
        let issuer = format!("site-{n}");
        if let Reply::Added { ids, .. } = ask(host, Request::Add { forms: vec![form(&issuer, kind)] }) {
            oracle.issuers.push(issuer);
            if kind == "hotp" {
                hotp = ids.into_iter().next();
            }
        }
        if let Some(id) = &hotp
            && let Reply::Code(_) = ask(host, Request::NextHotp { id: id.clone() })
        {
            oracle.counter += 1;
        }
    }
    let change = Request::ChangePassword { current: vec![key(1)], new: key(2) };
    match failed(&ask(host, change)) {
        None if oracle.made => oracle.passwords = vec![2],
        _ => oracle.passwords.push(2),
    }
    if let Reply::Added { .. } = ask(host, Request::Add { forms: vec![form("last", "totp")] }) {
        oracle.issuers.push("last".into());
    }
    oracle
}

/// The next start, with stores that work: everything acknowledged is there.
fn check(disk: &Disk, oracle: &Oracle, what: &str) {
    let host = host(disk, 99);
    let state = status(&host).state;
    if !oracle.made && state == VaultState::Fresh {
        return;
    }
    assert_eq!(state, VaultState::Locked, "{what}");
    let opened = oracle.passwords.iter().any(|n| {
        failed(&ask(&host, Request::Unlock { way: Way::Password { keys: vec![key(*n)] } })).is_none()
    });
    assert!(opened, "{what}: no password opens");
    let found = entries(&host);
    for issuer in &oracle.issuers {
        assert!(found.iter().any(|entry| entry.issuer == *issuer), "{what}: {issuer} is lost");
    }
    let counter = found.iter().filter_map(|entry| entry.counter).max().unwrap_or_default();
    assert!(counter >= oracle.counter, "{what}: counter {counter} of {}", oracle.counter);
}

#[test]
fn nothing_acknowledged_is_lost_at_any_step_by_any_fault() {
    let calm = host(&Disk::default(), 1);
    live(&calm);
    let steps = calm.platform().steps.get();
    assert!(steps > 60, "the history has {steps} steps");
    for fault in [Fault::Reject, Fault::Forget, Fault::KillBefore, Fault::KillAfter, Fault::Broken] {
        for at in 0..steps {
            let disk = Disk::default();
            let host = host(&disk, u64::from(at));
            host.platform().countdown.set(Some((at, fault)));
            let oracle = live(&host);
            check(&disk, &oracle, &format!("{fault:?} at step {at}"));
        }
    }
}

#[test]
fn one_store_alone_brings_everything_back() {
    for lost in [StoreId::Ring, StoreId::Area] {
        let disk = Disk::default();
        let oracle = live(&host(&disk, 1));
        match lost {
            StoreId::Ring => disk.ring.borrow_mut().clear(),
            StoreId::Area | StoreId::Spare => disk.area.borrow_mut().clear(),
        }
        check(&disk, &oracle, &format!("{lost:?} emptied"));
    }
}

#[test]
fn a_store_that_went_back_in_time_changes_nothing() {
    let disk = Disk::default();
    let host_then = host(&disk, 1);
    ask(&host_then, Request::Create { key: key(1) });
    ask(&host_then, Request::Add { forms: vec![form("early", "totp")] });
    let early = disk.area.borrow().clone();
    ask(&host_then, Request::Add { forms: vec![form("late", "totp")] });
    *disk.area.borrow_mut() = early;
    let again = host(&disk, 2);
    assert_eq!(status(&again).warnings, ["one-copy-failed"]);
    ask(&again, Request::Unlock { way: Way::Password { keys: vec![key(1)] } });
    assert_eq!(entries(&again).len(), 2);
    assert!(status(&again).warnings.is_empty(), "the store that was behind is brought up");
}

#[test]
fn a_store_that_failed_is_brought_up_within_a_minute_by_itself() {
    for failing in [StoreId::Ring, StoreId::Area] {
        let disk = Disk::default();
        let host = host(&disk, 1);
        ask(&host, Request::Create { key: key(1) });
        host.platform().broken.set(Some(failing));
        ask(&host, Request::Add { forms: vec![form("one copy", "totp")] });
        assert_eq!(status(&host).warnings, ["one-copy-failed"]);
        let steps = host.platform().steps.get();
        assert_eq!(status(&host).warnings, ["one-copy-failed"]);
        assert_eq!(host.platform().steps.get(), steps, "not at every look");
        host.platform().broken.set(None);
        host.platform().now.set(host.platform().now.get() + 60_000);
        // The alarm, or the next look at the status: whichever comes first.
        if failing == StoreId::Ring {
            ask(&host, Request::Tick { why: "alarm".into() });
        }
        assert!(status(&host).warnings.is_empty(), "{failing:?}");
        let (ring, area) = (disk.ring.borrow(), disk.area.borrow());
        assert!(
            area.iter()
                .filter(|(key, _)| key.starts_with('g'))
                .any(|(_, file)| ring.values().any(|other| other == file))
        );
    }
}

#[test]
fn empty_is_fresh_and_a_marker_is_lost_and_silence_is_unreadable() {
    let disk = Disk::default();
    assert_eq!(status(&host(&disk, 1)).state, VaultState::Fresh);
    live(&host(&disk, 1));
    for keys in [&disk.ring, &disk.area] {
        keys.borrow_mut().retain(|key, _| key == "marker");
    }
    assert_eq!(status(&host(&disk, 1)).state, VaultState::Lost);
    let host = host(&disk, 1);
    host.platform().dead.set(true);
    assert_eq!(status(&host).state, VaultState::Unreadable);
}

#[test]
fn a_damaged_newest_generation_falls_back_and_says_so() {
    let disk = Disk::default();
    let oracle = live(&host(&disk, 1));
    let damage = |keys: &Rc<RefCell<Keys>>| {
        let mut keys = keys.borrow_mut();
        let newest = keys.iter().filter(|(key, _)| key.starts_with('g')).max_by_key(|(_, text)| {
            crate::vault::file::VaultFile::parse(text.as_bytes())
                .map(|file| file.header().generation)
                .unwrap_or(0)
        });
        let (key, text) = newest.map(|(key, text)| (key.clone(), text.clone())).unwrap();
        let middle = text.len() - 100;
        let other = if text.as_bytes()[middle] == b'A' { "B" } else { "A" };
        keys.insert(key, format!("{}{other}{}", &text[..middle], &text[middle + 1..]));
    };
    damage(&disk.ring);
    check(&disk, &oracle, "ring damaged");
    live_again(&disk);
    damage(&disk.ring);
    damage(&disk.area);
    let host = host(&disk, 5);
    ask(&host, Request::Unlock { way: Way::Password { keys: vec![key(2)] } });
    let warnings = status(&host).warnings;
    assert!(warnings.contains(&"rolled-back".to_owned()), "{warnings:?}");
    assert!(entries(&host).len() >= 5);
    assert_eq!(failed(&ask(&host, Request::Add { forms: vec![form("later", "totp")] })), None);
    assert_eq!(failed(&ask(&host, Request::Lock)), None);
    ask(&host, Request::Unlock { way: Way::Password { keys: vec![key(2)] } });
    assert!(entries(&host).iter().any(|entry| entry.issuer == "later"), "the damaged one is overtaken");
}

fn live_again(disk: &Disk) {
    let host = host(disk, 3);
    ask(&host, Request::Unlock { way: Way::Password { keys: vec![key(2)] } });
    ask(&host, Request::Add { forms: vec![form("more", "totp")] });
}

#[test]
fn a_newer_version_is_not_touched() {
    let disk = Disk::default();
    disk.ring.borrow_mut().insert("g0000000000000001".into(), "sparekey/2\n{}\n".into());
    let before = disk.ring.borrow().clone();
    let host = host(&disk, 1);
    let status = status(&host);
    assert_eq!((status.state, status.warnings), (VaultState::Unreadable, vec!["newer-version".to_owned()]));
    assert_eq!(failed(&ask(&host, Request::Create { key: key(1) })), Some("wrong-state"));
    assert_eq!(*disk.ring.borrow(), before);
}

#[test]
fn a_changed_password_leaves_no_record_of_the_old_one_anywhere() {
    let disk = Disk::default();
    live(&host(&disk, 1));
    let old_salt = data_encoding::BASE64.encode(&[1; 16]);
    for keys in [&disk.ring, &disk.area] {
        for (key, text) in keys.borrow().iter().filter(|(key, _)| key.starts_with('g')) {
            let file = crate::vault::file::VaultFile::parse(text.as_bytes()).unwrap();
            for job in file.password_jobs(|_| true, 10) {
                assert_ne!(job.salt, old_salt, "{key}");
            }
        }
    }
    let host = host(&disk, 2);
    assert_eq!(
        failed(&ask(&host, Request::Unlock { way: Way::Password { keys: vec![key(1)] } })),
        Some("wrong-password")
    );
}

#[test]
fn a_revocation_that_was_cut_off_is_finished_at_the_next_unlock() {
    let disk = Disk::default();
    let first = host(&disk, 1);
    ask(&first, Request::Create { key: key(1) });
    let before = disk.ring.borrow().clone();
    assert_eq!(failed(&ask(&first, Request::ChangePassword { current: vec![key(1)], new: key(2) })), None);
    // As if the process had died before the older generations were rewritten.
    disk.ring.borrow_mut().extend(before.into_iter().filter(|(key, _)| key.starts_with('g')));
    ask(&host(&disk, 2), Request::Unlock { way: Way::Password { keys: vec![key(2)] } });
    assert_eq!(
        failed(&ask(&host(&disk, 3), Request::Unlock { way: Way::Password { keys: vec![key(1)] } })),
        Some("wrong-password")
    );
}

#[test]
fn two_backgrounds_lose_nothing_of_each_other() {
    let disk = Disk::default();
    let (one, two) = (host(&disk, 1), host(&disk, 500));
    ask(&one, Request::Create { key: key(1) });
    ask(&two, Request::Unlock { way: Way::Password { keys: vec![key(1)] } });
    for n in 0..5 {
        for (name, host) in [("one", &one), ("two", &two)] {
            assert_eq!(
                failed(&ask(host, Request::Add { forms: vec![form(&format!("{name}-{n}"), "totp")] })),
                None
            );
        }
    }
    let third = host(&disk, 900);
    ask(&third, Request::Unlock { way: Way::Password { keys: vec![key(1)] } });
    assert_eq!(entries(&third).len(), 10);
}

#[test]
fn a_stopped_background_goes_on_with_its_session_and_an_old_session_is_over() {
    let disk = Disk::default();
    let first = host(&disk, 1);
    ask(&first, Request::Create { key: key(1) });
    ask(&first, Request::Add { forms: vec![form("a", "hotp")] });
    let id = entries(&first)[0].id.clone();
    ask(&first, Request::NextHotp { id });
    let record = first.platform().session.borrow().clone();
    let second = host(&disk, 2);
    *second.platform().session.borrow_mut() = record.clone();
    assert_eq!(status(&second).state, VaultState::Open);
    assert_eq!(entries(&second)[0].counter, Some(1), "the journal came along");
    let third = host(&disk, 3);
    *third.platform().session.borrow_mut() = record;
    third.platform().now.set(1_795_000_000_000 + 5 * 3_600_000);
    assert_eq!(status(&third).state, VaultState::Locked, "four hours without use");
}

#[test]
fn a_full_disk_still_shows_codes_and_writes_bundles() {
    let disk = Disk::default();
    let host = host(&disk, 1);
    ask(&host, Request::Create { key: key(1) });
    ask(&host, Request::Add { forms: vec![form("a", "totp"), form("b", "hotp")] });
    host.platform().dead.set(true);
    assert!(matches!(ask(&host, Request::Codes), Reply::Codes { codes, .. } if codes.len() == 1));
    let hotp = entries(&host)[1].id.clone();
    assert_eq!(
        failed(&ask(&host, Request::NextHotp { id: hotp })),
        Some("not-saved"),
        "a counter is stored first"
    );
    assert_eq!(failed(&ask(&host, Request::Add { forms: vec![form("c", "totp")] })), Some("not-saved"));
    assert_eq!(entries(&host).len(), 3, "kept in memory");
    assert_eq!(failed(&ask(&host, Request::Lock)), Some("not-saved"), "locking would lose it");
    let Reply::Bundle { bundle, manifest, .. } = ask(&host, Request::Export { key: None }) else {
        panic!("the way out of a full disk")
    };
    assert!(manifest.entries == 3 && !bundle.is_empty());
    assert_eq!(status(&host).warnings[0], "not-saved", "looking tries again, and says so");
    // The browser stops an idle background: what it held lives on in the browser's memory.
    let record = host.platform().session.borrow().clone();
    let host = self::host(&disk, 2);
    *host.platform().session.borrow_mut() = record.clone();
    host.platform().dead.set(true);
    assert_eq!(entries(&host).len(), 3, "neither store can be read now");
    assert_eq!(status(&host).warnings[0], "not-saved");
    let host = self::host(&disk, 3);
    *host.platform().session.borrow_mut() = record;
    assert_eq!(entries(&host).len(), 3);
    assert_eq!(status(&host).warnings, [""; 0], "stored as soon as there is room");
    check(
        &disk,
        &Oracle { made: true, issuers: vec!["c".into()], counter: 0, passwords: vec![1] },
        "stored later",
    );
}

#[test]
fn a_page_gets_nothing_without_a_press_and_one_code_with_it() {
    let disk = Disk::default();
    let host = host(&disk, 1);
    ask(&host, Request::Create { key: key(1) });
    let site = SiteForm { origin: "https://a.example".into(), subdomains: false };
    ask(&host, Request::Add { forms: vec![EntryForm { sites: vec![site], ..form("a", "totp") }] });
    let script = |url: &str, origin: &str| SenderInfo {
        id: Some("abc".into()),
        url: Some(url.into()),
        origin: Some(origin.into()),
        frame_id: Some(0),
        document_id: Some("D".into()),
        tab: Some(Tab { id: 7, ..Tab::default() }),
        ..SenderInfo::default()
    };
    let fields = || Request::Fields {
        page: PageFields { origin: "https://a.example".into(), ..PageFields::default() },
    };
    let order = |reply: Reply| match reply {
        Reply::PageOrder(order) => order.order,
        _ => panic!("no order"),
    };
    let from = |sender: SenderInfo, request: Request| host.request(request, sender).now_or_never().unwrap();
    assert_eq!(order(from(script("https://a.example/x", "https://a.example"), fields())), 0, "no press");
    // A page can ask for nothing else.
    for request in [Request::List, Request::Codes, Request::Status, Request::Lock] {
        let reply = from(script("https://a.example/x", "https://a.example"), request);
        assert_eq!(failed(&reply), Some("not-allowed"));
    }
    let press = |url: &str| SenderInfo {
        front: Some(Front {
            tab: 7,
            url: Some(url.into()),
            document: Some("D".into()),
            slow: false,
            incognito: false,
        }),
        ..popup()
    };
    let fill = || Request::Fill { id: None, remember: false, document: Some("D".into()), site: None };
    let result = |reply: Reply| match reply {
        Reply::Filled(filled) => filled.result,
        _ => panic!("no result"),
    };
    assert_eq!(result(from(press("https://b.example/"), fill())), "not-bound");
    assert_eq!(result(from(press("https://a.example.evil.example/"), fill())), "not-bound");
    let gone = Request::Fill { id: None, remember: false, document: Some("E".into()), site: None };
    assert_eq!(result(from(press("https://a.example/"), gone)), "gone");
    assert!(host.platform().injected.borrow().is_empty(), "no script ran anywhere");
    assert_eq!(result(from(press("https://a.example/"), fill())), "no-field");
    assert_eq!(*host.platform().injected.borrow(), [7]);
}

#[test]
fn the_browser_is_told_which_sites_are_watched_and_forgets_at_the_lock() {
    let disk = Disk::default();
    let host = host(&disk, 1);
    ask(&host, Request::Create { key: key(1) });
    let told = || host.platform().watched.borrow().clone();
    assert_eq!(told(), [Vec::<String>::new()], "once, and nothing is watched");
    let sites = vec![SiteForm { origin: "https://a.example".into(), subdomains: false }];
    let Reply::Added { ids, .. } =
        ask(&host, Request::Add { forms: vec![EntryForm { sites, ..form("A", "totp") }] })
    else {
        panic!("added")
    };
    let origin = "https://a.example".to_owned();
    ask(
        &host,
        Request::SetChoice {
            id: ids[0].clone(),
            origin,
            automatic: Some("fill".into()),
            submit: false,
            asking: false,
        },
    );
    let wanted = vec!["https://a.example:443/*".to_owned()];
    assert_eq!(told().last(), Some(&wanted));
    ask(&host, Request::List);
    assert_eq!(told().len(), 2, "not again for nothing");
    let browser = SenderInfo { browser: true, ..SenderInfo::default() };
    let tick = Request::Tick { why: "permissions".into() };
    host.request(tick, browser).now_or_never().expect("nothing waits");
    assert_eq!((told().len(), told().last()), (3, Some(&wanted)), "the browser's word changed: told anew");
    ask(&host, Request::Lock);
    assert_eq!(told().last(), Some(&Vec::new()));
    ask(&host, Request::Unlock { way: Way::Password { keys: vec![key(1)] } });
    assert_eq!(told().last(), Some(&wanted));
    // A background that the browser stopped knows nothing of what it told.
    let kept = host.platform().session.borrow().clone();
    let again = Host::new(Fake::on(&disk, 2), own());
    *again.platform().session.borrow_mut() = kept;
    ask(&again, Request::Status);
    assert_eq!(again.platform().watched.borrow().as_slice(), [wanted]);
}

#[test]
fn a_press_on_a_locked_vault_outlives_a_stopped_background() {
    let disk = Disk::default();
    let first = host(&disk, 1);
    ask(&first, Request::Create { key: key(1) });
    ask(&first, Request::Lock);
    let front = Front {
        tab: 7,
        url: Some("https://a.example/code".into()),
        document: Some("D".into()),
        slow: false,
        incognito: false,
    };
    let popup = || SenderInfo { front: Some(front.clone()), ..popup() };
    let send = |host: &Host<Fake>, request| host.request(request, popup()).now_or_never().expect("ready");
    send(&first, Request::Hold { document: Some("D".into()) });
    let kept = first.platform().session.borrow().clone().expect("kept");
    assert!(!kept.contains("\"key\""), "no key of a locked vault: {kept}");

    let second = host(&disk, 2);
    second.platform().now.set(first.platform().now.get());
    *second.platform().session.borrow_mut() = Some(kept);
    let Reply::Page(page) = send(&second, Request::Page) else { panic!("page") };
    assert!(page.waiting);
    send(&second, Request::Unlock { way: Way::Password { keys: vec![key(1)] } });
    let Reply::Filled(result) = send(&second, Request::Finish) else { panic!("filled") };
    assert_eq!(result.result, "not-bound", "it came to the choice of the account");
}
