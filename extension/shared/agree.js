/** One question before something costly is done: a modal dialog with "yes" and "cancel", gone when answered. */

import { t } from "./i18n.js";

/**
 * @param {string} question
 * @param {string} yes the button that goes on
 * @param {AbortSignal} signal closes it unanswered
 * @returns {Promise<boolean>}
 */
export function agree(question, yes, signal) {
  const dialog = document.createElement("dialog");
  dialog.className = "agree";
  const text = document.createElement("p");
  text.id = "agree-question";
  text.textContent = question;
  dialog.setAttribute("aria-labelledby", text.id);
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "buttons";
  form.append(button(t("cancel"), ""), button(yes, "yes", "primary"));
  dialog.append(text, form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    signal.addEventListener("abort", () => dialog.close(), { once: true });
    dialog.showModal();
  });
}

/**
 * @param {string} text
 * @param {string} value
 * @param {string} [className]
 */
function button(text, value, className = "") {
  const made = document.createElement("button");
  made.value = value;
  made.className = className;
  made.textContent = text;
  return made;
}
