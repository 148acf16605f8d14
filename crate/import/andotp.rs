//! andOTP (Android): its JSON backup. GNOME Authenticator writes the same array, with types in lower case.
//!
//! MOTP entries are listed as skipped.

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

/// andOTP's plain backup.
pub(super) struct AndOtp;

impl Importer for AndOtp {
    fn id(&self) -> &'static str {
        "andotp"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        Outline::of(input.bytes).is_some_and(|file| {
            let first = file.first();
            first.has("secret") && first.has("type") && first.has("label")
        })
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        draft("andotp-json", &outline::value(input.bytes)?, limits)
    }
}

/// The backup's array, however it was sealed.
pub(super) fn draft(format: &'static str, file: &Value, limits: &Limits) -> Result<Draft, ImportError> {
    let mut collector = Collector::new(format, limits);
    for item in file.as_array().ok_or(ImportError::BadContent)? {
        let (issuer, account) = names(item);
        collector.account(issuer, account, entry(item, issuer, account))?;
    }
    collector.finish_some()
}

fn entry(item: &Value, issuer: &str, account: &str) -> Result<EntryDraft, OtpError> {
    let otp = Parameters::of(item, item.text("type")).otp(parse_base32(item.text("secret")))?;
    let mut entry = EntryDraft::new(issuer, account, otp);
    let tags = item.list("tags").iter().filter_map(Value::as_str).map(str::trim);
    entry.tags = tags.filter(|tag| !tag.is_empty()).map(str::to_owned).collect();
    Ok(entry)
}

/// Before there was an `issuer`, the label was `Issuer - Account`; with an empty one it can be `Issuer:Account`.
fn names(item: &Value) -> (&str, &str) {
    let label = item.text("label").trim();
    let split = match item.field("issuer") {
        Value::Null => label.split_once(" - ").or_else(|| label.split_once(':')),
        Value::String(issuer) if issuer.trim().is_empty() => label.split_once(':'),
        _ => None,
    };
    let (issuer, account) = split.unwrap_or((item.text("issuer"), label));
    (issuer.trim(), account.trim())
}
