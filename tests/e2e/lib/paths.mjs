// Where things lie.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

export const ROOT = path.resolve(import.meta.dirname, "../../..");
export const DIST = process.env.SPAREKEY_DIST ?? path.join(ROOT, "dist");
/** Screenshots and traces of the last run; not committed. */
export const OUT = path.join(ROOT, "tests/e2e/out");

const manifest = JSON.parse(readFileSync(path.join(ROOT, "manifest.json"), "utf8"));
/** The keys as xdotool spells them. */
export const KEYS = {
  open: manifest.commands._execute_action.suggested_key.default.toLowerCase(),
  fill: manifest.commands.fill.suggested_key.default.toLowerCase(),
};
export const GECKO_ID = manifest.browser_specific_settings.gecko.id;
/** What Chromium makes of the manifest's `key`: the first 128 bits of its digest, in the letters a to p. */
export const CHROME_ID = createHash("sha256")
  .update(Buffer.from(manifest.key, "base64"))
  .digest("hex")
  .slice(0, 32)
  .replace(/./g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)));
export const MANIFEST = manifest;

export async function out_file(name) {
  const file = path.join(OUT, name);
  await mkdir(path.dirname(file), { recursive: true });
  return file;
}

export const make_folder = (name) => mkdtemp(path.join(tmpdir(), `sparekey-${name}-`));

/** Every file under a profile folder with its bytes: what a thief of the disk would have. */
export async function* profile_files(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    const bytes = await readFile(file).catch(() => null);
    if (bytes) yield { file: path.relative(folder, file), bytes };
  }
}
