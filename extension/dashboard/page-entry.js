/** One account: its code at arm's length, its words, its sites, its secret when asked, and the way to the bin. */

import { html, nothing } from "lit";

import { textField } from "../elements/account-fields.js";
import { badge } from "../elements/badge.js";
import "../elements/otp-code.js";
import "../elements/qr-image.js";
import "../elements/second-unlock.js";
import "../elements/time-ring.js";
import { errorBanner } from "../elements/warnings.js";
import { ask, AskError } from "../shared/ask.js";
import { releaseUnused } from "../shared/by-itself.js";
import { onChange } from "../shared/changes.js";
import { watchCodes } from "../shared/codes.js";
import { copyCode } from "../shared/copy.js";
import { View } from "../shared/element.js";
import { nameOf } from "../shared/format.js";
import { errorText, t, when } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { toast } from "../shared/toast.js";
import "./backup-codes.js";
import "./emergency-card.js";
import "./entry-sites.js";
import "./replace-secret.js";
import { go } from "./route.js";

/** @typedef {import('../shared/protocol').EntryView} EntryView */

class PageEntry extends View {
  static properties = {
    entryId: { attribute: false },
    settings: { attribute: false },
    entry: { state: true },
    code: { state: true },
    words: { state: true },
    secret: { state: true },
    locked: { state: true },
    problem: { state: true },
    gone: { state: true },
    resync: { state: true },
  };

  constructor() {
    super();
    this.entryId = "";
    /** @type {import('../shared/protocol').Settings | undefined} */
    this.settings = undefined;
    /** @type {EntryView | undefined} */
    this.entry = undefined;
    /** @type {import('../shared/protocol').CodeView | undefined} */
    this.code = undefined;
    /** @type {{ issuer: string, account: string, note: string, tags: string } | undefined} What was typed and is not saved. */
    this.words = undefined;
    /** @type {Extract<import('../shared/protocol').Reply, { type: 'secret' }> | undefined} */
    this.secret = undefined;
    /** The key was wanted, and lies behind the password. */
    this.locked = false;
    this.problem = "";
    this.gone = false;
    this.resync = "";
  }

  connected() {
    onChange(() => this.load(), this.signal);
    watchCodes(
      (codes) => (this.code = codes.get(this.entryId) ?? (this.entry?.period == null ? this.code : undefined)),
      (error) => this.tell("failed", error),
      this.signal,
    );
    // A secret does not stay on the screen of a page that nobody looks at.
    document.addEventListener("visibilitychange", () => document.hidden && (this.secret = undefined), { signal: this.signal });
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (!changed.has("entryId")) return;
    // The key of one account is never shown under the name of another.
    this.secret = undefined;
    this.locked = false;
    if (this.entryId) this.load();
  }

  async load() {
    try {
      const { entries } = await ask({ type: "list" });
      this.entry = entries.find((entry) => entry.id === this.entryId);
      this.gone = !this.entry;
    } catch (error) {
      this.tell("failed", error);
    }
  }

  /**
   * Does one thing to this entry and shows it as it is then.
   * @param {() => Promise<unknown>} act
   */
  async act(act) {
    this.problem = "";
    try {
      await act();
      await this.load();
      return true;
    } catch (error) {
      this.problem = errorText(error);
      return false;
    }
  }

  /** @param {Partial<import('../shared/protocol').EntryEdit>} edit */
  edit(edit) {
    const unchanged = { issuer: null, account: null, note: null, tags: null, pinned: null, unverified: null, emergency: null };
    return this.act(() => ask({ type: "edit", id: this.entryId, edit: { ...unchanged, ...edit } }));
  }

  /** @param {SubmitEvent} event */
  async save(event) {
    event.preventDefault();
    const { words } = this;
    if (!words) return;
    const tags = words.tags
      .split(",")
      .map((tag) => tag.trim())
      .filter(Boolean);
    if (await this.edit({ issuer: words.issuer, account: words.account, note: words.note, tags })) {
      this.words = undefined;
      toast(t("saved"));
    }
  }

  async trash() {
    const { entry } = this;
    if (!entry || !(await this.act(() => ask({ type: "trash", ids: [entry.id] })))) return;
    await this.act(releaseUnused);
    go("");
    toast(t("trashed", nameOf(entry)), t("undo"), async () => {
      try {
        await ask({ type: "restore", ids: [entry.id] });
        toast(t("restored_one", nameOf(entry)));
        go("entry", entry.id);
      } catch (error) {
        toast(errorText(error));
      }
    });
  }

  /** The key, or the question for the password. */
  async reveal() {
    this.problem = "";
    const id = this.entryId;
    try {
      const secret = await ask({ type: "reveal", id });
      if (id !== this.entryId || document.hidden) return;
      this.secret = secret;
      this.locked = false;
      await this.focusOn(".secret button");
    } catch (error) {
      if (id !== this.entryId) return;
      this.locked = error instanceof AskError && error.code === "needs-fresh";
      if (!this.locked) this.problem = errorText(error);
    }
  }

  async closeSecret() {
    this.secret = undefined;
    this.locked = false;
    await this.focusOn(".secret button");
  }

  async nextCode() {
    try {
      this.code = await ask({ type: "next-hotp", id: this.entryId });
      await this.load();
    } catch (error) {
      this.problem = errorText(error);
    }
  }

  /** @param {SubmitEvent} event */
  async synchronise(event) {
    event.preventDefault();
    const codes = this.resync.split(/[\s,;]+/).filter(Boolean);
    if (await this.act(() => ask({ type: "resync-hotp", id: this.entryId, codes }))) {
      this.resync = "";
      this.code = undefined;
      toast(t("resynced"));
    }
  }

  render() {
    const { entry } = this;
    if (this.gone)
      return html`<div class="empty empty-page"><h1>${t("entry_gone")}</h1><a class="button" href="#/">${t("to_accounts")}</a></div>`;
    if (!entry) return nothing;
    return html`<header class="page-head entry-head">
        ${badge(entry)}
        <div class="names"><h1>${entry.issuer || entry.account || "—"}</h1><p class="account">${entry.issuer ? entry.account : ""}</p></div>
        <button type="button" aria-pressed=${entry.pinned ? "true" : "false"} @click=${() => this.edit({ pinned: !entry.pinned })}>${icon("pin")}${t(entry.pinned ? "unpin" : "pin")}</button>
      </header>
      ${errorBanner(this.problem)}
      ${entry.trashed != null ? this.inBin(entry) : nothing}
      ${
        entry.unverified
          ? html`<div class="banner">${icon("help")}<div><p>${t("unverified_text")}</p></div>
            <button type="button" @click=${() => this.edit({ unverified: false })}>${icon("done")}${t("it_works")}</button></div>`
          : nothing
      }
      ${entry.former ? this.formerBanner(entry.former) : nothing}
      ${entry.trashed == null && (entry.emergency == null || this.code) ? this.codeCard(entry) : nothing}
      <div class="columns">
        <div>${this.wordsCard(entry)}</div>
        <div>
          <entry-sites .entry=${entry} @site-added=${(/** @type {CustomEvent} */ event) => this.act(() => ask({ type: "bind", id: entry.id, site: event.detail }))}
            @site-removed=${(/** @type {CustomEvent} */ event) => this.unbind(entry, event.detail)}></entry-sites>
          ${entry.trashed == null ? html`<emergency-card .entry=${entry} ?open=${!!this.code} @emergency-changed=${() => this.load()}></emergency-card>` : nothing}
          ${entry.trashed == null ? html`<backup-codes .entry=${entry}></backup-codes>` : nothing}
          ${entry.emergency == null || this.code ? this.secretCard(entry) : nothing}
          ${entry.trashed == null ? this.replaceCard(entry) : nothing}
          ${
            entry.trashed == null
              ? html`<section class="card quiet-card"><div><h2>${t("bin_move")}</h2><p class="hint">${t("bin_move_hint")}</p></div>
                <button type="button" class="danger" @click=${() => this.trash()}>${icon("bin")}${t("bin_move")}</button></section>`
              : nothing
          }
        </div>
      </div>`;
  }

  /**
   * @param {EntryView} entry
   * @param {import('../shared/protocol').SiteView} site
   */
  async unbind(entry, site) {
    const form = { origin: site.origin, subdomains: site.subdomains };
    if (!(await this.act(() => ask({ type: "unbind", id: entry.id, site: form })))) return;
    await this.act(releaseUnused);
    toast(t("site_removed", site.host), t("undo"), () => this.act(() => ask({ type: "bind", id: entry.id, site: form })));
  }

  /** @param {import('../shared/protocol').FormerView} former */
  formerBanner(former) {
    return html`<div class="banner">${icon("key")}<div><p>${former.tried == null ? t("replaced_untried", when(former.at)) : t("replaced_tried", when(former.at), when(former.until))}</p></div>
      <button type="button" @click=${() => this.undoReplace()}>${t("replace_undo")}</button></div>`;
  }

  async undoReplace() {
    if (await this.act(() => ask({ type: "undo-replace", id: this.entryId }))) toast(t("replace_undone"));
  }

  /** @param {EntryView} entry */
  replaceCard(entry) {
    return html`<section class="card" aria-labelledby="replace-title"><h2 id="replace-title">${t("replace_title")}</h2>
      <p class="hint">${t("replace_text")}</p>
      <replace-secret quiet .entry=${entry} @key-chosen=${(/** @type {CustomEvent} */ event) => this.replaceKey(event.detail)}></replace-secret></section>`;
  }

  /** @param {import('../shared/protocol').EntryForm} form */
  async replaceKey(form) {
    if (!(await this.act(() => ask({ type: "replace-secret", id: this.entryId, form, from: null })))) return;
    this.secret = undefined;
    this.code = undefined;
    toast(t("replaced"), t("undo"), () => this.undoReplace());
  }

  /** @param {EntryView} entry */
  inBin(entry) {
    return html`<div class="banner">${icon("bin")}<div><p>${t("in_bin", when(entry.trashed ?? 0))}</p></div>
      <button type="button" @click=${() => this.act(() => ask({ type: "restore", ids: [entry.id] }))}>${t("restore_entry")}</button></div>`;
  }

  /** @param {EntryView} entry */
  codeCard(entry) {
    const { code } = this;
    const counted = entry.period == null;
    return html`<section class="card code-card" aria-label=${t("code_now")}>
      ${
        code
          ? html`<otp-code class="large" .code=${code.code} .next=${this.settings?.showNext ? code.next : undefined}></otp-code>
            ${code.until != null ? html`<time-ring .until=${code.until} .period=${code.period}></time-ring>` : nothing}
            <span class="spring"></span>
            <button type="button" class="primary" @click=${() => copyCode(code.code, entry)}>${icon("copy")}${t("copy_code")}</button>`
          : counted
            ? html`<p>${t("hotp_text")}</p><span class="spring"></span>`
            : nothing
      }
      ${counted ? html`<button type="button" class=${code ? "" : "primary"} @click=${() => this.nextCode()}>${icon("again")}${t("next_code")}</button>` : nothing}
    </section>
    ${
      counted
        ? html`<details class="more card"><summary>${t("resync_title")}</summary>
          <form class="inline" @submit=${(/** @type {SubmitEvent} */ event) => this.synchronise(event)}>
            ${textField({ id: "resync", label: t("resync_label"), value: this.resync, input: (text) => (this.resync = text), hint: t("resync_hint"), mono: true })}
            <button type="submit" ?disabled=${!this.resync.trim()}>${t("resync_do")}</button>
          </form></details>`
        : nothing
    }`;
  }

  /** @param {EntryView} entry */
  wordsCard(entry) {
    const words = this.words ?? { issuer: entry.issuer, account: entry.account, note: entry.note, tags: entry.tags.join(", ") };
    const change = (/** @type {Partial<typeof words>} */ part) => (this.words = { ...words, ...part });
    return html`<section class="card" aria-labelledby="words-title"><h2 id="words-title">${t("details")}</h2>
      <form @submit=${(/** @type {SubmitEvent} */ event) => this.save(event)}>
        ${textField({ id: "edit-issuer", label: t("issuer"), value: words.issuer, input: (issuer) => change({ issuer }) })}
        ${textField({ id: "edit-account", label: t("account"), value: words.account, input: (account) => change({ account }) })}
        <div class="field"><label for="edit-note">${t("note")}</label>
          <textarea id="edit-note" rows="3" autocomplete="off" .value=${words.note} @input=${(/** @type {InputEvent} */ event) => change({ note: /** @type {HTMLTextAreaElement} */ (event.target).value })}></textarea></div>
        ${textField({ id: "edit-tags", label: t("tags"), value: words.tags, input: (tags) => change({ tags }), hint: t("tags_hint") })}
        <div class="buttons">
          <button type="submit" class="primary" ?disabled=${!this.words}>${t("save")}</button>
          ${this.words ? html`<button type="button" @click=${() => (this.words = undefined)}>${t("discard")}</button>` : nothing}
        </div>
      </form>
      <dl class="facts">
        <div><dt>${t("kind")}</dt><dd>${kindText(entry)}</dd></div>
        <div><dt>${t("added_on")}</dt><dd>${when(entry.created)}</dd></div>
        <div><dt>${t("last_used")}</dt><dd>${entry.lastUsed != null ? when(entry.lastUsed) : t("never")}</dd></div>
      </dl>
    </section>`;
  }

  /** @param {EntryView} entry */
  secretCard(entry) {
    const { secret } = this;
    return html`<section class="card secret" aria-labelledby="secret-title"><h2 id="secret-title">${t("secret_title")}</h2>
      ${
        secret
          ? html`<p class="hint">${t("secret_shown_hint")}</p>
            ${secret.qr.length ? html`<qr-image .rows=${secret.qr} .label=${t("qr_of", nameOf(entry))}></qr-image>` : nothing}
            <p class="secret-text mono">${secret.secret.match(/.{1,4}/g)?.join(" ")}</p>
            ${secret.uri ? html`<details class="more"><summary>${t("uri")}</summary><p class="secret-text mono">${secret.uri}</p></details>` : nothing}
            <button type="button" @click=${() => this.closeSecret()}>${icon("hide")}${t("hide_secret")}</button>`
          : this.locked
            ? html`<div class="banner banner-warn">${icon("warn")}<div><p>${t("secret_warning")}</p></div></div>
            <second-unlock .action=${t("show_secret")} @fresh=${() => this.reveal()} @fresh-cancel=${() => this.closeSecret()}></second-unlock>`
            : html`<p class="hint">${t("secret_warning")}</p>
            <button type="button" @click=${() => this.reveal()}>${icon("eye")}${t("show_secret")}</button>`
      }
    </section>`;
  }
}

/** @param {EntryView} entry */
function kindText(entry) {
  if (entry.kind === "steam") return t("kind_steam");
  const parts = [t(`kind_${entry.kind}`), entry.algorithm.replace("SHA", "SHA-"), t("digits_count", entry.digits)];
  if (entry.period != null) parts.push(t("period_count", entry.period));
  if (entry.counter != null) parts.push(t("counter_at", entry.counter));
  return parts.join(" · ");
}

customElements.define("page-entry", PageEntry);
