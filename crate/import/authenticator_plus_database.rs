//! Authenticator Plus' database (`authplus.db`), SQLCipher 3: bytes without any mark.

use super::collect::Collector;
use super::read::sqlcipher;
use super::read::sqlite::{Database, Row};
use super::{Draft, ImportError, Importer, Input, Limits, andotp_encrypted};
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
        sqlcipher::may_be(input.bytes)
            && input.text().is_none()
            && !andotp_encrypted::is_another_kind(input.bytes)
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
            collector.account(&issuer, &account, entry, &row)?;
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
    use super::*;
    use crate::import::read::crypto::{self, Prf};
    use crate::import::read::sqlite::Value;
    use crate::import::read::testing::sqlite::{Layout, Table, text, write};
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage_at, damage_behind, expected, read, seal, unlock};

    const PASSWORD: &str = "correct horse";

    fn row(entry: &EntryDraft) -> Vec<Value> {
        let counter = counter(entry);
        let category = entry.tags.first().map_or("All Accounts", String::as_str);
        vec![
            Value::Null,
            text(&entry.account),
            text(&bare(entry)),
            Value::Integer(counter.unwrap_or(0) as i64),
            Value::Integer(i64::from(counter.is_some())),
            if entry.issuer.is_empty() { Value::Null } else { text(&entry.issuer) },
            text("original"),
            text(category),
        ]
    }

    fn sealed(rows: Vec<Vec<Value>>) -> Vec<u8> {
        seal_database(&plain(rows))
    }

    fn plain(rows: Vec<Vec<Value>>) -> Vec<u8> {
        let sql = "CREATE TABLE accounts (_id INTEGER PRIMARY KEY, email TEXT NOT NULL, secret TEXT NOT NULL, counter INTEGER \
            DEFAULT 0, type INTEGER, issuer TEXT, original_name TEXT, category TEXT NOT NULL DEFAULT 'All Accounts')";
        let layout = Layout { page_size: sqlcipher::PAGE, reserved: sqlcipher::RESERVED, encoding: 1 };
        write(layout, &[Table { name: "accounts", sql, rows }])
    }

    /// What `sqlcipher::open` opens, the other way round.
    fn seal_database(plain: &[u8]) -> Vec<u8> {
        let salt = *b"sixteen salty by";
        let wide = Limits::default();
        let key =
            crypto::derive_pbkdf2::<32>(Prf::Sha1, PASSWORD.as_bytes(), &salt, sqlcipher::ROUNDS, &wide)
                .unwrap();
        let mac_salt = salt.map(|byte| byte ^ sqlcipher::MAC_SALT_MASK);
        let mac_key = crypto::derive_pbkdf2::<32>(Prf::Sha1, key.expose(), &mac_salt, 2, &wide).unwrap();
        let mut out = salt.to_vec();
        for (number, page) in (1u32..).zip(plain.chunks(sqlcipher::PAGE)) {
            let start = if number == 1 { 16 } else { 0 };
            let iv = [number as u8; 16];
            let body = &page[start..sqlcipher::PAGE - sqlcipher::RESERVED];
            // Whole blocks: the padding is a block of its own.
            let sealed = &seal::cbc(key.expose(), iv, body)[..body.len()];
            let mac = crypto::hmac_sha1(mac_key.expose(), &[sealed, &iv, &number.to_le_bytes()]);
            out.extend([sealed, &iv, &mac, &[0; 12]].concat());
        }
        out
    }

    #[test]
    fn loses_what_the_app_does_not_know() {
        let got = unlock(&sealed(eight().iter().map(row).collect()), PASSWORD);
        let lesser = eight_less(|entry| {
            let tags = entry.tags.clone();
            lose_extras(entry);
            lose_parameters(entry, true);
            entry.tags = tags;
        });
        assert_eq!((got.format, got.entries, got.skipped), ("authenticator-plus-sqlcipher", lesser, vec![]));
    }

    #[test]
    fn battle_net_is_hexadecimal_with_eight_digits() {
        let mut rows: Vec<Vec<Value>> = eight().iter().take(2).map(row).collect();
        rows[0][2] = text("9777f82cf6956cd401d7fdf0f452bb8bf45c55b2");
        rows[0][4] = Value::Integer(2);
        rows[0][6] = text("EU-1111-2222-3333");
        rows[1][4] = Value::Integer(3);
        let got = read(&sealed(rows), Some(PASSWORD)).unwrap();
        let entry = &got.entries[0];
        assert_eq!(
            (entry.issuer.as_str(), entry.account.as_str(), entry.note.as_str()),
            ("Blizzard", "ada@example.com", "EU-1111-2222-3333")
        );
        assert_eq!((entry.otp.digits().count(), entry.otp.secret().expose().len()), (8, 20));
        assert_eq!(got.skipped[0].why, "unsupported-type");
    }

    #[test]
    fn a_picture_of_whole_pages_is_not_asked_for_a_password() {
        let picture = [&b"\x89PNG\r\n\x1a\n"[..], &[0xa5; 1016]].concat();
        assert!(!matches!(read(&picture, None), Err(ImportError::PasswordNeeded)));
    }

    #[test]
    fn a_damaged_page_is_no_wrong_password() {
        let mut file = sealed(eight().iter().map(row).collect());
        let last = file.len() - 500;
        file[last] ^= 1;
        assert_eq!(read(&file, Some(PASSWORD)), Err(ImportError::BadContent));
    }

    #[test]
    fn damage_never_panics() {
        damage_at(10, &sealed(eight().iter().map(row).collect()), |bytes| drop(read(bytes, Some(PASSWORD))));
        damage_behind(12, &plain(eight().iter().map(row).collect()), PASSWORD, |plain| {
            let mut pages = plain.to_vec();
            pages.resize(plain.len().next_multiple_of(sqlcipher::PAGE).max(sqlcipher::PAGE), 0);
            seal_database(&pages)
        });
    }

    #[test]
    fn known_files() {
        expected::check(&["authenticator_plus/authplus.db"]);
    }
}
