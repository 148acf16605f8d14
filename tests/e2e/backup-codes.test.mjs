// A site's own backup codes: read from its page, kept, filled after the password, counted as used when the page went on;
// pasted over later, read from a file; and an account that is set up from a key shown as text.
import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { start_demo } from "../demo/server.mjs";
import { open_browser } from "./lib/browser.mjs";
import { account, core_of } from "./lib/core.mjs";
import { kinds } from "./lib/kinds.mjs";
import { make_folder, out_file } from "./lib/paths.mjs";
import { until } from "./lib/process.mjs";
import { fill_in, filled_code, sign_in_to, sign_up, submit } from "./lib/steps.mjs";

const PASSWORD = "a password of this vault";
const PASTED = "Save your codes\n1. 1111 2222   3. 5555 6666\n2. 3333 4444   4. 7777 8888\nEach works once.";
const DROPPED = "Demo Harbour backup codes\r\nKeep them safe.\r\n\r\nk3f9-2xq7\r\nm8d4-6wz1\r\np5h2-9rt6\r\n";

for (const kind of kinds()) {
  describe(`backup codes in ${kind}`, () => {
    let session, demo, core, page, id, folder;

    before(async () => {
      folder = await make_folder("backup-codes");
      demo = await start_demo();
      session = await open_browser(kind, { headed: true });
      core = await core_of(session);
      await core.enter(PASSWORD);
      page = await session.page(`${demo.url}/`);
      await sign_up(page, demo, "ada");
      // Two-step sign-in is on, as if it had been set up before.
      demo.users.get("ada").secret = Buffer.alloc(20, 7);
      const sites = [{ origin: demo.url, subdomains: false }];
      ({ ids: [id] } = await core.ask({ type: "add", forms: [account("Demo Harbour", "JBSWY3DPEHPK3PXP", { sites })] }));
    });
    after(async () => {
      await session?.close();
      await demo?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    const kept = async () => (await core.ask({ type: "list" })).entries.find((entry) => entry.id === id).backupCodes;
    const value = () => page.$eval("#recovery", (field) => field.value);
    const gone = (popup) => until("the popup to close", async () => !(await popup.is_open()));
    /** The press on the account, and on what the popup then offers. */
    const press_twice = async () => {
      const popup = await session.press_button(page);
      await popup.press(".on-page .row-main");
      await popup.press(".outcome .fill-backup");
      return popup;
    };

    test("those that a page shows are read on request and kept after a look", async () => {
      await page.goto(`${demo.url}/backup-codes`);
      const popup = await session.press_button(page);
      await popup.press(".on-page .options summary");
      await popup.press(".on-page .read-codes");
      await popup.shown("found-codes .primary");
      const shown = await popup.evaluate((window) => [...window.document.querySelectorAll("found-codes .code-list .mono")].map((code) => code.textContent));
      assert.deepEqual(shown, demo.users.get("ada").backup_codes);
      assert.equal(await kept(), null, "nothing is kept unseen");
      await popup.press("found-codes .primary");
      await until("the codes to be kept", async () => (await kept())?.left === 8);
      await popup.close();
    });

    test("of two accounts on the site the picked one gets those that its page shows", async () => {
      const sites = [{ origin: demo.url, subdomains: false }];
      const { ids: [second] } = await core.ask({ type: "add", forms: [account("Second Harbour", "MFRGGZDFMZTWQ2LK", { sites })] });
      const kept_of = async (id) => (await core.ask({ type: "list" })).entries.find((entry) => entry.id === id).backupCodes?.left ?? 0;
      const popup = await session.press_button(page);
      await popup.press(".on-page .options summary");
      await popup.shown(".options select");
      const shown = () => popup.text_of(".options summary");
      const first = await shown();
      await popup.evaluate((window, id) => {
        const select = window.document.querySelector(".options select");
        select.value = id;
        select.dispatchEvent(new window.Event("change", { bubbles: true }));
      }, second);
      await until("the other name", async () => (await shown()) !== first);
      await popup.press(".options .read-codes");
      assert.match(await popup.text_of("#backup-title"), /Second Harbour/);
      await popup.press("found-codes .primary");
      await until("the codes to be kept", async () => (await kept_of(second)) === 8);
      assert.equal(await kept_of(id), 8, "those of the first are as they were");
      await popup.close();
      await core.ask({ type: "trash", ids: [second] });
    });

    test("one is filled after the password, works, and counts as used when the page went on", async () => {
      const [first] = demo.users.get("ada").backup_codes;
      await sign_in_to(page, demo, "ada", "/recovery");
      const popup = await press_twice();
      await fill_in(popup, "second-unlock input", PASSWORD);
      await popup.press("second-unlock .primary");
      await until("the code in the field", async () => (await value()) === first, { timeout: 60_000 });
      await gone(popup);
      assert.equal((await kept()).left, 8, "filled is not used");
      await submit(page, "/account");
      await until("the code to count as used", async () => (await kept()).left === 7);
      assert.equal((await kept()).tried, null);
    });

    test("the next one needs no second password; taken out again it is in doubt, and the user says", async () => {
      const [next] = demo.users.get("ada").backup_codes;
      await sign_in_to(page, demo, "ada", "/recovery");
      await gone(await press_twice());
      assert.equal(await value(), next);
      await page.$eval("#recovery", (field) => (field.value = ""));
      // Longer than the page's script takes to see it.
      await new Promise((done) => setTimeout(done, 900));
      await page.goto(`${demo.url}/recovery`);
      assert.ok((await kept()).tried > 0);
      const popup = await session.press_button(page);
      await popup.press(".code-doubt .doubt-unused");
      await until("the doubt to end", async () => (await kept()).tried === null);
      assert.equal((await kept()).left, 7);
      await popup.close();
      assert.deepEqual(demo.refused, []);
    });

    const pause = (ms) => new Promise((done) => setTimeout(done, ms));
    /** The next code in the field, and how many were left before. */
    const filled = async () => {
      await sign_in_to(page, demo, "ada", "/recovery");
      const { left } = await kept();
      await gone(await press_twice());
      await until("the code in the field", async () => (await value()) === demo.users.get("ada").backup_codes[0]);
      return left;
    };
    const unused = async () => {
      await core.ask({ type: "mark-backup-code", id, code: null, used: false });
      assert.equal((await kept()).tried, null);
    };

    test("put away by a cancel, or left by a link, it is in doubt and not used", async () => {
      const left = await filled();
      await page.$eval("form", (form) => (form.hidden = true));
      // Longer than a page that goes on takes, and the page is left then.
      await pause(6_500);
      await page.goto(`${demo.url}/recovery`);
      await pause(500);
      const after = await kept();
      assert.deepEqual([after.left, after.tried > 0], [left, true], "the field went, nothing was sent");
      await unused();
      await filled();
      await Promise.all([page.waitForNavigation(), page.click("a[href='/code']")]);
      await pause(500);
      assert.deepEqual([(await kept()).left, (await kept()).tried > 0], [left, true], "another method");
      await unused();
      assert.deepEqual(demo.refused, []);
    });

    test("sent without leaving the page it is used once the field goes", async () => {
      const left = await filled();
      await page.evaluate(() => {
        document.forms[0].addEventListener("submit", (event) => {
          event.preventDefault();
          setTimeout(() => event.target.remove(), 300);
        });
      });
      await page.click("form button");
      await until("the code to count as used", async () => (await kept()).left === left - 1);
      // The demo site never had it.
      await core.ask({ type: "mark-backup-code", id, code: demo.users.get("ada").backup_codes[0], used: false });
      assert.equal((await kept()).left, left);
    });

    test("a page that takes its field away and moves on by a script has used it", async () => {
      const left = await filled();
      await page.evaluate(() => {
        const form = document.forms[0];
        form.hidden = true;
        // No event of a form: as a site does that waits for the last letter.
        setTimeout(() => form.submit(), 1_500);
      });
      await page.waitForNavigation();
      await until("the code to count as used", async () => (await kept()).left === left - 1);
      assert.equal((await kept()).tried, null);
      assert.deepEqual(demo.refused, []);
    });

    test("where few are left the popup says so, before a fill and after it", async () => {
      for (const code of demo.users.get("ada").backup_codes.slice(3)) await core.ask({ type: "mark-backup-code", id, code, used: true });
      await until("few to be left", async () => (await kept()).low);
      await sign_in_to(page, demo, "ada", "/recovery");
      const popup = await session.press_button(page);
      await popup.press(".on-page .row-main");
      await popup.shown(".outcome .warn-text");
      await popup.press(".outcome .fill-backup");
      await popup.shown("popup-backup .few");
      assert.match(await popup.text_of("popup-backup"), /Few are left\. Get new ones from the site/);
      assert.equal(await value(), demo.users.get("ada").backup_codes[0]);
      await popup.screenshot(await out_file(`backup-codes-${kind}-few.png`));
      await popup.press("popup-backup .few .primary");
      await gone(popup);
      await submit(page, "/account");
    });

    test("pasted ones take their place on the account's page", async () => {
      const { view } = await core_of(session, `#/entry/${id}`);
      await view.press("backup-codes .codes-add");
      await fill_in(view, "backup-codes textarea", PASTED);
      await view.press("backup-codes form .primary");
      await view.press("backup-codes found-codes .primary");
      await until("the codes to be kept", async () => (await kept()).left === 4);
      // Within five minutes of the password they are shown at once.
      await view.press("backup-codes .codes-show");
      await view.shown("backup-codes .code-list li");
      const shown = await view.evaluate((window) => [...window.document.querySelectorAll("backup-codes .code-list .mono")].map((code) => code.textContent));
      assert.deepEqual(shown, ["1111 2222", "5555 6666", "3333 4444", "7777 8888"]);
      await view.press("backup-codes .code-list li:last-child .link");
      await until("few to be left", async () => (await kept()).low);
      const renew = await view.evaluate((window) => {
        const link = window.document.querySelector("backup-codes a.button");
        return [link.href, link.target, link.rel];
      });
      assert.deepEqual(renew, [new URL(demo.url).href, "_blank", "noreferrer"], "where the site gives new ones");
      await view.close();
    });

    test("a file with them is dropped on the account's page, or chosen there; one that lists none changes nothing", async () => {
      const { view } = await core_of(session, `#/entry/${id}`);
      const shown = () => view.evaluate((window) => [...window.document.querySelectorAll("backup-codes found-codes .code-list .mono")].map((code) => code.textContent));
      const drop = (name, text) =>
        view.evaluate((window, file, body) => {
          const dataTransfer = new window.DataTransfer();
          dataTransfer.items.add(new window.File([body], file, { type: "text/plain" }));
          window.document.body.dispatchEvent(new window.DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
        }, name, text);
      await view.press("backup-codes .codes-add");
      await view.shown("backup-codes drop-zone label");
      await drop("shopping.txt", "milk\nbread\n");
      await until("that it lists none", async () => (await view.text_of("backup-codes [role=alert], backup-codes .banner")) !== "");
      assert.equal((await kept()).of, 4);
      await drop("harbour-codes.txt", DROPPED);
      await view.shown("backup-codes found-codes .primary");
      assert.deepEqual(await shown(), ["k3f9-2xq7", "m8d4-6wz1", "p5h2-9rt6"]);
      await view.evaluate((window) => [...window.document.querySelectorAll("backup-codes found-codes button")].at(-1).click());
      await until("nothing to be kept", async () => !(await shown()).length);
      assert.equal((await kept()).of, 4, "a look keeps nothing");
      const file = path.join(folder, "harbour-codes.txt");
      await writeFile(file, DROPPED);
      await view.press("backup-codes .codes-add");
      await (await view.page.waitForSelector("backup-codes drop-zone input[type=file]")).uploadFile(file);
      await view.press("backup-codes found-codes .primary");
      await until("the codes to be kept", async () => (await kept()).of === 3);
      assert.equal((await kept()).left, 3);
      const { codes } = await core.ask({ type: "backup-codes", id });
      assert.deepEqual(codes.map(({ code, used }) => [code, used]), [["k3f9-2xq7", null], ["m8d4-6wz1", null], ["p5h2-9rt6", null]]);
      await view.close();
    });

    test("an account is set up from a key that is shown as text, and its first code filled in the same press", async () => {
      await sign_up(page, demo, "grace", { picture: "none" });
      const popup = await session.press_button(page);
      await popup.press("popup-codes .bar .icon-button");
      await popup.press("popup-scan .find-text");
      await popup.shown("found-accounts .primary");
      const issuer = await popup.evaluate((window) => window.document.querySelector("found-accounts input").value);
      assert.equal(issuer, "127.0.0.1");
      await popup.press("found-accounts label.check input");
      await popup.press("found-accounts .primary");
      await filled_code(page);
      await popup.close();
      await submit(page, "/account");
      assert.ok(demo.users.get("grace").secret, "the site took the code");
    });
  });
}
