//! Bitwarden Authenticator, CSV: `folder,favorite,type,name,login_uri,login_totp`; rows are three cells wider.

use super::csv_logins::{CsvLogins, is_set};
use super::login::Login;

/// The cells beyond the header repeat what the URI says.
pub static IMPORTER: CsvLogins = CsvLogins {
    id: "bitwarden-authenticator-csv",
    format: "bitwarden-authenticator-csv",
    columns: &["name", "login_totp"],
    without: &["login_username", "display_name"],
    otp: &["login_totp"],
    login: |row| Login {
        title: row.cell("name"),
        urls: vec![row.cell("login_uri")],
        tags: vec![row.cell("folder")],
        pinned: is_set(row.cell("favorite")),
        ..Login::default()
    },
    read: |login, field| login.read(field),
};
