//! IndexedDB as futures: one database, one object store of texts. Strict durability: acknowledged is on the disk.

use std::cell::RefCell;
use std::collections::BTreeMap;

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbFactory, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction};

use super::webext;

const DATABASE: &str = "sparekey";
const STORE: &str = "ring";
const READ: &str = "readonly";
const WRITE: &str = "readwrite";

thread_local! {
    /// The open database; forgotten when it fails, so that the next call opens it anew.
    static OPEN: RefCell<Option<IdbDatabase>> = const { RefCell::new(None) };
}

/// Every key and its text.
pub async fn read_all() -> Result<BTreeMap<String, String>, JsValue> {
    let transaction = transaction(READ).await?;
    let store = transaction.object_store(STORE)?;
    let keys = requested(&store.get_all_keys()?);
    let values = requested(&store.get_all()?);
    let keys: Array = JsFuture::from(keys).await?.dyn_into()?;
    let values: Array = JsFuture::from(values).await?.dyn_into()?;
    Ok(keys.iter().zip(values.iter()).filter_map(|(k, v)| Some((k.as_string()?, v.as_string()?))).collect())
}

/// Writes and removes keys in one transaction.
pub async fn write(set: &[(String, String)], remove: &[String]) -> Result<(), JsValue> {
    let transaction = transaction(WRITE).await?;
    let store: IdbObjectStore = transaction.object_store(STORE)?;
    let complete = completed(&transaction);
    for key in remove {
        store.delete(&key.into())?;
    }
    for (key, text) in set {
        store.put_with_key(&text.into(), &key.into())?;
    }
    let written = JsFuture::from(complete).await;
    if written.is_err() {
        // After a full disk Firefox refuses every write on this connection, and takes them on a new one.
        if let Some(broken) = OPEN.take() {
            broken.close();
        }
    }
    written.map(drop)
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
    let opened = open(DATABASE, STORE).await?;
    OPEN.with_borrow_mut(|open| *open = Some(opened.clone()));
    Ok(opened)
}

/// A database with one object store, made where it is not there yet.
async fn open(name: &str, store: &'static str) -> Result<IdbDatabase, JsValue> {
    let factory: IdbFactory = Reflect::get(&js_sys::global(), &"indexedDB".into())?.dyn_into()?;
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
