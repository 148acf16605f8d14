/** One clock for all views: a tick at every full second while someone listens and the page is visible. */

/** @type {Set<(now: number) => void>} */
const listeners = new Set();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** Milliseconds since 1970. */
export function now() {
  return Date.now();
}

/**
 * Calls `listener` at once and at every full second until `signal` aborts.
 * @param {(now: number) => void} listener
 * @param {AbortSignal} signal
 */
export function onSecond(listener, signal) {
  if (signal.aborted) return;
  listeners.add(listener);
  signal.addEventListener("abort", () => listeners.delete(listener));
  listener(now());
  timer ??= schedule();
}

/**
 * Calls `action` once at `instant`, or soon after the page is seen again.
 * @param {number} instant
 * @param {() => void} action
 * @param {AbortSignal} signal
 */
export function at(instant, action, signal) {
  // A timer longer than 24.8 days would fire at once.
  const delay = Math.min(Math.max(instant - now(), 0), 2 ** 31 - 1);
  const id = setTimeout(() => !signal.aborted && action(), delay);
  signal.addEventListener("abort", () => clearTimeout(id));
}

function schedule() {
  return setTimeout(tick, 1000 - (now() % 1000) + 5);
}

function tick() {
  const instant = now();
  for (const listener of listeners) listener(instant);
  timer = listeners.size ? schedule() : undefined;
}
