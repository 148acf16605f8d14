// The newest bundle in the browser's sync storage: carried from one profile to another, found by the first screen, restored.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { open_browser } from "./lib/browser.mjs";
import { on } from "./lib/dashboard.mjs";
import { kinds } from "./lib/kinds.mjs";
import { out_file } from "./lib/paths.mjs";
import { until } from "./lib/process.mjs";
import { fill_in, make_vault } from "./lib/steps.mjs";
import { view_of } from "./lib/view.mjs";

const PASSWORD = "a long password for tests";
const MOST_MS = 60_000;

for (const kind of kinds()) {
  describe(`the sync storage in ${kind}`, () => {
    let session;
    after(async () => session?.close());

    test("off until chosen; from an empty browser to the first code", async () => {
      session = await open_browser(kind, { headed: false });
      const { page } = (await make_vault(session, PASSWORD)).view;
      await on(page).go("/add");
      await page.waitForSelector("#paste");
      await page.type("#paste", "otpauth://totp/Mill:ada@example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Mill");
      await on(page).press("Read");
      await page.waitForSelector("found-accounts .primary");
      await page.click("found-accounts .primary");
      await on(page).see("h1", /Mill/);
      const area = () => session.background(() => (globalThis.browser ?? globalThis.chrome).storage.sync.get(null));
      assert.deepEqual(await area(), {});
      await on(page).go("/recovery");
      await on(page).press("Keep it there");
      await on(page).see("[aria-labelledby=sync-title]", /Written and read back/);
      await page.$eval("#sync-title", (title) => title.scrollIntoView());
      await page.screenshot({ path: await out_file(`sync-${kind}-on.png`) });
      const held = await area();
      assert.ok(Object.keys(held).length >= 2);
      assert.doesNotMatch(JSON.stringify(held), /Mill|ada@example|GEZDGNBV/);
      const code = () => page.evaluate(async () => (await (globalThis.browser ?? globalThis.chrome).runtime.sendMessage({ type: "codes" })).codes[0]?.code);

      // Another computer: the browser is signed in there, and its sync has arrived.
      const began = Date.now();
      const other = await open_browser(kind, { headed: false });
      try {
        await other.background((keys) => (globalThis.browser ?? globalThis.chrome).storage.sync.set(keys), held);
        const there = await other.extension_page("dashboard/dashboard.html");
        await on(there).see("#synced-title", /Found in this browser's sync/);
        await there.screenshot({ path: await out_file(`sync-${kind}-found.png`) });
        await on(there).press("Restore it", ".synced");
        await there.waitForSelector("page-restore .synced button");
        await on(there).press("Restore it", "page-restore .synced");
        const view = view_of(there);
        await fill_in(view, "page-restore password-field input", PASSWORD);
        await view.press("page-restore form button[type=submit]");
        await view.shown("page-restore .plan", { timeout: 60_000 });
        await view.press("page-restore .buttons .primary");
        await view.shown("page-verify", { timeout: 60_000 });
        const theirs = () => there.evaluate(async () => (await (globalThis.browser ?? globalThis.chrome).runtime.sendMessage({ type: "codes" })).codes[0]?.code);
        const first = await until("the same code on both", async () => {
          const [a, b] = await Promise.all([code(), theirs()]);
          return a === b && a;
        });
        assert.match(first, /^\d{6}$/);
        const took = Date.now() - began;
        console.log(`sync area in ${kind}: from an empty browser to the first code in ${took} ms`);
        assert.ok(took <= MOST_MS, `${took} ms`);
      } finally {
        await other.close();
      }
      await on(page).press("Take it out");
      await on(page).see("[aria-labelledby=sync-title]", /Nothing of yours lies there/);
      assert.deepEqual(await area(), {});
    });
  });
}
