/** What an organisation asks for: every rule that is set, what counts, and who says so. */

import { html, nothing } from "lit";

import { escrowMissing } from "../elements/escrow-banner.js";
import { View } from "../shared/element.js";
import { coded, t, tn } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";

/** @typedef {import('../shared/protocol').PolicyRule} PolicyRule */

/** Numbers, and what they count. */
const UNITS = new Map([
  ["lockAfterMinutes", "minutes"],
  ["passMinMinutes", "minutes"],
  ["passMaxMinutes", "minutes"],
  ["passDefaultMinutes", "minutes"],
  ["backupEveryHours", "hours"],
  ["drillEveryDays", "days"],
  ["logKeepDays", "days"],
]);

class PagePolicy extends View {
  static properties = { status: { attribute: false } };

  constructor() {
    super();
    /** @type {import('../shared/protocol').Status} */
    this.status = /** @type {any} */ (undefined);
  }

  render() {
    const { policy } = this.status;
    return html`<header class="page-head"><h1>${t("policy_title")}</h1></header>
      <p class="lead">${this.lead()} <a href="#/help/administrators">${t("learn_more")}</a></p>
      ${escrowMissing(this.status)}
      ${
        policy.rules.length
          ? html`<section class="card"><table class="rules"><thead><tr><th scope="col">${t("policy_rule")}</th><th scope="col">${t("policy_value")}</th></tr></thead>
            <tbody>${policy.rules.map((rule) => row(rule))}</tbody></table></section>`
          : nothing
      }
      ${
        policy.unknown.length
          ? html`<div class="banner banner-warn">${icon("warn")}<div><p>${t("policy_unknown")}</p><ul>${policy.unknown.map((key) => html`<li><code>${key}</code></li>`)}</ul></div></div>`
          : nothing
      }
      ${this.status.escrow ? html`<p><a class="button" href="#/escrow">${t("escrow_title")}</a></p>` : nothing}
      ${policy.source === "none" ? nothing : html`<p class="hint">${t("policy_never_closed")}</p>`}`;
  }

  lead() {
    const { source, organisation } = this.status.policy;
    if (source === "none") return t("policy_none");
    if (source === "unreadable") return t("policy_unreadable");
    return organisation ? t("policy_lead", organisation) : t("policy_lead_somebody");
  }
}

/** @param {PolicyRule} rule */
function row(rule) {
  return html`<tr><th scope="row">${coded("rule", rule.key) ?? rule.key}<small><code>${rule.key}</code></small></th>
    <td>${valueOf(rule)}${rule.problem ? html`<p class="field-error">${coded("policy_problem", rule.problem)}</p>` : nothing}</td></tr>`;
}

/** @param {PolicyRule} rule */
function valueOf({ key, value }) {
  const unit = UNITS.get(key);
  if (unit) return tn(unit, Number(value));
  if (value === "true" || value === "false") return coded("rule_value", value);
  if (key === "codesIssuedBy" || key === "passesIssuedBy") return coded("rule_value", value);
  return value || t("policy_nothing");
}

customElements.define("page-policy", PagePolicy);
