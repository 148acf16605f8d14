/** Bundles that lie in the browser's own sync storage, on a device where it is signed in. Tells `bundle` like a bundle-picker. */

import { html, nothing } from "lit";

import { ask } from "../shared/ask.js";
import { fromBase64 } from "../shared/bytes.js";
import { View } from "../shared/element.js";
import { t, tn, when } from "../shared/i18n.js";

/** @typedef {import('../shared/bundle-files.js').Bundle} Bundle */

class SyncedBundles extends View {
  static properties = { link: {}, bundles: { state: true }, damaged: { state: true } };

  constructor() {
    super();
    /** Where a press leads instead of telling: the page that restores. */
    this.link = "";
    /** @type {Bundle[]} */
    this.bundles = [];
    this.damaged = 0;
  }

  connected() {
    this.look();
  }

  async look() {
    try {
      const { bundles, damaged } = await ask({ type: "find-sync" });
      this.damaged = damaged;
      const found = bundles.map(async ({ bundle }) => {
        const info = await ask({ type: "inspect", bundle });
        return { name: t("synced_name"), bytes: fromBase64(bundle), info };
      });
      this.bundles = (await Promise.allSettled(found)).flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    } catch {
      // Where there is no sync storage there is nothing to offer.
      this.bundles = [];
    }
  }

  render() {
    if (!this.bundles.length && !this.damaged) return nothing;
    return html`<section class="card synced" aria-labelledby="synced-title"><h2 id="synced-title">${t("synced_title")}</h2>
      ${this.bundles.length ? html`<p class="hint">${t("synced_text")}</p>` : nothing}
      <ul class="plain-list">${this.bundles.map(
        (bundle) => html`<li><span class="names"><span class="issuer">${t("found_bundle_of", bundle.info.vault, when(bundle.info.created))}</span></span>
          ${
            this.link
              ? html`<a class="button primary" href=${this.link}>${t("synced_take")}</a>`
              : html`<button type="button" class="primary" @click=${() => this.tell("bundle", bundle)}>${t("synced_take")}</button>`
          }</li>`,
      )}</ul>
      ${this.damaged ? html`<p class="hint">${tn("synced_damaged", this.damaged)}</p>` : nothing}</section>`;
  }
}

customElements.define("synced-bundles", SyncedBundles);
