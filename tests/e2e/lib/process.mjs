// Child processes and waiting.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Runs a command and gives back what it printed. Throws with its error output. */
export async function run(command, args, options = {}) {
  const { stdout } = await promisify(execFile)(command, args, options);
  return stdout;
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Polls until `check` gives something truthy, and gives that back. A throw counts as "not yet". */
export async function until(what, check, { timeout = 10_000, every = 50 } = {}) {
  const end = Date.now() + timeout;
  let last;
  for (;;) {
    try {
      const value = await check();
      if (value) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`waited ${timeout} ms for ${what}`, { cause: last });
    await sleep(every);
  }
}

/** Ends a process group at once; that it has ended already is fine. */
export function kill_group(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Gone already.
  }
}

/** Closes a browser in the orderly way, and by force when that takes too long. */
export async function close_browser(browser, { timeout = 10_000 } = {}) {
  const child = browser.process();
  const timer = setTimeout(() => kill_group(child.pid), timeout);
  await browser.close().catch(() => {});
  clearTimeout(timer);
  kill_group(child.pid);
}
