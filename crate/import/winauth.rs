//! WinAuth (Windows): a list of otpauth URIs, alone or in an encrypted zip.
//!
//! The issuer is often missing: the label is the name that the user typed. Steam rows hold their real secret in
//! `data`, Battle.net rows have a serial number and eight digits.

use super::collect::Collector;
use super::read::zip::{self, Zip};
use super::{Draft, ImportError, Importer, Input, Limits, text, uri_rows};
use crate::otp::uri::Uri;
use crate::secret::{SecretBytes, SecretText};

/// WinAuth's export.
pub(super) struct WinAuth;

impl Importer for WinAuth {
    fn id(&self) -> &'static str {
        "winauth"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        if zip::looks_like(input.bytes) {
            return Zip::open(input.bytes, &Limits::default()).is_ok_and(|zip| is_list(&zip));
        }
        input.text().is_some_and(|text| text.lines().any(uri_rows::is_winauth))
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        if !zip::looks_like(input.bytes) {
            return draft("winauth-txt", input.bytes, limits);
        }
        let zip = Zip::open(input.bytes, limits)?;
        let member = zip.members().first().ok_or(ImportError::BadContent)?;
        let text = SecretBytes::new(zip.extract(member, password)?);
        draft("winauth-zip", text.expose(), limits)
    }
}

/// One text and nothing else: under a password, or with the URIs in it.
fn is_list(zip: &Zip<'_>) -> bool {
    let [member] = zip.members() else { return false };
    member.name.to_ascii_lowercase().ends_with(".txt")
        && (member.is_encrypted()
            || zip.extract(member, None).is_ok_and(|bytes| {
                let text = SecretBytes::new(bytes);
                let text = text::decode(text.expose()).unwrap_or_default();
                text.lines().any(|line| Uri::parse(line).is_ok())
            }))
}

fn draft(format: &'static str, bytes: &[u8], limits: &Limits) -> Result<Draft, ImportError> {
    let text = text::decode(bytes).ok_or(ImportError::BadContent)?;
    let mut collector = Collector::new(format, limits);
    // Its encoder has a plus for a blank. A list without its marks may be another app's, where a plus is one.
    let own = text.lines().any(uri_rows::is_winauth);
    uri_rows::add_all(&mut collector, &if own { with_blanks(&text).into() } else { text })?;
    collector.finish_some()
}

/// The links with blanks in their labels for pluses.
fn with_blanks(text: &str) -> String {
    let line = |line: &str| match line.split_once('?') {
        Some((label, query)) => [&label.replace('+', "%20"), "?", query, "\n"].concat(),
        None => [line, "\n"].concat(),
    };
    text.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use crate::import::read::testing::zip::{Lock, archive, locked_archive};
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage, expected, read, unlock};

    fn list() -> String {
        eight().iter().map(|entry| uri(entry) + "\r\n").collect()
    }

    #[test]
    fn the_encrypted_zip_loses_all_but_the_uris() {
        let file = locked_archive(
            &[("winauth-2026-11-22.txt", list().as_bytes())],
            Lock::ZipCrypto,
            "correct horse",
        );
        let got = unlock(&file, "correct horse");
        assert_eq!((got.format, got.entries, got.skipped), ("winauth-zip", eight_less(lose_extras), vec![]));
        let plain = read(&archive(&[("winauth.TXT", list().as_bytes())]), None).unwrap();
        assert_eq!(plain.entries, eight_less(lose_extras));
        let other = read(&archive(&[("readme.txt", b"no list")]), None);
        assert_eq!(other, Err(crate::import::ImportError::NotAnExport));
    }

    #[test]
    fn a_plus_is_a_blank_where_the_list_is_its_own() {
        let text = "otpauth://totp/My+Game:EU+%2b?secret=MEMEMEME&issuer=My+Game&serial=EU123456789012\n\
                    otpauth://totp/My+Account?secret=MEMEMEME\n";
        let names = |text: &str| -> Vec<_> {
            read(text.as_bytes(), None).unwrap().entries.into_iter().map(|e| e.account).collect()
        };
        assert_eq!(names(text), ["EU +", "My Account"]);
        assert_eq!(names("otpauth://totp/ada+tag?secret=MEMEMEME\n"), ["ada+tag"]);
    }

    #[test]
    fn steam_and_battle_net_have_rows_of_their_own() {
        let data = "%7B%22shared%5Fsecret%22%3A%22c2VjcmV0LXNlY3JldA%3D%3D%22%7D";
        let text = format!(
            "otpauth://totp/Steam:ada?secret=ASDF&issuer=Steam&data={data}\n\
             otpauth://totp/My%20game?secret=MEMEMEME&serial=EU123456789012\n\
             otpauth://totp/Shop:b?secret=MEMEMEME&digits=7\n\
             otpauth://totp/Shop:c?secret=0189\n"
        );
        let got = read(text.as_bytes(), None).unwrap();
        let entries: Vec<_> = got
            .entries
            .iter()
            .map(|e| (e.issuer.as_str(), e.account.as_str(), kind(e), e.otp.digits().count()))
            .collect();
        assert_eq!(
            entries,
            [("Steam", "ada", "steam", 5), ("", "My game", "totp", 8), ("Shop", "b", "totp", 7)]
        );
        assert_eq!(got.entries[0].otp.secret().expose().as_slice(), b"secret-secret");
        assert_eq!((got.format, got.skipped[0].why), ("winauth-txt", "bad-secret"));
        // Without such rows it is a list like any other.
        assert_eq!(read(list().as_bytes(), None).unwrap().format, "otpauth-uri-list");
    }

    #[test]
    fn damage_never_panics() {
        let file = locked_archive(&[("a.txt", list().as_bytes())], Lock::ZipCrypto, "x");
        damage(&file, |bytes| drop(read(bytes, Some("x"))));
    }

    #[test]
    fn known_files() {
        expected::check(&["winauth/winauth.zip", "winauth/steam_exports.txt"]);
    }
}
