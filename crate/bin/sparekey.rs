//! The native tool. It never prompts: passwords come from files, so that it runs in scripts and without a terminal.

// Cargo builds it for the Wasm tests too, where it is nothing.
#![cfg_attr(target_arch = "wasm32", no_main)]
#![cfg(not(target_arch = "wasm32"))]

mod bundle;
mod convert;
mod escrow;
mod export;
mod only;

use std::ffi::OsString;
use std::io::{Write, stderr, stdout};
use std::process::ExitCode;

const USAGE: &str = "\
usage: sparekey open BUNDLE WAY-IN [--json | --otpauth]
       sparekey codes BUNDLE WAY-IN [--at UNIX]
       sparekey inspect FILE
       sparekey export BUNDLE WAY-IN --to FORMAT [--export-password-file FILE] [--with-bin]
                [--only NAME]...
       sparekey convert FILE... [--password-file FILE]... [--max-memory MIB] [--only NAME]...
                [--to FORMAT [--export-password-file FILE] [--with-bin]]
       sparekey escrow new --name NAME --out FILE (--password-file FILE | --shares NEEDED/COUNT)
       sparekey escrow inspect (FILE | --escrow-shares FILE)
       sparekey escrow open BUNDLE KEY [--json | --otpauth]
       sparekey escrow reissue BUNDLE... KEY --out FILE [--by NAME] [--minutes N] [--start UNIX] [--policy FILE]

WAY-IN    --password-file FILE, --code-file FILE (a recovery code), --pass-file FILE (a temporary pass),
          --shares-file FILE (a share a line), or KEY; a code that goes with a password needs both files.
KEY       an administrator's: --escrow-key FILE --password-file FILE, or --escrow-shares FILE (a share a line).
open      prints every entry of a recovery bundle with its secret, as JSON or as otpauth URIs.
codes     prints the code that each entry shows now, or at a time in seconds since 1970. Of an offline pass, with its code
          as --code-file or its passphrase as --password-file, the codes that it has then: none outside its window.
inspect   says what can be said of a bundle without a key. None of it is authentic.
export    writes a recovery bundle's entries as another app's file to the output, and says beside it, as one JSON
          document, what that format could not hold. Without --to it names the formats.
convert   reads the exports of other authenticators, lists of otpauth URIs and pictures of QR codes, and prints
          one JSON document. The password is the first file's text without its last line end; where files have
          passwords of their own, each is given and they are tried in turn.
          The key file of a KeePass database is named with it, as one more file.
          With --to the entries go to the output as another app's file, and the document beside it says what is not in
          it. An unknown format names those that there are; a password for one that none seals is refused.
          A file whose key takes more than 2048 MiB to derive, or than --max-memory says, is refused.
--only    takes only the accounts of this issuer, or the one of this name, \"issuer: account\"; small and capital letters are
          the same. It may be given several times. A name that no account has is refused, and nothing is written; what is
          in the bin counts with --with-bin alone.

escrow    an administrator's key, best on a computer without a network.
  new      makes a key pair. The private half goes into FILE under the password, or into FILE.share-1.txt and so on, of
           which any NEEDED are enough. Prints the line for the policy, and six words to be compared aloud.
  inspect  says of a key file, of shares or of a bundle which keys they are about. No secret is printed.
  open     is `open` with an administrator's key.
  reissue  writes a helpdesk bundle: what the newest of the bundles holds, under a new key, with one temporary pass as
           the only way in, and prints the pass. 60 minutes from now, unless said otherwise and within the limits of
           the vault and of a policy file. The user is told the name that the key has in their vault, and NAME.

exit status: 0, or 2 with `error` set in the document";

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let verb = arguments.next();
    let arguments: Vec<OsString> = arguments.collect();
    match verb.as_ref().and_then(|verb| verb.to_str()) {
        Some("open") => print_either(bundle::open(&arguments)),
        Some("codes") => print_either(bundle::codes(&arguments)),
        Some("inspect") => print_either(bundle::inspect(&arguments)),
        Some("export") => print_export(export::run(&arguments)),
        Some("escrow") => print_either(escrow::run(&arguments)),
        Some("convert") => match convert::run(&arguments) {
            convert::Converted::Document(document) => print(document),
            convert::Converted::File(done) => print_export(Ok(done)),
        },
        Some("help" | "--help" | "-h") => say(&mut stdout(), USAGE, ExitCode::SUCCESS),
        _ => say(&mut stderr(), USAGE, ExitCode::from(2)),
    }
}

fn print_either(printed: bundle::Printed) -> ExitCode {
    match printed {
        bundle::Printed::Document(document) => print(document),
        bundle::Printed::Lines(lines) => say(&mut stdout(), &lines, ExitCode::SUCCESS),
    }
}

/// The file goes to the output, what is to be said of it beside it.
fn print_export(done: Result<export::Done, serde_json::Value>) -> ExitCode {
    match done {
        Err(document) => print(document),
        Ok(done) => {
            let said = say(&mut stderr(), &format!("{:#}", done.document), ExitCode::SUCCESS);
            match stdout().write_all(done.bytes.expose()).and_then(|()| stdout().flush()) {
                Ok(()) => said,
                // Whoever reads us went away.
                Err(_) => ExitCode::from(2),
            }
        }
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
