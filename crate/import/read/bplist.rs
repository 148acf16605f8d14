//! Binary property lists and the object graphs that Apple's `NSKeyedArchiver` puts into them.
//!
//! Written here: the `plist` crate builds a tree of owned values (a few bytes of nested references become gigabytes)
//! and brings an XML reader and a calendar along. This one keeps the file's flat table of objects and follows
//! references only where the importer asks, one step at a time, so that nothing recurses.

use std::borrow::Cow;

use crate::import::ImportError;

/// The first eight bytes of every binary property list.
pub const MAGIC: &[u8; 8] = b"bplist00";

/// An archive of objects, read.
#[derive(Debug)]
pub struct Archive<'a> {
    objects: Vec<Object<'a>>,
    /// Where each object of the archive (`$objects`) lies among the file's objects.
    archived: References<'a>,
    root: usize,
}

/// A place in an [`Archive`].
#[derive(Clone, Copy, Debug)]
pub struct Node<'n> {
    archive: &'n Archive<'n>,
    index: usize,
}

/// The most objects in a file: fifty for each of 10,000 accounts.
const MAX_OBJECTS: usize = 500_000;
/// The longest text in UTF-16 that is kept; none that an importer asks for is as long.
const MAX_TEXT: usize = 64 * 1024;
/// The UTF-16 of a file, decoded: two names of 64 letters for each of 10,000 accounts take four megabytes.
const MAX_WIDE: usize = 8 << 20;
/// The most keys of a dictionary that are looked at. An account has about fifteen.
const MAX_KEYS: usize = 256;

#[derive(Clone, Debug)]
enum Object<'a> {
    /// Null, booleans, dates: nothing that an importer asks for.
    Other,
    Integer(i64),
    Real(f64),
    Data(&'a [u8]),
    Text(Cow<'a, str>),
    /// A reference to another object of an archive.
    Uid(usize),
    Array(References<'a>),
    /// The keys, then the values: one list, so that an object takes no more room than a text.
    Dict(References<'a>),
}

/// Numbers of objects, each of `size` bytes.
#[derive(Clone, Copy, Debug, Default)]
struct References<'a> {
    bytes: &'a [u8],
    size: usize,
}

impl<'a> References<'a> {
    /// A dictionary's keys and its values.
    fn halves(self) -> (Self, Self) {
        let (keys, values) = self.bytes.split_at(self.bytes.len() / 2);
        (Self { bytes: keys, ..self }, Self { bytes: values, ..self })
    }

    fn at(self, index: usize) -> Option<usize> {
        number(self.bytes, index.checked_mul(self.size)?, self.size).ok()
    }

    fn iter(self) -> impl Iterator<Item = usize> + use<'a> {
        // A size of 0 belongs to the empty list.
        self.bytes.chunks_exact(self.size.max(1)).map(|c| number(c, 0, c.len()).unwrap_or(usize::MAX))
    }
}

impl<'a> Archive<'a> {
    /// Reads a property list that holds an archive.
    pub fn open(bytes: &'a [u8]) -> Result<Self, ImportError> {
        let (objects, top) = read_objects(bytes)?;
        let mut archive = Self { objects, archived: References::default(), root: 0 };
        let field = |index, name| archive.raw_field(index, name).ok_or(ImportError::BadContent);
        let archived = field(top, "$objects")?;
        let tops = field(top, "$top")?;
        let Some(Object::Array(items)) = archive.objects.get(archived).cloned() else {
            return Err(ImportError::BadContent);
        };
        // `$top` names its one object `root`; older archivers used other names.
        let root = match archive.objects.get(tops) {
            Some(Object::Dict(both)) => archive.raw_field(tops, "root").or(both.halves().1.at(0)),
            _ => None,
        };
        archive.root = root.ok_or(ImportError::BadContent)?;
        archive.archived = items;
        Ok(archive)
    }

    /// The object that was archived.
    pub fn root(&self) -> Node<'_> {
        self.node(self.root)
    }

    /// The node at a file object; a reference is followed once, since an archive never refers to a reference.
    fn node(&self, index: usize) -> Node<'_> {
        let index = match self.objects.get(index) {
            Some(Object::Uid(uid)) => self.archived.at(*uid).unwrap_or(usize::MAX),
            _ => index,
        };
        Node { archive: self, index }
    }

    /// The value under a key of a plain dictionary.
    fn raw_field(&self, dict: usize, name: &str) -> Option<usize> {
        let Some(Object::Dict(both)) = self.objects.get(dict) else { return None };
        let (keys, values) = both.halves();
        let is_name = |key: usize| matches!(self.objects.get(key), Some(Object::Text(t)) if t == name);
        values.at(keys.iter().take(MAX_KEYS).position(is_name)?)
    }
}

impl<'n> Node<'n> {
    /// The value under `name`: an object's field or a dictionary's key.
    pub fn field(self, name: &str) -> Option<Self> {
        if let Some(value) = self.archive.raw_field(self.index, name) {
            return Some(self.archive.node(value));
        }
        let (keys, values) = (self.references("NS.keys")?, self.references("NS.objects")?);
        let is_name = |key| self.archive.node(key).text() == Some(name);
        values.at(keys.iter().take(MAX_KEYS).position(is_name)?).map(|value| self.archive.node(value))
    }

    /// The items of an array or a set; nothing for anything else.
    pub fn items(self) -> impl Iterator<Item = Self> {
        let items = match self.object() {
            Some(Object::Array(items)) => *items,
            _ => self.references("NS.objects").unwrap_or_default(),
        };
        items.iter().map(move |item| self.archive.node(item))
    }

    /// Text, also inside an `NSMutableString`.
    pub fn text(self) -> Option<&'n str> {
        match self.unwrapped("NS.string") {
            // The archiver's null.
            Some(Object::Text(text)) if text != "$null" => Some(text),
            _ => None,
        }
    }

    /// Bytes, also inside an `NSMutableData`.
    pub fn data(self) -> Option<&'n [u8]> {
        match self.unwrapped("NS.data") {
            Some(Object::Data(data)) => Some(data),
            _ => None,
        }
    }

    /// A whole number.
    pub fn integer(self) -> Option<i64> {
        match self.object() {
            Some(Object::Integer(n)) => Some(*n),
            _ => None,
        }
    }

    /// A number of either kind.
    pub fn real(self) -> Option<f64> {
        match self.object() {
            Some(Object::Real(n)) => Some(*n),
            Some(Object::Integer(n)) => Some(*n as f64),
            _ => None,
        }
    }

    fn object(self) -> Option<&'n Object<'n>> {
        self.archive.objects.get(self.index)
    }

    fn unwrapped(self, field: &str) -> Option<&'n Object<'n>> {
        match self.object() {
            Some(Object::Dict(_)) => {
                self.archive.raw_field(self.index, field).and_then(|i| self.archive.node(i).object())
            }
            object => object,
        }
    }

    fn references(self, name: &str) -> Option<References<'n>> {
        match self.archive.objects.get(self.archive.raw_field(self.index, name)?) {
            Some(Object::Array(items)) => Some(*items),
            _ => None,
        }
    }
}

/// Every object of the file, in the order of its offset table, and the number of the top one.
fn read_objects(bytes: &[u8]) -> Result<(Vec<Object<'_>>, usize), ImportError> {
    let trailer = bytes.len().checked_sub(32).filter(|_| bytes.starts_with(MAGIC));
    let trailer = trailer.ok_or(ImportError::BadContent)?;
    let offset_size = number(bytes, trailer + 6, 1)?;
    let reference_size = number(bytes, trailer + 7, 1)?;
    let count = number(bytes, trailer + 8, 8)?;
    let top = number(bytes, trailer + 16, 8)?;
    let table = number(bytes, trailer + 24, 8)?;
    if !(1..=8).contains(&offset_size) || !(1..=8).contains(&reference_size) || count > bytes.len() {
        return Err(ImportError::BadContent);
    }
    if count > MAX_OBJECTS {
        return Err(ImportError::TooLarge);
    }
    let mut objects = Vec::with_capacity(count);
    // Objects may not overlap, so what they hold together is never more than the file.
    let mut budget = bytes.len();
    let mut wide = MAX_WIDE;
    for index in 0..count {
        let entry = index.checked_mul(offset_size).and_then(|o| o.checked_add(table));
        let offset = number(bytes, entry.ok_or(ImportError::BadContent)?, offset_size)?;
        let object = read_object(bytes, offset, reference_size, &mut budget)?;
        if let Object::Text(Cow::Owned(text)) = &object {
            wide = wide.checked_sub(text.len()).ok_or(ImportError::TooLarge)?;
        }
        objects.push(object);
    }
    Ok((objects, top))
}

fn read_object<'a>(
    bytes: &'a [u8],
    at: usize,
    reference_size: usize,
    budget: &mut usize,
) -> Result<Object<'a>, ImportError> {
    let marker = number(bytes, at, 1)?;
    let (kind, low) = (marker >> 4, marker & 0x0f);
    // Numbers hold the exponent of their size in the marker; containers their length, or 15 and an integer.
    let (length, start) = match (kind, low) {
        (0x4..=0xf, 15) => {
            let size = 1usize << (number(bytes, at + 1, 1)? & 0x03);
            (number(bytes, at + 2, size)?, at + 2 + size)
        }
        _ => (low, at + 1),
    };
    let mut take = |count: usize| {
        *budget = budget.checked_sub(count).ok_or(ImportError::BadContent)?;
        let end = start.checked_add(count).ok_or(ImportError::BadContent)?;
        bytes.get(start..end).ok_or(ImportError::BadContent)
    };
    let mut references = |count: usize| {
        let part = take(count.checked_mul(reference_size).ok_or(ImportError::BadContent)?)?;
        Ok(References { bytes: part, size: reference_size })
    };
    Ok(match kind {
        // Sixteen bytes hold what does not fit eight; nothing that we read is that large.
        0x1 if low <= 4 => Object::Integer(signed(take(1 << low)?)),
        0x2 if low == 2 => Object::Real(f64::from(f32::from_bits(number(take(4)?, 0, 4)? as u32))),
        0x2 if low == 3 => Object::Real(f64::from_bits(wide(take(8)?))),
        0x4 => Object::Data(take(length)?),
        // ASCII: what is not even UTF-8 is no text.
        0x5 => std::str::from_utf8(take(length)?).map_or(Object::Other, |text| Object::Text(text.into())),
        0x6 => {
            let units = take(length.checked_mul(2).ok_or(ImportError::BadContent)?)?.as_chunks::<2>().0;
            if units.len() > MAX_TEXT {
                return Ok(Object::Other);
            }
            let units: Vec<u16> = units.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
            Object::Text(String::from_utf16_lossy(&units).into())
        }
        0x8 => Object::Uid(number(take(low + 1)?, 0, low + 1)?),
        0xa | 0xc => Object::Array(references(length)?),
        0xd => Object::Dict(references(length.checked_mul(2).ok_or(ImportError::BadContent)?)?),
        _ => Object::Other,
    })
}

/// `size` bytes as a big-endian number that fits `usize`.
fn number(bytes: &[u8], at: usize, size: usize) -> Result<usize, ImportError> {
    let end = at.checked_add(size).ok_or(ImportError::BadContent)?;
    let part = bytes.get(at..end).filter(|p| p.len() <= 8).ok_or(ImportError::BadContent)?;
    usize::try_from(wide(part)).map_err(|_| ImportError::BadContent)
}

fn wide(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |n, byte| n << 8 | u64::from(*byte))
}

/// One, two and four bytes are unsigned, eight are signed, of sixteen the lower eight count.
fn signed(bytes: &[u8]) -> i64 {
    wide(bytes) as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::read::testing::bplist::{Item, text, write};

    fn sample() -> Vec<u8> {
        let account = Item::Object(vec![
            ("secret", Item::Data(b"12345".to_vec())),
            ("label", Item::MutableText("Zoë 🔑".into())),
            ("digits", Item::Integer(8)),
            ("missing", text("$null")),
        ]);
        write(&Item::Dict(vec![
            ("Version", Item::Real(1.5)),
            ("Accounts", Item::Array(vec![account, text("a text of more than fifteen letters")])),
        ]))
    }

    #[test]
    fn reads_an_archive() {
        let bytes = sample();
        let archive = Archive::open(&bytes).unwrap();
        let root = archive.root();
        assert_eq!(root.field("Version").unwrap().real(), Some(1.5));
        assert!(root.field("Nothing").is_none());
        let accounts: Vec<Node<'_>> = root.field("Accounts").unwrap().items().collect();
        assert_eq!(accounts.len(), 2);
        assert_eq!(accounts[0].field("secret").unwrap().data(), Some(&b"12345"[..]));
        assert_eq!(accounts[0].field("label").unwrap().text(), Some("Zoë 🔑"));
        assert_eq!(accounts[0].field("digits").unwrap().integer(), Some(8));
        assert_eq!(accounts[0].field("missing").unwrap().text(), None);
        assert_eq!(accounts[1].text(), Some("a text of more than fifteen letters"));
        assert_eq!(accounts[1].items().count(), 0);
    }

    #[test]
    fn no_more_text_is_kept_than_any_backup_has() {
        let wide = |length: usize| text(&"\u{e9}".repeat(length));
        let file = |item: Item| write(&Item::Array(vec![item]));
        let (fits, long) = (file(wide(MAX_TEXT)), file(wide(MAX_TEXT + 1)));
        let first = |bytes: &[u8]| {
            let archive = Archive::open(bytes).unwrap();
            let item = archive.root().items().next().unwrap();
            item.text().map(str::len)
        };
        assert_eq!((first(&fits), first(&long)), (Some(2 * MAX_TEXT), None));
        let many = |times: usize| write(&Item::Array((0..times).map(|_| wide(MAX_TEXT)).collect()));
        let times = MAX_WIDE / MAX_TEXT / 2;
        assert!(Archive::open(&many(times)).is_ok());
        assert_eq!(Archive::open(&many(times + 1)).err(), Some(ImportError::TooLarge));
    }

    #[test]
    fn objects_that_hold_themselves_do_no_harm() {
        let mut bytes = sample();
        // Every reference of the file points at one and the same object.
        let end = bytes.len() - 32;
        for target in 0..20u8 {
            for at in MAGIC.len()..end {
                if bytes[at] == 0x81 {
                    bytes[at + 2] = target;
                }
            }
            if let Ok(archive) = Archive::open(&bytes) {
                let _ = archive.root().items().flat_map(Node::items).count();
            }
        }
    }

    #[test]
    fn damage_is_an_error_or_other_values_never_a_panic() {
        let bytes = sample();
        let read = |bytes: &[u8]| {
            if let Ok(archive) = Archive::open(bytes) {
                let root = archive.root();
                for name in ["Version", "Accounts"] {
                    let _ = root
                        .field(name)
                        .map(|n| (n.real(), n.integer(), n.text().is_some(), n.items().count()));
                }
            }
        };
        for end in 0..bytes.len() {
            assert!(Archive::open(&bytes[..end]).is_err(), "cut at {end}");
        }
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut damaged = bytes.clone();
                damaged[at] ^= 1 << bit;
                read(&damaged);
            }
            let mut damaged = bytes.clone();
            damaged[at] = 0xff;
            read(&damaged);
        }
    }
}
