/** One step at a time: what is being done, a way to stop it, and what went wrong. A controller of the element that does it. */

import { nothing } from "lit";

import { errorText, t } from "../shared/i18n.js";
import { errorBanner } from "./warnings.js";
import { working } from "./working.js";

export class Work {
  /** @param {import('../shared/element.js').View} view */
  constructor(view) {
    this.view = view;
    this.doing = "";
    this.problem = "";
    /** @type {AbortController | undefined} */
    this.stop = undefined;
  }

  get busy() {
    return !!this.stop;
  }

  /**
   * Does a step, unless one is being done. Its signal ends when the user stops it or the element leaves the page; what
   * fails after that is nobody's concern.
   * @param {(signal: AbortSignal) => Promise<unknown>} step
   * @param {{ doing?: string, fail?: (error: unknown) => void }} [more]
   * @returns {Promise<boolean>} whether it was done
   */
  async run(step, { doing = t("working"), fail = (error) => (this.problem = errorText(error)) } = {}) {
    if (this.stop) return false;
    const stop = new AbortController();
    this.stop = stop;
    this.doing = doing;
    this.problem = "";
    this.view.requestUpdate();
    const signal = AbortSignal.any([this.view.signal, stop.signal]);
    try {
      await step(signal);
      return true;
    } catch (error) {
      if (!signal.aborted) fail(error);
      return false;
    } finally {
      this.stop = undefined;
      this.view.requestUpdate();
      await this.view.updateComplete;
    }
  }

  /** @param {unknown} error */
  refuse(error) {
    this.say(errorText(error));
  }

  /** What went wrong, in words; nothing, when that is over. @param {string} problem */
  say(problem) {
    this.problem = problem;
    this.view.requestUpdate();
  }

  banner() {
    return errorBanner(this.problem);
  }

  progress() {
    return this.stop ? working(this.doing, () => this.stop?.abort()) : nothing;
  }
}
