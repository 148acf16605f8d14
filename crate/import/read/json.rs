//! Typed access to JSON that another app wrote, bounded before it is built.

use serde_json::Value;

use crate::import::ImportError;
use crate::import::text::decode;

/// What a file's values may take in memory. Real exports without blanks take six to ten times their size, most of it
/// in 1Password's and 2FAS's many small objects: 10,000 accounts of any app but 1Password stay below 70 MiB.
const MAX_WEIGHT: usize = 128 << 20;
/// A value in an array or object; a tenth more than measured.
const VALUE: usize = 80;
/// An object's own table beside its members.
const OBJECT: usize = 400;

/// Reads one JSON value. Nesting is bounded by the parser (128); memory by a count of separators before anything
/// is built, so that `[{},{},...` cannot take a hundred times its size.
pub fn parse(text: &str) -> Result<Value, ImportError> {
    let weight = text.bytes().fold(0, |sum: usize, byte| match byte {
        b'{' => sum.saturating_add(OBJECT),
        b',' | b'[' => sum.saturating_add(VALUE),
        _ => sum,
    });
    if weight > MAX_WEIGHT {
        return Err(ImportError::TooLarge);
    }
    serde_json::from_str(text).map_err(|_| ImportError::BadContent)
}

/// The value of a file that is JSON text and mentions all of `words`, such as `"items"` with its quotes.
/// For sniffing: text without them is not parsed.
pub fn sniff(bytes: &[u8], words: &[&str]) -> Option<Value> {
    let text = decode(bytes)?;
    let starts = text.trim_start().starts_with(['{', '[']);
    if starts && words.iter().all(|word| text.contains(word)) { parse(&text).ok() } else { None }
}

/// The value of a file that is known to be JSON.
pub fn of(bytes: &[u8]) -> Result<Value, ImportError> {
    parse(&decode(bytes).ok_or(ImportError::BadContent)?)
}

/// Reading fields that may be missing, null, or of another type than promised.
pub trait Fields {
    /// The field; JSON null where it is missing.
    fn field(&self, key: &str) -> &Value;
    /// Whether the field is there and not null.
    fn has(&self, key: &str) -> bool;
    /// The text of a field; empty for everything that is no string.
    fn text(&self, key: &str) -> &str;
    /// A whole number, written as a number or as a string of digits; `None` for everything else.
    fn number(&self, key: &str) -> Option<u64>;
    /// True for `true`, `"true"`, `1` and `"1"`.
    fn flag(&self, key: &str) -> bool;
    /// The elements of an array; none for everything else.
    fn list(&self, key: &str) -> &[Value];
    /// The members of an object in file order; none for everything else.
    fn members(&self, key: &str) -> impl Iterator<Item = (&str, &Value)>;
}

impl Fields for Value {
    fn field(&self, key: &str) -> &Value {
        self.get(key).unwrap_or(&Value::Null)
    }

    fn has(&self, key: &str) -> bool {
        !self.field(key).is_null()
    }

    fn text(&self, key: &str) -> &str {
        self.field(key).as_str().unwrap_or_default()
    }

    fn number(&self, key: &str) -> Option<u64> {
        match self.field(key) {
            Value::String(digits) => digits.trim().parse().ok(),
            Value::Number(n) => n.as_u64().or_else(|| n.as_f64().and_then(whole)),
            _ => None,
        }
    }

    fn flag(&self, key: &str) -> bool {
        match self.field(key) {
            Value::Bool(flag) => *flag,
            Value::String(word) => word.eq_ignore_ascii_case("true") || word == "1",
            Value::Number(n) => n.as_u64() == Some(1),
            _ => false,
        }
    }

    fn list(&self, key: &str) -> &[Value] {
        self.field(key).as_array().map_or(&[], Vec::as_slice)
    }

    fn members(&self, key: &str) -> impl Iterator<Item = (&str, &Value)> {
        self.field(key).as_object().into_iter().flatten().map(|(k, v)| (k.as_str(), v))
    }
}

/// `30.0` is 30; a float holds whole numbers exactly up to 2^53.
fn whole(n: f64) -> Option<u64> {
    (n.fract() == 0.0 && (0.0..9_007_199_254_740_992.0).contains(&n)).then_some(n as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_any_type_are_read_without_surprise() {
        let v =
            parse(r#"{"a":"x","n":"30","f":30.0,"neg":-1,"t":"TRUE","l":[1],"z":null,"o":{"k":1}}"#).unwrap();
        assert_eq!((v.text("a"), v.text("n"), v.text("l"), v.text("none")), ("x", "30", "", ""));
        assert_eq!(
            (v.number("n"), v.number("f"), v.number("neg"), v.number("a")),
            (Some(30), Some(30), None, None)
        );
        assert!(v.flag("t") && !v.flag("z") && !v.has("z") && v.has("a"));
        assert_eq!((v.list("l").len(), v.list("a").len(), v.members("o").count()), (1, 0, 1));
        assert!(Value::Null.field("x").is_null());
    }

    #[test]
    fn depth_and_size_are_bounded() {
        assert_eq!(parse(&"[".repeat(200)), Err(ImportError::BadContent));
        assert_eq!(parse(&format!("[{}0]", "0,".repeat(MAX_WEIGHT / VALUE))), Err(ImportError::TooLarge));
        assert_eq!(parse(&format!("[{}0]", "{},".repeat(MAX_WEIGHT / OBJECT))), Err(ImportError::TooLarge));
        assert_eq!(parse("{"), Err(ImportError::BadContent));
    }
}
