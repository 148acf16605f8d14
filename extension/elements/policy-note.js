/** One line that says that an organisation wants something so, wherever a switch or a button is closed by it. */

import { html, nothing } from "lit";

import { t } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";

/** @typedef {import('../shared/protocol').PolicyView} PolicyView */

/**
 * @param {PolicyView} policy
 * @param {string[]} keys the rules that close what stands here
 */
export function policyNote(policy, ...keys) {
  if (!policy.rules.some((rule) => keys.includes(rule.key))) return nothing;
  return html`<p class="hint policy-note">${icon("shield")}<span>${by(policy)} <a href="#/policy">${t("policy_see")}</a></span></p>`;
}

/** @param {PolicyView} policy */
function by({ source, organisation }) {
  if (source === "unreadable") return t("policy_by_unreadable");
  return organisation ? t("policy_by", organisation) : t("policy_by_somebody");
}
