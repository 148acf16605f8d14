/** The notes of a bundle that is open in memory: for a guest and in the recovery kit. */

import { html, nothing } from "lit";

import { View } from "../shared/element.js";
import { nameOf } from "../shared/format.js";
import { coded, errorText, t, tn } from "../shared/i18n.js";
import { turn } from "../shared/turn.js";
import { errorBanner } from "./warnings.js";

/** @typedef {import('../shared/protocol').KeptView} KeptView */

export class KeptNotes extends View {
  static properties = { items: { attribute: false }, read: { attribute: false }, closed: { attribute: false }, texts: { state: true }, problem: { state: true } };

  constructor() {
    super();
    /** @type {KeptView[]} */
    this.items = [];
    /** @type {((id: string) => string | Promise<string>) | undefined} */
    this.read = undefined;
    /** What closes the texts, if anything: the line that says so. @type {unknown} */
    this.closed = nothing;
    /** Those that are on the screen. @type {Map<string, string>} */
    this.texts = new Map();
    this.problem = "";
  }

  /** @param {string} id */
  async turn(id) {
    try {
      await turn(this.texts, id, async () => (await this.read?.(id)) ?? "");
      this.requestUpdate();
    } catch (error) {
      this.problem = errorText(error);
    }
  }

  render() {
    if (!this.items.length) return nothing;
    return html`<section aria-labelledby="kept-notes"><h3 id="kept-notes">${tn("notes_of", this.items.length)}</h3>
      <p class="hint">${t("notes_lead_bundle")}</p>${this.closed}${errorBanner(this.problem)}
      <ul class="plain-list kept-notes">${this.items.map((note) => this.row(note))}</ul></section>`;
  }

  /** @param {KeptView} note */
  row(note) {
    const text = this.texts.get(note.id);
    const open = text !== undefined;
    return html`<li><span class="names"><span class="issuer">${note.issuer || note.account || "—"}</span><span class="account">${note.issuer ? note.account : ""}</span>
        <small class="import-note">${[note.app && t("note_from", note.app), note.kind && t("note_type", note.kind)].filter(Boolean).join(" · ")}</small>
        <small class="import-note">${coded("skipped", note.reason) ?? t("skipped_unknown", note.reason)}</small></span>
      ${this.closed === nothing ? html`<span class="buttons no-print"><button type="button" aria-expanded=${open} aria-label=${t(open ? "note_hide_of" : "note_show_of", nameOf(note))}
        @click=${() => this.turn(note.id)}>${t(open ? "hide_secret" : "show")}</button></span>` : nothing}
      ${open ? html`<pre class="note-text mono" tabindex="0" aria-label=${t("note_text_of", nameOf(note))}>${text}</pre>` : nothing}</li>`;
  }
}

customElements.define("kept-notes", KeptNotes);
