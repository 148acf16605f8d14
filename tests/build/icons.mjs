// Draws extension/icons/*.png from sparekey.svg with Chromium. Run by hand when the drawing changes; the PNGs are committed.
//   node tests/build/icons.mjs
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { launch } from "puppeteer-core";

const icons = path.resolve(import.meta.dirname, "../../extension/icons");
const svg = await readFile(path.join(icons, "sparekey.svg"), "utf8");
const browser = await launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage();
for (const size of [16, 32, 48, 128]) {
  await page.setViewport({ width: size, height: size });
  await page.setContent(`<style>html,body{margin:0;background:transparent}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`);
  await writeFile(path.join(icons, `${size}.png`), await page.screenshot({ omitBackground: true }));
}
await browser.close();
