// KeePassXC-Browser as Debian packages it: the one extension of this kind that a registry in reach has. Its content
// scripts, with a background that answers nothing, run in the page that ours is measured in.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

const run_file = promisify(execFile);
const PACKAGE = "webext-keepassxc-browser";

/** `{ name, bytes, script }`, or `{ skipped }` with the reason where it cannot be had. */
export async function open_peer() {
  let folder;
  try {
    folder = await unpacked();
  } catch (error) {
    return { skipped: `SKIPPED: ${PACKAGE} could not be had from Debian (${error.message.split("\n")[0]})` };
  }
  const manifest = JSON.parse(await readFile(path.join(folder, "manifest.json"), "utf8"));
  const [{ js, matches }] = manifest.content_scripts;
  const texts = await Promise.all(js.map((file) => readFile(path.join(folder, file), "utf8")));
  const all = texts.join("\n");
  const bytes = { raw: all.length, gzip: gzipSync(all, { level: 9 }).length };
  // One strict script where the browser runs eighteen: what each declares must reach the others.
  return { name: `KeePassXC-Browser ${manifest.version}`, on_every_page: matches.includes("<all_urls>"), bytes, script: all };
}

async function unpacked() {
  const tools = process.env.SPAREKEY_TOOLS ?? path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), ".cache"), "sparekey/tools");
  const home = path.join(tools, PACKAGE);
  const folder = path.join(home, "usr/share/webext/keepassxc-browser");
  if (existsSync(folder)) return folder;
  const fresh = `${home}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  await run_file("apt-get", ["download", PACKAGE], { cwd: fresh });
  await run_file("sh", ["-c", "dpkg -x ./*.deb . && rm ./*.deb"], { cwd: fresh });
  await rm(home, { recursive: true, force: true });
  await rename(fresh, home);
  return folder;
}

/** In the page, before the peer's script: the extension API as far as it asks for it. */
export function pretend() {
  const event = { addListener() {}, removeListener() {}, hasListener: () => false };
  const answers = { load_settings: { autoCompleteUsernames: true, showOTPIcon: true, useObserver: true }, get_connected_database: {}, is_connected: false };
  const runtime = {
    id: "peer",
    sendMessage: ({ action }) => Promise.resolve(answers[action]),
    getURL: (file) => `about:blank#${file}`,
    getManifest: () => ({ version: "0" }),
    onMessage: event,
    onConnect: event,
  };
  globalThis.browser = { runtime, i18n: { getMessage: (key) => key }, storage: { local: { get: async () => ({}) } } };
  globalThis.chrome = globalThis.browser;
}

/** In the page: its search for fields, again and again from the beginning. */
export async function search_again(scans) {
  const { kpxc, kpxcForm } = globalThis.peer;
  kpxc.settings = { defaultGroup: "", showLoginFormIcon: false, showOTPIcon: false, sitePreferences: [] };
  const times = [];
  for (let scan = 0; scan < scans; scan++) {
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    kpxc.inputs = [];
    kpxc.combinations = [];
    kpxcForm.savedForms = [];
    const begin = performance.now();
    await kpxc.initCredentialFields();
    times.push(performance.now() - begin);
  }
  const [first] = times;
  times.sort((a, b) => a - b);
  return { median: times[times.length >> 1], least: times[0], most: times.at(-1), first, fields: kpxc.inputs.length };
}
