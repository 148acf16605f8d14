//! FreeOTP+ (Android): its JSON export.

use super::collect::Collector;
use super::freeotp_token;
use super::outline::{self, Outline};
use super::read::json::Fields;
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::secret::SecretText;

/// FreeOTP+'s JSON export.
pub(super) struct FreeOtpPlus;

impl Importer for FreeOtpPlus {
    fn id(&self) -> &'static str {
        "freeotp-plus"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        Outline::of(input.bytes)
            .is_some_and(|file| file.at("tokens").is_list() && file.at("tokenOrder").is_list())
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let file = outline::value(input.bytes)?;
        let mut collector = Collector::new("freeotp-plus-json", limits);
        for token in file.list("tokens") {
            let (issuer, account) = freeotp_token::names(token);
            collector.account(issuer, account, freeotp_token::entry(token))?;
        }
        collector.finish_some()
    }
}
