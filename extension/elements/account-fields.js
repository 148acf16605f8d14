/** The words and numbers of an account form, with the core's complaint at its field. */

import { html, nothing } from "lit";

import { t } from "../shared/i18n.js";

/** @typedef {import('../shared/protocol').EntryForm} EntryForm */

/** An empty form. @returns {EntryForm} */
export function emptyForm() {
  return {
    issuer: "",
    account: "",
    secret: "",
    kind: "totp",
    algorithm: "SHA1",
    digits: 6,
    period: 30,
    counter: 0,
    note: "",
    tags: [],
    sites: [],
  };
}

/**
 * One labelled input.
 * @param {{ id: string, label: string, value: string, input: (value: string) => void, hint?: string, error?: string,
 *   type?: string, required?: boolean, mono?: boolean, placeholder?: string }} field
 */
export function textField(field) {
  return html`<div class="field">
    <label for=${field.id}>${field.label}</label>
    <input id=${field.id} class=${field.mono ? "mono" : ""} type=${field.type ?? "text"} .value=${field.value} autocomplete="off"
      spellcheck="false" placeholder=${field.placeholder ?? ""} aria-invalid=${field.error ? "true" : "false"}
      aria-describedby="${field.id}-hint ${field.id}-error"
      @input=${(/** @type {InputEvent} */ event) => field.input(/** @type {HTMLInputElement} */ (event.target).value)}>
    ${field.hint ? html`<p class="hint" id="${field.id}-hint">${field.hint}</p>` : nothing}
    <p class="field-error" id="${field.id}-error" role="alert">${field.error ?? ""}</p>
  </div>`;
}

/**
 * One labelled choice.
 * @param {{ id: string, label: string, value: string, options: [string, string][], change: (value: string) => void }} field
 */
export function choiceField(field) {
  return html`<div class="field">
    <label for=${field.id}>${field.label}</label>
    <select id=${field.id} @change=${(/** @type {Event} */ event) => field.change(/** @type {HTMLSelectElement} */ (event.target).value)}>
      ${field.options.map(([value, text]) => html`<option value=${value} ?selected=${value === field.value}>${text}</option>`)}
    </select>
  </div>`;
}

/**
 * A form as a person fills it in.
 * @param {EntryForm} form
 * @param {(change: Partial<EntryForm>) => void} change
 * @param {(field: string) => string} errorAt
 */
export function accountFields(form, change, errorAt) {
  const number = (/** @type {string} */ text) => Math.max(0, Math.min(4294967295, Math.trunc(Number(text) || 0)));
  return html`<div class="form-grid">
      ${textField({ id: "issuer", label: t("issuer"), value: form.issuer, input: (issuer) => change({ issuer }), error: errorAt("issuer"), placeholder: "GitHub" })}
      ${textField({ id: "account", label: t("account"), value: form.account, input: (account) => change({ account }), error: errorAt("account"), placeholder: "alice@example.com" })}
    </div>
    ${textField({ id: "secret", label: t("secret"), value: form.secret, input: (secret) => change({ secret }), error: errorAt("secret"), hint: t("secret_hint"), mono: true })}
    <details class="more">
      <summary>${t("more_options")}</summary>
      <div class="form-grid">
        ${choiceField({
          id: "kind",
          label: t("kind"),
          value: form.kind,
          change: (kind) => change({ kind }),
          options: [
            ["totp", t("kind_totp")],
            ["hotp", t("kind_hotp")],
            ["steam", t("kind_steam")],
          ],
        })}
        ${
          form.kind === "steam"
            ? nothing
            : html`
          ${choiceField({
            id: "algorithm",
            label: t("algorithm"),
            value: form.algorithm,
            change: (algorithm) => change({ algorithm }),
            options: [
              ["SHA1", "SHA-1"],
              ["SHA256", "SHA-256"],
              ["SHA512", "SHA-512"],
            ],
          })}
          ${textField({ id: "digits", label: t("digits"), type: "number", value: String(form.digits), input: (text) => change({ digits: number(text) }), error: errorAt("digits") })}`
        }
        ${
          form.kind === "totp"
            ? textField({
                id: "period",
                label: t("period"),
                type: "number",
                value: String(form.period),
                input: (text) => change({ period: number(text) }),
                error: errorAt("period"),
              })
            : nothing
        }
        ${
          form.kind === "hotp"
            ? textField({
                id: "counter",
                label: t("counter"),
                type: "number",
                value: String(form.counter),
                input: (text) => change({ counter: number(text) }),
                error: errorAt("counter"),
              })
            : nothing
        }
      </div>
    </details>`;
}
