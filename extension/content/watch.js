// Runs by itself on the sites that the user chose for filling without a press, and nowhere else. It reads no field and
// writes none: it says that the page is there, and again when its fields, what of them is seen, its address or the focus changed. What is
// done about it is decided elsewhere; the answer is always the same.

(() => {
  const world = /** @type {any} */ (globalThis);
  if (world.sparekeyWatches === true || window !== window.top) return;
  world.sparekeyWatches = true;
  const api = world.browser?.runtime?.sendMessage ? world.browser : world.chrome;

  // A page that asks for a code does so within this time of its last sign of life; changes are gathered for a moment.
  const LOOK_MS = 30_000;
  const GATHER_MS = 200;
  const LEAST_APART_MS = 1_000;

  /** What brings a field, takes one away, shows or hides it. */
  const CHANGES = { childList: true, subtree: true, attributes: true, attributeFilter: ["class", "style", "hidden", "open"] };

  let told = "";
  let last = 0;
  let until = 0;
  let timer = 0;

  /** More fields than a step of a sign-in has are told apart by their number alone. */
  const MOST = 40;

  /** What a page shows one step after another is there from the start, and hidden. */
  const state = () => {
    const inputs = document.getElementsByTagName("input");
    const seen = inputs.length > MOST ? "" : Array.from(inputs, (input) => (input.checkVisibility({ checkVisibilityCSS: true }) ? 1 : 0)).join("");
    return `${location.pathname} ${inputs.length} ${seen} ${document.hasFocus()}`;
  };

  const tell = () => {
    timer = 0;
    const now = performance.now();
    if (now > until) return observer.disconnect();
    if (document.visibilityState !== "visible" || state() === told) return;
    if (told && now - last < LEAST_APART_MS) return later(LEAST_APART_MS - (now - last));
    told = state();
    last = now;
    // Where the extension was reloaded or the permission taken back nobody answers: then it is over.
    try {
      Promise.resolve(api.runtime.sendMessage({ type: "ready" })).catch(stop);
    } catch {
      stop();
    }
  };

  /** @param {number} ms */
  const later = (ms) => {
    if (!timer) timer = setTimeout(tell, ms);
  };
  const observer = new MutationObserver(() => later(GATHER_MS));
  const look = () => {
    until = performance.now() + LOOK_MS;
    observer.observe(document.documentElement, CHANGES);
    later(GATHER_MS);
  };
  const again = () => {
    told = "";
    look();
  };
  const events = /** @type {const} */ ([
    ["focus", again],
    ["popstate", look],
    ["hashchange", look],
    ["pageshow", again],
  ]);
  const stop = () => {
    observer.disconnect();
    clearTimeout(timer);
    for (const [name, run] of events) removeEventListener(name, run);
    removeEventListener("focusin", look, true);
    delete world.sparekeyWatches;
  };
  for (const [name, run] of events) addEventListener(name, run);
  addEventListener("focusin", look, true);
  until = performance.now() + LOOK_MS;
  observer.observe(document.documentElement, CHANGES);
  tell();
})();
