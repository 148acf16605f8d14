//! Synology C2 Password, CSV: `Display_Name,Login_Username,Login_Password,Login_URLs,Login_TOTP,Notes,Favorite`.

use super::csv_logins::{CsvLogins, is_set};
use super::login::Login;

/// Addresses are separated by commas.
pub static IMPORTER: CsvLogins = CsvLogins {
    id: "synology-c2",
    format: "synology-csv",
    columns: &["display_name", "login_username", "login_totp"],
    any: &[],
    without: &[],
    otp: &["login_totp"],
    login: |row| Login {
        title: row.cell("display_name"),
        username: row.cell("login_username"),
        note: row.cell("notes"),
        urls: row.cell("login_urls").split(',').collect(),
        pinned: is_set(row.cell("favorite")),
        lost: vec![("password", !row.cell("login_password").is_empty())],
        ..Login::default()
    },
    read: |login, field| login.read(field),
};

#[cfg(test)]
mod tests {
    use crate::import::testing::csv::table;
    use crate::import::testing::eight::{eight, uri};
    use crate::import::testing::holds;

    #[test]
    fn all_is_kept_but_tags_and_the_password() {
        let rows = eight().into_iter().map(|e| {
            let (uri, favorite) = (uri(&e), if e.pinned { "1" } else { "" }.into());
            vec![e.issuer, e.account, "pw".into(), "https://a.example".into(), uri, e.note, favorite]
        });
        let mut want = eight();
        for e in &mut want {
            e.lost = vec!["password"];
            e.tags.clear();
            e.urls = vec!["https://a.example".into()];
        }
        holds(
            "synology-csv",
            &table("Display_Name,Login_Username,Login_Password,Login_URLs,Login_TOTP,Notes,Favorite", rows),
            &want,
        );
    }
}
