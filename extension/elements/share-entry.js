/**
 * Where shares are typed in or read from pictures of their sheets, in any order: says what is wrong with the one just given, and
 * how many are still missing. Tells `shares-ready` with all of them when there are enough.
 */

import { html, nothing } from "lit";

import { ask, AskError } from "../shared/ask.js";
import { View } from "../shared/element.js";
import { errorText, t, tn } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { named } from "./paper-reader.js";

let count = 0;

export class ShareEntry extends View {
  static properties = {
    shares: { state: true },
    text: { state: true },
    need: { state: true },
    check: { attribute: false },
    problem: { state: true },
    disabled: { type: Boolean },
  };

  constructor() {
    super();
    this.number = ++count;
    /** @type {string[]} Shares that are right. */
    this.shares = [];
    this.text = "";
    /** How many are needed; 0: not known yet. */
    this.need = 0;
    this.problem = "";
    this.disabled = false;
    /** Says how far somebody is; without it the background does. @type {((shares: string[]) => Promise<{ have: number, need: number }>) | undefined} */
    this.check = undefined;
    /** Pictures that are looked at, one after the other. @type {Promise<unknown>} */
    this.reading = Promise.resolve();
  }

  /** Puts the cursor into the field. */
  async take() {
    await this.focusOn("textarea");
  }

  async add() {
    if (!this.text.trim()) return;
    this.problem = await this.put(this.text);
    if (!this.problem) this.text = "";
    await this.take();
  }

  /** What pictures say, as long as some are missing; all that is wrong is told. @param {import('./paper-reader.js').Read[]} read */
  readPaper(read) {
    this.reading = this.reading.then(async () => {
      const problems = [];
      for (const { text, from } of read) {
        const problem = await this.put(text);
        if (problem) problems.push(named(from, problem));
        if (this.whole) break;
      }
      this.problem = problems.join("\n");
      if (!this.whole) return;
      /** @type {import('./paper-reader.js').PaperReader | null} */ (this.querySelector("paper-reader"))?.close();
      await this.take();
    });
  }

  /** There are as many as are needed. */
  get whole() {
    return this.need > 0 && this.shares.length >= this.need;
  }

  /** Takes a share to the others. @param {string} text @returns {Promise<string>} what is wrong with it */
  async put(text) {
    const shares = [...this.shares, text];
    try {
      const { have, need } = await (this.check ? this.check(shares) : ask({ type: "check-shares", shares }));
      this.shares = shares;
      this.need = need;
      if (have >= need) this.tell("shares-ready", shares);
      return "";
    } catch (error) {
      return error instanceof AskError ? errorText(error) : t("error_unknown", "");
    }
  }

  render() {
    const id = `share-${this.number}`;
    const missing = Math.max(this.need - this.shares.length, 0);
    return html`<div class="field">
        <label for=${id}>${t("share_number", this.shares.length + 1)}</label>
        <textarea id=${id} class="mono" rows="3" .value=${this.text} autocomplete="off" autocapitalize="off" spellcheck="false" ?disabled=${this.disabled}
          aria-invalid=${this.problem ? "true" : "false"} aria-describedby="${id}-hint ${id}-error"
          @input=${(/** @type {InputEvent} */ event) => {
            this.text = /** @type {HTMLTextAreaElement} */ (event.target).value;
            this.problem = "";
          }}></textarea>
        <p class="hint" id="${id}-hint">${t("share_hint")}</p>
        <p class="field-error" id="${id}-error" role="alert">${this.problem}</p>
      </div>
      ${this.shares.length ? html`<p class="good" role="status">${icon("done")}${tn("shares_right", this.shares.length)} ${missing ? tn("shares_missing", missing) : ""}</p>` : nothing}
      <button type="button" class="share-add" ?disabled=${this.disabled || !this.text.trim()} @click=${() => this.add()}>${t("share_add")}</button>
      <paper-reader wants="share" .disabled=${this.disabled} @paper=${(/** @type {CustomEvent} */ event) => this.readPaper(event.detail)}></paper-reader>`;
  }
}

customElements.define("share-entry", ShareEntry);
