/** A backup code was filled, and nobody saw what the site made of it: the user says. */

import { html } from "lit";

import { t } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";

/**
 * @param {string} name whose code
 * @param {(used: boolean) => void} answer
 */
export function codeDoubt(name, answer) {
  return html`<div class="question code-doubt" role="group" aria-labelledby="doubt-text">
    <p id="doubt-text">${t("code_doubt", name)}</p>
    <div class="buttons">
      <button type="button" class="doubt-used" @click=${() => answer(true)}>${icon("done")}${t("code_doubt_used")}</button>
      <button type="button" class="doubt-unused" @click=${() => answer(false)}>${t("code_doubt_unused")}</button>
    </div>
  </div>`;
}
