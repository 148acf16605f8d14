/** Type to filter: an entry stays when every word typed occurs in one of its words. */

/** @typedef {import('./protocol').EntryView} EntryView */

/**
 * The entries that fit, those whose issuer or account starts with the query first, otherwise in their order.
 * @param {EntryView[]} entries
 * @param {string} query
 */
export function matching(entries, query) {
  const words = fold(query).split(/\s+/).filter(Boolean);
  if (!words.length) return entries;
  const found = entries.filter((entry) => {
    const text = fold(textOf(entry));
    return words.every((word) => text.includes(word));
  });
  const start = fold(query).trim();
  /** @param {EntryView} entry */
  const late = (entry) => (fold(entry.issuer).startsWith(start) || fold(entry.account).startsWith(start) ? 0 : 1);
  return found.toSorted((a, b) => late(a) - late(b));
}

/** @param {EntryView} entry */
function textOf(entry) {
  return [entry.issuer, entry.account, entry.note, ...entry.tags, ...entry.sites.map((site) => site.host)].join("\n");
}

/**
 * Without case and accents: `MÜNCHEN` is found by `munchen`.
 * @param {string} text
 */
function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
