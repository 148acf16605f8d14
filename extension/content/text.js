// Gives back what this page shows as text: its lines, what stands in fields that are only to be read, and links that
// begin with `otpauth`. Injected into the top frame when the user asks for backup codes or for a key to be read from the
// page in front, and never otherwise. Draws nothing, changes nothing. Its value is what the browser hands over.

(() => {
  // A page of codes or a key is far below.
  const MAX = { text: 200_000, links: 20, link: 4_000, roots: 400, elements: 20_000, struck: 500, leaves: 5_000 };
  const world = /** @type {any} */ (globalThis);
  const api = world.browser?.runtime ? world.browser : world.chrome;

  /** @param {Element} element @returns {ShadowRoot | null} */
  const shadowOf = (element) =>
    element.shadowRoot ?? api?.dom?.openOrClosedShadowRoot?.(element) ?? /** @type {any} */ (element).openOrClosedShadowRoot ?? null;
  /** @param {Element} element */
  const shown = (element) => Element.prototype.checkVisibility.call(element, { opacityProperty: true, visibilityProperty: true });

  /** @type {(Document | ShadowRoot)[]} */
  const roots = [document];
  for (let at = 0; at < roots.length && roots.length < MAX.roots; at++) {
    const all = [...(roots[at]?.querySelectorAll("*") ?? [])].slice(0, MAX.elements);
    for (const element of all) {
      const shadow = shadowOf(element);
      if (shadow && shown(element)) roots.push(shadow);
    }
  }

  /** @type {string[]} */
  const parts = [];
  /** @type {string[]} */
  const links = [];
  /** @type {Set<string>} */
  const struck = new Set();
  for (const root of roots) {
    const tops = root instanceof Document ? [root.body] : [...root.children];
    for (const top of tops) if (top instanceof HTMLElement && shown(top)) parts.push(top.innerText);
    for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (root.querySelectorAll("input:is([readonly],[disabled]):is([type=text],:not([type])),textarea:is([readonly],[disabled])"))) {
      if (shown(field) && field.value) parts.push(field.value);
    }
    for (const link of root.querySelectorAll("a[href^='otpauth' i]")) {
      const href = link.getAttribute("href") ?? "";
      if (links.length < MAX.links && href.length <= MAX.link) links.push(href);
    }
    let leaves = 0;
    for (const leaf of root.querySelectorAll(":not(:has(*))")) {
      if (leaves++ > MAX.leaves || struck.size > MAX.struck) break;
      const text = (leaf.textContent ?? "").trim();
      if (text.length < 6 || text.length > 100 || !/[\d-]/.test(text)) continue;
      const line = leaf.closest("s,del,strike") || getComputedStyle(leaf).textDecorationLine.includes("line-through");
      if (line) struck.add(text.replaceAll(/\s+/g, " "));
    }
  }
  let text = parts.join("\n").slice(0, MAX.text);
  for (const words of struck) text = text.replaceAll(words, `~~${words}~~`);
  return { text, links };
})();
