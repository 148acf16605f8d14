/**
 * After a fill: whether it should happen by itself from now on. Escape is no answer: it is asked again next time. Tells
 * `offer-done` with what to say; nothing: close.
 */

import { html } from "lit";

import { modal } from "../shared/arrows.js";
import { ask } from "../shared/ask.js";
import { chooseByItself } from "../shared/by-itself.js";
import { View } from "../shared/element.js";
import { errorText, t } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";

class PopupOffer extends View {
  static properties = { page: { attribute: false }, entry: { attribute: false }, remembered: { type: Boolean }, busy: { state: true } };

  constructor() {
    super();
    /** @type {import('../shared/protocol').PageView | undefined} */
    this.page = undefined;
    /** @type {import('../shared/protocol').EntryView | undefined} */
    this.entry = undefined;
    /** The site was bound by this fill. */
    this.remembered = false;
    this.busy = false;
  }

  firstUpdated() {
    this.focusOn("button.primary");
  }

  /** What was chosen for the account here. */
  get own() {
    return this.page?.byItself[this.page.matches.indexOf(this.entry?.id ?? "")];
  }

  /** @param {"badge" | "fill"} automatic */
  async choose(automatic) {
    const { own } = this;
    if (this.busy || !this.entry || !own) return;
    this.busy = true;
    const choice = { id: this.entry.id, origin: own.origin, automatic, submit: own.submit };
    try {
      const allowed = await chooseByItself(choice, own.pattern);
      this.tell("offer-done", allowed ? t(`by_itself_chosen_${automatic}`, this.host()) : t("by_itself_refused"));
    } catch (error) {
      this.tell("offer-done", errorText(error));
    }
  }

  async decline() {
    if (this.busy || !this.entry) return;
    this.busy = true;
    const { own } = this;
    try {
      if (own) await ask({ type: "set-choice", id: this.entry.id, origin: own.origin, automatic: null, submit: own.submit, asking: false });
    } finally {
      this.tell("offer-done");
    }
  }

  host() {
    return this.page?.site?.host ?? "";
  }

  render() {
    return html`<section class="question offer" role="dialog" aria-modal="true" aria-labelledby="offer-title" aria-describedby="offer-filled offer-text"
      @keydown=${modal(() => this.tell("offer-done"))}>
      <p class="good" id="offer-filled">${icon("done")}${t(this.remembered ? "filled_and_remembered" : "fill_filled", this.host())}</p>
      <h2 id="offer-title">${t("offer_title", this.host())}</h2>
      <p id="offer-text" class="hint">${t("offer_text", this.host())}</p>
      <div class="buttons">
        <button type="button" class="primary" ?disabled=${this.busy} @click=${() => this.choose("fill")}>${t("offer_fill")}</button>
        <button type="button" ?disabled=${this.busy} @click=${() => this.choose("badge")}>${t("offer_badge")}</button>
        <button type="button" class="quiet decline" ?disabled=${this.busy} @click=${() => this.decline()}>${t("not_now")}</button>
      </div>
    </section>`;
  }
}

customElements.define("popup-offer", PopupOffer);
