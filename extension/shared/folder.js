/**
 * The folder for bundles: picking it, keeping its handle where the background finds it (`crate/wasm/folder.rs`), and asking
 * for the permission again. Only pages can do these; the background writes.
 */

const DATABASE = "sparekey-folder";
const STORE = "folder";
const KEY = "handle";
const WRITE = { mode: "readwrite" };

/** @typedef {FileSystemDirectoryHandle & { requestPermission?(mode: object): Promise<string>, queryPermission?(mode: object): Promise<string>, values(): AsyncIterable<FileSystemHandle> }} Folder */

/** Whether this browser lets a page pick a folder (not Firefox). */
export function canPickFolder() {
  return typeof picker() === "function";
}

/**
 * Asks for a folder and keeps it. Gives its name; `undefined` when the user cancelled.
 * @returns {Promise<string | undefined>}
 */
export async function pickFolder() {
  try {
    const folder = await picker()?.({ id: "sparekey-bundles", mode: "readwrite", startIn: "documents" });
    if (!folder) return undefined;
    await keepFolder(folder);
    return folder.name;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return undefined;
    throw error;
  }
}

/** Asks the browser to let us into the folder again: needs the user's press. */
export async function askAgain() {
  const folder = await keptFolder();
  return (await folder?.requestPermission?.(WRITE)) === "granted";
}

/**
 * The newest bundle that lies in the folder, by its name; of the vault of `known` when it names one.
 * @param {string} [known]
 * @returns {Promise<File | undefined>}
 */
export async function newestInFolder(known) {
  const folder = await keptFolder();
  if (!folder || ((await folder.queryPermission?.(WRITE)) !== "granted" && !(await askAgain()))) return undefined;
  const vault = known?.split("-").at(-2);
  /** @type {FileSystemFileHandle | undefined} */
  let newest;
  for await (const handle of folder.values()) {
    const fits = handle.kind === "file" && handle.name.endsWith(".sparekey") && (!vault || handle.name.split("-").at(-2) === vault);
    if (fits && (!newest || handle.name > newest.name)) newest = /** @type {FileSystemFileHandle} */ (handle);
  }
  return await newest?.getFile();
}

/** @param {Folder} folder */
export async function keepFolder(folder) {
  const database = await open();
  const store = database.transaction(STORE, "readwrite").objectStore(STORE);
  await done(store.put(folder, KEY));
  database.close();
}

/** @returns {Promise<Folder | undefined>} */
export async function keptFolder() {
  const database = await open();
  try {
    return await done(database.transaction(STORE).objectStore(STORE).get(KEY));
  } finally {
    database.close();
  }
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  const request = indexedDB.open(DATABASE, 1);
  request.addEventListener("upgradeneeded", () => request.result.createObjectStore(STORE));
  return done(request);
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function done(request) {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
  });
}

/** @returns {((options: object) => Promise<Folder>) | undefined} */
function picker() {
  return /** @type {any} */ (globalThis).showDirectoryPicker;
}
