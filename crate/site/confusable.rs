//! Which letters look like which: whether a Unicode label can be shown as it is, and what a label looks like.
//!
//! A small table of our own instead of the 6,000 lines of UTS 39: letters that fonts draw like ASCII ones, in the
//! scripts that host names are registered in. What is missing here costs no safety (bindings compare A-labels);
//! a label that is not surely plain is shown in its A-form.

use super::punycode;

/// Letters drawn like these ASCII letters. Accented letters are in [`ACCENTS`]: a person sees the accent.
const LOOKS_LIKE: &[(char, &str)] = &[
    ('a', "аαɑａ"),
    ('b', "Ьвьƅβ"),
    ('c', "сϲⅽᴄ"),
    ('d', "ԁɗⅾ"),
    ('e', "еҽε℮єɛ"),
    ('f', "ƒғſϝ"),
    ('g', "ɡցԍǥ"),
    ('h', "һհнከ"),
    ('i', "іıɩιїɪ"),
    ('j', "јϳʝ"),
    ('k', "кκқҝĸӄ"),
    ('l', "ⅼǀӏ1łן"),
    ('m', "мⅿɱ"),
    ('n', "пηɴոռ"),
    ('o', "оοօ0σөо०๐ഠ໐၀〇ӧ"),
    ('p', "рρϸ"),
    ('q', "ԛգɋ"),
    ('r', "гɼɾᴦ"),
    ('s', "ѕꜱʂ"),
    ('t', "тτŧ"),
    ('u', "υսʋц"),
    ('v', "ѵνⅴ"),
    ('w', "ԝωѡшɯ"),
    ('x', "хχҳ×"),
    ('y', "уүγყʏ"),
    ('z', "ᴢʐƶ"),
    ('-', "‐‑‒–—―−ー一ᅳ"),
];

/// Letters with a mark that is easily overlooked, and what they are without it.
const ACCENTS: &[(char, &str)] = &[
    ('a', "àáâãäåāăąǎȧạảấầẩẫậắằẳẵặӑӓ"),
    ('c', "çćĉċč"),
    ('d', "ďđḍ"),
    ('e', "èéêëēĕėęěẹẻẽếềểễệёѐ"),
    ('g', "ĝğġģǧ"),
    ('h', "ĥħḥ"),
    ('i', "ìíîïĩīĭįǐịỉї"),
    ('j', "ĵ"),
    ('k', "ķḳ"),
    ('l', "ĺļľŀḷ"),
    ('m', "ṃ"),
    ('n', "ñńņňŉŋṇ"),
    ('o', "òóôõöøōŏőơǒọỏốồổỗộớờởỡợ"),
    ('r', "ŕŗřṛ"),
    ('s', "śŝşšșṣ"),
    ('t', "ţťțṭ"),
    ('u', "ùúûüũūŭůűųưǔụủứừửữự"),
    ('w', "ŵẁẃẅ"),
    ('y', "ýÿŷỳỵỷỹў"),
    ('z', "źżžẓ"),
];

/// Latin letters beyond ASCII that whole languages are written with and nobody takes for another letter.
const PLAIN_LATIN: &str = "àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿāăąćčďēėęěğģīįķļľńņňōőœřśşšșťțūůűųźżžß";

/// The scripts whose labels are shown in Unicode when they keep to one of them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
    Hebrew,
    Arabic,
    Devanagari,
    Thai,
    /// Han with the kana: one script to its readers.
    Japanese,
    /// Han with Hangul.
    Hangul,
}

/// Whether a person who reads this label reads what it is: one script, and not one that looks like ASCII.
pub fn is_plain_to_read(label: &str) -> bool {
    let mut scripts = label.chars().filter(|c| !c.is_ascii_digit() && *c != '-').map(script_of);
    let Some(Some(first)) = scripts.next() else {
        return false;
    };
    let one_script = scripts.all(|script| script == Some(first));
    one_script
        && match first {
            Script::Latin => label.chars().all(|c| c.is_ascii() || PLAIN_LATIN.contains(c)),
            // A Cyrillic or Greek word that could be spelled in Latin letters is taken for one.
            Script::Greek | Script::Cyrillic => !skeleton(label).is_ascii(),
            Script::Japanese => !label.contains(['一', 'ー', 'ノ', '丿', '〇', '丶', 'ヽ', '口', '工']),
            Script::Hebrew | Script::Arabic | Script::Devanagari | Script::Thai | Script::Hangul => true,
        }
}

/// What a label looks like: equal for two labels that a person could take for each other.
pub fn skeleton(label: &str) -> String {
    let looks: String = label.chars().map(prototype).collect();
    looks.replace("rn", "m").replace("vv", "w")
}

/// A lower-case letter without its accent, for comparing names.
pub fn without_accent(c: char) -> char {
    if c.is_ascii() { c } else { find(ACCENTS, c).unwrap_or(c) }
}

/// A label of a canonical host in Unicode, only to be compared.
pub fn label_in_unicode(label: &str) -> String {
    label.strip_prefix("xn--").and_then(punycode::decode).unwrap_or_else(|| label.to_owned())
}

fn prototype(c: char) -> char {
    find(LOOKS_LIKE, c).or_else(|| find(ACCENTS, c)).unwrap_or(c)
}

fn find(table: &[(char, &str)], c: char) -> Option<char> {
    table.iter().find(|(_, letters)| letters.contains(c)).map(|&(ascii, _)| ascii)
}

fn script_of(c: char) -> Option<Script> {
    match c {
        'a'..='z' | '\u{df}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Some(Script::Latin),
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Some(Script::Greek),
        '\u{400}'..='\u{4ff}' => Some(Script::Cyrillic),
        '\u{5d0}'..='\u{5ea}' => Some(Script::Hebrew),
        '\u{620}'..='\u{64a}' | '\u{66e}'..='\u{6d3}' => Some(Script::Arabic),
        '\u{900}'..='\u{97f}' => Some(Script::Devanagari),
        '\u{e01}'..='\u{e4e}' => Some(Script::Thai),
        '\u{3041}'..='\u{30fe}' | '\u{4e00}'..='\u{9fff}' => Some(Script::Japanese),
        '\u{ac00}'..='\u{d7a3}' => Some(Script::Hangul),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_that_read_as_what_they_are() {
        for label in
            ["bücher", "españa", "пример", "ελλάδα", "日本語", "한국", "ไทย", "עברית", "موقع", "भारत"]
        {
            assert!(is_plain_to_read(label), "{label}");
        }
        // Look-alikes throughout, mixed scripts, invisible or unknown letters, dashes, nothing but digits.
        for label in [
            "раура",
            "аррӏе",
            "gıthub",
            "pаypal",
            "αpple",
            "ɡithub",
            "ノート",
            "a\u{200d}b",
            "💩",
            "123",
            "",
            "бüch",
        ] {
            assert!(!is_plain_to_read(label), "{label}");
        }
    }

    #[test]
    fn what_looks_alike_has_one_skeleton() {
        for (label, like) in
            [("gıthub", "github"), ("аррӏе", "apple"), ("rnicrosoft", "microsoft"), ("g00gle", "google")]
        {
            assert_eq!(skeleton(label), skeleton(like), "{label}");
        }
        assert_ne!(skeleton("github"), skeleton("gitlab"));
    }
}
