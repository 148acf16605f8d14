/** What the log can be narrowed down to, by the codes of its events. */

/** What an event is about: each is in one of these. @type {[string, RegExp][]} */
const SUBJECTS = [
  ["unlocks", /^unlock/],
  ["uses", /^(fill|auto-fill|copy|reveal|note-shown|offline-pass-made|backup-codes-shown|backup-code-(used|unused|filled)|emergency-(opened|asked|cancelled|wait-(set|over|again)))$/],
  ["accounts", /^(key-(replaced|restored)|note-(deleted|restored)|backup-codes-(kept|removed)|worklist-made|emergency-(marked|unmarked|binned|restored|deleted))$/],
  ["ways", /^(code|codes|pair|pass|password|bundle-password|passkey|shares|device|escrow)-|^emergency-(shares|codes)-|^someone-left$|^(key-)?rotated$|^policy$/],
  ["copies", /^(export|take-out|import|import-undone|restore|helpdesk-restore|backup|backup-failed|sync-(on|off)|drill|drill-failed|hand-over|emergency-(backup|bundle|bundle-ended|drill))$/],
  ["vault", /^(vault-made|rolled-back|copies-differ|clock-went-back|log-(rewritten|anew|joined))$/],
];

/** What asks for attention, whatever it is about. */
const ALARM = /^(unlock-failed|rolled-back|copies-differ|clock-went-back|log-rewritten|drill-failed|backup-failed)$/;

/** The names of the groups, as they are offered. */
export const GROUPS = [...SUBJECTS.map(([name]) => name), "alarms"];

/** @param {string} what */
export function isAlarm(what) {
  return ALARM.test(what);
}

/**
 * The groups of an event: one by what it is about, and that of the warnings where it is one.
 * @param {string} what
 */
export function groupsOf(what) {
  return [...SUBJECTS.filter(([, codes]) => codes.test(what)).map(([name]) => name), ...(isAlarm(what) ? ["alarms"] : [])];
}
