// Firefox ESR with the extension as a packed add-on in the profile, as a user of an ESR would keep it:
// it survives a restart and a kill, which an add-on loaded for debugging does not.
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { launch } from "puppeteer-core";
import { pack } from "../../../extension/build/pack.mjs";
import { focus, start_display } from "./display.mjs";
import { DIST, GECKO_ID, KEYS } from "./paths.mjs";
import { close_browser, kill_group, until } from "./process.mjs";
import { with_waiting } from "./view.mjs";

export const EXECUTABLE = process.env.FIREFOX ?? "/usr/bin/firefox-esr";
const WIDGET = GECKO_ID.replaceAll(/[^a-z0-9_-]/gi, "_").toLowerCase();

const PREFERENCES = {
  // An unsigned add-on from the profile folder: ESR allows it, release does not.
  "xpinstall.signatures.required": false,
  "extensions.autoDisableScopes": 0,
  "extensions.startupScanScopes": 15,
  // No network of the browser's own during tests.
  "app.update.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "browser.startup.homepage_override.mstone": "ignore",
  "datareporting.policy.dataSubmissionEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "data:,",
  // A popup must not close because the virtual display has no pointer in it.
  "ui.popup.disable_autohide": false,
};

/**
 * Puppeteer hands a script of its own into each document, and drops the promise when Firefox refuses it because the document
 * is just changing ("Not allowed to define cross-origin object"). Whoever waits for the page gets that error as well and tries
 * again; the dropped promise alone would fail a test that has passed.
 */
function forgive_dropped_promises() {
  const listeners = process.listeners("unhandledRejection");
  if (listeners.some((listener) => listener.name === "forgive")) return;
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", forgive);
  function forgive(error, promise) {
    if (/Not allowed to define cross-origin object as property/.test(error?.message ?? "")) return;
    for (const listener of listeners) listener.call(process, error, promise);
    if (!listeners.length) throw error;
  }
}

export async function open_firefox({ profile, headed = false, extension = path.join(DIST, "firefox"), args = [], preferences = {}, display: given, executable = EXECUTABLE }) {
  forgive_dropped_promises();
  const display = headed ? (given ?? (await start_display())) : null;
  await mkdir(path.join(profile, "extensions"), { recursive: true });
  await writeFile(path.join(profile, "extensions", `${GECKO_ID}.xpi`), await pack(extension));
  const browser = await launch({
    browser: "firefox",
    executablePath: executable,
    headless: !headed,
    userDataDir: profile,
    defaultViewport: null,
    env: { ...(display?.env ?? process.env), MOZ_WEBRENDER: "0", MOZ_DBUS_REMOTE: "0" },
    args: ["--remote-allow-system-access", "--width=1200", "--height=850", ...args],
    extraPrefsFirefox: { ...PREFERENCES, ...preferences },
  });
  const process_ = browser.process();
  const chrome = await chrome_scope(browser);
  await until("the extension", () => chrome(`WebExtensionPolicy.getByID("${GECKO_ID}")?.active`), { timeout: 20_000 });
  // The address is random for each profile, and stays with it.
  const base = `moz-extension://${await chrome(`WebExtensionPolicy.getByID("${GECKO_ID}").mozExtensionHostname`)}`;
  let helper_page = null;

  const session = {
    kind: "firefox",
    browser,
    display,
    profile,
    id: GECKO_ID,
    base,
    pid: process_.pid,
    /** Evaluates an expression in the browser's own window: for reading what a person would see there. */
    chrome,

    async page(url) {
      const page = await browser.newPage();
      await page.goto(url);
      await page.bringToFront();
      return page;
    },

    async extension_page(file) {
      const page = await browser.newPage();
      const url = `${base}/${file}`;
      // Navigation to moz-extension: never reports its end; the page itself does. Not `goto`, which would wait on, beyond
      // the page's life; and nothing is evaluated before the browser is there: a script that is handed in while the
      // document changes is refused, and puppeteer leaves a promise of its own behind for that.
      const context = page.mainFrame()._id;
      await browser.connection.send("browsingContext.navigate", { context, url, wait: "none" });
      await until(url, async () => {
        const { result } = await browser.connection.send("browsingContext.getTree", { root: context, maxDepth: 0 });
        return result.contexts[0].url.startsWith(url);
      });
      await until(url, () => page.evaluate(`document.readyState === "complete"`));
      await page.bringToFront();
      return page;
    },

    async press_button(page) {
      await helper();
      await focus(display, page, "firefox");
      const box = JSON.parse(await until("the toolbar button", () => chrome(`(() => {
        const button = document.getElementById("${WIDGET}-browser-action") ?? document.querySelector("[data-extensionid='${GECKO_ID}']");
        const box = button?.getBoundingClientRect();
        return box?.width ? JSON.stringify({ x: window.mozInnerScreenX + box.x + box.width / 2, y: window.mozInnerScreenY + box.y + box.height / 2 }) : null;
      })()`)));
      await display.xdotool("mousemove", String(Math.round(box.x)), String(Math.round(box.y)), "click", "1");
      return session.popup();
    },

    async press_command(page, name) {
      if (name === "open") await helper();
      await focus(display, page, "firefox");
      await display.xdotool("key", "--clearmodifiers", KEYS[name]);
    },

    async press_menu(page, selector) {
      await focus(display, page, "firefox");
      await page.click(selector, { button: "right" });
      await until("the context menu", () => chrome(`document.getElementById("contentAreaContextMenu").state === "open"`));
      const steps = await chrome(`(() => {
        const items = [...document.getElementById("contentAreaContextMenu").children].filter((item) => item.localName !== "menuseparator" && !item.hidden && item.getBoundingClientRect().height > 0);
        return items.length - items.findIndex((item) => (item.id ?? "").startsWith("${WIDGET}-menuitem"));
      })()`);
      for (let step = 0; step < steps; step += 1) await display.xdotool("key", "Up");
      await display.xdotool("key", "Return");
    },

    /** What the user chooses in about:addons: "Run in Private Windows". The extension starts anew. */
    async allow_private() {
      await chrome(`(() => {
        window.sparekeyAllowed = "";
        (async () => {
          const { ExtensionPermissions } = ChromeUtils.importESModule("resource://gre/modules/ExtensionPermissions.sys.mjs");
          const { AddonManager } = ChromeUtils.importESModule("resource://gre/modules/AddonManager.sys.mjs");
          await ExtensionPermissions.add("${GECKO_ID}", { permissions: ["internal:privateBrowsingAllowed"], origins: [] });
          await (await AddonManager.getAddonByID("${GECKO_ID}")).reload();
          window.sparekeyAllowed = "yes";
        })().catch((error) => { window.sparekeyAllowed = String(error); });
      })()`);
      const said = await until("the extension to be allowed", () => chrome("window.sparekeyAllowed"));
      if (said !== "yes") throw new Error(said);
      await until("the extension", () => chrome(`WebExtensionPolicy.getByID("${GECKO_ID}")?.active && WebExtensionPolicy.getByID("${GECKO_ID}").privateBrowsingAllowed`));
    },

    async private_page(url) {
      const known = new Set(await browser.pages());
      await chrome("void OpenBrowserWindow({ private: true })");
      const page = await until("the private window", async () => (await browser.pages()).find((each) => !known.has(each)));
      // The window's own first page, which may still be on its way, would break our navigation off.
      await until(url, () => page.goto(url).then(() => true), { timeout: 20_000 });
      const there = await chrome(`[...Services.wm.getEnumerator("navigator:browser")].filter((each) => PrivateBrowsingUtils.isWindowPrivate(each)).length`);
      if (there !== 1) throw new Error(`${there} private windows`);
      return page;
    },

    async popup() {
      const page = await helper();
      await until("the popup", () => page.evaluate(`browser.extension.getViews({ type: "popup" })[0]?.document.readyState === "complete"`));
      return popup_of(page, display, chrome);
    },

    async background(fn, ...values) {
      const page = await helper();
      return page.evaluate(`(${fn})(...${JSON.stringify(values)})`);
    },

    async stop_background() {
      // What stopped may have been started again before anybody looks: the call's own end is what counts.
      await chrome(`(() => {
        window.sparekeyStopped = false;
        const { extension } = WebExtensionPolicy.getByID("${GECKO_ID}");
        const done = () => { window.sparekeyStopped = true; };
        Promise.resolve(extension.terminateBackground({ ignoreDevToolsAttached: true, expectStopped: false })).then(done, done);
      })()`);
      await until("the background to stop", () => chrome("window.sparekeyStopped"));
    },

    async kill() {
      const ended = once(process_, "exit");
      kill_group(process_.pid);
      await ended;
      await display?.stop();
    },

    async close() {
      await close_browser(browser);
      await display?.stop();
    },
  };
  return session;

  /** A page of the extension that does nothing: the place to reach the popup and the extension's APIs from. */
  async function helper() {
    if (!helper_page || helper_page.isClosed()) helper_page = await session.extension_page("icons/sparekey.svg");
    return helper_page;
  }

}

function popup_of(helper, display, chrome) {
  const view = `browser.extension.getViews({ type: "popup" })[0]`;
  const evaluate = (fn, ...args) => helper.evaluate(`(${fn})(${view}, ...${JSON.stringify(args)})`);
  // Keys go to where the display's focus is, and a panel gets it some time after it is shown. Without a press inside, Firefox
  // tells the popup's process alone: the window still gives the keys to its own document, so it is told too.
  const focused = async (name = "") => {
    await until("the popup's focus", () => evaluate((window) => window.document.hasFocus()), { timeout: 3000 }).catch(() => {});
    // The window takes Escape for its panel itself, whatever has the focus in there.
    if (name !== "Escape") await chrome(`document.querySelector(".webextension-popup-browser")?.focus(); 1`);
  };
  return with_waiting({
    evaluate,
    async type(selector, text) {
      await focused();
      await evaluate((window, at) => window.document.querySelector(at).focus(), selector);
      await display.xdotool("type", "--delay", "8", text);
    },
    async click(selector) {
      await evaluate((window, at) => window.document.querySelector(at).click(), selector);
    },
    /** With the real pointer: for what the browser does only after a person's own press. */
    async click_really(selector) {
      const box = await evaluate((window, at) => {
        const { x, y, width, height } = window.document.querySelector(at).getBoundingClientRect();
        return { x: x + width / 2, y: y + height / 2 };
      }, selector);
      const at = JSON.parse(await chrome(`(() => { const { screenX, screenY } = document.querySelector(".webextension-popup-browser"); return JSON.stringify({ x: screenX, y: screenY }); })()`));
      await display.xdotool("mousemove", String(Math.round(at.x + box.x)), String(Math.round(at.y + box.y)), "click", "1");
    },
    key: async (name) => {
      await focused(name);
      await display.xdotool("key", { Enter: "Return", ArrowDown: "Down", ArrowUp: "Up" }[name] ?? name);
    },
    async screenshot(file) {
      const data = await chrome(`(async () => {
        const browser = document.querySelector(".webextension-popup-browser");
        const bitmap = await browser.browsingContext.currentWindowGlobal.drawSnapshot(null, 1, "white");
        const canvas = document.createElementNS("http://www.w3.org/1999/xhtml", "canvas");
        canvas.width = bitmap.width; canvas.height = bitmap.height;
        canvas.getContext("2d").drawImage(bitmap, 0, 0);
        return canvas.toDataURL();
      })()`);
      await writeFile(file, Buffer.from(data.split(",")[1], "base64"));
    },
    is_open: () => helper.evaluate(`${view} !== undefined`),
    close: () => helper.evaluate(`${view}?.close()`),
  });
}

/** A function that evaluates an expression in the browser window (needs --remote-allow-system-access). */
async function chrome_scope(browser) {
  const send = (method, params) => browser.connection.send(method, params);
  const { result } = await send("browsingContext.getTree", { "moz:scope": "chrome" });
  const { context } = result.contexts.find((each) => each.url === "chrome://browser/content/browser.xhtml");
  return async (expression) => {
    const answer = await send("script.evaluate", { expression, target: { context }, awaitPromise: true });
    if (answer.result.type === "exception") throw new Error(answer.result.exceptionDetails.text);
    return answer.result.result.value;
  };
}
