/**
 * What the browser's WebAuthn is asked for a passkey of the extension's own. Nothing is decided here: the 32 bytes of the
 * PRF go to the core, and the array that they came in is erased.
 */

import { AskError } from "./ask.js";
import { fromBase64, toBase64 } from "./bytes.js";
import { t } from "./i18n.js";

/** @typedef {Extract<import('./protocol').Reply, { type: 'passkey-plan' }>} Plan */
/** @typedef {import('./protocol').PasskeyView} PasskeyView */

/** Time for a person to find a key and touch it. */
const PATIENCE_MS = 120_000;

/** Why passkeys are not offered in this browser; empty: they are. */
export function noPasskeys() {
  if (location.protocol === "moz-extension:") return t("passkey_not_in_firefox");
  return typeof PublicKeyCredential === "function" ? "" : t("passkey_not_here");
}

/**
 * Makes a passkey and takes out its secret.
 * @param {Plan} plan
 * @param {AbortSignal} signal
 * @returns {Promise<PasskeyView & { prf: string }>}
 */
export async function makePasskey({ salt, user, vault, known }, signal) {
  const made = await asked(() =>
    navigator.credentials.create({
      signal,
      publicKey: {
        // No server checks it: what opens the vault is the secret, not a signature.
        challenge: crypto.getRandomValues(new Uint8Array(32)),
        rp: { name: t("extName") },
        user: { id: fromBase64(user), name: vault, displayName: `${t("extName")} ${vault}` },
        pubKeyCredParams: [-7, -257].map((alg) => ({ type: "public-key", alg })),
        excludeCredentials: known.map(({ credential }) => ({ type: "public-key", id: fromBase64(credential) })),
        // With the person verified the authenticator gives one secret, without another.
        authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
        timeout: PATIENCE_MS,
        extensions: { prf: { eval: { first: fromBase64(salt) } } },
      },
    }),
  );
  const { prf } = made.getClientExtensionResults();
  if (!prf?.enabled) throw new AskError({ code: "passkey-no-prf" });
  const credential = toBase64(new Uint8Array(made.rawId));
  // Some give it at once, some only when they are asked.
  const given = prf.results?.first;
  return { credential, salt, prf: given ? taken(given) : await prfOf([{ credential, salt }], signal) };
}

/**
 * The secret of whichever of these passkeys is there, base64.
 * @param {PasskeyView[]} passkeys
 * @param {AbortSignal} signal
 */
export async function prfOf(passkeys, signal) {
  const evalByCredential = Object.fromEntries(passkeys.map(({ credential, salt }) => [urlSafe(credential), { first: fromBase64(salt) }]));
  const shown = await asked(() =>
    navigator.credentials.get({
      signal,
      publicKey: {
        challenge: crypto.getRandomValues(new Uint8Array(32)),
        allowCredentials: passkeys.map(({ credential }) => ({ type: "public-key", id: fromBase64(credential) })),
        userVerification: "required",
        timeout: PATIENCE_MS,
        extensions: { prf: { evalByCredential } },
      },
    }),
  );
  const given = shown.getClientExtensionResults().prf?.results?.first;
  if (!given) throw new AskError({ code: "passkey-no-prf" });
  return taken(given);
}

/**
 * Why it came to nothing, in our codes. A stop by the user here is no failure and stays what it is.
 * @param {() => Promise<Credential | null>} ask
 */
async function asked(ask) {
  try {
    const credential = await ask();
    if (credential instanceof PublicKeyCredential) return credential;
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    if (name === "AbortError") throw error;
    if (name === "InvalidStateError") throw new AskError({ code: "passkey-known" });
    throw new AskError({ code: name === "NotAllowedError" ? "passkey-cancelled" : "passkey-not-here" });
  }
  throw new AskError({ code: "passkey-cancelled" });
}

/** @param {BufferSource} secret */
function taken(secret) {
  const bytes = ArrayBuffer.isView(secret) ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength) : new Uint8Array(secret);
  const text = toBase64(bytes);
  bytes.fill(0);
  return text;
}

/** @param {string} base64 */
function urlSafe(base64) {
  return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
