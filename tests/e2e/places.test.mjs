// Where backups go, by the browser's own windows: its question for downloads, a download that the user cancels, the
// permission taken back, and in Chromium a real folder. Each with the line that the user reads.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { account, core_of } from "./lib/core.mjs";
import { cancel_downloads, open_with_downloads } from "./lib/downloads.mjs";
import { allow_folder, choose_folder, folder_permission } from "./lib/folder.mjs";
import { kinds } from "./lib/kinds.mjs";
import { make_folder, out_file } from "./lib/paths.mjs";
import { allow_downloads, revoke_downloads } from "./lib/permission.mjs";
import { until } from "./lib/process.mjs";
import { show_way } from "./lib/steps.mjs";

const PASSWORD = "a long password for tests";
const SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

for (const kind of kinds()) {
  describe(`places for backups in ${kind}`, { timeout: 180_000 }, () => {
    let session, core, view, downloads, known;

    before(async () => {
      downloads = await make_folder("downloads");
      session = await open_with_downloads(kind, downloads, { headed: true, asked: true });
      core = await core_of(session, "#/recovery");
      ({ view } = core);
      known = await core.enter(PASSWORD);
      await core.ask({ type: "add", forms: [account("First", SECRET)] });
      await again("automatic-backups .backup-state");
    });

    after(async () => {
      await session?.close();
      await rm(downloads, { recursive: true, force: true });
    });

    const files = async () => (await readdir(path.join(downloads, "Sparekey")).catch(() => [])).filter((name) => name.endsWith(".sparekey"));
    const again = async (selector) => {
      await view.evaluate((window) => window.location.reload());
      await view.shown(selector);
    };
    const line = async (pattern, at = "automatic-backups .backup-state") => {
      try {
        await until(String(pattern), async () => pattern.test(await view.text_of(at)), { timeout: 20_000 });
      } catch (error) {
        throw new Error(`${error.message}; the page says: ${await view.text_of("main")}`, { cause: error });
      }
    };
    const press = async (words) => {
      await until(words, () => view.evaluate((window, wanted) => {
        const found = [...window.document.querySelectorAll("automatic-backups button")].find((button) => button.innerText.trim() === wanted && !button.disabled);
        found?.setAttribute("data-press", "");
        return !!found;
      }, words));
      // The browser asks in the tab in front.
      await view.page.bringToFront();
      await view.click("[data-press]");
      await view.evaluate((window) => window.document.querySelector("[data-press]")?.removeAttribute("data-press"));
    };

    test("the browser's own question is answered, and the first file is there", async () => {
      await line(/^Off/);
      await press("Use the downloads folder");
      await allow_downloads(session, view.page);
      await line(/^On\b(?!, the first)/);
      assert.equal((await files()).length, 1, "one file, whoever asked for it first");
    });

    test("a download that the user cancels is told, and tried again", async () => {
      const stop = await cancel_downloads(session);
      await press("Back up now");
      await line(/Backups fail since[\s\S]*The download was stopped/);
      assert.equal((await core.ask({ type: "status" })).backups.trouble, "cancelled");
      const before = (await files()).length;
      await stop();
      await press("Try again");
      await line(/^On\b/);
      assert.equal((await files()).length, before + 1);
    });

    test("a permission that is taken back is told, locked or open, and mends when it is given again", async () => {
      await revoke_downloads(session);
      await core.ask({ type: "add", forms: [account("Second", SECRET)] });
      await press("Back up now");
      const told = /Backups fail since[\s\S]*The browser does not let Sparekey write there any more/;
      await line(told);
      await core.ask({ type: "lock" });
      await again(".locked-backups .backup-state");
      await line(told, ".locked-backups");
      await view.screenshot(await out_file(`places-${kind}-revoked.png`));
      await core.enter(PASSWORD, known);
      await again("automatic-backups .backup-state");
      await line(told);
      await press("Another place or off");
      await press("Use the downloads folder");
      await allow_downloads(session, view.page);
      await line(/^On\b/);
      const { newest, missing } = (await core.ask({ type: "status" })).backups;
      assert.ok((await readFile(path.join(downloads, "Sparekey", newest.name))).length > 1000);
      assert.ok(!missing);
    });

    // Firefox lets no extension into a folder.
    if (kind === "chromium") test("a real folder takes files, is asked for again after its last page closed, and its absence is told", async () => {
      const folder = await make_folder("backups");
      await press("Another place or off");
      await press("Choose a folder");
      await choose_folder(session, folder);
      await allow_folder(session, view.page);
      await line(/only while Sparekey is open/);
      const { newest } = (await core.ask({ type: "status" })).backups;
      assert.deepEqual(await readdir(folder), [newest.name]);
      const written = await readFile(path.join(folder, newest.name));
      assert.equal(createHash("sha256").update(written).digest("hex"), newest.sha256);

      await view.close();
      await until("the browser to close the folder", async () => (await folder_permission(session)) === "prompt");
      core = await core_of(session, "#/recovery");
      ({ view } = core);
      await press("Back up now");
      await line(/Backups wait for one click/);
      await core.ask({ type: "lock" });
      await again(".locked-backups .backup-state");
      await line(/Backups wait for one click/, ".locked-backups");
      await core.enter(PASSWORD, known);
      await again("automatic-backups .backup-state");
      await press("Let Sparekey write there");
      await allow_folder(session, view.page);
      await line(/only while Sparekey is open/);
      assert.equal((await readdir(folder)).length, 2);

      // From the disk, by the drill.
      await view.evaluate((window) => (window.location.hash = "#/drill"));
      await view.press("page-drill button.primary");
      await view.shown("page-drill bundle-form way-entry");
      await show_way(view, "password", { password: PASSWORD });
      await view.shown("page-drill .drilled", { timeout: 60_000 });
      assert.match(await view.text_of("page-drill .drilled"), /Proven/);

      await view.evaluate((window) => (window.location.hash = "#/recovery"));
      await rm(folder, { recursive: true });
      await press("Back up now");
      await line(/Backups fail since[\s\S]*The folder is not there/);
      await view.screenshot(await out_file("places-chromium-folder-gone.png"));
    });
  });
}
