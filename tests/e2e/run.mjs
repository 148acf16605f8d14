// `./build.sh run`: the demo site and a throw-away browser with the extension. With a display it is yours until you
// close it; without one the tour runs by itself.
//   node tests/e2e/run.mjs chromium|firefox
import { once } from "node:events";
import { start_demo } from "../demo/server.mjs";
import { open_browser } from "./lib/browser.mjs";
import { run } from "./lib/process.mjs";
import { tour } from "./tour.mjs";

const PORT = 8420;
const kind = process.argv[2] ?? "chromium";
const has_display = !!process.env.DISPLAY || !!process.env.WAYLAND_DISPLAY;
const demo = await start_demo({ port: PORT }).catch(() => start_demo());
console.log(`demo site: ${demo.url}`);

if (has_display) {
  const display = { name: process.env.DISPLAY, env: process.env, xdotool: (...args) => run("xdotool", args), async stop() {} };
  const session = await open_browser(kind, { headed: true, display });
  await session.page(demo.url);
  console.log(`${kind} is open with Sparekey in a throw-away profile; close it to end.`);
  await once(session.browser, "disconnected");
  await session.close();
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
