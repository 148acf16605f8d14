// The two stores of the vault from outside: broken, emptied and damaged as a disk, a cleaner or an attacker does it.

/** Makes stores refuse in the background until it stops. @param {{ ring?: "write" | "all", area?: "write" | "all" }} what */
export const break_stores = (session, what) =>
  session.background(async ({ ring, area }) => {
    // Firefox's background is a page, reached from another one; in Chrome this runs in it.
    const scope = globalThis.document ? await browser.runtime.getBackgroundPage() : globalThis;
    const refuse = () => Promise.reject(new Error("QuotaExceededError"));
    for (const api of [scope.browser, scope.chrome].filter(Boolean)) {
      if (area) api.storage.local.set = refuse;
      if (area === "all") api.storage.local.get = refuse;
    }
    const fail = () => {
      throw new scope.DOMException("full", "QuotaExceededError");
    };
    if (ring) scope.IDBObjectStore.prototype.put = fail;
    if (ring === "all") {
      scope.IDBObjectStore.prototype.getAll = fail;
      scope.IDBObjectStore.prototype.getAllKeys = fail;
    }
  }, what);

/** Changes texts in both stores: `{ area: { key: text | null }, ring: { key: text | null } }`, where null removes. */
export const write_stores = (session, what) =>
  // The lock: a ring that is just made anew is not to be met half way.
  session.background(({ area = {}, ring = {} }) => navigator.locks.request("vault", async () => {
    for (const [key, text] of Object.entries(area)) await (text === null ? chrome.storage.local.remove(key) : chrome.storage.local.set({ [key]: text }));
    const asked = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const opening = indexedDB.open("sparekey", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("ring");
    const database = await asked(opening);
    for (const [key, text] of Object.entries(ring)) {
      const store = database.transaction("ring", "readwrite").objectStore("ring");
      await asked(text === null ? store.delete(key) : store.put(text, key));
    }
    database.close();
  }), what);

/** Every text of both stores. @returns {Promise<{ area: Record<string, string>, ring: Record<string, string> }>} */
export const read_stores = (session) =>
  session.background(() => navigator.locks.request("vault", async () => {
    const asked = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const opening = indexedDB.open("sparekey", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("ring");
    const database = await asked(opening);
    const store = database.transaction("ring").objectStore("ring");
    const [keys, texts] = [await asked(store.getAllKeys()), await asked(store.getAll())];
    database.close();
    return { area: await chrome.storage.local.get(null), ring: Object.fromEntries(keys.map((key, at) => [key, texts[at]])) };
  }));
