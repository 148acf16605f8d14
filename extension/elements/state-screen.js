/** The states in which there is nothing to show: fresh, lost, unreadable, newer. Each says what is so and what to do. */

import { html, nothing } from "lit";

import { t } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";

/**
 * The screen of a vault that is not there. A file of a newer version is read by nobody here, which is not the
 * browser's fault.
 * @param {import('../shared/protocol').Status} status
 * @returns {'fresh' | 'lost' | 'unreadable' | 'newer'}
 */
export function stateOf({ state, warnings }) {
  if (state === "fresh" || state === "lost") return state;
  return warnings.includes("newer-version") ? "newer" : "unreadable";
}

/**
 * @param {'fresh' | 'lost' | 'unreadable' | 'newer'} state
 * @param {{ setUp: () => void, restore: () => void, again: () => void }} actions
 */
export function stateScreen(state, actions) {
  return html`<section class="state" aria-labelledby="state-title">
    ${state === "fresh" ? html`<img class="logo" src="../icons/sparekey.svg" alt="" width="56" height="56">` : html`<span class="state-icon">${icon("warn")}</span>`}
    <h1 id="state-title">${t(`${state}_title`)}</h1>
    <p>${t(`${state}_text`)}</p>
    ${state === "fresh" ? nothing : html`<p>${t(`${state}_next`)}</p>`}
    <div class="buttons">
      ${state === "fresh" ? html`<button type="button" class="primary" @click=${actions.setUp}>${t("set_up")}</button>` : nothing}
      ${
        state === "unreadable" || state === "newer"
          ? html`<button type="button" class="primary" @click=${actions.again}>${t("look_again")}</button>`
          : html`<button type="button" class=${state === "lost" ? "primary" : ""} @click=${actions.restore}>${t("restore_bundle")}</button>`
      }
    </div>
  </section>`;
}
