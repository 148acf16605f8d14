/** Bundles among files: from a choice of several, a drop, or a whole folder with what lies in it. */

import { bytesOf } from "./bytes.js";
import { errorText } from "./i18n.js";

/** @typedef {import('./open-with.js').BundleInfo} BundleInfo */
/** @typedef {{ name: string, bytes: Uint8Array<ArrayBuffer>, info: BundleInfo }} Bundle */
/** @typedef {{ newest: Bundle[], older: number, refused: { name: string, why: string }[] }} Sorted */

/** A folder of a sync client has a lot in it: so many files are looked at, so deep. */
const MOST = 2000;
const DEPTH = 4;
/** What a bundle begins with, whatever its name is. */
const MAGIC = "sparekey/";

/**
 * The newest bundle of each vault and device that can be read, and what could not be.
 * @param {File[]} files
 * @param {(bytes: Uint8Array<ArrayBuffer>) => Promise<BundleInfo>} look
 * @param {AbortSignal} signal
 * @returns {Promise<Sorted>}
 */
export async function sortBundles(files, look, signal) {
  /** @type {Map<string, Bundle>} */
  const newest = new Map();
  /** @type {Sorted} */
  const sorted = { newest: [], older: 0, refused: [] };
  for (const file of files) {
    signal.throwIfAborted();
    try {
      const bytes = await bytesOf(file);
      const info = await look(bytes);
      const known = newest.get(info.vault);
      if (known) sorted.older += 1;
      if (!known || known.info.created < info.created) newest.set(info.vault, { name: file.name, bytes, info });
    } catch (error) {
      sorted.refused.push({ name: file.name, why: errorText(error) });
    }
  }
  sorted.newest = [...newest.values()].sort((a, b) => b.info.created - a.info.created);
  sorted.refused.sort((a, b) => a.name.localeCompare(b.name));
  return sorted;
}

/**
 * The files of a folder that can be bundles: by their name, or by what they begin with.
 * @param {Iterable<File> | AsyncIterable<File>} files
 * @param {AbortSignal} signal
 * @returns {Promise<File[]>}
 */
export async function likelyBundles(files, signal) {
  const likely = [];
  let seen = 0;
  for await (const file of files) {
    signal.throwIfAborted();
    if (++seen > MOST) break;
    const start = await file
      .slice(0, MAGIC.length)
      .text()
      .catch(() => "");
    if (start === MAGIC || file.name.endsWith(".sparekey")) likely.push(file);
  }
  return likely;
}

/** Asks for a folder where the browser has such a question; nothing when the user cancelled. @returns {Promise<AsyncIterable<File> | undefined>} */
export async function askForFolder() {
  try {
    const folder = await /** @type {any} */ (globalThis).showDirectoryPicker({ id: "sparekey-restore", mode: "read" });
    return filesOf(folder, DEPTH);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return undefined;
    throw error;
  }
}

/** Whether the browser has a question for a folder (not Firefox, which has a file input for it). */
export function asksForFolder() {
  return typeof (/** @type {any} */ (globalThis).showDirectoryPicker) === "function";
}

/**
 * @param {import('./folder.js').Folder} folder
 * @param {number} depth
 * @returns {AsyncGenerator<File>}
 */
async function* filesOf(folder, depth) {
  for await (const handle of folder.values()) {
    if (handle.kind === "file") yield await /** @type {FileSystemFileHandle} */ (handle).getFile();
    else if (depth > 1) yield* filesOf(/** @type {any} */ (handle), depth - 1);
  }
}
