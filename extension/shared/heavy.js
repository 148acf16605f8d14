/** Heavy work in a worker of its own: cancel is terminate, and its memory goes back with it. */

import { AskError } from "./ask.js";
import { packaged } from "./webext.js";

/**
 * What the worker can do (see `worker/main.js`).
 * @typedef {{
 *   derive: (job: import('./protocol').DeriveJob, password: Uint8Array, agreed: boolean) => import('./protocol').DerivedKey,
 *   makePhrase: (length: number) => string,
 *   judgePassword: (text: string, length: number, bits: number) => { ok: boolean, reason?: string | null, bits: number },
 *   readQr: (rgba: Uint8ClampedArray, width: number, height: number) => string[],
 *   qrMatrix: (text: string) => string[],
 *   escrowJobs: (file: string) => { jobs: import('./protocol').DeriveJob[] },
 *   splitFrames: (bytes: Uint8Array, sheet: boolean) => string[],
 *   joinFrames: (texts: string[]) => { sheet: boolean, total: number, missing: number[], file?: string | null },
 *   writeExport: (format: string, entries: import('./protocol').TakenEntry[], password: string | null, now: number) =>
 *     { bytes: Uint8Array<ArrayBuffer>, name: string, mime: string, lost: [number, string][] },
 *   guestOpen: (bytes: Uint8Array, way: import('./protocol').Way) => import('./protocol').EntryView[],
 *   guestCodes: (now: number) => import('./protocol').CodeView[],
 *   guestNext: (id: string, now: number) => import('./protocol').CodeView,
 *   guestBackupCodes: (id: string) => import('./protocol').SiteCode[],
 *   guestKept: () => import('./protocol').KeptView[],
 *   guestKeptText: (id: string) => string,
 *   drillBundle: (bytes: Uint8Array, way: import('./protocol').Way, at: number) => import('./protocol').DrillProof,
 *   picturesIn: (file: Uint8Array) => { pictures: [string, Uint8Array<ArrayBuffer>][], others: number },
 *   readExport: (names: string[], files: Uint8Array[], passwords: string[], agreed: { kib: number, work: number } | null)
 *     => { apps: string[], families: string[], format: string, entries: import('./protocol').ImportForm[], skipped: import('./read-files.js').SkippedItem[] },
 * }} Heavy
 */

/** It is done beside the page, which stays awake: enough for a camera. */
export const aside = true;

/**
 * Why other authenticators' files were refused.
 * @typedef {{ code: string, family?: string | null, app?: string | null, kib?: number | null, work?: number | null }} RefusedFiles
 */

/** A refusal with what is known of the file: the app, and what it asks for. */
export class Refusal extends AskError {
  /** @param {RefusedFiles} refused */
  constructor(refused) {
    super({ code: refused.code });
    this.family = refused.family ?? "";
    this.app = refused.app ?? "";
    this.kib = refused.kib ?? 0;
    this.work = refused.work ?? 0;
    /** Which file it is about, where there are several. */
    this.file = "";
  }
}

/** A worker for as long as `signal` lives. */
export class Helper {
  /** @param {AbortSignal} signal */
  constructor(signal) {
    this.worker = new Worker(packaged("worker/main.js"), { type: "module" });
    this.signal = signal;
    this.last = 0;
    signal.addEventListener("abort", () => this.worker.terminate());
  }

  /**
   * Does one thing. Rejects with an `AbortError` when cancelled.
   * @template {keyof Heavy} N
   * @param {N} name
   * @param {Parameters<Heavy[N]>} args
   * @param {Transferable[]} [transfer]
   * @param {(percent: number) => void} [told] How far it is, where that can be known.
   * @returns {Promise<ReturnType<Heavy[N]>>}
   */
  run(name, args, transfer = [], told) {
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      if (this.signal.aborted) return reject(aborted());
      const done = new AbortController();
      const until = { signal: done.signal };
      this.worker.addEventListener(
        "message",
        ({ data }) => {
          if (data.id !== id) return;
          if ("percent" in data) return told?.(data.percent);
          done.abort();
          if ("result" in data) resolve(data.result);
          else reject(data.refused ? new Refusal(data.refused) : new AskError(data));
        },
        until,
      );
      this.worker.addEventListener(
        "error",
        () => {
          done.abort();
          reject(new AskError({ code: "worker-failed" }));
        },
        until,
      );
      this.signal.addEventListener(
        "abort",
        () => {
          done.abort();
          reject(aborted());
        },
        until,
      );
      this.worker.postMessage({ id, name, args }, transfer);
    });
  }
}

/**
 * Does one thing in a worker that lives only for it.
 * @template {keyof Heavy} N
 * @param {AbortSignal} signal
 * @param {N} name
 * @param {Parameters<Heavy[N]>} args
 * @param {Transferable[]} [transfer]
 * @param {(percent: number) => void} [told] How far it is, where that can be known.
 * @returns {Promise<ReturnType<Heavy[N]>>}
 */
export async function heavy(signal, name, args, transfer, told) {
  const own = new AbortController();
  try {
    return await new Helper(AbortSignal.any([signal, own.signal])).run(name, args, transfer, told);
  } finally {
    own.abort();
  }
}

function aborted() {
  return new DOMException("cancelled", "AbortError");
}
