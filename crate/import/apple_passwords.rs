//! Apple Passwords and Safari, CSV: `Title,URL,Username,Password,Notes,OTPAuth`.

use super::csv_logins::CsvLogins;
use super::login::Login;

/// The title is `site (user name)`: only the site says who issued the secret.
pub static IMPORTER: CsvLogins = CsvLogins {
    id: "apple-passwords",
    format: "apple-passwords-csv",
    columns: &["title", "url", "username", "otpauth"],
    without: &["favorite", "archived"],
    otp: &["otpauth"],
    login: |row| Login {
        title: site(row.cell("title"), row.cell("username")),
        username: row.cell("username"),
        note: row.cell("notes"),
        urls: vec![row.cell("url")],
        lost: vec![("password", !row.cell("password").is_empty())],
        ..Login::default()
    },
    read: |login, field| login.read(field),
};

fn site<'t>(title: &'t str, username: &str) -> &'t str {
    let user = title.strip_suffix(')').and_then(|t| t.strip_suffix(username));
    user.and_then(|t| t.strip_suffix(" (")).filter(|site| !site.is_empty()).unwrap_or(title)
}
