/** An offline pass: codes of chosen accounts for one window, for somebody else; as a file or a QR code, and what opens it apart. */

import { html, nothing } from "lit";

import { choiceField } from "../elements/account-fields.js";
import "../elements/new-password.js";
import "../elements/qr-image.js";
import "../elements/second-unlock.js";
import { Work } from "../elements/work.js";
import { ask, AskError } from "../shared/ask.js";
import { View } from "../shared/element.js";
import { nameOf } from "../shared/format.js";
import { t, tn, when } from "../shared/i18n.js";
import { deriveNew } from "../shared/password.js";
import { save } from "../shared/save.js";

/** @typedef {Extract<import('../shared/protocol').Reply, { type: 'offline-pass' }>} Made */
/** @typedef {Extract<import('../shared/protocol').Reply, { type: 'offline-size' }>} Size */

/** Windows that are offered, in minutes. */
const WINDOWS = [15, 60, 240, 480, 1440, 4320, 10_080];

class PageOffline extends View {
  static properties = {
    entries: { state: true },
    chosen: { state: true },
    minutes: { state: true },
    start: { state: true },
    own: { state: true },
    passphrase: { state: true },
    size: { state: true },
    asking: { state: true },
    made: { state: true },
  };

  constructor() {
    super();
    /** @type {import('../shared/protocol').EntryView[]} Those that can be in one. */
    this.entries = [];
    /** @type {Set<string>} */
    this.chosen = new Set();
    this.minutes = 480;
    /** As long as a pass may last here. */
    this.most = Number.POSITIVE_INFINITY;
    /** A local date and time as the input gives it; empty: at once. */
    this.start = "";
    /** A passphrase opens it, and no code. */
    this.own = false;
    this.passphrase = "";
    /** @type {import('../shared/protocol').DerivedKey | undefined} What was derived from the passphrase. */
    this.key = undefined;
    /** @type {Size | undefined} */
    this.size = undefined;
    /** The password is asked for once more. */
    this.asking = false;
    /** @type {Made | undefined} The pass, for as long as it is on the screen. */
    this.made = undefined;
    this.work = new Work(this);
  }

  connected() {
    this.work.run(async () => {
      const [{ entries }, { limits }] = await Promise.all([ask({ type: "list" }), ask({ type: "ways" })]);
      this.most = limits.max;
      this.minutes = Math.min(this.minutes, this.most);
      this.entries = entries.filter((entry) => entry.trashed == null && entry.kind !== "hotp");
    });
  }

  get form() {
    return { ids: this.entries.map((entry) => entry.id).filter((id) => this.chosen.has(id)), start: this.start ? new Date(this.start).getTime() : null, minutes: this.minutes, passphrase: this.own };
  }

  /** What was chosen changed: how large it would be now. */
  async measure() {
    this.size = undefined;
    const { form } = this;
    if (form.ids.length) await this.work.run(async () => (this.size = await ask({ type: "plan-offline-pass", form })));
  }

  /** @param {string} id */
  toggle(id) {
    const chosen = new Set(this.chosen);
    if (!chosen.delete(id)) chosen.add(id);
    this.chosen = chosen;
    return this.measure();
  }

  /** @param {string} text */
  choosePassphrase(text) {
    this.passphrase = text;
    this.key = undefined;
  }

  /** @param {AbortSignal} signal */
  async derived(signal) {
    if (!this.own) return null;
    this.key ??= await deriveNew((await ask({ type: "plan-export", profile: "argon2id" })).jobs, this.passphrase, signal);
    return this.key;
  }

  async make() {
    this.asking = false;
    const fail = (/** @type {unknown} */ error) => {
      if (error instanceof AskError && error.code === "needs-fresh") this.asking = true;
      else this.work.refuse(error);
    };
    const done = await this.work.run(async (signal) => (this.made = await ask({ type: "make-offline-pass", form: this.form, key: await this.derived(signal) })), { fail });
    if (done) this.choosePassphrase("");
    if (done) await this.focusOn("#offline-made");
  }

  render() {
    return html`<header class="page-head"><h1>${t("offline_title")}</h1></header>
      <p class="lead">${t("offline_lead")} <a href="#/help/ways-in">${t("learn_more")}</a></p>${this.work.banner()}
      ${this.made ? this.sheet(this.made) : this.choose()}`;
  }

  choose() {
    return html`<section class="card" aria-labelledby="offline-which"><h2 id="offline-which">${t("offline_which")}</h2>
      <div class="choose-list">${this.entries.map(
        (entry) => html`<label class="check"><input type="checkbox" .checked=${this.chosen.has(entry.id)} @change=${() => this.toggle(entry.id)}><span>${nameOf(entry)}</span></label>`,
      )}</div>
      <p class="hint">${t("offline_not_counted")}</p>
      <div class="form-grid">
        ${choiceField({
          id: "offline-minutes",
          label: t("offline_window"),
          value: String(this.minutes),
          options: [...new Set([...WINDOWS.filter((minutes) => minutes <= this.most), this.minutes])].map((minutes) => [String(minutes), length(minutes)]),
          change: (minutes) => {
            this.minutes = Number(minutes);
            this.measure();
          },
        })}
        <div class="field"><label for="offline-start">${t("offline_start")}</label>
          <input id="offline-start" type="datetime-local" .value=${this.start} @input=${(/** @type {InputEvent} */ event) => {
            this.start = /** @type {HTMLInputElement} */ (event.target).value;
            this.measure();
          }}><p class="hint">${t("pass_start_hint")}</p></div>
      </div>
      <fieldset ?disabled=${this.work.busy || this.asking}><legend>${t("offline_opens")}</legend>${this.opener(false, "offline_by_code")}${this.opener(true, "offline_by_passphrase")}</fieldset>
      ${this.own ? html`<new-password .what=${t("offline_passphrase")} .intro=${t("offline_phrase")} .keep=${t("offline_phrase_keep")} .disabled=${this.work.busy || this.asking} @password-ready=${(/** @type {CustomEvent} */ event) => this.choosePassphrase(event.detail)}></new-password>` : nothing}
      <p role="status" class="offline-size">${this.size ? html`${tn("offline_codes", this.size.codes, this.size.letters.toLocaleString())} ${t(this.size.oneQr ? "offline_one_qr" : "offline_file_only")}` : nothing}</p>
      ${this.asking ? html`<second-unlock .action=${t("offline_make")} @fresh=${() => this.make()} @fresh-cancel=${() => (this.asking = false)}></second-unlock>` : nothing}
      ${this.asking ? nothing : html`<div class="buttons"><button type="button" class="primary offline-make" ?disabled=${!this.size || this.work.busy || (this.own && !this.passphrase)} @click=${() => this.make()}>${t("offline_make")}</button></div>`}
    </section>`;
  }

  /**
   * @param {boolean} own
   * @param {string} key
   */
  opener(own, key) {
    const choose = () => {
      this.own = own;
      this.choosePassphrase("");
      this.measure();
    };
    return html`<label class="check"><input type="radio" name="offline-opens" .checked=${this.own === own} @change=${choose}><span>${t(key)}<small>${t(`${key}_hint`)}</small></span></label>`;
  }

  /** @param {Made} made */
  sheet({ text, qr, code, name, from, until }) {
    return html`<section class="card" aria-labelledby="offline-made"><h2 id="offline-made" tabindex="-1">${t("offline_made")}</h2>
      <div class="sheet sheet-offline">
        <header><img src="../icons/sparekey.svg" alt="" width="28" height="28"><div><h3>${t("offline_sheet_title")}</h3><p>${t("pass_from_to", when(from), when(until))}</p></div></header>
        ${qr.length ? html`<qr-image .rows=${qr} .label=${t("offline_qr")}></qr-image>` : nothing}
        <p>${t(code ? "offline_sheet_how" : "offline_sheet_how_passphrase")}</p><p>${t("offline_sheet_ends")}</p>
      </div>
      <div class="buttons no-print"><button type="button" class="primary" @click=${() => save(name, new TextEncoder().encode(`${text}\n`))}>${t("offline_save")}</button>
        ${qr.length ? html`<button type="button" @click=${() => print()}>${t("print")}</button>` : nothing}<span class="mono hint file-name">${name}</span></div>
      <div class="no-print">${code ? html`<h3>${t("offline_code")}</h3><p class="mono sheet-code sheet-large">${code}</p><p class="hint">${t("offline_code_hint")}</p>` : html`<p>${t("offline_passphrase_made")}</p>`}
        <button type="button" @click=${() => (this.made = undefined)}>${t("done")}</button></div>
    </section>`;
  }
}

/** @param {number} minutes */
function length(minutes) {
  if (minutes % 1440 === 0) return tn("days", minutes / 1440);
  return minutes % 60 === 0 ? tn("hours", minutes / 60) : tn("minutes", minutes);
}

customElements.define("page-offline", PageOffline);
