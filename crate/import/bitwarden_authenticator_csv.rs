//! Bitwarden Authenticator, CSV: `folder,favorite,type,name,login_uri,login_totp`; rows are three cells wider.

use super::bitwarden;
use super::csv_logins::{CsvLogins, is_set};
use super::login::Login;

/// The cells beyond the header repeat what the URI says.
pub static IMPORTER: CsvLogins = CsvLogins {
    id: "bitwarden-authenticator-csv",
    format: "bitwarden-authenticator-csv",
    columns: &["name", "login_totp"],
    any: &[],
    without: &["login_username", "display_name"],
    otp: &["login_totp"],
    login: |row| Login {
        // What Android writes for want of one.
        title: Some(row.cell("name")).filter(|name| *name != "null").unwrap_or_default(),
        urls: vec![row.cell("login_uri")],
        tags: vec![row.cell("folder")],
        pinned: is_set(row.cell("favorite")),
        ..Login::default()
    },
    read: bitwarden::read_authenticators,
};

#[cfg(test)]
mod tests {
    use crate::import::testing::csv::table;
    use crate::import::testing::eight::{eight, uri};
    use crate::import::testing::{holds, read};

    #[test]
    fn a_comma_in_a_name_is_not_quoted_on_android() {
        let uri = "otpauth://totp/Foo%2C%20Inc.:bob?secret=MEME&issuer=Foo%2C%20Inc.";
        let file = format!(
            "folder,favorite,type,name,login_uri,login_totp\n\
             ,,1,Foo, Inc.,,{uri},Foo, Inc.,30,6\n,,1,Shop,,otpauth://totp/Shop:eve?secret=MEME,Shop,30,6\n"
        );
        let draft = read(file.as_bytes(), None).unwrap();
        let names: Vec<_> = draft.entries.iter().map(|e| (&*e.issuer, &*e.account)).collect();
        assert_eq!((names, draft.skipped.len()), (vec![("Foo, Inc.", "bob"), ("Shop", "eve")], 0));
    }

    #[test]
    fn labels_that_android_escaped_are_read() {
        let uri = "otpauth://totp/AT%26amp%3BT%3Ao%26%2339%3Bneil?secret=MEME&issuer=AT%26T";
        let file = format!("folder,favorite,type,name,login_uri,login_totp\n,,1,AT&T,,{uri},AT&T,30,6\n");
        let draft = read(file.as_bytes(), None).unwrap();
        let names: Vec<_> = draft.entries.iter().map(|e| (&*e.issuer, &*e.account)).collect();
        assert_eq!(names, [("AT&T", "o'neil")]);
    }

    #[test]
    fn null_is_no_name() {
        let uri = "otpauth://totp/bob?secret=MEME";
        let file = format!("folder,favorite,type,name,login_uri,login_totp\n,,1,null,,{uri},null,30,6\n");
        let draft = read(file.as_bytes(), None).unwrap();
        assert_eq!((&*draft.entries[0].issuer, &*draft.entries[0].account), ("", "bob"));
    }

    #[test]
    fn all_is_kept_but_notes() {
        let rows = eight().into_iter().map(|e| {
            let (uri, favorite) = (uri(&e), if e.pinned { "1" } else { "" });
            let cells = [e.tags.concat(), favorite.into(), "1".into(), e.issuer.clone(), String::new(), uri];
            cells.into_iter().chain([e.issuer, "30".into(), "6".into()]).collect()
        });
        let mut want = eight();
        for e in &mut want {
            e.note.clear();
        }
        holds(
            "bitwarden-authenticator-csv",
            &table("folder,favorite,type,name,login_uri,login_totp", rows),
            &want,
        );
    }
}
