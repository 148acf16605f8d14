/**
 * Scanning the page in front for QR codes, and where it shows none, on request, for a key in its text. One account that is added and bound to the page has its first code filled
 * there in the same press. Tells `scan-done` with the ids of what was added, and what to say.
 */

import { html, nothing } from "lit";

import { addedText } from "../elements/found-accounts.js";
import { working } from "../elements/working.js";
import { ask, AskError } from "../shared/ask.js";
import { View } from "../shared/element.js";
import { errorText, t } from "../shared/i18n.js";
import { icon } from "../shared/icons.js";
import { fromDataUrl, readPicture } from "../shared/pictures.js";
import { toast } from "../shared/toast.js";
import { openDashboard } from "../shared/webext.js";

class PopupScan extends View {
  static properties = {
    page: { state: true },
    readings: { state: true },
    problem: { state: true },
    busy: { state: true },
    none: { state: true },
    ticked: { state: true },
  };

  constructor() {
    super();
    /** @type {import('../shared/protocol').PageView | undefined} The page that was looked at. */
    this.page = undefined;
    /** @type {import('../elements/found-accounts.js').Readings | undefined} */
    this.readings = undefined;
    this.problem = "";
    this.busy = false;
    this.none = false;
    /** The site on offer is ticked beforehand. */
    this.ticked = false;
    /** @type {string[]} Texts of earlier looks: a transfer comes as several codes, one after the other. */
    this.texts = [];
  }

  connected() {
    this.scan();
  }

  async scan() {
    this.busy = true;
    this.none = false;
    this.problem = "";
    try {
      const { dataUrl } = await this.inFront(() => ask({ type: "capture" }));
      const texts = await readPicture(fromDataUrl(dataUrl), this.signal);
      this.none = !texts.length;
      if (texts.length) {
        this.texts = [...new Set([...this.texts, ...texts])];
        // Known before anything is shown: no tick changes under the user's hand.
        if (texts.length === 1 && this.page?.site && !this.page.private) this.ticked = await this.isThePagesOwn(texts[0]).catch(() => false);
        this.readings = await ask({ type: "read", texts: this.texts });
      }
    } catch (error) {
      if (!this.signal.aborted) this.problem = errorText(error);
    } finally {
      this.busy = false;
    }
    await this.focusOn("button.primary");
  }

  /**
   * Looks at the page in front. The site on offer is the one of the page that was looked at, whatever was in front when the
   * popup opened; one that moved on under the look is none.
   * @template T
   * @param {() => Promise<T>} look
   */
  async inFront(look) {
    const before = await ask({ type: "page" });
    const seen = await look();
    const after = await ask({ type: "page" });
    const same = before.document === after.document && before.site?.origin === after.site?.origin;
    this.page = same ? after : undefined;
    return seen;
  }

  /** The key that the page shows as text, or in a link: its text is read now, once, because the user asked. */
  async findText() {
    this.busy = true;
    this.problem = "";
    try {
      const { text, links } = await this.inFront(() => ask({ type: "page-text" }));
      const readings = await ask({ type: "find-secrets", text, links });
      if (!readings.forms.length && !readings.skipped.length) throw new AskError({ code: "no-key-in-text" });
      this.none = false;
      this.readings = readings;
    } catch (error) {
      if (!this.signal.aborted) this.problem = errorText(error);
    } finally {
      this.busy = false;
    }
    await this.focusOn("button.primary");
  }

  /**
   * Whether the page itself has drawn this code: the core decides what follows from it.
   * @param {string} text
   */
  async isThePagesOwn(text) {
    const { pictures } = await ask({ type: "drawn" });
    /** @type {string[]} */
    let drawn = [];
    for (const picture of pictures) {
      drawn = [...drawn, ...(await readPicture(fromDataUrl(picture), this.signal).catch(() => []))];
      if (drawn.includes(text)) break;
    }
    return (await ask({ type: "offer", text, drawn })).ticked;
  }

  /** @param {import('../shared/protocol').EntryForm[]} forms */
  async add(forms) {
    this.busy = true;
    try {
      const added = await ask({ type: "add", forms });
      toast(addedText(added));
      const said = (await this.confirm(forms, added.ids)) ? t("added_and_filled") : "";
      this.tell("scan-done", { ids: added.ids, said });
    } catch (error) {
      this.problem = errorText(error);
    } finally {
      this.busy = false;
    }
  }

  /**
   * The page that showed the code asks for a first code from it, mostly right below. Where it does not, nothing is said:
   * the account is there, and its code can be copied.
   * @param {import('../shared/protocol').EntryForm[]} forms
   * @param {string[]} ids
   */
  async confirm(forms, ids) {
    const [id] = ids;
    if (ids.length !== 1 || !id || !forms[0]?.sites.length || !this.page?.document) return false;
    try {
      const { result } = await ask({ type: "fill", id, remember: false, document: this.page.document, site: this.page.site?.origin ?? null });
      return result === "filled";
    } catch {
      return false;
    }
  }

  render() {
    return html`<section class="scan" aria-labelledby="scan-title">
      <header class="scan-head">
        <button type="button" class="icon-button" aria-label=${t("back")} title=${t("back")} @click=${() => this.tell("scan-done", { ids: [] })}>${icon("close")}</button>
        <h1 id="scan-title">${t("scan_page")}</h1>
      </header>
      ${this.busy && !this.readings ? working(t("looking_for_qr")) : nothing}
      ${
        this.problem || this.none
          ? html`<div class="empty">
            <h2>${this.none ? t("no_qr_title") : t("scan_failed_title")}</h2><p>${this.problem || t("no_qr_text")}</p>
            <div class="buttons">
              ${this.page?.document && !this.page.private && !this.problem ? html`<button type="button" class="find-text" ?disabled=${this.busy} @click=${() => this.findText()}>${icon("key")}${t("find_key_text")}</button>` : nothing}
              <button type="button" class="primary" @click=${() => this.scan()}>${icon("scan")}${t("scan_again")}</button>
              <button type="button" @click=${() => this.elsewhere()}>${t("add_other_way")}</button>
            </div>
          </div>`
          : nothing
      }
      ${
        this.readings
          ? html`<found-accounts .readings=${this.readings} .offer=${this.page?.private ? null : this.page?.site} .ticked=${this.ticked} .busy=${this.busy}
            @add-forms=${(/** @type {CustomEvent} */ event) => this.add(event.detail)} @found-cancel=${() => this.tell("scan-done", { ids: [] })}></found-accounts>`
          : nothing
      }
      ${
        this.readings?.batch && this.readings.batch.read < this.readings.batch.of
          ? html`<button type="button" @click=${() => this.scan()}>${icon("scan")}${t("scan_next_part")}</button>`
          : nothing
      }
    </section>`;
  }

  async elsewhere() {
    await openDashboard("/add");
    close();
  }
}

customElements.define("popup-scan", PopupScan);
