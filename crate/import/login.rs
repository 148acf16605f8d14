//! The one-time password field of password managers: an otpauth URI, a bare secret, or another scheme.

use crate::otp::base32::parse_base32;
use crate::otp::uri::{UriError, parse_uri};
use crate::otp::{Algorithm, Digits, Kind, Otp, Period};
use crate::vault::entry::EntryDraft;

/// What a login says besides its one-time password.
#[derive(Clone, Copy, Debug, Default)]
pub struct Login<'a> {
    /// The item's title: the issuer where the field names none.
    pub title: &'a str,
    /// The login name: the account where the field names none.
    pub username: &'a str,
}

impl Login<'_> {
    /// Reads the field. The error is a stable code.
    pub fn read(&self, field: &str) -> Result<EntryDraft, &'static str> {
        let mut entry = match parse_uri(field) {
            Ok(account) => EntryDraft::new(account.issuer, account.account, account.otp),
            Err(UriError::Otp(error)) => return Err(error.code()),
            Err(UriError::NotOtpauth) => EntryDraft::new("", "", bare(field)?),
        };
        if entry.issuer.is_empty() {
            entry.issuer = self.title.trim().to_owned();
        }
        if entry.account.is_empty() {
            entry.account = self.username.trim().to_owned();
        }
        Ok(entry)
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

/// `steam://SECRET`, or base32 alone: SHA-1, six digits, thirty seconds.
fn bare(field: &str) -> Result<Otp, &'static str> {
    let field = field.trim();
    let (kind, secret) = match field.split_once("://") {
        Some((scheme, secret)) if scheme.eq_ignore_ascii_case("steam") => (Kind::Steam, secret),
        Some(_) => return Err("unsupported-type"),
        None => (Kind::Totp { period: Period::THIRTY }, field),
    };
    let secret = parse_base32(secret).map_err(|e| e.code())?;
    Otp::new(kind, Algorithm::Sha1, Digits::SIX, secret).map_err(|e| e.code())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGIN: Login<'_> = Login { title: " Shop ", username: "ada" };

    fn names(field: &str) -> (String, String, Kind) {
        let entry = LOGIN.read(field).unwrap();
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
    fn what_is_no_code_has_a_reason() {
        for (field, why) in [
            ("", "no-secret"),
            ("steam://", "no-secret"),
            ("otpauth://totp/x", "no-secret"),
            ("12 not base32!", "bad-secret"),
            ("motp://x?secret=00", "unsupported-type"),
            ("otpauth://totp/x?secret=ME&algorithm=MD5", "unsupported-algorithm"),
        ] {
            assert_eq!(LOGIN.read(field).err(), Some(why), "{field}");
        }
    }
}
