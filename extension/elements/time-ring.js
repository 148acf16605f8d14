/** How much of a code's life is left. Steps once a second; says nothing by itself to a screen reader. */

import { html } from "lit";

import { now, onSecond } from "../shared/clock.js";
import { View } from "../shared/element.js";
import { tn } from "../shared/i18n.js";

/** From here on the code is shown as ending: time to type six digits. */
const ENDING_SECONDS = 5;

export class TimeRing extends View {
  static properties = { until: { attribute: false }, period: { attribute: false }, left: { state: true } };

  constructor() {
    super();
    /** @type {number | null | undefined} */
    this.until = undefined;
    /** @type {number | null | undefined} */
    this.period = undefined;
    this.left = 0;
  }

  connected() {
    onSecond((instant) => this.measure(instant), this.signal);
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("until")) this.measure(now());
  }

  /** @param {number} instant */
  measure(instant) {
    this.left = Math.max(0, Math.ceil(((this.until ?? instant) - instant) / 1000));
  }

  render() {
    const share = this.period ? Math.min(100, (this.left / this.period) * 100) : 0;
    return html`<svg class="ring ${this.left <= ENDING_SECONDS ? "ring-ending" : ""}" viewBox="0 0 24 24"
        role="timer" aria-label=${tn("seconds_left", this.left)}>
        <circle class="ring-track" cx="12" cy="12" r="9"></circle>
        <circle class="ring-left" cx="12" cy="12" r="9" pathLength="100" transform="rotate(-90 12 12)"
          stroke-dasharray="${share} 100"></circle>
        <text class="ring-text" x="12" y="12" aria-hidden="true">${shortly(this.left)}</text>
      </svg>`;
  }
}

/**
 * What fits into the ring: a code of a day has 86,400 seconds.
 * @param {number} seconds
 */
function shortly(seconds) {
  if (seconds < 100) return `${seconds}`;
  return seconds < 100 * 60 ? `${Math.floor(seconds / 60)}m` : `${Math.floor(seconds / 3600)}h`;
}

customElements.define("time-ring", TimeRing);
