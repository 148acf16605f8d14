/**
 * One bundle, and where to show what opens it: the file's own words decide what is asked for. Tells `open` with what was
 * typed ({@link import('../shared/open-with.js').Held}) and `other` when another file is wanted.
 */

import { html, nothing } from "lit";

import { View } from "../shared/element.js";
import { coded, listed, t, when } from "../shared/i18n.js";
import { waysFor } from "../shared/open-with.js";
import { issuedBy, partyName } from "./party-name.js";
import { errorBanner } from "./warnings.js";
import "./way-entry.js";

/** @typedef {import('../shared/open-with.js').BundleInfo} BundleInfo */
/** @typedef {import('../shared/open-with.js').Held} Held */

export class BundleForm extends View {
  static properties = {
    name: {},
    info: { attribute: false },
    press: {},
    hint: {},
    purpose: {},
    check: { attribute: false },
    own: { type: Boolean },
    busy: { type: Boolean },
    held: { state: true },
  };

  constructor() {
    super();
    this.name = "";
    /** @type {BundleInfo | undefined} */
    this.info = undefined;
    /** The button's words. */
    this.press = "";
    this.hint = "";
    this.purpose = "current-password";
    /** @type {import('./share-entry.js').ShareEntry['check']} */
    this.check = undefined;
    /** Only what the owner holds is of use here. */
    this.own = false;
    this.busy = false;
    /** @type {Held | undefined} */
    this.held = undefined;
  }

  firstUpdated() {
    this.entry?.take();
  }

  get entry() {
    return /** @type {import('./way-entry.js').WayEntry | null} */ (this.querySelector("way-entry"));
  }

  /**
   * Says what was wrong.
   * @param {unknown} error
   */
  refuse(error) {
    return this.entry?.refuse(error);
  }

  /** @param {SubmitEvent} event */
  submit(event) {
    event.preventDefault();
    if (this.held && !this.busy) this.tell("open", this.held);
  }

  render() {
    const { info } = this;
    if (!info) return nothing;
    const kinds = new Set(info.slots.map(({ kind }) => kind));
    const offers = waysFor(kinds).filter((way) => !(this.own && way === "escrow"));
    const ways = listed([...kinds].map((kind) => coded("slot", kind) ?? kind));
    return html`<form class="card" @submit=${(/** @type {SubmitEvent} */ event) => this.submit(event)}>
      <h2 class="file-name">${this.name}</h2>
      <p class="hint">${t("bundle_says", when(info.created))} ${t("manifest_opens_with", ways)}</p>
      ${info.issued ? html`<p class="issued">${issuedBy(info.issued)} ${t("issued_claim")}</p>` : nothing}
      ${info.parties.length ? html`<p class="hint parties">${t("parties_claim")} ${info.parties.map((party) => partyName(party))}</p>` : nothing}
      ${
        offers.length
          ? html`<way-entry .offers=${offers} .label=${kinds.has("password") ? t("bundle_password") : ""} .hint=${this.hint} .purpose=${this.purpose}
              .check=${this.check} .pairs=${kinds.has("pair") && !kinds.has("code") && !kinds.has("pass")} .disabled=${this.busy}
              .between=${this.buttons()} @held=${(/** @type {CustomEvent} */ event) => (this.held = event.detail)}></way-entry>`
          : html`${errorBanner(t("bundle_no_way"))} ${this.buttons()}`
      }
    </form>`;
  }

  buttons() {
    return html`<div class="buttons"><button type="submit" class="primary" ?disabled=${this.busy || !this.held}>${this.press || t("open_bundle")}</button>
      <button type="button" ?disabled=${this.busy} @click=${() => this.tell("other")}>${t("other_file")}</button></div>`;
  }
}

customElements.define("bundle-form", BundleForm);
