//! The offline pass for ever: a file of each kind, written once, that the core, the native tool and the second reader must
//! open to the same codes. `SPAREKEY_WRITE_FIXTURES=1` writes it where it is not there; it never changes it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use sparekey::env::{Env, Millis};
use sparekey::otp::{Algorithm, Digits, Kind, Otp, Period};
use sparekey::protocol::KdfParams;
use sparekey::recovery::offline_pass::{self, Account, Lock, Window};
use sparekey::secret::{Key, Secret, SecretBytes, SecretText};
use sparekey::vault::code::Code;
use sparekey::vault::kdf;
use sparekey::vault::seal;
use sparekey::vault::way::SlotSecret;
use unicode_normalization::UnicodeNormalization;

use super::fixtures::Seeded;
use super::tool::Folder;

const FROM: u64 = 1_795_000_000_000;
const UNTIL: u64 = FROM + 3_600_000;

fn generators() -> [(&'static str, Otp); 4] {
    let make = |kind, algorithm, digits| {
        let digits = Digits::new(digits).unwrap();
        Otp::new(kind, algorithm, digits, SecretBytes::new(b"12345678901234567890".to_vec())).unwrap()
    };
    let totp = |seconds| Kind::Totp { period: Period::new(seconds).unwrap() };
    [
        ("six", make(totp(30), Algorithm::Sha1, 6)),
        ("eight", make(totp(60), Algorithm::Sha256, 8)),
        ("one", make(totp(7), Algorithm::Sha512, 1)),
        ("steam", make(Kind::Steam, Algorithm::Sha1, 5)),
    ]
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/offline-pass")
}

/// A frozen pass, what opens it, and how the tool is given that.
struct Fixture {
    name: &'static str,
    option: &'static str,
    text: String,
    held: String,
}

/// Each kind with the text of what opens it; the passphrase is not in NFKC, so that a reader must bring it there.
const KINDS: [(&str, &str, Option<KdfParams>); 3] = [
    ("pass", "code", None),
    ("passphrase", "passphrase", Some(kdf::ARGON2ID)),
    ("passphrase-pbkdf2", "passphrase", Some(kdf::PBKDF2)),
];
const PASSPHRASE: &str = "caf\u{0065}\u{0301} \u{fb01}ve words for a colleague";

fn fixtures() -> Vec<Fixture> {
    let read = |(name, held, params): (&'static str, &str, Option<KdfParams>)| {
        let (pass, held) =
            (folder().join(format!("{name}.sparekeypass")), folder().join(format!("{held}.txt")));
        if std::env::var_os("SPAREKEY_WRITE_FIXTURES").is_some() && !pass.exists() {
            write(&pass, &held, params);
        }
        let option = if params.is_some() { "--password-file" } else { "--code-file" };
        let text = |path: PathBuf| fs::read_to_string(path).unwrap();
        Fixture { name, option, text: text(pass), held: text(held) }
    };
    KINDS.into_iter().map(read).collect()
}

fn write(pass: &Path, held: &Path, params: Option<KdfParams>) {
    let all = generators();
    let accounts: Vec<Account<'_>> =
        all.iter().map(|(name, otp)| Account { issuer: name, account: "ada", otp }).collect();
    let window = Window { from: Millis(FROM), until: Millis(UNTIL), made: Millis(FROM - 60_000) };
    let mut entropy = Seeded(3);
    let env = &mut Env { now: window.made, entropy: &mut entropy };
    let (lock, opens) = match params {
        None => {
            let code = Code::make_random(env.entropy);
            let text = code.to_text();
            (Lock::Code(code), text)
        }
        Some(params) => (derived(params, env.make_bytes(), PASSPHRASE), SecretText::new(PASSPHRASE.into())),
    };
    let text = offline_pass::seal(&accounts, window, &lock, env).unwrap();
    fs::create_dir_all(folder()).unwrap();
    fs::write(pass, format!("{}\n", text.expose())).unwrap();
    fs::write(held, format!("{}\n", opens.expose())).unwrap();
}

fn derived(params: KdfParams, salt: [u8; 16], passphrase: &str) -> Lock {
    let normal: String = passphrase.nfkc().collect();
    let key = kdf::derive(params, &salt, normal.as_bytes()).unwrap();
    Lock::Passphrase(SlotSecret { params, salt, key })
}

/// What opens a text, from what somebody holds.
fn lock_of(text: &str, held: &str) -> Lock {
    match offline_pass::look(text).unwrap().job {
        None => Lock::Code(Code::parse(held).unwrap()),
        Some(job) => {
            let salt = data_encoding::BASE64.decode(job.salt.as_bytes()).unwrap();
            derived(job.params, salt.try_into().unwrap(), held.trim_end())
        }
    }
}

/// What the generators themselves show then, in order.
fn wanted(seconds: u64) -> Vec<(String, String)> {
    if !(FROM..UNTIL).contains(&(seconds * 1000)) {
        return Vec::new();
    }
    let code = |otp: &Otp| otp.code_at(Millis(seconds * 1000)).code.expose().clone();
    generators().iter().map(|(name, otp)| ((*name).to_owned(), code(otp))).collect()
}

fn told(document: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let codes = document["codes"].as_array().unwrap().iter();
    codes.map(|code| (text(&code["issuer"]), text(&code["code"]))).collect()
}

const INSTANTS: [u64; 6] = [
    FROM / 1000 - 1,
    FROM / 1000,
    FROM / 1000 + 1_234,
    UNTIL / 1000 - 1,
    UNTIL / 1000,
    UNTIL / 1000 + 86_400,
];

#[test]
fn the_frozen_passes_open_to_the_codes_of_their_window_alone() {
    for Fixture { name, text, held, .. } in fixtures() {
        let pass = offline_pass::open(&text, &lock_of(&text, &held)).unwrap();
        let names: Vec<String> = pass.accounts().map(|each| each.issuer.to_owned()).collect();
        for seconds in INSTANTS {
            let shown = pass.codes(Millis(seconds * 1000));
            let shown: Vec<_> =
                shown.iter().map(|each| (names[each.at].clone(), each.code.expose().clone())).collect();
            assert_eq!(shown, wanted(seconds), "{name} {seconds}");
        }
    }
}

/// The native tool's answer.
fn tool(pass: &Path, option: &str, held: &Path, seconds: u64) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sparekey"));
    run(command.arg("codes").arg(pass).arg(option).arg(held).args(["--at", &seconds.to_string()]))
}

/// The second reader's.
fn second(python: &Path, pass: &Path, held: &Path, seconds: u64) -> Value {
    let reader = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reader/offline.py");
    run(Command::new(python).arg(&reader).arg(pass).arg(held).arg(seconds.to_string()))
}

fn python() -> Option<PathBuf> {
    super::python().map_err(|why| eprintln!("SKIPPED: the second reader: {why}")).ok()
}

fn run(command: &mut Command) -> Value {
    let output = command.stdin(Stdio::null()).output().unwrap();
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn the_tool_and_the_second_reader_agree() {
    let scratch = Folder::new("offline");
    let python = python();
    let second = |pass: &Path, held: &Path, seconds: u64| Some(second(python.as_ref()?, pass, held, seconds));
    let wrong_code = scratch.write("wrong-code", b"0000-0000-0000-0000-0000-0000");
    let wrong_phrase = scratch.write("wrong-phrase", b"five other words that nobody chose");
    for Fixture { name, option, text, held } in fixtures() {
        let (pass, right) = (scratch.write(name, text.as_bytes()), scratch.write("held", held.as_bytes()));
        for seconds in INSTANTS {
            let document = tool(&pass, option, &right, seconds);
            assert_eq!(told(&document), wanted(seconds), "{name} {seconds}");
            let state = match seconds * 1000 {
                ..FROM => "not-begun",
                FROM..UNTIL => "valid",
                UNTIL.. => "ended",
            };
            assert_eq!(document["state"], state, "{name} {seconds}");
            if let Some(document) = second(&pass, &right, seconds) {
                assert_eq!(told(&document), wanted(seconds), "{name} {seconds}");
            }
        }
        let by_phrase = option == "--password-file";
        let (wrong, error) = if by_phrase {
            (&wrong_phrase, "offline-wrong-passphrase")
        } else {
            (&wrong_code, "offline-wrong-code")
        };
        let refused = |document: Option<Value>, error: &str| {
            let Some(document) = document else { return };
            assert_eq!((told(&document).len(), document["error"].as_str()), (0, Some(error)), "{name}");
        };
        refused(Some(tool(&pass, option, wrong, FROM / 1000)), error);
        refused(second(&pass, wrong, FROM / 1000), error);
        // Cut off: told whatever is held.
        let cut = scratch.write("cut", &text.as_bytes()[..text.len() / 2]);
        refused(Some(tool(&cut, option, &right, FROM / 1000)), "offline-damaged");
        refused(second(&cut, &right, FROM / 1000), "offline-damaged");
        // Shown what opens the other kind.
        let (other, needed) =
            if by_phrase { ("--code-file", "password-needed") } else { ("--password-file", "code-needed") };
        refused(Some(tool(&pass, other, &right, FROM / 1000)), needed);
    }
}

/// A pass with this list and so many bytes of codes, sealed as the page says: what holds the code can make it, and no writer of ours
/// does.
fn forged(list: &Value, codes: usize, code: &Code) -> String {
    let list = serde_json::to_vec(list).unwrap();
    let mut body = [&u32::try_from(list.len()).unwrap().to_be_bytes()[..], &list].concat();
    body.resize((body.len() + codes).next_multiple_of(64), 0);
    let salt = [5; 16];
    let window = [FROM, UNTIL, FROM].map(u64::to_be_bytes).concat();
    let open = [&salt[..], &window].concat();
    let head = [offline_pass::PREFIX.as_bytes(), &open].concat();
    let keys: Secret<[u8; 76]> = code.derive_for(&salt, b"sparekey/1 offline pass");
    let part = |from: usize| Key::new(keys.expose()[from..from + 32].try_into().unwrap());
    let sealed = seal::encrypt(&part(0), keys.expose()[64..].try_into().unwrap(), &head, &body);
    let commit = seal::mac(&part(32), &[&head, &sealed]);
    let bytes = [open, commit.to_vec(), sealed].concat();
    format!("{}{}", offline_pass::PREFIX, data_encoding::BASE32_NOPAD.encode(&bytes))
}

#[test]
fn what_is_beyond_the_limits_is_damaged_to_every_reader() {
    let scratch = Folder::new("offline-limits");
    let code = Code::make_random(&mut Seeded(11));
    let held = scratch.write("held", code.to_text().expose().as_bytes());
    let entry = |changes: Value| {
        let mut entry = json!({"issuer": "a", "account": "b", "type": "totp", "digits": 6, "period": 30,
            "first": FROM / 30_000, "count": 1});
        entry.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        json!([entry])
    };
    let one_digit = |count: u64| entry(json!({"digits": 1, "count": count}));
    // The list, the bytes of its codes, and whether it is a pass.
    let cases = [
        (entry(json!({})), 3, true),
        (entry(json!({"digits": 10})), 5, true),
        (entry(json!({"digits": 0})), 3, false),
        (entry(json!({"digits": 11})), 5, false),
        (entry(json!({"digits": 6.0})), 3, false),
        (entry(json!({"type": "steam", "digits": 5})), 3, true),
        (entry(json!({"type": "steam", "digits": 6})), 3, false),
        (entry(json!({"type": "hotp"})), 3, false),
        (entry(json!({"period": 0})), 3, false),
        (entry(json!({"period": 1_u64 << 32})), 3, false),
        (entry(json!({"first": (1_u64 << 53) - 1})), 3, true),
        (entry(json!({"first": 1_u64 << 53})), 3, false),
        (entry(json!({"first": -1})), 3, false),
        (one_digit(50_000), 25_000, true),
        (one_digit(50_001), 25_001, false),
        (entry(json!({"count": 1_000})), 3, false),
        (entry(json!({"issuer": 1})), 3, false),
        (entry(json!({}))[0].clone(), 3, false),
    ];
    let python = python();
    for (list, codes, is_one) in cases {
        let text = forged(&list, codes, &code);
        let wanted = (!is_one).then_some("offline-damaged");
        let lock = Lock::Code(Code::parse(code.to_text().expose()).unwrap());
        let by_core = offline_pass::open(&text, &lock).err().map(offline_pass::OfflineError::code);
        assert_eq!(by_core, wanted, "the core: {list}");
        let pass = scratch.write("pass", text.as_bytes());
        let by_tool = tool(&pass, "--code-file", &held, FROM / 1000);
        assert_eq!(by_tool["error"].as_str(), wanted, "the tool: {list}");
        let Some(python) = &python else { continue };
        let by_second = second(python, &pass, &held, FROM / 1000);
        assert_eq!(by_second["error"].as_str(), wanted, "the second reader: {list}");
        assert_eq!(told(&by_second), told(&by_tool), "{list}");
    }
}
