/** An input for a recovery code or a temporary pass. Tells `code-change` with the text as typed. */

import { html, nothing } from "lit";

import { View } from "../shared/element.js";
import { t } from "../shared/i18n.js";

let count = 0;
/** Characters of a code, hyphens and blanks left out. */
const LENGTH = 24;

export class CodeField extends View {
  static properties = { label: {}, value: {}, error: {}, hint: {}, place: { type: Number }, disabled: { type: Boolean } };

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

  render() {
    const id = `code-${this.number}`;
    const typed = bare(this.value).length;
    return html`<div class="field">
      <label for=${id}>${this.label}</label>
      <input id=${id} class="mono code-input" .value=${this.value} autocomplete="off" autocapitalize="characters" autocorrect="off"
        spellcheck="false" placeholder="XXXX-XXXX-XXXX-XXXX-XXXX-XXXX" ?disabled=${this.disabled}
        aria-invalid=${this.error ? "true" : "false"} aria-describedby="${id}-hint ${id}-error"
        @input=${(/** @type {InputEvent} */ event) => {
          this.value = /** @type {HTMLInputElement} */ (event.target).value;
          this.tell("code-change", this.value);
        }}>
      <p class="hint" id="${id}-hint">${this.hint} ${typed ? t("code_typed", typed, LENGTH) : nothing}</p>
      <p class="field-error" id="${id}-error" role="alert">${this.error}</p>
    </div>`;
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
