/** The popup: which screen the vault's state asks for. */

import { html, nothing } from "lit";

import { backupLine } from "../elements/backup-state.js";
import { stateOf, stateScreen } from "../elements/state-screen.js";
import { emergencyBanner } from "../elements/emergency-banner.js";
import { escrowBanner } from "../elements/escrow-banner.js";
import { sessionBanner } from "../elements/session-banner.js";
import "../elements/toast-stack.js";
import "../elements/unlock-form.js";
import { errorBanner, warningsBanner } from "../elements/warnings.js";
import { waysUsedBanner } from "../elements/ways-used-banner.js";
import { ask } from "../shared/ask.js";
import { View } from "../shared/element.js";
import { errorText, t } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { watchStatus } from "../shared/status.js";
import { language, openDashboard } from "../shared/webext.js";
import "./popup-codes.js";

class Popup extends View {
  static properties = { status: { state: true }, page: { state: true }, problem: { state: true } };

  constructor() {
    super();
    /** @type {import('../shared/protocol').Status | undefined} */
    this.status = undefined;
    /** @type {import('../shared/protocol').PageView | undefined} The page in front of a locked vault. */
    this.page = undefined;
    this.problem = "";
    /** The last unlock was to fill too. */
    this.fills = false;
    this.look = () => {};
  }

  connected() {
    this.look = watchStatus(
      (status) => {
        this.status = status;
        this.problem = "";
        // Seen is reminded: the next one comes in a week at the earliest.
        if (status.backups.remind) ask({ type: "remind-later", days: 7 }).catch(() => {});
        if (status.state === "locked") this.lookAtPage();
      },
      (error) => (this.problem = errorText(error)),
      this.signal,
    );
  }

  async lookAtPage() {
    try {
      this.page = await ask({ type: "page" });
    } catch {
      // Then unlocking is just unlocking.
      this.page = undefined;
    }
  }

  /** The press is kept for the document that the user sees, until the vault is open. @param {boolean} fill */
  async hold(fill) {
    this.fills = fill;
    // What is not kept is not filled, and said so once the vault is open.
    await ask({ type: "hold", document: (fill && this.page?.document) || null }).catch(() => {});
  }

  render() {
    const { status } = this;
    if (!status) return this.problem ? errorBanner(this.problem) : nothing;
    return html`${errorBanner(this.problem)}${warningsBanner(status.warnings)}${sessionBanner(status, () => leaveFor("/ways"))}${waysUsedBanner(status, () => leaveFor("/log"), () => leaveFor("/ways"))}${emergencyBanner(status, () => leaveFor("/log"), () => leaveFor("/emergency"))}${escrowBanner(status, () => leaveFor("/escrow"))}${this.screen(status)}`;
  }

  /** @param {import('../shared/protocol').Status} status */
  screen(status) {
    switch (status.state) {
      case "open":
        // Nothing but new ways in can be set after a one-time pass: the banner says where.
        if (status.session === "renew") return nothing;
        return html`<popup-codes .status=${status} .fills=${this.fills} @vault-locked=${() => this.look()}></popup-codes>`;
      case "locked":
        return html`<unlock-form .status=${status} .fills=${this.page && !this.page.reason ? (this.page.site?.host ?? "") : ""} @unlocked=${() => this.look()}
            @paper-open=${(/** @type {Event} */ event) => {
              event.preventDefault();
              leaveFor("/");
            }}
            .begin=${(/** @type {boolean} */ fill) => this.hold(fill)}></unlock-form>
          ${backupLine(status, () => leaveFor("/recovery"))}
          <p class="below"><button type="button" class="link" @click=${() => leaveFor("/")}>${icon("open")}${t("open_dashboard")}</button></p>`;
      default:
        return stateScreen(stateOf(status), {
          setUp: () => leaveFor("/"),
          restore: () => leaveFor("/restore"),
          again: () => this.look(),
        });
    }
  }
}

/**
 * The dashboard instead of the popup: choosing a file would close the popup.
 * @param {string} route
 */
async function leaveFor(route) {
  await openDashboard(route);
  close();
}

document.documentElement.lang = language();
customElements.define("sparekey-popup", Popup);
