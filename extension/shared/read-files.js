/** Other authenticators' files to entries: pictures are decoded here, everything else in a throw-away worker. */

import { AskError, ask } from "./ask.js";
import { bytesOf } from "./bytes.js";
import { heavy, Refusal } from "./heavy.js";
import { readPicture } from "./pictures.js";

/**
 * @typedef {import('./protocol').ImportForm} ImportForm
 * @typedef {import('./protocol').KeptForm} KeptForm
 * @typedef {{ family?: string | null, app?: string | null }} Shut A file that none of the passwords opened.
 * @typedef {{ what: string, why: string, kept?: KeptForm | null, shut?: Shut | null }} SkippedItem
 * @typedef {{ apps: string[], families: string[], entries: ImportForm[], skipped: SkippedItem[], batch?: import('./protocol').Batch | null }} ReadFiles
 * @typedef {{ name: string, bytes: Uint8Array<ArrayBuffer> }} NamedBytes
 * @typedef {{ files: NamedBytes[], texts: string[], blank: SkippedItem[] }} Dropped
 * @typedef {{ kib: number, work: number }} Agreed
 */

/** More than this no importer takes (20 MB a file); checked before the bytes are read. */
const MOST_BYTES = 20_000_000;
/** A transfer of hundreds of accounts has less. */
const MOST_TEXT = 1_000_000;
/** Transfer codes, by the importers' families. @type {[string, RegExp][]} */
const TRANSFERS = [
  ["google-migration", /^otpauth-migration:\/\//i],
  ["lastpass-transfer", /^lpaauth-migration:\/\//i],
];
/** Refusals that the user has an answer to. */
const QUESTIONS = new Set(["password-needed", "too-much-work", "wrong-password"]);

/**
 * Looks at dropped files: pictures become the texts of their QR codes, everything else stays as it is. One that cannot be
 * read keeps no other file out.
 * @param {File[]} files
 * @param {AbortSignal} signal
 * @param {boolean} [alone] There is nothing besides that one file: what is wrong with it is thrown.
 * @returns {Promise<Dropped>}
 */
export async function unpack(files, signal, alone = files.length === 1) {
  /** @type {Dropped} */
  const dropped = { files: [], texts: [], blank: [] };
  for (const file of files) {
    try {
      await unpackOne(file, alone, dropped, signal);
    } catch (error) {
      if (signal.aborted || alone || !(error instanceof AskError)) throw error;
      dropped.blank.push({ what: file.name, why: error.code });
    }
  }
  return dropped;
}

/**
 * @param {File} file
 * @param {boolean} alone
 * @param {Dropped} dropped
 * @param {AbortSignal} signal
 */
async function unpackOne(file, alone, dropped, signal) {
  // Attachments make a zip large, and hold no account.
  if (file.size > MOST_BYTES) throw new AskError({ code: (await isZip(file)) ? "too-large-zip" : "too-large" });
  const bytes = await bytesOf(file);
  if (isPicture(bytes)) {
    await look({ name: file.name, bytes }, alone, dropped, signal);
    return;
  }
  // What several pictures are sent as.
  const inside = (await isZip(file)) ? await heavy(signal, "picturesIn", [bytes]) : { pictures: [], others: 1 };
  for (const [name, picture] of inside.pictures) await look({ name, bytes: picture }, false, dropped, signal);
  if (inside.others || !inside.pictures.length) dropped.files.push({ name: file.name, bytes });
}

/**
 * @param {NamedBytes} picture
 * @param {boolean} alone
 * @param {Dropped} dropped
 * @param {AbortSignal} signal
 */
async function look({ name, bytes }, alone, dropped, signal) {
  try {
    const found = await readPicture(new Blob([bytes], { type: typeOf(bytes) }), signal);
    dropped.texts.push(...found);
    if (!found.length) dropped.blank.push({ what: name, why: "no-code-in-picture" });
  } catch (error) {
    if (signal.aborted || alone) throw error;
    dropped.blank.push({ what: name, why: "unreadable-picture" });
  }
}

/**
 * Reads what was dropped. Throws the importers' refusals as {@link import('./heavy.js').Refusal}.
 * @param {Dropped} dropped
 * @param {string[]} passwords Each is tried on each file.
 * @param {Agreed | null} agreed
 * @param {AbortSignal} signal
 * @param {(percent: number) => void} [told] How far opening it is, where that can be known.
 * @returns {Promise<ReadFiles>}
 */
export async function readDropped(dropped, passwords, agreed, signal, told) {
  const { codes, ...rest } = apart(dropped);
  dropped = rest;
  /** @type {ReadFiles} */
  const read = { apps: [], families: [], entries: [], skipped: [...dropped.blank] };
  if (dropped.texts.length) {
    const { forms, skipped, batch } = await ask({ type: "read", texts: dropped.texts });
    const plain = { pinned: false, trashed: false, urls: [], lost: [], suspect: null };
    read.entries.push(...forms.map((form) => ({ form, ...plain })));
    read.skipped.push(...skipped.map(({ what, why, kept }) => ({ what, why, kept })));
    read.batch = batch;
    read.families.push("qr-image", ...codes);
  }
  if (dropped.files.length) {
    const more = await readFiles(dropped, passwords, agreed, signal, told);
    read.apps = more.apps;
    read.families.push(...more.families);
    read.entries.push(...more.entries);
    read.skipped.push(...more.skipped);
  }
  return read;
}

/**
 * Of one transfer some parts may be pictures and others text: such text is read with the pictures' codes, or the transfer would be
 * incomplete on both sides.
 * @param {Dropped} dropped
 * @returns {Dropped & { codes: string[] }} With the families of the texts that were taken from the files.
 */
function apart(dropped) {
  const { files, texts, blank } = dropped;
  const known = TRANSFERS.filter(([, scheme]) => texts.some((text) => scheme.test(text)));
  /** @type {Dropped & { codes: string[] }} */
  const parted = { files: [], texts: [...texts], blank, codes: [] };
  for (const file of files) {
    const text = file.bytes.length > MOST_TEXT ? "" : new TextDecoder().decode(file.bytes);
    const lines = text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
    const [family] = known.find(([, scheme]) => lines.length && lines.every((line) => scheme.test(line))) ?? [];
    if (family) {
      parted.texts.push(text);
      if (!parted.codes.includes(family)) parted.codes.push(family);
    } else parted.files.push(file);
  }
  return parted;
}

/**
 * What is no picture. A question names its file, where there is something to go on with besides. Files that cannot be read
 * keep no picture out: each is told with its reason.
 * @param {Dropped} dropped
 * @param {string[]} passwords
 * @param {Agreed | null} agreed
 * @param {AbortSignal} signal
 * @param {(percent: number) => void} [told]
 * @returns {Promise<Pick<ReadFiles, "apps" | "families" | "entries" | "skipped">>}
 */
async function readFiles({ files, texts }, passwords, agreed, signal, told) {
  const read = (/** @type {NamedBytes[]} */ some, /** @type {typeof told} */ hear = undefined) =>
    heavy(signal, "readExport", [some.map(({ name }) => name), some.map(({ bytes }) => bytes), passwords, agreed], [], hear);
  try {
    return await read(files, told);
  } catch (error) {
    if (!(error instanceof Refusal) || (files.length < 2 && !texts.length)) throw error;
    const question = QUESTIONS.has(error.code);
    // Who types passwords knows which file they are for since it was asked.
    if (error.code === "wrong-password" || (!question && !texts.length)) throw error;
    /** @type {SkippedItem[]} */
    const skipped = [];
    for (const file of files) {
      const own = files.length > 1 ? await refusalOf(() => read([file])) : error;
      if (question && own?.code === error.code && own.kib === error.kib && own.work === error.work) {
        error.file = file.name;
        throw error;
      }
      skipped.push({ what: file.name, why: own?.code ?? error.code });
    }
    if (question) throw error;
    return { apps: [], families: [], entries: [], skipped };
  }
}

/** @param {() => Promise<unknown>} act */
async function refusalOf(act) {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/**
 * What the user agreed to so far and what is asked now: of two costly files one takes memory, the other time.
 * @param {Agreed | null} before
 * @param {Agreed} asked
 * @returns {Agreed}
 */
export function agreeTo(before, { kib, work }) {
  return { kib: Math.max(kib, before?.kib ?? 0), work: Math.max(work, before?.work ?? 0) };
}

/**
 * The files that none of the passwords opened, also those in a zip. A single one is refused as a whole, and not listed.
 * @param {ReadFiles} read
 */
export function shutFiles(read) {
  return read.skipped.flatMap(({ what, shut }) => (shut ? [{ what, shut }] : []));
}

/**
 * Files of one name, told apart by a number: what is asked and answered about one is not about the other. The log of a
 * database is called after it, and stays so.
 * @param {NamedBytes[]} files
 * @returns {NamedBytes[]}
 */
export function distinct(files) {
  const names = new Set();
  return files.map(({ name, bytes }) => {
    let own = name;
    for (let number = 2; names.has(own); number++) own = name.replace(/(\.[^.]*|-wal|-shm)?$/, ` (${number})$1`);
    names.add(own);
    return { name: own, bytes };
  });
}

/**
 * Whether a file is a zip, for what may be taken out of one that is too large.
 * @param {Blob} file
 */
async function isZip(file) {
  return String.fromCharCode(...(await bytesOf(file.slice(0, 4)))) === "PK\x03\x04";
}

/** @param {Uint8Array} bytes */
function isPicture(bytes) {
  return typeOf(bytes) !== "";
}

/**
 * By content: a name promises nothing.
 * @param {Uint8Array} bytes
 */
function typeOf(bytes) {
  const start = String.fromCharCode(...bytes.subarray(0, 12));
  if (start.startsWith("\x89PNG")) return "image/png";
  if (start.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (start.startsWith("GIF8")) return "image/gif";
  if (start.startsWith("RIFF") && start.endsWith("WEBP")) return "image/webp";
  if (start.startsWith("BM") && bytes.length > 26 && bytes[14] === 40) return "image/bmp";
  const text = new TextDecoder().decode(bytes.subarray(0, 512)).trimStart();
  if (/^(<\?xml[^>]*>\s*)?(<!--[^]*?-->\s*)?<svg[\s>]/.test(text)) return "image/svg+xml";
  return "";
}
