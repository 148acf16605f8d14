/** The coloured initial in front of an entry. */

import { html } from "lit";

import { initialOf, toneOf } from "../shared/format.js";

/** @param {{ issuer: string, account: string }} entry */
export function badge(entry) {
  const name = entry.issuer || entry.account;
  return html`<span class="badge tone-${toneOf(name)}" aria-hidden="true">${initialOf(name)}</span>`;
}
