/** All accounts with their live codes. */

import { html, nothing } from "lit";

import "../elements/entry-list.js";
import { ask } from "../shared/ask.js";
import { onChange } from "../shared/changes.js";
import { watchCodes } from "../shared/codes.js";
import { copyCode } from "../shared/copy.js";
import { View } from "../shared/element.js";
import { t, tn } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { matching } from "../shared/search.js";
import { go } from "./route.js";

/** @typedef {import('../shared/protocol').EntryView} EntryView */

class PageAccounts extends View {
  static properties = { status: { attribute: false }, entries: { state: true }, codes: { state: true }, query: { state: true }, moving: { state: true }, notes: { state: true }, lost: { state: true } };

  constructor() {
    super();
    /** @type {import('../shared/protocol').Status} */
    this.status = /** @type {any} */ (undefined);
    /** @type {EntryView[] | undefined} */
    this.entries = undefined;
    /** @type {Map<string, import('../shared/protocol').CodeView>} */
    this.codes = new Map();
    this.query = "";
    /** Accounts that are still to be moved by hand from another app. */
    this.moving = 0;
    /** Accounts of other apps that are kept as notes. */
    this.notes = 0;
    /** Accounts that are still to be enrolled anew after a device was lost. */
    this.lost = 0;
  }

  connected() {
    this.load().then(() => this.focusOn("input[type=search]"));
    onChange(() => this.load(), this.signal);
    watchCodes(
      (codes) => (this.codes = new Map([...this.codes, ...codes])),
      (error) => this.tell("failed", error),
      this.signal,
    );
    addEventListener("keydown", (event) => this.typed(event), { signal: this.signal });
  }

  async load() {
    try {
      const { entries } = await ask({ type: "list" });
      this.entries = entries.filter((entry) => entry.trashed == null);
      if (this.status.session !== "full") return;
      this.moving = (await ask({ type: "moving" })).left;
      this.notes = (await ask({ type: "kept" })).items.length;
      this.lost = (await ask({ type: "worklist" })).left;
    } catch (error) {
      this.tell("failed", error);
    }
  }

  /** Typing anywhere on the page searches. @param {KeyboardEvent} event */
  typed(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1 || event.key === " ") return;
    if (target.closest("input, textarea, select, [contenteditable]")) return;
    const search = this.querySelector("input[type=search]");
    if (event.key === "/") event.preventDefault();
    if (search instanceof HTMLElement) search.focus();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const list = /** @type {import('../elements/entry-list.js').EntryList | null} */ (this.querySelector("entry-list"));
    if (event.key === "ArrowDown") {
      event.preventDefault();
      list?.enter();
    } else if (event.key === "Enter") {
      list?.rows()[0]?.click();
    } else if (event.key === "Escape") {
      this.query = "";
    }
  }

  /** @param {EntryView} entry */
  async copy(entry) {
    const code = this.codes.get(entry.id)?.code;
    if (entry.emergency != null && !code) return go("entry", entry.id);
    if (code) await copyCode(code, entry);
    else await this.nextCode(entry);
  }

  /** @param {EntryView} entry */
  async nextCode(entry) {
    try {
      const code = await ask({ type: "next-hotp", id: entry.id });
      this.codes = new Map(this.codes).set(entry.id, code);
    } catch (error) {
      this.tell("failed", error);
    }
  }

  render() {
    if (!this.entries) return nothing;
    if (!this.entries.length) return [empty(), this.notesLine()];
    const found = matching(this.entries, this.query);
    const { showNext, hideCodes } = this.status.settings;
    return html`<header class="page-head">
        <h1>${t("accounts")}</h1>
        <div class="search">${icon("search")}<input type="search" .value=${this.query} placeholder=${t("search")} aria-label=${t("search")}
          autocomplete="off" spellcheck="false" @keydown=${(/** @type {KeyboardEvent} */ event) => this.key(event)}
          @input=${(/** @type {InputEvent} */ event) => (this.query = /** @type {HTMLInputElement} */ (event.target).value)}></div>
        ${this.status.session === "full" ? html`<a class="button primary" href="#/add">${icon("add")}${t("add_account")}</a>` : nothing}
      </header>
      ${this.lost ? html`<p class="banner banner-warn"><span>${tn("stolen_left_of", this.lost)} <a class="link" href="#/lost">${t("move_open")}</a></span></p>` : nothing}
      ${this.moving ? html`<p class="banner"><span>${tn("move_left_of", this.moving)} <a class="link" href="#/move">${t("move_open")}</a></span></p>` : nothing}
      <p class="visually-hidden" role="status">${this.query ? tn("found_count", found.length) : ""}</p>
      ${
        found.length
          ? html`<entry-list class="grid" .entries=${found} .codes=${this.codes} .showNext=${showNext} .veiled=${hideCodes}
            @entry-press=${(/** @type {CustomEvent} */ event) => this.copy(event.detail)}
            @entry-copy=${(/** @type {CustomEvent} */ event) => this.copy(event.detail)}
            @entry-next=${(/** @type {CustomEvent} */ event) => this.nextCode(event.detail)}
            @entry-open=${(/** @type {CustomEvent} */ event) => go("entry", event.detail.id)}
            @entry-leave=${() => this.focusOn("input[type=search]")}></entry-list>`
          : html`<p class="empty">${t("nothing_found", this.query)}</p>`
      }
      ${this.query ? nothing : this.notesLine()}`;
  }

  notesLine() {
    return this.notes ? html`<p class="hint notes-line"><a class="link" href="#/notes">${tn("notes_of", this.notes)}</a></p>` : nothing;
  }
}

function empty() {
  return html`<div class="empty empty-page">
    <span class="state-icon">${icon("scan")}</span>
    <h1>${t("no_accounts_title")}</h1>
    <p>${t("no_accounts_text")}</p>
    <ol class="steps"><li>${t("no_accounts_step_1")}</li><li>${t("no_accounts_step_2")}</li><li>${t("no_accounts_step_3")}</li></ol>
    <div class="buttons">
      <a class="button primary" href="#/add">${icon("add")}${t("add_account")}</a>
      <a class="button" href="#/restore">${t("restore_bundle")}</a>
    </div>
  </div>`;
}

customElements.define("page-accounts", PageAccounts);
