/**
 * Where somebody shows what they hold: a password, a recovery code or pass (with its password where it goes with one), or
 * shares; for files, an administrator's key. The form around it asks for {@link WayEntry#held}, and hands back with {@link WayEntry#refuse} what was wrong.
 * Tells `held` when what is typed changes.
 */

import { html, nothing } from "lit";

import { AskError } from "../shared/ask.js";
import { View } from "../shared/element.js";
import { errorText, t } from "../shared/i18n.js";
import "./code-field.js";
import "./password-field.js";
import "./share-entry.js";

/** @typedef {import('../shared/open-with.js').Held} Held */

/** What takes each way in. */
const FIELDS = { password: "password-field", code: "code-field", shares: "share-entry", escrow: "password-field", passkey: "button.primary" };
/** The link to each. */
const LINKS = { password: "unlock_by_password", code: "unlock_by_code", shares: "unlock_by_shares", escrow: "unlock_by_escrow", passkey: "unlock_by_passkey" };

export class WayEntry extends View {
  static properties = {
    offers: { attribute: false },
    label: {},
    hint: {},
    purpose: {},
    between: { attribute: false },
    check: { attribute: false },
    pairs: { type: Boolean },
    later: {},
    disabled: { type: Boolean },
    way: { state: true },
    text: { state: true },
    code: { state: true },
    shares: { state: true },
    key: { state: true },
    paired: { state: true },
    problem: { state: true },
    place: { state: true },
  };

  constructor() {
    super();
    /** The ways that there are, the usual one first. @type {Held['kind'][]} */
    this.offers = ["password", "code"];
    /** The words over the password. */
    this.label = "";
    this.hint = "";
    this.purpose = "current-password";
    /** What stands between the field and the links to the other ways: the button. @type {unknown} */
    this.between = nothing;
    /** Who says how far somebody is with shares. @type {import('./share-entry.js').ShareEntry['check'] | undefined} */
    this.check = undefined;
    /** The link to the passkey in other words. */
    this.later = "";
    /** Every code here goes with a password. */
    this.pairs = false;
    this.disabled = false;
    /** The way that was told last. @type {Held['kind'] | undefined} */
    this.told = undefined;
    /** @type {Held['kind'] | undefined} What was chosen. */
    this.way = undefined;
    this.text = "";
    this.code = "";
    /** @type {string[]} */
    this.shares = [];
    /** The file with an administrator's key: its name and its text. */
    this.key = { name: "", text: "" };
    /** The code goes with a password: it is asked for as well. */
    this.paired = false;
    this.problem = "";
    /** Which character of the code is wrong. */
    this.place = 0;
  }

  /** A passkey is whole as soon as it is asked for. Told once: what hears it may render us again. */
  updated() {
    if (this.told === this.now) return;
    this.told = this.now;
    if (this.now === "passkey") this.tell("held", this.held());
  }

  /** The way that is asked for. @returns {Held['kind']} */
  get now() {
    return this.way && this.offers.includes(this.way) ? this.way : (this.offers[0] ?? "password");
  }

  /** What was typed; nothing as long as it is not whole. @returns {Held | undefined} */
  held() {
    switch (this.now) {
      case "passkey":
        return { kind: "passkey" };
      case "shares":
        return this.shares.length ? { kind: "shares", shares: this.shares } : undefined;
      case "code":
        return this.code.trim() ? { kind: "code", code: this.code, password: this.paired || this.pairs ? this.text : "" } : undefined;
      case "escrow":
        return this.key.text && this.text ? { kind: "escrow", file: this.key.text, text: this.text } : undefined;
      default:
        return this.text ? { kind: "password", text: this.text } : undefined;
    }
  }

  /** Puts the cursor where something is to be typed. */
  async take() {
    await this.updateComplete;
    const field = /** @type {{ take?(): unknown, focus(): void } | null} */ (/** @type {unknown} */ (this.querySelector(FIELDS[this.now])));
    if (field?.take) await field.take();
    else field?.focus();
  }

  /**
   * Says what was wrong, at the character where that is known.
   * @param {unknown} error
   */
  async refuse(error) {
    if (error instanceof AskError && error.code === "code-needs-password") this.paired = true;
    this.place = error instanceof AskError && /^code-(character|check-at)$/.test(error.code) ? (error.number ?? 0) : 0;
    this.problem = errorText(error);
    await this.take();
  }

  /** Forgets what was typed. */
  clear() {
    this.text = "";
    this.code = "";
    this.shares = [];
    this.key = { name: "", text: "" };
    this.paired = false;
    this.changed();
  }

  changed() {
    this.problem = "";
    this.place = 0;
    this.tell("held", this.held());
  }

  /** @param {File | undefined} file */
  async takeKey(file) {
    this.key = { name: file?.name ?? "", text: file && file.size < 16 * 1024 ? await file.text() : "{}" };
    this.changed();
  }

  /** @param {Held['kind']} way */
  async choose(way) {
    this.way = way;
    this.clear();
    await this.take();
  }

  render() {
    return html`${this.field()} ${this.between}
      ${this.offers
        .filter((way) => way !== this.now)
        .map((way) => html`<button type="button" class="link" ?disabled=${this.disabled} @click=${() => this.choose(way)}>${way === "passkey" && this.later ? this.later : t(LINKS[way])}</button>`)}`;
  }

  field() {
    switch (this.now) {
      case "password":
        return this.password(this.label || t("password"), this.hint, this.purpose, this.problem);
      case "passkey":
        return html`<p class="hint passkey-hint">${t("unlock_passkey_text")}</p><p class="field-error" role="alert">${this.problem}</p>`;
      case "code":
        return html`<code-field pictures .label=${t("code_or_pass")} .value=${this.code} .error=${this.problem} .place=${this.place} .disabled=${this.disabled}
            .hint=${t("code_or_pass_hint")} @code-change=${(/** @type {CustomEvent} */ event) => {
              this.code = event.detail;
              this.changed();
            }}></code-field>
          ${this.paired || this.pairs ? this.password(t("code_password"), "", "off", "") : nothing}`;
      case "escrow":
        return html`<p><label class="button">${t("escrow_key_file")}<input class="visually-hidden" type="file" ?disabled=${this.disabled}
            @change=${(/** @type {Event} */ event) => this.takeKey(/** @type {HTMLInputElement} */ (event.target).files?.[0])}></label> <span class="mono">${this.key.name}</span></p>
          ${this.password(t("escrow_key_password"), "", "off", this.problem)}`;
      default:
        return html`<share-entry .disabled=${this.disabled} .check=${this.check} @shares-ready=${(/** @type {CustomEvent} */ event) => {
            this.shares = event.detail;
            this.changed();
          }}></share-entry>
          <p class="field-error" role="alert">${this.problem}</p>`;
    }
  }

  /**
   * @param {string} label
   * @param {string} hint
   * @param {string} purpose
   * @param {string} error
   */
  password(label, hint, purpose, error) {
    return html`<password-field .label=${label} .value=${this.text} .hint=${hint} .error=${error} .purpose=${purpose} .disabled=${this.disabled}
      @password-change=${(/** @type {CustomEvent} */ event) => {
        this.text = event.detail;
        this.changed();
      }}></password-field>`;
  }
}

customElements.define("way-entry", WayEntry);
