/** The new key that a site has just issued for an account: from a picture, a link or typed. Tells `key-chosen` with its form. */

import { html, nothing } from "lit";

import { emptyForm, textField } from "../elements/account-fields.js";
import "../elements/drop-zone.js";
import "../elements/otp-code.js";
import "../elements/time-ring.js";
import { errorBanner } from "../elements/warnings.js";
import { ask, AskError } from "../shared/ask.js";
import { View } from "../shared/element.js";
import { errorText, t } from "../shared/i18n.js";
import { readPicture } from "../shared/pictures.js";

/** @typedef {import('../shared/protocol').EntryForm} EntryForm */

class ReplaceSecret extends View {
  static properties = {
    entry: { attribute: false },
    busy: { type: Boolean },
    quiet: { type: Boolean },
    typed: { state: true },
    form: { state: true },
    preview: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    /** @type {import('../shared/protocol').EntryView | undefined} */
    this.entry = undefined;
    this.busy = false;
    /** Something better is on offer above. */
    this.quiet = false;
    this.typed = "";
    /** @type {EntryForm | undefined} */
    this.form = undefined;
    /** @type {import('../shared/protocol').CodeView | undefined} */
    this.preview = undefined;
    this.problem = "";
  }

  /** @param {string[]} texts */
  async read(texts) {
    this.problem = "";
    this.form = undefined;
    this.preview = undefined;
    try {
      const { forms } = await ask({ type: "read", texts });
      // A bare key keeps the entry's own kind; a link says all of it.
      const form = forms.length === 1 ? forms[0] : undefined;
      if (!form) throw new AskError({ code: forms.length ? "several-keys" : "no-key-found" });
      this.take(form.issuer || form.account || texts.join("").includes("://") ? form : this.alike(form.secret));
    } catch (error) {
      this.problem = errorText(error);
    }
  }

  /** @param {File[]} files */
  async files(files) {
    try {
      const texts = (await Promise.all(files.map((file) => readPicture(file, this.signal)))).flat();
      if (texts.length) await this.read(texts);
      else this.problem = t("no_qr_in_files", files.map((file) => file.name).join(", "));
    } catch (error) {
      if (!this.signal.aborted) this.problem = errorText(error);
    }
  }

  /** @param {string} secret */
  alike(secret) {
    const { entry } = this;
    const form = { ...emptyForm(), secret };
    if (!entry) return form;
    return { ...form, kind: entry.kind, algorithm: entry.algorithm, digits: entry.digits, period: entry.period ?? form.period };
  }

  /** @param {EntryForm} form */
  async take(form) {
    this.preview = await ask({ type: "preview", form });
    this.form = form;
    await this.focusOn(".key-found button");
  }

  render() {
    return html`<details class="more" ?open=${!this.quiet}><summary>${t("replace_how")}</summary>
      <drop-zone .label=${t("replace_drop")} .hint=${t("drop_picture_hint")} .button=${t("choose_files")} accept="image/*"
        @files=${(/** @type {CustomEvent} */ event) => this.files(event.detail)} @pasted=${(/** @type {CustomEvent} */ event) => this.read([event.detail])}></drop-zone>
      <form class="inline" @submit=${(/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        if (this.typed.trim()) this.read([this.typed.trim()]);
      }}>${textField({ id: "new-key", label: t("replace_type"), value: this.typed, input: (text) => (this.typed = text), hint: t("replace_type_hint"), mono: true })}
        <button type="submit" ?disabled=${!this.typed.trim()}>${t("read_text")}</button></form></details>
      ${errorBanner(this.problem)}
      ${this.form && this.preview ? this.found(this.form, this.preview) : nothing}`;
  }

  /**
   * @param {EntryForm} form
   * @param {import('../shared/protocol').CodeView} preview
   */
  found(form, preview) {
    return html`<div class="key-found"><div class="preview"><span class="hint">${t("code_now")}</span><otp-code .code=${preview.code}></otp-code></div>
      <p class="hint">${t("replace_kept")}</p>
      <button type="button" class="primary" ?disabled=${this.busy} @click=${() => {
        this.tell("key-chosen", form);
        this.typed = "";
        this.form = undefined;
      }}>${t("replace_do")}</button></div>`;
  }
}

customElements.define("replace-secret", ReplaceSecret);
