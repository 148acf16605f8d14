//! Google Authenticator's database (`databases`), copied from a rooted phone: six digits, 30 s, SHA-1.

use super::collect::Collector;
use super::read::sqlite::{self, Row};
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
            && input
                .database()
                .is_ok_and(|db| db.has_columns("accounts", &["email", "secret", "counter", "type"]))
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let table = input.database()?.table("accounts", COLUMNS, limits.max_items)?;
        let mut collector = Collector::new("google-authenticator-sqlite", limits);
        for row in table.rows() {
            let (issuer, account) = split_name(row.text("issuer").trim(), row.text("email").trim());
            if row.number("isencrypted").is_some_and(|flag| flag != 0) {
                collector.skip(collector.name(&issuer, &account), "encrypted")?;
                continue;
            }
            let entry = otp(row).map(|otp| EntryDraft::new(issuer.as_str(), account.as_str(), otp));
            collector.account(&issuer, &account, entry, &row)?;
        }
        Ok(Draft { keys: input.logs(), ..collector.finish_some()? })
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
    use super::*;
    use crate::import::read::sqlite::Value;
    use crate::import::read::testing::sqlite::{Layout, Table, text, write};
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage, expected, read};

    fn database(rows: Vec<Vec<Value>>) -> Vec<u8> {
        let sql = "CREATE TABLE accounts (_id INTEGER PRIMARY KEY, email TEXT NOT NULL, secret TEXT NOT NULL, counter \
            INTEGER DEFAULT 0, type INTEGER, provider INTEGER DEFAULT 0, issuer TEXT DEFAULT NULL, isencrypted INTEGER)";
        write(Layout::default(), &[Table { name: "accounts", sql, rows }])
    }

    fn row(entry: &EntryDraft) -> Vec<Value> {
        let counter = counter(entry);
        let email = match entry.issuer.as_str() {
            "" => entry.account.clone(),
            issuer => format!("{issuer}:{}", entry.account),
        };
        let issuer = if entry.issuer.is_empty() { Value::Null } else { text(&entry.issuer) };
        let kind = Value::Integer(i64::from(counter.is_some()));
        let counter = Value::Integer(counter.unwrap_or(0) as i64);
        vec![Value::Null, text(&email), text(&bare(entry)), counter, kind, Value::Integer(0), issuer]
    }

    #[test]
    fn loses_what_the_app_does_not_know() {
        let got = read(&database(eight().iter().map(row).collect()), None).unwrap();
        let lesser = eight_less(|entry| {
            lose_extras(entry);
            lose_parameters(entry, true);
        });
        assert_eq!((got.format, got.entries, got.skipped), ("google-authenticator-sqlite", lesser, vec![]));
    }

    #[test]
    fn what_cannot_be_read_is_listed() {
        let mut rows: Vec<Vec<Value>> = eight().iter().take(4).map(row).collect();
        rows[0].push(Value::Integer(1));
        rows[1][2] = text("not base32!");
        rows[2][4] = Value::Integer(7);
        let got = read(&database(rows), None).unwrap();
        let skipped: Vec<_> = got.skipped.iter().map(|s| (s.what.as_str(), s.why)).collect();
        let wanted = [
            ("Northwind: ada@example.com", "encrypted"),
            ("Harbour Bank: grace", "bad-secret"),
            ("\u{c4}rzteverein \u{5317}\u{4eac}: hedwig+work@example.org", "unsupported-type"),
        ];
        assert_eq!((skipped.as_slice(), got.entries.len()), (&wanted[..], 1));
        assert_eq!(read(&database(vec![]), None), Err(ImportError::NoEntries));
    }

    #[test]
    fn damage_never_panics() {
        damage(&database(eight().iter().map(row).collect()), |bytes| drop(read(bytes, None)));
    }

    #[test]
    fn known_files() {
        expected::check(&["google_authenticator/aegis_2020.sqlite", "google_authenticator/cotp.sqlite"]);
    }
}
