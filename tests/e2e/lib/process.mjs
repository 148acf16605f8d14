// Child processes and waiting.
import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
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

/** Does `work` while no other test process does the same: the browsers' tests run side by side. */
export async function one_at_a_time(name, work) {
  const lock = path.join(tmpdir(), `sparekey-${name}.lock`);
  const take = () => writeFile(lock, String(process.pid), { flag: "wx" }).then(() => true, () => false);
  while (!(await take())) {
    const holder = Number(await readFile(lock, "utf8").catch(() => "0"));
    if (holder && !is_alive(holder)) await rm(lock, { force: true });
    await sleep(100);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

function is_alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
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
