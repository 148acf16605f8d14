/** A request that may lie behind a second unlock: where the core wants one, the password is asked for and the request goes again. */

import { AskError, ask } from "../shared/ask.js";
import { t } from "../shared/i18n.js";
import "./second-unlock.js";

/** As `ask`. Whoever cancels gets the core's refusal. @type {typeof ask} */
export async function askFresh(request) {
  try {
    return await ask(request);
  } catch (error) {
    const { type } = /** @type {{ type: string }} */ (request);
    const why = t(type === "purge" || type === "keep-backup-codes" ? "once_more_lost" : "once_more_text");
    if (!(error instanceof AskError && error.code === "needs-fresh") || !(await isUnlocked(why))) throw error;
    return await ask(request);
  }
}

/** A dialog with the password. @param {string} why @returns {Promise<boolean>} whether it was right */
function isUnlocked(why) {
  const dialog = document.createElement("dialog");
  dialog.className = "agree";
  const heading = document.createElement("h2");
  heading.id = "fresh-title";
  heading.textContent = t("once_more_title");
  dialog.setAttribute("aria-labelledby", heading.id);
  const text = document.createElement("p");
  text.textContent = why;
  const unlock = Object.assign(document.createElement("second-unlock"), { action: t("fresh_go_on") });
  dialog.append(heading, text, unlock);
  return new Promise((resolve) => {
    const end = (/** @type {boolean} */ done) => {
      dialog.remove();
      resolve(done);
    };
    unlock.addEventListener("fresh", () => end(true));
    unlock.addEventListener("fresh-cancel", () => end(false));
    dialog.addEventListener("cancel", () => end(false));
    document.body.append(dialog);
    dialog.showModal();
  });
}
