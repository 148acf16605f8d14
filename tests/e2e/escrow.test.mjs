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
import { fill_in, show_way } from "./lib/steps.mjs";
import { sparekey } from "./lib/tool.mjs";
import { view_of } from "./lib/view.mjs";

const PASSWORD = "the right horse at the right time";
const KEY = ["--escrow-key", "acme.escrow", "--password-file", "password.txt"];

for (const kind of kinds()) {
  describe(`escrow in ${kind}`, () => {
    let folder, profile, place, session, core, key, policy;

    const open = async () => {
      session = await open_browser(kind, { headed: false, profile, executable: place.executable });
      core = await core_of(session);
    };

    before(async () => {
      folder = await make_folder("escrow");
      await writeFile(path.join(folder, "password.txt"), "the safe on the second floor\n");
      key = await sparekey(folder, "escrow", "new", "--name", "Acme helpdesk", "--out", "acme.escrow", "--password-file", "password.txt");
      policy = { organisation: "Acme Ltd", ...key.policy, escrowRequired: true, backupDestination: "the folder Backups on drive S:" };
      place = await managed_browser(kind, { chromium: CHROMIUM, firefox: FIREFOX }[kind], policy);
      if (!place) return;
      profile = await make_folder(`${kind}-escrow`);
      await open();
      await until("the policy", async () => (await core.ask({ type: "status" })).policy.source === "managed");
      await core.enter(PASSWORD);
      await core.ask({ type: "add", forms: [account("Harbour", "JBSWY3DPEHPK3PXP")] });
    });
    after(async () => {
      await session?.close();
      await place?.end();
      for (const each of [folder, profile].filter(Boolean)) await rm(each, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    });

    /** What a person's hand gives. */
    const give = async (view, selector, name) => {
      await view.page.waitForSelector(selector);
      await (await view.page.$(selector)).uploadFile(path.join(folder, name));
    };
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
      await view.evaluate((window) => {
        window.before = true;
        window.location.reload();
      });
      await until("the page anew", () => view.evaluate((window) => !window.before).catch(() => false));
      await view.shown(".ready-bundles .party");
      await until("the new file", async () => /Opened by: Password and Key of Acme helpdesk/.test(await view.text_of(".ready-bundles")));
      await view.screenshot(await out_file(`escrow-${kind}-readiness.png`));
      // In the extension too, by the key's file and its password.
      const guest = view_of(await session.extension_page("dashboard/dashboard.html#/escrow"));
      await guest.shown(".escrow-now .party");
      await guest.evaluate((window) => {
        window.location.hash = "#/guest";
      });
      await give(guest, "drop-zone input[type=file]", "after.sparekey");
      await guest.shown("page-guest .parties");
      await until("the other way", () => guest.evaluate((window) => {
        [...window.document.querySelectorAll("way-entry button.link")].find((link) => link.innerText === "Use an administrator's key")?.click();
        return !!window.document.querySelector("way-entry input[type=file]");
      }));
      await give(guest, "way-entry input[type=file]", "acme.escrow");
      await fill_in(guest, "way-entry password-field input", "the safe on the second floor");
      await guest.press("page-guest form button[type=submit]");
      await guest.shown("page-guest otp-code", { timeout: 60_000 });
      await guest.close();
      await view.close();
      assert.equal((await sparekey(folder, "escrow", "open", "before.sparekey", ...KEY)).error, "no-escrow");
      const { entries } = await sparekey(folder, "escrow", "open", "after.sparekey", ...KEY);
      assert.deepEqual(entries.map((entry) => [entry.issuer, entry.secret]), [["Harbour", "JBSWY3DPEHPK3PXP"]]);
    });

    test("another key in its place: the words and the password, and every way in is made anew", async (t) => {
      if (!place) return t.skip("no right to place a policy file");
      const other = await sparekey(folder, "escrow", "new", "--name", "Acme helpdesk", "--out", "other.escrow", "--password-file", "password.txt");
      // Chromium is told of a changed policy while it runs, Firefox reads it when it starts.
      if (kind === "firefox") await session.close();
      await place.change({ ...policy, ...other.policy });
      if (kind === "firefox") {
        await open();
        await core.enter(PASSWORD);
      }
      await until("the other key", async () => (await core.ask({ type: "status" })).escrow?.state === "changed", { timeout: 30_000 });
      const view = view_of(await session.extension_page("dashboard/dashboard.html#/escrow"));
      await view.shown(".escrow-change input");
      assert.equal(await view.text_of(".escrow-words"), other.words);
      assert.match(await view.text_of(".escrow-change"), /with your yes the vault gets a new key[\s\S]*become void/);
      await view.screenshot(await out_file(`escrow-${kind}-changed.png`));
      await view.press(".escrow-compared");
      await fill_in(view, ".escrow-change input", PASSWORD);
      await view.press(".escrow-agree");
      await view.shown("page-left", { timeout: 60_000 });
      await bundle("changed.sparekey");
      assert.equal((await sparekey(folder, "escrow", "open", "changed.sparekey", ...KEY)).error, "wrong-escrow-key");
      const { entries } = await sparekey(folder, "escrow", "open", "changed.sparekey", "--escrow-key", "other.escrow", ...KEY.slice(2));
      assert.deepEqual(entries.map((entry) => entry.issuer), ["Harbour"]);
      await view.close();
    });

    test("taken back with the password, everything else is made anew, and that it is required is said and closes nothing", async (t) => {
      if (!place) return t.skip("no right to place a policy file");
      const view = view_of(await session.extension_page("dashboard/dashboard.html#/escrow"));
      await view.press(".escrow-withdraw");
      await view.shown(".escrow-back input");
      assert.match(await view.text_of(".escrow-back"), /your password a new lock[\s\S]*become void/);
      await view.screenshot(await out_file(`escrow-${kind}-back.png`));
      await fill_in(view, ".escrow-back input", "not the password of this");
      await view.press(".escrow-back button[type=submit]");
      await until("a refusal", async () => /not the password|wrong/i.test(await view.text_of(".escrow-back [role=alert]")), { timeout: 60_000 });
      await fill_in(view, ".escrow-back input", PASSWORD);
      await view.press(".escrow-back button[type=submit]");
      await view.shown("#left-renew", { timeout: 60_000 });
      assert.match(await view.text_of("page-left"), /Delete old bundles where they lie/);
      await bundle("back.sparekey");
      assert.equal((await sparekey(folder, "escrow", "open", "back.sparekey", ...KEY)).error, "no-escrow");
      for (const page of ["readiness", "policy"]) {
        await view.evaluate((window, to) => {
          window.location.hash = `#/${to}`;
        }, page);
        await view.shown(`page-${page} .escrow-missing`);
        assert.match(await view.text_of(`page-${page} .escrow-missing`), /Acme helpdesk wants its key[\s\S]*Nothing is closed to you/);
      }
      await view.screenshot(await out_file(`escrow-${kind}-missing.png`));
      assert.equal((await core.ask({ type: "codes" })).codes.length, 1);
      await view.close();
    });

    test("a helpdesk bundle is restored with its pass, and the screen says who issued it", async (t) => {
      if (!place) return t.skip("no right to place a policy file");
      const made = await sparekey(folder, "escrow", "reissue", "after.sparekey", ...KEY, "--by", "Grace", "--out", "for-ada.sparekey");
      assert.equal(made.error, null);
      const lost = await open_browser(kind, { headed: false });
      try {
        const view = view_of(await lost.extension_page("dashboard/dashboard.html#/restore"));
        await give(view, "drop-zone input[type=file]", "for-ada.sparekey");
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
