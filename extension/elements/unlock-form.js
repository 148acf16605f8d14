/**
 * The locked vault: a way in, and what is wrong with it. Calls `begin` when it begins, with whether the code is wanted on
 * the page in front (`fills`), and opens nothing before that is done. Tells `unlocked`.
 */

import { html, nothing } from "lit";

import { ask } from "../shared/ask.js";
import { View } from "../shared/element.js";
import { t, tn } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { openWith } from "../shared/open-with.js";
import { noPasskeys } from "../shared/passkey.js";
import { Work } from "./work.js";
import "./way-entry.js";

/** @typedef {import('../shared/open-with.js').Held} Held */

/** So few codes are a reason to print new ones. */
const FEW = 3;

/** The vault in this browser.
 * @param {import('../shared/protocol').Status | undefined} status
 * @returns {import('../shared/open-with.js').Lock} */
const vault = (status) => ({
  passkeys: () => status?.passkeys ?? [],
  jobs: async () => (await ask({ type: "plan-unlock" })).jobs,
  pairJobs: async () => (await ask({ type: "plan-pair", bundle: null })).jobs,
});

export class UnlockForm extends View {
  static properties = { fills: {}, begin: { attribute: false }, status: { attribute: false }, held: { state: true } };

  constructor() {
    super();
    /** The host in front, where unlocking and filling can be one press. */
    this.fills = "";
    /** @type {(fill: boolean) => Promise<void>} */
    this.begin = async () => {};
    /** @type {import('../shared/protocol').Status | undefined} */
    this.status = undefined;
    /** @type {Held | undefined} What is typed in. */
    this.held = undefined;
    this.work = new Work(this);
  }

  connected() {
    this.entry?.take();
  }

  firstUpdated() {
    this.entry?.take();
  }

  get entry() {
    return /** @type {import('./way-entry.js').WayEntry | null} */ (this.querySelector("way-entry"));
  }

  /** @param {SubmitEvent} event */
  async unlock(event) {
    event.preventDefault();
    const { held } = this;
    if (this.work.busy || !held) return;
    const pressed = /** @type {HTMLButtonElement | null} */ (event.submitter);
    const begun = this.begin(!!this.fills && pressed?.value !== "only");
    // What is typed is worked on meanwhile: the page in front may be slow.
    const open = async (/** @type {import('../shared/protocol').Way} */ way) => {
      await begun;
      return ask({ type: "unlock", way });
    };
    /** @type {unknown} */
    let refused;
    const done = await this.work.run((signal) => openWith(vault(this.status), held, signal, open), {
      doing: t("unlocking"),
      fail: (error) => (refused = error),
    });
    if (refused) await this.entry?.refuse(refused);
    if (!done) return;
    this.entry?.clear();
    this.tell("unlocked");
  }

  render() {
    const due = this.passkeys && this.status?.passwordDue;
    return html`<form class="unlock" @submit=${(/** @type {SubmitEvent} */ event) => this.unlock(event)}>
      <img class="logo" src="../icons/sparekey.svg" alt="" width="56" height="56">
      <h1>${t("unlock_title")}</h1>
      <way-entry .offers=${this.offers()} .hint=${due ? t("password_due") : ""} .later=${due ? t("unlock_passkey_later") : ""} .disabled=${this.work.busy} .between=${this.buttons()}
        @held=${(/** @type {CustomEvent} */ event) => (this.held = event.detail)}></way-entry>
      ${this.codesLeft()}
    </form>`;
  }

  /** Whether there are passkeys, and the browser takes them. */
  get passkeys() {
    return !!this.status?.passkeys.length && !noPasskeys();
  }

  /** Shares only where there are some; a passkey first, but where the password is due. @returns {Held['kind'][]} */
  offers() {
    /** @type {Held['kind'][]} */
    const typed = ["password", "code"];
    if (this.status?.slots.some((slot) => slot.kind === "shares")) typed.push("shares");
    if (!this.passkeys) return typed;
    return this.status?.passwordDue ? [...typed, "passkey"] : ["passkey", ...typed];
  }

  buttons() {
    const disabled = this.work.busy || !this.held;
    const open = this.held?.kind === "passkey" ? "unlock_with_passkey" : "unlock";
    return html`${this.work.progress()}
      <button type="submit" class="primary wide" ?disabled=${disabled}>${t(this.fills ? "unlock_and_fill" : open)}</button>
      ${
        this.fills
          ? html`<p class="hint">${t("unlock_and_fill_hint", this.fills)}</p>
      <button type="submit" class="link unlock-only" value="only" ?disabled=${disabled}>${t("unlock_only")}</button>`
          : nothing
      }`;
  }

  codesLeft() {
    const codes = this.status?.codes;
    if (!codes) return nothing;
    const text = codes.left ? tn("codes_left", codes.left, Math.max(codes.made, codes.left)) : t("codes_none_left");
    if (codes.left > FEW) return html`<p class="codes-left">${text}</p>`;
    return html`<p class="codes-left codes-few">${icon("warn")} ${text}${codes.left ? html`. ${t("codes_few_left")}` : nothing}</p>`;
  }
}

customElements.define("unlock-form", UnlockForm);
