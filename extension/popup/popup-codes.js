/** The open vault in the popup: what belongs to the page in front, then search and the list. */

import { html, nothing } from "lit";

import { backupLine } from "../elements/backup-state.js";
import { codeDoubt } from "../elements/code-doubt.js";
import "../elements/entry-list.js";
import { errorBanner } from "../elements/warnings.js";
import { modal } from "../shared/arrows.js";
import { ask, AskError } from "../shared/ask.js";
import { onChange } from "../shared/changes.js";
import { watchCodes } from "../shared/codes.js";
import { copyCode } from "../shared/copy.js";
import { View } from "../shared/element.js";
import { nameOf } from "../shared/format.js";
import { errorText, t, tn } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { matching } from "../shared/search.js";
import { openDashboard } from "../shared/webext.js";
import { fillOutcome, pageLine, siteDoubts } from "./page-line.js";
import "./page-options.js";
import "./popup-backup.js";
import "./popup-offer.js";
import "./popup-scan.js";

/** @typedef {import('../shared/protocol').EntryView} EntryView */

/** A fill that takes longer than this is said to. */
const LATE_MS = 600;

class PopupCodes extends View {
  static properties = {
    status: { attribute: false },
    fills: { attribute: false },
    entries: { state: true },
    codes: { state: true },
    page: { state: true },
    query: { state: true },
    problem: { state: true },
    asking: { state: true },
    outcome: { state: true },
    offered: { state: true },
    said: { state: true },
    scanning: { state: true },
    backup: { state: true },
    busy: { state: true },
    waits: { state: true },
  };

  constructor() {
    super();
    /** @type {import('../shared/protocol').Status} */
    this.status = /** @type {any} */ (undefined);
    /** The vault was unlocked to fill. */
    this.fills = false;
    /** @type {EntryView[] | undefined} */
    this.entries = undefined;
    /** @type {Map<string, import('../shared/protocol').CodeView>} */
    this.codes = new Map();
    /** @type {import('../shared/protocol').PageView | undefined} */
    this.page = undefined;
    this.query = "";
    this.problem = "";
    /** @type {{ what: 'fill' | 'copy' | 'next', entry: EntryView } | undefined} A question before a fill on a new site or a code on a look-alike. */
    this.asking = undefined;
    /** @type {{ result: import('../shared/protocol').FillResult, entry: EntryView } | undefined} */
    this.outcome = undefined;
    /** @type {{ entry: EntryView, remembered: boolean } | undefined} Whether it should happen by itself from now on. */
    this.offered = undefined;
    /** What was done, in words. */
    this.said = "";
    this.scanning = false;
    /** @type {{ what: 'fill' | 'read', entry: EntryView } | undefined} What is done with the site's own backup codes. */
    this.backup = undefined;
    this.busy = false;
    /** A fill takes long enough to say so. */
    this.waits = false;
    /** @type {Promise<unknown>} */
    this.looked = Promise.resolve();
  }

  connected() {
    this.load();
    onChange(() => this.load(), this.signal);
    watchCodes(
      (codes) => (this.codes = new Map([...this.codes, ...codes])),
      (error) => this.fail(error),
      this.signal,
    );
  }

  async load() {
    const first = !this.entries;
    const page = ask({ type: "page" });
    this.looked = page.catch(() => {});
    try {
      const { entries } = await ask({ type: "list" });
      this.entries = entries.filter((entry) => entry.trashed == null);
      // A page that is still loading delays no code.
      if (first) await this.focusOn("input[type=search]");
      this.page = await page;
      if (first) await this.start();
    } catch (error) {
      this.fail(error);
    }
  }

  /** The bound account has the focus, so that Enter fills; otherwise the search field keeps it. */
  async start() {
    await this.updateComplete;
    // The press that waited for the unlock is carried out now.
    if ((this.page?.waiting || this.fills) && (await this.finish())) return;
    // The command or the menu could not say it.
    const { told } = this.page ?? {};
    const about = this.named(told?.entries)[0];
    if (told && about) return await this.show(told, about, false);
    // Who types already knows what to look for.
    if (this.query || this.asking) return;
    const top = /** @type {import('../elements/entry-list.js').EntryList | null} */ (this.querySelector(".on-page entry-list"));
    await top?.updateComplete;
    if (top && this.bound().length) top.enter();
  }

  /** Gives back whether there is something to say about the fill. */
  async finish() {
    const result = await ask({ type: "finish" });
    const entry = this.named(result.entries)[0];
    // The page is another one by now, or did not answer: the press is over, and the list is where to press again.
    if (["gone", "nothing-waits"].includes(result.result) && !entry) this.said = t("unlocked_not_filled");
    // One account or none of them: the list says that better than a sentence.
    if (!entry || ["several", "not-bound", "nothing-waits", "never"].includes(result.result)) return false;
    await this.show(result, entry, false);
    return true;
  }

  /**
   * What became of a fill: nothing more to do, an offer, or the reason with a way out.
   * @param {import('../shared/protocol').FillResult} result
   * @param {EntryView} entry
   * @param {boolean} remembered
   */
  async show(result, entry, remembered) {
    if (result.result === "filled" && result.offer) {
      // The page is bound now: what can be offered is asked anew.
      if (remembered) this.page = await ask({ type: "page" });
      this.offered = { entry, remembered };
    } else if (result.result === "filled" && result.unlearned) {
      this.said = t("filled_not_learned");
    } else if (result.result === "filled") {
      close();
    } else {
      this.outcome = { result, entry };
      await this.focusOn(".outcome button");
    }
  }

  /** @param {unknown} error */
  fail(error) {
    if (error instanceof AskError && error.code === "locked") this.tell("vault-locked");
    else this.problem = errorText(error);
  }

  bound() {
    return this.named(this.page?.matches);
  }

  /** @param {string[]} [ids] */
  named(ids = []) {
    return ids.flatMap((id) => this.entries?.find((entry) => entry.id === id) ?? []);
  }

  /** @param {EntryView} entry */
  async copy(entry) {
    if (await this.doubts("copy", entry)) return;
    await this.copyNow(entry);
  }

  /** @param {EntryView} entry */
  async copyNow(entry) {
    this.asking = undefined;
    const code = this.codes.get(entry.id)?.code;
    if (entry.emergency != null && !code) return this.leaveFor(`/entry/${entry.id}`);
    if (code) await copyCode(code, entry);
    else await this.nextCode(entry);
  }

  /** @param {EntryView} entry */
  async next(entry) {
    if (!(await this.doubts("next", entry))) await this.nextCode(entry);
  }

  /**
   * Asks first where the page looks like another one, and tells whether it did.
   * @param {'copy' | 'next'} what
   * @param {EntryView} entry
   */
  async doubts(what, entry) {
    if (!this.page) await this.looked;
    await this.updateComplete;
    if (!lookAlike(this.page, entry)) return false;
    await this.askFirst(what, entry);
    return true;
  }

  /** @param {EntryView} entry */
  async nextCode(entry) {
    this.asking = undefined;
    try {
      const code = await ask({ type: "next-hotp", id: entry.id });
      this.codes = new Map(this.codes).set(entry.id, code);
    } catch (error) {
      this.fail(error);
    }
  }

  /**
   * @param {EntryView} entry
   * @param {boolean} remember
   */
  async fill(entry, remember) {
    await this.whileBusy(async () => {
      const { document = null, site } = this.page ?? {};
      const result = await ask({ type: "fill", id: entry.id, remember, document, site: site?.origin ?? null });
      await this.show(result, entry, remembered(this.page, entry));
    });
  }

  /** The field that was clicked into last takes the code. @param {EntryView} entry */
  async fillClicked(entry) {
    await this.whileBusy(async () => {
      const result = await ask({ type: "fill-field", id: entry.id, document: this.page?.document ?? null });
      await this.show(result, entry, false);
    });
  }

  /** One fill at a time; one that takes a while is said to. @param {() => Promise<void>} work */
  async whileBusy(work) {
    if (this.busy) return;
    this.busy = true;
    this.asking = undefined;
    this.outcome = undefined;
    const late = setTimeout(() => (this.waits = true), LATE_MS);
    try {
      await work();
    } catch (error) {
      this.fail(error);
    } finally {
      clearTimeout(late);
      this.busy = false;
      this.waits = false;
    }
  }

  /** @param {boolean} never */
  async setNever(never) {
    try {
      await ask({ type: "set-never", origin: this.page?.site?.origin ?? "", never });
      this.said = "";
      await this.load();
    } catch (error) {
      this.fail(error);
    }
  }

  /** @param {{ text?: string, problem?: string }} what */
  async optionsChanged({ text = "", problem = "" }) {
    this.said = text;
    this.problem = problem;
    await this.load();
  }

  /** @param {string | undefined} text what to say; without one the popup has done its work */
  offerDone(text) {
    if (!text) return close();
    this.offered = undefined;
    this.said = text;
    this.load();
  }

  /**
   * @param {'fill' | 'copy' | 'next'} what
   * @param {EntryView} entry
   */
  async askFirst(what, entry) {
    this.asking = { what, entry };
    await this.focusOn(".question .primary");
  }

  /** The question or the reason is gone: the focus goes back to the row that it was about. @param {EntryView} entry */
  async leave(entry) {
    this.asking = undefined;
    this.outcome = undefined;
    await this.updateComplete;
    const row = this.querySelector(`[data-id="${CSS.escape(entry.id)}"] .row-main`) ?? this.querySelector("input");
    if (row instanceof HTMLElement) row.focus();
  }

  async lock() {
    try {
      await ask({ type: "lock" });
      this.tell("vault-locked");
    } catch (error) {
      this.fail(error);
    }
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key === "ArrowDown") {
      this.list()?.enter();
      event.preventDefault();
    } else if (event.key === "Enter") {
      // The same key must not press a question's button, which has the focus by then.
      event.preventDefault();
      // Nothing was looked for and nothing is bound: no account is guessed.
      const rows = this.lists().flatMap((list) => list.rows());
      if (this.query || (rows.length === 1 && this.bound().length)) rows[0]?.click();
    } else if (event.key === "Escape" && this.query) {
      this.query = "";
      event.preventDefault();
    }
  }

  /** Typing anywhere searches. @param {KeyboardEvent} event */
  typed(event) {
    const search = this.querySelector("input[type=search]");
    const away = event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey;
    if (event.key === "/" && !away) event.preventDefault();
    if (search instanceof HTMLInputElement && !away && event.key.length === 1 && event.key !== " ") search.focus();
  }

  lists() {
    return /** @type {import('../elements/entry-list.js').EntryList[]} */ ([...this.querySelectorAll("entry-list")]);
  }

  list() {
    return this.lists().find((list) => list.rows().length);
  }

  render() {
    if (!this.entries) return errorBanner(this.problem);
    if (this.scanning) {
      return html`<popup-scan @scan-done=${(/** @type {CustomEvent} */ event) => this.scanned(event.detail)}></popup-scan>`;
    }
    if (this.backup) {
      return html`<popup-backup .what=${this.backup.what} .entry=${this.backup.entry} .page=${this.page}
        @backup-done=${(/** @type {CustomEvent} */ event) => this.backupDone(event.detail)}></popup-backup>`;
    }
    if (this.offered) {
      return html`<popup-offer .page=${this.page} .entry=${this.offered.entry} .remembered=${this.offered.remembered}
        @offer-done=${(/** @type {CustomEvent} */ event) => this.offerDone(event.detail)}></popup-offer>`;
    }
    const line = { never: () => this.setNever(true), again: () => this.setNever(false) };
    const found = matching(this.entries, this.query);
    const bound = this.bound().filter((entry) => found.includes(entry));
    const suggested = this.query || bound.length || this.page?.private ? [] : this.named(this.page?.suggested);
    const rest = found.filter((entry) => !bound.includes(entry) && !suggested.includes(entry));
    return html`<div class="codes" @keydown=${(/** @type {KeyboardEvent} */ event) => this.typed(event)}>
      ${this.bar()} ${errorBanner(this.problem)} ${this.notices()} ${this.told()}
      <div class="scroll" @entry-leave=${() => this.querySelector("input")?.focus()}
        @entry-copy=${(/** @type {CustomEvent} */ event) => this.copy(event.detail)}
        @entry-fill=${(/** @type {CustomEvent} */ event) => this.askFirst("fill", event.detail)}
        @entry-next=${(/** @type {CustomEvent} */ event) => this.next(event.detail)}
        @entry-open=${(/** @type {CustomEvent} */ event) => this.leaveFor(`/entry/${event.detail.id}`)}>
        ${
          bound.length
            ? html`<section class="on-page" aria-label=${t("on_this_page")}>
              ${pageLine(this.page, line)}
              ${this.rows(bound, "fill", (entry) => this.fill(entry, false))}
              <page-options .page=${this.page} .entries=${this.bound()} @fill-clicked=${(/** @type {CustomEvent} */ event) => this.fillClicked(event.detail)}
                @read-codes=${(/** @type {CustomEvent} */ event) => (this.backup = { what: "read", entry: event.detail })}
                @options-changed=${(/** @type {CustomEvent} */ event) => this.optionsChanged(event.detail)}></page-options>
            </section>`
            : this.query
              ? nothing
              : pageLine(this.page, line)
        }
        ${
          suggested.length
            ? html`<section class="suggested" aria-labelledby="suggested-title">
              <h2 id="suggested-title">${t("suggested")}</h2>
              ${this.rows(suggested, "fill", (entry) => this.askFirst("fill", entry))}
            </section>`
            : nothing
        }
        ${rest.length ? this.rows(rest, "copy", (entry) => this.copy(entry)) : this.empty(bound.length + suggested.length)}
      </div>
      ${this.foot()}
    </div>`;
  }

  /**
   * @param {EntryView[]} entries
   * @param {'copy' | 'fill'} press
   * @param {(entry: EntryView) => void} run
   */
  rows(entries, press, run) {
    const { showNext, hideCodes } = this.status.settings;
    return html`<entry-list .entries=${entries} .codes=${this.codes} .showNext=${showNext} .veiled=${hideCodes} .press=${press}
      .fillable=${!!this.page?.site && !this.page.reason && !this.page.private && entries.every((entry) => !lookAlike(this.page, entry))} @entry-press=${(/** @type {CustomEvent} */ event) => run(event.detail)}></entry-list>`;
  }

  bar() {
    return html`<h1 class="visually-hidden">${t("accounts")}</h1>
    <header class="bar">
      <div class="search">${icon("search")}<input type="search" .value=${this.query} placeholder=${t("search")} aria-label=${t("search")}
        autocomplete="off" spellcheck="false" @keydown=${(/** @type {KeyboardEvent} */ event) => this.key(event)}
        @input=${(/** @type {InputEvent} */ event) => (this.query = /** @type {HTMLInputElement} */ (event.target).value)}></div>
      ${this.status.session === "full" ? [button("scan", t("scan_page"), () => (this.scanning = true)), button("add", t("add_account"), () => this.leaveFor("/add"))] : nothing}
    </header>`;
  }

  notices() {
    const { asking, outcome } = this;
    if (asking) return this.question(asking);
    if (outcome) {
      return fillOutcome(outcome, {
        copy: () => this.copyOutcome(),
        close: () => this.leave(outcome.entry),
        clicked: () => this.fillClicked(outcome.entry),
        backup: () => this.fillBackup(outcome.entry),
        keep: () => this.leaveFor(`/entry/${outcome.entry.id}`),
      });
    }
    const doubtful = this.bound().find((entry) => entry.backupCodes?.tried != null);
    if (doubtful) return codeDoubt(nameOf(doubtful), (used) => this.answerDoubt(doubtful, used));
    return nothing;
  }

  /** What was done or is awaited: there before its words, so that they are read aloud. */
  told() {
    const words = this.waits ? t("fill_waiting") : this.asking || this.outcome ? "" : this.said;
    return html`<div class="told" role="status">${words ? html`<p class="banner said">${words}</p>` : nothing}</div>`;
  }

  /** @param {NonNullable<PopupCodes["asking"]>} asking */
  question({ what, entry }) {
    const { page } = this;
    const name = nameOf(entry);
    const leave = () => this.leave(entry);
    // A site that is new to the account is asked about; one that there is reason to doubt is talked out of.
    const resembles = lookAlike(page, entry);
    const doubtful = what !== "fill" || !!resembles || !!page?.site?.insecure;
    const act = {
      fill: { text: t("fill_question", name, page?.site?.host ?? ""), label: t("fill_and_remember"), run: () => this.fill(entry, true) },
      copy: { text: t("copy_question", resembles ?? "", name), label: t("copy_anyway"), run: () => this.copyNow(entry) },
      next: { text: t("next_question", resembles ?? "", name), label: t("next_code"), run: () => this.nextCode(entry) },
    }[what];
    return html`<div class="question" role="alertdialog" aria-modal="true" aria-labelledby="question-text" @keydown=${modal(leave)}>
      <div id="question-text">${what === "fill" ? siteDoubts(page) : nothing}<p>${act.text}
        ${what === "fill" && resembles ? html`<strong>${t("resembles", resembles)}</strong>` : nothing}</p>
        ${what === "fill" && page?.tenant && page.suggested.includes(entry.id) ? html`<p class="tenant">${t("tenant_question", page.tenant)}</p>` : nothing}</div>
      <div class="buttons">
        <button type="button" class=${doubtful ? "agree" : "agree primary"} ?disabled=${this.busy} @click=${act.run}>${act.label}</button>
        <button type="button" class=${doubtful ? "primary" : ""} @click=${leave}>${t("cancel")}</button>
      </div>
    </div>`;
  }

  /** @param {EntryView} entry */
  fillBackup(entry) {
    this.outcome = undefined;
    this.backup = { what: "fill", entry };
  }

  /** @param {string | undefined} text what to say; without one the popup has done its work */
  async backupDone(text) {
    if (!text) return close();
    this.backup = undefined;
    this.said = text.trim();
    await this.load();
    await this.focusOn(".on-page .row-main");
  }

  /**
   * @param {EntryView} entry
   * @param {boolean} used
   */
  async answerDoubt(entry, used) {
    try {
      await ask({ type: "mark-backup-code", id: entry.id, code: null, used });
      await this.load();
    } catch (error) {
      this.fail(error);
    }
  }

  async copyOutcome() {
    const { outcome } = this;
    if (!outcome) return;
    // The result's code is as old as the fill; the row's is the one that counts now.
    const code = this.codes.get(outcome.entry.id)?.code ?? outcome.result.code;
    if (code) await copyCode(code, outcome.entry);
    else await this.copyNow(outcome.entry);
    await this.leave(outcome.entry);
  }

  /** @param {number} above */
  empty(above) {
    if (above) return nothing;
    if (this.query) return html`<p class="empty">${t("nothing_found", this.query)}</p>`;
    return html`<div class="empty">
      <h2>${t("no_accounts_title")}</h2><p>${t("no_accounts_popup")}</p>
      <div class="buttons">
        <button type="button" class="primary" @click=${() => (this.scanning = true)}>${icon("scan")}${t("scan_page")}</button>
        <button type="button" @click=${() => this.leaveFor("/add")}>${t("add_other_way")}</button>
      </div>
    </div>`;
  }

  foot() {
    const due = backupLine(this.status, () => this.leaveFor("/recovery"));
    return html`<footer class="foot">
      ${due === nothing ? html`<span class="hint">${tn("accounts_count", this.status.entries ?? 0)}</span>` : due}
      <span class="spring"></span>
      ${button("open", t("open_dashboard"), () => this.leaveFor("/"))}
      ${button("lock", t("lock_now"), () => this.lock())}
    </footer>`;
  }

  /** @param {{ ids: string[], said?: string }} added entries that a scan added, and what else it did */
  async scanned({ ids: added, said = "" }) {
    this.scanning = false;
    this.said = said;
    await this.load();
    await this.updateComplete;
    const row = added.length
      ? this.querySelector(`[data-id="${CSS.escape(added[0] ?? "")}"] .row-main`)
      : this.querySelector("input");
    if (row instanceof HTMLElement) row.focus();
  }

  /** @param {string} route */
  async leaveFor(route) {
    await openDashboard(route);
    close();
  }
}

/**
 * The bound host that the page could be taken for by whoever wants this account's code. A service's own page for one of
 * its customers is no such page for an account of that service: whose it is is asked.
 * @param {import('../shared/protocol').PageView | undefined} page
 * @param {EntryView} entry
 */
function lookAlike(page, entry) {
  return page?.tenant && page.suggested.includes(entry.id) ? null : page?.resembles;
}

/**
 * Whether a fill bound the entry to the page.
 * @param {import('../shared/protocol').PageView | undefined} page
 * @param {EntryView} entry
 */
function remembered(page, entry) {
  return !page?.matches.includes(entry.id);
}

/**
 * @param {import('../shared/icons.js').Icon} name
 * @param {string} label
 * @param {() => void} run
 */
function button(name, label, run) {
  return html`<button type="button" class="icon-button" aria-label=${label} title=${label} @click=${run}>${icon(name)}</button>`;
}

customElements.define("popup-codes", PopupCodes);
