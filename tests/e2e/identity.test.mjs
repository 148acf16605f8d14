// The ids are fixed: moving or cloning the folder, and a kill, keep the vault.
import assert from "node:assert/strict";
import { cp, rm } from "node:fs/promises";
import path from "node:path";
import { after, describe, test } from "node:test";
import { open_browser } from "./lib/browser.mjs";
import { account, core_of } from "./lib/core.mjs";
import { kinds } from "./lib/kinds.mjs";
import { DIST, make_folder } from "./lib/paths.mjs";

/** Changing one of these cuts every user off from the vault in the browser. */
const IDS = { chromium: "okcakijnccpopcnopfkkhbjnckhlhdfl", firefox: "sparekey@sparekey.app" };
const FOLDERS = { chromium: "chrome", firefox: "firefox" };

for (const kind of kinds()) {
  describe(`identity in ${kind}`, () => {
    const made = [];
    after(() => Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true }))));
    const folder = async (name) => made[made.push(await make_folder(name)) - 1];

    test("the same id and the same vault from another folder, after a kill", async () => {
      const profile = await folder("profile");
      const places = [await folder("here"), await folder("there")];
      for (const place of places) await cp(path.join(DIST, FOLDERS[kind]), place, { recursive: true });

      const first = await open_browser(kind, { profile, extension: places[0] });
      let keys;
      try {
        assert.equal(first.id, IDS[kind]);
        assert.equal(await first.background(() => chrome.runtime.id), IDS[kind]);
        const core = await core_of(first);
        keys = await core.enter("a password of the moved folder");
        await core.ask({ type: "add", forms: [account("Kept", "JBSWY3DPEHPK3PXP")] });
      } finally {
        // A browser that is left running keeps this file from ending.
        await first.kill();
      }
      await rm(places[0], { recursive: true });

      const second = await open_browser(kind, { profile, extension: places[1] });
      try {
        assert.equal(second.id, IDS[kind]);
        assert.equal(second.base, first.base);
        const again = await core_of(second);
        assert.equal((await again.ask({ type: "status" })).state, "locked");
        await again.enter("a password of the moved folder", keys);
        const { entries } = await again.ask({ type: "list" });
        assert.deepEqual(entries.map((entry) => entry.issuer), ["Kept"]);
      } finally {
        await second.close();
      }
    });
  });
}
