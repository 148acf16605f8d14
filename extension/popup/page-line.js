/** What the popup says of the page in front, and of a fill that did not happen. */

import { html, nothing } from "lit";

import { modal } from "../shared/arrows.js";
import { nameOf } from "../shared/format.js";
import { coded, t, tn } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";

/** @typedef {import('../shared/protocol').EntryView} EntryView */

/**
 * @param {import('../shared/protocol').PageView | undefined} page
 * @param {{ never: () => void, again: () => void }} actions
 */
export function pageLine(page, actions) {
  if (!page) return nothing;
  if (page.never) {
    return html`<p class="page-line">${icon("site")}<span>${t("never_here_now", page.site?.host ?? "")}</span>
      <button type="button" class="link use-again" @click=${actions.again}>${t("never_again_use")}</button></p>`;
  }
  if (page.resembles && !page.tenant) {
    return html`<div class="banner banner-error" role="alert">${icon("warn")}<div>
      <p><strong>${t("resembles", page.resembles)}</strong></p>
      <p>${t("resembles_text", page.site?.host ?? "", page.resembles)}</p></div></div>${siteDoubts(page)}`;
  }
  if (page.reason)
    return html`<p class="page-line">${icon("site")}<span>${coded("page", page.reason) ?? t("page_unknown")}</span></p>`;
  if (!page.site) return nothing;
  const host = page.site.host;
  return html`${siteDoubts(page)}<p class="page-line">${icon("site")}<span>${page.matches.length ? html`<strong>${host}</strong>` : t("page_unbound", host)}
    ${page.private ? html`<small>${t("private_window")}</small>` : nothing}</span>
    ${
      page.matches.length
        ? html`<kbd>${t("enter_fills")}</kbd>`
        : page.private || !page.suggested.length
          ? nothing
          : html`<button type="button" class="link never-here" @click=${actions.never}>${t("never_here")}</button>`
    }</p>`;
}

/**
 * What speaks against a code on this page: it goes in clear, or what is bound is another site of the same host.
 * @param {import('../shared/protocol').PageView | undefined} page
 */
export function siteDoubts(page) {
  if (!page?.site?.insecure && !page?.elsewhere) return nothing;
  return html`<div class="banner banner-warn doubts">${icon("warn")}<div>
    ${page.site?.insecure ? html`<p><strong>${t("page_insecure")}</strong></p>` : nothing}
    ${page.elsewhere ? html`<p>${t("page_elsewhere", page.elsewhere)}</p>` : nothing}</div></div>`;
}

/** Reasons that the user may know better than the detector: then the field that was clicked takes the code. */
const OVERRULED = new Set(["no-field", "ambiguous", "other-code", "settings", "length", "covered", "identity", "pin", "signup", "device-code", "delivery"]);

/**
 * @param {{ result: import('../shared/protocol').FillResult, entry: EntryView }} outcome
 * @param {{ copy: () => void, close: () => void, clicked: () => void, backup: () => void, keep: () => void }} actions
 */
export function fillOutcome({ result, entry }, { copy, close, clicked, backup, keep }) {
  if (result.result === "backup-code-field") return backupOutcome(entry, { close, backup, keep });
  return html`<div class="question outcome" role="alertdialog" aria-modal="true" aria-labelledby="outcome-text" @keydown=${modal(close)}>
    <p id="outcome-text">${coded("fill", result.result) ?? t("fill_unknown", result.result)}</p>
    <div class="buttons">
      <button type="button" @click=${copy}>${icon("copy")}${t("copy_code_of", nameOf(entry))}</button>
      <button type="button" @click=${close}>${t("close")}</button>
    </div>
    ${OVERRULED.has(result.result) ? html`<p class="hint">${t("clicked_hint")} <button type="button" class="link fill-clicked" @click=${clicked}>${t("fill_clicked")}</button></p>` : nothing}
  </div>`;
}

/**
 * The page asks for the site's own backup code: it is filled by a press of its own, from those kept with the account.
 * @param {EntryView} entry
 * @param {{ close: () => void, backup: () => void, keep: () => void }} actions
 */
function backupOutcome(entry, { close, backup, keep }) {
  const left = entry.backupCodes?.left ?? 0;
  return html`<div class="question outcome" role="alertdialog" aria-modal="true" aria-labelledby="outcome-text" @keydown=${modal(close)}>
    <p id="outcome-text">${t(left ? "fill_backup_code_field" : "backup_codes_missing", nameOf(entry))}</p>
    ${left && entry.backupCodes?.low ? html`<p class="warn-text">${t("codes_low")}</p>` : nothing}
    <div class="buttons">
      ${
        left
          ? html`<button type="button" class="primary fill-backup" @click=${backup}>${icon("fill")}${tn("code_fill_left", left)}</button>`
          : html`<button type="button" class="primary keep-codes" @click=${keep}>${t("codes_add")}</button>`
      }
      <button type="button" @click=${close}>${t("close")}</button>
    </div>
  </div>`;
}
