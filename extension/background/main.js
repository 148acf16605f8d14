// The background: registers its listeners synchronously, describes the sender, hands over to the core.
import init from "../wasm/sparekey.js";

/** Every listener awaits this one promise. */
export const ready = init({ module_or_path: new URL("../wasm/sparekey_bg.wasm", import.meta.url) });

chrome.runtime.onInstalled.addListener(() => {
  chrome.contextMenus.create({ id: "fill", title: chrome.i18n.getMessage("commandFill"), contexts: ["page", "editable"] });
});
