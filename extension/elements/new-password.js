/**
 * Choosing a new password: a generated phrase, shown once and typed back, or one of the user's own, typed twice.
 * Tells `password-ready` with the text when both agree, and with an empty text while they do not.
 */

import { html, nothing } from "lit";

import { View } from "../shared/element.js";
import { Helper } from "../shared/heavy.js";
import { coded, errorText, t, tn } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { askedOfPasswords, normalised } from "../shared/password.js";
import "./password-field.js";

/** @typedef {{ ok: boolean, reason?: string | null, bits: number }} Judgement */

export class NewPassword extends View {
  static properties = {
    way: { state: true },
    phrase: { state: true },
    hiding: { state: true },
    first: { state: true },
    second: { state: true },
    judgement: { state: true },
    problem: { state: true },
    what: {},
    intro: {},
    keep: {},
    disabled: { type: Boolean },
  };

  constructor() {
    super();
    /** @type {'phrase' | 'own'} */
    this.way = "phrase";
    this.phrase = "";
    /** The phrase was shown and is now to be typed back. */
    this.hiding = false;
    this.first = "";
    this.second = "";
    /** @type {Judgement | undefined} */
    this.judgement = undefined;
    this.problem = "";
    /** What the password opens, for its label. */
    this.what = "";
    /** What the generated words are, and what to do with them, where they are not the vault's. */
    this.intro = "";
    this.keep = "";
    /** What a policy asks for: characters and bits. */
    this.least = { length: 0, bits: 0 };
    this.disabled = false;
  }

  connected() {
    this.helper = new Helper(this.signal);
    if (!this.phrase) this.make();
  }

  async make() {
    try {
      this.least = await askedOfPasswords();
      this.phrase = (await this.helper?.run("makePhrase", [this.least.length])) ?? "";
      this.problem = "";
    } catch (error) {
      if (!this.signal.aborted) this.problem = errorText(error);
    }
    // Whoever chose the other way while the words were on their way stays there.
    if (this.way === "phrase") this.start("phrase");
  }

  /** @param {'phrase' | 'own'} way */
  start(way) {
    this.way = way;
    this.hiding = false;
    this.first = "";
    this.second = "";
    this.judgement = undefined;
    this.settle();
  }

  async hide() {
    this.hiding = true;
    await this.updateComplete;
    /** @type {import('./password-field.js').PasswordField | null} */ (this.querySelector("password-field"))?.take();
  }

  /** @param {string} text */
  async judge(text) {
    this.first = text;
    this.settle();
    try {
      const judgement = await this.helper?.run("judgePassword", [normalised(text), this.least.length, this.least.bits]);
      if (text === this.first) this.judgement = judgement;
    } catch (error) {
      if (!this.signal.aborted) this.problem = errorText(error);
    }
    this.settle();
  }

  /** @param {string} text */
  repeat(text) {
    this.second = text;
    this.settle();
  }

  settle() {
    const wanted = this.way === "phrase" ? this.phrase : this.first;
    const fits = this.way === "phrase" ? this.hiding : this.judgement?.ok === true;
    const same = this.way === "phrase" ? words(this.second) === words(wanted) : this.second === wanted;
    this.tell("password-ready", fits && same && wanted ? wanted : "");
  }

  render() {
    return html`${this.problem ? html`<p class="field-error" role="alert">${this.problem}</p>` : nothing}
      ${this.way === "phrase" ? this.phraseView() : this.ownView()}`;
  }

  phraseView() {
    if (!this.hiding) {
      return html`<p>${this.intro || t("phrase_intro")}</p>
        <ol class="phrase" aria-label=${t("phrase_label")}>
          ${this.phrase
            .split(" ")
            .filter(Boolean)
            .map((word) => html`<li>${word}</li>`)}
        </ol>
        <p class="hint">${this.keep || t("phrase_write_down")}</p>
        <div class="buttons">
          <button type="button" class="primary" ?disabled=${!this.phrase || this.disabled} @click=${() => this.hide()}>${t("phrase_written")}</button>
          <button type="button" ?disabled=${this.disabled} @click=${() => this.make()}>${icon("again")}${t("phrase_another")}</button>
          <button type="button" class="link" ?disabled=${this.disabled} @click=${() => this.start("own")}>${t("password_choose_own")}</button>
        </div>`;
    }
    const wrong = this.second && !words(this.phrase).startsWith(words(this.second));
    return html`<password-field .label=${t("phrase_type_back")} .value=${this.second} purpose="new-password" .disabled=${this.disabled}
        .error=${wrong ? t("phrase_differs") : ""} @password-change=${(/** @type {CustomEvent} */ event) => this.repeat(event.detail)}></password-field>
      <button type="button" class="link" ?disabled=${this.disabled} @click=${() => this.start("phrase")}>${t("phrase_show_again")}</button>`;
  }

  ownView() {
    const judged = this.judgement;
    const length = Math.max(15, this.least.length);
    const refused = judged && !judged.ok && this.first ? (coded("password", judged.reason ?? "", length) ?? t("password_too_weak")) : "";
    const differs = this.second && !this.first.startsWith(this.second) ? t("password_differs") : "";
    return html`<password-field .label=${this.what || t("password_new")} .value=${this.first} purpose="new-password" .disabled=${this.disabled}
        .hint=${t("password_rule", length)} @password-change=${(/** @type {CustomEvent} */ event) => this.judge(event.detail)}></password-field>
      <div class="strength" aria-live="polite">
        <meter min="0" max="100" low="45" high="70" optimum="100" .value=${Math.min(100, judged?.bits ?? 0)} aria-label=${t("password_strength")}></meter>
        <span>${!this.first ? "" : refused || strength(judged)}</span>
      </div>
      <password-field .label=${t("password_again")} .value=${this.second} purpose="new-password" .disabled=${this.disabled}
        .error=${differs} @password-change=${(/** @type {CustomEvent} */ event) => this.repeat(event.detail)}></password-field>
      <button type="button" class="link" ?disabled=${this.disabled} @click=${() => this.start("phrase")}>${t("password_choose_phrase")}</button>`;
  }
}

/** @param {Judgement | undefined} judged */
function strength(judged) {
  if (!judged) return "";
  const bits = Math.floor(judged.bits);
  return tn(bits >= 70 ? "strength_strong" : bits >= 45 ? "strength_fair" : "strength_weak", bits);
}

/**
 * A phrase as typed: how many blanks, and capitals, do not matter.
 * @param {string} text
 */
function words(text) {
  return text.trim().toLowerCase().replaceAll(/\s+/g, " ");
}

customElements.define("new-password", NewPassword);
