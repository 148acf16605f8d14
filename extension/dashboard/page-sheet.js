/** The emergency sheet: what to fill in, what is still missing, and the page that is printed. No secret is on it. */

import { html, nothing } from "lit";

import { textField } from "../elements/account-fields.js";
import { Work } from "../elements/work.js";
import { ask } from "../shared/ask.js";
import { View } from "../shared/element.js";
import { nameOf } from "../shared/format.js";
import { listed, t, when } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { kitDigest } from "../shared/kit.js";
import { toast } from "../shared/toast.js";

/** @typedef {import('../shared/protocol').EmergencySheet} Sheet */
/** @typedef {import('../shared/protocol').Organisation} Organisation */

/** What an organisation's support asks for. */
const FIELDS = /** @type {const} */ (["name", "tenant", "domain", "onmicrosoft", "subscription", "invoice", "billing", "admins", "support"]);

class PageSheet extends View {
  static properties = { status: { attribute: false }, sheet: { state: true }, entries: { state: true }, kit: { state: true }, changed: { state: true } };

  constructor() {
    super();
    /** @type {import('../shared/protocol').Status} */
    this.status = /** @type {any} */ (undefined);
    /** @type {Sheet | undefined} */
    this.sheet = undefined;
    /** @type {import('../shared/protocol').EntryView[]} */
    this.entries = [];
    this.kit = "";
    this.changed = false;
    this.work = new Work(this);
  }

  connected() {
    this.work.run(async () => {
      const { entries } = await ask({ type: "list" });
      this.entries = entries.filter((entry) => entry.trashed == null);
      this.sheet = (await ask({ type: "sheet" })).sheet;
      this.kit = await kitDigest();
    });
  }

  /** @param {Partial<Sheet>} part */
  change(part) {
    if (this.sheet) this.sheet = { ...this.sheet, ...part };
    this.changed = true;
  }

  /**
   * @param {number} at
   * @param {Partial<Organisation>} part
   */
  changeOne(at, part) {
    const organisations = (this.sheet?.organisations ?? []).map((one, place) => (place === at ? { ...one, ...part } : one));
    this.change({ organisations });
  }

  /** @param {SubmitEvent} event */
  async save(event) {
    event.preventDefault();
    const { sheet } = this;
    if (!sheet) return;
    await this.work.run(async () => {
      this.sheet = (await ask({ type: "set-sheet", sheet })).sheet;
      this.changed = false;
      toast(t("saved"));
    });
  }

  render() {
    const { sheet } = this;
    if (!sheet) return this.work.banner();
    return html`<header class="page-head"><h1>${t("esheet_title")}</h1></header><p class="lead">${t("esheet_lead")}</p>
      ${this.work.banner()}${this.form(sheet)}${this.paper(sheet)}`;
  }

  /** @param {Sheet} sheet */
  form(sheet) {
    const area = (/** @type {"copies" | "support"} */ key) => html`<div class="field"><label for="esheet-${key}">${t(`esheet_${key}`)}</label>
      <textarea id="esheet-${key}" rows="3" autocomplete="off" .value=${sheet[key]} placeholder=${t(`esheet_${key}_example`)}
        @input=${(/** @type {InputEvent} */ event) => this.change({ [key]: /** @type {HTMLTextAreaElement} */ (event.target).value })}></textarea></div>`;
    return html`<section class="card" aria-labelledby="esheet-form"><h2 id="esheet-form">${t("esheet_fill")}</h2>
      <form @submit=${(/** @type {SubmitEvent} */ event) => this.save(event)}>
        ${area("copies")}${area("support")}
        ${sheet.organisations.map((one, at) => this.organisation(one, at))}
        <div class="buttons"><button type="button" @click=${() => this.change({ organisations: [...sheet.organisations, empty()] })}>${icon("add")}${t("esheet_add")}</button></div>
        ${this.warnings(sheet)}
        <div class="buttons"><button type="submit" class="primary" ?disabled=${!this.changed || this.work.busy}>${t("save")}</button>
          <button type="button" ?disabled=${this.changed} @click=${() => print()}>${t("print")}</button></div>
      </form></section>`;
  }

  /**
   * @param {Organisation} one
   * @param {number} at
   */
  organisation(one, at) {
    return html`<fieldset><legend>${one.name || t("esheet_organisation", at + 1)}</legend><div class="form-grid">${FIELDS.map((field) =>
      textField({ id: `org-${at}-${field}`, label: t(`esheet_org_${field}`), value: one[field], input: (value) => this.changeOne(at, { [field]: value }) }),
    )}</div>
      <button type="button" class="link" @click=${() => this.change({ organisations: this.sheet?.organisations.filter((_, place) => place !== at) ?? [] })}>${t("esheet_remove")}</button></fieldset>`;
  }

  /** What is still empty. @param {Sheet} sheet */
  warnings(sheet) {
    const empty = [
      ...(sheet.copies.trim() ? [] : [t("esheet_copies")]),
      ...sheet.organisations.flatMap((one, at) => {
        const missing = FIELDS.filter((field) => !one[field].trim()).map((field) => t(`esheet_org_${field}`));
        return missing.length ? [t("esheet_missing_of", one.name || t("esheet_organisation", at + 1), listed(missing))] : [];
      }),
    ];
    if (!empty.length) return nothing;
    return html`<div class="banner banner-warn esheet-missing" role="status">${icon("warn")}<div><p>${t("esheet_missing")}</p><ul>${empty.map((line) => html`<li>${line}</li>`)}</ul></div></div>`;
  }

  /** @param {Sheet} sheet */
  paper(sheet) {
    const { backup, backups } = this.status;
    const place = backups.destination === "folder" ? t("backups_in_folder", backups.folder) : backups.destination ? t("backups_in_downloads") : "";
    const blank = "____________________";
    return html`<section class="card" aria-labelledby="esheet-paper"><h2 id="esheet-paper">${t("esheet_paper")}</h2>
      <div class="sheet esheet"><header><img src="../icons/sparekey.svg" alt="" width="28" height="28"><div><h3>${t("esheet_heading")}</h3>
          <p>${t("esheet_printed", when(Date.now()))}</p></div></header>
        <h4>${t("esheet_copies")}</h4><p class="esheet-text">${sheet.copies.trim() || blank}</p>
        ${place ? html`<p>${t("esheet_folder", place)}</p>` : nothing}
        ${backup ? html`<p>${t("esheet_newest", when(backup.made))}</p>` : nothing}
        <h4>${t("esheet_open")}</h4><ol>${[1, 2, 3].map((n) => html`<li>${t(`esheet_open_${n}`)}</li>`)}</ol>
        <p>${t("esheet_kit")} <span class="mono esheet-digest">${this.kit}</span></p>
        <h4>${t("esheet_support")}</h4><p class="esheet-text">${sheet.support.trim() || blank}</p>
        ${sheet.organisations.map(
          (one, at) => html`<section class="esheet-org"><h4>${one.name || t("esheet_organisation", at + 1)}</h4>
          <dl>${FIELDS.slice(1).map((field) => html`<div><dt>${t(`esheet_org_${field}`)}</dt><dd>${one[field].trim() || blank}</dd></div>`)}</dl></section>`,
        )}
        <h4>${t("esheet_accounts", this.entries.length)}</h4><ul class="esheet-accounts">${this.entries.map((entry) => html`<li>☐ ${nameOf(entry)}</li>`)}</ul>
        <p class="sheet-place">${t("sheet_place")}</p></div></section>`;
  }
}

/** @returns {Organisation} */
function empty() {
  return { name: "", tenant: "", domain: "", onmicrosoft: "", subscription: "", invoice: "", billing: "", admins: "", support: "" };
}

customElements.define("page-sheet", PageSheet);
