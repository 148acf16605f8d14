/** The dashboard: which screen the vault's state asks for, and around the open vault its navigation. */

import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";

import { backupLine, backupState } from "../elements/backup-state.js";
import { stateOf, stateScreen } from "../elements/state-screen.js";
import { emergencyBanner } from "../elements/emergency-banner.js";
import { asksForEscrow } from "../elements/escrow-banner.js";
import { sessionBanner } from "../elements/session-banner.js";
import "../elements/toast-stack.js";
import "../elements/unlock-form.js";
import { errorBanner, warningsBanner } from "../elements/warnings.js";
import { waysUsedBanner } from "../elements/ways-used-banner.js";
import { ask, AskError } from "../shared/ask.js";
import { View } from "../shared/element.js";
import { errorText, t } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { watchStatus } from "../shared/status.js";
import { language } from "../shared/webext.js";
import "./page-accounts.js";
import "./page-add.js";
import "./page-bin.js";
import "./page-drill.js";
import "./page-emergency.js";
import "./page-entry.js";
import "./page-erase.js";
import "./page-escrow.js";
import "./page-export.js";
import "./page-guest.js";
import "./page-handover.js";
import "./page-help.js";
import "./page-import.js";
import "./page-left.js";
import "./page-lost.js";
import "./page-log.js";
import "./page-move.js";
import "./page-notes.js";
import "./page-offline.js";
import "./page-policy.js";
import "./page-receive.js";
import "./page-readiness.js";
import "./page-recovery.js";
import "./page-restore.js";
import "./page-settings.js";
import "./page-sheet.js";
import "./page-verify.js";
import "./page-ways.js";
import "./page-welcome.js";
import { go, routeNow } from "./route.js";

/** @type {[string, import('../shared/icons.js').Icon, string][]} */
const PLACES = [
  ["", "list", "accounts"],
  ["add", "add", "add_account"],
  ["recovery", "shield", "recovery"],
  ["ways", "key", "ways_in"],
  ["export", "open", "export"],
  ["bin", "bin", "bin"],
  ["settings", "settings", "settings"],
  ["help", "help", "help"],
];

/**
 * The place that a page without one of its own belongs to: it is marked, so that the way back is seen.
 * @type {Record<string, string>}
 */
const WITHIN = {
  entry: "", notes: "", verify: "", import: "add", move: "add",
  drill: "recovery", guest: "recovery", handover: "recovery", readiness: "recovery", receive: "recovery", restore: "recovery", sheet: "recovery",
  emergency: "ways", escrow: "ways", left: "ways", lost: "ways", offline: "ways",
  erase: "settings", log: "settings", policy: "settings",
};

class Dashboard extends View {
  static properties = { status: { state: true }, route: { state: true }, problem: { state: true } };

  constructor() {
    super();
    /** @type {import('../shared/protocol').Status | undefined} */
    this.status = undefined;
    this.route = routeNow();
    this.problem = "";
    this.look = () => {};
  }

  connected() {
    this.look = watchStatus(
      (status) => this.show(status),
      (error) => (this.problem = errorText(error)),
      this.signal,
    );
    addEventListener("hashchange", () => this.follow(), { signal: this.signal });
    // A file that nothing here takes is not opened by the browser in our place. Before the drop zones' listeners: they take it.
    addEventListener("dragover", (event) => refuseFiles(event), { signal: this.signal });
    addEventListener("drop", (event) => refuseFiles(event), { signal: this.signal });
    this.addEventListener("failed", (event) => this.fail(/** @type {CustomEvent} */ (event).detail), { signal: this.signal });
  }

  /** @param {import('../shared/protocol').Status} status */
  show(status) {
    this.status = status;
    this.problem = "";
  }

  async follow() {
    this.route = routeNow();
    this.problem = "";
    await this.updateComplete;
    // A new page is read from its title, as after a real navigation.
    const title = this.querySelector("main h1");
    if (title instanceof HTMLElement && !this.querySelector("main :focus")) {
      title.tabIndex = -1;
      title.focus();
    }
  }

  /** @param {unknown} error */
  fail(error) {
    if (error instanceof AskError && error.code === "locked") this.look();
    else this.problem = errorText(error);
  }

  /** @param {"see-emergencies" | "see-ways-used"} type */
  async seen(type) {
    try {
      await ask({ type });
      this.look();
    } catch (error) {
      this.fail(error);
    }
  }

  /** @param {string} id */
  async cancelWait(id) {
    try {
      await ask({ type: "cancel-emergency", id });
      this.look();
    } catch (error) {
      this.fail(error);
    }
  }

  async lock() {
    try {
      this.show(await ask({ type: "lock" }));
    } catch (error) {
      this.fail(error);
    }
  }

  render() {
    const { status } = this;
    if (!status) return html`<main class="lone">${errorBanner(this.problem)}</main>`;
    if (this.route.page === "help") return this.frame(html`<page-help .topic=${this.route.id}></page-help>`, status);
    if (this.route.page === "policy") return this.frame(html`<page-policy .status=${status}></page-policy>`, status);
    if (status.state === "open") return this.frame(this.place(status), status);
    return html`<main class="lone">
      ${errorBanner(this.problem)}${warningsBanner(status.warnings)}
      ${this.closed(status)}
      <p class="below"><a class="link" href="#/help">${icon("help")}${t("help")}</a>${this.route.page === "guest" ? nothing : html`<a class="link" href="#/guest">${icon("eye")}${t("guest_title")}</a>`}${status.state === "locked" || status.state === "lost" ? html`<a class="link" href="#/erase">${t("erase_title")}</a>` : nothing}</p>
    </main>`;
  }

  /** @param {import('../shared/protocol').Status} status */
  closed(status) {
    const restore = html`<page-restore .state=${status.state}></page-restore>`;
    if (this.route.page === "restore" && (status.state === "fresh" || status.state === "lost")) return restore;
    if (this.route.page === "guest") return html`<page-guest></page-guest>`;
    if (this.route.page === "erase" && (status.state === "locked" || status.state === "lost")) return html`<page-erase .status=${status}></page-erase>`;
    switch (status.state) {
      case "locked":
        return html`<unlock-form .status=${status} @unlocked=${() => this.look()}></unlock-form>
          ${status.backups.destination ? html`<section class="card locked-backups" aria-labelledby="locked-backups"><h2 id="locked-backups">${t("backups_title")}</h2>${backupState(status)}</section>` : nothing}`;
      case "fresh":
        return html`<page-welcome></page-welcome>`;
      case "lost":
      case "unreadable":
        return stateScreen(stateOf(status), { setUp: () => {}, restore: () => go("restore"), again: () => this.look() });
      default:
        return nothing;
    }
  }

  /**
   * @param {unknown} content
   * @param {import('../shared/protocol').Status} status
   */
  frame(content, status) {
    const open = status.state === "open";
    return html`<nav class="side" aria-label=${t("navigation")}>
        <a class="brand" href="#/"><img src="../icons/sparekey.svg" alt="" width="28" height="28"><span>Sparekey</span></a>
        <ul>${PLACES.filter(([page]) => reachable(status, page)).map(
          ([page, name, text]) => html`<li>
          <a href="#/${page}" aria-current=${this.route.page === page ? "page" : `${WITHIN[this.route.page] === page}`}>${icon(name)}<span>${t(text)}</span>
            ${
              page === "recovery" && backupLine(status, () => {}) !== nothing
                ? html`<span class="dot" title=${t("backup_due")}><span class="visually-hidden">${t("backup_due")}</span></span>`
                : nothing
            }
          </a></li>`,
        )}</ul>
        <span class="spring"></span>
        ${open ? html`<button type="button" class="side-lock" @click=${() => this.lock()}>${icon("lock")}<span>${t("lock_now")}</span></button>` : nothing}
      </nav>
      <main>${warningsBanner(status.warnings)}${sessionBanner(status, () => go("ways"))}${waysUsedBanner(status, () => this.seen("see-ways-used"), () => go("ways"))}${emergencyBanner(status, () => this.seen("see-emergencies"), (id) => this.cancelWait(id), "#/entry/")}${errorBanner(this.problem)}${content}</main>`;
  }

  /** @param {import('../shared/protocol').Status} status */
  place(status) {
    const { page, id } = this.route;
    if (status.session === "renew") return html`<page-ways .status=${status}></page-ways>`;
    // Asked at the unlock, whatever page was wanted: it is one press to put it off.
    if (page === "escrow" || asksForEscrow(status)) return html`<page-escrow .status=${status}></page-escrow>`;
    switch (page) {
      case "add":
        return html`<page-add></page-add>`;
      case "entry":
        // What was typed, read or opened for one account is never another one's.
        return html`${keyed(id, html`<page-entry .entryId=${id} .settings=${status.settings}></page-entry>`)}`;
      case "export":
        return html`<page-export .policy=${status.policy}></page-export>`;
      case "bin":
        return html`<page-bin></page-bin>`;
      case "settings":
        return html`<page-settings .status=${status}></page-settings>`;
      case "import":
        return html`<page-import></page-import>`;
      case "move":
        return html`<page-move></page-move>`;
      case "notes":
        return html`<page-notes></page-notes>`;
      case "handover":
        return html`<page-handover></page-handover>`;
      case "offline":
        return html`<page-offline></page-offline>`;
      case "receive":
        return html`<page-receive></page-receive>`;
      case "sheet":
        return html`<page-sheet .status=${status}></page-sheet>`;
      case "lost":
        return html`<page-lost .status=${status}></page-lost>`;
      case "left":
        return html`<page-left .status=${status}></page-left>`;
      case "emergency":
        return html`<page-emergency .status=${status}></page-emergency>`;
      case "log":
        return html`<page-log></page-log>`;
      case "policy":
        return html`<page-policy .status=${status}></page-policy>`;
      case "recovery":
        return html`<page-recovery .status=${status}></page-recovery>`;
      case "drill":
        return html`<page-drill .status=${status}></page-drill>`;
      case "readiness":
        return html`<page-readiness .status=${status}></page-readiness>`;
      case "erase":
        return html`<page-erase .status=${status}></page-erase>`;
      case "guest":
        return html`<page-guest></page-guest>`;
      case "restore":
        return html`<page-restore .state=${status.state}></page-restore>`;
      case "ways":
        return html`<page-ways .status=${status}></page-ways>`;
      case "verify":
        return html`<page-verify></page-verify>`;
      default:
        return html`<page-accounts .status=${status}></page-accounts>`;
    }
  }
}

/** @param {DragEvent} event */
function refuseFiles(event) {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "none";
}

/**
 * Whether a place is of use now: what a session may not do is not offered in it.
 * @param {import('../shared/protocol').Status} status
 * @param {string} page
 */
function reachable({ state, session }, page) {
  if (page === "help") return true;
  if (state !== "open") return page === "";
  switch (session) {
    case "renew":
      return page === "ways";
    case "pass":
      return page === "";
    case "rescue":
      return page === "" || page === "recovery";
    default:
      return true;
  }
}

document.documentElement.lang = language();
customElements.define("sparekey-dashboard", Dashboard);
