/** The accounts that are to be moved: typed, pasted, or the text of a screenshot; looked over before they go on the list. */

import { html, nothing } from "lit";

import { errorBanner } from "../elements/warnings.js";
import { ask } from "../shared/ask.js";
import { View } from "../shared/element.js";
import { errorText, t, tn } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";

/** @typedef {import('../shared/protocol').MoveName} MoveName */

class MoveNames extends View {
  static properties = { busy: { type: Boolean }, closable: { type: Boolean }, text: { state: true }, names: { state: true }, note: { state: true }, problem: { state: true } };

  constructor() {
    super();
    this.busy = false;
    this.closable = false;
    this.text = "";
    /** @type {MoveName[] | undefined} What the text names; `undefined` before it was read. */
    this.names = undefined;
    this.note = "";
    this.problem = "";
  }

  /** @param {SubmitEvent} event */
  async read(event) {
    event.preventDefault();
    this.problem = "";
    this.note = "";
    try {
      const { names, links } = await ask({ type: "read-moving", text: this.text });
      if (links) this.note = t("move_links");
      if (!names.length) {
        if (!links) this.problem = t("move_no_names");
        return;
      }
      this.names = names;
      await this.focusOn("#names-title");
    } catch (error) {
      this.problem = errorText(error);
    }
  }

  /**
   * @param {number} at
   * @param {Partial<MoveName>} words
   */
  change(at, words) {
    this.names = this.names?.map((name, place) => (place === at ? { ...name, ...words } : name));
  }

  /** For what the text did not say clearly enough. */
  async addLine() {
    this.names = [...(this.names ?? []), { issuer: "", account: "" }];
    await this.focusOn(".move-names li:last-child input");
  }

  /** @param {number} at */
  async removeLine(at) {
    this.names = this.names?.filter((_, place) => place !== at);
    await this.focusOn(`.move-names li:nth-child(${at + 1}) input, .add-line`);
  }

  render() {
    return html`${errorBanner(this.problem)}
      ${this.note ? html`<p class="banner" role="status"><span>${this.note} <a class="link" href="#/import">${t("import_title")}</a></span></p>` : nothing}
      ${this.names ? this.lookOver(this.names) : this.question()}`;
  }

  question() {
    return html`<form class="card" @submit=${(/** @type {SubmitEvent} */ event) => this.read(event)}>
      <div class="field"><label for="move-text">${t("move_text")}</label>
        <textarea id="move-text" rows="8" spellcheck="false" autocomplete="off" aria-describedby="move-text-hint" .value=${this.text}
          @input=${(/** @type {InputEvent} */ event) => (this.text = /** @type {HTMLTextAreaElement} */ (event.target).value)}></textarea></div>
      <div id="move-text-hint"><p class="hint">${t("move_text_hint")}</p><p class="hint">${t("move_screenshot")}</p></div>
      <div class="buttons"><button type="submit" class="primary" ?disabled=${!this.text.trim() || this.busy}>${t("move_read")}</button>
        ${this.closable ? html`<button type="button" @click=${() => this.tell("names-closed")}>${t("cancel")}</button>` : nothing}</div>
    </form>`;
  }

  /** @param {MoveName[]} names */
  lookOver(names) {
    const kept = names.filter((name) => name.issuer.trim());
    return html`<form class="card" @submit=${(/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      if (kept.length) this.tell("names-chosen", kept);
    }}>
      <h2 id="names-title" tabindex="-1">${tn("move_found", kept.length)}</h2>
      <p class="hint">${t("move_look_over")}</p>
      <ul class="plain-list move-names">${names.map(
        (name, at) => html`<li>
          <input aria-label=${t("issuer")} .value=${name.issuer} maxlength="512" @input=${(/** @type {InputEvent} */ event) => this.change(at, { issuer: valueOf(event) })}>
          <input aria-label=${t("account")} placeholder=${t("account")} .value=${name.account} maxlength="512" @input=${(/** @type {InputEvent} */ event) =>
            this.change(at, { account: valueOf(event) })}>
          <button type="button" class="quiet icon-button" aria-label=${name.issuer.trim() ? t("move_drop_of", name.issuer) : t("move_drop")} title=${t("move_drop")}
            @click=${() => this.removeLine(at)}>${icon("close")}</button></li>`,
      )}</ul>
      <button type="button" class="link add-line" @click=${() => this.addLine()}>${icon("add")}${t("move_add_line")}</button>
      <div class="buttons"><button type="submit" class="primary" ?disabled=${!kept.length || this.busy}>${tn("move_put", kept.length)}</button>
        <button type="button" @click=${() => (this.names = undefined)}>${t("back")}</button></div>
    </form>`;
  }
}

/** @param {Event} event */
function valueOf(event) {
  return /** @type {HTMLInputElement} */ (event.target).value;
}

customElements.define("move-names", MoveNames);
