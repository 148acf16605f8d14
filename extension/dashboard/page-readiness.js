/** Readiness: the one next thing to do, what else is open, the ways in with their places, and each account's other way in. */

import { html, nothing } from "lit";

import { badge } from "../elements/badge.js";
import { escrowMissing } from "../elements/escrow-banner.js";
import { Work } from "../elements/work.js";
import { ask } from "../shared/ask.js";
import { coded, listed, t, tn } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { LoadedView } from "../shared/loaded-view.js";
import { readyBundles } from "./ready-bundles.js";
import { nameOfWay } from "./way-names.js";

/** @typedef {import('../shared/protocol').ReadinessView} ReadinessView */
/** @typedef {import('../shared/protocol').FindingView} FindingView */
/** @typedef {import('../shared/protocol').ReadyWay} ReadyWay */
/** @typedef {import('../shared/protocol').ReadyAccount} ReadyAccount */

/** Where each finding is mended. What is not here is mended on this page. @type {Record<string, string>} */
const MENDS = {
  "no-bundle": "recovery",
  "in-no-bundle": "recovery",
  "bundle-not-read-back": "recovery",
  "bundle-not-proven": "drill",
  "bundle-behind": "recovery",
  "backups-fail": "recovery",
  "backups-off": "recovery",
  "no-way-into-bundles": "ways",
  "one-way-in": "ways",
  "codes-not-kept": "ways",
  "few-codes": "ways",
  "drill-never": "drill",
  "drill-ways": "drill",
  "drill-old": "drill",
  "not-tried": "verify",
  "sheets-void": "left",
  "no-emergency-bundle": "emergency",
  "emergency-bundle-void": "emergency",
  "emergency-bundle-behind": "emergency",
  "emergency-drill": "drill",
};
const OTHERS = /** @type {const} */ (["device", "method"]);

class PageReadiness extends LoadedView {
  static properties = { status: { attribute: false }, view: { state: true } };

  constructor() {
    super();
    /** @type {import('../shared/protocol').Status} */
    this.status = /** @type {any} */ (undefined);
    /** @type {ReadinessView | undefined} */
    this.view = undefined;
    this.work = new Work(this);
  }

  async look() {
    this.view = await ask({ type: "readiness" });
  }

  /**
   * @param {ReadyWay} way
   * @param {number} at
   * @param {string} place
   */
  put(way, at, place) {
    const places = Array.from({ length: way.sheets }, (_, n) => (n === at ? place : (way.places[n] ?? "")));
    return this.work.run(() => ask({ type: "set-places", ids: way.ids, places }));
  }

  /**
   * @param {ReadyAccount} account
   * @param {string} other
   * @param {boolean} is
   */
  tick(account, other, is) {
    const others = is ? [...account.others, other] : account.others.filter((each) => each !== other);
    return this.work.run(() => ask({ type: "set-others", id: account.id, others }));
  }

  render() {
    const { view } = this;
    return html`<header class="page-head"><h1>${t("readiness_title")}</h1></header>
      <p class="lead">${t("readiness_lead")} <a href="#/help/readiness">${t("learn_more")}</a></p>${this.work.banner()}
      ${escrowMissing(this.status)}
      ${view ? html`${this.score(view)} ${this.ways(view.ways)} ${readyBundles(view)} ${this.accounts(view.accounts)}` : nothing}`;
  }

  /** @param {ReadinessView} view */
  score({ score, findings }) {
    const [next, ...more] = findings;
    const good = score === 3;
    return html`<section class="card readiness grade-${score}" aria-labelledby="readiness-score">
      <div class="grade"><span class="grade-icon">${icon(good ? "done" : "warn")}</span>
        <div><h2 id="readiness-score">${t(`readiness_grade_${score}`)}</h2>
        <p class="hint">${t("readiness_rule")}</p></div></div>
      ${
        next
          ? html`<div class="next-thing"><h3>${t("readiness_next")}</h3><p>${said(next)}</p>
              ${MENDS[next.code] ? html`<a class="button primary" href="#/${MENDS[next.code]}">${t(`readiness_go_${MENDS[next.code]}`)}</a>` : nothing}</div>`
          : nothing
      }
      ${more.length ? html`<h3>${t("readiness_then")}</h3><ul class="proofs">${more.map((finding) => html`<li class="open grade-${finding.grade}">${icon("warn")}<span>${said(finding)} ${MENDS[finding.code] ? html`<a href="#/${MENDS[finding.code]}">${t(`readiness_go_${MENDS[finding.code]}`)}</a>` : nothing}</span></li>`)}</ul>` : nothing}
    </section>`;
  }

  /** @param {ReadyWay[]} ways */
  ways(ways) {
    return html`<section class="card" aria-labelledby="readiness-ways"><h2 id="readiness-ways">${t("readiness_ways")}</h2>
      <p class="hint">${t("readiness_ways_text")}</p>
      <ul class="plain-list">${ways.map((way) => {
        const name = /^(code|pair)$/.test(way.kind) ? tn("ways_codes", way.ids.length) : nameOfWay({ ...way, usage: way.vault ? "both" : "backup" });
        const opens = [way.vault ? t("readiness_opens_vault") : "", way.bundles ? t("readiness_opens_bundles") : ""].filter(Boolean);
        return html`<li class="ready-way"><span class="names"><span class="issuer">${name}</span><span class="account">${listed(opens)}${way.kept ? "" : html` · ${t("readiness_not_kept")}`}</span></span>
          <span class="places">${Array.from({ length: way.sheets }, (_, at) => this.place(way, at, name))}</span></li>`;
      })}</ul></section>`;
  }

  /**
   * @param {ReadyWay} way
   * @param {number} at
   * @param {string} name
   */
  place(way, at, name) {
    const label = way.sheets > 1 ? t("readiness_place_of", at + 1, name) : t("readiness_place", name);
    return html`<input type="text" maxlength="120" aria-label=${label} placeholder=${way.sheets > 1 ? t("readiness_place_hint_of", at + 1) : t("readiness_place_hint")}
      .value=${way.places[at] ?? ""} @change=${(/** @type {Event} */ event) => this.put(way, at, /** @type {HTMLInputElement} */ (event.target).value)}>`;
  }

  /** @param {ReadyAccount[]} accounts */
  accounts(accounts) {
    if (!accounts.length) return nothing;
    return html`<section class="card" aria-labelledby="readiness-accounts"><h2 id="readiness-accounts">${t("readiness_accounts")}</h2>
      <p class="hint">${t("readiness_accounts_text")}</p>
      <ul class="plain-list">${accounts.map((account) => this.account(account))}</ul></section>`;
  }

  /** @param {ReadyAccount} account */
  account(account) {
    const name = [account.issuer, account.account].filter(Boolean).join(" · ") || "—";
    const nothingElse = !account.backupCodes && !account.others.length;
    return html`<li class="ready-account">${badge(account)}
      <span class="names"><a class="issuer" href="#/entry/${account.id}">${account.issuer || account.account || "—"}</a><span class="account">${account.issuer ? account.account : ""}
        ${account.emergency ? t("readiness_emergency") : ""}</span></span>
      <span class=${nothingElse ? "warn-text" : "hint"}>${nothingElse ? t("readiness_nothing_else") : account.backupCodes ? tn("readiness_backup_codes", account.backupCodes) : ""}</span>
      <fieldset class="others"><legend class="visually-hidden">${t("readiness_others_of", name)}</legend>${OTHERS.map(
        (other) => html`<label class="check small"><input type="checkbox" .checked=${account.others.includes(other)}
          @change=${(/** @type {Event} */ event) => this.tick(account, other, /** @type {HTMLInputElement} */ (event.target).checked)}><span>${t(`readiness_other_${other}`)}</span></label>`,
      )}</fieldset></li>`;
  }
}

/** @param {FindingView} finding */
function said({ code, number }) {
  return number ? tn(`ready_${code.replaceAll("-", "_")}`, number) : (coded("ready", code) ?? code);
}

customElements.define("page-readiness", PageReadiness);
