/** What the user must know about the vault, worst first, and what to do about it. */

import { html, nothing } from "lit";

import { coded, t } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";

/** @param {string[]} warnings */
export function warningsBanner(warnings) {
  if (!warnings.length) return nothing;
  return html`<div class="banner banner-warn" role="alert">
    ${icon("warn")}
    <div>${warnings.map((code) => html`<p>${coded("warning", code) ?? t("warning_unknown", code)}</p>`)}</div>
  </div>`;
}

/** @param {string} text */
export function errorBanner(text) {
  return text ? html`<div class="banner banner-error" role="alert">${icon("warn")}<div><p>${text}</p></div></div>` : nothing;
}
