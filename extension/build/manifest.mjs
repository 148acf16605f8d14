// What differs per browser in the one manifest.json.

export const BROWSERS = ["chrome", "firefox"];

/**
 * The manifest of one browser.
 * @param {Record<string, any>} source @param {string} browser
 */
export function derive_manifest(source, browser) {
  const manifest = structuredClone(source);
  if (browser === "chrome") {
    // Chrome warns of keys it does not know.
    delete manifest.browser_specific_settings;
    delete manifest.background.scripts;
    delete manifest.action.default_area;
  } else {
    // Firefox has no extension service workers, takes its id from `browser_specific_settings`,
    // and has neither of Chrome's two page kinds.
    delete manifest.key;
    delete manifest.minimum_chrome_version;
    delete manifest.background.service_worker;
    manifest.permissions = manifest.permissions.filter((name) => !["offscreen", "sidePanel"].includes(name));
    delete manifest.side_panel;
    // Managed storage has no schema there.
    delete manifest.storage;
  }
  return manifest;
}

/** The Chrome store refuses `key` and gives its own id. */
export function as_store_takes_it({ key: _, ...manifest }) {
  return manifest;
}
