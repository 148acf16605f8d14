/** The recovery kit: one page that opens a bundle in any browser, offline, with the same core. It keeps and sends nothing. */

import { LitElement, html, nothing } from "lit";

import { badge } from "../elements/badge.js";
import "../elements/drop-zone.js";
import "../elements/otp-code.js";
import "../elements/password-field.js";
import "../elements/time-ring.js";
import { errorBanner } from "../elements/warnings.js";
import { AskError } from "../shared/ask.js";
import { bytesOf, fromBase64 } from "../shared/bytes.js";
import { onSecond } from "../shared/clock.js";
import { coded, errorText, listed, t, tn, when } from "../shared/i18n.js";
import { looksLikeCode } from "../shared/open-with.js";
import { readings } from "../shared/password.js";
import init, * as core from "../wasm/sparekey.js";

/** @typedef {import('../shared/open-with.js').BundleInfo} BundleInfo */
/** @typedef {import('../shared/protocol').Way} Way */

const ready = init({ module_or_path: fromBase64(document.getElementById("core")?.textContent?.trim() ?? "") });

class Kit extends LitElement {
  static properties = {
    name: { state: true },
    info: { state: true },
    text: { state: true },
    open: { state: true },
    codes: { state: true },
    counted: { state: true },
    uris: { state: true },
    wrong: { state: true },
    problem: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    this.name = "";
    /** @type {Uint8Array<ArrayBuffer>} */
    this.bytes = new Uint8Array();
    /** @type {BundleInfo | undefined} */
    this.info = undefined;
    this.text = "";
    /** @type {{ bundle: core.OpenBundle, entries: import('../shared/protocol').EntryView[], manifest: import('../shared/protocol').Manifest } | undefined} */
    this.open = undefined;
    /** @type {Map<string, import('../shared/protocol').CodeView>} */
    this.codes = new Map();
    /** Counted codes that were asked for. @type {Map<string, string>} */
    this.counted = new Map();
    this.uris = "";
    this.wrong = "";
    this.problem = "";
    this.busy = false;
    this.until = new AbortController();
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    const held = document.getElementById("bundle")?.textContent?.trim();
    if (held) this.take(t("kit_held"), fromBase64(held));
    onSecond((now) => this.tick(now), this.until.signal);
  }

  /**
   * @param {string} name
   * @param {Uint8Array<ArrayBuffer>} bytes
   */
  async take(name, bytes) {
    this.problem = "";
    try {
      await ready;
      this.info = said(() => core.lookAtBundle(bytes));
      this.bytes = bytes;
      this.name = name;
    } catch (error) {
      this.problem = errorText(error);
    }
    await this.updateComplete;
    this.querySelector("input")?.focus();
  }

  /** @param {SubmitEvent} event */
  async unlock(event) {
    event.preventDefault();
    const { info } = this;
    if (!info || !this.text || this.busy) return;
    this.busy = true;
    this.wrong = "";
    // The derivation holds the page for a second: the words must be on the screen before.
    await this.updateComplete;
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 30)));
    try {
      const bundle = openWith(this.bytes, info, this.text);
      this.open = { bundle, entries: bundle.entries(), manifest: bundle.manifest() };
      this.text = "";
      this.tick(Date.now());
    } catch (error) {
      this.wrong = errorText(error);
    }
    this.busy = false;
    await this.updateComplete;
    const next = this.querySelector(this.open ? "h2" : "input");
    if (next instanceof HTMLElement) next.focus();
  }

  /** @param {number} now */
  tick(now) {
    if (!this.open) return;
    /** @type {import('../shared/protocol').CodeView[]} */
    const codes = this.open.bundle.codes(now);
    this.codes = new Map(codes.map((code) => [code.id, code]));
  }

  /** @param {string} id */
  next(id) {
    try {
      const code = said(() => this.open?.bundle.nextHotp(id, Date.now()));
      this.counted = new Map(this.counted).set(id, code.code);
    } catch (error) {
      this.problem = errorText(error);
    }
  }

  /** @param {string} code */
  async copy(code) {
    try {
      await navigator.clipboard.writeText(code);
    } catch {
      this.problem = t("copy_failed");
    }
  }

  render() {
    return html`<main class="lone kit"><header><h1>${t("kit_title")}</h1><p class="lead">${t("kit_page_lead")}</p></header>
      ${errorBanner(this.problem)}
      ${this.open ? this.opened(this.open) : this.info ? this.wayIn(this.info) : this.choose()}</main>`;
  }

  choose() {
    return html`<drop-zone .label=${t("drop_bundle")} .hint=${t("drop_bundle_hint")} .button=${t("choose_file")}
      @files=${async (/** @type {CustomEvent} */ event) => this.take(event.detail[0].name, await bytesOf(event.detail[0]))}></drop-zone>
      <p class="hint">${t("kit_page_beware")}</p>`;
  }

  /** @param {BundleInfo} info */
  wayIn(info) {
    const ways = listed([...new Set(info.slots.map(({ kind }) => coded("slot", kind) ?? kind))]);
    return html`<form class="card" @submit=${(/** @type {SubmitEvent} */ event) => this.unlock(event)}>
      <h2 class="file-name">${this.name}</h2><p class="hint">${t("bundle_says", when(info.created))} ${t("manifest_opens_with", ways)}</p>
      <password-field .label=${t("drill_way")} .value=${this.text} .error=${this.wrong} purpose="current-password" .disabled=${this.busy}
        @password-change=${(/** @type {CustomEvent} */ event) => {
          this.text = event.detail;
          this.wrong = "";
        }}></password-field>
      <div class="buttons"><button type="submit" class="primary" ?disabled=${this.busy || !this.text}>${t(this.busy ? "opening_bundle" : "open_bundle")}</button>
        <button type="button" ?disabled=${this.busy} @click=${() => (this.info = undefined)}>${t("other_file")}</button></div></form>`;
  }

  /** @param {NonNullable<typeof this.open>} open */
  opened({ bundle, entries, manifest }) {
    return html`<section class="card" aria-labelledby="opened"><h2 id="opened" tabindex="-1">${tn("accounts_count", entries.length)}</h2>
        <p class="hint">${t("manifest_made", when(manifest.made))}</p>
        <ul class="plain-list codes">${entries.map((entry) => this.row(entry))}</ul>
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

  /** @param {import('../shared/protocol').EntryView} entry */
  row(entry) {
    const code = this.codes.get(entry.id);
    const shown = code?.code ?? this.counted.get(entry.id);
    const name = [entry.issuer, entry.account].filter(Boolean).join(" ");
    return html`<li>${badge(entry)}
      <span class="names"><span class="issuer">${entry.issuer || entry.account || "—"}</span><span class="account">${entry.issuer ? entry.account : ""}</span></span>
      ${shown ? html`<otp-code .code=${shown}></otp-code>` : nothing}
      ${code?.until != null ? html`<time-ring .until=${code.until} .period=${code.period}></time-ring>` : nothing}
      <span class="buttons no-print">
        ${code ? nothing : html`<button type="button" aria-label=${t("next_code_of", name)} @click=${() => this.next(entry.id)}>${t("next_code")}</button>`}
        ${shown ? html`<button type="button" aria-label=${t("copy_code_of", name)} @click=${() => this.copy(shown)}>${t("copy_code")}</button>` : nothing}
      </span></li>`;
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {BundleInfo} info
 * @param {string} text
 */
function openWith(bytes, info, text) {
  const hasCodes = info.slots.some(({ kind }) => kind === "code" || kind === "pass");
  if (hasCodes && looksLikeCode(text)) return said(() => new core.OpenBundle(bytes, { kind: "code", code: text, keys: [] }));
  if (!info.jobs.length) throw new AskError({ code: "no-way-into-bundle" });
  for (const reading of readings(text)) {
    try {
      const keys = info.jobs.map((job) => said(() => derive(job, reading)));
      return said(() => new core.OpenBundle(bytes, { kind: "password", keys }));
    } catch (error) {
      if (!(error instanceof AskError && error.code === "wrong-password")) throw error;
    }
  }
  throw new AskError({ code: "wrong-password" });
}

/**
 * @param {import('../shared/protocol').DeriveJob} job
 * @param {string} text
 */
function derive(job, text) {
  const bytes = () => new TextEncoder().encode(text);
  try {
    return core.derive(job, bytes(), false);
  } catch (error) {
    if (/** @type {any} */ (error)?.code !== "kdf-cost" || !confirm(t("kit_costly"))) throw error;
    return core.derive(job, bytes(), true);
  }
}

/**
 * The core's codes as errors with words.
 * @template T
 * @param {() => T} call
 */
function said(call) {
  try {
    return call();
  } catch (error) {
    const code = typeof error === "string" ? error : /** @type {any} */ (error)?.code;
    throw typeof code === "string" ? new AskError({ code }) : error;
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
