// How dropped files are read, against a worker that answers what the test says.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";

const SHARED = path.resolve(import.meta.dirname, "../../extension/shared");

globalThis.chrome = { runtime: { getURL: (file) => `chrome-extension://id/${file}` }, i18n: { getMessage: () => "", getUILanguage: () => "en" } };
globalThis.BroadcastChannel = class extends EventTarget {
  postMessage() {}
};

const { agreeTo, unpack } = await import(path.join(SHARED, "read-files.js"));

const live = () => new AbortController().signal;

test("agreeing to a file that takes time takes back no agreement to one that takes memory", () => {
  const memory = { kib: 512 * 1024, work: 4 };
  const time = { kib: 64, work: 90 };
  const both = { kib: 512 * 1024, work: 90 };
  assert.deepEqual(agreeTo(null, memory), memory);
  assert.deepEqual(agreeTo(agreeTo(null, memory), time), both);
  assert.deepEqual(agreeTo(agreeTo(null, time), memory), both);
});

test("a folder among files is named and keeps none of them out, and alone it is told what to do", async () => {
  const folder = new File([], "Backups");
  folder.arrayBuffer = () => Promise.reject(new DOMException("no such file", "NotFoundError"));
  const { files, blank } = await unpack([folder, new File(["otpauth:"], "links.txt")], live());
  assert.deepEqual(files.map(({ name }) => name), ["links.txt"]);
  assert.deepEqual(blank, [{ what: "Backups", why: "unreadable-file" }]);
  await assert.rejects(unpack([folder], live()), { code: "unreadable-file" });
});
