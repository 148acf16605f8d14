// What differs per browser in the one manifest.json.

export const BROWSERS = ["chrome", "firefox"];

/**
 * The manifest of one browser. `store`: as the Chrome store takes it, which refuses `key` and gives its own id.
 * @param {Record<string, any>} source @param {string} browser @param {{ store?: boolean }} [options]
 */
export function derive_manifest(source, browser, { store = false } = {}) {
  const manifest = structuredClone(source);
  if (browser === "chrome") {
    // Chrome warns of keys it does not know.
    delete manifest.browser_specific_settings;
    delete manifest.background.scripts;
    delete manifest.action.default_area;
    if (store) delete manifest.key;
  } else {
    // Firefox has no extension service workers, takes its id from `browser_specific_settings`,
    // and has neither of Chrome's two page kinds.
    delete manifest.key;
    delete manifest.minimum_chrome_version;
    delete manifest.background.service_worker;
    manifest.permissions = manifest.permissions.filter((name) => !["offscreen", "sidePanel"].includes(name));
    delete manifest.side_panel;
  }
  return manifest;
}
