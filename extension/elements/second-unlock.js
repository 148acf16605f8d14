/** The password once more, for what lies behind a second unlock. Tells `fresh` when it was right, and `fresh-cancel`. */

import { html, nothing } from "lit";

import { ask } from "../shared/ask.js";
import { View } from "../shared/element.js";
import { t } from "../shared/i18n.js";
import { withPassword } from "../shared/password.js";
import { step } from "../shared/step.js";
import "./password-field.js";
import { working } from "./working.js";

export class SecondUnlock extends View {
  static properties = { action: {}, text: { state: true }, problem: { state: true }, busy: { state: true } };

  constructor() {
    super();
    /** What the button says. */
    this.action = "";
    this.text = "";
    this.problem = "";
    this.busy = false;
  }

  firstUpdated() {
    this.focusOn("input");
  }

  /** @param {SubmitEvent} event */
  async unlock(event) {
    event.preventDefault();
    if (!this.text) return;
    const done = await step(this, async () => {
      const { jobs } = await ask({ type: "plan-fresh" });
      await withPassword(jobs, this.text, this.signal, (keys) => ask({ type: "fresh", keys }));
      this.text = "";
    });
    // Whoever went on meanwhile, to another account perhaps, wants it no more.
    if (!this.isConnected) return;
    if (done) this.tell("fresh");
    else await this.focusOn("input");
  }

  render() {
    return html`<form class="second-unlock" @submit=${(/** @type {SubmitEvent} */ event) => this.unlock(event)}>
      <password-field .label=${t("password_current")} .hint=${t("second_unlock_hint")} .value=${this.text} .error=${this.problem} purpose="current-password"
        .disabled=${this.busy} @password-change=${(/** @type {CustomEvent} */ event) => (this.text = event.detail)}></password-field>
      ${this.busy ? working(t("unlocking")) : nothing}
      <div class="buttons">
        <button type="submit" class="primary" ?disabled=${this.busy || !this.text}>${this.action || t("show")}</button>
        <button type="button" ?disabled=${this.busy} @click=${() => this.tell("fresh-cancel")}>${t("cancel")}</button>
      </div>
    </form>`;
  }
}

customElements.define("second-unlock", SecondUnlock);
