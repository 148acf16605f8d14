/** A hand-over, the old device's side: the other one's address, its six words, which accounts, and the sealed file. */

import { html, nothing } from "lit";

import "../elements/code-reader.js";
import "../elements/password-field.js";
import "../elements/qr-frames.js";
import { Work } from "../elements/work.js";
import { ask } from "../shared/ask.js";
import { fromBase64 } from "../shared/bytes.js";
import { View } from "../shared/element.js";
import { nameOf } from "../shared/format.js";
import { Helper } from "../shared/heavy.js";
import { t, tn } from "../shared/i18n.js";
import { withPassword } from "../shared/password.js";
import { save } from "../shared/save.js";
import { textField } from "../elements/account-fields.js";

/** More codes than these are for a file: nobody holds a camera that long. */
const MOST_FRAMES = 200;

class PageHandover extends View {
  static properties = {
    entries: { state: true },
    address: { state: true },
    words: { state: true },
    same: { state: true },
    chosen: { state: true },
    notes: { state: true },
    withNotes: { state: true },
    current: { state: true },
    made: { state: true },
    codes: { state: true },
  };

  constructor() {
    super();
    /** @type {import('../shared/protocol').EntryView[]} */
    this.entries = [];
    this.address = "";
    /** @type {string[]} */
    this.words = [];
    /** The user compared the words. */
    this.same = false;
    /** @type {Set<string>} */
    this.chosen = new Set();
    /** Accounts that are kept as notes. */
    this.notes = 0;
    this.withNotes = true;
    this.current = "";
    /** @type {Extract<import('../shared/protocol').Reply, { type: "hand-over" }> | undefined} */
    this.made = undefined;
    /** @type {string[][]} */
    this.codes = [];
    this.work = new Work(this);
  }

  connected() {
    this.load();
  }

  async load() {
    await this.work.run(async () => {
      const { entries } = await ask({ type: "list" });
      this.entries = entries.filter((entry) => entry.trashed == null);
      this.chosen = new Set(this.entries.map((entry) => entry.id));
      this.notes = (await ask({ type: "kept" })).items.length;
    });
  }

  /** @param {string[]} texts */
  async read(texts) {
    const text = texts.find((each) => /SPAREKEY\/D1\//i.test(each)) ?? texts[0] ?? "";
    await this.work.run(async () => {
      const { words } = await ask({ type: "check-receiver", address: text.trim() });
      this.address = text.trim();
      this.words = words;
      this.same = false;
    });
    await this.focusOn("#words-title");
  }

  /** @param {SubmitEvent} event */
  async make(event) {
    event.preventDefault();
    if (!this.current || !this.chosen.size) return;
    const done = await this.work.run(async (signal) => {
      const ids = this.entries.map((entry) => entry.id).filter((id) => this.chosen.has(id));
      const { jobs } = await ask({ type: "plan-fresh" });
      this.made = await withPassword(jobs, this.current, signal, (keys) => ask({ type: "hand-over", address: this.address, ids, keys, kept: this.withNotes }));
      this.current = "";
      const helper = new Helper(signal);
      const texts = await helper.run("splitFrames", [fromBase64(this.made.file), false]).catch(() => []);
      this.codes = texts.length > MOST_FRAMES ? [] : await Promise.all(texts.map((text) => helper.run("qrMatrix", [text])));
      helper.worker.terminate();
    }, { doing: t("handover_sealing") });
    await this.focusOn(done ? "#sealed-title" : "password-field input");
  }

  render() {
    return html`<header class="page-head"><h1>${t("handover_title")}</h1></header>
      <p class="lead">${t("handover_lead")} <a href="#/help/second-device">${t("learn_more")}</a></p>
      ${this.work.banner()}
      ${this.made ? this.sealed(this.made) : !this.words.length ? this.askAddress() : this.same ? this.choose() : this.compare()}`;
  }

  askAddress() {
    return html`<section class="card" aria-labelledby="address-title"><h2 id="address-title">${t("handover_address")}</h2>
      <p class="hint">${t("handover_address_text")}</p>
      <code-reader .label=${t("handover_drop_address")} .hint=${t("drop_picture_hint")} accept="image/*"
        @texts=${(/** @type {CustomEvent} */ event) => this.read(event.detail)}
        @raw=${(/** @type {CustomEvent} */ event) => this.read([new TextDecoder().decode(event.detail)])}></code-reader>
      <form class="inline" @submit=${(/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        if (this.address.trim()) this.read([this.address]);
      }}>${textField({ id: "address", label: t("handover_paste_address"), value: this.address, input: (text) => (this.address = text), mono: true, placeholder: "SPAREKEY/D1/…" })}
        <button type="submit" ?disabled=${!this.address.trim() || this.work.busy}>${t("read_text")}</button></form></section>`;
  }

  compare() {
    return html`<section class="card" aria-labelledby="words-title"><h2 id="words-title" tabindex="-1">${t("handover_words")}</h2>
      <p>${t("handover_words_text")}</p>
      <ol class="phrase six-words">${this.words.map((word) => html`<li>${word}</li>`)}</ol>
      <div class="buttons"><button type="button" class="primary" @click=${async () => {
        this.same = true;
        await this.focusOn("#which-title");
      }}>${t("handover_same")}</button>
        <button type="button" @click=${() => this.forget()}>${t("handover_differ")}</button></div></section>`;
  }

  forget() {
    this.address = "";
    this.words = [];
    this.same = false;
    this.work.say("");
  }

  choose() {
    const all = this.chosen.size === this.entries.length;
    return html`<form class="card" @submit=${(/** @type {SubmitEvent} */ event) => this.make(event)}>
      <h2 id="which-title" tabindex="-1">${t("handover_which")}</h2>
      <label class="check"><input type="checkbox" .checked=${all} @change=${() => (this.chosen = new Set(all ? [] : this.entries.map((entry) => entry.id)))}>
        <span>${tn("export_all", this.entries.length)}</span></label>
      <div class="choose-list">${this.entries.map(
        (entry) => html`<label class="check"><input type="checkbox" .checked=${this.chosen.has(entry.id)} @change=${() => this.toggle(entry.id)}><span>${nameOf(entry)}</span></label>`,
      )}</div>
      ${
        this.notes
          ? html`<label class="check"><input type="checkbox" .checked=${this.withNotes} @change=${() => (this.withNotes = !this.withNotes)}><span>${tn("notes_of", this.notes)}</span></label>`
          : nothing
      }
      <p class="hint">${t("handover_without")}</p>
      <password-field .label=${t("password_current")} .hint=${t("handover_fresh")} .value=${this.current} purpose="current-password" .disabled=${this.work.busy}
        @password-change=${(/** @type {CustomEvent} */ event) => (this.current = event.detail)}></password-field>
      ${this.work.progress()}
      <button type="submit" class="primary" ?disabled=${this.work.busy || !this.current || !this.chosen.size}>${tn("handover_seal", this.chosen.size)}</button></form>`;
  }

  /** @param {string} id */
  toggle(id) {
    const chosen = new Set(this.chosen);
    if (!chosen.delete(id)) chosen.add(id);
    this.chosen = chosen;
  }

  /** @param {NonNullable<typeof this.made>} made */
  sealed(made) {
    return html`<section class="card" aria-labelledby="sealed-title"><h2 id="sealed-title" tabindex="-1">${tn("handover_sealed", made.entries)}</h2>
      <p>${t("handover_sealed_text")}</p>
      <div class="buttons"><button type="button" class="primary" @click=${() => save(made.name, fromBase64(made.file))}>${t("handover_save")}</button>
        <span class="mono hint file-name">${made.name}</span></div>
      ${this.codes.length ? html`<h3>${t("handover_show")}</h3><p class="hint">${t("handover_show_text")}</p><qr-frames .codes=${this.codes} .label=${t("handover_show")}></qr-frames>` : html`<p class="hint">${t("handover_too_many")}</p>`}
    </section>
    <section class="card" aria-labelledby="after-title"><h2 id="after-title">${t("handover_after")}</h2>
      <ol class="steps"><li>${t("handover_after_try")}</li><li>${t("handover_after_copies")}</li></ol>
      <a class="button" href="#/">${t("to_accounts")}</a></section>`;
  }
}

customElements.define("page-handover", PageHandover);
