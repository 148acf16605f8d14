//! LastPass's vault, CSV: `url,username,password,totp,extra,name,grouping,fav`.

use super::csv_logins::{CsvLogins, is_set};
use super::login::Login;

/// Secure notes are rows too; they have no one-time password.
pub static IMPORTER: CsvLogins = CsvLogins {
    id: "lastpass-vault",
    format: "lastpass-csv",
    columns: &["name", "totp", "extra", "grouping"],
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
