/** Passkeys: what one is worth, and adding one; or why this browser offers none. */

import { html, nothing } from "lit";

import { textField } from "../elements/account-fields.js";
import { askFresh } from "../elements/ask-fresh.js";
import { Work } from "../elements/work.js";
import { View } from "../shared/element.js";
import { t } from "../shared/i18n.js";
import { makePasskey, noPasskeys } from "../shared/passkey.js";
import { toast } from "../shared/toast.js";

class PasskeyCard extends View {
  static properties = { may: { type: Boolean }, asking: { state: true }, label: { state: true } };

  constructor() {
    super();
    /** The policy lets one be added. */
    this.may = true;
    this.asking = false;
    this.label = "";
    this.work = new Work(this);
  }

  async begin() {
    this.asking = true;
    this.label = "";
    await this.focusOn("#passkey-name");
  }

  /** @param {SubmitEvent} event */
  async add(event) {
    event.preventDefault();
    const { label } = this;
    const done = await this.work.run(
      async (signal) => {
        const { credential, salt, prf } = await makePasskey(await askFresh({ type: "plan-passkey" }), signal);
        await askFresh({ type: "add-passkey", credential, salt, prf, label });
      },
      { doing: t("passkey_waiting") },
    );
    if (!done) return;
    this.asking = false;
    toast(t("passkey_added"));
    await this.focusOn("button");
  }

  render() {
    const why = noPasskeys();
    return html`<section class="card" aria-labelledby="passkey-title"><h2 id="passkey-title">${t("passkey_title")}</h2>
      ${why ? html`<p class="passkey-why">${why}</p>` : this.offer()}
    </section>`;
  }

  offer() {
    return html`<p>${t("passkey_lead")}</p><p class="hint">${t("passkey_limits")}</p>
      ${this.work.banner()}
      ${this.asking ? this.form() : nothing}
      ${
        this.may && !this.asking
          ? html`<div class="buttons"><button type="button" class="passkey-add" @click=${() => this.begin()}>${t("passkey_add")}</button></div>`
          : nothing
      }
      <p class="hint">${t("passkey_stays_there")}</p>`;
  }

  form() {
    return html`<form @submit=${(/** @type {SubmitEvent} */ event) => this.add(event)}>
      ${textField({ id: "passkey-name", label: t("passkey_name"), value: this.label, hint: t("passkey_name_hint"), input: (label) => (this.label = label) })}
      ${this.work.progress()}
      <div class="buttons"><button type="submit" class="primary" ?disabled=${this.work.busy}>${t("passkey_add")}</button>
        <button type="button" ?disabled=${this.work.busy} @click=${() => (this.asking = false)}>${t("cancel")}</button></div>
    </form>`;
  }
}

customElements.define("passkey-card", PasskeyCard);
