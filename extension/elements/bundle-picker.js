/**
 * Where a bundle comes from: one file, several at once, or a folder, of which the newest of each vault is offered. Tells
 * `bundle` with {@link import('../shared/bundle-files.js').Bundle}, of a kit the one that it holds, and `kit` with the kit itself.
 */

import { html, nothing } from "lit";

import { ask, AskError } from "../shared/ask.js";
import { askForFolder, asksForFolder, likelyBundles, sortBundles } from "../shared/bundle-files.js";
import { bytesOf, fromBase64, toBase64 } from "../shared/bytes.js";
import { heldBundle } from "../shared/held-bundle.js";
import { View } from "../shared/element.js";
import { heavy } from "../shared/heavy.js";
import { listed, t, tn, when } from "../shared/i18n.js";
import { readPicture } from "../shared/pictures.js";
import "./drop-zone.js";
import { errorBanner } from "./warnings.js";
import { Work } from "./work.js";

/** @typedef {import('../shared/bundle-files.js').Bundle} Bundle */

export class BundlePicker extends View {
  static properties = { hint: {}, kits: { type: Boolean }, look: { attribute: false }, seen: { attribute: false }, sorted: { state: true }, far: { state: true } };

  constructor() {
    super();
    this.hint = "";
    /** A kit without a bundle is of use here too. */
    this.kits = false;
    /** Says what is in a file; without it the background does. @type {((bytes: Uint8Array<ArrayBuffer>) => Promise<import('../shared/open-with.js').BundleInfo>) | undefined} */
    this.look = undefined;
    /** Takes a QR code of its own away from the bundle's. @type {((text: string) => boolean) | undefined} */
    this.seen = undefined;
    /** @type {import('../shared/bundle-files.js').Sorted | undefined} What several files came to. */
    this.sorted = undefined;
    /** @type {Set<string>} Codes of sheets that were read so far. */
    this.texts = new Set();
    this.far = "";
    this.work = new Work(this);
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes */
  inspect(bytes) {
    return this.look ? this.look(bytes) : ask({ type: "inspect", bundle: toBase64(bytes) });
  }

  /** @param {File[]} files */
  async take(files) {
    const [file] = files;
    this.sorted = undefined;
    if (!file) return;
    if (files.every((each) => each.type.startsWith("image/"))) return await this.sheets(files);
    if (files.length > 1) return await this.sort(files);
    if (/\.html?$/i.test(file.name)) return await this.kit(file);
    await this.work.run(
      async () => {
        const bytes = await bytesOf(file);
        this.tell("bundle", { name: file.name, bytes, info: await this.inspect(bytes) });
      },
      { doing: t("reading_file") },
    );
  }

  /** A recovery kit: its bundle is data, whoever wrote the rest of the page. @param {File} file */
  async kit(file) {
    this.tell("kit", file);
    await this.work.run(
      async () => {
        const bytes = heldBundle(await bytesOf(file));
        if (bytes) this.tell("bundle", { name: file.name, bytes, info: await this.inspect(bytes) });
        else if (!this.kits) throw new AskError({ code: "kit-without-bundle" });
      },
      { doing: t("reading_file") },
    );
  }

  /**
   * Pictures of sheets, a few at a time and in any order.
   * @param {File[]} files
   */
  async sheets(files) {
    await this.work.run(
      async (signal) => {
        for (const file of files) for (const text of await readPicture(file, signal)) this.texts.add(text);
        if (!this.texts.size) throw new AskError({ code: "no-qr-in-picture" });
        for (const text of this.texts) if (this.seen?.(text)) return;
        try {
          const { total, missing, file } = await heavy(signal, "joinFrames", [[...this.texts]]);
          this.far = missing.length ? t("qsheets_so_far", total - missing.length, total, listed(missing.map(String))) : "";
          if (!file) return;
          this.texts.clear();
          const bytes = fromBase64(file);
          this.tell("bundle", { name: t("qsheets_name"), bytes, info: await this.inspect(bytes) });
        } catch (error) {
          this.texts.clear();
          throw error;
        }
      },
      { doing: t("looking_for_qr") },
    );
  }

  async folder() {
    await this.work.run(
      async (signal) => {
        const files = await askForFolder();
        if (files) await this.look_into(files, signal);
      },
      { doing: t("reading_file") },
    );
    await this.focusOn(".found-bundles h3");
  }

  /** @param {File[]} files */
  async sort(files) {
    await this.work.run((signal) => this.look_into(files, signal), { doing: t("reading_file") });
    await this.focusOn(".found-bundles h3");
  }

  /**
   * @param {Iterable<File> | AsyncIterable<File>} files
   * @param {AbortSignal} signal
   */
  async look_into(files, signal) {
    this.sorted = await sortBundles(await likelyBundles(files, signal), (bytes) => this.inspect(bytes), signal);
  }

  render() {
    const { sorted } = this;
    return html`${this.work.banner()}
      <drop-zone multiple .label=${t("drop_bundle")} .hint=${this.hint || t("drop_bundle_hint")} .button=${t("choose_file")}
        @files=${(/** @type {CustomEvent} */ event) => this.take(event.detail)}></drop-zone>
      <div class="buttons">${this.folderButton()}</div>
      <p role="status">${this.far}</p>
      ${this.work.progress()} ${sorted ? this.found(sorted) : nothing}`;
  }

  folderButton() {
    if (asksForFolder()) return html`<button type="button" class="from-folder" ?disabled=${this.work.busy} @click=${() => this.folder()}>${t("bundle_from_folder")}</button>`;
    return html`<label class="button from-folder">${t("bundle_from_folder")}<input class="visually-hidden" type="file" webkitdirectory multiple
      @change=${(/** @type {Event} */ event) => {
        const input = /** @type {HTMLInputElement} */ (event.target);
        this.sort([...(input.files ?? [])]);
      }}></label>`;
  }

  /** @param {import('../shared/bundle-files.js').Sorted} sorted */
  found({ newest, older, refused }) {
    return html`<section class="card found-bundles" aria-labelledby="found-bundles"><h3 id="found-bundles" tabindex="-1">${tn("found_bundles", newest.length)}</h3>
      ${newest.length ? nothing : errorBanner(t("found_bundles_none"))}
      <ul class="plain-list">${newest.map(
        (bundle) => html`<li><span class="names"><span class="issuer">${t("found_bundle_of", bundle.info.vault, when(bundle.info.created))}</span>
            <span class="account mono">${bundle.name}</span></span>
          <button type="button" class="primary" aria-label=${t("found_bundle_take_of", bundle.name)} @click=${() => this.tell("bundle", bundle)}>${t("found_bundle_take")}</button></li>`,
      )}</ul>
      ${older ? html`<p class="hint">${tn("found_bundles_older", older)}</p>` : nothing}
      ${refused.length ? html`<details><summary>${tn("found_bundles_refused", refused.length)}</summary><ul>${refused.map(({ name, why }) => html`<li><span class="mono">${name}</span>: ${why}</li>`)}</ul></details>` : nothing}
    </section>`;
  }
}

customElements.define("bundle-picker", BundlePicker);
