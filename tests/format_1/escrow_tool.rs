//! `sparekey escrow`: a key made, tested on a bundle and used for a helpdesk bundle, as the administrators' guide has it; and
//! what it says when something is wrong.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use sparekey::otp::Algorithm;
use sparekey::vault::escrow::EscrowKey;
use sparekey::vault::slot::SlotUse;

use super::fixtures::{CHEAP, PASSWORD, Writer, otp, totp};
use super::tool::Folder;

/// A folder with a password, and the tool run in it.
struct Desk(Folder);

impl Desk {
    fn new() -> Self {
        let folder = Folder::new("escrow");
        folder.write("password.txt", b"the safe on the second floor\n");
        Self(folder)
    }

    fn run(&self, line: &str) -> Value {
        let output = Command::new(env!("CARGO_BIN_EXE_sparekey"))
            .current_dir(self.0.path())
            .args(line.split(' ').map(|part| part.replace('_', " ")))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(if said["error"].is_null() { 0 } else { 2 }), "{line}");
        said
    }

    fn error(&self, line: &str) -> String {
        self.run(line)["error"].as_str().unwrap_or("none").to_owned()
    }

    /// A bundle of the vault of `seed` that is sealed to the key, and its next one.
    fn bundles(&self, seed: u64, key: &str, names: [&str; 2]) {
        let mut writer = Writer::new(seed);
        writer.password(PASSWORD, CHEAP, SlotUse::Both);
        let key = EscrowKey::parse(key).unwrap();
        writer.with(|vault, env| vault.add_escrow(env, key, "Acme as agreed").unwrap());
        for name in names {
            writer.add("Example", name, otp(totp(30), Algorithm::Sha1, 6, b"12345678901234567890"));
            self.0.write(name, &writer.save().to_bytes());
        }
    }
}

#[test]
fn a_key_is_made_tested_and_used() {
    let desk = Desk::new();
    let made = desk.run("escrow new --name Acme_helpdesk --out acme.escrow --password-file password.txt");
    assert_eq!(made["policy"], json!({ "escrowKey": made["key"], "escrowName": "Acme helpdesk" }));
    let seen = desk.run("escrow inspect acme.escrow");
    assert_eq!((&seen["name"], &seen["words"]), (&json!("Acme helpdesk"), &made["words"]));
    let key = made["key"].as_str().unwrap();
    desk.bundles(70, key, ["one.sparekey", "two.sparekey"]);
    let claims = desk.run("escrow inspect two.sparekey");
    assert_eq!(claims["parties"][0]["name"], "Acme as agreed");
    assert_eq!((&claims["parties"][0]["words"], &claims["issued"]), (&made["words"], &Value::Null));
    assert_eq!(desk.run("inspect two.sparekey")["parties"], claims["parties"]);

    let held = "--escrow-key acme.escrow --password-file password.txt";
    let opened = desk.run(&format!("escrow open two.sparekey {held}"));
    assert_eq!(opened["entries"].as_array().unwrap().len(), 2);
    assert_eq!(opened, desk.run(&format!("open two.sparekey {held}")));

    desk.0.write("policy.json", br#"{"3rdparty": {"extensions": {"x": {"passMaxMinutes": 120}}}}"#);
    let reissue = format!("escrow reissue two.sparekey one.sparekey {held} --by Grace --policy policy.json");
    let long = desk.run(&format!("{reissue} --minutes 180 --out late"));
    assert_eq!((&long["error"], &long["number"]), (&json!("pass-too-long"), &json!(120)));
    let issued = desk.run(&format!("{reissue} --minutes 90 --out for-ada.sparekey"));
    assert_eq!((&issued["entries"], &issued["once"]), (&json!(2), &json!(true)), "the newest of both");
    let times = ["from", "until"].map(|name| issued[name].as_u64().unwrap());
    assert_eq!(times[1] - times[0], 90 * 60_000);
    desk.0.write("pass.txt", issued["pass"].as_str().unwrap().as_bytes());
    let by_pass = desk.run("open for-ada.sparekey --pass-file pass.txt");
    assert_eq!(by_pass["entries"], opened["entries"]);
    assert_ne!(by_pass["vault"], opened["vault"]);
    let claims = desk.run("escrow inspect for-ada.sparekey");
    assert_eq!(claims["issued"]["by"], "Acme as agreed", "the name that the user saw");
    assert_eq!((&claims["issued"]["person"], &claims["issued"]["words"]), (&json!("Grace"), &made["words"]));
    assert_eq!(claims["parties"], json!([]), "one pass is the only way in");
    assert_eq!(desk.error(&format!("escrow open for-ada.sparekey {held}")), "no-escrow");
}

#[test]
fn a_key_in_shares_needs_no_file() {
    let desk = Desk::new();
    let made = desk.run("escrow new --name Acme --out acme --shares 2/3");
    assert_eq!(made["files"], json!(["acme.share-1.txt", "acme.share-2.txt", "acme.share-3.txt"]));
    let share = |n: u32| fs::read_to_string(desk.0.path().join(format!("acme.share-{n}.txt"))).unwrap();
    desk.0.write("two.txt", (share(3) + &share(1)).as_bytes());
    desk.0.write("alone.txt", share(2).as_bytes());
    assert_eq!(desk.run("escrow inspect --escrow-shares two.txt")["words"], made["words"]);
    desk.bundles(71, made["key"].as_str().unwrap(), ["one.sparekey", "two.sparekey"]);
    let opened = desk.run("escrow open one.sparekey --escrow-shares two.txt");
    assert_eq!(opened["entries"].as_array().unwrap().len(), 1);
    assert_eq!(desk.error("escrow open one.sparekey --escrow-shares alone.txt"), "share-too-few");
    assert_eq!(desk.error("escrow reissue one.sparekey --escrow-shares two.txt --out for-ada"), "none");
    #[cfg(unix)]
    for file in ["acme.share-1.txt", "for-ada"] {
        let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(desk.0.path().join(file)).unwrap());
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[test]
fn what_is_wrong_has_a_code_of_its_own_and_writes_nothing() {
    let desk = Desk::new();
    let made = desk.run("escrow new --name Acme --out acme.escrow --password-file password.txt");
    let other = desk.run("escrow new --name Other --out other.escrow --password-file password.txt");
    desk.bundles(72, made["key"].as_str().unwrap(), ["one.sparekey", "two.sparekey"]);
    desk.bundles(73, made["key"].as_str().unwrap(), ["his.sparekey", "his2.sparekey"]);
    desk.0.write("wrong.txt", b"another password of theirs");
    desk.0.write("weak.txt", b"password");
    desk.0.write("list.json", b"[1]");
    let text = fs::read_to_string(desk.0.path().join("acme.escrow")).unwrap();
    desk.0.write("dear.escrow", text.replace("65536", "4294967295").as_bytes());
    desk.0.write("cheap.escrow", text.replace("65536", "64").as_bytes());
    let plain = super::folder().join("argon2id.sparekey");
    fs::copy(plain, desk.0.path().join("none.sparekey")).unwrap();
    assert_ne!(made["key"], other["key"]);
    let key = "--escrow-key acme.escrow --password-file password.txt";
    for (line, code) in [
        ("open one.sparekey --escrow-key acme.escrow --password-file wrong.txt", "wrong-password"),
        ("open one.sparekey --escrow-key acme.escrow", "password-needed"),
        ("open one.sparekey --escrow-key other.escrow --password-file password.txt", "wrong-escrow-key"),
        ("open one.sparekey --escrow-key one.sparekey --password-file password.txt", "not-an-escrow-key"),
        ("open one.sparekey --escrow-key dear.escrow --password-file password.txt", "too-much-work"),
        ("open one.sparekey --escrow-key cheap.escrow --password-file password.txt", "not-an-escrow-key"),
        ("open one.sparekey --escrow-key missing --password-file password.txt", "cannot-read"),
        (&format!("open none.sparekey {key}"), "no-escrow"),
        (&format!("reissue none.sparekey {key} --out x"), "no-escrow"),
        (&format!("reissue one.sparekey his.sparekey {key} --out x"), "several-vaults"),
        (&format!("reissue one.sparekey {key} --minutes 5 --out x"), "pass-too-short"),
        (&format!("reissue one.sparekey {key} --start 1000 --out x"), "pass-expired"),
        (&format!("reissue one.sparekey {key} --start 99999999999 --out x"), "pass-start-too-late"),
        (&format!("reissue one.sparekey {key} --policy list.json --out x"), "not-a-policy"),
        (&format!("reissue one.sparekey {key} --out two.sparekey"), "file-exists"),
        (&format!("reissue {key} --out x"), "usage"),
        ("new --name Acme --out acme.escrow --password-file password.txt", "file-exists"),
        ("new --name Acme --out new.escrow --password-file weak.txt", "weak-password"),
        ("new --name Acme --out new.escrow", "usage"),
        ("new --name Acme --out new.escrow --shares 5/3", "bad-sharing"),
        ("new --name  --out new.escrow --password-file password.txt", "usage"),
        ("inspect weak.txt", "not-ours"),
        ("steal one.sparekey", "usage"),
    ] {
        assert_eq!(desk.error(&format!("escrow {line}")), code, "{line}");
    }
    for file in ["x", "new.escrow", "new.escrow.share-1.txt"] {
        assert!(!Path::new(&desk.0.path().join(file)).exists(), "{file}");
    }
}
