// A used recovery code's record, in every generation of both stores and in the raw files of the profile: before it is used, to
// show that it can be found; afterwards, while the browser runs; and after a new start, before the first unlock.
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { open_browser } from "./lib/browser.mjs";
import { account, core_of } from "./lib/core.mjs";
import { kinds } from "./lib/kinds.mjs";
import { make_folder } from "./lib/paths.mjs";
import { until } from "./lib/process.mjs";
import { traces_of, where } from "./lib/raw-profile.mjs";
import { read_stores } from "./lib/stores.mjs";

const PASSWORD = "the password of this vault";
/** The two stores, as each browser keeps them. */
const PLACES = {
  chromium: [/Local Extension Settings\//, /IndexedDB\/chrome-extension_/],
  firefox: [/storage\/default\/moz-extension\+\+\+[^/]*\^userContextId=\d+\/idb\//, /storage\/default\/moz-extension\+\+\+[^/^]*\/idb\//],
};

const generations = (stores) => Object.values(stores).flatMap((store) => Object.values(store)).filter((text) => typeof text === "string" && text.startsWith("sparekey/1"));
const lines = (stores) => generations(stores).flatMap((file) => file.split("\n").slice(3, -2)).filter((line) => line.length > 100);
/** The part of a record that no rotation changes. */
const lock_of = (line) => JSON.parse(Buffer.from(line, "base64").toString()).lock;

for (const kind of kinds()) {
  describe(`the raw profile, in ${kind}`, () => {
    let session, core, profile, code, traces, used, gone;

    before(async () => {
      profile = await make_folder(`${kind}-raw`);
      session = await open_browser(kind, { profile });
      core = await core_of(session);
      await core.enter(PASSWORD);
      await core.ask({ type: "add", forms: [account("Example", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")] });
      const made = await core.ask({ type: "make-codes", count: 5, add: false, key: null });
      code = made.codes[2].code;
      await core.ask({ type: "keep-codes", way: { kind: "code", code: made.codes[0].code, keys: [] } });
      await core.ask({ type: "lock" });
    });

    after(async () => {
      await session?.close();
      await rm(profile, { recursive: true, force: true });
    });

    const here = (place, found) => found.some((file) => place.test(file));

    test("before it is used the record is found in the files of both stores", async () => {
      const stores = await read_stores(session);
      const all = lines(stores);
      traces = await traces_of(kind, profile, all);
      const found = await until("the records on the disk", async () => {
        const files = await where(profile, traces.runs);
        return PLACES[kind].every((place) => here(place, files)) && files;
      }, { timeout: 30_000 });
      assert.ok(found.every((file) => PLACES[kind].some((place) => place.test(file))), `nowhere else: ${found}`);
      used = all;
    });

    test("used, it is in no generation of either store, and in no other file of the profile", async () => {
      const { state } = await core.ask({ type: "status" });
      assert.equal(state, "locked");
      await core.ask({ type: "unlock", way: { kind: "code", code, keys: [] } });
      const stores = await read_stores(session);
      const living = new Set(lines(stores).map(lock_of));
      const went = used.filter((line) => !living.has(lock_of(line)));
      gone = new Set(went.map(lock_of));
      assert.equal(gone.size, 1, "one record went, from every generation");
      if (kind === "chromium") traces = await traces_of(kind, profile, went);
      await traces.forget(JSON.stringify(stores));
      assert.ok(traces.runs.length > 20, "what is looked for is still something");
      await check();
    });

    test("after a new start, before the first unlock, the same", async () => {
      await session.close();
      session = await open_browser(kind, { profile });
      core = await core_of(session);
      assert.equal((await core.ask({ type: "status" })).state, "locked");
      const stores = await read_stores(session);
      assert.ok(!lines(stores).some((line) => gone.has(lock_of(line))), "in no generation of either store");
      await traces.forget(JSON.stringify(stores));
      await check();
      await core.ask({ type: "status" });
      assert.equal((await core.answer({ type: "unlock", way: { kind: "code", code, keys: [] } })).code, "wrong-code");
    });

    /**
     * Neither browser wipes what a store overwrote: Chromium's LevelDB only ever adds, and Firefox's SQLite gives pages back as
     * they are. Nobody outside can ask them to (some 5 MB written eight times through LevelDB moved the bytes into another file and kept
     * them). So it is held that such bytes lie nowhere but in those two stores' own files, and in Firefox no longer in their logs.
     */
    const check = async () => {
      const found = await until("the logs to be folded in", async () => {
        const files = await where(profile, traces.runs);
        return !files.some((file) => file.endsWith("-wal")) && files.concat("");
      }, { timeout: 60_000, every: 1_000 });
      assert.ok(found.every((file) => file === "" || PLACES[kind].some((place) => place.test(file))), `only where the stores keep what was overwritten: ${found}`);
    };
  });
}
