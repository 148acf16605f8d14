/**
 * The locked vault: password, progress while deriving, and what is wrong when it is. Tells `unlocking` when it begins,
 * with whether the code is wanted on the page in front (`fills`), and `unlocked`.
 */

import { html, nothing } from "lit";

import { ask } from "../shared/ask.js";
import { View } from "../shared/element.js";
import { errorText, t } from "../shared/i18n.js";
import { withPassword } from "../shared/password.js";
import { working } from "./working.js";
import "./password-field.js";

export class UnlockForm extends View {
  static properties = { fills: {}, text: { state: true }, problem: { state: true }, busy: { state: true } };

  constructor() {
    super();
    /** The host in front, where unlocking and filling can be one press. */
    this.fills = "";
    this.text = "";
    this.problem = "";
    /** @type {AbortController | undefined} */
    this.busy = undefined;
  }

  connected() {
    this.field()?.take();
  }

  firstUpdated() {
    this.field()?.take();
  }

  field() {
    return /** @type {import('./password-field.js').PasswordField | null} */ (this.querySelector("password-field"));
  }

  /** @param {SubmitEvent} event */
  async unlock(event) {
    event.preventDefault();
    if (this.busy || !this.text) return;
    const busy = new AbortController();
    this.busy = busy;
    this.problem = "";
    const pressed = /** @type {HTMLButtonElement | null} */ (event.submitter);
    this.tell("unlocking", { fill: !!this.fills && pressed?.value !== "only" });
    const signal = AbortSignal.any([this.signal, busy.signal]);
    try {
      const { jobs } = await ask({ type: "plan-unlock" });
      await withPassword(jobs, this.text, signal, (keys) => ask({ type: "unlock", way: { kind: "password", keys } }));
      this.text = "";
      this.tell("unlocked");
    } catch (error) {
      if (!signal.aborted) this.problem = errorText(error);
    } finally {
      this.busy = undefined;
      if (this.problem) this.field()?.take();
    }
  }

  render() {
    return html`<form class="unlock" @submit=${(/** @type {SubmitEvent} */ event) => this.unlock(event)}>
      <img class="logo" src="../icons/sparekey.svg" alt="" width="56" height="56">
      <h1>${t("unlock_title")}</h1>
      <password-field .label=${t("password")} .value=${this.text} .error=${this.problem} purpose="current-password" .disabled=${!!this.busy}
        @password-change=${(/** @type {CustomEvent} */ event) => {
          this.text = event.detail;
          this.problem = "";
        }}></password-field>
      ${this.busy ? working(t("unlocking"), () => this.busy?.abort()) : nothing}
      <button type="submit" class="primary wide" ?disabled=${!!this.busy || !this.text}>${t(this.fills ? "unlock_and_fill" : "unlock")}</button>
      ${
        this.fills
          ? html`<p class="hint">${t("unlock_and_fill_hint", this.fills)}</p>
      <button type="submit" class="link unlock-only" value="only" ?disabled=${!!this.busy || !this.text}>${t("unlock_only")}</button>`
          : nothing
      }
    </form>`;
  }
}

customElements.define("unlock-form", UnlockForm);
