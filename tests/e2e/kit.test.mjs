// The recovery kit from file:// against the frozen files of format 1: by every kind of way in what is in them, and of every
// kind of damage the words for it. All files: `./build.sh soak kit`.
import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { open_browser } from "./lib/browser.mjs";
import { kinds } from "./lib/kinds.mjs";
import { compare_notes, fixtures, open_kit } from "./lib/kit.mjs";
import { make_folder, OUT, out_file } from "./lib/paths.mjs";
import { show_way } from "./lib/steps.mjs";
import { view_of } from "./lib/view.mjs";

/** What opens, one of each kind of record and of what is in a body. */
const OPEN = ["everything", "password-literal", "dear", "kept", "way-code-bundle", "way-pair", "way-shares", "way-escrow"];

for (const kind of kinds()) {
  describe(`the kit in ${kind}`, { timeout: 120_000 }, () => {
    let session, kit, folder, all;

    before(async () => {
      folder = await make_folder("kit");
      session = await open_browser(kind, { headed: false });
      kit = await open_kit(session, folder);
      all = await fixtures();
    });

    after(async () => {
      await session?.close();
      await rm(folder, { recursive: true, force: true });
    });

    for (const name of OPEN) {
      test(`opens ${name}`, () => kit.check(all.find((fixture) => fixture.name === name)));
    }

    test("opens a helpdesk bundle in its hour, says who issued it, and opens it no more after", async () => {
      const helpdesk = all.find(({ name }) => name === "way-helpdesk");
      const { issued, slots: [pass] } = JSON.parse((await readFile(helpdesk.file, "latin1")).split("\n")[1]);
      const minute = 60_000;
      const early = await open_kit(session, folder, pass.not_after - 2 * minute);
      await early.check({ ...helpdesk, error: null });
      assert.match(await early.view.text_of(".issued"), new RegExp(`Issued by ${issued.by} \\(${issued.person}\\)`));
      await early.view.screenshot(await out_file(`kit-${kind}-helpdesk.png`));
      await early.view.close();
      const late = await open_kit(session, folder, pass.not_after + minute);
      await late.check({ ...helpdesk, error: "pass-expired" });
      await late.view.close();
    });

    test("a guest sees the notes of a bundle as the kit does", async () => {
      const { file, password, kept } = all.find(({ name }) => name === "kept");
      const page = await session.extension_page("dashboard/dashboard.html#/guest");
      const guest = view_of(page);
      await page.waitForSelector("drop-zone input[type=file]");
      await (await page.$("drop-zone input[type=file]")).uploadFile(file);
      await guest.shown("way-entry");
      await show_way(guest, "password", { password });
      await guest.shown("page-guest otp-code", { timeout: 60_000 });
      await compare_notes(guest, kept);
      await guest.screenshot(path.join(OUT, `kit-${kind}-guest-notes.png`));
      await guest.close();
    });

    test("refuses with the words for what is wrong", async () => {
      const first = new Map(all.filter(({ error }) => error).map((fixture) => [fixture.error, fixture]));
      for (const fixture of first.values()) await kit.check(fixture);
    });
  });
}
