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
            && Database::open(input.bytes)
                .is_ok_and(|db| db.has_columns("authenticator", &["type", "secret"]))
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let database = Database::open(input.bytes)?;
        let tags = tags(&database, limits)?;
        let mut collector = Collector::new("stratum-sqlite", limits);
        for row in database.table("authenticator", COLUMNS, limits.max_items)?.rows() {
            let (issuer, account) = (row.text("issuer"), row.text("username"));
            let entry = otp(row).map(|otp| {
                let mut entry = EntryDraft::new(issuer.as_str(), account.as_str(), otp);
                entry.tags = tags.get(&row.text("secret")).cloned().unwrap_or_default();
                // A picture of the user's own; other icons go by the issuer's name.
                if row.text("icon").starts_with('@') {
                    entry.lost.push("icon");
                }
                entry
            });
            collector.account(&issuer, &account, entry)?;
        }
        collector.finish_some()
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
    use crate::import::testing::expected;

    #[test]
    fn known_files() {
        expected::check(&["stratum/internal.db"]);
    }
}
