//! Google Authenticator's transfer codes as text: what a QR reader shows, one or several to a file.

use super::collect::Collector;
use super::uri_list::gather;
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::text::{pieces, read_texts};
use crate::otp::uri::strip_prefix_ignoring_case;
use crate::secret::SecretText;

/// Text with `otpauth-migration://` URIs.
pub(super) struct GoogleMigration;

impl Importer for GoogleMigration {
    fn id(&self) -> &'static str {
        "google-migration"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.text().is_some_and(|text| {
            pieces(text).any(|(_, piece)| strip_prefix_ignoring_case(piece, "otpauth-migration://").is_some())
        })
    }

    fn import(
        &self,
        input: &Input<'_>,
        _password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let text = input.text().ok_or(ImportError::BadContent)?;
        let readings = read_texts(&[text.to_owned()]);
        if readings.accounts.is_empty()
            && readings.skipped.iter().any(|unread| unread.why == "damaged-transfer")
        {
            return Err(ImportError::BadContent);
        }
        let mut collector = Collector::new("google-migration-uri", limits);
        gather(&mut collector, readings, |_, line| format!("#{}", line + 1))?;
        collector.finish_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::testing::{damage, expected};
    use crate::import::{Skipped, import};
    use crate::otp::migration::write_migration;
    use crate::otp::uri::{Account, parse_uri};

    fn read(text: &str) -> Result<Draft, ImportError> {
        import(&Input::new(text.as_bytes(), &[]), None, &Limits::default())
    }

    fn codes() -> Vec<String> {
        let account = |n| parse_uri(&format!("otpauth://totp/Svc:u{n}?secret=JBSWY3DPEHPK3PXP")).unwrap();
        write_migration(&(0..25).map(account).collect::<Vec<Account>>(), 4)
    }

    #[test]
    fn all_parts_of_a_transfer() {
        let codes = codes();
        let draft = read(&format!("# b\n{}\n{}\r\n{}\n{}", codes[1], codes[2], codes[0], codes[1])).unwrap();
        assert_eq!(draft.format, "google-migration-uri");
        let names: Vec<_> = draft.entries.iter().map(|e| e.account.clone()).collect();
        assert_eq!(names, (0..25).map(|n| format!("u{n}")).collect::<Vec<_>>());
        assert_eq!(draft.skipped, []);
    }

    #[test]
    fn a_missing_part_is_told_and_the_rest_is_read() {
        let codes = codes();
        let draft = read(&format!(
            "{}\notpauth://totp/x?secret=JBSWY3DP\notpauth-migration://offline?data=XXXX",
            codes[2]
        ))
        .unwrap();
        assert_eq!(draft.entries.len(), 6);
        let skipped = Skipped::new;
        assert_eq!(draft.skipped, [skipped("#3", "damaged-transfer"), skipped("1/3", "incomplete-transfer")]);
        assert_eq!(read("otpauth-migration://offline?data=XXXX"), Err(ImportError::BadContent));
    }

    #[test]
    fn known_files() {
        expected::check(&[
            "google_authenticator/batch_uris.txt",
            "google_authenticator/migration_uris.txt",
            "google_authenticator/proton_literal_0.txt",
            "google_authenticator/stratum.txt",
            "google_authenticator/wrong_content.txt",
            "google_authenticator/wrong_data.txt",
        ]);
    }

    #[test]
    fn damage_never_panics() {
        damage(codes().remove(0).as_bytes(), |bytes| {
            if let Ok(text) = core::str::from_utf8(bytes) {
                let _ = read(text);
            }
        });
    }
}
