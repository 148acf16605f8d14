/** The recovery kit: one page that opens a bundle in any browser, offline, with the same core. It keeps and sends nothing. */

import { html, nothing } from "lit";

import "../elements/bundle-codes.js";
import "../elements/bundle-form.js";
import "../elements/bundle-picker.js";
import "../elements/kept-notes.js";
import { issuedBy, partyName } from "../elements/party-name.js";
import { Work } from "../elements/work.js";
import { AskError } from "../shared/ask.js";
import { fromBase64 } from "../shared/bytes.js";
import { View } from "../shared/element.js";
import { t, tn, when } from "../shared/i18n.js";
import { openWith } from "../shared/open-with.js";
import * as core from "../wasm/sparekey.js";
import { afterWords, ready, said } from "./core.js";
import "./offline-pass.js";

/** @typedef {import('../shared/bundle-files.js').Bundle} Bundle */
/** @typedef {import('../shared/open-with.js').Held} Held */

class Kit extends View {
  static properties = { bundle: { state: true }, open: { state: true }, uris: { state: true }, pasted: { state: true }, offline: { state: true } };

  constructor() {
    super();
    /** @type {Bundle | undefined} The bundle in front. */
    this.bundle = undefined;
    /** @type {{ bundle: core.OpenBundle, entries: import('../shared/protocol').EntryView[], kept: import('../shared/protocol').KeptView[], manifest: import('../shared/protocol').Manifest } | undefined} */
    this.open = undefined;
    /** @type {import('../elements/bundle-codes.js').Holder | undefined} */
    this.holder = undefined;
    this.uris = "";
    /** What is pasted. */
    this.pasted = "";
    /** The text of an offline pass. */
    this.offline = "";
    this.work = new Work(this);
  }

  connected() {
    const held = document.getElementById("bundle")?.textContent?.trim();
    if (held) this.work.run(async () => this.take({ name: t("kit_held"), bytes: fromBase64(held), info: await look(fromBase64(held)) }));
  }

  /** @param {Bundle} bundle */
  take(bundle) {
    this.bundle = bundle;
  }

  /** @param {Held} held */
  async unlock(held) {
    const { bundle } = this;
    if (!bundle) return;
    /** @type {unknown} */
    let refused;
    await this.work.run(
      async (signal) => {
        const lock = { jobs: async () => bundle.info.jobs, pairJobs: async () => said(() => core.pairJobs(bundle.bytes)).jobs, escrowJobs, derive };
        const open = await openWith(lock, held, signal, async (way) => said(() => new core.OpenBundle(bundle.bytes, way)));
        this.holder = { codes: (now) => open.codes(now), next: (id) => said(() => open.nextHotp(id, Date.now())), backup: (id) => said(() => open.backupCodes(id)) };
        this.open = { bundle: open, entries: open.entries(), kept: open.kept(), manifest: open.manifest() };
      },
      { doing: t("opening_bundle"), fail: (error) => (refused = error) },
    );
    if (refused) await this.form?.refuse(refused);
    else await this.focusOn("h2");
  }

  get form() {
    return /** @type {import('../elements/bundle-form.js').BundleForm | null} */ (this.querySelector("bundle-form"));
  }

  render() {
    return html`<main class="lone kit"><header><h1>${t("kit_title")}</h1><p class="lead">${t("kit_page_lead")}</p></header>
      ${this.work.banner()} ${this.offline ? this.pass() : this.open ? this.opened(this.open) : this.bundle ? this.wayIn(this.bundle) : this.choose()} ${this.work.progress()}</main>`;
  }

  choose() {
    return html`<bundle-picker .hint=${t("kit_drop_hint")} .look=${(/** @type {Uint8Array<ArrayBuffer>} */ bytes) => this.look(bytes)} .seen=${(/** @type {string} */ text) => this.seen(text)}
        @bundle=${(/** @type {CustomEvent} */ event) => this.take(event.detail)} @pasted=${(/** @type {CustomEvent} */ event) => this.paste(event.detail)}></bundle-picker>
      <details class="more"><summary>${t("offline_paste")}</summary>
        <form @submit=${(/** @type {SubmitEvent} */ event) => {
          event.preventDefault();
          this.paste(this.pasted);
        }}><div class="field"><label for="pasted">${t("offline_paste_label")}</label>
          <textarea id="pasted" class="mono" rows="4" spellcheck="false" .value=${this.pasted} @input=${(/** @type {InputEvent} */ event) => (this.pasted = /** @type {HTMLTextAreaElement} */ (event.target).value)}></textarea></div>
        <button type="submit" ?disabled=${!this.pasted.trim()}>${t("offline_look")}</button></form></details>
      <p class="hint">${t("kit_page_beware")}</p>`;
  }

  /** A file: a bundle, or an offline pass, which has a screen of its own. @param {Uint8Array<ArrayBuffer>} bytes */
  async look(bytes) {
    await ready;
    const text = new TextDecoder().decode(bytes);
    if (this.seen(text)) throw new DOMException("an offline pass", "AbortError");
    return await look(bytes);
  }

  /** An offline pass has a screen of its own, whatever it came in. @param {string} text */
  seen(text) {
    if (!core.isOfflinePass(text)) return false;
    this.offline = text;
    return true;
  }

  /** @param {string} text */
  paste(text) {
    return this.work.run(async () => {
      await ready;
      if (!this.seen(text)) throw new AskError({ code: "not-an-offline-pass" });
    });
  }

  pass() {
    return html`<offline-pass .text=${this.offline} .reader=${OFFLINE} @other=${() => {
      this.offline = "";
      this.pasted = "";
    }}></offline-pass>`;
  }

  /** @param {Bundle} bundle */
  wayIn({ name, info }) {
    return html`<bundle-form .name=${name} .info=${info} .busy=${this.work.busy} .check=${checkShares}
      @open=${(/** @type {CustomEvent} */ event) => this.unlock(event.detail)} @other=${() => (this.bundle = undefined)}></bundle-form>`;
  }

  /** @param {NonNullable<typeof this.open>} open */
  opened({ bundle, entries, kept, manifest }) {
    return html`<section class="card" aria-labelledby="opened"><h2 id="opened" tabindex="-1">${tn("accounts_count", entries.length)}</h2>
        <p class="hint">${t("manifest_made", when(manifest.made))}</p>
        ${manifest.issued ? html`<p class="issued">${issuedBy(manifest.issued)}</p>` : nothing}
        ${manifest.parties.map((party) => html`<p class="hint parties">${t("manifest_party")} ${partyName(party)}</p>`)}
        <bundle-codes .entries=${entries} .holder=${this.holder}></bundle-codes>
        <kept-notes .items=${kept} .read=${(/** @type {string} */ id) => said(() => bundle.keptText(id))}></kept-notes>
        <div class="buttons no-print"><button type="button" @click=${() => print()}>${t("kit_print")}</button>
          <button type="button" class="danger" @click=${() => (this.uris = this.uris ? "" : bundle.uris().join("\n"))}>${t("kit_export")}</button></div>
      </section>
      ${
        this.uris
          ? html`<section class="card no-print" aria-labelledby="uris"><h2 id="uris">${t("kit_export")}</h2><p class="warn-text">${t("kit_export_warning")}</p>
            <textarea class="mono" rows="8" readonly aria-labelledby="uris" .value=${this.uris} @focus=${(/** @type {Event} */ event) => /** @type {HTMLTextAreaElement} */ (event.target).select()}></textarea>
            <div class="buttons"><button type="button" @click=${() => saveText("otpauth.txt", this.uris)}>${t("export_save")}</button></div></section>`
          : nothing
      }`;
  }
}

/** @type {import('./offline-pass.js').Reader} */
const OFFLINE = {
  look: (text) => said(() => core.lookAtOfflinePass(text)),
  byCode: (text, code) => said(() => new core.OfflinePass(text, code)),
  byPassphrase: (text, key) => said(() => core.OfflinePass.byPassphrase(text, key)),
  derive,
};

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<import('../shared/open-with.js').BundleInfo>}
 */
async function look(bytes) {
  await ready;
  return said(() => core.lookAtBundle(bytes));
}

/** @param {string[]} shares */
async function checkShares(shares) {
  return said(() => core.checkShares(shares));
}

/** @param {string} file */
async function escrowJobs(file) {
  return said(() => core.escrowJobs(file)).jobs;
}

/**
 * In this page itself: it has no worker. It is held for a second by each, and the words are on the screen before.
 * @param {import('../shared/protocol').DeriveJob[]} jobs
 * @param {string} text
 * @param {AbortSignal} signal
 * @returns {Promise<import('../shared/protocol').DerivedKey[]>}
 */
async function derive(jobs, text, signal) {
  const keys = [];
  for (const job of jobs) {
    await afterWords(signal);
    keys.push(said(() => deriveOne(job, text)));
  }
  return keys;
}

/**
 * @param {import('../shared/protocol').DeriveJob} job
 * @param {string} text
 */
function deriveOne(job, text) {
  const bytes = () => new TextEncoder().encode(text);
  try {
    return core.derive(job, bytes(), false);
  } catch (error) {
    if (/** @type {any} */ (error)?.code !== "kdf-cost" || !confirm(t("kit_costly"))) throw error;
    return core.derive(job, bytes(), true);
  }
}

/**
 * @param {string} name
 * @param {string} text
 */
function saveText(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text + "\n"], { type: "text/plain" }));
  link.download = name;
  link.click();
}

customElements.define("sparekey-kit", Kit);
