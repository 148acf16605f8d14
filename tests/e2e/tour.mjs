// The main job on the demo site, through the real interface, step by step: for `./build.sh run` without a display.
import { out_file } from "./lib/paths.mjs";
import { fill_from_popup, filled_code, make_vault, next_step, scan, sign_in_to, sign_up, submit } from "./lib/steps.mjs";

/**
 * Makes a vault, enrols by the QR code, signs in with one field and with six boxes. Throws where a step does not happen.
 * @param {(text: string) => void} say told what happened, and where the pictures are
 */
export async function tour(session, demo, say) {
  const name = "ada";
  const picture = async (what, view) => {
    const file = await out_file(`tour-${session.kind}-${what}.png`);
    if (view.screenshot.length === 1) await view.screenshot(file);
    else await view.screenshot({ path: file });
    say(`  picture: ${file}`);
  };

  const { view } = await make_vault(session);
  say("made a vault with a generated phrase of six words");
  await picture("dashboard", view);

  const page = await session.page(`${demo.url}/`);
  await sign_up(page, demo, name);
  const popup = await scan(session, page);
  say(`signed up as ${name}, scanned the QR code on the page, bound the account to ${new URL(demo.url).host}`);
  await picture("popup", popup);
  await popup.close();

  await fill_from_popup(session, page);
  await filled_code(page);
  await submit(page, "/account");
  say("filled the first code from the toolbar button: two-step sign-in is on");

  await next_step(demo, name);
  await sign_in_to(page, demo, name);
  await session.press_command(page, "fill");
  await filled_code(page);
  await picture("filled", page);
  await submit(page, "/account");
  say("signed out, signed in again: the code came by the keyboard");

  await next_step(demo, name);
  await sign_in_to(page, demo, name, "/boxes");
  await session.press_menu(page, ".boxes input");
  await filled_code(page);
  await picture("boxes", page);
  await submit(page, "/account");
  say("signed out, signed in again: six boxes filled from the context menu");
  await picture("signed-in", page);
}
