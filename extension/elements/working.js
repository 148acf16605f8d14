/** Something that takes a second or two, and a way to stop it. */

import { html, nothing } from "lit";

import { t } from "../shared/i18n.js";
import "./elapsed-time.js";

/**
 * @param {string} text
 * @param {() => void} [cancel]
 */
export function working(text, cancel) {
  return html`<div class="working" role="status">
    <progress aria-label=${text}></progress>
    <span>${text}</span><elapsed-time></elapsed-time>
    ${cancel ? html`<button type="button" class="link" @click=${cancel}>${t("cancel")}</button>` : nothing}
  </div>`;
}
