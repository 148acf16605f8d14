// An offline pass, from the page that makes it to a code in the recovery kit opened from file://, through the real interface.
import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { open_browser } from "./lib/browser.mjs";
import { account, core_of } from "./lib/core.mjs";
import { kinds } from "./lib/kinds.mjs";
import { kit_text } from "./lib/kit.mjs";
import { make_folder } from "./lib/paths.mjs";
import { until } from "./lib/process.mjs";
import { fill_in } from "./lib/steps.mjs";
import { view_of } from "./lib/view.mjs";

const PASSWORD = "the password of this vault";

for (const kind of kinds()) {
  describe(`an offline pass, in ${kind}`, () => {
    let session, core, view, folder, made;

    before(async () => {
      folder = await make_folder("offline");
      session = await open_browser(kind);
      core = await core_of(session);
      await core.enter(PASSWORD);
      await core.ask({ type: "add", forms: [account("Example", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), account("Counted", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", { kind: "hotp" })] });
      view = view_of(await session.extension_page("dashboard/dashboard.html#/offline"));
    });

    after(async () => {
      await session?.close();
      await rm(folder, { recursive: true, force: true });
    });

    test("is made for chosen accounts after the password, with its size told before", async () => {
      await view.shown("page-offline .choose-list label");
      assert.doesNotMatch(await view.text_of("page-offline .choose-list"), /Counted/);
      await view.press("page-offline .choose-list label input");
      await until("the size", async () => /961 codes.*It fits one QR code|96\d codes/s.test(await view.text_of("page-offline .offline-size")));
      await view.press("page-offline .offline-make");
      await fill_in(view, "page-offline second-unlock input", PASSWORD);
      await view.press("page-offline second-unlock button[type=submit]");
      await view.shown("page-offline .sheet", { timeout: 60_000 });
      made = await view.evaluate((window) => {
        const { text, code, from, until } = window.document.querySelector("page-offline").made;
        return { text, code, from, until };
      });
      assert.match(made.text, /^SPAREKEY\/P1\/[A-Z2-7]+$/);
      assert.equal(await view.text_of("page-offline .sheet-code"), made.code);
      assert.equal(made.until - made.from, 480 * 60_000);
    });

    test("shows in the kit the codes of its window, and a wrong code is told", async () => {
      const file = path.join(folder, "kit.html");
      await writeFile(file, await kit_text(kind));
      const kit = view_of(await session.page(pathToFileURL(file).href));
      await kit.press("sparekey-kit details.more summary");
      await fill_in(kit, "#pasted", made.text);
      await kit.press("sparekey-kit details.more button[type=submit]");
      await kit.shown("offline-pass code-field input");
      assert.match(await kit.text_of("offline-pass .offline-when"), /^It ends at/);
      await fill_in(kit, "offline-pass code-field input", "0000-0000-0000-0000-0000-0000");
      await kit.press("offline-pass button[type=submit]");
      await until("a refusal", async () => /does not open this pass/.test(await kit.text_of("offline-pass")));
      await fill_in(kit, "offline-pass code-field input", made.code);
      await kit.press("offline-pass button[type=submit]");
      await until("the code that the vault has too", async () => {
        const { codes } = await core.ask({ type: "codes" });
        const shown = (await kit.text_of("offline-pass otp-code .otp-real")).replaceAll(/\s/g, "");
        return /^\d{6}$/.test(shown) && codes.some(({ code }) => code === shown);
      });
      assert.match(await kit.text_of("offline-pass"), /Example/);
      await kit.close();
    });
  });
}
