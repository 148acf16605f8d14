/** Filling without a press: the choice is kept first, then the browser is asked, and what it said is carried out. */

import { ask } from "./ask.js";
import { allowedSites, releaseSites, requestSite } from "./webext.js";

/**
 * Chooses what happens without a press, and asks the browser for the site. To be called straight from a press.
 * The prompt may close the view: then the background goes on when the browser says what was allowed.
 * @param {{ id: string, origin: string, automatic: "badge" | "fill", submit: boolean }} choice
 * @param {string} pattern
 * @returns {Promise<boolean>} whether the browser allows it
 */
export async function chooseByItself(choice, pattern) {
  const kept = ask({ type: "set-choice", ...choice, asking: true });
  // Not after an `await`: a browser asks only while the press is fresh.
  const asked = requestSite(pattern).catch(() => false);
  const [, allowed] = await Promise.all([kept, asked]);
  await ask({ type: "set-choice", ...choice, automatic: allowed ? choice.automatic : null, asking: false });
  return allowed;
}

/**
 * Gives back what the browser allows and nothing needs any more: it keeps the hosts in clear. To be called after whatever
 * takes a site, its choice or its account away.
 */
export async function releaseUnused() {
  const [{ needed }, allowed] = await Promise.all([ask({ type: "choices" }), allowedSites()]);
  // A right for all sites was given in the browser's own settings, and is not ours to give back.
  await releaseSites(allowed.filter((pattern) => !pattern.includes("://*/") && !needed.includes(pattern)));
}

/**
 * Whether what the browser allows covers a site.
 * @param {string} pattern
 * @param {string[]} allowed
 */
export function isAllowed(pattern, allowed) {
  return allowed.some((each) => each === pattern || each === "<all_urls>" || each === "*://*/*" || each === `${pattern.split("://")[0]}://*/*`);
}
