// Filling without a press: offered after a fill, asked of the browser, and bounded.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { start_demo } from "../demo/server.mjs";
import { open_browser } from "./lib/browser.mjs";
import { account, core_of } from "./lib/core.mjs";
import { kinds } from "./lib/kinds.mjs";
import { allow_site, allowed, badge, later, refuse_site, revoke_site, to_front, watched } from "./lib/permission.mjs";
import { out_file } from "./lib/paths.mjs";
import { sleep, until } from "./lib/process.mjs";
import { view_of } from "./lib/view.mjs";

const PASSWORD = "a password of this vault";
const SITE = "http://127.0.0.1/*";
const MINUTE = 61_000;

for (const kind of kinds()) {
  describe(`filling by itself in ${kind}`, () => {
    let session, demo, other, core, known;

    before(async () => {
      [demo, other] = [await start_demo(), await start_demo()];
      session = await open_browser(kind, { headed: true });
      core = await core_of(session);
      known = await core.enter(PASSWORD);
      const sites = [{ origin: demo.url, subdomains: false }];
      await core.ask({ type: "add", forms: [account("Demo Harbour", "JBSWY3DPEHPK3PXP", { sites })] });
    });
    after(async () => {
      await session?.close();
      await demo?.stop();
      await other?.stop();
    });

    const value = (page) => page.$eval("[name=code], [name=box1]", (field) => field.value);
    const choice = async () => (await core.ask({ type: "choices" })).items[0];
    /** A tab at the prompt, a minute later, with the window's focus. */
    async function arrive(query = "") {
      await later(session, MINUTE);
      const page = await session.page(`${demo.url}/code${query}`);
      await to_front(session, page);
      return page;
    }
    const comes = (page) => until("the code to come by itself", async () => /^\d{6}$/.test(await value(page)));
    /** The prompt as it must be is filled: whatever was there before had its time. */
    async function control() {
      const page = await arrive();
      await comes(page);
      await page.close();
    }

    test("what the browser's own question refuses is not kept as chosen, though the popup may be gone by then", async () => {
      const page = await session.page(`${demo.url}/code`);
      const popup = await session.press_button(page);
      await popup.press(".on-page .row-main");
      await popup.shown("popup-offer .primary");
      await popup.click_really("popup-offer .primary");
      await refuse_site(session, popup);
      assert.deepEqual([await watched(session), await allowed(session)], [[], []]);
      assert.equal(await choice(), undefined);
      if (await popup.is_open()) await popup.close();
      // It was asked and answered: the options allow it, as a person may who changed their mind.
      const again = await session.press_button(page);
      await again.press(".options summary");
      await again.shown(".options input[value=press]");
      assert.equal(await again.evaluate((window) => window.document.querySelector(".options input[value=press]").checked), true);
      assert.equal(await again.evaluate((window) => window.document.querySelectorAll(".options .mark-warn").length), 0);
      await again.close();
      const { id } = (await core.ask({ type: "list" })).entries[0];
      await core.ask({ type: "forget-choice", id, origin: demo.url });
      await page.close();
    });

    test("it is offered after a fill, the browser asks, and from then on the code comes by itself", async () => {
      assert.deepEqual([await watched(session), await allowed(session)], [[], []]);
      const page = await session.page(`${demo.url}/code`);
      const popup = await session.press_button(page);
      await popup.press(".on-page .row-main");
      await popup.shown("popup-offer .primary");
      await popup.click_really("popup-offer .primary");
      await allow_site(session, popup, SITE);
      await until("the site to be watched", async () => (await watched(session)).includes(`${demo.url}/*`));
      assert.deepEqual([(await choice()).automatic, (await choice()).last], ["fill", 0]);
      if (await popup.is_open()) await popup.close();
      await page.close();
      const next = await arrive();
      await comes(next);
      // Each one is in the log, and the settings show the last.
      assert.ok((await choice()).last > 0);
      await next.close();
    });

    test("the badge shows that a code is ready, on that site alone", async () => {
      const page = await session.page(`${demo.url}/sign-in`);
      await until("the badge", async () => (await badge(session)) === "1");
      // What a press has to say takes its place for a moment alone.
      await to_front(session, page);
      await session.press_command(page, "fill");
      await until("the mark", async () => (await badge(session)) === "–");
      // A page that goes on without a load takes neither with it: the mark has its time, and the badge is the site's.
      await page.evaluate(() => history.pushState({}, "", "/elsewhere"));
      // Where the browser lets the background open it, it says the reason.
      const popup = await session.popup().catch(() => null);
      await popup?.close();
      await until("the badge again", async () => (await badge(session)) === "1", { timeout: 70_000 });
      const runs = () => session.background(async () => {
        const api = globalThis.browser ?? chrome;
        const [{ id: tabId }] = await api.tabs.query({ active: true, lastFocusedWindow: true });
        return (await api.scripting.executeScript({ target: { tabId }, func: () => globalThis.sparekeyWatches === true }))[0].result;
      });
      assert.equal(await runs(), true);
      await page.goto(`${other.url}/sign-in`);
      await until("no badge", async () => (await badge(session)) === "");
      // Firefox knows no ports in patterns.
      assert.equal(await runs(), kind === "firefox", "on another port of the host");
      await page.close();
    });

    test("the site that is offered with a key in a page's text is that page's, though another was in front when the popup opened", async () => {
      const page = await session.page(demo.url.replace("127.0.0.1", "localhost") + "/sign-in");
      const popup = await session.press_button(page);
      await popup.press("popup-codes .bar .icon-button");
      await popup.shown("popup-scan .find-text");
      // The browser allows this one, so that its text can be read without a press of the button there.
      await page.goto(`${demo.url}/sign-in`);
      await page.evaluate(() => (document.body.textContent = "Enter this key in your app: MFRG GZDF MZTW Q2LK MFRG GZDF MZTW Q2LK"));
      await popup.press("popup-scan .find-text");
      await popup.shown("found-accounts label.check input");
      assert.match(await popup.text_of("found-accounts"), new RegExp(new URL(demo.url).host));
      assert.doesNotMatch(await popup.text_of("found-accounts"), /localhost/);
      await popup.close();
      await page.close();
    });

    test("not at another path, port, host or field, not in a form that sends elsewhere, not within a minute", async () => {
      const pages = [];
      for (const url of [
        `${demo.url}/boxes`,
        `${other.url}/code`,
        demo.url.replace("127.0.0.1", "localhost") + "/code",
        `${demo.url}/code?form=named`,
        `${demo.url}/code?form=${kind === "firefox" ? "button" : "away"}`,
      ]) {
        await later(session, MINUTE);
        const page = await session.page(url);
        await to_front(session, page);
        await sleep(250);
        pages.push(page);
      }
      await control();
      const again = await session.page(`${demo.url}/code`);
      await to_front(session, again);
      await sleep(800);
      pages.push(again);
      for (const page of pages) {
        assert.equal(await value(page), "", page.url());
        await page.close();
      }
    });

    test("not in a tab behind, nor at a path that a script set, and when it comes to the front with its own it does", async () => {
      const behind = await session.page(`${demo.url}/sign-in`);
      const front = await session.page(`${other.url}/`);
      await later(session, MINUTE);
      await behind.goto(`${demo.url}/code`);
      await sleep(800);
      assert.equal(await value(behind), "");
      const at = (path) => behind.evaluate((path) => history.replaceState({}, "", path), path);
      await at("/elsewhere");
      await to_front(session, behind);
      await sleep(800);
      assert.equal(await value(behind), "");
      await to_front(session, front);
      await at("/code");
      await to_front(session, behind);
      await comes(behind);
      await front.close();
      await behind.close();
    });

    // Firefox prepares no page before it is asked for.
    if (kind === "chromium") {
      test("not in a page that the browser prepares before it is asked for, and once it is shown it does", async () => {
        const page = await session.page(`${demo.url}/sign-in`);
        await later(session, MINUTE);
        await to_front(session, page);
        const before = (await choice()).last;
        await page.evaluate((url) => {
          const rules = document.head.appendChild(document.createElement("script"));
          rules.type = "speculationrules";
          rules.textContent = JSON.stringify({ prerender: [{ urls: [url], eagerness: "immediate" }] });
        }, `${demo.url}/code`);
        await sleep(1500);
        assert.equal((await choice()).last, before);
        // The page that was prepared comes with a frame of its own: who waits for the old one's navigation waits for one that left.
        await page.evaluate((url) => void setTimeout(() => location.assign(url)), `${demo.url}/code`);
        await comes(page);
        const shown = await page.evaluate(() => performance.getEntriesByType("navigation")[0].activationStart);
        assert.ok(shown > 0, "it was prepared");
        await page.close();
      });
    }

    test("a field that a page shows later is filled, and the button is pressed where the user chose it", async () => {
      const late = await arrive("?form=late");
      await comes(late);
      await late.close();
      const step = await arrive("?form=step");
      await comes(step);
      await step.close();
      const { id, origin } = await choice();
      await core.ask({ type: "set-choice", id, origin, automatic: "fill", submit: true, asking: false });
      const before = demo.refused.length;
      await later(session, MINUTE);
      // Nobody has signed in there: the site leads back, which is enough to see that the form was sent, once.
      const page = await session.page(`${demo.url}/code`);
      await to_front(session, page);
      await until("the form to be sent", () => page.evaluate(() => location.pathname === "/sign-in"));
      assert.equal(demo.refused.length, before);
      await core.ask({ type: "set-choice", id, origin, automatic: "fill", submit: false, asking: false });
      await page.close();
    });

    test("the switch in the settings stops it, a lock too, and both let it go on", async () => {
      const settings = view_of(await session.extension_page("dashboard/dashboard.html#/settings"));
      await settings.shown("settings-sites .by-itself li");
      await settings.press("#by-itself");
      await until("nothing to be watched", async () => (await watched(session)).length === 0);
      const page = await arrive();
      await sleep(800);
      assert.equal(await value(page), "");
      await page.close();
      await settings.page.bringToFront();
      await settings.press("#by-itself");
      await until("the site to be watched", async () => (await watched(session)).length === 1);
      await core.ask({ type: "lock" });
      assert.deepEqual(await watched(session), []);
      await core.enter(PASSWORD, known);
      assert.deepEqual(await watched(session), [`${demo.url}/*`]);
      await settings.close();
      await control();
    });

    test("with a second account on the site popup and settings say that it waits for a press", async () => {
      const sites = [{ origin: demo.url, subdomains: false }];
      const { ids } = await core.ask({ type: "add", forms: [account("Demo Harbour", "GEZDGNBVGY3TQOJQ", { account: "grace", sites })] });
      const page = await arrive();
      await sleep(800);
      assert.equal(await value(page), "");
      const popup = await session.press_button(page);
      await popup.press(".options summary");
      await popup.shown(".options input[value=fill]");
      assert.match(await popup.text_of(".options fieldset"), /Only by a press: several accounts are used on this site/);
      await popup.screenshot(await out_file(`auto-${kind}-several.png`));
      await popup.close();
      const settings = view_of(await session.extension_page("dashboard/dashboard.html#/settings"));
      await settings.shown("settings-sites .by-itself li");
      const words = await settings.text_of("settings-sites .by-itself");
      assert.match(words, /Only by a press/);
      assert.doesNotMatch(words, /fills by itself/);
      await settings.screenshot(await out_file(`auto-${kind}-several-settings.png`));
      await settings.close();
      await page.close();
      await core.ask({ type: "trash", ids });
      await control();
    });

    test("a permission that is taken back in the browser stops it, and the settings say so", async () => {
      await revoke_site(session, SITE);
      await until("nothing to be watched", async () => (await watched(session)).length === 0);
      const page = await arrive();
      await sleep(800);
      assert.equal(await value(page), "");
      assert.equal(await badge(session), "");
      const settings = view_of(await session.extension_page("dashboard/dashboard.html#/settings"));
      await settings.shown("settings-sites .by-itself .mark-warn");
      await settings.press("settings-sites .by-itself .icon-button");
      await until("the site to be forgotten", async () => !(await choice()));
      await settings.close();
      await page.close();
    });

    test("the browser's permission goes with the site, and with the account to the bin", async () => {
      const { id } = (await core.ask({ type: "list" })).entries[0];
      const choose = async ({ asked }) => {
        const page = await session.page(`${demo.url}/code`);
        const popup = await session.press_button(page);
        await popup.press(".on-page .row-main");
        await popup.shown("popup-offer .primary");
        await popup.click_really("popup-offer .primary");
        if (asked) await allow_site(session, popup, SITE);
        else await until("the site to be allowed", async () => (await allowed(session)).includes(SITE));
        // Without a question of the browser the popup is still there, and the one that says it.
        await until("the choice", async () => (await choice())?.automatic === "fill");
        if (await popup.is_open()) await popup.close();
        await page.close();
      };
      const press_at = async (selector) => {
        const view = view_of(await session.extension_page(`dashboard/dashboard.html#/entry/${id}`));
        await view.press(selector);
        await until("the permission to go", async () => (await allowed(session)).length === 0);
        await view.close();
      };
      await choose({ asked: true });
      await press_at("entry-sites .sites .icon-button");
      await core.ask({ type: "bind", id, site: { origin: demo.url, subdomains: false } });
      // What the extension itself gave back Chromium gives again without a question.
      await choose({ asked: kind === "firefox" });
      await press_at(".quiet-card .danger");
      await core.ask({ type: "restore", ids: [id] });
      await core.ask({ type: "forget-choice", id, origin: demo.url });
    });

    test("Escape is no answer, and after \"not now\" the options still allow it and say what the browser does not", async () => {
      const page = await session.page(`${demo.url}/code`);
      const offered = async () => {
        await page.reload();
        const popup = await session.press_button(page);
        await popup.press(".on-page .row-main");
        await popup.shown("popup-offer .primary");
        return popup;
      };
      const closed = (popup) => until("the popup to close", async () => !(await popup.is_open()));
      const first = await offered();
      // The popup can be gone before the browser says that the key was pressed.
      await first.key("Escape").catch(() => {});
      await closed(first);
      const second = await offered();
      await second.press("popup-offer .decline");
      await closed(second);
      const { id } = (await core.ask({ type: "list" })).entries[0];
      for (const automatic of [null, "fill", null]) {
        await core.ask({ type: "set-choice", id, origin: demo.url, automatic, submit: false, asking: false });
        const popup = await session.press_button(page);
        await popup.press(".options summary");
        await popup.shown(".options input[value=fill]");
        const missing = () => popup.evaluate((window) => window.document.querySelectorAll(".options .mark-warn").length);
        await until("what the browser allows", async () => (await missing()) === (automatic ? 1 : 0));
        assert.equal(await popup.evaluate((window) => window.document.querySelector(".options input[value=fill]").checked), false);
        await popup.close();
      }
      await page.close();
    });
  });
}
