//! Apple Passwords and Safari, CSV: `Title,URL,Username,Password,Notes,OTPAuth`.

use super::csv_logins::CsvLogins;
use super::login::Login;

/// The title is `site (user name)`: only the site says who issued the secret.
pub static IMPORTER: CsvLogins = CsvLogins {
    id: "apple-passwords",
    format: "apple-passwords-csv",
    columns: &["title", "url", "username", "otpauth"],
    any: &[],
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

#[cfg(test)]
mod tests {
    use crate::import::testing::csv::table;
    use crate::import::testing::eight::{eight, uri};
    use crate::import::testing::holds;

    #[test]
    fn all_is_kept_but_tags_favourites_and_the_password() {
        let rows = eight().into_iter().map(|e| {
            let uri = uri(&e);
            vec![format!("{} ({})", e.issuer, e.account), String::new(), e.account, "pw".into(), e.note, uri]
        });
        let mut want = eight();
        for e in &mut want {
            // No tags and no favourites. Where nobody names an issuer the title has to do.
            e.lost = vec!["password"];
            e.tags.clear();
            e.pinned = false;
            if e.issuer.is_empty() {
                e.issuer = " (no issuer)".trim().into();
            }
        }
        holds("apple-passwords-csv", &table("Title,URL,Username,Password,Notes,OTPAuth", rows), &want);
    }

    #[test]
    fn the_site_is_what_stands_before_the_user() {
        assert_eq!(super::site("a.example (me)", "me"), "a.example");
        for title in ["a.example", "a.example (you)", "(me)", " (me)", "me)", ""] {
            assert_eq!(super::site(title, "me"), title);
        }
    }
}
