/** Where we are: `#/page/id`. */

/** @returns {{ page: string, id: string }} */
export function routeNow() {
  const [, page = "", id = ""] = location.hash.slice(1).split("/");
  return { page, id };
}

/**
 * @param {string} page
 * @param {string} [id]
 */
export function go(page, id) {
  location.hash = id ? `/${page}/${id}` : `/${page}`;
}
