//! LastPass's vault, CSV: `url,username,password,totp,extra,name,grouping,fav`.

use super::csv_logins::{CsvLogins, is_set};
use super::login::Login;

/// Secure notes are rows too; they have no one-time password.
pub static IMPORTER: CsvLogins = CsvLogins {
    id: "lastpass-vault",
    format: "lastpass-csv",
    columns: &["name", "totp", "extra", "grouping"],
    any: &[],
    without: &[],
    otp: &["totp"],
    login: |row| Login {
        title: row.cell("name"),
        username: row.cell("username"),
        note: row.cell("extra"),
        urls: vec![row.cell("url")],
        tags: vec![row.cell("grouping")],
        pinned: is_set(row.cell("fav")),
        lost: vec![("password", !row.cell("password").is_empty())],
        ..Login::default()
    },
    read: |login, field| login.read(field),
};

#[cfg(test)]
mod tests {
    use crate::import::testing::csv::table;
    use crate::import::testing::eight::{bare, eight};
    use crate::import::testing::holds;

    #[test]
    fn all_is_kept_but_the_generators_settings() {
        let rows = eight().into_iter().map(|e| {
            let secret = bare(&e);
            let favorite = if e.pinned { "1" } else { "0" }.into();
            vec![String::new(), e.account, "pw".into(), secret, e.note, e.issuer, e.tags.concat(), favorite]
        });
        let mut want = eight();
        for e in &mut want {
            // The field has the secret alone: everything but the default generator is lost, and cannot be seen to be.
            let plain = crate::otp::Kind::Totp { period: crate::otp::Period::THIRTY };
            let secret = e.otp.secret().clone();
            e.otp = crate::otp::Otp::new(plain, Default::default(), crate::otp::Digits::SIX, secret).unwrap();
            e.lost = vec!["password"];
        }
        holds("lastpass-csv", &table("url,username,password,totp,extra,name,grouping,fav", rows), &want);
    }
}
