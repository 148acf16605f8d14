/** Recovery codes of the emergency bundle: made, printed, one typed back, kept. They open nothing before that. */

import { html, nothing } from "lit";

import { askFresh } from "../elements/ask-fresh.js";
import "../elements/code-field.js";
import { Work } from "../elements/work.js";
import { AskError } from "../shared/ask.js";
import { View } from "../shared/element.js";
import { errorText, t, tn } from "../shared/i18n.js";
import { toast } from "../shared/toast.js";
import { codesSheet, emergencyWords } from "./codes-sheet.js";

/** @typedef {import('./codes-sheet.js').Sheet} Sheet */

/** Five people or five tries: an emergency bundle is opened rarely. */
const COUNT = 5;

class EmergencyCodes extends View {
  static properties = { count: { type: Number }, sheet: { state: true }, typed: { state: true }, problem: { state: true }, place: { state: true } };

  constructor() {
    super();
    /** How many there are. */
    this.count = 0;
    /** @type {Sheet | undefined} The codes, for as long as they are on the screen. */
    this.sheet = undefined;
    this.typed = "";
    this.problem = "";
    this.place = 0;
    this.work = new Work(this);
  }

  async make() {
    await this.work.run(async () => {
      this.sheet = await askFresh({ type: "make-emergency-codes", count: COUNT });
      this.typed = "";
      this.problem = "";
    });
    await this.focusOn(".sheet-actions button");
  }

  /** @param {SubmitEvent} event */
  async keep(event) {
    event.preventDefault();
    const { sheet } = this;
    if (!sheet || !this.typed.trim()) return;
    const codes = sheet.codes.map(({ code }) => code);
    const fail = (/** @type {unknown} */ error) => {
      this.problem = errorText(error);
      this.place = error instanceof AskError && /^code-(character|check-at)$/.test(error.code) ? (error.number ?? 0) : 0;
    };
    await this.work.run(
      async () => {
        await askFresh({ type: "keep-emergency-codes", codes, typed: this.typed });
        this.sheet = undefined;
        toast(t("glass_codes_kept"));
      },
      { fail },
    );
    if (this.problem) await /** @type {import('../elements/code-field.js').CodeField | null} */ (this.querySelector("code-field"))?.take();
  }

  render() {
    return html`<section class="card" aria-labelledby="glass-codes-head"><h2 id="glass-codes-head">${t("glass_codes")}</h2>
      ${this.sheet ? this.sheetView(this.sheet) : this.overview()}</section>`;
  }

  overview() {
    return html`<p>${this.count ? tn("glass_codes_now", this.count) : t("glass_codes_lead")}</p>${this.work.banner()}
      ${this.count ? html`<p class="hint">${t("glass_former_void")}</p>` : nothing}
      <div class="buttons"><button type="button" ?disabled=${this.work.busy} @click=${() => this.make()}>${t(this.count ? "codes_make_new" : "codes_make")}</button></div>`;
  }

  /** @param {Sheet} sheet */
  sheetView(sheet) {
    return html`${codesSheet(sheet, emergencyWords(sheet))}
      <div class="buttons sheet-actions"><button type="button" class="primary" @click=${() => print()}>${t("print")}</button>
        <button type="button" @click=${() => (this.sheet = undefined)}>${t("cancel")}</button></div>
      <form class="sheet-back" @submit=${(/** @type {SubmitEvent} */ event) => this.keep(event)}>
        <p>${t("glass_codes_back_why")}</p>
        <code-field .label=${t("codes_type_back")} .value=${this.typed} .error=${this.problem} .place=${this.place} .disabled=${this.work.busy}
          @code-change=${(/** @type {CustomEvent} */ event) => {
            this.typed = event.detail;
            this.problem = "";
          }}></code-field>
        <button type="submit" class="primary" ?disabled=${this.work.busy || !this.typed.trim()}>${t("codes_keep")}</button>
      </form>`;
  }
}

customElements.define("emergency-codes", EmergencyCodes);
