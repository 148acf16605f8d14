/** How to make the right file in each app, step by step. */

import { html, nothing } from "lit";

import { t } from "../shared/i18n.js";
import { APPS } from "./import-apps.js";

/** These give no file: their accounts move one by one. */
const WITHOUT_FILE = new Set(["authy", "duo", "microsoft"]);

/** All of them, to look one up. */
export function howtoList() {
  return html`<section class="card" aria-labelledby="howto-title"><h2 id="howto-title">${t("import_howto_title")}</h2>
    <p class="hint">${t("import_howto_hint")} <a class="link" href="#/help/formats">${t("import_all_formats")}</a></p>
    <div class="howtos">${APPS.map(([key, name]) => html`<details><summary>${name}</summary>${steps(key)}</details>`)}</div>
  </section>`;
}

/**
 * The steps for the app of a family; `undefined` where we have none.
 * @param {string} family
 */
export function howtoFor(family) {
  const app = APPS.find(([, , families]) => families.includes(family));
  if (!app) return undefined;
  return html`<p><strong>${t("import_howto_app", app[1])}</strong></p>${steps(app[0])}`;
}

/** @param {string} key */
function steps(key) {
  return html`<ol class="steps">${t(`howto_${key}`)
    .split("\n")
    .map((step) => html`<li>${step}</li>`)}</ol>
    ${WITHOUT_FILE.has(key) ? html`<a class="button" href="#/move">${t("move_start")}</a>` : nothing}`;
}
