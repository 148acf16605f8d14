/** How codes and names are shown. */

/**
 * A code in groups that the eye can hold: 123 456, 1234 5678, 12345.
 * @param {string} code
 */
export function groups(code) {
  if (!code) return [];
  const parts = code.length <= 5 ? 1 : code.length === 9 ? 3 : 2;
  const size = Math.ceil(code.length / parts);
  return code.match(new RegExp(`.{1,${size}}`, "gu")) ?? [];
}

/**
 * A code as a screen reader should say it: one character at a time.
 * @param {string} code
 */
export function spelled(code) {
  return [...code].join(" ");
}

/**
 * What an entry is called where only one name fits.
 * @param {{ issuer: string, account: string }} entry
 */
export function nameOf(entry) {
  return entry.issuer && entry.account ? `${entry.issuer} (${entry.account})` : entry.issuer || entry.account || "—";
}

/**
 * One of eight tones for a name, the same one each time.
 * @param {string} name
 */
export function toneOf(name) {
  let hash = 0;
  for (const char of name.toLowerCase()) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 65_521;
  return hash % 8;
}

/**
 * The first letter or digit of a name, upper case.
 * @param {string} name
 */
export function initialOf(name) {
  return name.match(/[\p{L}\p{N}]/u)?.[0].toUpperCase() ?? "#";
}
