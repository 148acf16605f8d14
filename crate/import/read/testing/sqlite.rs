//! Writes SQLite files: tables over as many pages as they need, with overflow pages.

use crate::import::read::sqlite::{MAGIC, Value};

/// A table to write.
pub(crate) struct Table<'t> {
    pub name: &'t str,
    pub sql: &'t str,
    pub rows: Vec<Vec<Value>>,
}

/// How the file is laid out.
pub(crate) struct Layout {
    pub page_size: usize,
    pub reserved: usize,
    /// 1 UTF-8, 2 UTF-16LE, 3 UTF-16BE.
    pub encoding: u8,
}

impl Default for Layout {
    fn default() -> Self {
        Self { page_size: 4096, reserved: 0, encoding: 1 }
    }
}

/// A text cell.
pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.into())
}

/// A database with these tables.
pub(crate) fn write(layout: Layout, tables: &[Table<'_>]) -> Vec<u8> {
    // The first page is the schema's, written last.
    let mut writer = Writer { pages: vec![Vec::new()], layout };
    let mut schema = Vec::new();
    for table in tables {
        let root = writer.tree(&table.rows);
        let root = Value::Integer(root as i64);
        schema.push(vec![text("table"), text(table.name), text(table.name), root, text(table.sql)]);
        let view = format!("v_{}", table.name);
        let sql = format!("CREATE VIEW {view} AS SELECT 1");
        schema.push(vec![text("view"), text(&view), text(&view), Value::Integer(0), text(&sql)]);
    }
    let cells: Vec<Vec<u8>> = (1..).zip(&schema).map(|(id, row)| writer.cell(id, row)).collect();
    let mut first = writer.leaf(100, &cells);
    first[..16].copy_from_slice(MAGIC);
    // 65,536 does not fit and is written as 1.
    let size = u16::try_from(writer.layout.page_size).unwrap_or(1);
    first[16..18].copy_from_slice(&size.to_be_bytes());
    // Write-ahead log, as most phones leave it.
    first[18..20].copy_from_slice(&[2, 2]);
    first[20] = writer.layout.reserved as u8;
    first[21..24].copy_from_slice(&[64, 32, 32]);
    // The schema's format, and the encoding.
    first[47] = 4;
    first[59] = writer.layout.encoding;
    writer.pages[0] = first;
    writer.pages.concat()
}

struct Writer {
    pages: Vec<Vec<u8>>,
    layout: Layout,
}

impl Writer {
    fn usable(&self) -> usize {
        self.layout.page_size - self.layout.reserved
    }

    fn add(&mut self, page: Vec<u8>) -> u32 {
        self.pages.push(page);
        self.pages.len() as u32
    }

    /// The root page of a table with these rows.
    fn tree(&mut self, rows: &[Vec<Value>]) -> u32 {
        let mut leaves: Vec<Vec<Vec<u8>>> = vec![Vec::new()];
        for (id, row) in (1..).zip(rows) {
            let cell = self.cell(id, row);
            let full: usize = leaves[leaves.len() - 1].iter().map(|c| c.len() + 2).sum();
            if 8 + full + cell.len() + 2 > self.usable() {
                leaves.push(Vec::new());
            }
            leaves.last_mut().unwrap().push(cell);
        }
        // Each page with the last row id below it.
        let mut level: Vec<(u32, u64)> = Vec::new();
        let mut last = 0;
        for cells in &leaves {
            let page = self.leaf(0, cells);
            last += cells.len() as u64;
            level.push((self.add(page), last));
        }
        while level.len() > 1 {
            // Few children a page, so that a small table has several levels.
            level = level.chunks(4).map(|children| self.interior(children)).collect();
        }
        level[0].0
    }

    fn interior(&mut self, children: &[(u32, u64)]) -> (u32, u64) {
        let (right, others) = children.split_last().unwrap();
        let mut page = vec![0; self.layout.page_size];
        page[0] = 0x05;
        page[3..5].copy_from_slice(&(others.len() as u16).to_be_bytes());
        page[8..12].copy_from_slice(&right.0.to_be_bytes());
        let mut end = self.usable();
        for (i, (child, last)) in others.iter().enumerate() {
            let cell = [child.to_be_bytes().to_vec(), varint(*last)].concat();
            end -= cell.len();
            page[end..end + cell.len()].copy_from_slice(&cell);
            page[12 + 2 * i..14 + 2 * i].copy_from_slice(&(end as u16).to_be_bytes());
        }
        // Where the cells begin; 65,536 is written as 0.
        page[5..7].copy_from_slice(&(end as u16).to_be_bytes());
        (self.add(page), right.1)
    }

    fn leaf(&self, head: usize, cells: &[Vec<u8>]) -> Vec<u8> {
        let mut page = vec![0; self.layout.page_size];
        page[head] = 0x0d;
        page[head + 3..head + 5].copy_from_slice(&(cells.len() as u16).to_be_bytes());
        let mut end = self.usable();
        for (i, cell) in cells.iter().enumerate() {
            end -= cell.len();
            page[end..end + cell.len()].copy_from_slice(cell);
            let at = head + 8 + 2 * i;
            assert!(at + 2 <= end, "the page is full");
            page[at..at + 2].copy_from_slice(&(end as u16).to_be_bytes());
        }
        page[head + 5..head + 7].copy_from_slice(&(end as u16).to_be_bytes());
        page
    }

    fn cell(&mut self, rowid: u64, row: &[Value]) -> Vec<u8> {
        let payload = self.record(row);
        let most = self.usable() - 35;
        let least = (self.usable() - 12) * 32 / 255 - 23;
        let local = match payload.len() {
            length if length <= most => length,
            length => {
                let fitting = least + (length - least) % (self.usable() - 4);
                if fitting <= most { fitting } else { least }
            }
        };
        let mut cell = varint(payload.len() as u64);
        cell.extend(varint(rowid));
        cell.extend(&payload[..local]);
        if local < payload.len() {
            let size = self.usable() - 4;
            let mut next = 0u32;
            for part in payload[local..].chunks(size).rev() {
                let mut page = next.to_be_bytes().to_vec();
                page.extend(part);
                page.resize(self.layout.page_size, 0);
                next = self.add(page);
            }
            cell.extend(next.to_be_bytes());
        }
        cell
    }

    fn record(&self, row: &[Value]) -> Vec<u8> {
        let (mut types, mut body) = (Vec::new(), Vec::new());
        for value in row {
            match value {
                Value::Null => types.push(0),
                Value::Integer(0) => types.push(8),
                Value::Integer(1) => types.push(9),
                Value::Integer(n) => {
                    // 1, 2, 3, 4, 6 or 8 bytes: the fewest that hold the number.
                    let (kind, size) = [(1, 1), (2, 2), (3, 3), (4, 4), (5, 6), (6, 8)]
                        .into_iter()
                        .find(|(_, size)| size * 8 == 64 || *n >> (size * 8 - 1) == n >> 63)
                        .unwrap();
                    types.push(kind);
                    body.extend(&n.to_be_bytes()[8 - size..]);
                }
                Value::Real(n) => {
                    types.push(7);
                    body.extend(n.to_be_bytes());
                }
                Value::Text(text) => {
                    let bytes: Vec<u8> = match self.layout.encoding {
                        2 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
                        3 => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
                        _ => text.as_bytes().to_vec(),
                    };
                    types.extend(varint(13 + 2 * bytes.len() as u64));
                    body.extend(bytes);
                }
                Value::Blob(bytes) => {
                    types.extend(varint(12 + 2 * bytes.len() as u64));
                    body.extend(bytes);
                }
            }
        }
        // The header's length counts itself.
        let mut record = varint(types.len() as u64 + if types.len() < 127 { 1 } else { 2 });
        record.extend(types);
        record.extend(body);
        record
    }
}

fn varint(n: u64) -> Vec<u8> {
    assert!(n < 1 << 56, "nine bytes are not needed here");
    let size = (1..=8).find(|size| n >> (7 * size) == 0).unwrap();
    (0..size).rev().map(|i| (n >> (7 * i)) as u8 & 0x7f | if i > 0 { 0x80 } else { 0 }).collect()
}
