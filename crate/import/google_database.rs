//! Google Authenticator's database (`databases`), copied from a rooted phone: six digits, 30 s, SHA-1.

use super::collect::Collector;
use super::read::sqlite::{self, Database, Row};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::base32::parse_base32;
use crate::otp::migration::split_name;
use crate::otp::{Algorithm, Digits, Kind, Otp, OtpError, Period};
use crate::secret::SecretText;
use crate::vault::entry::EntryDraft;

/// Google Authenticator's `accounts` table.
pub(super) struct GoogleDatabase;

const COLUMNS: &[&str] = &["email", "secret", "counter", "type", "issuer", "isencrypted"];

impl Importer for GoogleDatabase {
    fn id(&self) -> &'static str {
        "google-authenticator-database"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.bytes.starts_with(sqlite::MAGIC)
            && Database::open(input.bytes)
                .is_ok_and(|db| db.has_columns("accounts", &["email", "secret", "counter", "type"]))
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let table = Database::open(input.bytes)?.table("accounts", COLUMNS, limits.max_items)?;
        let mut collector = Collector::new("google-authenticator-sqlite", limits);
        for row in table.rows() {
            let (issuer, account) = split_name(row.text("issuer").trim(), row.text("email").trim());
            if row.number("isencrypted").is_some_and(|flag| flag != 0) {
                collector.skip(collector.name(&issuer, &account), "encrypted")?;
                continue;
            }
            let entry = otp(row).map(|otp| EntryDraft::new(issuer.as_str(), account.as_str(), otp));
            collector.account(&issuer, &account, entry)?;
        }
        collector.finish_some()
    }
}

fn otp(row: Row<'_>) -> Result<Otp, OtpError> {
    let kind = match row.number("type") {
        None | Some(0) => Kind::Totp { period: Period::THIRTY },
        Some(1) => Kind::Hotp { counter: row.number("counter").unwrap_or(0) },
        Some(_) => return Err(OtpError::UnsupportedType),
    };
    Otp::new(kind, Algorithm::Sha1, Digits::SIX, parse_base32(&row.text("secret"))?)
}

#[cfg(test)]
mod tests {
    use crate::import::testing::expected;

    #[test]
    fn known_files() {
        expected::check(&["google_authenticator/aegis_2020.sqlite", "google_authenticator/cotp.sqlite"]);
    }
}
