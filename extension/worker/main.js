/** The dedicated worker: a Wasm instance of its own for what takes long. It knows no vault and keeps nothing. */

import init, * as core from "../wasm/sparekey.js";

const ready = init({ module_or_path: new URL("../wasm/sparekey_bg.wasm", import.meta.url) });

/** @type {Record<string, (...args: any[]) => unknown>} */
const WORK = {
  derive: core.derive,
  makePhrase: core.makePhrase,
  judgePassword: core.judgePassword,
  // A view of the same memory: the picture is not copied once more.
  readQr: (/** @type {Uint8ClampedArray} */ rgba, /** @type {number} */ width, /** @type {number} */ height) =>
    core.readQr(new Uint8Array(rgba.buffer, rgba.byteOffset, rgba.byteLength), width, height),
  qrMatrix: core.qrMatrix,
  escrowJobs: core.escrowJobs,
  splitFrames: core.splitFrames,
  joinFrames: core.joinFrames,
  writeExport: core.writeExport,
  readExport: core.readExport,
  picturesIn: core.picturesIn,
  guestOpen(/** @type {Uint8Array} */ bytes, /** @type {unknown} */ way) {
    guest?.free();
    guest = new core.OpenBundle(bytes, way);
    return guest.entries();
  },
  guestCodes: (/** @type {number} */ now) => guest?.codes(now),
  guestNext: (/** @type {string} */ id, /** @type {number} */ now) => guest?.nextHotp(id, now),
  guestBackupCodes: (/** @type {string} */ id) => guest?.backupCodes(id),
  guestKept: () => guest?.kept(),
  guestKeptText: (/** @type {string} */ id) => guest?.keptText(id),
  drillBundle(/** @type {Uint8Array} */ bytes, /** @type {unknown} */ way, /** @type {number} */ at) {
    const bundle = new core.OpenBundle(bytes, way);
    try {
      return bundle.drill(at);
    } finally {
      bundle.free();
    }
  },
};

/** A guest's bundle: in this memory, until the page that asked is closed. @type {core.OpenBundle | undefined} */
let guest;

addEventListener("message", async ({ data: { id, name, args } }) => {
  try {
    await ready;
    // Behind its arguments: whom to tell how far it is. Only what opens other authenticators' files does.
    const told = (/** @type {number} */ percent) => postMessage({ id, percent });
    postMessage({ id, result: WORK[name]?.(...args, told) });
  } catch (error) {
    // An importer's refusal is an object with a code; anything else that is no text was not foreseen.
    const known = typeof error === "object" && error !== null && "code" in error ? error : undefined;
    const refused = known && "family" in known ? known : undefined;
    postMessage({ id, refused, ...(known ?? { code: typeof error === "string" ? error : "worker-failed" }) });
  } finally {
    for (const arg of args) if (arg instanceof Uint8Array) arg.fill(0);
  }
});
