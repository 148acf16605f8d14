//! The files that open, from fixed clocks and seeded bytes.

use sparekey::env::{Entropy, Env, Millis};
use sparekey::otp::{Algorithm, Digits, Kind, Otp, Period};
use sparekey::protocol::KdfParams;
use sparekey::secret::{SecretBytes, SecretText};
use sparekey::vault::backup_codes::{BackupCode, BackupCodes};
use sparekey::vault::body::{LogLine, Receipt, Tombstone};
use sparekey::vault::bytes::B64;
use sparekey::vault::entry::{Entry, EntryDraft, SiteScope, StoredSite};
use sparekey::vault::file::{BackupNote, VaultFile};
use sparekey::vault::id::EntryId;
use sparekey::vault::kdf;
use sparekey::vault::kept::{Kept, KeptDraft};
use sparekey::vault::sealed::Opened;
use sparekey::vault::slot::SlotUse;
use sparekey::vault::way::SlotSecret;
use unicode_normalization::UnicodeNormalization;

use super::Made;
use super::parts::Parts;

/// 2026-11-21 15:34:00 UTC.
pub const NOW: u64 = 1_795_275_240_000;
/// The password of every file that is not about passwords.
pub const PASSWORD: &str = "correct horse battery staple";
/// The cheapest cost that is accepted, to keep the vectors quick.
pub const CHEAP: KdfParams = KdfParams::Argon2id { m: 19 * 1024, t: 2, p: 1 };

/// More passes than are done without asking, and quick all the same.
const DEAR: KdfParams = KdfParams::Argon2id { m: 19 * 1024, t: 17, p: 1 };

/// SplitMix64 (Steele, Lea, Flood 2014).
pub struct Seeded(pub u64);

impl Entropy for Seeded {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            *byte = (z ^ (z >> 31)) as u8;
        }
    }
}

/// A vault being written, with its clock and its entropy.
pub struct Writer {
    entropy: Seeded,
    now: u64,
    pub vault: Opened,
}

impl Writer {
    pub fn new(seed: u64) -> Self {
        let mut entropy = Seeded(seed);
        let vault = Opened::make(&mut Env { now: Millis(NOW), entropy: &mut entropy });
        Self { entropy, now: NOW, vault }
    }

    pub fn with<T>(&mut self, act: impl FnOnce(&mut Opened, &mut Env<'_>) -> T) -> T {
        self.now += 60_000;
        act(&mut self.vault, &mut Env { now: Millis(self.now), entropy: &mut self.entropy })
    }

    pub fn password(&mut self, text: &str, params: KdfParams, usage: SlotUse) -> &mut Self {
        self.with(|vault, env| {
            let salt = env.make_bytes();
            let key = kdf::derive(params, &salt, text.as_bytes()).unwrap();
            vault.add_password(env, &SlotSecret { params, salt, key }, usage).unwrap();
        });
        self
    }

    pub fn add(&mut self, issuer: &str, account: &str, otp: Otp) -> &mut Entry {
        self.with(|vault, env| {
            let entry = Entry::make(EntryDraft::new(issuer, account, otp), vault.device(), env);
            vault.body.entries.push(entry);
        });
        self.vault.body.entries.last_mut().unwrap()
    }

    pub fn save(&mut self) -> VaultFile {
        let (next, file) = self.with(|vault, env| vault.save(env).unwrap());
        self.vault = next;
        file
    }
}

pub fn nfkc(text: &str) -> String {
    text.nfkc().collect()
}

/// A generator.
pub fn otp(kind: Kind, algorithm: Algorithm, digits: u64, secret: &[u8]) -> Otp {
    Otp::new(kind, algorithm, Digits::new(digits).unwrap(), SecretBytes::new(secret.to_vec())).unwrap()
}

pub fn totp(period: u64) -> Kind {
    Kind::Totp { period: Period::new(period).unwrap() }
}

pub fn all() -> Vec<Made> {
    let good = |name: &str, what: &str, password: &str, bytes: Vec<u8>| Made {
        name: format!("{name}.sparekey"),
        what: what.into(),
        password: password.into(),
        code: None,
        shares: None,
        escrow: None,
        error: None,
        bytes,
    };
    let simple = |seed, params| {
        let mut writer = Writer::new(seed);
        writer.password(PASSWORD, params, SlotUse::Both);
        writer.add("Example", "ada@example.com", otp(totp(30), Algorithm::Sha1, 6, b"12345678901234567890"));
        writer
    };
    let mut slots = slots();
    let slots_file = slots.save();
    let bundle_own = slots_file.without(|slot| slot.usage != SlotUse::Backup);
    let bundle_both = slots_file.without(|slot| slot.usage != SlotUse::Both);
    let [log, log_more, log_sorted] = log_chains();
    let mut empty = Writer::new(5);
    empty.password(PASSWORD, kdf::ARGON2ID, SlotUse::Both);
    let mut literal = Writer::new(8);
    literal.password("ﬁ password as typed, ①", CHEAP, SlotUse::Both);
    literal.add("", "literal", otp(totp(30), Algorithm::Sha1, 6, b"12345678901234567890"));
    let mut normal = Writer::new(9);
    normal.password(&nfkc("Ａ\u{30a}ngström ﬁne №5"), CHEAP, SlotUse::Both);
    normal.add("", "normal", otp(totp(30), Algorithm::Sha1, 6, b"12345678901234567890"));
    vec![
        good(
            "argon2id",
            "Argon2id, 64 MiB, three passes",
            PASSWORD,
            simple(1, kdf::ARGON2ID).save().to_bytes(),
        ),
        good(
            "pbkdf2",
            "PBKDF2-HMAC-SHA256, 600,000 iterations",
            PASSWORD,
            simple(2, kdf::PBKDF2).save().to_bytes(),
        ),
        good("everything", "every kind of entry and every member", PASSWORD, everything(3).save().to_bytes()),
        good(
            "later-writer",
            "members that this version does not know, in header, body and entry",
            PASSWORD,
            later_writer(),
        ),
        good(
            "dear",
            "Argon2id with 17 passes: opened after asking",
            PASSWORD,
            simple(11, DEAR).save().to_bytes(),
        ),
        good("log-chain", "a log with a running head, two lines dropped", PASSWORD, log),
        good("log-chain-more", "a line behind the head, by an older program", PASSWORD, log_more),
        good("log-chain-sorted", "a head that is not of these lines", PASSWORD, log_sorted),
        good("empty-vault", "no entries", PASSWORD, empty.save().to_bytes()),
        good("slots", "three ways in, in use: the vault's password", PASSWORD, slots_file.to_bytes()),
        good(
            "slots-by-bundle-password",
            "the same, by its bundle password",
            "bundle password, its own",
            slots_file.to_bytes(),
        ),
        good(
            "bundle-own-password",
            "a bundle: other records erased",
            "bundle password, its own",
            bundle_own.to_bytes(),
        ),
        good(
            "bundle-vault-password",
            "a bundle opened by the vault's password",
            PASSWORD,
            bundle_both.to_bytes(),
        ),
        good(
            "rotated",
            "epoch 3: a way in that outlived two rotations",
            PASSWORD,
            rotated().save().to_bytes(),
        ),
        good(
            "password-normal-form",
            "typed in another Unicode form than NFKC",
            "A\u{30a}ngström fine No5",
            normal.save().to_bytes(),
        ),
        good(
            "password-literal",
            "made from the form as typed, tried second",
            "ﬁ password as typed, ①",
            literal.save().to_bytes(),
        ),
        good(
            "backup-codes",
            "the sites' own backup codes: unused, used, filled, a list that was removed",
            PASSWORD,
            backup_codes().save().to_bytes(),
        ),
        good(
            "kept",
            "notes of accounts that no entry can hold: other types, a secret that is none, one that came back",
            PASSWORD,
            kept().save().to_bytes(),
        ),
        good(
            "large-body",
            "200 entries: padded to a multiple of 32 KiB",
            PASSWORD,
            large().save().to_bytes(),
        ),
    ]
}

/// Every kind, hash and length, odd secrets, other scripts; bin, tombstones, sites, tags, log, receipts.
pub fn everything(seed: u64) -> Writer {
    let mut writer = Writer::new(seed);
    writer.password(PASSWORD, CHEAP, SlotUse::Both);
    let long: Vec<u8> = (0..64).collect();
    writer.add("Plain", "ada", otp(totp(30), Algorithm::Sha1, 6, b"12345678901234567890")).tags =
        vec!["Work".into(), "Büro & Co".into()];
    let bank = writer.add("Bank", "grace", otp(totp(60), Algorithm::Sha256, 8, &long[..32]));
    bank.note = "Two lines,\nwith a \"quote\"".into();
    bank.sites = vec![
        StoredSite { origin: "https://bank.example".into(), scope: SiteScope::Exact },
        StoredSite { origin: "https://login.bank.example:8443".into(), scope: SiteScope::Subdomains },
    ];
    bank.used.insert("https://bank.example".into(), Millis(NOW));
    bank.used.insert(String::new(), Millis(NOW + 1));
    bank.pinned = true;
    writer.add("Ärzteverein 北京 🔑", "hédwig", otp(totp(20), Algorithm::Sha512, 10, &long));
    writer
        .add(
            "Kiosk",
            "",
            otp(Kind::Hotp { counter: (1 << 53) - 1 }, Algorithm::Sha1, 6, b"12345678901234567890"),
        )
        .unverified = true;
    writer.add("", "no issuer", otp(Kind::Hotp { counter: 0 }, Algorithm::Sha256, 8, &long[..25]));
    writer.add("Steam", "valve_fan", otp(Kind::Steam, Algorithm::Sha1, 5, b"12345678901234567890"));
    writer.add("One byte", "x", otp(totp(30), Algorithm::Sha1, 6, b"\x00"));
    writer.add("Five bytes", "x", otp(totp(1), Algorithm::Sha1, 1, b"Hello"));
    writer.add("200 bytes", "x", otp(totp(86_400), Algorithm::Sha512, 7, &[0xa5; 200])).emergency = true;
    writer.add("Thrown away", "x", otp(totp(30), Algorithm::Sha1, 6, b"12345678901234567890")).trashed =
        Some(Millis(NOW + 5));
    let device = writer.vault.device();
    let body = &mut writer.vault.body;
    body.tombstones = vec![Tombstone { id: EntryId([7; 16]), at: Millis(NOW), edits: u32::MAX, device }];
    let entry = Some(body.entries[0].id);
    body.note(LogLine { at: Millis(NOW), what: "fill".into(), entry, host: Some("bank.example".into()) });
    body.receipts.push(Receipt {
        made: Millis(NOW),
        sha256: B64([9; 32]),
        generation: 1,
        entries: 2,
        holds: vec![EntryId([7; 16])],
        read_back: Some(Millis(NOW)),
        proven: None,
        opens: Vec::new(),
    });
    let note = BackupNote { made: Millis(NOW), read_back: Some(Millis(NOW)), proven: None, missing: 8 };
    writer.vault.header_mut().backup = Some(note);
    writer
}

/// A site's own codes: each with when it was used, and when it was filled.
pub fn backup_list(codes: &[(&str, Option<u64>, Option<u64>)]) -> BackupCodes {
    let code = |(code, used, tried): &(&str, Option<u64>, Option<u64>)| BackupCode {
        code: SecretText::new((*code).into()),
        used: used.map(Millis),
        tried: tried.map(Millis),
    };
    BackupCodes { listed: Millis(NOW), codes: codes.iter().map(code).collect() }
}

fn backup_codes() -> Writer {
    let mut writer = Writer::new(12);
    writer.password(PASSWORD, CHEAP, SlotUse::Both);
    let mut add = |issuer: &str, codes: &[(&str, Option<u64>, Option<u64>)]| {
        let entry = writer.add(issuer, "ada", otp(totp(30), Algorithm::Sha1, 6, b"12345678901234567890"));
        entry.backup_codes = Some(backup_list(codes));
    };
    add(
        "Hyphens",
        &[
            ("e8a1f-90bc2", Some(NOW + 1), None),
            ("11122-33344", None, Some(NOW + 2)),
            ("abcde-fabcd", None, None),
        ],
    );
    add("Blanks", &[("1234 5678", None, None), ("0000 0001", None, None)]);
    add("Other letters", &[("\u{43a}\u{43e}\u{434}-\"1\\2\"", None, None)]);
    add("Removed", &[]);
    writer.add("None", "grace", otp(totp(30), Algorithm::Sha1, 6, b"12345678901234567890"));
    writer
}

fn kept() -> Writer {
    let mut writer = Writer::new(13);
    writer.password(PASSWORD, CHEAP, SlotUse::Both);
    writer.add("Plain", "ada", otp(totp(30), Algorithm::Sha1, 6, b"12345678901234567890"));
    keep_notes(&mut writer);
    writer
}

/// Three of them, one of which came back.
pub fn keep_notes(writer: &mut Writer) {
    let device = writer.vault.device();
    let body = &mut writer.vault.body;
    let mut add = |format: &str, names: (&str, &str), (kind, reason): (&str, &str), text: &str| {
        let draft = KeptDraft::new(names, kind, reason, SecretText::new(text.into())).unwrap();
        body.kept.push(Kept::new(KeptDraft { format: format.into(), ..draft }, Millis(NOW), None));
    };
    let motp = r#"{"type":"motp","name":"ada","issuer":"Company VPN","info":{"secret":"00ff00ff00ff00ff","algo":"MD5","digits":6,"period":10,"pin":null}}"#;
    add("aegis", ("Company VPN", "ada"), ("motp", "unsupported-type"), motp);
    add(
        "uri-list",
        ("Yandex", "x"),
        ("yaotp", "unsupported-type"),
        "otpauth://yaotp/Yandex:x?secret=AAAA&pin_length=8",
    );
    add("bitwarden", ("Ärzteverein 北京 🔑", ""), ("", "bad-secret"), "no \"base32\" 01\n");
    let gone = body.kept[2].tombstone(Millis(NOW + 1), device);
    body.kept[2] = Kept::new(body.kept[2].draft(), Millis(NOW + 2), Some(&gone));
    body.tombstones.push(Tombstone { id: EntryId([7; 16]), at: Millis(NOW), edits: 1, device });
}

fn later_writer() -> Vec<u8> {
    let mut writer = Writer::new(4);
    writer.password(PASSWORD, CHEAP, SlotUse::Both);
    writer
        .add("Later", "ada", otp(totp(30), Algorithm::Sha1, 6, b"12345678901234567890"))
        .extra
        .insert("colour".into(), "blue".into());
    let shape = serde_json::json!({ "a": [1, { "b": null }], "n": 9_007_199_254_740_991u64 });
    writer.vault.body.extra.insert("backup_codes".into(), shape.clone());
    writer.vault.header_mut().extra.insert("later".into(), shape.clone());
    writer.vault.header_mut().policy.insert("lifetime".into(), 5.into());
    writer.save().to_bytes()
}

/// A log with every form of a line, of which two were dropped; the same with a line more by an older program; and one that such a
/// program sorted otherwise.
fn log_chains() -> [Vec<u8>; 3] {
    let mut writer = Writer::new(12);
    writer.password(PASSWORD, CHEAP, SlotUse::Both);
    writer.add("Logged", "ada", otp(totp(30), Algorithm::Sha1, 6, b"12345678901234567890"));
    let entry = writer.vault.body.entries[0].id;
    let line = |at, what: &str, entry, host: Option<&str>| LogLine {
        at: Millis(NOW + at),
        what: what.into(),
        entry,
        host: host.map(Into::into),
    };
    for line in [
        line(1, "vault-made", None, None),
        line(2, "unlock", None, None),
        line(3, "fill", Some(entry), Some("sign-in.example")),
        line(4, "copy", Some(entry), None),
        line(5, "escrow-agreed", None, Some("Größe & Söhne ⚿")),
        line(6, "lock", None, Some("")),
    ] {
        writer.vault.body.note(line);
    }
    writer.vault.body.drop_log(0);
    writer.save();
    writer.vault.body.drop_log(2);
    writer.vault.body.note(line(7, "unlock", None, None));
    let bytes = writer.save().to_bytes();
    let rewritten = |change: fn(&mut Vec<LogLine>)| {
        let mut body = writer.vault.body.clone();
        change(&mut body.log);
        let header = writer.vault.header();
        Parts::of(&bytes).sealed(writer.vault.key(), header.generation, body.to_padded().expose()).bytes()
    };
    let more = rewritten(|log| log.push(LogLine { at: Millis(NOW + 8), ..log[0].clone() }));
    let sorted = rewritten(|log| log.reverse());
    [bytes, more, sorted]
}

fn slots() -> Writer {
    let mut writer = Writer::new(6);
    writer
        .password(PASSWORD, CHEAP, SlotUse::Both)
        .password("this device only, really", kdf::PBKDF2, SlotUse::Vault)
        .password("bundle password, its own", CHEAP, SlotUse::Backup);
    writer.add("Example", "ada", otp(totp(30), Algorithm::Sha1, 6, b"12345678901234567890"));
    writer
}

/// Three generations on: a second way in revoked, then another.
pub fn rotated() -> Writer {
    let mut writer = Writer::new(7);
    writer.password(PASSWORD, CHEAP, SlotUse::Both);
    writer.add("Example", "ada", otp(totp(30), Algorithm::Sha1, 6, b"12345678901234567890"));
    for text in ["first that is revoked", "second that is revoked"] {
        writer.password(text, CHEAP, SlotUse::Backup);
        writer.save();
        let last = writer.vault.header().slots.last().unwrap().id;
        writer.vault.remove_slot(last);
        writer.with(|vault, env| vault.rotate(env).unwrap());
    }
    writer
}

fn large() -> Writer {
    let mut writer = Writer::new(10);
    writer.password(PASSWORD, CHEAP, SlotUse::Both);
    for n in 0..200 {
        writer.add(&format!("Issuer {n}"), "ada", otp(totp(30), Algorithm::Sha1, 6, &[n; 20])).note =
            "n".repeat(200);
    }
    writer
}
