/** Adding accounts: from pictures, from text, or by hand with the code as it will be. */

import { html, nothing } from "lit";

import { accountFields, emptyForm } from "../elements/account-fields.js";
import "../elements/drop-zone.js";
import { addedText } from "../elements/found-accounts.js";
import "../elements/otp-code.js";
import "../elements/time-ring.js";
import { errorBanner } from "../elements/warnings.js";
import { working } from "../elements/working.js";
import { ask, AskError } from "../shared/ask.js";
import { at } from "../shared/clock.js";
import { View } from "../shared/element.js";
import { errorText, t, tn } from "../shared/i18n.js";
import { readPicture } from "../shared/pictures.js";
import { toast } from "../shared/toast.js";
import { go, routeNow } from "./route.js";

/** After the last key press: long enough not to complain in the middle of a word. */
const PREVIEW_DELAY_MS = 200;
/** Text files with one link a line are far below; a larger one is no list of accounts. */
const LONGEST_TEXT = 2_000_000;

class PageAdd extends View {
  static properties = {
    form: { state: true },
    preview: { state: true },
    fault: { state: true },
    readings: { state: true },
    problem: { state: true },
    busy: { state: true },
    paste: { state: true },
  };

  constructor() {
    super();
    this.form = emptyForm();
    /** @type {import('../shared/protocol').CodeView | undefined} */
    this.preview = undefined;
    /** @type {AskError | undefined} */
    this.fault = undefined;
    /** @type {import('../elements/found-accounts.js').Readings | undefined} */
    this.readings = undefined;
    /** @type {string[]} Texts read so far: a transfer may come in several pictures. */
    this.texts = [];
    this.problem = "";
    this.busy = false;
    this.paste = "";
    /** Counts changes of the form, so that a late answer to an old one is dropped. */
    this.edition = 0;
  }

  /** @param {File[]} files */
  async files(files) {
    this.busy = true;
    this.problem = "";
    /** @type {string[]} */
    const texts = [];
    /** @type {string[]} */
    const empty = [];
    try {
      for (const file of files) {
        const found = await this.textsOf(file);
        texts.push(...found);
        if (!found.length) empty.push(file.name);
      }
      if (texts.length) await this.read(texts);
      if (empty.length) this.problem = t("no_qr_in_files", empty.join(", "));
    } catch (error) {
      if (!this.signal.aborted) this.problem = errorText(error);
    } finally {
      this.busy = false;
    }
  }

  /** @param {File} file */
  async textsOf(file) {
    const text = file.type.startsWith("text/") || /\.(txt|csv|json)$/i.test(file.name);
    if (!text) return await readPicture(file, this.signal);
    if (file.size > LONGEST_TEXT) throw new AskError({ code: "too-large" });
    return [await file.text()];
  }

  /** @param {string[]} texts */
  async read(texts) {
    try {
      this.problem = "";
      this.texts = [...new Set([...this.texts, ...texts])];
      this.readings = await ask({ type: "read", texts: this.texts });
      await this.focusOn(".found input, .found button");
    } catch (error) {
      this.problem = errorText(error);
      this.forget();
    }
  }

  forget() {
    this.readings = undefined;
    this.texts = [];
    this.paste = "";
  }

  /** @param {Partial<import('../shared/protocol').EntryForm>} words */
  change(words) {
    this.form = { ...this.form, ...words };
    const edition = ++this.edition;
    setTimeout(() => edition === this.edition && this.look(edition), PREVIEW_DELAY_MS);
  }

  /** @param {number} edition */
  async look(edition) {
    if (this.signal.aborted) return;
    if (!this.form.secret.trim()) {
      this.preview = undefined;
      this.fault = undefined;
      return;
    }
    try {
      const code = await ask({ type: "preview", form: this.form });
      if (edition !== this.edition) return;
      this.preview = code;
      this.fault = undefined;
      if (code.until != null) at(code.until + 20, () => edition === this.edition && this.look(edition), this.signal);
    } catch (error) {
      if (edition !== this.edition) return;
      this.preview = undefined;
      this.fault = error instanceof AskError ? error : undefined;
      if (!this.fault) this.problem = errorText(error);
    }
  }

  /**
   * @param {import('../shared/protocol').EntryForm[]} forms
   */
  async add(forms) {
    this.busy = true;
    this.problem = "";
    try {
      const added = await ask({ type: "add", forms });
      toast(addedText(added));
      // Who came from the list of accounts that move goes on with it.
      if (routeNow().id === "move") go("move");
      else if (added.ids.length === 1 && added.ids[0]) go("entry", added.ids[0]);
      else go("");
    } catch (error) {
      if (error instanceof AskError && error.field) this.fault = error;
      else this.problem = errorText(error);
    } finally {
      this.busy = false;
    }
  }

  render() {
    return html`<header class="page-head"><h1>${t("add_account")}</h1><a class="button" href="#/import">${t("import_title")}</a></header>
      ${errorBanner(this.problem)}
      ${
        this.readings
          ? html`<div class="card"><found-accounts .readings=${this.readings} .busy=${this.busy}
            @add-forms=${(/** @type {CustomEvent} */ event) => this.add(event.detail)} @found-cancel=${() => this.forget()}></found-accounts></div>`
          : nothing
      }
      ${this.readings && !(this.readings.batch && this.readings.batch.read < this.readings.batch.of) ? nothing : this.ways()}`;
  }

  ways() {
    return html`<div class="columns">
      <section class="card" aria-labelledby="from-picture">
        <h2 id="from-picture">${t("add_from_picture")}</h2>
        <drop-zone .label=${t("drop_picture")} .hint=${t("drop_picture_hint")} .button=${t("choose_files")} accept="image/*,.txt,text/plain" multiple
          @files=${(/** @type {CustomEvent} */ event) => this.files(event.detail)}
          @pasted=${(/** @type {CustomEvent} */ event) => this.read([event.detail])}></drop-zone>
        ${this.busy ? working(t("looking_for_qr")) : nothing}
        <form class="paste" @submit=${(/** @type {SubmitEvent} */ event) => {
          event.preventDefault();
          if (this.paste.trim()) this.read([this.paste]);
        }}>
          <div class="field">
            <label for="paste">${t("add_from_text")}</label>
            <textarea id="paste" rows="3" class="mono" spellcheck="false" autocomplete="off" .value=${this.paste} placeholder="otpauth://totp/…"
              @input=${(/** @type {InputEvent} */ event) => (this.paste = /** @type {HTMLTextAreaElement} */ (event.target).value)}></textarea>
            <p class="hint">${t("add_from_text_hint")}</p>
          </div>
          <button type="submit" ?disabled=${!this.paste.trim()}>${t("read_text")}</button>
        </form>
      </section>
      ${this.readings ? nothing : this.byHand()}
    </div>`;
  }

  byHand() {
    const { fault, preview } = this;
    const errorAt = (/** @type {string} */ field) => (fault?.field === field ? errorText(fault) : "");
    return html`<section class="card" aria-labelledby="by-hand">
      <h2 id="by-hand">${t("add_by_hand")}</h2>
      <form @submit=${(/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        if (preview) this.add([this.form]);
      }}>
        ${accountFields(this.form, (words) => this.change(words), errorAt)}
        ${fault && !fault.field ? errorBanner(errorText(fault)) : nothing}
        <div class="preview ${preview ? "" : "preview-empty"}" aria-label=${t("code_now")}>
          ${
            preview
              ? html`<span class="hint">${t(preview.until == null ? "first_code" : "code_now")}</span>
                <otp-code .code=${preview.code}></otp-code>
                ${preview.until != null ? html`<time-ring .until=${preview.until} .period=${preview.period}></time-ring>` : nothing}`
              : html`<span class="hint">${t("preview_empty")}</span>`
          }
        </div>
        ${preview ? html`<p class="hint">${t("preview_hint")}</p>` : nothing}
        <button type="submit" class="primary" ?disabled=${!preview || this.busy}>${tn("add_count", 1)}</button>
      </form>
    </section>`;
  }
}

customElements.define("page-add", PageAdd);
