/** Ends a temporary pass from within the session that it opened: asked twice, because nothing brings it back. */

import { html } from "lit";

import { ask } from "../shared/ask.js";
import { View } from "../shared/element.js";
import { t } from "../shared/i18n.js";
import { Work } from "./work.js";

class EndPass extends View {
  static properties = { sure: { state: true } };

  constructor() {
    super();
    this.sure = false;
    this.work = new Work(this);
  }

  async press() {
    if (!this.sure) {
      this.sure = true;
      return;
    }
    await this.work.run(() => ask({ type: "end-pass" }));
    this.sure = false;
  }

  render() {
    return html`${this.work.banner()}<button type="button" class=${this.sure ? "danger" : "link"} ?disabled=${this.work.busy}
      @click=${() => this.press()}>${t(this.sure ? "session_pass_end_sure" : "session_pass_end")}</button>`;
  }
}

customElements.define("end-pass", EndPass);
