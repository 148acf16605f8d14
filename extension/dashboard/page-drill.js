/** The drill: the newest real bundle from where it lies, a real way in, a fresh instance, and every code compared. */

import { html, nothing } from "lit";

import { proof } from "../elements/backup-state.js";
import "../elements/bundle-form.js";
import "../elements/bundle-picker.js";
import { Work } from "../elements/work.js";
import { ask } from "../shared/ask.js";
import { bytesOf, toBase64 } from "../shared/bytes.js";
import { View } from "../shared/element.js";
import { newestInFolder } from "../shared/folder.js";
import { coded, listed, t, tn, when } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { isOurKit } from "../shared/kit.js";
import { drillBundle, lockOf, openWith } from "../shared/open-with.js";

/** @typedef {import('../shared/protocol').DrillResult} DrillResult */
/** @typedef {import('../shared/bundle-files.js').Bundle} Bundle */

class PageDrill extends View {
  static properties = {
    status: { attribute: false },
    bundle: { state: true },
    result: { state: true },
    entries: { state: true },
    kit: { state: true },
  };

  constructor() {
    super();
    /** @type {import('../shared/protocol').Status} */
    this.status = /** @type {any} */ (undefined);
    /** @type {Bundle | undefined} */
    this.bundle = undefined;
    /** @type {{ result: DrillResult, seconds: number } | undefined} */
    this.result = undefined;
    /** @type {import('../shared/protocol').EntryView[]} */
    this.entries = [];
    /** Whether a kit that was shown is the one of this version. @type {boolean | undefined} */
    this.kit = undefined;
    this.work = new Work(this);
  }

  fromFolder() {
    return this.work.run(async () => {
      const file = await newestInFolder(this.status.backups.newest?.name);
      if (!file) {
        this.work.problem = t("drill_no_file");
        return;
      }
      const bytes = await bytesOf(file);
      this.take({ name: file.name, bytes, info: await ask({ type: "inspect", bundle: toBase64(bytes) }) });
    });
  }

  /** @param {Bundle} bundle */
  take(bundle) {
    this.bundle = bundle;
    this.result = undefined;
  }

  /** @param {File} file */
  compareKit(file) {
    return this.work.run(async () => {
      this.kit = await isOurKit(await bytesOf(file));
    });
  }

  /** @param {import('../shared/open-with.js').Held} held */
  async open(held) {
    const { bundle } = this;
    if (!bundle) return;
    /** @type {unknown} */
    let refused;
    await this.work.run(
      async (signal) => {
        const start = performance.now();
        const proof = await openWith(lockOf(bundle), held, signal, (way) => drillBundle(bundle.bytes, way, signal));
        const tookMs = Math.round(performance.now() - start);
        const result = await ask({ type: "drill", proof, tookMs });
        this.entries = (await ask({ type: "list" })).entries;
        this.result = { result, seconds: tookMs / 1000 };
      },
      { doing: t("drill_opening"), fail: (error) => (refused = error) },
    );
    if (refused) await this.form?.refuse(refused);
    else await this.focusOn(".drilled h2");
  }

  get form() {
    return /** @type {import('../elements/bundle-form.js').BundleForm | null} */ (this.querySelector("bundle-form"));
  }

  render() {
    const { drill } = this.status;
    return html`<header class="page-head"><h1>${t("drill_title")}</h1></header>
      <p class="lead">${t("drill_lead")}</p>
      ${drill.last != null ? html`<p class="hint">${t("drill_last", when(drill.last))}</p>` : nothing}
      ${drill.due ? html`<p class="warn-text">${coded("drill_due", drill.due) ?? drill.due}</p>` : nothing}
      ${this.work.banner()} ${this.kitLine()}
      ${this.result ? this.done(this.result) : this.bundle ? this.wayIn(this.bundle) : this.choose()} ${this.work.progress()}`;
  }

  choose() {
    const { backups } = this.status;
    return html`<section class="card" aria-labelledby="drill-file"><h2 id="drill-file">${t("drill_take_file")}</h2>
      <p>${t("drill_take_file_text")}</p>
      ${
        backups.destination === "folder"
          ? html`<div class="buttons"><button type="button" class="primary" ?disabled=${this.work.busy} @click=${() => this.fromFolder()}>${t("drill_from_folder", backups.folder)}</button></div>`
          : nothing
      }
      <bundle-picker .hint=${backups.newest ? t("drill_newest_is", backups.newest.name) : ""}
        @bundle=${(/** @type {CustomEvent} */ event) => this.take(event.detail)} @kit=${(/** @type {CustomEvent} */ event) => this.compareKit(event.detail)} kits></bundle-picker>
    </section>`;
  }

  /** @param {Bundle} bundle */
  wayIn({ name, info }) {
    return html`<bundle-form own .name=${name} .info=${info} .press=${t("drill_open")} .hint=${t("drill_way_hint")} .busy=${this.work.busy}
      @open=${(/** @type {CustomEvent} */ event) => this.open(event.detail)} @other=${() => (this.bundle = undefined)}></bundle-form>`;
  }

  /** @param {NonNullable<typeof this.result>} done */
  done({ result, seconds }) {
    // Of a bundle without a log there is nothing to say.
    const log = coded("drill_log", result.log);
    const names = (/** @type {string[]} */ ids) => listed(ids.map((id) => this.nameOf(id)));
    return html`<section class="card drilled" aria-labelledby="drilled"><h2 id="drilled" tabindex="-1">${t(result.proven ? "drill_proven" : "drill_failed")}</h2>
      <ul class="proofs">
        ${proof(result.proven, tn("drill_same", result.same))}
        ${result.differ.length ? proof(false, t("drill_differ", names(result.differ))) : nothing}
        ${result.changed.length ? proof(false, t("drill_changed", names(result.changed))) : nothing}
        ${result.onlyHere.length ? proof(false, t("drill_only_here", names(result.onlyHere))) : nothing}
        ${log ? proof(!["rewritten", "cut"].includes(result.log), log) : nothing}
        ${result.onlyThere ? proof(true, tn("drill_only_there", result.onlyThere)) : nothing}
        ${proof(true, t("drill_took", seconds.toLocaleString(undefined, { maximumFractionDigits: 1 })))}
      </ul>
      ${result.log === "rewritten" ? warned(`${result.logMissing ? tn("drill_log_missing", result.logMissing) : t("drill_log_added")} ${t("drill_log_todo")}`) : nothing}
      ${result.log === "cut" ? warned(t("drill_log_cut_todo")) : nothing}
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

/** What to do when the past is not what it was. @param {string} todo */
function warned(todo) {
  return html`<div class="banner banner-warn log-rewritten" role="alert">${icon("warn")}<div><p>${todo}</p></div>
    <a class="button" href="#/log">${t("log_title")}</a><a class="button" href="#/left">${t("left_title")}</a></div>`;
}

customElements.define("page-drill", PageDrill);
