/**
 * Where shares are typed in, one after the other and in any order: says what is wrong with the one just typed, and how
 * many are still missing. Tells `shares-ready` with all of them when there are enough.
 */

import { html, nothing } from "lit";

import { ask, AskError } from "../shared/ask.js";
import { View } from "../shared/element.js";
import { errorText, t, tn } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";

let count = 0;

export class ShareEntry extends View {
  static properties = {
    shares: { state: true },
    text: { state: true },
    need: { state: true },
    check: { attribute: false },
    problem: { state: true },
    disabled: { type: Boolean },
  };

  constructor() {
    super();
    this.number = ++count;
    /** @type {string[]} Shares that are right. */
    this.shares = [];
    this.text = "";
    /** How many are needed; 0: not known yet. */
    this.need = 0;
    this.problem = "";
    this.disabled = false;
    /** Says how far somebody is; without it the background does. @type {((shares: string[]) => Promise<{ have: number, need: number }>) | undefined} */
    this.check = undefined;
  }

  /** Puts the cursor into the field. */
  async take() {
    await this.focusOn("textarea");
  }

  async add() {
    if (!this.text.trim()) return;
    const shares = [...this.shares, this.text];
    try {
      const { have, need } = await (this.check ? this.check(shares) : ask({ type: "check-shares", shares }));
      this.shares = shares;
      this.need = need;
      this.text = "";
      this.problem = "";
      if (have >= need) this.tell("shares-ready", shares);
    } catch (error) {
      this.problem = error instanceof AskError ? errorText(error) : t("error_unknown", "");
    }
    await this.take();
  }

  render() {
    const id = `share-${this.number}`;
    const missing = Math.max(this.need - this.shares.length, 0);
    return html`<div class="field">
        <label for=${id}>${t("share_number", this.shares.length + 1)}</label>
        <textarea id=${id} class="mono" rows="3" .value=${this.text} autocomplete="off" autocapitalize="off" spellcheck="false" ?disabled=${this.disabled}
          aria-invalid=${this.problem ? "true" : "false"} aria-describedby="${id}-hint ${id}-error"
          @input=${(/** @type {InputEvent} */ event) => {
            this.text = /** @type {HTMLTextAreaElement} */ (event.target).value;
            this.problem = "";
          }}></textarea>
        <p class="hint" id="${id}-hint">${t("share_hint")}</p>
        <p class="field-error" id="${id}-error" role="alert">${this.problem}</p>
      </div>
      ${this.shares.length ? html`<p class="good" role="status">${icon("done")}${tn("shares_right", this.shares.length)} ${missing ? tn("shares_missing", missing) : ""}</p>` : nothing}
      <button type="button" class="share-add" ?disabled=${this.disabled || !this.text.trim()} @click=${() => this.add()}>${t("share_add")}</button>`;
  }
}

customElements.define("share-entry", ShareEntry);
