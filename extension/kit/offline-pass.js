/** An offline pass in the recovery kit: opened by its code or its passphrase; the codes of its window, and when that ends. */

import { html, nothing } from "lit";

import "../elements/bundle-codes.js";
import "../elements/code-field.js";
import "../elements/password-field.js";
import { working } from "../elements/working.js";
import { onSecond } from "../shared/clock.js";
import { View } from "../shared/element.js";
import { errorText, t, when } from "../shared/i18n.js";
import { withPassword } from "../shared/password.js";
import { step } from "../shared/step.js";

/** @typedef {import('../shared/protocol').DeriveJob} DeriveJob */
/** @typedef {import('../shared/protocol').DerivedKey} DerivedKey */
/** @typedef {{ from: number, until: number, job?: DeriveJob | null }} Look */
/** @typedef {{ entries(): any, codes(now: number): any }} Pass */
/**
 * What the kit's core does with one; each throws an `AskError`.
 * @typedef {{ look: (text: string) => Look, byCode: (text: string, code: string) => Pass, byPassphrase: (text: string, key: DerivedKey) => Pass,
 *   derive: typeof import('../shared/password.js').derive }} Reader
 */

/** What only a whole vault has. */
const none = () => Promise.reject(new Error("none"));

class OfflinePass extends View {
  static properties = {
    text: {},
    reader: { attribute: false },
    held: { state: true },
    open: { state: true },
    problem: { state: true },
    busy: { state: true },
    now: { state: true },
  };

  constructor() {
    super();
    this.text = "";
    /** @type {Reader | undefined} */
    this.reader = undefined;
    /** The code or the passphrase, as typed. */
    this.held = "";
    /** @type {{ entries: import('../shared/protocol').EntryView[], holder: import('../elements/bundle-codes.js').Holder } | undefined} */
    this.open = undefined;
    this.problem = "";
    this.busy = false;
    this.now = Date.now();
  }

  connected() {
    onSecond((now) => (this.now = now), this.signal);
  }

  firstUpdated() {
    this.focusOn("input");
  }

  /**
   * @param {SubmitEvent} event
   * @param {Look} looked
   */
  async unlock(event, { job }) {
    event.preventDefault();
    const { reader, text, held } = this;
    if (!held.trim() || !reader) return;
    const done = await step(this, async () => {
      const pass = job ? await withPassword([job], held, this.signal, async ([key]) => reader.byPassphrase(text, /** @type {DerivedKey} */ (key)), reader.derive) : reader.byCode(text, held);
      this.open = { entries: pass.entries(), holder: { codes: (now) => pass.codes(now), next: none, backup: none } };
      this.held = "";
    });
    await this.focusOn(done ? "h2" : "input");
  }

  render() {
    /** @type {Look | undefined} */
    let looked;
    try {
      looked = this.reader?.look(this.text);
    } catch (error) {
      return html`<section class="card"><p class="field-error" role="alert">${errorText(error)}</p>${this.back()}</section>`;
    }
    if (!looked) return nothing;
    return html`<section class="card" aria-labelledby="offline"><h2 id="offline" tabindex="-1">${t("offline_sheet_title")}</h2>
      <p class="offline-when" role="status">${this.when(looked)}</p>
      ${this.open ? html`<bundle-codes .entries=${this.open.entries} .holder=${this.open.holder}></bundle-codes>` : this.form(looked)} ${this.back()}</section>`;
  }

  /** @param {Look} looked */
  when({ from, until }) {
    if (this.now < from) return t("offline_begins_at", when(from), when(until));
    return this.now < until ? t("offline_ends_at", when(until)) : t("offline_ended_at", when(until));
  }

  /** @param {Look} looked */
  form(looked) {
    const take = (/** @type {CustomEvent} */ event) => {
      this.held = event.detail;
      this.problem = "";
    };
    return html`<form @submit=${(/** @type {SubmitEvent} */ event) => this.unlock(event, looked)}>
      ${
        looked.job
          ? html`<password-field .label=${t("offline_passphrase")} .value=${this.held} .error=${this.problem} .disabled=${this.busy} @password-change=${take}></password-field>`
          : html`<code-field .label=${t("offline_code")} .value=${this.held} .error=${this.problem} .hint=${t("code_or_pass_hint")} .disabled=${this.busy} @code-change=${take}></code-field>`
      }
      ${this.busy ? working(t("opening_bundle")) : nothing}
      <button type="submit" class="primary" ?disabled=${this.busy || !this.held.trim()}>${t("offline_open")}</button></form>`;
  }

  back() {
    return html`<p><button type="button" class="link" ?disabled=${this.busy} @click=${() => this.tell("other")}>${t("offline_other")}</button></p>`;
  }
}

customElements.define("offline-pass", OfflinePass);
