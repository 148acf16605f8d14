/** Who can open which backup: parties besides the owner, and of each file that was written what opens that very file. */

import { html, nothing } from "lit";

import { partyName } from "../elements/party-name.js";
import { listed, t, when } from "../shared/i18n.js";
import { namesOfWays } from "./way-names.js";

/** @param {import('../shared/protocol').ReadinessView} view */
export function readyBundles({ parties, bundles }) {
  if (!parties.length && !bundles.length) return nothing;
  return html`<section class="card ready-bundles" aria-labelledby="ready-bundles"><h2 id="ready-bundles">${t("readiness_bundles")}</h2>
    <p>${parties.length ? t("readiness_parties") : t("readiness_no_party")} ${parties.map((party) => partyName(party))}
      ${parties.length ? html`<a href="#/escrow">${t("readiness_to_parties")}</a>` : nothing}</p>
    ${bundles.length ? html`<ul class="plain-list">${bundles.map((bundle) => row(bundle))}</ul><p class="hint">${t("readiness_bundles_hint")}</p>` : nothing}</section>`;
}

/** @param {import('../shared/protocol').ReadyBundle} bundle */
function row({ made, name, opens }) {
  const now = namesOfWays(opens.filter((way) => way.now));
  const former = namesOfWays(opens.filter((way) => !way.now));
  return html`<li><span class="names"><span class="issuer">${t("readiness_bundle_of", when(made))}</span>${name ? html`<span class="account mono">${name}</span>` : nothing}
    <span class="account">${now.length ? t("readiness_opened_by", listed(now)) : opens.length ? nothing : t("readiness_opens_unknown")}</span>
    ${former.length ? html`<span class="account warn-text">${t("readiness_opened_by_former", listed(former))}</span>` : nothing}</span></li>`;
}
