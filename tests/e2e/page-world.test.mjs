// What a page can do from its own world, and what a page that has taken over our script's world could: nothing.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { start_demo } from "../demo/server.mjs";
import { base32, code_at, make_secret } from "../demo/totp.mjs";
import { open_browser } from "./lib/browser.mjs";
import { account, core_of } from "./lib/core.mjs";
import { kinds } from "./lib/kinds.mjs";
import { sleep, until } from "./lib/process.mjs";
import { fill_from_popup, filled_code } from "./lib/steps.mjs";

const FIELD = "#code";

for (const kind of kinds()) {
  describe(`a page's world in ${kind}`, () => {
    let session, demo, core, page;
    const secret = make_secret();

    before(async () => {
      demo = await start_demo();
      session = await open_browser(kind, { headed: true });
      core = await core_of(session);
      await core.enter("a password of this vault");
      const sites = [{ origin: demo.url, subdomains: false }];
      await core.ask({ type: "add", forms: [account("Demo Harbour", base32(secret), { sites })] });
      page = await session.page(`${demo.url}/code`);
    });
    after(async () => {
      await session?.close();
      await demo?.stop();
    });

    const value = () => page.$eval(FIELD, (field) => field.value);

    test("events and messages of a page start no fill", async () => {
      await page.evaluate((selector) => {
        const field = document.querySelector(selector);
        field.focus();
        const keys = { key: "O", code: "KeyO", altKey: true, shiftKey: true, bubbles: true };
        for (const at of [field, document, window]) {
          for (const name of ["keydown", "keypress", "keyup"]) at.dispatchEvent(new KeyboardEvent(name, keys));
          for (const name of ["mousedown", "contextmenu", "mouseup", "click"]) at.dispatchEvent(new MouseEvent(name, { bubbles: true, button: 2 }));
        }
        for (const type of ["fill", "gesture", "fields", "page-order", "unlock"]) {
          window.postMessage({ type, id: null, remember: true, order: 1, targets: [0], values: ["000000"] }, "*");
          window.dispatchEvent(new CustomEvent(type, { detail: { type } }));
        }
      }, FIELD);
      await sleep(1_500);
      assert.equal(await value(), "");
    });

    test("a page's own scripts reach no door of the extension", async () => {
      const reached = await page.evaluate(async (id, base) => {
        const said = [];
        for (const name of ["chrome", "browser"]) {
          const send = globalThis[name]?.runtime?.sendMessage;
          if (send) said.push(await send.call(globalThis[name].runtime, id, { type: "status" }).then((reply) => reply, () => null));
        }
        for (const file of ["popup/popup.html", "wasm/sparekey_bg.wasm", "manifest.json", "content/page.js"])
          said.push(await fetch(`${base}/${file}`).then((reply) => reply.ok || null, () => null));
        return said.filter((each) => each);
      }, session.id, session.base);
      assert.deepEqual(reached, []);
    });

    test("our script's world can ask for nothing but its own two verbs, and sees no key", async () => {
      // The popup's button grants the tab; then we stand where a page that broke out of its world would stand.
      const popup = await session.press_button(page);
      const asked = await session.background(async () => {
        const api = globalThis.browser ?? chrome;
        const [tab] = await api.tabs.query({ active: true, lastFocusedWindow: true });
        const [{ result }] = await api.scripting.executeScript({
          target: { tabId: tab.id },
          func: async () => {
            const api = globalThis.browser ?? chrome;
            const send = (message) => api.runtime.sendMessage(message).then((reply) => reply, (error) => ({ thrown: String(error) }));
            const verbs = ["status", "list", "codes", "lock", "plan-unlock", "page", "capture", "gesture", "tick"];
            const refused = [];
            for (const type of verbs) refused.push((await send({ type, why: "start" })).code);
            const fields = await send({ type: "fields", page: { origin: self.origin, ancestors: [], fields: [], contexts: [], truncated: false } });
            const wrote = await send({ type: "wrote", order: 1, result: "ok" });
            const key = await Promise.resolve()
              .then(() => api.storage.session.get(null))
              .then((all) => Object.keys(all), () => []);
            return { refused, fields, wrote: wrote.type, key };
          },
        });
        return result;
      });
      await popup.close();
      assert.deepEqual([...new Set(asked.refused)], ["not-allowed"]);
      assert.deepEqual([asked.fields.order, asked.fields.values, asked.wrote], [0, [], "done"]);
      assert.deepEqual(asked.key, []);
      assert.equal((await core.ask({ type: "status" })).state, "open");
      assert.equal(await value(), "");
    });

    /** In our script's world: changes the field after it was described, before what is to be written arrives. */
    const turn_between = async (selector, turn) => {
      const api = globalThis.browser ?? chrome;
      const [tab] = await api.tabs.query({ active: true, lastFocusedWindow: true });
      const func = (selector, [name, value]) => {
        const api = globalThis.browser ?? chrome;
        const sendMessage = async (message) => {
          const reply = await api.runtime.sendMessage(message);
          const field = document.querySelector(selector);
          // Without an order it waits for the next code, and describes the field anew.
          if (message.type !== "fields" || !name || !reply?.order) return reply;
          if (name === "covered") {
            const cover = document.body.appendChild(document.createElement("div"));
            cover.setAttribute("style", "position: fixed; inset: 0; background: white; z-index: 9");
          } else if (name === "replaced") field.replaceWith(field.cloneNode());
          else if (name === "typed") field.value = "typed by hand";
          else if (name === "label") {
            const label = document.body.appendChild(document.createElement("label"));
            [label.htmlFor, label.textContent] = [field.id, value];
          } else field.setAttribute(name, value);
          return reply;
        };
        Object.defineProperty(globalThis, "browser", { value: { runtime: { sendMessage }, dom: api.dom }, configurable: true });
      };
      await api.scripting.executeScript({ target: { tabId: tab.id }, func, args: [selector, turn] });
    };
    for (const turn of [["", ""], ["name", "sms_code"], ["id", "sms"], ["type", "tel"], ["autocomplete", "off"], ["maxlength", "5"], ["aria-label", "Code from the text message"], ["placeholder", "Code from the text message"], ["label", "We sent you a text message"], ["covered"], ["replaced"], ["typed"], ["readonly", ""], ["style", "opacity: 0"]]) {
      // It is still called what it was called.
      const done = { covered: "is covered", replaced: "is replaced", typed: "is typed into", readonly: "is made read-only", style: "is made unseen" }[turn[0]];
      test(turn[0] ? `a field that ${done ?? `gets another ${turn[0]}`} after it was described gets no code` : "a field that stays gets it", async () => {
        await page.reload();
        const popup = await session.press_button(page);
        await session.background(turn_between, FIELD, turn);
        await popup.press(".on-page .row-main");
        if (!turn[0]) {
          await filled_code(page, FIELD);
          // It may stay, to ask whether to fill by itself from now on.
          await sleep(500);
          return await popup.close().catch(() => {});
        }
        await until("the popup to say so", async () => (await popup.text_of("body")).includes(done ? "Nothing was filled" : "The page changed"));
        assert.equal(await page.$eval("input[name=code], input[name=sms_code]", (field) => field.value), turn[0] === "typed" ? "typed by hand" : "");
        await popup.close();
      });
    }

    test("two presses while the next code is awaited fill it once", async () => {
      await page.reload();
      await page.$eval(FIELD, (field) => {
        globalThis.written = [];
        field.addEventListener("input", () => globalThis.written.push(field.value));
      });
      // With less than three seconds left a code is not filled any more.
      const into = () => Date.now() % 30_000;
      await until("the end of the step", () => into() > 27_200 && into() < 28_000, { timeout: 35_000 });
      const next = code_at(secret, Math.floor(Date.now() / 30_000) + 1);
      await session.press_command(page, "fill");
      await sleep(400);
      await session.press_command(page, "fill");
      assert.ok(into() > 27_200, "both came in time");
      assert.equal(await filled_code(page, FIELD), next);
      await sleep(1_000);
      assert.deepEqual(await page.evaluate(() => globalThis.written), [next]);
    });

    test("a fill adds no node, changes no attribute, and leaves nothing in the page's world", async () => {
      await page.reload();
      await page.evaluate(() => {
        globalThis.before = new Set(Object.getOwnPropertyNames(globalThis));
        globalThis.changes = [];
        const all = { subtree: true, childList: true, attributes: true, characterData: true };
        new MutationObserver((records) => globalThis.changes.push(...records.map((record) => `${record.type} ${record.target.nodeName}`))).observe(document, all);
      });
      await fill_from_popup(session, page);
      await filled_code(page, FIELD);
      await sleep(500);
      assert.deepEqual(await page.evaluate(() => globalThis.changes), []);
      const names = await page.evaluate(() => Object.getOwnPropertyNames(globalThis).filter((name) => !globalThis.before.has(name)));
      assert.deepEqual(names.filter((name) => !["before", "changes"].includes(name)), []);
    });
  });
}
