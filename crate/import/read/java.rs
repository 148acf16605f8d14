//! The one shape of Java object serialisation that an authenticator writes: a `HashMap<String, String>`.
//! Layout: "Java Object Serialization Specification", chapter 6.

use std::rc::Rc;

use crate::import::ImportError;

/// Magic and version of every Java object stream.
pub const MAGIC: [u8; 4] = [0xac, 0xed, 0x00, 0x05];

const TC_NULL: u8 = 0x70;
const TC_REFERENCE: u8 = 0x71;
const TC_CLASSDESC: u8 = 0x72;
const TC_OBJECT: u8 = 0x73;
const TC_STRING: u8 = 0x74;
const TC_BLOCKDATA: u8 = 0x77;
const TC_ENDBLOCKDATA: u8 = 0x78;
const TC_LONGSTRING: u8 = 0x7c;
/// The number of the first object in a stream.
const BASE_HANDLE: u32 = 0x7e_0000;

/// The longest text that is read. The longest known one has 900 bytes.
const MAX_TEXT: usize = 1 << 20;
/// All texts together, one that is referred to each time: 10,000 accounts have ten megabytes.
const MAX_TEXTS: usize = 16 << 20;
/// Two for each of 10,000 accounts, the master key, and as many again.
const MAX_PAIRS: u32 = 50_000;

/// Keys and values.
pub type Pairs = Vec<(Rc<str>, Rc<str>)>;

/// The pairs of a serialised `HashMap<String, String>`, in stream order. A null counts as empty text.
pub fn read_string_map(bytes: &[u8]) -> Result<Pairs, ImportError> {
    let mut stream = Stream { bytes, at: 0, objects: Vec::new(), room: MAX_TEXTS };
    stream.expect(&MAGIC)?;
    stream.expect(&[TC_OBJECT, TC_CLASSDESC])?;
    let name = stream.short()?;
    stream.expect(name_of_map(name)?)?;
    // The version id of the class. What follows depends on the fields, not on it.
    stream.take(8)?;
    stream.objects.push(None);
    // Flags: serialisable, with a writeObject method of its own.
    stream.take(1)?;
    let mut field_bytes = 0;
    for _ in 0..stream.short()? {
        let kind = stream.take(1)?;
        // Android 6 has `float loadFactor` alone, others `int threshold` too.
        field_bytes += match kind {
            b"F" | b"I" => 4,
            _ => return Err(ImportError::BadContent),
        };
        let length = stream.short()?;
        stream.take(length)?;
    }
    stream.expect(&[TC_ENDBLOCKDATA, TC_NULL])?;
    stream.objects.push(None);
    stream.take(field_bytes)?;
    // Capacity and size.
    stream.expect(&[TC_BLOCKDATA, 8])?;
    stream.long_word()?;
    let size = stream.long_word()?;
    if size > MAX_PAIRS {
        return Err(ImportError::TooLarge);
    }
    let mut pairs = Vec::new();
    for _ in 0..size {
        pairs.push((stream.string()?, stream.string()?));
    }
    stream.expect(&[TC_ENDBLOCKDATA])?;
    Ok(pairs)
}

/// `java.util.HashMap`, when the name is as long.
fn name_of_map(length: usize) -> Result<&'static [u8], ImportError> {
    let name = b"java.util.HashMap";
    if length == name.len() { Ok(name) } else { Err(ImportError::BadContent) }
}

struct Stream<'b> {
    bytes: &'b [u8],
    at: usize,
    /// What has a number, in order; only strings can be referred to.
    objects: Vec<Option<Rc<str>>>,
    /// So much text may follow.
    room: usize,
}

impl<'b> Stream<'b> {
    fn take(&mut self, count: usize) -> Result<&'b [u8], ImportError> {
        let end = self.at.checked_add(count).ok_or(ImportError::BadContent)?;
        let part = self.bytes.get(self.at..end).ok_or(ImportError::BadContent)?;
        self.at = end;
        Ok(part)
    }

    fn expect(&mut self, wanted: &[u8]) -> Result<(), ImportError> {
        if self.take(wanted.len())? == wanted { Ok(()) } else { Err(ImportError::BadContent) }
    }

    fn unsigned(&mut self, size: usize) -> Result<u64, ImportError> {
        Ok(self.take(size)?.iter().fold(0, |n, byte| n << 8 | u64::from(*byte)))
    }

    fn short(&mut self) -> Result<usize, ImportError> {
        Ok(self.unsigned(2)? as usize)
    }

    fn long_word(&mut self) -> Result<u32, ImportError> {
        Ok(self.unsigned(4)? as u32)
    }

    fn string(&mut self) -> Result<Rc<str>, ImportError> {
        let length = match self.take(1)? {
            [TC_STRING] => self.short()?,
            [TC_LONGSTRING] => usize::try_from(self.unsigned(8)?).map_err(|_| ImportError::BadContent)?,
            [TC_NULL] => return Ok("".into()),
            [TC_REFERENCE] => {
                let handle = self.long_word()?.checked_sub(BASE_HANDLE).ok_or(ImportError::BadContent)?;
                let object = self.objects.get(handle as usize).cloned().flatten();
                let text = object.ok_or(ImportError::BadContent)?;
                return self.count(text);
            }
            _ => return Err(ImportError::BadContent),
        };
        let bytes = self.take(length)?;
        if bytes.len() > MAX_TEXT {
            return Err(ImportError::TooLarge);
        }
        let text: Rc<str> = decode_modified_utf8(bytes).into();
        self.objects.push(Some(text.clone()));
        self.count(text)
    }

    fn count(&mut self, text: Rc<str>) -> Result<Rc<str>, ImportError> {
        self.room = self.room.checked_sub(text.len()).ok_or(ImportError::TooLarge)?;
        Ok(text)
    }
}

/// UTF-16 units in one to three bytes each: NUL takes two bytes, a pair of surrogates six.
fn decode_modified_utf8(bytes: &[u8]) -> String {
    let mut units = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter().copied().map(u16::from);
    while let Some(first) = rest.next() {
        let mut next = || rest.next().unwrap_or(0) & 0x3f;
        units.push(match first {
            0xc0..=0xdf => (first & 0x1f) << 6 | next(),
            0xe0..=0xef => (first & 0x0f) << 12 | next() << 6 | next(),
            _ => first,
        });
    }
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::read::testing::java::write;

    fn sample() -> Vec<(String, String)> {
        let long = "x".repeat(70_000);
        [("a", "1"), ("Zoë \0 🔑", ""), ("long", long.as_str())].map(|(k, v)| (k.into(), v.into())).into()
    }

    #[test]
    fn reads_the_map_of_every_android() {
        for old in [true, false] {
            let pairs = read_string_map(&write(&sample(), old)).unwrap();
            let pairs: Vec<(String, String)> =
                pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
            assert_eq!(pairs, sample());
        }
    }

    #[test]
    fn follows_references_to_earlier_texts() {
        let mut bytes = write(&[("a".into(), "b".into()), ("c".into(), String::new())], false);
        let end = bytes.len();
        // The last empty text (74 00 00) and the end mark give way to a reference to "a", the third object.
        bytes.truncate(end - 4);
        bytes.extend([0x71, 0x00, 0x7e, 0x00, 0x02, 0x78]);
        let pairs = read_string_map(&bytes).unwrap();
        assert_eq!(*pairs[1].1, *"a");
    }

    #[test]
    fn no_more_text_is_read_than_any_backup_has() {
        let file = |length: usize, times: usize| {
            let pairs: Vec<_> = (0..times).map(|n| (n.to_string(), "x".repeat(length))).collect();
            read_string_map(&write(&pairs, false)).map(|pairs| pairs.len())
        };
        assert_eq!(file(MAX_TEXT, 15), Ok(15));
        assert_eq!(file(MAX_TEXT + 1, 1), Err(ImportError::TooLarge));
        assert_eq!(file(MAX_TEXT, 16), Err(ImportError::TooLarge));
        assert_eq!(file(0, MAX_PAIRS as usize + 1), Err(ImportError::TooLarge));
        // One text, twenty times.
        let mut bytes = write(&[("a".into(), "x".repeat(MAX_TEXT))], false);
        bytes.pop();
        for _ in 0..19 {
            // No key, and the fourth object.
            bytes.extend([0x70, 0x71, 0x00, 0x7e, 0x00, 0x03]);
        }
        bytes.push(0x78);
        let size = bytes.windows(6).position(|bytes| bytes == b"\0\0\0\x01\x74\0").unwrap();
        bytes[size + 3] = 20;
        assert_eq!(read_string_map(&bytes).err(), Some(ImportError::TooLarge));
        // Within it, the rest is no end.
        bytes[size + 3] = 15;
        assert_eq!(read_string_map(&bytes).err(), Some(ImportError::BadContent));
    }

    #[test]
    fn damage_is_an_error_or_other_values_never_a_panic() {
        let bytes = write(&sample()[..2], false);
        assert!(read_string_map(&bytes).is_ok());
        for end in 0..bytes.len() {
            assert!(read_string_map(&bytes[..end]).is_err(), "cut at {end}");
        }
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut damaged = bytes.clone();
                damaged[at] ^= 1 << bit;
                let _ = read_string_map(&damaged);
            }
        }
    }
}
