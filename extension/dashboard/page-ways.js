/** Ways in: everything that opens this vault, with what to do about each; and a new password after an emergency. */

import { html, nothing } from "lit";

import "../elements/new-password.js";
import { policyNote } from "../elements/policy-note.js";
import { errorBanner } from "../elements/warnings.js";
import { working } from "../elements/working.js";
import { ask } from "../shared/ask.js";
import { errorText, t, tn, when } from "../shared/i18n.js";
import { LoadedView } from "../shared/loaded-view.js";
import { deriveNew } from "../shared/password.js";
import { toast } from "../shared/toast.js";
import "./key-shares.js";
import "./passkey-card.js";
import "./recovery-codes.js";
import "./temporary-pass.js";
import { nameOfWay } from "./way-names.js";

/** @typedef {Extract<import('../shared/protocol').Reply, { type: 'ways' }>} Ways */
/** @typedef {import('../shared/protocol').WayView} WayView */

const CODES = new Set(["code", "pair"]);

class PageWays extends LoadedView {
  static properties = {
    status: { attribute: false },
    known: { state: true },
    wanted: { state: true },
    sure: { state: true },
    problem: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    /** @type {import('../shared/protocol').Status} */
    this.status = /** @type {any} */ (undefined);
    /** @type {Ways | undefined} */
    this.known = undefined;
    this.wanted = "";
    /** The first of what is about to be removed: the button asks once more. */
    this.sure = "";
    this.problem = "";
    /** @type {AbortController | undefined} */
    this.busy = undefined;
  }

  async look() {
    this.known = await ask({ type: "ways" });
  }

  /** @param {SubmitEvent} event */
  async setPassword(event) {
    event.preventDefault();
    if (this.busy || !this.wanted) return;
    const busy = new AbortController();
    this.busy = busy;
    this.problem = "";
    const signal = AbortSignal.any([this.signal, busy.signal]);
    try {
      const { jobs } = await ask({ type: "plan-create", profile: "argon2id" });
      await ask({ type: "set-password", new: await deriveNew(jobs, this.wanted, signal) });
      this.wanted = "";
      toast(t("password_changed"));
    } catch (error) {
      if (!signal.aborted) this.problem = errorText(error);
    } finally {
      this.busy = undefined;
    }
  }

  /**
   * @param {WayView[]} ways
   * @param {string} id
   */
  async takeAway(ways, id) {
    if (this.sure !== id) {
      this.sure = id;
      return;
    }
    this.sure = "";
    this.problem = "";
    try {
      await ask({ type: "remove-ways", ids: ways.map((way) => way.id) });
      toast(t("way_removed"));
    } catch (error) {
      this.problem = errorText(error);
    }
  }

  render() {
    const { known, status } = this;
    const may = (/** @type {string} */ kind) => status.policy.ways.includes(kind);
    const recovers = /^(code|pair|shares|pass)$/.test(status.openedBy ?? "") && status.session !== "pass";
    return html`<header class="page-head"><h1>${t("ways_in")}</h1></header>
      <p class="lead">${t("ways_lead")} <a href="#/help/ways-in">${t("learn_more")}</a></p>
      ${status.session === "full" ? html`<p class="links"><a class="link" href="#/lost">${t("stolen_title")}</a> <a class="link" href="#/left">${t("left_title")}</a> <a class="link" href="#/emergency">${t("emergency_page")}</a></p>` : nothing}
      ${errorBanner(this.problem)}
      ${recovers ? this.newPassword() : nothing}
      ${known ? this.list(known.ways) : nothing}
      ${
        may("code") || may("pair") || status.codes
          ? html`<recovery-codes .status=${status} .pairs=${known?.ways.some((way) => way.kind === "pair") ?? false}></recovery-codes>`
          : nothing
      }
      ${known && (may("passkey") || has(known, "passkey")) ? html`<passkey-card .may=${may("passkey")}></passkey-card>` : nothing}
      ${known && may("shares") ? html`<key-shares .label=${known.ways.find((way) => way.kind === "shares")?.label ?? ""}></key-shares>` : nothing}
      ${
        known && status.session === "full" && !recovers && (may("pass") || known.passes.length)
          ? html`<temporary-pass .passes=${known.passes} .limits=${known.limits}></temporary-pass>`
          : nothing
      }
      ${policyNote(status.policy, "newWaysIn", "codesIssuedBy", "passesIssuedBy", "passMinMinutes", "passMaxMinutes", "passOneTimeOnly")}`;
  }

  newPassword() {
    const busy = !!this.busy;
    return html`<section class="card" aria-labelledby="new-password-title"><h2 id="new-password-title">${t("password_new")}</h2>
      <p>${t("password_set_text")}</p>
      <form @submit=${(/** @type {SubmitEvent} */ event) => this.setPassword(event)}>
        <new-password .disabled=${busy} @password-ready=${(/** @type {CustomEvent} */ event) => (this.wanted = event.detail)}></new-password>
        ${this.busy ? working(t("working"), () => this.busy?.abort()) : nothing}
        <button type="submit" class="primary" ?disabled=${busy || !this.wanted}>${t("password_set")}</button>
      </form></section>`;
  }

  /** @param {WayView[]} ways */
  list(ways) {
    const codes = ways.filter((way) => CODES.has(way.kind) && way.kept);
    const others = ways.filter((way) => !CODES.has(way.kind) && way.kind !== "pass" && way.kind !== "escrow");
    const parties = ways.filter((way) => way.kind === "escrow");
    return html`<section class="card" aria-labelledby="ways-title"><h2 id="ways-title">${t("ways_now")}</h2>
      <ul class="plain-list">
        ${parties.map((way) => html`<li><div class="names"><span class="issuer">${nameOfWay(way)}</span><span class="account">${t("way_made", when(way.made))}</span></div>
          <a class="button quiet" href="#/escrow">${t("way_party")}</a></li>`)}
        ${others.map((way) => this.row([way], nameOfWay(way), t("way_made", when(way.made)), way.usage === "backup" || way.kind === "passkey" || others.filter((other) => other.usage !== "backup" && other.kind !== "passkey").length > 1))}
        ${codes.length ? this.row(codes, tn("ways_codes", codes.length), t("way_made", when(codes[0]?.made ?? 0)), true) : nothing}
      </ul>
      ${
        codes.length > 1
          ? html`<details><summary>${t("ways_codes_each")}</summary><p class="hint">${t("ways_codes_each_hint")}</p>
        <ul class="plain-list">${codes.map((way) => this.row([way], nameOfWay(way), t("way_made", when(way.made)), true, `one-${way.id}`))}</ul></details>`
          : nothing
      }
      <p class="hint">${t("ways_copies_stay")}</p></section>`;
  }

  /**
   * @param {WayView[]} ways
   * @param {string} name
   * @param {string} detail
   * @param {boolean} removable
   * @param {string} id what stands for it while the second press is waited for
   */
  row(ways, name, detail, removable, id = ways[0]?.id ?? "") {
    return html`<li><div class="names"><span class="issuer">${name}</span><span class="account">${detail}</span></div>
      ${
        removable
          ? html`<button type="button" class="quiet ${this.sure === id ? "danger" : ""}" @click=${() => this.takeAway(ways, id)}>${t(this.sure === id ? "way_remove_sure" : "way_remove")}</button>`
          : nothing
      }</li>`;
  }
}

/**
 * @param {Ways} known
 * @param {string} kind
 */
function has({ ways }, kind) {
  return ways.some((way) => way.kind === kind);
}

customElements.define("page-ways", PageWays);
