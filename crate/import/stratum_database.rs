//! Stratum's (Authenticator Pro's) database, copied from a rooted phone. Current versions encrypt it with a key
//! that never leaves the phone; those files are no SQLite to anybody else.

use std::collections::HashMap;

use super::collect::Collector;
use super::read::sqlite::{self, Database, Row};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::base32::parse_base32;
use crate::otp::{Algorithm, Digits, Kind, Otp, OtpError, Period};
use crate::secret::SecretText;
use crate::vault::entry::EntryDraft;

/// Stratum's `authenticator` table.
pub(super) struct StratumDatabase;

const COLUMNS: &[&str] =
    &["type", "icon", "issuer", "username", "secret", "algorithm", "digits", "period", "counter"];

impl Importer for StratumDatabase {
    fn id(&self) -> &'static str {
        "stratum-database"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.bytes.starts_with(sqlite::MAGIC)
            && input.database().is_ok_and(|db| db.has_columns("authenticator", &["type", "secret"]))
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let database = input.database()?;
        let tags = tags(&database, limits)?;
        let mut collector = Collector::new("stratum-sqlite", limits);
        for row in database.table("authenticator", COLUMNS, limits.max_items)?.rows() {
            let (issuer, account) = (row.text("issuer"), row.text("username"));
            let entry = otp(row).map(|otp| {
                let mut entry = EntryDraft::new(issuer.as_str(), account.as_str(), otp);
                entry.tags = tags.get(&row.text("secret")).cloned().unwrap_or_default();
                // A picture of the user's own; other icons go by the issuer's name.
                if !row.text("icon").is_empty() {
                    entry.lost.push("icon");
                }
                entry
            });
            collector.account(&issuer, &account, entry, &row)?;
        }
        Ok(Draft { keys: input.logs(), ..collector.finish_some()? })
    }
}

/// The names of the categories that a secret is in: accounts are bound to categories by their secret's text.
fn tags(database: &Database<'_>, limits: &Limits) -> Result<HashMap<String, Vec<String>>, ImportError> {
    let mut tags: HashMap<String, Vec<String>> = HashMap::new();
    if !database.has_table("category") || !database.has_table("authenticatorcategory") {
        return Ok(tags);
    }
    let categories = database.table("category", &["id", "name"], limits.max_items)?;
    let names: HashMap<String, String> =
        categories.rows().map(|row| (row.text("id"), row.text("name"))).collect();
    let links =
        database.table("authenticatorcategory", &["categoryId", "authenticatorSecret"], limits.max_items)?;
    for row in links.rows() {
        if let Some(name) = names.get(&row.text("categoryId")) {
            tags.entry(row.text("authenticatorSecret")).or_default().push(name.clone());
        }
    }
    Ok(tags)
}

fn otp(row: Row<'_>) -> Result<Otp, OtpError> {
    let kind = match row.number("type") {
        Some(1) => Kind::Hotp { counter: row.number("counter").unwrap_or(0) },
        Some(2) => Kind::Totp { period: row.number("period").map_or(Ok(Period::THIRTY), Period::new)? },
        Some(4) => Kind::Steam,
        // 3 is mOTP, 5 is Yandex.
        _ => return Err(OtpError::UnsupportedType),
    };
    let algorithm = match row.number("algorithm") {
        None | Some(0) => Algorithm::Sha1,
        Some(1) => Algorithm::Sha256,
        Some(2) => Algorithm::Sha512,
        Some(_) => return Err(OtpError::UnsupportedAlgorithm),
    };
    let digits = match kind {
        Kind::Steam => Digits::SIX,
        _ => row.number("digits").map_or(Ok(Digits::SIX), Digits::new)?,
    };
    Otp::new(kind, algorithm, digits, parse_base32(&row.text("secret"))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::read::sqlite::Value;
    use crate::import::read::testing::sqlite::{Layout, Table, text, write};
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage, expected, read};

    const TABLES: [(&str, &str); 3] = [
        (
            "authenticator",
            "CREATE TABLE \"authenticator\" (\n\"type\" integer ,\n\"icon\" varchar ,\n\"issuer\" varchar(32) ,\n\
            \"username\" varchar(40) ,\n\"secret\" varchar primary key not null ,\n\"algorithm\" integer ,\n\
            \"digits\" integer ,\n\"period\" integer ,\n\"counter\" integer )",
        ),
        (
            "category",
            "CREATE TABLE \"category\" (\"id\" varchar(8) primary key not null, \"name\" varchar(32))",
        ),
        (
            "authenticatorcategory",
            "CREATE TABLE \"authenticatorcategory\" (\"categoryId\" varchar, \"authenticatorSecret\" varchar)",
        ),
    ];

    fn database(accounts: Vec<Vec<Value>>) -> Vec<u8> {
        let categories = vec![vec![text("w"), text("Work")], vec![text("f"), text("Family & friends")]];
        let link = |entry: &EntryDraft| {
            entry
                .tags
                .first()
                .map(|tag| vec![text(if tag == "Work" { "w" } else { "f" }), text(&bare(entry))])
        };
        let links = eight().iter().filter_map(link).collect();
        let tables: Vec<Table<'_>> = TABLES
            .into_iter()
            .zip([accounts, categories, links])
            .map(|((name, sql), rows)| Table { name, sql, rows })
            .collect();
        write(Layout::default(), &tables)
    }

    fn row(entry: &EntryDraft) -> Vec<Value> {
        let kind = match entry.otp.kind() {
            Kind::Hotp { .. } => 1,
            Kind::Totp { .. } => 2,
            Kind::Steam => 4,
        };
        let algorithm = match entry.otp.algorithm() {
            Algorithm::Sha1 => 0,
            Algorithm::Sha256 => 1,
            Algorithm::Sha512 => 2,
        };
        vec![
            Value::Integer(kind),
            Value::Null,
            text(&entry.issuer),
            text(&entry.account),
            text(&bare(entry)),
            Value::Integer(algorithm),
            Value::Integer(entry.otp.digits().count().into()),
            Value::Integer(period(entry).unwrap_or(30).into()),
            Value::Integer(counter(entry).unwrap_or(0) as i64),
        ]
    }

    #[test]
    fn loses_notes_and_favourites() {
        let got = read(&database(eight().iter().map(row).collect()), None).unwrap();
        let lesser = eight_less(|entry| (entry.note, entry.pinned) = (String::new(), false));
        assert_eq!((got.format, got.entries, got.skipped), ("stratum-sqlite", lesser, vec![]));
    }

    #[test]
    fn other_algorithms_and_pictures_are_listed() {
        let mut rows: Vec<Vec<Value>> = eight().iter().take(4).map(row).collect();
        rows[0][0] = Value::Integer(3);
        rows[1][0] = Value::Integer(5);
        rows[2][5] = Value::Integer(3);
        rows[3][1] = text("@picture");
        let got = read(&database(rows), None).unwrap();
        let why: Vec<_> = got.skipped.iter().map(|s| s.why).collect();
        assert_eq!(why, ["unsupported-type", "unsupported-type", "unsupported-algorithm"]);
        assert_eq!(got.entries[0].lost, ["icon"]);
    }

    #[test]
    fn damage_never_panics() {
        damage(&database(eight().iter().map(row).collect()), |bytes| drop(read(bytes, None)));
    }

    #[test]
    fn known_files() {
        expected::check(&["stratum/internal.db"]);
    }
}
