// "Use on this site" after a scan: ticked beforehand only for a single code that the page itself has drawn and whose
// issuer is not known to sign in elsewhere. Nothing is bound without the press either way.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import encode_qr from "qr";
import { open_browser } from "./lib/browser.mjs";
import { core_of } from "./lib/core.mjs";
import { kinds } from "./lib/kinds.mjs";
import { until } from "./lib/process.mjs";

const uri = (issuer) => `otpauth://totp/${issuer}:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=${issuer}`;
const svg = (text) => encode_qr(text, "svg", { scale: 6, border: 4 });
const data_url = (text) => `data:image/svg+xml;base64,${Buffer.from(svg(text)).toString("base64")}`;
const sized = (text) => svg(text).replace("<svg ", '<svg width="300" height="300" ');

const PAGES = {
  "an inline svg": [() => sized(uri("Harbour")), true],
  "an image of the site": [() => `<img width="300" height="300" src="/code.svg">`, true],
  "an image in the page": [() => `<img width="300" height="300" src="${data_url(uri("Harbour"))}">`, true],
  "a canvas": [
    () => `<canvas width="300" height="300"></canvas><script>
      const image = new Image();
      image.onload = () => document.querySelector("canvas").getContext("2d").drawImage(image, 0, 0, 300, 300);
      image.src = "${data_url(uri("Harbour"))}";</script>`,
    true,
  ],
  "an image of another site": [(other) => `<img width="300" height="300" src="${other}/code.svg">`, false],
  "a frame of another site": [(other) => `<iframe width="400" height="400" src="${other}/framed"></iframe>`, false],
  "a background": [() => `<div style="width:300px;height:300px;background:white url('/code.svg') 0 0 / 300px 300px"></div>`, false],
  "an issuer that signs in elsewhere": [() => sized(uri("GitHub")), false],
  "two codes": [() => sized(uri("Harbour")) + sized(uri("Mill")), false],
};
const FIELD = `<form><label>Code of your authenticator app <input name="code" autocomplete="one-time-code" maxlength="6"></label></form>`;
/** Pages that ask for the first code right below. */
const ENROL = {
  "an account": () => sized(uri("Quay")) + FIELD,
  "one that counts": () => sized(uri("Weir").replace("totp", "hotp") + "&counter=0") + FIELD,
};

function serve(other) {
  const server = createServer((request, response) => {
    const name = decodeURIComponent(request.url.slice(1));
    if (name === "code.svg") return response.setHeader("content-type", "image/svg+xml").end(sized(uri("Harbour")));
    const body = name === "framed" ? sized(uri("Harbour")) : (PAGES[name]?.[0](other) ?? ENROL[name]?.() ?? "");
    return response.setHeader("content-type", "text/html; charset=utf-8").end(`<!doctype html><title>scan</title><body style="background:white">${body}`);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve({ server, url: `http://127.0.0.1:${server.address().port}` })));
}

for (const kind of kinds()) {
  describe(`the site of a scan in ${kind}`, () => {
    let session, core, here, other;

    before(async () => {
      other = await serve("");
      here = await serve(other.url);
      session = await open_browser(kind, { headed: true });
      core = await core_of(session);
      await core.enter("a password of this vault");
    });
    after(async () => {
      await session?.close();
      for (const each of [here, other]) {
        each?.server.closeAllConnections();
        each?.server.close();
      }
    });

    for (const [name, [, ticked]] of Object.entries(PAGES)) {
      test(`${name}: ${ticked ? "ticked" : "not ticked"}, and nothing is bound yet`, async () => {
        const page = await session.page(`${here.url}/${encodeURIComponent(name)}`);
        const popup = await session.press_button(page);
        await popup.press("popup-codes .bar .icon-button");
        await popup.shown("found-accounts .primary");
        await popup.shown("found-accounts label.check input");
        assert.equal(await popup.evaluate((window) => [...window.document.querySelectorAll("found-accounts label.check input")].at(-1).checked), ticked);
        await popup.close();
        assert.deepEqual((await core.ask({ type: "list" })).entries, []);
        await page.close();
      });
    }

    /** Adds what the page shows, with or without its site. Gives back what its field holds then, and the account. */
    async function enrol(name, bind) {
      const page = await session.page(`${here.url}/${encodeURIComponent(name)}`);
      const popup = await session.press_button(page);
      await popup.press("popup-codes .bar .icon-button");
      await popup.shown("found-accounts label.check input");
      const ticked = () => popup.evaluate((window) => [...window.document.querySelectorAll("found-accounts label.check input")].at(-1).checked);
      if ((await ticked()) !== bind) {
        await popup.evaluate((window) => [...window.document.querySelectorAll("found-accounts label.check input")].at(-1).click());
        await until("the tick", async () => (await ticked()) === bind);
      }
      await popup.press("found-accounts .primary");
      await popup.shown("popup-codes .row");
      const said = await popup.text_of(".said").catch(() => "");
      await popup.close();
      const value = await page.$eval("[name=code]", (input) => input.value);
      await page.close();
      return { value, said, entries: (await core.ask({ type: "list" })).entries };
    }
    const sites_of = (entries) => entries.map((entry) => entry.sites.map((site) => site.origin));

    test("an account is added without the page's site: it is bound nowhere and nothing is filled", async () => {
      const { value, entries } = await enrol("an account", false);
      assert.deepEqual([value, sites_of(entries)], ["", [[]]]);
    });

    test("an account that is here already gets the site, and the page its code", async () => {
      const { value, said, entries } = await enrol("an account", true);
      assert.match(value, /^\d{6}$/);
      assert.match(said, /filled/);
      assert.deepEqual(sites_of(entries), [[here.url]]);
    });

    test("an account that counts gives its first code, once", async () => {
      const { value, entries } = await enrol("one that counts", true);
      // RFC 4226, appendix D, counter 0.
      assert.equal(value, "755224");
      assert.equal(entries.find((entry) => entry.kind === "hotp").counter, 1);
    });
  });
}
