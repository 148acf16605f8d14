// The import conversation against the real background: plain and encrypted files, wrong ones, again, undo, sites.
import assert from "node:assert/strict";
import { createCipheriv, randomBytes, scryptSync } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { TOTP } from "otpauth";
import { open_browser } from "./lib/browser.mjs";
import { on } from "./lib/dashboard.mjs";
import { kinds } from "./lib/kinds.mjs";
import { make_folder, out_file } from "./lib/paths.mjs";
import { until } from "./lib/process.mjs";

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const OTHER = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
/** Keys of accounts that are not here otherwise: what has a key that is here is not ticked. */
const FRESH = ["KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU", "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK", "ONSWG4TFOQQHGZLDOJSXIIDTMVRXEZLU"];
const FILE_PASSWORD = "the one from the old phone";
/** Of Ente, under that password: one account, sealed by libsodium, Argon2id over a gibibyte. */
const LAGOON = JSON.stringify({
  version: 1,
  kdfParams: { memLimit: 2 ** 30, opsLimit: 1, salt: "EHQE6nKeDA08XgXQPyA0oA==" },
  encryptedData:
    "FdMNT1+9bdzFWwjldeiD6QOZI7Fve35+TmdnCOTL4IPR/J1HXOsFs8zqfAnLT5p16Pukf8UH48FO9cf/deo1k0/cFyXrcw64HkTirtykUsje6wVsixZJPW9/lJJcuQukrlOj" +
    "YTYuWzBkw3OQfOEF/N9YEhOTv/qRIajNwBCzNrXZpV3Y42kEM/6slAPaS9s12h3bFblBid0WCa2yvylOBg==",
  encryptionNonce: "tYH8QtP2igTDlvaoIOlmNwwE4j3VAaxp",
});

for (const kind of kinds()) {
  describe(`import in ${kind}`, () => {
    let session, page, folder, phrase;

    before(async () => {
      folder = await make_folder(`import-${kind}`);
      session = await open_browser(kind);
      page = await session.extension_page("dashboard/dashboard.html");
      phrase = await set_up(page);
    });
    after(async () => {
      if (page) await page.screenshot({ path: await out_file(`import-${kind}-last.png`) }).catch(() => {});
      await session?.close();
    });

    const view = () => on(page);
    const shot = async (name) => page.screenshot({ path: await out_file(`import-${kind}-${name}.png`) });

    /** Starts anew, drops files, each a name and its bytes. */
    async function drop_all(files) {
      await view().go("/");
      await view().go("/import");
      await page.waitForSelector("page-import drop-zone input");
      const paths = files.map(([name]) => path.join(folder, name));
      await Promise.all(files.map(([, bytes], at) => writeFile(paths[at], bytes)));
      await view().upload("page-import drop-zone input", ...paths);
    }

    const drop = (name, bytes) => drop_all([[name, bytes]]);

    /** Drops files on the page as it is, and holds that the browser does not open them in its place. */
    async function drop_on_page(files) {
      const before = page.url();
      if (kind === "chromium") {
        const paths = files.map(([name]) => path.join(folder, name));
        await Promise.all(files.map(([, text], at) => writeFile(paths[at], text)));
        const cdp = await page.createCDPSession();
        // The hand that drags: the browser asks the page, and opens the file itself where the page does not take it.
        for (const type of ["dragEnter", "dragOver", "drop"]) {
          await cdp.send("Input.dispatchDragEvent", { type, x: 500, y: 300, data: { items: [], files: paths, dragOperationsMask: 1 } });
        }
        await cdp.detach();
      } else {
        // Firefox drags nothing for a test: events as its own would be.
        const prevented = await page.evaluate((all) => {
          const dataTransfer = new DataTransfer();
          for (const [name, text] of all) dataTransfer.items.add(new File([text], name));
          const event = (type) => new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true });
          return ["dragover", "drop"].map((type) => !document.querySelector("main").dispatchEvent(event(type)));
        }, files);
        assert.deepEqual(prevented, [true, true]);
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
      assert.equal(page.url(), before);
      assert.equal(await page.evaluate(() => document.readyState), "complete");
      assert.equal((await session.browser.pages()).filter((each) => each.url().startsWith("file:")).length, 0);
    }

    const outcomes = (wanted) =>
      until(`the outcomes ${wanted}`, async () => {
        const found = await page.$$eval(".import-items:not(.import-unheld) .outcome-tag", (tags) => tags.map((tag) => tag.className.replace(/.*outcome-(?!tag)/, "")));
        return JSON.stringify(found) === JSON.stringify(wanted);
      });

    test("the way there, with the steps for each app", async () => {
      await view().go("/add");
      await view().press("Import", "main");
      await view().see("h1", /Import/);
      await page.evaluate(() => [...document.querySelectorAll("details")].find((each) => each.textContent.includes("Aegis")).setAttribute("open", ""));
      await view().see("details[open] .steps", /Import & Export/);
      await shot("start");
    });

    test("files that hold nothing are told apart", async () => {
      const restricted = { encrypted: true, encKeyValidation_DO_NOT_EDIT: "2.a|b|c", items: [] };
      const cases = [
        ["empty.json", "", /empty/],
        ["song.mp3", Buffer.from([0x49, 0x44, 0x33, 4, 0, 0, 0, 0xff, 0xfb, 0x90]), /No format known/],
        ["vault.json", JSON.stringify(restricted), /Only the account that made this export/],
        ["newer.json", JSON.stringify({ ...aegis([]), version: 9 }), /of a version that Sparekey does not read/],
        ["cut.json", JSON.stringify(aegis([entry("Mill", "ada", SECRET)])).slice(0, 90), /damaged or cut off/],
      ];
      for (const [name, bytes, words] of cases) {
        await drop(name, bytes);
        await view().see("main .banner-error", words);
      }
      await drop("vault.json", JSON.stringify(restricted));
      await view().see(".import-howto", /make the right file in Bitwarden.*Password protected/);
      await shot("restricted");
    });

    test("a plain file is shown entry by entry, and only then taken in", async () => {
      const yandex = { ...entry("Yandex", "ada", SECRET), type: "yandex" };
      const icon = { ...entry("GitHub", "ada@example.com", SECRET), icon: "aWNvbg==", icon_mime: "image/png", favorite: true };
      await drop("without-a-name", JSON.stringify(aegis([icon, entry("Harbour", "ada", OTHER), entry("Harbour", "ada", OTHER), yandex])));
      await view().see(".lead", /Recognised: Aegis/);
      await outcomes(["new", "new", "twice"]);
      await view().see(".import-unheld", /Yandex.*method of its own.*kept as a note/);
      await view().see(".import-note", /its icon/);
      await shot("plan");
      assert.equal(await rows(), 0, "nothing is added before the press");
      await page.evaluate(() => {
        location.hash = "/import";
      });
      await page.click(".import-unheld input");
      await view().press("Import 2 accounts");
      await view().see("#imported-title", /2 accounts imported/);
      // What did not come along is still told.
      await view().see(".skipped", /Yandex/);
      await view().see("main", /Save this list/);
    });

    test("sites are suggested with their source; nothing is bound until the press", async () => {
      await view().see(".import-sites", /github\.com.*where this issuer signs in/);
      const bound = () => page.evaluate(async () => (await (globalThis.browser ?? globalThis.chrome).runtime.sendMessage({ type: "list" })).entries.flatMap((each) => each.sites.map((site) => site.origin)));
      assert.deepEqual(await bound(), []);
      await shot("sites");
      await view().press("Use 1 ticked site");
      await view().see(".site-choices", /is used/);
      assert.deepEqual(await bound(), ["https://github.com"]);
    });

    test("the same file again changes nothing", async () => {
      await drop("again.json", JSON.stringify(aegis([entry("GitHub", "ada@example.com", SECRET), entry("Harbour", "ada", OTHER)])));
      await outcomes(["already-here", "already-here"]);
      assert.equal(await view().disabled("Import 0 accounts"), true);
      await view().go("/");
      await until("two rows", async () => (await rows()) === 2);
    });

    test("an account that is here without a site has its sites suggested again", async () => {
      const file = JSON.stringify(aegis([entry("GitLab", "ada", FRESH[0]), entry("GitHub", "ada@example.com", SECRET)]));
      await drop("later.json", file);
      await view().press("Import 1 account");
      await view().see(".import-sites", /gitlab\.com/);
      // The list is gone with the page, and comes back with the file.
      await drop("later.json", file);
      await outcomes(["already-here", "already-here"]);
      await view().see(".import-sites", /gitlab\.com/);
      assert.equal((await page.$$(".import-sites > li")).length, 1, "GitHub has its site");
      await shot("sites-again");
      await view().press("Use 1 ticked site");
      await view().see(".site-choices", /is used/);
      await drop("later.json", file);
      await outcomes(["already-here", "already-here"]);
      assert.equal(await page.$("import-sites"), null);
      await page.evaluate(async () => {
        const { runtime } = globalThis.browser ?? globalThis.chrome;
        const { entries } = await runtime.sendMessage({ type: "list" });
        await runtime.sendMessage({ type: "undo-import", ids: [entries.find(({ issuer }) => issuer === "GitLab").id], kept: [] });
      });
    });

    test("a key that is here: under another name it is told and not ticked, with other settings it is told and ticked", async () => {
      const github = entry("Github", "Ada@example.com", SECRET);
      const files = [{ ...github, info: { ...github.info, algo: "SHA256", digits: 8 } }, entry("Haven", "ada", OTHER), github];
      await drop("settings.json", JSON.stringify(aegis(files)));
      await outcomes(["other-settings", "same-key", "already-here"]);
      await view().see(".import-items", /SHA256 instead of SHA1 and 8 digits instead of 6.*here already, under the name “Harbour: ada”/);
      await shot("other-settings");
      const ticks = await page.$$eval(".import-items input", (boxes) => boxes.map((box) => box.checked));
      // GitHub's is the repair of what was imported and never used.
      assert.deepEqual(ticks, [true, false]);
      await view().press("Cancel");
    });

    test("an account that Sparekey makes no codes for is kept as a note, shown after the password, and deleted", async () => {
      await drop("other.json", JSON.stringify(aegis([{ ...entry("Yandex", "ada", SECRET), type: "yandex" }])));
      await view().see(".import-unheld", /kept as a note/);
      await shot("unheld");
      await view().press("Keep 1 note");
      await view().see("#imported-title", /1 note kept/);
      await view().go("/");
      await view().press("1 note of an account that Sparekey makes no codes for");
      await view().see(".notes", /Yandex.*ada.*method of its own.*From Aegis.*Type yandex/);
      await view().press("Show");
      await page.waitForSelector("second-unlock input");
      await page.type("second-unlock input", phrase);
      await view().press("Show", "second-unlock");
      await view().see(".note-text", new RegExp(`"type":"yandex".*"secret":"${SECRET}"`));
      await shot("notes");
      await view().press("Delete");
      await view().see("main", /There are no notes/);
    });

    test("a file dropped on any view is taken or refused, and never opened by the browser", async () => {
      const link = (issuer, secret) => [`${issuer}.txt`, `otpauth://totp/${issuer}:ada?secret=${secret}&issuer=${issuer}`];
      // Beside the place for it, before and after.
      await view().go("/");
      await view().see("h1", /Accounts/);
      await drop_on_page([link("Quay", FRESH[0])]);
      assert.equal(await view().shows("Quay"), false);
      await view().go("/import");
      await page.waitForSelector("page-import drop-zone input");
      await drop_on_page([link("Quay", FRESH[0])]);
      await outcomes(["new"]);
      await drop_on_page([link("Mole", FRESH[1])]);
      await view().see(".toast", /Import what is shown first/);
      await outcomes(["new"]);
      await view().press("Cancel");
      // What is dropped on the question comes to what is asked about, as a key file does.
      await drop_on_page([["sealed.json", JSON.stringify(sealed_aegis([entry("Pier", "ada", FRESH[2])], FILE_PASSWORD))]]);
      await page.waitForSelector("password-field input");
      await page.type("password-field input", FILE_PASSWORD);
      await drop_on_page([link("Quay", FRESH[0])]);
      await outcomes(["new", "new"]);
      await view().press("Import 2 accounts");
      await view().see("#imported-title", /2 accounts imported/);
      await drop_on_page([link("Mole", FRESH[1])]);
      await outcomes(["new"]);
      await page.evaluate(async () => {
        const { runtime } = globalThis.browser ?? globalThis.chrome;
        const { entries } = await runtime.sendMessage({ type: "list" });
        const ids = entries.filter(({ issuer }) => ["Pier", "Quay"].includes(issuer)).map(({ id }) => id);
        await runtime.sendMessage({ type: "undo-import", ids, kept: [] });
      });
      await view().press("Cancel");
      // Pasted with nothing in focus.
      await page.waitForSelector("page-import drop-zone input");
      await page.evaluate((text) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", text);
        const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
        // Firefox ESR leaves out the clipboard that a made event is given.
        if (!event.clipboardData?.getData("text/plain")) Object.defineProperty(event, "clipboardData", { value: clipboardData });
        document.body.dispatchEvent(event);
      }, link("Mole", FRESH[1])[1]);
      await outcomes(["new"]);
      await view().press("Cancel");
    });

    test("undo counts the notes that it took away, and none that was deleted before", async () => {
      const yandex = (name) => ({ ...entry("Yandex", name, SECRET), type: "yandex" });
      await drop("notes.json", JSON.stringify(aegis([yandex("bob"), yandex("eve")])));
      await view().press("Keep 2 notes");
      await view().see("#imported-title", /2 notes kept/);
      await page.evaluate(async () => {
        const { runtime } = globalThis.browser ?? globalThis.chrome;
        const { items } = await runtime.sendMessage({ type: "kept" });
        await runtime.sendMessage({ type: "delete-kept", ids: [items[0].id] });
      });
      await view().press("Take the import back");
      await view().see(".toast", /1 note was taken away again/);
    });

    test("an encrypted file: a wrong password is told, the right one opens, undo takes it back", async () => {
      await drop("sealed.json", JSON.stringify(sealed_aegis([entry("Lighthouse", "bob", FRESH[0]), entry("Harbour", "ada", SECRET), entry("GitHub", "bob", FRESH[1])], FILE_PASSWORD)));
      await view().see("h2", /A file of Aegis/);
      await page.type("password-field input", "not this one");
      await view().press("Open the file");
      await view().see(".field-error", /Wrong password/);
      await view().see(".import-howto summary", /No password fits/);
      await shot("wrong-password");
      await view().clear("password-field input");
      await page.type("password-field input", FILE_PASSWORD);
      await view().press("Open the file");
      await outcomes(["new", "other-secret", "new"]);
      await view().see(".import-note", /another key/);
      await view().press("Import 3 accounts");
      await view().see("#imported-title", /3 accounts imported/);
      await view().see(".import-sites", /github\.com.*for another account of this issuer/);
      await view().press("Undo", "toast-stack");
      await view().see(".toast", /3 accounts were taken away again/);
      await view().go("/");
      await until("two rows", async () => (await rows()) === 2);
    });

    test("a picture that cannot be read keeps no other file out, and is named", async () => {
      const broken = ["broken.png", Buffer.from("\x89PNG\r\n\x1a\nno picture", "latin1")];
      await drop_all([broken, ["links.txt", `otpauth://totp/Jetty:ada?secret=${FRESH[0]}&issuer=Jetty`]]);
      await outcomes(["new"]);
      await view().see(".skipped", /broken\.png.*This picture cannot be read/);
      await view().press("Cancel");
      await drop_all([broken]);
      await view().see("main .banner-error", /picture/);
    });

    test("files that cannot be read, or are too large, keep neither pictures nor files out", async () => {
      const picture = await qr_picture(page, `otpauth://totp/Quay:ada?secret=${FRESH[0]}&issuer=Quay`);
      const large = Buffer.alloc(20_000_001);
      await drop_all([["quay.png", picture], ["Thumbs.db", Buffer.from([0xd0, 0xcf, 0x11, 0xe0])], ["film.mkv", large]]);
      await outcomes(["new"]);
      await view().see(".skipped", /film\.mkv.*too large.*Thumbs\.db.*No format known/);
      await shot("bad-among-good");
      await view().press("Cancel");
    });

    test("every question about one of several files can be answered by going on without it", async () => {
      const list = ["list.txt", `otpauth://totp/Wharf:ada?secret=${FRESH[0]}&issuer=Wharf`];
      const sealed = ["quay.json", JSON.stringify(sealed_aegis([entry("Quay", "ada", SECRET)], FILE_PASSWORD))];
      await drop_all([list, sealed]);
      await view().see("page-import form", /A file of Aegis.*about “quay\.json”/);
      await shot("about-one");
      await view().press("Go on without it");
      await outcomes(["new"]);
      await view().see(".skipped", /quay\.json.*You went on without it/);
      await view().press("Cancel");
      // What was typed for one opens the other, and the costly one is a question of its own.
      const costly = ["costly.json", JSON.stringify(sealed_aegis([entry("Cellar", "eve", FRESH[1])], FILE_PASSWORD, { n: 2 ** 18, r: 16 }))];
      await drop_all([sealed, costly]);
      await page.waitForSelector("password-field input");
      await page.type("password-field input", FILE_PASSWORD);
      await view().press("Open the file");
      await view().see("form.card", /about “costly\.json”.*512 MiB of memory/);
      await view().press("Go on without it");
      await until("the other one", () => page.$$eval(".import-items .issuer", (issuers) => issuers.map((issuer) => issuer.textContent).join() === "Quay"));
      await view().see(".skipped", /costly\.json.*You went on without it/);
      await view().press("Cancel");
      // Two files of one name are two questions.
      await view().go("/");
      await view().go("/import");
      await page.waitForSelector("page-import drop-zone input");
      await page.evaluate((contents) => {
        const input = document.querySelector("page-import drop-zone input");
        const data = new DataTransfer();
        for (const content of contents) data.items.add(new File([content], "vault.json"));
        input.files = data.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }, [sealed[1], JSON.stringify(sealed_aegis([entry("Mole", "ada", FRESH[2])], "another one"))]);
      await view().see("page-import form", /about “vault\.json”/);
      await view().press("Go on without it");
      await until("the question about the second", async () => !(await view().shows("Go on without it")));
      await page.type("password-field input", "another one");
      await view().press("Open the file");
      await until("the second", () => page.$$eval(".import-items .issuer", (issuers) => issuers.map((issuer) => issuer.textContent).join() === "Mole"));
      await view().press("Cancel");
      // Alone there is nothing to go on with.
      await drop_all([sealed]);
      await page.waitForSelector("password-field input");
      assert.equal(await view().shows("Go on without it"), false);
    });

    test("what is asked about stays so when a step is stopped, and what was left out is asked about when it comes once more", async () => {
      const list = ["list.txt", `otpauth://totp/Wharf:ada?secret=${FRESH[0]}&issuer=Wharf`];
      const sealed = (name, key, password) => [`${name}.json`, JSON.stringify(sealed_aegis([entry(name, "ada", key)], password))];
      const quay = sealed("Quay", FRESH[1], FILE_PASSWORD);
      const rest = () => until("the step to be over", () => page.$eval("page-import", (element) => !element.busy));
      const open = async () => {
        await rest();
        await page.waitForSelector("password-field input");
        await view().clear("password-field input");
        await page.type("password-field input", FILE_PASSWORD);
        await view().press("Open the file");
        await outcomes(["new", "new"]);
      };
      await drop_all([list, quay]);
      await view().see("page-import form", /about “Quay\.json”/);
      // Which file it is about is heard with the field, and a text can be dragged there.
      const [heard, prevented] = await page.$eval("password-field input", (field) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.setData("text/plain", "a password");
        const texts = field.getAttribute("aria-describedby").split(" ").map((id) => document.getElementById(id)?.textContent);
        return [texts.join(" "), !field.dispatchEvent(new DragEvent("dragover", { dataTransfer, bubbles: true, cancelable: true }))];
      });
      assert.match(heard, /about “Quay\.json”/);
      assert.equal(prevented, false);
      await page.$eval("page-import", (element) => {
        element.goOnWithout();
        element.busy.abort();
      });
      await rest();
      await page.$eval("page-import", (element) => {
        element.takeMore([new File(["no list"], "more.txt")]);
        element.busy.abort();
      });
      await rest();
      await view().see("page-import form", /about “Quay\.json”/);
      await drop_on_page([["broken.svg", "<svg>no picture"]]);
      await view().see(".toast", /broken\.svg/);
      await open();
      assert.equal(await view().shows("You went on without it"), false);
      assert.equal(await view().shows("more.txt"), false);
      await view().press("Cancel");
      await drop_all([list, quay, sealed("Mole", FRESH[2], "another one")]);
      await view().see("page-import form", /about “Quay\.json”/);
      await view().press("Go on without it");
      await view().see("page-import form", /about “Mole\.json”/);
      await drop_on_page([quay]);
      await view().press("Go on without it");
      await view().see("page-import form", /about “Quay\.json”/);
      await open();
      await view().see(".skipped", /Mole\.json.*You went on without it/);
      await view().press("Cancel");
    });

    test("going on without a file in a zip keeps the one of its name beside the zip", async () => {
      const plain = ["backup.json", JSON.stringify(aegis([entry("Quay", "ada", FRESH[0])]))];
      const list = ["list.txt", `otpauth://totp/Wharf:ada?secret=${FRESH[1]}&issuer=Wharf`];
      const sealed = ["backup.json", JSON.stringify(sealed_aegis([entry("Mole", "ada", FRESH[2])], FILE_PASSWORD))];
      await drop_all([plain, ["all.zip", zip_of([list, sealed])]]);
      await page.waitForSelector("password-field input");
      await page.type("password-field input", "a slip");
      await view().press("Open the file");
      await view().see("page-import form", /“backup.json” is under another password/);
      await view().press("Go on without it");
      await outcomes(["new", "new"]);
      await view().see(".skipped", /backup\.json.*under another password/);
      await view().press("Cancel");
    });

    test("files under passwords of their own: each is asked for, or left out", async () => {
      const sealed = (name, password) => [`${name}.json`, JSON.stringify(sealed_aegis([entry(name, "ada", SECRET)], password))];
      const files = [sealed("Quay", "the first"), sealed("Pier", "the second"), sealed("Mole", "the third")];
      const answer = async (password) => {
        await view().clear("password-field input");
        await page.type("password-field input", password);
        await view().press("Open the file");
      };
      await drop_all(files);
      await view().see("h2", /A file of Aegis/);
      await answer("the first");
      await view().see("page-import form", /“Pier.json” is under another password/);
      await answer("not this one");
      await view().see(".field-error", /Wrong password/);
      await answer("the second");
      await view().see("page-import form", /“Mole.json” is under another password/);
      await shot("another-password");
      await view().press("Go on without it");
      await outcomes(["same-key", "same-key"]);
      await view().see("main", /Mole.json/);
      await view().press("Cancel");
    });

    test("the files of a zip are asked for one by one, like those dropped together", async () => {
      const sealed = (name, password) => [`${name}.json`, JSON.stringify(sealed_aegis([entry(name, "ada", SECRET)], password))];
      const list = ["list.txt", `otpauth://totp/Wharf:ada?secret=${OTHER}&issuer=Wharf`];
      await drop("all.zip", zip_of([list, sealed("Quay", "the first"), sealed("Pier", "the second")]));
      const answer = async (password) => {
        await view().clear("password-field input");
        await page.type("password-field input", password);
        await view().press("Open the file");
      };
      await page.waitForSelector("password-field input");
      await answer("a slip");
      // The list is open, and that is no reason to go on.
      await view().see("page-import form", /A file of Aegis.*“Quay.json” is under another password/);
      await answer("the first");
      await view().see("page-import form", /“Pier.json” is under another password/);
      await answer("the second");
      await outcomes(["same-key", "same-key", "same-key"]);
      await view().press("Cancel");
      // With nothing open in it, it stays shut as a whole, and there are no steps to make another zip.
      await drop("one.zip", zip_of([sealed("Quay", "the first")]));
      await page.waitForSelector("password-field input");
      await answer("a slip");
      await view().see(".field-error", /Wrong password/);
      assert.equal(await page.$(".import-howto"), null);
    });

    test("a database among other files says that it may want a key file", async () => {
      const list = Buffer.from(`otpauth://totp/Wharf:ada?secret=${OTHER}&issuer=Wharf`);
      await drop_all([["list.txt", list], ["rounds.kdbx", keepass_of(60_000)]]);
      for (const [password, words] of [["not this one", /A file of KeePass.*“rounds.kdbx” is under another password/], ["nor this", /also needs a key file/]]) {
        await page.waitForSelector("password-field input");
        await view().clear("password-field input");
        await page.type("password-field input", password);
        await view().press("Open the file");
        await view().see("page-import form", words);
      }
      await view().see(".import-howto summary", /No password fits/);
      await shot("key-file");
    });

    test("what was dropped stays when the missing part of a transfer comes, and a locked file beside it is asked about", async () => {
      const [first, second] = await Promise.all([0, 1].map((at) => qr_picture(page, migration_of(at ? "Mole" : "Quay", at))));
      const more = async (name, bytes) => {
        await writeFile(path.join(folder, name), bytes);
        await view().upload("page-import drop-zone input", path.join(folder, name));
      };
      const list = `otpauth://totp/Wharf:ada?secret=${OTHER}&issuer=Wharf`;
      await drop_all([["1.png", first], ["list.txt", list]]);
      await view().see("page-import .banner", /1 of 2/);
      await outcomes(["same-key", "same-key"]);
      await more("sealed.json", JSON.stringify(sealed_aegis([entry("Pier", "ada", SECRET)], FILE_PASSWORD)));
      await view().see("h2", /A file of Aegis/);
      await shot("asked-beside-the-plan");
      await view().press("Cancel", "form");
      await outcomes(["same-key", "same-key"]);
      await more("noise.bin", Buffer.from([0xff, 0xfe, 0xfd]));
      await view().see("page-import", /noise.bin|No format known/);
      await more("2.png", second);
      await until("no part is missing", async () => !(await view().shows("1 of 2")));
      const names = await page.$$eval(".import-items .issuer", (issuers) => issuers.map((issuer) => issuer.textContent).toSorted());
      assert.deepEqual(names, ["Mole", "Quay", "Wharf"]);
      await view().press("Cancel");
    });

    test("the pictures in a zip are read, alone and beside other files", async () => {
      const pictures = await Promise.all([0, 1].map(async (at) => [`${at}.png`, await qr_picture(page, migration_of(at ? "Mole" : "Quay", at))]));
      await drop("photos.zip", zip_of(pictures));
      await outcomes(["same-key", "same-key"]);
      assert.equal(await view().shows("1 of 2"), false, "both parts are there");
      await view().press("Cancel");
      const list = `otpauth://totp/Wharf:ada?secret=${OTHER}&issuer=Wharf`;
      await drop("mixed.zip", zip_of([...pictures, ["list.txt", list], ["broken.png", Buffer.from("\x89PNG no picture", "latin1")]]));
      await outcomes(["same-key", "same-key", "same-key"]);
      await view().see(".skipped", /broken\.png.*This picture cannot be read/);
      await view().press("Cancel");
    });

    test("a database that a password does not open may want a key file, and a zip too large is to be unpacked", async () => {
      await drop("rounds.kdbx", keepass_of(60_000));
      await page.waitForSelector("password-field input");
      await page.type("password-field input", "not this one");
      await view().press("Open the file");
      await view().see(".field-error", /also needs a key file/);
      const zip = Buffer.alloc(20_000_001);
      zip.write("PK\x03\x04", "latin1");
      await drop("large.1pux", zip);
      await view().see("main .banner-error", /Unpack it.*export\.data/);
    });

    test("pasted links, and what was left out stays out", async () => {
      await view().go("/import");
      await page.waitForSelector("#import-paste");
      await page.type("#import-paste", `otpauth://totp/Mill:ada?secret=${FRESH[0]}&issuer=Mill&digits=8`);
      await page.keyboard.press("Enter");
      await page.type("#import-paste", `otpauth://totp/Quay:ada?secret=${FRESH[1]}&issuer=Quay`);
      await view().press("Read");
      await outcomes(["new", "new"]);
      await page.evaluate(() => document.querySelectorAll(".import-items input")[1].click());
      await view().press("Import 1 account");
      await view().see("#imported-title", /1 account imported/);
      await view().go("/verify");
      const code = () => page.evaluate(() => [...document.querySelectorAll(".plain-list li")].find((row) => row.textContent.includes("Mill"))?.querySelector(".otp-real")?.textContent.replaceAll(/\s/g, ""));
      const totp = new TOTP({ secret: FRESH[0], digits: 8 });
      await until("its code of eight digits", async () => {
        const shown = await code();
        return [-30_000, 0, 30_000].some((offset) => totp.generate({ timestamp: Date.now() + offset }) === shown);
      });
      assert.equal(await view().shows("Quay"), false);
    });

    test("from the text to the accounts and back by the keyboard alone", async () => {
      await view().go("/");
      await view().go("/import");
      await page.waitForSelector("page-import drop-zone input");
      // To choose a file as well: the browser's own window opens there.
      await view().tab_to("Choose files");
      await view().tab_to("Or paste the contents");
      await page.keyboard.type("otpauth://totp/Atoll:ada?secret=NFZWYYLOMQQGC3TE&issuer=Atoll");
      await page.keyboard.press("Enter");
      await page.keyboard.type("otpauth://totp/Bight:ada?secret=MJQXSIDPMYQGM2LT&issuer=Bight");
      await view().key_on("Read");
      await view().focused("2 accounts found");
      await outcomes(["new", "new"]);
      await view().key_on("Take it Bight ada", " ");
      await shot("keys");
      const before = await rows();
      await view().key_on("Import 1 account");
      await view().focused("1 account imported.");
      assert.equal(await rows(), before + 1);
      await view().key_on("Take the import back");
      await view().see(".toast", /1 account was taken away again/);
      assert.equal(await rows(), before);
      // Not thrown out of the page, nor by a change of mind before.
      await view().focused("Import");
      await view().tab_to("Or paste the contents");
      await page.keyboard.type("otpauth://totp/Atoll:ada?secret=NFZWYYLOMQQGC3TE&issuer=Atoll");
      await view().key_on("Read");
      await view().focused("Account found");
      await view().key_on("Cancel");
      await view().focused("Import");
    });

    test("a file that asks for a gibibyte of memory opens, and gives it back", async () => {
      // Firefox gives back when it likes.
      const is_told = kind === "chromium";
      const usual = is_told ? await memory_of(session.pid) : 0;
      let most = 0;
      const watch = is_told ? setInterval(async () => (most = Math.max(most, await memory_of(session.pid))), 50).unref() : undefined;
      await drop("lagoon.txt", LAGOON);
      await page.waitForSelector("password-field input");
      await page.type("password-field input", FILE_PASSWORD);
      await view().press("Open the file");
      await view().see("form.card", /1024 MiB of memory/);
      await view().press("Open it all the same");
      await page.waitForSelector(".import-items .outcome-new", { timeout: 120_000 });
      await view().see(".import-items", /Lagoon/);
      if (is_told) {
        await until("the memory to be back", async () => (await memory_of(session.pid)) < usual + 300);
        clearInterval(watch);
        assert.ok(most > usual + 900, `${usual} MB, then ${most} MB`);
      }
      await view().press("Cancel");
    });

    test("a file that asks for much work is opened only when agreed", async () => {
      // N = 2^18 with r = 16 takes 512 MiB; less is done unasked.
      await drop("costly.json", JSON.stringify(sealed_aegis([entry("Cellar", "eve", SECRET)], FILE_PASSWORD, { n: 2 ** 18, r: 16 })));
      await page.waitForSelector("password-field input");
      await page.type("password-field input", FILE_PASSWORD);
      await view().press("Open the file");
      await view().see("form.card", /512 MiB of memory/);
      await shot("work");
      await view().press("Open it all the same");
      await view().see(".working", /Opening the file/);
      await view().press("Cancel", ".working");
      await view().see("form.card", /512 MiB of memory/);
      await view().press("Open it all the same");
      await page.waitForSelector(".import-items .outcome-same-key", { timeout: 120_000 });
    });

    test("a wrong password that is found out after agreeing to the work can be typed anew", async () => {
      await drop("costly.json", JSON.stringify(sealed_aegis([entry("Cellar", "eve", SECRET)], FILE_PASSWORD, { n: 2 ** 18, r: 16 })));
      await page.waitForSelector("password-field input");
      await page.type("password-field input", "not this one");
      await view().press("Open the file");
      await view().press("Open it all the same");
      await view().see(".field-error", /Wrong password/);
      await view().clear("password-field input");
      await page.type("password-field input", FILE_PASSWORD);
      await view().press("Open the file");
      await page.waitForSelector(".import-items .outcome-tag", { timeout: 120_000 });
    });

    test("rounds that can be counted are told in hundredths, and cancelling gives the file back", async () => {
      await drop("old.kdbx", keepass_of(40_000_000));
      await page.waitForSelector("password-field input");
      await page.type("password-field input", FILE_PASSWORD);
      await view().press("Open the file");
      await view().see("form.card", /takes unusually much work, perhaps minutes/);
      await view().press("Open it all the same");
      await view().see(".working .percent", /^[1-9]\d? %$/);
      assert.ok(await page.$eval(".working progress", (bar) => bar.value > 0 && bar.max === 100));
      await shot("percent");
      await view().press("Cancel", ".working");
      await view().see("form.card", /takes unusually much work, perhaps minutes/);
      assert.equal(await page.$(".working"), null);
    });

    test("what version 8 of the other extension rewrote is flagged, with what to check", async () => {
      const record = (type, issuer, n) => ({ account: "ada", issuer, secret: SECRET.slice(0, 16 + n), type, hash: `h${n}`, index: n, dataType: "OTPStorage" });
      await drop("authenticator.json", JSON.stringify({ h0: record(1, "Wharf", 0), h1: record("totp", "Crane", 1) }));
      await outcomes(["new", "new"]);
      await view().see(".import-suspect", /Compare a code with the site before you rely on it/);
      const flagged = await page.$$eval(".import-items > li", (rows) => rows.filter((row) => row.querySelector(".import-suspect")).map((row) => row.querySelector(".issuer").textContent));
      assert.deepEqual(flagged, ["Wharf"]);
    });

    test("a file without accounts says so, and offers nothing to import", async () => {
      await drop("empty.csv", "Group,Title,Username,Password,URL,Notes,TOTP,Icon,Last Modified,Created\nRoot,Mail,ada,x,,,,0,,\n");
      await view().see("page-import", /holds no account with one-time codes/);
      assert.equal((await page.$$("page-import .buttons .primary")).length, 0);
      await drop_all(["1.svg", "2.svg"].map((name) => [name, "<svg>no picture"]));
      await until("the focus on what was left out", () => page.evaluate(() => document.activeElement?.id === "skipped-title"));
      // There is nothing to finish first.
      await drop_on_page([["mast.txt", `otpauth://totp/Mast:ada?secret=${FRESH[1]}&issuer=Mast`]]);
      await outcomes(["new"]);
      await view().press("Cancel");
    });

    test("two thousand accounts stay usable, and one press takes them back", async () => {
      const many = Array.from({ length: 2000 }, (_, n) => `otpauth://totp/Fleet:ship${n}?secret=${FRESH[2]}&issuer=Fleet`);
      const before = await rows();
      await drop("fleet.txt", many.join("\n"));
      await view().see("#plan-title", /2,000 accounts/);
      // A tick among two thousand is answered at once.
      const took = await page.evaluate(async () => {
        const start = performance.now();
        document.querySelectorAll(".import-items input")[1000].click();
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        return performance.now() - start;
      });
      assert.ok(took < 5_000, `${took} ms for a tick`);
      // What is being written cannot be stopped, and no button says that it can.
      await page.evaluate(() => {
        const { runtime } = globalThis.browser ?? globalThis.chrome;
        const send = runtime.sendMessage.bind(runtime);
        runtime.sendMessage = async (message) => {
          if (message.type === "import") await new Promise((go_on) => (globalThis.go_on = go_on));
          return await send(message);
        };
      });
      await view().press("Import 1,999 accounts");
      await view().see(".working", /Importing/);
      assert.equal(await page.$(".working button"), null);
      await until("the import to be held", () => page.evaluate(() => !!globalThis.go_on));
      await page.evaluate(() => globalThis.go_on());
      await view().see("#imported-title", /1,999 accounts imported/);
      assert.equal(await rows(), before + 1999);
      await view().press("Take the import back");
      await view().see(".toast", /1,999 accounts were taken away again/);
      assert.equal(await rows(), before);
    });

    test("the table of formats is in the help", async () => {
      await view().go("/help/formats");
      await view().see(".prose table", /Stratum \(Authenticator Pro\)/);
      await shot("formats");
    });

    function rows() {
      return page.evaluate(async () => (await (globalThis.browser ?? globalThis.chrome).runtime.sendMessage({ type: "list" })).entries.length);
    }
  });
}

/** What a browser with all its processes has in memory, in MB. */
async function memory_of(pid) {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  const own = Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
  const theirs = await Promise.all(children.split(" ").filter(Boolean).map(memory_of));
  return Math.round(theirs.reduce((sum, each) => sum + each, own));
}

async function set_up(page) {
  const view = on(page);
  await view.press("Set up Sparekey");
  const phrase = await until("the phrase", () => page.$$eval(".phrase li", (words) => words.length >= 6 && words.map((word) => word.textContent).join(" ")));
  await view.press("I have written them down");
  await page.waitForSelector("new-password input");
  await page.type("new-password input", phrase);
  await view.press("Create the vault");
  await view.see("h1", /No accounts yet/);
  return phrase;
}

/** One account of an Aegis vault, with a counter-free TOTP. */
function entry(issuer, name, secret) {
  return { type: "totp", uuid: crypto.randomUUID(), name, issuer, note: "", icon: null, favorite: false, info: { secret, algo: "SHA1", digits: 6, period: 30 } };
}

function aegis(entries) {
  return { version: 1, header: { slots: null, params: null }, db: { version: 2, entries } };
}

/** As Aegis' docs/vault.md says: a random master key under scrypt, the database under the master key, AES-256-GCM. */
function sealed_aegis(entries, password, { n = 2 ** 15, r = 8 } = {}) {
  const salt = randomBytes(32);
  const key = scryptSync(password, salt, 32, { N: n, r, p: 1, maxmem: 1024 * 1024 * 1024 });
  const master = randomBytes(32);
  const wrapped = seal(key, master);
  const db = seal(master, Buffer.from(JSON.stringify(aegis(entries).db)));
  const slot = { type: 1, uuid: crypto.randomUUID(), key: wrapped.bytes.toString("hex"), key_params: wrapped.params, n, r, p: 1, salt: salt.toString("hex"), repaired: true };
  return { version: 1, header: { slots: [slot], params: db.params }, db: db.bytes.toString("base64") };
}

function seal(key, plain) {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const bytes = Buffer.concat([cipher.update(plain), cipher.final()]);
  return { bytes, params: { nonce: nonce.toString("hex"), tag: cipher.getAuthTag().toString("hex") } };
}

/** A zip of files, each a name and its bytes, as they are. */
function zip_of(files) {
  const [parts, list] = [[], []];
  let at = 0;
  for (const [name, content] of files) {
    const bytes = Buffer.from(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    parts.push(Buffer.from("PK\x03\x04", "latin1"), common, Buffer.from(name), bytes);
    list.push(Buffer.from("PK\x01\x02\x14\0", "latin1"), common, place, Buffer.from(name));
    at += 30 + name.length + bytes.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(Buffer.concat(list).length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, ...list, Buffer.from("PK\x05\x06", "latin1"), end]);
}

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** One of the two codes of a Google transfer, with one account. */
function migration_of(issuer, at) {
  const field = (number, value) => Buffer.concat([Buffer.from([(number << 3) | 2, value.length]), Buffer.from(value)]);
  const number = (place, value) => Buffer.from([place << 3, value]);
  const account = [field(1, "12345678901234567890"), field(2, "ada"), field(3, issuer), number(4, 1), number(5, 1), number(6, 2)];
  const payload = Buffer.concat([field(1, Buffer.concat(account)), number(2, 1), number(3, 2), number(4, at), number(5, 7)]);
  return `otpauth-migration://offline?data=${encodeURIComponent(payload.toString("base64"))}`;
}

/** A picture with a QR code, drawn from the product's own writer. */
async function qr_picture(page, text) {
  const drawn = await page.evaluate(
    (content) =>
      new Promise((resolve, reject) => {
        const worker = new Worker("../worker/main.js", { type: "module" });
        worker.onmessage = ({ data: { result, code } }) => {
          worker.terminate();
          if (!result) return reject(new Error(code));
          const canvas = document.createElement("canvas");
          canvas.width = canvas.height = (result.length + 8) * 6;
          const context = canvas.getContext("2d");
          context.fillStyle = "white";
          context.fillRect(0, 0, canvas.width, canvas.height);
          context.fillStyle = "black";
          result.forEach((row, y) => [...row].forEach((cell, x) => cell === "1" && context.fillRect((x + 4) * 6, (y + 4) * 6, 6, 6)));
          resolve(canvas.toDataURL("image/png").split(",")[1]);
        };
        worker.postMessage({ id: 1, name: "qrMatrix", args: [content] });
      }),
    text,
  );
  return Buffer.from(drawn, "base64");
}

/** The head of a KeePass database of version 3 that asks for so many rounds; what is sealed behind it nothing opens. */
function keepass_of(rounds) {
  const field = (kind, value) => Buffer.concat([Buffer.from([kind, value.length & 255, value.length >> 8]), value]);
  const number = (value, length) => {
    const bytes = Buffer.alloc(length);
    bytes.writeUIntLE(value, 0, Math.min(length, 6));
    return bytes;
  };
  return Buffer.concat([
    Buffer.from("03d9a29a67fb4bb501000300", "hex"),
    field(2, Buffer.from("31c1f2e6bf714350be5805216afc5aff", "hex")),
    field(3, number(0, 4)),
    field(4, randomBytes(32)),
    field(5, randomBytes(32)),
    field(6, number(rounds, 8)),
    field(7, randomBytes(16)),
    field(8, randomBytes(32)),
    field(9, randomBytes(32)),
    field(10, number(2, 4)),
    field(0, Buffer.from("0d0a0d0a", "hex")),
    randomBytes(64),
  ]);
}
