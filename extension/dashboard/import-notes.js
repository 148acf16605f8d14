/** Accounts of a file that no entry can hold: they are kept as notes, unless the user says otherwise. */

import { html, nothing } from "lit";

import { nameOf } from "../shared/format.js";
import { coded, t, tn } from "../shared/i18n.js";

/** @typedef {import('../shared/read-files.js').ReadFiles} ReadFiles */
/** @typedef {import('../shared/read-files.js').SkippedItem & { kept: import('../shared/protocol').KeptForm }} Unheld */

/**
 * The items of files that can be kept as notes, in file order.
 * @param {ReadFiles} read
 */
export function unheld(read) {
  return /** @type {Unheld[]} */ (read.skipped.filter((item) => item.kept));
}

/**
 * Why an account is no entry, in words.
 * @param {string} reason
 */
export function whyNot(reason) {
  return coded("skipped", reason) ?? t("skipped_unknown", reason);
}

/**
 * @param {ReadFiles} read
 * @param {string[]} outcomes
 * @param {Set<number>} chosen
 * @param {(chosen: Set<number>) => void} choose
 */
export function notesList(read, outcomes, chosen, choose) {
  const items = unheld(read);
  if (!items.length) return nothing;
  return html`<section class="card" aria-labelledby="unheld-title"><h2 id="unheld-title" tabindex="-1">${tn("notes_found", items.length)}</h2>
    <p class="hint">${t("notes_found_text")}</p>
    <ul class="plain-list import-items import-unheld">${items.map((item, place) => row(item, outcomes[place] ?? "new", chosen.has(place), (take) => choose(turned(chosen, place, take))))}</ul></section>`;
}

/**
 * @param {Unheld} item
 * @param {string} outcome
 * @param {boolean} chosen
 * @param {(take: boolean) => void} choose
 */
function row({ what, why, kept }, outcome, chosen, choose) {
  const name = kept.issuer || kept.account || what || "—";
  return html`<li><span class="names"><span class="issuer">${name}</span><span class="account">${kept.issuer ? kept.account : ""}</span>
      <small class="import-note">${whyNot(why)}</small></span>
    <span class="outcome-tag outcome-${outcome}">${outcome === "new" ? t("notes_kept_as") : (coded("outcome", outcome) ?? outcome)}</span>
    ${
      outcome === "new"
        ? html`<label class="check small"><input type="checkbox" .checked=${chosen} @change=${(/** @type {Event} */ event) =>
            choose(/** @type {HTMLInputElement} */ (event.target).checked)}><span>${t("notes_take")}<span class="visually-hidden"> ${nameOf(kept)}</span></span></label>`
        : nothing
    }</li>`;
}

/**
 * @param {Set<number>} chosen
 * @param {number} place
 * @param {boolean} take
 */
function turned(chosen, place, take) {
  const next = new Set(chosen);
  if (take) next.add(place);
  else next.delete(place);
  return next;
}
