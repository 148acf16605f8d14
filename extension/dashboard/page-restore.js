/** Restoring a bundle: into an empty browser, or into a vault that has entries. Shows what would happen before it does. */

import { html, nothing } from "lit";

import { badge } from "../elements/badge.js";
import "../elements/drop-zone.js";
import "../elements/new-password.js";
import "../elements/password-field.js";
import { errorBanner } from "../elements/warnings.js";
import { working } from "../elements/working.js";
import { ask } from "../shared/ask.js";
import { bytesOf, toBase64 } from "../shared/bytes.js";
import { View } from "../shared/element.js";
import { heavy } from "../shared/heavy.js";
import { coded, errorText, t, tn, when } from "../shared/i18n.js";
import { askedOfPasswords, deriveNew, normalised, withPassword } from "../shared/password.js";
import { toast } from "../shared/toast.js";
import { bundleManifest } from "./bundle-manifest.js";
import { go } from "./route.js";

/** @typedef {import('../shared/protocol').RestoreItem} RestoreItem */

class PageRestore extends View {
  static properties = {
    state: { attribute: false },
    name: { state: true },
    info: { state: true },
    password: { state: true },
    plan: { state: true },
    leaveOut: { state: true },
    same: { state: true },
    sameFits: { state: true },
    wanted: { state: true },
    problem: { state: true },
    wrong: { state: true },
    busy: { state: true },
    doing: { state: true },
  };

  constructor() {
    super();
    /** @type {import('../shared/protocol').VaultState} */
    this.state = "open";
    this.name = "";
    this.bundle = "";
    /** @type {Extract<import('../shared/protocol').Reply, { type: 'bundle-info' }> | undefined} */
    this.info = undefined;
    this.password = "";
    /** @type {import('../shared/protocol').DerivedKey[]} */
    this.keys = [];
    /** @type {Extract<import('../shared/protocol').Reply, { type: 'restore-plan' }> | undefined} */
    this.plan = undefined;
    /** @type {Set<string>} */
    this.leaveOut = new Set();
    /** This browser's vault gets the bundle's password. */
    this.same = true;
    this.sameFits = false;
    this.wanted = "";
    this.problem = "";
    this.wrong = "";
    /** @type {AbortController | undefined} */
    this.busy = undefined;
    this.doing = "";
  }

  /** Whether a vault must be made first. */
  get makes() {
    return this.state !== "open";
  }

  /**
   * Runs one step with a way to stop it.
   * @param {string} doing
   * @param {(signal: AbortSignal) => Promise<void>} step
   * @param {(text: string) => void} [fail]
   */
  async run(doing, step, fail = (text) => (this.problem = text)) {
    if (this.busy) return;
    const busy = new AbortController();
    this.busy = busy;
    this.doing = doing;
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

  /** @param {File | undefined} file */
  async take(file) {
    if (!file) return;
    await this.run(t("reading_file"), async () => {
      const bundle = toBase64(await bytesOf(file));
      this.info = await ask({ type: "inspect", bundle });
      this.bundle = bundle;
      this.name = file.name;
      this.plan = undefined;
    });
    await this.focusOn("password-field input");
  }

  /** @param {SubmitEvent} event */
  async open(event) {
    event.preventDefault();
    const { info } = this;
    if (!info || !this.password) return;
    await this.run(
      t("opening_bundle"),
      async (signal) => {
        this.plan = await withPassword(info.jobs, this.password, signal, async (keys) => {
          const plan = await ask({ type: "plan-restore", bundle: this.bundle, way: { kind: "password", keys } });
          this.keys = keys;
          return plan;
        });
        this.leaveOut = new Set();
        this.sameFits = this.makes && (await this.fits(signal));
        this.same = this.sameFits;
      },
      (text) => (this.wrong = text),
    );
    const field = /** @type {import('../elements/password-field.js').PasswordField | null} */ (
      this.querySelector("password-field")
    );
    if (this.wrong) await field?.take();
    else await this.focusOn(".plan h2");
  }

  async restore() {
    await this.run(t("restoring"), async (signal) => {
      const create = this.makes ? await this.deriveOwn(signal) : null;
      const { added, same, conflicts } = await ask({
        type: "restore-bundle",
        bundle: this.bundle,
        way: { kind: "password", keys: this.keys },
        create,
        leaveOut: [...this.leaveOut],
      });
      this.keys = [];
      this.password = "";
      const parts = [tn("restored_added", added)];
      if (same) parts.push(tn("restored_same", same));
      if (conflicts) parts.push(tn("restored_conflicts", conflicts));
      toast(parts.join(" "));
      go("verify");
    });
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
      ${errorBanner(this.problem)}
      ${this.plan ? this.planView(this.plan) : this.info ? this.passwordView(this.info) : this.chooseView()}
      ${this.busy ? working(this.doing, () => this.busy?.abort()) : nothing}
      ${this.makes ? html`<p><a class="link" href="#/">${t("back")}</a></p>` : nothing}`;
  }

  chooseView() {
    return html`<drop-zone .label=${t("drop_bundle")} .hint=${t("drop_bundle_hint")} .button=${t("choose_file")}
      @files=${(/** @type {CustomEvent} */ event) => this.take(event.detail[0])}></drop-zone>
      <p class="hint">${t("guest_offer")} <a href="#/guest">${t("guest_title")}</a></p>`;
  }

  /** @param {NonNullable<typeof this.info>} info */
  passwordView(info) {
    return html`<form class="card" @submit=${(/** @type {SubmitEvent} */ event) => this.open(event)}>
      <h2>${this.name}</h2><p class="hint">${t("bundle_says", when(info.created))}</p>
      ${
        info.jobs.length
          ? html`<password-field .label=${t("bundle_password")} .value=${this.password} .error=${this.wrong} .hint=${t("bundle_password_hint")}
              purpose="current-password" .disabled=${!!this.busy} @password-change=${(/** @type {CustomEvent} */ event) => {
                this.password = event.detail;
                this.wrong = "";
              }}></password-field>`
          : errorBanner(t("bundle_no_password"))
      }
      <div class="buttons"><button type="submit" class="primary" ?disabled=${!!this.busy || !this.password}>${t("open_bundle")}</button>
        <button type="button" ?disabled=${!!this.busy} @click=${() => (this.info = undefined)}>${t("other_file")}</button></div>
    </form>`;
  }

  /** @param {NonNullable<typeof this.plan>} plan */
  planView(plan) {
    const ready = !this.makes || this.same || !!this.wanted;
    return html`<section class="card plan" aria-labelledby="plan-title"><h2 id="plan-title" tabindex="-1">${t("bundle_open")}</h2>
        ${bundleManifest(plan.manifest)}</section>
      <section class="card" aria-labelledby="items-title"><h2 id="items-title">${t("what_happens")}</h2>
        <p class="hint">${t("restore_never_overwrites")}</p>
        <ul class="plain-list">${plan.items.map((item) => this.item(item))}</ul></section>
      ${this.makes ? this.ownPassword() : nothing}
      <div class="buttons"><button type="button" class="primary" ?disabled=${!!this.busy || !ready} @click=${() => this.restore()}>${t("restore_now")}</button>
        <button type="button" ?disabled=${!!this.busy} @click=${() => {
          this.plan = undefined;
          this.info = undefined;
        }}>${t("cancel")}</button></div>`;
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
