// Moving without an export: a screenshot's text becomes a list, each account goes its four steps, neither a lock nor a reload in
// between loses anything, and the keyboard alone does.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { open_browser } from "./lib/browser.mjs";
import { on } from "./lib/dashboard.mjs";
import { kinds } from "./lib/kinds.mjs";
import { out_file } from "./lib/paths.mjs";
import { until } from "./lib/process.mjs";
import { make_vault, unlock } from "./lib/steps.mjs";
import { view_of } from "./lib/view.mjs";

const PASSWORD = "a long password for tests";
const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const SCREENSHOT = "9:41\nAuthenticator\nGitHub\nada@example.com\n123 456\n\nContoso\nada@contoso.example\n774 019\nSearch\n";

for (const kind of kinds()) {
  describe(`moving by hand in ${kind}`, () => {
    let session, page;

    before(async () => {
      session = await open_browser(kind, { headed: false });
      const made = await make_vault(session, PASSWORD);
      page = made.view.page;
    });
    after(async () => session?.close());

    const view = () => on(page);
    const shot = async (name) => page.screenshot({ path: await out_file(`move-${kind}-${name}.png`) });

    test("the import page leads there, and a screenshot's text becomes a list", async () => {
      await view().go("/import");
      await page.evaluate(() => [...document.querySelectorAll("details")].find((each) => each.textContent.includes("Microsoft")).setAttribute("open", ""));
      await view().press("Move them one by one", "details[open]");
      await view().see("h1", /Move without an export/);
      await page.waitForSelector("#move-text");
      await page.$eval("#move-text", (field, text) => {
        field.value = text;
        field.dispatchEvent(new InputEvent("input", { bubbles: true }));
      }, SCREENSHOT);
      await shot("text");
      await view().press("Read the list");
      await view().see("#names-title", /2 accounts/);
      const names = await page.$$eval(".move-names input", (fields) => fields.map((field) => field.value));
      assert.deepEqual(names, ["GitHub", "ada@example.com", "Contoso", "ada@contoso.example"]);
      await view().press("Add a line");
      await view().press("Add a line");
      // An empty line is no account, and without it the next one has the focus.
      await view().see("#names-title", /2 accounts/);
      await page.$eval(".move-names li:nth-child(3) button", (button) => button.click());
      await until("the focus", () => page.evaluate(() => document.activeElement === document.querySelector(".move-names li:nth-child(3):last-child input")));
      await page.keyboard.type("O2");
      await view().see("#names-title", /3 accounts/);
      await shot("names");
      await view().press("Put 3 accounts on the list");
      await view().see("#move-left", /3 accounts left/);
      // Off the list it goes only after a question: its steps cannot be had back.
      await view().press("Take O2 off the list");
      await view().see("dialog", /O2.*steps/);
      await shot("drop");
      await view().press("Cancel", "dialog");
      await view().see("#move-left", /3 accounts left/);
      await view().press("Take O2 off the list");
      await view().press("Take off the list", "dialog");
      await view().see("#move-left", /2 accounts left/);
      await view().see(".move-step-now", /Sign in with the old app/);
      await view().see(".move-step-now", /github\.com/);
    });

    test("sign in, add, try: the old app can go only then", async () => {
      await view().press("I am signed in");
      await view().see(".move-step-now", /Add the account to Sparekey/);
      await shot("add");
      await view().press("Add an account", ".move-step-now");
      await page.waitForSelector("#paste");
      await page.type("#paste", `otpauth://totp/GitHub:ada@example.com?secret=${SECRET}&issuer=GitHub`);
      await view().press("Read");
      await page.waitForSelector("found-accounts .primary");
      await page.click("found-accounts .primary");
      await view().see(".move-step-now", /Already added\?/);
      await view().press("It is GitHub (ada@example.com)");
      await view().see(".move-step-now", /Try a code of Sparekey/);
      await view().see(".move-step-now .otp-real", /^\d{3} ?\d{3}$/);
      assert.equal(await view().shows("The old one is removed"), false);
      await view().press("It was refused");
      await view().see("[role=alert]", /old app still works/);
      await shot("try");
    });

    test("a lock in between loses nothing, and the count goes down", async () => {
      await view().press("Lock now");
      await unlock(view_of(page), PASSWORD);
      await view().go("/");
      await view().see(".banner", /2 accounts are still to be moved/);
      await view().press("Go on", ".banner");
      await view().see("#move-left", /2 accounts left/);
      await view().press("The code was accepted");
      await view().see(".move-step-now", /Remove the old app/);
      await view().press("The old one is removed");
      await view().see("#move-left", /1 account left/);
      await view().see(".move-open", /Contoso.*0 of 4 steps/);
      await shot("one-left");
      await view().press("Take Contoso (ada@contoso.example) off the list");
      await view().press("Take off the list", "dialog");
      await view().see("#move-left", /All accounts are moved/);
      await shot("moved");
      await view().press("Forget the list");
      await page.waitForSelector("#move-text");
    });

    test("an account with another name here, one step back and reloads, by the keyboard alone", async () => {
      const named = ["Quay Ltd", "Harbour Ltd"].map((issuer) => ({
        issuer, account: "ada", secret: SECRET, kind: "totp", algorithm: "SHA1", digits: 6, period: 30, counter: 0, note: "", tags: [], sites: [],
      }));
      await page.evaluate((forms) => (globalThis.browser ?? globalThis.chrome).runtime.sendMessage({ type: "add", forms }), named);
      await reload();
      await page.waitForSelector("#move-text");
      await view().tab_to("The accounts in the old app");
      await page.keyboard.type("Contoso");
      await page.keyboard.press("Enter");
      await page.keyboard.type("Fabrikam");
      await view().key_on("Read the list");
      await view().see("#names-title", /2 accounts/);
      await view().key_on("Put 2 accounts on the list");
      await view().focused("2 accounts left");
      await view().key_on("I am signed in");
      // The next step is under the finger each time.
      await view().focused("Add an account");
      await take_harbour();
      await view().key_on("One step back");
      await view().focused("Add an account");
      await view().see(".move-open", /Contoso.*1 of 4 steps/);
      await shot("back");
      await reload();
      await view().see("#move-left", /2 accounts left/);
      await view().see(".move-open", /Contoso.*1 of 4 steps/);
      await take_harbour();
      await reload();
      await view().see(".move-open", /Contoso.*2 of 4 steps/);
      await view().see(".move-step-now .preview", /Harbour Ltd \(ada\)/);
      await view().key_on("The code was accepted");
      await view().focused("The old one is removed");
      await view().see(".move-open", /Contoso.*3 of 4 steps/);
      await view().key_on("The old one is removed");
      await view().see("#move-left", /1 account left/);
      await view().see(".move-open", /Fabrikam.*0 of 4 steps/);
      await view().focused("I am signed in");
      await reload();
      await view().see("#move-left", /1 account left/);
      await view().see(".move-list", /Contoso.*Moved.*Fabrikam.*0 of 4 steps/);
    });

    /** The last of those that have another name. */
    async function take_harbour() {
      await view().see(".move-step-now", /Add the account to Sparekey/);
      await view().key_on("It is here under another name");
      await view().tab_to("Account in Sparekey");
      await page.keyboard.type("Harb");
      await shot("other-name");
      await view().key_on("This is it");
      await view().focused("The code was accepted");
      await view().see(".move-open", /Contoso.*2 of 4 steps/);
      await view().see(".move-step-now .preview", /Harbour Ltd \(ada\)/);
    }

    async function reload() {
      await page.evaluate(() => {
        document.body.dataset.old = "";
        location.reload();
      });
      await until("the page to be there anew", () => page.evaluate(() => !("old" in document.body.dataset) && !!document.querySelector("main h1")));
    }
  });
}
