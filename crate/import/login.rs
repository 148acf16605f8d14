//! A login of a password manager, and its one-time password field: an otpauth URI, a bare secret, another scheme.

use crate::otp::base32::parse_base32;
use crate::otp::uri::{UriError, parse_uri, strip_prefix_ignoring_case};
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

/// Schemes of the links that people keep in fields of their own.
const SCHEMES: [&str; 2] = ["otpauth://", "apple-otpauth://"];

/// The links in a text of the user's own, a field or a note: a line that is one, or the word that begins one.
pub fn links(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let line = line.trim();
        let is_link =
            |text: &str| SCHEMES.iter().any(|scheme| strip_prefix_ignoring_case(text, scheme).is_some());
        // Labels with blanks in them are common where the whole line is the link.
        if is_link(line) { Some(line) } else { line.split_whitespace().find(|word| is_link(word)) }
    })
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
        assert_eq!(found("https://a.example/?otpauth://x"), Vec::<&str>::new());
        assert_eq!(found(""), Vec::<&str>::new());
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
