/** How long something has been running, a second at a time: what takes minutes is seen to be alive. */

import { html, nothing } from "lit";

import { View } from "../shared/element.js";
import { t } from "../shared/i18n.js";

/** Before this many seconds nobody wonders. */
const SILENT = 3;

class ElapsedTime extends View {
  static properties = { seconds: { state: true } };

  constructor() {
    super();
    this.seconds = 0;
  }

  connected() {
    const start = performance.now();
    const timer = setInterval(() => (this.seconds = Math.floor((performance.now() - start) / 1000)), 1000);
    this.signal.addEventListener("abort", () => clearInterval(timer));
  }

  render() {
    if (this.seconds < SILENT) return nothing;
    // A screen reader is not told every second.
    return html`<span class="hint" aria-live="off">${t("elapsed", Math.floor(this.seconds / 60), String(this.seconds % 60).padStart(2, "0"))}</span>`;
  }
}

customElements.define("elapsed-time", ElapsedTime);
