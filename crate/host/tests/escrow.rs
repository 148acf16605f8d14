//! Parties through the door: nothing is sealed to anybody before the user agreed, to nobody else then, and to nobody any
//! more once it was taken back, whatever somebody writes into the policy, the headers or the records.

use data_encoding::BASE64;

use super::*;
use crate::core::passes::limits;
use crate::env::Env;
use crate::recovery::escrow::helpdesk::{Window, issue};
use crate::recovery::escrow::key_file::KeyFile;
use crate::secret::Key;
use crate::vault::bytes::B64;
use crate::vault::escrow::{EscrowKey, IssuedNote};
use crate::vault::file::VaultFile;
use crate::vault::seal;
use crate::vault::sealed::{OpenError, Opened};
use crate::vault::slot::{SlotKind, SlotPlace, SlotRecord};
use crate::vault::way::{SlotSecret, WayIn};

fn private(n: u64) -> Key {
    seal::make_pair(&mut Seeded::new(7_000 + n)).0
}

fn line(n: u64) -> String {
    EscrowKey::of(&private(n)).unwrap().to_text()
}

pub(super) fn policy(n: u64, more: &str) -> String {
    format!(r#"{{"escrowKey": "{}", "escrowName": "Party {n}"{more}}}"#, line(n))
}

pub(super) fn set_policy(host: &Host<Fake>, text: &str) {
    *host.platform().managed.borrow_mut() = Some(text.into());
    let sender = SenderInfo { browser: true, ..SenderInfo::default() };
    let tick = Request::Tick { why: "policy".into() };
    host.request(tick, sender).now_or_never().expect("nothing waits");
}

/// A vault with an account that is bound to a site, open, where an organisation asks for party 1.
fn asked(disk: &Disk) -> Host<Fake> {
    let host = host(disk, 1);
    ask(&host, Request::Create { key: key(1) });
    let Reply::Added { ids, .. } = ask(&host, Request::Add { forms: vec![form("Mill", "totp")] }) else {
        panic!("added")
    };
    let site = SiteForm { origin: "https://mill.example".into(), subdomains: false };
    assert_eq!(failed(&ask(&host, Request::Bind { id: ids[0].clone(), site })), None);
    set_policy(&host, &policy(1, ""));
    host
}

fn state(host: &Host<Fake>) -> Option<String> {
    status(host).escrow.map(|escrow| escrow.state)
}

pub(super) fn answer(host: &Host<Fake>, n: u64, answer: &str) -> Option<String> {
    let request =
        Request::AnswerEscrow { key: line(n), answer: answer.into(), current: Vec::new(), new: None };
    failed(&ask(host, request)).map(ToOwned::to_owned)
}

/// A yes in place of another party: with the password.
fn agree_instead(host: &Host<Fake>, n: u64, current: u8, new: u8) -> Option<String> {
    let (current, new) = (vec![key(current)], Some(key(new)));
    let request = Request::AnswerEscrow { key: line(n), answer: "agree".into(), current, new };
    failed(&ask(host, request)).map(ToOwned::to_owned)
}

fn bundle(host: &Host<Fake>) -> VaultFile {
    let Reply::Bundle { bundle, .. } = ask(host, Request::Export { key: None }) else { panic!("a bundle") };
    VaultFile::parse(&BASE64.decode(bundle.as_bytes()).unwrap()).unwrap()
}

fn text_of(file: &VaultFile) -> String {
    BASE64.encode(&file.to_bytes())
}

fn opened(file: &VaultFile, n: u64) -> Option<Opened> {
    file.open(&WayIn::Escrow(private(n)), |_| true).ok().map(|(_, opened)| opened)
}

fn parties(file: &VaultFile) -> usize {
    file.header().slots.iter().filter(|slot| slot.kind == SlotKind::Escrow).count()
}

fn unlock(host: &Host<Fake>) -> Option<String> {
    let way = Way::Password { keys: vec![key(1)] };
    failed(&ask(host, Request::Unlock { way })).map(ToOwned::to_owned)
}

fn log(host: &Host<Fake>) -> Vec<(String, Option<String>)> {
    let Reply::Log { lines } = ask(host, Request::Log) else { panic!("the log") };
    let about =
        lines.into_iter().filter(|line| line.what.contains("escrow") || line.what.contains("helpdesk"));
    about.map(|line| (line.what, line.host)).rev().collect()
}

pub(super) fn take_back(host: &Host<Fake>, current: u8, new: u8) -> Option<String> {
    let back = Request::WithdrawEscrow { current: vec![key(current)], new: key(new) };
    failed(&ask(host, back)).map(ToOwned::to_owned)
}

/// A new vault key, with everything void but the password and the party.
fn rotation() -> Request {
    Request::SomeoneLeft { current: vec![key(1)], new: key(1) }
}

#[test]
fn the_sealed_copy_of_a_locked_vault_opens_for_the_party_that_was_agreed_to_and_for_no_other() {
    let host = asked(&Disk::default());
    assert_eq!(answer(&host, 1, "agree"), None);
    ask(&host, Request::Lock);
    let Reply::SealedCopy { bundle, .. } = ask(&host, Request::SealedCopy) else { panic!("a copy") };
    let copy = VaultFile::parse(&BASE64.decode(bundle.as_bytes()).unwrap()).unwrap();
    let names =
        |opened: Opened| opened.body.entries.into_iter().map(|entry| entry.issuer).collect::<Vec<_>>();
    assert_eq!(opened(&copy, 1).map(names), Some(vec!["Mill".to_owned()]));
    assert!(opened(&copy, 2).is_none());
}

#[test]
fn a_party_does_not_go_like_other_ways_in() {
    let host = asked(&Disk::default());
    assert_eq!(answer(&host, 1, "agree"), None);
    let Reply::Ways { ways, .. } = ask(&host, Request::Ways) else { panic!("ways") };
    let party = ways.iter().find(|way| way.kind == "escrow").expect("agreed").id.clone();
    let remove = Request::RemoveWays { ids: vec![party] };
    assert_eq!(failed(&ask(&host, remove)), Some("party-is-taken-back"));
    assert!(opened(&bundle(&host), 1).is_some(), "and is still told");
}

#[test]
fn nothing_is_sealed_to_a_party_before_the_user_agreed_to_its_very_key() {
    let host = asked(&Disk::default());
    assert_eq!(state(&host).as_deref(), Some("asked"));
    let offered = status(&host).escrow.unwrap().offered.unwrap();
    assert_eq!((offered.name.as_str(), offered.key.as_deref()), ("Party 1", Some(line(1).as_str())));
    assert_eq!(offered.words.split(' ').count(), 6);
    let before = bundle(&host);
    assert_eq!((parties(&before), opened(&before, 1).is_some()), (0, false));
    // A page that shows one key and sends another, or a policy that changed while it was read.
    assert_eq!(answer(&host, 2, "agree").as_deref(), Some("escrow-changed"));
    set_policy(&host, &policy(2, ""));
    assert_eq!(answer(&host, 1, "agree").as_deref(), Some("escrow-changed"));
    set_policy(&host, &policy(1, ""));
    assert_eq!(parties(&bundle(&host)), 0);

    assert_eq!(answer(&host, 1, "agree"), None);
    assert_eq!(state(&host).as_deref(), Some("agreed"));
    let after = bundle(&host);
    let read = opened(&after, 1).expect("the party opens it");
    assert_eq!(read.body.entries.len(), 1);
    assert!(opened(&after, 2).is_none());
    // What was written before the yes stays closed, also to who holds the key of what was written after it.
    assert_eq!(before.open_with(read.key().clone()).unwrap_err(), OpenError::Damaged);
    assert_eq!(after.header().parties().map(|note| note.name.as_str()).collect::<Vec<_>>(), ["Party 1"]);
    // A bundle with a password of its own is one of the user's bundles, too.
    let own = Request::Export { key: Some(key(9)) };
    let Reply::Bundle { bundle, manifest, .. } = ask(&host, own) else { panic!("a bundle") };
    assert!(opened(&VaultFile::parse(&BASE64.decode(bundle.as_bytes()).unwrap()).unwrap(), 1).is_some());
    assert_eq!(manifest.parties.iter().map(|party| party.name.as_str()).collect::<Vec<_>>(), ["Party 1"]);
    assert_eq!(log(&host), [("escrow-agreed".to_owned(), Some("Party 1".to_owned()))]);
}

#[test]
fn a_policy_with_another_key_gets_nothing_until_the_user_agrees_and_the_former_party_loses() {
    let disk = Disk::default();
    let host = asked(&disk);
    assert_eq!(answer(&host, 1, "agree"), None);
    let old = opened(&bundle(&host), 1).unwrap();
    for forged in [policy(2, ""), policy(2, r#", "escrowRequired": true"#)] {
        set_policy(&host, &forged);
        assert_eq!(state(&host).as_deref(), Some("changed"));
        // Whatever is saved meanwhile, a rotation too, is sealed to the agreed key and to no other.
        ask(&host, rotation());
        let file = bundle(&host);
        assert_eq!(
            (parties(&file), opened(&file, 1).is_some(), opened(&file, 2).is_some()),
            (1, true, false)
        );
    }
    // It takes the password, because every way in is renewed; without it, or with a wrong one, nothing is half done.
    assert_eq!(answer(&host, 2, "agree").as_deref(), Some("password-needed"));
    assert_eq!(agree_instead(&host, 2, 3, 9).as_deref(), Some("wrong-password"));
    assert_eq!((state(&host).as_deref(), opened(&bundle(&host), 1).is_some()), (Some("changed"), true));
    assert_eq!(agree_instead(&host, 2, 1, 9), None);
    assert_eq!(state(&host).as_deref(), Some("agreed"));
    let file = bundle(&host);
    assert_eq!((parties(&file), opened(&file, 1).is_some(), opened(&file, 2).is_some()), (1, false, true));
    assert_eq!(file.open_with(old.key().clone()).unwrap_err(), OpenError::Damaged);
    let names = |party: &str| Some(party.to_owned());
    assert_eq!(
        log(&host),
        [
            ("escrow-agreed".to_owned(), names("Party 1")),
            ("escrow-removed".to_owned(), names("Party 1")),
            ("escrow-agreed".to_owned(), names("Party 2"))
        ]
    );
    // Its record lies in no generation of either store any more.
    for keys in [&disk.ring, &disk.area] {
        for file in keys.borrow().values().filter_map(|text| VaultFile::parse(text.as_bytes()).ok()) {
            assert!(opened(&file, 1).is_none());
        }
    }
    for text in ["{}", "nonsense"] {
        set_policy(&host, text);
        assert_eq!(state(&host).as_deref(), Some("unasked"), "the party is still told");
        assert_eq!(answer(&host, 2, "agree").as_deref(), Some("escrow-not-asked"));
    }
}

#[test]
fn a_no_is_remembered_unless_it_is_required_and_a_yes_can_be_taken_back() {
    let disk = Disk::default();
    let host = asked(&disk);
    let again = || {
        ask(&host, Request::Lock);
        status(&host);
        assert_eq!(unlock(&host), None);
        state(&host)
    };
    assert_eq!(answer(&host, 1, "later"), None);
    assert_eq!(state(&host).as_deref(), Some("later"));
    assert_eq!(again().as_deref(), Some("asked"));
    assert_eq!(answer(&host, 1, "no"), None);
    assert_eq!(again().as_deref(), Some("refused"));
    set_policy(&host, &policy(2, ""));
    assert_eq!(state(&host).as_deref(), Some("asked"), "another key is another question");
    set_policy(&host, &policy(1, r#", "escrowRequired": true"#));
    assert_eq!(state(&host).as_deref(), Some("asked"));
    assert_eq!(answer(&host, 1, "no"), None);
    assert_eq!(state(&host).as_deref(), Some("later"));
    assert_eq!(again().as_deref(), Some("asked"), "asked again, and never taken");
    assert_eq!(parties(&bundle(&host)), 0);

    assert_eq!(take_back(&host, 1, 9).as_deref(), Some("no-escrow"));
    assert_eq!(answer(&host, 1, "agree"), None);
    let before = bundle(&host);
    assert_eq!(take_back(&host, 2, 9).as_deref(), Some("wrong-password"));
    assert_eq!(
        (parties(&bundle(&host)), state(&host).as_deref()),
        (1, Some("agreed")),
        "nothing is half done"
    );
    assert_eq!(take_back(&host, 1, 9), None);
    assert_eq!(state(&host).as_deref(), Some("later"), "required is asked again at the next unlock");
    let after = bundle(&host);
    assert_eq!((parties(&after), opened(&after, 1).is_some()), (0, false));
    assert_eq!(after.open_with(opened(&before, 1).unwrap().key().clone()).unwrap_err(), OpenError::Damaged);
    assert!(opened(&before, 1).is_some(), "a file that was written before still opens: told");
    assert_eq!(after.header().parties().count(), 0);
    assert_eq!(answer(&host, 1, "perhaps").as_deref(), Some("bad-request"));
}

/// A party that opened a bundle holds the vault key of then, and how each way in is locked: enough to make a file of its own that they
/// all open, with itself in it. Whoever can put that into the profile must find no way in that still opens it.
#[test]
fn a_former_party_that_also_writes_the_profile_is_shut_out_when_its_key_is_taken_back() {
    shut_out(0, |host| assert_eq!(take_back(host, 1, 9), None));
}

#[test]
fn a_former_party_is_shut_out_in_the_same_way_when_the_user_agrees_to_another_key() {
    shut_out(1, |host| {
        set_policy(host, &policy(2, ""));
        assert_eq!(state(host).as_deref(), Some("changed"));
        assert_eq!(agree_instead(host, 2, 1, 9), None);
    });
}

fn shut_out(parties_after: usize, end: impl FnOnce(&Host<Fake>)) {
    let disk = Disk::default();
    let host = asked(&disk);
    let Reply::RecoveryCodes { codes, .. } =
        ask(&host, Request::MakeCodes { count: 5, add: false, key: None })
    else {
        panic!("codes")
    };
    let code = || Way::Code { code: codes[0].code.clone(), keys: Vec::new() };
    assert_eq!(failed(&ask(&host, Request::KeepCodes { way: code() })), None);
    assert_eq!(super::passkey::add(&host, 7), None);
    assert_eq!(answer(&host, 1, "agree"), None);
    let held = opened(&bundle(&host), 1).unwrap();
    let way_by = |n: u8| WayIn::from(crate::core::secret(&key(n)).unwrap());
    let code_way = WayIn::Code(crate::vault::code::Code::parse(&codes[0].code).unwrap());
    let opens = |file: &VaultFile, way: &WayIn| file.open(way, |_| true).is_ok();

    end(&host);
    let Reply::Emergency(area) = ask(&host, Request::Emergency) else { panic!("the area") };
    let anew: Vec<_> = area.left.unwrap().renew.into_iter().map(|renew| (renew.what, renew.done)).collect();
    assert_eq!(anew, [("codes".to_owned(), false), ("passkeys".to_owned(), false)], "led through at once");

    // What the party makes of what it has: a new key, sealed to every way in that it knew, and a generation far ahead.
    let mut entropy = Seeded::new(77);
    let mut env = Env { now: Millis(host.platform().now.get() + 1_000), entropy: &mut entropy };
    let mut own = held.clone();
    own.rotate(&mut env).unwrap();
    own.body.entries.clear();
    own.header_mut().generation += 100;
    let (_, planted) = own.save(&mut env).unwrap();
    assert!(opens(&planted, &way_by(1)) && opens(&planted, &code_way), "the danger is real");
    assert!(!opens(&planted, &way_by(9)), "the password has a lock that no former party saw");

    ask(&host, Request::Lock);
    for keys in [&disk.ring, &disk.area] {
        for text in keys.borrow_mut().values_mut().filter(|text| text.starts_with("sparekey/")).take(1) {
            *text = String::from_utf8(planted.to_bytes()).unwrap();
        }
    }
    let next = super::host(&disk, 3);
    next.platform().now.set(host.platform().now.get());
    let by = |way: Way| failed(&ask(&next, Request::Unlock { way })).map(ToOwned::to_owned);
    assert_eq!(by(Way::Password { keys: vec![key(9)] }), None);
    assert_eq!(entries(&next).len(), 1, "the user's own vault");
    assert_eq!(parties(&bundle(&next)), parties_after);
    assert!(opened(&bundle(&next), 1).is_none());
}

#[test]
fn who_writes_the_stores_and_has_no_key_adds_or_swaps_no_party() {
    let disk = Disk::default();
    let first = asked(&disk);
    assert_eq!(answer(&first, 1, "agree"), None);
    let forge = |change: &dyn Fn(&VaultFile, &str) -> String| {
        for keys in [&disk.ring, &disk.area] {
            for text in keys.borrow_mut().values_mut() {
                if let Ok(file) = VaultFile::parse(text.as_bytes()) {
                    *text = change(&file, text);
                }
            }
        }
    };
    let saved = (disk.ring.borrow().clone(), disk.area.borrow().clone());
    let restore = || {
        *disk.ring.borrow_mut() = saved.0.clone();
        *disk.area.borrow_mut() = saved.1.clone();
    };
    // Another name, or another fingerprint, for the party that there is: nothing opens.
    forge(&|_, text| text.replace("Party 1", "Party 9"));
    let host = host(&disk, 300);
    status(&host);
    // Generations of before the yes still open, and have no party.
    assert!(matches!(unlock(&host).as_deref(), None | Some("damaged-file")));
    if status(&host).state == VaultState::Open {
        assert_eq!(status(&host).escrow, None);
    }
    restore();
    // The party's record, sealed to the attacker's key: it does not match the index, and counts as erased.
    forge(&|file, text| {
        let Some(slot) = file.header().slots.iter().find(|slot| slot.kind == SlotKind::Escrow) else {
            return text.to_owned();
        };
        let header = file.header();
        let place = SlotPlace { vault: header.vault, epoch: header.epoch, slot: slot.id, kind: slot.kind };
        let key = EscrowKey::of(&private(2)).unwrap();
        let own = SlotRecord::make_for_key(&mut Seeded::new(5), &place, &key.0, &Key::new([6; 32])).unwrap();
        let at = header.slots.iter().position(|other| other.id == slot.id).unwrap();
        let mut lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
        lines[3 + at] = own.to_line();
        lines.join("\n") + "\n"
    });
    let host = super::host(&disk, 400);
    status(&host);
    assert_eq!(unlock(&host), None);
    for _ in 0..2 {
        let file = bundle(&host);
        assert!(opened(&file, 2).is_none());
        ask(&host, rotation());
    }
    restore();
    // Unhindered, the agreed party opens what is written after a restart, and after another rotation.
    let host = super::host(&disk, 500);
    status(&host);
    assert_eq!(unlock(&host), None);
    ask(&host, rotation());
    assert!(opened(&bundle(&host), 1).is_some());
    // And it opens no vault in a browser: a file that it wrote itself could stand there.
    let file = {
        let secret = SlotSecret { params: kdf::ARGON2ID, salt: [1; 16], key: Key::new([1; 32]) };
        let mut entropy = Seeded::new(1);
        let mut env = Env { now: Millis(1), entropy: &mut entropy };
        KeyFile::make(&mut env, "Party 1", &private(1), &secret).unwrap().to_text()
    };
    ask(&host, Request::Lock);
    status(&host);
    let way = Way::Escrow { file, keys: Vec::new() };
    assert!(failed(&ask(&host, Request::Unlock { way })).is_some());
    assert_eq!(status(&host).state, VaultState::Locked);
}

/// A helpdesk bundle of this one, as the native tool makes it, valid for an hour from `at`.
fn helpdesk(file: &VaultFile, at: u64) -> (VaultFile, String) {
    let mut entropy = Seeded::new(at);
    let mut env = Env { now: Millis(at), entropy: &mut entropy };
    let opened = opened(file, 1).unwrap();
    let fingerprint = B64(EscrowKey::of(&private(1)).unwrap().fingerprint());
    let of = opened.header().saved;
    let note =
        IssuedNote { by: "Party 1".into(), person: Some("Grace".into()), fingerprint, at: env.now, of };
    let limits = limits(opened.header());
    let made = issue(&opened, note, Window { minutes: 60, start: None }, &limits, &mut env).unwrap();
    (made.file, made.pass.to_text().expose().clone())
}

#[test]
fn a_helpdesk_bundle_is_restored_once_in_its_time_and_says_who_issued_it() {
    let source = asked(&Disk::default());
    assert_eq!(answer(&source, 1, "agree"), None);
    let user = bundle(&source);
    let fresh = host(&Disk::default(), 900);
    let now = fresh.platform().now.get();
    let (file, pass) = helpdesk(&user, now);
    let way = || Way::Code { code: pass.clone(), keys: Vec::new() };
    let look = Request::Inspect { bundle: text_of(&file) };
    let Reply::BundleInfo { issued, slots, .. } = ask(&fresh, look) else { panic!("info") };
    let issued = issued.expect("a claim, before anything is opened");
    assert_eq!((issued.by.as_str(), issued.person.as_deref()), ("Party 1", Some("Grace")));
    assert_eq!(slots.iter().map(|slot| slot.kind.as_str()).collect::<Vec<_>>(), ["pass"]);

    let plan = || Request::PlanRestore { bundle: text_of(&file), way: way() };
    let Reply::RestorePlan { manifest, items } = ask(&fresh, plan()) else { panic!("a plan") };
    assert_eq!((manifest.issued.map(|issued| issued.by), items.len()), (Some("Party 1".into()), 1));
    fresh.platform().now.set(now + 3_700_000);
    assert_eq!(failed(&ask(&fresh, plan())), Some("pass-expired"));
    fresh.platform().now.set(now + 60_000);

    let restore =
        |create| Request::RestoreBundle { bundle: text_of(&file), way: way(), create, leave_out: Vec::new() };
    let Reply::Restored { added, .. } = ask(&fresh, restore(Some(key(3)))) else { panic!("restored") };
    assert_eq!(added, 1);
    let entry = &entries(&fresh)[0];
    assert_eq!((entry.issuer.as_str(), entry.sites.len(), entry.unverified), ("Mill", 0, true));
    let Reply::Ways { restored, passes, .. } = ask(&fresh, Request::Ways) else { panic!("ways") };
    let restored = restored.unwrap();
    assert_eq!(restored.issued.unwrap().person.as_deref(), Some("Grace"));
    assert_eq!((restored.ways[0].kind.as_str(), restored.ways[0].fate.as_str()), ("pass", "spent"));
    assert_eq!(passes[0].state, "one-time-used");
    assert_eq!(failed(&ask(&fresh, restore(None))), Some("pass-used"));
    assert_eq!(log(&fresh), [("helpdesk-restore".to_owned(), Some("Party 1".to_owned()))]);
    // Nobody is a party of the new vault.
    assert_eq!(parties(&bundle(&fresh)), 0);
}

#[test]
fn a_pass_of_a_helpdesk_bundle_does_not_open_before_its_start() {
    let source = asked(&Disk::default());
    assert_eq!(answer(&source, 1, "agree"), None);
    let fresh = host(&Disk::default(), 901);
    let now = fresh.platform().now.get();
    let mut entropy = Seeded::new(3);
    let mut env = Env { now: Millis(now), entropy: &mut entropy };
    let opened = opened(&bundle(&source), 1).unwrap();
    let note = IssuedNote {
        by: "Party 1".into(),
        person: None,
        fingerprint: B64([0; 32]),
        at: env.now,
        of: opened.header().saved,
    };
    let window = Window { minutes: 60, start: Some(Millis(now + 600_000)) };
    let made = issue(&opened, note, window, &limits(opened.header()), &mut env).unwrap();
    let way = Way::Code { code: made.pass.to_text().expose().clone(), keys: Vec::new() };
    let plan = || Request::PlanRestore { bundle: text_of(&made.file), way: way.clone() };
    assert_eq!(failed(&ask(&fresh, plan())), Some("pass-not-yet-valid"));
    fresh.platform().now.set(now + 700_000);
    assert_eq!(failed(&ask(&fresh, plan())), None);
}

#[test]
fn what_an_administrators_key_opens_is_a_draft() {
    let source = asked(&Disk::default());
    assert_eq!(answer(&source, 1, "agree"), None);
    let file = bundle(&source);
    let secret = SlotSecret { params: kdf::ARGON2ID, salt: [1; 16], key: Key::new([1; 32]) };
    let held = |n: u64| {
        let mut entropy = Seeded::new(n);
        let mut env = Env { now: Millis(1), entropy: &mut entropy };
        KeyFile::make(&mut env, "Party 1", &private(n), &secret).unwrap().to_text()
    };
    let derived = |byte: u8| {
        let job = DeriveJob { params: kdf::ARGON2ID, salt: BASE64.encode(&[1; 16]), rule: None };
        vec![DerivedKey { job, key: BASE64.encode(&[byte; 32]) }]
    };
    let fresh = host(&Disk::default(), 902);
    let plan = |file: &VaultFile, held: &str, byte| {
        let way = Way::Escrow { file: held.into(), keys: derived(byte) };
        ask(&fresh, Request::PlanRestore { bundle: text_of(file), way })
    };
    assert_eq!(failed(&plan(&file, &held(1), 2)), Some("wrong-password"));
    assert_eq!(failed(&plan(&file, &held(2), 1)), Some("wrong-escrow-key"));
    assert_eq!(failed(&plan(&file, "{}", 1)), Some("not-an-escrow-key"));
    let none = file.without(|slot| slot.kind == SlotKind::Escrow);
    assert_eq!(failed(&plan(&none, &held(1), 1)), Some("no-escrow"));
    assert_eq!(failed(&plan(&file, &held(1), 1)), None);
    let way = Way::Escrow { file: held(1), keys: derived(1) };
    let request =
        Request::RestoreBundle { bundle: text_of(&file), way, create: Some(key(3)), leave_out: Vec::new() };
    assert_eq!(failed(&ask(&fresh, request)), None);
    assert_eq!(entries(&fresh)[0].sites.len(), 0, "no site is bound unasked");
    // Into the vault that it is of: what is bound there stays, whichever version of an entry is the later one.
    let bound = entries(&source)[0].sites.len();
    assert!(bound > 0);
    let way = Way::Escrow { file: held(1), keys: derived(1) };
    let request = Request::RestoreBundle { bundle: text_of(&file), way, create: None, leave_out: Vec::new() };
    assert_eq!(failed(&ask(&source, request)), None);
    assert_eq!(entries(&source)[0].sites.len(), bound);
}

#[test]
fn a_partys_key_proves_nothing_in_a_rehearsal() {
    let host = asked(&Disk::default());
    assert_eq!(answer(&host, 1, "agree"), None);
    let file = bundle(&host).to_bytes();
    let rehearse = |way: &Way| {
        let reader = crate::core::reader::Reader::open(&file, way).ok().unwrap();
        let proof = reader.drill(Millis(host.platform().now.get()));
        failed(&ask(&host, Request::Drill { proof, took_ms: 5 })).map(ToOwned::to_owned)
    };
    let secret = SlotSecret { params: kdf::ARGON2ID, salt: [1; 16], key: Key::new([1; 32]) };
    let mut entropy = Seeded::new(1);
    let mut env = Env { now: Millis(1), entropy: &mut entropy };
    let held = KeyFile::make(&mut env, "Party 1", &private(1), &secret).unwrap().to_text();
    let job = DeriveJob { params: kdf::ARGON2ID, salt: BASE64.encode(&[1; 16]), rule: None };
    let keys = vec![DerivedKey { job, key: BASE64.encode(&[1; 32]) }];
    assert_eq!(rehearse(&Way::Escrow { file: held, keys }).as_deref(), Some("drill-not-yours"));
    assert_eq!(status(&host).drill.due.as_deref(), Some("never"));
    assert_eq!(rehearse(&Way::Password { keys: vec![key(1)] }), None);
    assert_eq!(status(&host).drill.due, None);
}

#[test]
fn readiness_names_the_parties_and_what_opens_each_file() {
    let host = asked(&Disk::default());
    bundle(&host);
    assert_eq!(answer(&host, 1, "agree"), None);
    bundle(&host);
    let Reply::Readiness(view) = ask(&host, Request::Readiness) else { panic!("readiness") };
    assert_eq!(view.parties.iter().map(|party| party.name.as_str()).collect::<Vec<_>>(), ["Party 1"]);
    let kinds = |bundle: &ReadyBundle| {
        bundle.opens.iter().map(|by| format!("{} {} {}", by.kind, by.label, by.now)).collect::<Vec<_>>()
    };
    assert_eq!(kinds(&view.bundles[0]), ["password  true", "escrow Party 1 true"]);
    assert_eq!(kinds(&view.bundles[1]), ["password  true"]);
    assert!(view.ways.iter().all(|way| way.kind != "escrow"), "a party is no way in of the user's own");
    assert_eq!(take_back(&host, 1, 9), None);
    let Reply::Readiness(view) = ask(&host, Request::Readiness) else { panic!("readiness") };
    assert!(view.parties.is_empty());
    assert_eq!(
        kinds(&view.bundles[0]),
        ["password  false", "escrow Party 1 false"],
        "that file it still opens"
    );
}
