//! Recovery codes: fields that take one, and fields that take either.

use std::ops::Range;

use super::pattern::{is_numeric, wants_letters};
use super::reading::{Reading, unknown_letters};
use super::vocabulary::{Category, places, says};

/// Whether the field takes a recovery code and nothing else.
pub(super) fn is_recovery(reading: &Reading) -> bool {
    let own = [&reading.name, &reading.label];
    if own.iter().any(|text| offers_either(text, Category::Recovery) || takes_also(text)) {
        return false;
    }
    // "Security code / backup code", below a sentence that offers both.
    let both = !places(&reading.label, Category::Or).is_empty() || reading.field.label.contains('/');
    let told = [&reading.lead, &reading.inner, &reading.around];
    if both && reading.siblings.all == 0 && told.iter().any(|text| offers_either(text, Category::Recovery)) {
        return false;
    }
    if own.iter().any(|text| !places(text, Category::Recovery).is_empty()) {
        return true;
    }
    // The words about recovery codes are those of the field that says so of itself.
    if reading.siblings.recovery {
        return false;
    }
    if offers_either(&reading.lead, Category::Recovery) || offers_either(&reading.inner, Category::Recovery) {
        return false;
    }
    let asked = [&reading.lead, &reading.inner].iter().any(|text| says(text, Category::Recovery));
    if !asked || is_aside(reading) {
        return false;
    }
    let codes = [Category::App, Category::Factor, Category::Code];
    // "Backup authentication code" is no authentication code, and none has nine signs.
    let long = reading.field.max_length.is_some_and(|max| (9..=40).contains(&max));
    let headed = !places(&reading.heading, Category::Recovery).is_empty()
        && (long || !codes.iter().any(|kind| reading.label_says(*kind)))
        && !says(&reading.heading, Category::Factor)
        && !says_other_code(&reading.heading);
    // "Two-factor recovery", and not a word of an authenticator: whatever the field's name is.
    let only = !places(&reading.heading, Category::Recovery).is_empty()
        && !places(&reading.told, Category::Recovery).is_empty()
        && !reading.names_app()
        && !codes.iter().any(|kind| reading.label_says(*kind));
    if only || headed || says(&reading.heading, Category::Lost) || wants_letters(reading.field) {
        return true;
    }
    let own_code = reading.is_named_factor() || reading.label_says(Category::Code);
    let counted = is_numeric(reading.field);
    let prose_code = [&reading.label, &reading.lead, &reading.inner].iter().any(|text| says_other_code(text));
    !own_code && !counted && !prose_code
}

/// Whether recovery codes are mentioned by the way only, below a heading of second factors: "You can also use one", or below the
/// field, "Lost your phone? Enter one instead". Above it such a sentence tells what to enter.
fn is_aside(reading: &Reading) -> bool {
    let of = |text: &str, kind: Category| says(text, kind);
    let headed = [Category::App, Category::Factor].iter().any(|kind| of(&reading.heading, *kind));
    let aside = |text: &str, is_below: bool| {
        let mut is_lost = false;
        text.split(" . ").all(|sentence| {
            let led = std::mem::replace(&mut is_lost, of(sentence, Category::Lost)) || is_lost;
            !of(sentence, Category::Recovery)
                || of(sentence, Category::Also)
                || is_below && (led || of(sentence, Category::Instead))
        })
    };
    headed
        && reading.line.is_empty()
        && !of(&reading.heading, Category::Recovery)
        && !wants_letters(reading.field)
        && aside(&reading.before, false)
        && aside(&reading.after, true)
}

/// Whether a text names an authenticator or a code besides recovery codes: "enter one of your backup codes" does not, nor does
/// "Lost your authenticator? Enter a backup code", nor "codice di autenticazione di backup".
fn says_other_code(text: &str) -> bool {
    text.split(" . ").map(|sentence| format!(" {sentence} ")).any(|sentence| {
        let recovery = places(&sentence, Category::Recovery);
        // One name, with at most a "de" between its words.
        let joined = |first: &Range<usize>, second: &Range<usize>| {
            sentence
                .get(first.end..second.start)
                .is_some_and(|between| between.len() <= " de ".len() && !says(between, Category::Or))
        };
        let is_own = |own: &Range<usize>, place: &Range<usize>| {
            own.start < place.end && place.start < own.end || joined(own, place) || joined(place, own)
        };
        let other = |place: &Range<usize>| !recovery.iter().any(|own| is_own(own, place));
        !says(&sentence, Category::Lost)
            && [Category::App, Category::Code].iter().any(|kind| places(&sentence, *kind).iter().any(other))
    })
}

/// Whether a text asks for an authenticator's code, and a later sentence takes a recovery code as well: "Open your app and enter the
/// code. You can also use one of your backup codes."
fn takes_also(text: &str) -> bool {
    let Some(app) = places(text, Category::App).first().cloned() else { return false };
    let also = |sentence: &str| says(sentence, Category::Recovery) && says(sentence, Category::Also);
    let later = text.get(app.end..).and_then(|rest| rest.split_once(" . "));
    later.is_some_and(|(_, rest)| {
        rest.split(" . ").all(|part| !says(part, Category::Recovery) || also(&format!(" {part} ")))
    }) && says(text, Category::Recovery)
        && !text
            .get(..app.end)
            .is_some_and(|before| says(before, Category::Recovery) || says(before, Category::Lost))
}

/// Whether one sentence offers an authenticator's code or the other thing: "a code from your app or a backup code".
pub(super) fn offers_either(text: &str, other: Category) -> bool {
    offers_within(text, other, usize::MAX)
}

/// As [`offers_either`], with at most so many unknown letters from the "or" to what follows it.
pub(super) fn offers_within(text: &str, other: Category, most: usize) -> bool {
    let others = places(text, other);
    if others.is_empty() {
        return false;
    }
    let article = says(text, Category::Article);
    let is_or = |place: &Range<usize>| !(article && text.get(place.clone()) == Some("o"));
    let ors: Vec<_> = places(text, Category::Or).into_iter().filter(is_or).collect();
    let codes: Vec<_> = [Category::App, Category::Factor, Category::Code]
        .iter()
        .flat_map(|kind| places(text, *kind))
        .collect();
    others.iter().any(|there| {
        codes.iter().any(|here| {
            let (first, second) = if here.start <= there.start { (here, there) } else { (there, here) };
            first.end <= second.start
                && text.get(first.end..second.start).is_some_and(|between| !between.contains('.'))
                && ors.iter().any(|or| {
                    or.start >= first.end
                        && text
                            .get(or.end..second.start)
                            .is_some_and(|words| most == usize::MAX || unknown_letters(words) <= most)
                })
        })
    })
}
