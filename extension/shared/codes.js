/** The live codes: asked for when the first of them ends. */

import { ask } from "./ask.js";
import { onChange } from "./changes.js";
import { at, now } from "./clock.js";

/** @typedef {import('./protocol').CodeView} CodeView */

/**
 * Calls `show` with the codes by entry, at once and whenever they change; `fail` when they cannot be had.
 * @param {(codes: Map<string, CodeView>) => void} show
 * @param {(error: unknown) => void} fail
 * @param {AbortSignal} signal
 */
export function watchCodes(show, fail, signal) {
  /** @type {AbortController} */
  let round = new AbortController();
  signal.addEventListener("abort", () => round.abort());

  async function next() {
    round.abort();
    round = new AbortController();
    const own = round.signal;
    try {
      const { codes } = await ask({ type: "codes" });
      if (own.aborted || signal.aborted) return;
      show(new Map(codes.map((code) => [code.id, code])));
      const first = Math.min(...codes.map((code) => code.until ?? Infinity));
      // Never faster than twice a second, whatever the clocks say.
      if (Number.isFinite(first)) at(Math.max(first, now() + 500), () => document.hidden || next(), own);
    } catch (error) {
      if (!own.aborted && !signal.aborted) fail(error);
    }
  }

  onChange(next, signal);
  document.addEventListener("visibilitychange", () => document.hidden || next(), { signal });
  next();
  return next;
}
