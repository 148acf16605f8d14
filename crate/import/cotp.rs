//! cotp (command line): its JSON export. MOTP and Yandex entries are listed as skipped.

use super::collect::Collector;
use super::outline::{self, Outline};
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
        Outline::of(input.bytes).is_some_and(|file| file.at("elements").is_list() && file.has("version"))
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let file = outline::value(input.bytes)?;
        if file.number("version").is_none_or(|version| version > 2) {
            return Err(ImportError::UnsupportedVersion);
        }
        let mut collector = Collector::new("cotp-json", limits);
        for item in file.list("elements") {
            let (issuer, account) = (item.text("issuer").trim(), item.text("label").trim());
            let otp = Parameters::of(item, item.text("type")).otp(parse_base32(item.text("secret")));
            collector.account(issuer, account, otp.map(|otp| EntryDraft::new(issuer, account, otp)))?;
        }
        collector.finish_some()
    }
}
