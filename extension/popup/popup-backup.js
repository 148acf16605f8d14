/**
 * The site's own backup codes in the popup: filling one into the page in front, or keeping those that the page shows.
 * Tells `backup-done` with what to say; without a text the popup has done its work.
 */

import { html, nothing } from "lit";

import { askFresh } from "../elements/ask-fresh.js";
import "../elements/found-codes.js";
import "../elements/second-unlock.js";
import { errorBanner } from "../elements/warnings.js";
import { working } from "../elements/working.js";
import { ask, AskError } from "../shared/ask.js";
import { View } from "../shared/element.js";
import { nameOf } from "../shared/format.js";
import { coded, t, tn } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { step } from "../shared/step.js";
import { openDashboard } from "../shared/webext.js";

/** @typedef {import('../shared/protocol').SiteCode} SiteCode */

class PopupBackup extends View {
  static properties = {
    what: {},
    entry: { attribute: false },
    page: { attribute: false },
    locked: { state: true },
    found: { state: true },
    few: { state: true },
    problem: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    /** @type {'fill' | 'read'} */
    this.what = "fill";
    /** @type {import('../shared/protocol').EntryView} */
    this.entry = /** @type {any} */ (undefined);
    /** @type {import('../shared/protocol').PageView | undefined} */
    this.page = undefined;
    /** The password is asked for. */
    this.locked = false;
    /** @type {SiteCode[] | undefined} */
    this.found = undefined;
    /** What is said when the fill was one of the last. */
    this.few = "";
    this.problem = "";
    this.busy = false;
  }

  firstUpdated() {
    if (this.what === "fill") this.fill();
    else this.read();
  }

  async fill() {
    await step(this, async () => {
      try {
        const { result } = await ask({ type: "fill-backup-code", id: this.entry.id, document: this.page?.document ?? null });
        if (result === "filled") await this.filled();
        else this.problem = coded("fill", result) ?? t("fill_unknown", result);
      } catch (error) {
        if (!(error instanceof AskError && error.code === "needs-fresh")) throw error;
        this.locked = true;
      }
    });
    if (this.problem) await this.focusOn(".buttons button");
  }

  /** The popup has done its work, unless the codes run out: whoever fills them never comes to the page that says so. */
  async filled() {
    const { entries } = await ask({ type: "list" });
    const kept = entries.find(({ id }) => id === this.entry.id)?.backupCodes;
    if (!kept?.low) return this.tell("backup-done");
    this.locked = false;
    // The one just filled still counts, until its page goes on.
    this.few = t(kept.left > 1 ? "codes_low" : "codes_out");
    await this.focusOn(".few button");
  }

  /** The page's text is read now, once, because the user asked. */
  async read() {
    await step(this, async () => {
      const { text } = await ask({ type: "page-text" });
      const { codes } = await ask({ type: "read-backup-codes", text });
      if (!codes.length) throw new AskError({ code: "no-codes-found" });
      this.found = codes;
    });
    if (this.problem) await this.focusOn(".buttons button");
  }

  /** @param {{ codes: SiteCode[], add: boolean }} what */
  async keep({ codes, add }) {
    const kept = await step(this, () => askFresh({ type: "keep-backup-codes", id: this.entry.id, codes, add }));
    if (kept) this.tell("backup-done", tn("codes_kept", codes.length));
  }

  /** Back to the list, without a word. */
  back() {
    this.tell("backup-done", " ");
  }

  render() {
    return html`<section class="scan" aria-labelledby="backup-title" @keydown=${(/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      this.back();
    }}>
      <header class="scan-head">
        <button type="button" class="icon-button" aria-label=${t("back")} title=${t("back")} @click=${() => this.back()}>${icon("close")}</button>
        <h1 id="backup-title">${t(this.what === "fill" ? "code_fill_title" : "codes_of", nameOf(this.entry))}</h1>
      </header>
      ${errorBanner(this.problem)}
      ${this.busy && !this.locked && !this.found ? working(t(this.what === "fill" ? "filling" : "reading_page")) : nothing}
      ${
        this.locked && !this.problem
          ? html`<p class="hint">${t("code_fill_why", nameOf(this.entry))}</p>
            <second-unlock .action=${t("code_fill")} @fresh=${() => this.fill()} @fresh-cancel=${() => this.back()}></second-unlock>`
          : nothing
      }
      ${
        this.found
          ? html`<found-codes .codes=${this.found} .known=${this.entry.backupCodes?.of ?? 0} .busy=${this.busy}
            @codes-keep=${(/** @type {CustomEvent} */ event) => this.keep(event.detail)} @codes-cancel=${() => this.back()}></found-codes>`
          : nothing
      }
      ${
        this.few
          ? html`<div class="few"><p class="warn-text" role="status">${this.few}</p>
            <div class="buttons"><button type="button" class="primary" @click=${() => this.tell("backup-done")}>${t("close")}</button>
              <button type="button" @click=${() => this.leave()}>${t("codes_to_account")}</button></div></div>`
          : nothing
      }
      ${this.problem && !this.found ? html`<div class="buttons"><button type="button" @click=${() => this.leave()}>${t("codes_by_hand")}</button></div>` : nothing}
    </section>`;
  }

  /** Codes are copied, or pasted, on the account's page. */
  async leave() {
    await openDashboard(`/entry/${this.entry.id}`);
    close();
  }
}

customElements.define("popup-backup", PopupBackup);
