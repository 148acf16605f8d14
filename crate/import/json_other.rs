//! JSON that no importer of their own knows: of other apps, and of the scripts that get accounts out of apps without an
//! export. Its objects are told by a member named after one-time passwords, or by otpauth URIs.

use std::borrow::Cow;

use super::collect::Collector;
use super::login::Login;
use super::outline::Outline;
use super::read::json::Value;
use super::telling::{Names, Telling, is_known, is_link, plain};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::secret::SecretText;

/// Any JSON whose objects say what their members are.
pub(super) struct JsonOther;

/// Steps that accounts are looked for down.
const DEPTH: u8 = 6;
/// Members of an object that say something: no app's items have more.
const MEMBERS: usize = 64;

impl Importer for JsonOther {
    fn id(&self) -> &'static str {
        "json"
    }

    fn is_guess(&self) -> bool {
        true
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.outline().is_some_and(tells)
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let mut collector = Collector::new("json-other", limits);
        add(&mut collector, &input.json()?, &[], DEPTH)?;
        collector.finish_some()
    }
}

/// Whether there is an object with a one-time password among what was looked at.
fn tells(file: &Outline) -> bool {
    let members = file.members();
    let texts = members.iter().filter(|(_, value)| !value.is_map() && !value.is_list());
    let names: Vec<_> = texts.clone().map(|(name, _)| plain(name)).collect();
    Names(&names).have_otp()
        || texts.clone().any(|(_, value)| is_link(value.text()))
        || members.iter().any(|(_, value)| tells(value))
        || file.items().iter().any(|item| is_link(item.text()) || tells(item))
}

/// Adds what a value holds. `around` is what the object says that it is a member of.
fn add(
    collector: &mut Collector,
    value: &Value,
    around: &[(String, &Value)],
    depth: u8,
) -> Result<(), ImportError> {
    let Some(depth) = depth.checked_sub(1) else { return Ok(()) };
    for item in value.as_array().into_iter().flatten() {
        match item.as_str().filter(|text| is_link(text)) {
            Some(link) => collector.login(&Login::default(), Login::default().read(link), link)?,
            None => add(collector, item, &[], depth)?,
        }
    }
    let Some(object) = value.as_object() else { return Ok(()) };
    let own: Vec<_> = object
        .iter()
        .filter(|(_, value)| !value.is_array() && !value.is_object())
        .map(|(name, value)| (plain(name), value))
        .filter(|(name, value)| is_known(name) || value.as_str().is_some_and(is_link))
        .take(MEMBERS)
        .collect();
    let names: Vec<_> = own.iter().map(|(name, _)| name.clone()).collect();
    if Names(&names).have_otp() || own.iter().any(|(_, value)| value.as_str().is_some_and(is_link)) {
        let all: Vec<_> = own.iter().chain(around).collect();
        let names: Vec<_> = all.iter().map(|(name, _)| name.clone()).collect();
        let values = all.iter().map(|(_, value)| text(value)).collect();
        let item = Telling { names: &names, values, own: own.len() };
        item.add(collector)?;
    }
    object.iter().try_for_each(|(_, value)| add(collector, value, &own, depth))
}

/// Numbers as texts; nothing for what is neither.
fn text(value: &Value) -> Cow<'_, str> {
    match (value.as_str(), value.as_u64()) {
        (Some(text), _) => Cow::Borrowed(text),
        (None, Some(number)) => Cow::Owned(number.to_string()),
        (None, None) => Cow::Borrowed(""),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::import::ImportError;
    use crate::import::testing::eight::{bare, counter, eight, eight_less, kind, lose_extras, period, uri};
    use crate::import::testing::{holds, read};
    use crate::vault::entry::EntryDraft;

    fn names(file: &Value) -> Vec<(String, String)> {
        let draft = read(file.to_string().as_bytes(), None).unwrap();
        assert_eq!((draft.format, draft.skipped), ("json-other", vec![]));
        draft.entries.into_iter().map(|e| (e.issuer, e.account)).collect()
    }

    #[test]
    fn all_that_the_members_say_is_kept() {
        let item = |e: &EntryDraft| {
            json!({"name": e.account, "issuer": e.issuer, "decrypted_seed": bare(e), "token_type": kind(e),
                "algorithm": e.otp.algorithm().name(), "digits": e.otp.digits().count(),
                "period": period(e), "counter": counter(e), "logo": null})
        };
        let items: Vec<_> = eight().iter().map(item).collect();
        let file = json!({"message": "success", "tokens_of_mine": items, "success": true});
        holds("json-other", file.to_string().as_bytes(), &eight_less(lose_extras));
    }

    #[test]
    fn links_say_more_than_what_stands_beside_them() {
        let item = |e: &EntryDraft| json!({"name": "x", "secret": "MEME", "type": "totp", "url": uri(e)});
        let items: Vec<_> = eight().iter().map(item).collect();
        let mut want = eight_less(lose_extras);
        // Without an issuer of its own the item's name has to do.
        want.iter_mut().filter(|e| e.issuer.is_empty()).for_each(|e| e.issuer = "x".into());
        holds("json-other", json!(items).to_string().as_bytes(), &want);
    }

    #[test]
    fn an_object_in_an_item_has_the_items_names() {
        let otp = json!({"secret": "MEME", "period": 30, "qr": {"x": 1}});
        let item =
            json!({"title": "A", "username": "ada", "password": "pw", "otp": otp, "tags": [{"text": "t"}]});
        let other = json!({"title": "B", "username": "bob", "otp": {}});
        assert_eq!(names(&json!([item, other])), [("A".into(), "ada".into())]);
        // A list's items are not of what the list is in.
        let list =
            json!({"name": "My export", "accounts": {"1": {"totp": "MEMEMEME"}, "2": {"totp": "MAMAMAMA"}}});
        assert_eq!(names(&list), [(String::new(), String::new()), (String::new(), String::new())]);
    }

    #[test]
    fn a_link_around_an_item_is_not_the_items() {
        let file = json!({"title": "A", "username": "ada", "uri": "otpauth://totp/?secret=ME", "backup": {"totp": "MAMAMAMA"}});
        let draft = read(file.to_string().as_bytes(), None).unwrap();
        let keys: Vec<_> = draft.entries.iter().map(bare).collect();
        assert_eq!(keys, ["ME", "MAMAMAMA"]);
    }

    #[test]
    fn a_list_of_links_is_read_in_every_layout() {
        let links: Vec<_> = eight().iter().map(uri).collect();
        let file = json!({"items": links});
        for text in [file.to_string(), serde_json::to_string_pretty(&file).unwrap(), json!(links).to_string()]
        {
            holds("json-other", text.as_bytes(), &eight_less(lose_extras));
        }
    }

    #[test]
    fn other_files_are_none() {
        let deep = json!({"a": {"b": {"c": {"d": {"e": {"f": {"g": {"totp": "MEME"}}}}}}}});
        for (file, why) in [
            (json!([{"secret": "MEME", "name": "n"}]), ImportError::BadContent),
            (json!({"key": "MEME", "type": "x"}), ImportError::NotAnExport),
            (deep, ImportError::BadContent),
        ] {
            assert_eq!(read(file.to_string().as_bytes(), None), Err(why), "{file}");
        }
        assert_eq!(read(json!([{"totp": null}]).to_string().as_bytes(), None), Err(ImportError::NoEntries));
    }
}
