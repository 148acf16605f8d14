//! The offline pass for ever: one file, written once, that the core, the native tool and the second reader must open to the
//! same codes. `SPAREKEY_WRITE_FIXTURES=1` writes it where it is not there; it never changes it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use sparekey::env::{Env, Millis};
use sparekey::otp::{Algorithm, Digits, Kind, Otp, Period};
use sparekey::recovery::offline_pass::{self, Account, Window};
use sparekey::secret::SecretBytes;
use sparekey::vault::code::Code;

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

/// The pass and its code.
fn fixture() -> (String, String) {
    let (pass, code) = (folder().join("pass.sparekeypass"), folder().join("code.txt"));
    if std::env::var_os("SPAREKEY_WRITE_FIXTURES").is_some() && !pass.exists() {
        let all = generators();
        let accounts: Vec<Account<'_>> =
            all.iter().map(|(name, otp)| Account { issuer: name, account: "ada", otp }).collect();
        let window = Window { from: Millis(FROM), until: Millis(UNTIL), made: Millis(FROM - 60_000) };
        let mut entropy = Seeded(3);
        let env = &mut Env { now: window.made, entropy: &mut entropy };
        let (text, opens) = offline_pass::seal(&accounts, window, env).unwrap();
        fs::create_dir_all(folder()).unwrap();
        fs::write(&pass, format!("{}\n", text.expose())).unwrap();
        fs::write(&code, format!("{}\n", opens.to_text().expose())).unwrap();
    }
    (fs::read_to_string(pass).unwrap(), fs::read_to_string(code).unwrap())
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
fn the_frozen_pass_opens_to_the_codes_of_its_window_alone() {
    let (text, code) = fixture();
    let pass = offline_pass::open(&text, &Code::parse(&code).unwrap()).unwrap();
    let names: Vec<String> = pass.accounts().map(|each| each.issuer.to_owned()).collect();
    for seconds in INSTANTS {
        let shown = pass.codes(Millis(seconds * 1000));
        let shown: Vec<_> =
            shown.iter().map(|each| (names[each.at].clone(), each.code.expose().clone())).collect();
        assert_eq!(shown, wanted(seconds), "{seconds}");
    }
}

#[test]
fn the_tool_and_the_second_reader_agree() {
    let (text, code) = fixture();
    let scratch = Folder::new("offline");
    let (pass, right) = (scratch.write("pass", text.as_bytes()), scratch.write("code", code.as_bytes()));
    let wrong = scratch.write("wrong", b"0000-0000-0000-0000-0000-0000");
    let python = super::python().map_err(|why| eprintln!("SKIPPED: the second reader: {why}")).ok();
    let reader = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reader/offline.py");
    let run = |command: &mut Command| -> Value {
        let output = command.stdin(Stdio::null()).output().unwrap();
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
    };
    let tool = |code: &Path, seconds: u64| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sparekey"));
        run(command.arg("codes").arg(&pass).arg("--code-file").arg(code).args(["--at", &seconds.to_string()]))
    };
    let second = |code: &Path, seconds: u64| {
        let python = python.as_ref()?;
        Some(run(Command::new(python).arg(&reader).arg(&pass).arg(code).arg(seconds.to_string())))
    };
    for seconds in INSTANTS {
        for document in [Some(tool(&right, seconds)), second(&right, seconds)].iter().flatten() {
            assert_eq!(told(document), wanted(seconds), "{seconds}");
        }
    }
    for document in [Some(tool(&wrong, FROM / 1000)), second(&wrong, FROM / 1000)].iter().flatten() {
        assert_eq!((told(document).len(), document["error"].as_str()), (0, Some("offline-wrong-code")));
    }
}
