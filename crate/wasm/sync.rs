//! The browser's own sync storage, where the newest bundle lies when the user chose so.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::webext;

/// Writes keys in one call.
pub async fn write(set: &[(String, String)]) -> Result<(), JsValue> {
    let pairs: Vec<(&str, JsValue)> = set.iter().map(|(key, text)| (key.as_str(), text.into())).collect();
    webext::call(&["storage", "sync", "set"], &[webext::object(&pairs)]).await.map(drop)
}

/// Removes keys of our own bundle.
pub async fn remove(keys: &[String]) -> Result<(), JsValue> {
    let keys: Array = keys.iter().map(JsValue::from).collect();
    webext::call(&["storage", "sync", "remove"], &[keys.into()]).await.map(drop)
}
