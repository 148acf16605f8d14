//! Our exports, read by others: `check.py` with published packages where there are some.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What `check.py` imports.
const PACKAGES: &str = "import lib2fas, pyotp, nacl, argon2, cryptography";

/// Every kind of entry that the vault's format has.
const BUNDLE: &str = "tests/fixtures/format-1/everything.sparekey";
const PASSWORD: &str = "correct horse battery staple";

#[test]
fn independent_readers_accept_every_export() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = std::env::var_os("SPAREKEY_EXPORTS_PYTHON").map_or("python3".into(), PathBuf::from);
    let has = Command::new(&python).args(["-c", PACKAGES]).stderr(Stdio::null()).status();
    if !has.is_ok_and(|status| status.success()) {
        eprintln!(
            "SKIPPED: independent readers of exports: {} has not what tests/exports/requirements.txt names",
            python.display()
        );
        return;
    }
    let password = std::env::temp_dir().join(format!("sparekey-exports-{}", std::process::id()));
    std::fs::write(&password, PASSWORD).unwrap();
    let done = Command::new(&python)
        .args(["-B", "tests/exports/check.py", env!("CARGO_BIN_EXE_sparekey"), BUNDLE])
        .arg(&password)
        .current_dir(root)
        .env("NODE_MODULES", root.join("tests/node_modules"))
        .output()
        .unwrap();
    std::fs::remove_file(&password).unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    eprintln!("{said}");
    assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
    // Google's transfers are read by a package of npm; the sheet is a page for people, whose codes are those of the list.
    let read = said.lines().filter(|line| line.starts_with("ok ")).count();
    let skipped =
        said.lines().filter(|line| line.starts_with("SKIPPED: ") && line.contains("gauth-decode")).count();
    assert_eq!(read + skipped, 14, "{said}");
}
