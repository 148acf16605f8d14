/**
 * The site's own backup codes, on the page of an account: how many are left is seen at once, the codes behind a second
 * unlock; new ones are pasted or dropped, looked at, and kept.
 */

import { html, nothing } from "lit";

import { askFresh } from "../elements/ask-fresh.js";
import { codeDoubt } from "../elements/code-doubt.js";
import "../elements/drop-zone.js";
import "../elements/found-codes.js";
import "../elements/second-unlock.js";
import { errorBanner } from "../elements/warnings.js";
import { agree } from "../shared/agree.js";
import { ask, AskError } from "../shared/ask.js";
import { bytesOf } from "../shared/bytes.js";
import { View } from "../shared/element.js";
import { nameOf } from "../shared/format.js";
import { t, tn, when } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { step } from "../shared/step.js";
import { toast } from "../shared/toast.js";

/** @typedef {import('../shared/protocol').SiteCode} SiteCode */

/** A list of codes is a page of text. */
const MOST_BYTES = 1024 * 1024;

class BackupCodes extends View {
  static properties = {
    entry: { attribute: false },
    codes: { state: true },
    found: { state: true },
    mode: { state: true },
    text: { state: true },
    problem: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    /** @type {import('../shared/protocol').EntryView} */
    this.entry = /** @type {any} */ (undefined);
    /** @type {SiteCode[] | undefined} Those on the screen. */
    this.codes = undefined;
    /** @type {SiteCode[] | undefined} What a text lists. */
    this.found = undefined;
    /** @type {'' | 'unlock' | 'add'} */
    this.mode = "";
    this.text = "";
    this.problem = "";
    this.busy = false;
  }

  connected() {
    // Codes do not stay on the screen of a page that nobody looks at.
    document.addEventListener("visibilitychange", () => document.hidden && (this.codes = undefined), { signal: this.signal });
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    const before = /** @type {import('../shared/protocol').EntryView | undefined} */ (changed.get("entry"));
    if (before && before.id !== this.entry.id) {
      this.codes = this.found = undefined;
      this.mode = this.text = this.problem = "";
    } else if (before && this.codes && before.modified !== this.entry.modified) this.show();
  }

  /** The codes, or the question for the password. */
  async show() {
    await step(this, async () => {
      try {
        this.codes = (await ask({ type: "backup-codes", id: this.entry.id })).codes;
        this.mode = "";
      } catch (error) {
        if (!(error instanceof AskError && error.code === "needs-fresh")) throw error;
        this.codes = undefined;
        this.mode = "unlock";
      }
    });
  }

  /** @param {string} text */
  async read(text) {
    await step(this, async () => {
      const { codes } = await ask({ type: "read-backup-codes", text });
      if (!codes.length) throw new AskError({ code: "no-codes-found" });
      this.found = codes;
      this.text = "";
    });
  }

  /** @param {File[]} files */
  async drop([file]) {
    if (!file) return;
    await step(this, async () => {
      if (file.size > MOST_BYTES) throw new AskError({ code: "too-large" });
      this.text = new TextDecoder().decode(await bytesOf(file));
    });
    if (this.text) await this.read(this.text);
  }

  /** @param {{ codes: SiteCode[], add: boolean }} what */
  async keep({ codes, add }) {
    const kept = await step(this, () => askFresh({ type: "keep-backup-codes", id: this.entry.id, codes, add }));
    if (!kept) return;
    this.close();
    toast(tn("codes_kept", codes.length));
  }

  async remove() {
    if (!(await agree(t("codes_remove_question", nameOf(this.entry)), t("codes_remove"), this.signal))) return;
    const removed = await step(this, () => askFresh({ type: "keep-backup-codes", id: this.entry.id, codes: [], add: false }));
    if (removed) this.close();
  }

  /**
   * @param {string | null} code
   * @param {boolean} used
   */
  async mark(code, used) {
    await step(this, () => ask({ type: "mark-backup-code", id: this.entry.id, code, used }));
    if (this.codes) await this.show();
  }

  close() {
    this.found = this.codes = undefined;
    this.mode = this.text = this.problem = "";
  }

  render() {
    const kept = this.entry.backupCodes;
    return html`<section class="card backup-codes" aria-labelledby="codes-title">
      <div class="card-head"><h2 id="codes-title">${t("site_codes")}</h2>${kept ? html`<span class="codes-count ${kept.low ? "codes-few" : ""}">${t("codes_left_of", kept.left, kept.of)}</span>` : nothing}</div>
      ${errorBanner(this.problem)}
      ${kept?.tried != null ? codeDoubt(nameOf(this.entry), (used) => this.mark(null, used)) : nothing}
      ${this.found ? this.offered(this.found) : this.mode === "unlock" ? this.unlock() : this.mode === "add" ? this.adding() : this.overview()}
    </section>`;
  }

  overview() {
    const kept = this.entry.backupCodes;
    if (!kept) {
      return html`<p class="hint">${t("site_codes_none")}</p>
        <div class="buttons"><button type="button" class="codes-add" @click=${() => this.open()}>${icon("add")}${t("codes_add")}</button>${this.link()}</div>`;
    }
    return html`${kept.low ? html`<p class="warn-text">${t(kept.left ? "codes_low" : "codes_out")}</p>` : html`<p class="hint">${t("site_codes_hint")}</p>`}
      ${this.codes ? this.list(this.codes) : nothing}
      <div class="buttons">
        ${
          this.codes
            ? html`<button type="button" @click=${() => (this.codes = undefined)}>${icon("hide")}${t("hide_secret")}</button>`
            : html`<button type="button" class="codes-show" ?disabled=${this.busy} @click=${() => this.show()}>${icon("eye")}${t("codes_show")}</button>`
        }
        <button type="button" class="codes-add" @click=${() => this.open()}>${icon("add")}${t("codes_add_new")}</button>
        ${this.link()}
        ${this.codes ? html`<button type="button" class="link danger" @click=${() => this.remove()}>${t("codes_remove")}</button>` : nothing}
      </div>
      <p class="hint">${t("codes_kept_on", when(kept.listed))}</p>`;
  }

  /** Where the site gives new ones: its own address, nothing more is known. */
  link() {
    const site = this.entry.sites[0];
    return site ? html`<a class="button quiet" href=${site.origin} target="_blank" rel="noreferrer">${icon("open")}${t("codes_renew", site.host)}</a>` : nothing;
  }

  async open() {
    this.mode = "add";
    this.problem = "";
    await this.focusOn("textarea");
  }

  unlock() {
    return html`<second-unlock .action=${t("codes_show")} @fresh=${() => this.show()} @fresh-cancel=${() => this.close()}></second-unlock>`;
  }

  adding() {
    return html`<form @submit=${(/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      this.read(this.text);
    }}>
      <div class="field"><label for="codes-text">${t("codes_paste")}</label>
        <textarea id="codes-text" class="mono" rows="6" autocomplete="off" spellcheck="false" .value=${this.text} aria-describedby="codes-paste-hint"
          @input=${(/** @type {InputEvent} */ event) => (this.text = /** @type {HTMLTextAreaElement} */ (event.target).value)}></textarea>
        <p class="hint" id="codes-paste-hint">${t("codes_paste_hint")}</p></div>
      <drop-zone .label=${t("codes_drop")} .button=${t("choose_file")} accept=".txt,.csv,.json,.html,.htm,.md,text/*"
        @files=${(/** @type {CustomEvent} */ event) => this.drop(event.detail)} @pasted=${(/** @type {CustomEvent} */ event) => this.read(event.detail)}></drop-zone>
      <div class="buttons">
        <button type="submit" class="primary" ?disabled=${this.busy || !this.text.trim()}>${t("codes_read")}</button>
        <button type="button" @click=${() => this.close()}>${t("cancel")}</button>
      </div>
    </form>`;
  }

  /** @param {SiteCode[]} codes */
  offered(codes) {
    return html`<found-codes .codes=${codes} .known=${this.entry.backupCodes?.of ?? 0} .busy=${this.busy}
      @codes-keep=${(/** @type {CustomEvent} */ event) => this.keep(event.detail)} @codes-cancel=${() => this.close()}></found-codes>`;
  }

  /** @param {SiteCode[]} codes */
  list(codes) {
    return html`<ol class="code-list numbered">${codes.map(
      (code) => html`<li><span class="mono ${code.used != null ? "spent" : ""}">${code.code}</span>
        ${code.used != null ? html`<small class="mark" title=${t("code_used_on", when(code.used))}>${t("code_used")}</small>` : nothing}
        <span class="spring"></span>
        <button type="button" class="link" @click=${() => this.mark(code.code, code.used == null)}>${t(code.used == null ? "code_mark_used" : "code_mark_unused")}</button></li>`,
    )}</ol>`;
  }
}

customElements.define("backup-codes", BackupCodes);
