/** A guest: a bundle opened in memory alone, for a borrowed computer. Its worker ends with the page, and with it everything. */

import { html, nothing } from "lit";

import { badge } from "../elements/badge.js";
import "../elements/drop-zone.js";
import "../elements/otp-code.js";
import "../elements/password-field.js";
import "../elements/time-ring.js";
import { errorBanner } from "../elements/warnings.js";
import { working } from "../elements/working.js";
import { ask } from "../shared/ask.js";
import { bytesOf, toBase64 } from "../shared/bytes.js";
import { onSecond } from "../shared/clock.js";
import { View } from "../shared/element.js";
import { nameOf } from "../shared/format.js";
import { Helper } from "../shared/heavy.js";
import { coded, errorText, listed, t, tn, when } from "../shared/i18n.js";
import { openWith } from "../shared/open-with.js";

/** @typedef {import('../shared/protocol').CodeView} CodeView */

class PageGuest extends View {
  static properties = {
    name: { state: true },
    info: { state: true },
    text: { state: true },
    entries: { state: true },
    codes: { state: true },
    problem: { state: true },
    wrong: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    this.name = "";
    /** @type {Uint8Array<ArrayBuffer>} */
    this.bytes = new Uint8Array();
    /** @type {import('../shared/open-with.js').BundleInfo | undefined} */
    this.info = undefined;
    this.text = "";
    /** @type {import('../shared/protocol').EntryView[] | undefined} */
    this.entries = undefined;
    /** @type {Map<string, CodeView>} */
    this.codes = new Map();
    this.problem = "";
    this.wrong = "";
    /** @type {AbortController | undefined} */
    this.busy = undefined;
    /** Holds the opened bundle. @type {Helper | undefined} */
    this.holder = undefined;
  }

  connected() {
    onSecond((now) => this.tick(now), this.signal);
  }

  /** @param {File} file */
  async take(file) {
    this.problem = "";
    try {
      this.bytes = await bytesOf(file);
      this.info = await ask({ type: "inspect", bundle: toBase64(this.bytes) });
      this.name = file.name;
    } catch (error) {
      this.problem = errorText(error);
    }
    await this.focusOn("password-field input");
  }

  /** @param {SubmitEvent} event */
  async open(event) {
    event.preventDefault();
    const { info } = this;
    if (!info || !this.text || this.busy) return;
    const busy = new AbortController();
    this.busy = busy;
    this.wrong = "";
    const signal = AbortSignal.any([this.signal, busy.signal]);
    try {
      const holder = (this.holder ??= new Helper(this.signal));
      this.entries = await openWith(info, this.text, signal, (way) => holder.run("guestOpen", [this.bytes, way]));
      this.text = "";
      await this.tick(Date.now());
    } catch (error) {
      if (!signal.aborted) this.wrong = errorText(error);
    } finally {
      this.busy = undefined;
    }
    await this.focusOn(this.entries ? ".guest h2" : "password-field input");
  }

  /** @param {number} now */
  async tick(now) {
    const due = this.entries && (!this.codes.size || [...this.codes.values()].some(({ until }) => until != null && until <= now));
    if (!due || !this.holder) return;
    const counted = [...this.codes].filter(([, code]) => code.until == null);
    const codes = await this.holder.run("guestCodes", [now]);
    this.codes = new Map([...counted, ...codes.map((code) => /** @type {[string, CodeView]} */ ([code.id, code]))]);
  }

  /** @param {string} id */
  async next(id) {
    try {
      const code = await this.holder?.run("guestNext", [id, Date.now()]);
      if (code) this.codes = new Map(this.codes).set(id, code);
    } catch (error) {
      this.problem = errorText(error);
    }
  }

  render() {
    return html`<header class="page-head"><h1>${t("guest_title")}</h1></header>
      <p class="lead">${t("guest_lead")}</p> ${errorBanner(this.problem)}
      ${this.entries ? this.opened(this.entries) : this.info ? this.wayIn(this.info) : this.choose()}
      ${this.busy ? working(t("opening_bundle"), () => this.busy?.abort()) : nothing}
      <p><a class="link" href="#/">${t(this.entries ? "guest_close" : "back")}</a></p>`;
  }

  choose() {
    return html`<drop-zone .label=${t("drop_bundle")} .hint=${t("drop_bundle_hint")} .button=${t("choose_file")}
      @files=${(/** @type {CustomEvent} */ event) => this.take(event.detail[0])}></drop-zone>`;
  }

  /** @param {import('../shared/open-with.js').BundleInfo} info */
  wayIn(info) {
    const ways = listed([...new Set(info.slots.map(({ kind }) => coded("slot", kind) ?? kind))]);
    return html`<form class="card" @submit=${(/** @type {SubmitEvent} */ event) => this.open(event)}>
      <h2 class="file-name">${this.name}</h2>
      <p class="hint">${t("bundle_says", when(info.created))} ${t("manifest_opens_with", ways)}</p>
      <password-field .label=${t("drill_way")} .value=${this.text} .error=${this.wrong} purpose="off" .disabled=${!!this.busy}
        @password-change=${(/** @type {CustomEvent} */ event) => {
          this.text = event.detail;
          this.wrong = "";
        }}></password-field>
      <div class="buttons"><button type="submit" class="primary" ?disabled=${!!this.busy || !this.text}>${t("open_bundle")}</button>
        <button type="button" ?disabled=${!!this.busy} @click=${() => (this.info = undefined)}>${t("other_file")}</button></div>
    </form>`;
  }

  /** @param {import('../shared/protocol').EntryView[]} entries */
  opened(entries) {
    return html`<section class="card guest" aria-labelledby="guest-list"><h2 id="guest-list" tabindex="-1">${tn("accounts_count", entries.length)}</h2>
      <ul class="plain-list">${entries.map((entry) => {
        const code = this.codes.get(entry.id);
        return html`<li>${badge(entry)}
          <span class="names"><span class="issuer">${entry.issuer || entry.account || "—"}</span><span class="account">${entry.issuer ? entry.account : ""}</span></span>
          ${code ? html`<otp-code .code=${code.code}></otp-code>` : nothing}
          ${code?.until != null ? html`<time-ring .until=${code.until} .period=${code.period}></time-ring>` : nothing}
          ${entry.kind === "hotp" ? html`<button type="button" aria-label=${t("next_code_of", nameOf(entry))} @click=${() => this.next(entry.id)}>${t("next_code")}</button>` : nothing}</li>`;
      })}</ul>
      ${entries.some(({ kind }) => kind === "hotp") ? html`<p class="hint">${t("guest_counted")}</p>` : nothing}
    </section>`;
  }
}

customElements.define("page-guest", PageGuest);
