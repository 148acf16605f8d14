/**
 * An account that is kept for an emergency: closed, and opened for a few minutes by a reason and a second unlock. On an
 * ordinary account, the way to make it one. Tells `emergency-changed` when it was opened or changed.
 */

import { html, nothing } from "lit";

import { choiceField, textField } from "../elements/account-fields.js";
import "../elements/second-unlock.js";
import { errorBanner } from "../elements/warnings.js";
import { ask, AskError } from "../shared/ask.js";
import { releaseUnused } from "../shared/by-itself.js";
import { View } from "../shared/element.js";
import { t, when } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { onChange } from "../shared/changes.js";
import { step } from "../shared/step.js";
import { hoursText } from "./waits.js";

class EmergencyCard extends View {
  static properties = {
    entry: { attribute: false },
    open: { type: Boolean },
    area: { state: true },
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
    /** @type {import('../shared/protocol').EmergencyState | undefined} */
    this.area = undefined;
    this.reason = "";
    this.unlocking = false;
    this.problem = "";
    this.busy = false;
  }

  connected() {
    this.load();
    onChange(() => this.load(), this.signal);
  }

  async load() {
    try {
      this.area = await ask({ type: "emergency" });
    } catch (error) {
      // Without a full session there is no such area; the card then has what the entry says.
      if (!(error instanceof AskError)) throw error;
    }
  }

  /** The wait that was asked for. */
  get wait() {
    return this.area?.waits.find((wait) => wait.entry === this.entry.id);
  }

  get hours() {
    return this.area?.entries.find((entry) => entry.id === this.entry.id)?.hours ?? 0;
  }

  /** Opens it, or asks for it where there is a wait. */
  async openIt() {
    const asks = this.hours > 0 && !this.wait;
    const reason = this.wait?.reason ?? this.reason;
    const opened = await step(this, async () => {
      try {
        await ask({ type: asks ? "ask-emergency" : "open-emergency", id: this.entry.id, reason });
        this.unlocking = false;
        this.reason = "";
      } catch (error) {
        if (!(error instanceof AskError && error.code === "needs-fresh")) throw error;
        this.unlocking = true;
      }
    });
    if (opened && !this.unlocking) this.tell("emergency-changed");
  }

  cancel() {
    return step(this, () => ask({ type: "cancel-emergency", id: this.entry.id }));
  }

  /** @param {number} hours */
  setWait(hours) {
    return step(this, () => ask({ type: "set-emergency-wait", ids: [this.entry.id], hours }));
  }

  decline() {
    return step(this, () => ask({ type: "decline-emergency-bundle" }));
  }

  /** @param {boolean} emergency */
  async keep(emergency) {
    const unchanged = { issuer: null, account: null, note: null, tags: null, pinned: null, unverified: null };
    const kept = await step(this, async () => {
      await ask({ type: "edit", id: this.entry.id, edit: { ...unchanged, emergency } });
      if (emergency) await releaseUnused();
    });
    if (kept) this.tell("emergency-changed");
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
    const { wait, hours } = this;
    const asks = hours > 0 && !wait;
    const action = t(asks ? "emergency_ask" : "emergency_open");
    if (wait && !wait.open) return html`${this.test(due)}${this.waiting(t("emergency_wait_runs", when(wait.until)), wait.reason)}${this.waits()}`;
    return html`${this.test(due)}
      ${wait ? this.waiting(t("emergency_wait_open", when(wait.closes)), wait.reason) : asks ? html`<p class="hint">${t("emergency_ask_hint", hoursText(hours))}</p>` : nothing}
      ${
        this.unlocking
          ? html`<second-unlock .action=${action} @fresh=${() => this.openIt()} @fresh-cancel=${() => (this.unlocking = false)}></second-unlock>`
          : html`<form @submit=${(/** @type {SubmitEvent} */ event) => {
              event.preventDefault();
              this.openIt();
            }}>${wait ? nothing : textField({ id: "emergency-reason", label: t("emergency_reason"), value: this.reason, input: (reason) => (this.reason = reason), hint: t("emergency_reason_hint") })}
          <button type="submit" class="primary" ?disabled=${this.busy || (!wait && this.reason.trim().length < 4)}>${action}</button></form>`
      }
      ${this.waits()}${this.offer()}`;
  }

  /**
   * @param {string} text
   * @param {string} reason
   */
  waiting(text, reason) {
    return html`<p>${text} ${t("emergency_wait_reason", reason)}</p>
      <div class="buttons"><button type="button" ?disabled=${this.busy} @click=${() => this.cancel()}>${t("emergency_wait_cancel")}</button></div>`;
  }

  /** How long it is waited for. */
  waits() {
    if (!this.area) return nothing;
    return html`<details class="more"><summary>${t("emergency_wait")}: ${hoursText(this.hours)}</summary>
      ${choiceField({
        id: "emergency-wait",
        label: t("emergency_wait"),
        value: String(this.hours),
        options: this.area.hours.map((hours) => /** @type {[string, string]} */ ([String(hours), hoursText(hours)])),
        change: (value) => this.setWait(Number(value)),
      })}
      <p class="hint">${t("emergency_wait_hint")} ${t("emergency_wait_honest")}</p></details>`;
  }

  /** The emergency bundle, offered once. */
  offer() {
    if (!this.area?.bundle.offer) return nothing;
    return html`<div class="offer"><p>${t("emergency_offer")}</p>
      <div class="buttons"><a class="button" href="#/emergency">${t("emergency_offer_open")}</a>
        <button type="button" class="quiet" ?disabled=${this.busy} @click=${() => this.decline()}>${t("glass_decline")}</button></div></div>`;
  }

  /** @param {number} due */
  opened(due) {
    return html`${this.test(due)}<p>${t("emergency_is_open")}</p>${this.waits()}
      <div class="buttons"><button type="button" ?disabled=${this.busy} @click=${() => this.keep(false)}>${t("emergency_keep_no_more")}</button></div>${this.offer()}`;
  }

  /** @param {number} due */
  test(due) {
    const late = due <= Date.now();
    return html`<p class=${late ? "warn-text" : "hint"}>${late ? t("emergency_test_due") : t("emergency_test_next", when(due))}</p>`;
  }
}

customElements.define("emergency-card", EmergencyCard);
