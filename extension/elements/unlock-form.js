/**
 * The locked vault: password, recovery code, pass or shares, and what is wrong with them. Tells `unlocking` when it begins,
 * with whether the code is wanted on the page in front (`fills`), and `unlocked`.
 */

import { html, nothing } from "lit";

import { ask, AskError } from "../shared/ask.js";
import { View } from "../shared/element.js";
import { errorText, t, tn } from "../shared/i18n.js";
import { withPassword } from "../shared/password.js";
import "./code-field.js";
import "./password-field.js";
import "./share-entry.js";
import { working } from "./working.js";

/** What takes each way in. */
const FIELDS = { password: "password-field", code: "code-field", shares: "share-entry" };
/** So few codes are a reason to print new ones. */
const FEW = 3;

export class UnlockForm extends View {
  static properties = {
    fills: {},
    status: { attribute: false },
    way: { state: true },
    text: { state: true },
    code: { state: true },
    shares: { state: true },
    paired: { state: true },
    problem: { state: true },
    place: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    /** The host in front, where unlocking and filling can be one press. */
    this.fills = "";
    /** @type {import('../shared/protocol').Status | undefined} */
    this.status = undefined;
    /** @type {'password' | 'code' | 'shares'} */
    this.way = "password";
    this.text = "";
    this.code = "";
    /** @type {string[]} */
    this.shares = [];
    /** The code may go with a password: it is asked for as well. */
    this.paired = false;
    this.problem = "";
    /** Which character of the code is wrong. */
    this.place = 0;
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
    return /** @type {{ take(): unknown } | null} */ (
      /** @type {unknown} */ (this.querySelector(FIELDS[this.way]))
    );
  }

  /** @param {'password' | 'code' | 'shares'} way */
  async choose(way) {
    this.way = way;
    this.text = "";
    this.code = "";
    this.shares = [];
    this.paired = false;
    this.complain("");
    await this.updateComplete;
    this.field()?.take();
  }

  /**
   * @param {string} problem
   * @param {number} [place]
   */
  complain(problem, place) {
    this.problem = problem;
    this.place = place ?? 0;
  }

  /** @param {SubmitEvent} event */
  async unlock(event) {
    event.preventDefault();
    if (this.busy || !this.ready()) return;
    const busy = new AbortController();
    this.busy = busy;
    this.complain("");
    const pressed = /** @type {HTMLButtonElement | null} */ (event.submitter);
    this.tell("unlocking", { fill: !!this.fills && pressed?.value !== "only" });
    const signal = AbortSignal.any([this.signal, busy.signal]);
    try {
      if (this.way === "password") await this.byPassword(signal);
      else if (this.way === "shares") await ask({ type: "unlock", way: { kind: "shares", shares: this.shares } });
      else await this.byCode(signal);
      this.text = "";
      this.code = "";
      this.shares = [];
      this.tell("unlocked");
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof AskError && error.code === "code-needs-password") this.paired = true;
      const place = error instanceof AskError && /^code-(character|check-at)$/.test(error.code) ? error.number : 0;
      this.complain(errorText(error), place);
    } finally {
      this.busy = undefined;
      if (this.problem) this.field()?.take();
    }
  }

  ready() {
    if (this.way === "shares") return this.shares.length > 0;
    return this.way === "password" ? !!this.text : !!this.code.trim();
  }

  /** @param {AbortSignal} signal */
  async byPassword(signal) {
    const { jobs } = await ask({ type: "plan-unlock" });
    await withPassword(jobs, this.text, signal, (keys) => ask({ type: "unlock", way: { kind: "password", keys } }));
  }

  /** @param {AbortSignal} signal */
  async byCode(signal) {
    const unlock = (/** @type {import('../shared/protocol').DerivedKey[]} */ keys) =>
      ask({ type: "unlock", way: { kind: "code", code: this.code, keys } });
    if (!this.paired || !this.text) return await unlock([]);
    const { jobs } = await ask({ type: "plan-pair", bundle: null });
    return await withPassword(jobs, this.text, signal, unlock);
  }

  render() {
    const busy = !!this.busy;
    return html`<form class="unlock" @submit=${(/** @type {SubmitEvent} */ event) => this.unlock(event)}>
      <img class="logo" src="../icons/sparekey.svg" alt="" width="56" height="56">
      <h1>${t("unlock_title")}</h1>
      ${this.wayView(busy)}
      ${this.busy ? working(t("unlocking"), () => this.busy?.abort()) : nothing}
      <button type="submit" class="primary wide" ?disabled=${busy || !this.ready()}>${t(this.fills ? "unlock_and_fill" : "unlock")}</button>
      ${
        this.fills
          ? html`<p class="hint">${t("unlock_and_fill_hint", this.fills)}</p>
      <button type="submit" class="link unlock-only" value="only" ?disabled=${busy || !this.ready()}>${t("unlock_only")}</button>`
          : nothing
      }
      ${this.other("code", "unlock_by_code", busy)}${this.other("shares", "unlock_by_shares", busy)}${this.other("password", "unlock_by_password", busy)}
      ${this.codesLeft()}
    </form>`;
  }

  /**
   * The link to another way in. Shares only where there are some, or once the password is not at hand.
   * @param {'password' | 'code' | 'shares'} way
   * @param {string} words
   * @param {boolean} busy
   */
  other(way, words, busy) {
    const hasShares = this.status?.slots.some((slot) => slot.kind === "shares");
    if (way === this.way || (way === "shares" && !hasShares)) return nothing;
    return html`<button type="button" class="link" ?disabled=${busy} @click=${() => this.choose(way)}>${t(words)}</button>`;
  }

  /** @param {boolean} busy */
  wayView(busy) {
    if (this.way === "password") return this.passwordView(busy);
    if (this.way === "code") return this.codeView(busy);
    return html`<share-entry .disabled=${busy} @shares-ready=${(/** @type {CustomEvent} */ event) => (this.shares = event.detail)}></share-entry>
      <p class="field-error" role="alert">${this.problem}</p>`;
  }

  /** @param {boolean} busy */
  passwordView(busy) {
    return html`<password-field .label=${t("password")} .value=${this.text} .error=${this.problem} purpose="current-password" .disabled=${busy}
      @password-change=${(/** @type {CustomEvent} */ event) => {
        this.text = event.detail;
        this.complain("");
      }}></password-field>`;
  }

  /** @param {boolean} busy */
  codeView(busy) {
    return html`<code-field .label=${t("code_or_pass")} .value=${this.code} .error=${this.problem} .place=${this.place} .disabled=${busy}
        .hint=${t("code_or_pass_hint")} @code-change=${(/** @type {CustomEvent} */ event) => {
          this.code = event.detail;
          this.complain("");
        }}></code-field>
      ${
        this.paired
          ? html`<password-field .label=${t("code_password")} .value=${this.text} purpose="off" .disabled=${busy}
        @password-change=${(/** @type {CustomEvent} */ event) => {
          this.text = event.detail;
          this.complain("");
        }}></password-field>`
          : nothing
      }`;
  }

  codesLeft() {
    const codes = this.status?.codes;
    if (!codes) return nothing;
    const text = codes.left ? tn("codes_left", codes.left, Math.max(codes.made, codes.left)) : t("codes_none_left");
    return html`<p class=${codes.left <= FEW ? "codes-left codes-few" : "codes-left"}>${text}</p>`;
  }
}

customElements.define("unlock-form", UnlockForm);
