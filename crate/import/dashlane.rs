//! Dashlane: `credentials.csv`, alone or in the zip that the app writes.

use super::csv_logins::CsvLogins;
use super::login::Login;
use super::read::zip::{self, Zip};
use super::{Draft, ImportError, Importer, Input, Limits, text};
use crate::secret::SecretText;

/// `username,username2,username3,title,password,note,url,category,otpSecret`, newer also `otpUrl`.
pub static CREDENTIALS: CsvLogins = CsvLogins {
    id: "dashlane-csv",
    format: "dashlane-csv",
    columns: &["title", "username", "username2", "otpsecret"],
    without: &[],
    otp: &["otpurl", "otpsecret"],
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
            && Zip::open(input.bytes, &Limits::default())
                .is_ok_and(|zip| zip.find_last("credentials.csv").is_some())
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
        Ok(Draft { format: "dashlane-zip", ..CREDENTIALS.read_table(&text, limits)? })
    }
}
