//! Enpass, CSV. No header names its columns: a row is the item's title, then each field's label and value, and at the end
//! the note, where there is one. Version 6 marks the labels of what it hides with a star, version 5 puts a line above.

use super::collect::Collector;
use super::login::{Login, Said};
use super::read::csv::{Table, first_rows};
use super::telling::{is_known, is_otp, plain};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::secret::SecretText;

/// Enpass's table.
pub(super) struct EnpassCsv;

/// Rows that are looked at to recognise it: notes, which have no labels, may stand first.
const LOOKED_AT: usize = 20;

// Labels, letters and digits in lower case.
const USERNAME: &[&str] = &["username", "login", "loginname", "userid", "benutzername"];
const EMAIL: &[&str] = &["email", "emailaddress"];
const PASSWORD: &[&str] = &["password", "passwort", "loginpassword"];
const URL: &[&str] = &["website", "url", "webseite"];
/// Of other fields that Enpass gives a login.
const OTHER: &[&str] = &["additionaldetails", "phonenumber", "securityquestion", "securityanswer", "pin"];

impl Importer for EnpassCsv {
    fn id(&self) -> &'static str {
        "enpass-csv"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.text().is_some_and(|text| {
            // The names and values of JSON without line ends would do for labels.
            if text.trim_start().starts_with(['{', '[', '<']) {
                return false;
            }
            let rows = first_rows(text, LOOKED_AT);
            rows.first().is_some_and(|row| is_head(row)) || is_body(&rows)
        })
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let table = Table::without_header(input.text().ok_or(ImportError::BadContent)?)?;
        let mut collector = Collector::new("enpass-csv", limits);
        for row in table.rows() {
            let cells: Vec<&str> = row.cells().collect();
            if row.number() == 1 && is_head(&cells) {
                continue;
            }
            let item = Item::of(&cells);
            let login = item.login();
            let mut said = Said::default();
            for value in item.values(is_otp) {
                let entry = login.read(value);
                said.is_new(&entry);
                collector.login(&login, entry, value)?;
            }
            let own = item.values(|label| !is_otp(label)).chain([item.note]);
            collector.links(&login, &mut said, own)?;
        }
        Ok(collector.finish())
    }
}

/// One row.
struct Item<'r> {
    title: &'r str,
    /// Labels, [`plain`], and values.
    fields: Vec<(String, &'r str)>,
    note: &'r str,
}

impl<'r> Item<'r> {
    fn of(cells: &[&'r str]) -> Self {
        let (title, rest) = cells.split_first().map_or(("", &[][..]), |(title, rest)| (*title, rest));
        let (pairs, note) = rest.as_chunks::<2>();
        Self {
            title,
            fields: pairs.iter().map(|[label, value]| (plain(label), *value)).collect(),
            note: note.first().copied().unwrap_or(""),
        }
    }

    /// What stands under such labels.
    fn values(&self, of: impl Fn(&str) -> bool) -> impl Iterator<Item = &'r str> {
        let filled = self.fields.iter().filter(move |(label, value)| of(label) && !value.is_empty());
        filled.map(|(_, value)| *value)
    }

    fn login(&self) -> Login<'r> {
        let under = |known: &'static [&str]| self.values(move |label| known.contains(&label));
        let taken = |label: &str| {
            is_otp(label) || [USERNAME, EMAIL, PASSWORD, URL].iter().any(|known| known.contains(&label))
        };
        Login {
            title: self.title,
            username: under(USERNAME).chain(under(EMAIL)).next().unwrap_or(""),
            note: self.note,
            urls: under(URL).collect(),
            lost: vec![
                ("password", under(PASSWORD).next().is_some()),
                ("fields", self.values(|label| !taken(label)).any(|value| !value.contains("otpauth://"))),
            ],
            ..Login::default()
        }
    }
}

/// The line that version 5 puts above, `Title,Field,Value,...`, and some of version 6, `Title,Username,value,...`.
fn is_head(row: &[impl AsRef<str>]) -> bool {
    let is = |at: usize, word: &str| {
        row.get(at).is_some_and(|cell: &_| cell.as_ref().trim().eq_ignore_ascii_case(word))
    };
    is(0, "title") && is(2, "value") && (is(1, "field") || is(4, "value"))
}

/// Whether rows have labels where Enpass has them. A header has names where the values stand, too, and no stars.
fn is_body(rows: &[Vec<String>]) -> bool {
    let (mut starred, mut sure) = (false, 0);
    for row in rows {
        let labels = || row.iter().skip(1).step_by(2).filter(|label| is_label(label));
        let stars = labels().filter(|label| label.trim().starts_with('*')).count();
        starred |= stars > 0;
        // A login has a hidden field and another, or three; two only where the next row has them again.
        sure += match (stars, labels().count() - stars) {
            (1.., 1..) | (2.., _) | (0, 3..) => 2,
            (1, 0) | (0, 2) => 1,
            _ => 0,
        };
    }
    let is_header = |row: &Vec<String>| row.iter().skip(2).step_by(2).any(|cell| is_known(&plain(cell)));
    sure >= 2 && (starred || !rows.first().is_some_and(is_header))
}

fn is_label(cell: &str) -> bool {
    let label = plain(cell);
    is_otp(&label)
        || [USERNAME, EMAIL, PASSWORD, URL, OTHER].iter().any(|known| known.contains(&label.as_str()))
}

#[cfg(test)]
mod tests {
    use crate::import::testing::eight::{eight, uri};
    use crate::import::testing::{holds, read};

    /// Rows of cells, each in quotes.
    fn file(rows: &[&[&str]]) -> String {
        let cell = |cell: &&str| format!("\"{}\"", cell.replace('"', "\"\""));
        rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join(",") + "\r\n").collect()
    }

    fn accounts(text: &str) -> Vec<(String, String, String)> {
        let draft = read(text.as_bytes(), None).unwrap();
        assert_eq!((draft.format, draft.skipped.len()), ("enpass-csv", 0), "{text}");
        let key = |entry: &crate::vault::entry::EntryDraft| crate::otp::base32::base32(entry.otp.secret());
        draft.entries.into_iter().map(|e| (e.issuer.clone(), e.account.clone(), key(&e))).collect()
    }

    fn want(rows: &[(&str, &str, &str)]) -> Vec<(String, String, String)> {
        rows.iter().map(|(a, b, c)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned())).collect()
    }

    const KEY: &str = "GEZDGNBVGY3TQOJQ";

    #[test]
    fn all_is_kept_but_folders_favourites_and_the_password() {
        let rows: Vec<Vec<String>> = eight()
            .iter()
            .map(|e| {
                let mut row = vec![e.issuer.clone(), "Username".into(), e.account.clone()];
                row.extend(["*Password".into(), "pw".into(), "Website".into(), "a.example".into()]);
                row.extend(["One-time code".into(), uri(e), e.note.clone()]);
                row
            })
            .collect();
        let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
        let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
        let mut want = eight();
        for e in &mut want {
            (e.lost, e.pinned, e.tags) = (vec!["password"], false, Vec::new());
            e.urls = vec!["a.example".into()];
        }
        holds("enpass-csv", file(&rows).as_bytes(), &want);
    }

    #[test]
    fn each_line_above_is_known_and_no_label_is_a_secret() {
        let row = ["Amazon", "Username", "", "E-mail", "me@x.com", "*Password", "pw", "One-time code", KEY];
        let one = want(&[("Amazon", "me@x.com", KEY)]);
        let value =
            ["Title", "Username", "value", "E-mail", "value", "*Password", "value", "One-time code", "value"];
        for head in [
            &[][..],
            &["Title", "Field", "Value", "Field", "Value", ".........", "Note"],
            &["Title", "Field", "Value", "Note"],
            &value,
            &["Shopping", "milk, eggs"],
        ] {
            let rows: Vec<&[&str]> = [head, &row].into_iter().filter(|row| !row.is_empty()).collect();
            assert_eq!(accounts(&file(&rows)), one, "{head:?}");
        }
        // Neither is there quotation, nor the same fields in every row.
        let text = format!(
            "A,Username,ada,*Password,pw,One-time code,{KEY},ADDITIONAL DETAILS,,Phone number,\nB,Username,,*Password,pw,TOTP,,Phone number,5551234\nC,Some text\nD,Username,dan,TOTP,{KEY},kept\n"
        );
        assert_eq!(accounts(&text), want(&[("A", "ada", KEY), ("D", "dan", KEY)]));
        assert_eq!(read(text.as_bytes(), None).unwrap().entries[1].note, "kept");
        // Version 5 hides nothing with a star.
        let old = [&["A", "Username", "ada", "Password", "pw", "Website", "a.example", "TOTP", KEY][..]];
        assert_eq!(accounts(&file(&old)), want(&[("A", "ada", KEY)]));
    }

    #[test]
    fn json_on_one_line_is_another_apps() {
        let item = r#"{"Username":"","password":"","otp":{},"pin":""}"#;
        let text = format!("[{item},{item},{item},{{\"name\":\"A\",\"totp\":\"{KEY}\"}}]");
        let draft = read(text.as_bytes(), None).unwrap();
        assert_eq!((draft.format, draft.entries.len()), ("json-other", 1));
    }

    #[test]
    fn logins_without_codes_are_whole_and_bring_nothing() {
        let row = ["A", "Username", "ada", "*Password", "pw", "One-time code", "", "Phone number", "1"];
        assert_eq!(accounts(&file(&[&row])), []);
    }

    #[test]
    fn tables_with_a_header_are_none() {
        for head in [
            "Title,Username,Email,Password,Website,One-time code,Note",
            "Group,Title,Username,Password,URL,Notes,TOTP",
            "name,url,username,password,note",
            "Account,Username,Service,Password",
            "Title,Username,Notes,Password,Folder,URL",
        ] {
            let draft = read(format!("{head}\na,b,c,d,e,f,g\nh,i,j,k,l,m,n\n").as_bytes(), None);
            assert!(draft.is_ok_and(|draft| draft.format != "enpass-csv"), "{head}");
        }
    }
}
