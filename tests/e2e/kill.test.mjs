// Kills at random moments during 50 edits of the vault: nothing acknowledged is lost. The long run is in tests/soak.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { kinds } from "./lib/kinds.mjs";
import { edit_and_kill } from "./lib/kill.mjs";

for (const kind of kinds()) {
  describe(`kills in ${kind}`, () => {
    test("four kills during 50 edits of the vault", async () => {
      const { edits } = await edit_and_kill(kind, { kills: 4, edits: 50, log: (text) => console.log(text) });
      assert.equal(edits, 50);
    });
  });
}
