/** Short messages that a page shows at its edge. */

/** @typedef {{ text: string, action?: string, run?: () => void }} Toast */

/** @type {EventTarget} */
export const toasts = new EventTarget();

/**
 * Shows a message, with at most one action: undo.
 * @param {string} text
 * @param {string} [action]
 * @param {() => void} [run]
 */
export function toast(text, action, run) {
  toasts.dispatchEvent(new CustomEvent("toast", { detail: { text, action, run } }));
}
