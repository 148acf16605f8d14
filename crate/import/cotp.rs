//! cotp (command line): its JSON export. MOTP and Yandex entries are listed as skipped.

use super::collect::Collector;
use super::parameters::Parameters;
use super::read::json::Fields;
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::base32::parse_base32;
use crate::secret::SecretText;
use crate::vault::entry::EntryDraft;

/// cotp's JSON export.
pub(super) struct Cotp;

impl Importer for Cotp {
    fn id(&self) -> &'static str {
        "cotp"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.outline().is_some_and(|file| file.at("elements").is_list() && file.has("version"))
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let file = input.json()?;
        if file.number("version").is_none_or(|version| version > 2) {
            return Err(ImportError::UnsupportedVersion);
        }
        let mut collector = Collector::new("cotp-json", limits);
        for item in file.list("elements") {
            let (issuer, account) = (item.text("issuer").trim(), item.text("label").trim());
            let otp = Parameters::of(item, item.text("type")).otp(parse_base32(item.text("secret")));
            collector.account(issuer, account, otp.map(|otp| EntryDraft::new(issuer, account, otp)), item)?;
        }
        collector.finish_some()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage, expected, read};

    fn file() -> Vec<u8> {
        let item = |entry: &EntryDraft| {
            json!({
                "secret": bare(entry), "issuer": entry.issuer, "label": entry.account,
                "digits": entry.otp.digits().count(), "type": kind(entry).to_uppercase(),
                "algorithm": entry.otp.algorithm().name(), "period": period(entry).unwrap_or(30),
                "counter": counter(entry), "pin": null,
            })
        };
        let elements: Vec<_> = eight().iter().map(item).collect();
        json!({"version": 2, "elements": elements}).to_string().into_bytes()
    }

    #[test]
    fn loses_notes_tags_and_pins() {
        let got = read(&file(), None).unwrap();
        let kept = eight_less(|entry| {
            entry.note.clear();
            entry.tags.clear();
            entry.pinned = false;
        });
        assert_eq!((got.format, got.entries, got.skipped), ("cotp-json", kept, vec![]));
    }

    #[test]
    fn motp_is_listed_and_a_later_version_refused() {
        let with = |version: u32| {
            let motp = json!({"type": "MOTP", "secret": "e3152afee62599c8", "label": "vpn", "pin": "1234"});
            json!({"version": version, "elements": [motp]}).to_string()
        };
        let skipped = read(with(2).as_bytes(), None).unwrap().skipped;
        assert_eq!((skipped[0].what.as_str(), skipped[0].why), ("vpn", "unsupported-type"));
        assert_eq!(read(with(3).as_bytes(), None), Err(ImportError::UnsupportedVersion));
    }

    #[test]
    fn damage_never_panics() {
        damage(&file(), |bytes| drop(read(bytes, None)));
    }

    #[test]
    fn known_files() {
        expected::check(&["cotp"]);
    }
}
