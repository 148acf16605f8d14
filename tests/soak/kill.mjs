// SIGKILL to the whole browser at random moments while storage is written: what was acknowledged is there afterwards.
// This is the ground that the vault's commit protocol stands on: one `storage.local.set`, in each browser.
import { rm } from "node:fs/promises";
import { open_browser, KINDS } from "../e2e/lib/browser.mjs";
import { make_folder } from "../e2e/lib/paths.mjs";
import { sleep } from "../e2e/lib/process.mjs";

export async function run({ quick, log }) {
  const figures = {};
  for (const kind of KINDS) {
    const kills = quick ? 2 : 24;
    const profile = await make_folder(`soak-${kind}`);
    let acknowledged = 0;
    try {
      for (let kill = 0; kill <= kills; kill += 1) {
        const session = await open_browser(kind, { profile });
        const found = await session.background(async () => (await chrome.storage.local.get("soak")).soak ?? 0);
        if (found < acknowledged) throw new Error(`${kind}: ${acknowledged} was acknowledged, ${found} is there after kill ${kill}`);
        acknowledged = found;
        if (kill === kills) {
          await session.close();
          break;
        }
        let alive = true;
        const writing = (async () => {
          while (alive) {
            // 200 kB: about a thousand accounts.
            acknowledged = await session.background(async (next) => {
              await chrome.storage.local.set({ soak: next, filler: String(next).padStart(200_000, "x") });
              return next;
            }, acknowledged + 1);
          }
        })().catch(() => {});
        await sleep(200 + Math.random() * 1300);
        const killed = session.kill();
        alive = false;
        await Promise.all([killed, writing]);
        log(`${kind}: kill ${kill + 1} of ${kills}, ${acknowledged} writes acknowledged`);
      }
    } finally {
      await rm(profile, { recursive: true, force: true });
    }
    figures[kind] = { kills, acknowledged, lost: 0 };
  }
  return figures;
}
