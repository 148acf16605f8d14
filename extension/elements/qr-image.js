/** A QR code from rows of `0` and `1`, with its quiet zone, always dark on white. */

import { html } from "lit";

import { View } from "../shared/element.js";

/** ISO/IEC 18004: four modules of white on each side. */
const QUIET = 4;

export class QrImage extends View {
  static properties = { rows: { attribute: false }, label: {} };

  constructor() {
    super();
    /** @type {string[]} */
    this.rows = [];
    this.label = "";
  }

  render() {
    const side = this.rows.length + 2 * QUIET;
    return html`<svg class="qr" viewBox="0 0 ${side} ${side}" role="img" aria-label=${this.label} shape-rendering="crispEdges">
      <rect width="100%" height="100%" fill="#fff"></rect>
      <path fill="#000" d=${path(this.rows)}></path>
    </svg>`;
  }
}

/** @param {string[]} rows */
function path(rows) {
  let d = "";
  rows.forEach((row, y) => {
    for (const run of row.matchAll(/1+/g)) d += `M${run.index + QUIET} ${y + QUIET}h${run[0].length}v1h-${run[0].length}z`;
  });
  return d;
}

customElements.define("qr-image", QrImage);
