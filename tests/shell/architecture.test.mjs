// What the tables of crate/ARCHITECTURE.md name is there: each test by its id, each file by its path.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { ROOT } from "../e2e/lib/paths.mjs";

const PAGE = await readFile(path.join(ROOT, "crate/ARCHITECTURE.md"), "utf8");
/** A function of a test: three words at least, which no field and no event has. */
const FUNCTION = /^[a-z0-9]+(_[a-z0-9]+){2,}$/;

test("every test that a table of the architecture names is there", async () => {
  const there = await tests();
  assert.ok(there.size > 500, "the tests were read");
  const named = cells().flatMap((cell) => quoted(cell)).filter((name) => FUNCTION.test(name) || name.includes(" "));
  assert.ok(named.length > 30, "the tables were read");
  assert.deepEqual([...new Set(named)].filter((name) => !there.has(name)), []);
});

test("every file that a table of the architecture names is there, and has the test that is named after it", async () => {
  const lost = [];
  for (const cell of cells()) {
    for (const name of quoted(cell)) {
      if (name.includes("://") || !/\/|\.(rs|mjs|py)$/.test(name)) continue;
      if (![name, `crate/${name}`].some((file) => existsSync(path.join(ROOT, file)))) lost.push(name);
    }
    // `file.rs` `its_test`: in that very file, or in one that it is made of.
    for (const [, file, name] of cell.matchAll(/`([^` ]+\.rs)` `([a-z0-9_]+)`/g)) {
      const text = await readFile(path.join(ROOT, "crate", file), "utf8").catch(() => readFile(path.join(ROOT, file), "utf8"));
      if (!text.includes(`fn ${name}(`)) lost.push(`${file} ${name}`);
    }
  }
  assert.deepEqual(lost, []);
});

/** The last column of every row: what holds it. */
function cells() {
  const rows = PAGE.split("\n").filter((line) => line.startsWith("| ") && !/^\| (---|row|mishap) /.test(line));
  return rows.map((line) => line.split(" | ").at(-1).replace(/ \|$/, ""));
}

function quoted(text) {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
}

/** Every function of a test of the crate and every title of a test in JavaScript. */
async function tests() {
  const found = new Set();
  for (const [folder, ending, name] of [["crate", ".rs", /\bfn ([a-z0-9_]+)\(/g], ["tests", ".rs", /\bfn ([a-z0-9_]+)\(/g], ["tests", ".test.mjs", /\btest\(["`]([^"`]+)["`]/g]]) {
    for (const file of await files(path.join(ROOT, folder), ending)) {
      for (const [, each] of (await readFile(file, "utf8")).matchAll(name)) found.add(each);
    }
  }
  return found;
}

async function files(folder, ending) {
  const entries = await readdir(folder, { withFileTypes: true });
  const inside = entries.filter((entry) => entry.isDirectory() && entry.name !== "node_modules").map((entry) => files(path.join(folder, entry.name), ending));
  const here = entries.filter((entry) => entry.isFile() && entry.name.endsWith(ending)).map((entry) => path.join(folder, entry.name));
  return [...here, ...(await Promise.all(inside)).flat()];
}
