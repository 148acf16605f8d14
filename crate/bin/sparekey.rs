//! The native tool. It never prompts: passwords come from files, so that it runs in scripts and without a terminal.

mod convert;

use std::ffi::OsString;
use std::io::{Write, stderr, stdout};
use std::process::ExitCode;

const USAGE: &str = "\
usage: sparekey convert FILE... [--password-file FILE] [--max-memory MIB]

convert   reads the exports of other authenticators, lists of otpauth URIs and pictures of QR codes, and prints
          one JSON document. The password is the first file's text without its last line end.
          A file whose key takes more than 2048 MiB to derive, or than --max-memory says, is refused.

exit status: 0, or 2 with `error` set in the document";

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let verb = arguments.next();
    let arguments: Vec<OsString> = arguments.collect();
    match verb.as_ref().and_then(|verb| verb.to_str()) {
        Some("convert") => print(convert::run(&arguments)),
        Some("help" | "--help" | "-h") => say(&mut stdout(), USAGE, ExitCode::SUCCESS),
        _ => say(&mut stderr(), USAGE, ExitCode::from(2)),
    }
}

/// Prints a document; its `error` decides the exit status.
fn print(document: serde_json::Value) -> ExitCode {
    let status = if document["error"].is_null() { ExitCode::SUCCESS } else { ExitCode::from(2) };
    if document["error"] == "usage" {
        say(&mut stderr(), USAGE, status);
    }
    say(&mut stdout(), &format!("{document:#}"), status)
}

fn say(to: &mut impl Write, text: &str, status: ExitCode) -> ExitCode {
    match writeln!(to, "{text}") {
        Ok(()) => status,
        // Whoever reads us went away.
        Err(_) => ExitCode::from(2),
    }
}
