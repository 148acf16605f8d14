// What page.js costs: its bytes on a bound page (injected.mjs has all that runs in a page, and what runs in one with no
// bound entry), and the main thread's time to describe 200 inputs among 10,000 nodes; the same of a peer, in the same run. Over a
// budget it fails; --quick, which the tests run beside others, holds the bytes alone.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import puppeteer from "puppeteer-core";
import { median, within } from "./lib/budget.mjs";
import { open_peer, pretend, search_again } from "./lib/peer.mjs";

const DIST = path.resolve(import.meta.dirname, "../../dist/chrome");
/** Where a browser loads scripts of an extension by itself. */
const DECLARED = ["content_scripts", "declarative_net_request", "web_accessible_resources"];
/** Bytes after gzip, of the script that a bound page gets; milliseconds of a scan. */
const LIMIT = { bytes: 12_000, scan_ms: 2 };
const LAYOUTS = ["forms", "grid", "table"];
const SCANS = { quick: 15, full: 101 };
const RUNS = { quick: 1, full: 5 };

export async function run({ quick }) {
  const script = await readFile(path.join(DIST, "content/page.js"), "utf8");
  const [scans, runs] = quick ? [SCANS.quick, RUNS.quick] : [SCANS.full, RUNS.full];
  const manifest = JSON.parse(await readFile(path.join(DIST, "manifest.json"), "utf8"));
  const declared = DECLARED.filter((name) => manifest[name]);
  if (declared.length) throw new Error(`the manifest declares ${declared.join(", ")}: pages with no bound entry are no longer free`);
  const browser = await puppeteer.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  try {
    const page = await browser.newPage();
    const figures = {};
    for (const layout of LAYOUTS) {
      await page.setContent("<!doctype html><body></body>");
      await page.evaluate(fillPage, layout);
      figures[layout] = await several(runs, () => page.evaluate(measure, script, scans));
    }
    const peer = await open_peer();
    const theirs = peer.skipped ?? (await measure_peer(browser, peer, scans, runs));
    const bound = { raw: script.length, gzip: gzipSync(script, { level: 9 }).length };
    const times = Object.entries(figures).map(([layout, { median }]) => [`milliseconds of a scan, ${layout}`, median, LIMIT.scan_ms]);
    return within({ bytes: { bound_page: bound }, scan_ms: figures, peer: theirs }, [
      ["bytes of page.js after gzip", bound.gzip, LIMIT.bytes],
      ...(quick ? [] : times),
    ]);
  } finally {
    await browser.close();
  }
}

/** The median of the runs' medians, and all of them. `first`: of code that was never run. */
async function several(runs, measure) {
  const all = [];
  for (let run = 0; run < runs; run++) all.push(await measure());
  const medians = all.map((each) => each.median);
  const least = Math.min(...all.map((each) => each.least));
  return { median: median(medians), medians, least, first: all[0].first, fields: all[0].fields };
}

async function measure_peer(browser, peer, scans, runs) {
  const scan_ms = {};
  for (const layout of LAYOUTS) {
    const page = await browser.newPage();
    await page.setContent("<!doctype html><body></body>");
    await page.evaluate(fillPage, layout);
    await page.evaluate(pretend);
    await page.addScriptTag({ content: `${peer.script}\nglobalThis.peer = { kpxc, kpxcForm, kpxcObserverHelper };` });
    scan_ms[layout] = await several(runs, () => page.evaluate(search_again, scans));
    await page.close();
  }
  return { name: peer.name, bytes: { unbound_page: peer.on_every_page ? peer.bytes : 0, bound_page: peer.bytes }, scan_ms };
}

/** In the page. `forms`: fifty forms of four inputs; `grid`: the same without forms; `table`: all inputs within two screens. */
function fillPage(layout) {
  const make = (name, attributes = {}, ...children) => {
    const element = Object.assign(document.createElement(name), attributes);
    element.append(...children);
    return element;
  };
  const words = (count) => Array.from({ length: count }, (_, i) => make("span", {}, `word ${i} `));
  for (let row = 0; row < 50; row++) {
    const inputs = Array.from({ length: 4 }, (_, i) => make("label", {}, `Field ${row} ${i}`, make("input", { name: `f${row}_${i}`, placeholder: "value" })));
    if (layout === "table") {
      document.body.append(make("div", {}, ...inputs));
      continue;
    }
    const box = make(layout === "forms" ? "form" : "div", {}, make("h3", {}, `Part ${row}`), make("p", {}, ...words(90)), ...inputs);
    document.body.append(box, make("div", {}, ...words(90)));
  }
  while (layout === "table" && document.querySelectorAll("*").length < 9_900) document.body.append(make("p", {}, ...words(90)));
  while (document.querySelectorAll("*").length < 10_000) document.body.append(make("i", {}, "x"));
}

/** In the page: page.js with a background that says "nothing", again and again. */
async function measure(script, scans) {
  const times = [];
  let compiled;
  let begin = 0;
  let fields = 0;
  const shadow = { openOrClosedShadowRoot: (element) => element.shadowRoot };
  const answered = { sendMessage: (message) => (times.push(performance.now() - begin), (fields = message.page.fields.length), Promise.resolve({ order: 0 })) };
  globalThis.chrome = { runtime: answered, dom: shadow };
  for (let scan = 0; scan < scans; scan++) {
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    // Up to its first message: the time that the page waits. A script element would be a change of the page, whose layout
    // would then count too; the browser's own injection is none. The first scan is that of code that was never run.
    begin = performance.now();
    // eslint-disable-next-line no-new-func
    compiled ??= new Function(script);
    compiled();
    await new Promise((done) => setTimeout(done));
  }
  const [first] = times;
  times.sort((a, b) => a - b);
  return { median: times[times.length >> 1], least: times[0], most: times.at(-1), first, fields };
}
