//! Authenticator Plus: its zip with a list of otpauth URIs.

use super::collect::Collector;
use super::read::zip::{self, Member, Zip};
use super::{Draft, ImportError, Importer, Input, Limits, text, uri_rows};
use crate::secret::{SecretBytes, SecretText};

/// Authenticator Plus' export.
pub(super) struct AuthenticatorPlus;

/// Beside it lies the same as a web page.
const MEMBER: &str = "Accounts.txt";

impl Importer for AuthenticatorPlus {
    fn id(&self) -> &'static str {
        "authenticator-plus"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        zip::looks_like(input.bytes)
            && Zip::open(input.bytes, &Limits::default()).is_ok_and(|zip| member(&zip).is_some())
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let zip = Zip::open(input.bytes, limits)?;
        let member = member(&zip).ok_or(ImportError::BadContent)?;
        let bytes = SecretBytes::new(zip.extract(member, password)?);
        let text = text::decode(bytes.expose()).ok_or(ImportError::BadContent)?;
        let mut collector = Collector::new("authenticator-plus-zip", limits);
        uri_rows::add_all(&mut collector, &text)?;
        collector.finish_some()
    }
}

/// In whatever folder.
fn member<'z>(zip: &'z Zip<'_>) -> Option<&'z Member> {
    zip.members().iter().find(|member| member.name.rsplit('/').next() == Some(MEMBER))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::read::testing::zip::{Lock, archive, locked_archive};
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage, expected, read, unlock};

    fn list() -> String {
        eight().iter().map(|entry| uri(entry) + "\n").collect()
    }

    #[test]
    fn loses_all_but_the_uris() {
        let members = [("Accounts.txt", list().into_bytes()), ("Accounts.html", b"<html>".to_vec())];
        let members: Vec<(&str, &[u8])> =
            members.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
        let got = unlock(&locked_archive(&members, Lock::ZipCrypto, "correct horse"), "correct horse");
        let lesser = eight_less(lose_extras);
        assert_eq!(
            (got.format, got.entries, got.skipped),
            ("authenticator-plus-zip", lesser.clone(), vec![])
        );
        assert_eq!(read(&archive(&members), None).unwrap().entries, lesser);
        let inside = archive(&[("Authenticator Plus/Accounts.txt", list().as_bytes())]);
        assert_eq!(read(&inside, None).unwrap().entries, lesser);
    }

    #[test]
    fn bad_lines_are_listed_without_their_text() {
        let list = "otpauth://totp/a?secret=ME\nSECRETLINE\notpauth://totp/Shop:b?secret=0189\n\n";
        let got = read(&archive(&[("Accounts.txt", list.as_bytes())]), None).unwrap();
        let skipped: Vec<_> = got.skipped.iter().map(|s| (s.what.as_str(), s.why)).collect();
        assert_eq!(skipped, [("#2", "not-otpauth"), ("Shop: b", "bad-secret")]);
        assert_eq!(got.entries.len(), 1);
        assert_eq!(read(&archive(&[("Accounts.txt", b"\n")]), None), Err(ImportError::NoEntries));
    }

    #[test]
    fn damage_never_panics() {
        let file = locked_archive(&[("Accounts.txt", list().as_bytes())], Lock::ZipCrypto, "x");
        damage(&file, |bytes| drop(read(bytes, Some("x"))));
    }

    #[test]
    fn known_files() {
        expected::check(&["authenticator_plus/export.zip"]);
    }
}
