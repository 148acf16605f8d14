//! Writes binary property lists that hold an `NSKeyedArchiver` archive.

use crate::import::read::bplist::MAGIC;

/// Something to archive.
pub(crate) enum Item {
    Integer(i64),
    Real(f64),
    Text(String),
    /// A string inside an `NSMutableString`.
    MutableText(String),
    /// Bytes inside an `NSMutableData`.
    Data(Vec<u8>),
    Array(Vec<Item>),
    /// An `NSDictionary`.
    Dict(Vec<(&'static str, Item)>),
    /// An object of a class of the app's own, with its fields.
    Object(Vec<(&'static str, Item)>),
}

/// A text item.
pub(crate) fn text(text: &str) -> Item {
    Item::Text(text.into())
}

/// The archive of `root`.
pub(crate) fn write(root: &Item) -> Vec<u8> {
    let mut archive = vec![Plain::Text("$null".into())];
    let root = add(&mut archive, root);
    let mut file = File { bytes: MAGIC.to_vec(), offsets: Vec::new() };
    let top = file.put(&Plain::Dict(vec![
        ("$version".into(), Plain::Integer(100_000)),
        ("$archiver".into(), Plain::Text("NSKeyedArchiver".into())),
        ("$top".into(), Plain::Dict(vec![("root".into(), Plain::Uid(root))])),
        ("$objects".into(), Plain::Array(archive)),
    ]));
    let table = file.bytes.len();
    for offset in &file.offsets {
        file.bytes.extend((*offset as u32).to_be_bytes());
    }
    file.bytes.extend([0; 6]);
    file.bytes.extend([4, REFERENCE as u8]);
    for n in [file.offsets.len(), top, table] {
        file.bytes.extend((n as u64).to_be_bytes());
    }
    file.bytes
}

/// Bytes of a reference.
const REFERENCE: usize = 2;

/// What a property list itself knows.
enum Plain {
    Integer(i64),
    Real(f64),
    Text(String),
    Data(Vec<u8>),
    Uid(usize),
    Array(Vec<Plain>),
    Dict(Vec<(String, Plain)>),
}

/// Adds an item to `$objects` and gives its number.
fn add(archive: &mut Vec<Plain>, item: &Item) -> usize {
    let wrap = |field: &str, value| Plain::Dict(vec![(field.into(), value)]);
    let list = |archive: &mut Vec<Plain>, items: &mut dyn Iterator<Item = &Item>| {
        Plain::Array(items.map(|i| Plain::Uid(add(archive, i))).collect())
    };
    let plain = match item {
        Item::Integer(n) => Plain::Integer(*n),
        Item::Real(n) => Plain::Real(*n),
        Item::Text(text) => Plain::Text(text.clone()),
        Item::MutableText(text) => wrap("NS.string", Plain::Text(text.clone())),
        Item::Data(data) => wrap("NS.data", Plain::Data(data.clone())),
        Item::Array(items) => wrap("NS.objects", list(archive, &mut items.iter())),
        Item::Dict(pairs) => {
            let keys = pairs.iter().map(|(key, _)| Plain::Uid(add(archive, &text(key)))).collect();
            let values = list(archive, &mut pairs.iter().map(|(_, value)| value));
            Plain::Dict(vec![("NS.keys".into(), Plain::Array(keys)), ("NS.objects".into(), values)])
        }
        Item::Object(fields) => {
            // Numbers lie in the object itself, everything else is referred to.
            let mut field = |value: &Item| match value {
                Item::Integer(n) => Plain::Integer(*n),
                other => Plain::Uid(add(archive, other)),
            };
            Plain::Dict(fields.iter().map(|(name, value)| ((*name).into(), field(value))).collect())
        }
    };
    archive.push(plain);
    archive.len() - 1
}

struct File {
    bytes: Vec<u8>,
    offsets: Vec<usize>,
}

impl File {
    /// Writes a value and what it holds, and gives its number.
    fn put(&mut self, value: &Plain) -> usize {
        let references: Vec<usize> = match value {
            Plain::Array(items) => items.iter().map(|item| self.put(item)).collect(),
            Plain::Dict(pairs) => {
                let mut all: Vec<usize> =
                    pairs.iter().map(|(key, _)| self.put(&Plain::Text(key.clone()))).collect();
                all.extend(pairs.iter().map(|(_, value)| self.put(value)).collect::<Vec<_>>());
                all
            }
            _ => Vec::new(),
        };
        self.offsets.push(self.bytes.len());
        match value {
            Plain::Integer(n) => {
                self.bytes.push(0x13);
                self.bytes.extend(n.to_be_bytes());
            }
            Plain::Real(n) => {
                self.bytes.push(0x23);
                self.bytes.extend(n.to_be_bytes());
            }
            Plain::Text(text) if text.is_ascii() => {
                self.length(0x50, text.len());
                self.bytes.extend(text.as_bytes());
            }
            Plain::Text(text) => {
                self.length(0x60, text.encode_utf16().count());
                self.bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
            }
            Plain::Data(data) => {
                self.length(0x40, data.len());
                self.bytes.extend(data);
            }
            Plain::Uid(n) => {
                self.bytes.push(0x81);
                self.bytes.extend((*n as u16).to_be_bytes());
            }
            Plain::Array(items) => self.length(0xa0, items.len()),
            Plain::Dict(pairs) => self.length(0xd0, pairs.len()),
        }
        for reference in references {
            self.bytes.extend((reference as u16).to_be_bytes());
        }
        self.offsets.len() - 1
    }

    fn length(&mut self, marker: u8, length: usize) {
        if length < 15 {
            self.bytes.push(marker | length as u8);
        } else {
            self.bytes.extend([marker | 15, 0x12]);
            self.bytes.extend((length as u32).to_be_bytes());
        }
    }
}
