/** A sheet of recovery codes, as it is shown and printed: one page, each code with its QR. */

import { html } from "lit";

import "../elements/qr-image.js";
import { t, when } from "../shared/i18n.js";

/** @typedef {Extract<import('../shared/protocol').Reply, { type: 'recovery-codes' }>} Sheet */

/** @param {Sheet} sheet */
export function vaultWords(sheet) {
  return {
    title: t("codes_sheet_title"),
    of: t("codes_sheet_of", sheet.vault, when(sheet.made)),
    use: [t("codes_sheet_use"), sheet.pair ? t("codes_sheet_pair") : ""].filter(Boolean).join(" "),
    away: t(sheet.pair ? "codes_sheet_away_pair" : "codes_sheet_away"),
  };
}

/** @param {Sheet} sheet */
export function emergencyWords(sheet) {
  return {
    title: t("glass_codes_title"),
    of: t("glass_sheet_of", sheet.vault, when(sheet.made)),
    use: t("glass_codes_use"),
    away: t("glass_sheet_away"),
  };
}

/**
 * @param {Sheet} sheet
 * @param {ReturnType<typeof vaultWords>} words
 */
export function codesSheet(sheet, words) {
  const more = sheet.codes.length > 10;
  return html`<div class="sheet ${more ? "sheet-dense" : ""}">
    <header><img src="../icons/sparekey.svg" alt="" width="28" height="28"><div><h3>${words.title}</h3><p>${words.of}</p></div></header>
    <p>${words.use}</p>
    <ol class="sheet-codes" aria-label=${t("recovery_codes")}>${sheet.codes.map(
      ({ number, code, qr }) => html`<li><span class="sheet-number">${number}</span>
        <qr-image .rows=${qr} .label=${t("codes_qr_of", number)}></qr-image>
        <span class="mono sheet-code">${halves(code).map((half) => html`<span>${half}</span>`)}</span><span class="sheet-used" aria-hidden="true">☐</span></li>`,
    )}</ol>
    <p>${words.away}</p>
    <p class="sheet-place">${t("sheet_place")}</p>
  </div>`;
}

/**
 * The groups of a code in two lines of three.
 * @param {string} code
 */
function halves(code) {
  const groups = code.split("-");
  return [groups.slice(0, 3).join("-"), groups.slice(3).join("-")];
}
