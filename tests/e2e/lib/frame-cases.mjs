// Pages and frames of every kind with the same prompt in them, and whether it may be filled there.
//
// HERE is the origin that the account is bound to, OTHER the same server on another port, NAME the same server by
// another host name. Each entry gives the body of the top document; `filled` and `refused` tell by name what is asked.
import { createServer } from "node:http";

/** What every document does at load, whatever its origin: watches itself, and tries to start a fill by itself. */
function witness() {
  globalThis.changes = [];
  const told = (records) => globalThis.changes.push(...records.map((record) => `${record.type} ${record.target.nodeName}`));
  const watcher = new MutationObserver(told);
  const all = { subtree: true, childList: true, attributes: true, characterData: true };
  globalThis.roots = [];
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {
    const root = attach.call(this, options);
    globalThis.roots.push(root);
    return root;
  };
  globalThis.values = () => [document, ...globalThis.roots].flatMap((root) => [...root.querySelectorAll("input")].map((field) => field.value));
  globalThis.watch = () => {
    globalThis.changes.length = 0;
    for (const root of [document, ...globalThis.roots]) watcher.observe(root, all);
  };
  globalThis.pretend = () => {
    const keys = { key: "O", code: "KeyO", altKey: true, shiftKey: true, bubbles: true, composed: true };
    for (const at of [document.querySelector("input"), document, window]) {
      for (const name of ["keydown", "keypress", "keyup"]) at?.dispatchEvent(new KeyboardEvent(name, keys));
      for (const name of ["contextmenu", "mousedown", "mouseup", "click"]) at?.dispatchEvent(new MouseEvent(name, { bubbles: true, button: 2 }));
    }
    const order = { type: "page-order", order: 1, origin: self.origin, targets: [0], values: ["000000"] };
    for (const to of [window, parent, top, ...Array.from({ length: frames.length }, (_, at) => frames[at])]) to.postMessage(order, "*");
  };
}
const WITNESS = `<script>(${witness})()</script>`;
const PROMPT = `<p>Enter the 6-digit code from your authenticator app.</p><form action="/none" method="post"><label>Code <input name="code" inputmode="numeric"></label><button>Verify</button></form>`;

const whole = (body) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>case</title>${WITNESS}<style>iframe, object, embed { width: 340px; height: 180px }</style><body>${body}</html>`;
const prompt = whole(PROMPT);
const quoted = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
const script = (code) => `<script>${code}</script>`;
/** The prompt's text inside a script of a page. */
const inline = JSON.stringify(prompt).replaceAll("<", "\\u003c");
const data = `data:text/html;base64,${Buffer.from(prompt).toString("base64")}`;
const frame = (attributes) => `<iframe ${attributes}></iframe>`;
const in_frame = (code) => frame("id=f") + script(`{ const f = document.getElementById("f"); ${code} }`);
const in_shadow = (mode, inner) => `<code-box></code-box>${script(`document.querySelector("code-box").attachShadow({ mode: "${mode}" }).append(document.createRange().createContextualFragment(${JSON.stringify(inner).replaceAll("<", "\\u003c")}))`)}`;
const ask = "<p>Enter the 6-digit code from your authenticator app.</p>";
const field = '<label>Code <input name="code" inputmode="numeric"></label>';

/** Filled: the top's own origin, all the way up. */
export const filled = {
  "the top document": PROMPT,
  "a frame of the page's own origin": frame('src="/prompt"'),
  "a frame in a frame in a frame, all of one origin": frame('src="/wrap?to=/wrap?to=/prompt"'),
  "srcdoc": frame(`srcdoc="${quoted(prompt)}"`),
  "about:blank, written by the page": in_frame(`f.contentDocument.write(${inline}); f.contentDocument.close();`),
  "about:blank, its nodes moved in by the page": in_frame(`f.contentWindow.eval(${JSON.stringify(`(${witness})()`)}); f.contentDocument.body.append(document.createRange().createContextualFragment(${JSON.stringify(PROMPT).replaceAll("<", "\\u003c")}));`),
  "a sandbox that keeps the origin": frame('sandbox="allow-scripts allow-same-origin allow-forms" src="/prompt"'),
  "a frame that was redirected to the own origin": frame('src="/redirect?to=/prompt"'),
  "a frame in an object": '<object data="/wrap?to=/prompt" type="text/html"></object>',
  "object": '<object data="/prompt" type="text/html"></object>',
  "embed": '<embed src="/prompt" type="text/html">',
  "an open shadow root": ask + in_shadow("open", field),
  "a closed shadow root": ask + in_shadow("closed", field),
  "a closed root in a closed root": ask + in_shadow("closed", "<div></div>") + script(`globalThis.roots.at(-1).firstChild.attachShadow({ mode: "closed" }).append(document.createRange().createContextualFragment(${JSON.stringify(field).replaceAll("<", "\\u003c")}))`),
  "a closed shadow root of a section with children of its own": ask + in_shadow("closed", `${field}<slot></slot>`).replaceAll("code-box", "aside").replace("</aside>", "<b>Help</b></aside>"),
  "a closed shadow root in a srcdoc frame": frame(`srcdoc="${quoted(whole(ask + in_shadow("closed", field)))}"`),
  "after history.pushState": PROMPT + script("history.pushState(null, '', '/account/security?next=//other.example')"),
  "after document.domain was set": PROMPT + script("try { document.domain = location.hostname } catch {}"),
  "a page that calls itself another": `<base href="https://other.example/">${script("document.title = 'Other'; window.name = 'https://other.example'; try { location.ancestorOrigins } catch {}")}${PROMPT}`,
  "a modal dialog": `<dialog id="d">${PROMPT}</dialog>${script("document.getElementById('d').showModal()")}`,
  "a frame below the fold of its page": `<div style="height: 3000px"></div>${frame('src="/prompt"')}`,
  "a frame that the page scales": `<div style="transform: scale(0.6); transform-origin: 0 0">${frame('style="margin: 200px; border: 20px solid" src="/prompt"')}</div>`,
  "a frame under a layer that shows it": `<div style="position: relative">${frame('src="/prompt"')}<div style="position: absolute; inset: 0"></div></div>`,
  "beside frames of other sites": (at) => PROMPT + frame(`src="${at.other}/empty"`) + frame('sandbox="allow-scripts" src="/empty"'),
};

const layer = '<div style="position: absolute; inset: 0; background: white">Please wait</div>';
/** Frames of HERE that nobody sees in the page around them, whatever they look like inside. */
export const hidden = {
  "covered": `<div style="position: relative; width: 400px; height: 200px">${frame('src="/prompt"')}${layer}</div>`,
  "transparent": frame('style="opacity: 0.05" src="/prompt"'),
  "in something transparent": `<div style="opacity: 0">${frame('src="/prompt"')}</div>`,
  "out to the left": frame('style="position: absolute; left: -2000px" src="/prompt"'),
  "out at the top": frame('style="position: absolute; top: -2000px" src="/prompt"'),
  "invisible": frame('style="visibility: hidden" src="/prompt"'),
  "cut off": `<div style="position: absolute; top: 0; right: 0; width: 30px; height: 10px; overflow: clip">${frame('src="/prompt"')}</div>`,
  "seen in a frame that is not": frame('style="opacity: 0.05" src="/wrap?to=/prompt"'),
};

/** Refused, each a frame in a page of HERE. Several share a page: one that was filled would show all the same. */
export const refused = {
  "a sandbox without the origin": () => frame('sandbox="allow-scripts allow-forms" src="/prompt"'),
  "a sandbox with everything but the origin": () => frame('sandbox="allow-scripts allow-forms allow-popups allow-modals allow-top-navigation" src="/prompt"'),
  "a sandbox by the frame's own header": () => frame('src="/sandboxed"'),
  "a sandboxed srcdoc": () => frame(`sandbox="allow-scripts" srcdoc="${quoted(prompt)}"`),
  "data:": () => frame(`src="${data}"`),
  "a frame of another port": ({ other }) => frame(`src="${other}/prompt"`),
  "a frame of another host name": ({ name }) => frame(`src="${name}/prompt"`),
  "object with another origin": ({ other }) => `<object data="${other}/prompt" type="text/html"></object>`,
  "embed with another origin": ({ other }) => `<embed src="${other}/prompt" type="text/html">`,
  "own origin inside another": ({ other, here }) => frame(`src="${other}/wrap?to=${encodeURIComponent(`${here}/prompt`)}"`),
  "own origin inside a sandbox": ({ here }) => frame(`sandbox="allow-scripts" src="/wrap?to=${encodeURIComponent(`${here}/prompt`)}"`),
  "own origin inside own inside another": ({ other, here }) => frame(`src="${other}/wrap?to=${encodeURIComponent(`${here}/wrap?to=/prompt`)}"`),
  // Firefox tells the document of an object of no ancestors.
  "own origin inside own inside another's object": ({ other, here }) => frame(`src="${other}/wrap-object?to=${encodeURIComponent(`${here}/wrap?to=/prompt`)}"`),
  "own origin inside data:": ({ here }) => frame(`src="data:text/html,${encodeURIComponent(`<iframe src="${here}/prompt"></iframe>`)}"`),
  "a frame that was redirected to another": ({ other }) => frame(`src="/redirect?to=${encodeURIComponent(`${other}/prompt`)}"`),
  "a frame that moved to another by itself": ({ other }) => frame(`src="/wrap-script?code=${encodeURIComponent(`location.replace("${other}/prompt")`)}"`),
};

/** Refused, each a top document of its own: its address. */
export const refused_tops = {
  "the own origin framed by another": ({ other, here }) => `${other}/wrap?to=${encodeURIComponent(`${here}/prompt`)}`,
  "another port": ({ other }) => `${other}/prompt`,
  "another host name": ({ name }) => `${name}/prompt`,
  "a sandbox by the top's own header": ({ here }) => `${here}/sandboxed`,
};

/** Serves the cases: `/top?case=NAME`, `/hidden`, `/refused?part=N`, and the documents that they frame. */
export async function serve_cases() {
  const at = {};
  const part = (from, to) => Object.values(refused).slice(from, to).map((make) => make(at)).join("");
  const documents = {
    "/top": (query) => whole([filled[query.get("case")]].map((body) => (typeof body === "function" ? body(at) : body))[0]),
    "/refused": (query) => whole(part(Number(query.get("from")), Number(query.get("to")))),
    "/hidden": (query) => whole(Object.values(hidden).join("") + (query.has("beside") ? `<div style="position: absolute; top: 300px">${PROMPT}</div>` : "")),
    "/prompt": () => prompt,
    "/sandboxed": () => prompt,
    "/empty": () => whole("<p>Nothing to fill here.</p>"),
    "/wrap": (query) => whole(frame(`src="${quoted(query.get("to"))}"`)),
    "/wrap-object": (query) => whole(`<object data="${quoted(query.get("to"))}" type="text/html"></object>`),
    "/wrap-script": (query) => whole(script(query.get("code"))),
  };
  const answer = (request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://x");
    if (pathname === "/redirect") return response.writeHead(302, { location: searchParams.get("to") }).end();
    if (pathname === "/sandboxed") response.setHeader("content-security-policy", "sandbox allow-scripts allow-forms");
    const make = documents[pathname];
    response.statusCode = make ? 200 : 404;
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(make ? make(searchParams) : "");
  };
  const listen = () =>
    new Promise((ready) => {
      const server = createServer(answer).listen(0, "127.0.0.1", () => ready(server));
    });
  const servers = [await listen(), await listen()];
  const [here, other] = servers.map((server) => `http://127.0.0.1:${server.address().port}`);
  Object.assign(at, { here, other, name: here.replace("127.0.0.1", "localhost") });
  return { at, stop: () => servers.forEach((server) => server.close(server.closeAllConnections())) };
}
