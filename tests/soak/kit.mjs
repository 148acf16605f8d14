// The recovery kit from file:// on every frozen file of format 1, in both browsers: what is in it, or why not.
import { rm } from "node:fs/promises";
import { KINDS, open_browser } from "../e2e/lib/browser.mjs";
import { fixtures, open_kit } from "../e2e/lib/kit.mjs";
import { make_folder } from "../e2e/lib/paths.mjs";

export async function run({ quick, log }) {
  const all = await fixtures();
  const chosen = quick ? all.slice(0, 3) : all;
  const figures = {};
  for (const kind of KINDS) figures[kind] = await check_all(kind, chosen, log);
  return figures;
}

async function check_all(kind, chosen, log) {
  const folder = await make_folder("kit");
  const session = await open_browser(kind, { headed: false });
  const wrong = [];
  const start = Date.now();
  try {
    const kit = await open_kit(session, folder);
    for (const fixture of chosen) await kit.check(fixture).catch((error) => wrong.push(error.message));
  } finally {
    await session.close();
    await rm(folder, { recursive: true, force: true });
  }
  const opened = chosen.filter(({ error }) => !error).length;
  log(`${kind}: ${opened} opened, ${chosen.length - opened} refused, ${wrong.length} otherwise`);
  if (wrong.length) throw new Error(wrong.join("\n"));
  return { opened, refused: chosen.length - opened, ms: Date.now() - start };
}
