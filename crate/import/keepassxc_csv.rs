//! KeePassXC, CSV: `Group,Title,Username,Password,URL,Notes,TOTP,Icon,Last Modified,Created`.

use super::csv_logins::CsvLogins;
use super::keepass_otp;
use super::login::Login;

/// The first part of the group's path is the database itself.
pub static IMPORTER: CsvLogins = CsvLogins {
    id: "keepassxc-csv",
    format: "keepassxc-csv",
    columns: &["group", "title", "username", "totp"],
    without: &[],
    otp: &["totp"],
    login: |row| Login {
        title: row.cell("title"),
        username: row.cell("username"),
        note: row.cell("notes"),
        urls: vec![row.cell("url")],
        tags: row.cell("group").split_once('/').map(|(_, path)| path).into_iter().collect(),
        lost: vec![("password", !row.cell("password").is_empty())],
        ..Login::default()
    },
    read: keepass_otp::read_otp_field,
};
