// An organisation's key: asked for by the policy at the unlock, agreed to, in a backup that the native tool opens; and a helpdesk
// bundle, restored in an empty browser with its pass.
import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { open_browser } from "./lib/browser.mjs";
import { EXECUTABLE as CHROMIUM } from "./lib/chromium.mjs";
import { account, core_of } from "./lib/core.mjs";
import { EXECUTABLE as FIREFOX } from "./lib/firefox.mjs";
import { kinds } from "./lib/kinds.mjs";
import { managed_browser } from "./lib/managed.mjs";
import { make_folder, out_file } from "./lib/paths.mjs";
import { until } from "./lib/process.mjs";
import { show_way } from "./lib/steps.mjs";
import { sparekey } from "./lib/tool.mjs";
import { view_of } from "./lib/view.mjs";

const PASSWORD = "the right horse at the right time";
const KEY = ["--escrow-key", "acme.escrow", "--password-file", "password.txt"];

for (const kind of kinds()) {
  describe(`escrow in ${kind}`, () => {
    let folder, place, session, core, key;

    before(async () => {
      folder = await make_folder("escrow");
      await writeFile(path.join(folder, "password.txt"), "the safe on the second floor\n");
      key = await sparekey(folder, "escrow", "new", "--name", "Acme helpdesk", "--out", "acme.escrow", "--password-file", "password.txt");
      const policy = { organisation: "Acme Ltd", ...key.policy, backupDestination: "the folder Backups on drive S:" };
      place = await managed_browser(kind, { chromium: CHROMIUM, firefox: FIREFOX }[kind], policy);
      if (!place) return;
      session = await open_browser(kind, { headed: false, executable: place.executable });
      core = await core_of(session);
      await until("the policy", async () => (await core.ask({ type: "status" })).policy.source === "managed");
      await core.enter(PASSWORD);
      await core.ask({ type: "add", forms: [account("Harbour", "JBSWY3DPEHPK3PXP")] });
    });
    after(async () => {
      await session?.close();
      await place?.end();
      await rm(folder, { recursive: true, force: true });
    });

    const bundle = async (name) => writeFile(path.join(folder, name), Buffer.from((await core.ask({ type: "export", key: null })).bundle, "base64"));

    test("the user sees the name and the words, agrees, and every backup from then on says so", async (t) => {
      if (!place) return t.skip("no right to place a policy file");
      await bundle("before.sparekey");
      const view = view_of(await session.extension_page("dashboard/dashboard.html#/readiness"));
      await view.shown("page-escrow .escrow-words");
      assert.equal(await view.text_of(".escrow-words"), key.words);
      assert.equal(await view.text_of(".escrow-name"), "Acme helpdesk");
      assert.match(await view.text_of("main"), /every backup that you write from now on[\s\S]*drive S:/);
      await view.screenshot(await out_file(`escrow-${kind}-asked.png`));
      assert.equal(await view.evaluate((window) => window.document.querySelector(".escrow-agree").disabled), true);
      await view.press(".escrow-compared");
      await view.press(".escrow-agree");
      await view.shown(".ready-bundles .party");
      assert.match(await view.text_of(".ready-bundles"), /Acme helpdesk/);
      await bundle("after.sparekey");
      // What another page made is seen when it is looked at again.
      await view.page.reload();
      await view.shown(".ready-bundles .party");
      await until("the new file", async () => /Opened by: Password and An administrator's key: Acme helpdesk/.test(await view.text_of(".ready-bundles")));
      await view.screenshot(await out_file(`escrow-${kind}-readiness.png`));
      await view.close();
      assert.equal((await sparekey(folder, "escrow", "open", "before.sparekey", ...KEY)).error, "no-escrow");
      const { entries } = await sparekey(folder, "escrow", "open", "after.sparekey", ...KEY);
      assert.deepEqual(entries.map((entry) => [entry.issuer, entry.secret]), [["Harbour", "JBSWY3DPEHPK3PXP"]]);
    });

    test("a helpdesk bundle is restored with its pass, and the screen says who issued it", async (t) => {
      if (!place) return t.skip("no right to place a policy file");
      const made = await sparekey(folder, "escrow", "reissue", "after.sparekey", ...KEY, "--by", "Grace", "--out", "for-ada.sparekey");
      assert.equal(made.error, null);
      const lost = await open_browser(kind, { headed: false });
      try {
        const view = view_of(await lost.extension_page("dashboard/dashboard.html#/restore"));
        await view.page.waitForSelector("drop-zone input[type=file]");
        await (await view.page.$("drop-zone input[type=file]")).uploadFile(path.join(folder, "for-ada.sparekey"));
        await view.shown("page-restore .issued");
        assert.match(await view.text_of("page-restore .issued"), /Issued by Acme helpdesk \(Grace\)[\s\S]*So the file says/);
        await show_way(view, "code", { code: made.pass });
        await view.shown("page-restore .plan .issued", { timeout: 60_000 });
        await view.shown("page-restore new-password .phrase li");
        const words = await view.evaluate((window) => [...window.document.querySelectorAll(".phrase li")].map((word) => word.textContent.trim()).join(" "));
        await view.screenshot(await out_file(`escrow-${kind}-restore.png`));
        await view.press("page-restore new-password .primary");
        await view.enter("page-restore new-password password-field input", words);
        await view.press("page-restore > .buttons .primary");
        await view.shown("page-verify .issued", { timeout: 60_000 });
        assert.match(await view.text_of("page-verify"), /Harbour[\s\S]*Issued by Acme helpdesk|Issued by Acme helpdesk[\s\S]*Harbour/);
        await view.screenshot(await out_file(`escrow-${kind}-restored.png`));
      } finally {
        await lost.close();
      }
    });
  });
}
