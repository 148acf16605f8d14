/** From what somebody holds to an opened vault or bundle: the one way that unlocking, restoring, the drill, a guest and the kit share. */

import { ask, AskError } from "./ask.js";
import { toBase64 } from "./bytes.js";
import { heavy } from "./heavy.js";
import { prfOf } from "./passkey.js";
import { withPassword } from "./password.js";

/** @typedef {Extract<import('./protocol').Reply, { type: 'bundle-info' }>} BundleInfo */
/** @typedef {import('./protocol').Way} Way */
/** @typedef {import('./protocol').DeriveJob} DeriveJob */

/**
 * What somebody holds, as typed.
 * @typedef {{ kind: 'password', text: string } | { kind: 'code', code: string, password: string } | { kind: 'shares', shares: string[] } | { kind: 'escrow', file: string, text: string }
 *   | { kind: 'passkey' }} Held
 */

/**
 * What is to be opened: which derivations it asks for, and who does them.
 * @typedef {{ jobs: () => Promise<DeriveJob[]>, pairJobs: () => Promise<DeriveJob[]>, derive?: typeof import('./password.js').derive, escrowJobs?: (file: string) => Promise<DeriveJob[]>,
 *   passkeys?: () => import('./protocol').PasskeyView[] }} Lock
 */

/**
 * A bundle as something to open.
 * @param {import('./bundle-files.js').Bundle} bundle
 * @returns {Lock}
 */
export function lockOf({ bytes, info }) {
  return {
    jobs: async () => info.jobs,
    pairJobs: async () => (await ask({ type: "plan-pair", bundle: toBase64(bytes) })).jobs,
  };
}

/** Which of the fields takes what. @type {[Held['kind'], string[]][]} */
const TAKES = [
  ["password", ["password"]],
  ["code", ["code", "pass", "pair"]],
  ["shares", ["shares"]],
  ["escrow", ["escrow"]],
];

/**
 * The ways to ask for, given the kinds of slots that there are.
 * @param {Iterable<string>} kinds
 * @returns {Held['kind'][]}
 */
export function waysFor(kinds) {
  const there = new Set(kinds);
  return TAKES.filter(([, slots]) => slots.some((slot) => there.has(slot))).map(([way]) => way);
}

/**
 * Tries what somebody holds.
 * @template T
 * @param {Lock} lock
 * @param {Held} held
 * @param {AbortSignal} signal
 * @param {(way: Way) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function openWith(lock, held, signal, use) {
  switch (held.kind) {
    case "passkey":
      return await use({ kind: "passkey", prf: await prfOf(lock.passkeys?.() ?? [], signal) });
    case "shares":
      return await use({ kind: "shares", shares: held.shares });
    case "code": {
      const { code } = held;
      if (!held.password) return await use({ kind: "code", code, keys: [] });
      return await withPassword(await lock.pairJobs(), held.password, signal, (keys) => use({ kind: "code", code, keys }), lock.derive);
    }
    case "escrow": {
      const { file } = held;
      const jobs = lock.escrowJobs ? await lock.escrowJobs(file) : (await heavy(signal, "escrowJobs", [file])).jobs;
      return await withPassword(jobs, held.text, signal, (keys) => use({ kind: "escrow", file, keys }), lock.derive);
    }
    default: {
      const jobs = await lock.jobs();
      if (!jobs.length) throw new AskError({ code: "no-way-into-bundle" });
      return await withPassword(jobs, held.text, signal, (keys) => use({ kind: "password", keys }), lock.derive);
    }
  }
}

/**
 * Opens a bundle in a fresh instance and takes out what a drill compares.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {Way} way
 * @param {AbortSignal} signal
 */
export function drillBundle(bytes, way, signal) {
  return heavy(signal, "drillBundle", [bytes, way, Date.now()]);
}
