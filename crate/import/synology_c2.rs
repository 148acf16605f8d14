//! Synology C2 Password, CSV: `Display_Name,Login_Username,Login_Password,Login_URLs,Login_TOTP,Notes,Favorite`.

use super::csv_logins::{CsvLogins, is_set};
use super::login::Login;

/// Addresses are separated by commas.
pub static IMPORTER: CsvLogins = CsvLogins {
    id: "synology-c2",
    format: "synology-csv",
    columns: &["display_name", "login_username", "login_totp"],
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
