/**
 * What is printed on a sheet, read from pictures or by the camera instead of typed: a button opens it. Tells `paper` with what is
 * of the kind that is wanted, each with the name of its picture; of any other QR code it says what it is and where it belongs.
 * Tells `paper-open` before it opens: who takes that (the popup, which a file dialog closes) has another place for it.
 */

import { html, nothing } from "lit";

import { View } from "../shared/element.js";
import { aside } from "../shared/heavy.js";
import { t } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { paperOf } from "../shared/paper.js";
import "./code-reader.js";

/** @typedef {{ text: string, from: string }} Read */
/** @typedef {EventTarget & { from: string, watching: unknown }} Reader */

/** What is said of a code that is not wanted here. */
const ELSEWHERE = /** @type {const} */ ({
  code: "paper_is_code",
  share: "paper_is_share",
  account: "paper_is_account",
  frame: "paper_is_frame",
  offline: "paper_is_offline",
  address: "paper_is_address",
  unknown: "paper_is_unknown",
});

let count = 0;

export class PaperReader extends View {
  static properties = { wants: {}, disabled: { type: Boolean }, open: { state: true }, problem: { state: true } };

  constructor() {
    super();
    this.number = ++count;
    /** @type {"code" | "share"} */
    this.wants = "code";
    this.disabled = false;
    this.open = false;
    this.problem = "";
    /** What was read since it was told last. @type {Read[]} */
    this.read = [];
    /** What was of no use here. @type {Set<string>} */
    this.useless = new Set();
    /** What the camera has seen: it sees the same many times a second. @type {Set<string>} */
    this.seen = new Set();
  }

  close() {
    this.open = false;
    this.problem = "";
    this.seen.clear();
  }

  turn() {
    if (this.open) return this.close();
    this.open = this.dispatchEvent(new CustomEvent("paper-open", { bubbles: true, cancelable: true }));
  }

  /**
   * The codes of one picture: where one is wanted, the others beside it do not matter.
   * @param {string[]} texts
   * @param {Reader} reader
   */
  take(texts, { from, watching }) {
    const all = texts.map((text) => text.trim()).filter((text) => !(watching && this.seen.has(text)));
    if (watching) for (const text of all) this.seen.add(text);
    const wanted = all.filter((text) => paperOf(text) === this.wants);
    this.read.push(...wanted.map((text) => ({ text, from })));
    const [other] = all;
    if (other !== undefined && !wanted.length) this.useless.add(named(from, t(ELSEWHERE[paperOf(other)])));
  }

  /** Everything that was given at once has been looked at. @param {Reader} reader */
  looked({ watching }) {
    const { read, useless } = this;
    if (watching && !read.length && !useless.size) return;
    [this.read, this.useless] = [[], new Set()];
    this.problem = [...useless].join("\n");
    if (read.length) this.tell("paper", read);
  }

  render() {
    const id = `paper-${this.number}`;
    const camera = aside && navigator.mediaDevices;
    return html`<button type="button" class="quiet paper-turn" aria-expanded=${this.open ? "true" : "false"} aria-controls=${id} ?disabled=${this.disabled} @click=${() => this.turn()}>
        ${icon("scan")}${t(camera ? "paper_by_camera" : "paper_by_picture")}</button>
      <div id=${id} class="paper" ?hidden=${!this.open}>${
        this.open
          ? html`<code-reader .label=${t(this.wants === "share" ? "paper_drop_shares" : "paper_drop_code")} .hint=${t("drop_picture_hint")} accept="image/*"
              @texts=${(/** @type {CustomEvent} */ event) => this.take(event.detail, /** @type {Reader} */ (event.target))}
              @raw=${(/** @type {CustomEvent} */ event) => this.useless.add(named(/** @type {Reader} */ (event.target).from, t("error_not_a_picture")))}
              @looked=${(/** @type {CustomEvent} */ event) => this.looked(/** @type {Reader} */ (event.target))}></code-reader>`
          : nothing
      }</div>
      <p class="field-error" role="alert">${this.problem}</p>`;
  }
}

/**
 * Words about a picture, where it has a name.
 * @param {string} from
 * @param {string} words
 */
export function named(from, words) {
  return from ? t("paper_from", from, words) : words;
}

customElements.define("paper-reader", PaperReader);
