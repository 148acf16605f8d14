//! How much speaks for a field.

use super::detect::Wanted;
use super::pattern::{is_code_long, is_numeric, takes};
use super::reading::Reading;
use super::vocabulary::{Category, says};

/// Less does not fill.
pub(super) const ENOUGH: i32 = 5;

/// What speaks for a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Score {
    pub points: i32,
    /// Something says what kind of code it is, beyond the shape.
    pub strong: bool,
}

impl Score {
    pub fn is_enough(self) -> bool {
        self.strong && self.points >= ENOUGH
    }
}

/// The points of a field; `None` where the wanted code does not fit in.
pub(super) fn score(reading: &Reading, wanted: &Wanted) -> Option<Score> {
    if !takes(reading.field, wanted) || !reading.fits(wanted.digits) {
        return None;
    }
    let strong_name = reading.name_says(Category::App) || reading.name_says(Category::Factor);
    let strong_label =
        [Category::App, Category::Factor, Category::Code].iter().any(|kind| reading.lead_says(*kind));
    let factor_label = [Category::App, Category::Factor].iter().any(|kind| reading.label_says(*kind));
    let weak = reading.name_says(Category::Weak)
        || reading.lead_says(Category::Weak)
        || reading.name_says(Category::Code);
    let numeric = is_numeric(reading.field);
    let another = reading.is_for_something_else();
    let strong_prose =
        !another && (reading.prose_says(Category::App) || reading.prose_says(Category::Factor));
    let hinted = says(&reading.hints, Category::Factor) || says(&reading.hints, Category::App);
    let asked = !another && reading.alone && reading.prose_says(Category::Code);

    let hidden_text = reading.field.kind == "password";
    let asks =
        reading.siblings.all == 0 && reading.label_says(Category::Weak) && !reading.label_says(Category::Pin);
    let named_code = reading.name_says(Category::Weak) || reading.name_says(Category::Code);
    let told = reading.alone
        && (strong_prose && reading.label_says(Category::Code)
            || reading.siblings.all == 0 && named_code && !another && reading.lead_says(Category::App)
            || !another && asks && (reading.prose_says(Category::App) || reading.prose_says_second_factor()));
    // "Verification code:", and it is all that is asked: it hides what is typed, as a terminal does.
    let prompted =
        reading.siblings.all == 0 && !reading.field.label.is_empty() && reading.label_says(Category::Code);
    let sure = strong_name || factor_label || told || prompted || (reading.is_one_time() && strong_label);
    if hidden_text && !sure {
        return Some(Score { points: 0, strong: false });
    }
    let shape = weak || numeric || strong_name || strong_label;
    let mut points = 0;
    let mut give = |holds: bool, worth: i32| points += if holds { worth } else { 0 };
    give(reading.is_one_time(), 5);
    give(strong_name, 5);
    give(strong_label, 4);
    give(strong_prose && shape, 3);
    give(hinted, 3);
    give(asked && shape, 2);
    give(reading.name_says(Category::Weak) || reading.name_says(Category::Code), 2);
    give(reading.lead_says(Category::Weak), 1);
    give(numeric, 2);
    give(is_code_long(reading.field), 1);
    give(reading.alone, 1);
    give(reading.field.opt_out && !strong_name, -3);
    // A field of that length takes sentences; but 255 is also what a form library gives to each of its fields.
    give(reading.field.max_length.is_some_and(|max| max > 32), -2);
    // Where a recovery code is asked for beside it, the other code is a second factor's.
    let beside = reading.siblings.recovery && reading.is_one_time() && weak;
    let one_time = reading.is_one_time()
        && (weak || reading.is_tab_of_app())
        && (numeric || is_code_long(reading.field));
    let strong = one_time
        || beside
        || strong_name
        || strong_label
        || (strong_prose && shape)
        || (hinted && shape)
        || (asked && shape);
    Some(Score { points, strong })
}
