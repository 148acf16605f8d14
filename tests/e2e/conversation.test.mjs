// What the popup says and asks, by the real button, command and menu: unlock and fill in one go, several accounts, a
// look-alike, a reason, a field that was clicked, "never here", a new account with its first code.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { start_demo } from "../demo/server.mjs";
import { open_browser } from "./lib/browser.mjs";
import { account, core_of } from "./lib/core.mjs";
import { kinds } from "./lib/kinds.mjs";
import { later } from "./lib/permission.mjs";
import { sleep, until } from "./lib/process.mjs";
import { fill_from_popup, fill_in, filled_code, scan, sign_up, submit } from "./lib/steps.mjs";

const PASSWORD = "a password of this vault";
const LOOKALIKE = "g1thub.com";
const PLAIN = "plain.test";
const HANGS = 15_000;
/** Long enough for the unlock to be over before, short enough for the page to be waited for. */
const BUSY = 2_200;

for (const kind of kinds()) {
  describe(`the conversation in ${kind}`, () => {
    let session, demo, core, known, ids;

    before(async () => {
      demo = await start_demo();
      session = await open_browser(kind, {
        headed: true,
        // A name of another host that leads to this computer.
        ...(kind === "firefox" ? { preferences: { "network.dns.localDomains": `${LOOKALIKE},${PLAIN}` } } : { args: [`--host-resolver-rules=MAP ${LOOKALIKE} 127.0.0.1,MAP ${PLAIN} 127.0.0.1`] }),
      });
      core = await core_of(session);
      known = await core.enter(PASSWORD);
      const sites = [{ origin: demo.url, subdomains: false }];
      const github = [{ origin: "https://github.com", subdomains: false }];
      const forms = [account("Demo Harbour", "JBSWY3DPEHPK3PXP", { sites }), account("GitHub", "KRSXG5CTMVRXEZLU", { sites: github }),
        account("Elm", "MFRGGZDFMZTWQ2LK", { sites: [{ origin: `https://${PLAIN}`, subdomains: false }] })];
      ({ ids } = await core.ask({ type: "add", forms }));
      // Asked and answered: these tests are about the press.
      await core.ask({ type: "set-choice", id: ids[0], origin: demo.url, automatic: null, submit: false, asking: false });
    });
    after(async () => {
      await session?.close();
      await demo?.stop();
    });

    const focused = (popup) => popup.evaluate((window) => {
      const { innerText, type, className } = window.document.activeElement;
      return { text: innerText?.trim(), type, row: className.includes("row-main") };
    });
    const until_focused = (popup, what, fits) => until(`the focus on ${what}`, async () => fits(await focused(popup)));
    const field = (page) => page.$eval("[name=code]", (input) => input.value);
    const closed = (popup) => until("the popup to close", async () => !(await popup.is_open()));
    /** Lets the page answer nothing for a while. Gives back a promise of when it answers again, in an object: it is not awaited. */
    async function hang(page, ms) {
      await page.evaluate((ms) => void setTimeout(() => {
        const end = Date.now() + ms;
        while (Date.now() < end);
      }, 100), ms);
      let answers;
      await until("the page to hang", async () => {
        answers = page.evaluate(() => 1).then(() => Date.now());
        return (await Promise.race([answers, sleep(300)])) === undefined;
      });
      return { answers };
    }
    async function unlock_in(popup) {
      await popup.shown("unlock-form input");
      await until("the page to be known", async () => (await popup.text_of("unlock-form")).includes("Unlock and fill"));
      await fill_in(popup, "unlock-form input", PASSWORD);
      await popup.press("unlock-form button[type=submit]");
    }

    const ways = {
      "the toolbar button": (page) => session.press_button(page),
      "the keyboard command": async (page) => {
        await session.press_command(page, "fill");
        return session.popup();
      },
      "the context menu": async (page) => {
        await session.press_menu(page, "[name=code]");
        return session.popup();
      },
    };
    for (const [way, press] of Object.entries(ways)) {
      test(`locked: unlock and then fill in one go, by ${way}`, async () => {
        const page = await session.page(`${demo.url}/code`);
        await core.ask({ type: "lock" });
        await page.bringToFront();
        const popup = await press(page);
        await unlock_in(popup);
        await filled_code(page);
        await closed(popup);
        await page.close();
      });
    }

    test("locked: only unlocking fills nothing", async () => {
      const page = await session.page(`${demo.url}/code`);
      await core.ask({ type: "lock" });
      const popup = await session.press_button(page);
      await popup.shown("unlock-form input");
      await until("the page to be known", async () => (await popup.text_of("unlock-form")).includes("Only unlock"));
      await fill_in(popup, "unlock-form input", PASSWORD);
      await popup.press("unlock-form .unlock-only");
      await popup.shown(".on-page .row-main", { timeout: 60_000 });
      assert.equal(await field(page), "");
      await popup.close();
      await page.close();
    });

    test("locked: a busy page is filled all the same, and one that does not answer is said not to be", async () => {
      for (const [ms, filled] of [[BUSY, true], [HANGS, false]]) {
        const page = await session.page(`${demo.url}/code`);
        await core.ask({ type: "lock" });
        const popup = await session.press_button(page);
        await popup.shown("unlock-form input");
        await until("the page to be known", async () => (await popup.text_of("unlock-form")).includes("Unlock and fill"));
        await fill_in(popup, "unlock-form input", PASSWORD);
        const { answers } = await hang(page, ms);
        await popup.press("unlock-form button[type=submit]");
        if (filled) {
          await filled_code(page);
          await closed(popup);
        } else {
          await until("the reason", async () => /nothing was filled/.test(await popup.text_of(".said").catch(() => "")));
          await popup.close();
          await answers;
          assert.equal(await field(page), "");
        }
        await page.close();
      }
    });

    test("an unbound host that resembles a bound one: a clear statement, search, and no guess", async () => {
      const page = await session.page(`http://${LOOKALIKE}:${demo.port}/code`);
      const popup = await session.press_button(page);
      await popup.shown(".banner-error");
      assert.match(await popup.text_of(".banner-error"), /This is not github\.com/);
      assert.equal(await popup.evaluate((window) => window.document.activeElement.type), "search");
      assert.equal(await popup.evaluate((window) => window.document.querySelectorAll(".on-page, .suggested, [aria-label^='Fill the code']").length), 0);
      // The display's keys do not always reach Firefox's panel, least of all beside another browser: there the field is told of them.
      const key = (name) => (kind === "chromium" ? popup.key(name) : popup.evaluate((window, key) => {
        window.document.activeElement.dispatchEvent(new window.KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      }, name));
      await key("Enter");
      assert.equal(await popup.evaluate((window) => window.document.querySelectorAll(".question, .toast").length), 0, "Enter guesses nothing");
      if (kind === "chromium") await popup.enter("input[type=search]", "git");
      else await fill_in(popup, "input[type=search]", "git");
      await popup.evaluate((window) => window.document.querySelector("input[type=search]").focus());
      await until("one row", () => popup.evaluate((window) => window.document.querySelectorAll("entry-list .row-main").length === 1));
      await key("Enter");
      await popup.shown(".question");
      assert.match(await popup.text_of(".question"), /This page is not github\.com/);
      await until_focused(popup, "Cancel", ({ text }) => text === "Cancel");
      if (kind === "chromium") {
        await popup.key("Tab");
        await until_focused(popup, "the question still", ({ text }) => text === "Copy anyway");
      }
      await key("Escape");
      await until_focused(popup, "the row again", ({ row }) => row);
      await popup.close();
      await page.close();
    });

    test("a page in clear: it is said, with the port and where the account is used, and Cancel comes first", async () => {
      const page = await session.page(`http://${PLAIN}:${demo.port}/code`);
      const popup = await session.press_button(page);
      await popup.shown(".scroll > .doubts");
      assert.match(await popup.text_of(".scroll > .doubts"), /not encrypted[\s\S]*https:\/\/plain\.test/);
      assert.match(await popup.text_of(".page-line"), new RegExp(`${PLAIN}:${demo.port}`));
      await popup.press("[aria-label='Fill the code of Elm']");
      await popup.shown(".question .doubts");
      assert.match(await popup.text_of(".question"), /not encrypted/);
      await until_focused(popup, "Cancel", ({ text }) => text === "Cancel");
      if (kind === "chromium") await popup.key("Enter");
      else await popup.press(".question .primary");
      await until_focused(popup, "the row again", ({ row }) => row);
      assert.equal(await field(page), "");
      await popup.close();
      await page.close();
    });

    test("the command on a page that asks for a code by text message leads to the reason", async () => {
      const page = await session.page(`${demo.url}/code`);
      await page.evaluate(() => {
        document.querySelector("form").innerHTML = "<label>We sent a code by text message to your phone <input name=sms inputmode=numeric></label>";
      });
      await page.bringToFront();
      await session.press_command(page, "fill");
      const title = () => session.background(async () => {
        const api = globalThis.browser ?? chrome;
        const [tab] = await api.tabs.query({ active: true, lastFocusedWindow: true });
        return api.action.getTitle({ tabId: tab.id });
      });
      // Where the browser opens no popup the button says it, and the popup when it is opened by hand.
      const popup = await session.popup().catch(async () => {
        await until("the reason", async () => /text message/.test(await title()));
        return await session.press_button(page);
      });
      await popup.shown(".outcome");
      assert.match(await popup.text_of(".outcome"), /text message[\s\S]*Copy the code of Demo Harbour/);
      await popup.press(".outcome .buttons button:last-child");
      await until_focused(popup, "the row", ({ row }) => row);
      await popup.close();
      await page.close();
    });

    test("no field: the reason with the code to copy; then the field that was clicked, and it is remembered", async () => {
      const page = await session.page(`${demo.url}/code?form=odd`);
      const popup = await session.press_button(page);
      await popup.press(".on-page .row-main");
      await popup.shown(".outcome .fill-clicked");
      assert.match(await popup.text_of(".outcome"), /No field for a code[\s\S]*Copy the code of Demo Harbour/);
      await popup.close();
      await page.click("#f2");
      const again = await session.press_button(page);
      await again.press(".options summary");
      await again.press(".options .fill-clicked");
      await closed(again);
      await until("the code in the clicked field", async () => /^\d{6}$/.test(await page.$eval("#f2", (input) => input.value)));
      assert.equal(await page.$eval("#f1", (input) => input.value), "");
      await page.reload();
      await fill_from_popup(session, page);
      await until("the code in the remembered field", async () => /^\d{6}$/.test(await page.$eval("#f2", (input) => input.value)));
      await page.close();
    });

    test("a page that hangs delays no code, and is filled when it answers again", async () => {
      const page = await session.page(`${demo.url}/code`);
      const { answers } = await hang(page, HANGS);
      const popup = await session.press_button(page);
      const began = Date.now();
      await popup.shown("entry-list .row-main");
      const shown = Date.now();
      assert.ok(shown - began < 2_000, `${shown - began} ms`);
      assert.ok((await answers) > shown, "the page had hung all the time");
      await popup.close();
      await fill_from_popup(session, page);
      await filled_code(page);
      await page.close();
    });

    test("the next code is awaited where this one is about to end, and the popup says so", async () => {
      const page = await session.page(`${demo.url}/code`);
      const popup = await session.press_button(page);
      await popup.shown(".on-page .row-main");
      // The clock of the background, two and a half seconds before a step.
      const ahead = 27_500 - (Date.now() % 30_000);
      await later(session, ahead);
      await popup.press(".on-page .row-main");
      await until("the reason for the wait", async () => /the next one is awaited/.test(await popup.text_of(".said").catch(() => "")));
      assert.equal(await field(page), "");
      await until("the code", async () => /^\d{6}$/.test(await field(page)));
      await later(session, -ahead);
      await closed(popup);
      await page.close();
    });

    test("never here: nothing is offered and nothing filled, until it is taken back", async () => {
      const page = await session.page(`${demo.url}/code`);
      const popup = await session.press_button(page);
      await popup.press(".options summary");
      await popup.press(".options .never-here");
      await popup.shown(".use-again");
      assert.equal(await popup.evaluate((window) => window.document.querySelectorAll(".on-page").length), 0);
      await popup.close();
      await session.press_command(page, "fill");
      const told = await session.popup();
      await told.shown(".use-again");
      assert.equal(await field(page), "");
      await told.press(".use-again");
      await told.press(".on-page .row-main");
      await filled_code(page);
      await closed(told);
      await page.close();
    });

    test("several accounts: the one used last on this host is first, and Enter fills it", async () => {
      const sites = [{ origin: demo.url, subdomains: false }];
      const second = (await core.ask({ type: "add", forms: [account("Second Harbour", "MFRGGZDFMZTWQ2LK", { sites })] })).ids[0];
      const page = await session.page(`${demo.url}/code`);
      const first = await session.press_button(page);
      await first.shown(".on-page .row-main");
      const order = (view) => view.evaluate((window) => [...window.document.querySelectorAll(".on-page .issuer")].map((each) => each.textContent.trim()));
      assert.deepEqual(await order(first), ["Demo Harbour", "Second Harbour"]);
      await first.press(`.on-page [data-id="${second}"] .row-main`);
      await closed(first);
      await page.reload();
      const next = await session.press_button(page);
      await next.shown(".on-page .row-main");
      assert.deepEqual(await order(next), ["Second Harbour", "Demo Harbour"]);
      assert.equal(await next.evaluate((window) => window.document.activeElement.closest("[data-id]")?.dataset.id), second);
      await next.evaluate((window) => window.document.activeElement.click());
      await closed(next);
      await filled_code(page);

      // The options name the account that they are about, whatever the search leaves over, and let another one be picked.
      await page.reload();
      await page.click("[name=code]");
      const chosen = async () => (await core.ask({ type: "choices" })).items.filter((item) => item.chosen).map((item) => item.id);
      await core.ask({ type: "forget-choice", id: ids[0], origin: demo.url });
      const options = await session.press_button(page);
      await options.shown(".on-page .row-main");
      await fill_in(options, "input[type=search]", "Demo Harbour");
      await until("one row", async () => (await order(options)).length === 1);
      assert.match(await options.text_of(".options summary"), /Second Harbour/);
      await options.press(".options summary");
      await options.shown(".options select");
      await options.evaluate((window, id) => {
        const select = window.document.querySelector(".options select");
        select.value = id;
        select.dispatchEvent(new window.Event("change", { bubbles: true }));
      }, ids[0]);
      await until("the other name", async () => /Demo Harbour/.test(await options.text_of(".options summary")));
      await options.press(".options .fill-clicked");
      await closed(options);
      await filled_code(page);
      assert.deepEqual(await chosen(), [ids[0]]);
      await core.ask({ type: "trash", ids: [second, ids[0]] });
      await page.close();
    });

    test("a suggested account: a question first, then it is filled and remembered, and is one press from then on", async () => {
      const other = await start_demo();
      try {
        const { ids: [id] } = await core.ask({ type: "add", forms: [account(other.url, "MZXW6YTBOI3GKYTB")] });
        const page = await session.page(`${other.url}/code`);
        const popup = await session.press_button(page);
        await popup.shown(".suggested .row-main");
        await popup.press(".suggested .row-main");
        await popup.shown(".question");
        assert.equal(await field(page), "", "nothing is filled before the answer");
        await popup.press(".question .primary");
        await filled_code(page);
        await popup.close();
        const { entries } = await core.ask({ type: "list" });
        assert.deepEqual(entries.find((entry) => entry.id === id).sites.map((site) => site.origin), [other.url]);
        await core.ask({ type: "set-choice", id, origin: other.url, automatic: null, submit: false, asking: false });
        const again = await session.page(`${other.url}/code`);
        const next = await session.press_button(again);
        await next.shown(".on-page .row-main");
        await next.press(".on-page .row-main");
        await filled_code(again);
        await closed(next);
        for (const each of [page, again]) await each.close();
        await core.ask({ type: "trash", ids: [id] });
      } finally {
        await other.stop();
      }
    });

    test("a new account: adding it fills the page's field with the first code in the same press", async () => {
      const page = await session.page(`${demo.url}/sign-up`);
      await sign_up(page, demo, `ada${process.pid}`);
      const popup = await scan(session, page);
      await popup.shown(".said");
      const code = await filled_code(page);
      assert.match(code, /^\d{6}$/);
      await popup.close();
      await submit(page, "/account");
      await sleep(0);
      await page.close();
      await core.enter(PASSWORD, known);
    });
  });
}
