/** Settings: locking, how codes are shown, the password. */

import { html, nothing } from "lit";

import { choiceField } from "../elements/account-fields.js";
import "../elements/new-password.js";
import "../elements/password-field.js";
import { policyNote } from "../elements/policy-note.js";
import { errorBanner } from "../elements/warnings.js";
import { working } from "../elements/working.js";
import { ask } from "../shared/ask.js";
import { View } from "../shared/element.js";
import { errorText, t, tn } from "../shared/i18n.js";
import { deriveNew, withPassword } from "../shared/password.js";
import { toast } from "../shared/toast.js";
import "./settings-sites.js";

/** What can be chosen, in minutes; 0 is "until the browser closes". */
const LOCK_AFTER = [1, 5, 15, 60, 240, 480, 1440, 0];

class PageSettings extends View {
  static properties = {
    status: { attribute: false },
    changing: { state: true },
    current: { state: true },
    wanted: { state: true },
    profile: { state: true },
    problem: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    /** @type {import('../shared/protocol').Status} */
    this.status = /** @type {any} */ (undefined);
    this.changing = false;
    this.current = "";
    this.wanted = "";
    /** @type {import('../shared/protocol').KdfProfile} */
    this.profile = "argon2id";
    this.problem = "";
    /** @type {AbortController | undefined} */
    this.busy = undefined;
  }

  /** @param {Partial<import('../shared/protocol').Settings>} part */
  async set(part) {
    try {
      this.status = await ask({ type: "set-settings", settings: { ...this.status.settings, ...part } });
    } catch (error) {
      this.tell("failed", error);
      this.requestUpdate();
    }
  }

  /** @param {SubmitEvent} event */
  async changePassword(event) {
    event.preventDefault();
    if (this.busy || !this.current || !this.wanted) return;
    const busy = new AbortController();
    this.busy = busy;
    this.problem = "";
    const signal = AbortSignal.any([this.signal, busy.signal]);
    try {
      const { jobs } = await ask({ type: "plan-password", profile: this.profile });
      const fresh = await deriveNew(jobs, this.wanted, signal);
      await withPassword(jobs.slice(0, -1), this.current, signal, (current) =>
        ask({ type: "change-password", current, new: fresh }),
      );
      this.close();
      toast(t("password_changed"));
    } catch (error) {
      if (!signal.aborted) this.problem = errorText(error);
    } finally {
      this.busy = undefined;
    }
  }

  close() {
    this.changing = false;
    this.current = "";
    this.wanted = "";
    this.problem = "";
  }

  render() {
    const { settings, policy, version } = this.status;
    return html`<header class="page-head"><h1>${t("settings")}</h1></header>
      <section class="card" aria-labelledby="locking"><h2 id="locking">${t("locking")}</h2>
        ${choiceField({
          id: "lock-after",
          label: t("lock_after"),
          value: String(settings.lockAfterMinutes),
          options: lockChoices(settings.lockAfterMinutes, policy.lockAfter),
          change: (value) => this.set({ lockAfterMinutes: Number(value) }),
        })}
        ${this.check("lock-with-system", settings.lockWithSystem, (lockWithSystem) => this.set({ lockWithSystem }), policy.lockWithSystem)}
        ${policyNote(policy, "lockAfterMinutes", "lockWithSystem")}
        <p class="hint">${t("lock_browser_close")}</p>
      </section>
      <section class="card" aria-labelledby="showing"><h2 id="showing">${t("showing")}</h2>
        ${this.check("hide-codes", settings.hideCodes, (hideCodes) => this.set({ hideCodes }))}
        ${this.check("show-next", settings.showNext, (showNext) => this.set({ showNext }))}
      </section>
      <section class="card" aria-labelledby="by-itself-title"><h2 id="by-itself-title">${t("by_itself_title")}</h2>
        <p class="hint">${t("by_itself_text")}</p>
        ${this.check("by-itself", settings.byItself && policy.automatic, (byItself) => this.set({ byItself }), !policy.automatic)}
        ${policyNote(policy, "automaticFilling", "allowedSites")}
        <settings-sites></settings-sites>
      </section>
      <section class="card" aria-labelledby="password-title"><h2 id="password-title">${t("password")}</h2>
        ${
          this.changing
            ? this.passwordForm()
            : html`<p class="hint">${t("password_change_text")}</p>
          <button type="button" @click=${() => (this.changing = true)}>${t("password_change")}</button>`
        }
      </section>
      <section class="card quiet-card" aria-labelledby="erase-card"><div><h2 id="erase-card">${t("erase_title")}</h2><p class="hint">${t("erase_lead")}</p></div>
        <a class="button" href="#/erase">${t("erase_open")}</a></section>
      <p class="hint">Sparekey ${version} · <a href="#/log">${t("log_title")}</a> · <a href="#/policy">${t("policy_title")}</a></p>`;
  }

  passwordForm() {
    const busy = !!this.busy;
    const wanted = this.status.policy.kdf;
    return html`<form @submit=${(/** @type {SubmitEvent} */ event) => this.changePassword(event)}>
      ${errorBanner(this.problem)}
      <password-field .label=${t("password_current")} .value=${this.current} purpose="current-password" .disabled=${busy}
        @password-change=${(/** @type {CustomEvent} */ event) => (this.current = event.detail)}></password-field>
      <h3>${t("password_new")}</h3>
      <new-password .disabled=${busy} @password-ready=${(/** @type {CustomEvent} */ event) => (this.wanted = event.detail)}></new-password>
      <details class="more"><summary>${t("kdf_title")}</summary>
        <fieldset>${["argon2id", "pbkdf2"].map((/** @type {any} */ kdf) => kdfChoice(kdf, wanted ?? this.profile, !!wanted, (profile) => (this.profile = profile)))}</fieldset>
        ${policyNote(this.status.policy, "kdfProfile")}
      </details>
      ${this.busy ? working(t("changing_password"), () => this.busy?.abort()) : nothing}
      <div class="buttons">
        <button type="submit" class="primary" ?disabled=${busy || !this.current || !this.wanted}>${t("password_change")}</button>
        <button type="button" ?disabled=${busy} @click=${() => this.close()}>${t("cancel")}</button>
      </div>
    </form>`;
  }

  /**
   * @param {string} id
   * @param {boolean} value
   * @param {(value: boolean) => void} change
   * @param {boolean} [fixed]
   */
  check(id, value, change, fixed = false) {
    const key = id.replaceAll("-", "_");
    return html`<label class="check"><input id=${id} type="checkbox" .checked=${value} ?disabled=${fixed}
      @change=${(/** @type {Event} */ event) => change(/** @type {HTMLInputElement} */ (event.target).checked)}>
      <span>${t(key)}<small>${t(`${key}_hint`)}</small></span></label>`;
  }
}

/**
 * @param {import('../shared/protocol').KdfProfile} profile
 * @param {string} chosen
 * @param {boolean} fixed
 * @param {(profile: import('../shared/protocol').KdfProfile) => void} choose
 */
function kdfChoice(profile, chosen, fixed, choose) {
  return html`<label class="check"><input type="radio" name="kdf" value=${profile} .checked=${profile === chosen} ?disabled=${fixed} @change=${() => choose(profile)}>
    <span>${t(`kdf_${profile}`)}<small>${t(`kdf_${profile}_hint`)}</small></span></label>`;
}

/**
 * The choices that a policy leaves, and whatever is set now.
 * @param {number} current
 * @param {number | null} most
 * @returns {[string, string][]}
 */
function lockChoices(current, most) {
  const left = LOCK_AFTER.filter((minutes) => most === null || (minutes > 0 && minutes <= most));
  const all = left.includes(current) ? left : [current, ...left];
  return all.map((minutes) => [String(minutes), lockText(minutes)]);
}

/** @param {number} minutes */
function lockText(minutes) {
  if (minutes === 0) return t("lock_never");
  return minutes < 60 || minutes % 60 ? tn("minutes", minutes) : tn("hours", minutes / 60);
}

customElements.define("page-settings", PageSettings);
