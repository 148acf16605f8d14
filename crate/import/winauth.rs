//! WinAuth (Windows): a list of otpauth URIs, alone or in an encrypted zip, and its own `winauth.xml`.
//!
//! The issuer is often missing: the label is the name that the user typed. Steam rows hold their real secret in
//! `data`, Battle.net rows have a serial number and eight digits.

use super::collect::Collector;
use super::read::zip::{self, Zip};
use super::{Draft, ImportError, Importer, Input, Limits, text, uri_rows, winauth_xml};
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
        input.text().is_some_and(|text| winauth_xml::is_own(text) || is_own_list(text))
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        if !zip::looks_like(input.bytes) {
            let text = input.text().ok_or(ImportError::BadContent)?;
            if winauth_xml::is_own(text) {
                return winauth_xml::draft(text, limits);
            }
            let mut collector = Collector::new("winauth-txt", limits);
            uri_rows::add_winauth(&mut collector, text)?;
            return collector.finish_some();
        }
        let zip = Zip::open(input.bytes, limits)?;
        let member = zip.members().first().ok_or(ImportError::BadContent)?;
        let bytes = SecretBytes::new(zip.extract(member, password)?);
        let text = text::decode(bytes.expose()).ok_or(ImportError::BadContent)?;
        let mut collector = Collector::new("winauth-zip", limits);
        // Somebody may have packed another app's list.
        if uri_rows::has_winauth(&text) || uri_rows::is_like_winauth(&text) {
            uri_rows::add_winauth(&mut collector, &text)?;
        } else {
            uri_rows::add_all(&mut collector, &text)?;
        }
        collector.finish_some()
    }
}

/// One of its rows, or nothing but links in its order with the line ends of Windows.
fn is_own_list(text: &str) -> bool {
    let windows = || text.split_inclusive('\n').all(|line| line.ends_with("\r\n"));
    uri_rows::has_winauth(text) || windows() && uri_rows::is_like_winauth(text)
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
    fn a_list_without_such_rows_is_known_by_its_links() {
        let names = |text: &str| -> Vec<_> {
            let draft = read(text.as_bytes(), None).unwrap();
            draft.entries.into_iter().map(|e| (e.issuer, e.account)).collect()
        };
        let pair = |issuer: &str, account: &str| (issuer.to_owned(), account.to_owned());
        let icon = "otpauth://totp/Guild Wars 2:my+account?secret=MEME&digits=6&issuer=Guild+Wars+2&icon=GuildWars\n";
        assert_eq!(names(icon), [pair("Guild Wars 2", "my account")]);
        let plain = "otpauth://totp/my+account?secret=MEME&digits=6\r\n";
        assert_eq!(names(plain), [pair("", "my account")]);
        // Others write an icon, or the same order, or come from Windows: a plus is one.
        for other in [
            "otpauth://totp/a+b?secret=MEME&issuer=&digits=6&icon=x\r\n",
            "otpauth://totp/a+b?secret=MEME&digits=6\n",
            "otpauth://totp/a+b?secret=MEME&digits=6\r\notpauth://totp/c?digits=6&secret=MEME\r\n",
            "otpauth://totp/a+b?secret=MEME&period=30\r\n",
        ] {
            assert_eq!(names(other)[0], pair("", "a+b"), "{other}");
        }
        // Its successors escape blanks.
        let later = "otpauth://totp/My%20game:a+b?secret=MEME&digits=6&icon=x\r\n";
        assert_eq!(names(later), [pair("My game", "a+b")]);
    }

    #[test]
    fn in_a_zip_its_links_need_no_other_mark() {
        let own = archive(&[("a.txt", b"otpauth://hotp/my+shop?secret=MEME&digits=6&counter=7\n")]);
        let entry = read(&own, None).unwrap().entries.remove(0);
        assert_eq!((entry.account.as_str(), counter(&entry)), ("my shop", Some(8)));
        let other = archive(&[("a.txt", b"otpauth://hotp/a+b?secret=MEME&issuer=S&digits=6&counter=7\n")]);
        let entry = read(&other, None).unwrap().entries.remove(0);
        assert_eq!((entry.account.as_str(), counter(&entry)), ("a+b", Some(7)));
    }

    #[test]
    fn its_counter_was_used_already() {
        let row = |counter: &str| format!("otpauth://hotp/a?secret=MEME&digits=6{counter}&icon=x\r\n");
        let last = format!("&counter={}", u64::MAX);
        let text = ["&counter=4", &last, ""].map(row).concat();
        let counters: Vec<_> =
            read(text.as_bytes(), None).unwrap().entries.iter().filter_map(counter).collect();
        assert_eq!(counters, [5, u64::MAX, 0]);
    }

    #[test]
    fn trions_codes_are_its_own() {
        let text = "otpauth://totp/Trion:a?secret=MEME&digits=8&issuer=Trion&icon=x\n\
                    otpauth://totp/Trion:b?secret=MEME&digits=6&issuer=Trion\n";
        let got = read(text.as_bytes(), None).unwrap();
        assert_eq!((got.entries.len(), got.skipped[0].why), (1, "unsupported-type"));
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
