/** Emergency accounts: the accounts with their waits and tests, the emergency bundle, and what to do when somebody left. */

import { html, nothing } from "lit";

import { badge } from "../elements/badge.js";
import { choiceField } from "../elements/account-fields.js";
import { Work } from "../elements/work.js";
import { ask } from "../shared/ask.js";
import { t, when } from "../shared/i18n.js";
import { LoadedView } from "../shared/loaded-view.js";
import "./emergency-bundle.js";
import { hoursText } from "./waits.js";

/** @typedef {import('../shared/protocol').EmergencyState} Area */

class PageEmergency extends LoadedView {
  static properties = { status: { attribute: false }, area: { state: true } };

  constructor() {
    super();
    /** @type {import('../shared/protocol').Status} */
    this.status = /** @type {any} */ (undefined);
    /** @type {Area | undefined} */
    this.area = undefined;
    this.work = new Work(this);
  }

  async look() {
    this.area = await ask({ type: "emergency" });
  }

  /** @param {number} hours */
  waitForAll(hours) {
    const ids = (this.area?.entries ?? []).map(({ id }) => id);
    return this.work.run(() => ask({ type: "set-emergency-wait", ids, hours }));
  }

  render() {
    const { area } = this;
    return html`<header class="page-head"><h1>${t("emergency_page")}</h1></header>
      <p class="lead">${t("emergency_page_lead")} <a href="#/help/emergency">${t("learn_more")}</a></p>${this.work.banner()}
      ${area ? html`${this.accounts(area)}<emergency-bundle .bundle=${area.bundle} ?writes=${this.status.backups.destination != null}></emergency-bundle>${this.left(area)}` : nothing}`;
  }

  /** @param {Area} area */
  accounts({ entries, hours }) {
    if (!entries.length) return html`<section class="card"><p>${t("emergency_none")}</p></section>`;
    const all = new Set(entries.map((entry) => entry.hours));
    const [same] = all.size === 1 ? all : [undefined];
    return html`<section class="card" aria-labelledby="emergency-accounts"><h2 id="emergency-accounts">${t("emergency_accounts")}</h2>
      <ul class="plain-list">${entries.map(
        (entry) => html`<li>${badge(entry)}<span class="names"><a class="issuer" href="#/entry/${entry.id}">${entry.issuer || entry.account || "—"}</a>
          <span class="account">${entry.issuer ? entry.account : ""}</span></span>
          <span class=${entry.due <= Date.now() ? "warn-text" : "hint"}>${entry.due <= Date.now() ? t("emergency_test_due_short") : t("emergency_test_next", when(entry.due))}</span></li>`,
      )}</ul>
      ${choiceField({
        id: "wait-all",
        label: t("emergency_wait_all"),
        value: same === undefined ? "" : String(same),
        options: [...(same === undefined ? [/** @type {[string, string]} */ (["", t("emergency_wait_differ")])] : []), ...hours.map((each) => /** @type {[string, string]} */ ([String(each), hoursText(each)]))],
        change: (value) => value && this.waitForAll(Number(value)),
      })}
      <p class="hint">${t("emergency_wait_hint")}</p></section>`;
  }

  /** @param {Area} area */
  left({ left }) {
    const open = left?.renew.some(({ done }) => !done);
    return html`<section class="card quiet-card"><div><h2>${t("left_title")}</h2><p class=${open ? "warn-text" : "hint"}>${t(open ? "left_unfinished" : "left_card")}</p></div>
      <a class="button" href="#/left">${t(open ? "left_go_on" : "left_open")}</a></section>`;
  }
}

customElements.define("page-emergency", PageEmergency);
