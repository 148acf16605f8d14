/** The drill: the newest real bundle from where it lies, a real way in, a fresh instance, and every code compared. */

import { html, nothing } from "lit";

import { proof } from "../elements/backup-state.js";
import "../elements/drop-zone.js";
import "../elements/password-field.js";
import { errorBanner } from "../elements/warnings.js";
import { working } from "../elements/working.js";
import { ask } from "../shared/ask.js";
import { bytesOf, sha256, toBase64 } from "../shared/bytes.js";
import { View } from "../shared/element.js";
import { newestInFolder } from "../shared/folder.js";
import { coded, errorText, listed, t, tn, when } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { kitDigest } from "../shared/kit.js";
import { drillBundle, openWith } from "../shared/open-with.js";

/** @typedef {import('../shared/protocol').DrillResult} DrillResult */

class PageDrill extends View {
  static properties = {
    status: { attribute: false },
    name: { state: true },
    info: { state: true },
    text: { state: true },
    result: { state: true },
    entries: { state: true },
    kit: { state: true },
    problem: { state: true },
    wrong: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    /** @type {import('../shared/protocol').Status} */
    this.status = /** @type {any} */ (undefined);
    this.name = "";
    /** @type {Uint8Array<ArrayBuffer> | undefined} */
    this.bytes = undefined;
    /** @type {import('../shared/open-with.js').BundleInfo | undefined} */
    this.info = undefined;
    this.text = "";
    /** @type {{ result: DrillResult, seconds: number } | undefined} */
    this.result = undefined;
    /** @type {import('../shared/protocol').EntryView[]} */
    this.entries = [];
    /** Whether a kit that was shown is the one of this version. @type {boolean | undefined} */
    this.kit = undefined;
    this.problem = "";
    this.wrong = "";
    /** @type {AbortController | undefined} */
    this.busy = undefined;
  }

  /**
   * @param {(signal: AbortSignal) => Promise<void>} step
   * @param {(text: string) => void} [fail]
   */
  async run(step, fail = (text) => (this.problem = text)) {
    if (this.busy) return;
    const busy = new AbortController();
    this.busy = busy;
    this.problem = "";
    this.wrong = "";
    const signal = AbortSignal.any([this.signal, busy.signal]);
    try {
      await step(signal);
    } catch (error) {
      if (!signal.aborted) fail(errorText(error));
    } finally {
      this.busy = undefined;
    }
  }

  fromFolder() {
    return this.run(async () => {
      const file = await newestInFolder(this.status.backups.newest?.name);
      if (file) await this.take(file);
      else this.problem = t("drill_no_file");
    });
  }

  /** @param {File} file */
  async take(file) {
    const bytes = await bytesOf(file);
    if (/\.html?$/i.test(file.name)) {
      this.kit = (await sha256(bytes)) === (await kitDigest());
      return;
    }
    this.info = await ask({ type: "inspect", bundle: toBase64(bytes) });
    this.bytes = bytes;
    this.name = file.name;
    this.result = undefined;
    await this.focusOn("password-field input");
  }

  /** @param {SubmitEvent} event */
  async open(event) {
    event.preventDefault();
    const { info, bytes } = this;
    if (!info || !bytes || !this.text) return;
    await this.run(
      async (signal) => {
        const start = performance.now();
        const proof = await openWith(info, this.text, signal, (way) => drillBundle(bytes, way, signal));
        const tookMs = Math.round(performance.now() - start);
        const result = await ask({ type: "drill", proof, tookMs });
        this.entries = (await ask({ type: "list" })).entries;
        this.text = "";
        this.result = { result, seconds: tookMs / 1000 };
      },
      (text) => (this.wrong = text),
    );
    if (this.result) await this.focusOn(".drilled h2");
    else await this.focusOn("password-field input");
  }

  render() {
    const { drill } = this.status;
    return html`<header class="page-head"><h1>${t("drill_title")}</h1></header>
      <p class="lead">${t("drill_lead")}</p>
      ${drill.last != null ? html`<p class="hint">${t("drill_last", when(drill.last))}</p>` : nothing}
      ${drill.due ? html`<p class="warn-text">${coded("drill_due", drill.due) ?? drill.due}</p>` : nothing}
      ${errorBanner(this.problem)} ${this.kitLine()}
      ${this.result ? this.done(this.result) : this.info ? this.wayIn(this.info) : this.choose()}
      ${this.busy ? working(t("drill_opening"), () => this.busy?.abort()) : nothing}`;
  }

  choose() {
    const { backups } = this.status;
    return html`<section class="card" aria-labelledby="drill-file"><h2 id="drill-file">${t("drill_take_file")}</h2>
      <p>${t("drill_take_file_text")}</p>
      ${
        backups.destination === "folder"
          ? html`<div class="buttons"><button type="button" class="primary" ?disabled=${!!this.busy} @click=${() => this.fromFolder()}>${t("drill_from_folder", backups.folder)}</button></div>`
          : nothing
      }
      <drop-zone .label=${t("drop_bundle")} .hint=${backups.newest ? t("drill_newest_is", backups.newest.name) : t("drop_bundle_hint")} .button=${t("choose_file")}
        @files=${(/** @type {CustomEvent} */ event) => this.run(() => this.take(event.detail[0]))}></drop-zone>
    </section>`;
  }

  /** @param {import('../shared/open-with.js').BundleInfo} info */
  wayIn(info) {
    const ways = listed([...new Set(info.slots.map(({ kind }) => coded("slot", kind) ?? kind))]);
    return html`<form class="card" @submit=${(/** @type {SubmitEvent} */ event) => this.open(event)}>
      <h2 class="file-name">${this.name}</h2>
      <p class="hint">${t("bundle_says", when(info.created))} ${t("manifest_opens_with", ways)}</p>
      <password-field .label=${t("drill_way")} .value=${this.text} .error=${this.wrong} .hint=${t("drill_way_hint")} purpose="current-password"
        .disabled=${!!this.busy} @password-change=${(/** @type {CustomEvent} */ event) => {
          this.text = event.detail;
          this.wrong = "";
        }}></password-field>
      <div class="buttons"><button type="submit" class="primary" ?disabled=${!!this.busy || !this.text}>${t("drill_open")}</button>
        <button type="button" ?disabled=${!!this.busy} @click=${() => (this.info = undefined)}>${t("other_file")}</button></div>
    </form>`;
  }

  /** @param {NonNullable<typeof this.result>} done */
  done({ result, seconds }) {
    const names = (/** @type {string[]} */ ids) => listed(ids.map((id) => this.nameOf(id)));
    return html`<section class="card drilled" aria-labelledby="drilled"><h2 id="drilled" tabindex="-1">${t(result.proven ? "drill_proven" : "drill_failed")}</h2>
      <ul class="proofs">
        ${proof(result.proven, tn("drill_same", result.same))}
        ${result.differ.length ? proof(false, t("drill_differ", names(result.differ))) : nothing}
        ${result.changed.length ? proof(false, t("drill_changed", names(result.changed))) : nothing}
        ${result.onlyHere.length ? proof(false, t("drill_only_here", names(result.onlyHere))) : nothing}
        ${result.onlyThere ? proof(true, tn("drill_only_there", result.onlyThere)) : nothing}
        ${proof(true, t("drill_took", seconds.toLocaleString(undefined, { maximumFractionDigits: 1 })))}
      </ul>
      <p>${t(result.proven ? "drill_next" : "drill_failed_next")}</p>
      <div class="buttons"><a class="button primary" href="#/recovery">${t("done")}</a></div></section>`;
  }

  kitLine() {
    if (this.kit === undefined) return nothing;
    return html`<p class=${this.kit ? "good" : "warn-text"} role="status">${icon(this.kit ? "done" : "warn")} ${t(this.kit ? "kit_is_ours" : "kit_is_not_ours")}</p>`;
  }

  /** @param {string} id */
  nameOf(id) {
    const entry = this.entries.find((each) => each.id === id);
    return entry ? [entry.issuer, entry.account].filter(Boolean).join(" · ") : id.slice(0, 8);
  }
}

customElements.define("page-drill", PageDrill);
