/** Tells every open view of this extension that the vault may have changed. Carries no data. */

const channel = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel("sparekey");

/** Tells the other views. */
export function announceChange() {
  channel?.postMessage("changed");
}

/**
 * Calls `listener` after another view or the background announced a change.
 * @param {() => void} listener
 * @param {AbortSignal} signal
 */
export function onChange(listener, signal) {
  channel?.addEventListener("message", listener, { signal });
}
