/**
 * Backup codes that were read somewhere, to be looked at before they are kept. Tells `codes-keep` with those that stayed
 * ticked and whether they go beside the old ones, and `codes-cancel`.
 */

import { html, nothing } from "lit";

import { View } from "../shared/element.js";
import { t, tn } from "../shared/i18n.js";

/** @typedef {import('../shared/protocol').SiteCode} SiteCode */

export class FoundCodes extends View {
  static properties = { codes: { attribute: false }, known: { type: Number }, busy: { type: Boolean }, left: { state: true }, add: { state: true } };

  constructor() {
    super();
    /** @type {SiteCode[]} */
    this.codes = [];
    /** How many the entry has already. */
    this.known = 0;
    this.busy = false;
    /** @type {Set<SiteCode>} Not to be kept. */
    this.left = new Set();
    this.add = false;
  }

  firstUpdated() {
    this.focusOn(".primary");
  }

  /** @param {SiteCode} code */
  toggle(code) {
    const left = new Set(this.left);
    if (!left.delete(code)) left.add(code);
    this.left = left;
  }

  render() {
    const kept = this.codes.filter((code) => !this.left.has(code));
    return html`<section class="found-codes" aria-labelledby="found-codes-title">
      <h2 id="found-codes-title">${tn("codes_found", this.codes.length)}</h2>
      <p class="hint">${t("codes_found_hint")}</p>
      <ul class="code-list">${this.codes.map(
        (code) => html`<li><label class="check"><input type="checkbox" .checked=${!this.left.has(code)} ?disabled=${this.busy} @change=${() => this.toggle(code)}>
          <span class="mono ${code.used != null ? "spent" : ""}">${code.code}</span></label>${code.used != null ? html`<small class="mark">${t("code_used")}</small>` : nothing}</li>`,
      )}</ul>
      ${
        this.known
          ? html`<fieldset ?disabled=${this.busy}><legend class="visually-hidden">${t("codes_where")}</legend>
            ${this.where(false, tn("site_codes_replace", this.known))}${this.where(true, t("codes_beside"))}</fieldset>`
          : nothing
      }
      <div class="buttons">
        <button type="button" class="primary" ?disabled=${this.busy || !kept.length} @click=${() => this.tell("codes-keep", { codes: kept, add: this.known > 0 && this.add })}>${tn("codes_keep", kept.length)}</button>
        <button type="button" ?disabled=${this.busy} @click=${() => this.tell("codes-cancel")}>${t("cancel")}</button>
      </div>
    </section>`;
  }

  /**
   * @param {boolean} add
   * @param {string} text
   */
  where(add, text) {
    return html`<label class="check small"><input type="radio" name="codes-where" .checked=${this.add === add} @change=${() => (this.add = add)}><span>${text}</span></label>`;
  }
}

customElements.define("found-codes", FoundCodes);
