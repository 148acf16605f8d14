// Bundles the pages of this folder, one a component, with the packages of package.json. The packages lie outside the
// tree, by their lock file, so that a fresh clone does not fetch them again; the bundles in dist/components.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { ROOT } from "../e2e/lib/paths.mjs";
import { one_at_a_time } from "../e2e/lib/process.mjs";

const HERE = import.meta.dirname;
const PAGES = path.join(HERE, "pages");
const OUT = path.join(ROOT, "dist/components");
const LOCKED = ["package.json", "package-lock.json", ".npmrc"];

/** The pages' names, in order. */
export const component_names = async () => (await readdir(PAGES)).filter((name) => name.endsWith(".mjs")).map((name) => path.basename(name, ".mjs")).sort();

/** Makes the bundles where the sources changed. Gives back their folder. */
export const bundle_components = () => one_at_a_time("components", make_bundles);

async function make_bundles() {
  const sources = [...(await files_of(HERE)), ...(await files_of(PAGES))];
  const stamp = await digest(sources);
  if ((await readFile(path.join(OUT, "stamp"), "utf8").catch(() => "")) === stamp) return OUT;
  const packages = await installed();
  // esbuild is what the extension itself is bundled with.
  const esbuild = createRequire(path.join(ROOT, "extension/package.json"))("esbuild");
  await rm(OUT, { recursive: true, force: true });
  await esbuild.build({
    absWorkingDir: HERE,
    entryPoints: (await component_names()).map((name) => `pages/${name}.mjs`),
    outdir: OUT,
    bundle: true,
    splitting: true,
    format: "esm",
    minify: true,
    nodePaths: [packages],
    define: { "process.env.NODE_ENV": '"production"', ngDevMode: "false" },
    plugins: [await svelte_plugin(packages)],
    logLevel: "warning",
  });
  await writeFile(path.join(OUT, "stamp"), stamp);
  return OUT;
}

/** The folder with the packages, installed once for each lock file. */
async function installed() {
  const tools = process.env.SPAREKEY_TOOLS ?? path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), ".cache"), "sparekey/tools");
  const home = path.join(tools, `components-${(await digest([path.join(HERE, "package-lock.json")])).slice(0, 16)}`);
  const packages = path.join(home, "node_modules");
  if (existsSync(packages)) return packages;
  const making = `${home}.${process.pid}`;
  await mkdir(making, { recursive: true });
  for (const name of LOCKED) await copyFile(path.join(HERE, name), path.join(making, name));
  await promisify(execFile)("npm", ["ci", "--loglevel=error"], { cwd: making });
  // Whole or not at all; where somebody else was quicker, theirs stands.
  await rename(making, home).catch(() => rm(making, { recursive: true, force: true }));
  return packages;
}

async function svelte_plugin(packages) {
  const { compile } = await import(pathToFileURL(path.join(packages, "svelte/src/compiler/index.js")).href);
  return {
    name: "svelte",
    setup(build) {
      build.onLoad({ filter: /\.svelte$/ }, async ({ path: file }) => ({
        contents: compile(await readFile(file, "utf8"), { filename: path.basename(file), dev: false }).js.code,
        loader: "js",
      }));
    },
  };
}

async function files_of(folder) {
  const names = await readdir(folder, { withFileTypes: true });
  return names.filter((each) => each.isFile()).map((each) => path.join(folder, each.name)).sort();
}

async function digest(files) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(path.basename(file)).update(await readFile(file));
  return hash.digest("hex");
}
