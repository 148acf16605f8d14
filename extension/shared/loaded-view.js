/** A view of something in the vault: loaded when it enters the page, and again after each change of the vault. */

import { onChange } from "./changes.js";
import { View } from "./element.js";

export class LoadedView extends View {
  connected() {
    this.load();
    onChange(() => this.load(), this.signal);
  }

  /** Looks once more. What goes wrong is told as `failed`. */
  async load() {
    try {
      await this.look();
    } catch (error) {
      if (!this.signal.aborted) this.tell("failed", error);
    }
  }

  /**
   * Asks for what is shown.
   * @abstract
   */
  async look() {}
}
