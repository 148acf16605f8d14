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
                collector.account(&issuer, &account, entry, &row)?;
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
    use crate::import::read::sqlite::Value;
    use crate::import::read::testing::sqlite::{Layout, Table, text, write};
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage, expected, read};

    fn database(rows: Vec<Vec<Value>>) -> Vec<u8> {
        let sql = "CREATE TABLE `accounts` (`_id` INTEGER PRIMARY KEY AUTOINCREMENT, `name` TEXT NOT NULL, `username` TEXT \
            NOT NULL, `oath_secret_key` TEXT NOT NULL, `account_type` INTEGER NOT NULL, \
            `encrypted_oath_secret_key` TEXT NOT NULL)";
        write(Layout::default(), &[Table { name: "accounts", sql, rows }])
    }

    fn row(issuer: &str, account: &str, secret: &str, kind: i64, sealed: &str) -> Vec<Value> {
        vec![Value::Null, text(issuer), text(account), text(secret), Value::Integer(kind), text(sealed)]
    }

    fn rows() -> Vec<Vec<Value>> {
        eight().iter().map(|e| row(&e.issuer, &e.account, &bare(e), 0, "")).collect()
    }

    #[test]
    fn loses_what_the_app_does_not_know() {
        let got = read(&database(rows()), None).unwrap();
        let lesser = eight_less(|entry| {
            lose_extras(entry);
            lose_parameters(entry, false);
        });
        assert_eq!(
            (got.format, got.entries, got.skipped),
            ("microsoft-authenticator-sqlite", lesser, vec![])
        );
    }

    #[test]
    fn personal_accounts_have_eight_digits_and_work_accounts_no_code() {
        let rows = vec![
            row("Microsoft", "ada", "c2VjcmV0LXNlY3JldA==", 1, ""),
            row("Contoso", "ada@contoso", "", 2, ""),
            row("Later", "ada", "", 0, "c2VhbGVk"),
            row("Empty", "ada", "", 0, ""),
        ];
        let got = read(&database(rows), None).unwrap();
        assert_eq!(got.entries.len(), 1);
        assert_eq!(
            (got.entries[0].otp.digits().count(), got.entries[0].otp.secret().expose().as_slice()),
            (8, &b"secret-secret"[..])
        );
        let skipped: Vec<_> = got.skipped.iter().map(|s| (s.what.as_str(), s.why)).collect();
        assert_eq!(
            skipped,
            [
                ("Contoso: ada@contoso", "unsupported-type"),
                ("Later: ada", "encrypted"),
                ("Empty: ada", "no-secret")
            ]
        );
    }

    #[test]
    fn damage_never_panics() {
        damage(&database(rows()), |bytes| drop(read(bytes, None)));
    }

    #[test]
    fn known_files() {
        expected::check(&["microsoft_authenticator"]);
    }
}
