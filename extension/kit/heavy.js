/** In the kit there is no worker: what `shared/heavy.js` is there, for what the kit's page does of it. */

import { AskError } from "../shared/ask.js";
import * as core from "../wasm/sparekey.js";
import { afterWords, ready, said } from "./core.js";

/** @type {Record<string, (...args: any[]) => unknown>} */
const WORK = {
  readQr: (/** @type {Uint8ClampedArray} */ rgba, /** @type {number} */ width, /** @type {number} */ height) =>
    core.readQr(new Uint8Array(rgba.buffer, rgba.byteOffset, rgba.byteLength), width, height),
  joinFrames: core.joinFrames,
};

/** Not beside the page: pictures, and no camera, each of whose would hold it. */
export const aside = false;

export class Refusal extends AskError {}

export class Helper {
  /** @param {AbortSignal} signal */
  constructor(signal) {
    this.signal = signal;
  }

  /**
   * @param {string} name
   * @param {unknown[]} args
   */
  async run(name, args) {
    const work = WORK[name];
    if (!work) throw new AskError({ code: "worker-failed" });
    await ready;
    await afterWords(this.signal);
    return said(() => work(...args));
  }
}

/**
 * @param {AbortSignal} signal
 * @param {string} name
 * @param {unknown[]} args
 */
export function heavy(signal, name, args) {
  return new Helper(signal).run(name, args);
}
