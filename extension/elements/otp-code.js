/** A code in groups, spelled out for screen readers, with the following one beside it when asked. */

import { html, nothing } from "lit";

import { View } from "../shared/element.js";
import { groups, spelled } from "../shared/format.js";
import { t } from "../shared/i18n.js";

export class OtpCode extends View {
  static properties = { code: {}, next: {}, veiled: { type: Boolean } };

  constructor() {
    super();
    /** The characters; empty while there is none. */
    this.code = "";
    /** @type {string | null | undefined} The following code, when it is to be shown. */
    this.next = undefined;
    /** Dots until the row is pointed at or holds the focus. */
    this.veiled = false;
  }

  render() {
    return html`<span class="otp ${this.veiled ? "otp-veiled" : ""}">
        <span class="visually-hidden">${spelled(this.code)}</span>
        <span class="otp-real" aria-hidden="true">${grouped(this.code)}</span>
        ${this.veiled ? html`<span class="otp-dots" aria-hidden="true">${grouped("•".repeat(this.code.length))}</span>` : nothing}
      </span>
      ${
        this.next
          ? html`<span class="otp-next ${this.veiled ? "otp-veiled" : ""}">
            <span class="visually-hidden">${t("next_code_is", spelled(this.next))}</span>
            <span class="otp-real" aria-hidden="true">${grouped(this.next)}</span>
          </span>`
          : nothing
      }`;
  }
}

/** @param {string} code */
function grouped(code) {
  return groups(code).map((part) => html`<span class="otp-part">${part}</span>`);
}

customElements.define("otp-code", OtpCode);
