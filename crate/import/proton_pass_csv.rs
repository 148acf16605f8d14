//! Proton Pass, CSV: `type,name,url,email,username,password,note,totp,createTime,modifyTime,vault`.

use super::csv_logins::CsvLogins;
use super::login::Login;

/// The user name, or the e-mail address where there is none. Further one-time passwords are not in the file.
pub static IMPORTER: CsvLogins = CsvLogins {
    id: "proton-pass-csv",
    format: "proton-pass-csv",
    columns: &["type", "name", "totp", "createtime"],
    any: &[],
    without: &[],
    otp: &["totp"],
    login: |row| Login {
        title: row.cell("name"),
        username: [row.cell("username"), row.cell("email")].into_iter().find(|u| !u.is_empty()).unwrap_or(""),
        note: row.cell("note"),
        urls: row.cell("url").split(", ").collect(),
        tags: vec![row.cell("vault")],
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
    fn all_is_kept_but_favourites_and_the_password() {
        let rows = eight().into_iter().map(|e| {
            let uri = uri(&e);
            let cells = [
                "login".into(),
                e.issuer,
                "https://a.example/, https://b.example/".into(),
                "m@x.example".into(),
            ];
            cells
                .into_iter()
                .chain([e.account, "pw".into(), e.note, uri, "1".into(), "2".into(), e.tags.concat()])
                .collect()
        });
        let mut want = eight();
        for e in &mut want {
            e.lost = vec!["password"];
            e.pinned = false;
            e.urls = vec!["https://a.example/".into(), "https://b.example/".into()];
        }
        holds(
            "proton-pass-csv",
            &table("type,name,url,email,username,password,note,totp,createTime,modifyTime,vault", rows),
            &want,
        );
    }
}
