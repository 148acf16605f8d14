/** A view that does one thing at a time, can be stopped, and says what went wrong. */

import { View } from "./element.js";
import { errorText } from "./i18n.js";

export class BusyView extends View {
  static properties = { busy: { state: true }, problem: { state: true } };

  constructor() {
    super();
    /** @type {AbortController | undefined} */
    this.busy = undefined;
    this.problem = "";
  }

  /**
   * Does one step, unless another is at work. `true` when it was done.
   * @param {(signal: AbortSignal) => Promise<unknown>} step
   */
  async run(step) {
    if (this.busy) return false;
    const busy = new AbortController();
    this.busy = busy;
    this.problem = "";
    const signal = AbortSignal.any([this.signal, busy.signal]);
    try {
      await step(signal);
      return true;
    } catch (error) {
      if (!signal.aborted) this.problem = errorText(error);
      return false;
    } finally {
      this.busy = undefined;
    }
  }
}
