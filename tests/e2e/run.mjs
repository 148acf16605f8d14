// `./build.sh run`: the demo site and a throw-away browser with the extension. With a display it is yours until you
// close it; without one the tour runs by itself.
//   node tests/e2e/run.mjs chromium|firefox
import { once } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { start_demo } from "../demo/server.mjs";
import { open_browser } from "./lib/browser.mjs";
import { CHROME_ID, make_folder } from "./lib/paths.mjs";
import { run } from "./lib/process.mjs";
import { tour } from "./tour.mjs";

const PORT = 8420;
const kind = process.argv[2] ?? "chromium";
const has_display = !!process.env.DISPLAY || !!process.env.WAYLAND_DISPLAY;
const demo = await start_demo({ port: PORT }).catch(() => start_demo());
console.log(`demo site: ${demo.url}`);

if (has_display) {
  const display = { name: process.env.DISPLAY, env: process.env, xdotool: (...args) => run("xdotool", args), async stop() {} };
  const profile = await make_folder(kind);
  if (kind === "chromium") await pin(profile);
  const session = await open_browser(kind, { headed: true, display, profile });
  const [tab] = await session.browser.pages();
  if (tab) await tab.goto(demo.url);
  else await session.page(demo.url);
  console.log(`${kind} is open with Sparekey in a throw-away profile; its button is in the toolbar. Close the browser to end.`);
  const stopped = once(process, "SIGINT");
  await Promise.race([once(session.browser, "disconnected"), stopped]);
  await session.close();
  await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
} else {
  console.log(`no display: ${kind} runs under a virtual one and signs in by itself`);
  const session = await open_browser(kind, { headed: true });
  try {
    await tour(session, demo, (text) => console.log(text));
    console.log("done: the main job works");
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  } finally {
    await session.close();
  }
}
await demo.stop();

/** Shows the extension's button, which Chromium otherwise keeps behind the puzzle piece. */
async function pin(profile) {
  await mkdir(path.join(profile, "Default"), { recursive: true });
  await writeFile(path.join(profile, "Default/Preferences"), JSON.stringify({ extensions: { pinned_extensions: [CHROME_ID] } }));
}
