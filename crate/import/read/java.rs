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

/// Keys and values.
pub type Pairs = Vec<(Rc<str>, Rc<str>)>;

/// The pairs of a serialised `HashMap<String, String>`, in stream order. A null counts as empty text.
pub fn read_string_map(bytes: &[u8]) -> Result<Pairs, ImportError> {
    let mut stream = Stream { bytes, at: 0, objects: Vec::new() };
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
                return object.ok_or(ImportError::BadContent);
            }
            _ => return Err(ImportError::BadContent),
        };
        let text: Rc<str> = decode_modified_utf8(self.take(length)?).into();
        self.objects.push(Some(text.clone()));
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
