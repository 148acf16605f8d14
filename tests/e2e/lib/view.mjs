// A page of the extension as a person uses it: wait for something, press it, type into it. The popup has the same face.
import { writeFile } from "node:fs/promises";
import { until } from "./process.mjs";

/** @param {import("puppeteer-core").Page} page a tab with a page of the extension */
export function view_of(page) {
  // A press that closes the popup, or opens a prompt over it, can close it before the browser says that it was pressed.
  const click = (selector) =>
    page.click(selector).catch((error) => {
      if (!/Target closed|Session closed/.test(error.message)) throw error;
    });
  return with_waiting({
    page,
    evaluate: (fn, ...args) => page.evaluate(`(${fn})(window, ...${JSON.stringify(args)})`),
    type: (selector, text) => page.type(selector, text),
    click,
    /** With the real pointer, as the other is too. */
    click_really: click,
    key: (name) => page.keyboard.press(name),
    screenshot: async (file) => writeFile(file, await page.screenshot()),
    is_open: () => !page.isClosed(),
    close: () => page.close().catch(() => {}),
  });
}

/** Adds to a view what is built on `evaluate`, `click` and `type`. */
export function with_waiting(view) {
  const seen = (window, at) => {
    const element = window.document.querySelector(at);
    return !!element && !element.disabled && element.getClientRects().length > 0;
  };
  const text_of = (selector) => view.evaluate((window, at) => window.document.querySelector(at)?.innerText ?? "", selector);
  return Object.assign(view, {
    text_of,
    /** Waits until something is shown and can be used. Says what was shown instead when it never comes. */
    async shown(selector, { timeout = 20_000 } = {}) {
      try {
        await until(`${selector} to be shown`, () => view.evaluate(seen, selector), { timeout });
      } catch (error) {
        const text = await text_of("body").catch(() => "(no page)");
        throw new Error(`${error.message}; the page says: ${text.slice(0, 600)}`, { cause: error });
      }
    },
    async press(selector) {
      await view.shown(selector);
      await view.click(selector);
    },
    async enter(selector, text) {
      await view.shown(selector);
      await view.type(selector, text);
    },
  });
}
