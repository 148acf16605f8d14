//! LastPass Authenticator's transfer codes as text: what a QR reader shows. Beside Google's they are read with those.

use super::{Draft, ImportError, Importer, Input, Limits, google_migration};
use crate::otp::text::pieces;
use crate::otp::uri::strip_prefix_ignoring_case;
use crate::secret::SecretText;

/// Text with `lpaauth-migration://` URIs.
pub(super) struct LastPassTransfer;

impl Importer for LastPassTransfer {
    fn id(&self) -> &'static str {
        "lastpass-transfer"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.text().is_some_and(|text| pieces(text).any(|(_, piece)| is_code(piece)))
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        google_migration::read("lastpass-transfer-uri", input, limits)
    }
}

/// Whether a text is such a code.
pub(super) fn is_code(text: &str) -> bool {
    strip_prefix_ignoring_case(text, "lpaauth-migration://").is_some()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::import::testing::eight::*;
    use crate::import::testing::{damage_at, holds, read};
    use crate::import::{ImportError, Limits, Skipped, import_files};
    use crate::otp::lastpass::write;
    use crate::vault::entry::EntryDraft;

    fn code(part: u64, of: u64) -> String {
        write(&json!([{"s": "GEZDGNBVGY3TQOJQ", "iN": "Shop", "uN": format!("u{part}")}]), (part, of))
    }

    #[test]
    fn loses_counters_steam_and_extras() {
        let is_held = |entry: &EntryDraft| kind(entry) == "totp";
        let item = |entry: EntryDraft| {
            json!({
                "s": bare(&entry), "a": entry.otp.algorithm().name(), "d": entry.otp.digits().count(),
                "tS": period(&entry), "iN": entry.issuer, "uN": entry.account,
            })
        };
        let code = write(&eight().into_iter().filter(is_held).map(item).collect(), (0, 1));
        let kept: Vec<_> = eight_less(lose_extras).into_iter().filter(is_held).collect();
        assert_eq!(kept.len(), 5);
        holds("lastpass-transfer-uri", code.as_bytes(), &kept);
    }

    #[test]
    fn codes_are_read_beside_links_and_over_lines() {
        let link = "otpauth://totp/Z:z?secret=JBSWY3DPEHPK3PXP";
        let code = code(0, 1);
        let (left, right) = code.split_at(code.len() / 2 + 10);
        for text in [
            code.clone(),
            format!("# mine\n{code}\r\n"),
            format!("QR-Code:{code}"),
            format!("{left}\n{right}"),
        ] {
            let draft = read(text.as_bytes(), None).unwrap();
            assert_eq!(
                (draft.format, draft.entries.len(), draft.skipped.len()),
                ("lastpass-transfer-uri", 1, 0),
                "{text}"
            );
            assert_eq!((&*draft.entries[0].issuer, &*draft.entries[0].account), ("Shop", "u0"));
        }
        let draft = read(format!("{code}\n{link}\n").as_bytes(), None).unwrap();
        assert_eq!((draft.entries.len(), draft.skipped.len()), (2, 0));
        assert_eq!(read(b"lpaauth-migration://offline?data=XXXX", None), Err(ImportError::BadContent));
        damage_at(60, code.as_bytes(), |bytes| drop(read(bytes, None)));
    }

    #[test]
    fn parts_in_files_of_their_own_are_one_transfer() {
        let file = |part| (format!("{part}.txt"), code(part, 2).into_bytes());
        let read = |files| import_files(files, &[], &Limits::default()).unwrap().draft;
        let both = read(vec![file(1), file(0)]);
        assert_eq!((both.entries.len(), both.skipped), (2, vec![]));
        assert_eq!(read(vec![file(1)]).skipped, [Skipped::new("1/2", "incomplete-transfer")]);
    }
}
