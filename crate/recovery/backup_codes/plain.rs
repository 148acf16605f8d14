//! Any text as plain lines: a saved page without its tags, exotic blanks and dashes as plain ones.

/// What struck-out text is marked with, here and by the script that reads a page.
const STRUCK: &str = "~~";

/// The text as plain lines.
pub fn plain(text: &str) -> String {
    let text = if is_markup(text) { without_tags(text) } else { text.to_owned() };
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => out.push(' '),
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => out.push('-'),
            '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{ad}'
            | '\u{feff}' => {}
            // A stroke through the letter before it.
            '\u{335}'..='\u{338}' => {
                let start = out.rfind(char::is_whitespace).map_or(0, |at| at + 1);
                if !out[start..].starts_with(STRUCK) {
                    out.insert_str(start, STRUCK);
                }
            }
            '\r' | '\u{2028}' | '\u{2029}' | '\u{85}' => out.push('\n'),
            _ => out.push(letter),
        }
    }
    out
}

fn is_markup(text: &str) -> bool {
    ["</", "<br", "<li", "<td"].iter().any(|tag| text.contains(tag))
}

/// Every tag is the end of a line, but those within words; struck out stays struck out.
fn without_tags(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        let tag = &rest[start + 1..];
        let Some(end) = tag.find('>') else { break };
        let name = tag[..end].trim_start_matches('/');
        let name = name.split(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "s" | "del" | "strike" => out.push_str(STRUCK),
            "b" | "strong" | "em" | "i" | "span" | "code" | "tt" | "wbr" | "font" | "kbd" | "u" => {}
            "td" | "th" => out.push_str("  "),
            _ => out.push('\n'),
        }
        rest = &tag[end + 1..];
        // What a script or a style says is no text.
        if matches!(name, "script" | "style") && !tag.starts_with('/') {
            rest = rest.find("</").map_or("", |at| &rest[at..]);
        }
    }
    out.push_str(rest);
    out.replace("&nbsp;", " ").replace("&#160;", " ").replace("&amp;", "&").replace("&#45;", "-")
}
