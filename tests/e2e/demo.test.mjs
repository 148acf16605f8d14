// The main job on the demo site in both browsers: enrol by scanning, then sign in by each gesture; and never elsewhere.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { start_demo } from "../demo/server.mjs";
import { open_browser } from "./lib/browser.mjs";
import { kinds } from "./lib/kinds.mjs";
import { sleep } from "./lib/process.mjs";
import { fill_from_popup, filled_code, make_vault, next_step, scan, sign_in_to, sign_up, submit } from "./lib/steps.mjs";

for (const kind of kinds()) {
  describe(`demo site in ${kind}`, () => {
    let session, demo, other, page;

    before(async () => {
      [demo, other] = await Promise.all([start_demo(), start_demo()]);
      session = await open_browser(kind, { headed: true });
      await make_vault(session);
      page = await session.page(demo.url);
      await sign_up(page, demo, "ada", { picture: "canvas" });
    });
    after(async () => {
      await session?.close();
      await Promise.all([demo, other].map((each) => each?.stop()));
    });

    test("scan, bind and enrol", async () => {
      const popup = await scan(session, page);
      assert.match(await popup.text_of(".row"), /Demo Harbour/);
      await popup.close();
      await fill_from_popup(session, page);
      await filled_code(page);
      await submit(page, "/account");
    });

    /** Name and password, then the gesture, then the site decides. */
    const signs_in = (step, gesture, { patient = false } = {}) => async () => {
      // The site takes a code once. One test waits for the next code, as a user would; for the others it forgets.
      if (patient) await next_step(demo, "ada");
      else demo.users.get("ada").last_step = 0;
      await sign_in_to(page, demo, "ada", step);
      await gesture();
      await filled_code(page);
      await submit(page, "/account");
      assert.equal(await page.$eval("#user", (element) => element.textContent), "ada");
    };
    test("sign in by the toolbar button", signs_in("/code", () => fill_from_popup(session, page), { patient: true }));
    test("sign in by the keyboard", signs_in("/code", () => session.press_command(page, "fill")));
    test("sign in by the context menu", signs_in("/code", () => session.press_menu(page, "#code")));
    test("sign in with six boxes", signs_in("/boxes", () => session.press_command(page, "fill")));
    test("the site refused no code", () => assert.deepEqual(demo.refused, []));

    /** Every field of every frame, after the gesture had time to act. */
    const stays_empty = (address) => async () => {
      await page.goto(address());
      await sleep(500);
      await session.press_command(page, "fill");
      await sleep(2_000);
      for (const frame of page.frames()) {
        const values = await frame.$$eval("input", (fields) => fields.map((field) => field.value)).catch(() => []);
        assert.deepEqual(values.filter((value) => /\d/.test(value)), [], frame.url());
      }
    };
    const port = () => new URL(demo.url).port;
    test("not under another port", stays_empty(() => `${other.url}/code`));
    test("not under another host", stays_empty(() => `http://localhost:${port()}/code`));
    test("not in a frame of another site", stays_empty(() => `${other.url}/frames/cross?origin=${encodeURIComponent(demo.url)}`));
    test("not in another site's frame", stays_empty(() => `${demo.url}/frames/cross?origin=${encodeURIComponent(other.url)}`));
    test("not in its own frame inside another's", stays_empty(() => `${demo.url}/frames/nested?origin=${encodeURIComponent(other.url)}`));
    test("not in a sandboxed frame", stays_empty(() => `${demo.url}/frames/sandbox`));
    test("not in a sandboxed srcdoc", stays_empty(() => `${demo.url}/frames/sandbox-srcdoc`));
    test("not in a data: frame", stays_empty(() => `${demo.url}/frames/data`));
    test("not in a sandbox by header", stays_empty(() => `${demo.url}/frames/csp-sandbox`));
  });
}
