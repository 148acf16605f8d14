/** Somebody who can open bundles with a key of theirs: the name, and six words to compare aloud. */

import { html, nothing } from "lit";

import { t, when } from "../shared/i18n.js";

/** @param {{ name: string, words: string }} party */
export function partyName({ name, words }) {
  return html`<span class="party"><strong>${name || t("escrow_nameless")}</strong>${words ? html` <span class="party-words" aria-label=${t("escrow_words_of", words)}>${words}</span>` : nothing}</span>`;
}

/** Who issued a helpdesk bundle. @param {import('../shared/protocol').IssuedView} issued */
export function issuedBy({ by, person, at }) {
  const name = by || t("escrow_nameless");
  return person ? t("issued_by_person", name, when(at), person) : t("issued_by", name, when(at));
}
