// The native tool, as an administrator runs it.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { ROOT } from "./paths.mjs";

const run = promisify(execFile);
const program = path.join(process.env.CARGO_TARGET_DIR ?? path.join(ROOT, "target"), "debug/sparekey");

/** Runs it in a folder. Gives its document, an `error` in it too. */
export async function sparekey(folder, ...words) {
  // The core's tests have built it; alone, this does.
  if (!existsSync(program)) await run("cargo", ["build", "--quiet", "--bin", "sparekey"], { cwd: ROOT });
  const { stdout } = await run(program, words, { cwd: folder }).catch((error) => error);
  return JSON.parse(stdout);
}
