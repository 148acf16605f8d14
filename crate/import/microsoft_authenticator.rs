//! Microsoft Authenticator's database (`PhoneFactor`), copied from a rooted Android phone: the app has no export.
//!
//! Work and school accounts are approved by a push message and hold no secret; they are listed as skipped.

use super::collect::Collector;
use super::read::sqlite::{self, Row};
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
            && input
                .database()
                .is_ok_and(|db| db.has_columns("accounts", &["oath_secret_key", "account_type"]))
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let table = input.database()?.table("accounts", COLUMNS, limits.max_items)?;
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
        Ok(Draft { keys: input.logs(), ..collector.finish_some()? })
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
    fn the_rows_of_the_log_are_read_and_it_is_told_where_it_is_missing() {
        use crate::import::read::sqlite_log::write as log;
        use crate::import::{ImportError, Limits, Skipped, import_files};

        let some = |count: usize| database(rows()[..count].to_vec());
        let (old, new) = (some(2), some(8));
        let pages: Vec<_> = (1..).zip(new.chunks(4096)).collect();
        let log = log(4096, 1, &[(&pages, true)]);
        let index = [&[0x18, 0xe2, 0x2d][..], &[0; 32 * 1024 - 3]].concat();
        let read = |files: &[(&str, &[u8])]| {
            let files = files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect();
            let got = import_files(files, &[], &Limits::default());
            got.map(|got| (got.draft.entries.len(), got.draft.skipped)).map_err(|refused| refused.error)
        };
        let mut empty = write(Layout::default(), &[]);
        empty.truncate(4096);
        for main in [&old, &empty] {
            for wal in ["PhoneFactor-wal", "renamed"] {
                assert_eq!(read(&[("PhoneFactor", main), (wal, &log)]), Ok((8, vec![])));
                assert_eq!(read(&[("x-shm", &index), (wal, &log), ("PhoneFactor", main)]), Ok((8, vec![])));
            }
        }
        assert_eq!(read(&[("PhoneFactor", &old)]), Ok((2, vec![])));
        assert_eq!(read(&[("PhoneFactor", &empty)]), Err(ImportError::FileMissing));
        assert_eq!(read(&[("PhoneFactor-wal", &log)]), Err(ImportError::FileMissing));
        // Which of two databases it is of, its name has to tell.
        let both: [(&str, &[u8]); 3] = [("a", &old), ("b", &old), ("b-wal", &log)];
        assert_eq!(read(&both).map(|(entries, _)| entries), Ok(8));
        let neither: [(&str, &[u8]); 3] = [("a", &old), ("b", &empty), ("c", &log)];
        assert_eq!(read(&neither), Ok((2, vec![Skipped::new("b", "file-missing")])));
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
