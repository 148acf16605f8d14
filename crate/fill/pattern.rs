//! Which lengths a field takes, by its attributes.

use super::detect::Wanted;
use super::field::Field;
use super::vocabulary::samples;

/// Whether the field could hold the wanted code.
pub(super) fn takes(field: &Field, wanted: &Wanted) -> bool {
    let digits = u32::from(wanted.digits);
    // Drawn by a style sheet a field may say `size=1` and be wide.
    let has_words = [&field.label, &field.placeholder].iter().any(|text| text.contains(char::is_alphabetic));
    let one = field.size == Some(1) && (field.max_length.is_some() || !has_words);
    if field.max_length.is_some_and(|max| max < digits) || one {
        return false;
    }
    // "XXXX-XXXX-XXXX" is longer than any.
    if is_drawn_shape(&field.placeholder) && !is_digits_placeholder(&field.placeholder) {
        return false;
    }
    if field.kind == "number" && (wanted.steam || ends_before(field, digits)) {
        return false;
    }
    pattern_takes(&field.pattern, digits)
}

/// Whether the numbers of a field end before those of so many digits do: days, a quantity.
fn ends_before(field: &Field, digits: u32) -> bool {
    let last = field.max.as_ref().and_then(|max| max.trim().parse::<f64>().ok());
    last.is_some_and(|last| last < 10_f64.powi(i32::try_from(digits).unwrap_or(i32::MAX)) - 1.0)
}

/// Whether it takes digits only, or says that it does.
pub(super) fn is_numeric(field: &Field) -> bool {
    matches!(field.kind.as_str(), "number" | "tel")
        || matches!(field.inputmode.as_str(), "numeric" | "decimal" | "tel")
        || field.pattern.contains("\\d")
        || field.pattern.contains("0-9]")
        || is_digits_placeholder(&field.placeholder)
}

/// Whether its length is that of a code.
pub(super) fn is_code_long(field: &Field) -> bool {
    field.max_length.is_some_and(|max| (6..=8).contains(&max))
        || ["{6}", "{6,6}", "{6,8}", "{7}", "{8}"].iter().any(|length| field.pattern.contains(length))
}

/// Whether it wants letters that no TOTP has: a recovery code's pattern.
pub(super) fn wants_letters(field: &Field) -> bool {
    let alternatives: Vec<&str> = field.pattern.split('|').collect();
    field.pattern.contains(['{', '+', '*'])
        && alternatives.iter().all(|one| one.contains("a-") || one.contains("A-") || one.contains("\\w"))
        && alternatives.iter().any(|one| lengths(one).is_some_and(|length| length > 8))
}

/// A sample of a code: `123456`, `000 000`, `••••••`, `XXXXXX`, `------`, `Ex: 123456`.
pub(super) fn is_digits_placeholder(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    let text = samples().find_map(|begin| text.strip_prefix(begin)).unwrap_or(&text).trim();
    if (4..=8).contains(&text.len()) && text.bytes().all(|c| c == b'-') {
        return true;
    }
    let signs = text.chars().filter(|c| !matches!(c, ' ' | '-' | '\u{a0}')).count();
    (4..=8).contains(&signs)
        && text.chars().all(|c| {
            c.is_ascii_digit()
                || matches!(
                    c,
                    ' ' | '-' | '\u{a0}' | '•' | '·' | '●' | '○' | '*' | '_' | '#' | 'X' | 'x' | '∙'
                )
        })
}

/// A placeholder that shows a shape and no word: a sample of a code, or a longer `XXXX-XXXX-XXXX`.
pub(super) fn is_drawn_shape(text: &str) -> bool {
    let text = text.trim();
    is_digits_placeholder(text)
        || text.len() > 8 && text.chars().all(|c| matches!(c, 'X' | 'x' | '-' | ' ' | '_' | '•' | '*' | '#'))
}

/// No quantifier: any length. Otherwise one alternative must come near the wanted length.
fn pattern_takes(pattern: &str, digits: u32) -> bool {
    pattern.split('|').any(|one| match lengths(one) {
        None => true,
        // `{6,20}`: a recovery code too.
        Some(length) if length > digits && one.contains(&format!("{{{digits},")) => true,
        Some(length) => length + 2 >= digits && length <= digits + 3 || one.contains(['+', '*']),
    })
}

/// The sum of the largest counts of the `{n}` and `{n,m}` in one alternative.
fn lengths(alternative: &str) -> Option<u32> {
    let mut sum = None;
    for count in alternative.split('{').skip(1) {
        let inner = count.split('}').next()?;
        let largest = inner.rsplit(',').next()?.trim();
        if largest.is_empty() {
            return None;
        }
        sum = Some(sum.unwrap_or(0_u32).saturating_add(largest.parse().ok()?));
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_and_lengths() {
        assert!(pattern_takes("", 6));
        assert!(pattern_takes("[0-9]*", 6));
        assert!(pattern_takes("\\d{6}", 6));
        assert!(pattern_takes("[0-9]{3} ?[0-9]{3}", 6));
        assert!(pattern_takes("([0-9]{6})|([0-9a-fA-F]{5}-?[0-9a-fA-F]{5})", 6));
        assert!(pattern_takes("[0-9A-Za-z\\- ]{6,20}", 6));
        assert!(!pattern_takes("[0-9a-f]{16}", 6));
        assert!(!pattern_takes("\\d{3}", 6));
        let field = Field { pattern: "[a-z0-9]{16}".into(), ..Field::default() };
        assert!(wants_letters(&field));
        let field = Field { pattern: "[0-9]{6}|[A-Z][A-Z0-9]{16}".into(), ..Field::default() };
        assert!(!wants_letters(&field));
        assert!(["e.g. 123456", "Ex: 123456", "••• •••", "------"].into_iter().all(is_digits_placeholder));
        assert!(!is_digits_placeholder("XXXXX-XXXXX") && !is_digits_placeholder("Code"));
    }
}
