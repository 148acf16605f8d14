/** The four steps of one account that moves: the old app goes last, when the site has accepted a code of ours. */

import { html, nothing } from "lit";

import "../elements/otp-code.js";
import "../elements/time-ring.js";
import { nameOf } from "../shared/format.js";
import { t } from "../shared/i18n.js";

/** @typedef {import('../shared/protocol').MoveView} MoveView */
/** @typedef {import('../shared/protocol').EntryView} EntryView */
/**
 * @typedef {{
 *   entries: Map<string, EntryView>,
 *   code: import('../shared/protocol').CodeView | undefined,
 *   refused: boolean,
 *   busy: boolean,
 *   step: (done: number, entry?: string | null) => void,
 *   refuse: () => void,
 * }} Around
 */

export const STEPS = 4;
const TITLES = /** @type {const} */ (["move_sign_in", "move_add", "move_try", "move_remove"]);

/**
 * @param {MoveView} account
 * @param {Around} around
 */
export function moveSteps(account, around) {
  const bodies = [signIn, add, tryCode, remove];
  return html`<ol class="steps move-steps">${TITLES.map((title, at) => {
    const now = at === account.done;
    return html`<li class=${at < account.done ? "done" : now ? "move-step-now" : "move-step-later"} aria-current=${now ? "step" : nothing}>
      <strong>${t(title)}${at < account.done ? html`<span class="visually-hidden"> ${t("move_step_done")}</span>` : nothing}</strong>
      ${now ? bodies[at]?.(account, around) : nothing}</li>`;
  })}</ol>
  ${account.done > 0 ? html`<button type="button" class="link" ?disabled=${around.busy} @click=${() => around.step(account.done - 1, account.entry)}>${t("move_back")}</button>` : nothing}`;
}

/**
 * @param {MoveView} account
 * @param {Around} around
 */
function signIn(account, { busy, step }) {
  return html`<p class="hint">${t("move_sign_in_text")}</p>
    <div class="buttons">${
      account.signIn ? html`<a class="button" href=${account.signIn} target="_blank" rel="noreferrer">${hostOf(account.signIn)}</a>` : nothing
    }<button type="button" class="primary" ?disabled=${busy} @click=${() => step(1)}>${t("move_signed_in")}</button></div>`;
}

/**
 * @param {MoveView} account
 * @param {Around} around
 */
function add(account, { entries, busy, step }) {
  const fitting = account.candidates.flatMap((id) => entries.get(id) ?? []);
  const others = [...entries.values()].filter((entry) => !account.candidates.includes(entry.id));
  return html`<p class="hint">${t("move_add_text")}</p>
    <div class="buttons"><a class="button ${fitting.length ? "" : "primary"}" href="#/add/move">${t("move_add_here")}</a></div>
    ${
      fitting.length
        ? html`<p>${t("move_is_it")}</p><div class="buttons">${fitting.map(
            (entry) => html`<button type="button" class="primary" ?disabled=${busy} @click=${() => step(2, entry.id)}>${t("move_this_one", nameOf(entry))}</button>`,
          )}</div>`
        : nothing
    }
    ${
      others.length
        ? html`<details><summary>${t("move_other_name")}</summary><form class="inline" @submit=${(/** @type {SubmitEvent} */ event) => {
            event.preventDefault();
            const chosen = new FormData(/** @type {HTMLFormElement} */ (event.target)).get("entry");
            if (typeof chosen === "string" && chosen) step(2, chosen);
          }}><div class="field"><label for="move-entry">${t("move_which")}</label><select id="move-entry" name="entry">${others.map(
            (entry) => html`<option value=${entry.id}>${nameOf(entry)}</option>`,
          )}</select></div><button type="submit" ?disabled=${busy}>${t("move_take_it")}</button></form></details>`
        : nothing
    }`;
}

/**
 * @param {MoveView} account
 * @param {Around} around
 */
function tryCode(account, { entries, code, refused, busy, step, refuse }) {
  const entry = entries.get(account.entry ?? "");
  return html`<p class="hint">${t("move_try_text")}</p>
    ${
      code
        ? html`<div class="preview"><span class="hint">${entry ? nameOf(entry) : ""}</span><otp-code .code=${code.code}></otp-code>${
            code.until == null ? nothing : html`<time-ring .until=${code.until} .period=${code.period}></time-ring>`
          }</div>`
        : html`<p><a class="link" href="#/entry/${account.entry}">${t("move_open_entry", entry ? nameOf(entry) : "")}</a></p>`
    }
    <div class="buttons"><button type="button" class="primary" ?disabled=${busy} @click=${() => step(3, account.entry)}>${t("move_accepted")}</button>
      <button type="button" ?disabled=${busy} @click=${refuse}>${t("move_refused")}</button></div>
    ${
      refused
        ? html`<div class="banner banner-warn" role="alert"><div><span>${t("move_refused_text")}</span>
            <button type="button" class="link" ?disabled=${busy} @click=${() => step(1)}>${t("move_add_again")}</button></div></div>`
        : nothing
    }`;
}

/**
 * @param {MoveView} account
 * @param {Around} around
 */
function remove(account, { busy, step }) {
  return html`<p class="hint">${t("move_remove_text")}</p>
    <div class="buttons"><button type="button" class="primary" ?disabled=${busy} @click=${() => step(4, account.entry)}>${t("move_removed")}</button></div>`;
}

/** @param {string} origin */
function hostOf(origin) {
  return new URL(origin).host;
}
