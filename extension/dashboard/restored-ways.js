/** The ways into the bundle that was restored last: which open this vault, which are spent, which are void. */

import { html, nothing } from "lit";

import { issuedBy } from "../elements/party-name.js";
import { Work } from "../elements/work.js";
import { ask } from "../shared/ask.js";
import { onChange } from "../shared/changes.js";
import { View } from "../shared/element.js";
import { listed, t } from "../shared/i18n.js";
import { toast } from "../shared/toast.js";
import { nameOfWay, namesOfWays } from "./way-names.js";

/** @typedef {import('../shared/protocol').RestoredWay} RestoredWay */
/** @typedef {Extract<import('../shared/protocol').Reply, { type: 'ways' }>} Ways */

const CODES = new Set(["code", "pair"]);

class RestoredWays extends View {
  static properties = { known: { state: true } };

  constructor() {
    super();
    /** @type {Ways | undefined} */
    this.known = undefined;
    this.work = new Work(this);
  }

  connected() {
    this.load();
    onChange(() => this.load(), this.signal);
  }

  async load() {
    // A pass may not look at them: then there is nothing to show.
    this.known = await ask({ type: "ways" }).catch(() => undefined);
  }

  /** @param {string[]} ids */
  takeAway(ids) {
    return this.work.run(async () => {
      await ask({ type: "remove-ways", ids });
      toast(t("way_removed"));
    });
  }

  done() {
    return this.work.run(() => ask({ type: "forget-restored" }));
  }

  render() {
    const { known } = this;
    if (!known?.restored) return nothing;
    const of = (/** @type {string} */ fate) => known.restored?.ways.filter((way) => way.fate === fate) ?? [];
    return html`<section class="card restored-ways" aria-labelledby="restored-ways"><h2 id="restored-ways">${t("verify_ways_title")}</h2>
      ${known.restored.issued ? html`<p class="issued">${issuedBy(known.restored.issued)}</p>` : nothing}
      <p>${t("verify_ways_lead")}</p>${this.work.banner()}
      ${this.kept(known)} ${this.gone("spent", of("spent"))} ${this.gone("void", of("void"))}
      <div class="buttons"><button type="button" class="primary" ?disabled=${this.work.busy} @click=${() => this.done()}>${t("verify_ways_done")}</button>
        <a class="button" href="#/ways">${t("verify_to_ways")}</a></div></section>`;
  }

  /**
   * What opens this vault now, codes as one. The last password stays: something must open it.
   * @param {Ways} known
   */
  kept({ ways }) {
    const lasting = ways.filter((way) => way.kind !== "pass" && way.usage !== "backup" && way.kept);
    const passwords = lasting.filter((way) => /^(password|passkey)$/.test(way.kind));
    const codes = lasting.filter((way) => CODES.has(way.kind));
    const others = lasting.filter((way) => !CODES.has(way.kind));
    const row = (/** @type {typeof ways} */ several, /** @type {boolean} */ removable) => {
      const name = listed(namesOfWays(several));
      return html`<li><span class="names"><span class="issuer">${name}</span></span>
        ${removable ? html`<button type="button" class="quiet" ?disabled=${this.work.busy} aria-label=${t("verify_lost_of", name)} @click=${() => this.takeAway(several.map(({ id }) => id))}>${t("verify_lost")}</button>` : nothing}</li>`;
    };
    return html`<h3>${t("verify_kept")}</h3><p class="hint">${t("verify_kept_hint")}</p>
      <ul class="plain-list fate-kept">${others.map((way) => row([way], !passwords.includes(way) || passwords.length > 1))}${codes.length ? row(codes, true) : nothing}</ul>`;
  }

  /**
   * @param {'spent' | 'void'} fate
   * @param {RestoredWay[]} ways
   */
  gone(fate, ways) {
    if (!ways.length) return nothing;
    return html`<h3>${t(`verify_${fate}`)}</h3><p class="hint">${t(`verify_${fate}_hint`)}</p>
      <ul class="plain-list fate-${fate}">${(fate === "spent" ? ways.map((way) => nameOfWay(way)) : namesOfWays(ways)).map((name) => html`<li>${name}</li>`)}</ul>`;
  }
}

customElements.define("restored-ways", RestoredWays);
