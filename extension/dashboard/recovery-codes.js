/** Recovery codes: how many are left, making them, the sheet to print, and one code typed back before they count. */

import { html, nothing } from "lit";

import { choiceField } from "../elements/account-fields.js";
import { askFresh } from "../elements/ask-fresh.js";
import "../elements/code-field.js";
import "../elements/new-password.js";
import { errorBanner } from "../elements/warnings.js";
import { working } from "../elements/working.js";
import { ask, AskError } from "../shared/ask.js";
import { View } from "../shared/element.js";
import { errorText, t, tn } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { deriveNew } from "../shared/password.js";
import { save } from "../shared/save.js";
import { toast } from "../shared/toast.js";
import { codesSheet, vaultWords } from "./codes-sheet.js";

/** @typedef {import('./codes-sheet.js').Sheet} Sheet */

const COUNTS = [5, 8, 10, 12, 16];
const FEW = 3;

class RecoveryCodes extends View {
  static properties = {
    status: { attribute: false },
    pairs: { type: Boolean },
    asking: { state: true },
    count: { state: true },
    paired: { state: true },
    password: { state: true },
    sheet: { state: true },
    typed: { state: true },
    problem: { state: true },
    place: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    /** @type {import('../shared/protocol').Status} */
    this.status = /** @type {any} */ (undefined);
    /** The set that is there goes with a password. */
    this.pairs = false;
    this.asking = false;
    this.count = 10;
    this.paired = false;
    this.password = "";
    /** @type {Sheet | undefined} The codes, for as long as they are on the screen. */
    this.sheet = undefined;
    /** @type {import('../shared/protocol').DerivedKey | null} */
    this.key = null;
    this.typed = "";
    this.problem = "";
    this.place = 0;
    /** @type {AbortController | undefined} */
    this.busy = undefined;
  }

  /**
   * @param {(signal: AbortSignal) => Promise<void>} work
   */
  async run(work) {
    if (this.busy) return;
    const busy = new AbortController();
    this.busy = busy;
    this.problem = "";
    this.place = 0;
    const signal = AbortSignal.any([this.signal, busy.signal]);
    try {
      await work(signal);
    } catch (error) {
      if (signal.aborted) return;
      this.problem = errorText(error);
      if (error instanceof AskError && /^code-(character|check-at)$/.test(error.code)) this.place = error.number ?? 0;
    } finally {
      this.busy = undefined;
    }
  }

  /**
   * @param {number} count
   * @param {boolean} add
   */
  async make(count, add) {
    await this.run(async (signal) => {
      this.key = null;
      if (this.paired && !add) {
        const { jobs } = await ask({ type: "plan-create", profile: "argon2id" });
        this.key = await deriveNew(jobs, this.password, signal);
      }
      this.sheet = await askFresh({ type: "make-codes", count, add, key: this.key });
      this.asking = false;
      this.password = "";
      this.typed = "";
    });
    await this.focusOn(".sheet-actions button");
  }

  /** @param {SubmitEvent} event */
  async keep(event) {
    event.preventDefault();
    if (!this.typed.trim()) return;
    await this.run(async () => {
      await ask({ type: "keep-codes", way: { kind: "code", code: this.typed, keys: this.key ? [this.key] : [] } });
      this.sheet = undefined;
      this.key = null;
      this.typed = "";
      toast(t("codes_kept"));
    });
    if (this.problem) /** @type {import('../elements/code-field.js').CodeField | null} */ (this.querySelector("code-field"))?.take();
  }

  saveText() {
    const { sheet } = this;
    if (!sheet) return;
    const words = vaultWords(sheet);
    const lines = [words.title, words.of, ""];
    for (const { number, code } of sheet.codes) lines.push(`${String(number).padStart(2)}  ${code}`);
    lines.push("", words.use, words.away, "");
    save(`sparekey-codes-${sheet.vault}.txt`, new TextEncoder().encode(lines.join("\n")));
  }

  render() {
    return html`<section class="card" aria-labelledby="codes-title"><h2 id="codes-title">${t("recovery_codes")}</h2>
      ${this.sheet ? this.sheetView(this.sheet) : html`${this.state()}${errorBanner(this.problem)}${this.asking ? this.form() : this.actions()}`}
    </section>`;
  }

  state() {
    const { codes } = this.status;
    if (!codes) return html`<p>${t("codes_lead")}</p>`;
    const left = codes.left ? tn("codes_left", codes.left, Math.max(codes.made, codes.left)) : t("codes_none_left");
    return html`<p class=${codes.left <= FEW ? "codes-few" : ""}>${left}</p>
      ${codes.unkept ? html`<p class="codes-few">${tn("codes_unkept", codes.unkept)}</p>` : nothing}
      <p class="hint">${t("codes_copies_stay")}</p>`;
  }

  actions() {
    const { codes } = this.status;
    const missing = codes ? codes.made - codes.left : 0;
    const fills = codes && codes.left > 0 && missing > 0 && !this.pairs;
    return html`<div class="buttons">
      <button type="button" class=${codes && codes.left > FEW ? "" : "primary"} @click=${() => this.ask()}>${icon("add")}${t(codes ? "codes_make_new" : "codes_make")}</button>
      ${fills ? html`<button type="button" ?disabled=${!!this.busy} @click=${() => this.make(missing, true)}>${tn("codes_replace", missing)}</button>` : nothing}
    </div>`;
  }

  async ask() {
    this.asking = true;
    await this.focusOn("#codes-count");
  }

  form() {
    const busy = !!this.busy;
    return html`<form @submit=${(/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      if (!this.paired || this.password) this.make(this.count, false);
    }}>
      ${choiceField({
        id: "codes-count",
        label: t("codes_count"),
        value: String(this.count),
        options: COUNTS.map((count) => [String(count), String(count)]),
        change: (count) => (this.count = Number(count)),
      })}
      <label class="check"><input type="checkbox" .checked=${this.paired} ?disabled=${busy}
        @change=${(/** @type {Event} */ event) => (this.paired = /** @type {HTMLInputElement} */ (event.target).checked)}>
        <span>${t("codes_paired")}<small>${t("codes_paired_hint")}</small></span></label>
      ${
        this.paired
          ? html`<new-password .what=${t("code_password")} .disabled=${busy} @password-ready=${(/** @type {CustomEvent} */ event) => (this.password = event.detail)}></new-password>`
          : nothing
      }
      ${this.status.codes?.left ? html`<p class="hint">${t("codes_former_void")}</p>` : nothing}
      ${this.busy ? working(t("working"), () => this.busy?.abort()) : nothing}
      <div class="buttons"><button type="submit" class="primary" ?disabled=${busy || (this.paired && !this.password)}>${t("codes_make")}</button>
        <button type="button" ?disabled=${busy} @click=${() => (this.asking = false)}>${t("cancel")}</button></div>
    </form>`;
  }

  /** @param {Sheet} sheet */
  sheetView(sheet) {
    return html`${codesSheet(sheet, vaultWords(sheet))}
      <div class="buttons sheet-actions">
        <button type="button" class="primary" @click=${() => print()}>${t("print")}</button>
        <button type="button" @click=${() => this.saveText()}>${t("codes_save_text")}</button>
      </div>
      <form class="sheet-back" @submit=${(/** @type {SubmitEvent} */ event) => this.keep(event)}>
        <p>${t("codes_type_back_why")}</p>
        <code-field .label=${t("codes_type_back")} .value=${this.typed} .error=${this.problem} .place=${this.place} .disabled=${!!this.busy}
          @code-change=${(/** @type {CustomEvent} */ event) => {
            this.typed = event.detail;
            this.problem = "";
          }}></code-field>
        <button type="submit" class="primary" ?disabled=${!!this.busy || !this.typed.trim()}>${t("codes_keep")}</button>
      </form>`;
  }
}

customElements.define("recovery-codes", RecoveryCodes);
