//! What each deed adds to the log: its lines in the order in which they came, with the account and the site or party that each
//! names. And that no event has words which nothing is known to write.

use std::collections::{BTreeMap, BTreeSet};

use data_encoding::BASE64;
use futures_util::FutureExt;

use super::emergency_bundle::{self as glass, fresh, mark};
use super::ways::{
    by_code, by_password, codes, forward, lasting, made, made_from, once, pass, shares, tick, typed,
};
use super::{escrow, passkey, *};
use crate::core::reader::Reader;
use crate::vault::body::Body;
use crate::vault::file::VaultFile;

/// What is done, how, and the lines that it adds: `event`, `event account`, `event @site or party`.
type Case = (&'static str, fn(&mut Life), &'static [&'static str]);

const WAYS_IN: &[Case] = &[
    ("a vault is made", |life| life.from = 0, &["vault-made"]),
    ("the password", |life| life.opens(by_password(1)), &["unlock"]),
    (
        "two wrong passwords",
        |life| {
            life.refuses(by_password(8));
            life.refuses(by_password(9));
            life.opens(by_password(1));
        },
        &["unlock-failed", "unlock-failed", "unlock"],
    ),
    (
        "a stranger's code, and a slip of the pen",
        |life| {
            codes(&life.host, 5, None);
            life.starts_here();
            life.refuses(by_code(&stranger()));
            life.refuses(by_code("ABCD"));
            life.opens(by_password(1));
        },
        &["unlock-failed", "unlock"],
    ),
    ("codes", |life| drop(codes(&life.host, 5, None)), &["codes-made", "codes-kept"]),
    (
        "a sheet in place of another one",
        |life| {
            codes(&life.host, 5, None);
            life.starts_here();
            codes(&life.host, 5, None);
        },
        &["codes-made", "codes-kept", "rotated"],
    ),
    (
        "a code opens",
        |life| {
            let codes = codes(&life.host, 5, None);
            life.starts_here();
            life.opens(by_code(&codes[2]));
        },
        &["code-used", "rotated", "unlock-code"],
    ),
    (
        "a new password after a code",
        |life| {
            let codes = codes(&life.host, 5, None);
            life.opens(by_code(&codes[2]));
            life.starts_here();
            life.ask(Request::SetPassword { new: key(2) });
        },
        &["password-set", "rotated"],
    ),
    (
        "a code with its password opens",
        |life| {
            let codes = codes(&life.host, 5, Some(key(7)));
            life.starts_here();
            life.opens(Way::Code { code: codes[1].clone(), keys: vec![key(7)] });
        },
        &["pair-used", "rotated", "unlock-pair"],
    ),
    (
        "a lasting pass opens",
        |life| {
            let (code, _) = pass(&life.host, lasting(60)).unwrap();
            life.opens(by_code(&code));
        },
        &["pass-made", "unlock-pass"],
    ),
    (
        "a one-time pass opens",
        |life| {
            let (code, _) = pass(&life.host, once(60)).unwrap();
            life.starts_here();
            life.opens(by_code(&code));
        },
        &["pass-used", "rotated", "unlock-pass"],
    ),
    (
        "a pass in place of another one",
        |life| {
            pass(&life.host, lasting(60)).unwrap();
            life.starts_here();
            pass(&life.host, lasting(60)).unwrap();
        },
        &["pass-made", "rotated"],
    ),
    (
        "a pass is ended by its owner",
        |life| {
            pass(&life.host, lasting(60)).unwrap();
            life.starts_here();
            life.ask(Request::EndPass);
        },
        &["pass-removed", "rotated"],
    ),
    (
        "a pass is ended by whoever holds it",
        |life| {
            let (code, _) = pass(&life.host, lasting(60)).unwrap();
            life.opens(by_code(&code));
            life.starts_here();
            life.ask(Request::EndPass);
            life.opens(by_password(1));
        },
        &["pass-ended-by-holder", "rotated", "unlock"],
    ),
    (
        "a pass ends before the open vault",
        |life| {
            pass(&life.host, lasting(10)).unwrap();
            life.starts_here();
            forward(&life.host, 11);
            tick(&life.host, "alarm");
        },
        &["pass-expired", "rotated"],
    ),
    (
        "a pass ends before the locked vault",
        |life| {
            pass(&life.host, lasting(10)).unwrap();
            life.starts_here();
            life.ask(Request::Lock);
            forward(&life.host, 11);
            life.opens(by_password(1));
        },
        &["unlock", "pass-expired", "rotated"],
    ),
    (
        "limits of passes",
        |life| {
            life.ask(Request::SetPassLimits { limits: PassLimits { once: true, ..PassLimits::default() } });
        },
        &["pass-limits"],
    ),
    (
        "shares open",
        |life| {
            let set = keep_shares(life);
            life.opens(Way::Shares { shares: set[1..].to_vec() });
        },
        &["shares-made", "unlock-shares"],
    ),
    (
        "shares in place of others",
        |life| {
            keep_shares(life);
            life.starts_here();
            keep_shares(life);
        },
        &["shares-made", "rotated"],
    ),
    (
        "a passkey opens",
        |life| {
            assert_eq!(passkey::add(&life.host, 7), None);
            life.opens(passkey::with(7));
        },
        &["passkey-made", "unlock-passkey"],
    ),
    (
        "another password",
        |life| {
            life.ask(Request::ChangePassword { current: vec![key(1)], new: key(2) });
        },
        &["password-changed", "rotated"],
    ),
    (
        "codes are removed",
        |life| {
            codes(&life.host, 5, None);
            life.removes("code");
        },
        &["code-removed", "code-removed", "code-removed", "code-removed", "code-removed", "rotated"],
    ),
    (
        "codes with a password are removed",
        |life| {
            codes(&life.host, 5, Some(key(7)));
            life.removes("pair");
        },
        &["pair-removed", "pair-removed", "pair-removed", "pair-removed", "pair-removed", "rotated"],
    ),
    (
        "a pass is removed",
        |life| {
            pass(&life.host, lasting(60)).unwrap();
            life.removes("pass");
        },
        &["pass-removed", "rotated"],
    ),
    (
        "shares are removed",
        |life| {
            keep_shares(life);
            life.removes("shares");
        },
        &["shares-removed", "rotated"],
    ),
    (
        "a passkey is removed",
        |life| {
            assert_eq!(passkey::add(&life.host, 7), None);
            life.removes("passkey");
        },
        &["passkey-removed", "rotated"],
    ),
    (
        "the bundles' own password is removed",
        |life| {
            life.ask(Request::Export { key: Some(key(7)) });
            let Reply::Ways { ways, .. } = life.ask(Request::Ways) else { panic!("ways") };
            let own = ways.into_iter().filter(|way| way.kind == "password" && way.usage == "backup");
            let ids = own.map(|way| way.id).collect();
            life.starts_here();
            life.ask(Request::RemoveWays { ids });
        },
        &["password-removed", "rotated"],
    ),
    (
        "someone left",
        |life| {
            codes(&life.host, 5, None);
            life.starts_here();
            life.ask(Request::SomeoneLeft { current: vec![key(1)], new: key(2) });
        },
        &["someone-left", "rotated"],
    ),
    (
        "a party is agreed to and taken back",
        |life| {
            escrow::set_policy(&life.host, &escrow::policy(1, ""));
            life.opens(by_password(1));
            life.starts_here();
            assert_eq!(escrow::answer(&life.host, 1, "agree"), None);
            assert_eq!(escrow::take_back(&life.host, 1, 2), None);
        },
        &["escrow-agreed @Party 1", "rotated", "escrow-removed @Party 1", "rotated"],
    ),
    (
        "a party is refused",
        |life| {
            escrow::set_policy(&life.host, &escrow::policy(1, ""));
            life.opens(by_password(1));
            life.starts_here();
            assert_eq!(escrow::answer(&life.host, 1, "no"), None);
        },
        &["escrow-refused @Party 1"],
    ),
];

const ACCOUNTS: &[Case] = &[
    (
        "a code is copied, a counter moves, a secret is shown",
        |life| {
            fresh(&life.host);
            life.starts_here();
            life.ask(Request::Used { id: life.id("a") });
            life.ask(Request::NextHotp { id: life.id("b") });
            life.ask(Request::Reveal { id: life.id("b") });
        },
        &["copy a", "reveal b"],
    ),
    (
        "a site's backup codes",
        |life| {
            fresh(&life.host);
            life.starts_here();
            let id = life.id("a");
            let code = |code: &str| SiteCode { code: code.into(), used: None, tried: None };
            let keep = |codes| Request::KeepBackupCodes { id: id.clone(), codes, add: false };
            let mark = |used| Request::MarkBackupCode { id: id.clone(), code: Some("abcd-1".into()), used };
            life.ask(keep(vec![code("abcd-1"), code("abcd-2")]));
            life.ask(Request::BackupCodes { id: id.clone() });
            life.ask(mark(true));
            life.ask(mark(false));
            life.ask(keep(Vec::new()));
        },
        &[
            "backup-codes-kept a",
            "backup-codes-shown a",
            "backup-code-used a",
            "backup-code-unused a",
            "backup-codes-removed a",
        ],
    ),
    (
        "accounts and notes of another app",
        |life| {
            fresh(&life.host);
            life.starts_here();
            let items = vec![imported(form("c", "totp"))];
            let import = Request::Import { from: vec!["aegis".into()], items, kept: vec![note()] };
            let Reply::Imported { kept, .. } = life.ask(import) else { panic!("imported") };
            life.ask(Request::ShowKept { id: kept[0].clone() });
            life.ask(Request::DeleteKept { ids: kept });
            life.ask(Request::BringKeptBack);
        },
        &["import", "note-shown", "note-deleted", "note-restored"],
    ),
    (
        "an import is taken back",
        |life| {
            let items = vec![imported(form("c", "totp")), imported(form("d", "totp"))];
            let import = Request::Import { from: vec!["aegis".into()], items, kept: vec![note()] };
            let Reply::Imported { added, kept, .. } = life.ask(import) else { panic!("imported") };
            life.ask(Request::Used { id: added[0].clone() });
            life.starts_here();
            let undo = Request::UndoImport { ids: added, kept };
            life.ask(undo.clone());
            // Nothing is left to go.
            life.ask(undo);
        },
        &["import-undone @2"],
    ),
    (
        "after a loss",
        |life| {
            life.ask(Request::StartWorklist { ids: Vec::new() });
            let new = EntryForm { secret: "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK".into(), ..form("", "totp") };
            life.ask(Request::ReplaceSecret { id: life.id("a"), form: Some(new), from: None });
            life.ask(Request::UndoReplace { id: life.id("a") });
        },
        &["worklist-made", "key-replaced a", "key-restored a"],
    ),
    (
        "accounts leave",
        |life| {
            let other = host(&Disk::default(), 900);
            ask(&other, Request::Create { key: key(1) });
            let Reply::Receiver { address, .. } = ask(&other, Request::Receive { renew: false }) else {
                panic!("an address")
            };
            let ids = vec![life.id("a"), life.id("b")];
            life.starts_here();
            let hand_over =
                |ids| Request::HandOver { address: address.clone(), ids, keys: vec![key(1)], kept: false };
            let take_out = |ids| Request::TakeOut { ids, format: "aegis-json".into(), keys: vec![key(1)] };
            life.ask(hand_over(ids.clone()));
            life.ask(take_out(ids.clone()));
            mark(&life.host, &ids[0], true);
            life.ask(hand_over(ids.clone()));
            life.ask(take_out(ids[..1].to_vec()));
        },
        &["hand-over", "take-out", "emergency-marked a", "hand-over", "hand-over a", "take-out a"],
    ),
    (
        "an offline pass",
        |life| {
            fresh(&life.host);
            life.starts_here();
            let form = OfflineForm { ids: vec![life.id("a")], start: None, minutes: 60, passphrase: false };
            life.ask(Request::MakeOfflinePass { form, key: None });
        },
        &["offline-pass-made a"],
    ),
    (
        "an emergency account is opened, and is none any more",
        |life| {
            mark(&life.host, &life.id("a"), true);
            fresh(&life.host);
            life.ask(Request::OpenEmergency { id: life.id("a"), reason: "the drill".into() });
            mark(&life.host, &life.id("a"), false);
        },
        &["emergency-marked a", "emergency-opened a", "emergency-unmarked a"],
    ),
    (
        "an emergency account goes by way of the bin",
        |life| {
            let ids = vec![life.id("a")];
            mark(&life.host, &ids[0], true);
            life.starts_here();
            life.ask(Request::Trash { ids: ids.clone() });
            life.ask(Request::Restore { ids: ids.clone() });
            life.ask(Request::Trash { ids: ids.clone() });
            fresh(&life.host);
            life.ask(Request::Purge { ids });
        },
        &["emergency-binned a", "emergency-restored a", "emergency-binned a", "emergency-deleted a"],
    ),
    (
        "an emergency account is asked for, and that is stopped",
        |life| {
            life.waits();
            life.ask(Request::CancelEmergency { id: life.id("a") });
        },
        &["emergency-marked a", "emergency-wait-set a", "emergency-asked a", "emergency-cancelled a"],
    ),
    (
        "nobody opens it in time",
        |life| {
            life.waits();
            life.starts_here();
            life.ask(Request::Lock);
            forward(&life.host, 26 * 60);
            life.opens(by_password(1));
        },
        &["unlock", "emergency-wait-over a"],
    ),
    (
        "the clock goes back behind the asking",
        |life| {
            life.waits();
            life.starts_here();
            life.ask(Request::Lock);
            life.back(60);
            life.opens(by_password(1));
        },
        &["unlock", "emergency-wait-again a"],
    ),
];

const COPIES: &[Case] = &[
    (
        "a bundle",
        |life| {
            life.ask(Request::Export { key: None });
        },
        &["export"],
    ),
    (
        "bundles with a password of their own",
        |life| {
            life.ask(Request::Export { key: Some(key(7)) });
            life.ask(Request::Export { key: Some(key(8)) });
        },
        &["bundle-password-made", "export", "bundle-password-made", "export", "rotated"],
    ),
    (
        "files by themselves, and a folder that is gone",
        |life| {
            life.backs_up();
            life.host.platform().place.gone.set(true);
            life.ask(Request::BackUpNow);
            life.upkeep();
        },
        &["backup", "backup-failed"],
    ),
    (
        "the browser's sync storage",
        |life| {
            life.ask(Request::SetSync { on: true });
            life.ask(Request::SetSync { on: false });
        },
        &["sync-on", "sync-off"],
    ),
    (
        "a restore into this vault, by the password and by a code of it",
        |life| {
            let codes = codes(&life.host, 5, None);
            let bundle = life.bundle();
            life.starts_here();
            life.restores(&bundle, by_password(1), None);
            life.restores(&bundle, by_code(&codes[0]), None);
        },
        &["restore", "restore", "code-used", "rotated"],
    ),
    (
        "a restore into an empty browser",
        |life| {
            let bundle = life.bundle();
            life.host = host(&Disk::default(), 900);
            life.from = 0;
            life.restores(&bundle, by_password(1), Some(key(4)));
        },
        &["restore"],
    ),
    (
        "a drill, and one in which the codes differ",
        |life| {
            let bundle = BASE64.decode(life.bundle().as_bytes()).unwrap();
            life.starts_here();
            life.drills(&bundle, by_password(1), |_| {});
            life.drills(&bundle, by_password(1), |proof| proof.codes[0].code = "000000000000".into());
        },
        &["drill", "drill-failed"],
    ),
    (
        "the emergency bundle",
        |life| {
            mark(&life.host, &life.id("a"), true);
            life.backs_up();
            life.starts_here();
            let (shares, _) = glass::shares(&life.host, true);
            let codes = glass::codes(&life.host);
            let file = glass::file(&life.host);
            life.upkeep();
            ask(&life.host, Request::Status);
            life.drills(&file, glass::two(&shares), |_| {});
            life.restores(&BASE64.encode(&file), by_code(&codes[1]), None);
            life.ask(Request::DeclineEmergencyBundle);
        },
        &[
            "emergency-shares-made",
            "emergency-codes-made",
            "emergency-bundle",
            "emergency-backup",
            "emergency-drill",
            "restore",
            "code-used",
            "emergency-bundle-ended",
        ],
    ),
];

const THE_VAULT: &[Case] = &[
    (
        "a policy",
        |life| {
            escrow::set_policy(&life.host, r#"{"plainExport": false}"#);
            life.opens(by_password(1));
        },
        &["policy", "unlock"],
    ),
    (
        "the clock goes back",
        |life| {
            life.ask(Request::Lock);
            life.back(60);
            life.opens(by_password(1));
        },
        &["unlock", "clock-went-back"],
    ),
    (
        "one store is damaged",
        |life| {
            life.damages(&[StoreId::Ring]);
            life.again();
        },
        &["unlock", "copies-differ"],
    ),
    (
        "both stores are damaged",
        |life| {
            life.ask(Request::Add { forms: vec![form("c", "totp")] });
            life.damages(&[StoreId::Ring, StoreId::Area]);
            // Nothing was noted since the account was added, and with it goes nothing of the log.
            life.starts_here();
            life.again();
        },
        &["unlock", "rolled-back", "copies-differ"],
    ),
];

/// What another test holds: the event, that test's file, its name.
const ELSEWHERE: &[(&str, &str, &str)] = &[
    ("fill", include_str!("../../core/pages.rs"), "a_fill_is_remembered_and_one_in_a_private_window_is_not"),
    (
        "auto-fill",
        include_str!("../../core/automatic.rs"),
        "where_everything_is_as_it_was_the_code_comes_by_itself_and_stands_in_the_log",
    ),
    (
        "backup-code-filled",
        include_str!("../../core/backup_codes/tests.rs"),
        "a_code_is_filled_by_its_own_press_and_counts_as_used_when_the_page_went_on",
    ),
    (
        "helpdesk-restore",
        include_str!("escrow.rs"),
        "a_helpdesk_bundle_is_restored_once_in_its_time_and_says_who_issued_it",
    ),
    (
        "log-rewritten",
        include_str!("log.rs"),
        "whatever_is_done_to_the_past_shows_at_the_drill_of_an_old_bundle",
    ),
    (
        "log-anew",
        include_str!("log.rs"),
        "what_an_older_program_wrote_is_no_attack_and_the_lines_are_compared_then",
    ),
    (
        "log-joined",
        include_str!("../../vault/log_chain.rs"),
        "two_writers_lose_no_line_and_no_past_that_was_one",
    ),
];

/// No program writes it any more; vaults of before have it.
const FORMER: &str = "key-rotated";

#[test]
fn each_deed_adds_its_lines_and_no_others() {
    let mut wrong = Vec::new();
    for (what, does, wanted) in all() {
        let mut life = Life::begin();
        does(&mut life);
        let seen = life.lines();
        if seen != *wanted {
            wrong.push((what, seen));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_event_that_has_words_is_held_by_a_test() {
    let texts = include_str!("../../../extension/_locales/en/messages.json");
    let texts: BTreeMap<String, serde_json::Value> = serde_json::from_str(texts).unwrap();
    let events = texts.keys().filter_map(|key| key.strip_prefix("log_event_"));
    let worded: BTreeSet<String> = events.map(|event| event.replace('_', "-")).collect();
    assert!(worded.len() > 60, "the texts were read");
    let event = |line: &&str| line.split(' ').next().unwrap_or_default().to_owned();
    let here: BTreeSet<String> = all().flat_map(|case| case.2).map(event).collect();
    for (event, file, test) in ELSEWHERE {
        assert!(!here.contains(*event), "{event} is held here by now");
        let is_there = |text: String| file.contains(&text);
        assert!(is_there(format!("fn {test}(")) && is_there(format!("\"{event}\"")), "{event}: {test}");
    }
    let elsewhere = ELSEWHERE.iter().map(|(event, ..)| (*event).to_owned());
    let held: BTreeSet<String> = here.into_iter().chain(elsewhere).chain([FORMER.to_owned()]).collect();
    assert_eq!(worded, held);
}

fn all() -> impl Iterator<Item = &'static Case> {
    [WAYS_IN, ACCOUNTS, COPIES, THE_VAULT].into_iter().flatten()
}

/// An open vault with a timed account `a` and a counted one `b`, and where its log is read from.
struct Life {
    disk: Disk,
    host: Host<Fake>,
    from: usize,
    /// Accounts by their ids in the log, those that are gone since too.
    names: BTreeMap<String, String>,
}

impl Life {
    fn begin() -> Self {
        let disk = Disk::default();
        let host = made(&disk);
        let mut life = Self { disk, host, from: 0, names: BTreeMap::new() };
        life.starts_here();
        life
    }

    /// What came before belongs to no case.
    fn starts_here(&mut self) {
        self.name();
        self.from = self.body().log.len();
    }

    fn lines(&mut self) -> Vec<String> {
        self.name();
        let body = self.body();
        let told = body.log[self.from..].iter().map(|line| {
            let entry = line.entry.map(|id| format!(" {}", self.names[&id.to_string()]));
            let host = line.host.as_ref().map(|host| format!(" @{host}"));
            format!("{}{}{}", line.what, entry.unwrap_or_default(), host.unwrap_or_default())
        });
        told.collect()
    }

    fn name(&mut self) {
        let named = self.body().entries.into_iter().map(|entry| (entry.id.to_string(), entry.issuer));
        self.names.extend(named);
    }

    fn body(&self) -> Body {
        self.host.core.try_lock().unwrap().vault().expect("open").body.clone()
    }

    fn id(&self, issuer: &str) -> String {
        let entry = self.body().entries.into_iter().find(|entry| entry.issuer == issuer);
        entry.expect("an account").id.to_string()
    }

    fn ask(&self, request: Request) -> Reply {
        let reply = ask(&self.host, request);
        assert_eq!(failed(&reply), None);
        reply
    }

    /// Locked, and opened by this.
    fn opens(&self, way: Way) {
        self.ask(Request::Lock);
        self.ask(Request::Unlock { way });
    }

    /// Locked, and not opened by this.
    fn refuses(&self, way: Way) {
        self.ask(Request::Lock);
        assert!(failed(&ask(&self.host, Request::Unlock { way })).is_some());
    }

    /// All ways in of a kind are removed.
    fn removes(&mut self, kind: &str) {
        let Reply::Ways { ways, .. } = self.ask(Request::Ways) else { panic!("ways") };
        let ids = ways.into_iter().filter(|way| way.kind == kind).map(|way| way.id).collect();
        self.starts_here();
        self.ask(Request::RemoveWays { ids });
    }

    /// `a` is for emergencies, with a wait of an hour that has begun.
    fn waits(&self) {
        let id = self.id("a");
        mark(&self.host, &id, true);
        self.ask(Request::SetEmergencyWait { ids: vec![id.clone()], hours: 1 });
        fresh(&self.host);
        self.ask(Request::AskEmergency { id, reason: "nobody else is here".into() });
    }

    fn back(&self, minutes: u64) {
        let now = &self.host.platform().now;
        now.set(now.get() - minutes * 60_000);
    }

    fn backs_up(&self) {
        let (destination, folder) = (Some("folder".into()), "Backups".into());
        self.ask(Request::SetBackups { destination, folder, keep: 3 });
        self.upkeep();
    }

    fn upkeep(&self) {
        self.host.upkeep().now_or_never().expect("nothing waits");
    }

    fn bundle(&self) -> String {
        match self.ask(Request::Export { key: None }) {
            Reply::Bundle { bundle, .. } => bundle,
            _ => panic!("a bundle"),
        }
    }

    fn restores(&self, bundle: &str, way: Way, create: Option<DerivedKey>) {
        let bundle = bundle.to_owned();
        self.ask(Request::RestoreBundle { bundle, way, create, leave_out: Vec::new() });
    }

    fn drills(&self, bundle: &[u8], way: Way, change: impl FnOnce(&mut DrillProof)) {
        let reader = Reader::open(bundle, &way).expect("opens");
        let mut proof = reader.drill(Millis(self.host.platform().now.get()));
        change(&mut proof);
        self.ask(Request::Drill { proof, took_ms: 1 });
    }

    /// The newest generation of a store does not open any more.
    fn damages(&self, stores: &[StoreId]) {
        for store in stores {
            let mut keys = self.host.platform().store(*store).borrow_mut();
            let files = keys.iter_mut().filter(|(key, _)| key.starts_with('g'));
            let generation = |text: &str| VaultFile::parse(text.as_bytes()).unwrap().header().generation;
            let newest = files.max_by_key(|(_, text)| generation(text)).expect("a file").1;
            let at = newest.len() - 100;
            let other = if newest.as_bytes()[at] == b'A' { "B" } else { "A" };
            newest.replace_range(at..=at, other);
        }
    }

    /// Another background on the same stores, opened by the password.
    fn again(&mut self) {
        let now = self.host.platform().now.get();
        self.host = host(&self.disk, 700);
        self.host.platform().now.set(now);
        self.ask(Request::Unlock { way: by_password(1) });
    }
}

/// A code of somebody else's vault.
fn stranger() -> String {
    codes(&made_from(&Disk::default(), 9_000), 5, None).remove(0)
}

/// Shares of the vault, typed back.
fn keep_shares(life: &Life) -> Vec<String> {
    let shares = shares(&life.host, 2, 3);
    let typed = typed(&shares);
    life.ask(Request::KeepShares { shares: shares.clone(), typed, emergency: false });
    shares
}

/// An account of another app that no codes are made for.
fn note() -> KeptForm {
    KeptForm {
        format: "aegis".into(),
        issuer: "VPN".into(),
        account: "ada".into(),
        kind: "motp".into(),
        reason: "unsupported-type".into(),
        text: "{\"type\":\"motp\"}".into(),
    }
}
