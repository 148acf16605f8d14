/** From a typed password to the keys that the core asked for. */

import { AskError } from "./ask.js";
import { Helper } from "./heavy.js";

/** @typedef {import('./protocol').DeriveJob} DeriveJob */
/** @typedef {import('./protocol').DerivedKey} DerivedKey */

/**
 * The form in which a password is derived: NFKC, as the platform does it, so that the same keys pressed on another
 * system give the same bytes.
 * @param {string} text
 */
export function normalised(text) {
  return text.normalize("NFKC");
}

/**
 * Does the jobs, one after the other, in one worker.
 * @param {DeriveJob[]} jobs
 * @param {string} text
 * @param {AbortSignal} signal
 * @returns {Promise<DerivedKey[]>}
 */
export async function derive(jobs, text, signal) {
  const own = new AbortController();
  try {
    const helper = new Helper(AbortSignal.any([signal, own.signal]));
    /** @type {DerivedKey[]} */
    const keys = [];
    for (const job of jobs) {
      const bytes = new TextEncoder().encode(text);
      keys.push(await helper.run("derive", [job, bytes], [bytes.buffer]));
    }
    return keys;
  } finally {
    own.abort();
  }
}

/**
 * One job for a new password.
 * @param {DeriveJob[]} jobs
 * @param {string} text
 * @param {AbortSignal} signal
 */
export async function deriveNew(jobs, text, signal) {
  const [key] = await derive(jobs.slice(-1), normalised(text), signal);
  if (!key) throw new AskError({ code: "no-answer" });
  return key;
}

/**
 * Tries a password that exists already: its NFKC form, and where that is wrong and differs, once as typed.
 * @template T
 * @param {DeriveJob[]} jobs
 * @param {string} text
 * @param {AbortSignal} signal
 * @param {(keys: DerivedKey[]) => Promise<T>} use
 */
export async function withPassword(jobs, text, signal, use) {
  const usual = normalised(text);
  try {
    return await use(await derive(jobs, usual, signal));
  } catch (error) {
    if (!(error instanceof AskError && error.code === "wrong-password") || usual === text) throw error;
    return await use(await derive(jobs, text, signal));
  }
}
