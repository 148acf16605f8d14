/** Restoring a bundle: into an empty browser, or into a vault that has entries. Shows what would happen before it does. */

import { html, nothing } from "lit";

import { badge } from "../elements/badge.js";
import "../elements/bundle-form.js";
import "../elements/bundle-picker.js";
import "../elements/new-password.js";
import "../elements/synced-bundles.js";
import { Work } from "../elements/work.js";
import { ask } from "../shared/ask.js";
import { toBase64 } from "../shared/bytes.js";
import { View } from "../shared/element.js";
import { heavy } from "../shared/heavy.js";
import { coded, t, tn } from "../shared/i18n.js";
import { lockOf, openWith } from "../shared/open-with.js";
import { askedOfPasswords, deriveNew, normalised } from "../shared/password.js";
import { toast } from "../shared/toast.js";
import { bundleManifest } from "./bundle-manifest.js";
import { go } from "./route.js";

/** @typedef {import('../shared/protocol').RestoreItem} RestoreItem */
/** @typedef {import('../shared/bundle-files.js').Bundle} Bundle */

class PageRestore extends View {
  static properties = {
    state: { attribute: false },
    bundle: { state: true },
    plan: { state: true },
    leaveOut: { state: true },
    same: { state: true },
    sameFits: { state: true },
    wanted: { state: true },
  };

  constructor() {
    super();
    /** @type {import('../shared/protocol').VaultState} */
    this.state = "open";
    /** @type {Bundle | undefined} */
    this.bundle = undefined;
    /** What opened it. @type {import('../shared/protocol').Way | undefined} */
    this.way = undefined;
    /** The password that opened it; empty: something else did. */
    this.password = "";
    /** @type {Extract<import('../shared/protocol').Reply, { type: 'restore-plan' }> | undefined} */
    this.plan = undefined;
    /** @type {Set<string>} */
    this.leaveOut = new Set();
    /** This browser's vault gets the bundle's password. */
    this.same = true;
    this.sameFits = false;
    this.wanted = "";
    this.work = new Work(this);
  }

  /** Whether a vault must be made first. */
  get makes() {
    return this.state !== "open";
  }

  get form() {
    return /** @type {import('../elements/bundle-form.js').BundleForm | null} */ (this.querySelector("bundle-form"));
  }

  /** @param {import('../shared/open-with.js').Held} held */
  async open(held) {
    const { bundle } = this;
    if (!bundle) return;
    /** @type {unknown} */
    let refused;
    await this.work.run(
      async (signal) => {
        const plan = await openWith(lockOf(bundle), held, signal, async (way) => {
          const plan = await ask({ type: "plan-restore", bundle: toBase64(bundle.bytes), way });
          this.way = way;
          return plan;
        });
        this.password = held.kind === "password" ? held.text : "";
        this.leaveOut = new Set();
        this.sameFits = this.makes && !!this.password && (await this.fits(signal));
        this.same = this.sameFits;
        this.plan = plan;
      },
      { doing: t("opening_bundle"), fail: (error) => (refused = error) },
    );
    if (refused) await this.form?.refuse(refused);
    else await this.focusOn(".plan h2");
  }

  async restore() {
    await this.work.run(
      async (signal) => {
        const { bundle, way } = this;
        if (!bundle || !way) return;
        const create = this.makes ? await this.deriveOwn(signal) : null;
        const { added, same, conflicts } = await ask({ type: "restore-bundle", bundle: toBase64(bundle.bytes), way, create, leaveOut: [...this.leaveOut] });
        this.forget();
        const parts = [tn("restored_added", added)];
        if (same) parts.push(tn("restored_same", same));
        if (conflicts) parts.push(tn("restored_conflicts", conflicts));
        toast(parts.join(" "));
        go("verify");
      },
      { doing: t("restoring") },
    );
  }

  /** What was typed, and what came of it. */
  forget() {
    this.way = undefined;
    this.password = "";
    this.plan = undefined;
    this.bundle = undefined;
  }

  /** @param {AbortSignal} signal */
  async deriveOwn(signal) {
    const { jobs } = await ask({ type: "plan-create", profile: "argon2id" });
    return await deriveNew(jobs, this.same ? this.password : this.wanted, signal);
  }

  /**
   * Whether the bundle's password is good enough for a vault.
   * @param {AbortSignal} signal
   */
  async fits(signal) {
    const { length, bits } = await askedOfPasswords();
    return (await heavy(signal, "judgePassword", [normalised(this.password), length, bits])).ok;
  }

  render() {
    return html`<header class="page-head"><h1>${t("restore_bundle")}</h1></header>
      <p class="lead">${t(this.makes ? "restore_lead_fresh" : "restore_lead")}</p>
      ${this.work.banner()}
      ${this.plan ? this.planView(this.plan) : this.bundle ? this.wayIn(this.bundle) : this.chooseView()} ${this.work.progress()}
      ${this.makes ? html`<p><a class="link" href="#/">${t("back")}</a></p>` : nothing}`;
  }

  chooseView() {
    return html`<synced-bundles @bundle=${(/** @type {CustomEvent} */ event) => (this.bundle = event.detail)}></synced-bundles>
    <bundle-picker @bundle=${(/** @type {CustomEvent} */ event) => (this.bundle = event.detail)}></bundle-picker>
      <p class="hint">${t("guest_offer")} <a href="#/guest">${t("guest_title")}</a></p>`;
  }

  /** @param {Bundle} bundle */
  wayIn({ name, info }) {
    return html`<bundle-form .name=${name} .info=${info} .hint=${t("bundle_password_hint")} .busy=${this.work.busy}
      @open=${(/** @type {CustomEvent} */ event) => this.open(event.detail)} @other=${() => this.forget()}></bundle-form>`;
  }

  /** @param {NonNullable<typeof this.plan>} plan */
  planView(plan) {
    const ready = !this.makes || this.same || !!this.wanted;
    return html`<section class="card plan" aria-labelledby="plan-title"><h2 id="plan-title" tabindex="-1">${t("bundle_open")}</h2>
        ${bundleManifest(plan.manifest)}
        ${plan.manifest.issued || this.way?.kind === "escrow" ? html`<p class="hint">${t("restore_draft")}</p>` : nothing}</section>
      <section class="card" aria-labelledby="items-title"><h2 id="items-title">${t("what_happens")}</h2>
        <p class="hint">${t("restore_never_overwrites")}</p>
        <ul class="plain-list">${plan.items.map((item) => this.item(item))}</ul></section>
      ${this.makes ? this.ownPassword() : nothing}
      <div class="buttons"><button type="button" class="primary" ?disabled=${this.work.busy || !ready} @click=${() => this.restore()}>${t("restore_now")}</button>
        <button type="button" ?disabled=${this.work.busy} @click=${() => this.forget()}>${t("cancel")}</button></div>`;
  }

  /** @param {RestoreItem} item */
  item(item) {
    const fixed = item.outcome === "same";
    return html`<li>
      ${badge(item)}<span class="names"><span class="issuer">${item.issuer || item.account || "—"}</span><span class="account">${item.issuer ? item.account : ""}</span></span>
      <span class="outcome-tag outcome-${item.outcome}">${coded("outcome", item.outcome) ?? item.outcome}</span>
      ${
        fixed
          ? nothing
          : html`<label class="check small"><input type="checkbox" .checked=${!this.leaveOut.has(item.id)} @change=${(
              /** @type {Event} */ event,
            ) => {
              const next = new Set(this.leaveOut);
              if (/** @type {HTMLInputElement} */ (event.target).checked) next.delete(item.id);
              else next.add(item.id);
              this.leaveOut = next;
            }}><span>${t("take")}<span class="visually-hidden"> ${item.issuer} ${item.account}</span></span></label>`
      }
    </li>`;
  }

  ownPassword() {
    return html`<section class="card" aria-labelledby="own-title"><h2 id="own-title">${t("restore_password_title")}</h2>
      ${
        this.sameFits
          ? html`<label class="check"><input type="checkbox" .checked=${this.same} @change=${(/** @type {Event} */ event) => {
              this.same = /** @type {HTMLInputElement} */ (event.target).checked;
            }}><span>${t("restore_same_password")}<small>${t("restore_same_password_hint")}</small></span></label>`
          : nothing
      }
      ${this.same ? nothing : html`<new-password @password-ready=${(/** @type {CustomEvent} */ event) => (this.wanted = event.detail)}></new-password>`}
    </section>`;
  }
}

customElements.define("page-restore", PageRestore);
