//! Keeper, JSON: `records[]` whose `custom_fields` hold `$oneTimeCode::1`.

use serde_json::Value;

use super::collect::Collector;
use super::login::Login;
use super::read::json::{self, Fields};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::secret::SecretText;

/// Keeper's export.
#[derive(Debug)]
pub struct Keeper;

impl Importer for Keeper {
    fn id(&self) -> &'static str {
        "keeper"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        json::sniff(input.bytes, &["\"records\""]).is_some_and(|v| {
            v.has("shared_folders") && v.field("records").is_array()
                || v.list("records").iter().any(|r| r.has("$type") || r.has("custom_fields"))
        })
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let export = json::of(input.bytes)?;
        let mut collector = Collector::new("keeper-json", limits);
        for record in export.list("records") {
            let login = login(record);
            // `$oneTimeCode:label:number`, and what older versions wrote; a value, or several in an array.
            let codes = record.members("custom_fields");
            let codes = codes.filter(|(key, _)| key.starts_with("$oneTimeCode") || *key == "TFC:Keeper");
            for value in codes.map(|(_, value)| value) {
                let one = std::slice::from_ref(value);
                for field in value.as_array().map_or(one, Vec::as_slice).iter().filter_map(Value::as_str) {
                    if !field.trim().is_empty() {
                        collector.take(&login.what(), login.read(field))?;
                    }
                }
            }
        }
        Ok(collector.finish())
    }
}

fn login(record: &Value) -> Login<'_> {
    let folders = record.list("folders").iter().flat_map(|f| [f.text("folder"), f.text("shared_folder")]);
    Login {
        title: record.text("title"),
        username: record.text("login"),
        note: record.text("notes"),
        urls: vec![record.text("login_url")],
        tags: folders.collect(),
        lost: vec![
            ("password", !record.text("password").is_empty()),
            ("fields", record.members("custom_fields").count() > 1),
        ],
        ..Login::default()
    }
}
