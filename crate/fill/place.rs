//! Which fields can be written into at all.

use super::field::{Field, Holds};

/// Smaller is a dot that nobody types into.
const LEAST_SIDE: i32 = 8;
/// A component that draws its boxes itself may lay the field over them as a line.
const LEAST_LINE: i32 = 4;

/// Seen by the user, free, and of a kind that takes a code.
pub(super) fn is_candidate(field: &Field) -> bool {
    field.tab_stop && is_box(field)
}

/// As a member of a row: components keep the Tab key out of all boxes but one.
pub(super) fn is_box(field: &Field) -> bool {
    matches!(field.kind.as_str(), "text" | "tel" | "number" | "password")
        && field.editable
        && field.reachable
        && field.topmost
        && field.w >= LEAST_SIDE
        && (field.h >= LEAST_SIDE
            || field.h >= LEAST_LINE && field.autocomplete.eq_ignore_ascii_case("one-time-code"))
        && field.holds != Holds::Text
        && !matches!(field.role.as_str(), "combobox" | "searchbox" | "listbox" | "spinbutton slider")
}

/// Something that a person types into, candidate or not.
pub(super) fn is_typed(field: &Field) -> bool {
    field.editable
        && matches!(
            field.kind.as_str(),
            "text" | "tel" | "number" | "password" | "email" | "url" | "search" | "date" | "textarea"
        )
}
