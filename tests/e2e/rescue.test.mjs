// Nothing can be stored, and a recovery code is all there is: a session that shows codes and saves a bundle, and uses nothing
// up. Stores that take it again burn the code; a browser that is killed before has lost nothing.
import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { open_browser } from "./lib/browser.mjs";
import { account, core_of } from "./lib/core.mjs";
import { kinds } from "./lib/kinds.mjs";
import { make_folder, out_file, ROOT } from "./lib/paths.mjs";
import { until } from "./lib/process.mjs";
import { show_way } from "./lib/steps.mjs";
import { break_stores, read_stores } from "./lib/stores.mjs";
import { view_of } from "./lib/view.mjs";

const PASSWORD = "a password that is not at hand today";
const messages = JSON.parse(await readFile(path.join(ROOT, "extension/_locales/en/messages.json"), "utf8"));

for (const kind of kinds()) {
  describe(`a rescue in ${kind}`, { timeout: 180_000 }, () => {
    let profile, session, core, keys, codes, bundle;

    before(async () => {
      profile = await make_folder(`${kind}-rescue`);
      session = await open_browser(kind, { profile, headed: false });
      core = await core_of(session);
      keys = await core.enter(PASSWORD);
      await core.ask({ type: "add", forms: [account("Harbour", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), account("Mill", "JBSWY3DPEHPK3PXP")] });
      const made = await core.ask({ type: "make-codes", count: 5, add: false, key: null });
      codes = made.codes.map(({ code }) => code);
      await core.ask({ type: "keep-codes", way: by_code(codes[4]) });
      await core.ask({ type: "lock" });
    });

    after(async () => {
      await session?.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    });

    const by_code = (code) => ({ kind: "code", code, keys: [] });
    const state = async () => {
      const { state, session, warnings, codes: left } = await core.ask({ type: "status" });
      return { state, session, warnings, left: left?.left };
    };
    const issuers = async () => (await core.ask({ type: "list" })).entries.map((entry) => entry.issuer).sort();
    const press_words = (view, words) =>
      until(`the button ${words}`, () =>
        view.evaluate((window, wanted) => {
          const found = [...window.document.querySelectorAll("main button")].find((button) => button.innerText.trim() === wanted && !button.disabled);
          found?.click();
          return !!found;
        }, words));
    /** Opens the locked vault by a code in the page, while no store takes anything. */
    const come_in = async (code) => {
      await break_stores(session, { area: "write", ring: "write" });
      const view = view_of(await session.extension_page("dashboard/dashboard.html"));
      await view.shown("unlock-form");
      await show_way(view, "code", { code });
      await view.shown("nav");
      return view;
    };

    test("a code opens where both stores refuse: what it is, a code, a bundle, and no more", async () => {
      const before = await read_stores(session);
      const view = await come_in(codes[0]);
      assert.equal((await state()).session, "rescue");
      for (const words of ["session_rescue", "warning_not_saved"]) assert.ok((await view.text_of("main")).includes(messages[words].message), `${words}: ${await view.text_of("main")}`);
      assert.deepEqual(await view.evaluate((window) => [...window.document.querySelectorAll(".side li a > span:not(.dot)")].map((link) => link.innerText.trim()).filter(Boolean)), ["Accounts", "Recovery", "Help"]);
      await until("the codes", async () => (await view.evaluate((window) => [...window.document.querySelectorAll("page-accounts otp-code")].filter(({ code }) => /^\d{6}$/.test(code)).length)) === 2);
      const offered = (where, selector) => where.evaluate((window, at) => window.document.querySelectorAll(at).length, selector);
      assert.equal(await offered(view, "a[href='#/add']"), 0, "what it may not do is not offered");
      await view.screenshot(await out_file(`rescue-${kind}.png`));

      await view.evaluate((window) => {
        window.location.hash = "#/recovery";
        window.showSaveFilePicker = undefined;
        window.URL.createObjectURL = (blob) => {
          window.saved = blob;
          return "blob:none";
        };
      });
      await press_words(view, "Make a recovery bundle");
      await view.shown("page-recovery .made");
      assert.equal(await offered(view, "a[href='#/restore'], a[href='#/drill']"), 0);
      await press_words(view, "Save the bundle");
      bundle = await until("the file", () => view.evaluate(async (window) => {
        if (!window.saved) return null;
        return window.btoa(Array.from(new Uint8Array(await window.saved.arrayBuffer()), (byte) => String.fromCharCode(byte)).join(""));
      }));
      await view.screenshot(await out_file(`rescue-${kind}-bundle.png`));

      const popup = view_of(await session.extension_page("popup/popup.html"));
      await until("the same in the popup", async () => (await popup.text_of("body")).includes(messages.session_rescue.message));
      await popup.shown("popup-codes .row otp-code");
      assert.equal(await offered(popup, "popup-codes .bar button"), 0);
      await popup.screenshot(await out_file(`rescue-${kind}-popup.png`));
      await popup.close();
      await view.close();
      assert.equal((await core.answer({ type: "add", forms: [account("Late", "JBSWY3DPEHPK3PXP")] })).code, "not-in-this-session");
      assert.deepEqual(await read_stores(session), before, "nothing was written");
    });

    test("killed in the middle of it, nothing is lost: every account is there, and the code is not used up", async () => {
      await session.kill();
      session = await open_browser(kind, { profile, headed: false });
      core = await core_of(session);
      assert.deepEqual(await state(), { state: "locked", session: null, warnings: [], left: 5 });
      const { items } = await core.ask({ type: "plan-restore", bundle, way: { kind: "code", code: codes[1], keys: [] } });
      assert.deepEqual(items.map(({ issuer }) => issuer).sort(), ["Harbour", "Mill"], "the bundle that was saved opens");
      await core.ask({ type: "unlock", way: by_code(codes[0]) });
      assert.deepEqual(await state(), { state: "open", session: "full", warnings: [], left: 4 });
      assert.deepEqual(await issuers(), ["Harbour", "Mill"]);
      await core.ask({ type: "lock" });
      assert.equal((await core.answer({ type: "unlock", way: by_code(codes[0]) })).code, "wrong-code", "used up now");
    });

    test("a disk with room again makes it a session like others, and the code is used up", async () => {
      const view = await come_in(codes[1]);
      assert.equal((await state()).session, "rescue");
      // The background starts anew with stores that take everything: the session is kept, and what waits is stored.
      await session.stop_background();
      // Whoever comes back to the page has it look again. Both stores are made anew first, since a record is erased: that takes its time.
      await view.evaluate((window) => window.document.dispatchEvent(new window.Event("visibilitychange")));
      await until("the page to say so", async () => /You came in with recovery code 2/.test(await view.text_of("main")), { timeout: 120_000, every: 250 });
      assert.ok(!(await view.text_of("main")).includes(messages.session_rescue.message));
      assert.deepEqual(await state(), { state: "open", session: "full", warnings: [], left: 3 });
      await view.close();
      await core.ask({ type: "lock" });
      assert.equal((await core.answer({ type: "unlock", way: by_code(codes[1]) })).code, "wrong-code");
      await core.enter(PASSWORD, keys);
      assert.deepEqual(await issuers(), ["Harbour", "Mill"]);
    });
  });
}
