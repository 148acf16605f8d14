// Paper: codes (with a password too), a pass, shares and an offline pass, what opens the emergency bundle, the emergency sheet and a bundle's QR sheets as they are printed on A4 and on US Letter, pictures of the sheets back to the
// same bytes, and a kit with a bundle inside.
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
const FORMATS = /** @type {const} */ (["A4", "Letter"]);
/** The margin of our pages, 14 mm, less what a letter may stick out. */
const MARGIN = (13.5 / 25.4) * 72;
const SKIPPED = "SKIPPED: pdftoppm (poppler-utils) is not here, so no page is looked at";
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
    let session, core, page, folder, looks;

    before(async () => {
      looks = await run("pdftoppm", ["-v"]).then(() => true, () => false);
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
    /** Prints what is in front on both kinds of paper: as many pages as sheets on each. Gives each one's pages, or none where nothing can look at them. */
    const printed = async (name, sheets) => {
      const all = [];
      for (const format of FORMATS) {
        const each = `${name}-${format}`;
        const pdf = await page.pdf({ format, preferCSSPageSize: true });
        await writeFile(await out_file(`${each}-${kind}.pdf`), pdf);
        assert.equal(pages_of(pdf), sheets, each);
        if (looks) all.push(await paper(each));
      }
      return all;
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
      for (const [sheet] of await printed("esheet", 1)) assert.match(sheet.text, /In an emergency.*the stick in the safe.*Bank 555 0100.*Tenant id 8d3a-11.*Accounts \(2\).*First.*Kept at/);
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
      const papers = await printed("qr-sheets", sheets.length);
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
      const whole = await page.$eval("bundle-sheets", (made) => [...made.frames.texts]);
      for (const leaves of papers) {
        assert.deepEqual(leaves.flatMap((leaf) => leaf.codes).toSorted(), whole.toSorted(), "every code is read off the paper");
        for (const [at, leaf] of leaves.entries()) assert.match(leaf.text, new RegExp(`Recovery bundle, sheet ${at + 1} of ${sheets.length}.*Take pictures of all sheets.*SHA-256 [0-9a-f]{64}`));
      }
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

    const bare = (text) => text.replaceAll(/\s+/g, "");
    /** The pages of a PDF as a printer would make them: each with its text, line by line and cell by cell without blanks, and the QR codes that are read off it. No word sticks out into a margin. */
    const paper = async (name) => {
      const pdf = await out_file(`${name}-${kind}.pdf`);
      const stem = path.join(folder, name);
      await run("pdftoppm", ["-r", "130", "-gray", "-png", pdf, stem]);
      const pictures = (await readdir(folder)).filter((file) => file.startsWith(`${name}-`) && file.endsWith(".png")).sort();
      const { stdout: boxes } = await run("pdftotext", ["-bbox", pdf, "-"]);
      const pages = boxes.split("<page ").slice(1);
      return Promise.all(
        pictures.map(async (file, at) => {
          const [width, height] = /width="([\d.]+)" height="([\d.]+)"/.exec(pages[at]).slice(1).map(Number);
          const words = [...pages[at].matchAll(/<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</g)];
          const out = words.filter(([, left, top, right, bottom]) => Math.min(left, top, width - right, height - bottom) < MARGIN);
          assert.deepEqual(out.map(([, , , , , word]) => word), [], `${name}, page ${at + 1}: in the margin`);
          const text_as = async (order) => (await run("pdftotext", ["-f", String(at + 1), "-l", String(at + 1), order, pdf, "-"])).stdout.normalize("NFKC");
          const picture = await readFile(path.join(folder, file));
          await writeFile(await out_file(`${name}-${kind}-${at + 1}.png`), picture);
          const [lines, drawn] = [await text_as("-layout"), await text_as("-raw")];
          return { text: lines.replaceAll(/\s+/g, " "), letters: bare(drawn), codes: await read_codes(picture.toString("base64")) };
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
      for (const [sheet] of await printed("codes", 1)) {
        assert.match(sheet.text, /Sparekey recovery codes.*Keep this sheet away.*Kept at/);
        assert.deepEqual(sheet.codes.toSorted(), codes.toSorted());
      }
      await go("#/ways");
      await on(page).press("Make a pass");
      await page.waitForSelector("temporary-pass form");
      await on(page).press("Make a pass", "temporary-pass form");
      await page.waitForSelector("temporary-pass .sheet");
      const pass = await page.$eval("temporary-pass .sheet-code", (code) => code.textContent);
      for (const [one] of await printed("pass", 1)) {
        assert.match(one.text, new RegExp(`${pass}.*Sparekey`));
        assert.deepEqual(one.codes, [pass]);
        assert.match(one.text, /From \S.* to \S.*open Sparekey and choose: Use a recovery code or a pass/, "its start, its end, and where to type it");
      }
      await go("#/ways");
      await on(page).press("Make shares");
      await on(page).press("Make shares", "key-shares form");
      await page.waitForSelector("key-shares .sheet");
      const shares = await page.$$eval(".sheet-words", (sheets) => sheets.map((sheet) => [...sheet.children].map((word) => word.textContent).join(" ")));
      for (const leaves of await printed("shares", shares.length)) {
        for (const [at, leaf] of leaves.entries()) {
          assert.match(leaf.text, new RegExp(`share ${at + 1} of 3.*Any 2 of these 3 sheets open the vault.*Kept at`));
          assert.deepEqual(leaf.codes, [shares[at]]);
        }
      }

      await go("#/offline");
      await (await page.waitForSelector("page-offline .choose-list input")).click();
      await page.waitForSelector("page-offline .offline-make:not([disabled])");
      await on(page).press("Make the pass", "page-offline");
      await page.waitForSelector("page-offline second-unlock input");
      await fill_in(view_of(page), "page-offline second-unlock input", PASSWORD);
      await on(page).press("Make the pass", "page-offline second-unlock");
      await page.waitForSelector("page-offline .sheet", { timeout: 60_000 });
      const offline = await page.$eval("page-offline", (made) => ({ text: made.made.text, code: made.made.code }));
      // 961 codes in one QR code: as dense as one gets.
      for (const [window] of await printed("offline", 1)) {
        assert.match(window.text, /Offline pass of Sparekey.*It shows the codes of this time alone/);
        assert.ok(!window.text.includes(offline.code), "the code is not on the pass");
        assert.deepEqual(window.codes, [offline.text]);
      }
      if (!looks) t.skip(SKIPPED);
    });

    test("shares and codes of the emergency bundle say what they open, and codes with a password that they need it", async (t) => {
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
      for (const leaves of await printed("emergency-shares", shares.length)) {
        for (const [at, leaf] of leaves.entries()) {
          assert.match(leaf.text, new RegExp(`Sparekey emergency share ${at + 1} of 3`));
          assert.match(leaf.text, opens);
          assert.match(leaf.text, /Kept at/);
          assert.deepEqual(leaf.codes, [shares[at]]);
        }
      }

      const codes_on = (scope) => page.$$eval(`${scope} .sheet-code`, (found) => found.map((code) => [...code.children].map((half) => half.textContent).join("-")));
      await go("#/emergency");
      await on(page).press("Make recovery codes", "emergency-codes");
      await page.waitForSelector("emergency-codes .sheet");
      const codes = await codes_on("emergency-codes");
      for (const [sheet] of await printed("emergency-codes", 1)) {
        assert.match(sheet.text, /Sparekey emergency codes.*Keep this sheet away from the file.*Kept at/);
        assert.match(sheet.text, opens);
        assert.deepEqual(sheet.codes.toSorted(), codes.toSorted());
      }

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
      for (const [pair] of await printed("pairs", 1)) {
        assert.match(pair.text, /Sparekey recovery codes.*Each needs its password too\..*Keep this sheet away from the device, and its password away from both\. Whoever has a code, its password and.*Kept at/);
        assert.ok(!pair.text.includes(phrase), "the password is not on the sheet");
        assert.deepEqual(pair.codes.toSorted(), pairs.toSorted());
      }
      if (!looks) t.skip(SKIPPED);
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

    test("an emergency sheet of twelve accounts and four organisations is whole on two pages of either paper, and breaks none of them", async (t) => {
      const organisation = (n) => ({
        name: `Harbour Holding ${n}`,
        tenant: `8d3a11f0-6c1e-4b57-9a35-d2f0c41e7a0${n}`,
        domain: `harbour-holding-${n}.example`,
        onmicrosoft: `harbourholding${n}.onmicrosoft.example`,
        subscription: `5b7e9c12-0f4d-4a8b-8c6e-1d2f3a4b5c6${n}`,
        invoice: `E0${n}00WXYZ-2026-11`,
        billing: `Grace Hopper, billing-${n}@harbour.example`,
        admins: `Ada Lovelace and Alan Turing, +44 20 5550 010${n}`,
        support: `+1 555 010${n}`,
      });
      const organisations = [1, 2, 3, 4].map(organisation);
      const { entries } = await core.ask({ type: "list" });
      const more = Array.from({ length: 12 - entries.length }, (_, n) => account(`Quay Shipping ${n + 1}`, SECRET, { account: `ada.lovelace.${n + 1}@quay-shipping.example` }));
      await core.ask({ type: "add", forms: more });
      const copies = "The stick in the safe of the office, the one in the bank, and the folder that is synchronised. Recovery codes: one sheet with Ada, one in the safe.";
      await core.ask({ type: "set-sheet", sheet: { copies, support: "Bank 555 0100\nInsurance 555 0101\nAda 555 0102", organisations } });
      await go("#/sheet");
      await page.waitForSelector("#org-3-tenant");
      for (const leaves of await printed("esheet-long", 2)) {
        const leaf_of = (words) => leaves.find((leaf) => leaf.text.includes(words)) ?? { text: "", letters: "" };
        assert.ok(leaves[0].letters.includes(bare(copies)));
        for (const each of organisations) {
          const lost = Object.values(each).filter((given) => !leaf_of(each.name).letters.includes(bare(given)));
          assert.deepEqual(lost, [], `${each.name} on one page`);
        }
        const accounts = leaf_of("Accounts (12)");
        assert.deepEqual(more.map((each) => bare(`${each.issuer} (${each.account})`)).filter((name) => !accounts.letters.includes(name)), []);
        assert.match(accounts.text, /Accounts \(12\).*First.*Kept at/);
      }
      if (!looks) t.skip(SKIPPED);
    });
  });
}
