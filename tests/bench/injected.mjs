// What the extension has run in pages, as the browser's debugger sees it: nothing in one with no bound entry, also beside
// a site that the browser allows and another port of it, and on a site that is filled by itself everything of ours
// together. The permission stands in a copy's manifest: no prompt of the browser is part of the measurement.
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { start_demo } from "../demo/server.mjs";
import { open_browser } from "../e2e/lib/browser.mjs";
import { account, core_of } from "../e2e/lib/core.mjs";
import { DIST, make_folder } from "../e2e/lib/paths.mjs";
import { sleep } from "../e2e/lib/process.mjs";
import { filled_code } from "../e2e/lib/steps.mjs";
import { within } from "./lib/budget.mjs";

/** Bytes after gzip. */
const LIMIT = { unbound_page: 0, automatic_page: 12_000 };
/** A script that runs by itself is there well before. */
const SETTLED_MS = 1_000;

export async function run() {
  const folder = await make_folder("bench-injected");
  const [demo, other] = [await start_demo(), await start_demo()];
  let session;
  try {
    const extension = path.join(folder, "chrome");
    await cp(path.join(DIST, "chrome"), extension, { recursive: true });
    const file = path.join(extension, "manifest.json");
    const manifest = JSON.parse(await readFile(file, "utf8"));
    await writeFile(file, JSON.stringify({ ...manifest, host_permissions: ["http://127.0.0.1/*"] }));
    session = await open_browser("chromium", { extension });
    const core = await core_of(session);
    await core.enter("a password of this vault");
    const sites = [{ origin: demo.url, subdomains: false }];
    const { ids: [id] } = await core.ask({ type: "add", forms: [account("Demo Harbour", "JBSWY3DPEHPK3PXP", { sites })] });
    await core.ask({ type: "set-choice", id, origin: demo.url, automatic: "fill", submit: false, asking: false });
    // What a press injects is what a fill by itself does.
    const automatic = await scripts_in(session, `${demo.url}/code`, async (page) => {
      const popup = await session.press_button(page);
      await popup.press(".on-page .row-main");
      await filled_code(page);
    });
    const unbound = [];
    for (const url of [`${other.url}/code`, demo.url.replace("127.0.0.1", "localhost") + "/code"]) unbound.push(...(await scripts_in(session, url)));
    const names = automatic.map((script) => script.name).sort();
    if (names.join() !== "page.js,watch.js") throw new Error(`an automatic site got ${names.join() || "nothing"}: not what is to be measured`);
    const bytes = { unbound_page: total(unbound), automatic_page: total(automatic) };
    return within({ bytes, scripts: Object.fromEntries(automatic.map((script) => [script.name, script.gzip])) }, [
      ["bytes in a page with no bound entry", bytes.unbound_page, LIMIT.unbound_page],
      ["bytes after gzip on a site that is filled by itself", bytes.automatic_page, LIMIT.automatic_page],
    ]);
  } finally {
    await session?.close();
    await demo.stop();
    await other.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The extension's scripts that run in a page, by name and size. */
async function scripts_in(session, url, act = async () => {}) {
  const page = await session.page("about:blank");
  const debug = await page.createCDPSession();
  const found = new Map();
  debug.on("Debugger.scriptParsed", ({ url, scriptId }) => url.startsWith(session.base) && found.set(path.basename(url), scriptId));
  await debug.send("Debugger.enable");
  await page.goto(url);
  await act(page);
  await sleep(SETTLED_MS);
  const scripts = [];
  for (const [name, scriptId] of found) {
    const { scriptSource } = await debug.send("Debugger.getScriptSource", { scriptId });
    scripts.push({ name, gzip: gzipSync(scriptSource, { level: 9 }).length });
  }
  await page.close();
  return scripts;
}

const total = (scripts) => scripts.reduce((sum, script) => sum + script.gzip, 0);
