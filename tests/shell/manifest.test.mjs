// The manifest is a promise: what the install asks for changes only on purpose, here.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { as_store_takes_it, derive_manifest } from "../../extension/build/manifest.mjs";
import { MANIFEST, ROOT } from "../e2e/lib/paths.mjs";

const INSTALL = ["activeTab", "alarms", "contextMenus", "idle", "scripting", "storage", "unlimitedStorage"];
const CSP =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

for (const browser of ["chrome", "firefox"]) {
  test(`what ${browser} is asked for`, () => {
    const manifest = derive_manifest(MANIFEST, browser);
    assert.deepEqual(manifest.permissions.filter((name) => name !== "offscreen"), INSTALL);
    // A page without a window: Chrome's background has no blobs. It warns of nothing.
    assert.equal(manifest.permissions.includes("offscreen"), browser === "chrome");
    assert.deepEqual(manifest.optional_permissions, ["downloads"]);
    assert.deepEqual(manifest.optional_host_permissions, ["https://*/*", "http://localhost/*", "http://127.0.0.1/*"]);
    assert.equal(manifest.host_permissions, undefined);
    assert.equal(manifest.content_scripts, undefined);
    assert.equal(manifest.web_accessible_resources, undefined);
    assert.equal(manifest.externally_connectable, undefined);
    assert.deepEqual(manifest.content_security_policy, { extension_pages: CSP });
    assert.equal(manifest.incognito, "spanning");
  });
}

test("each browser gets only its own keys", () => {
  const chrome = derive_manifest(MANIFEST, "chrome");
  const firefox = derive_manifest(MANIFEST, "firefox");
  assert.deepEqual(chrome.background, { service_worker: "background/main.js", type: "module" });
  assert.deepEqual(firefox.background, { scripts: ["background/main.js"], type: "module" });
  assert.equal(chrome.browser_specific_settings, undefined);
  assert.equal(firefox.key, undefined);
  assert.equal(firefox.browser_specific_settings.gecko.id, "sparekey@sparekey.app");
  assert.equal(as_store_takes_it(chrome).key, undefined);
  assert.equal(as_store_takes_it(chrome).name, chrome.name);
});

test("the key gives the id", () => {
  const digest = createHash("sha256").update(Buffer.from(MANIFEST.key, "base64")).digest("hex").slice(0, 32);
  const id = [...digest].map((digit) => String.fromCharCode(97 + parseInt(digit, 16))).join("");
  assert.equal(id, "okcakijnccpopcnopfkkhbjnckhlhdfl");
});

test("one version", async () => {
  const cargo = await readFile(path.join(ROOT, "Cargo.toml"), "utf8");
  assert.equal(cargo.match(/^version = "(.+)"$/m)[1], MANIFEST.version);
});

test("every text and file that the manifest names is there", async () => {
  const messages = JSON.parse(await readFile(path.join(ROOT, "extension/_locales/en/messages.json"), "utf8"));
  for (const [, name] of JSON.stringify(MANIFEST).matchAll(/__MSG_(\w+)__/g)) assert.ok(messages[name]?.message, name);
  for (const icon of Object.values({ ...MANIFEST.icons, ...MANIFEST.action.default_icon })) {
    assert.equal((await readFile(path.join(ROOT, "extension", icon))).subarray(1, 4).toString(), "PNG");
  }
});

test("the lock files name no host", async () => {
  for (const folder of ["extension", "tests", "tests/components"]) {
    const lock = await readFile(path.join(ROOT, folder, "package-lock.json"), "utf8");
    assert.doesNotMatch(lock, /"resolved"/);
  }
});
