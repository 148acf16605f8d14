/** Tells every open view of this extension, the one that asked included, that the vault may have changed. Carries no data. */

const NAME = "sparekey";
/** A channel does not hear itself: without two, the view that made the change would keep its old codes and counts. */
const [speaking, listening] = typeof BroadcastChannel === "undefined" ? [] : [new BroadcastChannel(NAME), new BroadcastChannel(NAME)];

/** Tells the views. */
export function announceChange() {
  speaking?.postMessage("changed");
}

/**
 * Calls `listener` after a view or the background announced a change.
 * @param {() => void} listener
 * @param {AbortSignal} signal
 */
export function onChange(listener, signal) {
  listening?.addEventListener("message", listener, { signal });
}
