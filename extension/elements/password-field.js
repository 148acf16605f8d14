/** A password input that can be looked at. Tells `password-change` with the text. */

import { html, nothing } from "lit";

import { View } from "../shared/element.js";
import { t } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";

let count = 0;

export class PasswordField extends View {
  static properties = {
    label: {},
    value: { attribute: false },
    error: {},
    hint: {},
    described: {},
    purpose: {},
    disabled: { type: Boolean },
    shown: { state: true },
  };

  constructor() {
    super();
    this.number = ++count;
    this.label = "";
    this.value = "";
    this.error = "";
    this.hint = "";
    /** Ids of what else describes it, outside. */
    this.described = "";
    /** @type {'current-password' | 'new-password' | 'off'} */
    this.purpose = "off";
    this.disabled = false;
    this.shown = false;
  }

  /** Puts the cursor into the field and selects what is there. */
  async take() {
    await this.updateComplete;
    this.querySelector("input")?.select();
  }

  render() {
    const id = `password-${this.number}`;
    return html`<div class="field">
      <label for=${id}>${this.label}</label>
      <div class="with-button">
        <input id=${id} .value=${this.value} type=${this.shown ? "text" : "password"} autocomplete=${this.purpose}
          autocapitalize="off" autocorrect="off" spellcheck="false" ?disabled=${this.disabled}
          aria-invalid=${this.error ? "true" : "false"} aria-describedby="${this.described} ${id}-hint ${id}-error"
          @input=${(/** @type {InputEvent} */ event) => {
            this.value = /** @type {HTMLInputElement} */ (event.target).value;
            this.tell("password-change", this.value);
          }}>
        <button type="button" class="icon-button" aria-pressed=${this.shown ? "true" : "false"} aria-label=${t("show_password")}
          title=${t("show_password")} @click=${() => (this.shown = !this.shown)}>${icon(this.shown ? "hide" : "eye")}</button>
      </div>
      ${this.hint ? html`<p class="hint" id="${id}-hint">${this.hint}</p>` : nothing}
      <p class="field-error" id="${id}-error" role="alert">${this.error}</p>
    </div>`;
  }
}

customElements.define("password-field", PasswordField);
