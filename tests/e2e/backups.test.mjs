// Backups by themselves: into the downloads folder, on a disk that is full, and their state as the user sees it, also
// while locked. Folders, and the browser's own windows: `places.test.mjs`.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { account, core_of } from "./lib/core.mjs";
import { open_with_downloads, small_disk } from "./lib/downloads.mjs";
import { kinds } from "./lib/kinds.mjs";
import { make_folder, out_file } from "./lib/paths.mjs";
import { until } from "./lib/process.mjs";

const PASSWORD = "a long password for tests";
const SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

for (const kind of kinds()) {
  describe(`backups in ${kind}`, { timeout: 180_000 }, () => {
    let session, core, view, downloads, disk;

    before(async () => {
      downloads = await make_folder("downloads");
      disk = await small_disk(downloads, 512);
      session = await open_with_downloads(kind, downloads);
      core = await core_of(session, "#/recovery");
      ({ view } = core);
      await core.enter(PASSWORD);
      await core.ask({ type: "add", forms: [account("First", SECRET)] });
      await view.evaluate((window) => window.location.reload());
      await view.shown("automatic-backups .backup-state");
    });

    after(async () => {
      await session?.close();
      await disk?.remove();
      await rm(downloads, { recursive: true, force: true });
    });

    const files = async () => (await readdir(path.join(downloads, "Sparekey")).catch(() => [])).filter((name) => name.endsWith(".sparekey"));
    const backups = async () => (await core.ask({ type: "status" })).backups;
    const line = async (pattern) => {
      try {
        await until(String(pattern), async () => pattern.test(await view.text_of("automatic-backups .backup-state")));
      } catch (error) {
        throw new Error(`${error.message}; the page says: ${await view.text_of("automatic-backups")}`, { cause: error });
      }
    };
    /** A real press: Firefox asks for nothing without one. */
    const press = async (words) => {
      await until(words, () => view.evaluate((window, wanted) => {
        const found = [...window.document.querySelectorAll("automatic-backups button")].find((button) => button.innerText.trim() === wanted && !button.disabled);
        found?.setAttribute("data-press", "");
        return !!found;
      }, words));
      await view.click("[data-press]");
      await view.evaluate((window) => window.document.querySelector("[data-press]")?.removeAttribute("data-press"));
    };

    test("off says what is missing, and one press writes the first file", async () => {
      await line(/^Off/);
      await view.screenshot(await out_file(`backups-${kind}-off.png`));
      await press("Use the downloads folder");
      await line(/^On\b/);
      const { newest } = await backups();
      assert.deepEqual(await files(), [newest.name]);
      const bytes = await readFile(path.join(downloads, "Sparekey", newest.name));
      assert.equal(createHash("sha256").update(bytes).digest("hex"), newest.sha256);
      assert.match(newest.name, /^sparekey-\d{4}-\d\d-\d\d-\d{6}-[0-9a-f]{8}-[0-9a-f]{8}\.sparekey$/);
      assert.equal(await session.background(async () => (await chrome.downloads.search({})).length), 0, "the list of downloads is clean");
    });

    // Where nobody may mount a small disk, a folder that takes no file stands in.
    test("a full disk is told, and room makes it good", async () => {
      const make_room = await (disk ? fill_disk() : block_folder());
      await press("Back up now");
      await line(/Backups fail since/);
      const { state, trouble } = await backups();
      // Firefox tells extensions no more than that it failed.
      assert.ok(state === "failing" && ["disk-full", "failed", "not-the-same"].includes(trouble), `${state} ${trouble}`);
      if (kind === "chromium" && disk) assert.equal(trouble, "disk-full");
      await view.screenshot(await out_file(`backups-${kind}-full.png`));
      await make_room();
      await press("Try again");
      await line(/^On\b/);
    });

    const fill_disk = async () => {
      const filler = path.join(downloads, "filler");
      await writeFile(filler, Buffer.alloc(1024 * 1024)).catch(() => {});
      return () => rm(filler);
    };
    /** A file has the folder's name. */
    const block_folder = async () => {
      const folder = path.join(downloads, "Sparekey");
      await rename(folder, `${folder}.aside`);
      await writeFile(folder, "");
      return async () => {
        await rm(folder);
        await rename(`${folder}.aside`, folder);
      };
    };

    test("while locked it goes on, and the state is seen", async () => {
      const before = (await files()).length;
      await core.ask({ type: "lock" });
      const { backups: locked } = await core.ask({ type: "back-up-now" });
      assert.equal(locked.state, "on");
      assert.equal((await files()).length, before + 1);
      await view.evaluate((window) => window.location.reload());
      await view.shown(".locked-backups .backup-state.well");
      assert.match(await view.text_of(".locked-backups"), /All accounts are in it/);
      await view.screenshot(await out_file(`backups-${kind}-locked.png`));
      await core.enter(PASSWORD);
      const { backup } = await core.ask({ type: "status" });
      assert.equal(backup.missing, 0);
      await view.evaluate((window) => window.location.reload());
      await view.shown("automatic-backups .backup-state.well");
    });
  });
}
