//! The words that sites use, as data, and how they are looked for in a text.

use std::ops::Range;
use std::sync::OnceLock;

use super::text::fold;

/// One list of words for all languages: a page's declared language is too often wrong.
const DATA: &str = include_str!("vocabulary.txt");
/// What `..` may span, in bytes.
const GAP: usize = 60;

/// What a word says of the field beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Category {
    /// An authenticator app or token shows the code.
    App,
    /// A second factor or a one-time code, made by whatever.
    Factor,
    /// Of the words for a second factor those that say only that the code is used once.
    Once,
    /// A code that is typed to prove something: may come from an app, a message or a card.
    Code,
    /// Could be a code; also many other things.
    Weak,
    /// A recovery code.
    Recovery,
    /// The way that is usual here is lost: "lost your phone?".
    Lost,
    /// The code was sent.
    Delivered,
    /// Messages and mail.
    Channel,
    /// What brings a code, and the verbs of its coming: phones, messages, mailboxes, "you will receive".
    Carrier,
    /// "Send it again".
    Resend,
    /// "Another way": what is offered instead of what this page asks.
    Instead,
    /// The code is shown by a device that wants to be connected.
    Device,
    /// A picture to be read.
    Captcha,
    /// Payment cards and bank accounts.
    Card,
    /// Codes that are no secret: postal, coupon, product, order, and so on.
    Other,
    /// "Access code": of a door, an album, a network; of a second factor, where a page is about nothing else.
    Access,
    /// What a page is about where the code that it asks for is printed on something, or was handed out.
    Matter,
    /// Payments and transfers, which are confirmed by codes of the bank's.
    Deal,
    /// What a field to search or filter with begins with.
    Search,
    /// A hardware key that types a password of its own when it is touched.
    Touch,
    /// The number of a document, an order, a parcel: a code that is asked for beside it is printed there.
    Paper,
    /// A person's own data, which is asked for beside a booking, an order, a parcel.
    Person,
    /// Who somebody is: names, mail, phone.
    Identity,
    /// The secret of an authenticator itself.
    Secret,
    /// How one-time codes are set up.
    Settings,
    /// A PIN that a person chose.
    Pin,
    /// "Forgot your PIN?", "the code that you chose".
    Forgot,
    /// "Digits": how many a code has, where a number is asked.
    Tally,
    /// Making an account, or resetting a password.
    Signup,
    /// What may stand before "code" and leaves it a code of this kind ("verification code", not "pickup code").
    Plain,
    /// Says nothing of where a code comes from: "please enter .. below to continue".
    Neutral,
    /// What a heading may begin with: "Welcome back".
    Greeting,
    /// An app that shows codes and is no authenticator: a messenger's, a bank's.
    Foreign,
    /// What is advised for another time: "tip", "faster".
    Tip,
    /// "not", "no longer".
    Not,
    /// "or".
    Or,
    /// Words of the language in which "o" is an article, and no "or".
    Article,
    /// "You can also".
    Also,
    /// "and", "followed by".
    Join,
    /// What stays the same at every sign-in: password, PIN.
    Password,
    /// "Sent to", before an address.
    Sent,
    /// A mail address or a phone number.
    Contact,
    /// A phone number, in words that have one for a code in them.
    Dialled,
    /// What is counted in a code: digits, characters.
    Unit,
}

const SECTIONS: [(&str, Category); 45] = [
    ("app", Category::App),
    ("factor", Category::Factor),
    ("once", Category::Once),
    ("code", Category::Code),
    ("weak", Category::Weak),
    ("recovery", Category::Recovery),
    ("lost", Category::Lost),
    ("delivered", Category::Delivered),
    ("channel", Category::Channel),
    ("carrier", Category::Carrier),
    ("resend", Category::Resend),
    ("instead", Category::Instead),
    ("device", Category::Device),
    ("captcha", Category::Captcha),
    ("card", Category::Card),
    ("other", Category::Other),
    ("access", Category::Access),
    ("matter", Category::Matter),
    ("deal", Category::Deal),
    ("search", Category::Search),
    ("touch", Category::Touch),
    ("paper", Category::Paper),
    ("person", Category::Person),
    ("identity", Category::Identity),
    ("secret", Category::Secret),
    ("settings", Category::Settings),
    ("pin", Category::Pin),
    ("forgot", Category::Forgot),
    ("tally", Category::Tally),
    ("signup", Category::Signup),
    ("plain", Category::Plain),
    ("neutral", Category::Neutral),
    ("greeting", Category::Greeting),
    ("foreign", Category::Foreign),
    ("tip", Category::Tip),
    ("not", Category::Not),
    ("or", Category::Or),
    ("article", Category::Article),
    ("also", Category::Also),
    ("join", Category::Join),
    ("password", Category::Password),
    ("sent", Category::Sent),
    ("contact", Category::Contact),
    ("dialled", Category::Dialled),
    ("unit", Category::Unit),
];

/// Whether a folded text has a word of the category.
pub(super) fn says(text: &str, category: Category) -> bool {
    text.len() > 1 && phrases(category).iter().any(|phrase| phrase.find(text, 0).is_some())
}

/// Whether a folded text begins with a word of the category.
pub(super) fn begins(text: &str, category: Category) -> bool {
    let start = text.find(|c| c != ' ' && c != '.').unwrap_or(0);
    phrases(category).iter().any(|phrase| phrase.find(text, 0).is_some_and(|place| place.start == start))
}

/// Where a folded text has words of the category.
pub(super) fn places(text: &str, category: Category) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for phrase in phrases(category) {
        let mut from = 0;
        while let Some(place) = phrase.find(text, from) {
            from = place.end.max(place.start + 1);
            found.push(place);
        }
    }
    found
}

/// Whether a word is one that names are made of.
pub(super) fn is_name_word(word: &str) -> bool {
    static WORDS: OnceLock<Vec<&str>> = OnceLock::new();
    let words = WORDS.get_or_init(|| {
        let mut words: Vec<&str> = words("names").collect();
        words.sort_unstable();
        words
    });
    words.binary_search(&word).is_ok()
}

/// What samples in a placeholder begin with, in lower case: "e.g."
pub(super) fn samples() -> impl Iterator<Item = &'static str> {
    static SAMPLES: OnceLock<Vec<&str>> = OnceLock::new();
    SAMPLES.get_or_init(|| words("sample").collect()).iter().copied()
}

/// Whether a folded label came along with a component library's example and says nothing of the field.
pub(super) fn is_copied(label: &str) -> bool {
    static COPIED: OnceLock<Vec<&str>> = OnceLock::new();
    COPIED.get_or_init(|| words("copied").collect()).contains(&label.trim())
}

/// Number words, folded, each with its number.
pub(super) fn numbers() -> &'static [(u32, &'static str)] {
    static NUMBERS: OnceLock<Vec<(u32, &str)>> = OnceLock::new();
    let parse = |entry: &'static str| {
        let (number, word) = entry.split_once(' ')?;
        Some((number.parse().ok()?, word))
    };
    NUMBERS.get_or_init(|| words("number").filter_map(parse).collect())
}

fn phrases(category: Category) -> &'static [Phrase] {
    static ALL: OnceLock<Vec<(Category, Vec<Phrase>)>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        SECTIONS
            .iter()
            .map(|(name, category)| (*category, words(name).filter_map(Phrase::parse).collect()))
            .collect()
    });
    all.iter().find(|(held, _)| *held == category).map_or(&[], |(_, phrases)| phrases.as_slice())
}

/// The lines of a section, without their language.
fn section(name: &str) -> impl Iterator<Item = &'static str> + use<> {
    let head = format!("[{name}]");
    DATA.lines()
        .skip_while(move |line| *line != head)
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once(' ').map(|(_, phrases)| phrases))
}

/// The words of a section, as they are written.
fn words(name: &str) -> impl Iterator<Item = &'static str> + use<> {
    section(name).flat_map(|line| line.split('|')).map(str::trim)
}

#[derive(Debug, PartialEq)]
enum Part {
    /// These letters.
    Text(String),
    /// The rest of the word.
    Ending,
    /// Something of the same sentence.
    Gap,
    /// Digits, or a number word.
    Number,
}

/// A phrase of the vocabulary, ready to be looked for.
#[derive(Debug)]
struct Phrase {
    /// Never empty; the first is a text, or a number.
    parts: Vec<Part>,
    /// Words of these scripts are separated by spaces, so the phrase begins and ends with one.
    spaced_start: bool,
    spaced_end: bool,
}

impl Phrase {
    fn parse(line: &str) -> Option<Phrase> {
        let line = line.trim();
        let mut parts = Vec::new();
        let free_start = line.starts_with('*');
        let mut rest = line.trim_start_matches('*');
        let first = rest.trim_start_matches('#').trim().chars().next()?;
        while !rest.is_empty() {
            let cut = rest.find(['*', '#', '.']).unwrap_or(rest.len());
            let (text, tail) = rest.split_at_checked(cut)?;
            if !text.is_empty() {
                parts.push(Part::Text(fold_part(text)));
            }
            rest = match tail.as_bytes() {
                [b'*', ..] => {
                    parts.push(Part::Ending);
                    tail.get(1..)?
                }
                [b'#', ..] => {
                    parts.push(Part::Number);
                    tail.get(1..)?
                }
                [b'.', b'.', ..] => {
                    parts.push(Part::Gap);
                    tail.get(2..)?
                }
                [] => "",
                _ => tail.get(1..)?,
            };
        }
        let spaced_start = !free_start && is_spaced(first);
        let spaced_end = matches!(parts.last(), Some(Part::Text(text)) if text.chars().last().is_some_and(is_spaced))
            || matches!(parts.last(), Some(Part::Number));
        Some(Phrase { parts, spaced_start, spaced_end })
    }

    /// The first place at or after `from`.
    fn find(&self, text: &str, from: usize) -> Option<Range<usize>> {
        let mut at = from;
        loop {
            let start = match self.parts.first()? {
                Part::Text(first) => at + text.get(at..)?.find(first.as_str())?,
                _ => at + text.get(at..)?.find(|c: char| c != ' ')?,
            };
            let boundary =
                !self.spaced_start || text.get(..start)?.chars().last().is_none_or(|c| !is_spaced(c));
            if boundary && let Some(end) = self.matches(&self.parts, text, start) {
                return Some(start..end);
            }
            at = start + text.get(start..)?.chars().next()?.len_utf8();
        }
    }

    /// Where the parts end when they begin at `at`.
    fn matches(&self, parts: &[Part], text: &str, at: usize) -> Option<usize> {
        let rest = text.get(at..)?;
        let Some((part, later)) = parts.split_first() else {
            let closed = !self.spaced_end || rest.chars().next().is_none_or(|c| !is_spaced(c));
            return closed.then_some(at);
        };
        match part {
            Part::Text(wanted) => {
                rest.starts_with(wanted.as_str()).then(|| self.matches(later, text, at + wanted.len()))?
            }
            Part::Ending => {
                let word = rest.find(' ').unwrap_or(rest.len());
                self.matches(later, text, at + word)
            }
            Part::Number => {
                let length = number(rest)?;
                self.matches(later, text, at + length)
            }
            Part::Gap => {
                // The space before the gap may be the one after it: "code .. sent" is in "code sent" too.
                let touching = text.get(..at).is_some_and(|before| before.ends_with(' '));
                touching.then(|| self.matches(later, text, at - 1)).flatten().or_else(|| {
                    rest.char_indices()
                        .take_while(|(offset, c)| *offset <= GAP && *c != '.')
                        .find_map(|(offset, _)| self.matches(later, text, at + offset))
                })
            }
        }
    }
}

/// The length of the number that a text begins with.
fn number(text: &str) -> Option<usize> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        return (digits <= 2).then_some(digits);
    }
    numbers().iter().find(|(_, word)| text.starts_with(*word)).map(|(_, word)| word.len())
}

/// Folds a piece of a phrase, keeping the spaces at its ends as they are.
fn fold_part(text: &str) -> String {
    let folded = fold(text);
    let mut part = folded.trim().to_owned();
    if text.starts_with(' ') {
        part.insert(0, ' ');
    }
    if text.ends_with(' ') && !part.ends_with(' ') {
        part.push(' ');
    }
    part
}

/// Letters of scripts that separate words by spaces and attach nothing before them.
fn is_spaced(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c as u32, 0xC0..=0x24F | 0x370..=0x3FF | 0x400..=0x52F | 0x1E00..=0x1EFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_is_there_and_every_phrase_finds_itself() {
        for (name, category) in SECTIONS {
            assert!(section(name).count() > 0, "{name}");
            for line in words(name) {
                let text = line.replace("..", " and ").replace('#', "6").replace('*', "en");
                assert!(says(&fold(&text), category), "{name}: {line}");
            }
        }
        assert!(is_name_word("factor") && samples().any(|sample| sample == "z.b."));
        assert!(numbers().len() > 30);
        for label in words("copied") {
            assert_eq!(fold(label).trim(), label);
        }
        for (number, word) in numbers() {
            assert!((4..=10).contains(number) && fold(word).trim() == *word, "{word}");
        }
    }

    #[test]
    fn words_end_where_words_end() {
        assert!(says(&fold("Enter OTP"), Category::Factor));
        assert!(!says(&fold("footprint"), Category::Factor));
        assert!(!says(&fold("hotpot"), Category::Factor));
        assert!(says(&fold("6-stelliger Code"), Category::Code));
        assert!(says(&fold("a six-digit code"), Category::Code));
        assert!(says(&fold("请输入身份验证器应用中的代码"), Category::App));
        assert!(
            !says(&fold("We sent it. Use the code"), Category::Weak) || says(&fold("code"), Category::Weak)
        );
        assert!(says(&fold("the code was safely sent"), Category::Delivered));
    }

    #[test]
    fn a_gap_stays_in_its_sentence() {
        let phrase = Phrase::parse("sent .. code").unwrap();
        assert!(phrase.find(&fold("we sent a new code"), 0).is_some());
        assert!(phrase.find(&fold("we sent it. The code"), 0).is_none());
        assert!(phrase.find(&fold("the sent code"), 0).is_some(), "a gap may be nothing");
        assert!(phrase.find(&fold("absent code"), 0).is_none());
    }
}
