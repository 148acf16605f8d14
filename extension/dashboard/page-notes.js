/** Accounts of other apps that Sparekey makes no codes for, kept as notes: what each is, its text behind a second unlock, and out. */

import { html, nothing } from "lit";

import "../elements/second-unlock.js";
import { errorBanner } from "../elements/warnings.js";
import { ask, AskError } from "../shared/ask.js";
import { nameOf } from "../shared/format.js";
import { errorText, t, when } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { LoadedView } from "../shared/loaded-view.js";
import { save } from "../shared/save.js";
import { step } from "../shared/step.js";
import { toast } from "../shared/toast.js";
import { whyNot } from "./import-notes.js";

/** @typedef {import('../shared/protocol').KeptView} KeptView */

class PageNotes extends LoadedView {
  static properties = { items: { state: true }, shown: { state: true }, asking: { state: true }, problem: { state: true }, busy: { state: true } };

  constructor() {
    super();
    /** @type {KeptView[] | undefined} */
    this.items = undefined;
    /** @type {{ id: string, text: string } | undefined} The one whose text is on the screen. */
    this.shown = undefined;
    /** The one that waits for the second unlock. */
    this.asking = "";
    this.problem = "";
    this.busy = false;
  }

  connected() {
    super.connected();
    // A secret does not stay on the screen of a page that nobody looks at.
    document.addEventListener("visibilitychange", () => document.hidden && (this.shown = undefined), { signal: this.signal });
  }

  async look() {
    this.items = (await ask({ type: "kept" })).items;
  }

  /** The text, or the question for the password. @param {KeptView} note */
  async show({ id }) {
    await step(this, async () => {
      try {
        const { text } = await ask({ type: "show-kept", id });
        // Meanwhile the page may have been hidden.
        this.shown = document.hidden ? undefined : { id, text };
        this.asking = "";
      } catch (error) {
        if (!(error instanceof AskError && error.code === "needs-fresh")) throw error;
        this.shown = undefined;
        this.asking = id;
      }
    });
    if (this.shown) await this.focusOn(".note-text");
  }

  /** @param {KeptView} note */
  async drop(note) {
    const done = await step(this, () => ask({ type: "delete-kept", ids: [note.id] }));
    if (!done) return;
    if (this.shown?.id === note.id) this.shown = undefined;
    toast(t("note_deleted", nameOf(note)), t("undo"), () => this.back());
    await this.load();
    await this.focusOn("h1");
  }

  async back() {
    // No step of the page: the notice is pressed once and gone, whatever else is under way.
    this.problem = "";
    try {
      await ask({ type: "bring-kept-back" });
    } catch (error) {
      this.problem = errorText(error);
    }
    if (this.isConnected) await this.load();
    else if (this.problem) toast(this.problem);
  }

  render() {
    const { items } = this;
    if (!items) return nothing;
    return html`<header class="page-head"><h1 tabindex="-1">${t("notes_title")}</h1></header>
      <p class="lead">${t(items.length ? "notes_lead" : "notes_none")}</p>
      ${errorBanner(this.problem)}
      <ul class="notes">${items.map((note) => this.row(note))}</ul>`;
  }

  /** @param {KeptView} note */
  row(note) {
    const shown = this.shown?.id === note.id ? this.shown.text : undefined;
    const name = nameOf(note);
    return html`<li class="card note">
      <div class="note-head"><span class="names"><span class="issuer">${note.issuer || note.account || "—"}</span><span class="account">${note.issuer ? note.account : ""}</span></span>
        <span class="buttons">${
          shown === undefined
            ? html`<button type="button" aria-label=${t("note_show_of", name)} ?disabled=${this.busy} @click=${() => this.show(note)}>${icon("eye")}${t("show")}</button>`
            : html`<button type="button" aria-label=${t("note_hide_of", name)} @click=${() => (this.shown = undefined)}>${icon("hide")}${t("hide_secret")}</button>`
        }
        <button type="button" class="danger quiet" aria-label=${t("note_delete_of", name)} ?disabled=${this.busy} @click=${() => this.drop(note)}>${icon("bin")}${t("note_delete")}</button></span></div>
      <p>${whyNot(note.reason)}</p>
      <p class="hint">${[note.app && t("note_from", note.app), note.kind && t("note_type", note.kind), t("note_since", when(note.at))].filter(Boolean).join(" · ")}</p>
      ${this.asking === note.id ? html`<second-unlock .action=${t("show")} @fresh=${() => this.show(note)} @fresh-cancel=${() => (this.asking = "")}></second-unlock>` : nothing}
      ${shown === undefined ? nothing : this.text(note, shown)}</li>`;
  }

  /**
   * @param {KeptView} note
   * @param {string} text
   */
  text(note, text) {
    return html`<p class="warn-text">${t("note_secret")}</p>
      <pre class="note-text mono" tabindex="0" aria-label=${t("note_text_of", nameOf(note))}>${text}</pre>
      <div class="buttons"><button type="button" @click=${() => save(t("note_file"), new TextEncoder().encode(`${text}\n`))}>${t("note_save")}</button></div>`;
  }
}

customElements.define("page-notes", PageNotes);
