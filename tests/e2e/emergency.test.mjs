// An emergency account: closed everywhere, opened on its page by a reason and the password, and loud afterwards.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { open_browser } from "./lib/browser.mjs";
import { account, core_of } from "./lib/core.mjs";
import { kinds } from "./lib/kinds.mjs";
import { out_file } from "./lib/paths.mjs";
import { until } from "./lib/process.mjs";
import { view_of } from "./lib/view.mjs";

const PASSWORD = "the right horse at the right time";

for (const kind of kinds()) {
  describe(`an emergency account in ${kind}`, () => {
    let session, core, view, id;

    before(async () => {
      session = await open_browser(kind);
      core = await core_of(session);
      await core.enter(PASSWORD);
      ({ ids: [id] } = await core.ask({ type: "add", forms: [account("Entra", "JBSWY3DPEHPK3PXP", { account: "glass@org.example" })] }));
      view = view_of(await session.extension_page(`dashboard/dashboard.html#/entry/${id}`));
    });
    after(() => session?.close());

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
      assert.equal(await list.evaluate((window) => window.document.querySelectorAll("otp-code").length), 0);
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
  });
}
