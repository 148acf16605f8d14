//! Android's preferences: `<map>` with one element for each setting, copied out of an app's private folder.

use crate::import::{ImportError, text};

use super::xml::{self, Step};

/// Settings of one file. Those that hold accounts have one for each, or all in one.
const MAX_STRINGS: usize = 50_000;

/// The texts of a preferences file, name and value, in file order; `None` when it is no such file.
pub fn strings(bytes: &[u8]) -> Option<Result<Vec<(String, String)>, ImportError>> {
    let text = text::of_file(bytes)?;
    let text = text.trim_start();
    (text.starts_with('<') && text.contains("<map")).then(|| read(text))
}

/// Whether there is a text whose name ends with `ending`.
pub fn has(bytes: &[u8], ending: &str) -> bool {
    matches!(strings(bytes), Some(Ok(strings)) if strings.iter().any(|(name, _)| name.ends_with(ending)))
}

fn read(text: &str) -> Result<Vec<(String, String)>, ImportError> {
    let mut strings = Vec::new();
    let (mut depth, mut open) = (0, None);
    xml::walk(text, |step| {
        match step {
            Step::Open { name, attributes } => {
                if depth == 0 && name != "map" {
                    return Err(ImportError::NotAnExport);
                }
                depth += 1;
                let key = attributes.iter().find(|(name, _)| name == "name").map(|(_, key)| key.clone());
                // A set of texts has nameless ones a level deeper.
                open = key.filter(|_| name == "string" && depth == 2);
            }
            Step::Close { text, .. } => {
                depth -= 1;
                strings.extend(open.take().map(|key| (key, text)));
                if strings.len() > MAX_STRINGS {
                    return Err(ImportError::TooLarge);
                }
            }
        }
        Ok(())
    })?;
    Ok(strings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_texts_and_nothing_else() {
        let file = "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n<int name=\"n\" value=\"1\" />\
            <string name=\"a&amp;b\">{&quot;x&quot;:&#10;1}</string><set name=\"s\"><string>in</string></set>\
            <string name=\"empty\" /></map>";
        let strings = strings(file.as_bytes()).unwrap().unwrap();
        let wanted = [("a&b", "{\"x\":\n1}"), ("empty", "")];
        assert_eq!(strings, wanted.map(|(k, v)| (k.to_owned(), v.to_owned())));
        assert!(has(format!("{file}\0\0\0").as_bytes(), "&b"), "an app had more room than text");
        assert!(has(file.as_bytes(), "&b") && !has(file.as_bytes(), "s"));
    }

    #[test]
    fn other_xml_is_none() {
        assert_eq!(strings(b"<a><map/></a>"), Some(Err(ImportError::NotAnExport)));
        assert_eq!(strings(b"<a/>"), None);
        assert_eq!(strings(b"\0"), None);
    }
}
