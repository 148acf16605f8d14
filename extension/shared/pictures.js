/** Pictures to pixels, and pixels to the texts of their QR codes. */

import { AskError } from "./ask.js";
import { fromBase64 } from "./bytes.js";
import { heavy } from "./heavy.js";

/** A side longer than this is scaled down: 4096 px keep a 2 px module of the largest QR code readable on a wide scan. */
const LONGEST_SIDE = 4096;

/**
 * The texts of all QR codes in a picture.
 * @param {Blob} picture
 * @param {AbortSignal} signal
 */
export async function readPicture(picture, signal) {
  const { data, width, height } = await pixels(picture);
  return await heavy(signal, "readQr", [data, width, height], [data.buffer]);
}

/**
 * A `data:` URL's bytes. Not by `fetch`: our own content security policy forbids it.
 * @param {string} url
 */
export function fromDataUrl(url) {
  const comma = url.indexOf(",");
  const type = url.slice("data:".length, comma).split(";")[0];
  return new Blob([fromBase64(url.slice(comma + 1))], { type });
}

/** @param {Blob} picture */
async function pixels(picture) {
  const source = await decode(picture);
  const scale = Math.min(1, LONGEST_SIDE / Math.max(source.width, source.height, 1));
  const width = Math.max(1, Math.round(source.width * scale));
  const height = Math.max(1, Math.round(source.height * scale));
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) throw new AskError({ code: "not-a-picture" });
  // Transparent pictures are meant to lie on white paper.
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.drawImage(source, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

/** @param {Blob} picture */
async function decode(picture) {
  try {
    return await createImageBitmap(picture);
  } catch {
    return await decodeByElement(picture);
  }
}

/**
 * SVG files, which `createImageBitmap` refuses. An image element runs no script of theirs and loads nothing.
 * @param {Blob} picture
 */
async function decodeByElement(picture) {
  const url = URL.createObjectURL(picture);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    // An SVG without a size of its own is drawn large enough to read.
    if (!image.width || !image.height) image.width = image.height = 1024;
    return image;
  } catch {
    throw new AskError({ code: "not-a-picture" });
  } finally {
    URL.revokeObjectURL(url);
  }
}
