// Fresh, locked, lost, unreadable, made by a newer version: each state has its own screen with its way on.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { open_browser } from "./lib/browser.mjs";
import { account, core_of } from "./lib/core.mjs";
import { kinds } from "./lib/kinds.mjs";
import { ROOT, out_file } from "./lib/paths.mjs";
import { until } from "./lib/process.mjs";
import { restore_bundle, unlock } from "./lib/steps.mjs";
import { break_stores, read_stores, write_stores } from "./lib/stores.mjs";
import { view_of } from "./lib/view.mjs";

const PASSWORD = "the right horse at the right time";
const messages = JSON.parse(await readFile(path.join(ROOT, "extension/_locales/en/messages.json"), "utf8"));
const words = (key) => messages[key].message.split(/\$/)[0].trim();

for (const kind of kinds()) {
  describe(`states in ${kind}`, () => {
    let session, core, bundle;
    before(async () => {
      session = await open_browser(kind);
      core = await core_of(session);
    });
    after(() => session?.close());

    /** What the popup and the dashboard show now; gives back the dashboard. */
    const shows = async (name, selector, ...keys) => {
      for (const file of ["popup/popup.html", "dashboard/dashboard.html"]) {
        const view = view_of(await session.extension_page(file));
        await view.shown(selector(file));
        for (const key of keys)
          await until(`"${words(key)}"`, async () => (await view.text_of("body")).includes(words(key))).catch(async (error) => {
            throw new Error(`${file} says: ${await view.text_of("body")}; wanted: ${words(key)}`, { cause: error });
          });
        await view.screenshot(await out_file(`state-${kind}-${name}-${path.basename(file, ".html")}.png`));
        if (file.startsWith("dashboard")) return view;
        await view.close();
      }
    };
    const state = async () => (await core.ask({ type: "status" })).state;
    const newest = (texts) => Object.keys(texts).filter((key) => /^g\d+$/.test(key)).sort().at(-1);

    test("fresh: a way in for new users and for those with a bundle", async () => {
      const view = await shows("fresh", (file) => (file.startsWith("popup") ? ".state .primary" : "page-welcome .primary"), "restore_bundle");
      await view.close();
      await core.enter(PASSWORD);
      await core.ask({ type: "add", forms: [account("Harbour", "JBSWY3DPEHPK3PXP")] });
      const { name, bundle: base64 } = await core.ask({ type: "export", key: null });
      bundle = { name, base64 };
    });

    test("locked: the password opens it", async () => {
      await core.ask({ type: "lock" });
      const view = await shows("locked", () => "unlock-form", "unlock_title");
      await unlock(view, PASSWORD);
      assert.equal(await state(), "open");
      await view.close();
    });

    test("a damaged newest state: the one before it opens, and it is told", async () => {
      const { area, ring } = await read_stores(session);
      const file = ring[newest(ring)];
      const damaged = file.slice(0, -40) + (file.at(-40) === "A" ? "B" : "A") + file.slice(-39);
      const key = Object.keys(area).find((each) => area[each] === file);
      assert.ok(key, "both stores hold the newest state");
      await write_stores(session, { area: { [key]: damaged }, ring: { [newest(ring)]: damaged } });
      await core.ask({ type: "lock" });
      const view = view_of(await session.extension_page("dashboard/dashboard.html"));
      await unlock(view, PASSWORD);
      await view.shown("main > .banner-warn");
      assert.match(await view.text_of("main > .banner-warn"), new RegExp(words("warning_rolled_back").slice(0, 40)));
      await view.screenshot(await out_file(`state-${kind}-rolled-back.png`));
      const { entries } = await core.ask({ type: "list" });
      assert.equal(entries.length, 1);
      await view.close();
      // A bundle takes two generations: the second save overtakes the damaged one, and there is nothing more to tell.
      for (const note of ["looked through", "and again"])
        await core.ask({ type: "edit", id: entries[0].id, edit: { issuer: null, account: null, note, tags: null, pinned: null, unverified: null } });
      await core.ask({ type: "lock" });
      await core.enter(PASSWORD);
      assert.deepEqual((await core.ask({ type: "status" })).warnings, []);
    });

    test("one store gone altogether: nothing is missing, and it comes back", async () => {
      for (const store of ["area", "ring"]) {
        const stores = await read_stores(session);
        await core.ask({ type: "lock" });
        await write_stores(session, { [store]: Object.fromEntries(Object.keys(stores[store]).map((key) => [key, null])) });
        await session.stop_background();
        await core.enter(PASSWORD);
        assert.equal((await core.ask({ type: "list" })).entries.length, 1);
        assert.deepEqual((await core.ask({ type: "status" })).warnings, []);
        assert.ok(newest((await read_stores(session))[store]), `${store} has the vault again`);
      }
    });

    test("unreadable: says so, writes nothing, looks again", async () => {
      const before = await read_stores(session);
      await break_stores(session, { area: "all", ring: "all" });
      await core.ask({ type: "lock" });
      const view = await shows("unreadable", () => ".state .primary", "unreadable_title", "unreadable_next");
      await view.press(".state .primary");
      await view.shown(".state .primary");
      assert.equal((await core.answer({ type: "plan-create", profile: "argon2id" })).type, "derive");
      await session.stop_background();
      await view.press(".state .primary");
      await view.shown("unlock-form");
      assert.deepEqual(await read_stores(session), before);
      await view.close();
    });

    test("made by a newer version: says so, and touches nothing", async () => {
      // In both: a line in storage.local alone, which content scripts of Firefox can write, shuts nobody out.
      const stores = await read_stores(session);
      const newer = (texts) => Object.fromEntries(Object.entries(texts).filter(([key]) => /^g\d+$/.test(key)).map(([key, text]) => [key, text.replace("sparekey/1", "sparekey/2")]));
      await write_stores(session, { area: newer(stores.area), ring: newer(stores.ring) });
      await session.stop_background();
      const view = await shows("newer", () => ".state", "newer_title", "newer_next");
      assert.equal(await state(), "unreadable");
      await view.close();
      await write_stores(session, stores);
      await session.stop_background();
      assert.equal(await state(), "locked");
    });

    test("lost: never taken for a new user; the bundle brings everything back", async () => {
      const stores = await read_stores(session);
      const files = (texts) => Object.fromEntries(Object.keys(texts).filter((key) => /^g\d+$/.test(key)).map((key) => [key, "sparekey/1\nnot a vault any more"]));
      await write_stores(session, { area: files(stores.area), ring: files(stores.ring) });
      await session.stop_background();
      assert.equal(await state(), "lost");
      const none = (texts) => Object.fromEntries(Object.keys(files(texts)).map((key) => [key, null]));
      await write_stores(session, { area: none(stores.area), ring: none(stores.ring) });
      await session.stop_background();
      assert.equal(await state(), "lost", "the marker alone says that there was a vault");
      const view = await shows("lost", () => ".state .primary", "lost_title", "lost_next");
      await view.press(".state .primary");
      await view.shown("page-restore drop-zone");
      await view.close();
      await restore_bundle(session, bundle, PASSWORD);
      assert.deepEqual((await core.ask({ type: "list" })).entries.map((entry) => entry.issuer), ["Harbour"]);
    });
  });
}
