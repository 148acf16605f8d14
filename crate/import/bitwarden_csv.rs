//! Bitwarden's vault, CSV: `folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp`.

use super::csv_logins::{CsvLogins, is_set};
use super::login::Login;

/// An organisation's file has `collections` in place of `folder`.
pub static IMPORTER: CsvLogins = CsvLogins {
    id: "bitwarden-csv",
    format: "bitwarden-csv",
    columns: &["name", "login_totp", "login_username"],
    without: &[],
    otp: &["login_totp"],
    login: |row| Login {
        title: row.cell("name"),
        username: row.cell("login_username"),
        note: row.cell("notes"),
        urls: row.cell("login_uri").split(',').collect(),
        tags: [row.cell("folder")].into_iter().chain(row.cell("collections").split(',')).collect(),
        pinned: is_set(row.cell("favorite")),
        lost: vec![
            ("password", !row.cell("login_password").is_empty()),
            ("fields", !row.cell("fields").is_empty()),
        ],
        ..Login::default()
    },
    read: |login, field| login.read(field),
};
