/** The bundle that a recovery kit holds, out of the page's text. Nothing of the page is run. */

import { fromBase64 } from "./bytes.js";

/**
 * Undefined where it holds none.
 * @param {Uint8Array} kit
 */
export function heldBundle(kit) {
  const held = /<script id="bundle" type="text\/plain">([A-Za-z0-9+/=]+)<\/script>/.exec(new TextDecoder().decode(kit))?.[1];
  return held ? fromBase64(held) : undefined;
}
