//! What a page's dedicated worker calls: pure functions that take long. Errors are stable codes.

use wasm_bindgen::prelude::*;

use crate::protocol::{DeriveJob, DerivedKey};
use crate::secret::SecretBytes;
use crate::vault::{bytes, kdf, password};

use super::background::to_js;
use super::platform::Crypto;

/// Carries out a derivation. `password` is UTF-8.
#[wasm_bindgen]
pub fn derive(job: JsValue, password: Vec<u8>) -> Result<JsValue, JsValue> {
    let password = SecretBytes::new(password);
    let job: DeriveJob = serde_wasm_bindgen::from_value(job)?;
    let salt = bytes::decode(&job.salt).ok_or_else(|| JsValue::from("bad-request"))?;
    kdf::check(job.params).map_err(|_| JsValue::from("kdf-cost"))?;
    let key = kdf::derive(job.params, &salt, password.expose()).map_err(|_| JsValue::from("no-memory"))?;
    to_js(&DerivedKey { job, key: data_encoding::BASE64.encode(key.expose()) })
}

/// A fresh phrase of six words (77 bits).
#[wasm_bindgen(js_name = makePhrase)]
pub fn make_phrase() -> String {
    password::make_phrase(&mut Crypto)
}

/// `{ ok, reason, bits }`.
#[wasm_bindgen(js_name = judgePassword)]
pub fn judge_password(text: &str) -> Result<JsValue, JsValue> {
    to_js(&password::judge(text))
}

/// Which field of a descriptor takes a code of so many digits: what `tests/e2e/forms.mjs` asks.
#[wasm_bindgen(js_name = detectField)]
pub fn detect_field(page: JsValue, digits: u8, steam: bool) -> Result<JsValue, JsValue> {
    let page: crate::fill::PageFields = serde_wasm_bindgen::from_value(page)?;
    to_js(&crate::fill::detect(&page, &crate::fill::Wanted { digits, steam }))
}

/// The texts of all QR codes in a picture, RGBA.
#[wasm_bindgen(js_name = readQr)]
pub fn read_qr(rgba: &[u8], width: usize, height: usize) -> Vec<String> {
    crate::qr::read_rgba(rgba, width, height)
}

/// A text as a QR code: rows of `0` and `1`, no border.
#[wasm_bindgen(js_name = qrMatrix)]
pub fn qr_matrix(text: &str) -> Result<Vec<String>, JsValue> {
    let rows = crate::qr::matrix(text).map_err(|_| JsValue::from("too-long"))?;
    Ok(rows.iter().map(|row| row.iter().map(|dark| if *dark { '1' } else { '0' }).collect()).collect())
}
