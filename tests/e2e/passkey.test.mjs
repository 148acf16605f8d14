// Passkeys through the real interface: in Chromium with the browser's own virtual authenticator, from a locked vault to a
// code; in Firefox they are not offered, and the page says why. The virtual authenticator dies with its tab, and its secrets
// cannot be taken along, so after a new start of the browser it is shown that the passkey is asked for and told when it is not
// there; that it opens in a new process is held by `host/tests/passkey.rs`.
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { authenticator } from "./lib/authenticator.mjs";
import { open_browser } from "./lib/browser.mjs";
import { account, core_of } from "./lib/core.mjs";
import { kinds } from "./lib/kinds.mjs";
import { make_folder } from "./lib/paths.mjs";
import { until } from "./lib/process.mjs";
import { fill_in } from "./lib/steps.mjs";
import { view_of } from "./lib/view.mjs";

const PASSWORD = "the password of this vault";

const text = (view, selector) => view.evaluate((window, at) => window.document.querySelector(at)?.innerText ?? "", selector);
const press_words = (view, words) =>
  until(`the button ${words}`, () =>
    view.evaluate((window, wanted) => {
      const found = [...window.document.querySelectorAll("button")].find((button) => button.innerText.trim() === wanted && !button.disabled);
      found?.click();
      return !!found;
    }, words));
const a_code = (view) => until("a code of six digits", async () => /^\d{3}\s*\d{3}/.test(await text(view, "otp-code .otp-real")));

for (const kind of kinds()) {
  describe(`a passkey, in ${kind}`, () => {
    let session, core, view, profile;

    before(async () => {
      profile = await make_folder(`${kind}-passkey`);
      session = await open_browser(kind, { profile });
      core = await core_of(session);
      await core.enter(PASSWORD);
      await core.ask({ type: "add", forms: [account("Example", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")] });
      view = view_of(await session.extension_page("dashboard/dashboard.html#/ways"));
    });

    after(async () => {
      await session?.close();
      await rm(profile, { recursive: true, force: true });
    });

    if (kind === "firefox") {
      test("is not offered, and the page says why", async () => {
        await view.shown("passkey-card .passkey-why");
        assert.match(await text(view, "passkey-card"), /Firefox lets no extension make passkeys of its own/);
        assert.equal(await view.evaluate((window) => window.document.querySelector("passkey-card button")), null);
        // The reason is true: the browser itself says no.
        const said = await view.evaluate((window) =>
          window.navigator.credentials
            .create({ publicKey: { challenge: new Uint8Array(32), rp: { name: "x" }, user: { id: new Uint8Array(16), name: "x", displayName: "x" }, pubKeyCredParams: [{ type: "public-key", alg: -7 }] } })
            .then(() => "made", (error) => error.name));
        assert.equal(said, "SecurityError");
        await view.press(".side-lock");
        await view.shown("unlock-form password-field");
        assert.doesNotMatch(await text(view, "unlock-form"), /passkey/);
      });
      return;
    }

    let device;
    const lock = async () => {
      await view.press(".side-lock");
      await view.shown("unlock-form");
    };

    test("is added in the ways in, and opens the locked vault to a code", async () => {
      device = await authenticator(view.page);
      await view.press("passkey-card .passkey-add");
      await fill_in(view, "#passkey-name", "this laptop");
      await view.press("passkey-card form button.primary");
      await until("the passkey in the list", async () => /Passkey: this laptop/.test(await text(view, "page-ways")));
      assert.equal((await device.credentials()).length, 1);
      await lock();
      assert.match(await text(view, "unlock-form"), /Unlock with the passkey/);
      await view.press("unlock-form button.primary");
      await view.shown("nav");
      await view.evaluate((window) => {
        window.location.hash = "#/";
      });
      await a_code(view);
      assert.equal((await core.ask({ type: "status" })).openedBy, "passkey");
    });

    test("the password is asked for when it was not typed for two weeks; not now is one press", async () => {
      await lock();
      // What the background notes of the last time lies in clear: a fortnight goes by.
      await session.stop_background();
      await view.evaluate((window) => new Promise((resolve, reject) => {
        const open = window.indexedDB.open("sparekey");
        open.onerror = () => reject(open.error);
        open.onsuccess = () => {
          const db = open.result;
          const store = db.transaction([...db.objectStoreNames], "readwrite").objectStore(db.objectStoreNames[0]);
          const asked = store.get("backups");
          asked.onsuccess = () => {
            const typed = /"password_typed":(\d+)/.exec(asked.result ?? "");
            if (!typed) return reject(new Error(`no note: ${asked.result}`));
            const book = asked.result.replace(typed[1], String(Number(typed[1]) - 15 * 86_400_000));
            store.put(book, "backups").onsuccess = () => {
              db.close();
              resolve();
            };
          };
        };
      }));
      await view.page.reload();
      await view.shown("unlock-form password-field input");
      assert.match(await text(view, "unlock-form"), /two weeks since you typed the password/);
      await press_words(view, "Not now: use the passkey");
      await view.press("unlock-form button.primary");
      await view.shown("nav");
      await lock();
      await view.shown("unlock-form password-field input");
      await fill_in(view, "unlock-form password-field input", PASSWORD);
      await view.press("unlock-form button[type=submit]");
      await view.shown("nav", { timeout: 60_000 });
      await lock();
      await view.shown("unlock-form .passkey-hint");
      // In the popup's page it opens as well.
      await view.page.goto(`${session.base}/popup/popup.html`);
      await view.press("unlock-form button.primary");
      await a_code(view);
    });

    test("not given, or of another vault, it says so; the password is one press away", async () => {
      await core.ask({ type: "lock" });
      const refused = await core.answer({ type: "unlock", way: { kind: "passkey", prf: `${"B".repeat(42)}E=` } });
      assert.equal(refused.code, "wrong-passkey");
      await view.page.reload();
      // From here on this device takes no finger any more.
      await device.verifies(false);
      await view.press("unlock-form button.primary");
      await until("a refusal", async () => /No passkey was given/.test(await text(view, "unlock-form")));
      await press_words(view, "Use the password");
      await view.shown("unlock-form password-field input");
    });

    test("after a new start it is asked for, and told when the device does not hold it", async () => {
      await session.close();
      session = await open_browser(kind, { profile });
      view = view_of(await session.extension_page("dashboard/dashboard.html"));
      await authenticator(view.page);
      await view.shown("unlock-form .passkey-hint");
      await view.press("unlock-form button.primary");
      await until("a refusal", async () => /No passkey was given/.test(await text(view, "unlock-form")));
      await press_words(view, "Use the password");
      await fill_in(view, "unlock-form password-field input", PASSWORD);
      await view.press("unlock-form button[type=submit]");
      await a_code(view);
    });
  });
}
