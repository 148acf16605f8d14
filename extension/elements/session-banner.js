/** What an unusual session is, and what to do in it: after a recovery code, in a temporary pass, in a rescue. */

import { html, nothing } from "lit";

import { t, when } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import "./end-pass.js";

/**
 * @param {import('../shared/protocol').Status} status
 * @param {() => void} toWays opens the page of ways in
 */
export function sessionBanner(status, toWays) {
  const text = textOf(status);
  if (!text) return nothing;
  const mends = status.session === "full" || status.session === "renew";
  return html`<div class="banner banner-warn" role="status">${icon("lock")}<div><p>${text}</p>
    ${mends ? html`<button type="button" class="link" @click=${toWays}>${t("session_to_ways")}</button>` : nothing}
    ${status.session === "pass" ? html`<end-pass></end-pass>` : nothing}</div></div>`;
}

/** @param {import('../shared/protocol').Status} status */
function textOf({ session, openedBy, spent, locksAt }) {
  const end = locksAt == null ? "" : when(locksAt);
  switch (session) {
    case "rescue":
      return t("session_rescue");
    case "pass":
      return t("session_pass", end);
    case "renew":
      return t("session_renew", end);
    default:
      return openedBy === "code" || openedBy === "pair" ? t("session_code", spent ?? "") : "";
  }
}
