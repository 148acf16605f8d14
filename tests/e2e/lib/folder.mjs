// The browser's own windows around a folder, in Chromium: the chooser, and its question whether files there may be edited.
import { sleep, until } from "./process.mjs";

const CHOOSER = "^Select where this site can save changes$";

/** What the browser lets the extension do in the folder that it keeps: `granted`, `prompt`, or `none` without one. */
export const folder_permission = (session) =>
  session.background(async () => {
    const asked = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const opening = indexedDB.open("sparekey-folder", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("folder");
    const database = await asked(opening);
    const handle = await asked(database.transaction("folder").objectStore("folder").get("handle"));
    database.close();
    return handle ? handle.queryPermission({ mode: "readwrite" }) : "none";
  });

/** Chooses a folder in the chooser that a press has opened, by its path. */
export async function choose_folder(session, folder) {
  const { xdotool } = session.display;
  const shown = async () => (await xdotool("search", "--onlyvisible", "--name", CHOOSER).catch(() => "")).trim();
  const chooser = await until("the chooser", shown);
  await until("the chooser to have the keys", async () => {
    if ((await xdotool("getactivewindow")).trim() === chooser) return true;
    await xdotool("windowactivate", chooser);
    return false;
  });
  await xdotool("type", "--delay", "10", folder);
  // Not by Return: the question that follows takes its release for an answer, "Don't Allow".
  await until("the chooser to close", async () => {
    await xdotool("key", "alt+o");
    await sleep(300);
    return !(await shown());
  });
}

/** Answers the question whether the extension may edit files in the folder: yes. */
export async function allow_folder(session, page) {
  await until("the question", async () => !(await page.evaluate(() => document.hasFocus())));
  // Presses that come too soon are taken for a slip and ignored.
  await sleep(700);
  await session.display.xdotool("key", "Tab");
  await until("the folder to be allowed", async () => {
    await session.display.xdotool("key", "Return");
    await sleep(500);
    return (await folder_permission(session)) === "granted";
  });
}
