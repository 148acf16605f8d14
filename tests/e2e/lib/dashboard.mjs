// What a person does in a view of the extension that lies in a tab.
import { until } from "./process.mjs";

/** What a person does on a page. */
export function on(page) {
  const self = {
    text: (selector) => page.$eval(selector, (element) => element.textContent.replaceAll(/\s/g, "")),
    shows: (text) => page.evaluate((wanted) => document.body.innerText.includes(wanted), text),
    see: (selector, pattern) =>
      until(`${pattern} in ${selector}`, async () => {
        const texts = await page.$$eval(selector, (found) => found.map((element) => element.textContent.replaceAll(/\s+/g, " ")));
        return texts.some((text) => pattern.test(text));
      }),
    /** Presses the button or link with these words, when it can be pressed. */
    press: (words, inside = "body") =>
      until(`the button ${words}`, () =>
        page.evaluate((wanted, scope) => {
          const name = (element) => (element.getAttribute("aria-label") ?? element.innerText).trim();
          const all = [...document.querySelectorAll(`${scope} :is(button, a)`)];
          const found = all.find((element) => !element.disabled && (name(element) === wanted || element.innerText.trim() === wanted));
          found?.focus();
          found?.click();
          return !!found;
        }, words, inside)),
    focused: (words) => until(`the focus on ${words}`, async () => (await page.evaluate(focused_words)) === words),
    /** Goes on to what has these words with the Tab key alone, as somebody without a mouse does. */
    async tab_to(words) {
      const passed = [];
      while ((await page.evaluate(focused_words)) !== words) {
        await page.keyboard.press("Tab");
        passed.push(await page.evaluate(focused_words));
        if (passed.length > 60) throw new Error(`no Tab leads to ${words}; passed: ${passed.join(" | ")}`);
      }
    },
    /** Goes there and presses a key. */
    async key_on(words, key = "Enter") {
      await self.tab_to(words);
      await page.keyboard.press(key);
    },
    disabled: (words) => page.evaluate((wanted) => [...document.querySelectorAll("main button")].find((button) => button.innerText.trim() === wanted)?.disabled, words),
    async clear(selector) {
      await page.$eval(selector, (input) => {
        input.value = "";
        input.dispatchEvent(new InputEvent("input", { bubbles: true }));
      });
    },
    go: (route) =>
      page.evaluate((hash) => {
        location.hash = hash;
      }, route),
    async upload(selector, ...files) {
      await page.waitForSelector(selector);
      const input = await page.$(selector);
      await input.uploadFile(...files);
    },
    async open_entry(issuer) {
      await until(issuer, () =>
        page.evaluate((name) => {
          const row = [...document.querySelectorAll(".row")].find((each) => each.textContent.includes(name));
          const buttons = row?.querySelectorAll(".row-actions button");
          buttons?.[buttons.length - 1]?.click();
          return !!row;
        }, issuer));
      await self.see("h1", new RegExp(issuer));
    },
    /** What is copied is kept in the page: a headless browser's clipboard is shared with nobody. */
    remember_copies: () =>
      page.evaluate(() => {
        navigator.clipboard.writeText = async (text) => {
          globalThis.copied = text;
        };
      }),
  };
  return self;
}

/** In the page: what the element in focus is called. */
function focused_words() {
  const { activeElement } = document;
  const labels = [...(activeElement.labels ?? [])].map((label) => label.innerText).join(" ");
  return (activeElement.getAttribute("aria-label") ?? (labels || activeElement.innerText)).replaceAll(/\s+/g, " ").trim();
}
