/** Codes to the clipboard. Only codes: a secret is never copied. */

import { t } from "./i18n.js";
import { toast } from "./toast.js";

/**
 * Copies a code and says so. It is not cleared later: it dies within a minute.
 * @param {string} code
 * @param {string} name
 */
export async function copyCode(code, name) {
  try {
    await navigator.clipboard.writeText(code);
    toast(t("copied", name));
    return true;
  } catch {
    toast(t("copy_failed"));
    return false;
  }
}
