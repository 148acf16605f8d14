// What a user does, step by step, through the real interface. The only place that knows its selectors.
import { sleep, until } from "./process.mjs";
import { view_of } from "./view.mjs";

/** Makes a vault in the dashboard with a generated phrase or with `password`. Gives back the password. */
export async function make_vault(session, password) {
  const view = view_of(await session.extension_page("dashboard/dashboard.html"));
  await view.press("page-welcome .primary, state-screen .primary");
  let secret = password;
  if (password) {
    await view.shown("new-password .phrase li");
    await view.press("new-password button.link");
    await view.shown("new-password password-field");
    await fill_in(view, "new-password password-field:nth-of-type(1) input", password);
    await fill_in(view, "new-password password-field:nth-of-type(2) input", password);
  } else {
    await view.shown("new-password .phrase li");
    secret = await view.evaluate((window) => [...window.document.querySelectorAll(".phrase li")].map((word) => word.textContent.trim()).join(" "));
    await view.press("new-password .primary");
    await fill_in(view, "new-password password-field input", secret);
  }
  await view.press("page-welcome button[type=submit]");
  await view.shown("nav", { timeout: 60_000 });
  return { password: secret, view };
}

/** Opens a locked vault in a popup or in the dashboard. */
export async function unlock(view, password) {
  await fill_in(view, "unlock-form input", password);
  await view.press("unlock-form button[type=submit]");
  await until("the vault to open", async () => !(await view.evaluate((window) => !!window.document.querySelector("unlock-form"))), { timeout: 60_000 });
}

/** Shows what somebody holds where a way in is asked for, and submits it: a code that goes with a password asks for that then. */
export async function show_way(view, way, { password, code, shares }) {
  const choose = (field, words) =>
    until(field, () => view.evaluate((window, at, text) => {
      if (window.document.querySelector(`way-entry ${at}`)) return true;
      [...window.document.querySelectorAll("way-entry button.link")].find((link) => link.innerText.trim() === text)?.click();
      return false;
    }, field, words));
  const submit = () => view.press("form button[type=submit]");
  if (way === "shares") {
    await choose("share-entry", "Use shares");
    for (const words of shares) {
      await fill_in(view, "share-entry textarea", words);
      await view.press("share-entry .share-add");
      await until("the share to be taken", async () => (await view.evaluate((window) => window.document.querySelector("share-entry textarea").value)) === "");
    }
    return await submit();
  }
  if (way === "password") {
    await choose("password-field", "Use the password");
    await fill_in(view, "way-entry password-field input", password);
    return await submit();
  }
  await choose("code-field", "Use a recovery code or a pass");
  await fill_in(view, "way-entry code-field input", code);
  if (way === "pair") {
    if (!(await view.evaluate((window) => !!window.document.querySelector("way-entry password-field")))) await submit();
    await fill_in(view, "way-entry password-field input", password);
  }
  await submit();
}

/** Scans the page in front through the toolbar button and adds what is found, bound to the page's site. */
export async function scan(session, page, { bind = true } = {}) {
  const popup = await session.press_button(page);
  await popup.press("popup-codes .bar .icon-button");
  await popup.shown("found-accounts .primary");
  if (bind) {
    await popup.shown("found-accounts label.check input");
    const ticked = await popup.evaluate((window) => window.document.querySelector("found-accounts label.check input").checked);
    if (!ticked) await popup.press("found-accounts label.check input");
  }
  await popup.press("found-accounts .primary");
  await popup.shown("popup-codes .row otp-code");
  return popup;
}

/** Where the page in front shows no QR code: finds its key as text and adds the account, bound to the page's site. */
export async function find_key(session, page) {
  const popup = await session.press_button(page);
  await popup.press("popup-codes .bar .icon-button");
  await popup.press("popup-scan .find-text");
  await popup.press("found-accounts label.check input");
  await popup.press("found-accounts .primary");
  await popup.shown("popup-codes .row otp-code");
  return popup;
}

/** Fills from the popup: the account that is bound to the page. The popup closes when it is done; asked whether to fill by itself from now on, the answer is no. */
export async function fill_from_popup(session, page) {
  const popup = await session.press_button(page);
  await popup.press(".on-page .row-main");
  try {
    await until("the popup to close", async () => {
      if (!(await popup.is_open())) return true;
      await popup.evaluate((window) => window.document.querySelector("popup-offer .decline:not(:disabled)")?.click()).catch(() => {});
      return false;
    });
  } catch (error) {
    throw new Error(`nothing was filled; the popup says: ${await popup.text_of("body")}`, { cause: error });
  }
}

/** Waits until the fields hold a whole code, and gives it back. */
export const filled_code = (page, selector = "input[autocomplete=one-time-code], .boxes input") =>
  until("the code in the field", async () => {
    const code = await page.$$eval(selector, (fields) => fields.map((field) => field.value).join(""));
    return /^\d{6}$/.test(code) ? code : null;
  });

/** On the demo site: a new user on the page that shows the QR code. */
export async function sign_up(page, demo, name, { picture = "svg" } = {}) {
  await page.goto(`${demo.url}/sign-up`);
  await page.type("input[name=name]", name);
  await page.type("input[name=password]", "a password of the site");
  await submit(page, "/enrol");
  await page.goto(`${demo.url}/enrol?as=${picture}`);
}

/** On the demo site: out, and with name and password to the second step. */
export async function sign_in_to(page, demo, name, step = "/code") {
  await page.goto(`${demo.url}/account`);
  if (await page.$("form[action='/sign-out']")) await submit(page, "/");
  await page.goto(`${demo.url}/sign-in?next=${step}`);
  await page.type("input[name=name]", name);
  await page.type("input[name=password]", "a password of the site");
  await submit(page, step);
}

/** Presses the page's button and waits for the address that follows. */
export async function submit(page, path) {
  await page.click("form button");
  await until(path, () => page.evaluate((wanted) => location.pathname === wanted && document.readyState === "complete", path));
}

/** A code works once on the demo site: waits for the time step after the one of the last sign-in. */
export async function next_step(demo, name) {
  const user = demo.users.get(name);
  await until("the next code", () => Math.floor(Date.now() / 30_000) > user.last_step, { timeout: 35_000, every: 250 });
  await sleep(300);
}

/** Puts text into a field in one go and tells the page, for passwords: typing sixty characters proves nothing more. */
export async function fill_in(view, selector, text) {
  await view.shown(selector);
  await view.evaluate((window, at, value) => {
    const field = window.document.querySelector(at);
    field.focus();
    field.value = value;
    field.dispatchEvent(new window.InputEvent("input", { bubbles: true }));
  }, selector, text);
}

/** Makes a bundle with its own password in the dashboard. Gives back `{ name, base64 }` as the page would save it. */
export async function export_bundle(session, password) {
  const view = view_of(await session.extension_page("dashboard/dashboard.html#/recovery"));
  await view.press("page-recovery fieldset label:nth-of-type(2) input");
  // The words come from a worker a moment later, and move the button down.
  await view.shown("page-recovery new-password .phrase li");
  await view.press("page-recovery new-password button.link");
  await fill_in(view, "page-recovery password-field:nth-of-type(1) input", password);
  await fill_in(view, "page-recovery password-field:nth-of-type(2) input", password);
  await view.press("page-recovery form button[type=submit]");
  await view.shown("page-recovery .made", { timeout: 60_000 });
  // The native save dialog is the browser's; what it would be given is what the page holds.
  const bundle = await view.evaluate((window) => {
    const { name, bundle } = window.document.querySelector("page-recovery").bundle;
    return { name, base64: bundle };
  });
  await view.close();
  return bundle;
}

/** Restores a bundle into an empty browser, whose vault gets the bundle's password. */
export async function restore_bundle(session, bundle, password) {
  const view = view_of(await session.extension_page("dashboard/dashboard.html#/restore"));
  await view.shown("page-restore drop-zone");
  await view.evaluate((window, { name, base64 }) => {
    const bytes = Uint8Array.from(window.atob(base64), (letter) => letter.charCodeAt(0));
    const files = new window.DataTransfer();
    files.items.add(new window.File([bytes], name));
    const input = window.document.querySelector("page-restore drop-zone input[type=file]");
    input.files = files.files;
    input.dispatchEvent(new window.Event("change", { bubbles: true }));
  }, bundle);
  await fill_in(view, "page-restore password-field input", password);
  await view.press("page-restore form button[type=submit]");
  await view.shown("page-restore .plan", { timeout: 60_000 });
  await view.press("page-restore .buttons .primary");
  await view.shown("page-verify", { timeout: 60_000 });
  await view.close();
}

/** The demo site with the steps that the real servers have. */
export function demo_as_site(demo) {
  const name = `ada${process.pid}${demo.port}`;
  return {
    url: demo.url,
    field: "input[autocomplete=one-time-code]",
    stop: () => demo.stop(),
    sign_up: (page) => sign_up(page, demo, name),
    enrol: async () => {},
    renew: (page) => page.goto(`${demo.url}/enrol?as=svg`),
    confirm: (page) => submit(page, "/account"),
    async sign_out(page) {
      await page.goto(`${demo.url}/account`);
      await submit(page, "/");
    },
    sign_in: (page) => sign_in_to(page, demo, name),
    get_in: (page) => submit(page, "/account"),
    who: async () => name,
  };
}
