/** A hand-over, the new device's side: its address and six words, the sealed file or codes, and then the import's preview. */

import { html, nothing } from "lit";

import "../elements/code-reader.js";
import "../elements/qr-image.js";
import { Work } from "../elements/work.js";
import { ask, AskError } from "../shared/ask.js";
import { fromBase64, toBase64 } from "../shared/bytes.js";
import { View } from "../shared/element.js";
import { nameOf } from "../shared/format.js";
import { Frames } from "../shared/frames.js";
import { t, when } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { toast } from "../shared/toast.js";
import "./page-import.js";

class PageReceive extends View {
  static properties = { receiver: { state: true }, far: { state: true }, given: { state: true }, made: { state: true } };

  constructor() {
    super();
    /** @type {Extract<import('../shared/protocol').Reply, { type: "receiver" }> | undefined} */
    this.receiver = undefined;
    this.frames = new Frames();
    /** @type {{ total: number, missing: number[] } | undefined} */
    this.far = undefined;
    /** @type {import('../shared/read-files.js').ReadFiles | undefined} */
    this.given = undefined;
    this.made = 0;
    this.work = new Work(this);
  }

  connected() {
    this.work.run(async () => {
      this.receiver = await ask({ type: "receive", renew: false });
    });
  }

  /** @param {string[]} texts */
  async read(texts) {
    for (const text of texts) for (const line of text.split(/\r?\n/)) if (line.startsWith("SK1/")) this.frames.add(line);
    const pasted = texts.find((text) => text.startsWith("sparekey/1\n"));
    if (pasted) return await this.open(new TextEncoder().encode(pasted.endsWith("\n") ? pasted : `${pasted}\n`));
    while (!this.given && this.frames.more && (await this.work.run((signal) => this.join(signal))));
  }

  /** @param {AbortSignal} signal */
  async join(signal) {
    try {
      const joined = await this.frames.join(signal);
      this.far = { total: joined.total, missing: joined.missing };
      if (joined.file) await this.take(fromBase64(joined.file));
    } catch (error) {
      // Codes of another file among them: begin again with what is seen now.
      if (error instanceof AskError && error.code !== "no-frames") this.frames.clear();
      throw error;
    }
  }

  /** @param {Uint8Array} bytes */
  async open(bytes) {
    await this.work.run(() => this.take(bytes));
  }

  /** @param {Uint8Array} bytes */
  async take(bytes) {
    const { entries, kept, skipped, made } = await ask({ type: "open-hand-over", file: toBase64(bytes) });
    /** @type {import('../shared/read-files.js').SkippedItem[]} */
    const left = Array.from({ length: skipped }, () => ({ what: "", why: "bad-counter" }));
    left.push(...kept.map((note) => ({ what: nameOf(note), why: note.reason, kept: note })));
    this.made = made;
    this.given = { apps: [], families: ["sparekey"], entries, skipped: left };
  }

  async renew() {
    await this.work.run(async () => {
      this.receiver = await ask({ type: "receive", renew: true });
      this.frames.clear();
      this.far = undefined;
    });
  }

  render() {
    if (this.given)
      return html`<div class="banner">${icon("help")}<div><p>${t("receive_draft", when(this.made))}</p></div></div><page-import .given=${this.given}></page-import>`;
    return html`<header class="page-head"><h1>${t("receive_title")}</h1></header><p class="lead">${t("receive_lead")}</p>
      ${this.work.banner()}
      <div class="columns">${this.receiver ? this.address(this.receiver) : nothing}
        <section class="card" aria-labelledby="take-title"><h2 id="take-title">${t("receive_take")}</h2>
          <p class="hint">${t("receive_take_text")}</p>
          <code-reader .label=${t("receive_drop")} .hint=${t("receive_drop_hint")}
            @texts=${(/** @type {CustomEvent} */ event) => this.read(event.detail)} @raw=${(/** @type {CustomEvent} */ event) => this.open(event.detail)}></code-reader>
          <p role="status">${this.far ? t("receive_far", this.far.total - this.far.missing.length, this.far.total) : ""}</p>
        </section></div>`;
  }

  /** @param {NonNullable<typeof this.receiver>} receiver */
  address({ address, words, qr }) {
    return html`<section class="card receiver" aria-labelledby="receiver-title"><h2 id="receiver-title">${t("receive_address")}</h2>
      <p class="hint">${t("receive_address_text")}</p>
      <qr-image .rows=${qr} .label=${t("receive_address")}></qr-image>
      <p class="secret-text mono">${address}</p>
      <div class="buttons"><button type="button" @click=${() => this.copy(address)}>${icon("copy")}${t("receive_copy")}</button>
        <button type="button" class="quiet" @click=${() => this.renew()}>${t("receive_renew")}</button></div>
      <h3>${t("receive_words")}</h3>
      <ol class="phrase six-words">${words.map((word) => html`<li>${word}</li>`)}</ol></section>`;
  }

  /** @param {string} address */
  async copy(address) {
    try {
      await navigator.clipboard.writeText(address);
      toast(t("receive_copied"));
    } catch {
      this.work.say(t("copy_failed"));
    }
  }
}

customElements.define("page-receive", PageReceive);
