// Run from the top of the tree: eslint -c extension/eslint.config.js extension tests
import js from "@eslint/js";
import globals from "globals";

/** Texts that would become code or markup. The CSP forbids most of them; here they do not get that far. */
const no_markup_from_text = ["innerHTML", "outerHTML", "insertAdjacentHTML", "srcdoc"].map((name) => ({
  selector: `MemberExpression[property.name='${name}']`,
  message: `${name}: build nodes instead`,
}));
const no_network = ["fetch", "XMLHttpRequest", "WebSocket", "EventSource", "WebTransport", "RTCPeerConnection"].map((name) => ({
  name,
  message: "there is no network code",
}));
const no_removal = ["clear", "remove"].map((name) => ({
  selector: `CallExpression[callee.property.name='${name}'][callee.object.property.name=/^(local|session|sync|managed)$/]`,
  message: `storage.*.${name}() is the core's: one function, "Erase from this browser"`,
}));
const no_browser_names = ["chrome", "browser"].map((name) => ({ name, message: "only shared/webext.js names it" }));

export default [
  { ignores: ["**/node_modules/**", "extension/wasm/**", "tests/e2e/out/**"] },
  js.configs.recommended,
  {
    rules: {
      "no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "prefer-const": "error",
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-var": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-script-url": "error",
    },
  },
  {
    files: ["extension/**/*.js"],
    languageOptions: { globals: { ...globals.browser, ...globals.webextensions } },
    rules: {
      "no-restricted-syntax": ["error", ...no_markup_from_text, ...no_removal],
      "no-restricted-globals": ["error", ...no_network],
      "no-console": "error",
    },
  },
  {
    files: ["popup", "dashboard", "kit", "elements", "worker", "shared"].map((room) => `extension/${room}/**/*.js`),
    ignores: ["extension/shared/webext.js"],
    rules: { "no-restricted-globals": ["error", ...no_network, ...no_browser_names] },
  },
  { files: ["extension/content/**/*.js"], languageOptions: { sourceType: "script" } },
  {
    files: ["extension/build/**", "tests/**/*.mjs", "extension/eslint.config.js"],
    // Test code also runs inside pages and the background.
    languageOptions: { globals: { ...globals.node, ...globals.browser, ...globals.webextensions } },
  },
];
