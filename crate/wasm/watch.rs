//! Our small script on the sites that the user chose and the browser allows, and the badge.
//!
//! A script is registered under its match pattern as id, and never beyond this session of the browser: a profile that
//! is opened without the vault runs nothing. Firefox knows no ports in patterns: there, and for the permission in both,
//! it is the host on any port.

use std::cell::RefCell;
use std::collections::HashMap;

use gloo::timers::future::TimeoutFuture;
use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;

use crate::core::on_any_port;
use crate::site::Origin;

use super::webext;

const SCRIPT: &str = "content/watch.js";
const FILLED: &str = "✓";
const NOT_FILLED: &str = "–";

/// Brings what is registered in line with `wanted`.
pub async fn watch(wanted: &[String]) -> Result<(), JsValue> {
    let mut allowed: Vec<&str> = Vec::new();
    for pattern in wanted {
        if is_granted(&on_any_port(pattern)).await {
            allowed.push(pattern);
        }
    }
    let known = registered().await?;
    let over: Vec<&String> = known.iter().filter(|id| !allowed.contains(&id.as_str())).collect();
    if !over.is_empty() {
        let ids: Array = over.iter().map(|id| JsValue::from(id.as_str())).collect();
        let filter = webext::object(&[("ids", ids.into())]);
        webext::call(&["scripting", "unregisterContentScripts"], &[filter]).await?;
        wasm_bindgen_futures::spawn_local(clear_badges());
    }
    let ports = knows_ports().await;
    for pattern in allowed.into_iter().filter(|pattern| !known.iter().any(|id| id == pattern)) {
        let pages = if ports { pattern.to_owned() } else { on_any_port(pattern) };
        // One that the browser does not understand takes nothing from the others.
        if register(pattern, &pages).await.is_ok() {
            // Nobody waits for it: a tab that hangs must hold up nothing.
            wasm_bindgen_futures::spawn_local(inject_into_open_tabs(pages));
        }
    }
    Ok(())
}

/// Gives every site that was allowed back to the browser, which keeps their names in its profile.
pub async fn forget() -> Result<(), JsValue> {
    let all = webext::call(&["permissions", "getAll"], &[]).await?;
    let origins: Array = Reflect::get(&all, &"origins".into())?.dyn_into()?;
    if origins.length() > 0 {
        webext::call(&["permissions", "remove"], &[webext::object(&[("origins", origins.into())])]).await?;
    }
    Ok(())
}

/// How many codes are ready for a tab. It goes by itself when the tab goes to another page.
pub async fn badge(tab: i64, origin: &str, count: u32) -> Result<(), JsValue> {
    // The page may have gone on since it spoke.
    let now = webext::call(&["tabs", "get"], &[(tab as f64).into()]).await?;
    let url = Reflect::get(&now, &"url".into())?.as_string().unwrap_or_default();
    if Origin::parse(&url).map(|origin| origin.to_string()).ok().as_deref() != Some(origin) {
        return Ok(());
    }
    badge_text(tab, &count.to_string()).await?;
    title(tab, "badge_title").await
}

thread_local! {
    /// What the button of a tab says of a press at the moment: which of them it was, and how many codes it showed before.
    static MARKS: RefCell<HashMap<i64, (u32, String)>> = RefCell::default();
}

/// Says on the toolbar what became of a press, for a moment; with `stays`, for a minute. Then the button says again what
/// it said before. `why`: the message that says why nothing was filled; none: it was.
pub async fn mark(tab: i64, why: Option<&str>, stays: bool) -> Result<(), JsValue> {
    let before = badge_of(tab).await?;
    let number = MARKS.with_borrow_mut(|marks| {
        let earlier = marks.get(&tab).cloned().unwrap_or_default();
        // What the button says of the whole browser is not the tab's, and a mark before this one does not come back.
        let count = before.bytes().all(|b| b.is_ascii_digit()).then(|| before.clone());
        let count = count.unwrap_or_else(|| if is_mark(&before) { earlier.1 } else { String::new() });
        let number = earlier.0.wrapping_add(1);
        marks.insert(tab, (number, count));
        number
    });
    badge_text(tab, if why.is_some() { NOT_FILLED } else { FILLED }).await?;
    if let Some(why) = why {
        title(tab, why).await?;
    }
    // In steps, each with a question to the browser: a background that asks nothing for half a minute is stopped.
    for step in if stays { [20_000; 3].as_slice() } else { [3_000].as_slice() } {
        TimeoutFuture::new(*step).await;
        let still = MARKS.with_borrow(|marks| marks.get(&tab).is_some_and(|mark| mark.0 == number));
        if !still {
            return Ok(());
        }
        // The page has gone on, and the button with it.
        if !is_mark(&badge_of(tab).await?) {
            MARKS.with_borrow_mut(|marks| marks.remove(&tab));
            return Ok(());
        }
    }
    let Some((_, count)) = MARKS.with_borrow_mut(|marks| marks.remove(&tab)) else { return Ok(()) };
    badge_text(tab, &count).await?;
    title(tab, if count.is_empty() { "" } else { "badge_title" }).await
}

fn is_mark(text: &str) -> bool {
    text == FILLED || text == NOT_FILLED
}

async fn badge_of(tab: i64) -> Result<String, JsValue> {
    let asked = webext::object(&[("tabId", (tab as f64).into())]);
    Ok(webext::call(&["action", "getBadgeText"], &[asked]).await?.as_string().unwrap_or_default())
}

/// A message as the title of the toolbar button on a tab; none: its own again.
pub async fn title(tab: i64, message: &str) -> Result<(), JsValue> {
    let words = match message {
        "" => "".into(),
        message => webext::call(&["i18n", "getMessage"], &[message.into()]).await?,
    };
    let title = webext::object(&[("tabId", (tab as f64).into()), ("title", words)]);
    webext::call(&["action", "setTitle"], &[title]).await.map(drop)
}

/// A text on the toolbar button of a tab.
async fn badge_text(tab: i64, text: &str) -> Result<(), JsValue> {
    let id = JsValue::from(tab as f64);
    // The accent of the interface in its light scheme; white on it has a contrast of 7 to 1.
    let colour = webext::object(&[("tabId", id.clone()), ("color", "#12606c".into())]);
    webext::call(&["action", "setBadgeBackgroundColor"], &[colour]).await?;
    // Nothing of its own: what the toolbar says of the whole browser shows again.
    let text = if text.is_empty() { JsValue::NULL } else { text.into() };
    let text = webext::object(&[("tabId", id), ("text", text)]);
    webext::call(&["action", "setBadgeText"], &[text]).await.map(drop)
}

/// Whether the browser allows the pages of a match pattern.
pub async fn is_granted(pattern: &str) -> bool {
    let origins = Array::of1(&pattern.into());
    let asked = webext::object(&[("origins", origins.into())]);
    let answer = webext::call(&["permissions", "contains"], &[asked]).await;
    answer.is_ok_and(|is| is.as_bool() == Some(true))
}

/// Whether patterns have ports here: Firefox takes one that names a port and runs nothing anywhere.
async fn knows_ports() -> bool {
    let own = webext::call(&["runtime", "getURL"], &["".into()]).await;
    !own.ok().and_then(|url| url.as_string()).is_some_and(|url| url.starts_with("moz-extension:"))
}

async fn registered() -> Result<Vec<String>, JsValue> {
    let all: Array = webext::call(&["scripting", "getRegisteredContentScripts"], &[]).await?.dyn_into()?;
    let ids = all.iter().filter_map(|script| Reflect::get(&script, &"id".into()).ok()?.as_string());
    Ok(ids.collect())
}

async fn register(id: &str, pages: &str) -> Result<(), JsValue> {
    let script = webext::object(&[
        ("id", id.into()),
        ("matches", Array::of1(&pages.into()).into()),
        ("js", Array::of1(&SCRIPT.into()).into()),
        ("runAt", "document_idle".into()),
        ("allFrames", false.into()),
        ("persistAcrossSessions", false.into()),
    ]);
    let scripts = Array::of1(&script);
    webext::call(&["scripting", "registerContentScripts"], &[scripts.into()]).await.map(drop)
}

/// Pages that were there before: the user allowed it just now, or unlocked.
async fn inject_into_open_tabs(pattern: String) {
    let filter = webext::object(&[("url", pattern.as_str().into())]);
    let Ok(tabs) = webext::call(&["tabs", "query"], &[filter]).await else { return };
    for tab in tabs.dyn_into::<Array>().unwrap_or_default().iter() {
        let Ok(id) = Reflect::get(&tab, &"id".into()) else { continue };
        let target = webext::object(&[("tabId", id)]);
        let files = Array::of1(&SCRIPT.into());
        let order = webext::object(&[("target", target), ("files", files.into())]);
        let _ = webext::call(&["scripting", "executeScript"], &[order]).await;
    }
}

/// The tabs' addresses are not known any more where a permission was taken back: every tab's badge goes.
async fn clear_badges() {
    let Ok(tabs) = webext::call(&["tabs", "query"], &[webext::object(&[])]).await else { return };
    for tab in tabs.dyn_into::<Array>().unwrap_or_default().iter() {
        let Ok(id) = Reflect::get(&tab, &"id".into()) else { continue };
        let text = webext::object(&[("tabId", id.clone()), ("text", JsValue::NULL)]);
        let _ = webext::call(&["action", "setBadgeText"], &[text]).await;
        let title = webext::object(&[("tabId", id), ("title", "".into())]);
        let _ = webext::call(&["action", "setTitle"], &[title]).await;
    }
}
