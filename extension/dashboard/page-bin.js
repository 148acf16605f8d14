/** The bin: back with it, or gone for good. */

import { html, nothing } from "lit";

import { askFresh } from "../elements/ask-fresh.js";
import { badge } from "../elements/badge.js";
import { ask } from "../shared/ask.js";
import { releaseUnused } from "../shared/by-itself.js";
import { nameOf } from "../shared/format.js";
import { t, tn, when } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { LoadedView } from "../shared/loaded-view.js";
import { toast } from "../shared/toast.js";

/** @typedef {import('../shared/protocol').EntryView} EntryView */

class PageBin extends LoadedView {
  static properties = { entries: { state: true }, asking: { state: true } };

  constructor() {
    super();
    /** @type {EntryView[] | undefined} */
    this.entries = undefined;
    /** @type {EntryView[]} What is about to be deleted for good. */
    this.asking = [];
  }

  async look() {
    const { entries } = await ask({ type: "list" });
    this.entries = entries.filter((entry) => entry.trashed != null);
  }

  /**
   * @param {'restore' | 'purge'} type
   * @param {EntryView[]} entries
   */
  async act(type, entries) {
    this.asking = [];
    try {
      const ids = entries.map((entry) => entry.id);
      await askFresh(type === "restore" ? { type, ids } : { type: "purge", ids });
      // It may have come to the bin on another device.
      if (type === "purge") await releaseUnused();
      toast(
        type === "restore" ? t("restored_one", nameOf(entries[0] ?? { issuer: "", account: "" })) : tn("purged", entries.length),
      );
    } catch (error) {
      this.tell("failed", error);
    }
    await this.load();
  }

  /** @param {EntryView[]} entries */
  async consider(entries) {
    this.asking = entries;
    await this.focusOn(".question button");
  }

  render() {
    const { entries, asking } = this;
    if (!entries) return nothing;
    return html`<header class="page-head"><h1>${t("bin")}</h1>
        ${entries.length > 1 ? html`<button type="button" class="danger" @click=${() => this.consider(entries)}>${icon("bin")}${t("bin_empty")}</button>` : nothing}
      </header>
      <p class="lead">${t(entries.length ? "bin_text" : "bin_is_empty")}</p>
      ${
        asking.length
          ? html`<div class="question" role="alertdialog" aria-labelledby="purge-text">
            <p id="purge-text">${asking.length === 1 && asking[0] ? t("purge_question_named", nameOf(asking[0])) : tn("purge_question", asking.length)} ${t("purge_copies")}</p>
            <div class="buttons"><button type="button" class="danger" @click=${() => this.act("purge", asking)}>${t("purge")}</button>
              <button type="button" @click=${() => (this.asking = [])}>${t("cancel")}</button></div>
          </div>`
          : nothing
      }
      <ul class="plain-list">${entries.map(
        (entry) => html`<li>
        ${badge(entry)}<span class="names"><span class="issuer">${entry.issuer || entry.account || "—"}</span>
          <span class="account">${[entry.issuer && entry.account, t("in_bin_since", when(entry.trashed ?? 0))].filter(Boolean).join(" · ")}</span></span>
        <button type="button" aria-label=${t("restore_of", nameOf(entry))} @click=${() => this.act("restore", [entry])}>${icon("again")}${t("restore_entry")}</button>
        <button type="button" class="danger quiet" aria-label=${t("purge_of", nameOf(entry))} @click=${() => this.consider([entry])}>${t("purge")}</button>
      </li>`,
      )}</ul>`;
  }
}

customElements.define("page-bin", PageBin);
