/**
 * After a restore, two lists: what came in and was not tried since, each account once, at its site, until it is known to
 * work; and what became of the ways into the bundle.
 */

import { html, nothing } from "lit";

import { badge } from "../elements/badge.js";
import "../elements/otp-code.js";
import "../elements/time-ring.js";
import { ask } from "../shared/ask.js";
import { watchCodes } from "../shared/codes.js";
import { nameOf } from "../shared/format.js";
import { t } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { LoadedView } from "../shared/loaded-view.js";
import "./restored-ways.js";

class PageVerify extends LoadedView {
  static properties = { entries: { state: true }, codes: { state: true } };

  constructor() {
    super();
    /** @type {import('../shared/protocol').EntryView[] | undefined} */
    this.entries = undefined;
    /** @type {Map<string, import('../shared/protocol').CodeView>} */
    this.codes = new Map();
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
    this.entries = entries.filter((entry) => entry.unverified && entry.trashed == null);
  }

  /** @param {string} id */
  async works(id) {
    try {
      const edit = { issuer: null, account: null, note: null, tags: null, pinned: null, unverified: false, emergency: null };
      await ask({ type: "edit", id, edit });
    } catch (error) {
      this.tell("failed", error);
    }
    await this.load();
  }

  render() {
    const { entries } = this;
    if (!entries) return nothing;
    return html`<header class="page-head"><h1>${t("verify_title")}</h1><a class="button" href="#/">${t("to_accounts")}</a></header>
      <p class="lead">${t(entries.length ? "verify_lead" : "verify_none")}</p>
      <ul class="plain-list">${entries.map((entry) => {
        const code = this.codes.get(entry.id);
        return html`<li>${badge(entry)}
          <span class="names"><a class="issuer" href="#/entry/${entry.id}">${entry.issuer || entry.account || "—"}</a><span class="account">${entry.issuer ? entry.account : ""}</span></span>
          ${code ? html`<otp-code .code=${code.code}></otp-code>` : nothing}
          ${code?.until != null ? html`<time-ring .until=${code.until} .period=${code.period}></time-ring>` : nothing}
          <button type="button" aria-label=${t("it_works_of", nameOf(entry))} @click=${() => this.works(entry.id)}>${icon("done")}${t("it_works")}</button>
          ${entry.kind === "hotp" ? html`<p class="hint row-note">${t("verify_counted")}</p>` : nothing}</li>`;
      })}</ul>
      <restored-ways></restored-ways>`;
  }
}

customElements.define("page-verify", PageVerify);
