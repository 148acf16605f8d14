/** Somebody left who may have seen sheets or copied files. */

import { html } from "lit";

import { View } from "../shared/element.js";
import { t } from "../shared/i18n.js";
import "./void-sheets.js";

class PageLeft extends View {
  static properties = { status: { attribute: false } };

  constructor() {
    super();
    /** @type {import('../shared/protocol').Status} */
    this.status = /** @type {any} */ (undefined);
  }

  render() {
    return html`<header class="page-head"><h1>${t("left_title")}</h1></header>
      <p class="lead">${t("left_lead")} <a href="#/help/emergency">${t("learn_more")}</a></p>
      <void-sheets .status=${this.status}></void-sheets>`;
  }
}

customElements.define("page-left", PageLeft);
