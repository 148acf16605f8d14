/** The state of backups in one place: what is so, since when, how far the newest bundle is proven, and what to do. */

import { html, nothing } from "lit";

import { coded, t, tn, when } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";

/** @typedef {import('../shared/protocol').Status} Status */

/** States that ask for the user. */
const BAD = new Set(["failing", "waiting", "stale"]);

/**
 * The state as a headline.
 * @param {Status} status
 */
export function backupHeadline({ backups }) {
  const { state, since, trouble, newest } = backups;
  if (state === "failing" && since != null) return t("backups_failing", when(since));
  if (state === "on" && !newest && !trouble) return t("backups_first");
  return coded("backups", state) ?? state;
}

/**
 * What it means, and what to do.
 * @param {Status} status
 */
export function backupAdvice({ backups }) {
  const { state, trouble } = backups;
  if (state === "failing") return coded("backup", trouble ?? "failed") ?? t("backup_failed");
  if (state === "while-open" && backups.destination === "folder") return t("backups_while_open_hint");
  return coded("backups", `${state}-hint`) ?? "";
}

/**
 * One line for a small place; nothing where all is well.
 * @param {Status} status
 * @param {() => void} open
 */
export function backupLine(status, open) {
  const { backups, backup } = status;
  const missing = backup ? backup.missing : worth(status);
  const text = BAD.has(backups.state) ? backupHeadline(status) : missing ? tn("in_no_bundle", missing) : "";
  return text ? html`<button type="button" class="link backup-due" @click=${open}>${icon("shield")}${text}</button>` : nothing;
}

/**
 * Everything, for the recovery page and for whoever stands before a locked vault.
 * @param {Status} status
 */
export function backupState(status) {
  const { backups, backup } = status;
  const accounts = worth(status);
  const bad = BAD.has(backups.state) || (backups.state === "off" && !backup && !!accounts);
  return html`<div class="backup-state ${bad ? "bad" : backups.state === "off" ? "off" : "well"}" role="status">
      ${icon(bad ? "warn" : "shield")}
      <div><strong>${backupHeadline(status)}</strong><p>${backupAdvice(status)}</p></div>
    </div>
    ${backup ? proofs(status, backup) : html`<p class=${accounts ? "warn-text" : "hint"}>${t(accounts ? "no_bundle_yet" : "no_bundle_empty")}</p>`}`;
}

/**
 * Accounts that a bundle is there for, those among them of which Sparekey makes no codes.
 * @param {Status} status
 */
function worth({ entries, notes }) {
  return (entries ?? 0) + (notes ?? 0);
}

/**
 * How far the newest bundle is proven.
 * @param {Status} status
 * @param {NonNullable<Status['backup']>} backup
 */
export function proofs({ backups }, backup) {
  const { newest } = backups;
  return html`<h3>${t("newest_bundle")}</h3>
    ${newest ? html`<p class="mono hint file-name">${newest.name}</p>` : nothing}
    <ul class="proofs">
      ${proof(true, t("proof_made", when(backup.made)))}
      ${proof(backup.readBack != null, backup.readBack != null ? t("proof_read_back", when(backup.readBack)) : t("proof_not_read_back"))}
      ${proof(backup.proven != null, backup.proven != null ? t("proof_proven", when(backup.proven)) : t("proof_not_proven"))}
      ${proof(backup.missing === 0, backup.missing ? tn("in_no_bundle", backup.missing) : t("all_in_bundle"))}
      ${backups.changed ? proof(false, backups.next != null ? t("changed_since_next", when(backups.next)) : t("changed_since")) : nothing}
    </ul>`;
}

/**
 * @param {boolean} good
 * @param {string} text
 */
export function proof(good, text) {
  return html`<li class=${good ? "good" : "open"}>${icon(good ? "done" : "warn")}<span>${text}</span></li>`;
}
