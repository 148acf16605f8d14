// Runs page.js and the detector over a corpus of forms in a real browser, and says which fields were filled.
//
//   node tests/e2e/forms.mjs FILE.jsonl [--browser chromium|firefox] [--only ID] [--part 1/2] [--show]
//
// A form with `frames` (documents by name, at /frame/NAME on every host) is a page of `{top}`, with `{sub}` a subdomain of
// it and `{other}` another site; a target in a frame is `NAME ||| SELECTOR`, NAME being the frame's own name. The account
// is bound to `{top}`.
//
// page.js runs as it ships: in an extension's isolated world, injected by `scripting.executeScript`. The extension
// around it is made here; its background only carries messages to this process, which asks the detector.

import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, "..", "..");
const CODES = { 5: "R7K2M", 6: "123456", 7: "1234567", 8: "12345678" };
// Loopback by name in both browsers, without anybody being asked.
const HOSTS = { top: "site.localhost", sub: "login.site.localhost", other: "other.localhost" };
// How long page.js is told to look again for a field that is not there yet, and how often.
const RETRY = { ms: 60, times: 25 };

const options = readOptions(process.argv.slice(2));
const forms = (await readFile(options.file, "utf8")).split("\n").filter(Boolean).map((line) => JSON.parse(line)).filter(isChosen);
const detect = await startDetector();
const scratch = await mkdtemp(join(tmpdir(), "forms-"));

/** The form that is being tried. @type {any} */
let current = null;
const server = createServer(answer).listen(0, "127.0.0.1");
await new Promise((ready) => server.once("listening", ready));
const port = /** @type {any} */ (server.address()).port;
const browser = await startBrowser(options.browser, await writeExtension());

let passed = 0;
let failed = 0;
let wrong = 0;
try {
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 800 });
  await warmUp(page);
  for (const form of forms) {
    let result = await tryForm(page, form);
    // A recovery field that is merely left alone would be filled by nothing: the user's backup codes go there.
    const isKnown = () => form.expect !== "backup-code" || result.got === "backup-code";
    const isGood = () => same(result.filled, form.expect === "totp" || form.expect === "split-totp" ? form.targets : []) && result.right && isKnown();
    const badFill = result.filled.some((field) => !(form.expect.endsWith("totp") && form.targets.includes(field)));
    // A machine that stood still for a second is no defect of a form that is left alone; a wrong fill is one, however seldom.
    if (!isGood() && !badFill) {
      const first = result;
      result = await tryForm(page, form);
      if (isGood()) console.log(`UNSTEADY: ${form.id}: first got=${first.got} ${first.reason}`);
    }
    const good = isGood();
    if (badFill) wrong++;
    if (good) passed++;
    else {
      failed++;
      console.log(`${form.id} expected=${form.expect} got=${result.got}${badFill ? " WRONG-FILL" : ""} ${result.reason}`);
    }
    if (options.show) console.error(JSON.stringify({ id: form.id, ...result, asked: current.asked }, null, 1));
  }
} finally {
  await browser.close().catch(() => {});
  detect.stop();
  server.close();
  server.closeAllConnections();
  await rm(scratch, { recursive: true, force: true, maxRetries: 5 }).catch(() => {});
}
console.log(`${passed} passed, ${failed} failed, ${wrong} wrong fills`);
process.exit(failed ? 1 : 0);

// ---- One form ----

async function tryForm(page, form) {
  const digits = form.digits ?? (form.expect === "split-totp" ? form.targets.length : 6);
  const done = withResolvers();
  current = { form, digits, code: form.code ?? CODES[digits] ?? CODES[6], tries: 0, done, asked: null, result: null, detection: null, ordered: false, url: `${form.frames ? originOf("top") : `http://127.0.0.1:${port}`}/form/${encodeURIComponent(form.id)}` };
  await page.goto(current.url, { waitUntil: "load" });
  current.loaded = true;
  const timer = setTimeout(() => done.resolve("timeout"), 15_000);
  const end = await done.promise;
  clearTimeout(timer);
  const state = await readPage(page, form);
  const detection = current.detection ?? { class: "none", reason: "no-answer" };
  // A target that a component emptied or rewrote after the fill is not filled right.
  const expected = form.expect === "split-totp" ? [...current.code] : [current.code];
  const right = !form.expect.endsWith("totp") || form.targets.every((target, i) => clean(state.values[target]) === expected[i]);
  return {
    got: detection.class,
    reason: end === "timeout" ? "timeout" : [detection.reason, current.result].filter(Boolean).join(" "),
    filled: state.filled,
    right,
  };
}

/** What is filled in the page and in its frames. A frame without scripts holds what it held. */
async function readPage(page, form) {
  if (!form.frames) return page.evaluate(readFields, form.targets);
  const state = { filled: [], values: {} };
  for (const frame of page.frames()) {
    const name = frame === page.mainFrame() ? "" : await frame.evaluate(() => globalThis.name).catch(() => null);
    if (name === null) continue;
    const prefix = name && `${name} ||| `;
    const own = form.targets.filter((target) => (prefix ? target.startsWith(prefix) : !target.includes(" ||| ")));
    const { filled, values } = await frame.evaluate(readFields, own.map((target) => target.slice(prefix.length)));
    state.filled.push(...filled.map((field) => prefix + field));
    for (const [field, value] of Object.entries(values)) state.values[prefix + field] = value;
  }
  return state;
}

/** @param {"top" | "sub" | "other"} which */
function originOf(which) {
  return `http://${HOSTS[which]}:${port}`;
}

/** The extension's background starts when it starts. */
async function warmUp(page) {
  for (let tries = 0; tries < 40; tries++) {
    current = { form: { html: "" }, digits: 6, code: "", tries: 0, done: withResolvers(), asked: null, result: null, detection: null, ordered: false, url: `http://127.0.0.1:${port}/form/` };
    await page.goto(current.url, { waitUntil: "load" });
    if (await Promise.race([current.done.promise, new Promise((late) => setTimeout(late, 500))])) return;
  }
  throw new Error("the extension does not answer");
}

/** In the page: which fields hold something they did not hold at load; targets are named by their selector. */
function readFields(targets) {
  const find = (selector) => {
    let scope = document;
    let found = null;
    for (const step of selector.split(" >>> ")) {
      found = scope.querySelector(step);
      scope = found ? (globalThis.closedRoots?.get(found) ?? found.shadowRoot) : null;
      if (!scope) break;
    }
    return found;
  };
  const byElement = new Map(targets.map((selector) => [find(selector), selector]));
  const all = [];
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (/^(input|textarea)$/.test(element.localName)) all.push(element);
      const inner = globalThis.closedRoots?.get(element) ?? element.shadowRoot;
      if (inner) walk(inner);
    }
  };
  walk(document);
  const changed = all.filter((field) => field.value !== (field.defaultValue ?? "") && !/^(submit|button|hidden|checkbox|radio)$/.test(field.type));
  return {
    filled: changed.map((field) => byElement.get(field) ?? `${field.localName}#${field.id}[${field.name}]`),
    values: Object.fromEntries(targets.map((selector) => [selector, find(selector)?.value ?? ""])),
  };
}

function answer(request, response) {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", async () => {
    const path = new URL(request.url, "http://x").pathname;
    if (path.startsWith("/form/") || path.startsWith("/frame/")) {
      const frame = path.startsWith("/frame/") ? current.form.frames?.[path.slice("/frame/".length)] : current.form;
      response.setHeader("content-type", "text/html; charset=utf-8");
      return response.end(documentOf(frame ?? { html: "" }));
    }
    if (path === "/over") {
      // Every frame has said what it has to say.
      if (current.form.frames && Buffer.concat(chunks).toString() === current.url) current.done.resolve("over");
      return response.end();
    }
    if (path === "/message") {
      const message = JSON.parse(Buffer.concat(chunks).toString());
      response.setHeader("content-type", "application/json");
      return response.end(JSON.stringify(await reply(message)));
    }
    response.statusCode = 404;
    response.end();
  });
}

function documentOf(form) {
  const style = form.css ? `<style>${form.css}</style>` : "";
  const script = form.js ? `<script>${form.js}</script>` : "";
  const closed = `<script>globalThis.closedRoots = new Map();
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (init) { const root = attach.call(this, init); closedRoots.set(this, root); return root; };</script>`;
  return `<!doctype html><html lang="${form.lang ?? "en"}"><meta charset="utf-8"><title>Sign in</title>${style}${form.js ? closed : ""}<body>${placed(form.html)}${script}</body></html>`;
}

/** A form's addresses. @param {string} html */
function placed(html) {
  return current.form.frames ? html.replace(/\{(top|sub|other)\}/g, (_, which) => originOf(which)) : html;
}

/** What the background would answer to page.js. */
async function reply(message) {
  const mine = current;
  const nothing = { type: "page-order", order: 0, origin: "", targets: [], values: [] };
  // The second injection into the form before this one, or into this one after it was filled.
  if (message.tab !== mine.url || (mine.ordered && message.type === "fields")) return nothing;
  if (message.type === "wrote") {
    mine.result = message.result;
    // The order of events at the end of a fill: page.js reports last.
    if (!mine.form.frames) setTimeout(() => mine.done.resolve("wrote"), 0);
    return { type: "done" };
  }
  if (!mine.form.frames && !message.isTop) return nothing;
  if (mine.form.frames) {
    const { page, sender, isTop } = message;
    const why = detect.refusal(page.origin, page.ancestors, mine.url, isTop) ?? (page.origin === sender ? null : "opaque-frame");
    if (why) {
      mine.detection ??= { class: "none", reason: why };
      return nothing;
    }
  }
  mine.asked = message.page;
  // The browser moves the focus when it paints, on a busy machine after the page has loaded; users press later.
  const unfocused = mine.form.html.includes("autofocus") && !message.page.fields.some((field) => field.focused);
  if (unfocused && ++mine.tries < RETRY.times) return { ...nothing, waitMs: RETRY.ms };
  const found = await detect.ask({ page: message.page, wanted: { digits: mine.digits, steam: mine.digits === 5 } });
  // Of several frames the one that can be filled says what was found.
  if (mine.ordered) return nothing;
  if (!mine.detection || mine.detection.class === "none" || found.class !== "none") mine.detection = found;
  const targets = found.class === "totp" ? [found.target] : found.class === "split-totp" ? found.targets : [];
  if (targets.length) {
    const values = targets.length > 1 ? [...mine.code] : [mine.code];
    mine.ordered = true;
    return { type: "page-order", order: 1, origin: message.page.origin, targets, values };
  }
  if (mine.form.later && ++mine.tries < RETRY.times) return { ...nothing, waitMs: RETRY.ms };
  if (!mine.form.frames) setTimeout(() => mine.done.resolve("nothing"), 0);
  return nothing;
}

// ---- The detector: one function, whatever stands behind it ----

async function startDetector() {
  const folder = join(ROOT, "extension/wasm");
  if (process.env.SPAREKEY_DETECT) return startProcess(process.env.SPAREKEY_DETECT);
  const wasm = await import(pathToFileURL(join(folder, "sparekey.js")).href);
  wasm.initSync({ module: await readFile(join(folder, "sparekey_bg.wasm")) });
  return {
    ask: async ({ page, wanted }) => wasm.detectField(page, wanted.digits, wanted.steam),
    refusal: wasm.frameRefusal,
    stop: () => {},
  };
}

/** For work on the detector itself: a program that reads `{page, wanted}` a line, so that no Wasm need be built. It judges no frames. */
function startProcess(program) {
  const child = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
  const waiting = [];
  createInterface({ input: child.stdout }).on("line", (line) => waiting.shift()?.(JSON.parse(line)));
  return {
    ask: (question) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        child.stdin.write(`${JSON.stringify(question)}\n`);
      }),
    refusal: () => "not-judged",
    stop: () => child.stdin.end(),
  };
}

// ---- The browser ----

async function writeExtension() {
  const manifest = {
    manifest_version: 3,
    name: "forms",
    version: "1",
    permissions: ["scripting", "tabs"],
    host_permissions: ["http://127.0.0.1/*", "http://*.localhost/*"],
    background: options.browser === "firefox" ? { scripts: ["background.js"] } : { service_worker: "background.js" },
    browser_specific_settings: { gecko: { id: "forms@example.org" } },
  };
  const background = `
    const api = globalThis.browser ?? chrome;
    const tell = (path, body) => fetch("http://127.0.0.1:${port}" + path, { method: "POST", body });
    const pages = ["127.0.0.1", "${HOSTS.top}"].map((host) => "http://" + host + ":${port}/form/");
    api.runtime.onMessage.addListener((message, sender, send) => {
      const origin = sender.origin ?? new URL(sender.url).origin;
      tell("/message", JSON.stringify({ ...message, tab: sender.tab.url, sender: origin, isTop: sender.frameId === 0 }))
        .then((response) => response.json()).then(send, () => send({ order: 0 }));
      return true;
    });
    api.tabs.onUpdated.addListener((tabId, change, tab) => {
      if (change.status !== "complete" || !pages.some((page) => tab.url.startsWith(page))) return;
      // Twice: the second must wait for the first and write nothing.
      const press = () => api.scripting.executeScript({ target: { tabId, allFrames: true }, files: ["page.js"] }).catch(() => {});
      Promise.all([press(), press()]).then(() => tell("/over", tab.url));
    });`;
  await writeFile(join(scratch, "manifest.json"), JSON.stringify(manifest));
  await writeFile(join(scratch, "background.js"), background);
  await writeFile(join(scratch, "page.js"), await readFile(join(ROOT, "extension/content/page.js")));
  return scratch;
}

async function startBrowser(name, extension) {
  const { default: puppeteer } = await import("puppeteer-core");
  if (name === "firefox") {
    const browser = await puppeteer.launch({ browser: "firefox", executablePath: "/usr/bin/firefox-esr", headless: true });
    await browser.installExtension(extension);
    return browser;
  }
  return puppeteer.launch({
    executablePath: "/usr/bin/chromium",
    headless: true,
    pipe: true,
    enableExtensions: [extension],
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

// ---- Small things ----

function readOptions(args) {
  const value = (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
  const file = args.find((arg, i) => !arg.startsWith("--") && !["--browser", "--only", "--part"].includes(args[i - 1] ?? ""));
  const [part = 0, parts = 0] = (value("--part") ?? "1/1").split("/").map(Number);
  if (!file || !(part >= 1 && part <= parts)) {
    console.error("usage: forms.mjs FILE.jsonl [--browser chromium|firefox] [--only ID] [--part 1/2] [--show]");
    process.exit(2);
  }
  return { file, browser: value("--browser") ?? "chromium", only: value("--only"), part, parts, show: args.includes("--show") };
}

/** Every form is in exactly one part. @param {any} form @param {number} at */
function isChosen(form, at) {
  return options.only ? form.id === options.only : at % options.parts === options.part - 1;
}

function same(a, b) {
  return a.length === b.length && a.every((one) => b.includes(one));
}

function clean(text) {
  return (text ?? "").replace(/[\s-]/g, "");
}

function withResolvers() {
  /** @type {any} */
  const held = {};
  held.promise = new Promise((resolve, reject) => Object.assign(held, { resolve, reject }));
  return held;
}
