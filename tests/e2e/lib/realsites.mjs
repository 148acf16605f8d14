// Real servers with TOTP sign-in, each driven by the steps that every site has. Where `../shared` is absent the demo
// site stands in, by the same steps.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { one_at_a_time, sleep, until } from "./process.mjs";

const shared = fileURLToPath(new URL("../../../../shared/realsites/", import.meta.url));
const PASSWORD = "Correct-Horse-9-staple";

/** The sites that are here. */
export const realsites = () => ["allauth", "flask-security"].filter((name) => existsSync(`${shared}${name}/run.sh`));

/** Starts a site: `{ url, sign_up, enrol, renew, confirm, sign_out, sign_in, who }`, and `stop`. */
export async function open_realsite(name, port) {
  // What is installed is kept outside the tree.
  const home = `${process.env.XDG_CACHE_HOME ?? `${process.env.HOME}/.cache`}/sparekey/realsites/${name}`;
  const url = `http://127.0.0.1:${port}`;
  // Its first start installs it, and every start makes its database ready.
  const server = await one_at_a_time(`realsite-${name}`, () => start(name, port, home, url));
  const user = `ada${process.pid}${port}${Date.now() % 1e6}`;
  const site = { allauth, "flask-security": flask_security }[name](url, user);
  const stop = async () => {
    server.kill("SIGTERM");
    await sleep(100);
    server.kill("SIGKILL");
  };
  return { url, user, stop, ...site };
}

async function start(name, port, home, url) {
  const server = spawn("bash", [`${shared}${name}/run.sh`, String(port)], {
    env: { ...process.env, REALSITE_HOME: home },
    stdio: "ignore",
  });
  try {
    await until(`${name} to answer`, () => fetch(`${url}/`).then((answer) => answer.ok, () => false), { timeout: 180_000, every: 250 });
    return server;
  } catch (error) {
    server.kill("SIGKILL");
    throw error;
  }
}

/** A port that is free now. */
export const free_port = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** django-allauth's own pages. */
function allauth(url, user) {
  // Before a change the site may ask for the password once more.
  const change = async (page, what) => {
    await page.goto(`${url}/accounts/2fa/totp/${what}/`);
    if (!page.url().includes("reauthenticate")) return;
    await type_all(page, { password: PASSWORD });
    await press(page, "button[type=submit]", `/accounts/2fa/totp/${what}/`);
  };
  return {
    field: "input[name=code]",
    async sign_up(page) {
      await page.goto(`${url}/accounts/signup/`);
      await type_all(page, { username: user, password1: PASSWORD, password2: PASSWORD });
      await press(page, "button[type=submit]", "/");
    },
    enrol: (page) => change(page, "activate"),
    // Two-step sign-in is turned off and set up anew.
    async renew(page) {
      await change(page, "deactivate");
      await press(page, "button[type=submit]", "/accounts/2fa/");
      await change(page, "activate");
    },
    confirm: (page) => press(page, "button[type=submit]", "/accounts/2fa/recovery-codes/"),
    async sign_out(page) {
      await page.goto(`${url}/accounts/logout/`);
      await press(page, "button[type=submit]", "/");
    },
    async sign_in(page) {
      await page.goto(`${url}/accounts/login/`);
      await type_all(page, { login: user, password: PASSWORD });
      await press(page, "button[type=submit]", "/accounts/2fa/authenticate/");
    },
    get_in: (page) => press(page, "button[type=submit]", "/"),
    who: (page) => who(page, url),
  };
}

/** Flask-Security-Too's own pages. */
function flask_security(url, user) {
  const email = `${user}@example.com`;
  const form = "form:has([name=code]) input[type=submit]";
  return {
    field: "input[name=code]",
    async sign_up(page) {
      await page.goto(`${url}/register`);
      await type_all(page, { email, password: PASSWORD, password_confirm: PASSWORD });
      await press(page, "input[type=submit]", "/");
    },
    async enrol(page) {
      await page.goto(`${url}/tf-setup`);
      await page.click("[name=setup][value=authenticator]");
      await page.click("input[type=submit]");
      await until("the QR code", () => page.$("[name=code]"));
    },
    // The form that was used the first time gives a new key.
    async renew(page) {
      await this.enrol(page);
    },
    confirm: (page) => press(page, form, null),
    async sign_out(page) {
      await page.goto(`${url}/logout`);
    },
    async sign_in(page) {
      await page.goto(`${url}/login`);
      await type_all(page, { email, password: PASSWORD });
      await page.click("input[type=submit]");
      await until("the prompt", () => page.$("[name=code]"));
    },
    get_in: (page) => press(page, form, "/"),
    who: (page) => who(page, url),
  };
}

async function type_all(page, words) {
  for (const [name, text] of Object.entries(words)) {
    await page.waitForSelector(`[name=${name}]`);
    await page.type(`[name=${name}]`, text);
  }
}

/** Presses and waits for the path that follows; `null`: for any new document. */
async function press(page, selector, path) {
  await page.evaluate(() => (globalThis.still_here = true));
  await page.click(selector);
  await until(`${path ?? "a new page"} after ${selector}`, () =>
    page.evaluate(
      (wanted) => !globalThis.still_here && document.readyState === "complete" && (wanted === null || location.pathname === wanted),
      path,
    ).catch(() => false),
  );
}

async function who(page, url) {
  await page.goto(`${url}/`);
  return page.$eval("#who", (element) => element.textContent);
}
