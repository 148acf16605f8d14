// A browser that an organisation manages: a real policy file where the browser looks for one.
import { execFile } from "node:child_process";
import { cp, mkdir, realpath, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { CHROME_ID, GECKO_ID, make_folder } from "./paths.mjs";

const run = promisify(execFile);

/** Where the browser looks, and how a policy for the extension is spelt there. */
const PLACES = {
  chromium: {
    folder: "/etc/chromium/policies/managed",
    file: "sparekey.json",
    text: (values) => ({ "3rdparty": { extensions: { [CHROME_ID]: values } } }),
  },
  firefox: {
    folder: "/usr/lib/firefox-esr/distribution",
    file: "policies.json",
    text: (values) => ({ policies: { "3rdparty": { Extensions: { [GECKO_ID]: values } } } }),
  },
};

/**
 * A program to start in place of `executable`, for which the policy folder holds `values`. Where the system lets us, it is
 * that for this one browser alone (a mount namespace); else the file is put there for as long as the test lasts.
 * Gives `null` where neither is allowed.
 */
export async function managed_browser(kind, executable, values) {
  const { folder, file, text } = PLACES[kind];
  const own = await make_folder(`${kind}-policy`);
  const put = (place, wanted) => writeFile(path.join(place, file), JSON.stringify(text(wanted)));
  const alone = process.getuid() === 0 && (await run("unshare", ["--mount", "true"]).then(() => true, () => false));
  if (!existsSync(folder)) await mkdir(folder, { recursive: true }).catch(() => {});
  if (alone && existsSync(folder)) {
    const shown = path.join(own, "policies");
    // The folder may be a link: what is shown must be a copy, or the real one is written.
    await cp(await realpath(folder), shown, { recursive: true, dereference: true });
    await put(shown, values);
    const program = path.join(own, "browser.sh");
    const script = `#!/bin/sh\nexec unshare --mount sh -c 'mount --bind "${shown}" "${folder}" && exec "${executable}" "$@"' sh "$@"\n`;
    await writeFile(program, script, { mode: 0o755 });
    return { executable: program, change: (wanted) => put(shown, wanted), end: () => rm(own, { recursive: true, force: true }) };
  }
  try {
    await put(folder, values);
  } catch {
    return null;
  }
  return { executable, change: (wanted) => put(folder, wanted), end: () => rm(path.join(folder, file), { force: true }) };
}
