//! 2FAuth (self-hosted): its JSON export. Icons are lost.

use serde_json::Value;

use super::collect::Collector;
use super::outline::{self, Outline};
use super::parameters::Parameters;
use super::read::json::Fields;
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::OtpError;
use crate::otp::base32::parse_base32;
use crate::secret::SecretText;
use crate::vault::entry::EntryDraft;

/// 2FAuth's JSON export.
pub(super) struct TwoFAuth;

impl Importer for TwoFAuth {
    fn id(&self) -> &'static str {
        "2fauth"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        Outline::of(input.bytes)
            .is_some_and(|file| file.at("app").text().starts_with("2fauth") && file.at("data").is_list())
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let file = outline::value(input.bytes)?;
        if file.number("schema").is_some_and(|schema| schema > 1) {
            return Err(ImportError::UnsupportedVersion);
        }
        let mut collector = Collector::new("2fauth-json", limits);
        for item in file.list("data") {
            collector.account(item.text("service"), item.text("account"), entry(item))?;
        }
        collector.finish_some()
    }
}

fn entry(item: &Value) -> Result<EntryDraft, OtpError> {
    let otp = Parameters::of(item, item.text("otp_type")).otp(parse_base32(item.text("secret")))?;
    let mut entry = EntryDraft::new(item.text("service").trim(), item.text("account").trim(), otp);
    if item.has("icon") {
        entry.lost.push("icon");
    }
    Ok(entry)
}
