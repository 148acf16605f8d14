// The recovery kit from file:// against the frozen files of format 1: by every kind of way in what is in them, and of every
// kind of damage the words for it. All files: `./build.sh soak kit`.
import { rm } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { open_browser } from "./lib/browser.mjs";
import { kinds } from "./lib/kinds.mjs";
import { compare_notes, fixtures, open_kit } from "./lib/kit.mjs";
import { make_folder, OUT } from "./lib/paths.mjs";
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
