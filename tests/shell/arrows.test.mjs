// Which room of the extension may import which: popup, dashboard, kit and elements lean on shared, what runs in pages on nothing.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { test } from "node:test";
import { ROOT } from "../e2e/lib/paths.mjs";

const EXTENSION = path.join(ROOT, "extension");

/** room -> rooms it may import besides itself, and packages. */
const ARROWS = {
  background: { rooms: ["shared", "wasm"], packages: [] },
  content: { rooms: [], packages: [], itself: false },
  dashboard: { rooms: ["shared", "elements"], packages: ["lit"] },
  elements: { rooms: ["shared"], packages: ["lit"] },
  kit: { rooms: ["shared", "elements", "wasm"], packages: ["lit"] },
  offscreen: { rooms: [], packages: [] },
  popup: { rooms: ["shared", "elements"], packages: ["lit"] },
  shared: { rooms: [], packages: ["lit"] },
  worker: { rooms: ["shared", "wasm"], packages: [] },
};
/** Parts of lit that turn text into markup. */
const UNSAFE = /unsafe-(html|svg|mathml)|static-html/;

for (const room of Object.keys(ARROWS)) {
  test(`imports of ${room}`, async () => {
    for (const file of await sources_of(room)) {
      const text = await readFile(path.join(EXTENSION, file), "utf8");
      for (const specifier of imports_of(text)) assert.equal(refusal(room, file, specifier), null);
    }
  });
}

test("the check sees a wrong arrow", () => {
  assert.match(refusal("popup", "popup/popup.js", "../background/main.js"), /popup may not import background/);
  assert.match(refusal("popup", "popup/popup.js", "../wasm/sparekey.js"), /popup may not import wasm/);
  assert.match(refusal("content", "content/page.js", "./other.js"), /content may not import content/);
  assert.match(refusal("popup", "popup/popup.js", "puppeteer-core"), /package/);
  assert.match(refusal("popup", "popup/popup.js", "lit/directives/unsafe-html.js"), /package/);
  assert.equal(refusal("popup", "popup/popup.js", "../shared/ask.js"), null);
  assert.equal(refusal("popup", "popup/popup.js", "lit/directives/repeat.js"), null);
  assert.deepEqual(imports_of('import a from "./a.js";\nimport "./b.js";\nexport * from "./c.js";\nconst d = await import("./d.js");'), ["./a.js", "./b.js", "./c.js", "./d.js"]);
});

/** Why an import is refused, or null. */
function refusal(room, file, specifier) {
  const { rooms, packages, itself = true } = ARROWS[room];
  if (!specifier.startsWith(".")) {
    const allowed = packages.includes(specifier.split("/")[0]) && !UNSAFE.test(specifier);
    return allowed ? null : `${file}: the package ${specifier} is not for ${room}`;
  }
  const target = path.posix.join(path.posix.dirname(file), specifier).split("/")[0];
  if ((target === room && itself) || rooms.includes(target)) return null;
  return `${file}: ${room} may not import ${target} (${specifier})`;
}

/** Static and dynamic imports; a word in a template (`class="file import">`) is none. `import("...")` in a JSDoc type is erased and does not count. */
function imports_of(text) {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
  return [...code.matchAll(/(?:^|[^.\w"'`-])(?:import|export)\s*(?:[\w*{}\s,$]*?\sfrom\s*)?\(?\s*["']([^"'\s<>{}()]+)["']/g)].map(([, specifier]) => specifier);
}

async function sources_of(room) {
  const entries = await readdir(path.join(EXTENSION, room), { withFileTypes: true, recursive: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".js"))
    .map((entry) => path.relative(EXTENSION, path.join(entry.parentPath ?? entry.path, entry.name)).split(path.sep).join("/"));
}

test("the linter refuses what the rooms may not name", async () => {
  const { ESLint } = createRequire(path.join(EXTENSION, "package.json"))("eslint");
  const eslint = new ESLint({ cwd: ROOT, overrideConfigFile: path.join(EXTENSION, "eslint.config.js") });
  const rules_broken = async (file, code) => {
    const [{ messages }] = await eslint.lintText(code, { filePath: path.join(EXTENSION, file) });
    return messages.map((message) => message.ruleId);
  };
  assert.deepEqual(await rules_broken("popup/x.js", "chrome.storage.local.get('a');\n"), ["no-restricted-globals"]);
  assert.deepEqual(await rules_broken("shared/x.js", "browser.runtime.id;\n").then((rules) => rules.includes("no-restricted-globals")), true);
  assert.deepEqual(await rules_broken("shared/webext.js", "chrome.storage.local.get('a');\n"), []);
  assert.deepEqual(await rules_broken("background/x.js", "chrome.storage.local.clear();\n"), ["no-restricted-syntax"]);
  assert.deepEqual(await rules_broken("background/x.js", "chrome.storage.session.remove('a');\n"), ["no-restricted-syntax"]);
  assert.deepEqual(await rules_broken("dashboard/x.js", "document.body.innerHTML = location.hash;\n"), ["no-restricted-syntax"]);
  assert.deepEqual(await rules_broken("dashboard/x.js", "fetch('https://example.com');\n"), ["no-restricted-globals"]);
  assert.deepEqual(await rules_broken("worker/x.js", "eval('1');\n"), ["no-eval"]);
});

test("erasing is the only removal, and one function calls it", async () => {
  const read = async (room) => {
    const entries = await readdir(path.join(ROOT, room), { withFileTypes: true, recursive: true });
    const files = entries.filter((entry) => entry.isFile() && /\.(rs|js)$/.test(entry.name)).map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
    return Promise.all(files.filter((file) => !/node_modules|\/tests(\.rs|\/)|extension\/wasm\//.test(file)).map(async (file) => [path.relative(ROOT, file), await readFile(file, "utf8")]));
  };
  const sources = [...(await read("crate")), ...(await read("extension"))];
  const where = (pattern) => sources.flatMap(([file, text]) => [...text.matchAll(pattern)].map(() => file));
  // Calls and definitions: the trait, the browser, the one caller.
  assert.deepEqual(where(/\bremove_all\(/g).sort(), ["crate/host/erase.rs", "crate/host/platform.rs", "crate/wasm/platform.rs"]);
  assert.deepEqual(where(/\berase::erase\(/g), ["crate/host/mod.rs"]);
  assert.deepEqual(where(/"storage", "local", "remove"/g), ["crate/wasm/platform.rs"], "`remove_area`: for erasing, and for marks and ballast of a scrub");
  // Making the stores anew: two proven copies lie elsewhere, or nothing is left to lose.
  const discarding = ["crate/host/erase.rs", "crate/host/platform.rs", "crate/host/scrub.rs", "crate/wasm/idb.rs", "crate/wasm/platform.rs"];
  assert.deepEqual([...new Set(where(/\bdiscard\(/g))].sort(), discarding);
  assert.deepEqual(where(/"storage", "local", "clear"/g), ["crate/wasm/platform.rs", "crate/wasm/platform.rs"], "before and after the filling, in `discard_area`");
  // In Chromium a kill within a clear() leaves a store that nothing opens again.
  assert.deepEqual(where(/is_firefox\(\) => Ok\(\(\)\),\s+StoreId::Area => within\(STORE_MS, discard_area\(\)\)/g), ["crate/wasm/platform.rs"]);
  assert.equal(where(/discard_area\(/g).length, 2, "defined, and called once");
  assert.deepEqual(where(/delete_database/g), ["crate/wasm/idb.rs"]);
  assert.deepEqual(where(/\bdeleteDatabase|storage\.local\.(remove|clear)/g), []);
  assert.deepEqual(where(/\.clear\(\)\?/g), ["crate/wasm/idb.rs"], "one object store is emptied, for erasing");
});
