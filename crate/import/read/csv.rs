//! CSV as password managers write it: RFC 4180, and whatever spreadsheets make of it.

use crate::import::ImportError;
use crate::otp::uri::strip_prefix_ignoring_case;

/// Cells of a record that are kept, and columns that a header may have. The widest known export has 40.
const MAX_CELLS: usize = 200;

/// A table with a header. Its rows are read as they are asked for.
#[derive(Debug)]
pub struct Table<'a> {
    header: Vec<String>,
    body: Records<'a>,
    /// What is done to each cell below the header, by its column's name.
    each: fn(&str, String) -> String,
    /// Cells of a row that breaks off where a line of text ends that had no quotes around it; 0: none does.
    torn: usize,
}

/// One row, by column name.
#[derive(Debug)]
pub struct Row<'t> {
    header: &'t [String],
    cells: Vec<String>,
    number: usize,
}

/// Characters of a file in which its header must stand, so that sniffing never reads a whole file.
const MAX_HEADER: usize = 4096;

/// The column names of the first line, lower case: what formats are recognised by.
pub fn header(text: &str) -> Vec<String> {
    Records::new(head(text)).next().map(names).unwrap_or_default()
}

/// The first rows of a table that may have no header, as they stand.
pub fn first_rows(text: &str, most: usize) -> Vec<Vec<String>> {
    Records::new(head(text)).take(most).collect()
}

impl<'a> Table<'a> {
    /// Reads the header of `text` and checks that the rest is whole: a quote that never closes is damage.
    pub fn parse(text: &'a str) -> Result<Self, ImportError> {
        let mut body = Records::new(text);
        let header = body.next().map(names).unwrap_or_default();
        let mut rest = body.clone();
        rest.by_ref().for_each(drop);
        if rest.open_quote {
            Err(ImportError::BadContent)
        } else {
            Ok(Self { header, body, each: |_, cell| cell, torn: 0 })
        }
    }

    /// A table that has no header: its first line is a row.
    pub fn without_header(text: &'a str) -> Result<Self, ImportError> {
        Ok(Self { header: Vec::new(), body: Records::new(text), ..Self::parse(text)? })
    }

    /// The same with `each` done to every cell below the header, which is told its column's name.
    pub fn with_each(self, each: fn(&str, String) -> String) -> Self {
        Self { each, ..self }
    }

    /// The same with rows mended that break off in `column`, since texts of several lines were written without quotes.
    /// Not in the first column: there every line between could be a row's start, and each would look through the rest.
    pub fn torn_in(self, column: &str) -> Self {
        let torn =
            self.header.iter().position(|name| name == column).filter(|&at| at > 0).map_or(0, |at| at + 1);
        Self { torn, ..self }
    }

    /// Whether the header has all of `columns` (lower case).
    pub fn has(&self, columns: &[&str]) -> bool {
        columns.iter().all(|c| self.header.iter().any(|h| h == c))
    }

    /// The columns' count.
    pub fn width(&self) -> usize {
        self.header.len()
    }

    /// Whether every row is as wide as the header.
    pub fn is_even(&self) -> bool {
        self.rows().all(|row| row.cells.len() == self.width())
    }

    /// The last column's name.
    pub fn last(&self) -> Option<&str> {
        self.header.last().map(String::as_str)
    }

    /// The rows below the header without the empty ones. Rows may have more or fewer cells than the header.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let filled = self.records().filter(|r| r.iter().any(|cell| !cell.trim().is_empty()));
        let names = || self.header.iter().map(String::as_str).chain(std::iter::repeat(""));
        filled.enumerate().map(move |(at, cells)| Row {
            header: &self.header,
            cells: cells.into_iter().zip(names()).map(|(cell, name)| (self.each)(name, cell)).collect(),
            number: at + 1,
        })
    }

    /// The rows, those that were torn in one piece, where it comes out as wide as the header.
    fn records(&self) -> impl Iterator<Item = Vec<String>> {
        let mut body = self.body.clone();
        std::iter::from_fn(move || {
            let record = body.next()?;
            if record.len() != self.torn || self.torn >= self.width() {
                return Some(record);
            }
            let (mut ahead, mut whole) = (body.clone(), record.clone());
            // Lines in between have nothing else, and the last has what is missing.
            while let Some(next) =
                ahead.next().filter(|r| r.len() == 1 || r.len() == self.width() + 1 - self.torn)
            {
                let mut cells = next.into_iter();
                if let (Some(text), Some(line)) = (whole.last_mut(), cells.next()) {
                    text.push('\n');
                    text.push_str(&line);
                }
                whole.extend(cells);
                if whole.len() > self.torn {
                    body = ahead;
                    return Some(whole);
                }
            }
            Some(record)
        })
    }
}

impl Row<'_> {
    /// The cell under `column` (lower case), blanks trimmed at both ends; empty where the row or the header lacks it.
    pub fn cell(&self, column: &str) -> &str {
        self.header.iter().position(|h| h == column).map_or("", |at| self.at(at))
    }

    /// The cell at a position, for rows that are wider than their header.
    pub fn at(&self, position: usize) -> &str {
        self.cells.get(position).map_or("", |cell| cell.trim())
    }

    /// Every cell, blanks trimmed at both ends; also those that stand beyond the header.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(|cell| cell.trim())
    }

    /// The row's number below the header, from 1; empty lines do not count.
    pub fn number(&self) -> usize {
        self.number
    }
}

fn head(text: &str) -> &str {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    text.char_indices().nth(MAX_HEADER).map_or(text, |(end, _)| &text[..end])
}

fn names(record: Vec<String>) -> Vec<String> {
    record.iter().map(|name| name.trim().to_lowercase()).collect()
}

/// A comma, unless the first line has none and a spreadsheet put semicolons or tabs in its place; and the table
/// without the line that tells a spreadsheet so.
fn separator(text: &str) -> (char, &str) {
    let first = text.lines().next().unwrap_or_default();
    if let Some(said) = strip_prefix_ignoring_case(first, "sep=").and_then(|said| said.chars().next()) {
        return (said, text.get(first.len()..).unwrap_or_default().trim_start());
    }
    ([',', ';', '\t'].into_iter().find(|&c| first.contains(c)).unwrap_or(','), text)
}

#[derive(Clone, Debug)]
struct Records<'a> {
    chars: core::iter::Peekable<core::str::Chars<'a>>,
    separator: char,
    open_quote: bool,
}

impl<'a> Records<'a> {
    fn new(text: &'a str) -> Self {
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let (separator, text) = separator(text);
        Self { chars: text.chars().peekable(), separator, open_quote: false }
    }
}

impl Iterator for Records<'_> {
    type Item = Vec<String>;

    fn next(&mut self) -> Option<Vec<String>> {
        self.chars.peek()?;
        let (mut record, mut cell, mut quoted) = (Vec::new(), String::new(), false);
        while let Some(c) = self.chars.next() {
            match c {
                '"' if quoted && self.chars.peek() == Some(&'"') => {
                    self.chars.next();
                    cell.push('"');
                }
                '"' if quoted => quoted = false,
                '"' if cell.trim().is_empty() => {
                    cell.clear();
                    quoted = true;
                }
                _ if quoted => cell.push(c),
                '\r' if self.chars.peek() == Some(&'\n') => {}
                '\n' | '\r' => {
                    keep(&mut record, cell);
                    return Some(record);
                }
                _ if c == self.separator => keep(&mut record, core::mem::take(&mut cell)),
                _ => cell.push(c),
            }
        }
        self.open_quote = quoted;
        keep(&mut record, cell);
        Some(record)
    }
}

fn keep(record: &mut Vec<String>, cell: String) {
    if record.len() < MAX_CELLS {
        record.push(cell);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        Table::parse(text).unwrap().rows().map(|r| r.cells).collect()
    }

    #[test]
    fn quotes_line_breaks_and_separators_inside_cells_survive() {
        let rows = cells("a,b\r\n\"x,\"\"y\"\"\",\"two\r\nlines\"\r\n");
        assert_eq!(rows, [["x,\"y\"", "two\r\nlines"]]);
    }

    #[test]
    fn names_are_matched_in_any_case_and_rows_of_any_width_are_read() {
        let table = Table::parse("\u{feff}Title,URL\n\none\n1,2,3\n").unwrap();
        let got: Vec<_> = table.rows().map(|r| [r.cell("title"), r.cell("url"), r.at(2)].join("|")).collect();
        assert_eq!(got, ["one||", "1|2|3"]);
        assert!(table.has(&["url", "title"]) && !table.has(&["notes"]));
        assert_eq!(header("Title,URL\n1"), ["title", "url"]);
    }

    #[test]
    fn semicolons_and_tabs_separate_where_there_is_no_comma() {
        assert_eq!(cells("a;b\n1;2"), [["1", "2"]]);
        assert_eq!(cells("a\tb\n1\t2"), [["1", "2"]]);
    }

    #[test]
    fn torn_rows_are_mended_but_never_in_the_first_column() {
        let torn = |text| -> Vec<_> {
            Table::parse(text).unwrap().torn_in("extra").rows().map(|r| r.cells.join("|")).collect()
        };
        assert_eq!(torn("name,extra,url\nshop,one\ntwo\nthree,u\n"), ["shop|one\ntwo\nthree|u"]);
        assert_eq!(torn("extra,url\none\ntwo\nthree,u\n"), ["one", "two", "three|u"]);
    }

    #[test]
    fn an_open_quote_is_damage_and_nothing_panics() {
        assert!(matches!(Table::parse("a,b\n1,\"cut"), Err(ImportError::BadContent)));
        assert_eq!(Table::parse("").unwrap().rows().count(), 0);
        assert!(header("").is_empty());
    }

    #[test]
    fn the_line_that_tells_excel_the_separator_is_no_header() {
        for text in ["sep=;\r\na;b\r\n1,5;2", "SEP=\t\na\tb\n1,5\t2", "\u{feff}sep=|\r\n\r\na|b\r\n1,5|2"] {
            let table = Table::parse(text).unwrap();
            assert_eq!(header(text), ["a", "b"], "{text:?}");
            let cells: Vec<_> =
                table.rows().map(|r| (r.cell("a").to_owned(), r.cell("b").to_owned())).collect();
            assert_eq!(cells, [("1,5".to_owned(), "2".to_owned())]);
        }
        assert_eq!(header("sep="), ["sep="]);
    }
}
