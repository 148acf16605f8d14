// Chromium with the extension. Headless for most tests; headed under a virtual display for real keys.
import { once } from "node:events";
import path from "node:path";
import { launch } from "puppeteer-core";
import { focus, start_display } from "./display.mjs";
import { DIST, KEYS } from "./paths.mjs";
import { close_browser, kill_group, sleep, until } from "./process.mjs";
import { view_of } from "./view.mjs";

export const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";

export async function open_chromium({ profile, headed = false, extension = path.join(DIST, "chrome"), args = [], display: given, executable = EXECUTABLE }) {
  const display = headed ? (given ?? (await start_display())) : null;
  const browser = await launch({
    executablePath: executable,
    headless: !headed,
    pipe: true,
    enableExtensions: [extension],
    userDataDir: profile,
    defaultViewport: null,
    env: display?.env ?? process.env,
    args: [
      "--enable-unsafe-extension-debugging",
      ...(process.getuid() === 0 ? ["--no-sandbox"] : []),
      "--disable-gpu",
      "--no-first-run",
      "--window-size=1200,850",
      "--window-position=0,0",
      ...args,
    ],
  });
  const process_ = browser.process();
  const id = await until("the extension", async () => [...(await browser.extensions()).keys()][0]);
  const base = `chrome-extension://${id}`;

  const session = {
    kind: "chromium",
    browser,
    display,
    profile,
    id,
    base,
    pid: process_.pid,

    async page(url) {
      const page = await browser.newPage();
      await page.goto(url);
      await page.bringToFront();
      return page;
    },

    extension_page: (file) => session.page(`${base}/${file}`),

    async press_button(page) {
      await page.bringToFront();
      await page.triggerExtensionAction((await browser.extensions()).get(id));
      return session.popup();
    },

    async press_command(page, name) {
      await focus(display, page, "chromium");
      await display.xdotool("key", "--clearmodifiers", KEYS[name]);
    },

    async press_menu(page, selector) {
      await focus(display, page, "chromium");
      const editable = await page.$eval(selector, (element) => element.matches("input, textarea"));
      const windows = async () => (await display.xdotool("search", "--onlyvisible", "--name", ".*")).trim().split("\n").length;
      const before = await windows();
      await page.click(selector, { button: "right" });
      await until("the context menu", async () => (await windows()) > before);
      await sleep(300);
      // Counted from the end: "Inspect", on a page also "View page source", then the extension's entry.
      for (let step = 0; step < (editable ? 2 : 3); step += 1) await display.xdotool("key", "Up");
      await display.xdotool("key", "Return");
    },

    /** What the user ticks on chrome://extensions: "Allow in Incognito". The extension starts anew. */
    async allow_private() {
      const cdp = await browser.target().createCDPSession();
      await cdp.send("Extensions.loadUnpacked", { path: extension, enableInIncognito: true });
      // Asked in a page: nothing needs the background now, so it may be asleep.
      await until("the extension to be allowed", async () => {
        const place = await session.extension_page("icons/sparekey.svg");
        const is_allowed = await place.evaluate(() => chrome.extension.isAllowedIncognitoAccess()).catch(() => false);
        await place.close();
        return is_allowed;
      }, { timeout: 30_000, every: 300 });
    },

    async private_page(url) {
      const place = await session.extension_page("icons/sparekey.svg");
      await place.evaluate((address) => chrome.windows.create({ incognito: true, url: address, focused: true }), url);
      const target = await browser.waitForTarget((each) => each.url() === url && each.type() === "page", { timeout: 10_000 });
      const there = await place.evaluate(() => chrome.windows.getAll({ populate: true }).then((all) => all.filter((each) => each.incognito).length));
      if (there !== 1) throw new Error(`${there} private windows`);
      await place.close();
      return target.page();
    },

    async popup() {
      const url = `${base}/popup/popup.html`;
      const target = await browser.waitForTarget((each) => each.url().startsWith(url), { timeout: 10_000 });
      return view_of(await target.asPage());
    },

    async background(fn, ...values) {
      const target = await browser.waitForTarget((each) => each.type() === "service_worker" && each.url().startsWith(base));
      const worker = await target.worker();
      // A worker that starts has no API yet.
      await until("the background's API", () => worker.evaluate(() => !!globalThis.chrome?.runtime?.id));
      return worker.evaluate(fn, ...values);
    },

    async stop_background() {
      const target = await browser.waitForTarget((each) => each.type() === "service_worker" && each.url().startsWith(base));
      await (await target.worker()).close();
      await until("the background to stop", () => !browser.targets().includes(target));
    },

    async kill() {
      const ended = once(process_, "exit");
      // The whole process group: no renderer or storage process may finish a write.
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
}
