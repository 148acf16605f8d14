//! [`Outline`]: the top of a JSON text, enough to tell whose file it is, without building the rest.

use core::cell::Cell;
use core::fmt;

use super::read::json::without_halves;
use super::text;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// What deeper values are told apart by lies within this many steps (`items[].fields[].type`).
const DEPTH: u8 = 6;
/// Members of one object that are looked at. Some files have one member for each account.
const MEMBERS: usize = 64;
/// Elements of one array that are looked at: the first accounts may be without what others have.
const ELEMENTS: usize = 16;
/// Values that are looked at in all: a file of nothing but small objects makes no large outline.
const VALUES: usize = 100_000;
/// Characters of a text that are kept: app names and versions, never a whole secret file.
const TEXT: usize = 32;

/// The top of a JSON text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outline {
    /// The beginning of a text.
    Text(String),
    /// An array's first elements.
    List(Vec<Outline>),
    /// An object's first members.
    Map(Vec<(String, Outline)>),
    /// A whole number.
    Number(u64),
    /// `true` or `false`.
    Flag(bool),
    /// Null, another number, or too deep.
    Other,
}

impl Outline {
    /// The outline of a file; `None` when it is no JSON text from beginning to end.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        Self::of_text(&text::decode(bytes)?)
    }

    /// The outline of a text.
    pub(super) fn of_text(text: &str) -> Option<Self> {
        if !text.trim_start().starts_with(['{', '[']) {
            return None;
        }
        Self::build(text).or_else(|| Self::build(&without_halves(text)?))
    }

    fn build(text: &str) -> Option<Self> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let left = Cell::new(VALUES);
        let outline = Depth(DEPTH, &left).deserialize(&mut reader).ok()?;
        reader.end().ok()?;
        Some(outline)
    }

    /// The member of that name.
    pub(super) fn at(&self, key: &str) -> &Self {
        match self {
            Self::Map(members) => {
                members.iter().find(|(name, _)| name == key).map_or(&Self::Other, |(_, value)| value)
            }
            _ => &Self::Other,
        }
    }

    /// Whether there is a member of that name.
    pub(super) fn has(&self, key: &str) -> bool {
        matches!(self, Self::Map(members) if members.iter().any(|(name, _)| name == key))
    }

    /// The first element.
    pub(super) fn first(&self) -> &Self {
        match self {
            Self::List(items) => items.first().unwrap_or(&Self::Other),
            _ => &Self::Other,
        }
    }

    /// The elements that were looked at; none when it is no array.
    pub(super) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The members; none when it is no object.
    pub(super) fn members(&self) -> &[(String, Self)] {
        match self {
            Self::Map(members) => members,
            _ => &[],
        }
    }

    /// The text; empty when it is none.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            _ => "",
        }
    }

    /// Whether it is an array.
    pub(super) fn is_list(&self) -> bool {
        matches!(self, Self::List(_))
    }

    /// Whether it is an object.
    pub(super) fn is_map(&self) -> bool {
        matches!(self, Self::Map(_))
    }

    /// Whether it is `true` or `false`.
    pub(super) fn is_flag(&self) -> bool {
        matches!(self, Self::Flag(_))
    }

    /// Whether it is a text.
    pub(super) fn is_text(&self) -> bool {
        matches!(self, Self::Text(_))
    }
}

/// How many more levels are kept, and how many more values.
#[derive(Clone, Copy)]
struct Depth<'l>(u8, &'l Cell<usize>);

impl Depth<'_> {
    /// One level down.
    fn down(self) -> Self {
        Self(self.0 - 1, self.1)
    }

    fn take(self) -> bool {
        let left = self.1.get();
        self.1.set(left.saturating_sub(1));
        left > 0
    }
}

impl<'de> DeserializeSeed<'de> for Depth<'_> {
    type Value = Outline;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Outline, D::Error> {
        match self.0 {
            0 => IgnoredAny::deserialize(deserializer).map(|_| Outline::Other),
            _ => deserializer.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for Depth<'_> {
    type Value = Outline;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Outline, E> {
        Ok(Outline::Flag(flag))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Outline, E> {
        Ok(Outline::Other)
    }

    fn visit_u64<E>(self, number: u64) -> Result<Outline, E> {
        Ok(Outline::Number(number))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Outline, E> {
        Ok(Outline::Other)
    }

    fn visit_str<E>(self, text: &str) -> Result<Outline, E> {
        Ok(Outline::Text(text.chars().take(TEXT).collect()))
    }

    fn visit_unit<E>(self) -> Result<Outline, E> {
        Ok(Outline::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Outline, A::Error> {
        let mut list = Vec::new();
        loop {
            if list.len() < ELEMENTS && self.take() {
                let Some(item) = items.next_element_seed(self.down())? else { break };
                list.push(item);
            } else if items.next_element::<IgnoredAny>()?.is_none() {
                break;
            }
        }
        Ok(Outline::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut items: A) -> Result<Outline, A::Error> {
        let mut members = Vec::new();
        loop {
            if members.len() < MEMBERS && self.take() {
                let Some(name) = items.next_key::<String>()? else { break };
                members.push((name, items.next_value_seed(self.down())?));
            } else if items.next_entry::<IgnoredAny, IgnoredAny>()?.is_none() {
                break;
            }
        }
        Ok(Outline::Map(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_the_top_and_nothing_else() {
        let json = br#" {"app":"2fauth_v4","data":[{"secret":"x"},{"y":1}],"n":3,"deep":{"a":{"b":{"c":{"d":{"e":{}}}}}},"f":true}"#;
        let outline = Outline::of(json).unwrap();
        assert_eq!(outline.at("app").text(), "2fauth_v4");
        assert!(outline.at("data").is_list() && outline.at("data").first().has("secret"));
        assert_eq!(outline.at("n"), &Outline::Number(3));
        assert_eq!(outline.at("deep").at("a").at("b").at("c").at("d").at("e"), &Outline::Other);
        assert!(!outline.has("none") && outline.at("none").first().at("x").members().is_empty());
    }

    #[test]
    fn half_a_file_has_none() {
        for bytes in [&b"{\"a\":1"[..], b"", b"[1]x", b"hello", b"\"text\"", b"\xff\xfe\x00"] {
            assert_eq!(Outline::of(bytes), None);
        }
        assert_eq!(Outline::of("[".repeat(100_000).as_bytes()), None);
    }

    #[test]
    fn members_elements_and_all_together_are_bounded() {
        let many: Vec<_> = (0..1000).map(|n| format!("\"{n}\":0")).collect();
        let outline = Outline::of(format!("{{{}}}", many.join(",")).as_bytes()).unwrap();
        assert_eq!(outline.members().len(), MEMBERS);
        let lists = Outline::of(format!("[{}0]", "[1],".repeat(100)).as_bytes()).unwrap();
        assert_eq!((lists.items().len(), lists.items()[15].items().len()), (ELEMENTS, 1));
        let wide = format!("[{}0]", "0,".repeat(20));
        let deep = (0..4).fold(wide, |inner, _| format!("[{}0]", format!("{inner},").repeat(20)));
        let outline = Outline::of(deep.as_bytes()).unwrap();
        fn count(outline: &Outline) -> usize {
            1 + outline.items().iter().map(count).sum::<usize>()
        }
        assert!(count(&outline) <= VALUES + 1, "{}", count(&outline));
    }
}
