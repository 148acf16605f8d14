//! Bundles in a folder that the user picked (File System Access; not in Firefox). The handle lies in a database of its
//! own, where the dashboard puts it; permission is asked for before each use, because the browser may take it back.

use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, DomException, File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetFileOptions,
    FileSystemWritableFileStream,
};

use crate::host::platform::Put;
use crate::recovery::schedule::Trouble;

use super::{idb, webext};

/// As in `shared/folder.js`.
const DATABASE: &str = "sparekey-folder";
const STORE: &str = "folder";
const KEY: &str = "handle";
/// A file of the same second: more than a few is no accident.
const TRIES: u32 = 9;

/// Writes a new file. One that is there stays as it is.
pub async fn put(name: &str, bytes: &[u8]) -> Result<Put, Trouble> {
    let folder = folder().await?;
    let name = free_name(&folder, name).await?;
    let options = FileSystemGetFileOptions::new();
    options.set_create(true);
    let file: FileSystemFileHandle =
        done(folder.get_file_handle_with_options(&name, &options)).await?.unchecked_into();
    if let Err(trouble) = write(&file, bytes).await {
        // What was made a moment ago is empty or cut off: it must not look like a bundle.
        let _ = done(folder.remove_entry(&name)).await;
        return Err(trouble);
    }
    Ok(Put { name, alone: no_page_is_open().await })
}

/// Reads a file.
pub async fn read(name: &str) -> Result<Vec<u8>, Trouble> {
    let folder = folder().await?;
    let file = match done(folder.get_file_handle(name)).await {
        Ok(file) => file.unchecked_into::<FileSystemFileHandle>(),
        // The folder itself may be what is gone.
        Err(Trouble::NoFolder) if is_there(&folder).await => return Err(Trouble::FileGone),
        Err(trouble) => return Err(trouble),
    };
    let file: File = done(file.get_file()).await?.unchecked_into();
    let buffer = done(file.array_buffer()).await?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}

/// Forgets the folder. Its files stay.
pub async fn forget() -> Result<(), JsValue> {
    idb::remove_one(DATABASE, STORE, KEY).await
}

/// Removes a file.
pub async fn remove(name: &str) -> Result<(), Trouble> {
    done(folder().await?.remove_entry(name)).await.map(drop)
}

/// The folder, where the browser lets us in without asking.
async fn folder() -> Result<FileSystemDirectoryHandle, Trouble> {
    let handle = idb::read_one(DATABASE, STORE, KEY).await.map_err(|_| Trouble::Failed)?;
    if !handle.is_object() {
        return Err(Trouble::NoFolder);
    }
    let query: Option<Function> =
        Reflect::get(&handle, &"queryPermission".into()).ok().and_then(|it| it.dyn_into().ok());
    if let Some(query) = query {
        let mode = webext::object(&[("mode", "readwrite".into())]);
        let answer = query.call1(&handle, &mode).map(|promise| promise.unchecked_into::<js_sys::Promise>());
        match done(answer.unwrap_or_else(|error| js_sys::Promise::reject(&error)))
            .await?
            .as_string()
            .as_deref()
        {
            Some("granted") => {}
            Some("prompt") => return Err(Trouble::NeedsClick),
            _ => return Err(Trouble::NoPermission),
        }
    }
    Ok(handle.unchecked_into())
}

async fn free_name(folder: &FileSystemDirectoryHandle, name: &str) -> Result<String, Trouble> {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    for n in 1..=TRIES {
        let candidate = if n == 1 { name.to_owned() } else { format!("{stem}-{n}.{ending}") };
        match done(folder.get_file_handle(&candidate)).await {
            Ok(_) => {}
            Err(Trouble::NoFolder) => return Ok(candidate),
            Err(trouble) => return Err(trouble),
        }
    }
    Err(Trouble::Failed)
}

/// The browser writes beside it and moves it into place when it is closed.
async fn write(file: &FileSystemFileHandle, bytes: &[u8]) -> Result<(), Trouble> {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let blob = Blob::new_with_u8_array_sequence(&parts).map_err(|_| Trouble::Failed)?;
    let writable: FileSystemWritableFileStream = done(file.create_writable()).await?.unchecked_into();
    let written = match writable.write_with_blob(&blob) {
        Ok(promise) => done(promise).await,
        Err(error) => Err(trouble_of(&error)),
    };
    match written {
        Ok(_) => done(writable.close()).await.map(drop),
        Err(trouble) => {
            let _ = done(writable.abort()).await;
            Err(trouble)
        }
    }
}

/// Whether the folder can still be looked into.
async fn is_there(folder: &FileSystemDirectoryHandle) -> bool {
    let Ok(keys) = Reflect::get(folder, &"keys".into()).and_then(JsCast::dyn_into::<Function>) else {
        return false;
    };
    let Ok(entries) = keys.call0(folder) else { return false };
    let Ok(next) = Reflect::get(&entries, &"next".into()).and_then(JsCast::dyn_into::<Function>) else {
        return false;
    };
    match next.call0(&entries) {
        Ok(promise) => JsFuture::from(promise.unchecked_into::<js_sys::Promise>()).await.is_ok(),
        Err(_) => false,
    }
}

async fn done(promise: js_sys::Promise) -> Result<JsValue, Trouble> {
    JsFuture::from(promise).await.map_err(|error| trouble_of(&error))
}

fn trouble_of(error: &JsValue) -> Trouble {
    let name = error.dyn_ref::<DomException>().map(DomException::name).unwrap_or_default();
    match name.as_str() {
        "NotFoundError" => Trouble::NoFolder,
        "NotAllowedError" => Trouble::NeedsClick,
        "SecurityError" => Trouble::NoPermission,
        "QuotaExceededError" => Trouble::DiskFull,
        _ => Trouble::Failed,
    }
}

/// Whether the browser let us write without any page of ours in front of the user.
async fn no_page_is_open() -> bool {
    let kinds = ["TAB", "POPUP", "SIDE_PANEL"].map(JsValue::from);
    let filter =
        webext::object(&[("contextTypes", js_sys::Array::of3(&kinds[0], &kinds[1], &kinds[2]).into())]);
    match webext::call(&["runtime", "getContexts"], &[filter]).await {
        Ok(pages) => pages.unchecked_into::<js_sys::Array>().length() == 0,
        Err(_) => false,
    }
}
