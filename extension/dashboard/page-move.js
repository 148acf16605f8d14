/** Moving from an app that gives no file: the list of accounts, each with its steps, and how many are left. */

import { html, nothing } from "lit";

import { errorBanner } from "../elements/warnings.js";
import { agree } from "../shared/agree.js";
import { ask } from "../shared/ask.js";
import { watchCodes } from "../shared/codes.js";
import { nameOf } from "../shared/format.js";
import { t, tn } from "../shared/i18n.js";
import { badge } from "../elements/badge.js";
import { icon } from "../shared/icons.js";
import { LoadedView } from "../shared/loaded-view.js";
import { step } from "../shared/step.js";
import { toast } from "../shared/toast.js";
import "./move-names.js";
import { moveSteps, STEPS } from "./move-steps.js";

/** @typedef {import('../shared/protocol').MoveView} MoveView */

class PageMove extends LoadedView {
  static properties = {
    accounts: { state: true },
    left: { state: true },
    entries: { state: true },
    codes: { state: true },
    current: { state: true },
    refused: { state: true },
    adding: { state: true },
    problem: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    /** @type {MoveView[] | undefined} */
    this.accounts = undefined;
    this.left = 0;
    /** @type {Map<string, import('../shared/protocol').EntryView>} */
    this.entries = new Map();
    /** @type {Map<string, import('../shared/protocol').CodeView>} */
    this.codes = new Map();
    /** The account whose steps are shown; empty: the first that is not moved. */
    this.current = "";
    /** The site refused the code of this account: what it can be is shown. */
    this.refused = "";
    this.adding = false;
    this.problem = "";
    this.busy = false;
  }

  connected() {
    super.connected();
    watchCodes(
      (codes) => (this.codes = codes),
      (error) => this.tell("failed", error),
      this.signal,
    );
  }

  async look() {
    const { entries } = await ask({ type: "list" });
    this.entries = new Map(entries.filter((entry) => entry.trashed == null).map((entry) => [entry.id, entry]));
    this.take(await ask({ type: "moving" }));
  }

  /** @param {{ accounts: MoveView[], left: number }} reply */
  take({ accounts, left }) {
    this.accounts = accounts;
    this.left = left;
  }

  /**
   * Asks, and shows the list as it is then.
   * @param {Extract<import('../shared/protocol').Request, { type: "add-moving" | "move-step" | "drop-moving" }>} request
   */
  change(request) {
    return step(this, async () => {
      this.take(await ask(request));
    });
  }

  /**
   * @param {MoveView} account
   * @param {number} done
   * @param {string | null} entry
   */
  async step(account, done, entry) {
    this.current = account.id;
    this.refused = "";
    if (!(await this.change({ type: "move-step", id: account.id, done, entry }))) return;
    if (done === STEPS) {
      toast(t("move_moved", nameOf(account)));
      this.current = "";
    }
    await this.focusOn(".move-step-now button, .move-step-now a", "#move-left");
  }

  /** @param {import('../shared/protocol').MoveName[]} names */
  async put(names) {
    if (!(await this.change({ type: "add-moving", names }))) return;
    this.adding = false;
    await this.focusOn("#move-left");
  }

  /** @param {MoveView} account */
  async drop(account) {
    if (!(await agree(t("move_drop_question", nameOf(account)), t("move_drop"), this.signal))) return;
    if (await this.change({ type: "drop-moving", ids: [account.id] })) toast(t("move_dropped", nameOf(account)));
  }

  render() {
    const { accounts } = this;
    if (!accounts) return errorBanner(this.problem);
    const adding = this.adding || !accounts.length;
    return html`<header class="page-head"><h1>${t("move_title")}</h1>
        ${adding ? nothing : html`<button type="button" @click=${() => this.open()}>${icon("add")}${t("move_add_more")}</button>`}</header>
      ${accounts.length ? nothing : html`<p class="lead">${t("move_lead")}</p>`}
      ${errorBanner(this.problem)}
      ${
        adding
          ? html`<move-names .busy=${this.busy} .closable=${accounts.length > 0}
              @names-chosen=${(/** @type {CustomEvent} */ event) => this.put(event.detail)} @names-closed=${() => (this.adding = false)}></move-names>`
          : nothing
      }
      ${accounts.length ? this.list(accounts) : nothing}`;
  }

  async open() {
    this.adding = true;
    await this.focusOn("move-names textarea");
  }

  /** @param {MoveView[]} accounts */
  list(accounts) {
    const shown = accounts.find((account) => account.id === this.current && account.done < STEPS) ?? accounts.find((account) => account.done < STEPS);
    const moved = accounts.length - this.left;
    return html`<section class="card" aria-labelledby="move-left">
      <h2 id="move-left" tabindex="-1" role="status">${this.left ? tn("move_left", this.left) : t("move_all_moved")}</h2>
      <progress aria-labelledby="move-left" max=${accounts.length} value=${moved}></progress>
      <p class="hint">${t(this.left ? "move_kept" : "move_finished")}</p>
      <ul class="plain-list move-list">${accounts.map((account) => this.account(account, account === shown))}</ul>
      ${
        this.left
          ? nothing
          : html`<div class="buttons"><button type="button" ?disabled=${this.busy} @click=${() =>
              this.change({ type: "drop-moving", ids: accounts.map(({ id }) => id) })}>${t("move_forget")}</button><a class="button" href="#/">${t("to_accounts")}</a></div>`
      }
    </section>`;
  }

  /**
   * @param {MoveView} account
   * @param {boolean} shown
   */
  account(account, shown) {
    const moved = account.done >= STEPS;
    return html`<li class=${shown ? "move-open" : ""}>
      <div class="move-head">${badge(account)}
        <span class="names"><span class="issuer">${account.issuer}</span><span class="account">${account.account}</span></span>
        <span class="outcome-tag ${moved ? "move-moved" : ""}">${moved ? t("move_state_moved") : t("move_state", account.done, STEPS)}</span>
        ${
          shown || moved
            ? nothing
            : html`<button type="button" class="quiet" aria-label=${t("move_open_of", nameOf(account))} @click=${() => this.show(account)}>${t("move_open")}</button>`
        }
        <button type="button" class="quiet icon-button" ?disabled=${this.busy} aria-label=${t("move_drop_of", nameOf(account))} title=${t("move_drop")}
          @click=${() => this.drop(account)}>${icon("close")}</button></div>
      ${
        shown
          ? moveSteps(account, {
              entries: this.entries,
              code: this.codes.get(account.entry ?? ""),
              refused: this.refused === account.id,
              busy: this.busy,
              step: (done, entry = null) => this.step(account, done, entry),
              refuse: () => (this.refused = account.id),
            })
          : nothing
      }
    </li>`;
  }

  /** @param {MoveView} account */
  async show(account) {
    this.current = account.id;
    await this.focusOn(".move-step-now button, .move-step-now a");
  }
}

customElements.define("page-move", PageMove);
