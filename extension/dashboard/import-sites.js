/** Which sites imported accounts may belong to: taken one by one, or all that are ticked. Nothing binds unasked. */

import { html, nothing } from "lit";

import { badge } from "../elements/badge.js";
import { errorBanner } from "../elements/warnings.js";
import { ask } from "../shared/ask.js";
import { View } from "../shared/element.js";
import { coded, errorText, t, tn } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";

/**
 * @typedef {import('../shared/protocol').SuggestedSite} SuggestedSite
 * @typedef {{ id: string, issuer: string, account: string, suggestions: SuggestedSite[] }} Suggested
 */

class ImportSites extends View {
  static properties = { entries: { attribute: false }, ticked: { state: true }, bound: { state: true }, problem: { state: true }, busy: { state: true } };

  constructor() {
    super();
    /** @type {Suggested[]} */
    this.entries = [];
    /** @type {Set<string>} */
    this.ticked = new Set();
    /** @type {Set<string>} */
    this.bound = new Set();
    this.problem = "";
    this.busy = false;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (!changed.has("entries")) return;
    this.bound = new Set();
    this.ticked = new Set(
      this.entries.flatMap(({ id, suggestions }) => suggestions.filter((site) => site.sure).map((site) => keyOf(id, site))),
    );
  }

  /** @param {Set<string>} keys */
  async bind(keys) {
    this.busy = true;
    this.problem = "";
    try {
      const items = this.entries.flatMap(({ id, suggestions }) =>
        suggestions.filter((site) => keys.has(keyOf(id, site))).map((site) => ({ id, site: { origin: site.origin, subdomains: false } })),
      );
      await ask({ type: "bind-many", items });
      this.bound = new Set([...this.bound, ...keys]);
      this.ticked = new Set([...this.ticked].filter((key) => !keys.has(key)));
    } catch (error) {
      this.problem = errorText(error);
    } finally {
      this.busy = false;
    }
  }

  render() {
    const shown = this.entries.filter((entry) => entry.suggestions.length);
    const without = this.entries.length - shown.length;
    return html`${errorBanner(this.problem)}<section class="card" aria-labelledby="import-sites-title"><h2 id="import-sites-title">${t("import_sites_title")}</h2>
      <p class="hint">${t(shown.length ? "import_sites_text" : "import_sites_none")}</p>
      <ul class="plain-list import-sites">${shown.map((entry) => this.entry(entry))}</ul>
      ${without && shown.length ? html`<p class="hint">${tn("import_without_site", without)}</p>` : nothing}
      ${
        shown.length
          ? html`<div class="buttons"><button type="button" class="primary" ?disabled=${this.busy || !this.ticked.size} @click=${() => this.bind(this.ticked)}>${tn(
              "import_use_ticked",
              this.ticked.size,
            )}</button></div>`
          : nothing
      }</section>`;
  }

  /** @param {Suggested} entry */
  entry(entry) {
    return html`<li>${badge(entry)}<span class="names"><span class="issuer">${entry.issuer || entry.account || "—"}</span><span class="account">${
      entry.issuer ? entry.account : ""
    }</span></span>
      <ul class="site-choices">${entry.suggestions.map((site) => this.site(entry, site))}</ul></li>`;
  }

  /**
   * @param {Suggested} entry
   * @param {SuggestedSite} site
   */
  site(entry, site) {
    const key = keyOf(entry.id, site);
    const why = coded("source", site.source) ?? site.source;
    if (this.bound.has(key)) return html`<li class="good">${icon("done")}<span>${site.host}<small>${t("import_site_used")}</small></span></li>`;
    return html`<li><label class="check"><input type="checkbox" .checked=${this.ticked.has(key)} @change=${(/** @type {Event} */ event) => {
      const next = new Set(this.ticked);
      if (/** @type {HTMLInputElement} */ (event.target).checked) next.add(key);
      else next.delete(key);
      this.ticked = next;
    }}><span>${site.host}<small>${why}</small></span></label>
      <button type="button" class="link" ?disabled=${this.busy} aria-label=${t("import_use_site_for", site.host, entry.issuer || entry.account)}
        @click=${() => this.bind(new Set([key]))}>${t("import_use_site")}</button></li>`;
  }
}

/**
 * @param {string} id
 * @param {SuggestedSite} site
 */
function keyOf(id, site) {
  return `${id} ${site.origin}`;
}

customElements.define("import-sites", ImportSites);
