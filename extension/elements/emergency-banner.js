/**
 * What is loud about emergency accounts: that one was opened, until somebody says to have seen it; and that one was asked
 * for and is waited for, which whoever unlocks can stop.
 */

import { html, nothing } from "lit";

import { nameOf } from "../shared/format.js";
import { t, tn, when } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";

/**
 * @param {import('../shared/protocol').Status} status
 * @param {() => void} seen
 * @param {(entry: string) => void} cancel
 * @param {string} [pages] where the pages of accounts are, when this view can go there
 */
export function emergencyBanner({ emergencies, emergencyWaits }, seen, cancel, pages) {
  /** The account, where it is told; its page, where this view can go there. */
  const which = (/** @type {{ entry: string, issuer: string, account: string }} */ about) => {
    const name = about.issuer || about.account ? nameOf(about) : "";
    if (!pages) return name ? html` <strong>${name}</strong>` : nothing;
    return html` <a href="${pages}${about.entry}">${name || t("emergency_which")}</a>`;
  };
  const last = emergencies.at(-1);
  const waits = emergencyWaits.map(
    ({ entry, issuer, account, open, until, closes, reason }) => html`<div class="banner banner-warn" role="alert">${icon("shield")}<div>
      <p>${open ? t("emergency_wait_open", when(closes)) : t("emergency_wait_runs", when(until))} ${t("emergency_wait_reason", reason)}${which({ entry, issuer, account })}</p></div>
    <button type="button" @click=${() => cancel(entry)}>${t("emergency_wait_cancel")}</button></div>`,
  );
  if (!last) return waits;
  return html`${waits}<div class="banner banner-warn" role="alert">${icon("shield")}<div>
      <p>${tn("emergency_was_opened", emergencies.length)} ${t("emergency_last", when(last.at), last.reason)}${which(last)}</p></div>
    <button type="button" @click=${seen}>${t("emergency_seen")}</button></div>`;
}
