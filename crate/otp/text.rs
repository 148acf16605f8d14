//! What a QR code, a paste or a text file says: accounts, and for everything else what it is.
//!
//! Sites show QR codes of many schemes. For one that only another app can use, the answer is a code of its own,
//! so that the interface can say where on that site the right kind is.

use super::base32::{parse_base32, parse_steam};
use super::migration::{MigrationError, Part, is_transfer, join, parse_migration};
use super::unwrap::unwrapped;
use super::uri::{Account, Uri, UriError, decode, strip_prefix_ignoring_case, title};
use super::{Algorithm, Digits, Kind, Otp, OtpError, Period, is_unheld};
use crate::secret::{SecretBytes, SecretText};

/// Pieces in all texts together, and accounts of transfer codes; more is no paste and no export.
const MAX_PIECES: usize = 10_000;

/// What texts say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readings {
    /// Accounts: single ones in their order, then those of transfers.
    pub accounts: Vec<Account>,
    /// Everything else, in order.
    pub skipped: Vec<Unread>,
    /// Of a Google transfer that is not complete: how many of its parts were read, and how many it has.
    pub incomplete: Option<(u32, u32)>,
    /// Whether any text was a transfer code.
    pub transferred: bool,
}

/// A piece of text that is no account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Which of the texts, from 0.
    pub text: usize,
    /// Which line of the text, from 0.
    pub line: usize,
    /// What the user knows it by: `Issuer: account`, a host; may be empty. Never a secret.
    pub what: String,
    /// Why, as a stable code.
    pub why: &'static str,
    /// The piece itself, where it is an account that no generator of ours takes.
    pub piece: Option<Box<Piece>>,
}

/// An account that no generator of ours takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Issuer.
    pub issuer: String,
    /// Account.
    pub account: String,
    /// The type that it names, `yaotp`.
    pub kind: String,
    /// The text, secret and all.
    pub text: SecretText,
}

impl Piece {
    /// The account that a text is which was refused with a code.
    fn of(text: &str, why: &str) -> Option<Box<Self>> {
        if !is_unheld(why) {
            return None;
        }
        let (issuer, account, kind) = match Uri::parse(text) {
            Ok(uri) => (uri.issuer, uri.account, uri.kind),
            // The one other scheme of one-time passwords: `motp://Issuer:account?secret=...`, by Aegis with one slash.
            Err(_) => {
                let rest = strip_prefix_ignoring_case(text, "motp:/")?;
                let rest = rest.strip_prefix('/').unwrap_or(rest);
                let label = decode(rest.split('?').next().unwrap_or_default(), false);
                let (issuer, account) = label.expose().split_once(':').unwrap_or(("", label.expose()));
                (issuer.trim().to_owned(), account.trim().to_owned(), "motp".to_owned())
            }
        };
        Some(Box::new(Self { issuer, account, kind, text: SecretText::new(text.to_owned()) }))
    }
}

/// Reads texts, one per QR code or paste: otpauth URIs, transfer codes, bare secrets; several to a text, on lines
/// of their own or separated by commas. Blank lines and lines that start with `#` say nothing.
pub fn read_texts(texts: &[String]) -> Readings {
    let mut out = Readings::default();
    let mut parts = Vec::new();
    let texts: Vec<_> = texts.iter().map(|text| unwrapped(text)).collect();
    let pieces = texts
        .iter()
        .enumerate()
        .flat_map(|(text, content)| self::pieces(content).map(move |(line, piece)| (text, line, piece)));
    let mut left = MAX_PIECES;
    for (text, line, piece) in pieces {
        let unread = |what, why| Unread { text, line, what, why, piece: Piece::of(piece, why) };
        if left == 0 {
            out.skipped.push(unread(String::new(), "too-many"));
            break;
        }
        let reading = read_piece(piece);
        let size = if let Ok(Reading::Part(part)) = &reading { part.items.len().max(1) } else { 1 };
        left = left.saturating_sub(size);
        match reading {
            Ok(Reading::Account(account)) => out.accounts.push(account),
            Ok(Reading::Part(mut part)) => {
                let refused = part.items.extract_if(.., |item| item.is_err()).filter_map(Result::err);
                out.skipped.extend(refused.map(|refused| {
                    let why = refused.why.code();
                    let piece = Some(refused.piece).filter(|_| is_unheld(why));
                    Unread { text, line, what: refused.what, why, piece }
                }));
                out.transferred = true;
                parts.push(part);
            }
            Err((what, why)) => out.skipped.push(unread(what, why)),
        }
    }
    let transfer = join(parts);
    out.accounts.extend(transfer.items.into_iter().flatten());
    out.incomplete = transfer.incomplete;
    out
}

/// The pieces of a text, each with its line from 0. A line is several pieces where a comma stands before `otpauth`.
pub fn pieces(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .map(unquoted)
        .enumerate()
        .filter(|(_, line)| !line.starts_with('#'))
        .flat_map(|(number, line)| split_at_commas(line).map(move |piece| (number, piece)))
        .filter(|(_, piece)| !piece.is_empty())
}

/// A line without blanks around it, without the quotes that a spreadsheet puts around a cell, and without what lists
/// and mails put before a link.
pub fn unquoted(line: &str) -> &str {
    let (_, line) = split_mark(line);
    let inner = line.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.filter(|inner| !inner.contains('"')).map_or(line, str::trim)
}

/// What lists, mails and `zbarimg` put before a link, and the link; nothing, and the line without blanks around it, where it has none.
pub fn split_mark(line: &str) -> (&str, &str) {
    let line = line.trim();
    let link =
        line.trim_start_matches(|c: char| c.is_ascii_digit() || " \t>-*\u{2022}\u{2013}.)".contains(c));
    let link = strip_prefix_ignoring_case(link, "QR-Code:").unwrap_or(link).trim_start();
    if ["otpauth", "lpaauth-migration://", "steam://"]
        .iter()
        .any(|scheme| strip_prefix_ignoring_case(link, scheme).is_some())
    {
        return line.split_at(line.len() - link.len());
    }
    ("", line)
}

/// One piece, read.
enum Reading {
    Account(Account),
    Part(Part),
}

/// Reads a piece; else what it is, and why it is no account.
fn read_piece(piece: &str) -> Result<Reading, (String, &'static str)> {
    match parse_migration(piece) {
        Ok(part) => return Ok(Reading::Part(part)),
        Err(MigrationError::NotMigration) => {}
        Err(error) => return Err((String::new(), error.code())),
    }
    match Uri::parse(piece) {
        Ok(uri) => read_uri(uri).map(Reading::Account),
        Err(UriError::NotOtpauth) => match strip_prefix_ignoring_case(piece, "steam://") {
            // Bitwarden and Proton write Steam so.
            Some(secret) => bare(parse_steam(secret), Kind::Steam).map(Reading::Account),
            None => read_other(piece).map(Reading::Account),
        },
        Err(error) => Err((String::new(), error.code())),
    }
}

fn read_uri(uri: Uri) -> Result<Account, (String, &'static str)> {
    // Where there is no key, the name may be one.
    let is_key = uri.param("secret").is_none() && looks_like_a_secret(&uri.account);
    let what = title(&uri.issuer, if is_key { "" } else { &uri.account });
    // Okta and Symantec have used `otpauth` with types of their own.
    let foreign = match uri.kind.as_str() {
        "okta" | "oktaverify" => Some("other-scheme-okta"),
        "vip" | "symantec" => Some("other-scheme-symantec"),
        _ => None,
    };
    match foreign {
        Some(why) => Err((what, why)),
        None => uri.into_account().map_err(|error| (what, error.code())),
    }
}

/// A text that is no `otpauth` URI: another scheme, a bare secret, or neither.
fn read_other(piece: &str) -> Result<Account, (String, &'static str)> {
    if let Some((what, why)) = foreign(piece) {
        return Err((what, why));
    }
    if looks_like_a_secret(piece) {
        return bare(parse_base32(piece), Kind::Totp { period: Period::THIRTY });
    }
    Err((String::new(), "not-otpauth"))
}

/// An account that is known by its secret alone.
fn bare(secret: Result<SecretBytes, OtpError>, kind: Kind) -> Result<Account, (String, &'static str)> {
    secret
        .and_then(|secret| Otp::new(kind, Algorithm::Sha1, Digits::SIX, secret))
        .map(|otp| Account { issuer: String::new(), account: String::new(), otp })
        .map_err(|error| (String::new(), error.code()))
}

/// QR codes of other schemes: what they are by the words they start with.
const SCHEMES: &[(&str, &str)] = &[
    ("phonefactor:", "other-scheme-phonefactor"),
    ("msauth", "other-scheme-phonefactor"),
    ("microsoft-authenticator", "other-scheme-phonefactor"),
    ("ms-msa", "other-scheme-phonefactor"),
    ("duo:", "other-scheme-duo"),
    ("oktaverify:", "other-scheme-okta"),
    ("com.okta.", "other-scheme-okta"),
    ("symantec", "other-scheme-symantec"),
    ("vip:", "other-scheme-symantec"),
    ("vipaccess", "other-scheme-symantec"),
    ("com.rsa.securid", "other-scheme-securid"),
    ("entrust", "other-scheme-entrust"),
    ("motp:", "unsupported-type"),
    ("fido:", "other-scheme-passkey"),
    ("wifi:", "other-scheme-wifi"),
];

/// Web addresses that belong to one of those schemes: the host's end.
const HOSTS: &[(&str, &str)] = &[
    ("duosecurity.com", "other-scheme-duo"),
    ("vip.symantec.com", "other-scheme-symantec"),
    ("phonefactor.net", "other-scheme-phonefactor"),
];

/// What a text of another scheme is.
fn foreign(piece: &str) -> Option<(String, &'static str)> {
    if let Some((_, why)) =
        SCHEMES.iter().find(|(start, _)| strip_prefix_ignoring_case(piece, start).is_some())
    {
        return Some((String::new(), why));
    }
    let web = ["https://", "http://"].iter().find_map(|scheme| strip_prefix_ignoring_case(piece, scheme));
    if let Some(rest) = web {
        let host = host(rest);
        let known = HOSTS.iter().find(|(end, _)| is_within(&host, end));
        return Some((host.clone(), known.map_or("other-scheme-web", |(_, why)| why)));
    }
    if is_bare_duo(piece) {
        return Some((String::new(), "other-scheme-duo"));
    }
    has_scheme(piece).then_some((String::new(), "other-scheme"))
}

/// The host of a web address behind its scheme, in lower case.
fn host(rest: &str) -> String {
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or("");
    let host = authority.rsplit('@').next().unwrap_or("");
    host.split(':').next().unwrap_or("").to_ascii_lowercase()
}

fn is_within(host: &str, end: &str) -> bool {
    host.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Duo's activation code without its scheme: twenty characters, a dash, its API's host in base64.
fn is_bare_duo(piece: &str) -> bool {
    piece.split_once('-').is_some_and(|(code, host)| {
        code.len() == 20
            && super::base32::parse_base64(host)
                .is_ok_and(|host| host.expose().to_ascii_lowercase().ends_with(b".duosecurity.com"))
    })
}

/// Whether it starts like a URI: `scheme://`.
fn has_scheme(piece: &str) -> bool {
    piece.split_once("://").is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    })
}

/// Whether a text was meant as a secret, so that a bad character is told as that. Prose is made of base32 letters
/// too, so blanks and dashes are allowed only between groups of one length, as sites print them.
fn looks_like_a_secret(piece: &str) -> bool {
    let groups: Vec<&str> =
        piece.split(|c: char| c.is_whitespace() || c == '-').filter(|group| !group.is_empty()).collect();
    let Some((last, full)) = groups.split_last() else { return false };
    let length = full.first().unwrap_or(last).len();
    let even = full.iter().all(|group| group.len() == length) && last.len() <= length;
    let digits: usize = groups.iter().map(|group| group.trim_end_matches('=').len()).sum();
    // Sites hand out 80 bits (16 digits) and more; shorter ones occur, and must not look like a word.
    let no_word = piece.contains(|c: char| c.is_ascii_digit()) || !piece.contains(char::is_lowercase);
    let enough = match full.len() {
        0 => digits >= 16 || digits >= 8 && no_word,
        1 => false,
        _ => digits >= 16 && no_word && (3..=8).contains(&length),
    };
    even && enough && groups.iter().all(|g| g.chars().all(|c| c.is_ascii_alphanumeric() || c == '='))
}

/// Splits before every `otpauth` that follows a comma; such a comma is in no URI that an app writes.
fn split_at_commas(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let line = rest?;
        let cut = line.match_indices(',').map(|(at, _)| at).find(|at| {
            let behind = line.get(at + 1..).unwrap_or("").trim_start();
            strip_prefix_ignoring_case(behind, "otpauth").is_some() || is_transfer(behind)
        });
        let (piece, tail) = match cut {
            Some(at) => (line.get(..at).unwrap_or(""), line.get(at + 1..)),
            None => (line, None),
        };
        rest = tail;
        Some(piece.trim().trim_end_matches(',').trim_end())
    })
}

#[cfg(test)]
mod tests {
    use super::super::migration::write_migration;
    use super::*;

    fn read(text: &str) -> Readings {
        read_texts(&[text.to_owned()])
    }

    fn why(text: &str) -> &'static str {
        let readings = read(text);
        assert!(readings.accounts.is_empty(), "{text}");
        assert_eq!(readings.skipped.len(), 1, "{text}");
        readings.skipped[0].why
    }

    #[test]
    fn what_zbarimg_prints_is_read() {
        let read = read_texts(&[
            "QR-Code:otpauth://totp/a:b?secret=JBSWY3DP\nQR-Code: otpauth://totp/c?secret=JBSWY3DP".into(),
        ]);
        assert_eq!((read.accounts.len(), read.skipped.len()), (2, 0));
    }

    #[test]
    fn steam_writes_base64() {
        let read = read_texts(&[
            "steam://AAECAwQFBgcICQoLDA0ODxAREhM".into(),
            "steam://AAECAwQFBgcICQoLDA0ODxAREhM=".into(),
        ]);
        let secrets: Vec<_> =
            read.accounts.iter().map(|account| account.otp.secret().expose().to_vec()).collect();
        assert_eq!(secrets, vec![(0..20).collect::<Vec<u8>>(); 2]);
        // No mistyped base32 is taken for it.
        assert_eq!(read_texts(&["steam://JBSWY3DP0".into()]).skipped[0].why, "bad-secret");
    }

    #[test]
    fn several_lines_and_commas() {
        let text = "# mine\r\n\r\n otpauth://totp/A:a?secret=JBSWY3DP \r\notpauth://totp/B:b?secret=JBSWY3DP,otpauth://totp/C:c,d?secret=JBSWY3DP, OTPAUTH://totp/D:d?secret=JBSWY3DP,\n";
        let readings = read(text);
        let issuers: Vec<_> = readings.accounts.iter().map(|a| a.issuer.as_str()).collect();
        assert_eq!(issuers, ["A", "B", "C", "D"]);
        assert_eq!(readings.accounts[2].account, "c,d");
        assert_eq!(readings.skipped, []);
        assert_eq!(read(" \n# only a comment\n"), Readings::default());
    }

    #[test]
    fn bad_lines_are_told_with_their_place_and_no_secret() {
        let readings = read_texts(&[
            "otpauth://totp/A:a?secret=JBSWY3DP".into(),
            "\notpauth://totp/B:b?secret=0189\nnonsense here".into(),
        ]);
        assert_eq!(readings.accounts.len(), 1);
        let told: Vec<_> = readings.skipped.iter().map(|u| (u.text, u.line, &*u.what, u.why)).collect();
        assert_eq!(told, [(1, 1, "B: b", "bad-secret"), (1, 2, "", "not-otpauth")]);
        let piece = readings.skipped[0].piece.as_ref().unwrap();
        assert_eq!((&*piece.issuer, &*piece.account, &*piece.kind), ("B", "b", "totp"));
        assert_eq!(piece.text.expose(), "otpauth://totp/B:b?secret=0189");
        assert!(!format!("{readings:?}").contains("0189"));
        let motp = read("motp://Bank%20A:me?secret=00").skipped.remove(0).piece.unwrap();
        assert_eq!((&*motp.issuer, &*motp.account, &*motp.kind), ("Bank A", "me", "motp"));
        // A mistyped secret and the QR code of another app are no accounts.
        for text in ["JBSWY3DPEHPK3PX1", "duo://x", "otpauth://vip/x?y", "otpauth://totp/x", "nonsense"] {
            assert_eq!(read(text).skipped[0].piece, None, "{text}");
        }
    }

    #[test]
    fn bare_secrets() {
        for text in [
            "JBSWY3DPEHPK3PXP",
            "jbsw y3dp ehpk 3pxp",
            "JBSW-Y3DP-EHPK-3PXP",
            "jbswy3dpehpk3pxp====",
            "JBSWY3 DPEHPK 3PXP",
        ] {
            let readings = read(text);
            assert_eq!(readings.accounts[0].otp.secret().expose(), b"Hello!\xde\xad\xbe\xef", "{text}");
        }
        assert_eq!(read("MYSECRET").accounts.len(), 1);
        assert_eq!(why("JBSWY3DPEHPK3PX1"), "bad-secret");
        assert_eq!(why("JBSW Y3DP EHPK 3PX8"), "bad-secret");
        for text in [
            "hello",
            "password",
            "nonsense here",
            "need some help with that",
            "the quick brown fox jumps",
            "Lorem ipsum, dolor",
            "A",
            "-",
            "=",
            "12345678 a",
        ] {
            assert_eq!(why(text), "not-otpauth", "{text}");
        }
        assert_eq!(read("STEAM://JBSWY3DPEHPK3PXP").accounts[0].otp.kind(), Kind::Steam);
        assert_eq!(why("steam://run/440"), "bad-secret");
    }

    #[test]
    fn other_schemes_are_known() {
        for (text, code) in [
            (
                "phonefactor://activate_account?code=123456789&url=https%3A%2F%2Fexample.com",
                "other-scheme-phonefactor",
            ),
            ("PhoneFactor://activate_account?code=1", "other-scheme-phonefactor"),
            ("msauth://code/xyz", "other-scheme-phonefactor"),
            ("duo://ABCDEFGHIJKLMNOPQRST-YXBpLTEyMzQuZHVvc2VjdXJpdHkuY29t", "other-scheme-duo"),
            ("ABCDEFGHIJKLMNOPQRST-YXBpLTEyMzQuZHVvc2VjdXJpdHkuY29t", "other-scheme-duo"),
            ("https://m-1a2b3c4d.duosecurity.com/activate/AbCdEfGh", "other-scheme-duo"),
            ("https://m-1a2b3c4d.duosecurity.com:443/android/AbCdEfGh", "other-scheme-duo"),
            ("https://notduosecurity.com/activate/x", "other-scheme-web"),
            ("https://duosecurity.com@example.com/activate/x", "other-scheme-web"),
            ("oktaverify://email?t=abc&f=def&s=https%3A%2F%2Fcorp.okta.com", "other-scheme-okta"),
            ("otpauth://oktaverify/corp.okta.com:alice?t=abc", "other-scheme-okta"),
            ("symantec://x", "other-scheme-symantec"),
            ("otpauth://vip/x?y", "other-scheme-symantec"),
            (
                "FIDO:/13086400838107303667332719012595115747821895775708323189557153075146383351399743589971313508078026948312026786722471666005727649643501784024544726574771401798171307406596245",
                "other-scheme-passkey",
            ),
            ("WIFI:T:WPA;S:net;P:secret;;", "other-scheme-wifi"),
            ("com.rsa.securid://ctf?ctfData=1", "other-scheme-securid"),
            ("https://example.com/enrol", "other-scheme-web"),
            ("bankid://x", "other-scheme"),
            ("motp://a?secret=b", "unsupported-type"),
        ] {
            assert_eq!(why(text), code, "{text}");
        }
        assert_eq!(read("https://user:pw@Example.com:8443/x?y").skipped[0].what, "example.com");
    }

    #[test]
    fn transfers_from_several_codes() {
        let accounts: Vec<Account> = (0..25)
            .map(|n| read(&format!("otpauth://totp/Svc:u{n}?secret=JBSWY3DPEHPK3PXP")).accounts.remove(0))
            .collect();
        let codes = write_migration(&accounts, 9);
        let all = read_texts(&[codes[2].clone(), codes[0].clone(), codes[0].clone(), codes[1].clone()]);
        assert_eq!(all, Readings { accounts: accounts.clone(), transferred: true, ..Readings::default() });
        let some = read(&format!("{}\notpauth://totp/x?secret=JBSWY3DP", codes[1]));
        assert_eq!((some.accounts.len(), some.incomplete), (11, Some((1, 3))));
        assert_eq!(why("otpauth-migration://offline?data=XXXX"), "damaged-transfer");
    }

    #[test]
    fn a_flood_ends() {
        let readings = read(&"otpauth://totp/a?secret=JBSWY3DP\n".repeat(MAX_PIECES + 5));
        assert_eq!((readings.accounts.len(), readings.skipped[0].why), (MAX_PIECES, "too-many"));
        let commas = ",".repeat(200_000);
        assert_eq!(read(&commas).accounts, []);
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(texts in proptest::collection::vec("((otpauth|https?|duo|FIDO|steam)(-migration)?:/{0,2})?\\PC{0,60}[\r\n,]?\\PC{0,20}", 0..4)) {
            let _ = read_texts(&texts);
        }

        #[test]
        fn no_secret_is_told(secret in "[a-z2-9]{16,40}", scheme in "(otpauth://(totp|xotp)/(a[?&;]secret=)?|https://x/|duo://|)") {
            for unread in read(&format!("{scheme}{secret}")).skipped {
                proptest::prop_assert!(!unread.what.contains(&secret));
            }
        }
    }
}
