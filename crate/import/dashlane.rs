//! Dashlane: `credentials.csv`, alone or in the zip that the app writes.

use super::csv_logins::CsvLogins;
use super::login::Login;
use super::read::csv::{self, Table};
use super::read::zip::{self, Zip};
use super::{Draft, ImportError, Importer, Input, Limits, text};
use crate::secret::SecretText;

/// `username,username2,username3,title,password,note,url,category,otpSecret`, newer also `otpUrl`, or `otp` alone.
pub static CREDENTIALS: CsvLogins = CsvLogins {
    id: "dashlane-csv",
    format: "dashlane-csv",
    columns: &["title", "username"],
    any: &["otpsecret", "otpurl", "username2"],
    without: &[],
    otp: &["otpurl", "otpsecret", "otp"],
    login: |row| Login {
        title: row.cell("title"),
        username: ["username", "username2", "username3"]
            .iter()
            .map(|c| row.cell(c))
            .find(|u| !u.is_empty())
            .unwrap_or(""),
        note: row.cell("note"),
        urls: vec![row.cell("url")],
        tags: vec![row.cell("category")],
        lost: vec![("password", !row.cell("password").is_empty())],
        ..Login::default()
    },
    read: |login, field| login.read(field),
};

/// The app's zip of CSV files: only `credentials.csv` has one-time passwords.
#[derive(Debug)]
pub struct DashlaneZip;

impl Importer for DashlaneZip {
    fn id(&self) -> &'static str {
        "dashlane-zip"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        zip::looks_like(input.bytes)
            && Zip::open(input.bytes, &Limits::default()).is_ok_and(|zip| {
                // Others call a table so, too. What cannot be opened yet is told by its name alone.
                zip.find_last("credentials.csv").is_some_and(|member| match zip.extract(member, None) {
                    Ok(bytes) => {
                        text::decode(&bytes).is_some_and(|text| CREDENTIALS.fits(&csv::header(&text)))
                    }
                    Err(_) => true,
                })
            })
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let zip = Zip::open(input.bytes, limits)?;
        let member = zip.find_last("credentials.csv").ok_or(ImportError::BadContent)?;
        let bytes = zip.extract(member, password)?;
        let text = text::decode(&bytes).ok_or(ImportError::BadContent)?;
        Ok(Draft { format: "dashlane-zip", ..CREDENTIALS.read_table(&Table::parse(&text)?, limits)? })
    }
}

#[cfg(test)]
mod tests {
    use crate::import::read::testing::zip::archive;
    use crate::import::testing::csv::table;
    use crate::import::testing::eight::{bare, eight, uri};
    use crate::import::testing::{holds, read};
    use crate::vault::entry::EntryDraft;

    const HEADER: &str = "username,username2,username3,title,password,note,url,category,otpSecret,otpUrl";

    fn credentials() -> Vec<u8> {
        table(
            HEADER,
            eight().into_iter().map(|e| {
                let otp = [bare(&e), uri(&e)];
                let words =
                    [String::new(), e.account, String::new(), e.issuer, "pw".into(), e.note, String::new()];
                words.into_iter().chain([e.tags.concat()]).chain(otp).collect()
            }),
        )
    }

    /// All but favourites and the password.
    fn kept() -> Vec<EntryDraft> {
        let mut want = eight();
        for e in &mut want {
            e.lost = vec!["password"];
            e.pinned = false;
        }
        want
    }

    #[test]
    fn the_uri_counts_where_there_is_one() {
        holds("dashlane-csv", &credentials(), &kept());
    }

    #[test]
    fn older_files_have_secrets_only() {
        let file =
            table(HEADER, [["a", "", "", "t", "", "", "", "", "MEME", ""].map(str::to_owned).to_vec()]);
        let draft = read(&file, None).unwrap();
        assert_eq!((draft.entries[0].issuer.as_str(), draft.entries[0].account.as_str()), ("t", "a"));
    }

    #[test]
    fn newer_files_may_have_uris_only() {
        let header = HEADER.replace("otpSecret,", "");
        let uri = "otpauth://totp/I:b?secret=MEME";
        let file = table(&header, [["a", "", "", "t", "", "", "", "", uri].map(str::to_owned).to_vec()]);
        assert_eq!(read(&file, None).unwrap().entries[0].issuer, "I");
    }

    #[test]
    fn one_column_may_hold_either_or_null() {
        let header = HEADER.replace("otpSecret,otpUrl", "otp");
        let row = |otp: &str| ["a", "", "", "t", "", "", "", "", otp].map(str::to_owned).to_vec();
        let draft =
            read(&table(&header, [row("MEME"), row("null"), row("otpauth://totp/I:b?secret=MEME")]), None)
                .unwrap();
        let issuers: Vec<_> = draft.entries.iter().map(|entry| entry.issuer.as_str()).collect();
        assert_eq!((issuers, draft.skipped.len()), (vec!["t", "I"], 0));
    }

    #[test]
    fn the_apps_zip_is_the_same() {
        let file = archive(&[("securenotes.csv", b"title,note"), ("credentials.csv", &credentials())]);
        holds("dashlane-zip", &file, &kept());
    }

    #[test]
    fn a_table_of_that_name_is_not_always_the_apps() {
        let keys = b"User name,Password,Access key ID\r\nada,pw,AKIA\r\n";
        let list = eight().iter().map(|e| uri(e) + "\n").collect::<String>();
        let file = archive(&[("credentials.csv", keys), ("codes.txt", list.as_bytes())]);
        let draft = read(&file, None).unwrap();
        assert_eq!((draft.format, draft.entries.len()), ("csv-other", 8));
    }

    #[test]
    fn a_table_with_fewer_columns_is_the_same() {
        let uri = "otpauth://totp/I:b?secret=MEME&digits=8";
        for (column, field) in [("otpSecret", "MEME"), ("otpUrl", uri)] {
            let header = format!("username,title,password,note,url,{column}");
            let file = table(&header, [["a", "t", "", "", "", field].map(str::to_owned).to_vec()]);
            let draft = read(&file, None).unwrap();
            assert_eq!((draft.format, draft.entries.len()), ("dashlane-csv", 1));
        }
    }
}
