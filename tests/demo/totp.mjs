// The site's side of two-step sign-in (RFC 6238), made with nothing of the product's.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

const STEP_SECONDS = 30;
const DIGITS = 6;
/** One step early or late, as RFC 6238 section 5.2 recommends. */
const SLACK = 1;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** 160 bits, the length that RFC 4226 recommends. */
export const make_secret = () => randomBytes(20);

export function base32(bytes) {
  let bits = "";
  for (const byte of bytes) bits += byte.toString(2).padStart(8, "0");
  return bits.match(/.{1,5}/g).map((five) => ALPHABET[parseInt(five.padEnd(5, "0"), 2)]).join("");
}

export function otpauth_uri(issuer, account, secret) {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${DIGITS}&period=${STEP_SECONDS}`;
}

/** The code of one step (RFC 4226 section 5.3). */
export function code_at(secret, step) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", secret).update(counter).digest();
  const offset = mac[19] & 15;
  const number = (mac.readUInt32BE(offset) & 0x7fffffff) % 10 ** DIGITS;
  return String(number).padStart(DIGITS, "0");
}

/**
 * The step that a code belongs to, or null. A step at or before `last_step` is refused: a code works once.
 * @param {Buffer} secret @param {string} code @param {number} last_step @param {number} now milliseconds
 */
export function check_code(secret, code, last_step, now) {
  const current = Math.floor(now / 1000 / STEP_SECONDS);
  const given = Buffer.from(String(code).replaceAll(/\s/g, ""));
  for (let step = current - SLACK; step <= current + SLACK; step += 1) {
    const expected = Buffer.from(code_at(secret, step));
    if (step > last_step && given.length === expected.length && timingSafeEqual(given, expected)) return step;
  }
  return null;
}
