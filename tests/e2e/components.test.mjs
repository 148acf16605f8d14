// The frameworks and the one-time-code components that sites use, as published: each page is filled by the keyboard
// command, and then the component's own state must hold the code.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { bundle_components, component_names } from "../components/bundle.mjs";
import { base32, code_at, make_secret } from "../demo/totp.mjs";
import { open_browser } from "./lib/browser.mjs";
import { account, core_of } from "./lib/core.mjs";
import { kinds } from "./lib/kinds.mjs";
import { until } from "./lib/process.mjs";

const names = await component_names();
/** These say by an event of their own that the code is whole. */
const COMPLETING = new Set(["antd", "antd-mask", "ark", "chakra", "input-otp", "input-otp-groups", "lit-boxes", "mantine", "mantine-mask", "mui-otp", "react-boxes", "react-form", "svelte-boxes"]);

const document_of = (name) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>${name}</title>
<h1>Two-factor authentication</h1><p>Enter the 6-digit code from your authenticator app.</p><div id="app"></div>
<script type="module" src="/${name}.js"></script>`;

/** The bundles as they are; any other address is a page. */
async function serve() {
  const folder = await bundle_components();
  const server = createServer(async (request, response) => {
    const name = path.basename(new URL(request.url, "http://127.0.0.1").pathname);
    if (!name.endsWith(".js")) return response.setHeader("content-type", "text/html").end(document_of(name));
    const text = await readFile(path.join(folder, name)).catch(() => null);
    response.setHeader("content-type", "text/javascript");
    response.statusCode = text ? 200 : 404;
    response.end(text);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close(server.closeAllConnections()) };
}

for (const kind of kinds()) {
  describe(`components in ${kind}`, () => {
    let session, site, page;
    const secret = make_secret();

    before(async () => {
      site = await serve();
      session = await open_browser(kind, { headed: true });
      const core = await core_of(session);
      await core.enter("a password of this vault");
      await core.ask({ type: "add", forms: [account("Components", base32(secret), { sites: [{ origin: site.url, subdomains: false }] })] });
      page = await session.page("about:blank");
    });
    after(async () => {
      await session?.close();
      site?.stop();
    });

    /** The code of now, and the one before it, where the step changed since the press. */
    const codes = () => [0, -1].map((ago) => code_at(secret, Math.floor(Date.now() / 30_000) + ago));

    for (const name of names) {
      test(name, async () => {
        await page.goto(`${site.url}/${name}`);
        await until(`${name} to stand`, () => page.evaluate(() => globalThis.held && document.getElementById("app").firstElementChild !== null));
        await session.press_command(page, "fill");
        const held = () => page.evaluate(() => globalThis.held);
        const right = ({ value, complete }) => codes().includes(value) && (complete === value || !COMPLETING.has(name));
        await until(`the code in ${name}`, async () => right(await held())).catch(async () => {
          const shown = await page.evaluate(() => [...document.querySelectorAll("input")].map((field) => field.value));
          assert.fail(`the component holds ${JSON.stringify(await held())}, its fields ${JSON.stringify(shown)}; the code is ${codes()[0]}`);
        });
      });
    }
  });
}
