// A device is lost: the worklist, from the entry whose key is out of one's hands to the site's acceptance of a new code.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { start_demo } from "../demo/server.mjs";
import { open_browser } from "./lib/browser.mjs";
import { on } from "./lib/dashboard.mjs";
import { kinds } from "./lib/kinds.mjs";
import { out_file } from "./lib/paths.mjs";
import { sleep, until } from "./lib/process.mjs";
import { free_port, open_realsite, realsites } from "./lib/realsites.mjs";
import { demo_as_site, fill_from_popup, fill_in, make_vault, scan, unlock } from "./lib/steps.mjs";
import { view_of } from "./lib/view.mjs";

const PASSWORD = "a long password for tests";

/** Real servers where they are; the demo site where they are not. */
async function open_sites() {
  const names = realsites();
  if (names.length === 0) return [await demo_as_site(await start_demo())];
  return Promise.all(names.map(async (name) => open_realsite(name, await free_port())));
}

for (const kind of kinds()) {
  describe(`a lost device in ${kind}`, () => {
    let session, sites, page;

    before(async () => {
      sites = await open_sites();
      session = await open_browser(kind, { headed: true });
      const made = await make_vault(session, PASSWORD);
      page = made.view.page;
    });
    after(async () => {
      await session?.close();
      for (const site of sites ?? []) await site.stop();
    });

    const view = () => on(page);
    const shot = async (name) => page.screenshot({ path: await out_file(`lost-${kind}-${name}.png`) });
    const filled = (tab, site) =>
      until("six digits in the field", async () => /^\d{6}$/.test(await tab.$eval(site.field, (field) => field.value)));

    test("one button makes the list, mail first", async () => {
      for (const site of sites) {
        const tab = await session.page(site.url);
        await site.sign_up(tab);
        await site.enrol(tab);
        await (await scan(session, tab)).close();
        await fill_from_popup(session, tab);
        await filled(tab, site);
        await site.confirm(tab);
        await site.sign_out(tab);
        await tab.close();
      }
      await view().go("/add");
      await page.waitForSelector("#paste");
      await page.type("#paste", "otpauth://totp/Google:ada@example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Google");
      await view().press("Read");
      await page.waitForSelector("found-accounts .primary");
      await page.click("found-accounts .primary");
      await view().see("h1", /Google/);
      await view().go("/ways");
      await view().press("A device is lost or stolen", "main");
      await view().see("h1", /lost or stolen/);
      await view().press("Make the worklist", "main");
      await view().see("#lost-left", new RegExp(`${sites.length + 1} accounts left`));
      await view().see(".move-open", /Google.*Mail.*0 of 4 steps/);
      await shot("list");
      await view().press("Take Google (ada@example.com) off the list");
      await view().see("#lost-left", new RegExp(`${sites.length} accounts? left`));
    });

    test("in with the code here, a new key, its first code accepted by the site", async () => {
      const started = Math.floor(Date.now() / 30_000);
      await until("the next code", () => Math.floor(Date.now() / 30_000) > started, { timeout: 35_000, every: 250 });
      await sleep(300);
      for (const [at, site] of sites.entries()) {
        const tab = await session.page(site.url);
        await site.sign_in(tab);
        await fill_from_popup(session, tab);
        await filled(tab, site);
        await site.get_in(tab);
        await view().press("I am signed in", ".move-open");
        await view().see(".move-step-now", /issue a new key/);
        await site.renew(tab);
        await (await scan(session, tab)).close();
        await until("the key that was scanned", () => page.$eval(".move-step-now .buttons .primary", (button) => button.click()).then(() => true, () => false));
        await view().see(".move-step-now", /Give the site the new code/);
        if (at === 0) await shot("try");
        // One account is bound to the site again: the popup fills it without asking which.
        await fill_from_popup(session, tab);
        await filled(tab, site);
        await site.confirm(tab);
        assert.equal((await site.who(tab)).startsWith("ada"), true);
        await page.bringToFront();
        await view().see(".move-step-now", /A code of the new key was used/);
        await view().press("The code was accepted", ".move-open");
        await view().see(".move-step-now", /Put the old device out/);
        await until("the focus on the step", () => page.$eval(".move-step-now :focus", () => true));
        // In the middle of it, locked and opened again: nothing is forgotten.
        if (at === 0) {
          await view().press("Lock now");
          await unlock(view_of(page), PASSWORD);
          await view().see(".move-step-now", /Put the old device out/);
        }
        await view().press("The old device is out", ".move-open");
        await tab.close();
      }
      await view().see("#lost-left", /All accounts have new keys/);
    });

    test("the end: a new vault key, void codes made anew and typed back, and the former keys can still be taken back", async () => {
      // Codes from before the loss: shown and never typed back, so they were there all the same.
      const send = (message) => page.evaluate((request) => (globalThis.browser ?? globalThis.chrome).runtime.sendMessage(request), message);
      await send({ type: "make-codes", count: 5, add: false, key: null });
      await view().see("[aria-labelledby=lost-end]", /Older than the loss: Password/);
      await fill_in(view_of(page), "void-sheets password-field input", PASSWORD);
      await view().press("Make everything void", "void-sheets");
      await view().see("#left-renew", /Make the new sheets/);
      await view().see("[aria-labelledby=lost-end]", /Renewed/);
      // In the middle of it, locked and opened again: nothing is forgotten.
      await view().press("Lock now");
      await unlock(view_of(page), PASSWORD);
      await view().see("[aria-labelledby=left-renew]", /New recovery codes, one typed back/);
      await view().press("Make recovery codes", "recovery-codes");
      await view().press("Make recovery codes", "recovery-codes form");
      await page.waitForSelector("recovery-codes .sheet-code");
      const code = await page.$eval("recovery-codes .sheet-code", (first) => [...first.children].map((half) => half.textContent).join("-"));
      await fill_in(view_of(page), "recovery-codes code-field input", code);
      await view().press("I have them", "recovery-codes");
      await view().see("#left-renew", /Everything is made anew/);
      await shot("end");
      await view().press("The list is done");
      await view().see("h1", /Accounts/);
      const accounts = await page.evaluate(async () => {
        const { entries } = await (globalThis.browser ?? globalThis.chrome).runtime.sendMessage({ type: "list" });
        return entries.map((entry) => ({ issuer: entry.issuer, former: !!entry.former?.tried }));
      });
      assert.equal(accounts.length, sites.length + 1);
      assert.deepEqual(accounts.filter((account) => account.issuer !== "Google").map((account) => account.former), sites.map(() => true));
    });
  });
}
