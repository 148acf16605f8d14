/** One step at a time in a view that has `busy` and `problem`. */

import { errorText } from "./i18n.js";

/**
 * Runs a step unless one is under way: `busy` meanwhile, and what went wrong in `problem`, in words. Gives back whether it
 * went well.
 * @param {{ busy: boolean, problem: string, signal: AbortSignal }} view
 * @param {() => Promise<unknown>} act
 */
export async function step(view, act) {
  if (view.busy) return false;
  view.busy = true;
  view.problem = "";
  try {
    await act();
    return true;
  } catch (error) {
    if (!view.signal.aborted) view.problem = errorText(error);
    return false;
  } finally {
    view.busy = false;
  }
}
