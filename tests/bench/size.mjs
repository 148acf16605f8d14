// How many bytes the extension is: raw and gzip, by file, and the time to compile and start its Wasm here.
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { DIST } from "../e2e/lib/paths.mjs";

export async function run() {
  const folder = path.join(DIST, "chrome");
  const files = {};
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    const bytes = await readFile(file);
    files[path.relative(folder, file)] = { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
  }
  const sum = (key) => Object.values(files).reduce((total, file) => total + file[key], 0);
  const wasm = await readFile(path.join(folder, "wasm/sparekey_bg.wasm"));
  const start = performance.now();
  await WebAssembly.compile(wasm);
  return { total: { raw: sum("raw"), gzip: sum("gzip") }, compile_ms: performance.now() - start, files };
}
