// The browser's own prompt for a site, answered as a person does, and the permission taken back in the browser.
import { focus } from "./display.mjs";
import { GECKO_ID } from "./paths.mjs";
import { sleep, until } from "./process.mjs";

/** The sites that the browser allows. */
export const allowed = (session) => session.background(async () => (await (globalThis.browser ?? chrome).permissions.getAll()).origins);

/** The sites where the extension's script runs by itself. */
export const watched = (session) =>
  session.background(async () => (await (globalThis.browser ?? chrome).scripting.getRegisteredContentScripts()).map((script) => script.id));

/** Answers the prompt that is open, or about to. `popup`: the one that asked. */
export async function allow_site(session, popup, pattern) {
  const is_allowed = async () => (await allowed(session)).includes(pattern);
  if (session.kind === "firefox") {
    await until(`${pattern} to be allowed`, async () => {
      await session.chrome(`PopupNotifications.panel.firstElementChild?.button.click(); 1`);
      return is_allowed();
    }, { every: 200 });
    return;
  }
  // The prompt takes the focus, and with it the popup goes. "Deny" has it first; presses that come too soon, or too
  // fast one after the other, are taken for a slip and ignored.
  await until("the prompt", async () => !(await popup.is_open()));
  await sleep(1_000);
  await session.display.xdotool("key", "Tab");
  await until(`${pattern} to be allowed`, async () => {
    await session.display.xdotool("key", "Return");
    await sleep(900);
    return is_allowed();
  });
}

/** Refuses in the prompt that is open, or about to. `popup`: the one that asked. */
export async function refuse_site(session, popup) {
  if (session.kind === "firefox") {
    await until("the prompt", () => session.chrome(`PopupNotifications.panel.state === "open" && PopupNotifications.panel.firstElementChild?.secondaryButton !== undefined`));
    await until("the prompt to go", async () => {
      await session.chrome(`PopupNotifications.panel.firstElementChild?.secondaryButton?.click(); 1`);
      return session.chrome(`PopupNotifications.panel.state === "closed"`);
    }, { every: 200 });
    // What the popup still has to say of it.
    await sleep(500);
    return;
  }
  await until("the prompt", async () => !(await popup.is_open()));
  await sleep(1_000);
  await session.display.xdotool("key", "Escape");
  await sleep(500);
}

const may_download = (session) => session.background(async () => (globalThis.browser ?? chrome).permissions.contains({ permissions: ["downloads"] }));

/** Answers the prompt for downloads that a press on `page` has opened, or is about to. */
export async function allow_downloads(session, page) {
  if (session.kind === "firefox") {
    await until("downloads to be allowed", async () => {
      await session.chrome(`PopupNotifications.panel.firstElementChild?.button.click(); 1`);
      return may_download(session);
    }, { every: 200 });
    return;
  }
  // What the extension itself gave back is given again without a question.
  await until("the prompt", async () => (await may_download(session)) || !(await page.evaluate(() => document.hasFocus())));
  if (await may_download(session)) return;
  await sleep(1_000);
  await session.display.xdotool("key", "Tab");
  await until("downloads to be allowed", async () => {
    await session.display.xdotool("key", "Return");
    await sleep(900);
    return may_download(session);
  });
}

/** The permission is taken back: in Firefox's page of extensions; Chromium has no switch for it, and the extension gives it back. */
export async function revoke_downloads(session) {
  if (session.kind === "firefox") {
    await session.chrome(`(() => {
      const { ExtensionPermissions } = ChromeUtils.importESModule("resource://gre/modules/ExtensionPermissions.sys.mjs");
      const { extension } = WebExtensionPolicy.getByID("${GECKO_ID}");
      return ExtensionPermissions.remove("${GECKO_ID}", { permissions: ["downloads"], origins: [] }, extension).then(() => 1);
    })()`);
  } else await session.background(() => chrome.permissions.remove({ permissions: ["downloads"] }));
  await until("downloads to be taken back", async () => !(await may_download(session)));
}

/** What a person does in the browser's page of extensions. */
export async function revoke_site(session, pattern) {
  if (session.kind === "firefox") {
    await session.chrome(`(() => {
      const { ExtensionPermissions } = ChromeUtils.importESModule("resource://gre/modules/ExtensionPermissions.sys.mjs");
      const { extension } = WebExtensionPolicy.getByID("${GECKO_ID}");
      return ExtensionPermissions.remove("${GECKO_ID}", { permissions: [], origins: [${JSON.stringify(pattern)}] }, extension).then(() => 1);
    })()`);
  } else {
    const page = await session.page("chrome://extensions");
    await page.evaluate((id, host) => chrome.developerPrivate.removeHostPermission(id, host), session.id, pattern);
    await page.close();
  }
  await until(`${pattern} to be taken back`, async () => !(await allowed(session)).includes(pattern));
}

/** The text on the toolbar button for the tab in front. */
export const badge = (session) =>
  session.background(async () => {
    const api = globalThis.browser ?? chrome;
    const [tab] = await api.tabs.query({ active: true, lastFocusedWindow: true });
    return api.action.getBadgeText({ tabId: tab.id });
  });

/** Puts the background's clock forward: the rule of once a minute is the core's, and a test cannot wait for it. */
export const later = (session, ms) =>
  session.background(async (by) => {
    const background = globalThis.browser?.runtime.getBackgroundPage ? await globalThis.browser.runtime.getBackgroundPage() : globalThis;
    const now = background.Date.now.bind(background.Date);
    background.Date.now = () => now() + by;
  }, ms);

/** A window that was just opened may not have the keys yet. */
export const to_front = (session, page) => focus(session.display, page, session.kind);
