// The extension as it is after the user allowed downloads: no script can press the browser's own prompt. And a profile
// whose downloads go to a folder of ours, without a question.
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { open_browser } from "./browser.mjs";
import { DIST, make_folder } from "./paths.mjs";

const run = promisify(execFile);

/** Opens a browser whose user has allowed downloads, to `downloads`; with `asked`, one whose user will be asked. */
export async function open_with_downloads(kind, downloads, { asked = false, ...options } = {}) {
  const folder = { chromium: "chrome", firefox: "firefox" }[kind];
  const extension = await make_folder(`${kind}-extension`);
  await cp(path.join(DIST, folder), extension, { recursive: true });
  const file = path.join(extension, "manifest.json");
  const manifest = JSON.parse(await readFile(file, "utf8"));
  if (!asked) manifest.permissions.push("downloads");
  await writeFile(file, JSON.stringify(manifest));
  const profile = options.profile ?? (await make_folder(kind));
  if (kind === "chromium") {
    const preferences = { download: { default_directory: downloads, prompt_for_download: false } };
    await mkdir(path.join(profile, "Default"), { recursive: true });
    await writeFile(path.join(profile, "Default/Preferences"), JSON.stringify(preferences));
  }
  const settings = { "browser.download.dir": downloads, "browser.download.folderList": 2, "browser.download.useDownloadDir": true };
  return open_browser(kind, { headed: false, ...options, profile, extension, preferences: settings });
}

/**
 * From now on each download is cancelled as soon as it is there, as a user does in the browser's own list. Gives back what
 * ends it.
 */
export async function cancel_downloads(session) {
  if (session.kind === "firefox") {
    const list = `(({ Downloads }) => Downloads.getList(Downloads.ALL))(ChromeUtils.importESModule("resource://gre/modules/Downloads.sys.mjs"))`;
    await session.chrome(`(() => {
      const cancel = (download) => { if (!download.succeeded && !download.canceled) download.cancel(); };
      window.sparekeyCancel = { onDownloadAdded: cancel, onDownloadChanged: cancel };
      return ${list}.then((list) => list.addView(window.sparekeyCancel)).then(() => 1);
    })()`);
    return () => session.chrome(`${list}.then((list) => list.removeView(window.sparekeyCancel)).then(() => 1)`);
  }
  const cdp = await session.browser.target().createCDPSession();
  await cdp.send("Browser.setDownloadBehavior", { behavior: "deny" });
  return () => cdp.send("Browser.setDownloadBehavior", { behavior: "default" });
}

/** A disk that is full after `kilobytes`; `null` where nobody may mount one. */
export async function small_disk(folder, kilobytes) {
  try {
    await run("mount", ["-t", "tmpfs", "-o", `size=${kilobytes}k`, "tmpfs", folder]);
  } catch {
    return null;
  }
  return { remove: () => run("umount", ["--lazy", folder]) };
}
