/** The only file of the interface that names the browser's extension API. */

/** @type {typeof chrome} */
const api = /** @type {any} */ (globalThis).browser ?? /** @type {any} */ (globalThis).chrome;

/**
 * Sends a request to the background and returns what it answers.
 * @param {unknown} message
 * @returns {Promise<unknown>}
 */
export function send(message) {
  return api.runtime.sendMessage(message);
}

/**
 * A text of `_locales`, or the empty string when there is none.
 * @param {string} key
 * @param {string[]} substitutions
 */
export function message(key, substitutions) {
  return api.i18n.getMessage(key, substitutions);
}

/** The language of the interface, as a BCP 47 tag. */
export function language() {
  return api.i18n.getUILanguage();
}

/**
 * Opens the dashboard in a tab of its own.
 * @param {string} [route] the part after `#`
 */
export async function openDashboard(route = "/") {
  await api.tabs.create({ url: api.runtime.getURL(`dashboard/dashboard.html#${route}`) });
}

/**
 * The text of a file of our own package.
 * @param {string} path
 */
export async function packagedText(path) {
  return new TextDecoder().decode(await packagedBytes(path));
}

/**
 * The bytes of a file of our own package.
 * @param {string} path
 */
export async function packagedBytes(path) {
  // eslint-disable-next-line no-restricted-globals -- our own package, not the network
  const answer = await fetch(packaged(path));
  return new Uint8Array(await answer.arrayBuffer());
}

/**
 * The address of a file of our own package.
 * @param {string} path
 */
export function packaged(path) {
  return api.runtime.getURL(path);
}

/** Asks for the permission to download, where it is not there yet: needs the user's press. */
export function requestDownloads() {
  return api.permissions.request({ permissions: ["downloads"] });
}

/**
 * Asks the browser to allow a site for good. To be called straight from a press: Firefox asks for that. The prompt may
 * close the popup, so whatever depends on it must have been sent before.
 * @param {string} pattern
 * @returns {Promise<boolean>}
 */
export function requestSite(pattern) {
  return api.permissions.request({ origins: [pattern] });
}

/** The sites that the browser allows for good, as match patterns. */
export async function allowedSites() {
  return (await api.permissions.getAll()).origins ?? [];
}

/**
 * Gives the browser's permission for sites back.
 * @param {string[]} patterns
 */
export async function releaseSites(patterns) {
  if (patterns.length) await api.permissions.remove({ origins: patterns });
}
