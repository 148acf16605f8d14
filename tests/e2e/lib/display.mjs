// A private X display with a window manager, for tests that press real keys and buttons.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { run, sleep, until } from "./process.mjs";

/** The size of the virtual screen. */
export const SCREEN = { width: 1280, height: 900 };

/** @returns {Promise<{ name: string, env: NodeJS.ProcessEnv, xdotool(...args: string[]): Promise<string>, stop(): Promise<void> }>} */
export async function start_display() {
  // -displayfd: the server picks a free number itself and tells it.
  const screen = `${SCREEN.width}x${SCREEN.height}x24`;
  const server = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", screen, "-nolisten", "tcp", "-noreset"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const name = await new Promise((resolve, reject) => {
    let text = "";
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`Xvfb ended with ${code}`)));
    server.stdio[3].on("data", (chunk) => {
      text += chunk;
      if (text.includes("\n")) resolve(`:${text.trim()}`);
    });
  });
  const env = { ...process.env, DISPLAY: name };
  const manager = spawn("openbox", ["--sm-disable"], { env, stdio: "ignore" });
  manager.once("error", () => {});
  const xdotool = (...args) => run("xdotool", args, { env });
  return {
    name,
    env,
    xdotool,
    async stop() {
      for (const child of [manager, server]) {
        if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) continue;
        const ended = once(child, "exit");
        child.kill();
        await ended;
      }
    },
  };
}

/** Brings a tab and its window to the front, so that the next key goes there. */
export async function focus(display, page, window_class) {
  if (!display) throw new Error("real keys need { headed: true }");
  await page.bringToFront();
  const lines = async (...args) => (await display.xdotool(...args)).trim().split("\n");
  const windows = await until("the window", () => lines("search", "--onlyvisible", "--class", window_class));
  // Activating a window that is active already would wait for a change that never comes.
  const [active] = await lines("getactivewindow").catch(() => []);
  if (!windows.includes(active)) await display.xdotool("windowactivate", "--sync", windows[0]);
  if (window_class === "chromium" && windows.length > 1) await to_tab(display, page, windows);
  await sleep(200);
}

/** Of several windows, the one that this tab is in. (A page of Firefox has no focus while the address field has it.) */
async function to_tab(display, page, windows) {
  let next = 0;
  await until("the tab's window to be the active one", async () => {
    for (let tries = 0; tries < 10; tries += 1) {
      if (await page.evaluate(() => document.hasFocus())) return true;
      await sleep(100);
    }
    await display.xdotool("windowactivate", windows[next++ % windows.length]);
    return false;
  });
}
