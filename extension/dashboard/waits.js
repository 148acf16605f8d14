/** Waiting times in words. */

import { t, tn } from "../shared/i18n.js";

/** @param {number} hours */
export function hoursText(hours) {
  return hours ? tn("wait_hours", hours) : t("wait_none");
}
