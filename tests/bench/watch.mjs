// What watch.js costs on a site that is filled by itself, while the page adds 1,000 nodes a second: the share of one
// core, and how often it speaks; the same of a peer that watches every page. Samples of the profiler with a frame of the
// script on their stack are its time. Over its budget it fails, but not with --quick, which the tests run beside others.
import { readFile } from "node:fs/promises";
import path from "node:path";
import puppeteer from "puppeteer-core";
import { median, within } from "./lib/budget.mjs";
import { open_peer, pretend } from "./lib/peer.mjs";

const SCRIPT = path.resolve(import.meta.dirname, "../../dist/chrome/content/watch.js");
const SECONDS = { quick: 3, full: 20 };
const RUNS = { quick: 1, full: 3 };
const SAMPLE_MICROSECONDS = 100;
/** Per cent of one core. */
const LIMIT = 1;

export async function run({ quick }) {
  const script = await readFile(SCRIPT, "utf8");
  const seconds = quick ? SECONDS.quick : SECONDS.full;
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  try {
    const runs = [];
    for (let run = 0; run < (quick ? RUNS.quick : RUNS.full); run++) {
      const own = await watched(browser, seconds, "watch.js", async (page) => {
        await page.evaluate(() => {
          globalThis.told = 0;
          globalThis.chrome = { runtime: { sendMessage: () => Promise.resolve(void globalThis.told++) } };
        });
        await page.addScriptTag({ content: `${script}\n//# sourceURL=watch.js` });
      });
      if (!own.told) throw new Error("watch.js said nothing: it did not run");
      runs.push(own);
    }
    const [own] = runs;
    const share = median(runs.map((each) => each.share));
    const peer = await open_peer();
    const theirs = peer.skipped ? undefined : await watched(browser, seconds, "peer.js", async (page) => {
      await page.evaluate(pretend);
      await page.addScriptTag({ content: `${peer.script}\nglobalThis.peer = { kpxc, kpxcObserverHelper };\n//# sourceURL=peer.js` });
      await page.evaluate(() => {
        globalThis.peer.kpxc.settings = { sitePreferences: [] };
        return globalThis.peer.kpxcObserverHelper.initObserver();
      });
    });
    const figures = {
      seconds,
      nodes_a_second: Math.round(own.added / seconds),
      percent_of_a_core: Number(share.toFixed(3)),
      runs: runs.map((each) => Number(each.share.toFixed(3))),
      messages: own.told,
      peer: theirs ? { name: peer.name, percent_of_a_core: Number(theirs.share.toFixed(3)) } : peer.skipped,
    };
    return within(figures, quick ? [] : [["per cent of a core", share, LIMIT]]);
  } finally {
    await browser.close();
  }
}

/** What a script costs while its page changes. */
async function watched(browser, seconds, name, start) {
  const page = await browser.newPage();
  await page.setContent("<!doctype html><body><main></main></body>");
  const client = await page.createCDPSession();
  await client.send("Profiler.enable");
  await client.send("Profiler.setSamplingInterval", { interval: SAMPLE_MICROSECONDS });
  await client.send("Profiler.start");
  await start(page);
  const added = await page.evaluate(mutate, seconds);
  const { profile } = await client.send("Profiler.stop");
  const told = await page.evaluate(() => globalThis.told);
  await page.close();
  return { share: (time_of(profile, name) / (profile.endTime - profile.startTime)) * 100, added, told };
}

/** In the page: ten times a second a hundred nodes more, and an input now and then. */
async function mutate(seconds) {
  const end = performance.now() + seconds * 1_000;
  let added = 0;
  while (performance.now() < end) {
    const box = document.createElement("section");
    document.querySelector("main").replaceChildren(box);
    for (let i = 0; i < 100; i++, added++) box.append(document.createElement(i === 50 ? "input" : "div"));
    await new Promise((done) => setTimeout(done, 100));
  }
  return added;
}

/** Microseconds of the samples that have a frame of this script on their stack. */
function time_of({ nodes, samples, timeDeltas }, url) {
  const parents = new Map();
  for (const node of nodes) for (const child of node.children ?? []) parents.set(child, node.id);
  const by_id = new Map(nodes.map((node) => [node.id, node]));
  const inside = (id) => {
    for (let at = id; at !== undefined; at = parents.get(at)) if (by_id.get(at).callFrame.url.endsWith(url)) return true;
    return false;
  };
  return samples.reduce((sum, id, at) => sum + (inside(id) ? timeDeltas[at] : 0), 0);
}
