/** The newest bundle in the browser's own sync storage: off until it is chosen, and what became of it. */

import { html, nothing } from "lit";

import { Work } from "../elements/work.js";
import { ask } from "../shared/ask.js";
import { View } from "../shared/element.js";
import { coded, t, when } from "../shared/i18n.js";

class SyncedBackups extends View {
  static properties = { status: { attribute: false } };

  constructor() {
    super();
    /** @type {import('../shared/protocol').Status} */
    this.status = /** @type {any} */ (undefined);
    this.work = new Work(this);
  }

  /** @param {boolean} on */
  set(on) {
    return this.work.run(() => ask({ type: "set-sync", on }));
  }

  render() {
    const { on, made, size, trouble, needed, free } = this.status.backups.sync;
    return html`<section class="card" aria-labelledby="sync-title"><h2 id="sync-title">${t("sync_title")}</h2>
      <p class="hint">${t("sync_lead")} <a href="#/help/backup-folder">${t("learn_more")}</a></p>
      ${this.work.banner()}
      <p role="status">${on ? (made == null ? t("sync_waits") : t("sync_made", when(made), Math.ceil(size / 1024))) : t("sync_off")}</p>
      ${trouble ? html`<p class="warn-text" role="alert">${coded("sync", trouble, Math.ceil(needed / 1024), Math.floor(free / 1024)) ?? trouble}</p>` : nothing}
      <div class="buttons">${
        on
          ? html`<button type="button" ?disabled=${this.work.busy} @click=${() => this.set(true)}>${t("sync_now")}</button>
            <button type="button" class="quiet" ?disabled=${this.work.busy} @click=${() => this.set(false)}>${t("sync_turn_off")}</button>`
          : html`<button type="button" ?disabled=${this.work.busy} @click=${() => this.set(true)}>${t("sync_turn_on")}</button>`
      }</div></section>`;
  }
}

customElements.define("synced-backups", SyncedBackups);
