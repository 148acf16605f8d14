/**
 * Who else can open backups: the question of an organisation at the unlock, with the name and the words of its key, and what
 * was agreed to, to be taken back. Nothing is ticked beforehand.
 */

import { html, nothing } from "lit";

import { asksForEscrow } from "../elements/escrow-banner.js";
import { partyName } from "../elements/party-name.js";
import "../elements/password-field.js";
import { Work } from "../elements/work.js";
import { ask } from "../shared/ask.js";
import { View } from "../shared/element.js";
import { coded, errorText, t } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { withNewLock } from "../shared/password.js";
import { toast } from "../shared/toast.js";

/** @typedef {import('../shared/protocol').EscrowView} EscrowView */
/** @typedef {import('../shared/protocol').PartyView} PartyView */

class PageEscrow extends View {
  static properties = { status: { attribute: false }, compared: { state: true }, sure: { state: true }, password: { state: true }, wrong: { state: true } };

  constructor() {
    super();
    /** @type {import('../shared/protocol').Status} */
    this.status = /** @type {any} */ (undefined);
    this.compared = false;
    /** Taking it back asks for the password. */
    this.sure = false;
    this.password = "";
    /** What was wrong with the password. */
    this.wrong = "";
    this.work = new Work(this);
  }

  /**
   * To the very key that is on the screen.
   * @param {'agree' | 'later' | 'no'} answer
   */
  answer(answer) {
    this.compared = false;
    return this.work.run(async () => {
      await ask({ type: "answer-escrow", key: this.offeredKey, answer, current: [], new: null });
      if (answer === "agree") toast(t("escrow_agreed_toast"));
    });
  }

  get offeredKey() {
    return this.status.escrow?.offered?.key ?? "";
  }

  /**
   * A yes in place of another party: every way in is renewed with it, so the password is asked for.
   * @param {SubmitEvent} event
   */
  async change(event) {
    event.preventDefault();
    const key = this.offeredKey;
    if (!this.password || !this.compared) return;
    const done = await this.work.run(
      (signal) =>
        withNewLock(this.password, "", signal, (current, next) => ask({ type: "answer-escrow", key, answer: "agree", current, new: next })),
      { fail: (error) => (this.wrong = errorText(error)) },
    );
    if (!done) return void (await this.focusOn(".escrow-change input"));
    this.cancel();
    this.compared = false;
    toast(t("escrow_agreed_toast"));
    location.hash = "#/left";
  }

  async begin() {
    this.cancel();
    this.sure = true;
    await this.focusOn(".escrow-now input");
  }

  /** @param {SubmitEvent} event */
  async withdraw(event) {
    event.preventDefault();
    if (!this.password) return;
    const done = await this.work.run(
      (signal) => withNewLock(this.password, "", signal, (current, next) => ask({ type: "withdraw-escrow", current, new: next })),
      { fail: (error) => (this.wrong = errorText(error)) },
    );
    if (!done) return void (await this.focusOn(".escrow-now input"));
    this.cancel();
    toast(t("escrow_withdrawn_toast"));
    // What became void with it is made anew there, in the same conversation.
    location.hash = "#/left";
  }

  cancel() {
    this.sure = false;
    this.password = "";
    this.wrong = "";
  }

  render() {
    const { escrow } = this.status;
    return html`<header class="page-head"><h1>${t("escrow_title")}</h1></header>
      <p class="lead">${t("escrow_lead")} <a href="#/help/ways-in">${t("learn_more")}</a></p>${this.work.banner()}
      ${escrow ? this.view(escrow) : html`<p>${t("escrow_nobody")}</p>`}`;
  }

  /** @param {EscrowView} escrow */
  view(escrow) {
    const { state, offered, parties } = escrow;
    const open = offered && state !== "agreed" && state !== "unasked";
    return html`${open ? this.question(escrow, offered) : nothing} ${parties.length ? this.now(parties, state) : nothing}`;
  }

  /**
   * @param {EscrowView} escrow
   * @param {PartyView} offered
   */
  question(escrow, offered) {
    const { name } = offered;
    const { busy } = this.work;
    const { destination } = this.status.policy;
    const instead = escrow.parties.length > 0;
    return html`<section class="card escrow" aria-labelledby="escrow-question"><h2 id="escrow-question">${t(instead ? "escrow_question_changed" : "escrow_question", name)}</h2>
      <dl class="facts"><div><dt>${t("escrow_who")}</dt><dd class="escrow-name">${name}</dd></div>
        <div><dt>${t("escrow_words")}</dt><dd class="escrow-words">${offered.words}</dd></div></dl>
      <ul class="proofs">
        <li>${icon("warn")}<span>${t("escrow_means_all", name)}</span></li>
        <li>${icon("done")}<span>${t("escrow_means_help")}</span></li>
        <li>${icon("done")}<span>${t("escrow_means_not")}</span></li>
        <li>${icon("done")}<span>${t("escrow_means_back")}</span></li>
      </ul>
      ${destination ? html`<p>${t("escrow_destination", destination)}</p>` : nothing}
      <label class="check"><input type="checkbox" class="escrow-compared" .checked=${this.compared} ?disabled=${busy}
        @change=${(/** @type {Event} */ event) => (this.compared = /** @type {HTMLInputElement} */ (event.target).checked)}><span>${t("escrow_compared")}<small>${t("escrow_compared_hint")}</small></span></label>
      ${instead ? this.renewal(escrow) : html`<div class="buttons"><button type="button" class="primary escrow-agree" ?disabled=${busy || !this.compared} @click=${() => this.answer("agree")}>${t("escrow_agree")}</button>${this.otherAnswers(escrow)}</div>`}
      <p class="hint">${t(escrow.required ? "escrow_required" : "escrow_free")}</p></section>`;
  }

  /** @param {EscrowView} escrow */
  otherAnswers(escrow) {
    const { busy } = this.work;
    return html`${asksForEscrow(this.status) ? html`<button type="button" class="escrow-later" ?disabled=${busy} @click=${() => this.answer("later")}>${t("escrow_later")}</button>` : nothing}
      ${escrow.state === "refused" || escrow.state === "later" ? nothing : html`<button type="button" class="quiet escrow-no" ?disabled=${busy} @click=${() => this.answer("no")}>${t("escrow_no")}</button>`}`;
  }

  /** What a yes in place of another party does, and the password. @param {EscrowView} escrow */
  renewal(escrow) {
    const { busy } = this.work;
    return html`<form class="escrow-change" @submit=${(/** @type {SubmitEvent} */ event) => this.change(event)}>
      <ul class="prose-list"><li>${t("escrow_change_why")}</li><li>${t("escrow_back_ways")}</li><li>${t("escrow_change_next")}</li></ul>
      ${this.sure ? nothing : this.passwordField()}
      ${this.sure ? nothing : this.work.progress()}
      <div class="buttons"><button type="submit" class="primary escrow-agree" ?disabled=${busy || this.sure || !this.compared || !this.password}>${t("escrow_agree_instead")}</button>${this.otherAnswers(escrow)}</div></form>`;
  }

  passwordField() {
    return html`<password-field .label=${t("password_current")} .value=${this.password} .error=${this.wrong} purpose="current-password" .disabled=${this.work.busy}
        @password-change=${(/** @type {CustomEvent} */ event) => {
          this.password = event.detail;
          this.wrong = "";
        }}></password-field>`;
  }

  /**
   * @param {PartyView[]} parties
   * @param {string} state
   */
  now(parties, state) {
    return html`<section class="card escrow-now" aria-labelledby="escrow-now"><h2 id="escrow-now">${t("escrow_now")}</h2>
      <ul class="plain-list">${parties.map((party) => html`<li>${partyName(party)}</li>`)}</ul>
      ${state === "unasked" ? html`<p class="warn-text">${t("escrow_unasked")}</p>` : nothing}
      ${this.sure ? nothing : html`<p class="hint">${t("escrow_files_stay")}</p>`}
      ${this.sure ? this.back() : html`<div class="buttons"><button type="button" class="escrow-withdraw" ?disabled=${this.work.busy} @click=${() => this.begin()}>${t("escrow_withdraw")}</button></div>`}</section>`;
  }

  /** What taking it back does, and the password. */
  back() {
    const { busy } = this.work;
    return html`<form class="escrow-back" @submit=${(/** @type {SubmitEvent} */ event) => this.withdraw(event)}>
      <ul class="prose-list">${["why", "ways", "next"].map((each) => html`<li>${coded("escrow_back", each)}</li>`)}</ul>
      ${this.passwordField()}
      ${this.work.progress()}
      <div class="buttons"><button type="submit" class="danger" ?disabled=${busy || !this.password}>${t("escrow_withdraw_sure")}</button>
        <button type="button" ?disabled=${busy} @click=${() => this.cancel()}>${t("cancel")}</button></div></form>`;
  }
}

customElements.define("page-escrow", PageEscrow);
