/** That an organisation asks to be able to open backups, and waits for an answer. */

import { html, nothing } from "lit";

import { t } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";

/** Whether the question is to be answered now. @param {import('../shared/protocol').Status} status */
export function asksForEscrow({ escrow }) {
  return escrow?.state === "asked" || escrow?.state === "changed";
}

/** That an organisation requires its key, and it is not in use: said, and nothing else. @param {import('../shared/protocol').Status} status */
export function escrowMissing({ escrow }) {
  if (!escrow?.required || escrow.state === "agreed") return nothing;
  return html`<div class="banner escrow-missing">${icon("shield")}<div><p>${t("escrow_missing", escrow.offered?.name ?? "")}</p></div>
    <a class="button" href="#/escrow">${t("escrow_decide")}</a></div>`;
}

/**
 * @param {import('../shared/protocol').Status} status
 * @param {() => void} decide
 */
export function escrowBanner(status, decide) {
  if (!asksForEscrow(status)) return nothing;
  return html`<div class="banner banner-warn" role="status">${icon("shield")}<div><p>${t("escrow_banner", status.escrow?.offered?.name ?? "")}</p></div>
    <button type="button" @click=${decide}>${t("escrow_decide")}</button></div>`;
}
