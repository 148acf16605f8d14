// An emergency account: closed everywhere, opened on its page by a reason and the password, and loud afterwards; its bundle with
// shares and codes of its own; what is left of them, and of passkeys, when someone left; and a waiting time, from the asking to the code.
import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { authenticator } from "./lib/authenticator.mjs";
import { open_browser } from "./lib/browser.mjs";
import { account, core_of } from "./lib/core.mjs";
import { open_kit } from "./lib/kit.mjs";
import { kinds } from "./lib/kinds.mjs";
import { make_folder, out_file } from "./lib/paths.mjs";
import { until } from "./lib/process.mjs";
import { later } from "./lib/permission.mjs";
import { fill_in, show_way, unlock } from "./lib/steps.mjs";
import { view_of } from "./lib/view.mjs";

const PASSWORD = "the right horse at the right time";

for (const kind of kinds()) {
  describe(`an emergency account in ${kind}`, () => {
    let session, core, view, id, folder, shares, file, printed, file_with_codes;

    before(async () => {
      folder = await make_folder("emergency");
      session = await open_browser(kind);
      core = await core_of(session);
      await core.enter(PASSWORD);
      ({ ids: [id] } = await core.ask({ type: "add", forms: [account("Entra", "JBSWY3DPEHPK3PXP", { account: "glass@org.example" }), account("Daily", "GEZDGNBVGY3TQOJQ")] }));
      view = view_of(await session.extension_page(`dashboard/dashboard.html#/entry/${id}`));
    });
    after(async () => {
      await session?.close();
      await rm(folder, { recursive: true, force: true });
    });

    const codes = () => view.evaluate((window) => window.document.querySelectorAll("otp-code").length);

    test("made one on its page, it shows no code there nor in the list", async () => {
      await view.shown("emergency-card button");
      await until("its code", async () => (await codes()) === 1);
      await view.press("emergency-card button");
      await view.shown("#emergency-reason");
      await until("no code", async () => (await codes()) === 0);
      await view.screenshot(await out_file(`emergency-${kind}-closed.png`));
      assert.equal((await core.answer({ type: "reveal", id })).code, "emergency-entry");
      const list = view_of(await session.extension_page("dashboard/dashboard.html#/"));
      await list.shown("page-accounts .row .mark-warn");
      await until("the daily one alone", () => list.evaluate((window) => window.document.querySelectorAll("otp-code").length === 1));
      await list.close();
    });

    test("a reason and the password open it, and the dashboard says so until it was seen", async () => {
      await view.enter("#emergency-reason", "the yearly drill");
      await view.press("emergency-card form button");
      await view.shown("second-unlock input");
      await view.enter("second-unlock input", PASSWORD);
      await view.press("second-unlock button[type=submit]");
      await until("its code", async () => (await codes()) === 1, { timeout: 60_000 });
      await until("the notice", async () => (await view.text_of("main")).includes("the yearly drill"));
      await view.screenshot(await out_file(`emergency-${kind}-open.png`));
      await view.press(".banner-warn button");
      await until("no notice", async () => !(await view.text_of("main")).includes("the yearly drill"));
      const { lines } = await core.ask({ type: "log" });
      assert.ok(lines.some((line) => line.what === "emergency-opened" && line.entry === id));
    });

    const words = (selector) => view.evaluate((window, at) => window.document.querySelector(at)?.innerText ?? "", selector);
    const press_words = (wanted, inside = "main") =>
      until(`the button ${wanted}`, () =>
        view.evaluate((window, text, scope) => {
          const found = [...window.document.querySelectorAll(`${scope} :is(button, a)`)].find((button) => button.innerText.trim() === text && !button.disabled);
          found?.click();
          return !!found;
        }, wanted, inside));
    /** What would open emergency accounts elsewhere is made after the password, unless that was just typed. @returns {Promise<boolean>} whether it was asked for */
    const second_unlock = async (done = async () => !!(await words("key-shares[emergency] .sheet"))) => {
      const asks = () => view.evaluate((window) => !!window.document.querySelector("dialog second-unlock input"));
      await until("what was asked for, or the password", async () => (await asks()) || (await done()));
      if (!(await asks())) return false;
      await view.enter("dialog second-unlock input", PASSWORD);
      await view.press("dialog second-unlock button[type=submit]");
      return true;
    };
    /** Types two words of each sheet back; gives all words. */
    const type_back = async () => {
      await view.shown("key-shares[emergency] .sheet");
      const sheets = await view.evaluate((window) => [...window.document.querySelectorAll("key-shares[emergency] .sheet-words")].map((sheet) => [...sheet.children].map((word) => word.textContent)));
      assert.match(await words("key-shares[emergency] .sheet"), /emergency share 1 of 3[\s\S]*begins with sparekey-emergency/);
      for (const [at, sheet] of sheets.entries()) {
        await until(`sheet ${at + 1}`, async () => (await words("key-shares[emergency] .sheet-back h3")) === `Sheet ${at + 1} of 3`);
        for (const n of [0, 1]) {
          const label = await words(`key-shares[emergency] label[for=share-word-${n}]`);
          await fill_in(view, `key-shares[emergency] #share-word-${n}`, sheet[Number(label.replace("Word ", "")) - 1]);
        }
        await view.press("key-shares[emergency] .sheet-back button[type=submit]");
      }
      return sheets.map((sheet) => sheet.join(" "));
    };
    const go = (route) =>
      view.evaluate((window, to) => {
        window.location.hash = to;
      }, route);
    const add_passkey = async (route, name) => {
      await go(route);
      await view.press("passkey-card .passkey-add");
      await fill_in(view, "#passkey-name", name);
      await view.press("passkey-card form button.primary");
      await until("the passkey", () => view.evaluate((window) => !window.document.querySelector("passkey-card form")));
    };
    /** The file as the button saves it. */
    const save_file = async (name) => {
      await press_words("Save the emergency bundle");
      await until("the file", () => view.evaluate((window) => !!window.saved));
      const file = path.join(folder, name);
      const text = await view.evaluate(async (window) => {
        const body = await window.saved.text();
        window.saved = undefined;
        return body;
      });
      await writeFile(file, text);
      return file;
    };
    /** In a fresh instance that knows no vault: whose accounts come out, or what is said. */
    const open_elsewhere = async (file, shares) => {
      const other = await session.extension_page("dashboard/dashboard.html#/guest");
      const guest = view_of(other);
      await other.waitForSelector("bundle-picker input[type=file]");
      await (await other.$("bundle-picker input[type=file]")).uploadFile(file);
      await guest.shown("way-entry");
      await show_way(guest, "shares", { shares: [shares[2], shares[0]] });
      let said = "";
      await until("an answer", async () => {
        // Its list is drawn after its heading.
        said = await guest.evaluate((window) => window.document.querySelector(".guest:has(otp-code, li), bundle-form [role=alert]:not(:empty)")?.innerText ?? "");
        return said !== "";
      });
      await guest.close();
      return said;
    };

    test("the emergency bundle: offered, its shares typed back, saved, and opened elsewhere by two of them", async () => {
      await view.press("emergency-card .offer a");
      await view.shown("emergency-bundle");
      await view.evaluate((window) => {
        window.URL.createObjectURL = (blob) => {
          window.saved = blob;
          return "blob:none";
        };
      });
      await press_words("Make shares", "key-shares");
      await press_words("Make shares", "key-shares form");
      await second_unlock();
      shares = await type_back();
      await until("the shares to be kept", async () => /Any 2 of 3 sheets open the emergency bundle/.test(await words("key-shares[emergency]")));
      file = await save_file("sparekey-emergency-before.sparekey");
      await until("it to be saved", async () => /Saved by hand/.test(await words("emergency-bundle")));
      await view.screenshot(await out_file(`emergency-${kind}-bundle.png`));
      const said = await open_elsewhere(file, shares);
      assert.match(said, /1 account[\s\S]*Entra/);
      assert.doesNotMatch(said, /Daily/);
    });

    /** In a fresh instance that knows no vault: whose accounts come out by a code, with one code shown, or what is said. */
    const open_by_code = async (from, code) => {
      const guest = view_of(await session.extension_page("dashboard/dashboard.html#/guest"));
      await (await guest.page.waitForSelector("bundle-picker input[type=file]")).uploadFile(from);
      await guest.shown("way-entry");
      const asked = () => guest.evaluate((window) => !!window.document.querySelector("way-entry code-field") || [...window.document.querySelectorAll("way-entry button.link")].some((link) => /code/.test(link.innerText)));
      if (!(await asked())) {
        await guest.close();
        return "asks for no code";
      }
      await show_way(guest, "code", { code });
      let said = "";
      await until("an answer", async () => {
        said = await guest.evaluate((window) => window.document.querySelector(".guest:has(otp-code, li), bundle-form [role=alert]:not(:empty)")?.innerText ?? "");
        return said !== "";
      });
      if (await guest.evaluate((window) => !!window.document.querySelector(".guest"))) {
        await guest.press("bundle-codes li button");
        await until("its code", () => guest.evaluate((window) => /^\d{6}$/.test(window.document.querySelector("bundle-codes otp-code")?.code ?? "")));
      }
      await guest.close();
      return said;
    };

    test("its codes: made, one typed back, and the file opens by each of them and by no other code", async () => {
      await view.page.bringToFront();
      await go("#/emergency");
      await press_words("Make recovery codes", "emergency-codes");
      await second_unlock(async () => !!(await words("emergency-codes .sheet")));
      await view.shown("emergency-codes .sheet");
      printed = await view.evaluate((window) => [...window.document.querySelectorAll("emergency-codes .sheet-code")].map((code) => [...code.children].map((half) => half.textContent).join("-")));
      assert.equal(printed.length, 5);
      assert.ok(printed.every((code) => /^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/.test(code)), printed.join());
      assert.match(await words("emergency-codes .sheet"), /Sparekey emergency codes[\s\S]*begins with sparekey-emergency/);
      await view.screenshot(await out_file(`emergency-${kind}-codes.png`));
      const mistyped = `${printed[3].slice(0, -1)}${printed[3].endsWith("7") ? "8" : "7"}`;
      await fill_in(view, "emergency-codes code-field input", mistyped);
      await press_words("I have them", "emergency-codes");
      await until("the mistake", async () => /has a mistake/.test(await words("emergency-codes")));
      await fill_in(view, "emergency-codes code-field input", printed[3].toLowerCase());
      await press_words("I have them", "emergency-codes");
      const kept = async () => /Each of 5 codes opens the emergency bundle/.test(await words("emergency-codes"));
      await second_unlock(kept);
      await until("the codes to be kept", kept, { timeout: 60_000 });
      assert.match(await words("emergency-bundle"), /5 codes/);
      file_with_codes = await save_file("sparekey-emergency-codes.sparekey");
      for (const code of [printed[0], printed[3]]) {
        const said = await open_by_code(file_with_codes, code);
        assert.match(said, /1 account[\s\S]*Entra/);
        assert.doesNotMatch(said, /Daily/);
      }
      assert.equal(await open_by_code(file, printed[0]), "asks for no code", "the file from before has none");
      const { codes: elsewhere } = await core.ask({ type: "make-emergency-codes", count: 5 });
      assert.match(await open_by_code(file_with_codes, elsewhere[0].code), /No recovery code or pass like this/, "shown, and never typed back");
      assert.match(await open_elsewhere(file_with_codes, shares), /Entra/, "the shares go on");
      // They open nothing of the vault itself.
      const { bundle } = await core.ask({ type: "export", key: null });
      assert.equal((await core.answer({ type: "plan-restore", bundle, way: { kind: "code", code: printed[0], keys: [] } })).code, "wrong-code");
      await view.page.bringToFront();
    });

    test("a bundle of the whole vault lists it last, in the kit and for a guest, and shows its code after a press", async () => {
      const bundle = path.join(folder, "all.sparekey");
      await writeFile(bundle, Buffer.from((await core.ask({ type: "export", key: null })).bundle, "base64"));
      const guest = view_of(await session.extension_page("dashboard/dashboard.html#/guest"));
      const { view: kit } = await open_kit(session, folder);
      for (const [name, opened] of Object.entries({ guest, kit })) {
        await opened.page.bringToFront();
        await (await opened.page.waitForSelector("bundle-picker input[type=file]")).uploadFile(bundle);
        await opened.shown("way-entry");
        await show_way(opened, "password", { password: PASSWORD });
        await opened.shown("bundle-codes otp-code", { timeout: 60_000 });
        const rows = () => opened.evaluate((window) => [...window.document.querySelectorAll("bundle-codes li")].map((row) => [row.querySelector(".issuer").innerText, !!row.querySelector(".mark-warn"), !!row.querySelector("otp-code")]));
        assert.deepEqual(await rows(), [["Daily", false, true], ["Entra", true, false]], name);
        await opened.screenshot(await out_file(`emergency-${kind}-${name}.png`));
        await opened.press("bundle-codes li:last-child button");
        await until("its code", async () => (await rows())[1][2]);
        assert.equal(await opened.evaluate((window) => !!window.document.activeElement.closest("bundle-codes li:last-child")), true, "the focus stays in the row");
        await opened.screenshot(await out_file(`emergency-${kind}-${name}-shown.png`));
        await opened.close();
      }
    });

    test("someone left: the former shares open the former file and not the new one, and passkeys are added anew", async () => {
      const device = kind === "chromium" ? await authenticator(view.page) : undefined;
      if (device) await add_passkey("#/ways", "this laptop");
      await go("#/emergency");
      await press_words("What will happen");
      await view.shown("void-sheets password-field input");
      await view.screenshot(await out_file(`emergency-${kind}-left.png`));
      await fill_in(view, "void-sheets password-field input", PASSWORD);
      await press_words("Make everything void");
      await until("it to be done", async () => /Make the new sheets/.test(await words("#left-renew")), { timeout: 60_000 });
      assert.match(await words("emergency-bundle"), /Nothing opens it now/);
      await press_words("Make shares", "key-shares[emergency]");
      await press_words("Make shares", "key-shares[emergency] form");
      assert.equal(await second_unlock(), true, "the former one ended with who left");
      const next = await type_back();
      if (device) {
        await until("the next step", async () => /Your passkeys, added again/.test(await words("#left-renew ~ .steps li:not(.done)")));
        assert.deepEqual((await core.ask({ type: "status" })).passkeys ?? [], [], "the former one opens nothing");
        await view.screenshot(await out_file(`emergency-${kind}-passkeys.png`));
        await add_passkey("#/left", "this laptop again");
      } else assert.doesNotMatch(await words("page-left"), /added again in each browser/, "Firefox has none to add");
      await until("everything", async () => /Everything is made anew/.test(await words("#left-renew")));
      await view.screenshot(await out_file(`emergency-${kind}-renewed.png`));
      await go("#/emergency");
      const after = await save_file("sparekey-emergency-after.sparekey");
      assert.match(await open_elsewhere(after, shares), /they do not open this/);
      assert.match(await open_elsewhere(after, next), /Entra/);
      assert.match(await open_elsewhere(file, shares), /Entra/);
      assert.equal(await open_by_code(after, printed[1]), "asks for no code");
      assert.match(await open_by_code(file_with_codes, printed[1]), /Entra/);
    });

    test("with a waiting time: asked for with a reason, seen by whoever unlocks, stopped by them, and open when the time is over", async () => {
      await core.ask({ type: "set-emergency-wait", ids: [id], hours: 1 });
      await go(`#/entry/${id}`);
      /** The password is asked for where the last time is too long ago: once. */
      const with_password = async (what, done) => {
        const asks = () => view.evaluate((window) => !!window.document.querySelector("emergency-card second-unlock"));
        await until(`${what}, or the password`, async () => (await done()) || (await asks()));
        if (await asks()) {
          await fill_in(view, "emergency-card second-unlock input", PASSWORD);
          await view.press("emergency-card second-unlock button[type=submit]");
        }
        await until(what, done, { timeout: 60_000 });
      };
      const asked = async () => {
        await until("the question", async () => /It can be opened after a wait: 1 hour/.test(await words("emergency-card")));
        await fill_in(view, "#emergency-reason", "nobody else is here");
        await press_words("Ask for it", "emergency-card");
        await with_password("the wait", async () => /It can be opened from[\s\S]*nobody else is here/.test(await words("emergency-card")));
      };
      await asked();
      assert.equal(await codes(), 0);
      assert.equal((await core.answer({ type: "reveal", id })).code, "emergency-entry");
      await view.screenshot(await out_file(`emergency-${kind}-wait.png`));
      // It keeps no other account from being exported.
      await go("#/export");
      await until("what is left out", async () => /1 emergency account has a waiting time and is left out/.test(await words("page-export")));
      const taken = await view.evaluate((window) => window.document.querySelector("page-export").ids);
      assert.ok(taken.length > 0 && !taken.includes(id), taken.join());
      await view.press("page-export label:nth-of-type(2) input[type=radio]");
      await until("it alone not to be ticked", () => view.evaluate((window) => window.document.querySelectorAll(".choose-list input:disabled").length === 1));
      await view.screenshot(await out_file(`emergency-${kind}-export.png`));
      // Anybody who unlocks sees it, wherever they are, and stops it with one press.
      await go("#/");
      await until("the notice", async () => /nobody else is here/.test(await words("main")));
      assert.equal(await view.evaluate((window) => window.document.querySelector(".banner-warn a").getAttribute("href")), `#/entry/${id}`);
      await press_words("Stop it");
      await until("no notice", async () => !/nobody else is here/.test(await words("main")));
      assert.equal((await core.answer({ type: "open-emergency", id, reason: "nobody else is here" })).code, "emergency-waits");
      await go(`#/entry/${id}`);
      await asked();
      await view.press(".side-lock");
      // Where there is a passkey, it is asked for first.
      if (kind === "chromium") await press_words("Use the password", "unlock-form");
      await view.shown("unlock-form input");
      await later(session, 3_600_000);
      await unlock(view, PASSWORD);
      await until("it to be open", async () => /can be opened now/.test(await words("emergency-card")));
      await press_words("Open for five minutes", "emergency-card");
      await with_password("its code", async () => (await codes()) === 1);
      await view.screenshot(await out_file(`emergency-${kind}-waited.png`));
      const { lines } = await core.ask({ type: "log" });
      const about = lines.filter((line) => line.entry === id && /^emergency-(asked|cancelled|opened)$/.test(line.what)).map((line) => line.what);
      assert.deepEqual(about.slice(0, 4), ["emergency-opened", "emergency-asked", "emergency-cancelled", "emergency-asked"]);
    });
  });
}
