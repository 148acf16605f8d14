//! The files that must be refused. Each differs from a good one by one thing; its name says which.

use data_encoding::BASE64;
use serde_json::json;
use sparekey::otp::Algorithm;
use sparekey::protocol::KdfParams;
use sparekey::secret::Key;
use sparekey::vault::bytes::B64;
use sparekey::vault::id::{SlotId, VaultId};
use sparekey::vault::kdf;
use sparekey::vault::seal;
use sparekey::vault::slot::{SlotKdf, SlotKind, SlotPlace, SlotRecord, SlotUse};

use super::Made;
use super::fixtures::{CHEAP, PASSWORD, Seeded, Writer, otp, totp};
use super::parts::{Parts, record, respelled};

const DAMAGED: &str = "damaged-file";
const WRONG: &str = "wrong-password";
const LARGE: &str = "too-large";
const NEWER: &str = "newer-version";
const OTHER: &str = "not-ours";

/// A good file, the generation before it, and the keys of both.
struct Good {
    now: Parts,
    before: Parts,
    /// An epoch earlier.
    old: Parts,
    key: Key,
    place: SlotPlace,
}

impl Good {
    fn new(seed: u64) -> Self {
        let mut writer = Writer::new(seed);
        writer.password(PASSWORD, CHEAP, SlotUse::Both).password("another password", CHEAP, SlotUse::Backup);
        writer.add("Example", "ada", otp(totp(30), Algorithm::Sha1, 6, b"12345678901234567890"));
        let old = writer.save();
        writer.with(|vault, env| vault.rotate(env).unwrap());
        let before = writer.save();
        writer.vault.body.entries[0].note = "changed".into();
        let now = writer.save();
        let header = writer.vault.header();
        let place = SlotPlace {
            vault: header.vault,
            epoch: header.epoch,
            slot: header.slots[0].id,
            kind: SlotKind::Password,
        };
        let part = |file: sparekey::vault::file::VaultFile| Parts::of(&file.to_bytes());
        Self { now: part(now), before: part(before), old: part(old), key: writer.vault.key().clone(), place }
    }

    /// A way in for the right password that only someone without the vault key would make: any record whose secret
    /// is at hand, sealed as told.
    fn forged(&self, params: KdfParams, place: &SlotPlace, key: &Key) -> String {
        let salt = [5; 16];
        let secret = kdf::derive(params, &salt, PASSWORD.as_bytes()).unwrap();
        SlotRecord::make(&mut Seeded(77), place, SlotKdf::Password(params), salt, &secret, key)
            .unwrap()
            .0
            .to_line()
    }
}

/// Every vector that is kept in the tree.
pub fn all() -> Vec<Made> {
    let good = Good::new(100);
    let mut all = Vec::new();
    first_line(&good, &mut all);
    lines(&good, &mut all);
    header_shape(&good, &mut all);
    header_forged(&good, &mut all);
    records(&good, &mut all);
    bodies(&good, &mut all);
    all
}

fn add(all: &mut Vec<Made>, name: &str, what: &str, error: &'static str, bytes: impl Into<Vec<u8>>) {
    all.push(Made {
        name: format!("bad-{name}.sparekey"),
        what: what.into(),
        password: PASSWORD.into(),
        code: None,
        shares: None,
        escrow: None,
        error: Some(error),
        bytes: bytes.into(),
    });
}

fn first_line(good: &Good, all: &mut Vec<Made>) {
    let whole = good.now.bytes();
    let magic = |text: &str| Parts { magic: text.into(), ..good.now.clone() }.bytes();
    add(all, "empty", "no byte at all", "empty-file", "");
    add(all, "pdf", "a PDF with our name", OTHER, &b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"[..]);
    add(all, "html", "a page instead of the download", OTHER, "<!doctype html>\n<title>Sign in</title>\n");
    add(
        all,
        "bom",
        "a byte order mark before everything",
        OTHER,
        [b"\xef\xbb\xbf", whole.as_slice()].concat(),
    );
    let utf16: Vec<u8> =
        String::from_utf8(whole.clone()).unwrap().encode_utf16().flat_map(u16::to_le_bytes).collect();
    add(all, "utf16", "saved as UTF-16", OTHER, utf16);
    add(all, "blank-first", "a line feed before everything", OTHER, [b"\n", whole.as_slice()].concat());
    add(all, "upper-case", "another spelling of the first line", OTHER, magic("Sparekey/1"));
    add(all, "newer", "the next version", NEWER, magic("sparekey/2"));
    add(all, "newer-ten", "a version of two digits", NEWER, magic("sparekey/10"));
    add(all, "version-zero", "a version that never was", NEWER, magic("sparekey/0"));
    add(all, "version-01", "a version with a leading zero", NEWER, magic("sparekey/01"));
    add(all, "version-none", "no version", DAMAGED, magic("sparekey/"));
    add(all, "version-blank", "a blank after the version", DAMAGED, magic("sparekey/1 "));
    add(all, "version-letters", "letters after the version", DAMAGED, magic("sparekey/1b"));
    let crlf = String::from_utf8(whole.clone()).unwrap().replace('\n', "\r\n");
    add(all, "crlf", "carried as text by something that changes line ends", DAMAGED, crlf);
    let cr = String::from_utf8(whole.clone()).unwrap().replace('\n', "\r");
    add(all, "cr", "carriage returns alone", DAMAGED, cr);
    add(all, "cut-in-first-line", "cut off after six bytes", DAMAGED, &whole[..6]);
    add(all, "first-line-alone", "nothing after the first line", DAMAGED, "sparekey/1\n");
    add(all, "first-line-no-feed", "the first line without its end", DAMAGED, "sparekey/1");
}

fn lines(good: &Good, all: &mut Vec<Made>) {
    let (now, whole) = (&good.now, good.now.bytes());
    let after = |lines: usize| {
        let text = String::from_utf8(whole.clone()).unwrap();
        text.split_inclusive('\n').take(lines).collect::<String>()
    };
    add(all, "cut-after-header", "cut off after the header", DAMAGED, after(2));
    add(all, "cut-after-mac", "cut off after the MAC", DAMAGED, after(3));
    add(all, "cut-after-record", "cut off after the first record", DAMAGED, after(4));
    add(all, "cut-before-body", "cut off before the body", DAMAGED, after(5));
    add(all, "cut-in-header", "cut off within the header", DAMAGED, &whole[..200]);
    add(all, "cut-in-body", "cut off within the body", DAMAGED, &whole[..whole.len() - 1000]);
    add(all, "no-last-feed", "without the last line feed", DAMAGED, &whole[..whole.len() - 1]);
    add(all, "two-last-feeds", "with one line feed more", DAMAGED, [whole.as_slice(), b"\n"].concat());
    add(
        all,
        "blank-at-end",
        "a blank after the body",
        DAMAGED,
        Parts { body: format!("{} ", now.body), ..now.clone() }.bytes(),
    );
    add(all, "appended", "bytes after the end", DAMAGED, [whole.as_slice(), b"AAAA\n"].concat());
    let mut more = now.clone();
    more.records.push("-".into());
    add(all, "record-too-many", "a record that no slot has", DAMAGED, more.bytes());
    let mut fewer = now.clone();
    fewer.records.pop();
    add(all, "record-missing", "a slot without a line", DAMAGED, fewer.bytes());
    let mut zero = whole.clone();
    zero[300] = 0;
    add(all, "zero-byte", "a zero byte in the header", DAMAGED, zero);
    let mut high = whole.clone();
    let at = whole.len() - 50;
    high[at] = 0xff;
    add(all, "not-utf8", "a byte that is no UTF-8", DAMAGED, high);
    let mac = |mac: String| Parts { mac, ..now.clone() }.bytes();
    add(all, "mac-respelled", "base64 of the MAC with unused bits set", DAMAGED, mac(respelled(&now.mac)));
    add(
        all,
        "mac-no-padding",
        "base64 of the MAC without padding",
        DAMAGED,
        mac(now.mac.trim_end_matches('=').into()),
    );
    add(all, "mac-31", "a MAC of 31 bytes", DAMAGED, mac(BASE64.encode(&[1; 31])));
    add(all, "mac-33", "a MAC of 33 bytes", DAMAGED, mac(BASE64.encode(&[1; 33])));
    add(all, "mac-empty", "no MAC", DAMAGED, mac(String::new()));
    add(all, "mac-hex", "a MAC in hexadecimal", DAMAGED, mac("00".repeat(32)));
    let body = |body: String| Parts { body, ..now.clone() }.bytes();
    add(all, "body-respelled", "base64 of the body with unused bits set", DAMAGED, {
        let odd = good.now.sealed(&good.key, 3, &[b' '; 4096 + 1]);
        body(if odd.body.ends_with('=') { respelled(&odd.body) } else { "A=".into() })
    });
    add(
        all,
        "body-url-alphabet",
        "base64 of the body in the URL alphabet",
        DAMAGED,
        body(now.body.replace(['+', '/'], "-")),
    );
    add(all, "body-empty", "no body", DAMAGED, body(String::new()));
    add(all, "body-erased", "a body erased like a record", DAMAGED, body("-".into()));
}

/// Headers that are refused before any key is derived.
fn header_shape(good: &Good, all: &mut Vec<Made>) {
    let now = &good.now;
    let json = now.json();
    let text = |name: &str| json[name].as_str().unwrap().to_owned();
    // Signed, so that only the shape can be the reason.
    let mut shape = |name: &str, what: &str, error, from: &str, to: &str| {
        add(all, name, what, error, now.header_with(from, to).signed(&good.key).bytes());
    };
    let vault = text("vault");
    shape("id-upper", "an id in upper case", DAMAGED, &vault, &vault.to_uppercase());
    shape("id-short", "an id of 31 digits", DAMAGED, &vault, &vault[..31]);
    shape("id-null", "no id", DAMAGED, &format!("\"{vault}\""), "null");
    let salt = text("body_salt");
    shape("salt-31", "a body salt of 31 bytes", DAMAGED, &salt, &BASE64.encode(&[1; 31]));
    shape("salt-respelled", "a body salt with unused bits set", DAMAGED, &salt, &respelled(&salt));
    let hash = text("body_hash");
    shape("hash-33", "a body hash of 33 bytes", DAMAGED, &hash, &BASE64.encode(&[1; 33]));
    shape("epoch-2-53", "an epoch above 2^53 - 1", DAMAGED, "\"epoch\":2", "\"epoch\":9007199254740992");
    shape(
        "generation-2-53",
        "a generation above 2^53 - 1",
        DAMAGED,
        "\"generation\":3",
        "\"generation\":9007199254740992",
    );
    shape(
        "generation-2-64",
        "a generation above 2^64",
        DAMAGED,
        "\"generation\":3",
        "\"generation\":18446744073709551617",
    );
    shape("generation-negative", "a negative generation", DAMAGED, "\"generation\":3", "\"generation\":-3");
    shape("generation-minus-zero", "zero with a sign", DAMAGED, "\"generation\":3", "\"generation\":-0");
    shape(
        "generation-fraction",
        "a generation with a fraction",
        DAMAGED,
        "\"generation\":3",
        "\"generation\":3.0",
    );
    shape(
        "generation-exponent",
        "a generation with an exponent",
        DAMAGED,
        "\"generation\":3",
        "\"generation\":3e0",
    );
    shape("generation-text", "a generation as text", DAMAGED, "\"generation\":3", "\"generation\":\"3\"");
    shape(
        "generation-zeros",
        "a generation with leading zeros",
        DAMAGED,
        "\"generation\":3",
        "\"generation\":003",
    );
    shape("generation-missing", "no generation", DAMAGED, "\"generation\":3", "\"generations\":3");
    shape(
        "generation-twice",
        "a member twice",
        DAMAGED,
        "\"generation\":3",
        "\"generation\":3,\"generation\":3",
    );
    shape("saved-2-53", "a time above 2^53 - 1", DAMAGED, "\"saved\":", "\"saved\":9007");
    shape(
        "not-before-2-53",
        "a slot's time above 2^53 - 1",
        DAMAGED,
        "\"use\":\"both\"",
        "\"use\":\"both\",\"not_before\":9007199254740992",
    );
    shape(
        "not-after-2-53",
        "a slot's end above 2^53 - 1",
        DAMAGED,
        "\"use\":\"both\"",
        "\"use\":\"both\",\"not_after\":9007199254740992",
    );
    shape(
        "uses-2-32",
        "more uses than 2^32 - 1",
        DAMAGED,
        "\"use\":\"both\"",
        "\"use\":\"both\",\"uses\":4294967296",
    );
    shape(
        "backup-2-53",
        "a bundle's time above 2^53 - 1",
        DAMAGED,
        "\"policy\":{}",
        "\"policy\":{},\"backup\":{\"made\":9007199254740992,\"missing\":0}",
    );
    shape("policy-missing", "no policy", DAMAGED, "\"policy\":{},", "");
    shape(
        "kind-unknown",
        "a kind of slot that is not known",
        DAMAGED,
        "\"kind\":\"password\"",
        "\"kind\":\"pin\"",
    );
    shape("use-unknown", "a use that is not known", DAMAGED, "\"use\":\"both\"", "\"use\":\"all\"");
    shape("header-nan", "a number that JSON has not", DAMAGED, "\"policy\":{}", "\"policy\":{\"x\":NaN}");
    shape("header-comment", "a comment", DAMAGED, "\"policy\":{}", "\"policy\":{}/**/");
    shape("header-comma", "a comma too many", DAMAGED, "\"policy\":{},", "\"policy\":{},,");
    let ids: Vec<String> = (0..2).map(|at| json["slots"][at]["id"].as_str().unwrap().to_owned()).collect();
    shape("slot-twice", "two slots with one id", DAMAGED, &ids[1], &ids[0]);
    let mut odd = now.clone();
    odd.header = "[]".into();
    add(all, "header-array", "a header that is no object", DAMAGED, odd.signed(&good.key).bytes());
    let mut many = json.clone();
    let slot = json["slots"][0].clone();
    many["slots"] = (0u8..65)
        .map(|n| {
            let mut slot = slot.clone();
            slot["id"] = json!(format!("{n:032x}"));
            slot
        })
        .collect();
    let parts = Parts { header: many.to_string(), records: vec!["-".into(); 65], ..now.clone() };
    add(all, "slots-65", "more slots than 64", LARGE, parts.signed(&good.key).bytes());
}

/// Headers that somebody without the key changed, and MACs that are not theirs.
fn header_forged(good: &Good, all: &mut Vec<Made>) {
    let (now, before) = (&good.now, &good.before);
    let mut forged = |name: &str, what: &str, from: &str, to: &str| {
        add(all, name, what, DAMAGED, now.header_with(from, to).bytes());
    };
    forged("generation-raised", "a higher generation", "\"generation\":3", "\"generation\":4");
    forged(
        "generation-highest",
        "the highest generation",
        "\"generation\":3",
        "\"generation\":9007199254740991",
    );
    forged("saved-changed", "another time", "\"saved\":17", "\"saved\":18");
    forged("policy-added", "a policy", "\"policy\":{}", "\"policy\":{\"x\":1}");
    forged(
        "use-changed",
        "a slot for bundles made one for the vault",
        "\"use\":\"backup\"",
        "\"use\":\"both\"",
    );
    forged("uses-added", "a limit", "\"use\":\"both\"", "\"use\":\"both\",\"uses\":1");
    forged(
        "not-after-added",
        "an end",
        "\"use\":\"both\"",
        "\"use\":\"both\",\"not_after\":9007199254740991",
    );
    forged("member-added", "a member of a later version", "\"policy\":{}", "\"policy\":{},\"later\":1");
    forged("header-blank", "a blank in the header", "\"policy\":{}", "\"policy\": {}");
    forged(
        "backup-added",
        "a bundle that never was",
        "\"policy\":{}",
        "\"policy\":{},\"backup\":{\"made\":1,\"missing\":0}",
    );
    let json = now.json();
    let other = |name: &str| json[name].as_str().unwrap().to_owned();
    forged("device-changed", "another device", &other("device"), &"1".repeat(32));
    forged("salt-changed", "another body salt", &other("body_salt"), &BASE64.encode(&[3; 32]));
    forged("hash-changed", "another body hash", &other("body_hash"), &BASE64.encode(&[3; 32]));
    let mut wrong = |name: &str, what: &str, from: &str, to: &str| {
        add(all, name, what, WRONG, now.header_with(from, to).bytes());
    };
    wrong("vault-changed", "another vault: no slot fits", &other("vault"), &"1".repeat(32));
    wrong("epoch-changed", "another epoch: no slot fits", "\"epoch\":2", "\"epoch\":3");
    wrong(
        "kind-changed",
        "another kind: no slot is a password's",
        "\"kind\":\"password\"",
        "\"kind\":\"pass\"",
    );
    wrong("slot-id-changed", "another slot id", json["slots"][0]["id"].as_str().unwrap(), &"1".repeat(32));

    let swap = |header: &Parts, mac: &Parts, records: &Parts, body: &Parts| Parts {
        magic: now.magic.clone(),
        header: header.header.clone(),
        mac: mac.mac.clone(),
        records: records.records.clone(),
        body: body.body.clone(),
    };
    add(
        all,
        "header-of-before",
        "the header of the generation before",
        DAMAGED,
        swap(before, now, now, now).bytes(),
    );
    add(
        all,
        "mac-of-before",
        "the MAC of the generation before",
        DAMAGED,
        swap(now, before, now, now).bytes(),
    );
    add(
        all,
        "body-of-before",
        "the body of the generation before",
        DAMAGED,
        swap(now, now, now, before).bytes(),
    );
    add(
        all,
        "header-and-mac-of-before",
        "the header and MAC of the generation before",
        DAMAGED,
        swap(before, before, now, now).bytes(),
    );
    let stranger = Key::new([1; 32]);
    add(all, "mac-of-stranger", "a MAC by another key", DAMAGED, now.signed(&stranger).bytes());
    let over = |text: String| now.signed_over(&good.key, &text).bytes();
    add(
        all,
        "mac-without-feed",
        "a MAC over the lines without the last line feed",
        DAMAGED,
        over(format!("sparekey/1\n{}", now.header)),
    );
    add(
        all,
        "mac-without-first-line",
        "a MAC over the header alone",
        DAMAGED,
        over(format!("{}\n", now.header)),
    );
    add(
        all,
        "mac-over-crlf",
        "a MAC over other line ends",
        DAMAGED,
        over(format!("sparekey/1\r\n{}\r\n", now.header)),
    );
    add(
        all,
        "mac-over-next",
        "a MAC for another version",
        DAMAGED,
        over(format!("sparekey/2\n{}\n", now.header)),
    );
    let bit = |text: &str| {
        let mut bytes = BASE64.decode(text.as_bytes()).unwrap();
        bytes[0] ^= 1;
        BASE64.encode(&bytes)
    };
    add(all, "mac-bit", "a bit of the MAC", DAMAGED, Parts { mac: bit(&now.mac), ..now.clone() }.bytes());
}

/// Records. What cannot be this slot's is as good as erased: no slot opens.
fn records(good: &Good, all: &mut Vec<Made>) {
    let now = &good.now;
    let line = now.records[0].clone();
    let mut unsigned = |name: &str, what: &str, parts: Parts| add(all, name, what, WRONG, parts.bytes());
    unsigned("record-erased", "the way in erased", now.record_with(0, "-"));
    unsigned("record-blank", "an empty line for the way in", now.record_with(0, ""));
    unsigned("record-bit", "a bit of the record", {
        let mut bytes = BASE64.decode(line.as_bytes()).unwrap();
        let last = bytes.len() - 10;
        bytes[last] ^= 1;
        now.record_with(0, BASE64.encode(&bytes))
    });
    unsigned("record-blank-after", "a blank after the record", now.record_with(0, format!("{line} ")));
    unsigned("records-swapped", "two records in each other's place", {
        now.record_with(0, now.records[1].clone()).record_with(1, line.clone())
    });
    unsigned(
        "record-of-old-epoch",
        "the record of an earlier epoch",
        now.record_with(0, good.old.records[0].clone()),
    );
    let stranger = Key::new([66; 32]);
    unsigned("record-of-stranger", "a record for the same password by somebody else", {
        now.record_with(0, good.forged(CHEAP, &good.place, &stranger))
    });

    // From here on the index names the record and the MAC is in order: what only a holder of the key could write, or
    // what somebody without the key writes as a whole, under a key of their own.
    let mut signed = |name: &str, what: &str, error, line: &str| {
        add(all, name, what, error, now.indexed(0, line).signed(&good.key).bytes());
    };
    let cost = |kdf: serde_json::Value| record(&line, move |json| json["kdf"] = kdf.clone());
    let argon2id = |m: u32, t: u32, p: u32| cost(json!({ "kdf": "argon2id", "m": m, "t": t, "p": p }));
    let cheap = |m: u32, t: u32, p: u32| good.forged(KdfParams::Argon2id { m, t, p }, &good.place, &good.key);
    signed(
        "kdf-memory-below",
        "Argon2id below 19 MiB, the password right",
        WRONG,
        &cheap(19 * 1024 - 1, 2, 1),
    );
    signed("kdf-passes-below", "Argon2id with one pass, the password right", WRONG, &cheap(19 * 1024, 1, 1));
    signed("kdf-tiny", "Argon2id with 8 KiB, the password right", WRONG, &cheap(8, 1, 1));
    signed("kdf-no-lanes", "Argon2id without lanes", WRONG, &argon2id(19 * 1024, 2, 0));
    signed("kdf-memory-above", "Argon2id above 512 MiB", WRONG, &argon2id(512 * 1024 + 1, 2, 1));
    signed("kdf-memory-most", "Argon2id with 4 TiB", WRONG, &argon2id(u32::MAX, 2, 1));
    signed("kdf-passes-above", "Argon2id with 17 passes", WRONG, &argon2id(19 * 1024, 17, 1));
    signed("kdf-lanes-above", "Argon2id with 17 lanes", WRONG, &argon2id(19 * 1024, 2, 17));
    let few = KdfParams::Pbkdf2 { iterations: 599_999 };
    signed(
        "kdf-iterations-below",
        "PBKDF2 below 600,000, the password right",
        WRONG,
        &good.forged(few, &good.place, &good.key),
    );
    signed(
        "kdf-iterations-above",
        "PBKDF2 above 10,000,000",
        WRONG,
        &cost(json!({ "kdf": "pbkdf2", "iterations": 10_000_001 })),
    );
    signed("kdf-unknown", "a KDF that is not known", WRONG, &cost(json!({ "kdf": "scrypt", "n": 32768 })));
    signed("kdf-plain", "a password slot without a password KDF", WRONG, &cost(json!({ "kdf": "hkdf" })));
    let bytes = |name: &'static str, act: fn(&mut Vec<u8>)| {
        record(&line, move |json| {
            let mut bytes = BASE64.decode(json[name].as_str().unwrap().as_bytes()).unwrap();
            act(&mut bytes);
            json[name] = json!(BASE64.encode(&bytes));
        })
    };
    signed("commit-bit", "a bit of the commitment", WRONG, &bytes("commit", |b| b[0] ^= 1));
    signed("lock-bit", "a bit of the locked half", WRONG, &bytes("lock", |b| b[20] ^= 1));
    signed("salt-bit", "a bit of the slot's salt", WRONG, &bytes("salt", |b| b[0] ^= 1));
    signed("salt-short", "a slot's salt of 15 bytes", WRONG, &bytes("salt", |b| b.truncate(15)));
    signed("sealed-bit", "a bit of the sealed key", WRONG, &bytes("sealed", |b| b[79] ^= 1));
    signed(
        "sealed-to-zero",
        "an encapsulated key of order one",
        WRONG,
        &bytes("sealed", |b| b[..32].fill(0)),
    );
    signed("sealed-short", "a sealed key of 79 bytes", WRONG, &bytes("sealed", |b| b.truncate(79)));
    signed("record-not-json", "a record that is no JSON", WRONG, &BASE64.encode(b"not json"));
    signed("record-not-base64", "a record that is no base64", WRONG, "not base64");
    let elsewhere = |place: SlotPlace| good.forged(CHEAP, &place, &good.key);
    signed(
        "record-for-other-vault",
        "made for another vault",
        WRONG,
        &elsewhere(SlotPlace { vault: VaultId([1; 16]), ..good.place }),
    );
    signed(
        "record-for-other-slot",
        "made for another slot",
        WRONG,
        &elsewhere(SlotPlace { slot: SlotId([1; 16]), ..good.place }),
    );
    signed(
        "record-for-other-kind",
        "made for another kind",
        WRONG,
        &elsewhere(SlotPlace { kind: SlotKind::Pass, ..good.place }),
    );
    signed(
        "record-for-other-epoch",
        "made for another epoch",
        WRONG,
        &elsewhere(SlotPlace { epoch: 1, ..good.place }),
    );
    signed(
        "record-of-other-key",
        "it opens, and gives another key",
        DAMAGED,
        &good.forged(CHEAP, &good.place, &stranger),
    );
    signed("record-9-kib", "a record above 8 KiB", LARGE, &"A".repeat(9 * 1024));

    // The heart of the matter: the attacker knows the public half, makes a vault of their own and gives it the user's
    // slot, lock and commitment as they are, but has no psk to seal their key with.
    let mut slot = SlotRecord::from_line(&line).unwrap();
    let (_, public) = seal::make_pair(&mut Seeded(1));
    let info = [
        b"sparekey/1 key\0".as_slice(),
        &good.place.vault.0,
        &good.place.epoch.to_be_bytes(),
        &good.place.slot.0,
        b"password",
    ]
    .concat();
    let psk = Key::new([0; 32]);
    let sealed = seal::seal_key(&mut Seeded(2), &public, &psk, &good.place.slot.0, &info, &stranger).unwrap();
    slot.sealed = B64(sealed);
    let parts = now.indexed(0, &slot.to_line()).sealed(&stranger, 3, b"{\"entries\":[],\"slots\":{}}");
    add(
        all,
        "sealed-by-stranger",
        "a whole vault by somebody else behind the user's lock",
        WRONG,
        parts.bytes(),
    );
}

/// Bodies under a header and a MAC in order: written by a holder of the key, and still not a vault.
fn bodies(good: &Good, all: &mut Vec<Made>) {
    let (now, key) = (&good.now, &good.key);
    let plain = b"{\"entries\":[],\"slots\":{}}    ";
    let raw = BASE64.decode(now.body.as_bytes()).unwrap();
    let changed = |act: fn(&mut Vec<u8>)| {
        let mut raw = raw.clone();
        act(&mut raw);
        raw
    };
    let mut bad = |name: &str, what: &str, parts: Parts| add(all, name, what, DAMAGED, parts.bytes());
    let flipped = changed(|raw| raw[0] ^= 1);
    bad("body-bit", "a bit of the body", Parts { body: BASE64.encode(&flipped), ..now.clone() });
    bad("body-bit-signed", "a bit of the body, hash and MAC in order", now.with_body(&flipped).signed(key));
    let last = changed(|raw| *raw.last_mut().unwrap() ^= 1);
    bad(
        "body-tag-signed",
        "a bit of the body's tag, hash and MAC in order",
        now.with_body(&last).signed(key),
    );
    bad("body-short-signed", "a body shorter than a tag", now.with_body(&raw[..15]).signed(key));
    bad("body-of-before-signed", "the body of the generation before, hash and MAC in order", {
        let before = BASE64.decode(good.before.body.as_bytes()).unwrap();
        now.with_body(&before).signed(key)
    });
    bad("body-other-generation", "a body under the key of another generation", now.sealed(key, 4, plain));
    bad(
        "body-other-key",
        "a body under another vault key",
        now.sealed(&Key::new([1; 32]), 3, plain).signed(key),
    );
    bad("body-not-json", "a body that is no JSON", now.sealed(key, 3, b"entries: none   "));
    bad("body-cut-json", "a body whose JSON is cut off", now.sealed(key, 3, b"{\"entries\":[]"));
    bad(
        "body-zeros",
        "a body padded with zero bytes",
        now.sealed(key, 3, b"{\"entries\":[],\"slots\":{}}\0\0\0"),
    );
}

/// Vectors that are made when they are needed.
pub fn too_large() -> Vec<Made> {
    let good = Good::new(101);
    let mut all = Vec::new();
    let file = [good.now.bytes(), vec![b' '; 24 * 1024 * 1024]].concat();
    add(&mut all, "file-24-mib", "a file above 24 MiB", LARGE, file);
    let blanks = format!("\"policy\":{}{{}}", " ".repeat(256 * 1024));
    let header = good.now.header_with("\"policy\":{}", &blanks).signed(&good.key);
    add(&mut all, "header-256-kib", "a header above 256 KiB", LARGE, header.bytes());
    all
}
