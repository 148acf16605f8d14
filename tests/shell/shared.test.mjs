// The parts of extension/shared that need no browser, against a background that answers what the test says.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";

const SHARED = path.resolve(import.meta.dirname, "../../extension/shared");
const messages = JSON.parse(await readFile(path.join(SHARED, "../_locales/en/messages.json"), "utf8"));

/** What the background answers next. */
let answer = async () => ({ type: "done" });
globalThis.chrome = {
  runtime: { sendMessage: (message) => answer(message), getURL: (file) => `chrome-extension://id/${file}` },
  i18n: {
    getMessage: (key, values = []) => (messages[key]?.message ?? "").replaceAll(/\$(\d)/g, (_, number) => values[number - 1] ?? ""),
    getUILanguage: () => "en-GB",
  },
};
/** Workers that carry out `derive` by writing the password into the key; each entry is one that was started. */
const workers = [];
globalThis.Worker = class extends EventTarget {
  constructor() {
    super();
    workers.push(this);
  }

  postMessage({ id, name, args }) {
    this.asked = name;
    setTimeout(() => {
      if (this.ended) return;
      const result = name === "derive" ? { job: args[0], key: new TextDecoder().decode(args[1]) } : undefined;
      this.dispatchEvent(Object.assign(new Event("message"), { data: name === "fail" ? { id, code: "no-memory" } : { id, result } }));
    }, 1);
  }

  terminate() {
    this.ended = true;
  }
};
class Channel extends EventTarget {
  postMessage() {}
}
globalThis.BroadcastChannel = Channel;

const { ask, AskError } = await import(path.join(SHARED, "ask.js"));
const { errorText, t, tn, coded } = await import(path.join(SHARED, "i18n.js"));
const { derive, deriveNew, readings, withPassword } = await import(path.join(SHARED, "password.js"));
const { heavy } = await import(path.join(SHARED, "heavy.js"));
const { groups, spelled, nameOf, toneOf, initialOf } = await import(path.join(SHARED, "format.js"));
const { matching } = await import(path.join(SHARED, "search.js"));
const { neighbour } = await import(path.join(SHARED, "arrows.js"));
const { fromBase64, sha256, toBase64 } = await import(path.join(SHARED, "bytes.js"));

const live = () => new AbortController().signal;

test("a failure becomes an error with its code and field", async () => {
  answer = async () => ({ type: "error", code: "bad-secret", field: "secret", number: 7 });
  await assert.rejects(ask({ type: "preview", form: {} }), (error) => {
    assert.ok(error instanceof AskError);
    assert.deepEqual([error.code, error.field, error.number], ["bad-secret", "secret", 7]);
    return true;
  });
});

test("no answer, another answer and a closed door are one and the same failure", async () => {
  for (const wrong of [async () => undefined, async () => ({ type: "done" }), async () => null, async () => Promise.reject(new Error("gone"))]) {
    answer = wrong;
    await assert.rejects(ask({ type: "status" }), { code: "no-answer" });
  }
});

test("words: known codes, unknown codes, foreign errors", () => {
  assert.equal(errorText(new AskError({ code: "wrong-password" })), messages.error_wrong_password.message);
  assert.match(errorText(new AskError({ code: "never-seen" })), /\(never-seen\)/);
  assert.match(errorText(new TypeError("secret text")), /\(TypeError\)/);
  assert.doesNotMatch(errorText(new TypeError("secret text")), /secret text/);
  assert.equal(tn("minutes", 1), "1 minute");
  assert.equal(tn("minutes", 1500), "1,500 minutes");
  assert.equal(coded("fill", "never-seen"), undefined);
  assert.equal(t("no_such_key"), "no_such_key");
});

test("a password is tried in its NFKC form, and as typed only where that is wrong and differs", async () => {
  const job = { params: { kdf: "argon2id", m: 1, t: 1, p: 1 }, salt: "" };
  const typed = "ﬁve words";
  const tries = [];
  const use = async (right, keys) => {
    tries.push(keys[0].key);
    if (keys[0].key !== right) throw new AskError({ code: "wrong-password" });
    return "in";
  };
  assert.equal(await withPassword([job], typed, live(), (keys) => use("five words", keys)), "in");
  assert.deepEqual(tries.splice(0), ["five words"]);
  assert.equal(await withPassword([job], typed, live(), (keys) => use(typed, keys)), "in");
  assert.deepEqual(tries.splice(0), ["five words", typed]);
  await assert.rejects(withPassword([job], "plain", live(), (keys) => use("other", keys)), { code: "wrong-password" });
  assert.deepEqual(tries.splice(0), ["plain"]);
  await assert.rejects(withPassword([job], typed, live(), async () => { throw new AskError({ code: "damaged-file" }); }), { code: "damaged-file" });
  assert.equal((await deriveNew([job], typed, live())).key, "five words");
  assert.deepEqual(readings("One two  three four five six "), ["One two  three four five six ", "one two three four five six"]);
  assert.deepEqual(readings("one drop-down three four five six"), ["one drop-down three four five six"]);
  assert.deepEqual(readings("one two three four five"), ["one two three four five"]);
  assert.deepEqual(readings("1 2 3 4 5 6"), ["1 2 3 4 5 6"]);
});

test("a worker is ended when its work is done, and when it is cancelled", async () => {
  workers.length = 0;
  await derive([{ salt: "a" }, { salt: "b" }], "x", live());
  assert.deepEqual(workers.map((worker) => worker.ended), [true]);
  const cancel = new AbortController();
  const running = derive([{ salt: "a" }], "x", cancel.signal);
  cancel.abort();
  await assert.rejects(running, { name: "AbortError" });
  assert.equal(workers.at(-1).ended, true);
  await assert.rejects(heavy(live(), "fail", []), { code: "no-memory" });
});

test("codes are grouped for the eye and spelled for the ear", () => {
  assert.deepEqual(groups("123456"), ["123", "456"]);
  assert.deepEqual(groups("12345678"), ["1234", "5678"]);
  assert.deepEqual(groups("1234567"), ["1234", "567"]);
  assert.deepEqual(groups("123456789"), ["123", "456", "789"]);
  assert.deepEqual(groups("R7KBM"), ["R7KBM"]);
  assert.deepEqual(groups("1"), ["1"]);
  assert.deepEqual(groups(""), []);
  assert.equal(spelled("12R"), "1 2 R");
});

test("names", () => {
  assert.equal(nameOf({ issuer: "GitHub", account: "octocat" }), "GitHub (octocat)");
  assert.equal(nameOf({ issuer: "", account: "octocat" }), "octocat");
  assert.equal(nameOf({ issuer: "", account: "" }), "—");
  assert.equal(initialOf("  über"), "Ü");
  assert.equal(initialOf("→"), "#");
  assert.equal(toneOf("GitHub"), toneOf("github"));
  for (const name of ["", "a", "💥", "x".repeat(10_000)]) assert.ok(toneOf(name) >= 0 && toneOf(name) < 8);
});

test("search folds case and accents, takes every word, and puts beginnings first", () => {
  const entry = (issuer, account, more = {}) => ({ issuer, account, note: "", tags: [], sites: [], ...more });
  const entries = [
    entry("Amazon", "shop@münchen.example"),
    entry("München Stadtwerke", "alice"),
    entry("GitHub", "alice", { tags: ["work"], note: "old laptop", sites: [{ host: "github.com" }] }),
  ];
  const found = (query) => matching(entries, query).map((each) => each.issuer);
  assert.deepEqual(found(""), ["Amazon", "München Stadtwerke", "GitHub"]);
  assert.deepEqual(found("MUNCHEN"), ["München Stadtwerke", "Amazon"]);
  assert.deepEqual(found("alice git"), ["GitHub"]);
  assert.deepEqual(found("laptop work github.com"), ["GitHub"]);
  assert.deepEqual(found("alice amazon"), []);
  assert.deepEqual(found("(["), []);
});

test("arrow keys go to the neighbour on the screen", () => {
  const part = (left, top) => ({ getBoundingClientRect: () => ({ left, top, width: 10, height: 10 }) });
  const grid = [part(0, 0), part(20, 0), part(0, 20), part(20, 20), part(0, 40)];
  const to = (from, key) => grid.indexOf(neighbour(grid, grid[from], key));
  assert.equal(to(0, "ArrowRight"), 1);
  assert.equal(to(0, "ArrowDown"), 2);
  assert.equal(to(3, "ArrowUp"), 1);
  assert.equal(to(3, "ArrowDown"), 4);
  assert.equal(to(4, "ArrowRight"), -1);
  assert.equal(to(0, "ArrowUp"), -1);
  assert.equal(to(2, "Home"), 0);
  assert.equal(to(2, "End"), 4);
  assert.equal(to(2, "Enter"), -1);
});

test("bytes there and back", async () => {
  for (const length of [0, 1, 2, 3, 0x8000 - 1, 0x8000, 100_001]) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 31) % 256);
    assert.deepEqual(fromBase64(toBase64(bytes)), bytes);
  }
  assert.equal(await sha256(new TextEncoder().encode("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test("help pages become blocks, and links lead to help pages or, in a tab of their own, to the web", async () => {
  const { markdown } = await import(path.join(SHARED, "markdown.js"));
  const flat = (part) => (Array.isArray(part) ? part.map(flat).join("") : part?.strings ? part.strings.map((text, index) => text + (index < part.values.length ? flat(part.values[index]) : "")).join("") : String(part));
  const shown = (source) => markdown(source).map(flat).join("\n");
  assert.equal(shown("# A **b**"), "<h1>A <strong>b</strong></h1>");
  assert.equal(shown("one\ntwo `x`"), "<p>one two <code>x</code></p>");
  assert.equal(shown("- a\n  more\n- b"), "<ul><li>a more</li><li>b</li></ul>");
  assert.equal(shown("1. a\n2. b"), "<ol><li>a</li><li>b</li></ol>");
  assert.equal(
    shown("[L](limits.md) [x](https://example.com) [y](javascript:alert) [z](http://example.com)"),
    '<p><a href="#/help/limits">L</a> <a href=https://example.com target="_blank" rel="noreferrer">x</a> [y](javascript:alert) [z](http://example.com)</p>',
  );
});

test("the page on emergency accounts leads to each provider's own alerts, and says on whose word a key is stronger", async () => {
  const page = await readFile(path.join(SHARED, "../help/emergency.md"), "utf8");
  for (const [name, host] of [
    ["Microsoft Entra", "learn.microsoft.com"],
    ["Google Workspace", "support.google.com"],
    ["AWS", "docs.aws.amazon.com"],
  ]) {
    assert.match(page, new RegExp(`^- ${name}: \\[[^\\]]+\\]\\(https://${host}/`, "m"));
  }
  const stronger = page.slice(page.indexOf("## What is better than a code")).split("\n## ")[0];
  assert.match(stronger, /FIDO2\s+security key or a certificate/);
  assert.deepEqual([...stronger.matchAll(/\]\(https:\/\/([^/]+)/g)].map((link) => link[1]), ["learn.microsoft.com", "www.cisa.gov"]);
  assert.match(stronger, /the method should differ/);
});
