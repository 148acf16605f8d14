/** A row of QR codes, one after the other, for another device's camera. It can be held and stepped through. */

import { html } from "lit";

import { View } from "../shared/element.js";
import { t } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import "./qr-image.js";

/** A camera that reads seven pictures a second sees each code at least once. */
const EACH_MS = 300;

class QrFrames extends View {
  static properties = { codes: { attribute: false }, label: {}, at: { state: true }, held: { state: true } };

  constructor() {
    super();
    /** @type {string[][]} */
    this.codes = [];
    this.label = "";
    this.at = 0;
    this.held = false;
  }

  connected() {
    const timer = setInterval(() => this.held || this.step(1), EACH_MS);
    this.signal.addEventListener("abort", () => clearInterval(timer));
  }

  /** @param {number} by */
  step(by) {
    const count = this.codes.length || 1;
    this.at = (this.at + by + count) % count;
  }

  render() {
    const count = this.codes.length;
    return html`<div class="qr-frames"><qr-image .rows=${this.codes[this.at] ?? []} .label=${this.label}></qr-image>
      <div class="buttons"><span class="hint">${t("frames_at", this.at + 1, count)}</span>
        <button type="button" class="quiet" aria-pressed=${this.held ? "true" : "false"} @click=${() => (this.held = !this.held)}>${t("frames_hold")}</button>
        <button type="button" class="quiet icon-button" aria-label=${t("frames_next")} @click=${() => {
          this.held = true;
          this.step(1);
        }}>${icon("next")}</button></div></div>`;
  }
}

customElements.define("qr-frames", QrFrames);
