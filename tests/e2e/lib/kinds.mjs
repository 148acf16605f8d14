// Which browsers a test run is for: SPAREKEY_BROWSER=chromium|firefox, else both.
import { KINDS } from "./browser.mjs";

export function kinds() {
  const chosen = process.env.SPAREKEY_BROWSER;
  if (!chosen) return KINDS;
  if (!KINDS.includes(chosen)) throw new Error(`SPAREKEY_BROWSER is ${chosen}, not one of ${KINDS}`);
  return [chosen];
}
