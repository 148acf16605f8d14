// A second device: two browsers with two profiles, an address, six words, a sealed file or codes before a camera, a code there.
import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { open_browser } from "./lib/browser.mjs";
import { film_on_canvas } from "./lib/camera.mjs";
import { on } from "./lib/dashboard.mjs";
import { kinds } from "./lib/kinds.mjs";
import { make_folder, out_file } from "./lib/paths.mjs";
import { until } from "./lib/process.mjs";
import { fill_in, make_vault } from "./lib/steps.mjs";
import { view_of } from "./lib/view.mjs";

const PASSWORD = "a long password for tests";
const URIS = ["GitHub", "Mill"].map((name) => `otpauth://totp/${name}:ada@example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=${name}`);
const MOST_MS = 60_000;

for (const kind of kinds()) {
  describe(`a hand-over in ${kind}`, () => {
    let old_one, new_one, page, there, film;

    before(async () => {
      film = path.join(await make_folder("film"), "codes.mjpeg");
      old_one = await open_browser(kind, { headed: false });
      page = (await make_vault(old_one, PASSWORD)).view.page;
      await on(page).go("/add");
      await page.waitForSelector("#paste");
      await page.type("#paste", URIS.join("\n"));
      await on(page).press("Read");
      await page.waitForSelector("found-accounts .primary");
      await page.click("found-accounts .primary");
      await on(page).see("h1", /Accounts/);
    });
    after(async () => {
      await old_one?.close();
      await new_one?.close();
      await rm(path.dirname(film), { recursive: true, force: true });
    });

    const words = (tab) => tab.$$eval(".six-words li", (all) => all.map((each) => each.textContent));

    test("from an empty browser to the first code, by address, six words and a file", async () => {
      const began = Date.now();
      new_one = await open_browser(kind, { headed: false, args: kind === "chromium" ? camera_of(film) : [] });
      there = (await make_vault(new_one, PASSWORD)).view.page;
      await on(there).go("/receive");
      await there.waitForSelector(".receiver .secret-text");
      const address = await there.$eval(".receiver .secret-text", (text) => text.textContent);
      await there.screenshot({ path: await out_file(`handover-${kind}-address.png`) });

      await on(page).go("/recovery");
      await on(page).press("Hand over", "main");
      await page.waitForSelector("#address");
      await page.type("#address", address);
      await on(page).press("Read", "main");
      await on(page).see("#words-title", /same|these words/);
      assert.deepEqual(await words(page), await words(there));
      await on(page).press("They are the same");
      await on(page).see("#which-title", /Which accounts/);
      await page.evaluate(() => [...document.querySelectorAll(".choose-list label")].find((label) => label.textContent.includes("Mill")).querySelector("input").click());
      await fill_in(view_of(page), "page-handover password-field input", PASSWORD);
      await on(page).press("Seal 1 account");
      await on(page).see("#sealed-title", /1 account is sealed/);
      const sealed = await page.evaluate(() => document.querySelector("page-handover").made.file);
      await page.waitForSelector("qr-frames path[d^=M]");
      await page.screenshot({ path: await out_file(`handover-${kind}-sealed.png`) });

      await there.evaluate((base64) => {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        const files = new DataTransfer();
        files.items.add(new File([bytes], "sealed.sparekey"));
        const input = document.querySelector("page-receive input[type=file]");
        input.files = files.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }, sealed);
      await on(there).see("#plan-title", /Account found/);
      await there.screenshot({ path: await out_file(`handover-${kind}-draft.png`) });
      await on(there).press("Import 1 account");
      await on(there).see("#imported-title", /1/);
      await on(there).go("/");
      const same = async () => {
        const [a, b] = await Promise.all([page, there].map((tab) => tab.evaluate(async () => (await (globalThis.browser ?? globalThis.chrome).runtime.sendMessage({ type: "codes" })).codes.map((code) => code.code))));
        return b.length === 1 && a.includes(b[0]) && b[0];
      };
      const code = await until("the same code on both", same);
      assert.match(code, /^\d{6}$/);
      const took = Date.now() - began;
      console.log(`hand-over in ${kind}: from an empty browser to the first code in ${took} ms`);
      assert.ok(took <= MOST_MS, `${took} ms`);
    });

    test("the codes on the old one's screen, before the new one's camera", async () => {
      const pictures = await page.evaluate(draw_codes);
      assert.ok(pictures.length > 5, `${pictures.length} codes`);
      // In another order than on the screen.
      await show_film[kind](pictures.toReversed());
      await on(there).go("/receive");
      await on(there).press("Use the camera");
      // A camera takes pictures as fast as the machine reads them.
      await there.waitForSelector("#plan-title", { timeout: 60_000 });
      await on(there).see("#plan-title", /Account found/);
      await on(there).see(".import-items", /GitHub/);
    });

    const show_film = {
      /** Thirty pictures a second: each code stands as long as on the screen. */
      chromium: (pictures) => writeFile(film, Buffer.concat(pictures.flatMap((picture) => Array.from({ length: 9 }, () => Buffer.from(picture, "base64"))))),
      firefox: (pictures) => there.evaluate(film_on_canvas, pictures),
    };
  });
}

const camera_of = (film) => ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${film}`];

/** In the page: every code that is shown, as a JPEG. */
async function draw_codes() {
  const canvas = new OffscreenCanvas(640, 640);
  const context = canvas.getContext("2d");
  const pictures = [];
  for (const rows of document.querySelector("qr-frames").codes) {
    const each = Math.floor(600 / (rows.length + 8));
    const from = Math.floor((640 - each * rows.length) / 2);
    context.fillStyle = "white";
    context.fillRect(0, 0, 640, 640);
    context.fillStyle = "black";
    rows.forEach((row, y) => [...row].forEach((dark, x) => dark === "1" && context.fillRect(from + x * each, from + y * each, each, each)));
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg", quality: 0.8 })).arrayBuffer());
    pictures.push(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")));
  }
  return pictures;
}
