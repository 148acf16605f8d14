// Makes the pictures of the README and the help from the real interface: node tests/e2e/pictures.mjs
import path from "node:path";
import { start_demo } from "../demo/server.mjs";
import { open_browser } from "./lib/browser.mjs";
import { ROOT } from "./lib/paths.mjs";
import { sleep } from "./lib/process.mjs";
import { make_vault, sign_up } from "./lib/steps.mjs";

const ACCOUNTS = [
  ["GitHub", "ada-l"],
  ["Google", "ada@example.org"],
  ["Microsoft", "ada@contoso.example"],
  ["Mastodon", "@ada@social.example"],
  ["Proton", "ada@proton.example"],
  ["Nextcloud", "ada"],
];
const SECRETS = ["JBSWY3DPEHPK3PXP", "GEZDGNBVGY3TQOJQ", "KRSXG5CTMVRXEZLU", "MFRGGZDFMZTWQ2LK", "NBSWY3DPO5XXE3DE", "ONSWG4TFOQQHO2LU"];
const into = (name) => path.join(ROOT, "extension/help", name);

const demo = await start_demo();
const session = await open_browser("chromium", { headed: true });
try {
  const { view } = await make_vault(session);
  await view.evaluate(async (window, accounts, secrets, origin) => {
    const form = ([issuer, account], at) => ({
      issuer, account, secret: secrets[at], kind: "totp", algorithm: "SHA1", digits: 6, period: 30, counter: 0, note: "", tags: [],
      sites: issuer === "Nextcloud" ? [{ origin, subdomains: false }] : [],
    });
    await window.chrome.runtime.sendMessage({ type: "add", forms: accounts.map(form) });
    window.location.hash = "#/accounts";
    window.location.reload();
  }, ACCOUNTS, SECRETS, demo.url);
  await sleep(1500);
  await view.screenshot(into("accounts.png"));
  const page = await session.page(demo.url);
  await sign_up(page, demo, "ada");
  await page.goto(`${demo.url}/code`);
  const popup = await session.press_button(page);
  await popup.shown("popup-codes .row otp-code");
  await sleep(500);
  await popup.screenshot(into("popup.png"));
} finally {
  await session.close();
  await demo.stop();
}
