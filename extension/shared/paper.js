/** What a QR code says that somebody holds up where a way in is asked for. */

/** @typedef {"code" | "share" | "account" | "frame" | "offline" | "address" | "unknown"} Paper */

/** Looked at in this order. @type {[Paper, RegExp][]} */
const KINDS = [
  ["code", /^[0-9a-z]{4}(-[0-9a-z]{4}){5}$/i],
  // As long as the shortest share, and longer ones: the core says what is wrong with them.
  ["share", /^[a-z]+( [a-z]+){19,}$/i],
  ["account", /^(otpauth(-migration)?|lpaauth-migration):/i],
  ["frame", /^SK1\//],
  ["offline", /^SPAREKEY\/P\d+\//],
  ["address", /^SPAREKEY\/D\d+\//],
];

/**
 * @param {string} text
 * @returns {Paper}
 */
export function paperOf(text) {
  return KINDS.find(([, form]) => form.test(text))?.[0] ?? "unknown";
}
