//! Bundles in the downloads folder: a blob, handed to the browser, kept until the download is complete, and taken out of
//! the list of downloads. The permission is optional and may be gone at any time.

use gloo::timers::future::TimeoutFuture;
use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BroadcastChannel, MessageEvent, Url};

use crate::host::platform::Put;
use crate::recovery::schedule::Trouble;

use super::webext;

/// A folder of our own among the downloads: files of every day do not lie among the user's.
const FOLDER: &str = "Sparekey";
const LOOK_MS: u32 = 150;
/// A browser that asks where to save each file waits for the user.
const WAIT_MS: u32 = 300_000;
/// As in `offscreen/main.js`.
const CHANNEL: &str = "sparekey-blob";
const OFFSCREEN: &str = "offscreen/offscreen.html";

/// Downloads a new file.
pub async fn put(name: &str, bytes: &[u8]) -> Result<Put, Trouble> {
    if !is_permitted().await {
        return Err(Trouble::NoPermission);
    }
    let url = BlobUrl::make(bytes).await.map_err(|_| Trouble::Failed)?;
    let order = webext::object(&[
        ("url", url.text.as_str().into()),
        ("filename", format!("{FOLDER}/{name}").into()),
        ("conflictAction", "uniquify".into()),
        ("saveAs", false.into()),
    ]);
    let done = match webext::call(&["downloads", "download"], &[order]).await {
        Ok(id) => arrived(&id, bytes.len()).await,
        Err(error) => Err(refused(&error)),
    };
    url.release().await;
    Ok(Put { name: done?, alone: true })
}

/// Waits for the end of a download. The name that it got.
async fn arrived(id: &JsValue, size: usize) -> Result<String, Trouble> {
    let query = webext::object(&[("id", id.clone())]);
    for _ in 0..WAIT_MS / LOOK_MS {
        let found = webext::call(&["downloads", "search"], std::slice::from_ref(&query))
            .await
            .map_err(|_| Trouble::Failed)?;
        let item = found.unchecked_into::<Array>().get(0);
        let text = |key: &str| Reflect::get(&item, &key.into()).ok().and_then(|it| it.as_string());
        let number = |key: &str| Reflect::get(&item, &key.into()).ok().and_then(|it| it.as_f64());
        match text("state").as_deref() {
            Some("in_progress") => TimeoutFuture::new(LOOK_MS).await,
            Some("complete") => {
                // In the list it would be one of dozens; the file stays.
                let _ = webext::call(&["downloads", "erase"], &[query]).await;
                let path = text("filename").unwrap_or_default();
                let long = number("fileSize").filter(|size| *size >= 0.0).or_else(|| number("bytesReceived"));
                return match long {
                    Some(long) if long == size as f64 => {
                        Ok(path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned())
                    }
                    _ => Err(Trouble::NotTheSame),
                };
            }
            state => {
                let why = state.and(text("error")).unwrap_or_default();
                let _ = webext::call(&["downloads", "erase"], &[query]).await;
                return Err(trouble_of(&why));
            }
        }
    }
    let _ = webext::call(&["downloads", "cancel"], std::slice::from_ref(id)).await;
    Err(Trouble::Cancelled)
}

/// The browser's reasons, those that the user can do something about told apart.
fn trouble_of(why: &str) -> Trouble {
    match why {
        "FILE_NO_SPACE" => Trouble::DiskFull,
        "USER_CANCELED" | "USER_SHUTDOWN" => Trouble::Cancelled,
        "FILE_ACCESS_DENIED" | "FILE_BLOCKED" | "FILE_SECURITY_CHECK_FAILED" => Trouble::NoPermission,
        _ => Trouble::Failed,
    }
}

/// Firefox rejects where Chrome interrupts.
fn refused(error: &JsValue) -> Trouble {
    let text = Reflect::get(error, &"message".into()).ok().and_then(|it| it.as_string()).unwrap_or_default();
    if text.to_lowercase().contains("cancel") { Trouble::Cancelled } else { Trouble::Failed }
}

async fn is_permitted() -> bool {
    let wanted = webext::object(&[("permissions", Array::of1(&"downloads".into()).into())]);
    webext::call(&["permissions", "contains"], &[wanted]).await.is_ok_and(|it| it == JsValue::TRUE)
}

/// A blob's address. Chrome's worker cannot make one: a page without a window does.
struct BlobUrl {
    text: String,
    offscreen: bool,
}

impl BlobUrl {
    async fn make(bytes: &[u8]) -> Result<Self, JsValue> {
        let bytes = js_sys::Uint8Array::from(bytes);
        if webext::has(&["offscreen", "createDocument"]) {
            return Ok(Self { text: offscreen_url(&bytes).await?, offscreen: true });
        }
        let blob = Blob::new_with_u8_array_sequence(&Array::of1(&bytes))?;
        Ok(Self { text: Url::create_object_url_with_blob(&blob)?, offscreen: false })
    }

    async fn release(self) {
        if self.offscreen {
            let _ = webext::call(&["offscreen", "closeDocument"], &[]).await;
        } else {
            let _ = Url::revoke_object_url(&self.text);
        }
    }
}

async fn offscreen_url(bytes: &js_sys::Uint8Array) -> Result<String, JsValue> {
    // One that a stopped background left behind.
    let _ = webext::call(&["offscreen", "closeDocument"], &[]).await;
    let order = webext::object(&[
        ("url", OFFSCREEN.into()),
        ("reasons", Array::of1(&"BLOBS".into()).into()),
        ("justification", "Hands a recovery bundle to the downloads.".into()),
    ]);
    webext::call(&["offscreen", "createDocument"], &[order]).await?;
    let channel = BroadcastChannel::new(CHANNEL)?;
    let answer = Promise::new(&mut |resolve, _| {
        let heard = Closure::once_into_js(move |event: MessageEvent| {
            let _ = resolve.call1(&JsValue::UNDEFINED, &event.data());
        });
        channel.set_onmessage(Some(heard.unchecked_ref()));
    });
    channel.post_message(bytes)?;
    let url = JsFuture::from(answer).await;
    channel.close();
    url?.as_string().ok_or(JsValue::UNDEFINED)
}
