// Servers of other makes, as published, in both browsers: enrol by their QR code, or by the key that one shows as text
// alone, confirm with a filled code, sign in again with a filled one. Their packages are installed once, outside the tree.
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { open_browser } from "../e2e/lib/browser.mjs";
import { core_of } from "../e2e/lib/core.mjs";
import { kinds } from "../e2e/lib/kinds.mjs";
import { make_folder } from "../e2e/lib/paths.mjs";
import { kill_group, sleep, until } from "../e2e/lib/process.mjs";
import { free_port } from "../e2e/lib/realsites.mjs";
import { fill_from_popup, find_key, scan } from "../e2e/lib/steps.mjs";

const run_file = promisify(execFile);
const HERE = path.join(import.meta.dirname, "realsites");
const PASSWORD = "a password of the site";

export async function run({ quick, log }) {
  // They install for a minute each; the quick run only proves that the case loads.
  if (quick) return { sites: Object.keys(SITES), tried: false };
  const figures = {};
  const wanted = process.env.SPAREKEY_SITES?.split(",") ?? Object.keys(SITES);
  for (const name of wanted) {
    for (const kind of kinds()) {
      log(`${name} in ${kind}`);
      (figures[name] ??= {})[kind] = await try_site(name, kind);
    }
  }
  return figures;
}

/** name -> what is installed, how it starts, and its steps. `field` is where the code belongs; `confirm` is missing where a site asks for no first code. */
const SITES = {
  "django-two-factor-auth": {
    python: ["django-two-factor-auth[phonenumbers]==1.18.1"],
    script: "django_two_factor.py",
    field: "input[name$=-token], input[name$=-otp_token]",
    async enrol(page, url) {
      await this.enter(page, url);
      await go(page, `${url}/account/two_factor/setup/`);
      await press(page, "button.btn-primary");
      await page.waitForSelector("[name=generator-token]");
    },
    confirm: (page, url) => press_until(page, "button.btn-primary", `${url}/account/two_factor/setup/complete/`),
    sign_out: (page, url) => go(page, `${url}/logout`),
    async enter(page, url) {
      await go(page, `${url}/account/login/`);
      await type(page, { "auth-username": "ada", "auth-password": PASSWORD });
      await press(page, "button.btn-primary");
    },
    sign_in(page, url) {
      return this.enter(page, url);
    },
    get_in: (page, url) => press_until(page, "button.btn-primary", `${url}/`),
    who: (page) => page.$eval("#who", (element) => element.textContent),
    expected: "ada True",
  },
  pgadmin4: {
    // A later pyotp has another signature than the one pgAdmin calls.
    python: ["pgadmin4==9.18", "pyotp==2.9.0"],
    script: "pgadmin.py",
    field: "input[name=code]",
    async enrol(page, url) {
      await this.enter(page, url);
      await until("the session", () => page.evaluate(() => location.pathname.startsWith("/browser")));
      await go(page, `${url}/mfa/register`);
      await press_text(page, "Setup");
      await page.waitForSelector("img[alt*=QRCode]");
      await page.waitForSelector(this.field);
    },
    async confirm(page) {
      await press_text(page, "Continue");
      await until("the method to be registered", () => page.evaluate(() => !document.querySelector("img[alt*=QRCode]")).catch(() => false));
    },
    sign_out: (page, url) => go(page, `${url}/logout`),
    async enter(page, url) {
      await go(page, `${url}/login`);
      await page.waitForSelector("[name=email]");
      await type(page, { email: "ada@example.com", password: PASSWORD });
      await page.keyboard.press("Enter");
    },
    async sign_in(page, url) {
      await this.enter(page, url);
      await page.waitForSelector(this.field);
    },
    async get_in(page) {
      await press_text(page, "Validate");
      await until("the application", () => page.evaluate(() => location.pathname.startsWith("/browser")).catch(() => false), { timeout: 30_000 });
    },
    who: (page) => page.evaluate(() => location.pathname),
    expected: "/browser/",
  },
  jupyterhub: {
    // A later one has not what its Native Authenticator calls.
    python: ["jupyterhub==5.2.1", "jupyterhub-nativeauthenticator==1.3.0"],
    npm: ["configurable-http-proxy@5.3.0"],
    script: "jupyter_hub.py",
    ready: "/hub/signup",
    key: "text",
    field: "input[name='2fa']",
    async enrol(page, url) {
      await go(page, `${url}/hub/signup`);
      await type(page, { username: "ada", signup_password: PASSWORD, signup_password_confirmation: PASSWORD });
      await page.click("[name='2fa']");
      await press(page, "#signup_submit");
    },
    sign_out: () => {},
    // Name, password and code are asked for on one page.
    async sign_in(page, url) {
      await go(page, `${url}/hub/login`);
      await type(page, { username: "ada", password: PASSWORD });
    },
    get_in: (page, url) => press_until(page, "#login_submit", `${url}/hub/home`),
    who: (page) => page.$eval(".navbar", (element) => /\bada\b/.exec(element.textContent)?.[0]),
    expected: "ada",
  },
};

async function try_site(name, kind) {
  const site = SITES[name];
  const begin = performance.now();
  const server = await start(name, site);
  const session = await open_browser(kind, { headed: true });
  try {
    const core = await core_of(session);
    await core.enter("a password of this vault");
    const page = await session.page("about:blank");
    await site.enrol(page, server.url);
    await (await (site.key === "text" ? find_key : scan)(session, page)).close();
    if (site.confirm) {
      await fill_from_popup(session, page);
      await filled(page, site.field);
      await site.confirm(page, server.url);
    }
    await site.sign_out(page, server.url);
    // A code works once.
    const step = Math.floor(Date.now() / 30_000);
    await until("the next code", () => Math.floor(Date.now() / 30_000) > step, { timeout: 35_000, every: 250 });
    await site.sign_in(page, server.url);
    await fill_from_popup(session, page);
    await filled(page, site.field);
    await site.get_in(page, server.url);
    const who = await site.who(page);
    if (who !== site.expected) throw new Error(`signed in as ${who}`);
    return { signed_in: who, ms: Math.round(performance.now() - begin) };
  } finally {
    await session.close();
    await server.stop();
  }
}

async function start(name, { python, npm = [], script, ready = "/" }) {
  const home = await installed(python, npm);
  const [port, data] = [await free_port(), await make_folder(`soak-${name}`)];
  const server = spawn(path.join(home, "bin/python"), [path.join(HERE, script), String(port), data], { stdio: "ignore", detached: true });
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    kill_group(server.pid);
    await sleep(200);
    await rm(data, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await until(`${name} to answer`, () => fetch(`${url}${ready}`).then((answer) => answer.ok, () => false), { timeout: 180_000, every: 500 });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

/** A Python environment with these packages, and those of npm in it, made once. */
async function installed(packages, npm) {
  const tools = process.env.SPAREKEY_TOOLS ?? path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), ".cache"), "sparekey/tools");
  const home = path.join(tools, `realsite-${[...packages, ...npm].join("-").replaceAll(/[^a-z0-9.]+/g, "-")}`);
  if (existsSync(path.join(home, "done"))) return home;
  await mkdir(tools, { recursive: true });
  await rm(home, { recursive: true, force: true });
  await run_file("python3", ["-m", "venv", home]);
  await run_file(path.join(home, "bin/pip"), ["install", "--quiet", "--disable-pip-version-check", ...packages], { maxBuffer: 1 << 24 });
  if (npm.length) await run_file("npm", ["install", "--no-audit", "--no-fund", "--prefix", home, ...npm], { maxBuffer: 1 << 24 });
  await mkdir(path.join(home, "done.new"));
  await rename(path.join(home, "done.new"), path.join(home, "done"));
  return home;
}

const go = (page, url) => page.goto(url, { waitUntil: "domcontentloaded" });

const filled = (page, field) => until("six digits in the field", async () => /^\d{6}$/.test(await page.$eval(field, (element) => element.value)));

async function type(page, words) {
  for (const [name, text] of Object.entries(words)) {
    await page.waitForSelector(`[name="${name}"]`);
    await page.type(`[name="${name}"]`, text);
  }
}

/** Presses and waits for the document that follows. */
async function press(page, selector) {
  await page.waitForSelector(selector);
  await page.evaluate(() => (globalThis.still_here = true));
  await page.click(selector);
  await until("the next page", () => page.evaluate(() => !globalThis.still_here && document.readyState === "complete").catch(() => false));
}

async function press_until(page, selector, url) {
  await press(page, selector);
  await until(url, () => page.evaluate((wanted) => location.href === wanted, url).catch(() => false));
}

/** Presses the button with this text, once it can be pressed. */
async function press_text(page, text) {
  await until(`the button ${text}`, () =>
    page.evaluate((wanted) => {
      const button = [...document.querySelectorAll("button")].find((each) => each.textContent.trim().toLowerCase() === wanted.toLowerCase() && !each.disabled);
      button?.click();
      return !!button;
    }, text).catch(() => false), { timeout: 20_000 });
}
