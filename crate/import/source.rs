//! [`Source`]: an item as it stands in its file, asked for only when no entry can hold it, so that it can be kept.

use data_encoding::BASE64;

use super::read::json::{Fields, Value};
use super::read::sqlite;
use crate::otp::uri::Uri;
use crate::secret::SecretText;
use crate::vault::kept::MAX_KEPT_TEXT;

/// A longer value is a picture: it is left out.
const MAX_VALUE: usize = 4096;
/// Where apps write an item's type, in the item or in the object that holds its generator.
const KINDS: [&str; 6] = ["type", "otp_type", "Type", "tokenType", "kind", "account_type"];
const GENERATORS: [&str; 2] = ["otp", "info"];

/// An item of a file, in whatever form the file has it.
pub(super) trait Source {
    /// Its type as the file names it, and its text.
    fn raw(&self) -> Raw;
}

/// An item as it stood in the file.
#[derive(Debug, Default)]
pub(super) struct Raw {
    /// `motp`, `3`; empty where the file names none.
    pub(super) kind: String,
    /// `None`: it is too long to be kept, or there is nothing.
    pub(super) text: Option<SecretText>,
}

/// An item of which some members were sealed: in clear, in place of those, and the rest as it is.
pub(super) struct Unsealed<'a>(pub(super) &'a Value, pub(super) &'a [(&'a str, &'a str)]);

impl Raw {
    fn written(kind: &str, write: impl FnOnce(&mut Json)) -> Self {
        let mut json = Json { out: SecretText::new(String::with_capacity(MAX_KEPT_TEXT)), full: false };
        write(&mut json);
        let text = Some(json.out).filter(|_| !json.full);
        // Of its own size: a buffer for each of many items would be most of what they take.
        Self {
            kind: kind.to_owned(),
            text: text.map(|text| SecretText::new(text.expose().as_str().to_owned())),
        }
    }
}

/// What was read out before the item's seal was gone.
impl Source for Raw {
    fn raw(&self) -> Raw {
        Raw { kind: self.kind.clone(), text: self.text.clone() }
    }
}

/// A line, or the field of a login: `otpauth://...`, `motp://...`, a secret.
impl Source for str {
    fn raw(&self) -> Raw {
        let text = self.trim();
        let scheme = || text.split_once("://").map_or("", |(scheme, _)| scheme).to_ascii_lowercase();
        let kind = Uri::parse(text).map_or_else(|_| scheme(), |uri| uri.kind);
        let fits = !text.is_empty() && text.len() <= MAX_KEPT_TEXT;
        Raw { kind, text: fits.then(|| SecretText::new(text.to_owned())) }
    }
}

impl Source for Value {
    fn raw(&self) -> Raw {
        Unsealed(self, &[]).raw()
    }
}

impl Source for Unsealed<'_> {
    fn raw(&self) -> Raw {
        let Self(item, clear) = self;
        let named = clear.iter().find(|(name, _)| KINDS.contains(name) || *name == "OTPType");
        let kind = named.map_or_else(|| kind_of(item), |(_, kind)| (*kind).to_owned());
        Raw::written(&kind, |json| {
            let Some(members) = item.as_object() else { return json.value(item) };
            let sealed = |name: &str| clear.iter().any(|(other, _)| *other == name);
            let mut list = json.open("{");
            for (name, value) in members.iter().filter(|(name, _)| !sealed(name)) {
                list.name(name).value(value);
            }
            clear.iter().for_each(|(name, text)| list.name(name).text(text));
            list.close("}");
        })
    }
}

/// Named fields of a format that has no objects.
impl Source for [(&str, &str)] {
    fn raw(&self) -> Raw {
        let kind = self.iter().find(|(name, _)| name.eq_ignore_ascii_case("type")).map_or("", |(_, it)| it);
        Raw::written(kind, |json| {
            let mut list = json.open("{");
            for (name, text) in self.iter().filter(|(_, text)| !text.is_empty()) {
                list.name(name).text(text);
            }
            list.close("}");
        })
    }
}

/// A database's row: the columns that are known.
impl Source for sqlite::Row<'_> {
    fn raw(&self) -> Raw {
        let kind = ["type", "account_type"].map(|column| self.text(column)).concat();
        Raw::written(&kind, |json| {
            let mut list = json.open("{");
            for (column, value) in self.columns() {
                let json = list.name(column);
                match value {
                    sqlite::Value::Text(text) => json.text(text),
                    sqlite::Value::Integer(number) => json.push(&number.to_string()),
                    sqlite::Value::Blob(bytes) => json.text(&BASE64.encode(bytes)),
                    sqlite::Value::Null | sqlite::Value::Real(_) => json.push("null"),
                }
            }
            list.close("}");
        })
    }
}

fn kind_of(item: &Value) -> String {
    let places = [item].into_iter().chain(GENERATORS.map(|name| item.field(name)));
    let mut named = places.flat_map(|place| KINDS.map(|name| place.field(name)));
    let kind = named.find_map(|value| match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    });
    kind.unwrap_or_default()
}

/// A JSON text in the making, of bounded size, without a copy of it left behind by growing.
struct Json {
    out: SecretText,
    full: bool,
}

/// The members of an object, or the elements of an array.
struct List<'j> {
    json: &'j mut Json,
    any: bool,
}

impl Json {
    fn push(&mut self, text: &str) {
        self.full |= self.out.expose().len() + text.len() > MAX_KEPT_TEXT;
        if !self.full {
            self.out.expose_mut().push_str(text);
        }
    }

    fn open(&mut self, sign: &str) -> List<'_> {
        self.push(sign);
        List { json: self, any: false }
    }

    fn text(&mut self, text: &str) {
        if text.len() > MAX_VALUE {
            return self.push("null");
        }
        self.push("\"");
        for c in text.chars() {
            match c {
                '"' => self.push("\\\""),
                '\\' => self.push("\\\\"),
                c if c < ' ' => self.push(&format!("\\u{:04x}", u32::from(c))),
                c => self.push(c.encode_utf8(&mut [0; 4])),
            }
        }
        self.push("\"");
    }

    /// Values are no deeper than the parser lets them be.
    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.push("null"),
            Value::Bool(flag) => self.push(if *flag { "true" } else { "false" }),
            Value::Number(number) => self.push(&number.to_string()),
            Value::String(text) => self.text(text),
            Value::Array(items) => {
                let mut list = self.open("[");
                items.iter().for_each(|item| list.next().value(item));
                list.close("]");
            }
            Value::Object(members) => {
                let mut list = self.open("{");
                members.iter().for_each(|(name, value)| list.name(name).value(value));
                list.close("}");
            }
        }
    }
}

impl List<'_> {
    fn next(&mut self) -> &mut Json {
        if self.any {
            self.json.push(",");
        }
        self.any = true;
        self.json
    }

    fn name(&mut self, name: &str) -> &mut Json {
        let json = self.next();
        json.text(name);
        json.push(":");
        json
    }

    fn close(self, sign: &str) {
        self.json.push(sign);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::read::json::parse;

    fn told(raw: Raw) -> (String, Option<String>) {
        (raw.kind, raw.text.map(|text| text.expose().clone()))
    }

    #[test]
    fn an_object_is_what_it_was() {
        for text in [
            r#"{"type":"motp","info":{"secret":"00ff","digits":6,"pin":null},"groups":["a"],"on":true,"x":1.5}"#,
            "{\"type\":\"\\\"\\\\\\u0001\u{e9}\",\"a\":[],\"b\":{}}",
        ] {
            let raw = parse(text).unwrap().raw();
            assert_eq!(parse(raw.text.unwrap().expose()).unwrap(), parse(text).unwrap());
        }
        let nested = parse(r#"{"name":"a","otp":{"tokenType":"MOTP"}}"#).unwrap().raw();
        assert_eq!(nested.kind, "MOTP");
        assert_eq!(parse(r#"{"Type":3}"#).unwrap().raw().kind, "3");
    }

    #[test]
    fn pictures_stay_behind_and_what_is_longer_than_any_account_does_too() {
        let long =
            |n: usize, many: usize| format!("[{}\"\"]", format!("\"{}\",", "x".repeat(n)).repeat(many));
        assert_eq!(told(parse(&long(MAX_VALUE + 1, 1)).unwrap().raw()).1.as_deref(), Some("[null,\"\"]"));
        assert_eq!(told(parse(&long(MAX_VALUE, 4)).unwrap().raw()).1, None);
        assert!(told(parse(&long(MAX_VALUE, 3)).unwrap().raw()).1.is_some());
    }

    #[test]
    fn lines_and_fields() {
        let line = " OTPAUTH://yaotp/Y:y?secret=AA ";
        assert_eq!(told(line.raw()), ("yaotp".into(), Some(line.trim().into())));
        assert_eq!(told("motp://a?secret=00".raw()).0, "motp");
        assert_eq!(told("not base32 1".raw()), (String::new(), Some("not base32 1".into())));
        assert_eq!(told(" ".raw()).1, None);
        assert_eq!(told("x".repeat(MAX_KEPT_TEXT + 1).raw()).1, None);
        let fields = [("Name", "a"), ("Secret", "x\"y"), ("Type", "OTP_MOTP"), ("None", "")];
        let text = r#"{"Name":"a","Secret":"x\"y","Type":"OTP_MOTP"}"#;
        assert_eq!(told(fields[..].raw()), ("OTP_MOTP".into(), Some(text.into())));
    }

    #[test]
    fn what_was_sealed_is_kept_in_clear() {
        let item = parse(r#"{"id":1,"secret":[1,2,3],"digits":99}"#).unwrap();
        let raw = Unsealed(&item, &[("secret", "MEME"), ("issuer", "Shop")]).raw();
        assert_eq!(told(raw).1.as_deref(), Some(r#"{"id":1,"digits":99,"secret":"MEME","issuer":"Shop"}"#));
    }
}
