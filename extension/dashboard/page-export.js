/**
 * Export: accounts, with their secrets, as another app's file, as its QR codes, or on paper. Asks for the password once
 * more, says what lies open, and lists what the format could not hold.
 */

import { html, nothing } from "lit";

import { choiceField } from "../elements/account-fields.js";
import "../elements/new-password.js";
import "../elements/password-field.js";
import "../elements/qr-image.js";
import { policyNote } from "../elements/policy-note.js";
import { errorBanner } from "../elements/warnings.js";
import { working } from "../elements/working.js";
import { ask, AskError } from "../shared/ask.js";
import { nameOf } from "../shared/format.js";
import { Helper } from "../shared/heavy.js";
import { coded, errorText, t, tn } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { LoadedView } from "../shared/loaded-view.js";
import { withPassword } from "../shared/password.js";
import { save } from "../shared/save.js";

/** @typedef {import('../shared/protocol').TakenEntry} TakenEntry */
/** @typedef {{ bytes: Uint8Array<ArrayBuffer>, name: string, mime: string, lost: [number, string][] }} Written */
/** @typedef {{ title: string, rows: string[], text?: string }} Code What fits into no code is there as text. */

/** What can be chosen, sealed ones first: `crate/export` has the same list. */
const SEALED = [
  "aegis-json-encrypted",
  "2fas-json-encrypted",
  "bitwarden-json-encrypted",
  "ente-encrypted",
  "proton-authenticator-encrypted",
];
const PLAIN = [
  "google-migration-uri",
  "html-uri-list",
  "otpauth-uri-list",
  "aegis-json",
  "2fas-json",
  "bitwarden-json",
  "cxf-json",
  "ente-txt",
  "keepassxc-csv",
  "proton-authenticator-json",
];

class PageExport extends LoadedView {
  static properties = {
    policy: { attribute: false },
    entries: { state: true },
    all: { state: true },
    notes: { state: true },
    binned: { state: true },
    chosen: { state: true },
    format: { state: true },
    agreed: { state: true },
    own: { state: true },
    current: { state: true },
    problem: { state: true },
    busy: { state: true },
    written: { state: true },
    codes: { state: true },
  };

  constructor() {
    super();
    /** @type {import('../shared/protocol').PolicyView} */
    this.policy = /** @type {any} */ (undefined);
    /** @type {import('../shared/protocol').EntryView[] | undefined} */
    this.entries = undefined;
    /** Accounts that are kept as notes, which no export writes. */
    this.notes = 0;
    /** Accounts in the bin, which no export writes either. */
    this.binned = 0;
    this.all = true;
    /** @type {Set<string>} */
    this.chosen = new Set();
    this.format = SEALED[0] ?? "";
    this.agreed = false;
    /** The file's own password. */
    this.own = "";
    /** The vault's password, typed once more. */
    this.current = "";
    this.problem = "";
    /** @type {AbortController | undefined} */
    this.busy = undefined;
    /** @type {Written | undefined} */
    this.written = undefined;
    /** @type {Code[]} */
    this.codes = [];
    /** @type {TakenEntry[]} What was taken out, for as long as the result is on the screen. */
    this.taken = [];
  }

  connected() {
    super.connected();
    this.signal.addEventListener("abort", () => this.forget());
  }

  async look() {
    const { entries } = await ask({ type: "list" });
    this.entries = entries.filter((entry) => entry.trashed == null);
    this.binned = entries.length - this.entries.length;
    this.notes = (await ask({ type: "kept" })).items.length;
  }

  get sealed() {
    return SEALED.includes(this.format);
  }

  get ids() {
    /** @type {import('../shared/protocol').EntryView[]} */
    const entries = this.entries ?? [];
    return entries.filter((entry) => !entry.waits && (this.all || this.chosen.has(entry.id))).map((entry) => entry.id);
  }

  /** How many the core lets go only when their waiting time is over. */
  get waiting() {
    return (this.entries ?? []).filter((entry) => entry.waits).length;
  }

  /** How many of those that are chosen keep a former key, which no export writes. */
  get former() {
    const ids = new Set(this.ids);
    return (this.entries ?? []).filter((entry) => entry.former && ids.has(entry.id)).length;
  }

  get ready() {
    return this.ids.length > 0 && this.current !== "" && (this.sealed ? this.own !== "" : this.agreed);
  }

  /** @param {SubmitEvent} event */
  async write(event) {
    event.preventDefault();
    if (this.busy || !this.ready) return;
    const busy = new AbortController();
    this.busy = busy;
    this.problem = "";
    const signal = AbortSignal.any([this.signal, busy.signal]);
    try {
      const { jobs } = await ask({ type: "plan-fresh" });
      const { entries } = await withPassword(jobs, this.current, signal, (keys) =>
        ask({ type: "take-out", ids: this.ids, format: this.format, keys }),
      );
      this.taken = entries;
      const helper = new Helper(signal);
      const written = await helper.run("writeExport", [this.format, entries, this.sealed ? this.own : null, Date.now()]);
      // Shown when all of it is there: "Done" pressed between the file and its codes would leave the codes behind.
      this.codes = await this.draw(helper, written);
      signal.throwIfAborted();
      this.written = written;
      this.current = "";
      this.own = "";
      this.agreed = false;
    } catch (error) {
      this.forget();
      if (!signal.aborted) this.problem = errorText(error);
    } finally {
      this.busy = undefined;
      // The worker goes, and what it held with it.
      busy.abort();
    }
    await this.focusOn(".made button");
  }

  /**
   * The QR codes of what was written: a transfer's batches, or one for each account on paper.
   * @param {Helper} helper
   * @param {Written} written
   * @returns {Promise<Code[]>}
   */
  async draw(helper, written) {
    const { format } = this;
    if (format === "google-migration-uri") {
      const uris = linesOf(written);
      return await Promise.all(
        uris.map(async (uri, at) => ({
          title: t("export_batch", at + 1, uris.length),
          rows: await helper.run("qrMatrix", [uri]),
        })),
      );
    }
    if (format !== "html-uri-list") return [];
    const list = await helper.run("writeExport", ["otpauth-uri-list", this.taken, null, Date.now()]);
    const left = new Set(list.lost.filter(([, why]) => why.startsWith("entry-")).map(([at]) => at));
    const held = this.taken.filter((_, at) => !left.has(at));
    const codes = linesOf(list).map(async (uri, at) => ({
      title: held[at] ? nameOf(held[at].form) : "",
      text: uri,
      // A name of many hundred letters fits into none.
      rows: await helper.run("qrMatrix", [uri]).catch(noneWhereTooLong),
    }));
    return await Promise.all(codes);
  }

  forget() {
    this.written?.bytes.fill(0);
    this.written = undefined;
    this.codes = [];
    this.taken = [];
  }

  render() {
    if (!this.entries) return nothing;
    return html`<header class="page-head"><h1>${t("export")}</h1></header>
      <p class="lead">${t("export_lead")}</p>
      ${errorBanner(this.problem)}
      ${this.written ? this.made(this.written) : this.form(this.entries)}`;
  }

  /** @param {import('../shared/protocol').EntryView[]} entries */
  form(entries) {
    if (entries.length === 0) return html`<p>${t("export_nothing")}</p>`;
    const busy = !!this.busy;
    const free = entries.length - this.waiting;
    return html`<section class="card"><form @submit=${(/** @type {SubmitEvent} */ event) => this.write(event)}>
      <fieldset ?disabled=${busy}><legend>${t("export_which")}</legend>
        ${this.which(true, tn("export_all", free || entries.length), !free)}${this.which(false, t("export_some"))}
        ${
          this.all
            ? nothing
            : html`<div class="choose-list">${entries.map(
                (entry) => html`<label class="check"><input type="checkbox" ?disabled=${entry.waits} .checked=${!entry.waits && this.chosen.has(entry.id)} @change=${() => this.toggle(entry.id)}>
              <span>${nameOf(entry)}${entry.waits ? html` <small class="hint">${t("export_waits")}</small>` : nothing}</span></label>`,
              )}</div>`
        }
      </fieldset>
      ${this.notes ? html`<p class="hint">${tn("export_notes", this.notes)} <a class="link" href="#/notes">${t("notes_open")}</a></p>` : nothing}
      ${this.binned ? html`<p class="hint">${tn("export_bin", this.binned)} <a class="link" href="#/bin">${t("bin")}</a></p>` : nothing}
      ${this.waiting ? html`<p class="hint" id="export-waiting">${tn("export_waiting", this.waiting)}</p>` : nothing}
      ${this.former ? html`<p class="hint">${tn("export_former", this.former)}</p>` : nothing}
      ${choiceField({
        id: "export-format",
        label: t("export_format"),
        value: this.format,
        options: [...SEALED, ...(this.policy.plainExport ? PLAIN : [])].map((id) => [id, coded("format", id) ?? id]),
        change: (value) => {
          this.format = value;
          this.agreed = false;
          this.own = "";
        },
      })}
      ${policyNote(this.policy, "plainExport")}
      ${this.sealed ? this.sealing(busy) : this.warning(busy)}
      <password-field .label=${t("password_current")} .hint=${t("export_fresh")} .value=${this.current} purpose="current-password" .disabled=${busy}
        @password-change=${(/** @type {CustomEvent} */ event) => (this.current = event.detail)}></password-field>
      ${this.busy ? working(t("export_writing"), () => this.busy?.abort()) : nothing}
      <button type="submit" class="primary" ?disabled=${busy || !this.ready}>${t("export_write")}</button>
    </form></section>`;
  }

  /**
   * @param {boolean} all
   * @param {string} text
   * @param {boolean} [wait] All of them wait: there is none to write.
   */
  which(all, text, wait = false) {
    return html`<label class="check"><input type="radio" name="export-which" ?disabled=${wait} aria-describedby=${wait ? "export-waiting" : nothing}
      .checked=${this.all === all} @change=${() => (this.all = all)}>
      <span>${text}</span></label>`;
  }

  /** @param {string} id */
  toggle(id) {
    const chosen = new Set(this.chosen);
    if (!chosen.delete(id)) chosen.add(id);
    this.chosen = chosen;
  }

  /** @param {boolean} busy */
  sealing(busy) {
    return html`<fieldset><legend>${t("export_own_password")}</legend><p class="hint">${t("export_own_password_hint")}</p>
      <new-password .what=${t("export_own_password")} .disabled=${busy}
        @password-ready=${(/** @type {CustomEvent} */ event) => (this.own = event.detail)}></new-password></fieldset>`;
  }

  /** @param {boolean} busy */
  warning(busy) {
    return html`<div class="banner banner-warn">${icon("warn")}<div><p>${t("export_plain_warning")}</p>
      <label class="check"><input type="checkbox" .checked=${this.agreed} ?disabled=${busy} @change=${() => (this.agreed = !this.agreed)}>
        <span>${t("export_plain_agree")}</span></label></div></div>`;
  }

  /** @param {Written} written */
  made(written) {
    const left = new Set(written.lost.filter(([, why]) => why.startsWith("entry-")).map(([at]) => at));
    return html`<section class="card made" aria-labelledby="export-made"><h2 id="export-made">${t("export_made")}</h2>
      <p>${tn("export_holds", this.taken.length - left.size)} ${t(this.sealed ? "export_next_sealed" : "export_next_plain")}</p>
      <div class="buttons">
        <button type="button" class="primary" @click=${() => save(written.name, written.bytes)}>${t("export_save")}</button>
        ${this.format === "html-uri-list" ? html`<button type="button" @click=${() => print()}>${t("export_print")}</button>` : nothing}
        <span class="mono hint">${written.name}</span>
      </div>
      ${this.lost(written)}
      <button type="button" class="link" @click=${() => this.forget()}>${t("done")}</button></section>
      ${this.codes.length ? this.sheet() : nothing}`;
  }

  sheet() {
    return html`<section class="qr-sheet ${this.format === "google-migration-uri" ? "batches" : ""}" aria-label=${t("export_codes")}>
      ${this.format === "google-migration-uri" ? html`<p class="hint">${t("export_google_how")}</p>` : nothing}
      <ul>${this.codes.map(
        ({ title, rows, text }) => html`<li>${
          rows.length ? html`<qr-image .rows=${rows} .label=${title}></qr-image>` : html`<p class="hint">${t("export_no_code")}</p><p class="mono">${text}</p>`
        }<span>${title}</span></li>`,
      )}</ul></section>`;
  }

  /** @param {Written} written */
  lost(written) {
    if (written.lost.length === 0) return html`<p class="good">${icon("done")}${t("export_lost_nothing")}</p>`;
    /** @type {Map<string, string[]>} */
    const byCode = new Map();
    for (const [at, why] of written.lost) {
      const entry = this.taken[at];
      byCode.set(why, [...(byCode.get(why) ?? []), entry ? nameOf(entry.form) : ""]);
    }
    return html`<h3>${t("export_lost")}</h3>
      <ul class="lost-list">${[...byCode].map(
        ([why, names]) => html`<li><strong>${coded("lost", why) ?? why}</strong> ${names.join("; ")}</li>`,
      )}</ul>`;
  }
}

/**
 * No code for a text that none can hold. Whatever else keeps a code from being drawn is no such text.
 * @param {unknown} error
 * @returns {string[]}
 */
function noneWhereTooLong(error) {
  if (error instanceof AskError && error.code === "too-long") return [];
  throw error;
}

/** @param {Written} written */
function linesOf(written) {
  return new TextDecoder().decode(written.bytes).split("\n").filter(Boolean);
}

customElements.define("page-export", PageExport);
