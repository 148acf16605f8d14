/** The state of the vault, kept fresh for a page. */

import { ask } from "./ask.js";
import { onChange } from "./changes.js";
import { at, now } from "./clock.js";

/** @typedef {import('./protocol').Status} Status */

/**
 * Calls `show` with the status, at once and whenever it may have changed. Returns a function that looks again.
 * @param {(status: Status) => void} show
 * @param {(error: unknown) => void} fail
 * @param {AbortSignal} signal
 */
export function watchStatus(show, fail, signal) {
  let round = new AbortController();
  signal.addEventListener("abort", () => round.abort());

  async function look() {
    round.abort();
    round = new AbortController();
    const own = round.signal;
    try {
      const status = await ask({ type: "status" });
      if (own.aborted || signal.aborted) return;
      show(status);
      // A little after the lock is due, so that the screen shows it. A change that is not stored yet holds it up.
      const due = (status.locksAt ?? 0) + 500;
      if (status.locksAt != null) at(due > now() ? due : now() + 5000, look, own);
    } catch (error) {
      if (!own.aborted && !signal.aborted) fail(error);
    }
  }

  onChange(look, signal);
  document.addEventListener("visibilitychange", () => document.hidden || look(), { signal });
  look();
  return look;
}
