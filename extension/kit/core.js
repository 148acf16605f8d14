/** The core inside the kit's page, and its codes as errors with words. */

import { AskError } from "../shared/ask.js";
import { fromBase64 } from "../shared/bytes.js";
import init from "../wasm/sparekey.js";

/** Resolves when the core can be called. */
export const ready = init({ module_or_path: fromBase64(document.getElementById("core")?.textContent?.trim() ?? "") });

/**
 * The core's codes as errors with words.
 * @template T
 * @param {() => T} call
 */
export function said(call) {
  try {
    return call();
  } catch (error) {
    const code = typeof error === "string" ? error : /** @type {any} */ (error)?.code;
    throw typeof code === "string" ? new AskError({ code, number: /** @type {any} */ (error).number }) : error;
  }
}

/** Whatever takes long is done in this page itself, which has no worker: the words on the screen come first. @param {AbortSignal} signal */
export async function afterWords(signal) {
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 30)));
  signal.throwIfAborted();
}
