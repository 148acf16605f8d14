// The records of used recovery codes and of passes that are over, in every generation of both stores and in the raw files of
// the profile: before, to show that they can be found; within a minute, while the browser runs, in no file at all; and after a new
// start before the first unlock, also of a pass that ended while no browser ran.
import assert from "node:assert/strict";
import { cp, rm } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { open_browser } from "./lib/browser.mjs";
import { account, core_of } from "./lib/core.mjs";
import { kinds } from "./lib/kinds.mjs";
import { make_folder } from "./lib/paths.mjs";
import { sleep, until } from "./lib/process.mjs";
import { later } from "./lib/permission.mjs";
import { traces_of, where } from "./lib/raw-profile.mjs";
import { read_stores } from "./lib/stores.mjs";

const PASSWORD = "the password of this vault";
/** No pass is shorter. */
const SHORTEST_MS = 10 * 60_000;
/** The two stores, as each browser keeps them. */
const PLACES = {
  chromium: [/Local Extension Settings\//, /IndexedDB\/chrome-extension_/],
  firefox: [/storage\/default\/moz-extension\+\+\+[^/]*\^userContextId=\d+\/idb\//, /storage\/default\/moz-extension\+\+\+[^/^]*\/idb\//],
};
/** The folders of a profile that they lie in. */
const FOLDERS = { chromium: ["Default/Local Extension Settings", "Default/IndexedDB"], firefox: ["storage/default"] };

const generations = (stores) => Object.values(stores).flatMap((store) => Object.values(store)).filter((text) => typeof text === "string" && text.startsWith("sparekey/1"));
const lines = (stores) => generations(stores).flatMap((file) => file.split("\n").slice(3, -2)).filter((line) => line.length > 100);
/** The part of a record that no rotation changes. */
const lock_of = (line) => JSON.parse(Buffer.from(line, "base64").toString()).lock;

for (const kind of kinds()) {
  describe(`the raw profile, in ${kind}`, () => {
    let session, core, profile, codes, keys, before_use;

    before(async () => {
      profile = await make_folder(`${kind}-raw`);
      session = await open_browser(kind, { profile });
      core = await core_of(session);
      keys = await core.enter(PASSWORD);
      await core.ask({ type: "add", forms: [account("Example", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")] });
      const made = await core.ask({ type: "make-codes", count: 5, add: false, key: null });
      codes = made.codes.map((each) => each.code);
      await core.ask({ type: "keep-codes", way: { kind: "code", code: codes[0], keys: [] } });
      await core.ask({ type: "lock" });
    });

    after(async () => {
      await session?.close();
      await rm(profile, { recursive: true, force: true });
    });

    const here = (place, found) => found.some((file) => place.test(file));

    test("before it is used the record is found in the files of both stores", async () => {
      before_use = lines(await read_stores(session));
      const traces = await traces_of(kind, profile, before_use);
      const found = await until("the records on the disk", async () => {
        const files = await where(profile, traces.runs);
        return PLACES[kind].every((place) => here(place, files)) && files;
      }, { timeout: 30_000 });
      assert.ok(found.every((file) => PLACES[kind].some((place) => place.test(file))), `nowhere else: ${found}`);
    });

    test("used, its bytes are in no file of the profile within a minute", async () => {
      const traces = await traces_of(kind, profile, before_use);
      await unlock(codes[2]);
      await gone_within_a_minute(traces, before_use, 1);
    });

    test("a pass that is over, the same", async () => {
      await core.ask({ type: "lock" });
      await core.enter(PASSWORD, keys);
      await core.ask({ type: "make-pass", form: { minutes: 30, start: null, once: false } });
      await core.ask({ type: "lock" });
      const then = lines(await read_stores(session));
      const traces = await traces_of(kind, profile, then);
      await later(session, 31 * 60_000);
      assert.equal((await core.ask({ type: "status" })).state, "locked");
      const looked_for = await gone_within_a_minute(traces, then, 1, true);
      await session.close();
      await start_anew();
      assert.deepEqual(await where(profile, looked_for.runs), [], "after a new start, before the first unlock");
    });

    test("killed right after a use: nothing is lost, nothing comes back, and the bytes go before the first unlock", async () => {
      const then = lines(await read_stores(session));
      const traces = await traces_of(kind, profile, then);
      await unlock(codes[3]);
      await session.kill();
      await start_anew();
      await gone_within_a_minute(traces, then, 1);
      assert.equal((await core.answer({ type: "unlock", way: by_code(codes[3]) })).code, "wrong-code");
      await core.enter(PASSWORD, keys);
      const { entries } = await core.ask({ type: "list" });
      assert.deepEqual(entries.map((entry) => entry.issuer), ["Example"]);
      assert.deepEqual(alarms((await core.ask({ type: "status" })).warnings), []);
    });

    test("a pass that ended while the browser was closed: the bytes go after the start, before the first unlock", async () => {
      // A profile of its own, in which nothing was ever seen of a later time.
      await session.close();
      await rm(profile, { recursive: true, force: true });
      profile = await make_folder(`${kind}-raw-closed`);
      session = await open_browser(kind, { profile });
      core = await core_of(session);
      // The clock is behind as long as the vault is made, so that by the machine's own the pass ends in a quarter of a minute.
      await later(session, 15_000 - SHORTEST_MS);
      keys = await core.enter(PASSWORD);
      const { pass } = await core.ask({ type: "make-pass", form: { minutes: SHORTEST_MS / 60_000, start: null, once: false } });
      await core.ask({ type: "lock" });
      const then = lines(await read_stores(session));
      await session.close();
      assert.ok(Date.now() < pass.end, "no program of ours ran when it ended");
      const traces = await traces_of(kind, profile, then);
      const closed = await make_folder(`${kind}-raw-copy`);
      for (const part of FOLDERS[kind]) await cp(path.join(profile, part), path.join(closed, part), { recursive: true });
      await sleep(Math.max(0, pass.end - Date.now()));
      await start_anew();
      const looked_for = await gone_within_a_minute(traces, then, 1);
      assert.equal((await core.ask({ type: "status" })).state, "locked");
      const lay = await where(closed, looked_for.runs);
      await rm(closed, { recursive: true, force: true });
      assert.ok(PLACES[kind].every((place) => here(place, lay)), `it lay in both stores: ${lay}`);
    });

    // A browser that starts anew has the machine's clock again, which is behind the one that a test moved: that is told, rightly.
    const alarms = (warnings) => warnings.filter((code) => code !== "clock-went-back");

    const start_anew = async () => {
      session = await open_browser(kind, { profile });
      core = await core_of(session);
      // Right after a start the page may be there before the background.
      const { state, warnings } = await until("the background", () => core.ask({ type: "status" }).catch(() => null));
      assert.deepEqual({ state, warnings: alarms(warnings) }, { state: "locked", warnings: [] }, "no false alarm, and no new user");
    };

    const by_code = (code) => ({ kind: "code", code, keys: [] });

    const unlock = async (code) => {
      // Where the vault is open the question is another one.
      if ((await core.ask({ type: "status" })).state === "open") await core.ask({ type: "lock" });
      await core.ask({ type: "unlock", way: by_code(code) });
    };

    /** `then`: the records as they were; `count` of them went. `asking`: no alarm comes by a clock that was only made believe. */
    const gone_within_a_minute = async (traces, then, count, asking = false) => {
      const start = performance.now();
      let stores = { ring: {}, area: {} };
      const is_due = () => ["ring", "area"].filter((place) => "scrub" in stores[place]);
      await until("both stores to be made anew", async () => {
        stores = await read_stores(session);
        return is_due().length === 0;
      }, { timeout: 60_000, every: 200 }).catch(() => assert.deepEqual(is_due(), [], `not made anew: ${JSON.stringify([Object.keys(stores.ring), Object.keys(stores.area)])}`));
      const living = new Set(lines(stores).map(lock_of));
      const went = then.filter((line) => !living.has(lock_of(line)));
      assert.equal(new Set(went.map(lock_of)).size, count, "from every generation");
      traces = kind === "chromium" ? await traces_of(kind, profile, went) : traces;
      await traces.forget(JSON.stringify(stores));
      assert.ok(traces.runs.length > 20, "what is looked for is still something");
      let found = [];
      await until("the bytes to be gone", async () => {
        if (asking) await core.ask({ type: "status" });
        found = await where(profile, traces.runs);
        return found.length === 0;
      }, { timeout: 60_000, every: 1_500 }).catch(() => assert.deepEqual(found, [], "in files of the profile"));
      const seconds = (performance.now() - start) / 1000;
      assert.ok(seconds < 60, `${seconds} s`);
      console.log(`${kind}: gone from the raw files after ${seconds.toFixed(1)} s`);
      return traces;
    };
  });
}
