/** A guest: a bundle opened in memory alone, for a borrowed computer. Its worker ends with the page, and with it everything. */

import { html, nothing } from "lit";

import "../elements/bundle-codes.js";
import "../elements/bundle-form.js";
import "../elements/bundle-picker.js";
import "../elements/kept-notes.js";
import { policyNote } from "../elements/policy-note.js";
import { Work } from "../elements/work.js";
import { ask, AskError } from "../shared/ask.js";
import { View } from "../shared/element.js";
import { Helper } from "../shared/heavy.js";
import { t, tn } from "../shared/i18n.js";
import { lockOf, openWith } from "../shared/open-with.js";

/** @typedef {import('../shared/bundle-files.js').Bundle} Bundle */

class PageGuest extends View {
  static properties = { bundle: { state: true }, entries: { state: true }, kept: { state: true } };

  constructor() {
    super();
    /** @type {Bundle | undefined} */
    this.bundle = undefined;
    /** @type {import('../shared/protocol').EntryView[] | undefined} */
    this.entries = undefined;
    /** @type {import('../shared/protocol').KeptView[]} */
    this.kept = [];
    /** What an organisation asks for. @type {import('../shared/protocol').PolicyView | undefined} */
    this.policy = undefined;
    /** Holds the opened bundle. @type {Helper | undefined} */
    this.worker = undefined;
    /** @type {import('../elements/bundle-codes.js').Holder | undefined} */
    this.holder = undefined;
    this.work = new Work(this);
  }

  /** @param {import('../shared/open-with.js').Held} held */
  async open(held) {
    const { bundle } = this;
    if (!bundle) return;
    /** @type {unknown} */
    let refused;
    await this.work.run(
      async (signal) => {
        const worker = (this.worker ??= new Helper(this.signal));
        this.entries = await openWith(lockOf(bundle), held, signal, (way) => worker.run("guestOpen", [bundle.bytes, way]));
        this.policy = (await ask({ type: "status" })).policy;
        this.kept = await worker.run("guestKept", []);
        this.holder = { codes: (now) => worker.run("guestCodes", [now]), next: (id) => worker.run("guestNext", [id, Date.now()]), backup: (id) => worker.run("guestBackupCodes", [id]) };
      },
      { doing: t("opening_bundle"), fail: (error) => (refused = error) },
    );
    if (refused) await this.form?.refuse(refused);
    else await this.focusOn(".guest h2");
  }

  get form() {
    return /** @type {import('../elements/bundle-form.js').BundleForm | null} */ (this.querySelector("bundle-form"));
  }

  render() {
    return html`<header class="page-head"><h1>${t("guest_title")}</h1></header>
      <p class="lead">${t("guest_lead")}</p> ${this.work.banner()}
      ${this.entries ? this.opened(this.entries) : this.bundle ? this.wayIn(this.bundle) : this.choose()} ${this.work.progress()}
      <p><a class="link" href="#/">${t(this.entries ? "guest_close" : "back")}</a></p>`;
  }

  choose() {
    return html`<bundle-picker @bundle=${(/** @type {CustomEvent} */ event) => (this.bundle = event.detail)}></bundle-picker>`;
  }

  /** @param {Bundle} bundle */
  wayIn({ name, info }) {
    return html`<bundle-form .name=${name} .info=${info} .busy=${this.work.busy} purpose="off"
      @open=${(/** @type {CustomEvent} */ event) => this.open(event.detail)} @other=${() => (this.bundle = undefined)}></bundle-form>`;
  }

  /** @param {import('../shared/protocol').EntryView[]} entries */
  opened(entries) {
    return html`<section class="card guest" aria-labelledby="guest-list"><h2 id="guest-list" tabindex="-1">${tn("accounts_count", entries.length)}</h2>
      ${this.holder ? html`<bundle-codes .entries=${entries} .holder=${this.holder}></bundle-codes>` : nothing}
      <kept-notes .items=${this.kept} .closed=${this.policy && !this.policy.plainExport ? html`<p class="hint">${t("error_policy_plain_export")}</p>${policyNote(this.policy, "plainExport")}` : nothing}
        .read=${(/** @type {string} */ id) => this.keptText(id)}></kept-notes></section>`;
  }

  /** A note's text has the key in it: shown where secrets may leave in the clear. @param {string} id */
  async keptText(id) {
    if (!(await ask({ type: "status" })).policy.plainExport) throw new AskError({ code: "policy-plain-export" });
    return (await this.worker?.run("guestKeptText", [id])) ?? "";
  }
}

customElements.define("page-guest", PageGuest);
