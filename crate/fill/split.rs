//! One box for each digit.

use super::detect::{Reason, Wanted};
use super::field::{Field, PageFields};
use super::pattern::is_numeric;
use super::place::is_box;
use super::reading::Reading;
use super::veto::veto;
use super::vocabulary::{Category, says};

/// Boxes with no `maxlength` are told from ordinary fields by their width, CSS pixels.
const NARROW: i32 = 100;
/// A row of fewer is no code in boxes, and its members are judged one by one.
const LEAST: usize = 4;

/// A row of boxes: where it begins in the page's fields, and how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub start: usize,
    pub length: usize,
}

/// What a row is for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It takes the code; the fields' numbers.
    Take(Vec<u32>),
    /// It does not.
    Refuse(Reason),
}

/// The longest rows of boxes that follow each other in the document.
pub(super) fn rows(page: &PageFields) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut start = 0;
    while let Some(first) = page.fields.get(start) {
        let mut length = 1;
        while let (Some(last), Some(next)) =
            (page.fields.get(start + length - 1), page.fields.get(start + length))
            && is_neighbour(first, last, next)
        {
            length += 1;
        }
        if length >= LEAST && is_box(first) {
            rows.push(Row { start, length });
        }
        start += length;
    }
    rows
}

/// The fields that take the code where the user pointed at this one: the boxes of its row, or the field itself.
pub fn take_pointed(page: &PageFields, field: &Field, wanted: &Wanted) -> Result<Vec<u32>, Reason> {
    let digits = usize::from(wanted.digits);
    let members = |row: &Row| page.fields.get(row.start..row.start + row.length).unwrap_or_default();
    let rows = rows(page);
    let row = rows.iter().map(members).find(|row| row.iter().any(|member| member.n == field.n));
    // Fields of a usual width that happen to be as many as the code has digits are no boxes.
    let boxes = |row: &&[Field]| row.iter().any(is_single) || row.iter().all(|member| member.w <= NARROW);
    if let Some(row) = row.filter(|row| row.len() == digits).filter(boxes) {
        return Ok(row.iter().map(|member| member.n).collect());
    }
    // A script's writing is not stopped by the field's own limit.
    let short = field.max_length.is_some_and(|max| (max as usize) < digits);
    if short || is_single(field) { Err(Reason::Length) } else { Ok(vec![field.n]) }
}

/// Judges a row by its words, as the single field is judged, and by its shape.
pub(super) fn judge(page: &PageFields, row: Row, wanted: &Wanted) -> Verdict {
    let members = page.fields.get(row.start..row.start + row.length).unwrap_or_default();
    let Some(first) = members.first() else { return Verdict::Refuse(Reason::NoField) };
    let mut reading = Reading::of(page, first);
    reading.alone = true;
    reading.in_row = true;
    // The boxes' own labels count digits; the words of all count for each.
    for member in members.iter().skip(1) {
        let other = Reading::of(page, member);
        if reading.label.len() < 400 {
            reading.label.push_str(&other.label);
            reading.name.push_str(&other.name);
        }
    }
    if let Some(reason) = veto(&reading) {
        return Verdict::Refuse(reason);
    }
    if row.length != usize::from(wanted.digits) {
        return Verdict::Refuse(Reason::Length);
    }
    let single = members.iter().all(is_single);
    let one_time = members.iter().any(|field| field.autocomplete.contains("one-time-code"));
    let named = reading.is_named_factor();
    let said = [Category::App, Category::Factor, Category::Code]
        .iter()
        .any(|kind| reading.prose_says(*kind) || reading.label_says(*kind) || says(&reading.hints, *kind));
    let weak = [&reading.name, &reading.label, &reading.prose, &reading.hints]
        .iter()
        .any(|text| says(text, Category::Weak));
    let numeric = members.iter().all(is_numeric);
    let narrow = members.iter().all(|field| field.w <= NARROW);
    let fits = named || said || one_time || (single && weak && numeric);
    // Fields as wide as any other need words that leave no doubt.
    let sure =
        single || narrow || one_time || named || reading.names_app() || reading.prose_says(Category::Factor);
    if fits && sure {
        Verdict::Take(members.iter().map(|field| field.n).collect())
    } else {
        Verdict::Refuse(Reason::NoField)
    }
}

/// Whether `next` goes on the row that begins with `first`.
fn is_neighbour(first: &Field, last: &Field, next: &Field) -> bool {
    is_box(last)
        && is_box(next)
        && first.kind == next.kind
        && first.form == next.form
        && is_one_digit(first, next)
        && (is_beside(last, next)
            || last.group == next.group
            || last.parent == next.parent
            || (last.y - next.y).abs() <= last.h / 2)
        && (first.h - next.h).abs() <= 4 + first.h / 4
        && ((first.w - next.w).abs() <= 8 + first.w / 4 || is_numbered(first, next))
        && same_but_numbers(&first.name, &next.name)
        && same_but_numbers(&first.id, &next.id)
        && same_but_numbers(&first.placeholder, &next.placeholder)
}

/// Two groups of boxes with a dash between them, beside or below each other.
fn is_beside(last: &Field, next: &Field) -> bool {
    let words = |text: &str| text.chars().any(char::is_alphanumeric);
    is_single(last) && is_single(next) && !next.near.is_empty() && !words(&next.near)
}

/// `otc-1` and `otc-2`: then browsers may draw them unlike, by their own limits.
fn is_numbered(first: &Field, next: &Field) -> bool {
    let bare = |text: &str| text.chars().filter(|c| !c.is_numeric()).collect::<String>();
    let same = |a: &str, b: &str| a != b && !bare(a).is_empty() && bare(a) == bare(b);
    same(&first.id, &next.id) || same(&first.name, &next.name)
}

/// Takes one character, or does not say. The first box may take a whole code that is pasted, and so may each of numbered ones.
fn is_one_digit(first: &Field, next: &Field) -> bool {
    let open = |field: &Field| field.max_length.is_none() || is_single(field);
    let whole = |field: &Field| field.max_length.is_some_and(|max| (5..=8).contains(&max));
    match (open(first), open(next)) {
        (true, open) => open,
        (false, true) => whole(first),
        (false, false) => whole(first) && first.max_length == next.max_length && is_numbered(first, next),
    }
}

fn is_single(field: &Field) -> bool {
    field.max_length == Some(1)
        || field.size == Some(1)
        || field.max.as_deref() == Some("9")
        || matches!(field.pattern.as_str(), "[0-9]" | "\\d" | "[0-9]{1}" | "\\d{1}" | "^[0-9]$" | "^\\d$")
}

/// `code-1` and `code-2`, `otp[0]` and `otp[1]`, `digitA` and `digitB`; or the first has a name and the rest none.
fn same_but_numbers(first: &str, next: &str) -> bool {
    const NUMBERS: [&str; 16] = [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "1st", "2nd", "3rd",
        "4th", "5th", "6th", "7th", "8th",
    ];
    let bare = |text: &str| {
        let mut text = text.to_lowercase();
        for word in NUMBERS {
            text = text.replace(word, "");
        }
        let text = text.chars().filter(|c| !c.is_numeric()).collect::<String>();
        text.trim_end_matches(['_', '-', '.']).to_owned()
    };
    let (first, next) = (bare(first), bare(next));
    if first.chars().count() == 1 && next.chars().count() == 1 {
        return true;
    }
    let stem = |text: &str| text.char_indices().next_back().map_or(0, |(at, _)| at);
    first == next
        || next.is_empty()
        || first.is_empty()
        || (first.len() == next.len()
            && first.len() > 2
            && first.get(..stem(&first)) == next.get(..stem(&next)))
        || is_random(&first) && is_random(&next)
}

/// Names that frameworks make up (`:r1:`, `input-a8f3`): they tell nothing.
fn is_random(text: &str) -> bool {
    text.contains(':') || text.len() > 20
}
