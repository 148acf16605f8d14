/** The base of our elements: light DOM, so that labels and descriptions reach across, and one signal for teardown. */

import { LitElement } from "lit";

export class View extends LitElement {
  constructor() {
    super();
    this.teardown = new AbortController();
  }

  /** Aborted when the element leaves the page. */
  get signal() {
    return this.teardown.signal;
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    if (this.signal.aborted) this.teardown = new AbortController();
    super.connectedCallback();
    this.connected();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.teardown.abort();
  }

  /** Called each time the element enters the page. */
  connected() {}

  /**
   * Tells the elements around this one.
   * @param {string} name
   * @param {unknown} [detail]
   */
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }

  /**
   * Focuses the first match once it is rendered; what a later selector finds only where an earlier one finds nothing.
   * @param {string[]} selectors
   */
  async focusOn(...selectors) {
    await this.updateComplete;
    const target = selectors.map((selector) => this.querySelector(selector)).find(Boolean);
    if (target instanceof HTMLElement) target.focus();
  }
}
