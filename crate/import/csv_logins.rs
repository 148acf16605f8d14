//! [`CsvLogins`]: a password manager that writes its logins as CSV, told by what its columns mean.

use super::collect::Collector;
use super::login::{Login, Said};
use super::read::csv::{self, Row, Table};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::uri::strip_prefix_ignoring_case;
use crate::secret::SecretText;
use crate::vault::entry::EntryDraft;

/// How one manager names its columns. Names are lower case.
#[derive(Debug)]
pub struct CsvLogins {
    /// The family's stable id.
    pub id: &'static str,
    /// The format's stable id.
    pub format: &'static str,
    /// Columns that all must be there.
    pub columns: &'static [&'static str],
    /// Columns one of which must be there, where the format has not always had the same; empty: none need be.
    pub any: &'static [&'static str],
    /// Columns none of which may be there: a sibling format has them.
    pub without: &'static [&'static str],
    /// The columns that may hold a one-time password; the first that is not empty counts.
    pub otp: &'static [&'static str],
    /// What the other columns say.
    pub login: for<'r> fn(&'r Row<'_>) -> Login<'r>,
    /// How the field is read: [`Login::read`] nearly everywhere.
    pub read: fn(&Login<'_>, &str) -> Result<EntryDraft, &'static str>,
}

/// How a one-time password field may begin, where it is no bare key.
const URIS: [&str; 2] = [OTPAUTH, "steam://"];
const OTPAUTH: &str = "otpauth://";

impl CsvLogins {
    /// Reads a table that is known to be this format's.
    pub fn read_table(&self, table: &Table<'_>, limits: &Limits) -> Result<Draft, ImportError> {
        let mut collector = Collector::new(self.format, limits);
        for row in table.rows() {
            let login = (self.login)(&row);
            if let Some(field) = self.shifted(table, &row) {
                // The cells behind the comma stand under the wrong names.
                let login =
                    Login { title: login.title, tags: login.tags, pinned: login.pinned, ..Login::default() };
                collector.login(&login, (self.read)(&login, field.expose()), field.expose().as_str())?;
                continue;
            }
            let mut said = Said::default();
            let own = self.otp.iter().map(|c| row.cell(c)).find(|f| is_filled(f));
            if let Some(field) = own {
                let entry = (self.read)(&login, field);
                said.is_new(&entry);
                collector.login(&login, entry, field)?;
            }
            // Fields of the user's own and notes have links, too. Another column for codes says the same again.
            let is_own = |cell: &&str| !self.otp.iter().any(|column| row.cell(column) == *cell);
            collector.links(&login, &mut said, row.cells().filter(is_own))?;
        }
        Ok(collector.finish())
    }

    /// The field of a row that an unquoted comma made wider, where that moved or cut it: both of Bitwarden's authenticators
    /// write such rows.
    fn shifted(&self, table: &Table<'_>, row: &Row<'_>) -> Option<SecretText> {
        let is_uri =
            |cell: &str| URIS.iter().any(|scheme| strip_prefix_ignoring_case(cell, scheme).is_some());
        let is_last = table.last().is_some_and(|column| self.otp.contains(&column));
        let cells: Vec<&str> = row.cells().collect();
        let place = cells.iter().position(|cell| is_uri(cell));
        let place = place.or_else(|| is_last.then(|| cells.len().saturating_sub(1)))?;
        let mut field = String::new();
        for cell in cells.get(place..)? {
            let cut = field.starts_with(OTPAUTH) && !field.contains("secret=");
            if !field.is_empty() && !cut {
                break;
            }
            field = if field.is_empty() { (*cell).to_owned() } else { format!("{field},{cell}") };
        }
        let moved = !self.otp.iter().any(|column| is_filled(row.cell(column)) && row.cell(column) == field);
        (cells.len() > table.width() && moved && is_filled(&field)).then(|| SecretText::new(field))
    }

    /// Whether a header is this format's.
    pub fn fits(&self, header: &[String]) -> bool {
        let has = |column: &&str| header.iter().any(|h| h == column);
        self.columns.iter().all(has)
            && (self.any.is_empty() || self.any.iter().any(has))
            && !self.without.iter().any(has)
    }
}

impl Importer for CsvLogins {
    fn id(&self) -> &'static str {
        self.id
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.text().is_some_and(|text| self.fits(&csv::header(text)))
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        self.read_table(&Table::parse(input.text().ok_or(ImportError::BadContent)?)?, limits)
    }
}

/// Dashlane writes `null` into its newest column.
fn is_filled(cell: &str) -> bool {
    !cell.is_empty() && !cell.eq_ignore_ascii_case("null")
}

/// `"1"`, `"true"`, `"yes"`.
pub fn is_set(cell: &str) -> bool {
    ["1", "true", "yes"].iter().any(|word| cell.eq_ignore_ascii_case(word))
}
