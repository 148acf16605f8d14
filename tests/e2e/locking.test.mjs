// When the vault locks and when it does not; and that nothing of it lies readable in the browser's profile.
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { open_browser } from "./lib/browser.mjs";
import { account, core_of } from "./lib/core.mjs";
import { kinds } from "./lib/kinds.mjs";
import { make_folder, profile_files } from "./lib/paths.mjs";
import { sleep, until } from "./lib/process.mjs";
import { export_bundle, make_vault, unlock } from "./lib/steps.mjs";
import { view_of } from "./lib/view.mjs";

const SECRET = "KNQWY5DFMRBUQ33SNZSXIU3QMFZGK33O";
const DRAFT = "MZXXEZ3PORVWK3TEOJQWM5DTMVRXEZLU";
const BUNDLE_PASSWORD = "zircon bundle password of nobody else";

for (const kind of kinds()) {
  describe(`locking in ${kind}`, () => {
    let session, core, profile, phrase;
    before(async () => {
      profile = await make_folder(`locking-${kind}`);
      session = await open_browser(kind, { profile });
      ({ password: phrase } = await make_vault(session));
      core = await core_of(session);
      await core.ask({ type: "add", forms: [account("Zirconissuer", SECRET, { account: "zirconaccount", note: "zirconnote" })] });
      const { entries } = await core.ask({ type: "list" });
      await core.ask({ type: "bind", id: entries[0].id, site: { origin: "https://zirconhost.example", subdomains: false } });
    });
    after(async () => {
      await session?.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    });

    const state = async () => (await core.ask({ type: "status" })).state;
    /** What the browser's memory holds, read by a page that asks the core nothing. */
    const silent = () => session.extension_page("icons/sparekey.svg");
    const record = (page) => page.evaluate(async () => (await (globalThis.browser ?? chrome).storage.session.get("session")).session ?? null);

    test("by hand: the key is gone from the browser's memory, in every open view", async () => {
      const quiet = await silent();
      assert.match(await record(quiet), /"key"/);
      const popup = view_of(await session.extension_page("popup/popup.html"));
      await popup.shown("popup-codes");
      const dashboard = view_of(await session.extension_page("dashboard/dashboard.html"));
      await dashboard.press(".side-lock");
      await dashboard.shown("unlock-form");
      assert.equal(await record(quiet), null);
      await popup.shown("unlock-form");
      assert.equal((await core.answer({ type: "list" })).code, "locked");
      await popup.page.bringToFront();
      await unlock(popup, phrase);
      await Promise.all([popup.close(), dashboard.close(), quiet.close()]);
    });

    test("a stopped background goes on with the session", async () => {
      await session.stop_background();
      assert.equal(await state(), "open");
      assert.equal((await core.ask({ type: "codes" })).codes.length, 1);
    });

    // Firefox does not tell when the system locks (its idle API has no such state): there it is the set time alone.
    if (kind === "chromium") {
      test("when the system locks, unless the user said otherwise", async () => {
        const system_locks = () => session.background(() => chrome.idle.onStateChanged.dispatch("locked"));
        const { settings } = await core.ask({ type: "status" });
        await core.ask({ type: "set-settings", settings: { ...settings, lockWithSystem: false } });
        await system_locks();
        await sleep(500);
        assert.equal(await state(), "open");
        await core.ask({ type: "set-settings", settings: { ...settings, lockWithSystem: true } });
        await system_locks();
        await until("the vault to lock", async () => (await state()) === "locked");
        await core.enter(phrase);
      });
    }

    test("after the set time, by the alarm alone", async () => {
      const { settings } = await core.ask({ type: "status" });
      await core.ask({ type: "set-settings", settings: { ...settings, lockAfterMinutes: 1 } });
      const quiet = await silent();
      const alarm = () => quiet.evaluate(() => (globalThis.browser ?? chrome).alarms.get("lock"));
      const in_ms = (await alarm()).scheduledTime - Date.now();
      assert.ok(in_ms > 50_000 && in_ms <= 60_500, `the alarm rings in ${in_ms} ms`);
      // Nobody may ask the core: every view of ours is closed, the background is stopped, and 58 of the 60 seconds pass.
      await core.view.close();
      await session.stop_background();
      await quiet.evaluate(async () => {
        const api = globalThis.browser ?? chrome;
        const kept = JSON.parse((await api.storage.session.get("session")).session);
        kept.used -= 58_000;
        await api.storage.session.set({ session: JSON.stringify(kept) });
        await api.alarms.create("lock", { when: kept.used + 60_000 });
      });
      await until("the vault to lock", async () => (await record(quiet)) === null, { timeout: 45_000, every: 250 });
      await quiet.close();
      core = await core_of(session);
      assert.equal(await state(), "locked");
      
      await core.enter(phrase);
      await core.ask({ type: "set-settings", settings });
    });

    test("when the browser closes", async () => {
      // Left open and half filled in, as people leave pages: the browser keeps what it likes for its next start.
      const view = view_of(await session.extension_page("dashboard/dashboard.html#/add"));
      await view.enter("page-add #issuer", "Zirconissuer");
      await view.enter("page-add #account", "zirconaccount");
      await view.enter("page-add #secret", DRAFT);
      const entry = (await core.ask({ type: "list" })).entries[0];
      const opened = view_of(await session.extension_page(`dashboard/dashboard.html#/entry/${entry.id}`));
      await opened.shown("page-entry h1");
      const bundle = await export_bundle(session, BUNDLE_PASSWORD);
      assert.ok(bundle.base64.length > 1000);
      const settings = view_of(await session.extension_page("dashboard/dashboard.html#/settings"));
      await settings.shown("page-settings h1");
      // Firefox writes its session every 15 s, Chromium when something changed.
      await sleep(kind === "firefox" ? 16_000 : 3_000);
      await session.close();
      session = await open_browser(kind, { profile });
      core = await core_of(session);
      assert.equal(await state(), "locked");
    });

    test("the closed browser's profile holds no word of the vault", async () => {
      await session.close();
      const raw = [SECRET, DRAFT].map(decoded);
      const canaries = { issuer: "Zirconissuer", account: "zirconaccount", note: "zirconnote", host: "zirconhost", secret: SECRET, draft: DRAFT, phrase, "bundle password": BUNDLE_PASSWORD };
      const needles = Object.entries(canaries).flatMap(([what, text]) => [
        [what, Buffer.from(text)],
        [`${what} (lower case)`, Buffer.from(text.toLowerCase())],
        [`${what} (UTF-16)`, Buffer.from(text, "utf16le")],
        [`${what} (base64)`, Buffer.from(Buffer.from(text).toString("base64").replace(/=+$/, ""))],
      ]);
      needles.push(...raw.map((bytes, at) => [`secret ${at} (raw)`, bytes]));
      let files = 0;
      let sealed = 0;
      const hits = [];
      for await (const { file, bytes } of profile_files(profile)) {
        files += 1;
        for (const part of [bytes, unpacked(bytes)].filter(Boolean)) {
          // That this search sees what is stored at all: the sealed file's own first words.
          if (part.includes("sparekey/1") || part.includes(Buffer.from("sparekey/1", "utf16le"))) sealed += 1;
          for (const [what, needle] of needles) if (part.includes(needle)) hits.push(`${what} in ${file}`);
        }
      }
      assert.deepEqual(hits, []);
      assert.ok(files > 20 && sealed > 0, `${files} files, ${sealed} with a sealed vault`);
      session = await open_browser(kind, { profile });
    });
  });
}

function decoded(base32) {
  const bits = [...base32].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
}

/** Firefox's session files: "mozLz4" and a size, then one LZ4 block. */
function unpacked(bytes) {
  if (!bytes.subarray(0, 8).equals(Buffer.from("mozLz40\0"))) return null;
  const out = Buffer.alloc(bytes.readUInt32LE(8));
  let at = 12;
  let to = 0;
  const length = (nibble) => {
    let total = nibble;
    if (nibble === 15) for (let more = 255; more === 255; total += more) more = bytes[at++];
    return total;
  };
  while (at < bytes.length) {
    const token = bytes[at++];
    const literals = length(token >> 4);
    bytes.copy(out, to, at, at + literals);
    at += literals;
    to += literals;
    if (at >= bytes.length) break;
    const back = bytes.readUInt16LE(at);
    at += 2;
    for (let left = length(token & 15) + 4; left > 0; left -= 1, to += 1) out[to] = out[to - back];
  }
  return out;
}
