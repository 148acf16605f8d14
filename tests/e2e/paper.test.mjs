// What is printed is read instead of typed: codes, passes and shares from pictures of their sheets and by the camera, at the
// locked screen, at a restore, for a guest and in the kit; of any other QR code it is said what it is.
import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import encode_qr from "qr";
import { open_browser } from "./lib/browser.mjs";
import { film_on_canvas } from "./lib/camera.mjs";
import { account, core_of } from "./lib/core.mjs";
import { kinds } from "./lib/kinds.mjs";
import { open_kit } from "./lib/kit.mjs";
import { make_folder, out_file, ROOT } from "./lib/paths.mjs";
import { until } from "./lib/process.mjs";
import { fill_in } from "./lib/steps.mjs";
import { view_of } from "./lib/view.mjs";

const PASSWORD = "a long password for tests";
const FIXTURES = path.join(ROOT, "tests/fixtures/format-1");
const ACCOUNT = "otpauth://totp/Example:ada?secret=JBSWY3DPEHPK3PXP&issuer=Example";

for (const kind of kinds()) {
  describe(`paper in ${kind}`, { timeout: 180_000 }, () => {
    let session, core, view, page, folder, vectors;
    /** Pictures of the printed sheets, and what is on them. */
    const printed = { shares: [] };

    before(async () => {
      folder = await make_folder("paper");
      vectors = JSON.parse(await readFile(path.join(FIXTURES, "expected.json"), "utf8"));
      session = await open_browser(kind, { headed: false });
      core = await core_of(session);
      ({ view } = core);
      ({ page } = view);
    });
    after(async () => {
      await session?.close();
      await rm(folder, { recursive: true, force: true });
    });

    const go = (route) =>
      view.evaluate((window, hash) => {
        window.location.hash = hash;
      }, route);
    const press_words = (words, on = view) =>
      until(`the button ${words}`, () =>
        on.evaluate((window, wanted) => {
          const found = [...window.document.querySelectorAll("main button")].find((button) => button.innerText.trim() === wanted && !button.disabled);
          found?.click();
          return !!found;
        }, words));
    const says = (pattern, on = view) => until(String(pattern), async () => pattern.test(await on.text_of("main")), { timeout: 60_000, every: 250 });
    /** Another library's QR code of a text, as a picture with a name. */
    const draw = async (name, text) => {
      const file = path.join(folder, name);
      await writeFile(file, encode_qr(text, "svg", { scale: 6, border: 4 }));
      return file;
    };
    /** What is on the page, as somebody takes a picture of the paper. */
    const picture = async (name, selector, at = 0) => {
      const file = path.join(folder, name);
      await page.waitForSelector(selector);
      await writeFile(file, await (await page.$$(selector))[at].screenshot());
      return file;
    };
    const open_reader = async (on = view) => {
      await on.press("way-entry .paper-turn");
      await on.shown("way-entry drop-zone");
    };
    const give = async (files, on = view) => (await on.page.waitForSelector("way-entry code-reader input[type=file]")).uploadFile(...files);
    const reader_is_open = (on = view) => on.evaluate((window) => !!window.document.querySelector("way-entry code-reader"));
    const typed = () => view.evaluate((window) => window.document.querySelector("unlock-form code-field input").value);
    const is_locked = async () => (await core.ask({ type: "status" })).state === "locked";
    const a_code = async () => {
      await view.shown("nav", { timeout: 60_000 });
      await go("#/");
      await until("a code of six digits", async () => /^\d{3}\s*\d{3}/.test(await view.text_of("page-accounts otp-code .otp-real")));
    };
    const lock = async () => {
      await view.press(".side-lock");
      await view.shown("unlock-form");
    };
    const by_code = async () => {
      await press_words("Use a recovery code or a pass");
      await view.shown("unlock-form code-field");
    };
    /** Gives a bundle of the fixtures, and its shares from pictures, all at once and the last one first. */
    const open_by_pictures = async (on, name) => {
      await (await on.page.waitForSelector("bundle-picker input[type=file]")).uploadFile(path.join(FIXTURES, name));
      await on.shown("way-entry");
      if (!(await on.evaluate((window) => !!window.document.querySelector("way-entry share-entry")))) await press_words("Use shares", on);
      await open_reader(on);
      const shares = vectors[name].shares.split("\n");
      await give(await Promise.all(shares.map((words, at) => draw(`${name}-${at}.svg`, words)).toReversed()), on);
      await until("the shares", () => on.evaluate((window) => !window.document.querySelector("bundle-form button[type=submit]").disabled), { timeout: 60_000 });
      assert.equal(await reader_is_open(on), false, "it closes when nothing is missing");
      await on.press("bundle-form button[type=submit]");
    };

    test("a guest opens an emergency bundle with pictures of its shares, and a restore begins with one of a code", async () => {
      await go("#/guest");
      await open_by_pictures(view, "emergency-shares.sparekey");
      await view.shown("bundle-codes li", { timeout: 60_000 });

      await go("#/restore");
      await (await page.waitForSelector("page-restore bundle-picker input[type=file]")).uploadFile(path.join(FIXTURES, "way-code-bundle.sparekey"));
      await view.shown("way-entry");
      if (!(await view.evaluate((window) => !!window.document.querySelector("way-entry code-field")))) await press_words("Use a recovery code or a pass");
      await open_reader();
      await give([await draw("code.svg", vectors["way-code-bundle.sparekey"].code)]);
      await until("the code", () => view.evaluate((window) => !!window.document.querySelector("code-field input").value), { timeout: 60_000 });
      await view.press("page-restore form button[type=submit]");
      await view.shown("page-restore .plan", { timeout: 60_000 });
      assert.equal((await core.ask({ type: "status" })).state, "fresh");
    });

    test("the kit takes pictures of shares, and no camera", async () => {
      const { view: kit } = await open_kit(session, folder);
      await open_by_pictures(kit, "emergency-shares.sparekey");
      await kit.shown("bundle-codes li", { timeout: 60_000 });
      await kit.page.reload();
      await (await kit.page.waitForSelector("bundle-picker input[type=file]")).uploadFile(path.join(FIXTURES, "emergency-shares.sparekey"));
      await open_reader(kit);
      assert.equal(await kit.text_of("way-entry .paper-turn"), "From a picture");
      assert.equal(await kit.evaluate((window) => !!window.document.querySelector(".camera-start")), false);
      await kit.close();
      await page.bringToFront();
    });

    test("the sheets are printed", async () => {
      await core.enter(PASSWORD);
      await core.ask({ type: "add", forms: [account("Example", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")] });
      // The page that made the vault by itself begins anew, as it does for a person.
      await view.evaluate((window) => {
        window.before = true;
        window.location.hash = "#/ways";
        window.location.reload();
      });
      await until("the new page", () => view.evaluate((window) => !window.before && window.document.readyState === "complete").catch(() => false));
      for (const words of ["Make recovery codes", "Make recovery codes"]) await press_words(words);
      await view.shown("recovery-codes .sheet");
      printed.texts = await view.evaluate((window) => [...window.document.querySelectorAll(".sheet-code")].map((code) => [...code.children].map((half) => half.textContent).join("-")));
      printed.sheet = await picture("sheet.png", "recovery-codes .sheet");
      printed.codes = await Promise.all([0, 1].map((at) => picture(`code-${at}.png`, ".sheet-codes li", at)));
      await fill_in(view, "recovery-codes code-field input", printed.texts[9]);
      await press_words("I have them");
      await until("ten codes", async () => /10 of 10/.test(await view.text_of("recovery-codes")));
      assert.equal(await view.evaluate((window) => !!window.document.querySelector("recovery-codes .paper-turn")), false, "what is typed back is typed");

      for (const words of ["Make a pass", "Make a pass"]) await press_words(words);
      printed.pass = await picture("pass.png", "temporary-pass .sheet");

      for (const words of ["Make shares", "Make shares"]) await press_words(words);
      await view.shown("key-shares .sheet");
      const shares = await view.evaluate((window) => [...window.document.querySelectorAll(".sheet-words")].map((sheet) => [...sheet.children].map((word) => word.textContent).join(" ")));
      for (const at of shares.keys()) printed.shares.push(await picture(`share-${at + 1}.png`, "key-shares .sheet", at));
      printed.words = shares;
      const back = shares.flatMap((words, share) => [1, 2].map((place) => ({ share, place, word: words.split(" ")[place - 1] })));
      await core.ask({ type: "keep-shares", shares, typed: back, emergency: false });
      await go("#/");
    });

    test("a code from a picture of the whole sheet, one chosen, opens; nothing is sent before", async () => {
      await lock();
      await by_code();
      assert.equal(await view.evaluate((window) => window.document.querySelector(".paper-turn").getAttribute("aria-expanded")), "false");
      await open_reader();
      assert.equal(await view.evaluate((window) => window.document.querySelector(".paper-turn").getAttribute("aria-expanded")), "true");
      await view.screenshot(await out_file(`paper-${kind}-open.png`));
      await give([printed.sheet]);
      await until("the codes of the sheet", async () => (await view.evaluate((window) => window.document.querySelectorAll(".paper-codes button").length)) === 10, { timeout: 60_000 });
      assert.equal(await view.evaluate((window) => window.document.activeElement.matches(".paper-codes button")), true, "the focus is where the choice is");
      await view.screenshot(await out_file(`paper-${kind}-which.png`));
      await press_words(printed.texts[2]);
      await until("the code", async () => (await typed()) === printed.texts[2]);
      assert.equal(await reader_is_open(), false);
      assert.equal(await view.evaluate((window) => window.document.activeElement.matches("code-field input")), true, "the focus is where the code is");
      assert.match(await view.text_of("unlock-form .paper-told"), /in the field/);
      assert.ok(await is_locked());
      await view.screenshot(await out_file(`paper-${kind}-in.png`));
      await view.press("unlock-form button[type=submit]");
      await a_code();
      assert.match(await view.text_of("main"), /You came in with recovery code 3/);
    });

    test("the popup, which a file dialog closes, leads to the full page", async () => {
      await lock();
      const popup = view_of(await session.extension_page("popup/popup.html"));
      await popup.press("unlock-form button.link");
      await popup.evaluate((window) => {
        (window.browser ?? window.chrome).tabs.create = ({ url }) => {
          window.led = url;
          return new Promise(() => {});
        };
      });
      await popup.press("way-entry .paper-turn");
      assert.match(await until("the page", () => popup.evaluate((window) => window.led)), /dashboard\/dashboard\.html#\/$/);
      assert.equal(await reader_is_open(popup), false);
      await popup.screenshot(await out_file(`paper-${kind}-popup.png`));
      await popup.close();
      await page.bringToFront();
    });

    test("a pass from its sheet, and the words for what is no code", async () => {
      await by_code();
      await open_reader();
      const wrong = {
        "account.svg": [ACCOUNT, /account\.svg: This QR code sets up an account/],
        "frame.svg": ["SK1/B/ABCDEFGH/1/12/0000000000", /frame\.svg: This QR code is a part of a file/],
        "offline.svg": ["SPAREKEY/P1/ABCDEFGHIJKLMNOP", /offline\.svg: This QR code is an offline pass/],
        "address.svg": ["SPAREKEY/D1/ABCDEFGHIJKLMNOP", /address\.svg: This QR code is the address of another device/],
        "link.svg": ["https://example.com/", /link\.svg: This QR code is not one of Sparekey's sheets/],
      };
      for (const [name, [text, words]] of Object.entries(wrong)) {
        await give([await draw(name, text)]);
        await says(words);
      }
      await give([printed.shares[0]]);
      await says(/share-1\.png: This QR code is a share/);
      await view.screenshot(await out_file(`paper-${kind}-share.png`));
      assert.equal(await typed(), "");
      await give([printed.pass]);
      await until("the pass", async () => /^([0-9A-Z]{4}-){5}[0-9A-Z]{4}$/.test(await typed()), { timeout: 60_000 });
      await view.press("unlock-form button[type=submit]");
      await view.shown("nav", { timeout: 60_000 });
      assert.equal((await core.ask({ type: "status" })).session, "renew");
      await lock();
    });

    test("two of three shares from pictures in the wrong order open, and each that is wrong is told", async () => {
      await view.shown("unlock-form");
      await press_words("Use shares");
      await open_reader();
      const [first, , third] = printed.shares;
      await give([third]);
      await says(/1 share is right\. 1 more is needed/);
      const words = printed.words[0].split(" ");
      const elsewhere = vectors["way-shares.sparekey"].shares.split("\n")[0];
      await give([
        third,
        await draw("foreign.svg", elsewhere),
        await draw("bad.svg", words.with(4, "nonsense").join(" ")),
        await draw("changed.svg", words.with(9, words[9] === "zero" ? "academic" : "zero").join(" ")),
        await draw("other.svg", ACCOUNT),
        printed.codes[0],
      ]);
      await says(/share-3\.png: This share is there already[\s\S]*foreign\.svg: This share is of another set[\s\S]*bad\.svg: Word 5 is not one[\s\S]*changed\.svg: One of the words is wrong/);
      await says(/other\.svg: This QR code sets up an account[\s\S]*code-0\.png: This QR code is a recovery code/);
      await view.screenshot(await out_file(`paper-${kind}-wrong.png`));
      assert.equal(await view.evaluate((window) => window.document.querySelector("unlock-form button[type=submit]").disabled), true);
      await give([first]);
      await says(/2 shares are right/);
      await until("the reader to close", async () => !(await reader_is_open()));
      assert.ok(await is_locked());
      await view.screenshot(await out_file(`paper-${kind}-shares.png`));
      await view.press("unlock-form button[type=submit]");
      await a_code();
      assert.equal((await core.ask({ type: "status" })).openedBy, "shares");
    });

    test("the camera sees the shares, and the same one many times is no mistake", async () => {
      await lock();
      await press_words("Use shares");
      const codes = [];
      for (const words of [printed.words[1], printed.words[0]]) {
        await draw("seen.svg", words);
        codes.push(
          await page.evaluate(async (svg) => {
            const image = new Image();
            image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
            await image.decode();
            const canvas = document.createElement("canvas");
            [canvas.width, canvas.height] = [600, 600];
            canvas.getContext("2d").drawImage(image, 0, 0, 600, 600);
            return canvas.toDataURL("image/png").split(",")[1];
          }, await readFile(path.join(folder, "seen.svg"), "utf8")),
        );
      }
      // Each for a while: it is seen again and again.
      await page.evaluate(film_on_canvas, codes.flatMap((code) => Array(6).fill(code)));
      await open_reader();
      await view.press("way-entry .camera-start");
      await says(/2 shares are right/);
      assert.doesNotMatch(await view.text_of("unlock-form"), /there already/);
      assert.equal(await reader_is_open(), false, "and the camera is off");
      await view.press("unlock-form button[type=submit]");
      await a_code();
    });
  });
}
