// The forms that the tests have no time for: page.js and the detector over them, in both browsers, and the half of the tests'
// own that Firefox does not try there.
import { spawn } from "node:child_process";
import path from "node:path";

const ROOT = path.resolve(import.meta.dirname, "../..");
const SOAK = "tests/fixtures/forms-soak.jsonl";
const OWN = "tests/fixtures/forms.jsonl";
const SCORE = /^(\d+) passed, (\d+) failed, (\d+) wrong fills$/m;

export async function run({ quick, log }) {
  const figures = {};
  for (const browser of quick ? ["chromium"] : ["chromium", "firefox"]) {
    const parts = quick ? [[SOAK, "1/50"]] : [[SOAK, "1/2"], [SOAK, "2/2"]];
    if (browser === "firefox") parts.push([OWN, "2/4"], [OWN, "4/4"]);
    const start = Date.now();
    const said = (await Promise.all(parts.map(([file, part]) => score(browser, file, part)))).join("\n");
    const [passed, failed, wrong] = [1, 2, 3].map((group) => sum(said, group));
    log(`${browser}: ${passed} right, ${failed} not, ${wrong} filled wrongly`);
    if (failed || said.match(new RegExp(SCORE, "gm"))?.length !== parts.length) throw new Error(said);
    figures[browser] = { passed, failed, wrong, ms: Date.now() - start };
  }
  return figures;
}

/** What forms.mjs prints of one part. */
function score(browser, file, part) {
  const command = ["tests/e2e/forms.mjs", file, "--browser", browser, "--part", part];
  const child = spawn(process.execPath, command, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (piece) => (said += piece));
    child.on("error", reject);
    child.on("close", () => resolve(said));
  });
}

/** The sum of one number over all scores. */
function sum(said, group) {
  return [...said.matchAll(new RegExp(SCORE, "gm"))].reduce((all, match) => all + Number(match[group]), 0);
}
