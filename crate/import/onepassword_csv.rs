//! 1Password, CSV: `Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes`.

use super::csv_logins::{CsvLogins, is_set};
use super::login::Login;

/// Archived items are imported like the others. The vault's name and further one-time passwords are not in the file.
pub static IMPORTER: CsvLogins = CsvLogins {
    id: "1password-csv",
    format: "1password-csv",
    columns: &["title", "otpauth", "favorite", "archived"],
    any: &[],
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

#[cfg(test)]
mod tests {
    use crate::import::testing::csv::table;
    use crate::import::testing::eight::{eight, uri};
    use crate::import::testing::holds;

    #[test]
    fn all_is_kept_but_the_password() {
        let rows = eight().into_iter().map(|e| {
            let (uri, tags) = (uri(&e), e.tags.join(";"));
            let site = "https://x.example/".into();
            vec![
                e.issuer,
                site,
                e.account,
                "pw".into(),
                uri,
                e.pinned.to_string(),
                "false".into(),
                tags,
                e.note,
            ]
        });
        let mut want = eight();
        for e in &mut want {
            e.lost = vec!["password"];
            e.urls = vec!["https://x.example/".into()];
        }
        holds(
            "1password-csv",
            &table("Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes", rows),
            &want,
        );
    }
}
