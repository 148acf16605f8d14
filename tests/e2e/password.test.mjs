// Changing the password, and counters, through the real interface and the real KDFs.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { open_browser } from "./lib/browser.mjs";
import { kinds } from "./lib/kinds.mjs";
import { until } from "./lib/process.mjs";
import { fill_in, make_vault, unlock } from "./lib/steps.mjs";

const SECRET = "12345678901234567890";
const BASE32 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/** RFC 4226. */
function hotp(counter) {
  const moving = Buffer.alloc(8);
  moving.writeBigUInt64BE(BigInt(counter));
  const hmac = createHmac("sha1", SECRET).update(moving).digest();
  const at = hmac[19] & 15;
  return String((hmac.readUInt32BE(at) & 0x7fffffff) % 1e6).padStart(6, "0");
}

for (const kind of kinds()) {
  describe(`password and counters in ${kind}`, () => {
    let session, view, first;
    const second = "another password, long enough";

    before(async () => {
      session = await open_browser(kind, {});
      ({ view, password: first } = await make_vault(session));
    });

    after(() => session?.close());

    const go = (route) => view.evaluate((window, to) => (window.location.hash = to), route);

    test("a counter moves when its code is shown, and is found again by two codes", async () => {
      const id = await view.evaluate(async (window, secret) => {
        const form = { issuer: "Token", account: "ada", secret, kind: "hotp", algorithm: "SHA1", digits: 6, period: 30, counter: 0, note: "", tags: [], sites: [] };
        const { ids } = await (window.browser ?? window.chrome).runtime.sendMessage({ type: "add", forms: [form] });
        return ids[0];
      }, BASE32);
      const next = () => view.evaluate(async (window, id) => (await (window.browser ?? window.chrome).runtime.sendMessage({ type: "next-hotp", id })).code, id);
      assert.equal(await next(), hotp(0));
      assert.equal(await next(), hotp(1));
      await go(`#/entry/${id}`);
      await view.shown("page-entry details.more summary");
      await view.press("page-entry details.more summary");
      await fill_in(view, "#resync", `${hotp(17)} ${hotp(18)}`);
      await view.press("page-entry form.inline button[type=submit]");
      await until("the counter to move", async () => {
        const counter = await view.evaluate(async (window) => (await (window.browser ?? window.chrome).runtime.sendMessage({ type: "list" })).entries[0].counter);
        return counter === 19;
      });
      assert.equal(await next(), hotp(19));
    });

    test("a changed password opens, the old one does not, and nothing is lost", async () => {
      await go("#/settings");
      await view.press("page-settings [aria-labelledby=password-title] > button");
      await fill_in(view, "page-settings form > password-field input", first);
      await view.shown("page-settings new-password .phrase li");
      await view.press("page-settings new-password button.link");
      await view.shown("page-settings new-password meter");
      await fill_in(view, "page-settings new-password password-field:nth-of-type(1) input", second);
      await fill_in(view, "page-settings new-password password-field:nth-of-type(2) input", second);
      await view.press("page-settings details.more summary");
      await view.press("page-settings input[name=kdf][value=pbkdf2]");
      await view.press("page-settings form .buttons .primary");
      await until("the form to close", async () => !(await view.evaluate((window) => !!window.document.querySelector("page-settings form"))), { timeout: 90_000 });
      await view.evaluate(async (window) => {
        await (window.browser ?? window.chrome).runtime.sendMessage({ type: "lock" });
        window.location.reload();
      });
      await view.shown("unlock-form input");
      await fill_in(view, "unlock-form input", first);
      await view.press("unlock-form button[type=submit]");
      await view.shown("unlock-form [role=alert], unlock-form .field-error", { timeout: 60_000 });
      await unlock(view, second);
      const entries = await view.evaluate(async (window) => (await (window.browser ?? window.chrome).runtime.sendMessage({ type: "list" })).entries);
      assert.deepEqual(entries.map((entry) => [entry.issuer, entry.counter]), [["Token", 20]]);
    });
  });
}
