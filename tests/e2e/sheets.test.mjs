// Paper: codes (with a password too), a pass, shares and an offline pass, what opens the emergency bundle, the emergency sheet and a bundle's QR sheets as they are printed, pictures of the sheets back to the same bytes, and a kit
// with a bundle inside.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { constants, inflateSync } from "node:zlib";
import { pathToFileURL } from "node:url";
import { after, before, describe, test } from "node:test";
import { open_browser } from "./lib/browser.mjs";
import { account, core_of } from "./lib/core.mjs";
import { on } from "./lib/dashboard.mjs";
import { kinds } from "./lib/kinds.mjs";
import { make_folder, out_file } from "./lib/paths.mjs";
import { until } from "./lib/process.mjs";
import { fill_in } from "./lib/steps.mjs";
import { view_of } from "./lib/view.mjs";

const run = promisify(execFile);
const PASSWORD = "a long password for tests";
const SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
/** How many pages a PDF has. Firefox keeps its objects in compressed streams. */
function pages_of(pdf) {
  let text = Buffer.from(pdf).toString("latin1");
  for (const [, body] of text.matchAll(/\/ObjStm[\s\S]*?stream\r?\n([\s\S]*?)endstream/g)) {
    text += inflateSync(Buffer.from(body, "latin1"), { finishFlush: constants.Z_SYNC_FLUSH }).toString("latin1");
  }
  return Number(/\/Type\s*\/Pages\b[^>]*?\/Count\s+(\d+)/.exec(text)?.[1] ?? /\/Count\s+(\d+)[^>]*?\/Type\s*\/Pages\b/.exec(text)?.[1]);
}

for (const kind of kinds()) {
  describe(`sheets in ${kind}`, () => {
    let session, core, page, folder;

    before(async () => {
      folder = await make_folder("sheets");
      session = await open_browser(kind, { headed: false });
      core = await core_of(session);
      ({ page } = core.view);
      await core.enter(PASSWORD);
      await core.ask({ type: "add", forms: [account("First", SECRET), account("Second", SECRET, { digits: 8 })] });
    });
    after(async () => {
      await session?.close();
      await rm(folder, { recursive: true, force: true });
    });

    const go = async (route) => {
      await page.evaluate((hash) => {
        globalThis.before = true;
        location.hash = hash;
        location.reload();
      }, route);
      await until("the new page", () => page.evaluate(() => !globalThis.before && document.readyState === "complete").catch(() => false));
    };
    // Six dense codes in a picture of a page: seconds each on a busy machine.
    const told = (at, pattern) => until(String(pattern), async () => pattern.test(await page.$eval(`${at} [role=status]`, (status) => status.textContent)), { timeout: 60_000, every: 250 });
    const print = async (name) => {
      const pdf = await page.pdf({ format: "A4", preferCSSPageSize: true });
      await writeFile(await out_file(`${name}-${kind}.pdf`), pdf);
      return pages_of(pdf);
    };

    test("the emergency sheet has no secret, says what is empty, and fits one page", async () => {
      await go("#/sheet");
      await page.waitForSelector("#esheet-copies");
      await on(page).press("Add an organisation");
      await page.waitForSelector("#org-0-tenant");
      const words = { "esheet-copies": "the stick in the safe", "esheet-support": "Bank 555 0100", "org-0-name": "Harbour", "org-0-tenant": "8d3a-11", "org-0-domain": "harbour.example" };
      for (const [id, text] of Object.entries(words)) await fill_in(view_of(page), `#${id}`, text);
      await on(page).see(".esheet-missing", /Harbour: onmicrosoft.com domain, Subscription number, Invoice number, Billing contact, Other administrators,? and Support number/);
      await on(page).press("Save", "page-sheet");
      await on(page).see(".esheet", /the stick in the safe[\s\S]*Bank 555 0100[\s\S]*Tenant id ?8d3a-11[\s\S]*Accounts \(2\)[\s\S]*First/);
      assert.match(await page.$eval(".esheet .esheet-digest", (digest) => digest.textContent), /^[0-9a-f]{64}$/);
      assert.doesNotMatch(await page.$eval(".esheet", (sheet) => sheet.textContent), new RegExp(`${SECRET}|a long password`));
      await page.screenshot({ path: await out_file(`esheet-${kind}.png`) });
      assert.equal(await print("esheet"), 1);
    });

    test("a bundle on sheets: printed one a page, and pictures of them in any order give the same bytes", async () => {
      await go("#/recovery");
      await on(page).press("Make a recovery bundle", "page-recovery form");
      await page.waitForSelector("bundle-sheets details");
      await page.evaluate(() => document.querySelector("bundle-sheets details").setAttribute("open", ""));
      await on(page).press("Make the sheets");
      await page.waitForSelector(".sheet-qr");
      const sheets = await page.$$(".sheet-qr");
      assert.ok(sheets.length >= 2);
      assert.equal(await print("qr-sheets"), sheets.length);
      const files = [];
      for (const [at, sheet] of sheets.entries()) {
        const file = path.join(folder, `sheet-${at}.png`);
        await writeFile(file, await sheet.screenshot());
        files.push(file);
      }
      files.reverse();
      const give = async (at, some) => {
        await page.waitForSelector(`${at} input[type=file]`);
        await (await page.$(`${at} input[type=file]`)).uploadFile(...some);
      };
      await give("bundle-sheets", files.slice(1));
      await told("bundle-sheets", new RegExp(`could be read: sheet ${sheets.length}`));
      await give("bundle-sheets", files.slice(0, 1));
      await told("bundle-sheets", /the bytes are the same/);
      assert.ok((await core.ask({ type: "status" })).backup.readBack);
      // The last codes are seen while those before are put together.
      await page.evaluate(() => {
        const sheets = document.querySelector("bundle-sheets");
        const texts = [...sheets.frames.texts];
        sheets.frames.clear();
        [sheets.far, sheets.same] = [undefined, undefined];
        const reader = sheets.querySelector("code-reader");
        for (const some of [texts.slice(0, 1), texts.slice(1)]) reader.tell("texts", some);
      });
      await told("bundle-sheets", /the bytes are the same/);

      await go("#/restore");
      await give("bundle-picker", files.slice(0, 1));
      await told("bundle-picker", /Missing: 1, 2, .* and 12\. Give pictures of the other sheets/);
      await give("bundle-picker", files.slice(1));
      await page.waitForSelector("page-restore way-entry", { timeout: 60_000 });
    });

    /** The pages of a PDF as a printer would make them: each with its text and the QR codes that are read off it. */
    const paper = async (name) => {
      const pdf = await out_file(`${name}-${kind}.pdf`);
      const stem = path.join(folder, name);
      await run("pdftoppm", ["-r", "130", "-gray", "-png", pdf, stem]);
      const pictures = (await readdir(folder)).filter((file) => file.startsWith(`${name}-`) && file.endsWith(".png")).sort();
      return Promise.all(
        pictures.map(async (file, at) => {
          const { stdout } = await run("pdftotext", ["-f", String(at + 1), "-l", String(at + 1), "-layout", pdf, "-"]);
          const picture = await readFile(path.join(folder, file));
          await writeFile(await out_file(`${name}-${kind}-${at + 1}.png`), picture);
          return { text: stdout, codes: await read_codes(picture.toString("base64")) };
        }),
      );
    };
    const read_codes = (picture) =>
      page.evaluate(async (base64) => {
        const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))]));
        const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
        context.drawImage(bitmap, 0, 0);
        const { data, width, height } = context.getImageData(0, 0, bitmap.width, bitmap.height);
        return await new Promise((resolve, reject) => {
          const worker = new Worker("../worker/main.js", { type: "module" });
          worker.onmessage = ({ data: answer }) => {
            worker.terminate();
            if (answer.result) resolve(answer.result);
            else reject(new Error(answer.code));
          };
          worker.postMessage({ id: 1, name: "readQr", args: [data, width, height] });
        });
      }, picture);

    test("codes, a pass, shares and an offline pass: one page a sheet, nothing cut, and every QR code is read off the paper", async (t) => {
      await go("#/ways");
      await on(page).press("Make recovery codes", "recovery-codes");
      await page.waitForSelector("#codes-count");
      // The fullest sheet that there is.
      await page.select("#codes-count", "16");
      await on(page).press("Make recovery codes", "recovery-codes form");
      await page.waitForSelector("recovery-codes .sheet");
      const codes = await page.$$eval(".sheet-code", (found) => found.map((code) => [...code.children].map((half) => half.textContent).join("-")));
      assert.equal(await print("codes"), 1);
      await go("#/ways");
      await on(page).press("Make a pass");
      await page.waitForSelector("temporary-pass form");
      await on(page).press("Make a pass", "temporary-pass form");
      await page.waitForSelector("temporary-pass .sheet");
      const pass = await page.$eval("temporary-pass .sheet-code", (code) => code.textContent);
      assert.equal(await print("pass"), 1);
      await go("#/ways");
      await on(page).press("Make shares");
      await on(page).press("Make shares", "key-shares form");
      await page.waitForSelector("key-shares .sheet");
      const shares = await page.$$eval(".sheet-words", (sheets) => sheets.map((sheet) => [...sheet.children].map((word) => word.textContent).join(" ")));
      assert.equal(await print("shares"), shares.length);

      await go("#/offline");
      await (await page.waitForSelector("page-offline .choose-list input")).click();
      await page.waitForSelector("page-offline .offline-make:not([disabled])");
      await on(page).press("Make the pass", "page-offline");
      await page.waitForSelector("page-offline second-unlock input");
      await fill_in(view_of(page), "page-offline second-unlock input", PASSWORD);
      await on(page).press("Make the pass", "page-offline second-unlock");
      await page.waitForSelector("page-offline .sheet", { timeout: 60_000 });
      const offline = await page.$eval("page-offline", (made) => ({ text: made.made.text, code: made.made.code }));
      assert.equal(await print("offline"), 1);

      const there = await run("pdftoppm", ["-v"]).then(() => true, () => false);
      if (!there) return t.skip("SKIPPED: pdftoppm (poppler-utils) is not here, so no page is looked at");
      const [sheet] = await paper("codes");
      assert.match(sheet.text, /Sparekey recovery codes[\s\S]*Keep this sheet away[\s\S]*Kept at/);
      assert.deepEqual(sheet.codes.toSorted(), codes.toSorted());
      const [one] = await paper("pass");
      assert.match(one.text, new RegExp(`${pass}[\\s\\S]*Sparekey`));
      assert.deepEqual(one.codes, [pass]);
      assert.match(one.text.normalize("NFKC").replace(/\s+/g, " "), /From \S.* to \S.*open Sparekey and choose: Use a recovery code or a pass/, "its start, its end, and where to type it");
      // 961 codes in one QR code: as dense as one gets.
      const [window] = await paper("offline");
      assert.match(window.text.normalize("NFKC"), /Offline pass of Sparekey[\s\S]*It shows the codes of this time alone/);
      assert.ok(!window.text.includes(offline.code), "the code is not on the pass");
      assert.deepEqual(window.codes, [offline.text]);
      for (const [at, leaf] of (await paper("shares")).entries()) {
        assert.match(leaf.text, new RegExp(`share ${at + 1} of 3[\\s\\S]*Any 2 of these 3 sheets open the vault[\\s\\S]*Kept at`));
        assert.deepEqual(leaf.codes, [shares[at]]);
      }
    });

    /** Reads what is printed on the page: as many pages as sheets, and all of it there. */
    const printed = async (name, sheets) => {
      assert.equal(await print(name), sheets, name);
      return (await paper(name)).map((leaf) => ({ ...leaf, text: leaf.text.normalize("NFKC").replaceAll(/\s+/g, " ") }));
    };

    test("shares and codes of the emergency bundle say what they open, and codes with a password that they need it", async (t) => {
      const there = await run("pdftoppm", ["-v"]).then(() => true, () => false);
      if (!there) return t.skip("SKIPPED: pdftoppm (poppler-utils) is not here, so no page is looked at");
      const { ids: [glass] } = await core.ask({ type: "add", forms: [account("Glass", SECRET)] });
      await go(`#/entry/${glass}`);
      await on(page).press("Keep for emergencies");
      await page.waitForSelector("#emergency-reason");
      const opens = /the file whose name begins with sparekey-emergency\. They open nothing else\./;
      await go("#/emergency");
      await on(page).press("Make shares", "key-shares[emergency]");
      await on(page).press("Make shares", "key-shares[emergency] form");
      // What opens emergency accounts is made after the password, unless that was just typed.
      await page.waitForSelector("key-shares[emergency] .sheet, dialog second-unlock input");
      if (await page.$("dialog second-unlock input")) {
        await fill_in(view_of(page), "dialog second-unlock input", PASSWORD);
        await view_of(page).press("dialog second-unlock button[type=submit]");
      }
      await page.waitForSelector("key-shares[emergency] .sheet", { timeout: 60_000 });
      const shares = await page.$$eval(".sheet-words", (sheets) => sheets.map((sheet) => [...sheet.children].map((word) => word.textContent).join(" ")));
      for (const [at, leaf] of (await printed("emergency-shares", shares.length)).entries()) {
        assert.match(leaf.text, new RegExp(`Sparekey emergency share ${at + 1} of 3`));
        assert.match(leaf.text, opens);
        assert.match(leaf.text, /Kept at/);
        assert.deepEqual(leaf.codes, [shares[at]]);
      }

      const codes_on = (scope) => page.$$eval(`${scope} .sheet-code`, (found) => found.map((code) => [...code.children].map((half) => half.textContent).join("-")));
      await go("#/emergency");
      await on(page).press("Make recovery codes", "emergency-codes");
      await page.waitForSelector("emergency-codes .sheet");
      const codes = await codes_on("emergency-codes");
      const [sheet] = await printed("emergency-codes", 1);
      assert.match(sheet.text, /Sparekey emergency codes.*Keep this sheet away from the file.*Kept at/);
      assert.match(sheet.text, opens);
      assert.deepEqual(sheet.codes.toSorted(), codes.toSorted());

      await go("#/ways");
      await (await page.waitForSelector("recovery-codes .buttons button")).click();
      await page.waitForSelector("#codes-count");
      // The fullest sheet that there is: with one sentence more than that of codes alone.
      await page.select("#codes-count", "16");
      await (await page.$("recovery-codes form input[type=checkbox]")).click();
      await page.waitForSelector("recovery-codes .phrase li");
      const phrase = await page.$$eval("recovery-codes .phrase li", (words) => words.map((word) => word.textContent.trim()).join(" "));
      await on(page).press("I have written them down", "recovery-codes new-password");
      await fill_in(view_of(page), "recovery-codes new-password password-field input", phrase);
      await until("the password to be ready", () => page.$eval("recovery-codes form button[type=submit]", (button) => !button.disabled));
      await on(page).press("Make recovery codes", "recovery-codes form");
      await page.waitForSelector("recovery-codes .sheet", { timeout: 60_000 });
      const pairs = await codes_on("recovery-codes");
      const [pair] = await printed("pairs", 1);
      assert.match(pair.text, /Sparekey recovery codes.*Each needs its password too\..*Keep this sheet away from the device, and its password away from both\. Whoever has a code, its password and.*Kept at/);
      assert.ok(!pair.text.includes(phrase), "the password is not on the sheet");
      assert.deepEqual(pair.codes.toSorted(), pairs.toSorted());
    });

    test("a kit with the bundle inside asks for the password at once, and the rehearsal knows it as ours", async () => {
      await go("#/recovery");
      await page.waitForSelector("recovery-kit input[type=checkbox]");
      await page.evaluate(() => {
        URL.createObjectURL = (blob) => {
          globalThis.saved = blob;
          return "blob:none";
        };
        document.querySelector("recovery-kit input[type=checkbox]").click();
      });
      await on(page).press("Save the kit", "recovery-kit");
      await page.waitForSelector(".kit-digest");
      const text = await page.evaluate(() => globalThis.saved.text());
      const file = path.join(folder, "sparekey-recovery-kit.html");
      await writeFile(file, text);
      const began = Date.now();
      const other = await session.browser.newPage();
      await other.goto(pathToFileURL(file).href);
      const kit = view_of(other);
      await fill_in(kit, "password-field input", PASSWORD);
      await kit.press("button[type=submit]");
      await kit.shown(".plain-list otp-code", { timeout: 60_000 });
      const took = Date.now() - began;
      console.log(`kit offline in ${kind}: from file:// to the first code in ${took} ms`);
      assert.ok(took <= 60_000);
      // Without the file inside: pictures of its printed sheets, read by the kit's page itself.
      await other.reload();
      await kit.press("bundle-form .buttons button[type=button]");
      const pictures = (await readdir(folder)).filter((name) => /^sheet-\d+\.png$/.test(name)).map((name) => path.join(folder, name));
      await (await other.waitForSelector("bundle-picker input[type=file]")).uploadFile(...pictures);
      await until("the bundle of the sheets", async () => /printed sheets/.test(await kit.text_of("bundle-form h2")), { timeout: 60_000, every: 250 });
      await other.close();
      await page.bringToFront();
      // The same file gives its bundle back to the extension, as data.
      await go("#/restore");
      await page.waitForSelector("bundle-picker input[type=file]");
      await (await page.$("bundle-picker input[type=file]")).uploadFile(file);
      await page.waitForSelector("page-restore way-entry", { timeout: 60_000 });
      for (const [name, change, said] of [["ours", (html) => html, /is the one/], ["changed", (html) => html.replace("</body>", "<b></b></body>"), /not the/]]) {
        const given = path.join(folder, `${name}.html`);
        await writeFile(given, change(await readFile(file, "utf8")));
        await go("#/drill");
        await page.waitForSelector("page-drill input[type=file]");
        await (await page.$("page-drill input[type=file]")).uploadFile(given);
        await on(page).see("page-drill", said);
      }
    });
  });
}
