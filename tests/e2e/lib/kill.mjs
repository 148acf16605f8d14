// SIGKILL to the whole browser in the middle of edits of the vault. What was acknowledged is there afterwards, to the
// letter; the one edit that was under way is there whole or not at all.
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { open_browser } from "./browser.mjs";
import { account, core_of } from "./core.mjs";
import { make_folder } from "./paths.mjs";
import { sleep } from "./process.mjs";

const PASSWORD = "nine lives and one more for luck";

/** @param {"chromium" | "firefox"} kind @param {{ kills: number, edits: number, log: (text: string) => void }} options */
export async function edit_and_kill(kind, { kills, edits, log }) {
  const profile = await make_folder(`kill-${kind}`);
  /** Acknowledged: id -> what the entry is. @type {Map<string, any>} */
  const vault = new Map();
  const keys = new Map();
  const figures = { kills, edits: 0, kept_unacknowledged: 0, lost_unacknowledged: 0 };
  let pending = null;
  try {
    for (let round = 0; round <= kills; round += 1) {
      const session = await open_browser(kind, { profile });
      const core = await core_of(session);
      const { state, warnings } = await core.ask({ type: "status" });
      assert.equal(state, round === 0 ? "fresh" : "locked", "a killed browser comes back locked");
      await core.enter(PASSWORD, keys);
      await core.enter_again(PASSWORD, keys);
      await compare(core, vault, pending, figures);
      pending = null;
      log(`${kind}: round ${round}, ${figures.edits} edits acknowledged, ${vault.size} entries, found ${warnings.join(" ") || "both copies good"}`);
      if (round === kills) {
        const after = await core.ask({ type: "status" });
        assert.deepEqual(after.warnings, [], "the copies are brought up");
        await session.close();
        break;
      }
      const quota = Math.ceil((edits - figures.edits) / (kills - round));
      let slowest = 50;
      for (let n = 0; n < quota; n += 1) {
        const start = performance.now();
        await make_edit(core, vault, next_edit(figures.edits, vault));
        slowest = Math.max(slowest, performance.now() - start);
        figures.edits += 1;
      }
      pending = next_edit(figures.edits, vault);
      const under_way = core.ask(pending.request).catch(() => {});
      await sleep(Math.random() * slowest);
      await session.kill();
      await Promise.race([under_way, sleep(1000)]);
    }
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
  return figures;
}

/** The same around the use of recovery codes: while both stores are made anew afterwards. @param {"chromium" | "firefox"} kind @param {{ kills: number, log: (text: string) => void }} options */
export async function use_and_kill(kind, { kills, log }) {
  const profile = await make_folder(`kill-use-${kind}`);
  const keys = new Map();
  let used = null;
  try {
    let codes = [];
    for (let round = 0; round <= kills; round += 1) {
      const session = await open_browser(kind, { profile });
      const core = await core_of(session);
      const { state, warnings } = await core.ask({ type: "status" });
      assert.deepEqual({ state, warnings }, { state: round === 0 ? "fresh" : "locked", warnings: [] }, "no false alarm");
      if (used) assert.equal((await core.answer({ type: "unlock", way: by_code(used) })).code, "wrong-code");
      await core.enter(PASSWORD, keys);
      if (round === 0) for (let n = 0; n < 6; n += 1) await core.ask({ type: "add", forms: [account(`Issuer ${n}`, secret_of(n), { note: "n".repeat(n * 700) })] });
      const { entries } = await core.ask({ type: "list" });
      assert.deepEqual(entries.map((entry) => entry.issuer).sort(), [0, 1, 2, 3, 4, 5].map((n) => `Issuer ${n}`));
      if (round === kills) {
        await session.close();
        break;
      }
      if (!codes.length) {
        codes = (await core.ask({ type: "make-codes", count: 10, add: false, key: null })).codes.map((each) => each.code);
        await core.ask({ type: "keep-codes", way: by_code(codes[0]) });
      }
      await core.ask({ type: "lock" });
      used = codes.pop();
      await core.ask({ type: "unlock", way: by_code(used) });
      await sleep(Math.random() * (kind === "firefox" ? 600 : 150));
      await session.kill();
      log(`${kind}: use ${round + 1} of ${kills}: nothing lost`);
    }
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
  return { kills };
}

const by_code = (code) => ({ kind: "code", code, keys: [] });

/** Additions, changed words, the bin and back, sites: every kind of edit, each telling its number. */
function next_edit(number, vault) {
  const ids = [...vault.keys()];
  const id = ids[number % Math.max(1, ids.length)];
  const entry = vault.get(id);
  if (!entry || number % 5 < 2) {
    const form = account(`Issuer ${number}`, secret_of(number), { note: `note ${number}` });
    return { request: { type: "add", forms: [form] }, fresh: { issuer: form.issuer, note: form.note, trashed: false, sites: [], secret: form.secret } };
  }
  if (number % 5 === 2) {
    const note = `note ${number} `.repeat(200);
    return { request: { type: "edit", id, edit: { issuer: null, account: null, note, tags: null, pinned: null, unverified: null } }, id, after: { ...entry, note } };
  }
  if (number % 5 === 3) return { request: { type: entry.trashed ? "restore" : "trash", ids: [id] }, id, after: { ...entry, trashed: !entry.trashed } };
  const origin = `https://host${number}.example`;
  // Numbered as the one that the kill came upon: when that was kept, the site is there already, and stays there once.
  const sites = [...new Set([...entry.sites, origin])];
  return { request: { type: "bind", id, site: { origin, subdomains: false } }, id, after: { ...entry, sites } };
}

async function make_edit(core, vault, edit) {
  const reply = await core.ask(edit.request);
  vault.set(edit.id ?? reply.ids[0], edit.after ?? edit.fresh);
}

/** What is stored must be what was acknowledged, or that with the one edit under way. Takes that in. */
async function compare(core, vault, pending, figures) {
  const { entries } = await core.ask({ type: "list" });
  const found = new Map();
  for (const entry of entries) {
    const { secret } = await core.ask({ type: "reveal", id: entry.id });
    const { issuer, note, sites } = entry;
    found.set(entry.id, { issuer, note, trashed: entry.trashed != null, sites: sites.map((site) => site.origin), secret });
  }
  if (pending) {
    const is_there = pending.fresh
      ? found.size > vault.size
      : JSON.stringify(found.get(pending.id)) === JSON.stringify(pending.after);
    figures[is_there ? "kept_unacknowledged" : "lost_unacknowledged"] += 1;
    if (is_there) vault.set(pending.id ?? [...found.keys()].find((id) => !vault.has(id)), pending.after ?? pending.fresh);
  }
  assert.deepEqual([...found].sort(), [...vault].sort());
}

/** Twenty bytes of which each number has its own. */
function secret_of(number) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  let text = "";
  for (let at = 0; at < 32; at += 1) text += letters[(number * 7 + at * (number + 3)) % 32];
  return text;
}
