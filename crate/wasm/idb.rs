//! IndexedDB as futures: databases with one object store of texts. Strict durability: acknowledged is on the disk.

use std::cell::RefCell;
use std::collections::BTreeMap;

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbFactory, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction};

use crate::host::platform::Rinse;

use super::webext;

/// The ring's database.
pub const RING: &str = "sparekey";
/// There only while the stores are made anew.
pub const SPARE: &str = "sparekey-spare";
/// Empty databases, numbered, two of them older than the ring: see [`rinse`].
const BASE: &str = "sparekey-base-";
const STORE: &str = "ring";
const READ: &str = "readonly";
const WRITE: &str = "readwrite";

thread_local! {
    /// The open ring; forgotten when it fails, so that the next call opens it anew.
    static OPEN: RefCell<Option<IdbDatabase>> = const { RefCell::new(None) };
}

/// Every key of the ring and its text.
pub async fn read_all() -> Result<BTreeMap<String, String>, JsValue> {
    read_in(transaction(READ).await?).await
}

/// Every key of the spare and its text. Looking does not make it.
pub async fn read_spare() -> Result<BTreeMap<String, String>, JsValue> {
    // Firefox lists no database at all beside one whose making was killed; opening that one mends it.
    if !exists(SPARE).await.unwrap_or(true) {
        return Ok(BTreeMap::new());
    }
    let database = open(SPARE, STORE).await?;
    let read = async { read_in(begin(&database, STORE, READ)?).await };
    let found = read.await;
    database.close();
    found
}

/// Writes keys of the spare in one transaction.
pub async fn write_spare(set: &[(String, String)]) -> Result<(), JsValue> {
    let database = open(SPARE, STORE).await?;
    let write = async { write_in(begin(&database, STORE, WRITE)?, set, &[]).await };
    let written = write.await;
    database.close();
    written
}

/// Deletes a database, and in Firefox its file with it. Who else has it open is asked to close it; calls that come later
/// wait until it is gone.
pub async fn discard(name: &str) -> Result<(), JsValue> {
    if name == RING
        && let Some(open) = OPEN.take()
    {
        open.close();
    }
    let request = factory()?.delete_database(name)?;
    JsFuture::from(requested(&request)).await.map(drop)
}

/// Chromium keeps every database of ours in one LevelDB and deletes one by marks; the bytes go when the table that they lie in is
/// merged with the marks. It merges the tables that reach over the keys of the database that is deleted, after its answer and
/// only once. A kill in that moment leaves a table that no later deletion reaches, because each new database has later
/// keys: measured in 6 of 24 kills. Every table begins with the list of databases, so the deletion of one that is older than the former ring
/// reaches all of them. So there are always two such: one goes at the end of a scrub, the other one when the first cannot
/// be at work any more, or at the next start.
pub async fn rinse(step: Rinse) -> Result<(), JsValue> {
    if step == Rinse::Before {
        return lay_bases().await;
    }
    let bases = bases().await?;
    let newest = if step == Rinse::All { 0 } else { BASES };
    let old = &bases[..bases.len().saturating_sub(newest)];
    let going = match step {
        Rinse::After => old.get(1..).unwrap_or_default(),
        _ => old,
    };
    // The oldest last: its deletion reaches all that the others left.
    for number in going.iter().rev() {
        discard(&format!("{BASE}{number}")).await?;
    }
    if step == Rinse::After && going.is_empty() {
        // A ring from before there were bases. Any deletion drops the files that those before it made void.
        let extra = format!("{BASE}{}", bases.last().map_or(0, |last| last + 1));
        open(&extra, STORE).await?.close();
        return discard(&extra).await;
    }
    Ok(())
}

/// How many are older than the ring.
const BASES: usize = 2;

/// Two more.
async fn lay_bases() -> Result<(), JsValue> {
    let next = bases().await?.last().map_or(0, |last| last + 1);
    for number in (next..).take(BASES) {
        open(&format!("{BASE}{number}"), STORE).await?.close();
    }
    Ok(())
}

/// Their numbers, the oldest first.
async fn bases() -> Result<Vec<u32>, JsValue> {
    let names = names().await?;
    let mut numbers: Vec<u32> =
        names.iter().filter_map(|name| name.strip_prefix(BASE)?.parse().ok()).collect();
    numbers.sort_unstable();
    Ok(numbers)
}

async fn read_in(transaction: IdbTransaction) -> Result<BTreeMap<String, String>, JsValue> {
    let store = transaction.object_store(STORE)?;
    let keys = requested(&store.get_all_keys()?);
    let values = requested(&store.get_all()?);
    let keys: Array = JsFuture::from(keys).await?.dyn_into()?;
    let values: Array = JsFuture::from(values).await?.dyn_into()?;
    Ok(keys.iter().zip(values.iter()).filter_map(|(k, v)| Some((k.as_string()?, v.as_string()?))).collect())
}

/// Writes and removes keys in one transaction.
pub async fn write(set: &[(String, String)], remove: &[String]) -> Result<(), JsValue> {
    let written = write_in(transaction(WRITE).await?, set, remove).await;
    if written.is_err() {
        // After a full disk Firefox refuses every write on this connection, and takes them on a new one.
        if let Some(broken) = OPEN.take() {
            broken.close();
        }
    }
    written
}

async fn write_in(
    transaction: IdbTransaction,
    set: &[(String, String)],
    remove: &[String],
) -> Result<(), JsValue> {
    let store: IdbObjectStore = transaction.object_store(STORE)?;
    let complete = completed(&transaction);
    for key in remove {
        store.delete(&key.into())?;
    }
    for (key, text) in set {
        store.put_with_key(&text.into(), &key.into())?;
    }
    JsFuture::from(complete).await.map(drop)
}

/// Removes every key.
pub async fn empty() -> Result<(), JsValue> {
    let transaction = transaction(WRITE).await?;
    let complete = completed(&transaction);
    transaction.object_store(STORE)?.clear()?;
    JsFuture::from(complete).await.map(drop)
}

/// Removes one value of a database that a page of ours writes.
pub async fn remove_one(database: &str, store: &'static str, key: &str) -> Result<(), JsValue> {
    let database = open(database, store).await?;
    let remove = async {
        let transaction = begin(&database, store, WRITE)?;
        let complete = completed(&transaction);
        transaction.object_store(store)?.delete(&key.into())?;
        JsFuture::from(complete).await.map(drop)
    };
    let removed = remove.await;
    database.close();
    removed
}

async fn transaction(mode: &str) -> Result<IdbTransaction, JsValue> {
    // A connection that the browser closed underneath (storage pressure, a crash) shows only here.
    match begin(&database().await?, STORE, mode) {
        Ok(transaction) => Ok(transaction),
        Err(_) => {
            OPEN.with_borrow_mut(|open| *open = None);
            begin(&database().await?, STORE, mode)
        }
    }
}

/// By name, because web-sys calls the durability option unstable.
fn begin(database: &IdbDatabase, store: &str, mode: &str) -> Result<IdbTransaction, JsValue> {
    let begin: Function = Reflect::get(database, &"transaction".into())?.dyn_into()?;
    let options = webext::object(&[("durability", "strict".into())]);
    begin.call3(database, &store.into(), &mode.into(), &options)?.dyn_into()
}

async fn database() -> Result<IdbDatabase, JsValue> {
    if let Some(open) = OPEN.with_borrow(Clone::clone) {
        return Ok(open);
    }
    let names = names().await.unwrap_or_default();
    if !webext::has(&["runtime", "getBrowserInfo"])
        && names.iter().all(|name| name != RING && !name.starts_with(BASE))
    {
        // Before the ring, in Chromium. It is made without them too.
        let _ = rinse(Rinse::Before).await;
    }
    let opened = open(RING, STORE).await?;
    // Another background of ours makes the ring anew: it must not wait for this one.
    let closing = opened.clone();
    let close = Closure::once_into_js(move || closing.close());
    opened.set_onversionchange(Some(close.unchecked_ref()));
    OPEN.with_borrow_mut(|open| *open = Some(opened.clone()));
    Ok(opened)
}

/// A database with one object store, made where it is not there yet.
async fn open(name: &str, store: &'static str) -> Result<IdbDatabase, JsValue> {
    let factory = factory()?;
    let request: IdbOpenDbRequest = factory.open_with_u32(name, 1)?;
    let upgrading = request.clone();
    let upgrade = Closure::once(move || {
        let made = upgrading.result().and_then(JsCast::dyn_into::<IdbDatabase>);
        if let Ok(database) = made {
            // It fails only when it is there already.
            let _ = database.create_object_store(store);
        }
    });
    request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
    JsFuture::from(requested(&request)).await?.dyn_into()
}

fn factory() -> Result<IdbFactory, JsValue> {
    Reflect::get(&js_sys::global(), &"indexedDB".into())?.dyn_into()
}

async fn exists(name: &str) -> Result<bool, JsValue> {
    Ok(names().await?.iter().any(|each| each == name))
}

/// By name, because web-sys has no list of databases.
async fn names() -> Result<Vec<String>, JsValue> {
    let factory = factory()?;
    let databases: Function = Reflect::get(&factory, &"databases".into())?.dyn_into()?;
    let found: Promise = databases.call0(&factory)?.dyn_into()?;
    let found: Array = JsFuture::from(found).await?.dyn_into()?;
    let named = |each: JsValue| Reflect::get(&each, &"name".into()).ok()?.as_string();
    Ok(found.iter().filter_map(named).collect())
}

/// One value of a database that a page of ours writes (`shared/folder.js`); the connection does not stay open.
pub async fn read_one(database: &str, store: &'static str, key: &str) -> Result<JsValue, JsValue> {
    let database = open(database, store).await?;
    let read = async {
        let transaction = database.transaction_with_str(store)?;
        JsFuture::from(requested(&transaction.object_store(store)?.get(&key.into())?)).await
    };
    let value = read.await;
    database.close();
    value
}

fn requested(request: &IdbRequest) -> Promise {
    let request = request.clone();
    Promise::new(&mut move |resolve, reject| {
        let done = request.clone();
        let success = Closure::once_into_js(move || {
            let _ = resolve.call1(&JsValue::UNDEFINED, &done.result().unwrap_or(JsValue::UNDEFINED));
        });
        let error = Closure::once_into_js(move || {
            let _ = reject.call0(&JsValue::UNDEFINED);
        });
        request.set_onsuccess(Some(success.unchecked_ref()));
        request.set_onerror(Some(error.unchecked_ref()));
    })
}

fn completed(transaction: &IdbTransaction) -> Promise {
    let transaction = transaction.clone();
    Promise::new(&mut move |resolve, reject| {
        transaction.set_oncomplete(Some(&resolve));
        transaction.set_onerror(Some(&reject));
        transaction.set_onabort(Some(&reject));
    })
}
