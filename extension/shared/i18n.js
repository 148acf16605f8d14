/** Every text comes from `_locales`. */

import { AskError } from "./ask.js";
import { now } from "./clock.js";
import { language, message } from "./webext.js";

const MINUTE = 60_000;

/**
 * The text under `key`, with `$1`, `$2`, ... filled in. A missing key shows itself, so that it is seen in tests.
 * @param {string} key
 * @param {...(string | number)} values
 */
export function t(key, ...values) {
  return message(key, values.map(String)) || key;
}

/**
 * The text under `key_one`, `key_other`, ... as the language counts; `$1` is the number.
 * @param {string} key
 * @param {number} count
 * @param {...(string | number)} values
 */
export function tn(key, count, ...values) {
  const form = new Intl.PluralRules(language()).select(count);
  const numbers = [count.toLocaleString(language()), ...values].map(String);
  return message(`${key}_${form}`, numbers) || message(`${key}_other`, numbers) || key;
}

/**
 * The text of a stable code under a prefix: `coded('fill', 'no-field')` is `fill_no_field`; `undefined` without one.
 * @param {string} prefix
 * @param {string} code
 * @param {...(string | number)} values
 */
export function coded(prefix, code, ...values) {
  return message(`${prefix}_${code.replaceAll("-", "_")}`, values.map(String)) || undefined;
}

/**
 * What happened and what to do next.
 * @param {unknown} error
 */
export function errorText(error) {
  if (!(error instanceof AskError)) return t("error_unknown", error instanceof Error ? error.name : "unknown");
  const number = error.code === "pass-not-yet-valid" ? begins(error.number ?? 0) : (error.number ?? "");
  return coded("error", error.code, number) ?? t("error_unknown", error.code);
}

/**
 * Minutes from now in words: as they are within the hour, the date and time beyond it.
 * @param {number} minutes
 */
function begins(minutes) {
  if (minutes <= 60) return new Intl.RelativeTimeFormat(language()).format(minutes, "minute");
  // The core rounds up, and passes begin at whole minutes.
  return t("begins_on", when(Math.floor(now() / MINUTE + minutes) * MINUTE));
}

/**
 * A date and time for people.
 * @param {number} millis
 */
export function when(millis) {
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short" }).format(millis);
}

/**
 * A list for people: `a, b and c`.
 * @param {string[]} parts
 */
export function listed(parts) {
  return new Intl.ListFormat(language(), { type: "conjunction" }).format(parts);
}
