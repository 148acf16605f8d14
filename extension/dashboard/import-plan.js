/** What an import would do with each entry, and which of them the user wants. Tells `import-chosen` with a `Set` of places. */

import { html, nothing } from "lit";

import { badge } from "../elements/badge.js";
import { View } from "../shared/element.js";
import { coded, errorText, listed, t, tn } from "../shared/i18n.js";
import { AskError } from "../shared/ask.js";
import { notesList } from "./import-notes.js";
import { skippedList } from "./import-skipped.js";

/** @typedef {import('../shared/protocol').ImportItem} ImportItem */
/** @typedef {import('../shared/protocol').ImportForm} ImportForm */

/** What can be taken; everything else is here, or cannot be read. */
const TAKABLE = new Set(["new", "other-secret", "other-settings", "same-key"]);

/**
 * The places of the entries that are taken unless the user says otherwise.
 * @param {ImportItem[]} items
 */
export function takable(items) {
  return new Set(items.flatMap((item, index) => (item.ticked ? [index] : [])));
}

/**
 * The places of the entries that can be taken at all.
 * @param {ImportItem[]} items
 */
function offered(items) {
  return items.flatMap((item, index) => (TAKABLE.has(item.outcome) ? [index] : []));
}

class ImportPlan extends View {
  static properties = { read: { attribute: false }, items: { attribute: false }, chosen: { attribute: false }, outcomes: { attribute: false }, notes: { attribute: false } };

  constructor() {
    super();
    /** @type {import('../shared/read-files.js').ReadFiles | undefined} */
    this.read = undefined;
    /** @type {ImportItem[]} */
    this.items = [];
    /** @type {Set<number>} */
    this.chosen = new Set();
    /** @type {string[]} What would become of each item that no entry can hold. */
    this.outcomes = [];
    /** @type {Set<number>} Which of those are kept as notes. */
    this.notes = new Set();
  }

  /**
   * @param {number[]} places
   * @param {boolean} take
   */
  choose(places, take) {
    const next = new Set(this.chosen);
    for (const place of places) {
      if (take) next.add(place);
      else next.delete(place);
    }
    this.tell("import-chosen", next);
  }

  render() {
    const { read } = this;
    if (!read) return nothing;
    return html`${notesList(read, this.outcomes, this.notes, (notes) => this.tell("import-notes", notes))}
      ${skippedList(read.skipped.filter((item) => !item.kept))}
      ${read.entries.length ? this.found(read, offered(this.items)) : nothing}`;
  }

  /**
   * @param {import('../shared/read-files.js').ReadFiles} read
   * @param {number[]} all
   */
  found(read, all) {
    return html`<section class="card" aria-labelledby="plan-title"><h2 id="plan-title" tabindex="-1">${tn("found", read.entries.length)}</h2>
      <p class="hint">${this.summary()}</p>
      ${
        all.length > 1
          ? html`<label class="check"><input type="checkbox" .checked=${all.every((place) => this.chosen.has(place))} @change=${(
              /** @type {Event} */ event,
            ) => this.choose(all, checked(event))}><span>${t("import_all")}</span></label>`
          : nothing
      }
      <ul class="plain-list import-items">${read.entries.map((entry, place) => this.item(entry, place))}</ul></section>`;
  }

  /** How many of each kind. */
  summary() {
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const { outcome } of this.items) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    return listed([...counts].map(([outcome, count]) => `${count} ${coded("outcome", outcome) ?? outcome}`));
  }

  /**
   * @param {ImportForm} entry
   * @param {number} place
   */
  item(entry, place) {
    const plan = this.items[place];
    if (!plan) return nothing;
    const { form } = entry;
    const name = form.issuer || form.account || "—";
    return html`<li>
      ${badge(form)}<span class="names"><span class="issuer">${name}</span><span class="account">${form.issuer ? form.account : ""}</span>
        ${notes(entry, plan).map((note) => html`<small class="import-note">${note}</small>`)}
        ${entry.suspect ? html`<small class="import-note import-suspect">${coded("suspect", entry.suspect) ?? t("suspect_unknown")}</small>` : nothing}
      </span>
      <span class="outcome-tag outcome-${plan.outcome}">${coded("outcome", plan.outcome) ?? plan.outcome}</span>
      ${
        TAKABLE.has(plan.outcome)
          ? html`<label class="check small"><input type="checkbox" .checked=${this.chosen.has(place)} @change=${(/** @type {Event} */ event) =>
              this.choose([place], checked(event))}><span>${t("take")}<span class="visually-hidden"> ${form.issuer} ${form.account}</span></span></label>`
          : nothing
      }
    </li>`;
  }
}

/**
 * What the user should know before taking it, a line each.
 * @param {ImportForm} entry
 * @param {ImportItem} plan
 */
function notes(entry, plan) {
  const notes = [];
  if (plan.outcome === "other-secret") notes.push(t("import_other_secret"));
  const settings = listed(plan.settings.map(differs));
  if (plan.sameKey) notes.push(settings ? t("import_same_key_settings", plan.sameKey, settings) : t("import_same_key", plan.sameKey));
  else if (settings) notes.push(t("import_other_settings", settings));
  if (plan.failure) notes.push(errorText(new AskError(plan.failure)));
  if (entry.lost.length) notes.push(t("import_loses", listed(entry.lost.map((code) => coded("loses", code) ?? code))));
  if (entry.trashed) notes.push(t("import_trashed"));
  return notes;
}

/** @param {import('../shared/protocol').OtherSetting} setting */
function differs(setting) {
  const words = (/** @type {string} */ value) => (setting.what === "kind" ? (coded("kind", value) ?? value) : value);
  return coded("setting", setting.what, words(setting.new), words(setting.known)) ?? setting.what;
}

/** @param {Event} event */
function checked(event) {
  return /** @type {HTMLInputElement} */ (event.target).checked;
}

customElements.define("import-plan", ImportPlan);
