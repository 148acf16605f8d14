/** First run: what this is, in plain words, and the vault's password. */

import { html, nothing } from "lit";

import "../elements/new-password.js";
import "../elements/synced-bundles.js";
import { errorBanner } from "../elements/warnings.js";
import { working } from "../elements/working.js";
import { ask } from "../shared/ask.js";
import { View } from "../shared/element.js";
import { errorText, t } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { deriveNew } from "../shared/password.js";

class PageWelcome extends View {
  static properties = { step: { state: true }, password: { state: true }, problem: { state: true }, busy: { state: true } };

  constructor() {
    super();
    /** @type {'about' | 'password'} */
    this.step = "about";
    this.password = "";
    this.problem = "";
    /** @type {AbortController | undefined} */
    this.busy = undefined;
  }

  /** @param {SubmitEvent} event */
  async create(event) {
    event.preventDefault();
    if (this.busy || !this.password) return;
    const busy = new AbortController();
    this.busy = busy;
    this.problem = "";
    const signal = AbortSignal.any([this.signal, busy.signal]);
    try {
      const { jobs } = await ask({ type: "plan-create", profile: "argon2id" });
      await ask({ type: "create", key: await deriveNew(jobs, this.password, signal) });
    } catch (error) {
      if (!signal.aborted) this.problem = errorText(error);
    } finally {
      this.busy = undefined;
    }
  }

  async choosePassword() {
    this.step = "password";
    await this.focusOn("h1");
  }

  render() {
    return this.step === "about" ? this.about() : this.choose();
  }

  about() {
    return html`<section class="welcome" aria-labelledby="welcome-title">
      <img class="logo" src="../icons/sparekey.svg" alt="" width="64" height="64">
      <h1 id="welcome-title">${t("welcome_title")}</h1>
      <p class="lead">${t("welcome_what")}</p>
      <ul class="points">
        <li>${icon("fill")}<span>${t("welcome_point_fill")}</span></li>
        <li>${icon("lock")}<span>${t("welcome_point_local")}</span></li>
        <li>${icon("shield")}<span>${t("welcome_point_recovery")}</span></li>
      </ul>
      <div class="buttons">
        <button type="button" class="primary" @click=${() => this.choosePassword()}>${t("set_up")}</button>
        <a class="button" href="#/restore">${t("restore_bundle")}</a>
      </div>
      <synced-bundles link="#/restore"></synced-bundles>
      <p class="hint">${t("welcome_lost")} <a class="link" href="#/help/no-backup">${t("welcome_lost_open")}</a></p>
    </section>`;
  }

  choose() {
    return html`<form class="welcome" @submit=${(/** @type {SubmitEvent} */ event) => this.create(event)}>
      <h1 tabindex="-1">${t("welcome_password_title")}</h1>
      <p class="lead">${t("welcome_password_text")}</p>
      ${errorBanner(this.problem)}
      <new-password .disabled=${!!this.busy} @password-ready=${(/** @type {CustomEvent} */ event) => (this.password = event.detail)}></new-password>
      ${this.busy ? working(t("creating"), () => this.busy?.abort()) : nothing}
      <div class="buttons">
        <button type="submit" class="primary" ?disabled=${!!this.busy || !this.password}>${t("create_vault")}</button>
        <button type="button" ?disabled=${!!this.busy} @click=${() => (this.step = "about")}>${t("back")}</button>
      </div>
    </form>`;
  }
}

customElements.define("page-welcome", PageWelcome);
