//! The extension API as futures: `browser` where it is, else `chrome`. Both return promises.

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Calls `a.b.c(...args)` of the extension API and awaits it.
pub async fn call(path: &[&str], args: &[JsValue]) -> Result<JsValue, JsValue> {
    let (method, room) = path.split_last().ok_or(JsValue::UNDEFINED)?;
    let mut this = api();
    for step in room {
        this = Reflect::get(&this, &(*step).into())?;
    }
    let function: Function = Reflect::get(&this, &(*method).into())?.dyn_into()?;
    let result = function.apply(&this, &args.iter().collect::<Array>())?;
    match result.dyn_into::<Promise>() {
        Ok(promise) => JsFuture::from(promise).await,
        Err(plain) => Ok(plain),
    }
}

/// Whether `a.b` is there in this browser.
pub fn has(path: &[&str]) -> bool {
    let mut this = api();
    for step in path {
        match Reflect::get(&this, &(*step).into()) {
            Ok(next) if !next.is_undefined() => this = next,
            _ => return false,
        }
    }
    true
}

/// `{ key: value, ... }`
pub fn object(pairs: &[(&str, JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (key, value) in pairs {
        // Setting a key of a fresh plain object cannot fail.
        let _ = Reflect::set(&object, &(*key).into(), value);
    }
    object.into()
}

fn api() -> JsValue {
    let global = js_sys::global();
    let browser = Reflect::get(&global, &"browser".into()).unwrap_or(JsValue::UNDEFINED);
    if browser.is_undefined() {
        Reflect::get(&global, &"chrome".into()).unwrap_or(JsValue::UNDEFINED)
    } else {
        browser
    }
}
