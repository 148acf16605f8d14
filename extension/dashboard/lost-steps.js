/** The four steps of one account after a loss: in with the code here, a new key, its first code accepted, the old device out. */

import { html, nothing } from "lit";

import "../elements/otp-code.js";
import "../elements/time-ring.js";
import { nameOf } from "../shared/format.js";
import { t, when } from "../shared/i18n.js";
import "./replace-secret.js";

/** @typedef {import('../shared/protocol').WorklistItem} WorklistItem */
/** @typedef {import('../shared/protocol').EntryView} EntryView */
/**
 * @typedef {{
 *   entries: Map<string, EntryView>,
 *   code: import('../shared/protocol').CodeView | undefined,
 *   busy: boolean,
 *   step: (done: number) => void,
 *   replace: (key: { form?: import('../shared/protocol').EntryForm, from?: string }) => void,
 *   undo: () => void,
 * }} Around
 */

export const STEPS = 4;
const TITLES = /** @type {const} */ (["stolen_sign_in", "stolen_enrol", "stolen_try", "stolen_remove"]);

/**
 * @param {WorklistItem} item
 * @param {EntryView} entry
 * @param {Around} around
 */
export function lostSteps(item, entry, around) {
  const bodies = [signIn, enrol, tryCode, remove];
  return html`<ol class="steps move-steps">${TITLES.map((title, at) => {
    const now = at === item.done;
    return html`<li class=${at < item.done ? "done" : now ? "move-step-now" : "move-step-later"} aria-current=${now ? "step" : nothing}>
      <strong>${t(title)}${at < item.done ? html`<span class="visually-hidden"> ${t("move_step_done")}</span>` : nothing}</strong>
      ${now ? bodies[at]?.(item, entry, around) : nothing}</li>`;
  })}</ol>
  ${item.done > 0 ? html`<button type="button" class="link" ?disabled=${around.busy} @click=${() => around.step(item.done - 1)}>${t("move_back")}</button>` : nothing}`;
}

/**
 * @param {WorklistItem} item
 * @param {EntryView} entry
 * @param {Around} around
 */
function signIn(item, entry, { code, busy, step }) {
  return html`<p class="hint">${t("stolen_sign_in_text")}</p>
    ${codeNow(entry, code)}
    <div class="buttons">${
      item.signIn ? html`<a class="button" href=${item.signIn} target="_blank" rel="noreferrer">${new URL(item.signIn).host}</a>` : nothing
    }<button type="button" class="primary" ?disabled=${busy} @click=${() => step(1)}>${t("move_signed_in")}</button>
      <a class="link" href="#/help/no-backup">${t("stolen_refused")}</a></div>`;
}

/**
 * @param {WorklistItem} item
 * @param {EntryView} entry
 * @param {Around} around
 */
function enrol(item, entry, { entries, busy, replace }) {
  const scanned = item.candidates.flatMap((id) => entries.get(id) ?? []);
  return html`<p class="hint">${t("stolen_enrol_text")}</p>
    ${
      scanned.length
        ? html`<p>${t("stolen_scanned")}</p><div class="buttons">${scanned.map(
            (other) => html`<button type="button" class="primary" ?disabled=${busy} @click=${() => replace({ from: other.id })}>${t("stolen_take", nameOf(other))}</button>`,
          )}</div>`
        : nothing
    }
    <replace-secret .entry=${entry} .busy=${busy} .quiet=${scanned.length > 0} @key-chosen=${(/** @type {CustomEvent} */ event) => replace({ form: event.detail })}></replace-secret>`;
}

/**
 * @param {WorklistItem} item
 * @param {EntryView} entry
 * @param {Around} around
 */
function tryCode(item, entry, { code, busy, step, undo }) {
  return html`<p class="hint">${t("stolen_try_text")}</p>
    ${codeNow(entry, code)}
    ${item.used == null ? nothing : html`<p class="good" role="status">${t("stolen_used", when(item.used))}</p>`}
    <div class="buttons"><button type="button" class="primary" ?disabled=${busy} @click=${() => step(3)}>${t("move_accepted")}</button>
      <button type="button" ?disabled=${busy} @click=${undo}>${t("stolen_back_to_former")}</button></div>`;
}

/**
 * @param {WorklistItem} _item
 * @param {EntryView} _entry
 * @param {Around} around
 */
function remove(_item, _entry, { busy, step }) {
  return html`<p class="hint">${t("stolen_remove_text")}</p>
    <div class="buttons"><button type="button" class="primary" ?disabled=${busy} @click=${() => step(4)}>${t("stolen_removed")}</button></div>`;
}

/**
 * @param {EntryView} entry
 * @param {import('../shared/protocol').CodeView | undefined} code
 */
function codeNow(entry, code) {
  if (!code) return html`<p><a class="link" href="#/entry/${entry.id}">${t("move_open_entry", nameOf(entry))}</a></p>`;
  return html`<div class="preview"><span class="hint">${nameOf(entry)}</span><otp-code .code=${code.code}></otp-code>${
    code.until == null ? nothing : html`<time-ring .until=${code.until} .period=${code.period}></time-ring>`
  }</div>`;
}
