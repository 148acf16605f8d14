// Writes dist/chrome and dist/firefox from the sources and the Wasm package in extension/wasm.
//   node extension/build/bundle.mjs [--dev] [--out DIST]
// Deterministic: the same sources, lock files and tools give the same bytes.
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import * as esbuild from "esbuild";
import { BROWSERS, derive_manifest } from "./manifest.mjs";

const { values: options } = parseArgs({ options: { dev: { type: "boolean", default: false }, out: { type: "string" } } });
const source = path.resolve(import.meta.dirname, "..");
const root = path.dirname(source);
const dist = path.resolve(options.out ?? path.join(root, "dist"));

/** Copied as they are, where they exist. */
const COPIED = ["_locales", "help", "icons", "style"];
/** Rooms whose `*.html` become pages; their scripts are read from the page itself. */
const PAGE_ROOMS = ["popup", "dashboard", "offscreen"];
/** Texts that the kit puts together from codes. */
const KIT_TEXTS = /^(kit|error|slot)_/;

/** Ours, and those of the data inside the Wasm module: name in the package, file in the tree. */
const LICENCES = {
  "LICENSE-MIT": "LICENSE-MIT",
  "LICENSE-APACHE": "LICENSE-APACHE",
  "LICENSE-suffixes.txt": "crate/site/suffixes.LICENSE",
  "LICENSE-words.md": "crate/vault/words/README.md",
};

/** Common to all bundles; syntax is lowered to the manifest's minimum versions. */
const COMMON = {
  absWorkingDir: source,
  bundle: true,
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  minify: !options.dev,
  // Source maps would name this folder; development keeps readable code instead.
  sourcemap: false,
  target: ["chrome120", "firefox140"],
};

const pages = (await Promise.all(PAGE_ROOMS.map((room) => list(room, ".html")))).flat();
const modules = new Set(["background/main.js", ...(await list("worker", "main.js"))]);
for (const page of pages) for (const script of await scripts_of(page)) modules.add(script);

const kit = existsSync(path.join(source, "kit/main.js")) ? await kit_page() : null;

await rm(dist_of("chrome"), { recursive: true, force: true });
await rm(dist_of("firefox"), { recursive: true, force: true });

for (const browser of BROWSERS) {
  const out = dist_of(browser);
  await mkdir(out, { recursive: true });
  await esbuild.build({
    ...COMMON,
    entryPoints: [...modules].sort(),
    outbase: source,
    outdir: out,
    format: "esm",
  });
  // Classic scripts, executed in the page's isolated world. Not wrapped: each is one expression, and its value is the
  // promise that the browser awaits before it says that the injection is over.
  const scripts = await list("content", ".js");
  await esbuild.build({ ...COMMON, entryPoints: scripts, outbase: source, outdir: out, bundle: false, splitting: false });
  for (const page of pages) await copy(page, out);
  if (kit) {
    await mkdir(path.join(out, "kit"), { recursive: true });
    await writeFile(path.join(out, "kit/kit.txt"), kit);
  }
  for (const folder of COPIED) if (existsSync(path.join(source, folder))) await copy(folder, out);
  await copy("wasm/sparekey_bg.wasm", out);
  await copy("policy.json", out);
  const manifest = derive_manifest(JSON.parse(await readFile(path.join(root, "manifest.json"), "utf8")), browser);
  await writeFile(path.join(out, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
  for (const [name, from] of Object.entries(LICENCES)) await cp(path.join(root, from), path.join(out, name));
}

/**
 * The recovery kit as one page, but for the core and the bundle: those are put in when the user asks for the file
 * (shared/kit.js), so that the package does not hold the core twice.
 */
async function kit_page() {
  // What needs the extension around it is another module in the kit.
  const instead = { webext: path.join(source, "kit/alone.js"), heavy: path.join(source, "kit/heavy.js") };
  const setup = (build) => build.onResolve({ filter: /\/shared\/(webext|heavy)\.js$|^\.\/(webext|heavy)\.js$/ }, (found) => ({ path: instead[path.basename(found.path, ".js")] }));
  const built = await esbuild.build({
    ...COMMON,
    entryPoints: ["kit/main.js"],
    format: "iife",
    write: false,
    // The core's loader names its own address for when it is given none.
    logOverride: { "empty-import-meta": "silent" },
    plugins: [{ name: "alone", setup }],
  });
  const script = built.outputFiles[0].text.replaceAll("</script", "<\\/script");
  const styles = await Promise.all(["tokens", "base", "elements", "kit"].map((name) => readFile(path.join(source, `style/${name}.css`), "utf8")));
  const { code: style } = await esbuild.transform(styles.join("\n"), { loader: "css", minify: true });
  const all = Object.entries(JSON.parse(await readFile(path.join(source, "_locales/en/messages.json"), "utf8")));
  const named = (key) => script.includes(`"${key.replace(/_(one|other)$/, "")}"`) || KIT_TEXTS.test(key);
  const texts = JSON.stringify(Object.fromEntries(all.filter(([key]) => named(key)))).replaceAll("<", "\\u003c");
  const parts = { STYLE: style, TEXTS: texts, SCRIPT: script };
  return (await readFile(path.join(source, "kit/kit.html"), "utf8")).replaceAll(/@@(STYLE|TEXTS|SCRIPT)@@/g, (_, part) => parts[part]);
}

function dist_of(browser) {
  return path.join(dist, browser);
}

async function list(room, ending) {
  const folder = path.join(source, room);
  if (!existsSync(folder)) return [];
  return (await readdir(folder)).filter((name) => name.endsWith(ending)).sort().map((name) => `${room}/${name}`);
}

/** The module scripts that a page names, relative to the extension's folder. */
async function scripts_of(page) {
  const html = await readFile(path.join(source, page), "utf8");
  const found = [...html.matchAll(/<script\b[^>]*\bsrc="([^"]+)"/g)].map(([, src]) => src);
  return found.map((src) => (src.startsWith("/") ? src.slice(1) : path.posix.join(path.posix.dirname(page), src)));
}

async function copy(name, out) {
  await cp(path.join(source, name), path.join(out, name), { recursive: true });
}
