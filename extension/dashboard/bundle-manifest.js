/** What is in a bundle, and what can never be in one. */

import { html, nothing } from "lit";

import { issuedBy, partyName } from "../elements/party-name.js";
import { coded, listed, t, tn, when } from "../shared/i18n.js";

/** @param {import('../shared/protocol').Manifest} manifest */
export function bundleManifest(manifest) {
  const ways = [...new Set(manifest.slots.map((slot) => coded("slot", slot.kind) ?? slot.kind))];
  return html`<div class="manifest">
    <div><h3>${t("manifest_in")}</h3><ul>
      <li>${tn("accounts_count", manifest.entries)}</li>
      ${manifest.trashed ? html`<li>${tn("in_bin_count", manifest.trashed)}</li>` : nothing}
      ${manifest.kept ? html`<li>${tn("notes_of", manifest.kept)}</li>` : nothing}
      <li>${t("manifest_also")}</li>
      <li>${t("manifest_made", when(manifest.made))}</li>
      ${manifest.logHead ? html`<li>${tn("manifest_log", manifest.logHead.count, short(manifest.logHead.head))}</li>` : nothing}
      ${ways.length ? html`<li>${t("manifest_opens_with", listed(ways))}</li>` : nothing}
      ${manifest.parties.map((party) => html`<li class="parties">${t("manifest_party")} ${partyName(party)}</li>`)}
      ${manifest.issued ? html`<li class="issued">${issuedBy(manifest.issued)}</li>` : nothing}
    </ul></div>
    <div><h3>${t("manifest_never")}</h3><ul>
      <li>${t("never_passkeys")}</li><li>${t("never_push")}</li><li>${t("never_passwords")}</li>
    </ul></div>
  </div>`;
}

/** For people to compare: eight digits. @param {string} head */
function short(head) {
  return `${head.slice(0, 4)} ${head.slice(4, 8)}`;
}
