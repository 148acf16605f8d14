// The forms that the tests have no time for: page.js and the detector over them, in both browsers.
import { spawn } from "node:child_process";
import path from "node:path";

const ROOT = path.resolve(import.meta.dirname, "../..");
const SCORE = /^(\d+) passed, (\d+) failed, (\d+) wrong fills$/m;

export async function run({ quick, log }) {
  const figures = {};
  for (const browser of quick ? ["chromium"] : ["chromium", "firefox"]) {
    const parts = quick ? ["1/50"] : ["1/2", "2/2"];
    const start = Date.now();
    const said = (await Promise.all(parts.map((part) => score(browser, part)))).join("\n");
    const [passed, failed, wrong] = [1, 2, 3].map((group) => sum(said, group));
    log(`${browser}: ${passed} right, ${failed} not, ${wrong} filled wrongly`);
    if (failed || said.match(new RegExp(SCORE, "gm"))?.length !== parts.length) throw new Error(said);
    figures[browser] = { passed, failed, wrong, ms: Date.now() - start };
  }
  return figures;
}

/** What forms.mjs prints of one part. */
function score(browser, part) {
  const command = ["tests/e2e/forms.mjs", "tests/fixtures/forms-soak.jsonl", "--browser", browser, "--part", part];
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
