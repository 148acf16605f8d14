/** Something that takes a second or two, and a way to stop it. */

import { html, nothing } from "lit";

import { t } from "../shared/i18n.js";
import "./elapsed-time.js";

/**
 * @param {string} text
 * @param {() => void} [cancel]
 * @param {number} [percent] How far it is, where that is known: nothing is guessed.
 */
export function working(text, cancel, percent) {
  return html`<div class="working" role="status">
    ${percent === undefined ? html`<progress aria-label=${text}></progress>` : html`<progress aria-label=${text} max="100" .value=${percent}></progress>`}
    <span>${text}</span>${percent === undefined ? nothing : html`<span class="percent" aria-hidden="true">${t("percent", percent)}</span>`}<elapsed-time></elapsed-time>
    ${cancel ? html`<button type="button" class="link" @click=${cancel}>${t("cancel")}</button>` : nothing}
  </div>`;
}
