//! XML as a stream of events, or as a small tree. No entity is ever expanded, nesting is bounded.

use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::attributes::{AttrError, Attribute};
use quick_xml::events::{BytesStart, Event};

use crate::import::ImportError;

/// KeePass groups nest; 100 levels is far beyond any real file.
const MAX_DEPTH: usize = 100;
/// Attributes of an element that are read; real ones have three.
const MAX_ATTRIBUTES: usize = 64;
/// Elements that a tree may have. Larger files are read as events.
const MAX_ELEMENTS: usize = 200_000;

/// One element: its attributes, the text directly in it, and the elements in it.
#[derive(Debug, Default)]
pub struct Element {
    /// The name, without a namespace prefix.
    pub name: String,
    /// Name and value, in file order.
    pub attributes: Vec<(String, String)>,
    /// All text directly inside, joined.
    pub text: String,
    /// The elements directly inside.
    pub children: Vec<Element>,
}

/// What [`walk`] reports.
#[derive(Debug)]
pub enum Step<'a> {
    /// An element begins.
    Open {
        /// Its name, without a namespace prefix.
        name: &'a str,
        /// Name and value, in file order.
        attributes: &'a [(String, String)],
    },
    /// An element ends; `text` is all text that stood directly inside it.
    Close {
        /// Its name.
        name: &'a str,
        /// The text, references resolved, not trimmed.
        text: String,
    },
}

/// Reads `text` and reports each element's begin and end. Nothing is kept but the open elements' text.
pub fn walk(
    text: &str,
    mut visit: impl FnMut(Step<'_>) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<(String, String)> = Vec::new();
    let mut seen = false;
    loop {
        match reader.read_event().map_err(|_| ImportError::BadContent)? {
            Event::Start(start) => {
                if open.len() >= MAX_DEPTH || (seen && open.is_empty()) {
                    return Err(ImportError::BadContent);
                }
                seen = true;
                let name = local_name(&start);
                visit(Step::Open { name: &name, attributes: &attributes(&start)? })?;
                open.push((name, String::new()));
            }
            Event::Empty(start) => {
                if seen && open.is_empty() {
                    return Err(ImportError::BadContent);
                }
                seen = true;
                let name = local_name(&start);
                visit(Step::Open { name: &name, attributes: &attributes(&start)? })?;
                visit(Step::Close { name: &name, text: String::new() })?;
            }
            Event::End(_) => {
                let (name, text) = open.pop().ok_or(ImportError::BadContent)?;
                visit(Step::Close { name: &name, text })?;
            }
            Event::Text(part) => add(&mut open, &part.xml10_content()),
            Event::CData(part) => add(&mut open, &part.xml10_content()),
            Event::GeneralRef(reference) => {
                let resolved = match reference.resolve_char_ref() {
                    Ok(Some(c)) => Some(c),
                    Ok(None) => predefined(&reference),
                    Err(_) => None,
                };
                add(&mut open, resolved.ok_or(ImportError::BadContent)?.encode_utf8(&mut [0; 4]));
            }
            // Internal entities live here: nothing that we read needs one.
            Event::DocType(_) => return Err(ImportError::BadContent),
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
    if seen && open.is_empty() { Ok(()) } else { Err(ImportError::BadContent) }
}

/// Reads a whole document into a tree and gives its root.
pub fn parse(text: &str) -> Result<Element, ImportError> {
    let mut open: Vec<Element> = Vec::new();
    let (mut root, mut count) = (None, 0);
    walk(text, |step| {
        match step {
            Step::Open { name, attributes } => {
                count += 1;
                if count > MAX_ELEMENTS {
                    return Err(ImportError::TooLarge);
                }
                let (name, attributes) = (name.to_owned(), attributes.to_vec());
                open.push(Element { name, attributes, ..Element::default() });
            }
            Step::Close { text, .. } => {
                let Some(mut done) = open.pop() else { return Err(ImportError::BadContent) };
                done.text = text;
                match open.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => root = Some(done),
                }
            }
        }
        Ok(())
    })?;
    root.ok_or(ImportError::BadContent)
}

impl Element {
    /// The first child of that name.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|c| c.name == name)
    }

    /// The text of the first child of that name; empty when there is none.
    pub fn child_text(&self, name: &str) -> &str {
        self.child(name).map_or("", |c| &c.text)
    }

    /// An attribute's value; empty when there is none.
    pub fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }
}

fn add(open: &mut [(String, String)], part: &str) {
    if let Some((_, text)) = open.last_mut() {
        text.push_str(part);
    }
}

fn local_name(start: &BytesStart<'_>) -> String {
    start.local_name().into_inner().to_owned()
}

/// Unchecked for doubles: the check takes time in the square of their number.
fn attributes(start: &BytesStart<'_>) -> Result<Vec<(String, String)>, ImportError> {
    let one = |a: Result<Attribute<'_>, AttrError>| {
        let a = a.map_err(|_| ImportError::BadContent)?;
        let value = unescape(&a.value).map_err(|_| ImportError::BadContent)?.into_owned();
        Ok((a.key.local_name().into_inner().to_owned(), value))
    };
    start.attributes().with_checks(false).take(MAX_ATTRIBUTES).map(one).collect()
}

fn predefined(name: &str) -> Option<char> {
    resolve_predefined_entity(name)?.chars().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_has_names_attributes_and_resolved_text() {
        let root =
            parse("<?xml version='1.0'?><a:m k='1 &amp; 2'>x &lt;&#65;<b>in</b> <![CDATA[<y>]]><c/></a:m>");
        let root = root.unwrap();
        assert_eq!((root.name.as_str(), root.attribute("k"), root.text.as_str()), ("m", "1 & 2", "x <A <y>"));
        assert_eq!((root.child_text("b"), root.child_text("c"), root.child_text("d")), ("in", "", ""));
    }

    #[test]
    fn entities_depth_and_size_are_refused() {
        let bomb = "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>";
        for bad in [bomb, "<x>&a;</x>", "<x>", "<x></y>", "<x/><y/>", "x", "", "<x a=1/>"] {
            assert_eq!(parse(bad).err(), Some(ImportError::BadContent), "{bad}");
        }
        let deep = "<x>".repeat(MAX_DEPTH + 1);
        assert_eq!(parse(&deep).err(), Some(ImportError::BadContent));
        let wide = format!("<x>{}</x>", "<y/>".repeat(MAX_ELEMENTS));
        assert_eq!(parse(&wide).err(), Some(ImportError::TooLarge));
    }
}
