/**
 * An account that is kept for an emergency: closed, and opened for a few minutes by a reason and a second unlock. On an
 * ordinary account, the way to make it one. Tells `emergency-changed` when it was opened or changed.
 */

import { html } from "lit";

import { textField } from "../elements/account-fields.js";
import "../elements/second-unlock.js";
import { errorBanner } from "../elements/warnings.js";
import { ask, AskError } from "../shared/ask.js";
import { View } from "../shared/element.js";
import { t, when } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { step } from "../shared/step.js";

class EmergencyCard extends View {
  static properties = {
    entry: { attribute: false },
    open: { type: Boolean },
    reason: { state: true },
    unlocking: { state: true },
    problem: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    /** @type {import('../shared/protocol').EntryView} */
    this.entry = /** @type {any} */ (undefined);
    /** Its code is shown now. */
    this.open = false;
    this.reason = "";
    this.unlocking = false;
    this.problem = "";
    this.busy = false;
  }

  async openIt() {
    const opened = await step(this, async () => {
      try {
        await ask({ type: "open-emergency", id: this.entry.id, reason: this.reason });
        this.unlocking = false;
        this.reason = "";
      } catch (error) {
        if (!(error instanceof AskError && error.code === "needs-fresh")) throw error;
        this.unlocking = true;
      }
    });
    if (opened && !this.unlocking) this.tell("emergency-changed");
  }

  /** @param {boolean} emergency */
  async keep(emergency) {
    const unchanged = { issuer: null, account: null, note: null, tags: null, pinned: null, unverified: null };
    if (await step(this, () => ask({ type: "edit", id: this.entry.id, edit: { ...unchanged, emergency } }))) this.tell("emergency-changed");
  }

  render() {
    const { entry } = this;
    return html`<section class="card emergency" aria-labelledby="emergency-title"><h2 id="emergency-title">${t("emergency_title")}</h2>
      ${errorBanner(this.problem)}
      ${entry.emergency == null ? this.ordinary() : this.open ? this.opened(entry.emergency) : this.closed(entry.emergency)}
      <p class="hint">${t("emergency_stronger")} <a href="#/help/emergency">${t("learn_more")}</a></p></section>`;
  }

  ordinary() {
    return html`<p class="hint">${t("emergency_text")}</p>
      <button type="button" ?disabled=${this.busy} @click=${() => this.keep(true)}>${icon("shield")}${t("emergency_keep")}</button>`;
  }

  /** @param {number} due */
  closed(due) {
    return html`${this.test(due)}
      ${
        this.unlocking
          ? html`<second-unlock .action=${t("emergency_open")} @fresh=${() => this.openIt()} @fresh-cancel=${() => (this.unlocking = false)}></second-unlock>`
          : html`<form @submit=${(/** @type {SubmitEvent} */ event) => {
              event.preventDefault();
              this.openIt();
            }}>${textField({ id: "emergency-reason", label: t("emergency_reason"), value: this.reason, input: (reason) => (this.reason = reason), hint: t("emergency_reason_hint") })}
          <button type="submit" class="primary" ?disabled=${this.busy || this.reason.trim().length < 4}>${t("emergency_open")}</button></form>`
      }`;
  }

  /** @param {number} due */
  opened(due) {
    return html`${this.test(due)}<p>${t("emergency_is_open")}</p>
      <button type="button" ?disabled=${this.busy} @click=${() => this.keep(false)}>${t("emergency_keep_no_more")}</button>`;
  }

  /** @param {number} due */
  test(due) {
    const late = due <= Date.now();
    return html`<p class=${late ? "warn-text" : "hint"}>${late ? t("emergency_test_due") : t("emergency_test_next", when(due))}</p>`;
  }
}

customElements.define("emergency-card", EmergencyCard);
