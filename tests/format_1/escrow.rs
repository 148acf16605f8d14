//! Files that an administrator's key opens, and the helpdesk bundle that is made of one.

use std::path::PathBuf;

use serde_json::Value;
use sparekey::env::{Env, Millis};
use sparekey::otp::Algorithm;
use sparekey::protocol::PassLimits;
use sparekey::recovery::escrow::helpdesk::{Window, issue};
use sparekey::recovery::escrow::key_file::KeyFile;
use sparekey::recovery::escrow::private_of_shares;
use sparekey::recovery::shares::share::Share;
use sparekey::recovery::shares::{combine, make};
use sparekey::secret::Key;
use sparekey::vault::bytes::{self, B64};
use sparekey::vault::escrow::{EscrowKey, IssuedNote};
use sparekey::vault::file::VaultFile;
use sparekey::vault::id::SlotId;
use sparekey::vault::kdf;
use sparekey::vault::seal;
use sparekey::vault::sealed::{OpenError, Opened};
use sparekey::vault::slot::{SlotKind, SlotPlace, SlotRecord, SlotUse};
use sparekey::vault::way::{SlotSecret, WayIn};

use super::fixtures::{CHEAP, NOW, PASSWORD, Seeded, Writer, nfkc, otp, totp};
use super::parts::Parts;
use super::{Expected, Made};

/// The administrator's own.
pub const KEY_PASSWORD: &str = "the safe on the second floor";

/// Opens as the native tool does.
pub fn open(bytes: &[u8], held: &str, password: &str) -> Result<Opened, String> {
    let private = private_half(held, password)?;
    let file = VaultFile::parse(bytes).map_err(|error| error.code().to_owned())?;
    if !file.slots().any(|(slot, _)| slot.kind == SlotKind::Escrow) {
        return Err("no-escrow".into());
    }
    let opened = file.open(&WayIn::Escrow(private), |_| true).map_err(|error| match error {
        OpenError::WrongSecret => "wrong-escrow-key".to_owned(),
        other => other.code().to_owned(),
    })?;
    Ok(opened.1)
}

/// The key file, or the shares, of what is held.
pub fn kept(expected: &Expected, written: Option<PathBuf>) -> (Option<PathBuf>, Option<PathBuf>) {
    let is_file = expected.escrow.as_deref().is_some_and(|held| held.starts_with('{'));
    if is_file { (written, None) } else { (None, written) }
}

fn private_half(held: &str, password: &str) -> Result<Key, String> {
    if !held.starts_with('{') {
        let set: Vec<Share> = held.lines().map(|line| Share::parse(line).unwrap()).collect();
        return Ok(private_of_shares(&combine(&set, b"").unwrap()));
    }
    let file = KeyFile::parse(held.as_bytes()).map_err(|error| error.code().to_owned())?;
    let job = file.job().ok_or("not-an-escrow-key")?;
    let salt = bytes::decode(&job.salt).unwrap();
    let key = kdf::derive(job.params, &salt, nfkc(password).as_bytes()).unwrap();
    file.open(&SlotSecret { params: job.params, salt, key }).map_err(|error| error.code().to_owned())
}

/// An administrator's key, and the file that keeps it.
pub fn key_file(seed: u64, name: &str) -> (KeyFile, EscrowKey) {
    let mut entropy = Seeded(seed);
    let private = seal::make_pair(&mut entropy).0;
    let key = kdf::derive(CHEAP, &[8; 16], KEY_PASSWORD.as_bytes()).unwrap();
    let secret = SlotSecret { params: CHEAP, salt: [8; 16], key };
    let mut env = Env { now: Millis(NOW), entropy: &mut entropy };
    (KeyFile::make(&mut env, name, &private, &secret).unwrap(), EscrowKey::of(&private).unwrap())
}

fn writer() -> Writer {
    let mut writer = Writer::new(60);
    writer.password(PASSWORD, CHEAP, SlotUse::Both);
    writer.add("Example", "ada", otp(totp(30), Algorithm::Sha1, 6, b"12345678901234567890"));
    writer
}

/// The files.
pub fn all() -> Vec<Made> {
    let made = |name: &str, what: &str, held: &str, password: &str, error, bytes: &[u8]| Made {
        name: format!("{name}.sparekey"),
        what: what.into(),
        password: password.into(),
        code: None,
        shares: None,
        escrow: Some(held.into()),
        error,
        bytes: bytes.into(),
    };
    let (file, key) = key_file(600, "Acme Ltd");
    let (text, other) = (file.to_text(), key_file(601, "Acme Ltd").0.to_text());
    let (secret, set) = make(&mut Seeded(602), 2, 3).unwrap();
    let sheets = [&set[2], &set[0]].map(|share| share.to_words().expose().clone()).join("\n");

    let mut writer = writer();
    let none = writer.save().to_bytes();
    let slot = writer.with(|vault, env| vault.add_escrow(env, key, "Acme Ltd").unwrap());
    let before = writer.save().to_bytes();
    let shared = EscrowKey::of(&private_of_shares(&secret)).unwrap();
    writer.with(|vault, env| vault.add_escrow(env, shared, "Acme board").unwrap());
    writer.with(|vault, env| vault.rotate(env).unwrap());
    let rotated = writer.save();
    let after = rotated.to_bytes();
    let alone = rotated.without(|other| other.kind != SlotKind::Escrow).to_bytes();

    let mut all = vec![
        made("way-escrow", "an administrator's key", &text, KEY_PASSWORD, None, &before),
        made("way-escrow-after", "after the vault key was renewed", &text, KEY_PASSWORD, None, &after),
        made("way-escrow-alone", "no other record is left", &text, KEY_PASSWORD, None, &alone),
        made("way-escrow-shares", "shares of an administrator's key", &sheets, "", None, &after),
        made("bad-way-escrow-password", "another password", &text, PASSWORD, Some("wrong-password"), &before),
        made("bad-way-escrow-key", "another key", &other, KEY_PASSWORD, Some("wrong-escrow-key"), &before),
        made("bad-way-escrow-none", "no party in it", &text, KEY_PASSWORD, Some("no-escrow"), &none),
        made(
            "bad-way-escrow-name",
            "a key file whose name was changed",
            &text.replace("Acme", "Evil"),
            KEY_PASSWORD,
            Some("wrong-password"),
            &before,
        ),
    ];
    all.extend(forged(&none, &before, key, slot, &text));
    all.push(helpdesk(&writer, slot, key));
    all
}

/// By somebody without the vault key.
fn forged(none: &[u8], with: &[u8], key: EscrowKey, slot: SlotId, text: &str) -> Vec<Made> {
    let file = VaultFile::parse(with).unwrap();
    let place =
        SlotPlace { vault: file.header().vault, epoch: file.header().epoch, slot, kind: SlotKind::Escrow };
    let own = SlotRecord::make_for_key(&mut Seeded(603), &place, &key.0, &Key::new([66; 32])).unwrap();
    let (now, parts) = (Parts::of(with), Parts::of(none));
    let at = now.records.len() - 1;
    let slots: Vec<String> = serde_json::from_value::<Vec<Value>>(now.json()["slots"].clone())
        .unwrap()
        .iter()
        .map(Value::to_string)
        .collect();
    // The honest file without a party, its index and its records taken from a later file: an added way in.
    let last = parts.json()["slots"][0]["id"].as_str().unwrap().to_owned();
    assert!(slots[0].contains(&last));
    let mut added = parts.clone();
    let from = added.header.find("\"slots\":[").unwrap();
    let index = now.header.find("\"slots\":[").unwrap();
    added.header = format!("{}{}", &added.header[..from], &now.header[index..]);
    added.records.clone_from(&now.records);
    let made = |name: &str, what: &str, error, bytes: Vec<u8>| Made {
        name: format!("{name}.sparekey"),
        what: what.into(),
        password: KEY_PASSWORD.into(),
        code: None,
        shares: None,
        escrow: Some(text.into()),
        error: Some(error),
        bytes,
    };
    vec![
        made("bad-way-escrow-added", "a party added to a file that had none", "damaged-file", added.bytes()),
        made("bad-way-escrow-swapped", "another record for the party", "no-escrow", {
            now.record_with(at, own.to_line()).bytes()
        }),
        made(
            "bad-way-escrow-sealed",
            "a record for another vault key, the index in order",
            "damaged-file",
            now.indexed(at, &own.to_line()).bytes(),
        ),
        made("bad-way-escrow-renamed", "another name for the party", "damaged-file", {
            now.header_with("Acme Ltd", "Evil Ltd").bytes()
        }),
    ]
}

/// What the file holds for whoever has the pass.
fn helpdesk(writer: &Writer, slot: SlotId, key: EscrowKey) -> Made {
    let by = writer.vault.header().parties().find(|note| note.id == slot).unwrap().name.clone();
    let note = IssuedNote {
        by,
        person: Some("Grace".into()),
        fingerprint: B64(key.fingerprint()),
        at: Millis(NOW),
        of: writer.vault.header().saved,
    };
    let limits = PassLimits::default();
    let mut entropy = Seeded(604);
    let mut env = Env { now: Millis(NOW), entropy: &mut entropy };
    let window = Window { minutes: 60, start: None };
    let made = issue(&writer.vault, note, window, &limits, &mut env).unwrap();
    Made {
        name: "way-helpdesk.sparekey".into(),
        what: "a helpdesk bundle by its pass, which is long over: a reader does not look".into(),
        password: String::new(),
        code: Some(made.pass.to_text().expose().clone()),
        shares: None,
        escrow: None,
        error: None,
        bytes: made.file.to_bytes(),
    }
}
