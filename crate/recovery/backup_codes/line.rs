//! One line: what on it could be a code.

use super::words::{is_not, is_used, is_usual};

/// What a code looks like: the lengths of its groups and what stands between them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shape {
    groups: Vec<usize>,
    between: Option<char>,
}

/// Which characters a code has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Letters alone: it may be a word.
    Letters,
    /// Digits alone.
    Digits,
    /// Both.
    Mixed,
}

/// What could be a code.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// As it stands there, one character between the groups.
    pub text: String,
    pub shape: Shape,
    pub class: Class,
    pub used: bool,
    /// Nothing else is on the line.
    pub only: bool,
}

/// A line, read.
#[derive(Debug, Default)]
pub struct Line {
    pub candidates: Vec<Candidate>,
    /// Something is there that is no candidate.
    prose: bool,
}

impl Shape {
    pub fn length(&self) -> usize {
        self.groups.iter().sum()
    }

    pub fn groups(&self) -> usize {
        self.groups.len()
    }

    pub fn is_hyphened(&self) -> bool {
        self.between == Some('-')
    }

    /// All groups have one length.
    pub fn is_even(&self) -> bool {
        self.groups.iter().all(|length| Some(length) == self.groups.first())
    }

    /// Three groups or more of one length, in capitals: a key, although it happens to have no digit.
    pub fn is_key(&self, text: &str) -> bool {
        self.is_even() && self.groups() >= 3 && !text.bytes().any(|byte| byte.is_ascii_lowercase())
    }
}

impl Line {
    /// Whether the line holds candidates, numbers and marks, and no word.
    pub fn is_bare(&self) -> bool {
        !self.prose
    }
}

/// What stands on a line, in order.
enum Item<'a> {
    /// Letters and digits, perhaps with hyphens between, perhaps struck out. `near`: one blank from the item before.
    Piece { text: &'a str, near: bool, struck: bool },
    /// "used".
    Used,
    /// Anything else.
    Prose,
    /// A number before a code, a bullet.
    Gap,
}

/// Reads a line.
pub fn read(line: &str) -> Line {
    let items = items(line);
    let mut out = Line::default();
    // A mark belongs to the code before it, or on a line that begins with one to the code after it.
    let leads =
        items.iter().find(|item| !matches!(item, Item::Gap)).is_some_and(|item| matches!(item, Item::Used));
    let mut pending = false;
    let mut run: Vec<(&str, bool)> = Vec::new();
    for item in items.iter().chain([&Item::Gap]) {
        if let Item::Piece { text, near, struck } = item {
            let plain = !text.contains('-');
            let goes_on =
                run.last().is_some_and(|(last, _)| *near && last.len() == text.len() && !last.contains('-'));
            if !(plain && goes_on) {
                flush(&mut run, &mut out, &mut pending);
            }
            run.push((text, *struck));
            continue;
        }
        flush(&mut run, &mut out, &mut pending);
        match item {
            Item::Used if leads => pending = true,
            Item::Used => out.candidates.last_mut().into_iter().for_each(|last| last.used = true),
            Item::Prose => out.prose = true,
            _ => {}
        }
    }
    if let ([only], false) = (out.candidates.as_mut_slice(), out.prose) {
        only.only = true;
    }
    out
}

/// Pieces of one length with one blank between each: one code in groups, or several codes.
fn flush(run: &mut Vec<(&str, bool)>, out: &mut Line, pending: &mut bool) {
    let mut pieces = std::mem::take(run);
    // "code 1234 5678": the word has the length of a group by chance.
    while pieces.len() > 1 && pieces.first().is_some_and(|(word, _)| is_usual(word)) {
        pieces.remove(0);
        out.prose = true;
    }
    let Some((first, _)) = pieces.first() else { return };
    let digits = pieces.iter().all(|(piece, _)| piece.bytes().all(|byte| byte.is_ascii_digit()));
    let size = match (first.len(), pieces.len()) {
        // Groups are short; what is longer is a code of its own.
        _ if first.contains('-') => 1,
        (6.., _) => 1,
        // Two columns of "1234 5678" whose distance got lost.
        (4, count) if digits && count > 2 && count % 2 == 0 => 2,
        (_, count) => count,
    };
    for groups in pieces.chunks(size) {
        let text: Vec<&str> = groups.iter().map(|(piece, _)| *piece).collect();
        let used = groups.iter().any(|(_, struck)| *struck) || std::mem::take(pending);
        match candidate(&text.join(" "), used) {
            Some(candidate) => out.candidates.push(candidate),
            None => out.prose |= groups.iter().any(|(piece, _)| piece.len() > 3),
        }
    }
}

fn candidate(text: &str, used: bool) -> Option<Candidate> {
    let between = text.chars().find(|letter| !letter.is_ascii_alphanumeric());
    let groups: Vec<usize> = text.split(['-', ' ']).map(str::len).collect();
    let has = |test: fn(&u8) -> bool| text.as_bytes().iter().any(test);
    let class = match (has(u8::is_ascii_digit), has(u8::is_ascii_alphabetic)) {
        (true, true) => Class::Mixed,
        (true, false) => Class::Digits,
        _ => Class::Letters,
    };
    let shape = Shape { groups, between };
    let word = class == Class::Letters && shape.groups() == 1 && is_usual(text);
    let good = shape.length() >= 4 && !is_date(text) && !word;
    good.then(|| Candidate { text: text.to_owned(), shape, class, used, only: false })
}

/// `2026-11-22`, `22-11-2026`.
fn is_date(text: &str) -> bool {
    let parts: Vec<u32> = text.split('-').filter_map(|part| part.parse().ok()).collect();
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    match (lengths.as_slice(), parts.as_slice()) {
        ([4, 2, 2], [year, month, day]) | ([2, 2, 4], [day, month, year]) => {
            (1970..2100).contains(year) && (1..=31).contains(month) && (1..=31).contains(day)
        }
        _ => false,
    }
}

/// The items of a line.
fn items(line: &str) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    let (mut struck, mut denied) = (false, false);
    // Where the last piece ended: one blank further a piece can belong to it.
    let mut end = None;
    let apart = |letter: char| letter.is_whitespace() || "|,;\"'`[]{}()<>“”„«»=".contains(letter);
    let mut rest = line;
    while let Some(start) = rest.find(|letter| !apart(letter)) {
        let offset = line.len() - rest.len() + start;
        let token = &rest[start..];
        let token = &token[..token.find(apart).unwrap_or(token.len())];
        rest = &rest[start + token.len()..];
        let (opens, closes) = (token.starts_with("~~"), token.len() > 2 && token.ends_with("~~"));
        struck |= opens;
        let near = end == Some(offset.saturating_sub(1))
            && line.as_bytes().get(offset.saturating_sub(1)) == Some(&b' ');
        let item = item(token, near, struck, denied);
        denied = is_not(token);
        end = matches!(item, Item::Piece { .. }).then_some(offset + token.trim_end_matches('~').len());
        if closes
            || (opens
                && token == "~~"
                && items.iter().any(|item| matches!(item, Item::Piece { struck: true, .. })))
        {
            struck = false;
        }
        items.push(item);
    }
    items
}

fn item(token: &str, near: bool, struck: bool, denied: bool) -> Item<'_> {
    let numbered = token.trim_start_matches(['#', '-', '*', '•', '·', '☐', '□', '▪', '◦']);
    // "1." alone, or glued to its code.
    let number = numbered.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(numbered.len());
    let after = &numbered[number..];
    let glued = (1..=3).contains(&number) && after.starts_with(['.', ')', ':']);
    let bare = if glued { &after[1..] } else { numbered };
    let bare = bare.trim_matches(|letter: char| ".:!?*_~•·#".contains(letter)).trim_matches('-');
    if is_used(token) && !denied {
        return Item::Used;
    }
    if bare.is_empty() || bare.len() == 1 {
        return Item::Gap;
    }
    let clean =
        bare.split('-').all(|group| !group.is_empty() && group.bytes().all(|b| b.is_ascii_alphanumeric()));
    let short = bare.len() <= 3 && bare.bytes().all(|byte| byte.is_ascii_digit());
    match (clean, short) {
        (false, _) => Item::Prose,
        // A number without a dot before a code; a group of three digits has a neighbour of the same length.
        (true, true) if glued || (bare.len() < 3 && !near) => Item::Gap,
        (true, _) => Item::Piece { text: bare, near: near && !glued, struck },
    }
}
