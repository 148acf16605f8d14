// One face for both browsers with the extension loaded.
import { rm } from "node:fs/promises";
import { open_chromium } from "./chromium.mjs";
import { open_firefox } from "./firefox.mjs";
import { make_folder } from "./paths.mjs";

export const KINDS = ["chromium", "firefox"];

/**
 * Opens a browser with the extension from dist/.
 *
 * - `headed`: under an own virtual display with real keys and clicks; needed for `press_command` and `press_menu`,
 *   and in Firefox for `press_button`.
 * - `profile`: a folder that is kept; without it a throw-away one.
 * - `extension`: another folder than dist/KIND.
 *
 * What comes back, in both browsers:
 *
 * | | |
 * | --- | --- |
 * | `page(url)` | a tab, in front |
 * | `extension_page(path)` | a page of the extension in a tab |
 * | `press_button(page)` | the real toolbar button; gives a popup |
 * | `press_command(page, name)` | the real keys of `fill` or `open` |
 * | `press_menu(page, selector)` | right click there, then the extension's entry of the context menu |
 * | `popup()` | the popup that is open now, or waits for it |
 * | `background(fn, ...args)` | runs `fn` in the background |
 * | `stop_background()` | stops the background as an idle browser does; the next message starts it anew |
 * | `kill()` | SIGKILL to the whole browser |
 * | `close()` | closes it, removes a throw-away profile |
 *
 * A popup, and `view_of` a tab, has `evaluate((window, ...args) => ..., ...args)`, `shown(selector)`, `press(selector)`,
 * `enter(selector, text)`, `text_of(selector)`, `key(name)`, `screenshot(file)`, `is_open()`, `close()`.
 */
export async function open_browser(kind, options = {}) {
  const own_profile = options.profile === undefined;
  const profile = options.profile ?? (await make_folder(kind));
  const open = { chromium: open_chromium, firefox: open_firefox }[kind];
  if (!open) throw new Error(`no such browser: ${kind}`);
  const session = await open({ ...options, profile });
  const { close } = session;
  session.close = async () => {
    await close();
    if (own_profile) await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  return session;
}
