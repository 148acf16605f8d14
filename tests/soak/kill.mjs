// SIGKILL to the whole browser at random moments while the vault is edited, and while the stores are made anew: what was acknowledged is there afterwards.
import { KINDS } from "../e2e/lib/browser.mjs";
import { edit_and_kill, use_and_kill } from "../e2e/lib/kill.mjs";

export async function run({ quick, log }) {
  const figures = {};
  for (const kind of KINDS) {
    figures[kind] = await edit_and_kill(kind, { ...(quick ? { kills: 1, edits: 5 } : { kills: 40, edits: 500 }), log });
    figures[kind].uses = await use_and_kill(kind, { kills: quick ? 1 : 40, log });
  }
  return figures;
}
