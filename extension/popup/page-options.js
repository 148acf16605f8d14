/**
 * What happens on the site in front, for one of its accounts, which is named: by a press alone, a badge, or by itself. Tells
 * `options-changed` with what to say, `fill-clicked` and `read-codes` with the account.
 */

import { html, nothing } from "lit";

import { ask } from "../shared/ask.js";
import { chooseByItself, isAllowed, releaseUnused } from "../shared/by-itself.js";
import { View } from "../shared/element.js";
import { nameOf } from "../shared/format.js";
import { coded, errorText, t } from "../shared/i18n.js";
import { allowedSites } from "../shared/webext.js";

/** @typedef {import('../shared/protocol').PageView} PageView */
/** @typedef {import('../shared/protocol').EntryView} EntryView */

const WAYS = /** @type {const} */ (["press", "badge", "fill"]);

class PageOptions extends View {
  static properties = { page: { attribute: false }, entries: { attribute: false }, picked: { state: true }, busy: { state: true }, allowed: { state: true } };

  constructor() {
    super();
    /** @type {PageView | undefined} */
    this.page = undefined;
    /** @type {EntryView[]} The accounts of the site. */
    this.entries = [];
    /** @type {string | undefined} The one that it is about. */
    this.picked = undefined;
    this.busy = false;
    /** @type {string[] | undefined} What the browser allows; not known yet. */
    this.allowed = undefined;
  }

  /** The order changes with each fill: what is shown stays about the account that it named. */
  willUpdate() {
    if (!this.entry) this.picked = this.entries[0]?.id;
  }

  get entry() {
    return this.entries.find((entry) => entry.id === this.picked);
  }

  /** What was chosen for it here. */
  get own() {
    return this.page?.byItself[this.page.matches.indexOf(this.picked ?? "")];
  }

  /** @param {Map<PropertyKey, unknown>} changed */
  updated(changed) {
    // A right can be taken back in the browser's own settings.
    if (changed.has("page")) allowedSites().then((allowed) => (this.allowed = allowed));
  }

  /** @param {(typeof WAYS)[number]} way */
  choose(way) {
    const submit = this.own?.submit ?? false;
    this.run(way === "press" ? this.set(null, submit) : this.request(way, submit));
  }

  /**
   * @param {"badge" | "fill"} way
   * @param {boolean} submit
   */
  async request(way, submit) {
    const choice = { id: this.entry?.id ?? "", origin: this.own?.origin ?? "", automatic: way, submit };
    const allowed = await chooseByItself(choice, this.own?.pattern ?? "");
    return allowed ? t(`by_itself_chosen_${way}`, this.host()) : t("by_itself_refused");
  }

  /**
   * @param {string | null} automatic
   * @param {boolean} submit
   */
  async set(automatic, submit) {
    await ask({ type: "set-choice", id: this.entry?.id ?? "", origin: this.own?.origin ?? "", automatic, submit, asking: false });
    if (!automatic) await releaseUnused();
    return t("saved");
  }

  async never() {
    await ask({ type: "set-never", origin: this.page?.site?.origin ?? "", never: true });
    await releaseUnused();
    // The line on the page says it, with the way back.
    return "";
  }

  /** @param {Promise<string>} work */
  async run(work) {
    this.busy = true;
    try {
      this.tell("options-changed", { text: await work });
    } catch (error) {
      this.tell("options-changed", { problem: errorText(error) });
    } finally {
      this.busy = false;
    }
  }

  host() {
    return this.page?.site?.host ?? "";
  }

  render() {
    const { page, entry, own } = this;
    if (!page || !entry || !own || page.private) return nothing;
    const missing = own.automatic != null && this.allowed != null && !isAllowed(own.pattern, this.allowed);
    const now = missing ? "press" : (own.automatic ?? "press");
    const could = own.possible || own.automatic != null;
    return html`<details class="more options"><summary>${t("options_here")} <span class="options-of">${nameOf(entry)}</span></summary>
      ${this.entries.length > 1 ? this.pick(entry) : nothing}
      <fieldset ?disabled=${this.busy}><legend class="visually-hidden">${t("options_legend", nameOf(entry), this.host())}</legend>
        ${WAYS.filter((way) => way === "press" || could).map(
          (way) => html`<label class="check small"><input type="radio" name="way" value=${way} .checked=${now === way} @change=${() => this.choose(way)}>
            <span>${t(`way_${way}`)}${way === "fill" ? html`<small>${own.reason ? coded("press_needed", own.reason) : t("way_fill_hint")}</small>` : nothing}
              ${missing && way === own.automatic ? html`<small class="mark mark-warn">${t("not_allowed_by_browser")}</small>` : nothing}</span></label>`,
        )}
        ${
          own.submittable
            ? html`<label class="check small"><input type="checkbox" class="submit-too" .checked=${own.submit}
                @change=${(/** @type {Event} */ event) => this.run(this.set(own.automatic, /** @type {HTMLInputElement} */ (event.target).checked))}>
                <span>${t("submit_too")}</span></label>`
            : nothing
        }
      </fieldset>
      <div class="buttons">
        <button type="button" class="link fill-clicked" ?disabled=${this.busy} @click=${() => this.tell("fill-clicked", entry)}>${t("fill_clicked")}</button>
        <button type="button" class="link read-codes" ?disabled=${this.busy} @click=${() => this.tell("read-codes", entry)}>${t("codes_read_page")}</button>
        <button type="button" class="link never-here" ?disabled=${this.busy} @click=${() => this.run(this.never())}>${t("never_here")}</button>
      </div>
    </details>`;
  }

  /** Several accounts are used here. @param {EntryView} current */
  pick(current) {
    return html`<label class="field pick"><span>${t("options_for")}</span>
      <select ?disabled=${this.busy} @change=${(/** @type {Event} */ event) => (this.picked = /** @type {HTMLSelectElement} */ (event.target).value)}>${this.entries.map(
        (entry) => html`<option value=${entry.id} .selected=${entry === current}>${nameOf(entry)}</option>`,
      )}</select></label>`;
  }
}

customElements.define("page-options", PageOptions);
