//! From an older format to the present one, step by step. There is one format so far, so the list of steps is empty outside
//! the tests; what is around it is not: `host/former.rs` keeps the old file byte for byte before a new one replaces it.
//!
//! The container is the same in every format that is read here; a step is about the body. A step that ends with fewer
//! entries than it began with stops everything.

use serde_json::Value;

use super::body::Body;

/// The format that is written.
pub const CURRENT: u32 = 1;

/// What a body becomes in the next format.
#[derive(Clone, Copy)]
pub struct Step {
    /// The format that it comes from.
    pub from: u32,
    /// How many entries a body of that format has.
    pub count: fn(&Value) -> usize,
    /// The same body in the next one.
    pub body: fn(Value) -> Option<Value>,
}

/// A migration that would lose something, or does not know its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped;

#[cfg(not(test))]
const STEPS: &[Step] = &[];
#[cfg(test)]
const STEPS: &[Step] = &[for_tests::FROM_0];

/// The number in a first line, where files of it are read here.
pub fn format_of(first_line: &[u8]) -> Option<u32> {
    let digits = core::str::from_utf8(first_line.strip_prefix(b"sparekey/")?).ok()?;
    let plain = digits == "0" || (digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0'));
    let format: u32 = plain.then(|| digits.parse().ok()).flatten()?;
    let known = |format: u32| STEPS.iter().any(|step| step.from == format);
    (format <= CURRENT && (format..CURRENT).all(known)).then_some(format)
}

/// A body of an older format as one of the present.
pub fn migrate(format: u32, mut body: Value) -> Result<Body, Stopped> {
    for from in format..CURRENT {
        let step = STEPS.iter().find(|step| step.from == from).ok_or(Stopped)?;
        let before = (step.count)(&body);
        body = (step.body)(body).ok_or(Stopped)?;
        let count = STEPS
            .iter()
            .find(|next| next.from == from + 1)
            .map_or(count as fn(&Value) -> usize, |next| next.count);
        if count(&body) < before {
            return Err(Stopped);
        }
    }
    let entries = count(&body);
    let body: Body = serde_json::from_value(body).map_err(|_| Stopped)?;
    if body.entries.len() < entries { Err(Stopped) } else { Ok(body) }
}

/// Entries of a body of the present format.
fn count(body: &Value) -> usize {
    body.get("entries").and_then(Value::as_array).map_or(0, Vec::len)
}

/// A format that never was, to hold the mechanism: its entries are called accounts, and one with an issuer of `drop me`
/// gets lost, as a faulty step would lose it.
#[cfg(test)]
pub mod for_tests {
    use super::*;

    /// From format 0.
    pub const FROM_0: Step = Step { from: 0, count: accounts, body: to_1 };

    fn accounts(body: &Value) -> usize {
        body.get("accounts").and_then(Value::as_array).map_or(0, Vec::len)
    }

    fn to_1(mut body: Value) -> Option<Value> {
        let mut entries = body.as_object_mut()?.remove("accounts")?;
        entries
            .as_array_mut()?
            .retain(|entry| entry.get("issuer").and_then(Value::as_str) != Some("drop me"));
        body.as_object_mut()?.insert("entries".into(), entries);
        Some(body)
    }

    /// The other way, as an older version would have written it.
    pub fn to_0(mut body: Value) -> Value {
        if let Some(object) = body.as_object_mut() {
            let entries = object.remove("entries").unwrap_or_default();
            object.insert("accounts".into(), entries);
        }
        body
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_known_by_a_number_without_gaps() {
        for (line, format) in [
            ("sparekey/1", Some(1)),
            ("sparekey/0", Some(0)),
            ("sparekey/2", None),
            ("sparekey/01", None),
            ("sparekey/", None),
            ("sparekey/1\r", None),
            ("sparekey/99999999999", None),
            ("other/1", None),
        ] {
            assert_eq!(format_of(line.as_bytes()), format, "{line}");
        }
    }

    #[test]
    fn what_is_not_understood_stops() {
        assert_eq!(migrate(0, Value::Null).map(|_| ()), Err(Stopped));
        assert_eq!(migrate(0, serde_json::json!({"accounts": 3})).map(|_| ()), Err(Stopped));
        assert_eq!(
            migrate(1, serde_json::json!({"entries": [{"nothing": 1}], "slots": {}})).map(|_| ()),
            Err(Stopped)
        );
        assert!(migrate(0, serde_json::json!({"accounts": [], "slots": {}})).is_ok());
    }
}
