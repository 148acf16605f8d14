/** The emergency bundle: the offer; then what opens it, where its newest file is, saving one by hand, its drill. */

import { html, nothing } from "lit";

import { proof } from "../elements/backup-state.js";
import { Work } from "../elements/work.js";
import { ask } from "../shared/ask.js";
import { fromBase64 } from "../shared/bytes.js";
import { View } from "../shared/element.js";
import { coded, t, tn, when } from "../shared/i18n.js";
import { save } from "../shared/save.js";
import { toast } from "../shared/toast.js";
import "./emergency-codes.js";
import "./key-shares.js";

/** @typedef {import('../shared/protocol').EmergencyBundleView} Bundle */

class EmergencyBundle extends View {
  static properties = { bundle: { attribute: false }, writes: { type: Boolean }, wanted: { state: true }, sure: { state: true } };

  constructor() {
    super();
    /** @type {Bundle} */
    this.bundle = /** @type {any} */ (undefined);
    /** Files are written by themselves. */
    this.writes = false;
    /** Somebody who said no wants one after all. */
    this.wanted = false;
    this.sure = false;
    this.work = new Work(this);
  }

  decline() {
    return this.work.run(async () => {
      await ask({ type: "decline-emergency-bundle" });
      this.wanted = false;
      this.sure = false;
    });
  }

  write() {
    return this.work.run(async () => {
      const { name, bundle } = await ask({ type: "export-emergency" });
      save(name, fromBase64(bundle));
      toast(t("glass_saved"));
    });
  }

  render() {
    const { bundle } = this;
    if (!bundle.entries && !bundle.exists) return nothing;
    const opens = !!bundle.shares || bundle.codes > 0;
    return html`<section class="card" aria-labelledby="glass-title"><h2 id="glass-title">${t("glass_title")}</h2>
        <p>${t("glass_lead")} <a href="#/help/emergency">${t("learn_more")}</a></p>${this.work.banner()}
        ${bundle.exists ? this.state(bundle, opens) : bundle.offer || this.wanted ? this.offer() : this.declined()}</section>
      ${
        bundle.exists || bundle.offer || this.wanted
          ? html`<key-shares emergency .label=${bundle.shares}></key-shares><emergency-codes .count=${bundle.codes}></emergency-codes>`
          : nothing
      }`;
  }

  offer() {
    return html`<p class="hint">${t("glass_offer")}</p>
      <div class="buttons"><button type="button" ?disabled=${this.work.busy} @click=${() => this.decline()}>${t("glass_decline")}</button></div>`;
  }

  declined() {
    return html`<p class="hint">${t("glass_declined")}</p>
      <div class="buttons"><button type="button" @click=${() => (this.wanted = true)}>${t("glass_make")}</button></div>`;
  }

  /**
   * @param {Bundle} bundle
   * @param {boolean} opens
   */
  state(bundle, opens) {
    const { newest, saved, behind, drilled, drillDue } = bundle;
    return html`<ul class="proofs">
        ${proof(opens, opens ? t("glass_opens_with", [bundle.shares ? t("glass_by_shares", ...bundle.shares.split("/")) : "", bundle.codes ? tn("glass_by_codes", bundle.codes) : ""].filter(Boolean).join(", ")) : t("glass_opens_with_nothing"))}
        ${newest ? proof(!behind, behind ? t("glass_behind") : t("glass_written", newest.name, when(newest.made))) : nothing}
        ${newest?.readBack != null && !behind ? proof(true, t("proof_read_back", when(newest.readBack))) : nothing}
        ${saved != null ? proof(true, t("glass_saved_at", when(saved))) : nothing}
        ${newest || saved != null || !opens ? nothing : proof(false, t(this.writes ? "glass_not_yet" : "glass_nowhere"))}
        ${opens ? proof(!drillDue, drillDue ? (coded("glass_drill", drillDue) ?? drillDue) : t("glass_drilled", when(drilled ?? 0))) : nothing}
      </ul>
      <p class="hint">${t(this.writes ? "glass_by_itself" : "glass_by_hand")}</p>
      <div class="buttons">
        <button type="button" class=${behind && !this.writes ? "primary" : ""} ?disabled=${this.work.busy || !opens || !bundle.entries} @click=${() => this.write()}>${t("glass_save")}</button>
        ${opens ? html`<a class="button" href="#/drill">${t("glass_test")}</a>` : nothing}
        <button type="button" class="quiet ${this.sure ? "danger" : ""}" ?disabled=${this.work.busy} @click=${() => (this.sure ? this.decline() : (this.sure = true))}>${t(this.sure ? "glass_end_sure" : "glass_end")}</button>
      </div>`;
  }
}

customElements.define("emergency-bundle", EmergencyBundle);
