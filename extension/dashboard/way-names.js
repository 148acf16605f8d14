/** What ways in are called. */

import { coded, t, tn } from "../shared/i18n.js";

/** @typedef {{ kind: string, label: string, usage?: string }} Named */

const CODES = new Set(["code", "pair"]);

/** @param {Named} way */
export function nameOfWay(way) {
  if (CODES.has(way.kind)) return t("way_code_number", way.label);
  if (way.kind === "escrow" && way.label) return t("way_escrow_of", way.label);
  const name = way.kind === "password" && way.usage === "backup" ? t("way_bundle_password") : (coded("way", way.kind) ?? way.kind);
  return way.label ? `${name}: ${way.label}` : name;
}

/**
 * Each by its name, and codes by their number.
 * @param {Named[]} ways
 */
export function namesOfWays(ways) {
  const codes = ways.filter((way) => CODES.has(way.kind)).length;
  const names = ways.filter((way) => !CODES.has(way.kind)).map(nameOfWay);
  return codes ? [...names, tn("ways_codes", codes)] : names;
}
