// The main job, end to end, in both browsers: enrol by the QR code on the page, sign in by the toolbar button, the
// command and the context menu, write a bundle, restore it into an empty browser, sign in again.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { start_demo } from "../demo/server.mjs";
import { open_browser } from "./lib/browser.mjs";
import { kinds } from "./lib/kinds.mjs";
import { sleep, until } from "./lib/process.mjs";
import { free_port, open_realsite, realsites } from "./lib/realsites.mjs";
import { demo_as_site, export_bundle, fill_from_popup, make_vault, restore_bundle, scan } from "./lib/steps.mjs";

/** Real servers where they are; the demo site where they are not. */
async function open_sites() {
  const names = realsites();
  if (names.length === 0) {
    console.log("the real servers are not here: the demo site stands in");
    return [await demo_as_site(await start_demo())];
  }
  const sites = [];
  for (const name of names) sites.push(await open_realsite(name, await free_port()));
  return sites;
}

/** A code works once on these sites: waits for the next time step. */
const next_code = async () => {
  const step = Math.floor(Date.now() / 30_000);
  await until("the next code", () => Math.floor(Date.now() / 30_000) > step, { timeout: 35_000, every: 250 });
  await sleep(300);
};

for (const kind of kinds()) {
  describe(`the main job in ${kind}`, () => {
    let session, sites;

    before(async () => {
      sites = await open_sites();
      session = await open_browser(kind, { headed: true });
      await make_vault(session);
    });

    after(async () => {
      await session?.close();
      for (const site of sites ?? []) await site.stop();
    });

    const filled = (page, site) =>
      until("six digits in the field", async () => /^\d{6}$/.test(await page.$eval(site.field, (field) => field.value)));

    test("enrol by scanning the QR code, and confirm with a filled code", async () => {
      for (const site of sites) {
        const page = await session.page(site.url);
        await site.sign_up(page);
        await site.enrol(page);
        const popup = await scan(session, page);
        await popup.close();
        await fill_from_popup(session, page);
        await filled(page, site);
        await site.confirm(page);
        await site.sign_out(page);
        await page.close();
      }
    });

    const ways = {
      "the toolbar button": (page) => fill_from_popup(session, page),
      "the keyboard command": (page) => session.press_command(page, "fill"),
      "the context menu": (page, site) => session.press_menu(page, site.field),
    };
    for (const [way, press] of Object.entries(ways)) {
      test(`sign in by ${way}`, async () => {
        await next_code();
        for (const site of sites) {
          const page = await session.page(site.url);
          await site.sign_in(page);
          await press(page, site);
          await filled(page, site);
          await site.get_in(page);
          assert.equal((await site.who(page)).startsWith("ada"), true);
          await site.sign_out(page);
          await page.close();
        }
      });
    }

    test("a bundle restores into an empty browser and signs in there", async () => {
      const bundle = await export_bundle(session, "the bundle has its own password");
      await session.close();
      session = await open_browser(kind, { headed: true });
      await restore_bundle(session, bundle, "the bundle has its own password");
      await next_code();
      for (const site of sites) {
        const page = await session.page(site.url);
        await site.sign_in(page);
        await fill_from_popup(session, page);
        await filled(page, site);
        await site.get_in(page);
        await page.close();
      }
    });
  });
}
