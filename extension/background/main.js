/**
 * The background: registers its listeners synchronously, says who sent a message from what the browser tells, and
 * hands over to the core. It decides nothing.
 */

import init, { Background } from '../wasm/sparekey.js';

const api = globalThis.browser ?? globalThis.chrome;

/** Verbs that are about the page in front. */
const ABOUT_A_PAGE = new Set([
  'page', 'fill', 'fill-field', 'hold', 'finish', 'set-choice', 'set-never', 'capture', 'drawn', 'offer', 'bind', 'add',
  'fill-backup-code', 'page-text', 'find-secrets',
]);
const MENU = 'fill';
/** A page that says nothing for so long is one that cannot be filled now. */
const DOCUMENT_MS = 2000;

/** Every listener awaits this one promise. */
const ready = start();

async function start() {
  const url = api.runtime.getURL('');
  await init({ module_or_path: new URL('../wasm/sparekey_bg.wasm', import.meta.url) });
  // Chrome lets content scripts read storage.local unless told otherwise; Firefox has no such switch.
  await api.storage.local.setAccessLevel?.({ accessLevel: 'TRUSTED_CONTEXTS' });
  const { version } = api.runtime.getManifest();
  return new Background({ id: api.runtime.id, origin: url.slice(0, -1), version });
}

/** @param {{ type: string, [field: string]: unknown }} message @param {any} sender */
async function ask(message, sender) {
  const background = await ready;
  return background.request(message, sender);
}

/** What the browser says of a sender, and of the page in front when one of our pages asks about it. */
async function describe(/** @type {any} */ sender, /** @type {string} */ type) {
  const { id, origin, url, frameId, documentId, tab } = sender;
  const front = !tab && ABOUT_A_PAGE.has(type) ? await pageInFront() : undefined;
  const facts = tab && { id: tab.id, incognito: tab.incognito, url: tab.url, ...(type === 'ready' ? await inFront(tab, origin ?? url) : {}) };
  return { id, origin, url, frameId, documentId, tab: facts, front };
}

/** What the browser says of a tab whose page speaks without a press. */
async function inFront(/** @type {any} */ tab, /** @type {string} */ address) {
  const { protocol, hostname } = new URL(address);
  const [window, granted] = await Promise.all([
    api.windows.get(tab.windowId),
    api.permissions.contains({ origins: [`${protocol}//${hostname}/*`] }),
  ]);
  return { active: tab.active, focused: window.focused, granted };
}

async function pageInFront(/** @type {any} */ known = undefined) {
  const tab = known ?? (await api.tabs.query({ active: true, lastFocusedWindow: true }))[0];
  if (!tab) return undefined;
  return { tab: tab.id, url: tab.url, ...(await documentOf(tab.id)), incognito: tab.incognito };
}

/** The top document's id; none where nothing may be injected, or the page is slow to answer: nobody waits for it. */
async function documentOf(/** @type {number} */ tabId) {
  try {
    const asked = api.scripting.executeScript({ target: { tabId }, func: () => true, injectImmediately: true });
    const late = new Promise((resolve) => setTimeout(resolve, DOCUMENT_MS));
    const answer = await Promise.race([asked, late]);
    if (!answer) return { slow: true };
    const [result] = answer;
    return { document: result?.documentId ?? (result?.result ? 'top' : undefined) };
  } catch {
    return {};
  }
}

async function gesture(/** @type {any} */ tab) {
  await ask({ type: 'gesture' }, { browser: true, front: await pageInFront(tab) });
}

function tick(/** @type {string} */ why) {
  return ask({ type: 'tick', why }, { browser: true });
}

api.runtime.onMessage.addListener((/** @type {any} */ message, /** @type {any} */ sender, /** @type {any} */ reply) => {
  describe(sender, message?.type)
    .then((who) => ask(message, who))
    .then(reply, () => reply({ type: 'error', code: 'broken' }));
  return true;
});
api.commands.onCommand.addListener((/** @type {string} */ name, /** @type {any} */ tab) => {
  if (name === 'fill') gesture(tab);
});
// A policy that changes counts at once.
api.storage.managed.onChanged?.addListener(() => tick('policy'));
api.contextMenus.onClicked.addListener((/** @type {any} */ info, /** @type {any} */ tab) => {
  if (info.menuItemId === MENU) gesture(tab);
});
api.runtime.onInstalled.addListener(() => {
  tick('permissions');
  const title = api.i18n.getMessage('commandFill');
  api.contextMenus.create({ id: MENU, title, contexts: ['page', 'editable'] }, () => void api.runtime.lastError);
});
api.runtime.onStartup.addListener(() => tick('start'));
api.permissions.onAdded.addListener(() => tick('permissions'));
api.permissions.onRemoved.addListener(() => tick('permissions'));
api.alarms.onAlarm.addListener(() => tick('alarm'));
api.idle.onStateChanged.addListener((/** @type {string} */ state) => {
  if (state === 'locked') tick('os-locked');
});
