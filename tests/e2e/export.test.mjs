// Export in the dashboard: a fresh unlock, a plain warning, QR codes that read back, and what is lost listed.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { open_browser } from "./lib/browser.mjs";
import { kinds } from "./lib/kinds.mjs";
import { out_file } from "./lib/paths.mjs";
import { make_vault } from "./lib/steps.mjs";
import { until } from "./lib/process.mjs";
import { view_of } from "./lib/view.mjs";

const PASSWORD = "a long password for tests";
const SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

for (const kind of kinds()) {
  describe(`export in ${kind}`, { timeout: 240_000 }, () => {
    let session, view;

    before(async () => {
      session = await open_browser(kind, { headed: false });
      ({ view } = await make_vault(session, PASSWORD));
      await view.evaluate(
        (window, secret) => {
          const form = (issuer, account, over) => ({
            issuer, account, secret, kind: "totp", algorithm: "SHA1", digits: 6, period: 30, counter: 0, note: "", tags: [], sites: [], ...over,
          });
          const many = Array.from({ length: 11 }, (_, n) => form("Northwind", `user${n}@example.com`, {}));
          return window.chrome.runtime.sendMessage({
            type: "add",
            forms: [...many, form("Steam", "valve_fan", { kind: "steam" }), form("Harbour", "grace", { note: "a note", tags: ["Work"] })],
          });
        },
        SECRET,
      );
      await view.close();
      view = view_of(await session.extension_page("dashboard/dashboard.html#/export"));
    });

    after(async () => session?.close());

    const choose = (format) =>
      view.evaluate((window, value) => {
        const select = window.document.querySelector("#export-format");
        select.value = value;
        select.dispatchEvent(new window.Event("change", { bubbles: true }));
      }, format);
    const type = (at, value) =>
      view.evaluate((window, selector, text) => {
        const field = window.document.querySelector(selector);
        field.value = text;
        field.dispatchEvent(new window.InputEvent("input", { bubbles: true }));
      }, at, value);
    const current = "page-export form > password-field input";
    const written = () =>
      view.evaluate((window) => {
        const { written, codes } = window.document.querySelector("page-export");
        return { name: written.name, text: new window.TextDecoder().decode(written.bytes), lost: written.lost, codes: codes.length };
      });
    const picture = async (what) => view.screenshot(await out_file(`export-${kind}-${what}.png`));

    test("a plain export waits for the warning, and refuses a wrong password", async () => {
      await view.shown("page-export form");
      await picture("form");
      await choose("google-migration-uri");
      await type(current, "not the password");
      assert.equal(await view.evaluate((window) => window.document.querySelector("page-export button[type=submit]").disabled), true);
      await view.press("page-export .banner-warn input");
      await picture("plain");
      await view.press("page-export button[type=submit]");
      await view.shown("page-export [role=alert]", { timeout: 60_000 });
      assert.match(await view.text_of("page-export"), /Wrong password/);
    });

    test("a transfer is shown in batches, and what it cannot hold is listed", async () => {
      await type(current, PASSWORD);
      await view.press("page-export button[type=submit]");
      await view.shown("page-export .made", { timeout: 60_000 });
      const file = await written();
      assert.equal(file.codes, 2);
      assert.equal(file.text.trim().split("\n").length, 2);
      assert.deepEqual(file.lost.map(([at, why]) => `${at} ${why}`), ["11 entry-steam", "12 note", "12 tags"]);
      assert.match(await view.text_of("page-export .lost-list"), /Steam codes there: Steam \(valve_fan\)/);
      await picture("google");
      await view.press("page-export .made .link");
    });

    test("a sheet has a code for each account", async () => {
      await choose("html-uri-list");
      await view.press("page-export .banner-warn input");
      await type(current, PASSWORD);
      await view.press("page-export button[type=submit]");
      await view.shown("page-export .made", { timeout: 60_000 });
      const file = await written();
      assert.equal(file.codes, 13);
      assert.match(file.text, /^<!doctype html>/);
      // What is printed: the codes alone, beside each other, none cut at the paper's edge. Firefox follows the same rules of
      // CSS, and cannot be told to show them.
      if (kind === "chromium") {
        await view.page.emulateMediaType("print");
        const boxes = await view.page.$$eval(".qr-sheet li", (items) => items.map((item) => item.querySelector(".qr").getBoundingClientRect().toJSON()));
        const first = boxes.filter((box) => Math.abs(box.top - boxes[0].top) < 1);
        assert.ok(first.length >= 3 && boxes.every((box) => box.left >= 0 && box.width >= 180), JSON.stringify(boxes.slice(0, 4)));
        const { clip, hidden } = await view.evaluate((window) => ({
          clip: window.document.documentElement.scrollWidth - window.innerWidth,
          hidden: [".side", ".page-head", "page-export .made"].every((at) => !window.document.querySelector(at)?.getClientRects().length),
        }));
        assert.ok(clip <= 0 && hidden);
        await view.page.emulateMediaType("screen");
      }
      await picture("sheet");
      await view.press("page-export .made .link");
    });

    test("an account that fits into no code is on the sheet as text, and one in the bin is told to stay here", async () => {
      const name = "Пристань".repeat(60);
      await view.evaluate(
        async (window, issuer, secret) => {
          const form = { issuer, account: "ada", secret, kind: "totp", algorithm: "SHA1", digits: 6, period: 30, counter: 0, note: "", tags: [], sites: [] };
          const { runtime } = window.browser ?? window.chrome;
          await runtime.sendMessage({ type: "add", forms: [form] });
          const { entries } = await runtime.sendMessage({ type: "list" });
          await runtime.sendMessage({ type: "trash", ids: [entries.find((entry) => entry.issuer === "Steam").id] });
        },
        name,
        SECRET,
      );
      await view.close();
      view = view_of(await session.extension_page("dashboard/dashboard.html#/export"));
      await view.shown("page-export form");
      assert.match(await view.text_of("page-export form"), /1 account in the bin is left out/);
      await picture("bin");
      await choose("html-uri-list");
      await view.press("page-export .banner-warn input");
      await type(current, PASSWORD);
      await view.press("page-export button[type=submit]");
      await view.shown("page-export .made", { timeout: 60_000 });
      assert.equal((await written()).codes, 13);
      const shown = await view.evaluate((window) => [...window.document.querySelectorAll(".qr-sheet li")].map((item) => [!!item.querySelector("qr-image"), item.textContent]));
      const texts = shown.filter(([drawn]) => !drawn);
      assert.equal(texts.length, 1);
      assert.match(texts[0][1], new RegExp(`otpauth://totp/.*${SECRET}`));
      await view.evaluate((window) => window.document.querySelector(".qr-sheet .mono").scrollIntoView());
      await picture("no-code");
      await view.press("page-export .made .link");
    });

    test("an export that is stopped while its codes are drawn shows nothing", async () => {
      // The moment between the list and its codes is short: the drawing itself presses Cancel.
      await view.evaluate((window) => {
        const { Worker } = window;
        const { postMessage } = Worker.prototype;
        Worker.prototype.postMessage = function (message, ...rest) {
          if (message.name !== "qrMatrix") return postMessage.call(this, message, ...rest);
          Worker.prototype.postMessage = postMessage;
          window.document.querySelector("page-export .working button").click();
        };
      });
      await view.press("page-export .banner-warn input");
      await type(current, PASSWORD);
      await view.press("page-export button[type=submit]");
      const over = (window) => !window.document.querySelector("page-export").busy && !window.document.querySelector("page-export .working");
      await until("the stop", () => view.evaluate(over), { timeout: 60_000 });
      assert.equal(await view.evaluate((window) => !!window.document.querySelector("page-export .made, page-export .qr-sheet, page-export .banner-error")), false);
    });

    test("an encrypted file has a password of its own and no secret in sight", async () => {
      await choose("aegis-json-encrypted");
      await view.shown("page-export new-password .phrase li");
      await view.press("page-export new-password button.link");
      await view.shown("page-export new-password password-field");
      await type("page-export new-password password-field:nth-of-type(1) input", "another long password");
      await type("page-export new-password password-field:nth-of-type(2) input", "another long password");
      await type(current, PASSWORD);
      await view.press("page-export button[type=submit]");
      await view.shown("page-export .made", { timeout: 90_000 });
      const file = await written();
      assert.equal(file.lost.length, 0);
      assert.ok(JSON.parse(file.text).header.slots.length === 1 && !file.text.includes(SECRET));
      await picture("sealed");
    });
  });
}
