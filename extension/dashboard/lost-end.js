/** The end of the worklist: what may be in other hands made void, new sheets and codes in its place, and a new bundle. */

import { html, nothing } from "lit";

import { coded, listed, t, when } from "../shared/i18n.js";
import "./void-sheets.js";

/** @typedef {Extract<import('../shared/protocol').Reply, { type: "worklist" }>} Worklist */

/**
 * @param {Worklist} list
 * @param {import('../shared/protocol').Status} status
 * @param {{ busy: boolean, forget: () => void }} around
 */
export function lostEnd(list, status, { busy, forget }) {
  const kinds = list.older.map((kind) => coded("way", kind) ?? kind);
  const backed = list.rotated != null && (status.backup?.made ?? 0) > list.rotated;
  const over = !list.left && list.rotated != null && !kinds.length && backed;
  return html`<section class="card" aria-labelledby="lost-end"><h2 id="lost-end">${t("stolen_end")}</h2>
      <p class="hint">${t(list.left ? "stolen_end_later" : "stolen_end_text")}</p>
      <ol class="steps">
        <li class=${list.rotated == null ? "" : "done"}><strong>${t("stolen_rotate")}</strong>
          <p class="hint">${list.rotated == null ? t("stolen_rotate_text") : t("stolen_rotated_at", when(list.rotated))}</p></li>
        <li class=${list.rotated == null || kinds.length ? "" : "done"}><strong>${t("stolen_ways")}</strong>
          ${kinds.length ? html`<p class="hint">${t("stolen_ways_text", listed(kinds))}</p>` : nothing}</li>
        <li class=${backed ? "done" : ""}><strong>${t("stolen_bundle")}</strong>
          ${backed ? nothing : html`<p class="hint">${t("stolen_bundle_text")}</p><div class="buttons"><a class="button" href="#/recovery">${t("make_bundle")}</a></div>`}</li>
      </ol>
      ${
        list.left
          ? nothing
          : html`<div class="buttons"><button type="button" class=${over ? "primary" : "quiet"} ?disabled=${busy} @click=${forget}>${t("stolen_forget")}</button></div>`
      }</section>
    <void-sheets .status=${status}></void-sheets>`;
}
