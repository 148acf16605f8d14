//! FreeOTP 1: its Android preferences, one JSON text for each token.
//!
//! The counter is stored one lower than the QR code said; it is what the app itself would use next.

use super::collect::Collector;
use super::freeotp_token;
use super::read::json::{self, Fields};
use super::read::prefs;
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::secret::SecretText;

/// FreeOTP 1's `tokens.xml`.
pub(super) struct FreeOtp;

/// The preference that holds the order of the tokens.
const ORDER: &str = "tokenOrder";

impl Importer for FreeOtp {
    fn id(&self) -> &'static str {
        "freeotp"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        let Some(Ok(strings)) = prefs::strings(input.bytes) else { return false };
        let is_token = |text: &str| json::parse(text).is_ok_and(|t| t.has("secret") && t.has("type"));
        strings.iter().any(|(name, text)| name == ORDER || is_token(text))
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let mut collector = Collector::new("freeotp-xml", limits);
        for (name, text) in prefs::strings(input.bytes).ok_or(ImportError::BadContent)?? {
            if name == ORDER {
                continue;
            }
            match json::parse(&text) {
                Ok(token) if token.is_object() => {
                    let (issuer, account) = freeotp_token::names(&token);
                    collector.account(issuer, account, freeotp_token::entry(&token))?;
                }
                _ => collector.skip(name, "bad-content")?,
            }
        }
        collector.finish_some()
    }
}

#[cfg(test)]
mod tests {
    use crate::import::testing::expected;

    #[test]
    fn known_files() {
        expected::check(&["freeotp/freeotp_v1.xml", "freeotp/cotp_v1.xml"]);
    }
}
