/** The recovery kit on the recovery page: what it is for, what to beware of, and its SHA-256. */

import { html, nothing } from "lit";

import { errorBanner } from "../elements/warnings.js";
import { ask } from "../shared/ask.js";
import { fromBase64, sha256 } from "../shared/bytes.js";
import { View } from "../shared/element.js";
import { errorText, t } from "../shared/i18n.js";
import { KIT_NAME, makeKit } from "../shared/kit.js";
import { save } from "../shared/save.js";

class RecoveryKit extends View {
  static properties = { full: { type: Boolean }, holds: { state: true }, digest: { state: true }, problem: { state: true } };

  constructor() {
    super();
    /** A bundle can be made here. */
    this.full = false;
    /** The kit is to hold a bundle. */
    this.holds = false;
    this.digest = "";
    this.problem = "";
  }

  /** @param {boolean} toFile */
  async make(toFile) {
    try {
      const bundle = this.holds ? fromBase64((await ask({ type: "export", key: null })).bundle) : undefined;
      const kit = await makeKit(bundle);
      this.digest = await sha256(kit);
      if (toFile) save(KIT_NAME, kit);
    } catch (error) {
      this.problem = errorText(error);
    }
  }

  render() {
    return html`<section class="card" aria-labelledby="kit-title"><h2 id="kit-title">${t("kit_title")}</h2>
      <p>${t("kit_lead")} <a href="#/help/recovery-kit">${t("learn_more")}</a></p><p class="hint">${t("kit_warning")}</p>
      ${errorBanner(this.problem)}
      ${
        this.full
          ? html`<label class="check"><input type="checkbox" .checked=${this.holds} @change=${() => {
              this.holds = !this.holds;
              this.digest = "";
            }}><span>${t("kit_holds")}<small>${t("kit_holds_hint")}</small></span></label>`
          : nothing
      }
      <div class="buttons"><button type="button" @click=${() => this.make(true)}>${t("kit_save")}</button>
        ${this.holds ? nothing : html`<button type="button" class="quiet" @click=${() => this.make(false)}>${t("kit_show")}</button>`}</div>
      ${this.digest ? html`<p class="hint" role="status">${t("kit_digest")}<br><code class="kit-digest file-name">${this.digest}</code></p>` : nothing}
    </section>`;
  }
}

customElements.define("recovery-kit", RecoveryKit);

/** The card. `full`: a bundle can be made, to be held in it. */
export function recoveryKit(full = false) {
  return html`<recovery-kit .full=${full}></recovery-kit>`;
}
