/** That emergency accounts were opened: loud at the next unlock, until somebody says to have seen it. */

import { html, nothing } from "lit";

import { t, tn, when } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";

/**
 * @param {import('../shared/protocol').Status} status
 * @param {() => void} seen
 */
export function emergencyBanner({ emergencies }, seen) {
  const last = emergencies.at(-1);
  if (!last) return nothing;
  return html`<div class="banner banner-warn" role="alert">${icon("shield")}<div>
      <p>${tn("emergency_was_opened", emergencies.length)} ${t("emergency_last", when(last.at), last.reason)}</p></div>
    <button type="button" @click=${seen}>${t("emergency_seen")}</button></div>`;
}
