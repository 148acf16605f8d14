/** The sites where codes of an entry may go. Tells `site-added` and `site-removed`. */

import { html, nothing } from "lit";

import { textField } from "../elements/account-fields.js";
import { View } from "../shared/element.js";
import { t } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";

class EntrySites extends View {
  static properties = { entry: { attribute: false }, text: { state: true }, subdomains: { state: true } };

  constructor() {
    super();
    /** @type {import('../shared/protocol').EntryView | undefined} */
    this.entry = undefined;
    this.text = "";
    this.subdomains = false;
  }

  /** @param {SubmitEvent} event */
  add(event) {
    event.preventDefault();
    const text = this.text.trim();
    if (!text) return;
    // `example.com` is meant as https; everything else is judged by the core.
    this.tell("site-added", { origin: text.includes("://") ? text : `https://${text}`, subdomains: this.subdomains });
    this.text = "";
    this.subdomains = false;
  }

  render() {
    const sites = this.entry?.sites ?? [];
    return html`<section class="card" aria-labelledby="sites-title"><h2 id="sites-title">${t("sites")}</h2>
      <p class="hint">${t(sites.length ? "sites_hint" : "sites_none")}</p>
      <ul class="sites">${sites.map(
        (site) => html`<li>
        ${icon("site")}<span>${site.subdomains ? t("site_and_subdomains", site.host) : site.host}
          ${site.insecure ? html`<small class="mark mark-warn">${t("site_insecure")}</small>` : nothing}</span>
        <button type="button" class="icon-button" aria-label=${t("site_remove", site.host)} title=${t("site_remove", site.host)}
          @click=${() => this.tell("site-removed", site)}>${icon("close")}</button></li>`,
      )}</ul>
      <form class="inline" @submit=${(/** @type {SubmitEvent} */ event) => this.add(event)}>
        ${textField({ id: "site", label: t("site_add_label"), value: this.text, input: (text) => (this.text = text), placeholder: "https://example.com" })}
        <button type="submit" ?disabled=${!this.text.trim()}>${t("site_add")}</button>
      </form>
      <label class="check"><input type="checkbox" .checked=${this.subdomains} @change=${(/** @type {Event} */ event) => {
        this.subdomains = /** @type {HTMLInputElement} */ (event.target).checked;
      }}><span>${t("site_subdomains")}<small>${t("site_subdomains_hint")}</small></span></label>
    </section>`;
  }
}

customElements.define("entry-sites", EntrySites);
