// What can and cannot be promised: each row of the README's table names tests, and they are there.
import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { ROOT } from "../e2e/lib/paths.mjs";

test("every promise names the test that holds it", async () => {
  const readme = await readFile(path.join(ROOT, "README.md"), "utf8");
  const table = readme.split("## What can and cannot be promised")[1].split("\n## ")[0];
  const rows = table.split("\n").filter((line) => line.startsWith('| "'));
  assert.ok(rows.length >= 15, "the scan found the rows");
  for (const row of rows) {
    const named = [...row.matchAll(/`((?:crate|tests)\/[^`]+)`/g)].map(([, file]) => file);
    assert.ok(named.length || row.includes("No test can hold this."), row);
    for (const file of named) assert.ok(await stat(path.join(ROOT, file)), file);
  }
});
