//! Names of accounts out of what a user types or pastes, and out of what text recognition makes of a screenshot: a line
//! or two for each account, between codes, seconds and the words of the app itself.

use std::collections::BTreeSet;

/// What a text names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    /// Issuer and account, in order, each once.
    pub names: Vec<(String, String)>,
    /// It holds `otpauth` links: those are read by the import, with their keys, and are no names.
    pub links: bool,
}

/// Longer lines are sentences.
const LONGEST_NAME: usize = 100;
/// Names with one letter or none are no longer than that.
const LONGEST_SHORT: usize = 4;
/// Marks that lists and screens put before a name.
const BULLETS: &[char] =
    &['-', '*', '+', '•', '·', '–', '—', '►', '▶', '>', '○', '●', '◦', '☐', '☑', '✓', '✔', '|'];
/// What authenticator apps write on their screens beside the accounts, in lower case.
const SCREEN: &[&str] = &[
    "accounts",
    "add",
    "add account",
    "all accounts",
    "authenticator",
    "authy",
    "backup",
    "cancel",
    "codes",
    "copied",
    "copy",
    "devices",
    "done",
    "duo mobile",
    "duo-protected",
    "edit",
    "favorites",
    "home",
    "lock app",
    "menu",
    "microsoft authenticator",
    "more",
    "notifications enabled",
    "ok",
    "one-time password code",
    "one-time password enabled",
    "passcode",
    "passcodes",
    "password",
    "passwordless sign-in enabled",
    "passwords",
    "scan qr code",
    "search",
    "settings",
    "show",
    "show passcode",
    "third-party",
    "tokens",
    "verified ids",
    "your token is",
    "your token expires in",
    "tap to reveal",
];

/// The accounts that a text names.
pub(super) fn read_names(text: &str) -> Named {
    let mut named = Named::default();
    // Whether the last name still waits for its account on a line of its own.
    let mut open = false;
    let lines: Vec<&str> = text.lines().flat_map(|line| line.split('\t')).collect();
    let is_alone = lines.iter().filter(|line| !line.trim().is_empty()).count() == 1;
    for (at, line) in lines.iter().enumerate() {
        if is_link(line) {
            named.links = true;
            continue;
        }
        let short = short_name(&lines, at, is_alone);
        let Some(name) = name_of(line).or(short) else {
            // A blank line, a code and what may be a name after all end an account; the screen's own words do not.
            let may_be_name = line.contains(char::is_alphanumeric) && !is_screen(bare(line));
            open &= !line.trim().is_empty() && !has_code(line) && !may_be_name;
            continue;
        };
        let (issuer, account) = parts(name);
        let is_account = short.is_none() && is_user(&issuer);
        match named.names.last_mut() {
            Some(last) if open && account.is_empty() && is_account => {
                last.1 = issuer;
                open = false;
            }
            _ => {
                open = account.is_empty() && !is_account && !has_code(line);
                named.names.push((issuer, account));
            }
        }
    }
    let mut seen = BTreeSet::new();
    named.names.retain(|(issuer, account)| seen.insert((issuer.to_lowercase(), account.to_lowercase())));
    named
}

fn is_link(line: &str) -> bool {
    let start = line.trim_start().get(..7).unwrap_or_default();
    start.eq_ignore_ascii_case("otpauth") || start.eq_ignore_ascii_case("steam:/")
}

/// The line as a name; `None` when nothing is left that could be one.
fn name_of(line: &str) -> Option<&str> {
    let name = bare(line);
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    (letters > 1 && name.chars().count() <= LONGEST_NAME && !is_screen(name)).then_some(name)
}

/// `X`, `O2`, `3`, `1&1`: too little to be told from seconds and scraps of icons, but for a capital with a number behind it,
/// where nothing else is in the text, or where an address stands on the next line.
fn short_name<'t>(lines: &[&'t str], at: usize, is_alone: bool) -> Option<&'t str> {
    let name = bare(lines.get(at)?);
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let is_short = letters < 2
        && name.chars().count() <= LONGEST_SHORT
        && name.ends_with(char::is_alphanumeric)
        && !name.contains([':', '@']);
    let is_numbered = || name.starts_with(char::is_uppercase) && name.contains(|c: char| c.is_ascii_digit());
    // Behind a code these are its seconds.
    let is_before_address = || {
        let behind_code =
            at.checked_sub(1).and_then(|before| lines.get(before)).is_some_and(|line| has_code(line));
        !behind_code && lines.get(at + 1).is_some_and(|line| line.contains('@') && is_user(line.trim()))
    };
    (is_short && (is_alone || is_numbered() || is_before_address())).then_some(name)
}

/// The line without marks, numbers and codes.
fn bare(line: &str) -> &str {
    let mut name = line.trim().trim_start_matches(BULLETS).trim();
    name = without_number(name);
    if let Some(at) = code_at(name) {
        name = name[..at].trim_end_matches([':', '-', '–', '—', '|']).trim();
    }
    name
}

/// Whether it is what an app itself writes on its screen.
fn is_screen(name: &str) -> bool {
    SCREEN.contains(&name.to_lowercase().trim_end_matches([':', '.', '…']))
}

/// `3. GitHub` and `3) GitHub` are a numbered list; `3M` and `1Password` are names.
fn without_number(name: &str) -> &str {
    let rest = name.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = name.len() - rest.len();
    match rest.strip_prefix(['.', ')']).filter(|rest| rest.starts_with([' ', '\u{a0}'])) {
        Some(rest) if (1..=3).contains(&number) => rest.trim_start(),
        _ => name,
    }
}

fn has_code(line: &str) -> bool {
    code_at(line.trim()).is_some()
}

/// Where a code of six to eight digits stands at the end, as `123 456` or `1234567`, perhaps with seconds behind it.
fn code_at(name: &str) -> Option<usize> {
    let tail = name.trim_end_matches(|c: char| c.is_ascii_digit() || " \u{a0}\u{2009}.:()s".contains(c));
    let digits = name[tail.len()..].chars().filter(char::is_ascii_digit).count();
    let at = name.len() - name[tail.len()..].trim_start_matches(|c: char| !c.is_ascii_digit()).len();
    // `user123456` is a name: a code stands alone.
    let alone = at == 0 || name[..at].ends_with(|c: char| c.is_whitespace() || ":(".contains(c));
    ((6..=10).contains(&digits) && alone).then_some(at)
}

/// `Issuer: account`, `Issuer (account)`, `Issuer - account`; else all is the issuer.
fn parts(name: &str) -> (String, String) {
    let bracketed = name.strip_suffix(')').and_then(|name| name.rsplit_once(" ("));
    let dashed = || [" - ", " – ", " — ", " | ", ", "].iter().find_map(|mark| name.split_once(mark));
    let (issuer, account) = bracketed.or_else(|| name.split_once(": ")).or_else(dashed).unwrap_or((name, ""));
    match (issuer.trim(), account.trim()) {
        ("", account) => (account.to_owned(), String::new()),
        (issuer, account) => (issuer.trim_end_matches(':').to_owned(), account.to_owned()),
    }
}

/// Whether a line of its own is the account of the line before: an address, or one word like a user's name.
fn is_user(line: &str) -> bool {
    let one_word = !line.contains(char::is_whitespace);
    one_word && (line.contains('@') || line.starts_with(|c: char| c.is_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<(String, String)> {
        read_names(text).names
    }

    fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
        all.iter().map(|(issuer, account)| ((*issuer).into(), (*account).into())).collect()
    }

    #[test]
    fn typed_lists_in_every_hand() {
        let text = "GitHub\n- GitLab: ada\n2. Harbour (ada@example.com)\n• Mill – bob\n\n1Password\nMill - BOB\n  \n::\nX";
        // A single letter among others is no name, and the same account twice is one.
        let want = [
            ("GitHub", ""),
            ("GitLab", "ada"),
            ("Harbour", "ada@example.com"),
            ("Mill", "bob"),
            ("1Password", ""),
        ];
        assert_eq!(names(text), pairs(&want));
    }

    #[test]
    fn a_screenshot_of_microsofts_app_as_text() {
        let text = "9:41\nAuthenticator\nSearch\nGitHub\nada@example.com\n123 456\n27\nContoso\nada@contoso.example\nOne-time password code\n774 019 (12)\nFacebook\n555 012\nada\nVerified IDs\nPasswords\n";
        assert_eq!(
            names(text),
            pairs(&[
                ("GitHub", "ada@example.com"),
                ("Contoso", "ada@contoso.example"),
                ("Facebook", ""),
                ("ada", "")
            ])
        );
    }

    #[test]
    fn codes_on_the_same_line_go_and_names_with_digits_stay() {
        let text = "Mill: ada 123 456\nuser123456\nQuay 12345678 30s\nRoute 66\nAuthy\n0:12\nYour token is:\nNorthwind\t884 211";
        assert_eq!(
            names(text),
            pairs(&[("Mill", "ada"), ("user123456", ""), ("Quay", ""), ("Route 66", ""), ("Northwind", "")])
        );
    }

    #[test]
    fn short_names_are_kept_where_they_are_told_from_noise() {
        let text = "GitHub\nO2\nada@example.com\nX\nada@x.example\n1&1\tbob@mail.example\n3\neve@example.com\nN26\nMill";
        let want = [
            ("GitHub", ""),
            ("O2", "ada@example.com"),
            ("X", "ada@x.example"),
            ("1&1", "bob@mail.example"),
            ("3", "eve@example.com"),
            ("N26", ""),
            ("Mill", ""),
        ];
        assert_eq!(names(text), pairs(&want));
        for alone in ["X", "3", "1&1", "\n x \n"] {
            assert_eq!(names(alone), pairs(&[(alone.trim(), "")]), "{alone:?}");
        }
        // Seconds behind a code, a clock and the network's sign.
        let screen = "9:41\n5G\nQuay\n123 456\n27\nada@example.com\n456 789\n3\n0:12";
        assert_eq!(names(screen), pairs(&[("Quay", ""), ("ada@example.com", "")]));
        // What was refused, and may have been a name, gives its account to none.
        assert_eq!(
            names("GitHub\nX\nada\nMill\n⋮\nbob"),
            pairs(&[("GitHub", ""), ("ada", ""), ("Mill", "bob")])
        );
    }

    #[test]
    fn links_with_keys_are_no_names() {
        let got = read_names("otpauth://totp/A:a?secret=JBSWY3DP\nMill\n OTPAUTH-MIGRATION://offline?data=A");
        assert_eq!(got, Named { names: pairs(&[("Mill", "")]), links: true });
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics_and_every_name_is_short(text in "\\PC{0,200}", lines in proptest::collection::vec("[ -~\t\n€ß0-9:()]{0,40}", 0..6)) {
            for text in [text, lines.join("\n")] {
                for (issuer, account) in read_names(&text).names {
                    proptest::prop_assert!(!issuer.is_empty() && issuer.chars().count() + account.chars().count() <= LONGEST_NAME);
                }
            }
        }
    }
}
