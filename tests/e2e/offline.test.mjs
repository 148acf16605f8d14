// An offline pass under a code and under a passphrase, from the page that makes it to a code in the recovery kit opened from file://
// (as text, as a picture of its QR code, chosen or pasted), through the real interface.
import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { open_browser } from "./lib/browser.mjs";
import { account, core_of } from "./lib/core.mjs";
import { kinds } from "./lib/kinds.mjs";
import { kit_text } from "./lib/kit.mjs";
import { make_folder, out_file, ROOT } from "./lib/paths.mjs";
import { until } from "./lib/process.mjs";
import { fill_in } from "./lib/steps.mjs";
import { view_of } from "./lib/view.mjs";

const PASSWORD = "the password of this vault";
const PASSPHRASE = "a word that we both know by heart";
/** A picture of one white pixel. */
const BLANK = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4////fwAJ+wP9KobjigAAAABJRU5ErkJggg==";

for (const kind of kinds()) {
  describe(`an offline pass, in ${kind}`, () => {
    let session, core, view, kit, folder, made, under, picture;

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

    const size = (pattern) => until("the size", async () => pattern.test(await view.text_of("page-offline .offline-size")));
    const pass = async () => {
      await view.shown("page-offline .sheet", { timeout: 60_000 });
      return view.evaluate((window) => {
        const { text, code, from, until } = window.document.querySelector("page-offline").made;
        return { text, code, from, until };
      });
    };

    test("is made for chosen accounts after the password, with its size told before", async () => {
      await view.shown("page-offline .choose-list label");
      assert.doesNotMatch(await view.text_of("page-offline .choose-list"), /Counted/);
      await view.press("page-offline .choose-list label input");
      await size(/96\d codes.*It fits one QR code/s);
      await view.press("page-offline .offline-make");
      await fill_in(view, "page-offline second-unlock input", PASSWORD);
      await view.press("page-offline second-unlock button[type=submit]");
      made = await pass();
      assert.match(made.text, /^SPAREKEY\/P1\/[A-Z2-7]+$/);
      assert.equal(await view.text_of("page-offline .sheet-code"), made.code);
      assert.equal(made.until - made.from, 480 * 60_000);
      await view.screenshot(await out_file(`offline-made-${kind}.png`));
      // The code as a picture, as a phone or a screenshot has it.
      picture = path.join(folder, "pass.png");
      await writeFile(picture, await (await view.page.$("page-offline .sheet-offline .qr")).screenshot());
      await view.press("page-offline .no-print:last-child > button");
    });

    test("is made under a passphrase that is strong enough, and then has no code", async () => {
      await view.press("page-offline fieldset label:nth-of-type(2) input");
      await view.shown("page-offline new-password .phrase li");
      await view.press("page-offline new-password button.link");
      await fill_in(view, "page-offline new-password password-field:nth-of-type(1) input", "too short");
      await until("the judgement", async () => /15 characters/.test(await view.text_of("page-offline new-password .strength")));
      assert.equal(await view.evaluate((window) => window.document.querySelector("page-offline .offline-make").disabled), true);
      for (const field of [1, 2]) await fill_in(view, `page-offline new-password password-field:nth-of-type(${field}) input`, PASSPHRASE);
      await view.shown("page-offline .offline-make");
      await view.screenshot(await out_file(`offline-passphrase-${kind}.png`));
      await view.press("page-offline .offline-make");
      under = await pass();
      assert.match(under.text, /^SPAREKEY\/P2\/[A-Z2-7]+$/);
      assert.ok(!under.code);
      assert.match(await view.text_of("page-offline .sheet-offline"), /passphrase that you agreed on/);
    });

    const refusal = (pattern) => until(String(pattern), async () => pattern.test(await kit.text_of("sparekey-kit")), { timeout: 60_000 });
    const shows_the_code = () =>
      until("the code that the vault has too", async () => {
        const { codes } = await core.ask({ type: "codes" });
        const shown = (await kit.text_of("offline-pass otp-code .otp-real")).replaceAll(/\s/g, "");
        return /^\d{6}$/.test(shown) && codes.some(({ code }) => code === shown);
      }, { timeout: 60_000 });
    const give = async (file) => (await kit.page.waitForSelector("drop-zone input[type=file]")).uploadFile(file);

    test("shows in the kit the codes of its window, from a picture of its QR code, and a wrong code is told", async () => {
      const file = path.join(folder, "kit.html");
      await writeFile(file, await kit_text(kind));
      kit = view_of(await session.page(pathToFileURL(file).href));
      const bad = { none: path.join(folder, "none.png"), damaged: path.join(folder, "damaged.png"), other: path.join(folder, "other.png") };
      const bytes = await readFile(picture);
      await writeFile(bad.damaged, bytes.subarray(0, 40));
      await writeFile(bad.none, Buffer.from(BLANK, "base64"));
      await writeFile(bad.other, Buffer.from(await qr_picture(view, "https://example.com/"), "base64"));
      for (const [name, words] of [["damaged", /not a picture that the browser can read/], ["none", /No QR code was found in this picture/], ["other", /None of these is a code of ours/]]) {
        await give(bad[name]);
        await refusal(words);
      }
      await give(picture);
      await kit.shown("offline-pass code-field input");
      assert.match(await kit.text_of("offline-pass .offline-when"), /^It ends at/);
      await fill_in(kit, "offline-pass code-field input", "0000-0000-0000-0000-0000-0000");
      await kit.press("offline-pass button[type=submit]");
      await refusal(/does not open this pass/);
      await fill_in(kit, "offline-pass code-field input", made.code);
      await kit.press("offline-pass button[type=submit]");
      await shows_the_code();
      assert.match(await kit.text_of("offline-pass"), /Example/);
      await kit.screenshot(await out_file(`offline-kit-${kind}.png`));
      await kit.press("offline-pass button.link");
    });

    test("opens in the kit from its text, or a pasted picture, and damage is told before anything is typed", async () => {
      await kit.press("sparekey-kit details.more summary");
      const paste = async (text) => {
        await fill_in(kit, "#pasted", text);
        await kit.press("sparekey-kit details.more button[type=submit]");
      };
      await paste("otpauth://totp/a?secret=GEZDGNBV");
      await refusal(/This is no offline pass/);
      await paste(`${under.text.slice(0, -9)}${under.text.at(-9) === "A" ? "B" : "A"}${under.text.slice(-8)}`);
      await refusal(/cut off or changed/);
      await kit.press("offline-pass button.link");
      const clipboard = (await readFile(picture)).toString("base64");
      await kit.evaluate((window, base64) => {
        const data = new window.DataTransfer();
        data.items.add(new window.File([window.Uint8Array.from(window.atob(base64), (c) => c.charCodeAt(0))], "image.png", { type: "image/png" }));
        const event = new window.ClipboardEvent("paste", { clipboardData: data, bubbles: true });
        // Firefox makes the event without the data.
        if (!event.clipboardData?.files.length) Object.defineProperty(event, "clipboardData", { value: data });
        window.dispatchEvent(event);
      }, clipboard);
      await kit.shown("offline-pass code-field input");
      await kit.press("offline-pass button.link");
      await kit.press("sparekey-kit details.more summary");
      await paste(under.text);
      await kit.shown("offline-pass password-field input");
      for (const [typed, then] of [["another passphrase altogether", () => refusal(/This passphrase does not open this pass/)], [PASSPHRASE, shows_the_code]]) {
        await fill_in(kit, "offline-pass password-field input", typed);
        await kit.press("offline-pass button[type=submit]");
        await then();
      }
      await kit.press("offline-pass button.link");
    });

    test("says before and after its time when that is, and has no code then; the frozen ones open", async () => {
      const { entries } = await core.ask({ type: "list" });
      const form = { ids: [entries[0].id], start: Date.now() + 3_600_000, minutes: 15, passphrase: false };
      const later = path.join(folder, "later.sparekeypass");
      const { text, code } = await core.ask({ type: "make-offline-pass", form, key: null });
      await writeFile(later, text);
      const frozen = (name) => path.join(ROOT, "tests/fixtures/offline-pass", name);
      const passphrase = (await readFile(frozen("passphrase.txt"), "utf8")).trimEnd();
      for (const [file, field, held, said, whose] of [
        [later, "code-field", code, /^It begins at/, /Example/],
        [frozen("passphrase.sparekeypass"), "password-field", passphrase, /^It ended at/, /six[\s\S]*steam/],
        [frozen("pass.sparekeypass"), "code-field", await readFile(frozen("code.txt"), "utf8"), /^It ended at/, /six[\s\S]*steam/],
      ]) {
        await give(file);
        await kit.shown(`offline-pass ${field} input`);
        assert.match(await kit.text_of("offline-pass .offline-when"), said);
        await fill_in(kit, `offline-pass ${field} input`, held.trimEnd());
        await kit.press("offline-pass button[type=submit]");
        await until("the accounts", async () => whose.test(await kit.text_of("offline-pass bundle-codes")), { timeout: 60_000 });
        assert.doesNotMatch(await kit.text_of("offline-pass bundle-codes"), /\d{3} ?\d{3}/);
        await kit.press("offline-pass button.link");
      }
      await kit.close();
    });
  });
}

/** A picture of another QR code, drawn by the extension's own page. */
async function qr_picture(view, text) {
  return view.evaluate(async (window, held) => {
    const rows = await new Promise((resolve) => {
      const worker = new window.Worker("../worker/main.js", { type: "module" });
      worker.onmessage = ({ data }) => {
        worker.terminate();
        resolve(data.result);
      };
      worker.postMessage({ id: 1, name: "qrMatrix", args: [held] });
    });
    const canvas = window.document.createElement("canvas");
    canvas.width = canvas.height = (rows.length + 8) * 6;
    const context = canvas.getContext("2d");
    context.fillStyle = "white";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = "black";
    for (const [y, row] of rows.entries()) for (const [x, dark] of [...row].entries()) if (dark === "1") context.fillRect((x + 4) * 6, (y + 4) * 6, 6, 6);
    return canvas.toDataURL("image/png").split(",")[1];
  }, text);
}
