//! The emergency bundle through the door: offered once, opened by its own shares or codes alone, written by itself when an
//! emergency entry changes, drilled on its own clock, restored where everything is lost.

use data_encoding::BASE64;
use futures_util::FutureExt;

use super::*;
use crate::core::reader::Reader;
use crate::env::{Entropy, Env};
use crate::recovery::bundle;
use crate::vault::body::Body;
use crate::vault::code::Code;
use crate::vault::file::VaultFile;
use crate::vault::sealed::{NewSlot, Opened};
use crate::vault::slot::{SlotKind, SlotUse};
use crate::vault::testing::Seeded;
use crate::vault::way::WayIn;

const DAY: u64 = 86_400_000;

pub(super) fn mark(host: &Host<Fake>, id: &str, emergency: bool) {
    let edit = EntryEdit {
        issuer: None,
        account: None,
        note: None,
        tags: None,
        pinned: None,
        unverified: None,
        emergency: Some(emergency),
    };
    assert_eq!(failed(&ask(host, Request::Edit { id: id.into(), edit })), None);
}

/// A vault with a daily entry and an emergency entry.
pub(super) fn made(disk: &Disk) -> (Host<Fake>, Vec<String>) {
    let host = host(disk, 1);
    ask(&host, Request::Create { key: key(1) });
    let settings = Settings { lock_after_minutes: 0, ..Settings::default() };
    ask(&host, Request::SetSettings { settings });
    let other = EntryForm { secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP".into(), ..form("glass", "totp") };
    let forms = vec![form("daily", "totp"), other];
    let Reply::Added { ids, .. } = ask(&host, Request::Add { forms }) else { panic!("added") };
    mark(&host, &ids[1], true);
    (host, ids)
}

pub(super) fn area(host: &Host<Fake>) -> EmergencyState {
    match ask(host, Request::Emergency) {
        Reply::Emergency(area) => area,
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

/// The second unlock, by the first password or by those after "someone left".
pub(super) fn fresh(host: &Host<Fake>) {
    for password in [1, 9, 10, 11] {
        ask(host, Request::Fresh { keys: vec![key(password)] });
    }
}

/// Shares of the vault or of the emergency bundle, typed back.
pub(super) fn shares(host: &Host<Fake>, emergency: bool) -> (Vec<String>, String) {
    fresh(host);
    let make = Request::MakeShares { threshold: 2, count: 3, emergency };
    let Reply::Shares { shares, vault, .. } = ask(host, make) else { panic!("shares") };
    let words: Vec<String> = shares.into_iter().map(|share| share.words).collect();
    let word = |share: usize, place: usize| TypedWord {
        share: share as u32,
        place: place as u32,
        word: words[share].split(' ').nth(place - 1).unwrap().into(),
    };
    let typed = (0..words.len()).flat_map(|share| [word(share, 3), word(share, 17)]).collect();
    let keep = Request::KeepShares { shares: words.clone(), typed, emergency };
    assert_eq!(failed(&ask(host, keep)), None);
    (words, vault)
}

pub(super) fn codes(host: &Host<Fake>) -> Vec<String> {
    fresh(host);
    let Reply::RecoveryCodes { codes, .. } = ask(host, Request::MakeEmergencyCodes { count: 5 }) else {
        panic!("codes")
    };
    let codes: Vec<String> = codes.into_iter().map(|code| code.code).collect();
    let keep = |typed: &str| {
        let keep = Request::KeepEmergencyCodes { codes: codes.clone(), typed: typed.into() };
        failed(&ask(host, keep)).map(ToOwned::to_owned)
    };
    assert_eq!(keep("7777-7777-7777-7777-7777-7777").as_deref().map(|code| code.len() > 3), Some(true));
    assert_eq!(keep(&codes[4].to_lowercase()), None);
    codes
}

pub(super) fn two(shares: &[String]) -> Way {
    Way::Shares { shares: vec![shares[2].clone(), shares[0].clone()] }
}

pub(super) fn by_code(code: &str) -> Way {
    Way::Code { code: code.into(), keys: Vec::new() }
}

pub(super) fn file(host: &Host<Fake>) -> Vec<u8> {
    match ask(host, Request::ExportEmergency) {
        Reply::Bundle { bundle, .. } => BASE64.decode(bundle.as_bytes()).unwrap(),
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

/// Whose accounts a way in finds in a file, or why not.
pub(super) fn read(bytes: &[u8], way: &Way) -> Result<Vec<String>, String> {
    let reader = Reader::open(bytes, way).map_err(|failure| failure.code)?;
    Ok(reader.entries().into_iter().map(|entry| entry.issuer).collect())
}

#[test]
fn it_is_offered_with_the_first_emergency_entry_and_can_be_declined() {
    let disk = Disk::default();
    let (host, ids) = made(&disk);
    let told = area(&host);
    assert!(told.bundle.offer && !told.bundle.exists);
    assert_eq!((told.entries.len(), told.entries[0].id.as_str()), (1, ids[1].as_str()));
    assert_eq!(failed(&ask(&host, Request::ExportEmergency)), Some("no-emergency-bundle"));
    assert_eq!(failed(&ask(&host, Request::DeclineEmergencyBundle)), None);
    assert!(!area(&host).bundle.offer);
    // Somebody who changes their mind makes shares all the same; the sheets name what they open before it is there.
    let name = told.bundle.vault;
    let (_, vault) = shares(&host, true);
    assert_eq!(vault, name);
    let told = area(&host).bundle;
    assert_eq!((told.exists, told.offer, told.shares.as_str(), told.behind), (true, false, "2/3", true));
    // Without an emergency entry there is nothing to make one of.
    let plain = super::host(&Disk::default(), 900);
    ask(&plain, Request::Create { key: key(1) });
    assert!(!area(&plain).bundle.offer);
    let make = Request::MakeShares { threshold: 2, count: 3, emergency: true };
    assert_eq!(failed(&ask(&plain, make)), Some("no-emergency-entry"));
}

#[test]
fn its_own_shares_and_codes_open_it_and_nothing_of_the_vault_does() {
    let disk = Disk::default();
    let (host, _) = made(&disk);
    let (own, _) = shares(&host, false);
    let (glass, _) = shares(&host, true);
    let codes = codes(&host);
    let bytes = file(&host);
    assert_eq!(read(&bytes, &two(&glass)), Ok(vec!["glass".into()]), "only the emergency entry");
    assert_eq!(read(&bytes, &by_code(&codes[2])), Ok(vec!["glass".into()]));
    assert_eq!(read(&bytes, &two(&own)), Err("wrong-shares".into()));
    assert_eq!(read(&bytes, &Way::Password { keys: vec![key(1)] }), Err("wrong-password".into()));
    let parsed = VaultFile::parse(&bytes).unwrap();
    assert_eq!(parsed.slots().count(), 6);
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(!text.contains("password"), "no way of the vault lies in it");
    // And its sheets open nothing of the vault.
    let Reply::Bundle { bundle, .. } = ask(&host, Request::Export { key: None }) else { panic!("a bundle") };
    let whole = BASE64.decode(bundle.as_bytes()).unwrap();
    assert_eq!(read(&whole, &two(&glass)), Err("wrong-shares".into()));
    assert_eq!(read(&whole, &by_code(&codes[0])), Err("wrong-code".into()));
    ask(&host, Request::Lock);
    for way in [two(&glass), by_code(&codes[0])] {
        assert!(failed(&ask(&host, Request::Unlock { way })).is_some());
    }
    assert_eq!(failed(&ask(&host, Request::Unlock { way: two(&own) })), None);
    // New shares in the place of the former ones: those open former files and no new one.
    let (next, _) = shares(&host, true);
    let after = file(&host);
    assert_eq!(read(&after, &two(&glass)), Err("wrong-shares".into()));
    assert_eq!(read(&after, &two(&next)), Ok(vec!["glass".into()]));
    assert_eq!(read(&after, &by_code(&codes[1])), Ok(vec!["glass".into()]), "codes stay");
    assert_eq!(read(&bytes, &two(&glass)), Ok(vec!["glass".into()]), "told");
    assert!(VaultFile::parse(&after).unwrap().header().epoch > parsed.header().epoch);
}

#[test]
fn it_is_written_by_itself_when_an_emergency_entry_changes_and_not_else() {
    let disk = Disk::default();
    let (host, ids) = made(&disk);
    let place = host.platform().place.clone();
    let go = |request: Request| {
        let reply = ask(&host, request);
        host.upkeep().now_or_never().expect("nothing waits");
        reply
    };
    let later = |ms: u64| {
        let now = &host.platform().now;
        now.set(now.get() + ms);
        go(Request::Status);
    };
    let glass = || -> Vec<(String, Vec<u8>)> {
        let files = place.files.borrow();
        let glass = files.iter().filter(|(name, _)| name.starts_with("sparekey-emergency-"));
        glass.map(|(name, bytes)| (name.clone(), bytes.clone())).collect()
    };
    let destination = Some("folder".into());
    go(Request::SetBackups { destination, folder: "Backups".into(), keep: 3 });
    assert_eq!(glass().len(), 0);
    let (set, name) = shares(&host, true);
    later(1);
    assert_eq!(glass().len(), 1, "at once: a new way in");
    let Reply::Log { lines } = ask(&host, Request::Log) else { panic!("log") };
    assert_eq!(lines.iter().filter(|line| line.what == "emergency-backup").count(), 1);
    assert!(glass()[0].0.contains(&name));
    assert_eq!(read(&glass()[0].1, &two(&set)), Ok(vec!["glass".into()]));
    assert!(!area(&host).bundle.behind);
    assert_eq!(area(&host).bundle.newest.map(|file| file.read_back.is_some()), Some(true));
    // A daily entry is none of its business; the vault's own bundle is written.
    let before = place.files.borrow().len();
    go(Request::Add { forms: vec![form("more", "totp")] });
    later(2 * 3_600_000);
    assert_eq!((glass().len(), place.files.borrow().len()), (1, before + 1));
    // A name, a site, one more, one less.
    let edit = |issuer: &str| EntryEdit {
        issuer: Some(issuer.into()),
        account: None,
        note: None,
        tags: None,
        pinned: None,
        unverified: None,
        emergency: None,
    };
    ask(&host, Request::Edit { id: ids[1].clone(), edit: edit("Glass") });
    assert!(area(&host).bundle.behind);
    later(2 * 3_600_000);
    let site = SiteForm { origin: "https://glass.example".into(), subdomains: false };
    go(Request::Bind { id: ids[1].clone(), site });
    later(2 * 3_600_000);
    mark(&host, &ids[0], true);
    later(2 * 3_600_000);
    assert_eq!(glass().len(), 4);
    let newest = || glass().last().unwrap().1.clone();
    assert_eq!(read(&newest(), &two(&set)), Ok(vec!["daily".into(), "Glass".into()]));
    go(Request::Trash { ids: vec![ids[1].clone()] });
    later(2 * 3_600_000);
    assert_eq!(read(&newest(), &two(&set)), Ok(vec!["daily".into()]));
    // Thinned out by its own vault id: the three newest stay, and the vault's own files are counted apart.
    let older = |files: &[(String, Vec<u8>)]| files.len();
    for n in 0..6 {
        go(Request::Edit { id: ids[0].clone(), edit: edit(&format!("n{n}")) });
        later(2 * DAY);
    }
    assert!(older(&glass()) <= 8, "{:?}", glass().iter().map(|(name, _)| name).collect::<Vec<_>>());
    let whole = place.files.borrow().keys().filter(|name| !name.contains("emergency")).count();
    assert!(whole >= 3, "{whole}");
    // Locked nothing of it can be written; the next unlock makes up for it.
    ask(&host, Request::Lock);
    later(30 * DAY);
    let locked = glass().last().unwrap().0.clone();
    ask(&host, Request::Unlock { way: Way::Password { keys: vec![key(1)] } });
    later(1);
    assert!(glass().last().unwrap().0 > locked, "a week without a file");
}

#[test]
fn it_is_drilled_on_its_own_clock() {
    let (host, _) = made(&Disk::default());
    let (set, _) = shares(&host, true);
    let proof = |bytes: &[u8]| {
        let reader = Reader::open(bytes, &two(&set)).ok().unwrap();
        reader.drill(Millis(host.platform().now.get()))
    };
    let drill = |proof: DrillProof| match ask(&host, Request::Drill { proof, took_ms: 700 }) {
        Reply::Drilled(result) => result,
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    };
    let due = || area(&host).bundle.drill_due;
    assert_eq!(due().as_deref(), Some("never"));
    let bytes = file(&host);
    let result = drill(proof(&bytes));
    assert_eq!((result.proven, result.same, result.only_here.len()), (true, 1, 0));
    assert_eq!(result.log, "none", "it has no log");
    assert_eq!(due(), None);
    assert_eq!(status(&host).drill.due.as_deref(), Some("never"), "the vault's own drill is another one");
    let now = &host.platform().now;
    now.set(now.get() + 90 * DAY);
    assert_eq!(due().as_deref(), Some("old"));
    drill(proof(&bytes));
    assert_eq!(due(), None);
    codes(&host);
    assert_eq!(due().as_deref(), Some("ways"));
    let mut wrong = proof(&bytes);
    wrong.codes[0].code = "000000000000".into();
    assert!(!drill(wrong).proven);
    let stranger = made(&Disk::default()).0;
    stranger.platform().now.set(now.get() - 60_000);
    let foreign = DrillProof { vault: "00".repeat(16), ..proof(&bytes) };
    assert_eq!(failed(&ask(&host, Request::Drill { proof: foreign, took_ms: 1 })), Some("another-vault"));
}

#[test]
fn where_everything_is_lost_it_brings_back_its_entries_still_kept_for_emergencies() {
    let (host, _) = made(&Disk::default());
    let (set, _) = shares(&host, true);
    let codes = codes(&host);
    let bytes = BASE64.encode(&file(&host));
    let fresh = super::host(&Disk::default(), 5_000);
    let restore = |way: Way| Request::RestoreBundle {
        bundle: bytes.clone(),
        way,
        create: Some(key(4)),
        leave_out: Vec::new(),
    };
    assert!(matches!(ask(&fresh, restore(two(&set))), Reply::Restored { added: 1, .. }));
    let came = entries(&fresh);
    assert_eq!((came.len(), came[0].issuer.as_str(), came[0].emergency.is_some()), (1, "glass", true));
    assert!(area(&fresh).bundle.offer, "another vault: its emergency bundle is to be made");
    let Reply::Codes { codes: shown, .. } = ask(&fresh, Request::Codes) else { panic!("codes") };
    assert!(shown.is_empty(), "still closed");
    // Into the vault that it is of: a code that was typed is used up, the others and the shares stay.
    let mine = Request::RestoreBundle {
        bundle: bytes.clone(),
        way: by_code(&codes[1]),
        create: None,
        leave_out: Vec::new(),
    };
    assert!(matches!(ask(&host, mine), Reply::Restored { same: 1, .. }));
    assert_eq!(area(&host).bundle.codes, 4);
    let next = file(&host);
    assert_eq!(read(&next, &by_code(&codes[1])), Err("wrong-code".into()));
    assert_eq!(read(&next, &by_code(&codes[0])), Ok(vec!["glass".into()]));
    assert_eq!(read(&next, &two(&set)), Ok(vec!["glass".into()]));
}

/// Every id that is made is this one.
struct One([u8; 16], Seeded);

impl Entropy for One {
    fn fill(&mut self, bytes: &mut [u8]) {
        if bytes.len() == 16 { bytes.copy_from_slice(&self.0) } else { self.1.fill(bytes) }
    }
}

#[test]
fn a_file_that_claims_its_ids_and_holds_other_secrets_uses_nothing_up() {
    let (host, _) = made(&Disk::default());
    let (set, _) = shares(&host, true);
    let codes = codes(&host);
    let mine = VaultFile::parse(&file(&host)).unwrap();
    assert_eq!(mine.header().slots.len(), 6);
    for slot in &mine.header().slots {
        // Ids stand in every file in the clear.
        let mut entropy = One(slot.id.0, Seeded::new(5));
        let mut env = Env { now: Millis(host.platform().now.get()), entropy: &mut entropy };
        let mut forged = Opened::make_from(&mut env, None, Body::default());
        forged.header_mut().vault = mine.header().vault;
        let code = Code::make_random(&mut Seeded::new(77));
        let new = NewSlot { uses: Some(1), ..NewSlot::lasting(SlotKind::Code, SlotUse::Backup, "1") };
        assert_eq!(forged.add_way(&mut env, &WayIn::Code(code.clone()), new), Ok(slot.id));
        let (bytes, _) = bundle::write(&forged.save(&mut env).unwrap().1, |_| true);
        let restore = Request::RestoreBundle {
            bundle: BASE64.encode(&bytes),
            way: by_code(code.to_text().expose()),
            create: None,
            leave_out: Vec::new(),
        };
        assert!(matches!(ask(&host, restore), Reply::Restored { added: 0, .. }), "the file opens");
        let told = area(&host).bundle;
        assert_eq!((told.shares.as_str(), told.codes), ("2/3", 5), "{:?}", slot.kind);
    }
    let after = file(&host);
    for way in codes.iter().map(|code| by_code(code)).chain([two(&set)]) {
        assert_eq!(read(&after, &way), Ok(vec!["glass".into()]));
    }
}

#[test]
fn what_is_for_emergencies_never_ends_and_no_cleaning_takes_it() {
    let disk = Disk::default();
    let (host, ids) = made(&disk);
    let (own, _) = shares(&host, false);
    let (glass, _) = shares(&host, true);
    let Reply::RecoveryCodes { codes, .. } =
        ask(&host, Request::MakeCodes { count: 5, add: false, key: None })
    else {
        panic!("codes")
    };
    let keep = Request::KeepCodes { way: by_code(&codes[0].code) };
    assert_eq!(failed(&ask(&host, keep)), None);
    let form = PassForm { minutes: 60, once: false, start: None };
    assert!(matches!(ask(&host, Request::MakePass { form }), Reply::Pass { .. }));
    let early = file(&host);
    let sender = || SenderInfo { browser: true, ..SenderInfo::default() };
    // Twelve years of alarms, starts and idle ticks, open and locked.
    let mut now = host.platform().now.get();
    let mut last = host;
    for year in 0..12u64 {
        for why in ["alarm", "start", "idle", "permissions"] {
            last.platform().now.set(now);
            let _ = last.request(Request::Tick { why: why.into() }, sender()).now_or_never();
            last.upkeep().now_or_never().expect("nothing waits");
        }
        now += 365 * DAY;
        last = super::host(&disk, 10_000 + year * 1_000);
        last.platform().now.set(now);
        assert_eq!(status(&last).state, VaultState::Locked, "year {year}");
        let way = match year % 2 {
            0 => two(&own),
            _ => Way::Password { keys: vec![key(1)] },
        };
        assert_eq!(failed(&ask(&last, Request::Unlock { way })), None, "year {year}");
    }
    let Reply::Ways { ways, .. } = ask(&last, Request::Ways) else { panic!("ways") };
    let count = |kind: &str| ways.iter().filter(|way| way.kind == kind).count();
    assert_eq!((count("code"), count("shares"), count("pass")), (5, 1, 0), "the pass alone is gone");
    for way in ways.iter().filter(|way| way.kind != "pass") {
        assert_eq!((way.not_before, way.not_after), (None, None), "{} has an end", way.kind);
    }
    assert!(entries(&last).iter().any(|entry| entry.id == ids[1] && entry.emergency.is_some()));
    for bytes in [&early, &file(&last)] {
        let parsed = VaultFile::parse(bytes).unwrap();
        assert!(parsed.slots().all(|(slot, _)| slot.not_after.is_none() && slot.not_before.is_none()));
        assert_eq!(read(bytes, &two(&glass)), Ok(vec!["glass".into()]));
    }
    assert_eq!(failed(&ask(&last, Request::Lock)), None);
    let way = by_code(&codes[3].code);
    assert_eq!(failed(&ask(&last, Request::Unlock { way })), None, "a code of twelve years ago");
}
