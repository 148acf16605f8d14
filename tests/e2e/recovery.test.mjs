// The way back, rehearsed: the drill with a real bundle, and the recovery kit from file://, in both browsers.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, describe, test } from "node:test";
import { open_browser } from "./lib/browser.mjs";
import { account, core_of } from "./lib/core.mjs";
import { kinds } from "./lib/kinds.mjs";
import { DIST, ROOT, make_folder, out_file } from "./lib/paths.mjs";
import { until } from "./lib/process.mjs";
import { read_stores } from "./lib/stores.mjs";
import { fill_in } from "./lib/steps.mjs";
import { view_of } from "./lib/view.mjs";

// Typed here as a Mac gives it: an e and an accent of its own. The bundle was made with the one character.
const COMPOSED = "a long caf\u00e9 password";
const DECOMPOSED = COMPOSED.normalize("NFD");
const SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

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

    test("a guest sees codes in an empty browser, and nothing is written", async () => {
      const fixture = path.join(ROOT, "tests/fixtures/format-1/argon2id.sparekey");
      const before = await read_stores(session);
      await go("#/guest");
      await give(view, fixture);
      await fill_in(view, "page-guest password-field input", "correct horse battery staple");
      await view.press("page-guest button[type=submit]");
      await view.shown("page-guest otp-code", { timeout: 60_000 });
      assert.match(await view.text_of("page-guest .guest"), /Example/);
      await view.screenshot(await out_file(`guest-${kind}.png`));
      await go("#/guest");
      await view.shown("page-guest drop-zone");
      assert.deepEqual(await read_stores(session), before);
      assert.equal((await core.ask({ type: "status" })).state, "fresh");
    });

    test("a bundle is made", async () => {
      await core.enter(COMPOSED);
      await core.ask({ type: "add", forms: [account("First", SECRET), account("Second", SECRET, { period: 60, digits: 8 }), account("Counted", SECRET, { kind: "hotp" })] });
      const made = await core.ask({ type: "export", key: null });
      bundle = path.join(folder, made.name);
      await writeFile(bundle, Buffer.from(made.bundle, "base64"));
    });

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
      assert.match(await view.text_of("page-drill .drilled"), /Proven[\s\S]*3 accounts give the same codes[\s\S]*From the file to the codes/);
      await view.screenshot(await out_file(`drill-${kind}.png`));
      const { drill, backup } = await core.ask({ type: "status" });
      assert.equal(drill.due, null);
      assert.ok(backup.proven && backup.readBack);
    });

    test("the kit is the same bytes for everybody, and opens the bundle from file://", async () => {
      const template = await readFile(path.join(DIST, { chromium: "chrome", firefox: "firefox" }[kind], "kit/kit.txt"), "utf8");
      const wasm = await readFile(path.join(DIST, { chromium: "chrome", firefox: "firefox" }[kind], "wasm/sparekey_bg.wasm"));
      const text = template.replace("@@CORE@@", () => wasm.toString("base64")).replace("@@BUNDLE@@", "");
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
    });
  });
}
