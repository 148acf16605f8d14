/** In the kit there is no extension: what `shared/webext.js` is there, as far as a page on its own can be it. */

/** @type {Record<string, { message: string }>} */
const TEXTS = JSON.parse(document.getElementById("texts")?.textContent ?? "{}");

/** The kit speaks to nobody. */
export function send() {
  return Promise.reject(new Error("alone"));
}

/**
 * @param {string} key
 * @param {string[]} substitutions
 */
export function message(key, substitutions) {
  return (TEXTS[key]?.message ?? "").replaceAll(/\$(\d)/g, (_, n) => substitutions[Number(n) - 1] ?? "");
}

export function language() {
  return "en";
}

/** @param {string} path */
export function packaged(path) {
  return path;
}
