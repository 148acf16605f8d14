// A disk that is really full: the profile lies on a small file system of its own, which is filled to the last byte.
// What was acknowledged stays, what cannot be stored is kept in memory and told, and is stored when there is room.
// Needs root, to mount.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { open, rm, statfs } from "node:fs/promises";
import path from "node:path";
import { KINDS, open_browser } from "../e2e/lib/browser.mjs";
import { account, core_of } from "../e2e/lib/core.mjs";
import { make_folder } from "../e2e/lib/paths.mjs";
import { until } from "../e2e/lib/process.mjs";

const PASSWORD = "no room at the inn tonight, sorry";
const SECRET = "JBSWY3DPEHPK3PXP";

export async function run({ quick, log }) {
  const figures = {};
  // Mounting is not everybody's to do, and the quick run only shows that the harness stands.
  if (quick) return { left_out: "full-disk runs in the long run only: it mounts a file system" };
  for (const kind of KINDS) figures[kind] = await fill_and_edit(kind, log);
  return figures;
}

async function fill_and_edit(kind, log) {
  const folder = await make_folder(`full-${kind}`);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=300m", "tmpfs", folder]);
  const ballast = path.join(folder, "ballast");
  let session = null;
  const figures = { acknowledged: 0, told: 0, refused: 0 };
  try {
    const profile = path.join(folder, "profile");
    execFileSync("mkdir", [profile]);
    session = await open_browser(kind, { profile });
    let core = await core_of(session);
    await core.enter(PASSWORD);
    await core.ask({ type: "add", forms: [account("Before", SECRET)] });
    await fill_up(ballast);
    log(`${kind}: ${(await statfs(folder)).bavail} blocks left`);
    // Big enough that no slack in an open file takes them.
    const kept = new Set(["Before"]);
    for (let n = 0; n < 20; n += 1) {
      const name = `During ${n}`;
      const reply = await core.answer({ type: "add", forms: [account(name, SECRET, { note: "x".repeat(4000) })] });
      if (reply?.type === "error") {
        figures.refused += 1;
        log(`${kind}: ${name}: ${reply.code}`);
        if (reply.code === "not-saved") kept.add(name);
      } else {
        figures.acknowledged += 1;
        kept.add(name);
      }
      const { warnings } = await core.ask({ type: "status" });
      if (warnings.length) figures.told += 1;
      if (n === 0 || n === 19) log(`${kind}: ${name}: ${warnings.join(" ") || "both copies good"}`);
      await fill_up(ballast);
    }
    assert.ok(figures.told > 0, "a full disk is told");
    const made = await core.ask({ type: "export", key: null });
    assert.ok(made.bundle.length > 1000, "a bundle can be made");
    await rm(ballast);
    // Whatever is kept in memory is tried again by itself, or with the next edit.
    await core.ask({ type: "add", forms: [account("After", SECRET)] });
    kept.add("After");
    await until("both copies to be good again", async () => (await core.ask({ type: "status" })).warnings.length === 0, { timeout: 90_000, every: 500 });
    await session.kill();
    session = await open_browser(kind, { profile });
    core = await core_of(session);
    const { state, warnings } = await core.ask({ type: "status" });
    assert.deepEqual({ state, warnings }, { state: "locked", warnings: [] }, "both copies were really stored");
    await core.enter(PASSWORD);
    const found = new Set((await core.ask({ type: "list" })).entries.map((entry) => entry.issuer));
    assert.deepEqual([...kept].filter((name) => !found.has(name)), [], "nothing acknowledged or kept is lost");
    log(`${kind}: ${found.size} entries after a kill and a new start`);
    return figures;
  } finally {
    await session?.close().catch(() => {});
    execFileSync("umount", ["-l", folder]);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Takes the last free byte of the file system. */
async function fill_up(file) {
  const handle = await open(file, "a");
  try {
    for (const size of [1 << 20, 1 << 12, 1 << 8, 1]) {
      const block = Buffer.alloc(size, 1);
      try {
        for (;;) await handle.write(block);
      } catch (error) {
        if (error.code !== "ENOSPC") throw error;
      }
    }
  } finally {
    await handle.close();
  }
}
