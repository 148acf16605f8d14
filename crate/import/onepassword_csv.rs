//! 1Password, CSV: `Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes`.

use super::csv_logins::{CsvLogins, is_set};
use super::login::Login;

/// Archived items are imported like the others. The vault's name and further one-time passwords are not in the file.
pub static IMPORTER: CsvLogins = CsvLogins {
    id: "1password-csv",
    format: "1password-csv",
    columns: &["title", "otpauth", "favorite", "archived"],
    without: &[],
    otp: &["otpauth"],
    login: |row| Login {
        title: row.cell("title"),
        username: row.cell("username"),
        note: row.cell("notes"),
        urls: vec![row.cell("url")],
        tags: row.cell("tags").split([';', ',']).collect(),
        pinned: is_set(row.cell("favorite")),
        lost: vec![("password", !row.cell("password").is_empty())],
        ..Login::default()
    },
    read: |login, field| login.read(field),
};
