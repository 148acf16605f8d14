// Runs the cases of tests/bench or tests/soak, one a file, and prints one JSON document.
//   node tests/build/harness.mjs bench|soak [--quick] [CASE...]
// A case exports `run({ quick, log })` and gives back its figures as plain JSON; a throw is a failure, and so the process's.
// Each case's document is also written to dist/out/HARNESS-CASE.json.
import { execFileSync } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

const { values: options, positionals: [harness, ...chosen] } = parseArgs({ options: { quick: { type: "boolean", default: false } }, allowPositionals: true });
const root = path.resolve(import.meta.dirname, "../..");
const folder = path.join(root, "tests", harness);
const out = path.join(root, "dist/out");
const all = (await readdir(folder)).filter((name) => name.endsWith(".mjs")).map((name) => path.basename(name, ".mjs")).sort();
const unknown = chosen.filter((name) => !all.includes(name));
if (unknown.length) {
  console.error(`no such case: ${unknown.join(", ")}; there are: ${all.join(", ")}`);
  process.exit(64);
}

await mkdir(out, { recursive: true });
const document = { harness, quick: options.quick, when: new Date().toISOString(), ...machine(), cases: {} };
for (const name of chosen.length ? chosen : all) {
  const start = performance.now();
  const log = (text) => console.error(`${name}: ${text}`);
  let result;
  try {
    const { run } = await import(path.join(folder, `${name}.mjs`));
    result = { figures: await run({ quick: options.quick, log }) };
  } catch (error) {
    // What was measured is told with what is wrong with it.
    result = { error: error.stack, figures: error.figures };
    process.exitCode = 1;
  }
  document.cases[name] = { ms: Math.round(performance.now() - start), ...result };
  await writeFile(path.join(out, `${harness}-${name}.json`), JSON.stringify({ ...document, cases: { [name]: document.cases[name] } }, null, 2) + "\n");
}
console.log(JSON.stringify(document, null, 2));
const cases = Object.values(document.cases);
const failed = cases.filter((each) => each.error).length;
console.error(`# pass ${cases.length - failed}\n# fail ${failed}`);

function machine() {
  const commit = execFileSync("git", ["describe", "--always", "--dirty"], { cwd: root, encoding: "utf8" }).trim();
  return { commit, cpu: os.cpus()[0]?.model, cores: os.cpus().length, load: os.loadavg()[0], node: process.version };
}
