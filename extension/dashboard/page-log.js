/** The log: what happened in this vault, newest first, to be narrowed down and saved. */

import { html, nothing } from "lit";

import { choiceField } from "../elements/account-fields.js";
import { ask } from "../shared/ask.js";
import { nameOf } from "../shared/format.js";
import { coded, t, tn, when } from "../shared/i18n.js";
import { LoadedView } from "../shared/loaded-view.js";
import { save } from "../shared/save.js";
import { GROUPS, groupsOf, isAlarm } from "./log-groups.js";

/** @typedef {import('../shared/protocol').LogView} LogView */

/** More at once help nobody to find anything. */
const PAGE = 200;

class PageLog extends LoadedView {
  static properties = { lines: { state: true }, names: { state: true }, group: { state: true }, search: { state: true }, shown: { state: true } };

  constructor() {
    super();
    /** @type {LogView[] | undefined} */
    this.lines = undefined;
    /** @type {Map<string, string>} */
    this.names = new Map();
    this.group = "";
    this.search = "";
    this.shown = PAGE;
  }

  async look() {
    const [{ lines }, { entries }] = await Promise.all([ask({ type: "log" }), ask({ type: "list" })]);
    this.names = new Map(entries.map((entry) => [entry.id, nameOf(entry)]));
    this.lines = lines;
  }

  /** The lines that are asked for. */
  get found() {
    const words = this.search.toLowerCase().split(/\s+/).filter(Boolean);
    return (this.lines ?? []).filter((line) => {
      const text = `${eventOf(line)} ${this.aboutOf(line)}`.toLowerCase();
      return (!this.group || groupsOf(line.what).includes(this.group)) && words.every((word) => text.includes(word));
    });
  }

  /** @param {LogView} line */
  aboutOf(line) {
    const { entry, host, reason, label } = line;
    const count = countOf(line);
    return [entry && (this.names.get(entry) ?? t("log_entry_gone")), count === undefined ? host : tn("log_items", count), label && t("log_number", label), reason && `“${reason}”`].filter(Boolean).join(" · ");
  }

  /** JSON lines, the oldest first, as logs are kept. */
  saveAll() {
    const lines = (this.lines ?? []).toReversed().map((line) => {
      const { at, what, entry, host, reason, label } = line;
      const count = countOf(line);
      return JSON.stringify({
        at: new Date(at).toISOString(),
        what,
        ...(entry && { entry, name: this.names.get(entry) }),
        ...(count === undefined ? host && { host } : { count }),
        ...(label && { number: label }),
        ...(reason && { reason }),
      });
    });
    const day = new Date().toISOString().slice(0, 10);
    save(`sparekey-log-${day}.jsonl`, new TextEncoder().encode(`${lines.join("\n")}\n`));
  }

  render() {
    if (!this.lines) return nothing;
    const { found } = this;
    return html`<header class="page-head"><h1>${t("log_title")}</h1>
        <button type="button" ?disabled=${this.lines.length === 0} @click=${() => this.saveAll()}>${t("log_save")}</button></header>
      <p class="lead">${t("log_lead")}</p>
      <div class="form-grid">
        ${choiceField({
          id: "log-group",
          label: t("log_show"),
          value: this.group,
          options: [["", t("log_all")], ...GROUPS.map((name) => /** @type {[string, string]} */ ([name, coded("log_group", name) ?? name]))],
          change: (group) => this.narrow(group, this.search),
        })}
        <div class="field"><label for="log-search">${t("log_search")}</label>
          <input id="log-search" type="search" .value=${this.search} @input=${(/** @type {InputEvent} */ event) => this.narrow(this.group, /** @type {HTMLInputElement} */ (event.target).value)}></div>
      </div>
      <p class="hint" role="status">${tn("log_lines", found.length)}</p>
      ${
        found.length
          ? html`<section class="card"><table class="rules log"><thead><tr><th scope="col">${t("log_when")}</th><th scope="col">${t("log_what")}</th><th scope="col">${t("log_about")}</th></tr></thead>
            <tbody>${found.slice(0, this.shown).map((line) => this.row(line))}</tbody></table>
            ${found.length > this.shown ? html`<button type="button" class="link" @click=${() => (this.shown += PAGE)}>${t("log_more")}</button>` : nothing}</section>`
          : nothing
      }
      <p class="hint">${t("log_honest")}</p>`;
  }

  /** @param {LogView} line */
  row(line) {
    return html`<tr class=${isAlarm(line.what) ? "alarm" : ""}><td><time datetime=${new Date(line.at).toISOString()}>${when(line.at)}</time></td>
      <td>${eventOf(line)}</td><td>${this.aboutOf(line)}</td></tr>`;
  }

  /**
   * @param {string} group
   * @param {string} search
   */
  narrow(group, search) {
    this.group = group;
    this.search = search;
    this.shown = PAGE;
  }
}

/** @param {LogView} line */
function eventOf({ what }) {
  return coded("log_event", what) ?? what;
}

/**
 * How many items an event is about, where that stands in place of a site.
 * @param {LogView} line
 */
function countOf({ what, host }) {
  return what === "import-undone" && /^\d+$/.test(host ?? "") ? Number(host) : undefined;
}

customElements.define("page-log", PageLog);
