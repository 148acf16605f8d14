// How dropped files are read, against a worker that answers what the test says.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";

const SHARED = path.resolve(import.meta.dirname, "../../extension/shared");

globalThis.chrome = { runtime: { getURL: (file) => `chrome-extension://id/${file}` }, i18n: { getMessage: () => "", getUILanguage: () => "en" } };
globalThis.BroadcastChannel = class extends EventTarget {
  postMessage() {}
};

const { agreeTo } = await import(path.join(SHARED, "read-files.js"));

test("agreeing to a file that takes time takes back no agreement to one that takes memory", () => {
  const memory = { kib: 512 * 1024, work: 4 };
  const time = { kib: 64, work: 90 };
  const both = { kib: 512 * 1024, work: 90 };
  assert.deepEqual(agreeTo(null, memory), memory);
  assert.deepEqual(agreeTo(agreeTo(null, memory), time), both);
  assert.deepEqual(agreeTo(agreeTo(null, time), memory), both);
});
