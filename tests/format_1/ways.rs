//! One file for each kind of slot that something other than a password opens.

use sparekey::env::Millis;
use sparekey::otp::Algorithm;
use sparekey::recovery::shares::share::Share;
use sparekey::recovery::shares::{combine, make};
use sparekey::secret::Key;
use sparekey::vault::bytes;
use sparekey::vault::code::Code;
use sparekey::vault::emergency::{EmergencyBundle, EmergencyVault, EmergencyWait, EmergencyWaits, Left};
use sparekey::vault::file::{CodesNote, VaultFile};
use sparekey::vault::kdf;
use sparekey::vault::sealed::{NewSlot, Opened};
use sparekey::vault::slot::{SlotKind, SlotUse};
use sparekey::vault::way::{SlotSecret, WayIn};

use super::fixtures::{CHEAP, NOW, PASSWORD, Seeded, Writer, nfkc, otp, totp};
use super::{Made, escrow, fixtures};

/// Opens with a code, and with the password that goes with it where one is given.
pub fn open(file: &VaultFile, code: &str, password: &str) -> Result<Opened, String> {
    let code = Code::parse(code).map_err(|error| error.code().to_owned())?;
    let mut ways = Vec::new();
    let mut wrong = "wrong-code";
    if password.is_empty() {
        ways.push(WayIn::Code(code));
    } else {
        wrong = "wrong-code-or-password";
        for job in file.pair_jobs(|_| true, 3) {
            let salt = bytes::decode(&job.salt).unwrap();
            let key = kdf::derive(job.params, &salt, nfkc(password).as_bytes()).unwrap();
            ways.push(WayIn::Pair(code.clone(), SlotSecret { params: job.params, salt, key }));
        }
    }
    for way in ways {
        match file.open(&way, |_| true) {
            Ok((_, opened)) => return Ok(opened),
            Err(error) if error.code() != "wrong-password" => return Err(error.code().into()),
            Err(_) => {}
        }
    }
    Err(wrong.into())
}

/// Opens with shares, one a line, as the native tool does.
pub fn by_shares(bytes: &[u8], text: &str) -> Result<Opened, String> {
    let file = VaultFile::parse(bytes).map_err(|error| error.code().to_owned())?;
    let parse = |line: &str| Share::parse(line).map_err(|error| error.code().to_owned());
    let set = text.lines().map(parse).collect::<Result<Vec<_>, _>>()?;
    let secret = combine(&set, b"").map_err(|error| error.code().to_owned())?;
    Ok(file.open(&WayIn::from_master_secret(&secret), |_| true).map_err(|_| "wrong-shares")?.1)
}

/// One file with everything in it that five ways in open, once for each of them.
fn every_way() -> Vec<Made> {
    let mut writer = fixtures::everything(43);
    fixtures::keep_notes(&mut writer);
    let codes = [("1111 2222", Some(NOW + 1), None), ("3333 4444", None, Some(NOW + 2)), ("5-5", None, None)];
    writer.vault.body.entries[0].backup_codes = Some(fixtures::backup_list(&codes));
    let [code, paired] = [504, 505].map(|seed| Code::make_random(&mut Seeded(seed)));
    let texts = [&code, &paired].map(|code| code.to_text().expose().clone());
    let lasting = |kind, label: &str| NewSlot::lasting(kind, SlotUse::Both, label);
    let once = NewSlot { uses: Some(1), ..lasting(SlotKind::Code, "1") };
    writer.with(|vault, env| vault.add_way(env, &WayIn::Code(code), once).unwrap());
    let key = kdf::derive(CHEAP, &[10; 16], b"goes with the code").unwrap();
    let pair = WayIn::Pair(paired, SlotSecret { params: CHEAP, salt: [10; 16], key });
    writer.with(|vault, env| vault.add_way(env, &pair, lasting(SlotKind::Pair, "1")).unwrap());
    let (secret, set) = make(&mut Seeded(506), 3, 5).unwrap();
    let shared = WayIn::from_master_secret(&secret);
    writer.with(|vault, env| vault.add_way(env, &shared, lasting(SlotKind::Shares, "3/5")).unwrap());
    let (file, party) = escrow::key_file(605, "Acme Ltd");
    writer.with(|vault, env| vault.add_escrow(env, party, "Acme Ltd").unwrap());
    let bytes = writer.save().to_bytes();
    let words = [4, 0, 2].map(|at: usize| set[at].to_words().expose().clone()).join("\n");
    let made = |way: &str, what: &str, password: &str| Made {
        name: format!("every-way-{way}.sparekey"),
        what: format!("one file with five ways in, by {what}"),
        password: password.into(),
        code: None,
        shares: None,
        escrow: None,
        error: None,
        bytes: bytes.clone(),
    };
    let [code, paired] = texts.map(Some);
    vec![
        made("password", "its password", PASSWORD),
        Made { code, ..made("code", "a recovery code", "") },
        Made { code: paired, ..made("pair", "a code that goes with a password", "goes with the code") },
        Made { shares: Some(words), ..made("shares", "three of five shares", "") },
        Made {
            escrow: Some(file.to_text()),
            ..made("escrow", "an administrator's key", escrow::KEY_PASSWORD)
        },
    ]
}

/// A bundle that any two of three open, and sets that do not.
fn shares() -> Vec<Made> {
    let mut writer = Writer::new(41);
    writer.password(PASSWORD, CHEAP, SlotUse::Both);
    writer.add("Example", "ada", otp(totp(30), Algorithm::Sha1, 6, b"12345678901234567890"));
    let (secret, set) = make(&mut Seeded(500), 2, 3).unwrap();
    let new = NewSlot::lasting(SlotKind::Shares, SlotUse::Both, "2/3");
    writer.with(|vault, env| vault.add_way(env, &WayIn::from_master_secret(&secret), new).unwrap());
    let bytes = writer.save().to_bytes();
    let (_, other) = make(&mut Seeded(501), 2, 3).unwrap();
    let words = |share: &Share| share.to_words().expose().clone();
    let short = |share: &Share| {
        words(share).split(' ').map(|word| word[..4].to_uppercase()).collect::<Vec<_>>().join("  ")
    };
    let made = |name: &str, what: &str, picked: &[String], error| Made {
        name: format!("{name}.sparekey"),
        what: what.into(),
        password: String::new(),
        code: None,
        shares: Some(picked.join("\n")),
        escrow: None,
        error,
        bytes: bytes.clone(),
    };
    let [a, b, c] = [&set[0], &set[1], &set[2]];
    let unknown = words(a).replacen(' ', " zzzz ", 1);
    vec![
        made("way-shares", "any two of three shares", &[words(c), words(a)], None),
        made("way-shares-typed", "four letters of each word", &[short(b), short(c)], None),
        made("way-shares-all", "one more than is needed", &[words(a), words(b), words(c)], None),
        made("bad-way-share-alone", "one share", &[words(b)], Some("share-too-few")),
        made("bad-way-share-foreign", "of two sets", &[words(a), words(&other[1])], Some("share-foreign")),
        made("bad-way-share-twice", "the same twice", &[words(a), words(a)], Some("share-twice")),
        made("bad-way-share-word", "a word of no share", &[unknown, words(b)], Some("share-word")),
        made(
            "bad-way-share-set",
            "a whole set of another secret",
            &[words(&other[0]), words(&other[1])],
            Some("wrong-shares"),
        ),
    ]
}

/// The emergency bundle of a vault, with the emergency entry alone; and the vault, with what it keeps for it.
fn emergency() -> Vec<Made> {
    let mut writer = Writer::new(42);
    writer.password(PASSWORD, CHEAP, SlotUse::Both);
    writer.add("Daily", "ada", otp(totp(30), Algorithm::Sha1, 6, b"12345678901234567890"));
    writer.add("Glass", "break@org.example", otp(totp(60), Algorithm::Sha256, 8, &[7; 32])).emergency = true;
    let (of, entries) = (writer.vault.header().vault, writer.vault.body.entries.clone());
    let (secret, set) = make(&mut Seeded(502), 2, 3).unwrap();
    let code = Code::make_random(&mut Seeded(503));
    let text = code.to_text().expose().clone();
    let mut glass = writer.with(|_, env| EmergencyVault::make(of, &entries, env));
    let done = writer.with(|_, env| {
        glass.change(&entries, env, |vault, env| {
            let shares = NewSlot::lasting(SlotKind::Shares, SlotUse::Backup, "2/3");
            vault.add_way(env, &WayIn::from_master_secret(&secret), shares)?;
            let once = NewSlot { uses: Some(1), ..NewSlot::lasting(SlotKind::Code, SlotUse::Backup, "1") };
            vault.add_way(env, &WayIn::Code(code), once)
        })
    });
    done.unwrap();
    let bytes = writer.with(|_, env| glass.open(&entries).save(env).unwrap()).1.to_bytes();
    let id = entries[1].id;
    let body = &mut writer.vault.body;
    body.emergency_bundle =
        Some(EmergencyBundle { modified: Millis(NOW), declined: false, vault: Some(glass) });
    body.emergency_waits = Some(EmergencyWaits {
        modified: Millis(NOW),
        hours: [(id.to_string(), 24)].into(),
        asked: vec![EmergencyWait {
            entry: id,
            at: Millis(NOW),
            until: Millis(NOW + 86_400_000),
            reason: "the drill".into(),
        }],
    });
    body.left = Some(Left { at: Millis(NOW), void: vec!["codes".into(), "emergency".into()] });
    let whole = writer.save().to_bytes();
    let words = |share: &Share| share.to_words().expose().clone();
    let shares = Some([words(&set[2]), words(&set[0])].join("\n"));
    let made = |name: &str, what: &str, bytes: &[u8]| Made {
        name: format!("{name}.sparekey"),
        what: what.into(),
        password: String::new(),
        code: None,
        shares: None,
        escrow: None,
        error: None,
        bytes: bytes.into(),
    };
    vec![
        Made {
            shares: shares.clone(),
            ..made("emergency-shares", "an emergency bundle, by its shares", &bytes)
        },
        Made { code: Some(text), ..made("emergency-code", "the same, by one of its codes", &bytes) },
        Made {
            password: PASSWORD.into(),
            error: Some("wrong-password"),
            ..made("bad-emergency-password", "the vault's password opens no emergency bundle", &bytes)
        },
        Made {
            shares,
            error: Some("wrong-shares"),
            ..made("bad-emergency-shares-vault", "its shares do not open the vault", &whole)
        },
        Made {
            password: PASSWORD.into(),
            ..made(
                "emergency-members",
                "a vault with an emergency bundle, a wait, and sheets that are void",
                &whole,
            )
        },
    ]
}

/// The files.
pub fn all() -> Vec<Made> {
    let mut writer = Writer::new(40);
    writer.password(PASSWORD, CHEAP, SlotUse::Both);
    writer.add("Example", "ada", otp(totp(30), Algorithm::Sha1, 6, b"12345678901234567890"));
    let mut codes = Vec::new();
    for number in 1..=3 {
        let code = Code::make_random(&mut Seeded(100 + number));
        codes.push(code.to_text().expose().clone());
        let new =
            NewSlot { uses: Some(1), ..NewSlot::lasting(SlotKind::Code, SlotUse::Both, &number.to_string()) };
        writer.with(|vault, env| vault.add_way(env, &WayIn::Code(code), new).unwrap());
    }
    let unkept = writer.vault.header().slots.iter().skip(3).map(|slot| slot.id).collect();
    writer.vault.header_mut().codes = Some(CodesNote { made: 3, unkept, void: Vec::new() });
    let pass = Code::make_random(&mut Seeded(200));
    let pass_text = pass.to_text().expose().clone();
    let window = NewSlot {
        not_before: Some(Millis(NOW)),
        not_after: Some(Millis(NOW + 600_000)),
        uses: Some(1),
        ..NewSlot::lasting(SlotKind::Pass, SlotUse::Vault, "")
    };
    writer.with(|vault, env| vault.add_way(env, &WayIn::Code(pass), window).unwrap());
    let paired = Code::make_random(&mut Seeded(300));
    let paired_text = paired.to_text().expose().clone();
    let pair = SlotSecret {
        params: CHEAP,
        salt: [9; 16],
        key: kdf::derive(CHEAP, &[9; 16], b"goes with the code").unwrap(),
    };
    let new = NewSlot::lasting(SlotKind::Pair, SlotUse::Both, "1");
    writer.with(|vault, env| vault.add_way(env, &WayIn::Pair(paired, pair), new).unwrap());
    let passkey = NewSlot::lasting(SlotKind::Passkey, SlotUse::Vault, "this computer");
    writer.with(|vault, env| vault.add_way(env, &WayIn::Passkey(Key::new([5; 32])), passkey).unwrap());
    let file = writer.save();
    // A code was used: its record is gone, the others open under the next key.
    let second =
        writer.vault.header().slots.iter().filter(|slot| slot.kind == SlotKind::Code).nth(1).unwrap().id;
    writer.vault.remove_slot(second);
    writer.with(|vault, env| vault.rotate(env).unwrap());
    let after = writer.save();

    let whole = file.to_bytes();
    let bundle = file.without(|slot| slot.usage != SlotUse::Both).to_bytes();
    let made = |name: &str, what: &str, (code, password): (&str, &str), error, bytes: &[u8]| Made {
        name: format!("{name}.sparekey"),
        what: what.into(),
        password: password.into(),
        code: Some(code.into()),
        shares: None,
        escrow: None,
        error,
        bytes: bytes.into(),
    };
    let typed = codes[2].to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
    let mut all = shares();
    all.extend(emergency());
    all.extend(every_way());
    all.extend([
        made("way-code", "a recovery code", (&codes[0], ""), None, &whole),
        made("way-code-typed", "a code as people type it", (&typed, ""), None, &whole),
        made("way-code-bundle", "a bundle, by a recovery code", (&codes[1], ""), None, &bundle),
        made("way-code-after", "another was used: a new key", (&codes[2], ""), None, &after.to_bytes()),
        made("way-pass", "a pass that is long over: a reader does not look", (&pass_text, ""), None, &whole),
        made(
            "way-pair",
            "a code that goes with a password",
            (&paired_text, "goes with the code"),
            None,
            &bundle,
        ),
        made("bad-way-used", "a used code", (&codes[1], ""), Some("wrong-code"), &after.to_bytes()),
        made("bad-way-pass-bundle", "a pass opens no bundle", (&pass_text, ""), Some("wrong-code"), &bundle),
        made("bad-way-pair-alone", "without its password", (&paired_text, ""), Some("wrong-code"), &bundle),
        made(
            "bad-way-pair-wrong",
            "with another password",
            (&paired_text, PASSWORD),
            Some("wrong-code-or-password"),
            &bundle,
        ),
        made("bad-way-letter", "a letter that no code has", ("ABCU-", ""), Some("code-character"), &bundle),
        made("bad-way-short", "a group is missing", (&codes[0][..24], ""), Some("code-length"), &bundle),
    ]);
    all
}
