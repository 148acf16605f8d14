// What a QR code on the screen says to a reader that is not ours.
import { PNG } from "pngjs";
import { decodeQR } from "qr/decode.js";

/** @param {import("puppeteer-core").ElementHandle} element the code with the white around it */
export async function read_qr(element) {
  const { width, height, data } = PNG.sync.read(Buffer.from(await element.screenshot()));
  return decodeQR({ width, height, data }, { timeLimit: 5_000 });
}
