// A managed browser: what the organisation asks for holds in the core, and the user sees what it is and who says so.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { start_demo } from "../demo/server.mjs";
import { open_browser } from "./lib/browser.mjs";
import { EXECUTABLE as CHROMIUM } from "./lib/chromium.mjs";
import { account, core_of } from "./lib/core.mjs";
import { EXECUTABLE as FIREFOX } from "./lib/firefox.mjs";
import { kinds } from "./lib/kinds.mjs";
import { managed_browser } from "./lib/managed.mjs";
import { make_folder, out_file } from "./lib/paths.mjs";
import { allow_site, later, to_front, watched } from "./lib/permission.mjs";
import { sleep, until } from "./lib/process.mjs";
import { show_way } from "./lib/steps.mjs";
import { view_of } from "./lib/view.mjs";

const PASSWORD = "the right horse at the right time";
const STRICT = {
  organisation: "Acme Ltd",
  plainExport: false,
  automaticFilling: false,
  allowedSites: ["*.example.com"],
  lockAfterMinutes: 5,
  passMaxMinutes: 60,
  passwordMinLength: 30,
  misspelt: true,
};

/** The rules that the strict one has not. */
const MORE = {
  organisation: "Harbour Board",
  passwordMinBits: 60,
  kdfProfile: "pbkdf2",
  newWaysIn: ["pass", "shares"],
  codesIssuedBy: "administrator",
  passesIssuedBy: "user",
  passOneTimeOnly: true,
  backupEveryHours: 24,
  drillEveryDays: 30,
  logKeepDays: 90,
  importFormats: ["aegis", "2fas"],
};

/** Three words of our list and two blanks: 54 bits, long enough for us and not for 60. */
const WEAK = "pelican granite staple";

for (const kind of kinds()) {
  describe(`policy in ${kind}`, () => {
    let place, profile, session, core;

    const open = async () => {
      session = await open_browser(kind, { profile, executable: place.executable });
      core = await core_of(session);
    };
    const policy = async () => (await core.ask({ type: "status" })).policy;

    before(async () => {
      place = await managed_browser(kind, { chromium: CHROMIUM, firefox: FIREFOX }[kind], STRICT);
      if (!place) return;
      profile = await make_folder(kind);
      await open();
    });
    after(async () => {
      await session?.close();
      await place?.end();
    });

    test("rules are read from the browser's own policy, and held", async (t) => {
      if (!place) return t.skip("no right to place a policy file");
      // Chromium learns the schema of an extension that was just loaded, and tells of the policy after that.
      await until("the policy", async () => (await policy()).source === "managed");
      const { source, organisation, rules } = await policy();
      assert.deepEqual([source, organisation], ["managed", "Acme Ltd"]);
      assert.deepEqual(rules.map((rule) => [rule.key, rule.value, rule.problem]), [
        ["passwordMinLength", "30", null],
        ["lockAfterMinutes", "5", null],
        ["passMaxMinutes", "60", null],
        ["plainExport", "false", null],
        ["automaticFilling", "false", null],
        ["allowedSites", "*.example.com", null],
      ]);
      const { jobs } = await core.ask({ type: "plan-create", profile: "argon2id" });
      await assert.rejects(core.derive(jobs[0], "heron pickled awl 29 Tugs"), /weak-password/, "25 characters, where 30 are asked for");
      await core.enter(PASSWORD);
      const { ids } = await core.ask({ type: "add", forms: [account("Harbour", "JBSWY3DPEHPK3PXP")] });
      const refused = async (request) => (await core.answer(request)).code;
      assert.equal(await refused({ type: "reveal", id: ids[0] }), "policy-plain-export");
      const bind = (origin) => ({ type: "bind", id: ids[0], site: { origin, subdomains: false } });
      assert.equal(await refused(bind("https://elsewhere.example")), "policy-site");
      assert.equal(await refused(bind("https://login.example.com")), undefined);
      assert.equal(await refused({ type: "make-pass", form: { minutes: 120, start: null, once: true } }), "pass-too-long");
      assert.equal((await core.ask({ type: "status" })).settings.lockAfterMinutes, 5);
      assert.equal((await core.ask({ type: "codes" })).codes.length, 1);
    });

    test("a guest sees whose notes a bundle has, and not their text", async (t) => {
      if (!place) return t.skip("no right to place a policy file");
      const note = { format: "aegis", issuer: "Old VPN", account: "ada", kind: "motp", reason: "unsupported-type", text: '{"secret":"00ffee"}' };
      await core.ask({ type: "import", from: ["aegis"], items: [], kept: [note] });
      const { bundle } = await core.ask({ type: "export", key: null });
      const page = await session.extension_page("dashboard/dashboard.html#/guest");
      const guest = view_of(page);
      await guest.shown("drop-zone");
      await guest.evaluate((window, text) => {
        const bytes = window.Uint8Array.from(window.atob(text), (letter) => letter.charCodeAt(0));
        const files = new window.DataTransfer();
        files.items.add(new window.File([bytes], "mine.sparekey"));
        const input = window.document.querySelector("drop-zone input[type=file]");
        input.files = files.files;
        input.dispatchEvent(new window.Event("change", { bubbles: true }));
      }, bundle);
      await guest.shown("way-entry");
      await show_way(guest, "password", { password: PASSWORD });
      await guest.shown("kept-notes li", { timeout: 60_000 });
      assert.match(await guest.text_of("kept-notes"), /Old VPN/);
      assert.match(await guest.text_of("kept-notes"), /does not allow secrets to leave in the clear/);
      assert.match(await guest.text_of("kept-notes .policy-note"), /Acme Ltd/);
      assert.equal(await guest.evaluate((window) => window.document.querySelectorAll("kept-notes button").length), 0);
      await guest.screenshot(await out_file(`policy-${kind}-guest.png`));
      await guest.close();
    });

    test("the user sees what counts, who says so, and what is closed by it", async (t) => {
      if (!place) return t.skip("no right to place a policy file");
      const shows = async (route, selector, text, name) => {
        const view = view_of(await session.extension_page(`dashboard/dashboard.html${route}`));
        await view.shown(selector);
        await until(text, async () => (await view.text_of("main")).includes(text));
        await view.screenshot(await out_file(`policy-${kind}-${name}.png`));
        return view;
      };
      const page = await shows("#/policy", "page-policy tbody tr", "Acme Ltd", "page");
      // Chromium drops keys that are not in the schema before the extension sees them.
      if (kind === "firefox") assert.match(await page.text_of("main"), /misspelt/);
      await page.close();
      const exporting = await shows("#/export", "page-export .policy-note", "Acme Ltd", "export");
      const formats = await exporting.evaluate((window) => [...window.document.querySelectorAll("#export-format option")].map((each) => each.value));
      assert.ok(formats.length >= 5 && formats.every((id) => id.endsWith("encrypted")), formats.join());
      await exporting.close();
      const settings = await shows("#/settings", "page-settings .policy-note", "Acme Ltd", "settings");
      assert.equal(await settings.evaluate((window) => window.document.querySelector("#by-itself").disabled), true);
      await settings.press("page-settings section:nth-of-type(4) button");
      await settings.shown("new-password .phrase li");
      const phrase = () => settings.evaluate((window) => [...window.document.querySelectorAll(".phrase li")].map((each) => each.textContent).join(" "));
      assert.ok((await phrase()).length >= 30, await phrase());
      await settings.close();
    });

    test("a policy that contradicts itself closes new passes and nothing that is there", async (t) => {
      if (!place) return t.skip("no right to place a policy file");
      await place.change({ passMinMinutes: 60, passMaxMinutes: 30, plainExport: true });
      if (kind === "chromium") {
        // Told while it runs.
        await until("the new policy", async () => (await policy()).organisation === "", { timeout: 30_000 });
      } else {
        await session.close();
        await open();
      }
      assert.deepEqual((await policy()).rules.map((rule) => rule.problem), ["contradiction", "contradiction", null]);
      await core.enter(PASSWORD);
      assert.equal((await core.answer({ type: "make-pass", form: { minutes: 45, start: null, once: true } })).code, "policy-way");
      assert.equal((await core.ask({ type: "codes" })).codes.length, 1);
      const { entries } = await core.ask({ type: "list" });
      await core.enter_again(PASSWORD);
      assert.equal((await core.ask({ type: "reveal", id: entries[0].id })).type, "secret");
      assert.equal((await core.ask({ type: "export", key: null })).type, "bundle");
    });

    test("the log says so, can be narrowed down, and is saved as JSON lines", async (t) => {
      if (!place) return t.skip("no right to place a policy file");
      const view = view_of(await session.extension_page("dashboard/dashboard.html#/log"));
      await view.shown("page-log tbody tr");
      const rows = () => view.evaluate((window) => [...window.document.querySelectorAll("page-log tbody tr")].map((row) => row.innerText));
      const all = await rows();
      assert.ok(all.length >= 4, all.join(" | "));
      await view.screenshot(await out_file(`log-${kind}.png`));
      const text = await view.evaluate(async (window) => {
        const made = new Promise((resolve) => {
          // The file itself, without the download that would follow.
          window.HTMLAnchorElement.prototype.click = () => {};
          window.URL.createObjectURL = (blob) => (resolve(blob.text()), "about:blank#");
        });
        window.document.querySelector("page-log .page-head button").click();
        return made;
      });
      const lines = text.trim().split("\n").map((line) => JSON.parse(line));
      assert.deepEqual([lines.length, lines[0].what], [all.length, "vault-made"]);
      assert.ok(lines.filter((line) => line.what === "policy").length >= 1, text);
      assert.ok(lines.some((line) => line.what === "reveal" && line.name === "Harbour"), text);
      await view.enter("#log-search", "harbour");
      await until("fewer lines", async () => (await rows()).length < all.length);
      assert.ok((await rows()).every((row) => row.includes("Harbour")));
    });

    test("each of the other rules arrives as it was written, and is held", async (t) => {
      if (!place) return t.skip("no right to place a policy file");
      await place.change(MORE);
      if (kind === "chromium") {
        await until("the new policy", async () => (await policy()).organisation === MORE.organisation, { timeout: 30_000 });
      } else {
        await session.close();
        await open();
      }
      await core.ask({ type: "lock" });
      await core.enter(PASSWORD);
      const { source, rules, unknown } = await policy();
      assert.deepEqual([source, unknown], ["managed", []]);
      assert.deepEqual(rules.map((rule) => [rule.key, rule.value, rule.problem]), [
        ["passwordMinBits", "60", null],
        ["kdfProfile", "pbkdf2", null],
        ["newWaysIn", "pass, shares", null],
        ["codesIssuedBy", "administrator", null],
        ["passesIssuedBy", "user", null],
        ["passOneTimeOnly", "true", null],
        ["backupEveryHours", "24", null],
        ["drillEveryDays", "30", null],
        ["logKeepDays", "90", null],
        ["importFormats", "aegis, 2fas", null],
      ]);
      const code = async (request) => (await core.answer(request)).code;
      const pass = (once) => ({ type: "make-pass", form: { minutes: 60, start: null, once } });
      assert.equal(await code({ type: "make-codes", count: 5, add: false, key: null }), "policy-way");
      assert.equal(await code(pass(false)), "pass-once-only");
      assert.equal((await core.ask(pass(true))).type, "pass");
      assert.equal((await core.ask({ type: "make-shares", threshold: 2, count: 3, emergency: false })).type, "shares");
      assert.equal(await code({ type: "import", from: ["ente"], items: [], kept: [] }), "policy-import");
      assert.notEqual(await code({ type: "import", from: ["aegis"], items: [], kept: [] }), "policy-import");
      const { jobs } = await core.ask({ type: "plan-export", profile: "argon2id" });
      assert.deepEqual(jobs.map(({ params, rule }) => [params.kdf, rule.bits]), [["pbkdf2", 60]]);
      await assert.rejects(core.derive(jobs[0], WEAK), /weak-password/, "fewer than 60 bits");
      const view = view_of(await session.extension_page("dashboard/dashboard.html#/policy"));
      await view.shown("page-policy tbody tr");
      assert.equal(await view.evaluate((window) => window.document.querySelectorAll("page-policy tbody tr").length), rules.length);
      await view.screenshot(await out_file(`policy-${kind}-more.png`));
      await view.close();
    });
  });

  // Firefox reads a policy when it starts, and forgets then what it allowed to an add-on that was loaded for a test.
  if (kind === "chromium") describe(`a policy without filling by itself in ${kind}`, () => {
    let place, session, demo;

    before(async () => {
      place = await managed_browser(kind, CHROMIUM, { organisation: "Acme Ltd" });
      if (!place) return;
      demo = await start_demo();
      session = await open_browser(kind, { profile: await make_folder(kind), executable: place.executable, headed: true });
    });
    after(async () => {
      await session?.close();
      await place?.end();
      await demo?.stop();
    });

    test("stops what was chosen before it came, and no press; gone, the choice counts again", async (t) => {
      if (!place) return t.skip("no right to place a policy file");
      const core = await core_of(session);
      const automatic = async () => (await core.ask({ type: "status" })).policy.automatic;
      const value = (page) => page.$eval("[name=code]", (field) => field.value);
      const comes = (page) => until("the code", async () => /^\d{6}$/.test(await value(page)));
      const pressed = async (page) => {
        const popup = await session.press_button(page);
        await popup.press(".on-page .row-main");
        return popup;
      };
      const arrive = async () => {
        await later(session, 61_000);
        const page = await session.page(`${demo.url}/code`);
        await to_front(session, page);
        return page;
      };
      await core.enter(PASSWORD);
      const sites = [{ origin: demo.url, subdomains: false }];
      await core.ask({ type: "add", forms: [account("Demo Harbour", "JBSWY3DPEHPK3PXP", { sites })] });
      const first = await session.page(`${demo.url}/code`);
      const popup = await pressed(first);
      await popup.shown("popup-offer .primary");
      await popup.click_really("popup-offer .primary");
      await allow_site(session, popup, "http://127.0.0.1/*");
      await until("the site to be watched", async () => (await watched(session)).length === 1);
      await first.close();
      const before = await arrive();
      await comes(before);
      await before.close();

      await place.change({ organisation: "Acme Ltd", automaticFilling: false });
      await until("the policy", async () => !(await automatic()), { timeout: 30_000 });
      await until("nothing to be watched", async () => (await watched(session)).length === 0);
      const under = await arrive();
      await sleep(1_500);
      assert.equal(await value(under), "");
      const last = await pressed(under);
      await comes(under);
      await until("the popup to close, without an offer", async () => !(await last.is_open()));
      await under.close();

      await place.change({ organisation: "Acme Ltd" });
      await until("the policy", automatic, { timeout: 30_000 });
      await until("the site to be watched", async () => (await watched(session)).length === 1);
      const again = await arrive();
      await comes(again);
      await again.close();
    });
  });

  describe(`no policy in ${kind}`, () => {
    let session;
    after(() => session?.close());

    test("a browser that nobody manages has no rules, and says so", async () => {
      session = await open_browser(kind);
      const core = await core_of(session);
      const none = async () => {
        const { source, organisation, rules, automatic } = (await core.ask({ type: "status" })).policy;
        assert.deepEqual([source, organisation, rules, automatic], ["none", "", [], true]);
      };
      await none();
      await core.enter(PASSWORD);
      await none();
      const { jobs } = await core.ask({ type: "plan-export", profile: "argon2id" });
      assert.deepEqual(jobs.map(({ params }) => params.kdf), ["argon2id"]);
      assert.ok(await core.derive(jobs[0], WEAK), "what we ask for ourselves is less");
      assert.equal((await core.ask({ type: "make-codes", count: 5, add: false, key: null })).type, "recovery-codes");
    });
  });
}
