/** The temporary pass: making one, the page to hand over, its state, and the limits that the vault sets. */

import { html, nothing } from "lit";

import { choiceField } from "../elements/account-fields.js";
import { askFresh } from "../elements/ask-fresh.js";
import "../elements/qr-image.js";
import { Work } from "../elements/work.js";
import { ask } from "../shared/ask.js";
import { now } from "../shared/clock.js";
import { View } from "../shared/element.js";
import { coded, t, tn, when } from "../shared/i18n.js";
import { toast } from "../shared/toast.js";

/** @typedef {import('../shared/protocol').PassView} PassView */
/** @typedef {import('../shared/protocol').PassLimits} PassLimits */
/** @typedef {Extract<import('../shared/protocol').Reply, { type: 'pass' }>} Pass */

/** Lifetimes that are offered, in minutes: ten minutes to thirty days. */
const LIFETIMES = [10, 30, 60, 240, 480, 1440, 4320, 10_080, 43_200];

class TemporaryPass extends View {
  static properties = {
    passes: { attribute: false },
    limits: { attribute: false },
    asking: { state: true },
    minutes: { state: true },
    once: { state: true },
    start: { state: true },
    pass: { state: true },
  };

  constructor() {
    super();
    /** @type {PassView[]} */
    this.passes = [];
    /** @type {PassLimits} */
    this.limits = { allowed: true, min: 10, max: 43_200, usual: 60, once: false };
    this.asking = false;
    this.minutes = 60;
    this.once = true;
    /** A local date and time as the input gives it; empty: at once. */
    this.start = "";
    /** @type {Pass | undefined} The pass, for as long as it is on the screen. */
    this.pass = undefined;
    this.work = new Work(this);
  }

  async ask() {
    const offered = this.lifetimes();
    this.minutes = offered.includes(this.limits.usual) ? this.limits.usual : (offered[0] ?? this.limits.min);
    this.once = true;
    this.start = "";
    this.asking = true;
    await this.focusOn("#pass-minutes");
  }

  lifetimes() {
    const { min, max, usual } = this.limits;
    return [...new Set([min, usual, ...LIFETIMES])].filter((minutes) => minutes >= min && minutes <= max).sort((a, b) => a - b);
  }

  async make() {
    await this.work.run(async () => {
      const start = this.start ? new Date(this.start).getTime() : null;
      this.pass = await askFresh({ type: "make-pass", form: { minutes: this.minutes, start, once: this.once } });
      this.asking = false;
    });
    await this.focusOn(".sheet-actions button");
  }

  /** @param {string} id */
  async end(id) {
    await this.work.run(async () => {
      await ask({ type: "remove-ways", ids: [id] });
      toast(t("pass_ended"));
    });
  }

  /** @param {Partial<PassLimits>} part */
  async limit(part) {
    await this.work.run(async () => {
      const limits = { ...this.limits, ...part };
      limits.usual = Math.min(Math.max(limits.usual, limits.min), limits.max);
      await ask({ type: "set-pass-limits", limits });
      // The next choice may come before the page has looked again: it is built on this one.
      this.limits = limits;
    });
  }

  render() {
    return html`<section class="card" aria-labelledby="pass-title"><h2 id="pass-title">${t("temporary_pass")}</h2>
      ${this.work.banner()}
      ${this.pass ? this.sheet(this.pass) : this.overview()}
    </section>`;
  }

  overview() {
    return html`<p>${t("pass_lead")}</p>
      ${
        this.passes.length
          ? html`<ul class="plain-list">${this.passes.slice(0, 5).map((pass) => this.row(pass))}</ul>`
          : nothing
      }
      ${this.asking ? this.form() : nothing}
      ${
        this.asking
          ? nothing
          : html`<div class="buttons"><button type="button" ?disabled=${!this.limits.allowed} @click=${() => this.ask()}>${t("pass_make")}</button></div>`
      }
      <p><a class="link" href="#/offline">${t("offline_link")}</a></p>
      ${this.limitsView()}`;
  }

  /** @param {PassView} pass */
  row(pass) {
    const lives = pass.state === "enabled-by-policy" || pass.state === "not-yet-valid" || pass.state === "disabled-by-policy";
    return html`<li><div class="names"><span class="issuer">${coded("pass_state", pass.state)}</span>
      <span class="account">${t("pass_from_to", when(pass.start), when(pass.end))}, ${t(pass.once ? "pass_once" : "pass_many")}</span></div>
      ${lives ? html`<button type="button" class="quiet" ?disabled=${this.work.busy} @click=${() => this.end(pass.id)}>${t("pass_end")}</button>` : nothing}</li>`;
  }

  form() {
    return html`<form @submit=${(/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      this.make();
    }}>
      <div class="form-grid">
      ${choiceField({
        id: "pass-minutes",
        label: t("pass_lifetime"),
        value: String(this.minutes),
        options: this.lifetimes().map((minutes) => [String(minutes), lifetime(minutes)]),
        change: (minutes) => (this.minutes = Number(minutes)),
      })}
      <div class="field"><label for="pass-start">${t("pass_start")}</label>
        <input id="pass-start" type="datetime-local" .value=${this.start} min=${localTime(now())}
          @input=${(/** @type {InputEvent} */ event) => (this.start = /** @type {HTMLInputElement} */ (event.target).value)}>
        <p class="hint">${t("pass_start_hint")}</p></div>
      </div>
      <fieldset><legend>${t("pass_opens")}</legend>
        ${this.choice(true, "pass_once", "pass_once_hint", false)}${this.choice(false, "pass_many", "pass_many_hint", this.limits.once)}
      </fieldset>
      <p class="hint">${t("pass_honest")}</p>
      <div class="buttons"><button type="submit" class="primary" ?disabled=${this.work.busy}>${t("pass_make")}</button>
        <button type="button" ?disabled=${this.work.busy} @click=${() => (this.asking = false)}>${t("cancel")}</button></div>
    </form>`;
  }

  /**
   * @param {boolean} once
   * @param {string} key
   * @param {string} hint
   * @param {boolean} disabled
   */
  choice(once, key, hint, disabled) {
    return html`<label class="check"><input type="radio" name="pass-once" .checked=${this.once === once} ?disabled=${disabled}
      @change=${() => (this.once = once)}><span>${t(key)}<small>${t(hint)}</small></span></label>`;
  }

  limitsView() {
    const { limits } = this;
    const choices = (/** @type {(minutes: number) => boolean} */ fits, /** @type {number} */ own) =>
      [...new Set([...LIFETIMES.filter(fits), own])].sort((a, b) => a - b).map((minutes) => /** @type {[string, string]} */ ([String(minutes), lifetime(minutes)]));
    return html`<details class="more"><summary>${t("pass_limits")}</summary>
      <label class="check"><input type="checkbox" .checked=${limits.allowed} @change=${(/** @type {Event} */ event) => this.limit({ allowed: checked(event) })}>
        <span>${t("pass_allowed")}</span></label>
      <label class="check"><input type="checkbox" .checked=${limits.once} @change=${(/** @type {Event} */ event) => this.limit({ once: checked(event) })}>
        <span>${t("pass_only_once")}</span></label>
      <div class="form-grid">
        ${choiceField({ id: "pass-min", label: t("pass_min"), value: String(limits.min), options: choices((m) => m <= limits.max, limits.min), change: (min) => this.limit({ min: Number(min) }) })}
        ${choiceField({ id: "pass-max", label: t("pass_max"), value: String(limits.max), options: choices((m) => m >= limits.min, limits.max), change: (max) => this.limit({ max: Number(max) }) })}
        ${choiceField({ id: "pass-usual", label: t("pass_usual"), value: String(limits.usual), options: choices((m) => m >= limits.min && m <= limits.max, limits.usual), change: (usual) => this.limit({ usual: Number(usual) }) })}
      </div></details>`;
  }

  /** @param {Pass} made */
  sheet({ code, qr, pass }) {
    return html`<div class="sheet">
        <header><img src="../icons/sparekey.svg" alt="" width="28" height="28"><div><h3>${t("pass_sheet_title")}</h3>
          <p>${t("pass_from_to", when(pass.start), when(pass.end))}</p></div></header>
        <div class="sheet-one"><qr-image .rows=${qr} .label=${t("pass_qr")}></qr-image><p class="mono sheet-code sheet-large">${code}</p></div>
        <p>${t(pass.once ? "pass_sheet_once" : "pass_sheet_many")}</p>
        <p>${t("pass_sheet_where")}</p>
        <p>${t("pass_honest")}</p>
      </div>
      <div class="buttons sheet-actions">
        <button type="button" class="primary" @click=${() => print()}>${t("print")}</button>
        <button type="button" @click=${() => (this.pass = undefined)}>${t("done")}</button>
      </div>
      <p class="hint">${t("pass_shown_once")}</p>`;
  }
}

/** @param {number} minutes */
function lifetime(minutes) {
  if (minutes % 1440 === 0) return tn("days", minutes / 1440);
  return minutes % 60 === 0 ? tn("hours", minutes / 60) : tn("minutes", minutes);
}

/** @param {number} instant */
function localTime(instant) {
  const date = new Date(instant);
  return new Date(instant - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** @param {Event} event */
function checked(event) {
  return /** @type {HTMLInputElement} */ (event.target).checked;
}

customElements.define("temporary-pass", TemporaryPass);
