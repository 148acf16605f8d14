//! Proton Pass, CSV: `type,name,url,email,username,password,note,totp,createTime,modifyTime,vault`.

use super::csv_logins::CsvLogins;
use super::login::Login;

/// The user name, or the e-mail address where there is none. Further one-time passwords are not in the file.
pub static IMPORTER: CsvLogins = CsvLogins {
    id: "proton-pass-csv",
    format: "proton-pass-csv",
    columns: &["name", "totp", "vault", "createtime"],
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
