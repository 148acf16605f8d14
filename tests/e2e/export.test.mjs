// Export in the dashboard: a fresh unlock, a plain warning, QR codes that other readers read, only those that were chosen, and
// what is lost listed.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { decodeMigrationUri } from "gauth-decode";
import { HOTP, Secret, URI } from "otpauth";
import { open_browser } from "./lib/browser.mjs";
import { on } from "./lib/dashboard.mjs";
import { kinds } from "./lib/kinds.mjs";
import { out_file } from "./lib/paths.mjs";
import { until } from "./lib/process.mjs";
import { read_qr } from "./lib/qr.mjs";
import { make_vault } from "./lib/steps.mjs";
import { view_of } from "./lib/view.mjs";

const PASSWORD = "a long password for tests";
const SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
/** Each with a key of its own, and not all of one kind: what is read back tells them apart. */
const FORMS = [
  ...Array.from({ length: 11 }, (_, n) => form("Northwind", `user${n}@example.com`, { secret: secret_of(n) })),
  form("Steam", "valve_fan", { kind: "steam" }),
  form("Harbour", "grace", { note: "a note", tags: ["Work"] }),
];
Object.assign(FORMS[1], { algorithm: "SHA256", digits: 8 });
Object.assign(FORMS[2], { kind: "hotp", counter: 7 });

for (const kind of kinds()) {
  describe(`export in ${kind}`, { timeout: 240_000 }, () => {
    let session, view;

    before(async () => {
      session = await open_browser(kind, { headed: false });
      ({ view } = await make_vault(session, PASSWORD));
      await view.evaluate((window, forms) => (window.browser ?? window.chrome).runtime.sendMessage({ type: "add", forms }), FORMS);
      await view.close();
      view = view_of(await session.extension_page("dashboard/dashboard.html#/export"));
    });

    after(async () => session?.close());

    const choose = (format) =>
      view.evaluate((window, value) => {
        const select = window.document.querySelector("#export-format");
        select.value = value;
        select.dispatchEvent(new window.Event("change", { bubbles: true }));
      }, format);
    const type = (at, value) =>
      view.evaluate((window, selector, text) => {
        const field = window.document.querySelector(selector);
        field.value = text;
        field.dispatchEvent(new window.InputEvent("input", { bubbles: true }));
      }, at, value);
    const current = "page-export form > password-field input";
    const written = () =>
      view.evaluate((window) => {
        const { written, codes } = window.document.querySelector("page-export");
        return { name: written.name, text: new window.TextDecoder().decode(written.bytes), lost: written.lost, codes: codes.length };
      });
    /** What the codes on the screen say to another reader. */
    const drawn = async (selector) => {
      const said = [];
      for (const code of await view.page.$$(selector)) said.push(await read_qr(code));
      return said;
    };
    const picture = async (what) => view.screenshot(await out_file(`export-${kind}-${what}.png`));

    test("a plain export waits for the warning, and refuses a wrong password", async () => {
      await view.shown("page-export form");
      await picture("form");
      await choose("google-migration-uri");
      await type(current, "not the password");
      assert.equal(await view.evaluate((window) => window.document.querySelector("page-export button[type=submit]").disabled), true);
      await view.press("page-export .banner-warn input");
      await picture("plain");
      await view.press("page-export button[type=submit]");
      await view.shown("page-export [role=alert]", { timeout: 60_000 });
      assert.match(await view.text_of("page-export"), /Wrong password/);
    });

    test("a transfer is shown in batches, and what it cannot hold is listed", async () => {
      await type(current, PASSWORD);
      await view.press("page-export button[type=submit]");
      await view.shown("page-export .made", { timeout: 60_000 });
      const file = await written();
      assert.equal(file.codes, 2);
      assert.equal(file.text.trim().split("\n").length, 2);
      assert.deepEqual(file.lost.map(([at, why]) => `${at} ${why}`), ["11 entry-steam", "12 note", "12 tags"]);
      assert.match(await view.text_of("page-export .lost-list"), /Steam codes there: Steam \(valve_fan\)/);
      await picture("google");
      // What a phone would see, read by others: what a person moves to is all of it, or it is nothing.
      const batches = await Promise.all((await drawn(".qr-sheet .qr")).map(decodeMigrationUri));
      assert.deepEqual(batches.flat().map(({ issuer, name, secretBase32, algorithm, digits, type }) => [issuer, name, secretBase32, algorithm, digits, type]), held_by_google(FORMS));
      await view.press("page-export .made .link");
    });

    test("a sheet has a code for each account", async () => {
      await choose("html-uri-list");
      await view.press("page-export .banner-warn input");
      await type(current, PASSWORD);
      await view.press("page-export button[type=submit]");
      await view.shown("page-export .made", { timeout: 60_000 });
      const file = await written();
      assert.equal(file.codes, 13);
      assert.match(file.text, /^<!doctype html>/);
      // What is printed: the codes alone, beside each other, none cut at the paper's edge. Firefox follows the same rules of
      // CSS, and cannot be told to show them.
      if (kind === "chromium") {
        await view.page.emulateMediaType("print");
        const boxes = await view.page.$$eval(".qr-sheet li", (items) => items.map((item) => item.querySelector(".qr").getBoundingClientRect().toJSON()));
        const first = boxes.filter((box) => Math.abs(box.top - boxes[0].top) < 1);
        assert.ok(first.length >= 3 && boxes.every((box) => box.left >= 0 && box.width >= 180), JSON.stringify(boxes.slice(0, 4)));
        const { clip, hidden } = await view.evaluate((window) => ({
          clip: window.document.documentElement.scrollWidth - window.innerWidth,
          hidden: [".side", ".page-head", "page-export .made"].every((at) => !window.document.querySelector(at)?.getClientRects().length),
        }));
        assert.ok(clip <= 0 && hidden);
      }
      const sheet = (await drawn(".qr-sheet li:nth-child(-n + 3) .qr, .qr-sheet li:last-child .qr")).map(read_uri);
      assert.deepEqual(sheet, [...FORMS.slice(0, 3), FORMS[12]].map(as_uri));
      if (kind === "chromium") await view.page.emulateMediaType("screen");
      await picture("sheet");
      await view.press("page-export .made .link");
    });

    test("an account that fits into no code is on the sheet as text, and one in the bin is told to stay here", async () => {
      const name = "Пристань".repeat(60);
      await view.evaluate(
        async (window, issuer, secret) => {
          const form = { issuer, account: "ada", secret, kind: "totp", algorithm: "SHA1", digits: 6, period: 30, counter: 0, note: "", tags: [], sites: [] };
          const { runtime } = window.browser ?? window.chrome;
          await runtime.sendMessage({ type: "add", forms: [form] });
          const { entries } = await runtime.sendMessage({ type: "list" });
          await runtime.sendMessage({ type: "trash", ids: [entries.find((entry) => entry.issuer === "Steam").id] });
        },
        name,
        SECRET,
      );
      await view.close();
      view = view_of(await session.extension_page("dashboard/dashboard.html#/export"));
      await view.shown("page-export form");
      assert.match(await view.text_of("page-export form"), /1 account in the bin is left out/);
      await picture("bin");
      await choose("html-uri-list");
      await view.press("page-export .banner-warn input");
      await type(current, PASSWORD);
      await view.press("page-export button[type=submit]");
      await view.shown("page-export .made", { timeout: 60_000 });
      assert.equal((await written()).codes, 13);
      const shown = await view.evaluate((window) => [...window.document.querySelectorAll(".qr-sheet li")].map((item) => [!!item.querySelector("qr-image"), item.textContent]));
      const texts = shown.filter(([drawn]) => !drawn);
      assert.equal(texts.length, 1);
      assert.match(texts[0][1], new RegExp(`otpauth://totp/.*${SECRET}`));
      await view.evaluate((window) => window.document.querySelector(".qr-sheet .mono").scrollIntoView());
      await picture("no-code");
      await view.press("page-export .made .link");
    });

    test("an export that is stopped while its codes are drawn shows nothing", async () => {
      // The moment between the list and its codes is short: the drawing itself presses Cancel.
      await view.evaluate((window) => {
        const { Worker } = window;
        const { postMessage } = Worker.prototype;
        Worker.prototype.postMessage = function (message, ...rest) {
          if (message.name !== "qrMatrix") return postMessage.call(this, message, ...rest);
          Worker.prototype.postMessage = postMessage;
          window.document.querySelector("page-export .working button").click();
        };
      });
      await view.press("page-export .banner-warn input");
      await type(current, PASSWORD);
      await view.press("page-export button[type=submit]");
      const over = (window) => !window.document.querySelector("page-export").busy && !window.document.querySelector("page-export .working");
      await until("the stop", () => view.evaluate(over), { timeout: 60_000 });
      assert.equal(await view.evaluate((window) => !!window.document.querySelector("page-export .made, page-export .qr-sheet, page-export .banner-error")), false);
    });

    test("the one code on an account's page is read by others", async () => {
      const ids = await view.evaluate(async (window) => (await (window.browser ?? window.chrome).runtime.sendMessage({ type: "list" })).entries.map(({ account, id }) => [account, id]));
      const page = on(view.page);
      await page.go(`/entry/${new Map(ids).get("user1@example.com")}`);
      await page.press("Show the key");
      await view.shown("second-unlock input, qr-image");
      if (await view.page.$("second-unlock input")) {
        await type("second-unlock input", PASSWORD);
        await page.press("Show the key", "second-unlock");
      }
      await view.shown("qr-image .qr", { timeout: 60_000 });
      assert.deepEqual((await drawn("qr-image .qr")).map(read_uri), [as_uri(FORMS[1])]);
      await picture("one");
    });

    test("only some are chosen, by the keyboard alone, and no other is in the file", async () => {
      const { page } = view;
      const keys = on(page);
      await keys.go("/export");
      await view.shown("page-export form");
      await keys.key_on("All 13 accounts in the vault", "ArrowDown");
      await keys.key_on("Northwind (user3@example.com)", " ");
      await keys.key_on("Northwind (user7@example.com)", " ");
      // Ticked, and off again.
      await keys.key_on("Northwind (user8@example.com)", " ");
      await page.keyboard.press(" ");
      await keys.tab_to("Format");
      await page.keyboard.type("List");
      await keys.key_on("I understand that this file lies open", " ");
      await keys.tab_to("Current password");
      await page.keyboard.type(PASSWORD);
      await picture("some");
      await keys.key_on("Export");
      await view.shown("page-export .made", { timeout: 60_000 });
      assert.match(await view.text_of("page-export .made"), /2 accounts/);
      const { text } = await written();
      assert.deepEqual(text.trim().split("\n").map(read_uri), [FORMS[3], FORMS[7]].map(as_uri));
      await keys.focused("Save the file");
      await keys.key_on("Done");
      await view.shown("page-export form");
    });

    test("an encrypted file has a password of its own and no secret in sight", async () => {
      await choose("aegis-json-encrypted");
      await view.shown("page-export new-password .phrase li");
      await view.press("page-export new-password button.link");
      await view.shown("page-export new-password password-field");
      await type("page-export new-password password-field:nth-of-type(1) input", "another long password");
      await type("page-export new-password password-field:nth-of-type(2) input", "another long password");
      await type(current, PASSWORD);
      await view.press("page-export button[type=submit]");
      await view.shown("page-export .made", { timeout: 90_000 });
      const file = await written();
      assert.equal(file.lost.length, 0);
      assert.ok(JSON.parse(file.text).header.slots.length === 1 && !file.text.includes(SECRET));
      await picture("sealed");
    });
  });
}

function form(issuer, account, over) {
  return { issuer, account, secret: SECRET, kind: "totp", algorithm: "SHA1", digits: 6, period: 30, counter: 0, note: "", tags: [], sites: [], ...over };
}

/** A key of twenty bytes that no other account has. */
function secret_of(n) {
  return new Secret({ buffer: Uint8Array.from({ length: 20 }, (_, at) => 7 * n + at + 1).buffer }).base32;
}

/** A link as another package reads it. */
function read_uri(text) {
  const uri = URI.parse(text);
  const { issuer, label, secret, algorithm, digits } = uri;
  return { issuer, label, secret: secret.base32, algorithm, digits, ...(uri instanceof HOTP ? { counter: uri.counter } : { period: uri.period }) };
}

/** What that package has to read of an account. */
function as_uri({ issuer, account, secret, kind, algorithm, digits, period, counter }) {
  return { issuer, label: account, secret, algorithm, digits, ...(kind === "hotp" ? { counter } : { period }) };
}

/** What a transfer has to hold: all but Steam's codes. Of Google's numbers for a hash and for digits, that package has a name for SHA-1 alone. */
function held_by_google(forms) {
  const held = forms.filter(({ kind }) => kind !== "steam");
  const hash = { SHA1: "ALGO_SHA1", SHA256: 2 };
  return held.map((each) => [each.issuer, `${each.issuer}:${each.account}`, each.secret, hash[each.algorithm], each.digits === 8 ? 2 : 1, `OTP_${each.kind.toUpperCase()}`]);
}
