/** What a file holds that cannot become an account: told before the import and after it, and saved as a text when wanted. */

import { html, nothing } from "lit";

import { coded, t, tn } from "../shared/i18n.js";
import { save } from "../shared/save.js";

/** @typedef {import('../shared/read-files.js').SkippedItem} SkippedItem */

/** @param {SkippedItem[]} items */
export function skippedList(items) {
  if (!items.length) return nothing;
  return html`<section class="card" aria-labelledby="skipped-title"><h2 id="skipped-title" tabindex="-1">${tn("import_skipped", items.length)}</h2>
    <ul class="skipped">${items.map((item) => html`<li>${item.what ? html`<strong>${item.what}</strong> ` : nothing}${why(item)}</li>`)}</ul>
    <div class="buttons"><button type="button" @click=${() => saveList(items)}>${t("import_skipped_save")}</button></div></section>`;
}

/**
 * One item in a line.
 * @param {SkippedItem} item
 */
export function skippedLine(item) {
  return item.what ? `${item.what}: ${why(item)}` : why(item);
}

/** @param {SkippedItem} item */
function why({ why: code }) {
  return coded("skipped", code) ?? coded("error", code, "") ?? t("skipped_unknown", code);
}

/**
 * Names and reasons, a line each: no secret is among them.
 * @param {SkippedItem[]} items
 */
function saveList(items) {
  save(t("import_skipped_file"), new TextEncoder().encode(`${items.map(skippedLine).join("\n")}\n`));
}
