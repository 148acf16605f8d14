//! Typed access to JSON that another app wrote. [`Value`] is a third of serde_json's in memory, and its whole size is
//! counted while it is built: a file of many small things is refused before it takes more than its share.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::rc::Rc;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

use crate::import::ImportError;
use crate::import::text::of_file;

/// What a file's values may take in memory beside its text, which has at most 20 MB. 10,000 accounts of any app take
/// less than half of it.
const MAX_BYTES: usize = 40 << 20;
/// What an allocator adds to each piece of memory.
const PIECE: usize = 16;
/// Names that are kept once for all objects; a file with more different ones has names that are data.
const MAX_SHARED: usize = 4096;
/// Members up to which an object is searched from end to end for a name that comes twice.
const FEW: usize = 32;

/// A JSON value.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// Null.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    String(Box<str>),
    /// An array.
    Array(Vec<Value>),
    /// An object.
    Object(Members),
}

/// An object's members in file order. Of two with one name the last counts, in the first one's place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Members(Box<[(Rc<str>, Value)]>);

impl Members {
    /// The member of that name.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(name, _)| &**name == key).map(|(_, value)| value)
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }

    /// The names.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| &**name)
    }

    /// The values.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.0.iter().map(|(_, value)| value)
    }
}

impl Value {
    /// The text.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The elements.
    pub fn as_array(&self) -> Option<&Vec<Self>> {
        if let Self::Array(list) = self { Some(list) } else { None }
    }

    /// The members.
    pub fn as_object(&self) -> Option<&Members> {
        if let Self::Object(members) = self { Some(members) } else { None }
    }

    /// A whole number from 0.
    pub fn as_u64(&self) -> Option<u64> {
        if let Self::Number(number) = self { number.as_u64() } else { None }
    }

    /// A whole number.
    pub fn as_i64(&self) -> Option<i64> {
        if let Self::Number(number) = self { number.as_i64() } else { None }
    }

    /// A text as it is, a number in digits; empty for everything else.
    pub fn to_plain(&self) -> String {
        match self {
            Self::String(text) => text.to_string(),
            Self::Number(number) => number.to_string(),
            _ => String::new(),
        }
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        *self == Self::Null
    }

    /// Whether it is an array.
    pub fn is_array(&self) -> bool {
        self.as_array().is_some()
    }

    /// Whether it is an object.
    pub fn is_object(&self) -> bool {
        self.as_object().is_some()
    }

    /// Whether it is a text.
    pub fn is_string(&self) -> bool {
        self.as_str().is_some()
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.into())
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(number.into())
    }
}

/// Reads one JSON value. Nesting is bounded by the parser (128).
pub fn parse(text: &str) -> Result<Value, ImportError> {
    match build(text) {
        Err(ImportError::BadContent) => {
            without_halves(text).map_or(Err(ImportError::BadContent), |t| build(&t))
        }
        built => built,
    }
}

/// The text with a replacement character for each half of a character beyond the first 65,536 that stands alone as an
/// escape, `None` where none does. JavaScript writes one where a text was cut within an emoji, and the parser refuses it.
pub fn without_halves(text: &str) -> Option<String> {
    let unit = |at: usize| u16::from_str_radix(text.get(at..at + 6)?.strip_prefix("\\u")?, 16).ok();
    let mut out = String::new();
    let (mut done, mut next) = (0, 0);
    for (at, _) in text.match_indices('\\') {
        // What is escaped itself.
        if at < next {
            continue;
        }
        next = at + 2;
        match (unit(at), unit(at + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => next = at + 12,
            (Some(0xd800..=0xdfff), _) => {
                out.push_str(text.get(done..at)?);
                out.push('\u{fffd}');
                (done, next) = (at + 6, at + 6);
            }
            _ => {}
        }
    }
    (done > 0).then(|| out + text.get(done..).unwrap_or_default())
}

fn build(text: &str) -> Result<Value, ImportError> {
    let builder = Builder { left: Cell::new(MAX_BYTES), full: Cell::new(false), names: RefCell::default() };
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = builder.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    value.map_err(|_| if builder.full.get() { ImportError::TooLarge } else { ImportError::BadContent })
}

/// The value of a file that is known to be JSON.
pub fn of(bytes: &[u8]) -> Result<Value, ImportError> {
    parse(&of_file(bytes).ok_or(ImportError::BadContent)?)
}

/// Builds a value and keeps count of its memory.
struct Builder {
    /// Bytes that may still be taken.
    left: Cell<usize>,
    /// There were not enough.
    full: Cell<bool>,
    names: RefCell<HashSet<Rc<str>>>,
}

impl Builder {
    fn take<E: Error>(&self, bytes: usize) -> Result<(), E> {
        match self.left.get().checked_sub(bytes) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => {
                self.full.set(true);
                Err(E::custom("too large"))
            }
        }
    }

    fn give_back(&self, bytes: usize) {
        self.left.set(self.left.get() + bytes);
    }

    /// Adds an element. While a list grows its old and its new memory are there together: both are counted.
    fn push<T, E: Error>(&self, list: &mut Vec<T>, item: T) -> Result<(), E> {
        if list.len() == list.capacity() {
            let (old, new) = (list.capacity(), (list.capacity() * 3 / 2).max(4));
            self.take(new * size_of::<T>() + PIECE)?;
            list.reserve_exact(new - old);
            if old > 0 {
                self.give_back(old * size_of::<T>() + PIECE);
            }
        }
        list.push(item);
        Ok(())
    }

    /// Gives back the room that a finished list does not need.
    fn close<T>(&self, list: &mut Vec<T>) {
        let spare = list.capacity() - list.len();
        list.shrink_to_fit();
        self.give_back(spare * size_of::<T>());
    }

    fn name<E: Error>(&self, name: &str) -> Result<Rc<str>, E> {
        let mut names = self.names.borrow_mut();
        if let Some(known) = names.get(name) {
            return Ok(known.clone());
        }
        // Two counts, the text, and a place in the set.
        self.take(name.len() + 4 * PIECE)?;
        let name: Rc<str> = name.into();
        if names.len() < MAX_SHARED {
            names.insert(name.clone());
        }
        Ok(name)
    }

    fn text<E: Error>(&self, text: &str) -> Result<Value, E> {
        self.take(text.len() + PIECE)?;
        Ok(Value::String(text.into()))
    }
}

impl<'de> DeserializeSeed<'de> for &Builder {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &Builder {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        self.text(text)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            self.push(&mut list, item)?;
        }
        self.close(&mut list);
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut members: Vec<(Rc<str>, Value)> = Vec::new();
        // The places of the names, once there are many: a search from end to end for each would take for ever.
        let mut places: HashMap<Rc<str>, usize> = HashMap::new();
        let mut room = 0;
        while let Some(name) = items.next_key_seed(Name(self))? {
            let value = items.next_value_seed(self)?;
            if places.is_empty() && members.len() == FEW {
                places.extend(members.iter().enumerate().map(|(at, (name, _))| (name.clone(), at)));
            }
            let known = if places.is_empty() {
                members.iter().position(|(other, _)| *other == name)
            } else {
                places.get(&name).copied()
            };
            if let Some(at) = known {
                members[at].1 = value;
                continue;
            }
            if !places.is_empty() {
                if places.len() == places.capacity() {
                    // It doubles, and its old half is there until all is moved.
                    let more = places.len() * 3 * (size_of::<(Rc<str>, usize)>() + 2);
                    self.take(more)?;
                    room += more;
                }
                places.insert(name.clone(), members.len());
            }
            self.push(&mut members, (name, value))?;
        }
        drop(places);
        self.give_back(room);
        self.close(&mut members);
        Ok(Value::Object(Members(members.into_boxed_slice())))
    }
}

/// The name of a member.
struct Name<'b>(&'b Builder);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Rc<str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Rc<str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Rc<str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Rc<str>, E> {
        self.0.name(name)
    }
}

/// Reading fields that may be missing, null, or of another type than promised.
pub trait Fields {
    /// The field; JSON null where it is missing.
    fn field(&self, key: &str) -> &Value;
    /// Whether the field is there and not null.
    fn has(&self, key: &str) -> bool;
    /// The text of a field; empty for everything that is no string.
    fn text(&self, key: &str) -> &str;
    /// A whole number, written as a number or as a string of digits; `None` for everything else.
    fn number(&self, key: &str) -> Option<u64>;
    /// True for `true`, `"true"`, `1` and `"1"`.
    fn flag(&self, key: &str) -> bool;
    /// The elements of an array; none for everything else.
    fn list(&self, key: &str) -> &[Value];
    /// The members of an object in file order; none for everything else.
    fn members(&self, key: &str) -> impl Iterator<Item = (&str, &Value)>;
}

impl Fields for Value {
    fn field(&self, key: &str) -> &Value {
        self.as_object().and_then(|members| members.get(key)).unwrap_or(&Value::Null)
    }

    fn has(&self, key: &str) -> bool {
        !self.field(key).is_null()
    }

    fn text(&self, key: &str) -> &str {
        self.field(key).as_str().unwrap_or_default()
    }

    fn number(&self, key: &str) -> Option<u64> {
        match self.field(key) {
            Value::String(digits) => digits.trim().parse().ok(),
            Value::Number(n) => n.as_u64().or_else(|| n.as_f64().and_then(whole)),
            _ => None,
        }
    }

    fn flag(&self, key: &str) -> bool {
        match self.field(key) {
            Value::Bool(flag) => *flag,
            Value::String(word) => word.eq_ignore_ascii_case("true") || &**word == "1",
            Value::Number(n) => n.as_u64() == Some(1),
            _ => false,
        }
    }

    fn list(&self, key: &str) -> &[Value] {
        self.field(key).as_array().map_or(&[], Vec::as_slice)
    }

    fn members(&self, key: &str) -> impl Iterator<Item = (&str, &Value)> {
        self.field(key).as_object().into_iter().flat_map(Members::iter)
    }
}

/// `30.0` is 30; a float holds whole numbers exactly up to 2^53.
fn whole(n: f64) -> Option<u64> {
    (n.fract() == 0.0 && (0.0..9_007_199_254_740_992.0).contains(&n)).then_some(n as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    impl From<serde_json::Value> for Value {
        fn from(value: serde_json::Value) -> Self {
            use serde_json::Value as V;
            match value {
                V::Null => Self::Null,
                V::Bool(flag) => Self::Bool(flag),
                V::Number(number) => Self::Number(number),
                V::String(text) => Self::String(text.into()),
                V::Array(list) => Self::Array(list.into_iter().map(Self::from).collect()),
                V::Object(members) => Self::Object(Members(
                    members.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
                )),
            }
        }
    }

    #[test]
    fn fields_of_any_type_are_read_without_surprise() {
        let v =
            parse(r#"{"a":"x","n":"30","f":30.0,"neg":-1,"t":"TRUE","l":[1],"z":null,"o":{"k":1}}"#).unwrap();
        assert_eq!((v.text("a"), v.text("n"), v.text("l"), v.text("none")), ("x", "30", "", ""));
        assert_eq!(
            (v.number("n"), v.number("f"), v.number("neg"), v.number("a")),
            (Some(30), Some(30), None, None)
        );
        assert!(v.flag("t") && !v.flag("z") && !v.has("z") && v.has("a"));
        assert_eq!((v.list("l").len(), v.list("a").len(), v.members("o").count()), (1, 0, 1));
        assert!(Value::Null.field("x").is_null());
    }

    #[test]
    fn it_is_what_serde_json_reads() {
        for text in [
            "null",
            "[]",
            "{}",
            "[1,-1,1.5,1e3,true,false,null,\"\\u00e9\\n\"]",
            r#"{"a":{"b":[{"c":"d"},[[]]]},"e":""}"#,
            "1",
            "\"x\"",
            "18446744073709551615",
            "123456789012345678901234567890",
            r#"{"a":1,"b":2,"a":3}"#,
        ] {
            let ours = parse(text).unwrap();
            assert_eq!(ours, Value::from(serde_json::from_str::<serde_json::Value>(text).unwrap()), "{text}");
        }
        for bad in ["", "{", "[1,]", "{\"a\"}", "[1] x", "nul", "\"\u{1}\"", "01"] {
            assert_eq!(parse(bad), Err(ImportError::BadContent), "{bad}");
        }
        let twice: String = (0..100).map(|n| format!("\"k{}\":{n},", n % 50)).collect();
        let value = parse(&format!("{{{twice}\"end\":0}}")).unwrap();
        let members = value.as_object().unwrap();
        assert_eq!(
            (members.keys().count(), value.number("k0"), value.number("k49")),
            (51, Some(50), Some(99))
        );
    }

    #[test]
    fn halves_of_characters_are_replaced() {
        let text = |text: &str| parse(text).map(|value| value.as_str().unwrap_or("none").to_owned());
        for (json, want) in [
            (r#""cut \ud83d""#, "cut \u{fffd}"),
            (r#""\ude00\ud83d\uD83D\uDE00\ud83dx""#, "\u{fffd}\u{fffd}\u{1f600}\u{fffd}x"),
            (r#""\\ud83d \\\ud83d""#, "\\ud83d \\\u{fffd}"),
            (r#""é\ud83dé\u00e9""#, "é\u{fffd}éé"),
        ] {
            assert_eq!(text(json).as_deref(), Ok(want), "{json}");
        }
        for bad in [r#""\ud83d"#, r#""\ud83""#, r#"\ud83d"#, r#""\ud83d\x""#] {
            assert_eq!(text(bad), Err(ImportError::BadContent), "{bad}");
        }
        assert_eq!(without_halves(r#""\ud83d\ude00""#), None);
    }

    #[test]
    fn depth_and_size_are_bounded() {
        assert_eq!(parse(&"[".repeat(200)), Err(ImportError::BadContent));
        for piece in ["0,", "[],", "{},", "\"\",", "[[[]]],"] {
            assert_eq!(
                parse(&format!("[{}0]", piece.repeat(4 << 20))),
                Err(ImportError::TooLarge),
                "{piece}"
            );
        }
        let names: String = (0..700_000).map(|n| format!("\"{n}\":0,")).collect();
        assert_eq!(parse(&format!("{{{names}\"end\":0}}")), Err(ImportError::TooLarge));
        assert_eq!(parse("{"), Err(ImportError::BadContent));
        assert_eq!(size_of::<Value>(), 24);
    }
}
