/** Files to where the user wants them. */

/**
 * @typedef {{ createWritable(): Promise<{ write(data: Uint8Array<ArrayBuffer>): Promise<void>, close(): Promise<void> }>,
 *   getFile(): Promise<File> }} Handle
 * @typedef {(options: { suggestedName: string }) => Promise<Handle>} Picker
 */

/** Whether this browser lets a page read what it has written (File System Access; not Firefox). */
export function canReadBack() {
  return typeof picker() === "function";
}

/**
 * Asks where, writes, and returns what lies there then; `undefined` when the user cancelled.
 * @param {string} name
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
export async function saveAndReadBack(name, bytes) {
  const pick = picker();
  if (!pick) return undefined;
  /** @type {Handle} */
  let handle;
  try {
    handle = await pick({ suggestedName: name });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return undefined;
    throw error;
  }
  const file = await handle.createWritable();
  await file.write(bytes);
  await file.close();
  return await handle.getFile();
}

/**
 * Hands the file to the browser's downloads.
 * @param {string} name
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
export function save(name, bytes) {
  const url = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own reference to the bytes by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** @returns {Picker | undefined} */
function picker() {
  return /** @type {any} */ (globalThis).showSaveFilePicker;
}
