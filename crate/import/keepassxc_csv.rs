//! KeePassXC, CSV: `Group,Title,Username,Password,URL,Notes,TOTP,Icon,Last Modified,Created`.

use super::csv_logins::CsvLogins;
use super::keepass_otp;
use super::login::Login;

/// The first part of the group's path is the database itself.
pub static IMPORTER: CsvLogins = CsvLogins {
    id: "keepassxc-csv",
    format: "keepassxc-csv",
    columns: &["group", "title", "username", "totp"],
    any: &[],
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

#[cfg(test)]
mod tests {
    use crate::import::testing::csv::table;
    use crate::import::testing::eight::{eight, uri};
    use crate::import::testing::holds;

    #[test]
    fn all_is_kept_but_favourites_and_the_password() {
        let rows = eight().into_iter().map(|e| {
            let uri = uri(&e);
            let group = ["Root".to_owned()].into_iter().chain(e.tags).collect::<Vec<_>>().join("/");
            vec![group, e.issuer, e.account, "pw".into(), String::new(), e.note, uri, "0".into()]
        });
        let mut want = eight();
        for e in &mut want {
            e.lost = vec!["password"];
            e.pinned = false;
        }
        holds(
            "keepassxc-csv",
            &table("Group,Title,Username,Password,URL,Notes,TOTP,Icon,Last Modified,Created", rows),
            &want,
        );
    }
}
