//! Keeper, CSV: no header; folder, title, login, password, address, notes, shared folder, then names and values of the
//! record's own fields in turn.

use super::collect::Collector;
use super::keeper;
use super::login::{Login, Said, links};
use super::read::csv::{Row, Table};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::secret::SecretText;

/// Keeper's other export.
pub(super) struct KeeperCsv;

/// The columns that every record has.
const FIXED: usize = 7;
/// What the reader of tables is told that the file does not say.
const HEADER: &str = "folder,title,login,password,login_url,notes,shared_folder\n";

impl Importer for KeeperCsv {
    fn id(&self) -> &'static str {
        "keeper-csv"
    }

    /// Nothing but the name of the field marks it.
    fn is_guess(&self) -> bool {
        true
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.text().is_some_and(|text| {
            !text.trim_start().starts_with(['{', '[', '<'])
                && keeper::CODES.iter().any(|name| text.contains(name))
                // The first record may be longer than what a header can be: its note has many lines.
                && Table::parse(&[HEADER, text].concat())
                    .is_ok_and(|table| table.rows().next().is_some_and(|row| row.cells().count() >= FIXED))
        })
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let text = [HEADER, input.text().ok_or(ImportError::BadContent)?].concat();
        let table = Table::parse(&text)?;
        let mut collector = Collector::new("keeper-csv", limits);
        for row in table.rows() {
            let login = login(&row);
            let mut said = Said::default();
            let is_code = |(name, _): &(&str, &str)| keeper::is_code(name);
            for (_, value) in fields(&row).filter(is_code).filter(|(_, value)| !value.is_empty()) {
                let entry = login.read(value);
                said.is_new(&entry);
                collector.login(&login, entry, value)?;
            }
            let own = fields(&row).filter(|field| !is_code(field)).map(|(_, value)| value);
            collector.links(&login, &mut said, row.cells().take(FIXED).chain(own))?;
        }
        Ok(collector.finish())
    }
}

/// The record's own fields, each with its name.
fn fields<'r>(row: &'r Row<'_>) -> impl Iterator<Item = (&'r str, &'r str)> {
    let values = row.cells().skip(FIXED + 1).step_by(2);
    row.cells().skip(FIXED).step_by(2).zip(values)
}

/// Whether a field has something in it that is no code.
fn is_lost((name, value): (&str, &str)) -> bool {
    !keeper::is_code(name) && !value.is_empty() && links(value).next().is_none()
}

fn login<'r>(row: &'r Row<'_>) -> Login<'r> {
    Login {
        title: row.cell("title"),
        username: row.cell("login"),
        note: row.cell("notes"),
        urls: vec![row.cell("login_url")],
        tags: vec![row.cell("folder"), row.cell("shared_folder")],
        lost: vec![("password", !row.cell("password").is_empty()), ("fields", fields(row).any(is_lost))],
        ..Login::default()
    }
}

#[cfg(test)]
mod tests {
    use crate::import::testing::csv::table;
    use crate::import::testing::eight::{bare, eight, eight_less, uri};
    use crate::import::testing::{holds, read};

    #[test]
    fn all_is_kept_but_favourites_passwords_and_fields() {
        let rows = eight().into_iter().map(|e| {
            let link = uri(&e);
            let fields = ["TFC:Keeper".into(), link, "PIN".into(), "1".into()];
            let site = "https://a.example".into();
            [e.tags.concat(), e.issuer, e.account, "pw".into(), site, e.note, String::new()]
                .into_iter()
                .chain(fields)
                .collect()
        });
        let want = eight_less(|e| {
            e.lost = vec!["password", "fields"];
            e.urls = vec!["https://a.example".into()];
            e.pinned = false;
        });
        let file = table("", rows);
        holds("keeper-csv", file.trim_ascii_start(), &want);
    }

    #[test]
    fn links_in_notes_and_other_fields_are_accounts_too() {
        let text = "\"\",\"A\",\"a\",\"\",\"\",\"\",\"\",\"$oneTimeCode::1\",\"ME\",\"2FA\",\"otpauth://totp/?secret=MAMA\"\n\
                    \"\",\"B\",\"b\",\"\",\"\",\"spare: otpauth://totp/?secret=MUMQ\",\"\",\"PIN\",\"1\"\n\
                    \"\",\"C\",\"c\",\"\",\"\",\"otpauth://totp/?secret=ME\",\"\",\"$oneTimeCode::1\",\"ME\"\n";
        let draft = read(text.as_bytes(), None).unwrap();
        let got: Vec<_> = draft.entries.iter().map(|e| (&*e.issuer, bare(e), e.lost.join("|"))).collect();
        let want = [("A", "ME", ""), ("A", "MAMA", ""), ("B", "MUMQ", "fields"), ("C", "ME", "")];
        assert_eq!(got, want.map(|(name, key, lost)| (name, key.to_owned(), lost.to_owned())));
    }

    #[test]
    fn the_name_of_the_field_decides() {
        let text = "\"\",\"a\",\"b\",\"\",\"\",\"\",\"\",\"$oneTimeCode::1\",\"ME\"\n\
                    \"\",\"c\",\"d\",\"\",\"\",\"\",\"\",\"Name\",\"$oneTimeCode\",\"PIN\",\"\"\n";
        let draft = read(text.as_bytes(), None).unwrap();
        assert_eq!((draft.format, draft.entries.len(), draft.skipped.len()), ("keeper-csv", 1, 0));
    }
}
