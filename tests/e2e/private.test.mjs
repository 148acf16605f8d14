// A private window: the gesture fills, and nothing is remembered.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { start_demo } from "../demo/server.mjs";
import { open_browser } from "./lib/browser.mjs";
import { account, core_of } from "./lib/core.mjs";
import { kinds } from "./lib/kinds.mjs";
import { until } from "./lib/process.mjs";
import { filled_code } from "./lib/steps.mjs";

for (const kind of kinds()) {
  describe(`a private window in ${kind}`, () => {
    let session, demo, core;

    before(async () => {
      demo = await start_demo();
      session = await open_browser(kind, { headed: true });
      await session.allow_private();
      core = await core_of(session);
      await core.enter("a password of this vault");
      const sites = [{ origin: demo.url, subdomains: false }];
      await core.ask({ type: "add", forms: [account("Demo Harbour", "JBSWY3DPEHPK3PXP", { sites })] });
    });
    after(async () => {
      await session?.close();
      await demo?.stop();
    });

    const last_used = async () => (await core.ask({ type: "list" })).entries[0].lastUsed;

    test("the keyboard fills, and the use is not remembered", async () => {
      const page = await session.private_page(`${demo.url}/code`);
      await session.press_command(page, "fill");
      await filled_code(page, "#code");
      await new Promise((done) => setTimeout(done, 500));
      assert.equal(await last_used(), null);
      await page.close();
    });

    test("in an ordinary window it is", async () => {
      const page = await session.page(`${demo.url}/code`);
      await session.press_command(page, "fill");
      await filled_code(page, "#code");
      await until("the use to be remembered", async () => (await last_used()) > 0);
    });
  });
}
