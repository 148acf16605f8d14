// Pages where a filler must hold back: the code prompt in frames and sandboxes of every kind.
import { code_page, escape, shell } from "./pages.mjs";

/**
 * The page at a /frames/ address, or null.
 * `?origin=` names another origin for what is framed: another port or host name of this same server.
 * @param {URL} url @param {string} host @returns {{ html: string, headers?: Record<string, string> } | null}
 */
export function frame_pages(url, host) {
  const origin = url.searchParams.get("origin") ?? `http://${host}`;
  const prompt = escape(`${origin}/code`);
  const made = FRAMES[url.pathname];
  return made ? made(prompt) : null;
}

const FRAMES = {
  // Allowed: a sub-frame with the top's own origin.
  "/frames/same": (prompt) => framed("Same-origin frame", `<iframe id="frame" src="${prompt}"></iframe>`),
  // With ?origin=: the prompt of one site inside another.
  "/frames/cross": (prompt) => framed("Cross-site frame", `<iframe id="frame" src="${prompt}"></iframe>`),
  // An opaque origin, though the address is the top's own.
  "/frames/sandbox": (prompt) => framed("Sandboxed frame", `<iframe id="frame" sandbox="allow-scripts allow-forms" src="${prompt}"></iframe>`),
  // The top's origin with no address of its own.
  "/frames/srcdoc": () => framed("srcdoc frame", `<iframe id="frame" srcdoc="${escape(code_page())}"></iframe>`),
  "/frames/sandbox-srcdoc": () => framed("Sandboxed srcdoc frame", `<iframe id="frame" sandbox="allow-scripts allow-forms" srcdoc="${escape(code_page())}"></iframe>`),
  "/frames/data": () => framed("data: frame", `<iframe id="frame" src="data:text/html;base64,${Buffer.from(code_page()).toString("base64")}"></iframe>`),
  // Same origin, but an origin between is another: top A, frame B, frame A. `/frames/cross` is the middle.
  "/frames/nested": (prompt) => framed("Nested frame", `<iframe id="frame" src="${prompt.replace(/\/code$/, "/frames/cross")}?origin=__TOP__"></iframe>
    <script>{ const frame = document.getElementById("frame"); frame.src = frame.getAttribute("src").replace("__TOP__", encodeURIComponent(location.origin)); }</script>`),
  // The top document itself has an opaque origin.
  "/frames/csp-sandbox": () => ({ html: code_page(), headers: { "content-security-policy": "sandbox allow-scripts allow-forms" } }),
};

const framed = (title, frame) => ({ html: shell(title, frame) });
