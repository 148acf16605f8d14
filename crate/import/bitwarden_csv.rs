//! Bitwarden's vault, CSV: `folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp`.

use super::csv_logins::{CsvLogins, is_set};
use super::login::{Login, links};

/// An organisation's file has `collections` in place of `folder`.
pub static IMPORTER: CsvLogins = CsvLogins {
    id: "bitwarden-csv",
    format: "bitwarden-csv",
    columns: &["name", "login_totp", "login_username"],
    any: &[],
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
            ("fields", row.cell("fields").lines().any(|field| links(field).next().is_none())),
        ],
        ..Login::default()
    },
    read: |login, field| login.read(field),
};

#[cfg(test)]
mod tests {
    use crate::import::testing::csv::table;
    use crate::import::testing::eight::{eight, uri};
    use crate::import::testing::{holds, read};

    #[test]
    fn links_in_fields_and_notes_are_accounts_too() {
        let head = "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp";
        let file = format!(
            "{head}\n,,login,A,,2FA: otpauth://totp/?secret=MEME,0,,ada,,\n\
             ,,note,B,\"spare\notpauth://totp/?secret=MAMA\",pin: 1,0,,,,\n\
             ,,login,C,,2FA: otpauth://totp/?secret=MUMU,0,,eve,,MUMU\n\
             ,,login,D,,2FA: otpauth://totp/My Shop:a?secret=ME,0,,,,\n"
        );
        let draft = read(file.as_bytes(), None).unwrap();
        let got: Vec<_> = draft.entries.iter().map(|e| (&*e.issuer, e.lost.join("|"))).collect();
        assert_eq!(
            got,
            [("A", ""), ("B", "fields"), ("C", ""), ("My Shop", "")]
                .map(|(name, lost)| (name, lost.to_owned()))
        );
    }

    #[test]
    fn a_comma_in_a_name_is_not_quoted_by_the_authenticator_on_ios() {
        let head = "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp";
        let file = format!(
            "{head}\n\
             ,,login,Foo, Inc., Ltd,,,0,,bob,,otpauth://totp/Foo%2C%20Inc.%2C%20Ltd:bob?secret=MEME\n\
             ,,login,Bare, Inc.,,,0,,eve,,MEME\n\
             ,,login,Cut,,,0,,x,,otpauth://totp/A,B:x?secret=MEME\n"
        );
        let draft = read(file.as_bytes(), None).unwrap();
        let names: Vec<_> = draft.entries.iter().map(|e| (&*e.issuer, &*e.account)).collect();
        assert_eq!(names, [("Foo, Inc., Ltd", "bob"), ("Bare", ""), ("A,B", "x")]);
        assert_eq!(draft.skipped, []);
    }

    #[test]
    fn all_is_kept_but_password_and_fields() {
        let rows = eight().into_iter().map(|e| {
            let (uri, favorite) = (uri(&e), if e.pinned { "1" } else { "" });
            let words = [
                e.tags.concat(),
                favorite.into(),
                "login".into(),
                e.issuer,
                e.note,
                "a: b".into(),
                "0".into(),
            ];
            words
                .into_iter()
                .chain(["https://a.example,https://b.example".into(), e.account, "pw".into(), uri])
                .collect()
        });
        let mut want = eight();
        for e in &mut want {
            e.lost = vec!["password", "fields"];
            e.urls = vec!["https://a.example".into(), "https://b.example".into()];
        }
        holds(
            "bitwarden-csv",
            &table(
                "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp",
                rows,
            ),
            &want,
        );
    }
}
