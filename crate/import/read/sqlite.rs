//! A small reader of SQLite database files: the schema table, table b-trees, overflow pages, records.
//!
//! The write-ahead flag of header bytes 18 and 19 says nothing of whether there is a log: phones hand out the file without
//! it, too. Written here because SQLite itself is C, which our Wasm target cannot build.
//! Every page is visited once and all records together may not be longer than the file, so that no arrangement of
//! pages makes it run on; of a record and of a cell no more is copied than an authenticator writes. Layout: <https://www.sqlite.org/fileformat2.html>.

use std::collections::HashSet;

use super::sqlite_log::Log;
use crate::import::ImportError;

/// The first 16 bytes of every SQLite file.
pub const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// A database file.
#[derive(Debug)]
pub struct Database<'a> {
    bytes: &'a [u8],
    page_size: usize,
    /// The page without the bytes reserved for extensions at its end.
    usable: usize,
    encoding: Encoding,
    tables: Vec<Schema>,
    log: Log<'a>,
    /// Bytes of both.
    size: usize,
}

/// One cell of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// NULL.
    Null,
    /// INTEGER.
    Integer(i64),
    /// REAL.
    Real(f64),
    /// TEXT; what is not valid becomes U+FFFD.
    Text(String),
    /// BLOB.
    Blob(Vec<u8>),
}

/// Some columns of a table's rows, in the order of their row ids.
#[derive(Clone, Debug)]
pub struct Table {
    columns: &'static [&'static str],
    rows: Vec<Vec<Value>>,
}

/// One row of a [`Table`].
#[derive(Clone, Copy, Debug)]
pub struct Row<'t> {
    table: &'t Table,
    values: &'t [Value],
}

#[derive(Clone, Copy, Debug)]
enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
}

#[derive(Debug)]
struct Schema {
    name: String,
    root: u32,
    sql: String,
}

/// The longest `CREATE TABLE` that is read. The longest known one has 1,100 characters.
const MAX_SQL: usize = 64 * 1024;
/// As much of a record is read, the cells of pictures included; what lies behind it is NULL.
const MAX_RECORD: usize = 1 << 20;
/// A longer text or blob is NULL: no name and no secret is.
const MAX_CELL: usize = 64 * 1024;
/// Of all cells that one reading keeps: eight hundred bytes for each of 10,000 accounts.
const MAX_CELLS: usize = 8 << 20;
/// Tables and indexes of a database. The largest known one has 12.
const MAX_TABLES: usize = 1_000;

/// What `CREATE TABLE` says of a table.
#[derive(Debug, Default, PartialEq)]
struct Columns {
    names: Vec<String>,
    /// The column that stands for the row id and is stored as NULL.
    rowid_alias: Option<usize>,
}

impl<'a> Database<'a> {
    /// Reads the header and the schema table.
    pub fn open(bytes: &'a [u8]) -> Result<Self, ImportError> {
        Self::open_with(bytes, &[])
    }

    /// The same with the database's log, or nothing.
    pub fn open_with(bytes: &'a [u8], log: &'a [u8]) -> Result<Self, ImportError> {
        if bytes.get(..16) != Some(MAGIC) {
            return Err(ImportError::NotAnExport);
        }
        let page_size = match be(bytes, 16, 2)? {
            1 => 65_536,
            n => n as usize,
        };
        let size = bytes.len() + log.len();
        let log = Log::read(log, page_size);
        let first = log.page(1).unwrap_or(bytes);
        let reserved = be(first, 20, 1)? as usize;
        if !page_size.is_power_of_two() || !(512..=65_536).contains(&page_size) {
            return Err(ImportError::BadContent);
        }
        // 480 is the least that the format allows.
        let usable = page_size.checked_sub(reserved).filter(|u| *u >= 480).ok_or(ImportError::BadContent)?;
        let encoding = match be(first, 56, 4)? {
            0 | 1 => Encoding::Utf8,
            2 => Encoding::Utf16Le,
            3 => Encoding::Utf16Be,
            _ => return Err(ImportError::BadContent),
        };
        let mut database = Self { bytes, page_size, usable, encoding, tables: Vec::new(), log, size };
        // type, name, tbl_name, rootpage, sql
        for row in database.walk(1, &[0, 1, 3, 4], None, MAX_TABLES)? {
            let Ok([Value::Text(kind), Value::Text(name), Value::Integer(root), Value::Text(sql)]) =
                <[Value; 4]>::try_from(row)
            else {
                continue;
            };
            if kind == "table"
                && sql.len() <= MAX_SQL
                && let Ok(root) = u32::try_from(root)
            {
                database.tables.push(Schema { name, root, sql });
            }
        }
        Ok(database)
    }

    /// Whether it has no table of an app's, and is such that its log may have them.
    pub fn wants_log(&self) -> bool {
        let own = |table: &Schema| table.name == "android_metadata" || table.name.starts_with("sqlite_");
        self.tables.iter().all(own) && self.bytes.get(18) == Some(&2)
    }

    /// Whether there is a table of this name.
    pub fn has_table(&self, name: &str) -> bool {
        self.tables.iter().any(|t| t.name.eq_ignore_ascii_case(name))
    }

    /// Whether the table has all these columns.
    pub fn has_columns(&self, table: &str, columns: &[&str]) -> bool {
        self.schema(table).is_some_and(|schema| {
            let declared = parse_columns(&schema.sql).names;
            columns.iter().all(|c| declared.iter().any(|d| d.eq_ignore_ascii_case(c)))
        })
    }

    /// These columns of all rows of a table; `TooLarge` when there are more than `max_rows`.
    /// A column that the table has not is NULL in every row.
    pub fn table(
        &self,
        name: &str,
        columns: &'static [&'static str],
        max_rows: usize,
    ) -> Result<Table, ImportError> {
        let schema = self.schema(name).ok_or(ImportError::NotAnExport)?;
        let declared = parse_columns(&schema.sql);
        let place = |column: &&str| declared.names.iter().position(|d| d.eq_ignore_ascii_case(column));
        let wanted: Vec<usize> = columns.iter().map(|c| place(c).unwrap_or(usize::MAX)).collect();
        let rows = self.walk(schema.root, &wanted, declared.rowid_alias, max_rows)?;
        Ok(Table { columns, rows })
    }

    fn schema(&self, name: &str) -> Option<&Schema> {
        self.tables.iter().find(|t| t.name.eq_ignore_ascii_case(name))
    }

    fn page(&self, number: u32) -> Result<&'a [u8], ImportError> {
        if let Some(page) = self.log.page(number) {
            return Ok(page);
        }
        let index = (number as usize).checked_sub(1).ok_or(ImportError::BadContent)?;
        let start = index.checked_mul(self.page_size).ok_or(ImportError::BadContent)?;
        let end = start.checked_add(self.page_size).ok_or(ImportError::BadContent)?;
        self.bytes.get(start..end).ok_or(ImportError::BadContent)
    }

    /// The `wanted` values of all records of the b-tree at `root`, from left to right.
    fn walk(
        &self,
        root: u32,
        wanted: &[usize],
        rowid_alias: Option<usize>,
        max_rows: usize,
    ) -> Result<Vec<Vec<Value>>, ImportError> {
        let mut rows = Vec::new();
        let pages = self.bytes.len() / self.page_size + self.log.pages() + 1;
        let mut visited = HashSet::new();
        let mut budget = self.size;
        let mut room = MAX_CELLS;
        let mut todo = vec![root];
        while let Some(number) = todo.pop() {
            // More pages than there are.
            if todo.len() > pages {
                return Err(ImportError::BadContent);
            }
            let page = self.page(number)?;
            if !visited.insert(number) {
                return Err(ImportError::BadContent);
            }
            // The first page begins with the file's header.
            let head = if number == 1 { 100 } else { 0 };
            let cells = be(page, head + 3, 2)? as usize;
            match be(page, head, 1)? {
                0x05 => {
                    todo.push(be(page, head + 8, 4)? as u32);
                    for cell in (0..cells).rev() {
                        let at = be(page, head + 12 + 2 * cell, 2)? as usize;
                        todo.push(be(page, at, 4)? as u32);
                    }
                }
                0x0d => {
                    for cell in 0..cells {
                        if rows.len() >= max_rows {
                            return Err(ImportError::TooLarge);
                        }
                        let at = be(page, head + 8 + 2 * cell, 2)? as usize;
                        let (rowid, payload) = self.cell(page, at, &mut budget)?;
                        let mut row = self.record(&payload, wanted)?;
                        let taken = row.iter().map(Value::size).sum();
                        room = room.checked_sub(taken).ok_or(ImportError::TooLarge)?;
                        for (value, column) in row.iter_mut().zip(wanted) {
                            if *value == Value::Null && Some(*column) == rowid_alias {
                                *value = Value::Integer(rowid);
                            }
                        }
                        rows.push(row);
                    }
                }
                // A table WITHOUT ROWID lies in an index b-tree; no authenticator makes one.
                0x02 | 0x0a => return Err(ImportError::UnsupportedVersion),
                _ => return Err(ImportError::BadContent),
            }
        }
        Ok(rows)
    }

    /// The row id and the payload of a leaf cell, its overflow pages included, up to [`MAX_RECORD`].
    fn cell(&self, page: &[u8], at: usize, budget: &mut usize) -> Result<(i64, Payload), ImportError> {
        let mut reader = Reader { bytes: page.get(..self.usable).ok_or(ImportError::BadContent)?, at };
        let length = usize::try_from(reader.varint()?).map_err(|_| ImportError::BadContent)?;
        let rowid = reader.varint()?;
        *budget = budget.checked_sub(length).ok_or(ImportError::BadContent)?;

        // "B-tree cell format": how much of a payload stays in a table leaf.
        let most = self.usable - 35;
        let local = if length <= most {
            length
        } else {
            let least = (self.usable - 12) * 32 / 255 - 23;
            let fitting = least + (length - least) % (self.usable - 4);
            if fitting <= most { fitting } else { least }
        };
        let mut bytes = reader.take(local)?.to_vec();
        let mut next = if local < length { be(reader.bytes, reader.at, 4)? as u32 } else { 0 };
        let wanted = length.min(MAX_RECORD);
        while bytes.len() < wanted {
            let page = self.page(next)?;
            next = be(page, 0, 4)? as u32;
            let part = (wanted - bytes.len()).min(self.usable - 4);
            bytes.extend_from_slice(page.get(4..4 + part).ok_or(ImportError::BadContent)?);
        }
        Ok((rowid, Payload { bytes, whole: wanted == length }))
    }

    /// The `wanted` values of a record; NULL for those that it has not.
    fn record(&self, payload: &Payload, wanted: &[usize]) -> Result<Vec<Value>, ImportError> {
        let Payload { bytes: payload, whole } = payload;
        let mut types = Reader { bytes: payload, at: 0 };
        let header = usize::try_from(types.varint()?).map_err(|_| ImportError::BadContent)?;
        types.bytes = payload.get(..header).ok_or(ImportError::BadContent)?;
        let mut body = Reader { bytes: payload, at: header };
        let mut row = vec![Value::Null; wanted.len()];
        let mut column = 0;
        while types.at < header {
            let kind = types.varint()?;
            let bytes = body.take(match kind {
                0 | 8 | 9 => 0,
                1..=4 => kind as usize,
                5 => 6,
                6 | 7 => 8,
                12.. => usize::try_from((kind - 12) / 2).map_err(|_| ImportError::BadContent)?,
                _ => return Err(ImportError::BadContent),
            });
            let bytes = match bytes {
                Ok(bytes) => bytes,
                Err(_) if !whole => break,
                Err(error) => return Err(error),
            };
            for (value, _) in row.iter_mut().zip(wanted).filter(|(_, wanted)| **wanted == column) {
                *value = match kind {
                    0 => Value::Null,
                    1..=6 => Value::Integer(signed(bytes)),
                    7 => Value::Real(f64::from_bits(be(bytes, 0, 8)?)),
                    8 | 9 => Value::Integer(kind - 8),
                    _ if bytes.len() > MAX_CELL => Value::Null,
                    _ if kind % 2 == 0 => Value::Blob(bytes.to_vec()),
                    _ => Value::Text(self.text(bytes)),
                };
            }
            column += 1;
        }
        Ok(row)
    }

    fn text(&self, bytes: &[u8]) -> String {
        let units = |join: fn([u8; 2]) -> u16| {
            let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|pair| join(*pair)).collect();
            String::from_utf16_lossy(&units)
        };
        match self.encoding {
            Encoding::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Encoding::Utf16Le => units(u16::from_le_bytes),
            Encoding::Utf16Be => units(u16::from_be_bytes),
        }
    }
}

impl Value {
    /// The bytes that it holds.
    fn size(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Blob(bytes) => bytes.len(),
            Self::Null | Self::Integer(_) | Self::Real(_) => 0,
        }
    }
}

/// A record, or its beginning.
struct Payload {
    bytes: Vec<u8>,
    whole: bool,
}

impl Table {
    /// The rows.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|values| Row { table: self, values })
    }
}

impl<'t> Row<'t> {
    /// The value in a column; NULL where the table has no such column.
    pub fn value(self, column: &str) -> &'t Value {
        let index = self.table.columns.iter().position(|c| c.eq_ignore_ascii_case(column));
        index.and_then(|i| self.values.get(i)).unwrap_or(&Value::Null)
    }

    /// The columns that were asked for, each with its value.
    pub fn columns(self) -> impl Iterator<Item = (&'t str, &'t Value)> {
        self.table.columns.iter().copied().zip(self.values)
    }

    /// A column as text: empty for NULL and blobs, numbers in decimal.
    pub fn text(self, column: &str) -> String {
        match self.value(column) {
            Value::Text(text) => text.clone(),
            Value::Integer(n) => n.to_string(),
            Value::Null | Value::Real(_) | Value::Blob(_) => String::new(),
        }
    }

    /// A column as a whole number that is not negative; `None` for NULL and everything else.
    pub fn number(self, column: &str) -> Option<u64> {
        match self.value(column) {
            Value::Integer(n) => u64::try_from(*n).ok(),
            Value::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }
}

/// A cursor over bytes.
struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Reader<'b> {
    fn take(&mut self, count: usize) -> Result<&'b [u8], ImportError> {
        let end = self.at.checked_add(count).ok_or(ImportError::BadContent)?;
        let part = self.bytes.get(self.at..end).ok_or(ImportError::BadContent)?;
        self.at = end;
        Ok(part)
    }

    /// A big-endian number of one to nine bytes: seven bits each, the ninth holds eight.
    fn varint(&mut self) -> Result<i64, ImportError> {
        let mut value = 0u64;
        for index in 0..9 {
            let byte = be(self.take(1)?, 0, 1)?;
            if index == 8 {
                value = value << 8 | byte;
            } else {
                value = value << 7 | byte & 0x7f;
                if byte & 0x80 == 0 {
                    break;
                }
            }
        }
        Ok(value as i64)
    }
}

/// `size` bytes (at most 8) as a big-endian number.
fn be(bytes: &[u8], at: usize, size: usize) -> Result<u64, ImportError> {
    let end = at.checked_add(size).ok_or(ImportError::BadContent)?;
    let part = bytes.get(at..end).ok_or(ImportError::BadContent)?;
    Ok(part.iter().fold(0, |n, byte| n << 8 | u64::from(*byte)))
}

/// At most 8 bytes as a big-endian number in two's complement.
fn signed(bytes: &[u8]) -> i64 {
    let first = if bytes.first().is_some_and(|b| b & 0x80 != 0) { -1 } else { 0 };
    bytes.iter().fold(first, |n, byte| n << 8 | i64::from(*byte))
}

/// The columns that a `CREATE TABLE` statement declares.
fn parse_columns(sql: &str) -> Columns {
    let tokens = tokens(sql);
    let mut columns = Columns::default();
    let Some(open) = tokens.iter().position(|t| *t == Token::Sign('(')) else { return columns };
    let mut depth = 0;
    let mut parts: Vec<Vec<&Token>> = vec![Vec::new()];
    for token in tokens.iter().skip(open + 1) {
        match token {
            Token::Sign('(') => depth += 1,
            Token::Sign(')') if depth == 0 => break,
            Token::Sign(')') => depth -= 1,
            Token::Sign(',') if depth == 0 => {
                parts.push(Vec::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(token);
        }
    }
    let mut integers = Vec::new();
    for part in &parts {
        let words: Vec<String> = part.iter().map(|t| t.keyword()).collect();
        let key = words.windows(2).position(|w| w == ["PRIMARY", "KEY"]);
        match part.first() {
            Some(Token::Word(_)) if is_constraint(words.first()) => {
                // PRIMARY KEY ("id" AUTOINCREMENT)
                if let Some(at) = key
                    && let Some(Token::Word(name) | Token::Quoted(name)) = part.get(at + 3)
                    && !part.iter().skip(at + 3).any(|t| **t == Token::Sign(','))
                {
                    columns.rowid_alias = integers.iter().copied().find(|i: &usize| {
                        columns.names.get(*i).is_some_and(|n| n.eq_ignore_ascii_case(name))
                    });
                }
            }
            Some(Token::Word(name) | Token::Quoted(name)) => {
                // Only the type INTEGER itself makes an alias of the row id.
                if words.get(1).is_some_and(|w| w == "INTEGER") {
                    integers.push(columns.names.len());
                    if key.is_some() {
                        columns.rowid_alias = Some(columns.names.len());
                    }
                }
                columns.names.push(name.clone());
            }
            _ => {}
        }
    }
    columns
}

fn is_constraint(word: Option<&String>) -> bool {
    word.is_some_and(|w| ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"].contains(&w.as_str()))
}

#[derive(Debug, PartialEq)]
enum Token {
    Word(String),
    Quoted(String),
    Sign(char),
}

impl Token {
    fn keyword(&self) -> String {
        match self {
            Self::Word(word) => word.to_ascii_uppercase(),
            _ => String::new(),
        }
    }
}

/// Words, quoted names and signs of a statement, without its comments.
fn tokens(sql: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let close = match first {
            '"' | '\'' | '`' => first,
            '[' => ']',
            _ => '\0',
        };
        let after = rest.get(first.len_utf8()..).unwrap_or("");
        if rest.starts_with("--") {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
        } else if rest.starts_with("/*") {
            rest = rest.split_once("*/").map_or("", |(_, after)| after);
        } else if close != '\0' {
            // A doubled quote inside a name stays out of the name; no authenticator has one.
            let (name, left) = after.split_once(close).unwrap_or((after, ""));
            tokens.push(Token::Quoted(name.to_owned()));
            rest = left;
        } else if is_word(first) {
            let (word, left) = rest.split_at(rest.find(|c| !is_word(c)).unwrap_or(rest.len()));
            tokens.push(Token::Word(word.to_owned()));
            rest = left;
        } else {
            if !first.is_whitespace() {
                tokens.push(Token::Sign(first));
            }
            rest = after;
        }
    }
    tokens
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::read::testing::sqlite::{Layout, Table as Written, text, write};

    const SQL: &str = "CREATE TABLE `t` (`_id` INTEGER PRIMARY KEY, name TEXT DEFAULT '(,)', -- the, name\n \
        \"n\" decimal(10, 2) CHECK (n > 0), [data] blob, real, CONSTRAINT c UNIQUE (name, n))";
    const COLUMNS: &[&str] = &["_id", "name", "n", "data", "real", "absent"];

    fn sample(layout: Layout, rows: usize) -> Vec<u8> {
        let row = |i: usize| {
            vec![
                Value::Null,
                text(&format!("Bücher {i} 🔑")),
                Value::Integer([0, 1, -1, 300, -70_000, 1 << 30, -(1 << 40), i64::MIN][i % 8]),
                // Some fill several overflow pages, one fits none.
                Value::Blob(vec![i as u8; i * 97 % 9_000]),
                Value::Real(0.5),
            ]
        };
        let other = Written { name: "other", sql: "CREATE TABLE other(x)", rows: vec![vec![Value::Null]] };
        let table = Written { name: "t", sql: SQL, rows: (0..rows).map(row).collect() };
        write(layout, &[other, table])
    }

    #[test]
    fn reads_back_what_was_written_in_every_layout() {
        for page_size in [1024, 4096, 65_536] {
            for (encoding, reserved) in [(1, 0), (2, 32), (3, 0)] {
                let bytes = sample(Layout { page_size, reserved, encoding }, 200);
                let database = Database::open(&bytes).unwrap();
                assert!(database.has_table("T") && database.has_table("other"));
                assert!(database.has_columns("t", &["_ID", "real"]));
                assert!(!database.has_columns("t", &["absent"]) && !database.has_table("absent"));
                let table = database.table("t", COLUMNS, 200).unwrap();
                assert_eq!(table.rows().count(), 200);
                for (i, row) in table.rows().enumerate() {
                    assert_eq!(row.number("_id"), Some(i as u64 + 1), "the row id");
                    assert_eq!(row.text("NAME"), format!("Bücher {i} 🔑"));
                    let n = [0, 1, -1, 300, -70_000, 1 << 30, -(1 << 40), i64::MIN][i % 8];
                    assert_eq!(*row.value("n"), Value::Integer(n));
                    assert_eq!(row.number("n"), u64::try_from(n).ok());
                    assert_eq!(*row.value("data"), Value::Blob(vec![i as u8; i * 97 % 9_000]));
                    assert_eq!(*row.value("real"), Value::Real(0.5));
                    assert_eq!(*row.value("absent"), Value::Null);
                }
                assert_eq!(database.table("t", COLUMNS, 199).unwrap_err(), ImportError::TooLarge);
            }
        }
    }

    #[test]
    fn finds_columns_and_the_row_id() {
        let columns = |sql: &str| {
            let columns = parse_columns(sql);
            (columns.names.join(" "), columns.rowid_alias)
        };
        assert_eq!(columns(SQL), ("_id name n data real".into(), Some(0)));
        // Only INTEGER is an alias; INT and a key of two columns are not.
        assert_eq!(columns("CREATE TABLE a (x TEXT, id INT PRIMARY KEY)"), ("x id".into(), None));
        assert_eq!(
            columns("create table a(x text, id integer, primary key(\"id\" autoincrement))"),
            ("x id".into(), Some(1))
        );
        assert_eq!(columns("CREATE TABLE a (id INTEGER, b, PRIMARY KEY (id, b))"), ("id b".into(), None));
        assert_eq!(columns("CREATE TABLE a AS SELECT 1"), (String::new(), None));
        assert_eq!(columns("CREATE TABLE a ((((("), (String::new(), None));
    }

    #[test]
    fn pages_that_refer_to_each_other_end() {
        let mut bytes = sample(Layout { page_size: 1024, reserved: 0, encoding: 1 }, 60);
        let root = Database::open(&bytes).unwrap().schema("t").unwrap().root;
        // The last child of the root becomes the root itself.
        let at = (root as usize - 1) * 1024;
        bytes[at + 8..at + 12].copy_from_slice(&root.to_be_bytes());
        let database = Database::open(&bytes).unwrap();
        assert_eq!(database.table("t", COLUMNS, 1_000).unwrap_err(), ImportError::BadContent);
    }

    #[test]
    fn cells_that_share_their_bytes_end() {
        // Every cell pointer of the leaf points at its longest record.
        let row = |i: usize| vec![Value::Blob(vec![0; if i == 0 { 60_000 } else { 0 }])];
        let table = Written { name: "t", sql: "CREATE TABLE t(a)", rows: (0..100).map(row).collect() };
        let mut bytes = write(Layout { page_size: 4096, ..Layout::default() }, &[table]);
        let root = Database::open(&bytes).unwrap().schema("t").unwrap().root as usize;
        let at = (root - 1) * 4096 + 8;
        let first = [bytes[at], bytes[at + 1]];
        for cell in bytes[at..at + 200].as_chunks_mut::<2>().0 {
            *cell = first;
        }
        let database = Database::open(&bytes).unwrap();
        assert_eq!(database.table("t", &["a"], 1_000).unwrap_err(), ImportError::BadContent);
    }

    #[test]
    fn no_more_is_kept_than_an_authenticator_writes() {
        let file = |rows: Vec<Vec<Value>>| {
            let table = Written { name: "t", sql: "CREATE TABLE t(data, name)", rows };
            write(Layout { page_size: 65_536, ..Layout::default() }, &[table])
        };
        let row = |length: usize, name: &str| vec![Value::Blob(vec![1; length]), text(name)];
        let bytes = file(vec![row(MAX_CELL, "a"), row(MAX_CELL + 1, "b"), row(MAX_RECORD, "c"), row(1, "d")]);
        let table = Database::open(&bytes).unwrap().table("t", &["data", "name"], 10).unwrap();
        let read: Vec<_> =
            table.rows().map(|row| (*row.value("data") != Value::Null, row.text("name"))).collect();
        let want = [(true, "a"), (false, "b"), (false, ""), (true, "d")];
        assert_eq!(read, want.map(|(data, name)| (data, name.to_owned())));

        let times = MAX_CELLS / MAX_CELL;
        let bytes = file(vec![row(MAX_CELL, ""); times + 1]);
        let database = Database::open(&bytes).unwrap();
        assert_eq!(database.table("t", &["data"], 1_000).unwrap_err(), ImportError::TooLarge);
        assert_eq!(database.table("t", &["name"], 1_000).unwrap().rows().count(), times + 1);
        // A statement that is no statement, as long as the file.
        let sql = "\u{4e00}".repeat(3 << 20);
        let table = Written { name: "t", sql: &sql, rows: Vec::new() };
        assert!(!Database::open(&write(Layout::default(), &[table])).unwrap().has_table("t"));
    }

    #[test]
    fn damage_is_an_error_or_other_values_never_a_panic() {
        let bytes = sample(Layout { page_size: 1024, reserved: 0, encoding: 1 }, 20);
        let read = |bytes: &[u8]| {
            let database = Database::open(bytes)?;
            database.table("t", COLUMNS, 1_000).map(|t| t.rows().count())
        };
        assert_eq!(read(&bytes), Ok(20));
        for end in (0..bytes.len()).step_by(61) {
            assert!(read(&bytes[..end]).is_err(), "cut at {end}");
        }
        let mut damaged = bytes.clone();
        for at in 0..bytes.len() {
            for wrong in [bytes[at] ^ 1 << (at % 8), 0xff] {
                damaged[at] = wrong;
                let _ = read(&damaged);
            }
            damaged[at] = bytes[at];
        }
    }
}
