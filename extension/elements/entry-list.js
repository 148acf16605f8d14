/**
 * Entries with their live codes. Arrow keys move between them, Ctrl+C copies, typing goes back to the search field.
 * Tells `entry-press` (the row's main action), `entry-copy`, `entry-fill`, `entry-open` and `entry-next` (HOTP), each
 * with the entry.
 */

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { neighbour } from "../shared/arrows.js";
import { View } from "../shared/element.js";
import { nameOf } from "../shared/format.js";
import { t } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { badge } from "./badge.js";
import "./otp-code.js";
import "./time-ring.js";

/** @typedef {import('../shared/protocol').EntryView} EntryView */
/** @typedef {import('../shared/protocol').CodeView} CodeView */

export class EntryList extends View {
  static properties = {
    entries: { attribute: false },
    codes: { attribute: false },
    showNext: { attribute: false },
    veiled: { attribute: false },
    fillable: { attribute: false },
    press: { attribute: false },
    label: {},
  };

  constructor() {
    super();
    /** @type {EntryView[]} */
    this.entries = [];
    /** @type {Map<string, CodeView>} */
    this.codes = new Map();
    this.showNext = false;
    this.veiled = false;
    /** Offer to fill into the page in front. */
    this.fillable = false;
    /** @type {'copy' | 'fill'} What a press on the row does. */
    this.press = "copy";
    this.label = "";
  }

  connected() {
    this.addEventListener("keydown", (event) => this.move(event), { signal: this.signal });
  }

  /** Focuses the first row. */
  enter() {
    this.rows()[0]?.focus();
  }

  rows() {
    return /** @type {HTMLElement[]} */ ([...this.querySelectorAll(".row-main")]);
  }

  /** @param {KeyboardEvent} event */
  move(event) {
    const row = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest(".row"));
    const main = row?.querySelector(".row-main");
    if (!(main instanceof HTMLElement)) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "c" && getSelection()?.isCollapsed !== false) {
      const entry = this.entries.find((each) => each.id === row?.dataset.id);
      if (entry) this.tell("entry-copy", entry);
      return;
    }
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const rows = this.rows();
    const to = neighbour(rows, main, event.key);
    if (to) to.focus();
    else if (event.key === "ArrowUp") this.tell("entry-leave");
    else return;
    event.preventDefault();
  }

  render() {
    return html`<ul class="rows" aria-label=${this.label || t("accounts")}>
      ${repeat(
        this.entries,
        (entry) => entry.id,
        (entry) => this.row(entry),
      )}
    </ul>`;
  }

  /** @param {EntryView} entry */
  row(entry) {
    const code = this.codes.get(entry.id);
    const counted = entry.period == null;
    return html`<li class="row" data-id=${entry.id}>
      <button class="row-main" type="button" title=${t(this.press === "fill" ? "fill_code" : "copy_code")}
        @click=${() => this.tell("entry-press", entry)}>
        ${badge(entry)}
        <span class="names" title=${nameOf(entry)}>
          <span class="issuer">${entry.issuer || entry.account || "—"}
            ${entry.pinned ? html`<span class="mark" title=${t("pinned")}>${icon("pin")}</span>` : nothing}
          </span>
          <span class="account">${entry.emergency != null ? html`<span class="mark mark-warn" title=${t("emergency_mark_title")}>${t("emergency_mark")}</span>` : nothing} ${entry.unverified ? html`<span class="mark mark-warn" title=${t("unverified")}>${t("unverified_short")}</span>` : nothing} ${entry.issuer ? entry.account : ""}</span>
        </span>
        ${
          code
            ? html`<otp-code .code=${code.code} .next=${this.showNext ? code.next : undefined} .veiled=${this.veiled}></otp-code>`
            : nothing
        }
        ${code?.until != null ? html`<time-ring .until=${code.until} .period=${code.period}></time-ring>` : nothing}
      </button>
      <span class="row-actions">
        ${
          counted
            ? html`<button class="quiet" type="button" @click=${() => this.tell("entry-next", entry)}
              aria-label=${t("next_code_of", nameOf(entry))}>${icon("again")}<span>${t("next_code")}</span></button>`
            : nothing
        }
        ${
          this.fillable && this.press !== "fill"
            ? action("fill", t("fill_code_of", nameOf(entry)), () => this.tell("entry-fill", entry))
            : nothing
        }
        ${
          code && this.press !== "copy"
            ? action("copy", t("copy_code_of", nameOf(entry)), () => this.tell("entry-copy", entry))
            : nothing
        }
        ${action("more", t("open_entry", nameOf(entry)), () => this.tell("entry-open", entry))}
      </span>
    </li>`;
  }
}

/**
 * @param {import('../shared/icons.js').Icon} name
 * @param {string} label
 * @param {() => void} run
 */
function action(name, label, run) {
  return html`<button class="icon-button" type="button" aria-label=${label} title=${label} @click=${run}>${icon(name)}</button>`;
}

customElements.define("entry-list", EntryList);
