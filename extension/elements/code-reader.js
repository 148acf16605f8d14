/**
 * A place that takes QR codes and files: dropped, pasted, chosen, or seen by the camera. Tells `texts` with the texts of codes
 * or of the clipboard, and `raw` with the bytes of anything else; both with the file's name in {@link CodeReader#from}. Tells
 * `looked` when all that was given at once has been told.
 */

import { html, nothing } from "lit";

import { bytesOf } from "../shared/bytes.js";
import { View } from "../shared/element.js";
import { aside, Helper } from "../shared/heavy.js";
import { t } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { readPicture } from "../shared/pictures.js";
import "./drop-zone.js";
import { Work } from "./work.js";

/** Enough for a code of a screen held before the camera, and no more work than a laptop has time for. */
const CAMERA = { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: "environment" };

export class CodeReader extends View {
  static properties = { label: {}, hint: {}, accept: {}, watching: { state: true } };

  constructor() {
    super();
    this.label = "";
    this.hint = "";
    this.accept = "";
    /** Which file is told of; empty: none has a name. */
    this.from = "";
    /** The camera is on. @type {AbortController | undefined} */
    this.watching = undefined;
    this.work = new Work(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.stop();
  }

  /** @param {File[]} files */
  async files(files) {
    await this.work.run(async (signal) => {
      for (const file of files) {
        if (!file.type.startsWith("image/")) {
          const bytes = await bytesOf(file);
          this.from = file.name;
          this.tell("raw", bytes);
          continue;
        }
        const texts = await readPicture(file, signal);
        this.from = file.name;
        if (texts.length) this.tell("texts", texts);
        else this.work.say(t("no_qr_in_files", file.name));
      }
    });
    this.from = "";
    this.tell("looked");
  }

  /** @param {string[]} texts */
  see(texts) {
    this.tell("texts", texts);
    this.tell("looked");
  }

  async watch() {
    this.work.say("");
    const watching = new AbortController();
    const signal = AbortSignal.any([this.signal, watching.signal]);
    /** @type {MediaStream} */
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: CAMERA });
    } catch (error) {
      this.work.say(t(error instanceof DOMException && error.name === "NotAllowedError" ? "camera_refused" : "camera_none"));
      return;
    }
    signal.addEventListener("abort", () => stream.getTracks().forEach((track) => track.stop()));
    this.watching = watching;
    await this.updateComplete;
    const video = this.querySelector("video");
    if (!video || signal.aborted) return this.stop();
    video.srcObject = stream;
    try {
      await video.play();
      await this.look(video, signal);
    } catch {
      if (!signal.aborted) this.work.say(t("camera_none"));
    }
    this.stop();
  }

  /**
   * Reads picture after picture until it is stopped.
   * @param {HTMLVideoElement} video
   * @param {AbortSignal} signal
   */
  async look(video, signal) {
    const helper = new Helper(signal);
    const canvas = new OffscreenCanvas(1, 1);
    while (!signal.aborted) {
      await new Promise((next) => setTimeout(next, 60));
      if (!video.videoWidth) continue;
      [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
      const context = canvas.getContext("2d", { willReadFrequently: true });
      if (!context) return;
      context.drawImage(video, 0, 0);
      const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
      const texts = await helper.run("readQr", [data, width, height], [data.buffer]);
      if (texts.length) this.see(texts);
    }
  }

  stop() {
    this.watching?.abort();
    this.watching = undefined;
  }

  render() {
    return html`<drop-zone .label=${this.label} .hint=${this.hint} .button=${t("choose_files")} .accept=${this.accept} multiple
        @files=${(/** @type {CustomEvent} */ event) => this.files(event.detail)}
        @pasted=${(/** @type {CustomEvent} */ event) => this.see([event.detail])}></drop-zone>
      ${this.work.banner()}
      ${
        this.watching
          ? html`<div class="camera"><video muted playsinline aria-label=${t("camera_picture")}></video>
            <button type="button" @click=${() => this.stop()}>${t("camera_stop")}</button></div>`
          : aside && navigator.mediaDevices
            ? html`<button type="button" class="camera-start" @click=${() => this.watch()}>${icon("scan")}${t("camera_use")}</button>`
            : nothing
      }`;
  }
}

customElements.define("code-reader", CodeReader);
