/** The import conversation: files in, every entry shown with what would become of it, taken in at once, undone at once. */

import { html, nothing } from "lit";

import "../elements/drop-zone.js";
import "../elements/password-field.js";
import { errorBanner } from "../elements/warnings.js";
import { working } from "../elements/working.js";
import { ask, AskError } from "../shared/ask.js";
import { View } from "../shared/element.js";
import { agreeTo, distinct, readDropped, shutFiles, unpack } from "../shared/read-files.js";
import { Refusal } from "../shared/heavy.js";
import { errorText, listed, t, tn } from "../shared/i18n.js";
import { toast } from "../shared/toast.js";
import { howtoFor, howtoList } from "./import-howto.js";
import { takable } from "./import-plan.js";
import { unheld } from "./import-notes.js";
import { skippedLine, skippedList } from "./import-skipped.js";
import "./import-sites.js";

/** What a file may ask for without a question (`Limits` of the importers), in KiB. */
const USUAL_KIB = 256 * 1024;
/** What Wasm can give to one file, in KiB. */
const MOST_KIB = 2 * 1024 * 1024;
/** The heading of what a file brought: read from there on. A file may hold nothing but notes, or nothing that can be taken. */
const TITLES = "#unheld-title, #skipped-title, #plan-title";
/** What a question is about and what it costs: heard with the field and the button. */
const ABOUT = "import-about import-work";

class PageImport extends View {
  static properties = {
    given: { attribute: false },
    question: { state: true },
    read: { state: true },
    plan: { state: true },
    here: { state: true },
    chosen: { state: true },
    notes: { state: true },
    outcomes: { state: true },
    done: { state: true },
    paste: { state: true },
    password: { state: true },
    wrong: { state: true },
    tried: { state: true },
    problem: { state: true },
    family: { state: true },
    busy: { state: true },
    doing: { state: true },
    percent: { state: true },
  };

  constructor() {
    super();
    /** @type {import('../shared/read-files.js').Dropped | undefined} */
    this.dropped = undefined;
    /** @type {import('../shared/read-files.js').Dropped | undefined} What the plan was made of: more may be dropped there. */
    this.planned = undefined;
    /** @type {import('../shared/read-files.js').ReadFiles | undefined} What was read elsewhere, to be shown and taken in here. */
    this.given = undefined;
    /** @type {string[]} Texts of pictures so far: a transfer may come in several. */
    this.texts = [];
    /** @type {Refusal | undefined} A password or an agreement that is asked for. */
    this.question = undefined;
    /** @type {import('../shared/read-files.js').ReadFiles | undefined} */
    this.read = undefined;
    /** @type {import('../shared/protocol').ImportItem[]} */
    this.plan = [];
    /** @type {import('./import-sites.js').Suggested[]} Accounts that are here already and are used on no site. */
    this.here = [];
    /** @type {Set<number>} */
    this.chosen = new Set();
    /** @type {string[]} What would become of each item that no entry can hold. */
    this.outcomes = [];
    /** @type {Set<number>} Which of those are kept as notes. */
    this.notes = new Set();
    /** @type {{ added: string[], kept: string[], entries: import('./import-sites.js').Suggested[], skipped: import('./import-skipped.js').SkippedItem[] } | undefined} */
    this.done = undefined;
    this.paste = "";
    /** @type {string | null} */
    this.password = null;
    /** @type {string[]} Those that opened a file, where files dropped together have passwords of their own. */
    this.passwords = [];
    /** @type {{ what: string, shut: import('../shared/read-files.js').Shut }[]} The files that are shut still: the first one's password is asked for. */
    this.shut = [];
    /** @type {Map<string, string>} Files that the user goes on without, with the reason that is told. */
    this.without = new Map();
    /** @type {import('../shared/read-files.js').Agreed | null} */
    this.agreed = null;
    this.wrong = "";
    /** Whether a password was refused for the file that is asked about. */
    this.tried = false;
    /** The only family that a file without marks could be of. */
    this.likely = "";
    this.problem = "";
    this.family = "";
    /** @type {AbortController | undefined} */
    this.busy = undefined;
    this.stoppable = true;
    this.doing = "";
    /** @type {number | undefined} How far opening a file is, where that can be known. */
    this.percent = undefined;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    const { given } = this;
    if (changed.has("given") && given) this.run(t("reading_file"), (signal) => this.show(given, signal));
  }

  /**
   * Runs one step, with a way to stop it where that is possible. Gives back whether it was not stopped.
   * @param {string} doing
   * @param {(signal: AbortSignal) => Promise<void>} step
   * @param {boolean} [stoppable]
   */
  async run(doing, step, stoppable = true) {
    if (this.busy) return false;
    const busy = new AbortController();
    this.busy = busy;
    this.stoppable = stoppable;
    this.doing = doing;
    this.problem = "";
    this.family = "";
    this.wrong = "";
    const signal = AbortSignal.any([this.signal, busy.signal]);
    try {
      await step(signal);
    } catch (error) {
      if (!signal.aborted) this.refuse(error);
      else if (!stoppable) toast(errorText(error));
    } finally {
      this.busy = undefined;
      this.percent = undefined;
    }
    return !signal.aborted;
  }

  /** @param {unknown} error */
  refuse(error) {
    const refusal = error instanceof Refusal ? error : undefined;
    const code = refusal?.code;
    if (code === "wrong-password" && this.password !== null) {
      this.wrong = wrongText(refusal?.family ?? "");
      this.tried = true;
      this.likely = refusal?.family ?? "";
      if (refusal && this.question?.code !== "password-needed") {
        // The work was agreed to, and another password is what is wanted now.
        refusal.file = this.question?.file ?? "";
        this.question = refusal;
      }
    } else if (refusal && (code === "password-needed" || (code === "too-much-work" && refusal.kib <= MOST_KIB))) {
      this.question = refusal;
    } else {
      this.problem = code === "too-much-work" ? t("import_too_much_memory") : errorText(error);
      this.family = refusal?.family ?? "";
      this.question = undefined;
    }
  }

  /**
   * What is dropped where a part of a transfer is missing comes to what is there. When it is stopped, all is as before.
   * @param {File[]} files
   * @param {import('../shared/read-files.js').Dropped} [before]
   * @param {string | null} [password] What is typed already.
   */
  async take(files, before = this.planned, password = null) {
    if (this.busy) return;
    const { dropped: had, question, shut, texts, tried, likely, password: typed } = this;
    const without = new Map(this.without);
    const done = await this.run(t("reading_file"), async (signal) => {
      const dropped = await unpack(files, signal, files.length === 1 && !before);
      if (before && dropped.blank.length) toast(dropped.blank.map(skippedLine).join(" "));
      this.texts = [...new Set([...this.texts, ...dropped.texts])];
      const kept = (before?.files ?? []).filter((file) => !(this.without.has(file.name) && dropped.files.some((each) => isSame(file, each))));
      const all = distinct([...kept, ...dropped.files]);
      this.dropped = { files: all, texts: this.texts, blank: [...(before?.blank ?? []), ...dropped.blank] };
      this.password = password;
      this.shut = [];
      if (!before) {
        this.passwords = [];
        this.without = new Map();
        this.agreed = null;
      }
      // What was left out and is dropped once more is wanted after all.
      for (const { name } of dropped.files) this.without.delete(name);
      this.tried = false;
      this.likely = "";
      this.question = undefined;
      await this.open(signal);
    });
    if (!done) Object.assign(this, { dropped: had, question, shut, texts, tried, likely, password: typed, without });
    await this.focusOn(this.question ? "password-field input, .agree" : TITLES);
  }

  /**
   * What is dropped where a file is asked about comes to it: it may be the key file of a database.
   * @param {File[]} files
   */
  async takeMore(files) {
    const { dropped, busy } = this;
    if (!dropped || busy) return;
    const there = (/** @type {File} */ file) => dropped.files.some(({ name, bytes }) => name === file.name && bytes.length === file.size);
    const more = files.filter((file) => this.without.has(file.name) || !there(file));
    if (more.length) await this.take(more, dropped, this.password);
  }

  /**
   * Where nothing that is shown can be taken, nothing is in the way of what is dropped.
   * @param {File[]} files
   */
  async takeAnew(files) {
    if (this.busy) return;
    this.forget();
    await this.take(files);
  }

  /** @param {SubmitEvent} event */
  async answer(event) {
    event.preventDefault();
    const { question } = this;
    if (!question) return;
    if (question.code === "too-much-work") this.agreed = agreeTo(this.agreed, question);
    await this.run(t("import_opening"), (signal) => this.open(signal));
    const field = /** @type {import('../elements/password-field.js').PasswordField | null} */ (this.querySelector("password-field"));
    if (this.wrong) await field?.take();
    else await this.focusOn(this.shut.length && this.question ? "password-field input" : `${TITLES}, .agree`);
  }

  /** @param {AbortSignal} signal */
  async open(signal) {
    if (!this.dropped) return;
    const told = (/** @type {number} */ percent) => (this.percent = percent);
    const typed = this.password === null ? [] : [this.password];
    const read = await this.readRest(this.dropped, [...this.passwords, ...typed], signal, told);
    const shut = shutFiles(read).filter(({ what }) => !this.without.has(what));
    if (shut.length && !signal.aborted) this.askNext(shut);
    else await this.show(read, signal);
  }

  /**
   * Reads all that the user does not go on without. A file that no browser could open is no question among others. One that a
   * password is missing for is read on: it may lie in a zip, and a file of its name beside that is another one.
   * @param {import('../shared/read-files.js').Dropped} dropped
   * @param {string[]} passwords
   * @param {AbortSignal} signal
   * @param {(percent: number) => void} told
   * @returns {Promise<import('../shared/read-files.js').ReadFiles>}
   */
  async readRest(dropped, passwords, signal, told) {
    const left = dropped.files.flatMap(({ name }) => {
      const why = this.without.get(name);
      return why && why !== "wrong-password" ? [{ what: name, why }] : [];
    });
    const files = dropped.files.filter(({ name }) => !left.some(({ what }) => what === name));
    try {
      return await readDropped({ ...dropped, files, blank: [...dropped.blank, ...left] }, passwords, this.agreed, signal, told);
    } catch (error) {
      if (!(error instanceof Refusal) || !error.file || error.code !== "too-much-work" || error.kib <= MOST_KIB) throw error;
      this.without.set(error.file, "too-much-memory");
      return await this.readRest(dropped, passwords, signal, told);
    }
  }

  /**
   * Some files were opened, and these were not.
   * @param {typeof this.shut} shut
   */
  askNext(shut) {
    const { family, app } = shut[0]?.shut ?? {};
    const opened = !this.shut.length || shut.length < this.shut.length;
    if (opened && this.password !== null) this.passwords.push(this.password);
    if (opened) this.password = null;
    else this.wrong = wrongText(family ?? "");
    this.tried = !opened;
    this.shut = shut;
    this.question = new Refusal({ code: "password-needed", family, app });
  }

  /** Leaves out the file that is asked about; it is listed with what could not be read. When that is stopped, it is asked about still. */
  async goOnWithout() {
    const { password, tried, without } = this;
    const [first] = this.shut;
    const work = this.question?.code === "too-much-work";
    this.without = new Map(without);
    if (this.question?.file) this.without.set(this.question.file, "left-out");
    else if (first) this.without.set(first.what, "wrong-password");
    // What was typed may open the others.
    if (!work) this.password = null;
    this.tried = false;
    const done = await this.run(t("import_opening"), (signal) => this.open(signal));
    if (!done) Object.assign(this, { password, tried, without });
    await this.focusOn(this.question ? "password-field input, .agree" : TITLES);
  }

  /**
   * @param {import('../shared/read-files.js').ReadFiles} read
   * @param {AbortSignal} signal
   */
  async show(read, signal) {
    const forms = unheld(read).map(({ kept }) => kept);
    // Nothing is no import that a policy could forbid.
    const empty = !read.entries.length && !forms.length;
    const { items, kept } = empty ? { items: [], kept: [] } : await ask({ type: "plan-import", from: read.families, items: read.entries, kept: forms });
    const here = await siteless(read, items);
    if (signal.aborted) return;
    this.plan = items;
    this.here = here;
    this.outcomes = kept;
    this.notes = new Set(kept.flatMap((outcome, index) => (outcome === "new" ? [index] : [])));
    this.chosen = takable(items);
    this.read = read;
    // The files are read again with the part that is missing, under the same passwords.
    const more = isIncomplete(read);
    this.planned = more ? this.dropped : undefined;
    const typed = this.password === null ? [] : [this.password];
    this.passwords = more ? [...this.passwords, ...typed] : [];
    this.question = undefined;
    this.password = null;
    this.shut = [];
  }

  /** Puts away a file that is asked about: with it what else was dropped, but not a plan that was there before. */
  putAway() {
    if (!this.planned) return this.startAnew();
    this.dropped = this.planned;
    this.texts = this.planned.texts;
    this.question = undefined;
    this.password = null;
    this.shut = [];
    this.without = new Map();
    this.wrong = "";
  }

  async commit() {
    const { read } = this;
    if (!read) return;
    await this.run(t("import_doing"), async () => {
      const places = [...this.chosen].toSorted((a, b) => a - b);
      const items = places.flatMap((place) => read.entries[place] ?? []);
      const notes = unheld(read).filter((_, place) => this.notes.has(place));
      const here = await siteless(read, this.plan);
      const { ids, added, kept } = await ask({ type: "import", from: read.families, items, kept: notes.map((item) => item.kept) });
      const fresh = new Set(added);
      const entries = places.flatMap((place, at) => {
        const [entry, plan, id] = [read.entries[place], this.plan[place], ids[at]];
        if (!entry || !plan || !id || !fresh.has(id) || entry.trashed) return [];
        return [{ id, issuer: entry.form.issuer, account: entry.form.account, suggestions: plan.suggestions }];
      });
      // Those that are kept, here already or since now, are not lost.
      const lost = new Set(unheld(read).filter((_, place) => this.outcomes[place] === "new" && !this.notes.has(place)));
      const skipped = read.skipped.filter((item) => !item.kept || lost.has(/** @type {any} */ (item)));
      this.forget();
      this.done = { added, kept, entries: [...entries, ...here], skipped };
      toast(taken(added, kept), t("undo"), () => this.undo(added, kept));
      // The core does it at once or not at all.
    }, false);
    await this.focusOn("#imported-title");
  }

  /**
   * @param {string[]} added
   * @param {string[]} notes
   */
  async undo(added, notes) {
    try {
      // Some may have been deleted meanwhile.
      const there = new Set(notes.length ? (await ask({ type: "kept" })).items.map(({ id }) => id) : []);
      const gone = notes.filter((id) => there.has(id)).length;
      const { removed, kept } = await ask({ type: "undo-import", ids: added, kept: notes });
      const parts = removed || !gone ? [tn("import_undone", removed)] : [];
      if (gone) parts.push(tn("notes_undone", gone));
      if (kept) parts.push(tn("import_kept", kept));
      toast(parts.join(" "));
      this.done = undefined;
      await this.focusOn("h1");
    } catch (error) {
      this.problem = errorText(error);
      if (!this.isConnected) toast(this.problem);
    }
  }

  /** Back to the beginning. The button that led here is gone: what comes next is read from the title on. */
  async startAnew() {
    this.done = undefined;
    this.forget();
    await this.focusOn("h1");
  }

  forget() {
    this.dropped = undefined;
    this.planned = undefined;
    this.texts = [];
    this.read = undefined;
    this.plan = [];
    this.here = [];
    this.chosen = new Set();
    this.outcomes = [];
    this.notes = new Set();
    this.question = undefined;
    this.password = null;
    this.agreed = null;
    this.paste = "";
    this.problem = "";
    this.family = "";
    this.wrong = "";
    this.tried = false;
    this.likely = "";
    this.passwords = [];
    this.shut = [];
    this.without = new Map();
  }

  render() {
    return html`<header class="page-head"><h1 tabindex="-1">${t("import_title")}</h1>${
      this.done || this.read ? nothing : html`<a class="button" href="#/move">${t("move_title")}</a>`
    }</header>
      ${this.done || this.read ? nothing : html`<p class="lead">${t("import_lead")}</p>`}
      ${errorBanner(this.problem)}${this.family ? this.howto() : nothing}
      ${this.done ? this.doneView(this.done) : this.question ? this.questionView(this.question) : this.read ? this.planView(this.read) : this.chooseView()}
      ${this.busy ? working(this.doing, this.stoppable ? () => this.busy?.abort() : undefined, this.percent) : nothing}`;
  }

  howto() {
    const steps = howtoFor(this.family);
    return steps ? html`<section class="card import-howto">${steps}</section>` : nothing;
  }

  /**
   * For who has no password that fits: another file of that app may do, and some take more than a password.
   * @param {string} family
   */
  wayOut(family) {
    const steps = howtoFor(family);
    return steps ? html`<details class="import-howto"><summary>${t("import_way_out")}</summary>${steps}</details>` : nothing;
  }

  chooseView() {
    return html`<div class="columns"><section class="card" aria-label=${t("import_title")}>
        ${this.dropZone()}
        <form class="paste" @submit=${(/** @type {SubmitEvent} */ event) => {
          event.preventDefault();
          if (this.paste.trim()) this.takeText(this.paste);
        }}>
          <div class="field"><label for="import-paste">${t("import_paste")}</label>
            <textarea id="import-paste" rows="3" class="mono" spellcheck="false" autocomplete="off" .value=${this.paste}
              @input=${(/** @type {InputEvent} */ event) => (this.paste = /** @type {HTMLTextAreaElement} */ (event.target).value)}></textarea></div>
          <button type="submit" ?disabled=${!this.paste.trim() || !!this.busy}>${t("read_text")}</button>
        </form></section>
      ${howtoList()}</div>`;
  }

  /** @param {string} text */
  takeText(text) {
    return this.take([new File([text], t("import_pasted"))]);
  }

  dropZone() {
    return html`<drop-zone .label=${t("drop_export")} .hint=${t("drop_export_hint")} .button=${t("choose_files")} multiple
      @files=${(/** @type {CustomEvent} */ event) => this.take(event.detail)}
      @pasted=${(/** @type {CustomEvent} */ event) => this.takeText(event.detail)}></drop-zone>`;
  }

  /**
   * For the views without a place to drop files on.
   * @param {(files: File[]) => unknown} take
   */
  dropAnywhere(take) {
    return html`<drop-zone bare @files=${(/** @type {CustomEvent} */ event) => take(event.detail)}></drop-zone>`;
  }

  /** @param {Refusal} question */
  questionView(question) {
    const work = question.code === "too-much-work";
    return html`${this.dropAnywhere((files) => this.takeMore(files))}<form class="card" @submit=${(/** @type {SubmitEvent} */ event) => this.answer(event)}>
      <h2>${question.app ? t("import_file_of", question.app) : t("import_file_locked")}</h2>
      ${
        question.file
          ? html`<p id="import-about" role="status">${t("import_about", question.file)}</p>`
          : this.shut[0] === undefined
            ? nothing
            : html`<p id="import-about" role="status">${t("import_other_password", this.shut[0].what)}</p>`
      }
      ${
        work
          ? html`<p id="import-work">${question.kib > USUAL_KIB ? t("import_work", Math.round(question.kib / 1024)) : t("import_work_time")}</p>`
          : html`<password-field .label=${t("import_password")} .hint=${t("import_password_hint")} .value=${this.password ?? ""} .error=${this.wrong}
              purpose="off" described=${ABOUT} .disabled=${!!this.busy} @password-change=${(/** @type {CustomEvent} */ event) => {
                this.password = event.detail;
                this.wrong = "";
              }}></password-field>${this.tried ? this.wayOut(question.family || this.likely) : nothing}`
      }
      <div class="buttons"><button type="submit" class="primary agree" aria-describedby=${ABOUT} ?disabled=${!!this.busy || (!work && !this.password)}>${t(work ? "import_go_on" : "import_open")}</button>
        ${question.file || this.shut.length ? html`<button type="button" ?disabled=${!!this.busy} @click=${() => this.goOnWithout()}>${t("import_without")}</button>` : nothing}
        <button type="button" ?disabled=${!!this.busy} @click=${() => this.putAway()}>${t(this.planned ? "cancel" : "other_file")}</button></div>
    </form>`;
  }

  /** @param {import('../shared/read-files.js').ReadFiles} read */
  planView(read) {
    const offered = read.entries.length || this.outcomes.includes("new");
    return html`${read.apps.length ? html`<p class="lead">${t("import_recognised", listed(read.apps))}</p>` : nothing}
      ${
        isIncomplete(read)
          ? html`<p class="banner" role="status">${t("batch_incomplete", read.batch?.read ?? 0, read.batch?.of ?? 0)}</p>${this.dropZone()}`
          : this.dropAnywhere((files) => (offered ? toast(t("import_finish_first")) : this.takeAnew(files)))
      }
      <import-plan .read=${read} .items=${this.plan} .chosen=${this.chosen} .outcomes=${this.outcomes} .notes=${this.notes}
        @import-chosen=${(/** @type {CustomEvent} */ event) => (this.chosen = event.detail)} @import-notes=${(/** @type {CustomEvent} */ event) => (this.notes = event.detail)}></import-plan>
      ${
        offered
          ? html`<div class="buttons"><button type="button" class="primary" ?disabled=${!!this.busy || !(this.chosen.size + this.notes.size)} @click=${() => this.commit()}>${intention(this.chosen.size, this.notes.size)}</button>
            <button type="button" ?disabled=${!!this.busy} @click=${() => this.startAnew()}>${t("cancel")}</button></div>`
          : html`${read.families.length ? html`<p>${t("import_nothing")}</p>` : nothing}<button type="button" class="primary" @click=${() => this.startAnew()}>${t("other_file")}</button>`
      }${this.here.length ? html`<import-sites .entries=${this.here}></import-sites>` : nothing}`;
  }

  /** @param {NonNullable<typeof this.done>} done */
  doneView(done) {
    return html`${this.dropAnywhere((files) => {
        this.done = undefined;
        this.take(files);
      })}<section class="card" aria-labelledby="imported-title"><h2 id="imported-title" tabindex="-1">${taken(done.added, done.kept)}</h2>
        ${done.kept.length ? html`<p>${t("imported_notes")} <a class="link" href="#/notes">${t("notes_open")}</a></p>` : nothing}
        <p>${t("imported_text")}</p>
        <div class="buttons"><a class="button" href="#/verify">${t("imported_try")}</a><a class="button" href="#/">${t("to_accounts")}</a>
          <button type="button" @click=${() => this.undo(done.added, done.kept)}>${t("import_undo")}</button>
          <button type="button" @click=${() => this.startAnew()}>${t("import_more")}</button></div></section>
      ${skippedList(done.skipped)}
      ${done.entries.length ? html`<import-sites .entries=${done.entries}></import-sites>` : nothing}`;
  }
}

/**
 * What a refused password is answered with. Whether a database wants a key file as well, it does not say.
 * @param {string} family
 */
function wrongText(family) {
  return family === "keepass" ? t("import_keepass_refused") : errorText(new AskError({ code: "wrong-password" }));
}

/**
 * @param {import('../shared/read-files.js').NamedBytes} one
 * @param {import('../shared/read-files.js').NamedBytes} other
 */
function isSame(one, other) {
  return one.name === other.name && one.bytes.length === other.bytes.length;
}

/**
 * Whether a part of a transfer is missing.
 * @param {import('../shared/read-files.js').ReadFiles} read
 */
function isIncomplete({ batch }) {
  return !!batch && batch.read < batch.of;
}

/**
 * Accounts of the file that are here already and are used on no site yet, with the sites that can be suggested. Which one it is
 * the names tell, where only one has them.
 * @param {import('../shared/read-files.js').ReadFiles} read
 * @param {import('../shared/protocol').ImportItem[]} plan
 * @returns {Promise<import('./import-sites.js').Suggested[]>}
 */
async function siteless(read, plan) {
  if (!plan.some(({ outcome, suggestions }) => outcome === "already-here" && suggestions.length)) return [];
  const { entries } = await ask({ type: "list" });
  const key = (/** @type {{ issuer: string, account: string }} */ { issuer, account }) => `${issuer}\n${account}`.toLowerCase();
  /** @type {Map<string, import('../shared/protocol').EntryView[]>} */
  const named = new Map();
  for (const entry of entries) if (entry.trashed == null && entry.emergency == null) named.set(key(entry), [...(named.get(key(entry)) ?? []), entry]);
  /** @type {Map<string, import('./import-sites.js').Suggested>} */
  const found = new Map();
  read.entries.forEach(({ form }, place) => {
    const { outcome, suggestions } = plan[place] ?? {};
    const [entry, other] = named.get(key(form)) ?? [];
    if (outcome !== "already-here" || !suggestions?.length || !entry || other || entry.sites.length) return;
    found.set(entry.id, { id: entry.id, issuer: entry.issuer, account: entry.account, suggestions });
  });
  return [...found.values()];
}

/**
 * What came in.
 * @param {string[]} added
 * @param {string[]} kept
 */
function taken(added, kept) {
  const parts = added.length || !kept.length ? [tn("imported", added.length)] : [];
  if (kept.length) parts.push(tn("notes_kept", kept.length));
  return parts.join(" ");
}

/**
 * What the button does.
 * @param {number} accounts
 * @param {number} notes
 */
function intention(accounts, notes) {
  if (!notes) return tn("import_count", accounts);
  if (!accounts) return tn("notes_keep", notes);
  return t("import_with_notes", tn("import_count", accounts), tn("notes_count", notes));
}

customElements.define("page-import", PageImport);
