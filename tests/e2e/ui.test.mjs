// The views against the real background: first run, adding, finding, copying, the bin, locking, bundle and restore.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { TOTP } from "otpauth";
import { PNG } from "pngjs";
import encode_qr from "qr";
import { open_browser } from "./lib/browser.mjs";
import { on } from "./lib/dashboard.mjs";
import { kinds } from "./lib/kinds.mjs";
import { make_folder, out_file } from "./lib/paths.mjs";
import { until } from "./lib/process.mjs";

/** RFC 6238's own secret. */
const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const OTHER = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const URI = `otpauth://totp/Harbour:ada%40example.com?secret=${OTHER}&issuer=Harbour`;
const OWN_PASSWORD = "a bundle for the safe in the cellar";

for (const kind of kinds()) {
  describe(`views in ${kind}`, () => {
    let session, page, folder, phrase, bundle;

    before(async () => {
      folder = await make_folder(`ui-${kind}`);
      session = await open_browser(kind);
      page = await session.extension_page("dashboard/dashboard.html");
    });
    after(async () => {
      if (page) await page.screenshot({ path: await out_file(`ui-${kind}-last.png`) }).catch(() => {});
      await session?.close();
    });

    const view = () => on(page);

    test("first run explains itself and makes a vault with a phrase that was typed back", async () => {
      await view().see("h1", /second sign-in step/);
      await view().press("Set up Sparekey");
      phrase = await until("the phrase", () => page.$$eval(".phrase li", (words) => words.length >= 6 && words.map((word) => word.textContent).join(" ")));
      await view().press("I have written them down");
      await page.waitForSelector("new-password input");
      assert.equal(await view().shows(phrase.split(" ")[0]), false, "the phrase is not on the screen while it is typed");
      await page.type("new-password input", "not these words");
      await view().see(".field-error", /differs/);
      assert.equal(await view().disabled("Create the vault"), true);
      await view().clear("new-password input");
      await page.type("new-password input", phrase);
      await view().press("Create the vault");
      await view().see("h1", /No accounts yet/);
    });

    test("by hand: a bad key is told at its field, a good one shows its code before it is added", async () => {
      await view().go("/add");
      await page.type("#issuer", "Lighthouse");
      await page.type("#account", "ada");
      await page.type("#secret", "GEZD 1NBV");
      await view().see("#secret-error", /character that cannot be in one/);
      assert.equal(await view().disabled("Add account"), true);
      await view().clear("#secret");
      await page.type("#secret", SECRET.toLowerCase());
      await until("the preview", async () => codes_now(SECRET).includes(await view().text(".preview .otp-real")));
      await view().press("Add account", "main form");
      await view().see("h1", /Lighthouse/);
      await until("the code", async () => codes_now(SECRET).includes(await view().text("otp-code.large .otp-real")));
    });

    test("a picture of a QR code becomes an account", async () => {
      await view().go("/add");
      const file = path.join(folder, "qr.png");
      await writeFile(file, picture_of(URI));
      await view().upload("drop-zone input", file);
      await until("what was found", async () => (await page.$eval("#found-issuer-0", (input) => input.value)) === "Harbour");
      await until("its code", async () => codes_now(OTHER).includes(await view().text(".found-code .otp-real")));
      await view().press("Add account", ".found");
      await view().see("h1", /Harbour/);
    });

    test("the picture dropped anywhere on the page, or pasted, is read the same", async () => {
      const png = picture_of(URI).toString("base64");
      for (const way of ["drop", "paste"]) {
        await view().go("/accounts");
        await view().go("/add");
        await page.waitForSelector("drop-zone");
        await page.evaluate(
          (how, text) => {
            const data = new DataTransfer();
            data.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], "qr.png", { type: "image/png" }));
            const options = { bubbles: true, cancelable: true };
            const event = how === "drop" ? new DragEvent("drop", { ...options, dataTransfer: data }) : new ClipboardEvent("paste", { ...options, clipboardData: data });
            // Firefox ESR leaves out the clipboard that a made event is given.
            if (how === "paste" && !event.clipboardData?.files.length) Object.defineProperty(event, "clipboardData", { value: data });
            document.querySelector("h1").dispatchEvent(event);
          },
          way,
          png,
        );
        await until(`what was found by ${way}`, async () => (await page.$eval("#found-issuer-0", (input) => input.value).catch(() => "")) === "Harbour");
        await view().press("Cancel", ".found");
      }
    });

    test("a picture without a code, another app's code and the same account again are told apart", async () => {
      await view().go("/add");
      const empty = path.join(folder, "empty.png");
      await writeFile(empty, PNG.sync.write(new PNG({ width: 200, height: 100, fill: true })));
      await view().upload("drop-zone input", empty);
      await view().see(".banner-error", /No QR code was found in empty\.png/);
      const push = path.join(folder, "push.png");
      await writeFile(push, picture_of("phonefactor://activate_account?code=1&url=https%3A%2F%2Fexample.com"));
      await view().upload("drop-zone input", push);
      await view().see(".skipped", /different authenticator app/);
      await view().press("Back");
      await page.type("#paste", URI);
      await view().press("Read");
      await page.waitForSelector("#found-issuer-0");
      await view().press("Add account", ".found");
      await view().see(".toast", /here already/);
    });

    test("the list is searched by typing, walked by arrows, and Enter copies the code", async () => {
      await view().go("/");
      await until("two rows", () => page.$$eval(".row", (rows) => rows.length === 2));
      await view().remember_copies();
      await page.focus("input[type=search]");
      await page.keyboard.type("harb");
      await until("one row", () => page.$$eval(".row", (rows) => rows.length === 1));
      await page.keyboard.press("ArrowDown");
      await until("focus", () => page.evaluate(() => document.activeElement?.closest(".row")?.textContent.includes("Harbour")));
      await page.keyboard.press("Enter");
      const copied = await until("the copy", () => page.evaluate(() => globalThis.copied));
      assert.ok(codes_now(OTHER).includes(copied), copied);
      await view().see(".toast", /Code of Harbour \(ada@example\.com\) copied/);
      await page.focus("input[type=search]");
      await page.keyboard.press("Escape");
      await until("two rows", () => page.$$eval(".row", (rows) => rows.length === 2));
    });

    test("words, sites and the key of an account", async () => {
      await view().open_entry("Lighthouse");
      assert.equal(await page.$eval(".side a[aria-current=true]", (place) => place.hash), "#/", "the place that the account's page belongs to is marked");
      await page.type("#edit-note", "the one by the sea");
      await view().press("Save");
      await view().see(".toast", /Saved/);
      await page.type("#site", "no address");
      await view().press("Add", "entry-sites");
      await page.waitForSelector("main .banner-error");
      await view().clear("#site");
      await page.type("#site", "lighthouse.example");
      await view().press("Add", "entry-sites");
      await view().see(".sites", /lighthouse\.example/);
      await view().press("Show the key");
      await view().see(".secret .banner-warn", /Whoever sees or photographs them can make these codes for ever/);
      assert.equal(await page.$("qr-image"), null);
      await page.screenshot({ path: await out_file(`ui-${kind}-key-locked.png`) });
      await view().press("Cancel", ".secret");
      await view().press("Show the key");
      await page.waitForSelector(".secret second-unlock input");
      await page.type(".secret second-unlock input", phrase);
      await view().press("Show the key", ".secret second-unlock");
      await view().see(".secret-text", /GEZD GNBV/);
      const [here, other] = await page.evaluate(async () => {
        const { entries } = await (globalThis.browser ?? globalThis.chrome).runtime.sendMessage({ type: "list" });
        return [location.hash, `#/entry/${entries.find((entry) => entry.issuer === "Harbour").id}`];
      });
      await view().go(other);
      await view().see("h1", /Harbour/);
      assert.equal(await page.$(".secret-text"), null, "not under another account's name");
      await view().go(here);
      await view().see("h1", /Lighthouse/);
      await view().press("Show the key");
      await view().see(".secret-text", /GEZD GNBV/);
      assert.equal(await page.$$eval("qr-image path", (paths) => paths[0].getAttribute("d").length > 500), true);
      await view().press("Hide");
      assert.equal(await view().shows("GEZD GNBV"), false);
      await until("the focus", () => page.evaluate(() => document.activeElement?.innerText.trim() === "Show the key"));
      // An answer that comes when another account is there already, and words that were typed for this one.
      await page.type("#edit-tags", "unsaved");
      await page.evaluate((hash) => {
        const { runtime } = globalThis.browser ?? globalThis.chrome;
        const send = runtime.sendMessage;
        runtime.sendMessage = async (message) => {
          const reply = await send.call(runtime, message);
          if (message.type !== "reveal") return reply;
          runtime.sendMessage = send;
          location.hash = hash;
          await new Promise((go_on) => setTimeout(go_on, 300));
          globalThis.answered = true;
          return reply;
        };
      }, other);
      await view().press("Show the key");
      await view().see("h1", /Harbour/);
      await until("the answer", () => page.evaluate(() => globalThis.answered));
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.equal(await page.$(".secret-text"), null, "not under another account's name");
      assert.equal(await page.$eval("#edit-tags", (field) => field.value), "");
      await view().go(here);
      await view().see("h1", /Lighthouse/);
      // Not page.reload(): in Firefox the end of a navigation to a page of the extension is never reported.
      await page.evaluate(() => {
        setTimeout(() => location.reload(), 0);
      });
      await until("the note", async () => (await page.$eval("#edit-note", (note) => note.value)) === "the one by the sea");
    });

    test("the bin: undo, bring back, and for good only after a question", async () => {
      await view().press("Move to the bin");
      await view().see(".toast", /Lighthouse \(ada\) is in the bin/);
      await view().press("Undo");
      await view().see("h1", /Lighthouse/);
      await view().press("Move to the bin");
      await view().see("h1", /Accounts/);
      await view().go("/bin");
      await view().see(".plain-list", /Lighthouse/);
      await view().press("Bring back");
      await view().see(".lead", /Nothing here/);
      await view().go("/");
      await until("two rows", () => page.$$eval(".row", (rows) => rows.length === 2));
    });

    test("hidden codes show when their row has the focus", async () => {
      await view().go("/settings");
      await page.click("#hide-codes");
      await view().go("/");
      await until("dots", () => page.$$eval(".otp-dots", (dots) => dots.length === 2));
      const visible = () => page.$$eval(".row .otp-real", (codes) => codes.filter((code) => code.getBoundingClientRect().width > 0).length);
      await page.focus("input[type=search]");
      assert.equal(await visible(), 0);
      await page.focus(".row-main");
      assert.equal(await visible(), 1);
      await view().go("/settings");
      await page.click("#hide-codes");
      await until("settings", () => page.$eval("#hide-codes", (box) => !box.checked));
    });

    test("the popup lists, searches and copies; a lock in one window is a lock in all", async () => {
      const popup = await session.extension_page("popup/popup.html");
      const small = on(popup);
      await until("rows", () => popup.$$eval(".row", (rows) => rows.length === 2));
      await small.remember_copies();
      await popup.keyboard.type("light");
      await until("one row", () => popup.$$eval(".row", (rows) => rows.length === 1));
      await popup.keyboard.press("Enter");
      const copied = await until("the copy", () => popup.evaluate(() => globalThis.copied));
      assert.ok(codes_now(SECRET).includes(copied), copied);
      await popup.screenshot({ path: await out_file(`ui-${kind}-popup.png`) });
      await popup.click(".foot [aria-label='Lock now']");
      await small.see("h1", /locked/);
      await page.bringToFront();
      await view().see("h1", /locked/);
      await popup.close();
    });

    test("a wrong password is told and the right one opens", async () => {
      await page.type("unlock-form input", "wrong");
      await page.keyboard.press("Enter");
      await view().see(".field-error", /Wrong password/);
      await page.type("unlock-form input", phrase);
      await page.keyboard.press("Enter");
      await page.waitForSelector(".side");
    });

    test("a bundle is made, saved, read back, and another file is not taken for it", async () => {
      await view().go("/recovery");
      await view().see(".warn-text", /no recovery bundle yet/);
      await page.evaluate(() => {
        globalThis.showSaveFilePicker = undefined;
        const make = URL.createObjectURL;
        URL.createObjectURL = (blob) => {
          blob.text().then((text) => (globalThis.saved = text));
          return make.call(URL, blob);
        };
      });
      await page.click("input[name=bundle-password]:not(:checked)");
      await view().press("Choose my own password");
      await page.waitForSelector("new-password .strength");
      await page.type("new-password input", "a short one");
      await view().see(".strength", /15 characters/);
      await view().clear("new-password input");
      const [first, second] = await page.$$("new-password input");
      await first.type(OWN_PASSWORD);
      await second.type(OWN_PASSWORD);
      await view().press("Make a recovery bundle", "form");
      await view().see(".made", /2 accounts/);
      await view().see(".made", /Passkeys and security keys/);
      await view().press("Save the bundle");
      bundle = path.join(folder, "kept.sparekey");
      await writeFile(bundle, await until("the file", () => page.evaluate(() => globalThis.saved)));
      await view().upload(".made input[type=file]", path.join(folder, "qr.png"));
      await view().see(".banner-error", /not the same file/);
      await view().upload(".made input[type=file]", bundle);
      await view().see(".made .good", /every byte/);
      await view().see(".proofs", /Read back with the same bytes/);
      await view().see(".proofs", /All accounts are in it/);
    });

    if (kind === "chromium") {
      test("where the browser lets a page read what it wrote, reading back needs no drop", async () => {
        await view().press("Done");
        await page.waitForSelector("input[name=bundle-password]");
        await page.click("input[name=bundle-password]");
        await page.evaluate(() => {
          // A real handle of the same interface; the picker itself is the browser's.
          globalThis.showSaveFilePicker = async ({ suggestedName }) => (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true });
        });
        await view().press("Make a recovery bundle", "form");
        await view().see(".made", /2 accounts/);
        await view().press("Save the bundle");
        await view().see(".made .good", /every byte/);
      });
    }

    test("restoring into the same vault finds everything here already", async () => {
      await view().go("/restore");
      await view().upload("drop-zone input", bundle);
      await page.waitForSelector("password-field input");
      await page.type("password-field input", "wrong password for it");
      await view().press("Open the bundle");
      await view().see(".field-error", /Wrong password/);
      await view().clear("password-field input");
      await page.type("password-field input", OWN_PASSWORD);
      await view().press("Open the bundle");
      await until("the plan", () => page.$$eval(".outcome-same", (same) => same.length === 2));
      await view().press("Restore");
      await view().see(".toast", /2 were here already/);
    });

    test("files that are no bundle are told apart", async () => {
      const cases = [
        ["empty.sparekey", "", /empty/],
        ["invoice.sparekey", "%PDF-1.7\n%âãÏÓ\n", /not a recovery bundle/],
        ["newer.sparekey", (await bundle_text()).replace("sparekey/1", "sparekey/9"), /newer Sparekey/],
        ["cut.sparekey", (await bundle_text()).slice(0, 900), /damaged/],
      ];
      for (const [name, text, words] of cases) {
        await view().go("/settings");
        await view().go("/restore");
        const file = path.join(folder, name);
        await writeFile(file, text);
        await view().upload("drop-zone input", file);
        await view().see("main .banner-error", words);
      }
    });

    function bundle_text() {
      return readFile(bundle, "utf8");
    }

    test("an empty browser gets everything back and says what to try", async () => {
      const other = await open_browser(kind);
      try {
        const fresh = await other.extension_page("dashboard/dashboard.html");
        const there = on(fresh);
        await there.press("Restore a recovery bundle");
        await there.upload("drop-zone input", bundle);
        await fresh.waitForSelector("password-field input");
        await fresh.type("password-field input", OWN_PASSWORD);
        await there.press("Open the bundle");
        await until("the plan", () => fresh.$$eval(".outcome-new", (added) => added.length === 2));
        await there.press("Restore");
        await there.see("h1", /Try these once/);
        await until("both accounts", () => fresh.$$eval("page-verify > .plain-list li", (rows) => rows.length === 2));
        await until("both codes", async () => {
          const shown = await fresh.$$eval("page-verify > .plain-list .otp-real", (codes) => codes.map((code) => code.textContent.replaceAll(/\s/g, "")));
          return shown.some((code) => codes_now(SECRET).includes(code)) && shown.some((code) => codes_now(OTHER).includes(code));
        });
        await fresh.screenshot({ path: await out_file(`ui-${kind}-restored.png`) });
        await there.press("It works");
        await until("one left", () => fresh.$$eval("page-verify > .plain-list li", (rows) => rows.length === 1));
      } finally {
        await other.close();
      }
    });
  });
}

/** The codes around now by another library: a step may end while a test looks. */
function codes_now(secret) {
  const totp = new TOTP({ secret });
  return [-30_000, 0, 30_000].map((offset) => totp.generate({ timestamp: Date.now() + offset }));
}

/** A QR code as a PNG, four pixels a module, by another library. */
function picture_of(text) {
  const rows = encode_qr(text, "raw", { border: 4 });
  const png = new PNG({ width: rows.length * 4, height: rows.length * 4 });
  for (let y = 0; y < png.height; y += 1) {
    for (let x = 0; x < png.width; x += 1) {
      const level = rows[y >> 2][x >> 2] ? 0 : 255;
      png.data.set([level, level, level, 255], (y * png.width + x) * 4);
    }
  }
  return PNG.sync.write(png);
}
