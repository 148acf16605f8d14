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
  /** The account, where it is told, on a line with what is said of it; its page, where this view can go there. */
  const about = (/** @type {{ entry: string, issuer: string, account: string }} */ which, /** @type {string} */ text) => {
    const name = which.issuer || which.account ? nameOf(which) : "";
    if (!pages) return html`<p>${name ? html`<strong>${name}</strong> · ` : nothing}${text}</p>`;
    return html`<p><a href="${pages}${which.entry}">${name || t("emergency_which")}</a> · ${text}</p>`;
  };
  const last = emergencies.at(-1);
  const waits = emergencyWaits.map(
    ({ entry, issuer, account, open, until, closes, reason }) => html`<div class="banner banner-warn" role="alert">${icon("shield")}<div>
      <p>${open ? t("emergency_wait_open", when(closes)) : t("emergency_wait_runs", when(until))}</p>${about({ entry, issuer, account }, t("emergency_wait_reason", reason))}</div>
    <button type="button" @click=${() => cancel(entry)}>${t("emergency_wait_cancel")}</button></div>`,
  );
  if (!last) return waits;
  return html`${waits}<div class="banner banner-warn" role="alert">${icon("shield")}<div>
      <p>${tn("emergency_was_opened", emergencies.length)}</p>${about(last, last.reason ? t("emergency_last", when(last.at), last.reason) : t("emergency_last_left", when(last.at)))}</div>
    <button type="button" @click=${seen}>${t("emergency_seen")}</button></div>`;
}
