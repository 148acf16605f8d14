/** An input for a recovery code or a temporary pass, typed or read from its sheet. Tells `code-change` with the text as it stands there. */

import { html, nothing } from "lit";

import { View } from "../shared/element.js";
import { t } from "../shared/i18n.js";
import "./paper-reader.js";

let count = 0;
/** Characters of a code, hyphens and blanks left out. */
const LENGTH = 24;

export class CodeField extends View {
  static properties = { label: {}, value: {}, error: {}, hint: {}, place: { type: Number }, disabled: { type: Boolean }, pictures: { type: Boolean }, found: { state: true }, told: { state: true } };

  constructor() {
    super();
    this.number = ++count;
    this.label = "";
    this.value = "";
    this.error = "";
    this.hint = "";
    /** Which character the error is about, from 1; 0: none of them. */
    this.place = 0;
    this.disabled = false;
    /** It can be read from pictures, too. */
    this.pictures = false;
    /** Codes of a sheet, of which one is to be chosen. @type {string[]} */
    this.found = [];
    /** What became of the pictures. */
    this.told = "";
  }

  /** Puts the cursor into the field: on the character that is wrong, where one is. */
  async take() {
    await this.updateComplete;
    const input = this.querySelector("input");
    input?.focus();
    const at = placeIn(this.value, this.place);
    if (at >= 0) input?.setSelectionRange(at, at + 1);
    else input?.select();
  }

  /** @param {string} text */
  change(text) {
    this.value = text;
    this.found = [];
    this.told = "";
    this.tell("code-change", text);
  }

  /** What pictures say: one code goes in, of a whole sheet one is chosen first. @param {import('./paper-reader.js').Read[]} read */
  async readPaper(read) {
    const codes = [...new Set(read.map(({ text }) => text))];
    const [code] = codes;
    if (code !== undefined && codes.length === 1) return await this.put(code);
    this.found = codes.sort();
    this.told = t("paper_which", codes.length);
    this.reader?.close();
    await this.focusOn(".paper-codes button");
  }

  get reader() {
    return /** @type {import('./paper-reader.js').PaperReader | null} */ (this.querySelector("paper-reader"));
  }

  /** @param {string} code */
  async put(code) {
    this.change(code);
    this.told = t("paper_code_in");
    this.reader?.close();
    await this.take();
  }

  render() {
    const id = `code-${this.number}`;
    const typed = bare(this.value).length;
    return html`<div class="field">
      <label for=${id}>${this.label}</label>
      <input id=${id} class="mono code-input" .value=${this.value} autocomplete="off" autocapitalize="characters" autocorrect="off"
        spellcheck="false" placeholder="XXXX-XXXX-XXXX-XXXX-XXXX-XXXX" ?disabled=${this.disabled}
        aria-invalid=${this.error ? "true" : "false"} aria-describedby="${id}-hint ${id}-error"
        @input=${(/** @type {InputEvent} */ event) => this.change(/** @type {HTMLInputElement} */ (event.target).value)}>
      <p class="hint" id="${id}-hint">${this.hint} ${typed ? t("code_typed", typed, LENGTH) : nothing}</p>
      <p class="field-error" id="${id}-error" role="alert">${this.error}</p>
    </div>
    ${this.pictures ? this.paper() : nothing}`;
  }

  paper() {
    return html`<paper-reader wants="code" .disabled=${this.disabled} @paper=${(/** @type {CustomEvent} */ event) => this.readPaper(event.detail)}></paper-reader>
      <p class="hint paper-told" role="status">${this.error ? "" : this.told}</p>
      ${
        this.found.length
          ? html`<ul class="code-list paper-codes">${this.found.map(
              (code) => html`<li><button type="button" class="quiet mono" ?disabled=${this.disabled} @click=${() => this.put(code)}>${code}</button></li>`,
            )}</ul>`
          : nothing
      }`;
  }
}

/** @param {string} text */
function bare(text) {
  return text.replaceAll(/[\s\-_.]/g, "");
}

/**
 * Where the n-th character of a code stands in the text as typed; -1 when there is none.
 * @param {string} text
 * @param {number} place
 */
export function placeIn(text, place) {
  let seen = 0;
  return place > 0 ? [...text].findIndex((char) => bare(char) !== "" && ++seen === place) : -1;
}

customElements.define("code-field", CodeField);
