//! The host's [`Platform`] in a real browser.

use std::collections::BTreeMap;

use gloo::timers::future::TimeoutFuture;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::env::{Entropy, Millis};
use crate::host::platform::{BALLAST, PageError, PageText, Platform, Put, Rinse, StoreError, StoreId};
use crate::recovery::schedule::{Destination, Trouble};

use super::{download, folder, idb, sync, watch, webext};

/// A store that has not answered by then counts as failed. A strict write of 3 MB took 0.3 s on a busy machine.
const STORE_MS: u32 = 15_000;
/// The browser reads policies at its start: asking earlier waits for that.
const MANAGED_MS: u32 = 5_000;
/// A page's script waits at most for the next code, a few seconds.
const PAGE_MS: u32 = 15_000;
const SESSION: &str = "session";
/// In `storage.session`: stores that failed a write since the browser started. It ends with the browser, as what it
/// warns of does.
const TORN: [&str; 2] = ["torn-ring", "torn-area"];
/// Keys that are written over what lay in `storage.local`.
const FILL: usize = 300;
/// Keys and bytes of what makes a store begin a new log: more than LevelDB's write buffer of 4 MiB, each value below
/// the 64 KiB from which Chromium keeps it in a file beside the log.
const RENEWAL: (usize, usize) = (192, 32 * 1024);
/// Keys and bytes of each, and how often they are written, that make Chromium merge the tables of `storage.local`.
const CHURN: (usize, usize) = (14, 1 << 20);
const CHURN_PASSES: usize = 5;
const ALARM: &str = "lock";

/// The browser.
pub struct Browser;

/// `crypto.getRandomValues`.
pub struct Crypto;

impl Entropy for Crypto {
    fn fill(&mut self, bytes: &mut [u8]) {
        let crypto: web_sys::Crypto = Reflect::get(&js_sys::global(), &"crypto".into())
            .and_then(JsCast::dyn_into)
            .unwrap_or_else(|_| wasm_bindgen::throw_str("no crypto"));
        // It takes 65,536 bytes at once.
        for part in bytes.chunks_mut(65_536) {
            if crypto.get_random_values_with_u8_array(part).is_err() {
                // Going on without randomness would be worse than stopping.
                wasm_bindgen::throw_str("no randomness");
            }
        }
    }
}

/// The lock, until it is dropped.
pub struct Guard(Option<Function>);

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(release) = self.0.take() {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

impl Platform for Browser {
    type Guard = Guard;
    type Entropy = Crypto;

    fn now(&self) -> Millis {
        Millis(js_sys::Date::now().max(0.0) as u64)
    }

    fn entropy(&self) -> Crypto {
        Crypto
    }

    async fn lock(&self) -> Guard {
        hold_lock().await.unwrap_or(Guard(None))
    }

    async fn read(&self, store: StoreId) -> Result<BTreeMap<String, String>, StoreError> {
        let read = async || match store {
            StoreId::Ring => within(STORE_MS, idb::read_all()).await,
            StoreId::Area => within(STORE_MS, read_area()).await,
            StoreId::Spare => within(STORE_MS, idb::read_spare()).await,
        };
        match read().await {
            Ok(keys) => Ok(keys),
            // Chromium answers "Invalid JSON" once for a damaged value, drops that one, and reads the rest.
            Err(_) => read().await,
        }
    }

    async fn write(
        &self,
        store: StoreId,
        set: &[(String, String)],
        remove: &[String],
    ) -> Result<(), StoreError> {
        let torn = is_torn(store).await;
        if torn {
            renew(store).await?;
        }
        let written = write(store, set, remove).await;
        if torn == written.is_ok() {
            set_torn(store, !torn).await;
        }
        written
    }

    async fn remove_all(&self, store: StoreId) -> Result<(), StoreError> {
        match store {
            StoreId::Ring => within(STORE_MS, idb::empty()).await,
            StoreId::Area => within(STORE_MS, empty_area()).await,
            StoreId::Spare => within(STORE_MS, idb::discard(idb::SPARE)).await,
        }
    }

    async fn discard(&self, store: StoreId) -> Result<(), StoreError> {
        let discarded = match store {
            StoreId::Ring => within(STORE_MS, idb::discard(idb::RING)).await,
            // Chromium deletes the files one by one, and a kill in between leaves a store that nothing opens again.
            StoreId::Area if !is_firefox() => Ok(()),
            StoreId::Area => within(STORE_MS, discard_area()).await,
            StoreId::Spare => within(STORE_MS, idb::discard(idb::SPARE)).await,
        };
        if discarded.is_err() {
            set_torn(store, true).await;
        }
        discarded
    }

    async fn rinse(&self, step: Rinse) -> Result<(), StoreError> {
        // It deletes a file for each database, and blanks what gets free.
        if is_firefox() {
            return Ok(());
        }
        let rinsed = within(STORE_MS, idb::rinse(step)).await;
        if rinsed.is_err() {
            set_torn(StoreId::Ring, true).await;
        }
        rinsed?;
        match step {
            Rinse::Last => churn_area(Some(self)).await,
            // The erasing holds the lock.
            Rinse::All => churn_area(None).await,
            Rinse::Before | Rinse::After => Ok(()),
        }
    }

    async fn forget(&self) {
        // What fails here leaves a name of a folder or of a site, and nothing of the vault.
        let _ = within(STORE_MS, folder::forget()).await;
        let _ = within(STORE_MS, watch::forget()).await;
    }

    async fn session(&self) -> Option<String> {
        let found = webext::call(&["storage", "session", "get"], &[SESSION.into()]).await.ok()?;
        Reflect::get(&found, &SESSION.into()).ok()?.as_string()
    }

    async fn set_session(&self, record: Option<&str>) {
        let record = record.map_or(JsValue::NULL, JsValue::from);
        // Without it the vault is locked again when the background stops: safe, and nothing is lost.
        let _ = webext::call(&["storage", "session", "set"], &[webext::object(&[(SESSION, record)])]).await;
    }

    async fn managed(&self) -> Result<String, StoreError> {
        match within_js(MANAGED_MS, webext::call(&["storage", "managed", "get"], &[JsValue::NULL])).await {
            Ok(found) => js_sys::JSON::stringify(&found).map(String::from).map_err(|_| StoreError),
            // Firefox has no managed storage where no policy names the extension.
            Err(Some(text)) if text.contains("manifest not found") => Ok("{}".into()),
            Err(_) => Err(StoreError),
        }
    }

    async fn set_alarm(&self, at: Option<Millis>) {
        let _ = match at {
            Some(at) => {
                let when = webext::object(&[("when", (at.0 as f64).into())]);
                webext::call(&["alarms", "create"], &[ALARM.into(), when]).await
            }
            None => webext::call(&["alarms", "clear"], &[ALARM.into()]).await,
        };
    }

    async fn inject(&self, tab: i64) -> Result<(), PageError> {
        execute(tab, true, "content/page.js").await.map(drop)
    }

    async fn drawn(&self, tab: i64) -> Result<Vec<String>, PageError> {
        let results = execute(tab, false, "content/drawn.js").await?;
        let first = js_sys::Array::from(&results).get(0);
        let pictures = Reflect::get(&first, &"result".into()).map_err(|_| PageError)?;
        Ok(js_sys::Array::from(&pictures).iter().filter_map(|url| url.as_string()).collect())
    }

    async fn page_text(&self, tab: i64) -> Result<PageText, PageError> {
        let results = execute(tab, false, "content/text.js").await?;
        let first = js_sys::Array::from(&results).get(0);
        let found = Reflect::get(&first, &"result".into()).map_err(|_| PageError)?;
        let text = Reflect::get(&found, &"text".into()).ok().and_then(|text| text.as_string());
        let links = Reflect::get(&found, &"links".into()).map_err(|_| PageError)?;
        let links = js_sys::Array::from(&links).iter().filter_map(|link| link.as_string()).collect();
        Ok(PageText { text: text.ok_or(PageError)?, links })
    }

    async fn read_sync(&self) -> Result<BTreeMap<String, String>, StoreError> {
        within(STORE_MS, read_strings("sync")).await
    }

    async fn write_sync(&self, set: &[(String, String)]) -> Result<(), StoreError> {
        within(STORE_MS, sync::write(set)).await
    }

    async fn remove_sync(&self, keys: &[String]) -> Result<(), StoreError> {
        within(STORE_MS, sync::remove(keys)).await
    }

    async fn inject_top(&self, tab: i64) -> Result<(), PageError> {
        execute(tab, false, "content/page.js").await.map(drop)
    }

    async fn watch(&self, patterns: &[String]) {
        // What the browser refuses is not watched; the choice stays, and the settings say what is missing.
        let _ = watch::watch(patterns).await;
    }

    async fn allows(&self, pattern: &str) -> bool {
        watch::is_granted(pattern).await
    }

    async fn badge(&self, tab: i64, origin: &str, count: u32) {
        let _ = watch::badge(tab, origin, count).await;
    }

    async fn filled(&self, tab: i64, result: &str, stays: bool) {
        let why = (result != "filled").then(|| format!("fill_{}", result.replace('-', "_")));
        // The tab may be gone by then; nobody waits for a badge.
        wasm_bindgen_futures::spawn_local(async move {
            let _ = watch::mark(tab, why.as_deref(), stays).await;
        });
    }

    async fn capture(&self) -> Result<String, PageError> {
        let format = webext::object(&[("format", "png".into())]);
        let picture = webext::call(&["tabs", "captureVisibleTab"], &[format]).await;
        picture.ok().and_then(|url| url.as_string()).ok_or(PageError)
    }

    async fn open_popup(&self) -> bool {
        webext::has(&["action", "openPopup"]) && webext::call(&["action", "openPopup"], &[]).await.is_ok()
    }

    async fn put_backup(&self, destination: Destination, name: &str, bytes: &[u8]) -> Result<Put, Trouble> {
        match destination {
            Destination::Folder => folder::put(name, bytes).await,
            Destination::Downloads => download::put(name, bytes).await,
        }
    }

    async fn read_backup(&self, name: &str) -> Result<Vec<u8>, Trouble> {
        folder::read(name).await
    }

    async fn remove_backup(&self, name: &str) -> Result<(), Trouble> {
        folder::remove(name).await
    }

    async fn remind(&self, remind: bool) {
        let text = webext::object(&[("text", if remind { "!" } else { "" }.into())]);
        let _ = webext::call(&["action", "setBadgeText"], &[text]).await;
    }
}

async fn write(store: StoreId, set: &[(String, String)], remove: &[String]) -> Result<(), StoreError> {
    match store {
        StoreId::Ring => within(STORE_MS, idb::write(set, remove)).await,
        StoreId::Area => {
            within(STORE_MS, write_area(set)).await?;
            if remove.is_empty() { Ok(()) } else { within(STORE_MS, remove_area(remove)).await }
        }
        StoreId::Spare => within(STORE_MS, idb::write_spare(set)).await,
    }
}

/// Makes a store begin a new log. Chromium's stores are LevelDB: a write that a full disk cut off leaves half a record
/// in the log, and what is written behind it is acknowledged, read back, and gone at the next start of the browser
/// (measured: `tests/soak/full-disk.mjs`). A full write buffer goes into a file of its own, and the log with it.
async fn renew(store: StoreId) -> Result<(), StoreError> {
    let mut bytes = vec![0; RENEWAL.1 / 4 * 3];
    // The values are compressed where they can be.
    Crypto.fill(&mut bytes);
    let text = data_encoding::BASE64.encode(&bytes);
    let keys: Vec<String> = (0..RENEWAL.0).map(|n| format!("{BALLAST}/{n:03}")).collect();
    match store {
        StoreId::Ring | StoreId::Spare => {
            let set: Vec<(String, String)> = keys.iter().map(|key| (key.clone(), text.clone())).collect();
            write(StoreId::Ring, &set, &[]).await?;
            write(StoreId::Ring, &[], &keys).await
        }
        StoreId::Area => {
            write(store, &[(BALLAST.into(), text.repeat(RENEWAL.0))], &[]).await?;
            write(store, &[(BALLAST.into(), String::new())], &[]).await
        }
    }
}

async fn is_torn(store: StoreId) -> bool {
    let key = JsValue::from(torn_key(store));
    let found = webext::call(&["storage", "session", "get"], std::slice::from_ref(&key)).await;
    found.and_then(|found| Reflect::get(&found, &key)).is_ok_and(|torn| torn.is_truthy())
}

/// Ring and spare are one LevelDB in Chromium.
fn torn_key(store: StoreId) -> &'static str {
    match store {
        StoreId::Ring | StoreId::Spare => TORN[0],
        StoreId::Area => TORN[1],
    }
}

async fn set_torn(store: StoreId, torn: bool) {
    let mark = webext::object(&[(torn_key(store), torn.into())]);
    let _ = webext::call(&["storage", "session", "set"], &[mark]).await;
}

/// Runs a script of the package in a tab, and awaits the promise that is its value.
async fn execute(tab: i64, all_frames: bool, file: &str) -> Result<JsValue, PageError> {
    let target = webext::object(&[("tabId", (tab as f64).into()), ("allFrames", all_frames.into())]);
    let files = js_sys::Array::of1(&file.into());
    let order = webext::object(&[("target", target), ("files", files.into())]);
    within(PAGE_MS, webext::call(&["scripting", "executeScript"], &[order])).await.map_err(|_| PageError)
}

async fn read_area() -> Result<BTreeMap<String, String>, JsValue> {
    read_strings("local").await
}

/// Every text of an area of the browser's storage.
async fn read_strings(area: &str) -> Result<BTreeMap<String, String>, JsValue> {
    let all = webext::call(&["storage", area, "get"], &[JsValue::NULL]).await?;
    let entries = Object::entries(&all.dyn_into::<Object>()?);
    Ok(entries
        .iter()
        .filter_map(|pair| {
            let pair: js_sys::Array = pair.dyn_into().ok()?;
            Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
        })
        .collect())
}

/// One `set`, which is atomic. Nothing is removed here: keys are overwritten.
async fn write_area(set: &[(String, String)]) -> Result<(), JsValue> {
    let pairs: Vec<(&str, JsValue)> = set.iter().map(|(key, text)| (key.as_str(), text.into())).collect();
    webext::call(&["storage", "local", "set"], &[webext::object(&pairs)]).await.map(drop)
}

/// Every key, also those whose value is no text. Never `clear()`: a kill in it can leave a store that nothing opens.
async fn empty_area() -> Result<(), JsValue> {
    let all = webext::call(&["storage", "local", "get"], &[JsValue::NULL]).await?;
    let keys = Object::keys(&all.dyn_into::<Object>()?);
    remove_area(&keys.iter().filter_map(|key| key.as_string()).collect::<Vec<_>>()).await
}

/// Chromium's `storage.local` is a LevelDB: what was written over goes when the tables that it lies in are merged, and they are
/// merged when there is enough to merge. So much is written below and above all other keys, and removed again. (Measured: 42 MB
/// in three passes did it in 10 of 10 runs, with and without saves before and after, over restarts; two keys alone never
/// did.) Nothing of the vault is touched, and a kill leaves keys that the next start removes.
///
/// It is the most that is ever written at once, so a disk that is nearly full cuts it off before anything else: as after any
/// write that failed, the store begins a new log before it takes another one ([`renew`]). `lock`: what is taken for each
/// piece, so that no save gets in between a piece that was cut off and the note of it.
async fn churn_area(lock: Option<&Browser>) -> Result<(), StoreError> {
    let mut bytes = vec![0; CHURN.1 / 4 * 3];
    // Compressed it would be nothing.
    Crypto.fill(&mut bytes);
    let text = data_encoding::BASE64.encode(&bytes);
    let keys: Vec<String> =
        (0..CHURN.0 / 2).flat_map(|n| [format!("!{BALLAST}/{n:02}"), format!("~{BALLAST}/{n:02}")]).collect();
    let write = async {
        for pass in 0..CHURN_PASSES {
            for two in keys.chunks(2) {
                // Another value each time: the same one would not be written.
                let set: Vec<(String, String)> =
                    two.iter().map(|key| (key.clone(), format!("{pass}{text}"))).collect();
                piece(lock, write_area(&set)).await?;
            }
        }
        Ok(())
    };
    let written: Result<(), StoreError> = write.await;
    piece(lock, remove_area(&keys)).await?;
    written
}

/// A write into `storage.local` past [`Platform::write`], and the note that it failed.
async fn piece(
    lock: Option<&Browser>,
    work: impl Future<Output = Result<(), JsValue>>,
) -> Result<(), StoreError> {
    let _guard = match lock {
        Some(browser) => Some(browser.lock().await),
        None => None,
    };
    let done = within(STORE_MS, work).await;
    if done.is_err() {
        set_torn(StoreId::Area, true).await;
    }
    done
}

async fn remove_area(keys: &[String]) -> Result<(), JsValue> {
    let keys: js_sys::Array = keys.iter().map(JsValue::from).collect();
    webext::call(&["storage", "local", "remove"], &[keys.into()]).await.map(drop)
}

fn is_firefox() -> bool {
    webext::has(&["runtime", "getBrowserInfo"])
}

/// Firefox's SQLite blanks the pages that get free and keeps parts of what lay in those that stay; many small values fill
/// these to the last bytes. (Measured: without them parts stayed in 3 of 7 runs, with them in none of 8.)
async fn discard_area() -> Result<(), JsValue> {
    webext::call(&["storage", "local", "clear"], &[]).await?;
    let mut set = Vec::with_capacity(FILL);
    for n in 0..FILL {
        let mut bytes = vec![0; 8 + n % 5 * 4];
        Crypto.fill(&mut bytes);
        set.push((format!("{BALLAST}/{n:03}"), data_encoding::BASE64.encode(&bytes)));
    }
    write_area(&set).await?;
    webext::call(&["storage", "local", "clear"], &[]).await.map(drop)
}

/// Any failure, and silence, is one failure: what the browser said helps nobody.
async fn within<T>(ms: u32, work: impl Future<Output = Result<T, JsValue>>) -> Result<T, StoreError> {
    let work = std::pin::pin!(work);
    match futures_util::future::select(work, TimeoutFuture::new(ms)).await {
        futures_util::future::Either::Left((done, _)) => done.map_err(|_| StoreError),
        futures_util::future::Either::Right(_) => Err(StoreError),
    }
}

/// The same where what the browser said is asked for; `None`: it said nothing.
async fn within_js<T>(ms: u32, work: impl Future<Output = Result<T, JsValue>>) -> Result<T, Option<String>> {
    let work = std::pin::pin!(work);
    match futures_util::future::select(work, TimeoutFuture::new(ms)).await {
        futures_util::future::Either::Left((done, _)) => {
            done.map_err(|error| error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message())))
        }
        futures_util::future::Either::Right(_) => Err(None),
    }
}

/// `navigator.locks.request("vault", ...)`, held until the guard goes.
async fn hold_lock() -> Result<Guard, JsValue> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into())?;
    let locks = Reflect::get(&navigator, &"locks".into())?;
    // By name, because web-sys calls it unstable.
    let request: Function = Reflect::get(&locks, &"request".into())?.dyn_into()?;
    let granted = Promise::new(&mut |granted, _| {
        let held = Closure::once_into_js(move |_lock: JsValue| {
            Promise::new(&mut |release, _| {
                let _ = granted.call1(&JsValue::UNDEFINED, &release);
            })
        });
        let _ = request.call2(&locks, &"vault".into(), &held);
    });
    let release = JsFuture::from(granted).await?.dyn_into()?;
    Ok(Guard(Some(release)))
}
