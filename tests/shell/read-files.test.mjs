// How dropped files are read, against a worker that answers what the test says.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";

const SHARED = path.resolve(import.meta.dirname, "../../extension/shared");

/** The texts that the background was last asked to read. */
let asked;
globalThis.chrome = { runtime: { sendMessage: async ({ texts }) => ((asked = texts), { type: "readings", forms: [{ issuer: "Jetty" }], skipped: [], batch: null }), getURL: (file) => `chrome-extension://id/${file}` }, i18n: { getMessage: () => "", getUILanguage: () => "en" } };
/** What the worker makes of files, by their names. Throws what it is refused with. */
let readExport = () => ({});
globalThis.Worker = class extends EventTarget {
  postMessage({ id, name, args }) {
    setTimeout(() => {
      let data;
      try {
        data = { id, result: name === "readExport" ? readExport(...args) : undefined };
      } catch (refused) {
        data = { id, refused };
      }
      this.dispatchEvent(Object.assign(new Event("message"), { data }));
    }, 1);
  }

  terminate() {}
};
globalThis.BroadcastChannel = class extends EventTarget {
  postMessage() {}
};

const { agreeTo, distinct, readDropped, unpack } = await import(path.join(SHARED, "read-files.js"));

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

test("a file that is too large keeps no other out, and alone it is refused", async () => {
  const large = new File([new Uint8Array(20_000_001)], "film.mkv");
  const { files, blank } = await unpack([large, new File(["otpauth:"], "links.txt")], live());
  assert.deepEqual(files.map(({ name }) => name), ["links.txt"]);
  assert.deepEqual(blank, [{ what: "film.mkv", why: "too-large" }]);
  await assert.rejects(unpack([large], live()), { code: "too-large" });
});

const file = (name) => ({ name, bytes: new Uint8Array() });
const read = (names, texts) => readDropped({ files: names.map(file), texts, blank: [] }, [], null, live());

test("files that cannot be read keep no picture out, each with its reason", async () => {
  readExport = ([name]) => {
    throw { code: name === "Thumbs.db" ? "not-an-export" : "empty-file" };
  };
  const got = await read(["readme.txt", "Thumbs.db"], ["otpauth:"]);
  assert.equal(got.entries.length, 1);
  assert.deepEqual(got.skipped, [{ what: "readme.txt", why: "empty-file" }, { what: "Thumbs.db", why: "not-an-export" }]);
  await assert.rejects(read(["readme.txt"], []), { code: "empty-file" });
  readExport = () => {
    throw { code: "wrong-password" };
  };
  await assert.rejects(read(["readme.txt"], ["otpauth:"]), { code: "wrong-password" });
});

test("a transfer that comes as pictures and as text is read as one", async () => {
  const names = [];
  readExport = (more) => (names.push(...more), { apps: [], families: ["aegis"], entries: [], skipped: [] });
  const text = (name, words) => ({ name, bytes: new TextEncoder().encode(words) });
  const part = (n) => `otpauth-migration://offline?data=${n}`;
  const drop = (texts, ...files) => readDropped({ files, texts, blank: [] }, [], null, live());
  const lines = `\uFEFF# of the old phone\r\n${part(2)}\r\n\r\n${part(3)}\r\n`;
  const got = await drop([part(1)], text("rest.txt", lines), text("vault.json", `{"note": "${part(4)}"}`));
  assert.deepEqual([asked[0], asked[1].includes(part(2)) && asked[1].includes(part(3)), asked.length], [part(1), true, 2]);
  assert.deepEqual(names, ["vault.json"], "a file that has more in it stays a file");
  // What a policy is asked about.
  assert.deepEqual(got.families, ["qr-image", "google-migration", "aegis"]);
  // Without a picture of a transfer, and of another app's transfer, it stays a file as well.
  for (const texts of [[], ["otpauth://totp/a?secret=MEME"], ["lpaauth-migration://offline?data=1"]]) {
    names.length = 0;
    await drop(texts, text("rest.txt", lines));
    assert.deepEqual(names, ["rest.txt"]);
  }
  const other = "LPAAUTH-migration://offline?data=2";
  assert.deepEqual((await drop(["lpaauth-migration://offline?data=1"], text("rest.txt", other))).families, ["qr-image", "lastpass-transfer"]);
});

test("a question among several files says which one it is about", async () => {
  readExport = (names) => {
    if (names.includes("costly")) throw { code: "too-much-work", kib: 4_000_000, work: 9 };
    return { apps: [], families: [], entries: [], skipped: [] };
  };
  await assert.rejects(read(["list", "costly"], []), { code: "too-much-work", file: "costly" });
  await assert.rejects(read(["costly"], ["otpauth:"]), { code: "too-much-work", file: "costly" });
  await assert.rejects(read(["costly"], []), { code: "too-much-work", file: "" });
});

test("files of one name are told apart", () => {
  const names = ["vault.json", "vault.json", "key", "vault.json", "key", "vault (2).json"];
  const told = distinct(names.map(file)).map(({ name }) => name);
  assert.deepEqual(told, ["vault.json", "vault (2).json", "key", "vault (3).json", "key (2)", "vault (2) (2).json"]);
});

test("two databases of one name keep each its own log", () => {
  const names = ["databases", "databases-wal", "a.db", "a.db-wal", "databases-shm"];
  const told = distinct([...names, ...names].map(file)).map(({ name }) => name);
  assert.deepEqual(told, [...names, "databases (2)", "databases (2)-wal", "a (2).db", "a (2).db-wal", "databases (2)-shm"]);
});
