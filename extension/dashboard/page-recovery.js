/** The recovery bundle: what state the newest one is in, making one, and reading it back from where it lies. */

import { html, nothing } from "lit";

import { askFresh } from "../elements/ask-fresh.js";
import "../elements/drop-zone.js";
import "../elements/new-password.js";
import { errorBanner } from "../elements/warnings.js";
import { working } from "../elements/working.js";
import { ask, AskError } from "../shared/ask.js";
import { bytesOf, fromBase64, sha256 } from "../shared/bytes.js";
import { View } from "../shared/element.js";
import { coded, errorText, t, when } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { deriveNew } from "../shared/password.js";
import { canReadBack, save, saveAndReadBack } from "../shared/save.js";
import "./automatic-backups.js";
import "./synced-backups.js";
import "./bundle-sheets.js";
import { recoveryKit } from "./recovery-kit.js";
import { bundleManifest } from "./bundle-manifest.js";

/** @typedef {Extract<import('../shared/protocol').Reply, { type: 'bundle' }>} Bundle */

class PageRecovery extends View {
  static properties = {
    status: { attribute: false },
    own: { state: true },
    password: { state: true },
    bundle: { state: true },
    stage: { state: true },
    problem: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    /** @type {import('../shared/protocol').Status} */
    this.status = /** @type {any} */ (undefined);
    /** The bundle gets a password of its own. */
    this.own = false;
    this.password = "";
    /** @type {Bundle | undefined} */
    this.bundle = undefined;
    /** @type {'made' | 'saved' | 'read-back'} How far the bundle on the screen has come. */
    this.stage = "made";
    this.problem = "";
    /** @type {AbortController | undefined} */
    this.busy = undefined;
  }

  /** @param {SubmitEvent} event */
  async make(event) {
    event.preventDefault();
    if (this.busy || (this.own && !this.password)) return;
    const busy = new AbortController();
    this.busy = busy;
    this.problem = "";
    const signal = AbortSignal.any([this.signal, busy.signal]);
    try {
      this.bundle = await askFresh({ type: "export", key: this.own ? await this.derive(signal) : null });
      this.stage = "made";
      this.password = "";
    } catch (error) {
      if (!signal.aborted) this.problem = errorText(error);
    } finally {
      this.busy = undefined;
    }
    await this.focusOn(".made button");
  }

  /** @param {AbortSignal} signal */
  async derive(signal) {
    const { jobs } = await ask({ type: "plan-export", profile: "argon2id" });
    return await deriveNew(jobs, this.password, signal);
  }

  async write() {
    const { bundle } = this;
    if (!bundle) return;
    this.problem = "";
    try {
      const bytes = fromBase64(bundle.bundle);
      if (canReadBack()) {
        const written = await saveAndReadBack(bundle.name, bytes);
        if (!written) return;
        this.stage = "saved";
        await this.check(written);
      } else {
        save(bundle.name, bytes);
        this.stage = "saved";
      }
    } catch (error) {
      this.problem = errorText(error);
    }
  }

  /** @param {Blob} file what lies where the bundle was written */
  async check(file) {
    const { bundle } = this;
    if (!bundle) return;
    this.problem = "";
    try {
      if ((await sha256(await bytesOf(file))) !== bundle.sha256) throw new AskError({ code: "not-the-same-file" });
      await ask({ type: "read-back", sha256: bundle.sha256 });
      this.stage = "read-back";
    } catch (error) {
      this.problem = errorText(error);
    }
  }

  render() {
    return html`<header class="page-head"><h1>${t("recovery")}</h1></header>
      <p class="lead">${t("recovery_lead")} <a href="#/help/recovery-bundle">${t("learn_more")}</a></p>
      ${this.status.session === "full" || this.status.backups.destination ? html`<automatic-backups .status=${this.status}></automatic-backups>` : nothing}
      ${this.status.session === "full" ? html`<synced-backups .status=${this.status}></synced-backups>` : nothing} ${errorBanner(this.problem)}
      ${this.readiness()} ${this.drill()} ${this.bundle ? this.made(this.bundle) : this.form()} ${recoveryKit(this.status.session === "full")}
      ${
        this.status.session === "full"
          ? html`<section class="card quiet-card"><div><h2>${t("restore_bundle")}</h2><p class="hint">${t("restore_lead")}</p></div>
        <a class="button" href="#/restore">${t("restore_open")}</a></section>
      <section class="card quiet-card" aria-labelledby="esheet-card"><div><h2 id="esheet-card">${t("esheet_title")}</h2><p class="hint">${t("esheet_card")}</p></div>
        <a class="button" href="#/sheet">${t("esheet_open_page")}</a></section>
      <section class="card quiet-card" aria-labelledby="device-card"><div><h2 id="device-card">${t("device_title")}</h2><p class="hint">${t("device_text")}</p></div>
        <div class="buttons"><a class="button" href="#/handover">${t("handover_open")}</a><a class="button" href="#/receive">${t("receive_open")}</a></div></section>
      <section class="card quiet-card" aria-labelledby="glass-card"><div><h2 id="glass-card">${t("emergency_page")}</h2><p class="hint">${t("emergency_page_card")}</p></div>
        <a class="button" href="#/emergency">${t("emergency_page_open")}</a></section>
      <section class="card quiet-card" aria-labelledby="lost-card"><div><h2 id="lost-card">${t("stolen_title")}</h2><p class="hint">${t("stolen_card")}</p></div>
        <a class="button" href="#/lost">${t("stolen_open")}</a></section>`
          : nothing
      }`;
  }

  readiness() {
    if (!this.status.entries || this.status.session !== "full") return nothing;
    return html`<section class="card quiet-card" aria-labelledby="readiness-card"><div><h2 id="readiness-card">${t("readiness_title")}</h2><p class="hint">${t("readiness_lead")}</p></div>
      <a class="button" href="#/readiness">${t("readiness_open")}</a></section>`;
  }

  drill() {
    const { last, due } = this.status.drill;
    if (!this.status.entries || this.status.session !== "full") return nothing;
    return html`<section class="card quiet-card" aria-labelledby="drill-card"><div><h2 id="drill-card">${t("drill_title")}</h2>
        <p class=${due ? "warn-text" : "hint"}>${due ? coded("drill_due", due) : t("drill_last", when(last ?? 0))}</p></div>
      <a class="button ${due ? "primary" : ""}" href="#/drill">${t("drill_start")}</a></section>`;
  }

  form() {
    const busy = !!this.busy;
    const choice = (/** @type {boolean} */ own, /** @type {string} */ key) => html`<label class="check">
      <input type="radio" name="bundle-password" .checked=${this.own === own} ?disabled=${busy} @change=${() => (this.own = own)}>
      <span>${t(key)}<small>${t(`${key}_hint`)}</small></span></label>`;
    return html`<section class="card" aria-labelledby="make-title"><h2 id="make-title">${t("make_bundle")}</h2>
      <form @submit=${(/** @type {SubmitEvent} */ event) => this.make(event)}>
        <fieldset><legend>${t("bundle_opens_with")}</legend>${choice(false, "bundle_vault_password")}${choice(true, "bundle_own_password")}</fieldset>
        ${
          this.own
            ? html`<new-password .what=${t("bundle_password")} .disabled=${busy} @password-ready=${(/** @type {CustomEvent} */ event) => (this.password = event.detail)}></new-password>`
            : nothing
        }
        ${this.busy ? working(t("making_bundle"), () => this.busy?.abort()) : nothing}
        <button type="submit" class="primary" ?disabled=${busy || (this.own && !this.password)}>${t("make_bundle")}</button>
      </form></section>`;
  }

  /** @param {Bundle} bundle */
  made(bundle) {
    return html`<section class="card made" aria-labelledby="made-title"><h2 id="made-title">${t("bundle_made")}</h2>
      <p>${t("bundle_made_text")}</p>
      ${bundleManifest(bundle.manifest)}
      <ol class="steps" aria-live="polite">
        <li class=${this.stage === "made" ? "" : "done"}>${t("step_save")}
          <div class="buttons"><button type="button" class=${this.stage === "made" ? "primary" : ""} @click=${() => this.write()}>${t("save_bundle")}</button><span class="mono hint">${bundle.name}</span></div></li>
        <li class=${this.stage === "read-back" ? "done" : ""}>${t("step_read_back")}
          ${
            this.stage === "saved"
              ? html`<drop-zone .label=${t("drop_saved")} .hint=${t("drop_saved_hint")} .button=${t("choose_file")}
                @files=${(/** @type {CustomEvent} */ event) => this.check(event.detail[0])}></drop-zone>`
              : nothing
          }
          ${this.stage === "read-back" ? html`<p class="good">${icon("done")}${t("read_back_done")}</p>` : nothing}</li>
        <li>${t("step_keep")}</li>
      </ol>
      <bundle-sheets .bundle=${bundle}></bundle-sheets>
      <button type="button" class="link" @click=${() => (this.bundle = undefined)}>${t(this.stage === "read-back" ? "done" : "back")}</button>
    </section>`;
  }
}

customElements.define("page-recovery", PageRecovery);
