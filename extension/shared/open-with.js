/** From what the user typed to an opened bundle, in a worker of its own that is thrown away afterwards. */

import { AskError } from "./ask.js";
import { heavy } from "./heavy.js";
import { withPassword } from "./password.js";

/** @typedef {Extract<import('./protocol').Reply, { type: 'bundle-info' }>} BundleInfo */
/** @typedef {import('./protocol').Way} Way */

/** 24 characters of Crockford's alphabet, in groups as printed or without. */
const CODE = /^[0-9a-hjkmnp-tv-zilo]{24}$/i;

/** @param {string} text */
export function looksLikeCode(text) {
  return CODE.test(text.replaceAll(/[\s-]/g, ""));
}

/**
 * Tries what was typed, as a recovery code where it looks like one and the file has one, else as a password.
 * @template T
 * @param {BundleInfo} info
 * @param {string} text
 * @param {AbortSignal} signal
 * @param {(way: Way) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function openWith(info, text, signal, use) {
  const hasCodes = info.slots.some(({ kind }) => kind === "code" || kind === "pass");
  if (hasCodes && looksLikeCode(text)) return await use({ kind: "code", code: text, keys: [] });
  if (!info.jobs.length) throw new AskError({ code: hasCodes ? "wrong-code" : "no-way-into-bundle" });
  return await withPassword(info.jobs, text, signal, (keys) => use({ kind: "password", keys }));
}

/**
 * Opens a bundle in a fresh instance and takes out what a drill compares.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {Way} way
 * @param {AbortSignal} signal
 */
export function drillBundle(bytes, way, signal) {
  return heavy(signal, "drillBundle", [bytes, way, Date.now()]);
}
