//! A login of a password manager, and its one-time password field: an otpauth URI, a bare secret, another scheme.

use crate::otp::base32::parse_base32;
use crate::otp::uri::{UriError, behind_escape, parse_uri};
use crate::otp::{Algorithm, Digits, Kind, Otp, OtpError, Period};
use crate::vault::entry::EntryDraft;

/// What a login says besides its one-time password.
#[derive(Clone, Debug, Default)]
pub struct Login<'a> {
    /// The item's title: the issuer where the field names none.
    pub title: &'a str,
    /// The login name: the account where the field names none.
    pub username: &'a str,
    /// Free text.
    pub note: &'a str,
    /// Web addresses.
    pub urls: Vec<&'a str>,
    /// Folders, vaults, tags. Empty ones are dropped.
    pub tags: Vec<&'a str>,
    /// A favourite.
    pub pinned: bool,
    /// In the manager's bin.
    pub trashed: bool,
    /// What else the item has, with its stable code: `("password", true)`.
    pub lost: Vec<(&'static str, bool)>,
}

impl Login<'_> {
    /// Reads the field. The error is a stable code.
    pub fn read(&self, field: &str) -> Result<EntryDraft, &'static str> {
        match parse_uri(field) {
            Ok(account) => Ok(self.complete(EntryDraft::new(account.issuer, account.account, account.otp))),
            Err(UriError::Otp(error)) => Err(error.code()),
            Err(UriError::NotOtpauth) => Ok(self.complete(EntryDraft::new("", "", bare(field)?))),
        }
    }

    /// Gives `entry` what the login knows and it does not.
    pub fn complete(&self, mut entry: EntryDraft) -> EntryDraft {
        if entry.issuer.is_empty() {
            entry.issuer = self.title.trim().to_owned();
        }
        if entry.account.is_empty() {
            entry.account = self.username.trim().to_owned();
        }
        entry.note = self.note.trim().to_owned();
        entry.urls = filled(&self.urls);
        entry.tags = filled(&self.tags);
        entry.pinned = self.pinned;
        entry.trashed = self.trashed;
        entry.lost = self.lost.iter().filter(|(_, has)| *has).map(|(what, _)| *what).collect();
        entry
    }

    /// What the user knows the login by.
    pub fn what(&self) -> String {
        match (self.title.trim(), self.username.trim()) {
            (title, "") => title.to_owned(),
            ("", username) => username.to_owned(),
            (title, username) => format!("{title}: {username}"),
        }
    }
}

/// The generators of one item that were taken, to tell a second writing of one from another.
#[derive(Debug, Default)]
pub struct Said(Vec<Otp>);

impl Said {
    /// Generators that are remembered.
    const MOST: usize = 64;

    /// Whether it is another than those before. What cannot be read is always another.
    pub fn is_new(&mut self, entry: &Result<EntryDraft, &'static str>) -> bool {
        let Ok(EntryDraft { otp, .. }) = entry else { return true };
        let new = !self.0.contains(otp);
        if new && self.0.len() < Self::MOST {
            self.0.push(otp.clone());
        }
        new
    }
}

/// The links in a text of the user's own, a field or a note: wherever a scheme begins a word, up to the next one or the
/// end of the line. Labels with blanks in them are common, and so is a remark behind a link.
pub fn links(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| {
        let mut starts = starts(line).peekable();
        std::iter::from_fn(move || {
            let start = starts.next()?;
            let next = starts.peek().copied();
            let link = line.get(start..next.unwrap_or(line.len()))?;
            // What separates it from the next.
            let link = if next.is_some() { link.trim_end_matches([' ', '\t', ',', ';', '|']) } else { link };
            Some(without_remark(closed(line.get(..start)?, link)))
        })
    })
}

/// Parameters that have no blanks in them: what follows one is a remark.
const WITHOUT_BLANKS: [&str; 5] = ["secret", "digits", "period", "counter", "algorithm"];

/// What stands around a link in prose, and may end a word.
const CLOSING: &[char] = &[',', ';', '.', ')', '>', ']', '}', '"', '\'', '|'];

/// Where a scheme begins a word of a line.
fn starts(line: &str) -> impl Iterator<Item = usize> {
    line.match_indices("://").filter_map(|(at, _)| {
        let before = strip_suffix_ignoring_case(line.get(..at)?, "otpauth")?;
        let before = strip_suffix_ignoring_case(before, "apple-").unwrap_or(before);
        let begins = |c: char| c.is_whitespace() || ",;:|([{<\"'`".contains(c);
        before.chars().next_back().is_none_or(begins).then_some(before.len())
    })
}

/// A link without the sign that closes what was opened `before` it, and what follows that.
fn closed<'l>(before: &str, link: &'l str) -> &'l str {
    let opened = before.chars().next_back();
    let pairs = [('(', ')'), ('<', '>'), ('[', ']'), ('{', '}'), ('"', '"'), ('\'', '\''), ('`', '`')];
    let Some((_, closing)) = pairs.into_iter().find(|(opening, _)| opened == Some(*opening)) else {
        return link;
    };
    let query = link.find('?').unwrap_or(0);
    let end = link.get(query..).and_then(|query| query.find(closing)).map_or(link.len(), |at| query + at);
    link.get(..end).unwrap_or(link)
}

/// A link up to the first blank in a value that has none, where more follows than the next parameter.
fn without_remark(link: &str) -> &str {
    let link = link.trim_end();
    let Some(mut at) = link.find('?').map(|mark| mark + 1) else { return link };
    for parameter in link.get(at..).unwrap_or_default().split('&') {
        let end = at + parameter.len();
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let name = name.trim().to_ascii_lowercase();
        if WITHOUT_BLANKS.contains(&behind_escape(&name)) {
            let words = if name.ends_with("secret") { groups(value) } else { 1 };
            let remark = behind(value, words);
            if !remark.trim().is_empty() || end == link.len() {
                let whole = link.get(..end - remark.len()).unwrap_or(link);
                return whole.trim_end_matches(CLOSING);
            }
        }
        at = end + 1;
    }
    link
}

/// What follows so many words.
fn behind(text: &str, words: usize) -> &str {
    (0..words).fold(text, |rest, _| {
        let rest = rest.trim_start();
        rest.find(char::is_whitespace).and_then(|at| rest.get(at..)).unwrap_or("")
    })
}

/// How many words of a value are its secret: sites print it in groups of one length, of which the last may be shorter.
fn groups(value: &str) -> usize {
    let words: Vec<&str> = value.split_whitespace().collect();
    let Some(first) = words.first().filter(|first| first.len() > 2) else { return 1 };
    let is_like = |word: &&&str| {
        let is_digit = |c: char| c.is_ascii_alphabetic() || ('2'..='7').contains(&c) || "-=".contains(c);
        let one_case = |other: fn(&char) -> bool| !first.chars().chain(word.chars()).any(|c| other(&c));
        word.chars().all(is_digit)
            && (one_case(char::is_ascii_lowercase) || one_case(char::is_ascii_uppercase))
    };
    let full = words.iter().take_while(|word| word.len() == first.len() && is_like(word)).count();
    let digits = |words: usize| {
        value.split_whitespace().take(words).flat_map(str::chars).filter(char::is_ascii_alphanumeric).count()
    };
    let last = words.get(full).filter(|last| full > 1 && last.len() < first.len() && is_like(last));
    // A short word behind a secret: nearly all have 16 or 32 digits, and none has a number of them that no bytes have.
    let is_last = last.is_some_and(|last| {
        ![16, 32].contains(&digits(full))
            && [0, 2, 4, 5, 7].contains(&(digits(full + 1) % 8))
            && (words.len() == full + 1 || !last.contains(|c: char| c.is_ascii_lowercase()))
    });
    (full + usize::from(is_last)).max(1)
}

/// `text` before `suffix`, whatever the case of its ASCII letters.
fn strip_suffix_ignoring_case<'t>(text: &'t str, suffix: &str) -> Option<&'t str> {
    let (rest, tail) = text.split_at_checked(text.len().checked_sub(suffix.len())?)?;
    tail.eq_ignore_ascii_case(suffix).then_some(rest)
}

/// The texts that are not blank, each once.
fn filled(texts: &[&str]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for text in texts.iter().map(|t| t.trim()).filter(|t| !t.is_empty()) {
        if !kept.iter().any(|k| k == text) {
            kept.push(text.to_owned());
        }
    }
    kept
}

/// `steam://SECRET`, or base32 alone: SHA-1, six digits, thirty seconds.
fn bare(field: &str) -> Result<Otp, &'static str> {
    let field = field.trim();
    let (kind, secret) = match field.split_once("://") {
        Some((scheme, secret)) if scheme.eq_ignore_ascii_case("steam") => (Kind::Steam, secret),
        Some(_) => return Err("unsupported-type"),
        None => (Kind::Totp { period: Period::THIRTY }, field),
    };
    let secret = parse_base32(secret).map_err(OtpError::code)?;
    Otp::new(kind, Algorithm::Sha1, Digits::SIX, secret).map_err(OtpError::code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::otp::base32::base32;

    fn login() -> Login<'static> {
        Login { title: " Shop ", username: "ada", ..Login::default() }
    }

    fn names(field: &str) -> (String, String, Kind) {
        let entry = login().read(field).unwrap();
        (entry.issuer, entry.account, entry.otp.kind())
    }

    #[test]
    fn the_field_names_the_account_and_the_login_fills_the_gaps() {
        let thirty = Kind::Totp { period: Period::THIRTY };
        assert_eq!(names("otpauth://totp/A:b?secret=ME"), ("A".into(), "b".into(), thirty));
        assert_eq!(names("otpauth://totp/?secret=ME"), ("Shop".into(), "ada".into(), thirty));
        assert_eq!(names(" me me-ME= "), ("Shop".into(), "ada".into(), thirty));
        assert_eq!(names("STEAM://MEME"), ("Shop".into(), "ada".into(), Kind::Steam));
    }

    #[test]
    fn words_come_along_once_and_blanks_do_not() {
        let login = Login {
            tags: vec!["a", " ", "a", "b"],
            urls: vec![""],
            lost: vec![("password", true), ("passkey", false)],
            ..login()
        };
        let entry = login.read("MEME").unwrap();
        assert_eq!((entry.tags.join("|"), entry.urls.len(), entry.lost), ("a|b".into(), 0, vec!["password"]));
        assert_eq!(login.what(), "Shop: ada");
    }

    #[test]
    fn links_are_found_in_texts() {
        let found = |text| links(text).collect::<Vec<_>>();
        assert_eq!(found(" otpauth://totp/My shop:a?secret=ME "), ["otpauth://totp/My shop:a?secret=ME"]);
        assert_eq!(
            found("2FA: OTPAUTH://totp/a?secret=ME (old)\nnone\notpauth://b"),
            ["OTPAUTH://totp/a?secret=ME", "otpauth://b"]
        );
        assert_eq!(found("2FA: otpauth://totp/My shop:a?secret=ME"), ["otpauth://totp/My shop:a?secret=ME"]);
        assert_eq!(
            found("2FA$,,,txt,apple-otpauth://totp/a?secret=ME"),
            ["apple-otpauth://totp/a?secret=ME"]
        );
        assert_eq!(found("https://a.example/?otpauth://x"), Vec::<&str>::new());
        assert_eq!(found(""), Vec::<&str>::new());
    }

    #[test]
    fn every_link_of_a_line_is_one() {
        let (one, two) = ("otpauth://totp/A:a?secret=ME&issuer=My Shop", "otpauth://totp/B:b?secret=MAMA");
        for between in [" ", ", ", " | ", "; "] {
            let line = format!("2FA: {one}{between}{two}");
            assert_eq!(links(&line).collect::<Vec<_>>(), [one, two], "{line}");
        }
        assert_eq!(links(&format!("{two},{one}")).collect::<Vec<_>>(), [two, one]);
    }

    #[test]
    fn a_remark_behind_a_link_is_none_of_it() {
        for (text, link) in [
            (
                "otpauth://totp/Shop:ada?secret=JBSWY3DPEHPK3PXP old phone",
                "otpauth://totp/Shop:ada?secret=JBSWY3DPEHPK3PXP",
            ),
            ("otpauth://totp/?secret=ME&period=30 (old)", "otpauth://totp/?secret=ME&period=30"),
            ("otpauth://totp/?secret=ME see A & B", "otpauth://totp/?secret=ME"),
            ("otpauth://totp/?secret=ME&digits=8, spare", "otpauth://totp/?secret=ME&digits=8"),
            ("(otpauth://totp/?secret=ME&issuer=Shop) old", "otpauth://totp/?secret=ME&issuer=Shop"),
            ("[code](otpauth://totp/?secret=ME).", "otpauth://totp/?secret=ME"),
            ("code: `otpauth://totp/?secret=ME&issuer=Shop` (old)", "otpauth://totp/?secret=ME&issuer=Shop"),
            ("<otpauth://totp/?secret=ME>", "otpauth://totp/?secret=ME"),
            ("otpauth://totp/?secret=ME.", "otpauth://totp/?secret=ME"),
            // A remark behind a name cannot be told from it.
            (
                "otpauth://totp/?secret=ME&issuer=My (old) shop",
                "otpauth://totp/?secret=ME&issuer=My (old) shop",
            ),
            // A blank too many is no remark.
            ("otpauth://totp/?secret= ME &digits=8 ", "otpauth://totp/?secret= ME &digits=8"),
        ] {
            assert_eq!(links(text).collect::<Vec<_>>(), [link], "{text}");
        }
        let secret = |text: &str| {
            let link = links(text).next().unwrap();
            base32(login().read(link).unwrap().otp.secret())
        };
        for grouped in
            ["JBSW Y3DP EHPK 3PXP", "jbsw y3dp ehpk 3pxp", "JBSWY 3DPEH PK3PX P", "JBSW-Y3DP EHPK-3PXP"]
        {
            for more in ["", " old phone", "&issuer=Shop", " (old)", " 2FA"] {
                let text = format!("otpauth://totp/Shop:ada?secret={grouped}{more}");
                assert_eq!(secret(&text), "JBSWY3DPEHPK3PXP", "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_code_has_a_reason() {
        for (field, why) in [
            ("", "no-secret"),
            ("steam://", "no-secret"),
            ("otpauth://totp/x", "no-secret"),
            ("12 not base32!", "bad-secret"),
            ("motp://x?secret=00", "unsupported-type"),
            ("otpauth://totp/x?secret=ME&algorithm=MD5", "unsupported-algorithm"),
        ] {
            assert_eq!(login().read(field).err(), Some(why), "{field}");
        }
    }
}
