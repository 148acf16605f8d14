/** The sites where codes come by themselves, and those where nothing may happen: each can be taken away. */

import { html, nothing } from "lit";

import { ask } from "../shared/ask.js";
import { chooseByItself, isAllowed, releaseUnused } from "../shared/by-itself.js";
import { nameOf } from "../shared/format.js";
import { coded, t, when } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { LoadedView } from "../shared/loaded-view.js";
import { allowedSites } from "../shared/webext.js";

/** @typedef {import('../shared/protocol').ChoiceView} ChoiceView */
/** @typedef {import('../shared/protocol').SiteView} SiteView */

class SettingsSites extends LoadedView {
  static properties = { items: { state: true }, never: { state: true }, allowed: { state: true }, names: { state: true } };

  constructor() {
    super();
    /** @type {ChoiceView[]} */
    this.items = [];
    /** @type {SiteView[]} */
    this.never = [];
    /** @type {string[]} */
    this.allowed = [];
    /** @type {Map<string, string>} */
    this.names = new Map();
  }

  connected() {
    super.connected();
    // The browser's own settings may have changed meanwhile.
    addEventListener("focus", () => this.load(), { signal: this.signal });
  }

  async look() {
    const [choices, { entries }, allowed] = await Promise.all([ask({ type: "choices" }), ask({ type: "list" }), allowedSites()]);
    this.names = new Map(entries.map((entry) => [entry.id, nameOf(entry)]));
    this.items = choices.items;
    this.never = choices.never;
    this.allowed = allowed;
  }

  /** @param {() => Promise<unknown>} work */
  async run(work) {
    try {
      await work();
      await this.load();
    } catch (error) {
      this.tell("failed", error);
    }
  }

  /** @param {ChoiceView} item */
  forget(item) {
    this.run(async () => {
      await ask({ type: "forget-choice", id: item.id, origin: item.origin });
      await releaseUnused();
    });
  }

  /** @param {ChoiceView} item */
  allow(item) {
    const automatic = item.automatic === "badge" ? "badge" : "fill";
    const chosen = chooseByItself({ id: item.id, origin: item.origin, automatic, submit: item.submit }, item.pattern);
    this.run(() => chosen);
  }

  /** @param {SiteView} site */
  again(site) {
    this.run(() => ask({ type: "set-never", origin: site.origin, never: false }));
  }

  render() {
    return html`${this.items.length ? html`<h3>${t("by_itself_sites")}</h3><ul class="sites by-itself">${this.items.map((item) => this.one(item))}</ul>` : html`<p class="hint">${t("by_itself_none")}</p>`}
      ${
        this.never.length
          ? html`<h3>${t("never_sites")}</h3><ul class="sites never">${this.never.map(
              (site) => html`<li>${icon("site")}<span>${site.host}</span>
                <button type="button" class="icon-button" aria-label=${t("never_undo", site.host)} title=${t("never_undo", site.host)}
                  @click=${() => this.again(site)}>${icon("close")}</button></li>`,
            )}</ul>`
          : nothing
      }`;
  }

  /** @param {ChoiceView} item */
  one(item) {
    const label = t("site_remove", item.host);
    const missing = item.automatic != null && !isAllowed(item.pattern, this.allowed);
    return html`<li>${icon("site")}<span><strong>${item.host}</strong>
        <small>${[this.names.get(item.id) ?? "", ...wordsOf(item)].filter(Boolean).join(" · ")}</small>
        ${missing ? html`<small class="mark mark-warn">${t("not_allowed_by_browser")}</small>` : nothing}</span>
      ${missing ? html`<button type="button" class="link" @click=${() => this.allow(item)}>${t("allow")}</button>` : nothing}
      <button type="button" class="icon-button" aria-label=${label} title=${label} @click=${() => this.forget(item)}>${icon("close")}</button></li>`;
  }
}

/** @param {ChoiceView} item */
function wordsOf(item) {
  const words = [];
  if (!item.bound) words.push(t("choice_unbound"));
  else if (item.automatic === "fill" && item.reason) words.push(coded("press_needed", item.reason) ?? "");
  else if (item.automatic) words.push(t(`choice_${item.automatic}`));
  if (item.automatic === "fill" && !item.learned) words.push(t("choice_not_learned"));
  if (item.chosen) words.push(t("choice_field"));
  if (item.submit) words.push(t("choice_submit"));
  if (item.last) words.push(t("choice_last", when(item.last)));
  return words;
}

customElements.define("settings-sites", SettingsSites);
