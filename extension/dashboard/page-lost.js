/** After a device was stolen or lost: the worklist, most dangerous accounts first, each with its steps, and the vault's end of it. */

import { html, nothing } from "lit";

import { badge } from "../elements/badge.js";
import { errorBanner } from "../elements/warnings.js";
import { ask } from "../shared/ask.js";
import { watchCodes } from "../shared/codes.js";
import { nameOf } from "../shared/format.js";
import { coded, t, tn, when } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { LoadedView } from "../shared/loaded-view.js";
import { step } from "../shared/step.js";
import { toast } from "../shared/toast.js";
import { lostEnd } from "./lost-end.js";
import { lostSteps, STEPS } from "./lost-steps.js";
import { go } from "./route.js";

/** @typedef {import('../shared/protocol').WorklistItem} WorklistItem */
/** @typedef {import('../shared/protocol').EntryView} EntryView */
/** @typedef {Extract<import('../shared/protocol').Reply, { type: "worklist" }>} Worklist */

class PageLost extends LoadedView {
  static properties = {
    status: { attribute: false },
    list: { state: true },
    entries: { state: true },
    codes: { state: true },
    current: { state: true },
    problem: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    /** @type {import('../shared/protocol').Status} */
    this.status = /** @type {any} */ (undefined);
    /** @type {Worklist | undefined} */
    this.list = undefined;
    /** @type {Map<string, EntryView>} */
    this.entries = new Map();
    /** @type {Map<string, import('../shared/protocol').CodeView>} */
    this.codes = new Map();
    /** The account whose steps are shown; empty: the first that is not done. */
    this.current = "";
    this.problem = "";
    this.busy = false;
  }

  connected() {
    super.connected();
    // Back from the site's tab: a code may have been filled there.
    document.addEventListener("visibilitychange", () => document.hidden || this.load(), { signal: this.signal });
    watchCodes(
      (codes) => (this.codes = codes),
      (error) => this.tell("failed", error),
      this.signal,
    );
  }

  async look() {
    const { entries } = await ask({ type: "list" });
    this.entries = new Map(entries.filter((entry) => entry.trashed == null).map((entry) => [entry.id, entry]));
    this.list = await ask({ type: "worklist" });
  }

  /**
   * Asks, and shows the list as it is then.
   * @param {Extract<import('../shared/protocol').Request, { type: "start-worklist" | "worklist-step" | "drop-worklist" | "replace-secret" | "undo-replace" }>} request
   */
  change(request) {
    return step(this, async () => {
      this.list = await ask(request);
    });
  }

  async start() {
    if (await this.change({ type: "start-worklist", ids: [] })) await this.focusOn("#lost-left");
  }

  /**
   * @param {WorklistItem} item
   * @param {number} done
   */
  async step(item, done) {
    this.current = item.id;
    if (!(await this.change({ type: "worklist-step", id: item.id, done }))) return;
    if (done === STEPS) {
      toast(t("stolen_account_done", this.name(item.id)));
      this.current = "";
    }
    await this.focusOn(".move-step-now button, .move-step-now a", "#lost-left");
  }

  /**
   * @param {WorklistItem} item
   * @param {{ form?: import('../shared/protocol').EntryForm, from?: string }} key
   */
  async replace(item, { form, from }) {
    this.current = item.id;
    if (!(await this.change({ type: "replace-secret", id: item.id, form: form ?? null, from: from ?? null }))) return;
    toast(t("replaced"), t("undo"), () => this.change({ type: "undo-replace", id: item.id }));
    await this.focusOn(".move-step-now button");
  }

  /** @param {WorklistItem} item */
  async drop(item) {
    if (await this.change({ type: "drop-worklist", ids: [item.id] })) toast(t("move_dropped", this.name(item.id)));
  }

  /** @param {string} id */
  name(id) {
    const entry = this.entries.get(id);
    return entry ? nameOf(entry) : "";
  }

  render() {
    const { list } = this;
    if (!list) return errorBanner(this.problem);
    return html`<header class="page-head"><h1>${t("stolen_title")}</h1></header>
      ${errorBanner(this.problem)}
      ${list.started == null ? this.about() : this.work(list)}`;
  }

  about() {
    return html`<p class="lead">${t("stolen_lead")}</p>
      <section class="card" aria-labelledby="lost-make"><h2 id="lost-make">${t("stolen_make")}</h2>
        <p>${t("stolen_make_text")}</p>
        <div class="buttons"><button type="button" class="primary" ?disabled=${this.busy || !this.entries.size} @click=${() => this.start()}>${icon("list")}${t("stolen_make")}</button></div>
        ${this.entries.size ? nothing : html`<p class="hint">${t("stolen_no_accounts")}</p>`}</section>
      <section class="card quiet-card"><div><h2>${t("stolen_elsewhere")}</h2><p class="hint">${t("stolen_elsewhere_text")}</p></div>
        <a class="button" href="#/help/no-backup">${t("stolen_elsewhere_open")}</a></section>`;
  }

  /** @param {Worklist} list */
  work(list) {
    const { accounts, left } = list;
    const shown = accounts.find((item) => item.id === this.current && item.done < STEPS) ?? accounts.find((item) => item.done < STEPS);
    return html`<section class="card" aria-labelledby="lost-left">
        <h2 id="lost-left" tabindex="-1" role="status">${left ? tn("stolen_left", left) : t("stolen_all_done")}</h2>
        <progress aria-labelledby="lost-left" max=${accounts.length} value=${accounts.length - left}></progress>
        <p class="hint">${t("stolen_since", when(list.started ?? 0))}</p>
        <ul class="plain-list move-list">${accounts.map((item) => this.account(item, item === shown))}</ul>
      </section>
      ${lostEnd(list, this.status, {
        busy: this.busy,
        forget: () =>
          this.change({ type: "drop-worklist", ids: accounts.map(({ id }) => id) }).then((done) => {
            if (done) go("");
          }),
      })}`;
  }

  /**
   * @param {WorklistItem} item
   * @param {boolean} shown
   */
  account(item, shown) {
    const entry = this.entries.get(item.id);
    if (!entry) return nothing;
    const done = item.done >= STEPS;
    return html`<li class=${shown ? "move-open" : ""}>
      <div class="move-head">${badge(entry)}
        <span class="names"><span class="issuer">${entry.issuer || entry.account}</span><span class="account">${entry.issuer ? entry.account : ""}</span></span>
        ${item.danger === "other" ? nothing : html`<span class="outcome-tag danger-${item.danger}">${coded("danger", item.danger)}</span>`}
        <span class="outcome-tag ${done ? "move-moved" : ""}">${done ? t("stolen_state_done") : t("move_state", item.done, STEPS)}</span>
        ${
          shown || done
            ? nothing
            : html`<button type="button" class="quiet" aria-label=${t("move_open_of", nameOf(entry))} @click=${() => this.show(item)}>${t("move_open")}</button>`
        }
        <button type="button" class="quiet icon-button" ?disabled=${this.busy} aria-label=${t("move_drop_of", nameOf(entry))} title=${t("stolen_drop")}
          @click=${() => this.drop(item)}>${icon("close")}</button></div>
      ${
        shown
          ? lostSteps(item, entry, {
              entries: this.entries,
              code: this.codes.get(item.id),
              busy: this.busy,
              step: (to) => this.step(item, to),
              replace: (key) => this.replace(item, key),
              undo: () => this.change({ type: "undo-replace", id: item.id }),
            })
          : nothing
      }</li>`;
  }

  /** @param {WorklistItem} item */
  async show(item) {
    this.current = item.id;
    await this.focusOn(".move-step-now button, .move-step-now a");
  }
}

customElements.define("page-lost", PageLost);
