//! The field that takes a site's own backup code, when the user asks for that one to be filled.

use super::detect::Reason;
use super::field::{Field, PageFields};
use super::place::{is_candidate, is_typed};
use super::reading::Reading;
use super::recovery::offers_either;
use super::veto::veto;
use super::vocabulary::Category;

/// The field that takes a backup code and nothing else; else the one that takes either kind. Why there is none, as a
/// stable code.
pub fn find_backup(page: &PageFields) -> Result<u32, &'static str> {
    let mut own: Vec<&Field> = Vec::new();
    let mut either: Vec<&Field> = Vec::new();
    let mut covered = false;
    for field in page.fields.iter().filter(|field| is_typed(field)) {
        let reading = Reading::of(page, field);
        let against = veto(&reading);
        let texts = [&reading.name, &reading.label, &reading.lead, &reading.inner];
        let fits = match against {
            Some(Reason::Recovery) => &mut own,
            None if texts.iter().any(|text| offers_either(text, Category::Recovery)) => &mut either,
            _ => continue,
        };
        if is_candidate(field) {
            fits.push(field);
        } else {
            covered = true;
        }
    }
    let fields = if own.is_empty() { either } else { own };
    // The one with the focus, else the first: a page that takes such a code has one field for it.
    match fields.iter().max_by_key(|field| (field.focused, core::cmp::Reverse(field.n))) {
        Some(field) => Ok(field.n),
        None if covered => Err(Reason::Covered.code()),
        None => Err("no-backup-field"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fill::Context;
    use crate::fill::field::shown;

    fn field(n: u32, label: &str) -> Field {
        Field { n, label: label.into(), ..shown() }
    }

    fn find(fields: Vec<Field>, before: &str) -> Result<u32, &'static str> {
        let contexts = vec![Context { before: before.into(), ..Context::default() }];
        find_backup(&PageFields { fields, contexts, ..PageFields::default() })
    }

    #[test]
    fn its_own_field_then_one_that_takes_either_then_none() {
        let app = || field(0, "Authenticator code");
        assert_eq!(find(vec![app(), field(1, "Backup code")], ""), Ok(1));
        assert_eq!(find(vec![field(4, "Authenticator code or backup code")], ""), Ok(4));
        assert_eq!(find(vec![app()], ""), Err("no-backup-field"));
        assert_eq!(find(vec![field(0, "Password"), field(1, "Coupon code")], ""), Err("no-backup-field"));
        let hidden = Field { topmost: false, ..field(0, "Recovery code") };
        assert_eq!(find(vec![hidden], ""), Err("covered"));
        let focused = Field { focused: true, ..field(2, "Recovery code") };
        assert_eq!(find(vec![field(1, "Recovery code"), focused], ""), Ok(2));
    }
}
