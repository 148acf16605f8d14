/**
 * Everything void that somebody may have seen or copied: what will happen, the password, and then the new sheets one after
 * the other, over locks and restarts, until they are made or not wanted. Used when somebody left and at the end of the
 * worklist after a loss.
 */

import { html, nothing } from "lit";

import "../elements/new-password.js";
import "../elements/password-field.js";
import { Work } from "../elements/work.js";
import { ask } from "../shared/ask.js";
import { coded, t, when } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { LoadedView } from "../shared/loaded-view.js";
import { withNewLock } from "../shared/password.js";
import { toast } from "../shared/toast.js";
import "./emergency-bundle.js";
import "./key-shares.js";
import "./passkey-card.js";
import "./recovery-codes.js";

/** @typedef {import('../shared/protocol').LeftView} Left */

class VoidSheets extends LoadedView {
  static properties = {
    status: { attribute: false },
    area: { state: true },
    password: { state: true },
    another: { state: true },
    wanted: { state: true },
    anew: { state: true },
  };

  constructor() {
    super();
    /** @type {import('../shared/protocol').Status} */
    this.status = /** @type {any} */ (undefined);
    /** @type {import('../shared/protocol').EmergencyState | undefined} */
    this.area = undefined;
    this.password = "";
    /** Another password than before. */
    this.another = false;
    this.wanted = "";
    /** Once more, although sheets are being made anew. */
    this.anew = false;
    this.work = new Work(this);
  }

  async look() {
    this.area = await ask({ type: "emergency" });
  }

  /** @param {SubmitEvent} event */
  async go(event) {
    event.preventDefault();
    if (!this.password || (this.another && !this.wanted)) return;
    const done = await this.work.run(async (signal) => {
      await withNewLock(this.password, this.another ? this.wanted : "", signal, (current, next) => ask({ type: "someone-left", current, new: next }));
      this.password = "";
      this.wanted = "";
      this.another = false;
      this.anew = false;
    });
    if (done) {
      toast(t("left_done"));
      await this.focusOn("#left-renew");
    }
  }

  settle() {
    return this.work.run(() => ask({ type: "settle-left" }));
  }

  render() {
    const { area } = this;
    if (!area) return nothing;
    return area.left && !this.anew ? this.renew(area.left) : this.ask();
  }

  ask() {
    const what = ["key", "codes", "shares", "glass", "passkeys", "passes", "bundle", "stay"];
    return html`<section class="card" aria-labelledby="left-what"><h2 id="left-what">${t("left_what")}</h2>
      <ul class="prose-list">${what.map((each) => html`<li>${coded("left_what", each)}</li>`)}</ul>
      <p class="banner banner-warn">${icon("warn")}<span>${t("left_copies")}</span></p>
      <form @submit=${(/** @type {SubmitEvent} */ event) => this.go(event)}>
        <password-field .label=${t("password_current")} .value=${this.password} .error=${this.work.problem} purpose="current-password" .disabled=${this.work.busy}
          @password-change=${(/** @type {CustomEvent} */ event) => (this.password = event.detail)}></password-field>
        <label class="check"><input type="checkbox" .checked=${this.another} ?disabled=${this.work.busy}
          @change=${(/** @type {Event} */ event) => (this.another = /** @type {HTMLInputElement} */ (event.target).checked)}>
          <span>${t("left_another")}<small>${t("left_another_hint")}</small></span></label>
        ${this.another ? html`<new-password .disabled=${this.work.busy} @password-ready=${(/** @type {CustomEvent} */ event) => (this.wanted = event.detail)}></new-password>` : nothing}
        ${this.work.progress()}
        <div class="buttons"><button type="submit" class="primary" ?disabled=${this.work.busy || !this.password || (this.another && !this.wanted)}>${t("left_do")}</button>
          ${this.anew ? html`<button type="button" @click=${() => (this.anew = false)}>${t("cancel")}</button>` : nothing}</div>
      </form></section>`;
  }

  /** @param {Left} left */
  renew(left) {
    const next = left.renew.find(({ done }) => !done)?.what;
    return html`<section class="card" aria-labelledby="left-renew"><h2 id="left-renew" tabindex="-1">${t(next ? "left_renew" : "left_renewed")}</h2>
        <p class="hint">${t("left_at", when(left.at))}</p>${this.work.banner()}
        <ol class="steps">${left.renew.map(({ what, done }) => html`<li class=${done ? "done" : ""}>${coded("left_renew", what) ?? what}</li>`)}
          <li>${t("left_delete")}</li></ol>
        <div class="buttons"><button type="button" class=${next ? "quiet" : "primary"} ?disabled=${this.work.busy} @click=${() => this.settle()}>${t(next ? "left_not_now" : "done")}</button>
          <button type="button" class="quiet" @click=${() => (this.anew = true)}>${t("left_again")}</button></div>
        ${next ? html`<p class="hint">${t("left_not_now_hint")}</p>` : nothing}</section>
      ${this.maker(next)}`;
  }

  /** @param {string | undefined} next */
  maker(next) {
    switch (next) {
      case "codes":
        return html`<recovery-codes .status=${this.status}></recovery-codes>`;
      case "shares":
        return html`<key-shares></key-shares>`;
      case "emergency":
        return html`<emergency-bundle .bundle=${this.area?.bundle} ?writes=${this.status.backups.destination != null}></emergency-bundle>`;
      case "passkeys":
        return html`<passkey-card .may=${this.status.policy.ways.includes("passkey")}></passkey-card>`;
      default:
        return nothing;
    }
  }
}

customElements.define("void-sheets", VoidSheets);
