// The recovery kit as somebody without the extension has it: one page, opened from `file://`. And what it shows of each
// fixture of format 1, held against the fixtures' own list of what is in them.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { DIST, ROOT } from "./paths.mjs";
import { until } from "./process.mjs";
import { fill_in, show_way } from "./steps.mjs";
import { view_of } from "./view.mjs";

const FIXTURES = path.join(ROOT, "tests/fixtures/format-1");
const MESSAGES = JSON.parse(await readFile(path.join(ROOT, "extension/_locales/en/messages.json"), "utf8"));
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/**
 * What the kit says in another way than the readers that are given a way in beside the file: it looks before it asks, and
 * asks for what the file lists. So a way that is not in the file cannot be shown at all, shares that are too few cannot
 * be sent off, and a file with no whole record is damaged before a password was typed.
 */
const SAID_BY_FORM = {
  "bad-emergency-password": "cannot be shown",
  "bad-emergency-shares-vault": "cannot be shown",
  "bad-way-escrow-none": "cannot be shown",
  "bad-way-escrow-swapped": "cannot be shown",
  "bad-way-share-alone": "cannot be sent",
  "bad-records-swapped": "damaged-file",
};

/** Where a code opens nothing and a code with a password is among the ways in, the kit asks whether one belongs to it. */
const ASKS_FOR_PASSWORD = ["bad-way-pair-alone", "bad-way-pass-bundle", "bad-way-used"];

/**
 * What the other readers open and the kit does not: a pass opens the vault that it was made for, that of a helpdesk bundle
 * has its time, and shares of an administrator's key are for the native tool.
 */
const NOT_FOR_THE_KIT = { "way-pass": "code-needs-password", "way-helpdesk": "pass-expired", "way-escrow-shares": "cannot be shown" };

/** What each way in is shown by, and the words that lead to it. */
const WAYS = {
  password: ["password-field", MESSAGES.unlock_by_password.message],
  code: ["code-field", MESSAGES.unlock_by_code.message],
  pair: ["code-field", MESSAGES.unlock_by_code.message],
  shares: ["share-entry", MESSAGES.unlock_by_shares.message],
  escrow: ["input[type=file]", MESSAGES.unlock_by_escrow.message],
};

/** Every file with what it is opened with and what is in it. */
export async function fixtures() {
  const expected = JSON.parse(await readFile(path.join(FIXTURES, "expected.json"), "utf8"));
  return Object.entries(expected).map(([file, more]) => {
    const name = path.basename(file, ".sparekey");
    const asks = ASKS_FOR_PASSWORD.includes(name) ? "code-needs-password" : undefined;
    const error = asks ?? NOT_FOR_THE_KIT[name] ?? SAID_BY_FORM[name] ?? more.error;
    return { ...more, name, error, file: path.join(FIXTURES, file) };
  });
}

/** The text of the kit that the extension in dist/ makes. */
export async function kit_text(kind) {
  const folder = path.join(DIST, { chromium: "chrome", firefox: "firefox" }[kind]);
  const template = await readFile(path.join(folder, "kit/kit.txt"), "utf8");
  const wasm = await readFile(path.join(folder, "wasm/sparekey_bg.wasm"));
  return template.replace("@@CORE@@", () => wasm.toString("base64")).replace("@@BUNDLE@@", "");
}

/**
 * Opens the kit from `file://`, with its page's clock set to `at` where that is given. `check(fixture)` throws where it does
 * not do with a file what is expected.
 */
export async function open_kit(session, folder, at = Date.now()) {
  const file = path.join(folder, "sparekey-recovery-kit.html");
  await writeFile(file, await kit_text(session.kind));
  const page = await session.browser.newPage();
  const ahead = at - Date.now();
  if (ahead) {
    await page.evaluateOnNewDocument((more) => {
      const { now } = Date;
      Date.now = () => now() + more;
    }, ahead);
  }
  await page.goto(pathToFileURL(file).href);
  const view = view_of(page);
  // A file that costs more than is done without asking: the kit asks, and the answer is yes.
  page.on("dialog", (dialog) => dialog.accept());

  return {
    view,
    async check(fixture) {
      try {
        const refused = await show(fixture);
        assert.match(refused, fixture.error ? said(fixture.error) : /^$/);
        if (!fixture.error) await compare(fixture.entries.filter((entry) => !entry.trashed));
        if (!fixture.error) await compare_notes(view, fixture.kept ?? []);
      } catch (error) {
        throw new Error(`${fixture.name} (${fixture.what}): ${error.message}`, { cause: error });
      }
    },
  };

  /** Gives the kit a file and what opens it, as a person does. What it refused with, or nothing. */
  async function show({ name, file, ...held }) {
    await start();
    await (await page.$("drop-zone input[type=file]")).uploadFile(file);
    const seen = await outcome("bundle-picker");
    if (seen.refused) return seen.refused;
    const way = way_of(held);
    if (!(await choose(...WAYS[way]))) return "cannot be shown";
    if (way === "escrow") {
      if (!(await show_key(name, held))) return "cannot be shown";
    } else if (!(await show_all(way, held))) return "cannot be sent";
    return (await outcome("bundle-form")).refused;
  }

  /** An empty page of the kit. */
  async function start() {
    if (await page.$("bundle-form")) await view.press("bundle-form .buttons button[type=button]");
    else await page.goto(pathToFileURL(file).href);
    await page.waitForSelector("drop-zone input[type=file]");
  }

  /** Waits for the next step, or for what stops it: each place has its own alert. */
  async function outcome(place) {
    return until("the kit to answer", () => view.evaluate((window, at) => {
      if (window.document.querySelector("progress, .working")) return null;
      const alerts = [...window.document.querySelectorAll(`${at} [role=alert]`)].map((alert) => alert.innerText.trim());
      const refused = alerts.find(Boolean) ?? "";
      return refused || !window.document.querySelector(at) ? { refused } : null;
    }, place), { timeout: 60_000 });
  }

  /** Whether it could be sent off: a share that is refused stays where it was typed. */
  async function show_all(way, { password, code, shares }) {
    if (way !== "shares") {
      await show_way(view, way, { password, code });
      return true;
    }
    for (const words of shares.split("\n")) {
      await fill_in(view, "share-entry textarea", words);
      await view.press("share-entry .share-add");
      const taken = await until("the share to be taken or refused", () => view.evaluate((window) => {
        const entry = window.document.querySelector("share-entry");
        if (entry.querySelector("textarea").value === "") return "taken";
        return entry.querySelector(".field-error").innerText.trim() ? "refused" : null;
      }));
      if (taken === "refused") return true;
    }
    if (await view.evaluate((window) => window.document.querySelector("form button[type=submit]").disabled)) return false;
    await view.press("form button[type=submit]");
    return true;
  }

  async function show_key(name, { password, escrow }) {
    // Shares of the key are no file with one.
    if (!escrow.trim().startsWith("{")) return false;
    const key = path.join(folder, `${name}.json`);
    await writeFile(key, escrow);
    await (await page.$("way-entry input[type=file]")).uploadFile(key);
    await fill_in(view, "way-entry password-field input", password);
    await view.press("form button[type=submit]");
    return true;
  }

  /** Whether the form has such a way in. */
  function choose(field, words) {
    return view.evaluate(async (window, at, text) => {
      const entry = window.document.querySelector("way-entry");
      [...(entry?.querySelectorAll("button.link") ?? [])].find((link) => link.innerText.trim() === text)?.click();
      await entry?.updateComplete;
      return !!entry?.querySelector(at);
    }, field, words);
  }

  /** Names in order, the codes of this time step, and every secret as the export writes it. */
  async function compare(all) {
    const wanted = await compare_codes(view, all, ahead);
    await view.press("button.danger");
    if (!wanted.length) return;
    await view.shown("textarea");
    const uris = await view.evaluate((window) => window.document.querySelector("textarea").value.split("\n"));
    assert.deepEqual(uris.map(read_uri), all.map(({ type, issuer, name, secret, algorithm, digits, period, counter }) => ({ type, issuer, name, secret, algorithm, digits, period, counter })));
  }
}

/** Names in order and the codes of this time step, of a bundle that is open in the kit or for a guest. Gives what was there, in its order. */
export async function compare_codes(view, all, ahead = 0) {
  // Those kept for emergencies are last, in their order, and show their code after a press.
  const kept = await view.evaluate((window) => [...window.document.querySelectorAll("bundle-codes li:has(.mark-warn)")].map((row) => {
    if (row.querySelector("otp-code")) throw new Error("shown without a press");
    row.querySelector("button").click();
    return row.querySelector(".issuer").innerText;
  }));
  const is_kept = ({ issuer, name }) => Number(kept.includes(issuer || name || "—"));
  const wanted = all.toSorted((a, b) => is_kept(a) - is_kept(b));
  const named = await view.evaluate((window) => [...window.document.querySelectorAll("bundle-codes li")].map((row) => [row.querySelector(".issuer").innerText, row.querySelector(".account").innerText]));
  assert.deepEqual(named, wanted.map(({ issuer, name }) => [issuer || name || "—", issuer ? name : ""]));
  await until("the codes", async () => {
    const before = Date.now() + ahead;
    const rows = await view.evaluate((window) => [...window.document.querySelectorAll("bundle-codes li")].map((row) => row.querySelector("otp-code")?.code ?? ""));
    const right = (entry, at) => {
      if (entry.type === "hotp") return rows[at] === "";
      return [before, Date.now() + ahead].some((now) => rows[at] === code_at(entry, now));
    };
    return rows.length === wanted.length && wanted.every(right);
  });
  return wanted;
}

/** The notes of a bundle that is open in the kit or for a guest: whose they are, and word for word what they keep. */
export async function compare_notes(view, wanted) {
  const shown = () => view.evaluate((window) => [...window.document.querySelectorAll("kept-notes li")].map((row) => [
    row.querySelector(".issuer").innerText,
    row.querySelector(".account").innerText,
    row.querySelector("pre")?.textContent ?? null,
  ]));
  const rows = (text) => wanted.map((note) => [note.issuer || note.name || "—", note.issuer ? note.name : "", text(note)]);
  const key = ([issuer, account]) => `${issuer} ${account}`;
  const sorted = (list) => list.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
  await until("the notes", async () => (await shown()).length === wanted.length);
  assert.deepEqual(sorted(await shown()), sorted(rows(() => null)));
  await view.evaluate((window) => window.document.querySelectorAll("kept-notes li button").forEach((button) => button.click()));
  await until("what they keep", async () => (await shown()).every(([, , text]) => text !== null));
  assert.deepEqual(sorted(await shown()), sorted(rows((note) => note.text)));
}

function way_of({ escrow, shares, code, password }) {
  if (escrow) return "escrow";
  if (shares) return "shares";
  if (code) return password ? "pair" : "code";
  return "password";
}

/** The words for a code, with any number in them. */
function said(code) {
  const words = MESSAGES[`error_${code.replaceAll("-", "_")}`]?.message ?? code;
  return new RegExp(`^${words.replaceAll(/[.*+?()[\]{}|^]/g, "\\$&").replaceAll(/\$\d/g, "\\d+")}$`);
}

/** An `otpauth` URI taken apart, with nothing of the product's. */
function read_uri(text) {
  const uri = new URL(text);
  const [name, prefix = ""] = decodeURIComponent(uri.pathname.replace(/^\/+[^/]*\//, "").replace(/^\//, "")).split(":").reverse();
  const get = (key) => uri.searchParams.get(key);
  const issuer = get("issuer") ?? "";
  assert.equal(prefix, issuer, text);
  const counted = uri.host === "hotp";
  const number = (key, usual) => Number(get(key) ?? usual);
  return {
    type: uri.host,
    issuer,
    name,
    secret: get("secret"),
    algorithm: get("algorithm") ?? "SHA1",
    digits: number("digits", 6),
    period: counted ? null : number("period", 30),
    counter: counted ? number("counter") : null,
  };
}

/** RFC 6238's code, and Steam's letters. */
function code_at({ type, secret, algorithm, digits, period }, now) {
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(now / 1000 / period)));
  const bits = [...secret].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const mac = createHmac(algorithm, key).update(step).digest();
  let number = mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff;
  if (type !== "steam") return String(number % 10 ** digits).padStart(digits, "0");
  const letters = "23456789BCDFGHJKMNPQRTVWXY";
  let code = "";
  for (let at = 0; at < digits; at += 1) {
    code += letters[number % letters.length];
    number = Math.floor(number / letters.length);
  }
  return code;
}
