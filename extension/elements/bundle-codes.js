/** The accounts of a bundle that is open in memory, with their codes: for a guest and in the recovery kit. */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { onSecond } from "../shared/clock.js";
import { copyText } from "../shared/copy.js";
import { View } from "../shared/element.js";
import { nameOf } from "../shared/format.js";
import { errorText, t, tn } from "../shared/i18n.js";
import { turn } from "../shared/turn.js";
import { badge } from "./badge.js";
import "./otp-code.js";
import "./time-ring.js";
import { errorBanner } from "./warnings.js";

/** @typedef {import('../shared/protocol').CodeView} CodeView */
/** @typedef {import('../shared/protocol').SiteCode} SiteCode */
/** Whoever holds the opened bundle: a worker, or the kit itself. @typedef {{ codes(now: number): CodeView[] | Promise<CodeView[]>, next(id: string): CodeView | Promise<CodeView>, backup(id: string): SiteCode[] | Promise<SiteCode[]> }} Holder */

export class BundleCodes extends View {
  static properties = { entries: { attribute: false }, holder: { attribute: false }, codes: { state: true }, backup: { state: true }, opened: { state: true }, problem: { state: true } };

  constructor() {
    super();
    /** @type {import('../shared/protocol').EntryView[]} */
    this.entries = [];
    /** @type {Holder | undefined} */
    this.holder = undefined;
    /** @type {Map<string, CodeView>} */
    this.codes = new Map();
    /** The sites' own codes, of the accounts whose are shown. @type {Map<string, SiteCode[]>} */
    this.backup = new Map();
    /** The emergency accounts that somebody asked for. @type {Set<string>} */
    this.opened = new Set();
    this.problem = "";
  }

  connected() {
    onSecond((now) => this.tick(now), this.signal);
  }

  firstUpdated() {
    this.tick(Date.now());
  }

  /** @param {number} now */
  async tick(now) {
    const known = [...this.codes.values()].filter(({ until }) => until != null);
    if (known.length && known.every(({ until }) => (until ?? 0) > now)) return;
    const counted = [...this.codes].filter(([, code]) => code.until == null);
    const codes = (await this.holder?.codes(now)) ?? [];
    this.codes = new Map([...counted, ...codes.map((code) => /** @type {[string, CodeView]} */ ([code.id, code]))]);
  }

  /** @param {string} id */
  async next(id) {
    try {
      const code = await this.holder?.next(id);
      if (code) this.codes = new Map(this.codes).set(id, code);
    } catch (error) {
      this.problem = errorText(error);
    }
  }

  /** @param {string} id */
  async turn(id) {
    try {
      await turn(this.backup, id, async () => (await this.holder?.backup(id)) ?? []);
      this.requestUpdate();
    } catch (error) {
      this.problem = errorText(error);
    }
  }

  /**
   * One is asked for at a time, in an emergency bundle too: whoever needs one account's code shows nobody the others'.
   * @param {import('../shared/protocol').EntryView} entry
   */
  async open({ id }) {
    this.opened = new Set(this.opened).add(id);
    await this.focusOn(`li[data-id="${id}"] button`);
  }

  render() {
    const kept = (/** @type {import('../shared/protocol').EntryView} */ { emergency }) => Number(emergency != null);
    const entries = this.entries.toSorted((a, b) => kept(a) - kept(b));
    return html`${errorBanner(this.problem)}<ul class="plain-list codes">${repeat(
      entries,
      ({ id }) => id,
      (entry) => this.row(entry),
    )}</ul>
      ${this.entries.some(({ kind }) => kind === "hotp") ? html`<p class="hint">${t("guest_counted")}</p>` : nothing}`;
  }

  /** @param {import('../shared/protocol').EntryView} entry */
  row(entry) {
    const code = this.codes.get(entry.id);
    const kept = entry.emergency != null;
    return html`<li data-id=${entry.id}>${badge(entry)}
      <span class="names"><span class="issuer">${entry.issuer || entry.account || "—"}</span><span class="account">${entry.issuer ? entry.account : ""}</span></span>
      ${kept ? html`<span class="mark mark-warn">${t("emergency_mark")}</span>` : nothing}
      ${kept && !this.opened.has(entry.id) ? this.closed(entry) : this.codeOf(entry, code)}</li>`;
  }

  /** Never offered by itself: not on the screen, and not on the paper of "Print". @param {import('../shared/protocol').EntryView} entry */
  closed(entry) {
    return html`<span class="buttons no-print"><button type="button" aria-label=${t("emergency_show_of", nameOf(entry))} @click=${() => this.open(entry)}>${t("emergency_show")}</button></span>`;
  }

  /**
   * @param {import('../shared/protocol').EntryView} entry
   * @param {CodeView | undefined} code
   */
  codeOf(entry, code) {
    return html`${code ? html`<otp-code .code=${code.code}></otp-code>` : nothing}
      ${code?.until != null ? html`<time-ring .until=${code.until} .period=${code.period}></time-ring>` : nothing}
      <span class="buttons no-print">
        ${entry.kind === "hotp" ? html`<button type="button" aria-label=${t("next_code_of", nameOf(entry))} @click=${() => this.next(entry.id)}>${t("next_code")}</button>` : nothing}
        ${code ? html`<button type="button" aria-label=${t("copy_code_of", nameOf(entry))} @click=${() => this.copy(code.code)}>${t("copy_code")}</button>` : nothing}
        ${this.turner(entry)}
      </span>${this.backupOf(entry)}`;
  }

  /** @param {import('../shared/protocol').EntryView} entry */
  turner(entry) {
    const left = entry.backupCodes?.left ?? 0;
    if (!left) return nothing;
    const open = this.backup.has(entry.id);
    return html`<button type="button" aria-expanded=${open} aria-label=${t(open ? "codes_hide_of" : "codes_show_of", nameOf(entry))}
      @click=${() => this.turn(entry.id)}>${tn("codes_here", left)}</button>`;
  }

  /** @param {import('../shared/protocol').EntryView} entry */
  backupOf(entry) {
    const codes = this.backup.get(entry.id);
    if (!codes) return nothing;
    return html`<ol class="code-list numbered" aria-label=${t("codes_of", nameOf(entry))}>${codes.map(
      (code) => html`<li><span class="mono ${code.used != null ? "spent" : ""}">${code.code}</span>
        ${code.used != null ? html`<small class="mark">${t("code_used")}</small>` : nothing}</li>`,
    )}</ol>`;
  }

  /** @param {string} code */
  async copy(code) {
    this.problem = (await copyText(code)) ? "" : t("copy_failed");
  }
}

customElements.define("bundle-codes", BundleCodes);
