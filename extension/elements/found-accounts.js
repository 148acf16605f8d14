/**
 * What a scan, a paste or a drop turned out to be: accounts with their code now, to be looked at before they are
 * added, and every text that is no account with the way to the right one. Tells `add-forms` and `found-cancel`.
 */

import { html, nothing } from "lit";

import { ask } from "../shared/ask.js";
import { at } from "../shared/clock.js";
import { View } from "../shared/element.js";
import { coded, errorText, t, tn } from "../shared/i18n.js";
import { textField } from "./account-fields.js";
import "./otp-code.js";
import "./time-ring.js";

/** @typedef {import('../shared/protocol').EntryForm} EntryForm */
/** @typedef {import('../shared/protocol').CodeView} CodeView */
/** @typedef {Extract<import('../shared/protocol').Reply, { type: 'readings' }>} Readings */

/** More than this are listed by name only: nobody compares a hundred codes. */
const PREVIEWED = 6;

export class FoundAccounts extends View {
  static properties = {
    readings: { attribute: false },
    offer: { attribute: false },
    ticked: { type: Boolean },
    busy: { type: Boolean },
    forms: { state: true },
    chosen: { state: true },
    use: { state: true },
    codes: { state: true },
    problems: { state: true },
  };

  constructor() {
    super();
    /** @type {Readings | undefined} */
    this.readings = undefined;
    /** @type {import('../shared/protocol').SiteView | null | undefined} The site on offer: nothing binds without the press. */
    this.offer = undefined;
    this.ticked = false;
    this.busy = false;
    /** @type {EntryForm[]} */
    this.forms = [];
    /** @type {boolean[]} */
    this.chosen = [];
    this.use = false;
    /** @type {(CodeView | undefined)[]} */
    this.codes = [];
    /** @type {string[]} */
    this.problems = [];
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("readings")) {
      this.forms = this.readings?.forms.map((form) => ({ ...form })) ?? [];
      this.chosen = this.forms.map(() => true);
      this.codes = [];
      this.problems = [];
      if (this.forms.length <= PREVIEWED) this.forms.forEach((_, index) => this.preview(index));
    }
    if (changed.has("ticked")) this.use = this.ticked;
  }

  /** @param {number} index */
  async preview(index) {
    const form = this.forms[index];
    if (!form || this.signal.aborted) return;
    try {
      const code = await ask({ type: "preview", form });
      if (form.secret !== this.forms[index]?.secret) return;
      this.codes = replaced(this.codes, index, code);
      if (code.until != null)
        at(code.until + 20, () => form.secret === this.forms[index]?.secret && this.preview(index), this.signal);
    } catch (error) {
      this.problems = replaced(this.problems, index, errorText(error));
    }
  }

  add() {
    const sites = this.use && this.offer ? [{ origin: this.offer.origin, subdomains: false }] : [];
    const forms = this.forms
      .filter((_, index) => this.chosen[index])
      .map((form) => ({ ...form, sites: [...form.sites, ...sites] }));
    this.tell("add-forms", forms);
  }

  render() {
    const { skipped = [], batch } = this.readings ?? {};
    const count = this.chosen.filter(Boolean).length;
    return html`<section class="found" aria-label=${t("found_label")}>
      ${batch && batch.read < batch.of ? html`<p class="banner" role="status">${t("batch_incomplete", batch.read, batch.of)}</p>` : nothing}
      ${this.forms.length ? html`<h2>${tn("found", this.forms.length)}</h2>` : nothing}
      <ul class="found-list">${this.forms.map((form, index) => this.one(form, index))}</ul>
      ${
        skipped.length
          ? html`<ul class="skipped">${skipped.map(
              (text) => html`<li>
            ${text.what ? html`<strong>${text.what}</strong> ` : nothing}${coded("skipped", text.why) ?? coded("error", text.why, "") ?? t("skipped_unknown", text.why)}
          </li>`,
            )}</ul>`
          : nothing
      }
      ${
        this.forms.length && this.offer
          ? html`<label class="check"><input type="checkbox" .checked=${this.use} @change=${(/** @type {Event} */ event) => {
              this.use = /** @type {HTMLInputElement} */ (event.target).checked;
            }}><span>${t("use_on", this.offer.host)}<small>${t("use_on_hint")}</small></span></label>`
          : nothing
      }
      <div class="buttons">
        ${
          this.forms.length
            ? html`<button type="button" class="primary" ?disabled=${!count || this.busy} @click=${() => this.add()}>${tn("add_count", count)}</button>`
            : nothing
        }
        <button type="button" @click=${() => this.tell("found-cancel")}>${t(this.forms.length ? "cancel" : "back")}</button>
      </div>
    </section>`;
  }

  /**
   * @param {EntryForm} form
   * @param {number} index
   */
  one(form, index) {
    const code = this.codes[index];
    const change = (/** @type {Partial<EntryForm>} */ words) => (this.forms = replaced(this.forms, index, { ...form, ...words }));
    return html`<li class="found-one ${this.forms.length > 1 ? "found-some" : ""}">
      ${
        this.forms.length > 1
          ? html`<input type="checkbox" .checked=${this.chosen[index] ?? false} aria-label=${t("add_this", form.issuer || form.account)}
            @change=${(/** @type {Event} */ event) => (this.chosen = replaced(this.chosen, index, /** @type {HTMLInputElement} */ (event.target).checked))}>`
          : nothing
      }
      <div class="form-grid">
        ${textField({ id: `found-issuer-${index}`, label: t("issuer"), value: form.issuer, input: (issuer) => change({ issuer }) })}
        ${textField({ id: `found-account-${index}`, label: t("account"), value: form.account, input: (account) => change({ account }) })}
      </div>
      ${
        code
          ? html`<p class="found-code"><span>${t(code.until == null ? "first_code" : "code_now")}</span>
            <otp-code .code=${code.code}></otp-code>
            ${code.until != null ? html`<time-ring .until=${code.until} .period=${code.period}></time-ring>` : nothing}</p>`
          : nothing
      }
      ${this.problems[index] ? html`<p class="field-error">${this.problems[index]}</p>` : nothing}
    </li>`;
  }
}

/**
 * What became of forms that were added. The ids are those of new entries and of those that were here already.
 * @param {{ ids: string[], alreadyHere: number }} added
 */
export function addedText({ ids, alreadyHere }) {
  const fresh = ids.length - alreadyHere;
  const parts = [];
  if (fresh) parts.push(tn("added", fresh));
  if (alreadyHere) parts.push(tn("already_here", alreadyHere));
  return parts.join(" ");
}

/**
 * A copy with one item replaced.
 * @template T
 * @param {T[]} list
 * @param {number} index
 * @param {T} item
 */
function replaced(list, index, item) {
  const copy = [...list];
  copy[index] = item;
  return copy;
}

customElements.define("found-accounts", FoundAccounts);
