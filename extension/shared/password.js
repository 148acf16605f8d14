/** From a typed password to the keys that the core asked for. */

import { agree } from "./agree.js";
import { ask, AskError } from "./ask.js";
import { Helper, Refusal } from "./heavy.js";
import { t } from "./i18n.js";

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

/** What a policy asks of new passwords: characters and bits; 0: nothing beyond our own least. */
export async function askedOfPasswords() {
  const { policy } = await ask({ type: "status" });
  return { length: policy.passwordLength ?? 0, bits: policy.passwordBits ?? 0 };
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
      keys.push(await deriveOne(helper, job, text));
    }
    return keys;
  } finally {
    own.abort();
  }
}

/** Salts of the dear derivations that the user agreed to: one question for all readings of what was typed. */
const agreed = new Set();

/**
 * One that costs more than is done without asking is done when the user agrees.
 * @param {Helper} helper
 * @param {DeriveJob} job
 * @param {string} text
 * @returns {Promise<DerivedKey>}
 */
async function deriveOne(helper, job, text) {
  const bytes = new TextEncoder().encode(text);
  try {
    return await helper.run("derive", [job, bytes, agreed.has(job.salt)], [bytes.buffer]);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "kdf-cost" || agreed.has(job.salt)) throw error;
    const question = t("kdf_cost_question", Math.max(1, Math.ceil(error.kib / 1024)), Math.ceil(error.work));
    if (!(await agree(question, t("kdf_cost_agree"), helper.signal))) throw error;
    agreed.add(job.salt);
    return await deriveOne(helper, job, text);
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

/** What the core says when it was the password that was wrong, alone or with a code, or a pass's passphrase. */
const WRONG = /^(wrong-(code-or-)?password|offline-wrong-passphrase)$/;

/**
 * Tries a password that exists already, in each of its {@link readings} until one is right.
 * @template T
 * @param {DeriveJob[]} jobs
 * @param {string} text
 * @param {AbortSignal} signal
 * @param {(keys: DerivedKey[]) => Promise<T>} use
 * @param {typeof derive} [how]
 */
export async function withPassword(jobs, text, signal, use, how = derive) {
  /** @type {unknown} */
  let wrong;
  for (const reading of readings(text)) {
    try {
      return await use(await how(jobs, reading, signal));
    } catch (error) {
      if (!(error instanceof AskError && WRONG.test(error.code))) throw error;
      wrong = error;
    }
  }
  throw wrong;
}

/**
 * The current password, and the lock that comes after it: a salt of its own anew, for the same password or for `wanted`. What
 * is derived anew is the reading that opens.
 * @param {string} text
 * @param {string} wanted another password, or empty
 * @param {AbortSignal} signal
 * @param {(current: DerivedKey[], next: DerivedKey) => Promise<unknown>} use
 */
export async function withNewLock(text, wanted, signal, use) {
  const { jobs } = await ask({ type: "plan-password", profile: "argon2id" });
  let reading = "";
  /** @type {typeof derive} */
  const how = (each, typed, stop) => {
    reading = typed;
    return derive(each, typed, stop);
  };
  const lock = async (/** @type {DerivedKey[]} */ current) => {
    // A password that stays is not judged again: a stricter policy must not keep anybody from shutting others out.
    const again = jobs.slice(-1).map(({ params, salt }) => ({ params, salt }));
    const [same] = wanted ? [] : await derive(again, reading, signal);
    return await use(current, same ?? (await deriveNew(jobs, wanted, signal)));
  };
  return await withPassword(jobs.slice(0, -1), text, signal, lock, how);
}

/**
 * What typed text can mean, most likely first: its NFKC form; as typed, where that differs; and six words with one
 * blank between them and no capitals, as the generated phrase is.
 * @param {string} text
 */
export function readings(text) {
  const all = new Set([normalised(text), text]);
  if (/^\s*[a-z-]+(?:\s+[a-z-]+){5}\s*$/i.test(text)) all.add(text.trim().toLowerCase().replaceAll(/\s+/g, " "));
  return [...all];
}
