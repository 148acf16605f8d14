// What goes wrong in a user's hands: each case shows its clear message with what to do, and nothing is lost.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { open_browser } from "./lib/browser.mjs";
import { account, core_of } from "./lib/core.mjs";
import { kinds } from "./lib/kinds.mjs";
import { ROOT, out_file } from "./lib/paths.mjs";
import { until } from "./lib/process.mjs";
import { fill_in, unlock } from "./lib/steps.mjs";
import { break_stores } from "./lib/stores.mjs";
import { view_of } from "./lib/view.mjs";

const PASSWORD = "the right horse at the right time";
const messages = JSON.parse(await readFile(path.join(ROOT, "extension/_locales/en/messages.json"), "utf8"));
/** The words of a message up to its first placeholder. */
const words = (key) => messages[key].message.split(/\$/)[0].trim();

for (const kind of kinds()) {
  describe(`bad input in ${kind}`, () => {
    let session, core, bundle;
    before(async () => {
      session = await open_browser(kind);
      core = await core_of(session);
      await core.enter(PASSWORD);
      await core.ask({ type: "add", forms: [account("Harbour", "JBSWY3DPEHPK3PXP", { account: "ada" })] });
      const made = await core.ask({ type: "export", key: null });
      bundle = Buffer.from(made.bundle, "base64").toString();
    });
    after(() => session?.close());

    const issuers = async () => (await core.ask({ type: "list" })).entries.map((entry) => entry.issuer);
    const open = async (route) => view_of(await session.extension_page(`dashboard/dashboard.html#/${route}`));
    const says = (view, selector, text) =>
      until(`"${text}" in ${selector}, not "${await_text}"`, async () => (await view.text_of(selector)).includes(text), { timeout: 20_000 }).catch(async (error) => {
        throw new Error(`${selector} says: ${await view.text_of(selector)}; the page: ${await view.text_of("body")}; wanted: ${text}`, { cause: error });
      });
    const await_text = "";
    const shoot = async (view, name) => view.screenshot(await out_file(`bad-input-${kind}-${name}.png`));

    test("a wrong password", async () => {
      await core.ask({ type: "lock" });
      const view = await open("");
      await fill_in(view, "unlock-form input", "the wrong horse at the right time");
      await view.press("unlock-form button[type=submit]");
      await says(view, "unlock-form .field-error", words("error_wrong_password"));
      await shoot(view, "wrong-password");
      await unlock(view, PASSWORD);
      assert.deepEqual(await issuers(), ["Harbour"]);
      await view.close();
    });

    /** A file into the page, as a drop or the file dialog hands it over. */
    const drop = (view, selector, name, base64, type = "") =>
      view.evaluate(
        (window, at, file, data, mime) => {
          const bytes = Uint8Array.from(window.atob(data), (letter) => letter.charCodeAt(0));
          const files = new window.DataTransfer();
          files.items.add(new window.File([bytes], file, { type: mime }));
          const input = window.document.querySelector(at);
          input.files = files.files;
          input.dispatchEvent(new window.Event("change", { bubbles: true }));
        },
        selector,
        name,
        base64,
        type,
      );
    const RESTORE = "page-restore drop-zone input[type=file]";

    const refused = {
      "cut off in the body": [() => bundle.slice(0, -1000), "error_damaged_file"],
      "cut off in the header": [() => bundle.slice(0, 200), "error_damaged_file"],
      "empty": [() => "", "error_empty_file"],
      "of a newer version": [() => bundle.replace("sparekey/1", "sparekey/2"), "error_newer_version"],
      "a PDF with the name of a bundle": [() => "%PDF-1.7\n%\u00e2\u00e3\n1 0 obj <</Type /Catalog>> endobj", "error_not_ours"],
      "with another letter in the header": [() => bundle.replace('"generation"', '"genEration"'), "error_damaged_file"],
    };
    for (const [what, [make, error]] of Object.entries(refused)) {
      test(`a bundle ${what}`, async () => {
        const view = await open("restore");
        await view.shown("page-restore drop-zone");
        await drop(view, RESTORE, "kept.sparekey", Buffer.from(make()).toString("base64"));
        await says(view, "page-restore .banner-error", words(error));
        if (what.includes("PDF")) await shoot(view, "pdf");
        await view.close();
        assert.deepEqual(await issuers(), ["Harbour"]);
      });
    }

    /** A letter of the last line, of the slot's record or of the MAC: base64 stays base64, the bytes differ. */
    const flipped = (line, at) => {
      const lines = bundle.split("\n");
      const text = lines.at(line);
      const letter = text.at(at) === "A" ? "B" : "A";
      lines[line < 0 ? lines.length + line : line] = text.slice(0, at) + letter + text.slice(at + 1);
      return lines.join("\n");
    };
    for (const [what, line] of Object.entries({ "the MAC": 2, "the way in": 3, "the body": 4 })) {
      test(`a bundle with a flipped bit in ${what}`, async () => {
        const view = await open("restore");
        await view.shown("page-restore drop-zone");
        await drop(view, RESTORE, "kept.sparekey", Buffer.from(flipped(line, 100 % bundle.split("\n")[line].length)).toString("base64"));
        await until("an answer", () => view.evaluate((window) => !!window.document.querySelector("page-restore .banner-error, page-restore password-field")));
        if (await view.evaluate((window) => !!window.document.querySelector("page-restore password-field"))) {
          await fill_in(view, "page-restore password-field input", PASSWORD);
          await view.press("page-restore form button[type=submit]");
        }
        await says(view, "page-restore", words("error_damaged_file"));
        await shoot(view, `flipped-${line}`);
        await view.close();
        assert.deepEqual(await issuers(), ["Harbour"]);
      });
    }

    test("a bundle that asks for unusually much work: done only after asking", async () => {
      const dear = await readFile(path.join(ROOT, "tests/fixtures/format-1/dear.sparekey"));
      const view = await open("restore");
      await view.shown("page-restore drop-zone");
      await drop(view, RESTORE, "dear.sparekey", dear.toString("base64"));
      await fill_in(view, "page-restore password-field input", "correct horse battery staple");
      await view.press("page-restore form button[type=submit]");
      await says(view, "dialog.agree", words("kdf_cost_question"));
      await shoot(view, "dear");
      await view.press("dialog.agree button:not(.primary)");
      await says(view, "page-restore", words("error_kdf_cost"));
      await view.press("page-restore form button[type=submit]");
      await view.press("dialog.agree button.primary");
      await view.shown("page-restore .outcome-new");
      await view.close();
      assert.deepEqual(await issuers(), ["Harbour"]);
    });

    test("a bundle with another password", async () => {
      const view = await open("restore");
      await view.shown("page-restore drop-zone");
      await drop(view, RESTORE, "kept.sparekey", Buffer.from(bundle).toString("base64"));
      await fill_in(view, "page-restore password-field input", "not the password of this bundle");
      await view.press("page-restore form button[type=submit]");
      await says(view, "page-restore .field-error", words("error_wrong_password"));
      await view.close();
    });

    /** A picture with a QR code, drawn from the product's own writer. */
    const qr_picture = (text) =>
      core.view.evaluate(
        (window, content) =>
          new Promise((resolve, reject) => {
            const worker = new window.Worker("../worker/main.js", { type: "module" });
            worker.onmessage = ({ data: { result, code } }) => {
              worker.terminate();
              if (!result) return reject(new Error(code));
              const canvas = window.document.createElement("canvas");
              canvas.width = canvas.height = (result.length + 8) * 6;
              const context = canvas.getContext("2d");
              context.fillStyle = "white";
              context.fillRect(0, 0, canvas.width, canvas.height);
              context.fillStyle = "black";
              result.forEach((row, y) => [...row].forEach((cell, x) => cell === "1" && context.fillRect((x + 4) * 6, (y + 4) * 6, 6, 6)));
              resolve(canvas.toDataURL("image/png").split(",")[1]);
            };
            worker.postMessage({ id: 1, name: "qrMatrix", args: [content] });
          }),
        text,
      );
    const pictures = {
      "a web address": ["https://example.com/menu", "skipped_other_scheme_web"],
      "a network": ["WIFI:T:WPA;S:guest;P:guest-password;;", "skipped_other_scheme_wifi"],
      "Microsoft's push approval": ["phonefactor://activate_account?code=123456789&url=https%3A%2F%2Fmobileappcommunicator.auth.microsoft.com", "skipped_other_scheme_phonefactor"],
      "Duo's push": ["duo://abcdefGHIJKL-YXBpLTEyMzQ1Njc4LmR1b3NlY3VyaXR5LmNvbQ", "skipped_other_scheme_duo"],
      "nothing known": ["the quick brown fox", "skipped_not_otpauth"],
      "a secret with an illegal character": ["otpauth://totp/Harbour:ada?secret=JBSW1DPE8HPK3PXP&issuer=Harbour", "skipped_bad_secret"],
    };
    test("QR codes that are no account", async () => {
      for (const [what, [text, error]] of Object.entries(pictures)) {
        const view = await open("add");
        await view.shown("page-add drop-zone");
        await drop(view, "page-add drop-zone input[type=file]", "code.png", await qr_picture(text), "image/png");
        await says(view, "found-accounts .skipped", words(error));
        assert.equal(await view.evaluate((window) => window.document.querySelector("found-accounts .primary")), null, `${what}: nothing to add`);
        if (error.endsWith("phonefactor")) await shoot(view, "phonefactor");
        await view.close();
      }
      assert.deepEqual(await issuers(), ["Harbour"]);
    });

    test("a picture without a code, and a file that is no picture", async () => {
      const view = await open("add");
      await view.shown("page-add drop-zone");
      const white = await core.view.evaluate((window) => {
        const canvas = window.document.createElement("canvas");
        return canvas.toDataURL("image/png").split(",")[1];
      });
      await drop(view, "page-add drop-zone input[type=file]", "white.png", white, "image/png");
      await says(view, "page-add .banner-error", words("no_qr_in_files"));
      await drop(view, "page-add drop-zone input[type=file]", "broken.png", Buffer.from("not a picture").toString("base64"), "image/png");
      await says(view, "page-add .banner-error", words("error_not_a_picture"));
      await view.close();
    });

    test("a typed secret with illegal characters", async () => {
      const view = await open("add");
      await view.enter("page-add #issuer", "Typed");
      await view.enter("page-add #secret", "JBSW Y3DP 1189!");
      await says(view, "page-add #secret-error", words("error_bad_secret"));
      assert.equal(await view.evaluate((window) => window.document.querySelector("page-add form .primary").disabled), true);
      await shoot(view, "bad-secret");
      await view.close();
      assert.deepEqual(await issuers(), ["Harbour"]);
    });

    /** Adds by hand in the page. */
    const add_by_hand = async (issuer) => {
      const view = await open("add");
      await view.enter("page-add #issuer", issuer);
      await view.enter("page-add #secret", "JBSWY3DPEHPK3PXP");
      await view.press("page-add form .primary:not([disabled])");
      return view;
    };

    for (const [store, other] of [["area", "ring"], ["ring", "area"]]) {
      test(`one store refuses: ${store}`, async () => {
        await session.stop_background();
        assert.equal((await core.ask({ type: "status" })).state, "open");
        await break_stores(session, { [store]: "write" });
        const view = await add_by_hand(`Without ${store}`);
        await says(view, "main > .banner-warn", words("warning_one_copy_failed"));
        await shoot(view, `one-store-${store}`);
        await view.close();
        // A new background, with both stores: the other one had it.
        await session.stop_background();
        assert.ok((await issuers()).includes(`Without ${store}`), `${other} has it`);
        await core.ask({ type: "add", forms: [account(`After ${store}`, "JBSWY3DPEHPK3PXP")] });
        assert.deepEqual((await core.ask({ type: "status" })).warnings, []);
      });
    }

    test("both stores refuse: kept, said, a bundle can be made, and stored when there is room", async () => {
      await session.stop_background();
      await core.ask({ type: "status" });
      await break_stores(session, { area: "write", ring: "write" });
      const view = await add_by_hand("Unsaved");
      await says(view, "page-add .banner-error, main > .banner-error", words("error_not_saved"));
      await says(view, "main > .banner-warn", words("warning_not_saved"));
      await shoot(view, "no-store");
      assert.ok((await issuers()).includes("Unsaved"));
      await view.close();
      const recovery = await open("recovery");
      await recovery.press("page-recovery form button[type=submit]");
      await recovery.shown("page-recovery .made");
      await recovery.close();
      // An idle background is stopped by the browser: the change is not.
      await session.stop_background();
      assert.ok((await issuers()).includes("Unsaved"), "it outlives the background");
      await until("it is stored", async () => (await core.ask({ type: "status" })).warnings.length === 0);
      await core.ask({ type: "lock" });
      await core.enter(PASSWORD);
      assert.ok((await issuers()).includes("Unsaved"));
    });
  });
}
