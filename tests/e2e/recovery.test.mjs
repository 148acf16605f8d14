// The way back, rehearsed: the drill with a real bundle, and the recovery kit from file://, in both browsers.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, describe, test } from "node:test";
import { open_browser } from "./lib/browser.mjs";
import { account, core_of } from "./lib/core.mjs";
import { kinds } from "./lib/kinds.mjs";
import { compare_codes, compare_notes, kit_text } from "./lib/kit.mjs";
import { ROOT, make_folder, out_file } from "./lib/paths.mjs";
import { until } from "./lib/process.mjs";
import { read_stores } from "./lib/stores.mjs";
import { fill_in, show_way } from "./lib/steps.mjs";
import { view_of } from "./lib/view.mjs";

// Typed here as a Mac gives it: an e and an accent of its own. The bundle was made with the one character.
const COMPOSED = "a long caf\u00e9 password";
const DECOMPOSED = COMPOSED.normalize("NFD");
const FIXTURES = path.join(ROOT, "tests/fixtures/format-1");
const SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
/** A site's own backup codes, the first one used. */
const SITE_CODES = ["a1b2-c3d4", "e5f6-a7b8", "c9d0-e1f2"];

for (const kind of kinds()) {
  describe(`the way back in ${kind}`, { timeout: 180_000 }, () => {
    let session, core, view, folder, bundle;

    before(async () => {
      folder = await make_folder("kit");
      session = await open_browser(kind, { headed: false });
      core = await core_of(session);
      ({ view } = core);
    });

    after(async () => {
      await session?.close();
      await rm(folder, { recursive: true, force: true });
    });

    test("a guest sees codes by each way in, in an empty browser, and nothing is written", async () => {
      const vectors = JSON.parse(await readFile(path.join(FIXTURES, "expected.json"), "utf8"));
      const before = await read_stores(session);
      // One file, five times: whatever opens it, the same accounts come out, with the same codes and the same notes.
      for (const way of ["password", "code", "pair", "shares", "escrow"]) {
        const name = `every-way-${way}.sparekey`;
        const { password, code, shares, escrow, entries, kept } = vectors[name];
        await go("#/guest");
        await give(view, path.join(FIXTURES, name));
        await view.shown("page-guest bundle-form way-entry");
        if (escrow) await show_key(escrow, password);
        else await show_way(view, way, { password, code, shares: shares?.split("\n") });
        await view.shown("page-guest otp-code", { timeout: 60_000 });
        await compare_codes(view, entries.filter((entry) => !entry.trashed));
        await compare_notes(view, kept);
      }
      await view.screenshot(await out_file(`guest-${kind}.png`));
      await go("#/guest");
      await view.shown("page-guest drop-zone");
      assert.deepEqual(await read_stores(session), before);
      assert.equal((await core.ask({ type: "status" })).state, "fresh");
    });

    test("from an empty browser to the first code, and back to an empty browser", async () => {
      await go("#/restore");
      const start = Date.now();
      await give(view, path.join(FIXTURES, "argon2id.sparekey"));
      await view.shown("page-restore way-entry");
      await show_way(view, "password", { password: "correct horse battery staple" });
      await view.shown("page-restore .plan", { timeout: 60_000 });
      await view.press("page-restore .buttons .primary");
      await view.shown("page-verify otp-code", { timeout: 60_000 });
      const took = Date.now() - start;
      console.log(`# ${kind}: file and password to the first code in an empty browser: ${took} ms`);
      assert.ok(took < 60_000, `${took} ms`);
      assert.match(await view.text_of("page-verify"), /Example/);

      await go("#/erase");
      await view.shown("page-erase way-entry");
      assert.match(await view.text_of("page-erase"), /1 account[\s\S]*This stays[\s\S]*There is no recovery bundle/);
      await view.screenshot(await out_file(`erase-${kind}.png`));
      await fill_in(view, "#erase-word", "erase");
      await fill_in(view, "page-erase way-entry input", "not the password at all");
      await view.press("page-erase button.danger");
      await until("the refusal", async () => /Wrong password/.test(await view.text_of("page-erase form")), { timeout: 40_000 });
      assert.equal((await core.ask({ type: "list" })).entries.length, 1);
      await fill_in(view, "page-erase way-entry input", "correct horse battery staple");
      await view.press("page-erase button.danger");
      await view.shown("page-welcome", { timeout: 40_000 });
      assert.equal((await core.ask({ type: "status" })).state, "fresh");
      assert.deepEqual(await read_stores(session), { area: {}, ring: {} });

      // Who cannot open it any more: the sentence, and the same end.
      await core.enter(COMPOSED);
      await core.ask({ type: "lock" });
      await go("#/erase");
      await view.press("page-erase form > button.link");
      const sentence = (await core.ask({ type: "plan-erase" })).sentence;
      await fill_in(view, "#erase-word", sentence);
      await view.screenshot(await out_file(`erase-locked-${kind}.png`));
      await view.press("page-erase button.danger");
      await view.shown("page-welcome", { timeout: 40_000 });
      assert.deepEqual(await read_stores(session), { area: {}, ring: {} });
    });

    test("a bundle is made", async () => {
      await core.enter(COMPOSED);
      await core.ask({ type: "add", forms: [account("First", SECRET), account("Second", SECRET, { period: 60, digits: 8 }), account("Counted", SECRET, { kind: "hotp" })] });
      const { entries } = await core.ask({ type: "list" });
      const codes = SITE_CODES.map((code, at) => ({ code, used: at ? null : Date.now(), tried: null }));
      await core.ask({ type: "keep-backup-codes", id: entries[0].id, codes, add: false });
      const made = await core.ask({ type: "export", key: null });
      bundle = path.join(folder, made.name);
      await writeFile(bundle, Buffer.from(made.bundle, "base64"));
    });

    /** An administrator's key file and its password. */
    const show_key = async (text, password) => {
      const key = path.join(folder, "key.json");
      await writeFile(key, text);
      await until("the place for a key", () => view.evaluate((window) => {
        [...window.document.querySelectorAll("way-entry button.link")].find((link) => link.innerText.trim() === "Use an administrator's key")?.click();
        return !!window.document.querySelector("way-entry input[type=file]");
      }));
      await (await view.page.$("way-entry input[type=file]")).uploadFile(key);
      await fill_in(view, "way-entry password-field input", password);
      await view.press("form button[type=submit]");
    };
    /** What a drop zone is given by a person's hand. */
    const give = async (where, file) => {
      await where.page.waitForSelector("drop-zone input[type=file]");
      await (await where.page.$("drop-zone input[type=file]")).uploadFile(file);
    };
    const go = async (route) => {
      await view.evaluate((window, hash) => {
        window.before = true;
        window.location.hash = hash;
        window.location.reload();
      }, route);
      await until("the new page", () => view.evaluate((window) => !window.before && window.document.readyState === "complete").catch(() => false));
    };

    test("a damaged file and a wrong password are told, and the right one proves the bundle", async () => {
      await go("#/drill");
      await view.shown("page-drill drop-zone");
      const cut = path.join(folder, "cut.sparekey");
      await writeFile(cut, (await readFile(bundle)).subarray(0, 900));
      await give(view, cut);
      await until("damaged", async () => /damaged/.test(await view.text_of("page-drill [role=alert]")));
      await give(view, bundle);
      await fill_in(view, "page-drill password-field input", "not the password at all");
      await view.press("page-drill button[type=submit]");
      await until("wrong", async () => /Wrong password/.test(await view.text_of("page-drill form")), { timeout: 40_000 });
      await fill_in(view, "page-drill password-field input", DECOMPOSED);
      await view.press("page-drill button[type=submit]");
      await view.shown("page-drill .drilled", { timeout: 40_000 });
      assert.match(await view.text_of("page-drill .drilled"), /Proven[\s\S]*3 accounts give the same codes[\s\S]*The log is word for word[\s\S]*From the file to the codes/);
      await view.screenshot(await out_file(`drill-${kind}.png`));
      const { drill, backup } = await core.ask({ type: "status" });
      assert.equal(drill.due, null);
      assert.ok(backup.proven && backup.readBack);
    });

    test("the kit is the same bytes for everybody, and opens the bundle from file://", async () => {
      const text = await kit_text(kind);
      const file = path.join(folder, "sparekey-recovery-kit.html");
      await writeFile(file, text);
      await go("#/recovery");
      await view.press("recovery-kit button.quiet");
      await view.shown(".kit-digest");
      assert.equal(await view.text_of(".kit-digest"), createHash("sha256").update(text).digest("hex"));

      const page = await session.browser.newPage();
      await page.goto(pathToFileURL(file).href);
      const kit = view_of(page);
      await give(kit, bundle);
      await fill_in(kit, "password-field input", DECOMPOSED);
      await kit.press("button[type=submit]");
      await kit.shown(".plain-list otp-code", { timeout: 60_000 });
      const shown = () => kit.evaluate((window) => [...window.document.querySelectorAll(".plain-list otp-code")].map((code) => code.code));
      const live = async () => (await core.ask({ type: "codes" })).codes.map(({ code }) => code);
      await until("the same codes as the vault", async () => JSON.stringify(await shown()) === JSON.stringify(await live()));
      // RFC 4226's counter begins at 0 in the bundle.
      await kit.evaluate((window) => [...window.document.querySelectorAll("button")].find((button) => button.innerText.trim() === "Next code").click());
      await until("the counted code", async () => (await shown()).length === 3);
      await kit.press(".plain-list button[aria-expanded=false]");
      await kit.shown(".plain-list .code-list");
      const site_codes = await kit.evaluate((window) => [...window.document.querySelectorAll(".code-list .mono")].map((code) => [code.textContent, code.classList.contains("spent")]));
      assert.deepEqual(site_codes, SITE_CODES.map((code, at) => [code, at === 0]));
      await kit.screenshot(await out_file(`kit-codes-${kind}.png`));
      await kit.evaluate((window) => window.document.querySelector("button.danger").click());
      await kit.shown("textarea");
      const uris = await kit.evaluate((window) => window.document.querySelector("textarea").value.split("\n"));
      assert.equal(uris.length, 3);
      assert.ok(uris.every((uri) => uri.startsWith("otpauth://") && uri.includes(SECRET)));
      await kit.screenshot(await out_file(`kit-${kind}.png`));
      // Its own policy lets nothing out, not even to where it came from.
      const out = await kit.evaluate((window) => window.fetch("http://127.0.0.1:9/").then(() => "out", (error) => error.name));
      assert.equal(out, "TypeError");
      await page.close();
      // Firefox lets a tab that is not in front wait for half a minute.
      await view.page.bringToFront();
    });

    test("of a folder the newest readable bundle is offered, restored into the living vault, and its ways in are told apart", async () => {
      const synced = path.join(folder, "Synced");
      const files = ["way-shares", "bad-empty", "bad-cut-in-body", "bad-newer"].map((name) => path.join(synced, "Apps", `${name}.sparekey`));
      await mkdir(path.join(synced, "Apps"), { recursive: true });
      for (const file of files) await copyFile(path.join(FIXTURES, path.basename(file)), file);
      await writeFile(path.join(synced, "holiday.jpg"), "no bundle");
      if (kind === "chromium") {
        await go("#/restore");
        await pick_private_folder(files);
        await found();
      }
      await go("#/restore");
      await view.shown("bundle-picker .from-folder");
      // A browser without a picker has a file input for folders. Firefox's driver gives it no folder, only what is in one.
      await view.evaluate((window) => {
        window.showDirectoryPicker = undefined;
        window.document.querySelector("bundle-picker").requestUpdate();
      });
      const input = await view.page.waitForSelector("bundle-picker input[webkitdirectory]");
      await input.uploadFile(...(kind === "chromium" ? [synced] : [...files, path.join(synced, "holiday.jpg")]));
      await found();
      await view.screenshot(await out_file(`folder-${kind}.png`));
      const { shares } = JSON.parse(await readFile(path.join(FIXTURES, "expected.json"), "utf8"))["way-shares.sparekey"];
      await view.press(".found-bundles li button");
      await view.shown("page-restore way-entry");
      await show_way(view, "shares", { shares: shares.split("\n") });
      await view.shown("page-restore .plan", { timeout: 60_000 });
      await view.press("page-restore .buttons .primary");
      await view.shown(".restored-ways");
      assert.match(await view.text_of("page-verify"), /Example[\s\S]*Opens this vault[\s\S]*Password[\s\S]*Opens nothing here[\s\S]*Shares/);
      await view.screenshot(await out_file(`verify-${kind}.png`));
      await view.press(".restored-ways .primary");
      await until("the list to be put away", async () => !(await view.evaluate((window) => !!window.document.querySelector(".restored-ways"))));
      assert.equal((await core.ask({ type: "list" })).entries.length, 4);
    });

    const found = async () => {
      await view.shown(".found-bundles li button");
      assert.match(await view.text_of(".found-bundles"), /The newest bundle of one vault[\s\S]*3 files could not be read/);
      await view.evaluate((window) => (window.document.querySelector(".found-bundles details").open = true));
      assert.match(await view.text_of(".found-bundles details"), /bad-cut-in-body.sparekey: This file is damaged[\s\S]*bad-empty.sparekey: This file is empty[\s\S]*newer/i);
    };
    /** The picker is the browser's own window. A folder of the origin's private file system is the same kind of handle. */
    const pick_private_folder = async (files) => {
      const given = await Promise.all(files.map(async (file) => [path.basename(file), (await readFile(file)).toString("base64")]));
      await view.shown("bundle-picker .from-folder");
      await view.evaluate(async (window, all) => {
        const root = await window.navigator.storage.getDirectory();
        const handle = await root.getDirectoryHandle("Synced", { create: true });
        for (const [name, base64] of [...all, ["holiday.jpg", "AAAA"]]) {
          const file = await (await handle.getFileHandle(name, { create: true })).createWritable();
          await file.write(Uint8Array.from(window.atob(base64), (letter) => letter.charCodeAt(0)));
          await file.close();
        }
        window.showDirectoryPicker = async () => handle;
      }, given);
      await view.press("bundle-picker button.from-folder");
    };

    test("readiness says the one next thing, and takes in what the owner says", async () => {
      await go("#/readiness");
      await view.shown("page-readiness .readiness");
      assert.match(await view.text_of(".next-thing"), /1 account is in no recovery bundle/);
      assert.match(await view.text_of("page-readiness"), /A single mishap loses accounts[\s\S]*One way in alone[\s\S]*Password[\s\S]*opens this vault and opens bundles/);
      await view.screenshot(await out_file(`readiness-${kind}.png`));
      await view.press(".ready-account:last-child label:nth-of-type(1) input");
      await until("the tick to be stored", async () => (await core.ask({ type: "readiness" })).accounts.some(({ others }) => others.includes("device")));
    });
  });
}
