/** The user documentation: the Markdown files of `help/`, as they are. */

import { html, nothing } from "lit";

import { errorBanner } from "../elements/warnings.js";
import { View } from "../shared/element.js";
import { t } from "../shared/i18n.js";
import { markdown } from "../shared/markdown.js";
import { packagedText } from "../shared/webext.js";

/** The files of `help/`, in reading order. */
export const TOPICS = [
  "first-steps",
  "recovery-bundle",
  "backup-folder",
  "recovery-kit",
  "readiness",
  "ways-in",
  "second-device",
  "no-backup",
  "formats",
  "emergency",
  "administrators",
  "limits",
];

class PageHelp extends View {
  static properties = { topic: {}, text: { state: true }, problem: { state: true } };

  constructor() {
    super();
    this.topic = "";
    this.text = "";
    this.problem = "";
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("topic")) this.load(TOPICS.includes(this.topic) ? this.topic : "first-steps");
  }

  /** @param {string} topic */
  async load(topic) {
    try {
      this.text = await packagedText(`help/${topic}.md`);
    } catch {
      this.problem = t("help_missing");
    }
  }

  render() {
    return html`<nav class="topics" aria-label=${t("help")}>${TOPICS.map(
      (topic) => html`<a href="#/help/${topic}"
        aria-current=${topic === (this.topic || "first-steps") ? "page" : "false"}>${t(`help_${topic.replaceAll("-", "_")}`)}</a>`,
    )}</nav>
      ${errorBanner(this.problem)}
      <article class="prose">${this.text ? markdown(this.text) : nothing}</article>`;
  }
}

customElements.define("page-help", PageHelp);
