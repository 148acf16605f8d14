// Which documents and frames take a code, in both browsers: `self.origin` decides, all the way up. In every document
// the page's own world watches for a node, an attribute or a text that we would add, and tries to start a fill itself.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { base32, code_at, make_secret } from "../demo/totp.mjs";
import { open_browser } from "./lib/browser.mjs";
import { account, core_of } from "./lib/core.mjs";
import { filled, hidden, refused, refused_tops, serve_cases } from "./lib/frame-cases.mjs";
import { kinds } from "./lib/kinds.mjs";
import { sleep, until } from "./lib/process.mjs";

/** Frames of a refused page that are tried together. */
const TOGETHER = 8;

for (const kind of kinds()) {
  describe(`frames in ${kind}`, () => {
    let session, site, page;
    const secret = make_secret();

    before(async () => {
      site = await serve_cases();
      session = await open_browser(kind, { headed: true });
      const core = await core_of(session);
      await core.enter("a password of this vault");
      await core.ask({ type: "add", forms: [account("Frames", base32(secret), { sites: [{ origin: site.at.here, subdomains: false }] })] });
      page = await session.page("about:blank");
    });
    after(async () => {
      await session?.close();
      site?.stop();
    });

    /** Of every document that runs scripts: what its fields hold and what changed in it. */
    const look = async () => {
      const all = await Promise.all(page.frames().map((frame) => frame.evaluate(() => globalThis.values && { values: globalThis.values(), changes: globalThis.changes }).catch(() => null)));
      return all.filter(Boolean);
    };
    const values = async () => (await look()).flatMap((each) => each.values);
    const changes = async () => (await look()).flatMap((each) => each.changes);
    const in_all = (name) => Promise.all(page.frames().map((frame) => frame.evaluate((fn) => globalThis[fn]?.(), name).catch(() => {})));

    /** Goes there, waits for so many fields, and lets every document try by itself. */
    const open = async (url, fields) => {
      await page.goto(url);
      await until(`${fields} fields in ${url}`, async () => (await values()).length === fields);
      await in_all("watch");
      await in_all("pretend");
    };
    const codes = () => [0, -1].map((ago) => code_at(secret, Math.floor(Date.now() / 30_000) + ago));
    const takes_the_code = async () => {
      assert.deepEqual((await values()).filter(Boolean), [], "filled before the press");
      await session.press_command(page, "fill");
      await until("the code", async () => codes().includes((await values()).join(""))).catch(async (error) => assert.fail(`${error.message}; the fields hold ${JSON.stringify(await values())}`));
      assert.deepEqual(await changes(), []);
    };

    for (const name of Object.keys(filled)) {
      test(`filled: ${name}`, async () => {
        await open(`${site.at.here}/top?case=${encodeURIComponent(name)}`, 1);
        await takes_the_code();
      });
    }

    test("filled: a page that came back from the history", async () => {
      await open(`${site.at.here}/prompt`, 1);
      await page.evaluate(() => (globalThis.kept = true));
      await page.goto(`${site.at.here}/empty`);
      await page.evaluate(() => void history.back());
      await until("the page to be back", async () => (await values()).length === 1);
      await takes_the_code();
    });

    /** Presses in a new tab, whose grant shows that the press arrived, and waits until our script is done everywhere. */
    const takes_nothing = async (url, fields) => {
      await page.close();
      page = await session.page("about:blank");
      await open(url, fields);
      const reach = () =>
        session.background(async () => {
          const api = globalThis.browser ?? chrome;
          const [tab] = await api.tabs.query({ active: true, lastFocusedWindow: true });
          return api.scripting.executeScript({ target: { tabId: tab.id, allFrames: true }, func: () => globalThis.sparekeyWork !== undefined })
            .then((results) => results.map(({ result }) => result === true), () => null);
        });
      const arrived = () => until("the press to arrive", async () => (await reach()) !== null, { timeout: 3_000 });
      await session.press_command(page, "fill");
      // A key that came while the new tab was still taking the focus is lost.
      await arrived().catch(async () => {
        await session.press_command(page, "fill");
        await arrived();
      });
      await Promise.race([until("our script", async () => (await reach())?.includes(true)).catch(() => {}), sleep(1_000)]);
      await until("our script to be done", async () => !(await reach())?.includes(true));
      assert.deepEqual((await values()).filter(Boolean), []);
      assert.deepEqual(await changes(), []);
    };

    for (const [name, url] of Object.entries(refused_tops)) test(`refused: ${name}`, () => takes_nothing(url(site.at), 1));

    test(`frames that nobody sees: ${Object.keys(hidden).join("; ")}`, async () => {
      await takes_nothing(`${site.at.here}/hidden`, Object.keys(hidden).length);
    });

    test("beside frames that nobody sees the field of the top is filled", async () => {
      await open(`${site.at.here}/hidden?beside`, Object.keys(hidden).length + 1);
      await takes_the_code();
      assert.ok(codes().includes(await page.$eval("input", (field) => field.value)), "the top's own field");
    });

    const names = Object.keys(refused);
    for (let from = 0; from < names.length; from += TOGETHER) {
      const some = names.slice(from, from + TOGETHER);
      test(`refused in one page: ${some.join("; ")}`, () => takes_nothing(`${site.at.here}/refused?from=${from}&to=${from + TOGETHER}`, some.length));
    }
  });
}
