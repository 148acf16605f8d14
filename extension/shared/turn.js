/**
 * Takes away what is shown for a key, or reads it and adds it. In place, for others may be turned while one is read: the
 * caller asks for a new picture afterwards.
 * @template K, V
 * @param {Map<K, V>} shown
 * @param {K} key
 * @param {() => V | Promise<V>} read
 */
export async function turn(shown, key, read) {
  if (!shown.delete(key)) shown.set(key, await read());
}
