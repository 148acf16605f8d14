/**
 * The recovery kit, made from packaged parts: the page with its script (`kit/kit.txt` after the build: no page of the extension) and the
 * core's Wasm as base64. The same version gives the same bytes, so that its SHA-256 can be printed and compared.
 */

import { sha256, toBase64 } from "./bytes.js";
import { heldBundle } from "./held-bundle.js";
import { packagedBytes, packagedText } from "./webext.js";

/** What the parts take the place of. */
const CORE = "@@CORE@@";
const BUNDLE = "@@BUNDLE@@";

export const KIT_NAME = "sparekey-recovery-kit.html";

/**
 * The kit's bytes.
 * @param {Uint8Array} [bundle] a bundle to be held in it
 */
export async function makeKit(bundle) {
  const page = await packagedText("kit/kit.txt");
  const core = await packagedBytes("wasm/sparekey_bg.wasm");
  const text = page.replace(CORE, () => toBase64(core)).replace(BUNDLE, () => (bundle ? toBase64(bundle) : ""));
  return new TextEncoder().encode(text);
}

/**
 * Whether a kit is the one of this version, with the bundle that it holds or without one. The bundle is looked at as text alone.
 * @param {Uint8Array<ArrayBuffer>} kit
 */
export async function isOurKit(kit) {
  try {
    return (await sha256(kit)) === (await sha256(await makeKit(heldBundle(kit))));
  } catch {
    return false;
  }
}

/** SHA-256 of the kit of this version without a bundle, hexadecimal. */
export async function kitDigest() {
  return await sha256(await makeKit());
}
