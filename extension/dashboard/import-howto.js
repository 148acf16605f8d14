/** How to make the right file in each app, step by step. */

import { html, nothing } from "lit";

import { t } from "../shared/i18n.js";

/** Apps with steps of their own: `howto_<key>` in `_locales`, one step a line, and the importers' families. */
const APPS = /** @type {const} */ ([
  ["1password", "1Password", ["1password", "1password-csv"]],
  ["2fas", "2FAS", ["2fas"]],
  ["aegis", "Aegis", ["aegis"]],
  ["andotp", "andOTP", ["andotp", "andotp-encrypted"]],
  ["apple", "Apple Passwords", ["apple-passwords"]],
  ["extension", "Authenticator (browser extension)", ["authenticator-extension"]],
  ["authy", "Authy", ["authy"]],
  ["bitwarden", "Bitwarden", ["bitwarden", "bitwarden-csv", "bitwarden-authenticator-csv"]],
  ["dashlane", "Dashlane", ["dashlane-csv", "dashlane-zip"]],
  ["duo", "Duo Mobile", ["duo"]],
  ["ente", "Ente Auth", ["ente"]],
  ["freeotp", "FreeOTP, FreeOTP+", ["freeotp", "freeotp2", "freeotp-plus"]],
  ["google", "Google Authenticator", ["google-migration", "google-authenticator-database"]],
  ["keepass", "KeePass, KeePassXC", ["keepass", "keepassxc-csv"]],
  ["lastpass", "LastPass", ["lastpass-authenticator", "lastpass-vault"]],
  ["microsoft", "Microsoft Authenticator", ["microsoft-authenticator"]],
  ["otpauth", "OTP Auth (iOS)", ["otp-auth"]],
  ["proton", "Proton Authenticator, Proton Pass", ["proton-authenticator", "proton-pass", "proton-pass-csv"]],
  ["raivo", "Raivo OTP", ["raivo"]],
  ["steam", "Steam Desktop Authenticator", ["steam"]],
  ["stratum", "Stratum (Authenticator Pro)", ["stratum", "stratum-database"]],
  ["winauth", "WinAuth", ["winauth"]],
]);

/** These give no file: their accounts move one by one. */
const WITHOUT_FILE = new Set(["authy", "duo", "microsoft"]);

/** All of them, to look one up. */
export function howtoList() {
  return html`<section class="card" aria-labelledby="howto-title"><h2 id="howto-title">${t("import_howto_title")}</h2>
    <p class="hint">${t("import_howto_hint")} <a class="link" href="#/help/formats">${t("import_all_formats")}</a></p>
    <div class="howtos">${APPS.map(([key, name]) => html`<details><summary>${name}</summary>${steps(key)}</details>`)}</div>
  </section>`;
}

/**
 * The steps for the app of a family; `undefined` where we have none.
 * @param {string} family
 */
export function howtoFor(family) {
  const app = APPS.find(([, , families]) => /** @type {readonly string[]} */ (families).includes(family));
  if (!app) return undefined;
  return html`<p><strong>${t("import_howto_app", app[1])}</strong></p>${steps(app[0])}`;
}

/** @param {string} key */
function steps(key) {
  return html`<ol class="steps">${t(`howto_${key}`)
    .split("\n")
    .map((step) => html`<li>${step}</li>`)}</ol>
    ${WITHOUT_FILE.has(key) ? html`<a class="button" href="#/move">${t("move_start")}</a>` : nothing}`;
}
