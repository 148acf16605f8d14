//! Google Authenticator's transfer codes as text: what a QR reader shows, one or several to a file.

use super::collect::Collector;
use super::uri_list::gather;
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::migration::{Part, is_transfer, join, parse_migration, transfers};
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
        input.text().is_some_and(|text| pieces(text).any(|(_, piece)| is_code(piece)))
    }

    fn import(
        &self,
        input: &Input<'_>,
        _password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        read("google-migration-uri", input, limits)
    }
}

/// Reads a text with transfer codes in it.
pub(super) fn read(format: &'static str, input: &Input<'_>, limits: &Limits) -> Result<Draft, ImportError> {
    let text = input.text().ok_or(ImportError::BadContent)?;
    let mut readings = read_texts(&[text.to_owned()]);
    if readings.accounts.is_empty() && readings.skipped.iter().any(|unread| unread.why == "damaged-transfer")
    {
        return Err(ImportError::BadContent);
    }
    if readings.incomplete.is_some() {
        readings.incomplete = incomplete_with_others(&codes_of(input), input);
    }
    let mut collector = Collector::new(format, limits);
    gather(&mut collector, readings, |_, line| format!("#{}", line + 1))?;
    collector.finish_some()
}

/// How much is there of an incomplete transfer, whose other parts may be in the texts and pictures dropped with these codes.
pub(super) fn incomplete_with_others(codes: &[String], input: &Input<'_>) -> Option<(u32, u32)> {
    let part = |code: &String| parse_migration(code).ok();
    let own: Vec<Part> = codes.iter().filter_map(part).collect();
    let batches: Vec<u64> = own.iter().map(|part| part.batch).collect();
    let others = input.beside.iter().flat_map(|(_, bytes)| codes_beside(bytes));
    let others = others.filter_map(|code| part(&code)).filter(|part| batches.contains(&part.batch));
    join(own.into_iter().chain(others)).incomplete
}

fn codes_beside(bytes: &[u8]) -> Vec<String> {
    #[cfg(not(target_arch = "wasm32"))]
    if super::read::picture::is_picture(bytes) {
        return super::qr_image::codes(bytes).unwrap_or_default();
    }
    codes_of(&Input::new(bytes, &[]))
}

fn codes_of(input: &Input<'_>) -> Vec<String> {
    let text = input.text().unwrap_or_default();
    let pieces = pieces(text).map(|(_, piece)| piece).chain(transfers(text));
    pieces.filter(|piece| is_transfer(piece)).map(str::to_owned).collect()
}

fn is_code(piece: &str) -> bool {
    strip_prefix_ignoring_case(piece, "otpauth-migration://").is_some()
}

#[cfg(test)]
mod tests {
    use crate::import::testing::{damage, expected};
    use crate::import::{Draft, ImportError, Input, Limits, Skipped, import};
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
    fn parts_in_files_of_their_own_are_one_transfer() {
        let codes = codes();
        let file = |n: usize| (format!("{n}.txt"), codes[n].clone().into_bytes());
        let read = |files: &[usize]| {
            let files = files.iter().map(|n| file(*n)).collect();
            crate::import::import_files(files, &[], &Limits::default()).unwrap().draft
        };
        let all = read(&[2, 0, 1]);
        assert_eq!((all.entries.len(), all.skipped), (25, vec![]));
        let two = read(&[2, 0]);
        assert_eq!(two.entries.len(), 15);
        assert_eq!(two.skipped, [Skipped::new("2/3", "incomplete-transfer")]);
        // Another transfer's part is none of this one's.
        let other = parse_uri("otpauth://totp/Svc:x?secret=JBSWY3DPEHPK3PXP").unwrap();
        let other = write_migration(&vec![other; 11], 9).remove(0);
        let beside = [file(0), file(1), ("other".into(), other.into_bytes())];
        let draft = import(&Input::new(codes[2].as_bytes(), &beside), None, &Limits::default()).unwrap();
        assert_eq!(draft.skipped, []);
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
