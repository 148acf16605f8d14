//! Reads a site's backup codes out of a paste, a text file or a page: numbered lists, columns, tables, prose around them.
//!
//! No site is known by name. Codes of one list look alike, so what looks alike most often is the list: the same number of
//! groups of the same lengths, with the same character between them. One code alone is believed where the text is nothing
//! else, or speaks of such codes. What comes out is shown before anything is kept.

mod line;
mod plain;
mod words;

use std::collections::BTreeMap;

use crate::secret::SecretText;
use crate::vault::backup_codes::{MAX_CODE, MAX_CODES};

use line::{Candidate, Class, Line, Shape};

/// A page with its lists is far below; more is no list of codes.
const MAX_TEXT: usize = 256 * 1024;
/// Shorter ones are years, prices and house numbers.
const LEAST: usize = 6;
/// One code alone among prose: shorter ones are versions and order numbers more often than codes.
const LEAST_ALONE: usize = 10;
/// So many of one look are counted; a page of numbers has thousands.
const MOST: usize = 500;
/// So many of one look make a list although none has a digit.
const LETTERS: usize = 4;

/// A code that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// As the site writes it.
    pub code: SecretText,
    /// Struck out, ticked off or called used.
    pub used: bool,
}

/// The codes that a text lists, in its order.
pub fn read(text: &str) -> Vec<Found> {
    let text = plain::plain(&text[..text.floor_char_boundary(MAX_TEXT)]);
    let lines: Vec<Line> = text.lines().map(line::read).collect();
    let Some((shape, class)) = list_of(&lines).or_else(|| alone(&lines, &text)) else { return Vec::new() };
    let inside = inside(&lines, &shape);
    let mut found: Vec<Found> = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        for candidate in line.candidates.iter().filter(|candidate| candidate.shape == shape) {
            if !fits(candidate, class, line.is_bare() && inside.contains(&number)) {
                continue;
            }
            match found.iter().position(|found| *found.code.expose() == candidate.text) {
                Some(known) => found[known].used |= candidate.used,
                None => found.push(Found { code: candidate.text.clone().into(), used: candidate.used }),
            }
        }
    }
    found.truncate(MAX_CODES);
    found
}

/// What most candidates look like, and whether codes of that look have letters.
fn list_of(lines: &[Line]) -> Option<(Shape, Class)> {
    let mut looks: BTreeMap<&Shape, Vec<&Candidate>> = BTreeMap::new();
    for candidate in lines.iter().flat_map(|line| &line.candidates).filter(|it| is_long(&it.shape, LEAST)) {
        let same = looks.entry(&candidate.shape).or_default();
        if same.len() < MOST && same.iter().all(|known| known.text != candidate.text) {
            same.push(candidate);
        }
    }
    let best = |weight: fn(&[&Candidate]) -> usize| {
        let weighed = looks.iter().map(|(shape, same)| (weight(same), shape.length(), *shape));
        weighed.max_by_key(|(weight, length, _)| (*weight, *length))
    };
    let with_digits = |same: &[&Candidate]| same.iter().filter(|it| it.class != Class::Letters).count();
    if let Some((2.., _, shape)) = best(with_digits) {
        let digits = looks.get(shape)?.iter().all(|it| it.class != Class::Mixed);
        return Some((shape.clone(), if digits { Class::Digits } else { Class::Mixed }));
    }
    // A line of prose is no single word, and no four words of prose have the same look.
    match best(|same| same.iter().filter(|it| it.shape.groups() > 1 || it.only).count()) {
        Some((count, _, shape)) if count >= LETTERS && is_long(shape, 8) => {
            Some((shape.clone(), Class::Letters))
        }
        _ => None,
    }
}

/// The one code of a text that has no list: it is all of the text, or the text speaks of such codes.
fn alone(lines: &[Line], text: &str) -> Option<(Shape, Class)> {
    let all: Vec<&Candidate> = lines.iter().flat_map(|line| &line.candidates).collect();
    let bare = lines.iter().all(Line::is_bare);
    let good = |it: &&&Candidate| {
        let random = it.class != Class::Letters || it.shape.is_key(&it.text);
        let even = it.class != Class::Digits || it.shape.is_even();
        random && even && is_long(&it.shape, if bare { LEAST } else { LEAST_ALONE })
    };
    if !bare && !words::speaks_of_codes(text) {
        return None;
    }
    let best = all.iter().filter(good).max_by_key(|it| (it.shape.length(), it.class))?;
    Some((best.shape.clone(), best.class))
}

fn is_long(shape: &Shape, least: usize) -> bool {
    (least..=MAX_CODE).contains(&shape.length())
}

/// The lines from the first sure code to the last, and those next to them.
fn inside(lines: &[Line], shape: &Shape) -> core::ops::Range<usize> {
    let sure =
        |line: &Line| line.candidates.iter().any(|it| it.shape == *shape && it.class != Class::Letters);
    let first = lines.iter().position(sure);
    let last = lines.iter().rposition(sure);
    match (first, last) {
        (Some(first), Some(last)) => first.saturating_sub(1)..last + 2,
        _ => 0..lines.len(),
    }
}

/// By chance a code has no digit, and by chance a word has a code's look: words stand among others.
fn fits(candidate: &Candidate, list: Class, listed: bool) -> bool {
    match (candidate.class, list) {
        (Class::Letters, Class::Digits) => false,
        (Class::Letters, _) => listed || candidate.only || candidate.shape.is_hyphened(),
        _ => true,
    }
}

#[cfg(test)]
mod tests;
