/** Shares: any so many of the printed sheets open the vault. Made, printed, two words of each typed back, kept. */

import { html, nothing } from "lit";

import { choiceField, textField } from "../elements/account-fields.js";
import { askFresh } from "../elements/ask-fresh.js";
import "../elements/qr-image.js";
import { Work } from "../elements/work.js";
import { View } from "../shared/element.js";
import { t, when } from "../shared/i18n.js";
import { toast } from "../shared/toast.js";

/** @typedef {Extract<import('../shared/protocol').Reply, { type: 'shares' }>} Sheets */

/** What is offered; both numbers can be chosen freely. */
const SHARINGS = ["2/3", "3/5"];
const CUSTOM = "custom";
const MOST = 16;

class KeyShares extends View {
  static properties = {
    label: {},
    emergency: { type: Boolean },
    asking: { state: true },
    sharing: { state: true },
    need: { state: true },
    of: { state: true },
    sheets: { state: true },
    at: { state: true },
    words: { state: true },
  };

  constructor() {
    super();
    /** What there is now, as `2/3`; empty: none. */
    this.label = "";
    /** Of the emergency bundle, and not of the vault. */
    this.emergency = false;
    this.asking = false;
    this.sharing = "2/3";
    this.need = 2;
    this.of = 3;
    /** @type {Sheets | undefined} The shares, for as long as they are on the screen. */
    this.sheets = undefined;
    /** Which sheet is being checked. */
    this.at = 0;
    /** @type {[string, string]} */
    this.words = ["", ""];
    /** @type {import('../shared/protocol').TypedWord[]} */
    this.typed = [];
    /** @type {[number, number][]} Two places of each sheet to type back. */
    this.places = [];
    this.work = new Work(this);
  }

  async make() {
    await this.work.run(async () => {
      const custom = this.sharing === CUSTOM;
      const [need, of] = custom ? [this.need, this.of] : this.sharing.split("/").map(Number);
      this.sheets = await askFresh({ type: "make-shares", threshold: need ?? 0, count: of ?? 0, emergency: this.emergency });
      this.places = this.sheets.shares.map(({ words }) => twoOf(words.split(" ").length));
      this.asking = false;
      this.at = 0;
      this.typed = [];
      this.words = ["", ""];
    });
    await this.focusOn(".sheet-actions button");
  }

  /** The words of one sheet were typed; the last one keeps the set. */
  async check() {
    const { sheets } = this;
    const places = this.places[this.at];
    if (!sheets || !places) return;
    const share = this.at;
    const typed = [...this.typed.filter((word) => word.share !== share), ...places.map((place, n) => ({ share, place, word: this.words[n] ?? "" }))];
    const words = sheets.shares[share]?.words.split(" ") ?? [];
    const wrong = places.find((place, n) => words[place - 1] !== this.words[n]?.trim().toLowerCase());
    if (wrong !== undefined) {
      this.work.problem = t("error_share_typed_wrong", wrong);
      this.requestUpdate();
      return;
    }
    this.typed = typed;
    this.words = ["", ""];
    this.work.problem = "";
    if (this.at + 1 < sheets.shares.length) this.at += 1;
    else {
      await this.work.run(async () => {
        await askFresh({ type: "keep-shares", shares: sheets.shares.map((each) => each.words), typed: this.typed, emergency: this.emergency });
        this.sheets = undefined;
        toast(t(this.emergency ? "glass_shares_kept" : "shares_kept"));
      });
    }
    await this.focusOn("#share-word-0");
  }

  render() {
    const id = this.emergency ? "glass-shares-title" : "shares-title";
    return html`<section class="card" aria-labelledby=${id}><h2 id=${id}>${t(this.emergency ? "glass_shares" : "shares")}</h2>
      ${this.sheets ? this.sheetsView(this.sheets) : html`${this.work.banner()}${this.asking ? this.form() : this.overview()}`}
    </section>`;
  }

  overview() {
    const [need, of] = this.label.split("/");
    const words = this.emergency ? /** @type {const} */ (["glass_shares_now", "glass_shares_lead"]) : /** @type {const} */ (["shares_now", "shares_lead"]);
    return html`<p>${this.label ? t(words[0], need ?? "", of ?? "") : t(words[1])}</p>
      <div class="buttons"><button type="button" @click=${() => (this.asking = true)}>${t(this.label ? "shares_make_new" : "shares_make")}</button></div>`;
  }

  form() {
    const number = (/** @type {string} */ text) => Math.min(Math.max(Math.trunc(Number(text)) || 0, 0), MOST);
    return html`<form @submit=${(/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      this.make();
    }}>
      ${choiceField({
        id: "sharing",
        label: t("sharing"),
        value: this.sharing,
        options: [...SHARINGS.map((each) => /** @type {[string, string]} */ ([each, t("sharing_of", ...each.split("/"))])), [CUSTOM, t("sharing_custom")]],
        change: (sharing) => (this.sharing = sharing),
      })}
      ${
        this.sharing === CUSTOM
          ? html`<div class="form-grid">
        ${textField({ id: "share-need", label: t("sharing_need"), type: "number", value: String(this.need), input: (text) => (this.need = number(text)) })}
        ${textField({ id: "share-of", label: t("sharing_count"), type: "number", value: String(this.of), input: (text) => (this.of = number(text)) })}</div>`
          : nothing
      }
      ${this.label ? html`<p class="hint">${t(this.emergency ? "glass_former_void" : "shares_former_void")}</p>` : nothing}
      <div class="buttons"><button type="submit" class="primary" ?disabled=${this.work.busy}>${t("shares_make")}</button>
        <button type="button" @click=${() => (this.asking = false)}>${t("cancel")}</button></div>
    </form>`;
  }

  /** @param {Sheets} sheets */
  sheetsView(sheets) {
    const total = sheets.shares.length;
    return html`${sheets.shares.map(
      ({ number, words, qr }) => html`<div class="sheet sheet-share">
        <header><img src="../icons/sparekey.svg" alt="" width="28" height="28"><div><h3>${t(this.emergency ? "glass_share_title" : "share_sheet_title", number, total)}</h3>
          <p>${t(this.emergency ? "glass_sheet_of" : "codes_sheet_of", sheets.vault, when(sheets.made))}</p></div></header>
        <p>${t(this.emergency ? "glass_share_use" : "share_sheet_use", sheets.threshold, total)}</p>
        <div class="sheet-one"><qr-image .rows=${qr} .label=${t("share_qr_of", number)}></qr-image>
          <ol class="sheet-words mono" aria-label=${t("share_number", number)}>${words.split(" ").map((word) => html`<li>${word}</li>`)}</ol></div>
        <p>${t("share_sheet_apart")}</p>
        <p class="sheet-place">${t("sheet_place")}</p>
      </div>`,
    )}
      <div class="buttons sheet-actions"><button type="button" class="primary" @click=${() => print()}>${t("print")}</button>
        <button type="button" @click=${() => (this.sheets = undefined)}>${t("cancel")}</button></div>
      ${this.checkView(total)}`;
  }

  /** @param {number} total */
  checkView(total) {
    const places = this.places[this.at] ?? [1, 2];
    return html`<form class="sheet-back" @submit=${(/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      this.check();
    }}>
      <p>${t("shares_check_why")}</p>
      <h3 aria-live="polite">${t("shares_check_of", this.at + 1, total)}</h3>
      ${this.work.banner()}
      <div class="form-grid">${places.map((place, n) =>
        textField({
          id: `share-word-${n}`,
          label: t("share_word_number", place),
          value: this.words[n] ?? "",
          mono: true,
          input: (text) => (this.words = n === 0 ? [text, this.words[1]] : [this.words[0], text]),
        }),
      )}</div>
      <button type="submit" class="primary" ?disabled=${this.work.busy || this.words.some((word) => !word.trim())}>${t(this.at + 1 < total ? "shares_check_next" : "shares_keep")}</button>
    </form>`;
  }
}

/**
 * Two different places among so many, from 1, in order.
 * @param {number} length
 * @returns {[number, number]}
 */
function twoOf(length) {
  const [a = 0, b = 0] = crypto.getRandomValues(new Uint32Array(2));
  const first = a % length;
  const second = (first + 1 + (b % (length - 1))) % length;
  return [Math.min(first, second) + 1, Math.max(first, second) + 1];
}

customElements.define("key-shares", KeyShares);
