/** Erase from this browser: what will be gone, what stays, which backups are proven; then a way in and a typed word. */

import { html, nothing } from "lit";

import { textField } from "../elements/account-fields.js";
import { proofs } from "../elements/backup-state.js";
import "../elements/way-entry.js";
import { Work } from "../elements/work.js";
import { ask } from "../shared/ask.js";
import { fromBase64 } from "../shared/bytes.js";
import { View } from "../shared/element.js";
import { listed, t, tn } from "../shared/i18n.js";
import { openWith, waysFor } from "../shared/open-with.js";
import { save } from "../shared/save.js";
import { toast } from "../shared/toast.js";
import { go } from "./route.js";

/** @typedef {import('../shared/open-with.js').Held} Held */
/** @typedef {Extract<import('../shared/protocol').Reply, { type: 'erase-plan' }>} Plan */

class PageErase extends View {
  static properties = {
    status: { attribute: false },
    plan: { state: true },
    names: { state: true },
    held: { state: true },
    typed: { state: true },
    without: { state: true },
    copied: { state: true },
  };

  constructor() {
    super();
    /** @type {import('../shared/protocol').Status} */
    this.status = /** @type {any} */ (undefined);
    /** @type {Plan | undefined} */
    this.plan = undefined;
    /** The accounts, where the vault is open. @type {string[]} */
    this.names = [];
    /** @type {Held | undefined} */
    this.held = undefined;
    this.typed = "";
    /** The user holds no way in. */
    this.without = false;
    /** The sealed copy was saved. */
    this.copied = false;
    this.work = new Work(this);
  }

  connected() {
    this.load();
  }

  load() {
    return this.work.run(async () => {
      this.plan = await ask({ type: "plan-erase" });
      this.without = this.status.state === "lost";
      if (this.status.state !== "open") return;
      const { entries } = await ask({ type: "list" });
      this.names = entries.map(({ issuer, account }) => [issuer, account].filter(Boolean).join(" · ") || "—");
    });
  }

  get entry() {
    return /** @type {import('../elements/way-entry.js').WayEntry | null} */ (this.querySelector("way-entry"));
  }

  /** @param {SubmitEvent} event */
  async erase(event) {
    event.preventDefault();
    const { plan, held, typed } = this;
    if (!plan || !this.ready(plan)) return;
    /** @type {unknown} */
    let refused;
    const done = await this.work.run(
      async (signal) => {
        const lock = { jobs: async () => plan.jobs, pairJobs: async () => plan.pairJobs };
        if (this.without || !held) await ask({ type: "erase", way: null, typed });
        else await openWith(lock, held, signal, (way) => ask({ type: "erase", way, typed }));
      },
      { doing: t("erasing"), fail: (error) => (refused = error) },
    );
    if (refused && this.entry && !this.without) await this.entry.refuse(refused);
    else if (refused) this.work.refuse(refused);
    if (!done) return;
    toast(t("erased"));
    go("");
  }

  copy() {
    return this.work.run(async () => {
      const { name, bundle } = await ask({ type: "sealed-copy" });
      save(name, fromBase64(bundle));
      this.copied = true;
    });
  }

  /** The button lights up when everything is there: the core looks once more. @param {Plan} plan */
  ready(plan) {
    const same = this.typed.trim().replaceAll(/\s+/g, " ").toLowerCase() === (this.without ? plan.sentence : plan.word).toLowerCase();
    return same && (this.without || !!this.held);
  }

  render() {
    const { plan } = this;
    return html`<header class="page-head"><h1>${t("erase_title")}</h1></header>
      <p class="lead">${t("erase_lead")}</p>
      ${this.work.banner()} ${plan ? html`${this.gone()} ${this.stays()} ${this.form(plan)}` : nothing}
      <p><a class="link" href=${this.status.state === "open" ? "#/settings" : "#/"}>${t("back")}</a></p>`;
  }

  gone() {
    const { entries, codes, state } = this.status;
    return html`<section class="card" aria-labelledby="erase-gone"><h2 id="erase-gone">${t("erase_gone")}</h2>
      <ul class="proofs">
        <li>${entries != null ? tn("accounts_count", entries) : t("erase_gone_accounts")}${this.names.length ? html`<details><summary>${t("erase_gone_names")}</summary><p>${listed(this.names)}</p></details>` : nothing}</li>
        ${state === "lost" ? nothing : html`<li>${t("erase_gone_states")}</li><li>${t("erase_gone_ways")}${codes?.left ? html` ${tn("codes_left", codes.left, codes.made)}` : nothing}</li>`}
        <li>${t("erase_gone_rest")}</li>
      </ul></section>`;
  }

  stays() {
    const { backup, backups } = this.status;
    const place = backups.destination === "folder" ? t("erase_stays_folder", backups.folder) : backups.destination ? t("erase_stays_downloads") : "";
    return html`<section class="card" aria-labelledby="erase-stays"><h2 id="erase-stays">${t("erase_stays")}</h2>
      ${backup ? proofs(this.status, backup) : nothing}
      ${place ? html`<p>${place}</p>` : nothing}${backups.sync.on ? html`<p>${t("erase_stays_synced")}</p>` : nothing}
      ${backup?.proven != null && !backup.missing && !backups.changed ? nothing : html`<p class="warn-text">${t(backup ? "erase_not_proven" : "erase_no_bundle")} ${this.status.state === "open" ? html`<a href="#/recovery">${t("erase_prove_first")}</a>` : nothing}</p>`}
      <p class="hint">${t("erase_sites")}</p></section>`;
  }

  /** @param {Plan} plan */
  form(plan) {
    const word = this.without ? plan.sentence : plan.word;
    return html`<form class="card" @submit=${(/** @type {SubmitEvent} */ event) => this.erase(event)}>
      <h2>${t(this.without ? "erase_without" : "erase_with")}</h2>
      ${this.without ? this.withoutWay() : html`<way-entry .offers=${this.offers()} .disabled=${this.work.busy} @held=${(/** @type {CustomEvent} */ event) => (this.held = event.detail)}></way-entry>`}
      ${textField({ id: "erase-word", label: t("erase_type", word), value: this.typed, input: (typed) => (this.typed = typed) })}
      ${this.work.progress()}
      <div class="buttons"><button type="submit" class="danger" ?disabled=${this.work.busy || !this.ready(plan)}>${t("erase_now")}</button></div>
      ${
        this.status.state === "locked"
          ? html`<button type="button" class="link" ?disabled=${this.work.busy} @click=${() => this.turn()}>${t(this.without ? "erase_have_way" : "erase_have_none")}</button>`
          : nothing
      }
    </form>`;
  }

  turn() {
    this.without = !this.without;
    this.typed = "";
    this.held = undefined;
  }

  withoutWay() {
    if (this.status.state === "lost") return html`<p>${t("erase_lost_text")}</p>`;
    return html`<p>${t("erase_without_text")}</p>
      <div class="buttons"><button type="button" ?disabled=${this.work.busy} @click=${() => this.copy()}>${t("erase_copy")}</button></div>
      ${this.copied ? html`<p class="good" role="status">${t("erase_copied")}</p>` : nothing}`;
  }

  /** @returns {Held['kind'][]} */
  offers() {
    const opens = this.status.slots.filter((slot) => slot.usage !== "backup" && slot.kind !== "pass");
    return waysFor(opens.map((slot) => slot.kind));
  }
}

customElements.define("page-erase", PageErase);
