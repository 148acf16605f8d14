/** A place to drop, paste or choose files. Tells `files` with them, and `pasted` with text. */

import { html, nothing } from "lit";

import { View } from "../shared/element.js";
import { icon } from "../shared/icons.js";

export class DropZone extends View {
  static properties = { label: {}, hint: {}, button: {}, accept: {}, multiple: { type: Boolean }, bare: { type: Boolean }, over: { state: true } };

  constructor() {
    super();
    this.label = "";
    this.hint = "";
    this.button = "";
    this.accept = "";
    this.multiple = false;
    /** Takes files that are dropped or pasted, and shows nothing. A text is no business of it. */
    this.bare = false;
    this.over = false;
  }

  connected() {
    const until = { signal: this.signal };
    // The whole page takes a drop: a miss must not make the browser open the file.
    addEventListener(
      "dragover",
      (event) => {
        if (this.leaves(event)) return;
        event.preventDefault();
        if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
        this.over = true;
      },
      until,
    );
    addEventListener(
      "dragleave",
      (event) => {
        if (!event.relatedTarget) this.over = false;
      },
      until,
    );
    addEventListener(
      "drop",
      (event) => {
        if (this.leaves(event)) return;
        event.preventDefault();
        this.over = false;
        this.take(event.dataTransfer);
      },
      until,
    );
    addEventListener(
      "paste",
      (event) => {
        if (isField(event.target) && !event.clipboardData?.files.length) return;
        this.take(event.clipboardData);
      },
      until,
    );
  }

  /**
   * Whether a text is dragged into a field beside this place, which has no use for it: the browser puts it there.
   * @param {DragEvent} event
   */
  leaves({ target, dataTransfer }) {
    return this.bare && isField(target) && !dataTransfer?.types.includes("Files");
  }

  /** @param {DataTransfer | null} data */
  take(data) {
    if (!data) return;
    const files = [...data.files];
    if (files.length) this.tell("files", files);
    else if (!this.bare && data.getData("text/plain")) this.tell("pasted", data.getData("text/plain"));
  }

  render() {
    if (this.bare) return nothing;
    return html`<div class="drop ${this.over ? "drop-over" : ""}">
      <span class="drop-icon">${icon("scan")}</span>
      <p class="drop-label">${this.label}</p>
      <p class="hint">${this.hint}</p>
      <label class="button">${this.button}<input class="visually-hidden" type="file" accept=${this.accept} ?multiple=${this.multiple}
        @change=${(/** @type {Event} */ event) => {
          const input = /** @type {HTMLInputElement} */ (event.target);
          if (input.files?.length) this.tell("files", [...input.files]);
          input.value = "";
        }}></label>
    </div>`;
  }
}

/** @param {EventTarget | null} target */
function isField(target) {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

customElements.define("drop-zone", DropZone);
