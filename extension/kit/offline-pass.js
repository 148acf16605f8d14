/** An offline pass in the recovery kit: pasted or as a file, opened by its code; the codes of its window, and when that ends. */

import { html, nothing } from "lit";

import "../elements/bundle-codes.js";
import "../elements/code-field.js";
import { onSecond } from "../shared/clock.js";
import { View } from "../shared/element.js";
import { errorText, t, when } from "../shared/i18n.js";

/** @typedef {{ from: number, until: number }} Span */
/**
 * What the kit's core does with one; each throws an `AskError`.
 * @typedef {{ look: (text: string) => Span, open: (text: string, code: string) => { entries(): any, codes(now: number): any } }} Reader
 */

/** What only a whole vault has. */
const none = () => Promise.reject(new Error("none"));

class OfflinePass extends View {
  static properties = { text: {}, reader: { attribute: false }, code: { state: true }, open: { state: true }, problem: { state: true }, now: { state: true } };

  constructor() {
    super();
    this.text = "";
    /** @type {Reader | undefined} */
    this.reader = undefined;
    this.code = "";
    /** @type {{ entries: import('../shared/protocol').EntryView[], holder: import('../elements/bundle-codes.js').Holder } | undefined} */
    this.open = undefined;
    this.problem = "";
    this.now = Date.now();
  }

  connected() {
    onSecond((now) => (this.now = now), this.signal);
  }

  firstUpdated() {
    this.focusOn("input");
  }

  /** @param {SubmitEvent} event */
  async unlock(event) {
    event.preventDefault();
    if (!this.code.trim() || !this.reader) return;
    try {
      const pass = this.reader.open(this.text, this.code);
      this.open = { entries: pass.entries(), holder: { codes: (now) => pass.codes(now), next: none, backup: none } };
      this.code = "";
      await this.focusOn("h2");
    } catch (error) {
      this.problem = errorText(error);
    }
  }

  render() {
    /** @type {Span | undefined} */
    let span;
    try {
      span = this.reader?.look(this.text);
    } catch (error) {
      return html`<section class="card"><p class="field-error" role="alert">${errorText(error)}</p>${this.back()}</section>`;
    }
    if (!span) return nothing;
    return html`<section class="card" aria-labelledby="offline"><h2 id="offline" tabindex="-1">${t("offline_sheet_title")}</h2>
      <p class="offline-when" role="status">${this.when(span)}</p>
      ${this.open ? html`<bundle-codes .entries=${this.open.entries} .holder=${this.open.holder}></bundle-codes>` : this.form()} ${this.back()}</section>`;
  }

  /** @param {Span} span */
  when({ from, until }) {
    if (this.now < from) return t("offline_begins_at", when(from), when(until));
    return this.now < until ? t("offline_ends_at", when(until)) : t("offline_ended_at", when(until));
  }

  form() {
    return html`<form @submit=${(/** @type {SubmitEvent} */ event) => this.unlock(event)}>
      <code-field .label=${t("offline_code")} .value=${this.code} .error=${this.problem} .hint=${t("code_or_pass_hint")} @code-change=${(/** @type {CustomEvent} */ event) => {
        this.code = event.detail;
        this.problem = "";
      }}></code-field>
      <button type="submit" class="primary" ?disabled=${!this.code.trim()}>${t("offline_open")}</button></form>`;
  }

  back() {
    return html`<p><button type="button" class="link" @click=${() => this.tell("other")}>${t("offline_other")}</button></p>`;
  }
}

customElements.define("offline-pass", OfflinePass);
