//! LastPass's vault, CSV: `url,username,password,totp,extra,name,grouping,fav`.

use super::csv_logins::{CsvLogins, is_set};
use super::login::Login;
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::secret::SecretText;

/// LastPass's table.
pub(super) struct LastPassVault;

impl Importer for LastPassVault {
    fn id(&self) -> &'static str {
        TABLE.id
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        TABLE.recognises(input)
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let text = input.text().ok_or(ImportError::BadContent)?;
        if !is_escaped(text) {
            return TABLE.read_table(text, limits);
        }
        // A quotation mark would end its cell, so it stays as it is.
        let text =
            text.replace("&lt;", "<").replace("&gt;", ">").replace("&#39;", "'").replace("&#039;", "'");
        TABLE.read_table(&text.replace("&amp;", "&"), limits)
    }
}

/// The export is shown as a page first, and some versions leave that page's escapes in the file: `AT&amp;T`. There no sign
/// stands bare.
fn is_escaped(text: &str) -> bool {
    let escapes = ["amp;", "lt;", "gt;", "quot;", "#39;", "#039;"];
    let bare = |part: &str| !escapes.iter().any(|escape| part.starts_with(escape));
    text.contains('&') && !text.contains(['<', '>']) && !text.split('&').skip(1).any(bare)
}

/// Secure notes are rows too; they have no one-time password.
static TABLE: CsvLogins = CsvLogins {
    id: "lastpass-vault",
    format: "lastpass-csv",
    columns: &["name", "totp", "extra", "grouping"],
    any: &[],
    without: &[],
    otp: &["totp"],
    login: |row| Login {
        title: row.cell("name"),
        username: row.cell("username"),
        note: row.cell("extra"),
        urls: vec![row.cell("url")],
        tags: vec![row.cell("grouping")],
        pinned: is_set(row.cell("fav")),
        lost: vec![("password", !row.cell("password").is_empty())],
        ..Login::default()
    },
    read: |login, field| login.read(field),
};

#[cfg(test)]
mod tests {
    use crate::import::testing::csv::table;
    use crate::import::testing::eight::{bare, eight};
    use crate::import::testing::{holds, read};

    #[test]
    fn all_is_kept_but_the_generators_settings() {
        let rows = eight().into_iter().map(|e| {
            let secret = bare(&e);
            let favorite = if e.pinned { "1" } else { "0" }.into();
            vec![String::new(), e.account, "pw".into(), secret, e.note, e.issuer, e.tags.concat(), favorite]
        });
        let mut want = eight();
        for e in &mut want {
            // The field has the secret alone: everything but the default generator is lost, and cannot be seen to be.
            let plain = crate::otp::Kind::Totp { period: crate::otp::Period::THIRTY };
            let secret = e.otp.secret().clone();
            e.otp = crate::otp::Otp::new(plain, Default::default(), crate::otp::Digits::SIX, secret).unwrap();
            e.lost = vec!["password"];
        }
        holds("lastpass-csv", &table("url,username,password,totp,extra,name,grouping,fav", rows), &want);
    }

    #[test]
    fn what_the_export_page_escaped_is_read() {
        let rows = [[
            "https://a.example/?b&amp;c",
            "ada",
            "pw",
            "MEME",
            "1 &lt; 2 &amp;amp; 3",
            "AT&amp;T",
            "Work &amp; home",
            "0",
        ]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec()).into_iter();
        let got = read(&table("url,username,password,totp,extra,name,grouping,fav", rows), None).unwrap();
        let entry = &got.entries[0];
        assert_eq!((&*entry.issuer, &*entry.note, &*entry.tags[0]), ("AT&T", "1 < 2 &amp; 3", "Work & home"));
        // One bare sign anywhere, and every escape is a person's own.
        let rows = [["", "ada", "p&w", "MEME", "write &amp;", "Shop", "", "0"]]
            .map(|row| row.map(str::to_owned).to_vec());
        let got = read(&table("url,username,password,totp,extra,name,grouping,fav", rows), None).unwrap();
        assert_eq!(&*got.entries[0].note, "write &amp;");
    }
}
