/** Shows the newest short message at the edge of the page, with its action. */

import { html, nothing } from "lit";

import { View } from "../shared/element.js";
import { t } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { toasts } from "../shared/toast.js";

/** Long enough to read and reach an undo button; it stays while it is pointed at or focused. */
const SHOWN_MS = 8000;

export class ToastStack extends View {
  static properties = { current: { state: true } };

  constructor() {
    super();
    /** @type {import('../shared/toast.js').Toast | undefined} */
    this.current = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  connected() {
    toasts.addEventListener("toast", (event) => this.show(/** @type {CustomEvent} */ (event).detail), { signal: this.signal });
  }

  /** @param {import('../shared/toast.js').Toast} toast */
  show(toast) {
    this.current = toast;
    this.wait();
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.matches(":hover, :focus-within")) this.wait();
      else this.current = undefined;
    }, SHOWN_MS);
  }

  close() {
    clearTimeout(this.timer);
    this.current = undefined;
  }

  render() {
    const toast = this.current;
    return html`<div class="toast-area" role="status">
      ${
        toast
          ? html`<div class="toast">
            <span>${toast.text}</span>
            ${
              toast.action
                ? html`<button type="button" class="toast-action" @click=${() => {
                    this.close();
                    toast.run?.();
                  }}>${toast.action}</button>`
                : nothing
            }
            <button type="button" class="icon-button" aria-label=${t("close")} @click=${() => this.close()}>${icon("close")}</button>
          </div>`
          : nothing
      }
    </div>`;
  }
}

customElements.define("toast-stack", ToastStack);
