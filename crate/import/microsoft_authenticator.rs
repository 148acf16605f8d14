//! Microsoft Authenticator's database (`PhoneFactor`), copied from a rooted Android phone: the app has no export.
//!
//! Work and school accounts are approved by a push message and hold no secret; they are listed as skipped.

use super::collect::Collector;
use super::read::sqlite::{self, Database, Row};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::base32::{parse_base32, parse_base64};
use crate::otp::{Algorithm, Digits, Kind, Otp, OtpError, Period};
use crate::secret::SecretText;
use crate::vault::entry::EntryDraft;

/// Microsoft Authenticator's `accounts` table.
pub(super) struct MicrosoftAuthenticator;

const COLUMNS: &[&str] =
    &["name", "username", "oath_secret_key", "encrypted_oath_secret_key", "account_type"];

impl Importer for MicrosoftAuthenticator {
    fn id(&self) -> &'static str {
        "microsoft-authenticator"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.bytes.starts_with(sqlite::MAGIC)
            && Database::open(input.bytes)
                .is_ok_and(|db| db.has_columns("accounts", &["oath_secret_key", "account_type"]))
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let table = Database::open(input.bytes)?.table("accounts", COLUMNS, limits.max_items)?;
        let mut collector = Collector::new("microsoft-authenticator-sqlite", limits);
        for row in table.rows() {
            let (issuer, account) = (row.text("name"), row.text("username"));
            let sealed =
                row.text("oath_secret_key").is_empty() && !row.text("encrypted_oath_secret_key").is_empty();
            if sealed {
                collector.skip(collector.name(&issuer, &account), "encrypted")?;
            } else {
                let entry = otp(row).map(|otp| EntryDraft::new(issuer.as_str(), account.as_str(), otp));
                collector.account(&issuer, &account, entry)?;
            }
        }
        collector.finish_some()
    }
}

fn otp(row: Row<'_>) -> Result<Otp, OtpError> {
    let text = row.text("oath_secret_key");
    let (secret, digits) = match row.number("account_type") {
        None | Some(0) => (parse_base32(&text)?, Digits::SIX),
        // A personal Microsoft account.
        Some(1) => (parse_base64(&text)?, Digits::new(8)?),
        Some(_) => return Err(OtpError::UnsupportedType),
    };
    Otp::new(Kind::Totp { period: Period::THIRTY }, Algorithm::Sha1, digits, secret)
}

#[cfg(test)]
mod tests {
    use crate::import::testing::expected;

    #[test]
    fn known_files() {
        expected::check(&["microsoft_authenticator"]);
    }
}
