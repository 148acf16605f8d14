/** The way to the core: one request, one reply. */

import { announceChange } from "./changes.js";
import { send } from "./webext.js";

/** @typedef {import('./protocol').Request} Request */
/** @typedef {import('./protocol').Reply} Reply */

/**
 * What each request is answered with.
 * @satisfies {Partial<Record<Request['type'], Reply['type']>>}
 */
const ANSWERS = /** @type {const} */ ({
  status: "status",
  "plan-create": "derive",
  create: "status",
  "plan-unlock": "derive",
  unlock: "status",
  "plan-pair": "derive",
  ways: "ways",
  log: "log",
  "open-emergency": "fresh",
  "see-emergencies": "done",
  "see-ways-used": "done",
  emergency: "emergency",
  "ask-emergency": "done",
  "cancel-emergency": "done",
  "set-emergency-wait": "done",
  "decline-emergency-bundle": "done",
  "make-emergency-codes": "recovery-codes",
  "keep-emergency-codes": "status",
  "export-emergency": "bundle",
  "someone-left": "status",
  "settle-left": "done",
  "make-codes": "recovery-codes",
  "keep-codes": "status",
  "remove-ways": "status",
  "set-password": "status",
  "plan-passkey": "passkey-plan",
  "add-passkey": "status",
  "make-shares": "shares",
  "keep-shares": "status",
  "check-shares": "shares-so-far",
  "make-pass": "pass",
  "set-pass-limits": "done",
  "end-pass": "status",
  "plan-offline-pass": "offline-size",
  "make-offline-pass": "offline-pass",
  lock: "status",
  "plan-password": "derive",
  "change-password": "status",
  list: "entries",
  codes: "codes",
  "next-hotp": "code",
  "resync-hotp": "done",
  used: "done",
  read: "readings",
  preview: "code",
  add: "added",
  edit: "done",
  reorder: "done",
  trash: "done",
  restore: "done",
  purge: "done",
  reveal: "secret",
  bind: "done",
  unbind: "done",
  "set-settings": "status",
  page: "page",
  fill: "filled",
  "fill-field": "filled",
  hold: "done",
  finish: "filled",
  "set-choice": "done",
  "forget-choice": "done",
  "set-never": "done",
  choices: "choices",
  capture: "picture",
  drawn: "drawn",
  offer: "offer",
  "plan-fresh": "derive",
  fresh: "fresh",
  "backup-codes": "backup-codes",
  "read-backup-codes": "backup-codes",
  "keep-backup-codes": "done",
  "mark-backup-code": "done",
  "fill-backup-code": "filled",
  "page-text": "page-text",
  "find-secrets": "readings",
  "take-out": "taken",
  "plan-export": "derive",
  export: "bundle",
  "read-back": "status",
  "set-backups": "status",
  "back-up-now": "status",
  "remind-later": "done",
  drill: "drilled",
  "plan-import": "import-plan",
  import: "imported",
  "undo-import": "undone",
  kept: "kept",
  "show-kept": "kept-text",
  "delete-kept": "done",
  "bring-kept-back": "done",
  "bind-many": "done",
  moving: "moving",
  "read-moving": "move-names",
  "add-moving": "moving",
  "move-step": "moving",
  "drop-moving": "moving",
  sheet: "sheet",
  "set-sheet": "sheet",
  "set-sync": "status",
  "find-sync": "synced",
  receive: "receiver",
  "check-receiver": "receiver-words",
  "hand-over": "hand-over",
  "open-hand-over": "handed-over",
  worklist: "worklist",
  "start-worklist": "worklist",
  "worklist-step": "worklist",
  "drop-worklist": "worklist",
  "replace-secret": "worklist",
  "undo-replace": "worklist",
  inspect: "bundle-info",
  "plan-restore": "restore-plan",
  "restore-bundle": "restored",
  "forget-restored": "done",
  readiness: "readiness",
  "set-places": "done",
  "set-others": "done",
  "plan-erase": "erase-plan",
  erase: "status",
  "sealed-copy": "sealed-copy",
  "answer-escrow": "done",
  "withdraw-escrow": "status",
});

/** Requests after which other open views are out of date. */
const CHANGING = new Set([
  "answer-escrow",
  "withdraw-escrow",
  "open-emergency",
  "see-emergencies",
  "see-ways-used",
  "ask-emergency",
  "cancel-emergency",
  "set-emergency-wait",
  "decline-emergency-bundle",
  "keep-emergency-codes",
  "export-emergency",
  "someone-left",
  "settle-left",
  "create",
  "unlock",
  "lock",
  "change-password",
  "make-codes",
  "keep-codes",
  "remove-ways",
  "set-password",
  "add-passkey",
  "end-pass",
  "make-offline-pass",
  "keep-shares",
  "make-pass",
  "set-pass-limits",
  "next-hotp",
  "resync-hotp",
  "add",
  "edit",
  "reorder",
  "trash",
  "restore",
  "purge",
  "bind",
  "unbind",
  "set-choice",
  "forget-choice",
  "set-never",
  "set-settings",
  "keep-backup-codes",
  "mark-backup-code",
  "export",
  "read-back",
  "set-backups",
  "back-up-now",
  "remind-later",
  "drill",
  "restore-bundle",
  "forget-restored",
  "set-places",
  "set-others",
  "erase",
  "import",
  "undo-import",
  "delete-kept",
  "bring-kept-back",
  "bind-many",
  "add-moving",
  "move-step",
  "drop-moving",
  "start-worklist",
  "worklist-step",
  "drop-worklist",
  "replace-secret",
  "undo-replace",
  "set-sync",
]);

/** Why a request did not happen. Its words are in `_locales` (see `errorText`). */
export class AskError extends Error {
  /** @param {import('./protocol').Failure} failure */
  constructor(failure) {
    super(failure.code);
    this.name = "AskError";
    this.code = failure.code;
    this.field = failure.field;
    this.number = failure.number;
  }
}

/**
 * Asks the core. Throws an {@link AskError} when it did not happen.
 * @template {keyof typeof ANSWERS} T
 * @param {Extract<Request, { type: T }>} request
 * @returns {Promise<Extract<Reply, { type: (typeof ANSWERS)[T] }>>}
 */
export async function ask(request) {
  const type = /** @type {T} */ (/** @type {Request} */ (request).type);
  /** @type {Reply | undefined} */
  let reply;
  try {
    reply = /** @type {Reply | undefined} */ (await send(request));
  } catch {
    throw new AskError({ code: "no-answer" });
  }
  if (reply?.type === "error") {
    // The change is there, in memory alone: every open view must say so.
    if (reply.code === "not-saved") announceChange();
    throw new AskError(reply);
  }
  if (reply?.type !== ANSWERS[type]) throw new AskError({ code: "no-answer" });
  if (CHANGING.has(type)) announceChange();
  return /** @type {any} */ (reply);
}
