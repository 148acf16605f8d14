/** That something else than the password or a passkey opened the vault, until the owner says to have seen it. */

import { html, nothing } from "lit";

import { t, tn, when } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";

/**
 * @param {import('../shared/protocol').Status} status
 * @param {() => void} seen
 * @param {() => void} toWays opens the page of ways in
 */
export function waysUsedBanner({ waysUsed }, seen, toWays) {
  const last = waysUsed.at(-1);
  if (!last) return nothing;
  return html`<div class="banner banner-warn" role="alert">${icon("key")}<div>
      <p>${tn("ways_used", waysUsed.length)}</p><p>${t("ways_used_last", nameOf(last), when(last.at))}</p>
      <button type="button" class="link" @click=${toWays}>${t("session_to_ways")}</button></div>
    <button type="button" @click=${seen}>${t("emergency_seen")}</button></div>`;
}

/** @param {import('../shared/protocol').WayUsedView} used */
function nameOf({ kind, label }) {
  switch (kind) {
    case "code":
    case "pair":
      return label ? t("way_code_number", label) : t("way_code");
    case "pass":
      return t("way_pass");
    case "shares":
      return t("way_shares");
    default:
      return kind;
  }
}
