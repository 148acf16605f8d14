// From a locked vault to a code with each way in, through the real interface: a recovery code, one that goes with a password, a
// lasting pass that its holder ends, a one-time pass with the new password that is set after it, a pass that begins later, and
// shares of both sizes and of other numbers. And what is done about ways in: the used codes replaced, one code and all of them
// removed, passes limited. (Passkeys: passkey.test.mjs. Read from paper: paper.test.mjs.)
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { open_browser } from "./lib/browser.mjs";
import { account, core_of } from "./lib/core.mjs";
import { kinds } from "./lib/kinds.mjs";
import { out_file } from "./lib/paths.mjs";
import { until } from "./lib/process.mjs";
import { fill_in, unlock } from "./lib/steps.mjs";
import { view_of } from "./lib/view.mjs";

const FIRST = "the first password of this vault";
const SECOND = "another password after the code";
const THIRD = "and a third one after the pass";

for (const kind of kinds()) {
  describe(`ways in, in ${kind}`, () => {
    let session, core, view, codes;

    before(async () => {
      session = await open_browser(kind);
      core = await core_of(session, "#/help");
      await core.enter(FIRST);
      await core.ask({ type: "add", forms: [account("Example", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")] });
      view = view_of(await session.extension_page("dashboard/dashboard.html#/ways"));
    });

    after(() => session?.close());

    const text = (selector) => view.evaluate((window, at) => window.document.querySelector(at)?.innerText ?? "", selector);
    const press_words = (words) =>
      until(`the button ${words}`, () =>
        view.evaluate((window, wanted) => {
          const found = [...window.document.querySelectorAll("main button")].find((button) => button.innerText.trim() === wanted && !button.disabled);
          found?.click();
          return !!found;
        }, words));
    const lock = async () => {
      await view.press(".side-lock");
      await view.shown("unlock-form");
    };
    const enter_code = async (code) => {
      await view.press("unlock-form button.link");
      await fill_in(view, "unlock-form code-field input", code);
      await view.press("unlock-form button[type=submit]");
    };
    /** With the password, from wherever the form stands. */
    const enter_password = async (password) => {
      if (await view.evaluate((window) => !!window.document.querySelector("unlock-form code-field"))) await press_words("Use the password");
      await unlock(view, password);
    };
    const go = (hash) =>
      view.evaluate((window, to) => {
        window.location.hash = to;
      }, hash);
    const a_code = async () => {
      await go("#/");
      await until("a code of six digits", async () => /^\d{3}\s*\d{3}/.test(await text("page-accounts otp-code .otp-real")));
    };
    const set_password = async (password) => {
      await view.shown("page-ways new-password .phrase li");
      await view.press("page-ways new-password button.link");
      await view.shown("page-ways new-password password-field:nth-of-type(2) input");
      await fill_in(view, "page-ways new-password password-field:nth-of-type(1) input", password);
      await fill_in(view, "page-ways new-password password-field:nth-of-type(2) input", password);
      await press_words("Set the new password");
      await until("the password to be set", async () => !(await view.evaluate((window) => !!window.document.querySelector("page-ways new-password"))), { timeout: 60_000 });
    };

    test("a sheet of codes counts when one was typed back", async () => {
      await press_words("Make recovery codes");
      await press_words("Make recovery codes");
      await view.shown("recovery-codes .sheet");
      codes = await view.evaluate((window) => [...window.document.querySelectorAll(".sheet-code")].map((code) => [...code.children].map((half) => half.textContent).join("-")));
      assert.equal(codes.length, 10);
      assert.ok(codes.every((code) => /^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/.test(code)), codes.join());
      // What is scanned from the paper is the code.
      const scanned = await view.evaluate((window) => window.document.querySelectorAll(".sheet-codes qr-image svg path").length);
      assert.equal(scanned, 10);
      await fill_in(view, "recovery-codes code-field input", `${codes[3].slice(0, 6)}U${codes[3].slice(7)}`);
      await press_words("I have them");
      await until("the place of the mistake", async () => /Character 6 /.test(await text("recovery-codes")));
      await fill_in(view, "recovery-codes code-field input", codes[3].toLowerCase());
      await press_words("I have them");
      await until("ten codes", async () => /10 of 10 recovery codes left/.test(await text("recovery-codes")));
    });

    test("a code opens once, and a new password is set without the old one", async () => {
      await lock();
      assert.match(await text("unlock-form"), /10 of 10 recovery codes left/);
      await enter_code(`${codes[0].slice(0, -1)}${codes[0].endsWith("7") ? "8" : "7"}`);
      await until("the mistake", async () => /has a mistake/.test(await text("unlock-form")));
      await fill_in(view, "unlock-form code-field input", codes[0]);
      await view.press("unlock-form button[type=submit]");
      await view.shown("nav");
      await a_code();
      assert.match(await text("main"), /You came in with recovery code 1/);
      await go("#/ways");
      await set_password(SECOND);
      await lock();
      assert.match(await text("unlock-form"), /9 of 10/);
      await enter_code(codes[0]);
      await until("a refusal", async () => /No recovery code or pass like this/.test(await text("unlock-form")));
      await assert.rejects(core.enter(FIRST), /wrong-password/, "the old password is void");
      await enter_password(SECOND);
      // Whoever has the password hears that something else was used, until they say that they have.
      await until("the notice", async () => /opened without its password\.\s+Recovery code 1 was used/.test(await text("main")));
      await view.screenshot(await out_file(`code-was-used-${kind}.png`));
      await press_words("I have seen it");
      await until("the notice to go", async () => !/opened without its password/.test(await text("main")));
      await go("#/log");
      await until("the number in the log", async () => /number 1/.test(await text("page-log")));
    });

    const refusal = async (code) => (await core.answer({ type: "unlock", way: { kind: "code", code, keys: [] } })).code;
    const code_ways = async () => (await core.ask({ type: "ways" })).ways.filter((way) => way.kind === "code" && way.kept);
    /** Opens what is folded away under these words. */
    const unfold = (summary) =>
      until(`the fold ${summary}`, () =>
        view.evaluate((window, wanted) => {
          const found = [...window.document.querySelectorAll("main summary")].find((each) => each.innerText.trim() === wanted);
          if (found) found.parentElement.open = true;
          return !!found;
        }, summary));
    /** Presses the button of the row with these words, which must then say the next ones; and that once more. */
    const remove_row = async (name) => {
      for (const words of ["Remove", "Remove it now"]) {
        await until(`${words}: ${name}`, () =>
          view.evaluate((window, row, wanted) => {
            const found = [...window.document.querySelectorAll("page-ways section[aria-labelledby=ways-title] li")].find((each) => each.querySelector(".issuer").innerText.trim() === row);
            const button = found?.querySelector("button");
            if (button?.innerText.trim() !== wanted) return false;
            button.click();
            return true;
          }, name, words));
      }
    };

    test("the used code is replaced by one: the others stay, and there are ten again", async () => {
      await go("#/ways");
      await press_words("Replace the used one");
      await view.shown("recovery-codes .sheet");
      const made = await view.evaluate((window) => [...window.document.querySelectorAll(".sheet-code")].map((code) => [...code.children].map((half) => half.textContent).join("-")));
      assert.equal(made.length, 1, "one was used");
      assert.equal(await text("recovery-codes .sheet-number"), "1", "under its number");
      await fill_in(view, "recovery-codes code-field input", made[0]);
      await press_words("I have them");
      await until("ten codes", async () => /10 of 10 recovery codes left/.test(await text("recovery-codes")));
      assert.deepEqual((await code_ways()).map((way) => way.label).sort((a, b) => a - b), ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]);
      await lock();
      assert.equal(await refusal(codes[0]), "wrong-code", "the used one stays used");
      for (const code of [made[0], codes[1]]) {
        await enter_code(code);
        await view.shown("nav");
        await lock();
      }
      await enter_password(SECOND);
      assert.equal((await code_ways()).length, 8);
    });

    test("one code is removed by itself, and then all of them, after a second press", async () => {
      await go("#/ways");
      await unfold("Code by code");
      await remove_row("Recovery code 4");
      await until("one less", async () => (await code_ways()).length === 7, { timeout: 60_000 });
      assert.ok((await code_ways()).every((way) => way.label !== "4"));
      await lock();
      assert.equal(await refusal(codes[3]), "wrong-code");
      await enter_password(SECOND);
      await go("#/ways");
      await remove_row("7 recovery codes");
      await until("none", async () => (await code_ways()).length === 0, { timeout: 60_000 });
      assert.deepEqual((await core.ask({ type: "ways" })).ways.map((way) => way.kind), ["password"]);
      await lock();
      for (const code of codes.slice(4, 6)) assert.equal(await refusal(code), "wrong-code");
      await enter_password(SECOND);
    });

    /** Makes a pass in the dashboard and reads it from its sheet. `start`: a whole minute at which it begins. */
    const make_pass = async (once, start) => {
      await go("#/ways");
      await press_words("Make a pass");
      if (start) {
        const local = await view.evaluate((window, at) => new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16), start);
        await fill_in(view, "#pass-start", local);
      }
      await view.press(`temporary-pass fieldset label:nth-of-type(${once ? 1 : 2}) input`);
      await view.press("temporary-pass form button[type=submit]");
      await view.shown("temporary-pass .sheet");
      const pass = await text("temporary-pass .sheet-code");
      assert.match(pass, /^([0-9A-Z]{4}-){5}[0-9A-Z]{4}$/);
      return pass;
    };

    test("a lasting pass shows codes and nothing else", async () => {
      const pass = await make_pass(false);
      await lock();
      await enter_code(pass);
      await view.shown("nav");
      await a_code();
      assert.match(await text("main"), /Open by a temporary pass until/);
      assert.deepEqual(await view.evaluate((window) => [...window.document.querySelectorAll(".side li a")].map((link) => link.innerText.trim())), ["Accounts", "Help"]);
      const refused = await core.answer({ type: "export", key: null });
      assert.equal(refused.code, "not-in-this-session");
      // As often as its holder likes, while it lasts.
      await lock();
      await enter_code(pass);
      await view.shown("nav");
      await a_code();
      assert.equal((await core.ask({ type: "status" })).session, "pass");
      await press_words("End this pass now");
      await press_words("End it for good and lock");
      await view.shown("unlock-form");
      assert.equal((await core.answer({ type: "unlock", way: { kind: "code", code: pass, keys: [] } })).code, "wrong-code");
      await enter_password(SECOND);
    });

    test("a one-time pass gives time for a new password, which then opens", async () => {
      const pass = await make_pass(true);
      await lock();
      await enter_code(pass);
      await view.shown("nav");
      assert.match(await text("main"), /Open by a one-time pass until/);
      assert.equal((await core.answer({ type: "codes" })).code, "not-in-this-session");
      await set_password(THIRD);
      await lock();
      await enter_code(pass);
      await until("a refusal", async () => /No recovery code or pass like this/.test(await text("unlock-form")));
      await enter_password(THIRD);
      await a_code();
    });

    test("a pass that begins later opens nothing before, and says when in words", async () => {
      const minute = 60_000;
      const whole = Math.ceil(Date.now() / minute) * minute;
      const far = whole + 29 * 24 * 60 * minute;
      const pass = await make_pass(true, far);
      await lock();
      await enter_code(pass);
      await until("that it is too early", async () => /not valid yet/.test(await text("unlock-form")));
      const said = await view.evaluate((window, at) => {
        const language = (window.browser ?? window.chrome).i18n.getUILanguage();
        return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(at);
      }, far);
      const words = (shown) => shown.replaceAll(/\s+/g, " ");
      assert.ok(words(await text("unlock-form")).includes(words(`This pass is not valid yet: it begins on ${said}.`)), `${said}: ${await text("unlock-form")}`);
      assert.equal((await core.ask({ type: "status" })).state, "locked");
      await view.screenshot(await out_file(`pass-early-${kind}.png`));
      await enter_password(THIRD);
      const near = await make_pass(false, whole + 40 * minute);
      await lock();
      await enter_code(near);
      await until("the minutes", async () => /it begins in (39|40|41) minutes\./.test(await text("unlock-form")));
      await enter_password(THIRD);
    });

    test("the vault's own limits of passes: what is chosen is what the core keeps to", async () => {
      await go("#/ways");
      await unfold("Limits for passes");
      const limits = async () => (await core.ask({ type: "ways" })).limits;
      const usual = await limits();
      const make = async (minutes, once) => (await core.answer({ type: "make-pass", form: { minutes, start: null, once } })).code;
      /** In the core, and on the page: the next choice is made on what it shows. */
      const kept = (what, value) =>
        until(`${what} to be kept`, async () => {
          const shown = await view.evaluate((window) => {
            const { limits, work } = window.document.querySelector("temporary-pass");
            return work.busy ? {} : limits;
          });
          return shown[what] === value && (await limits())[what] === value;
        }, { timeout: 60_000 });
      const tick = async (n, on) => {
        await view.press(`temporary-pass details label:nth-of-type(${n}) input`);
        await kept(["allowed", "once"][n - 1], on);
      };
      const choose = async (id, minutes) => {
        await view.evaluate((window, at, value) => {
          const field = window.document.querySelector(`temporary-pass ${at}`);
          field.value = value;
          field.dispatchEvent(new window.Event("change", { bubbles: true }));
        }, `#pass-${id}`, String(minutes));
        await kept(id, minutes);
      };
      await choose("max", 240);
      await choose("min", 30);
      await choose("usual", 30);
      assert.deepEqual(await limits(), { ...usual, min: 30, max: 240, usual: 30 });
      assert.deepEqual([await make(480, true), await make(10, true)], ["pass-too-long", "pass-too-short"]);
      await press_words("Make a pass");
      await view.shown("#pass-minutes");
      assert.deepEqual(await view.evaluate((window) => [window.document.querySelector("#pass-minutes").value, ...[...window.document.querySelectorAll("#pass-minutes option")].map((option) => option.value)]), ["30", "30", "60", "240"]);
      await tick(2, true);
      await until("one-time passes alone", () => view.evaluate((window) => window.document.querySelector("temporary-pass fieldset label:nth-of-type(2) input").disabled));
      assert.equal(await make(60, false), "pass-once-only");
      await press_words("Cancel");
      await tick(1, false);
      assert.match(await text("temporary-pass .plain-list li"), /Passes are turned off/, "the one that there is opens nothing");
      assert.equal(await make(60, true), "passes-not-allowed");
      assert.equal(await view.evaluate((window) => [...window.document.querySelectorAll("temporary-pass button")].find((button) => button.innerText.trim() === "Make a pass").disabled), true);
      await tick(1, true);
      await tick(2, false);
      await choose("max", usual.max);
      await choose("min", usual.min);
      await choose("usual", usual.usual);
      assert.deepEqual(await limits(), usual);
    });

    /** Makes shares as the form offers them, and types two words of each sheet back. Gives the words of each. */
    const make_shares = async (need, of) => {
      await go("#/ways");
      const again = await until("the shares' form", () => view.evaluate((window) => window.document.querySelector("key-shares .buttons button")?.innerText.trim()));
      await press_words(again);
      await view.shown("key-shares #sharing");
      await view.evaluate((window, wanted) => {
        const field = window.document.querySelector("key-shares #sharing");
        field.value = [...field.options].some((option) => option.value === wanted) ? wanted : "custom";
        field.dispatchEvent(new window.Event("change", { bubbles: true }));
      }, `${need}/${of}`);
      if (!["2/3", "3/5"].includes(`${need}/${of}`)) {
        await fill_in(view, "#share-need", String(need));
        await fill_in(view, "#share-of", String(of));
      }
      await view.press("key-shares form button[type=submit]");
      // Where the vault was opened too long ago, the password is asked for once more.
      const asks = () => view.evaluate((window) => !!window.document.querySelector("dialog second-unlock input"));
      await until("the sheets, or the password", async () => (await asks()) || !!(await text("key-shares .sheet")));
      if (await asks()) {
        await fill_in(view, "dialog second-unlock input", THIRD);
        await view.press("dialog second-unlock button[type=submit]");
      }
      await view.shown("key-shares .sheet", { timeout: 60_000 });
      const shares = await view.evaluate((window) => [...window.document.querySelectorAll(".sheet-words")].map((sheet) => [...sheet.children].map((word) => word.textContent)));
      assert.deepEqual(shares.map((words) => words.length), Array(of).fill(20));
      for (const [at, words] of shares.entries()) {
        await until(`sheet ${at + 1}`, async () => (await text("key-shares .sheet-back h3")) === `Sheet ${at + 1} of ${of}`);
        for (const n of [0, 1]) {
          const label = await text(`label[for=share-word-${n}]`);
          await fill_in(view, `#share-word-${n}`, words[Number(label.replace("Word ", "")) - 1]);
        }
        await view.press("key-shares .sheet-back button[type=submit]");
      }
      await until("the shares to be kept", async () => (await text("key-shares")).includes(`Any ${need} of ${of} sheets open this vault`), { timeout: 60_000 });
      return shares;
    };
    /** Types a share in where the vault is locked. */
    const enter_share = async (words) => {
      await fill_in(view, "share-entry textarea", words.join(" "));
      await view.press("share-entry .share-add");
      await until("the share to be taken", async () => (await view.evaluate((window) => window.document.querySelector("share-entry textarea").value)) === "");
    };

    test("two of three shares open, in any order, and a wrong one is told", async () => {
      const shares = await make_shares(2, 3);
      await lock();
      await press_words("Use shares");
      await fill_in(view, "share-entry textarea", shares[2].with(4, "nonsense").join(" "));
      await view.press("share-entry .share-add");
      await until("the wrong word", async () => /Word 5 is not one/.test(await text("share-entry")));
      for (const words of [shares[2], shares[0]]) await enter_share(words);
      await view.press("unlock-form button[type=submit]");
      await view.shown("nav");
      await a_code();
    });

    test("three of five shares end the former set, open once there are three, and two are not enough", async () => {
      await lock();
      await enter_password(THIRD);
      const { ways: before } = await core.ask({ type: "ways" });
      const shares = await make_shares(3, 5);
      const { ways } = await core.ask({ type: "ways" });
      const sets = (all) => all.filter((way) => way.kind === "shares").map((way) => way.label);
      assert.deepEqual([sets(before), sets(ways)], [["2/3"], ["3/5"]]);
      await lock();
      await press_words("Use shares");
      for (const words of [shares[4], shares[1]]) await enter_share(words);
      const can_send = () => view.evaluate((window) => !window.document.querySelector("unlock-form button[type=submit]").disabled);
      assert.equal(await can_send(), false, "one more is needed");
      assert.equal((await core.answer({ type: "unlock", way: { kind: "shares", shares: [shares[4], shares[1]].map((words) => words.join(" ")) } })).code, "share-too-few");
      await enter_share(shares[3]);
      await until("enough of them", can_send);
      await view.press("unlock-form button[type=submit]");
      await view.shown("nav");
      await a_code();
      assert.equal((await core.ask({ type: "status" })).openedBy, "shares");
    });

    test("shares of other numbers: four of six, told as such, and removed after a second press", async () => {
      await lock();
      await enter_password(THIRD);
      const shares = (await make_shares(4, 6)).map((words) => words.join(" "));
      const sets = async () => (await core.ask({ type: "ways" })).ways.filter((way) => way.kind === "shares").map((way) => way.label);
      assert.deepEqual(await sets(), ["4/6"]);
      await lock();
      const way = (...which) => ({ kind: "shares", shares: which.map((at) => shares[at]) });
      assert.equal((await core.answer({ type: "unlock", way: way(5, 0, 3) })).code, "share-too-few");
      await press_words("Use shares");
      for (const at of [5, 0, 3, 1]) await enter_share(shares[at].split(" "));
      await view.press("unlock-form button[type=submit]");
      await view.shown("nav");
      assert.equal((await core.ask({ type: "status" })).openedBy, "shares");
      await go("#/ways");
      await remove_row("Shares: 4/6");
      await until("none", async () => (await sets()).length === 0, { timeout: 60_000 });
      await lock();
      assert.ok(!(await text("unlock-form")).includes("Use shares"), "none are asked for any more");
      assert.equal((await core.answer({ type: "unlock", way: way(0, 1, 2, 3) })).code, "wrong-shares");
      await enter_password(THIRD);
    });

    test("a code that goes with a password opens with it, and not without", async () => {
      const { jobs } = await core.ask({ type: "plan-create", profile: "argon2id" });
      const key = await core.derive(jobs[0], "the password of the codes");
      const made = await core.ask({ type: "make-codes", count: 5, add: false, key });
      await core.ask({ type: "keep-codes", way: { kind: "code", code: made.codes[0].code, keys: [key] } });
      const { ways } = await core.ask({ type: "ways" });
      await core.ask({ type: "remove-ways", ids: ways.filter((way) => way.kind === "pair").slice(-2).map((way) => way.id) });
      await lock();
      assert.match(await text("unlock-form"), /3 of 5 recovery codes left\. Make new ones/);
      await press_words("Use a recovery code or a pass");
      await fill_in(view, "unlock-form code-field input", made.codes[1].code);
      await view.press("unlock-form button[type=submit]");
      await view.shown("unlock-form password-field input");
      await fill_in(view, "unlock-form password-field input", "the password of the codes");
      await view.press("unlock-form button[type=submit]");
      await view.shown("nav", { timeout: 60_000 });
      await a_code();
      assert.equal((await core.ask({ type: "status" })).openedBy, "pair");
    });

    test("where no recovery code is left, the locked page says so", async () => {
      await lock();
      assert.match(await text("unlock-form"), /2 of 5 recovery codes left/);
      await enter_password(THIRD);
      const { ways } = await core.ask({ type: "ways" });
      await core.ask({ type: "remove-ways", ids: ways.filter((way) => way.kind === "pair").map((way) => way.id) });
      await lock();
      await until("none", async () => /No recovery code is left\. Make new ones\./.test(await text("unlock-form")));
      assert.equal(await view.evaluate((window) => !!window.document.querySelector("unlock-form .codes-few")), true);
      await view.screenshot(await out_file(`codes-none-${kind}.png`));
      await enter_password(THIRD);
      await go("#/ways");
      await until("the same where they are made", async () => /No recovery code is left\. Make new ones\./.test(await text("recovery-codes")));
    });
  });
}
