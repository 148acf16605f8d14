/** A bundle on paper: pages of QR codes, and pictures of them read back until every code is there and the bytes are the same. */

import { html, nothing } from "lit";

import "../elements/code-reader.js";
import "../elements/qr-image.js";
import { Work } from "../elements/work.js";
import { ask } from "../shared/ask.js";
import { fromBase64, sha256 } from "../shared/bytes.js";
import { View } from "../shared/element.js";
import { Frames } from "../shared/frames.js";
import { Helper } from "../shared/heavy.js";
import { listed, t, tn } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";

/** Two columns of three on A4: a module is almost a millimetre. */
const PER_PAGE = 6;
/** More pages than these nobody prints, and nobody scans. */
const MOST_PAGES = 40;

class BundleSheets extends View {
  static properties = { bundle: { attribute: false }, codes: { state: true }, far: { state: true }, same: { state: true }, tooMany: { state: true } };

  constructor() {
    super();
    /** @type {{ name: string, bundle: string, sha256: string } | undefined} */
    this.bundle = undefined;
    /** @type {string[][]} */
    this.codes = [];
    this.frames = new Frames();
    /** @type {{ total: number, missing: number[] } | undefined} */
    this.far = undefined;
    /** @type {boolean | undefined} */
    this.same = undefined;
    this.tooMany = false;
    this.work = new Work(this);
  }

  async make() {
    await this.work.run(async (signal) => {
      const helper = new Helper(signal);
      const texts = await helper.run("splitFrames", [fromBase64(this.bundle?.bundle ?? ""), true]);
      this.tooMany = texts.length > PER_PAGE * MOST_PAGES;
      this.codes = this.tooMany ? [] : await Promise.all(texts.map((text) => helper.run("qrMatrix", [text])));
      helper.worker.terminate();
    });
    await this.focusOn(".sheet-actions button");
  }

  /** @param {string[]} texts */
  async read(texts) {
    for (const text of texts) this.frames.add(text);
    while (this.frames.more && (await this.work.run((signal) => this.join(signal))));
  }

  /** @param {AbortSignal} signal */
  async join(signal) {
    const joined = await this.frames.join(signal).catch((error) => {
      this.frames.clear();
      throw error;
    });
    this.far = { total: joined.total, missing: joined.missing };
    if (!joined.file) return;
    this.same = (await sha256(fromBase64(joined.file))) === this.bundle?.sha256;
    if (this.same && this.bundle) await ask({ type: "read-back", sha256: this.bundle.sha256 });
  }

  render() {
    if (!this.codes.length)
      return html`<details class="more"><summary>${t("qsheets_title")}</summary><p class="hint">${t("qsheets_text")}</p>${this.work.banner()}
        ${this.tooMany ? html`<p class="warn-text">${t("qsheets_too_many")}</p>` : nothing}
        <button type="button" ?disabled=${this.work.busy} @click=${() => this.make()}>${t("qsheets_make")}</button>${this.work.progress()}</details>`;
    const pages = Array.from({ length: Math.ceil(this.codes.length / PER_PAGE) }, (_, at) => at);
    return html`<div class="buttons sheet-actions"><button type="button" @click=${() => print()}>${tn("qsheets_print", pages.length)}</button></div>
      ${pages.map((page) => this.page(page, pages.length))}
      <div class="sheet-back"><h3>${t("qsheets_back")}</h3><p class="hint">${t("qsheets_back_text")}</p>${this.work.banner()}
        <code-reader .label=${t("qsheets_drop")} .hint=${t("drop_picture_hint")} accept="image/*" @texts=${(/** @type {CustomEvent} */ event) => this.read(event.detail)}></code-reader>
        <p role="status">${this.told()}</p></div>`;
  }

  told() {
    const { far, same } = this;
    if (same) return html`<span class="good">${icon("done")}${t("qsheets_same")}</span>`;
    if (same === false) return html`<span class="warn-text">${t("qsheets_differ")}</span>`;
    if (!far) return "";
    const sheets = [...new Set(far.missing.map((at) => Math.ceil(at / PER_PAGE)))].map((sheet) => t("qsheets_sheet", sheet));
    return `${t("receive_far", far.total - far.missing.length, far.total)} ${t("qsheets_missing", listed(sheets))}`;
  }

  /**
   * @param {number} page
   * @param {number} pages
   */
  page(page, pages) {
    const from = page * PER_PAGE;
    const codes = this.codes.slice(from, from + PER_PAGE);
    return html`<div class="sheet sheet-qr"><header><img src="../icons/sparekey.svg" alt="" width="28" height="28"><div><h3>${t("qsheets_heading", page + 1, pages)}</h3>
        <p class="mono file-name">${this.bundle?.name}</p></div></header>
      <p>${t("qsheets_use")}</p>
      <ul class="qr-grid">${codes.map((rows, at) => html`<li><qr-image .rows=${rows} .label=${t("frames_at", from + at + 1, this.codes.length)}></qr-image><span>${from + at + 1} / ${this.codes.length}</span></li>`)}</ul>
      <p class="mono esheet-digest">SHA-256 ${this.bundle?.sha256}</p></div>`;
  }
}

customElements.define("bundle-sheets", BundleSheets);
