//! Our exports, read by others: `check.py` with published packages where there are some.

#![allow(clippy::unwrap_used)]

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What `check.py` imports.
const PACKAGES: &str = "import lib2fas, pyotp, nacl, argon2, cryptography";

/// Every kind of entry that the vault's format has.
const BUNDLE: &str = "tests/fixtures/format-1/everything.sparekey";
const PASSWORD: &str = "correct horse battery staple";

/// A Python with those packages: where the build put one, the system's, or one that is made here. Where the known files lie
/// beside the project nothing is skipped that can be had; elsewhere nothing is fetched.
fn python(root: &Path) -> Result<PathBuf, String> {
    let told = std::env::var_os("SPAREKEY_EXPORTS_PYTHON").map_or("python3".into(), PathBuf::from);
    if has_packages(&told) {
        return Ok(told);
    }
    let wanted = root.join("tests/exports/requirements.txt");
    let mut key = DefaultHasher::new();
    std::fs::read(&wanted).unwrap().hash(&mut key);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("exports-{:016x}", key.finish()));
    let own = folder.join("bin/python");
    if !has_packages(&own) && root.join("../shared").exists() {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
        let options = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--only-binary",
            ":all:",
            "-r",
        ];
        run(Command::new(&own).args(options).arg(&wanted))?;
    }
    if has_packages(&own) {
        Ok(own)
    } else {
        Err(format!("{} has not what {} names", told.display(), wanted.display()))
    }
}

fn has_packages(python: &Path) -> bool {
    let done = Command::new(python).args(["-c", PACKAGES]).stderr(Stdio::null()).status();
    done.is_ok_and(|status| status.success())
}

fn run(command: &mut Command) -> Result<(), String> {
    let done = command.output().map_err(|error| error.to_string())?;
    if done.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&done.stderr).into_owned()) }
}

#[test]
fn independent_readers_accept_every_export() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = match python(root) {
        Ok(python) => python,
        Err(why) => return eprintln!("SKIPPED: independent readers of exports: {why}"),
    };
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
