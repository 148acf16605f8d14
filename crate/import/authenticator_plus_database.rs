//! Authenticator Plus' database (`authplus.db`), SQLCipher 3: bytes without any mark.

use super::collect::Collector;
use super::read::sqlcipher;
use super::read::sqlite::{Database, Row};
use super::{Draft, ImportError, Importer, Input, Limits, text};
use crate::otp::base32::{parse_base32, parse_hex};
use crate::otp::migration::split_name;
use crate::otp::{Algorithm, Digits, Kind, Otp, OtpError, Period};
use crate::secret::SecretText;
use crate::vault::entry::EntryDraft;

/// Authenticator Plus' `accounts` table.
pub(super) struct AuthenticatorPlusDatabase;

const COLUMNS: &[&str] = &["email", "secret", "counter", "type", "issuer", "original_name", "category"];
/// Where accounts are that are in no category.
const NO_CATEGORY: &str = "All Accounts";
/// A Battle.net account; its issuer is the app's own, with a registered trade mark sign.
const BLIZZARD: u64 = 2;

impl Importer for AuthenticatorPlusDatabase {
    fn id(&self) -> &'static str {
        "authenticator-plus-database"
    }

    fn is_guess(&self) -> bool {
        true
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        sqlcipher::may_be(input.bytes) && text::decode(input.bytes).is_none()
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let password = password.ok_or(ImportError::PasswordNeeded)?;
        let plain = sqlcipher::open(input.bytes, password, limits)?;
        let table = Database::open(plain.expose())?.table("accounts", COLUMNS, limits.max_items)?;
        let mut collector = Collector::new("authenticator-plus-sqlcipher", limits);
        for row in table.rows() {
            let (issuer, account) = names(row);
            let entry = otp(row).map(|otp| {
                let mut entry = EntryDraft::new(issuer.as_str(), account.as_str(), otp);
                let category = row.text("category");
                entry.tags =
                    Some(category).filter(|c| !c.is_empty() && c != NO_CATEGORY).into_iter().collect();
                if row.number("type") == Some(BLIZZARD) {
                    // The serial number: Battle.net's support asks for it.
                    entry.note = row.text("original_name");
                }
                entry
            });
            collector.account(&issuer, &account, entry)?;
        }
        collector.finish_some()
    }
}

fn names(row: Row<'_>) -> (String, String) {
    match row.number("type") {
        Some(BLIZZARD) => ("Blizzard".into(), row.text("email")),
        _ => split_name(row.text("issuer").trim(), row.text("email").trim()),
    }
}

fn otp(row: Row<'_>) -> Result<Otp, OtpError> {
    let totp = Kind::Totp { period: Period::THIRTY };
    let text = row.text("secret");
    let (kind, secret, digits) = match row.number("type") {
        None | Some(0) => (totp, parse_base32(&text)?, Digits::SIX),
        Some(1) => {
            let counter = row.number("counter").unwrap_or(0);
            (Kind::Hotp { counter }, parse_base32(&text)?, Digits::SIX)
        }
        Some(BLIZZARD) => (totp, parse_hex(&text)?, Digits::new(8)?),
        Some(_) => return Err(OtpError::UnsupportedType),
    };
    Otp::new(kind, Algorithm::Sha1, digits, secret)
}

#[cfg(test)]
mod tests {
    use crate::import::testing::expected;

    #[test]
    fn known_files() {
        expected::check(&["authenticator_plus/authplus.db"]);
    }
}
