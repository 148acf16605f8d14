/** Bundles by themselves: choosing where they go, one press where the browser wants to hear from the user, and their state. */

import { html, nothing } from "lit";

import { backupState } from "../elements/backup-state.js";
import { policyNote } from "../elements/policy-note.js";
import { errorBanner } from "../elements/warnings.js";
import { ask } from "../shared/ask.js";
import { View } from "../shared/element.js";
import { askAgain, canPickFolder, pickFolder } from "../shared/folder.js";
import { errorText, t } from "../shared/i18n.js";
import { requestDownloads } from "../shared/webext.js";

class AutomaticBackups extends View {
  static properties = { status: { attribute: false }, choosing: { state: true }, busy: { state: true }, problem: { state: true } };

  constructor() {
    super();
    /** @type {import('../shared/protocol').Status} */
    this.status = /** @type {any} */ (undefined);
    this.choosing = false;
    this.busy = false;
    this.problem = "";
  }

  /** @param {() => Promise<unknown>} step */
  async run(step) {
    if (this.busy) return;
    this.busy = true;
    this.problem = "";
    try {
      await step();
    } catch (error) {
      this.problem = errorText(error);
    } finally {
      this.busy = false;
    }
  }

  /**
   * @param {'folder' | 'downloads' | null} destination
   * @param {string} [folder]
   */
  async set(destination, folder = "") {
    await ask({ type: "set-backups", destination, folder, keep: this.status.backups.keep });
    this.choosing = false;
  }

  toFolder() {
    return this.run(async () => {
      const name = await pickFolder();
      if (name !== undefined) await this.set("folder", name);
    });
  }

  toDownloads() {
    return this.run(async () => {
      if (await requestDownloads()) await this.set("downloads");
      else this.problem = t("downloads_refused");
    });
  }

  again() {
    return this.run(async () => {
      if (await askAgain()) await ask({ type: "back-up-now" });
      else this.problem = t("folder_refused");
    });
  }

  /** @param {Event} event */
  keep(event) {
    const { destination, folder } = this.status.backups;
    const keep = Number(/** @type {HTMLSelectElement} */ (event.target).value);
    return this.run(() => ask({ type: "set-backups", destination, folder, keep }));
  }

  render() {
    const { backups, policy } = this.status;
    const off = backups.state === "off";
    return html`<section class="card" aria-labelledby="automatic-title"><h2 id="automatic-title">${t("backups_title")}</h2>
      <p class="hint">${t("backups_lead")} <a href="#/help/backup-folder">${t("learn_more")}</a></p>
      ${backupState(this.status)} ${errorBanner(this.problem)}
      ${policy.destination ? html`<p class="destination">${t("backups_wanted_place", policy.destination)}</p>${policyNote(policy, "backupDestination")}` : nothing}
      ${off || this.choosing ? this.places() : this.controls()}
    </section>`;
  }

  places() {
    return html`<div class="buttons">
        ${canPickFolder() ? html`<button type="button" class="primary" ?disabled=${this.busy} @click=${() => this.toFolder()}>${t("backups_pick_folder")}</button>` : nothing}
        <button type="button" class=${canPickFolder() ? "" : "primary"} ?disabled=${this.busy} @click=${() => this.toDownloads()}>${t("backups_use_downloads")}</button>
        ${this.choosing ? html`<button type="button" class="danger" ?disabled=${this.busy} @click=${() => this.run(() => this.set(null))}>${t("backups_turn_off")}</button>
          <button type="button" class="quiet" @click=${() => (this.choosing = false)}>${t("cancel")}</button>` : nothing}
      </div>
      <p class="hint">${t(canPickFolder() ? "backups_places_hint" : "backups_places_hint_downloads")}</p>`;
  }

  controls() {
    const { backups } = this.status;
    const now = () => this.run(() => ask({ type: "back-up-now" }));
    const waiting = backups.state === "waiting";
    const place = backups.destination === "folder" ? t("backups_in_folder", backups.folder) : t("backups_in_downloads");
    return html`<dl class="facts"><div><dt>${t("backups_place")}</dt><dd>${place}</dd></div>
        ${
          backups.destination === "folder"
            ? html`<div><dt><label for="keep">${t("backups_keep")}</label></dt><dd><select id="keep" ?disabled=${this.busy} @change=${(/** @type {Event} */ event) => this.keep(event)}>
                ${[...new Set([5, 10, 20, 50, backups.keep])].sort((a, b) => a - b).map((n) => html`<option value=${n} ?selected=${n === backups.keep}>${t("backups_keep_n", n)}</option>`)}
              </select></dd></div>`
            : nothing
        }</dl>
      <div class="buttons">
        ${
          waiting
            ? html`<button type="button" class="primary" ?disabled=${this.busy} @click=${() => this.again()}>${t("backups_let_in")}</button>`
            : html`<button type="button" class=${backups.state === "failing" ? "primary" : ""} ?disabled=${this.busy} @click=${now}>${t(backups.state === "failing" ? "try_again" : "backups_now")}</button>`
        }
        <button type="button" class="quiet" ?disabled=${this.busy} @click=${() => (this.choosing = true)}>${t("backups_other_place")}</button>
        ${backups.trouble ? html`<button type="button" class="link" ?disabled=${this.busy} @click=${() => this.run(() => ask({ type: "remind-later", days: 30 }))}>${t("backups_quiet_month")}</button>` : nothing}
      </div>`;
  }
}

customElements.define("automatic-backups", AutomaticBackups);
