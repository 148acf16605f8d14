//! A field known again: by the names that its makers gave it.

use crate::vault::choice::Marks;

use super::field::{Field, Holds, PageFields};

/// Longer labels are told apart by their beginning.
const MAX_LABEL: usize = 80;

/// What a field is known by.
pub fn marks_of(field: &Field) -> Marks {
    Marks {
        kind: field.kind.clone(),
        name: field.name.clone(),
        id: field.id.clone(),
        autocomplete: field.autocomplete.clone(),
        label: field.label.chars().take(MAX_LABEL).collect(),
    }
}

/// Whether a field is the one that `marks` tell. Frameworks number their ids anew: all else must be as it was, and
/// something else must be there.
pub fn is_marked(field: &Field, marks: &Marks) -> bool {
    let now = marks_of(field);
    let named = !(marks.name.is_empty() && marks.label.is_empty());
    now == *marks || (named && Marks { id: marks.id.clone(), ..now } == *marks)
}

/// The one field of the page that `marks` tell, if it can be written. Two such fields are none.
pub fn find_marked<'a>(page: &'a PageFields, marks: &Marks) -> Option<&'a Field> {
    let same = |exact: bool| {
        let mut found = page
            .fields
            .iter()
            .filter(|field| if exact { marks_of(field) == *marks } else { is_marked(field, marks) });
        found.next().filter(|_| found.next().is_none())
    };
    same(true).or_else(|| same(false)).filter(|field| is_writable(field))
}

/// The field that has the focus, if a code can be written into it.
pub fn find_focused(page: &PageFields) -> Option<&Field> {
    page.fields.iter().find(|field| field.focused && is_writable(field))
}

fn is_writable(field: &Field) -> bool {
    matches!(field.kind.as_str(), "text" | "tel" | "number" | "password")
        && field.editable
        && field.reachable
        && field.topmost
        && field.holds != Holds::Text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(n: u32, name: &str, id: &str) -> Field {
        Field {
            n,
            kind: "text".into(),
            name: name.into(),
            id: id.into(),
            editable: true,
            reachable: true,
            topmost: true,
            ..Field::default()
        }
    }

    fn found(fields: Vec<Field>, marks: &Marks) -> Option<u32> {
        find_marked(&PageFields { fields, ..PageFields::default() }, marks).map(|field| field.n)
    }

    #[test]
    fn a_field_is_known_by_its_names_and_not_by_its_place() {
        let marks = marks_of(&field(0, "code", "c1"));
        assert_eq!(found(vec![field(0, "mail", "m"), field(1, "code", "c1")], &marks), Some(1));
        assert_eq!(found(vec![field(0, "code", ":r7:")], &marks), Some(0), "an id that a framework made");
        assert_eq!(found(vec![field(0, "pin", "c1")], &marks), None, "another name");
        assert_eq!(found(vec![field(0, "code", "x"), field(1, "code", "y")], &marks), None, "two of them");
        assert_eq!(
            found(vec![field(0, "code", "x"), field(1, "code", "c1")], &marks),
            Some(1),
            "one exactly"
        );
    }

    #[test]
    fn a_field_without_names_is_known_by_its_id_alone() {
        let marks = marks_of(&field(0, "", "otp"));
        assert_eq!(found(vec![field(3, "", "otp")], &marks), Some(3));
        assert_eq!(found(vec![field(3, "", "search")], &marks), None);
    }

    #[test]
    fn what_cannot_be_written_is_not_found() {
        let marks = marks_of(&field(0, "code", ""));
        for broken in [
            Field { editable: false, ..field(0, "code", "") },
            Field { topmost: false, ..field(0, "code", "") },
            Field { holds: Holds::Text, ..field(0, "code", "") },
            Field { kind: "select".into(), ..field(0, "code", "") },
        ] {
            assert_eq!(found(vec![broken], &marks), None);
        }
    }
}
