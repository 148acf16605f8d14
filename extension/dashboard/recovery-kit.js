/** The recovery kit on the recovery page: what it is for, what to beware of, and its SHA-256. */

import { html, nothing } from "lit";

import { errorBanner } from "../elements/warnings.js";
import { sha256 } from "../shared/bytes.js";
import { View } from "../shared/element.js";
import { errorText, t } from "../shared/i18n.js";
import { KIT_NAME, makeKit } from "../shared/kit.js";
import { save } from "../shared/save.js";

class RecoveryKit extends View {
  static properties = { digest: { state: true }, problem: { state: true } };

  constructor() {
    super();
    this.digest = "";
    this.problem = "";
  }

  /** @param {boolean} toFile */
  async make(toFile) {
    try {
      const kit = await makeKit();
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
      <div class="buttons"><button type="button" @click=${() => this.make(true)}>${t("kit_save")}</button>
        <button type="button" class="quiet" @click=${() => this.make(false)}>${t("kit_show")}</button></div>
      ${this.digest ? html`<p class="hint" role="status">${t("kit_digest")}<br><code class="kit-digest file-name">${this.digest}</code></p>` : nothing}
    </section>`;
  }
}

customElements.define("recovery-kit", RecoveryKit);

/** The card. */
export function recoveryKit() {
  return html`<recovery-kit></recovery-kit>`;
}
