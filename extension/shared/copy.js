/** Codes to the clipboard. Only codes: a secret is never copied. */

import { ask } from "./ask.js";
import { nameOf } from "./format.js";
import { t } from "./i18n.js";
import { toast } from "./toast.js";

/**
 * Copies a code. False when the browser did not allow it.
 * @param {string} code
 */
export async function copyText(code) {
  return await navigator.clipboard.writeText(code).then(
    () => true,
    () => false,
  );
}

/**
 * Copies an entry's code and says so. It is not cleared later: it dies within a minute.
 * @param {string} code
 * @param {{ id: string, issuer: string, account: string }} entry
 */
export async function copyCode(code, entry) {
  if (!(await copyText(code))) {
    toast(t("copy_failed"));
    return;
  }
  toast(t("copied", nameOf(entry)));
  // The copy stands whether or not its time can be noted: a log that cannot be stored has its own warning.
  await ask({ type: "used", id: entry.id }).catch(() => {});
}
