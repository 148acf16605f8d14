// The pages of the demo site.
import encode_qr from "qr";

export const home_page = (user) => shell("Welcome", user
  ? `<p>You are signed in as <b id="user">${escape(user)}</b>.</p><p><a class="button" href="/account">Your account</a></p>`
  : `<p>A small site with two-step sign-in, to try the extension on.</p>
     <p><a class="button" href="/sign-up">Sign up</a> <a class="button quiet" href="/sign-in">Sign in</a></p>`);

export const sign_up_page = (problem) => shell("Sign up", `${alert(problem)}
  <form method="post" action="/sign-up">
    <label>Name <input name="name" autocomplete="username" required></label>
    <label>Password <input name="password" type="password" autocomplete="new-password" required></label>
    <button>Sign up</button>
  </form>`);

export const sign_in_page = (next, problem) => shell("Sign in", `${alert(problem)}
  <form method="post" action="/sign-in">
    <input type="hidden" name="next" value="${escape(next)}">
    <label>Name <input name="name" autocomplete="username" required></label>
    <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
    <button>Sign in</button>
  </form>
  <p><a href="/sign-in?next=/code">One field for the code</a> or <a href="/sign-in?next=/boxes">six boxes</a></p>`);

/** @param {{ uri: string, secret: string, picture: string }} enrolment */
export const enrol_page = ({ uri, secret, picture }, problem) => shell("Set up two-step sign-in", `${alert(problem)}
  <ol>
    <li><p>Scan this code with your authenticator.</p>${qr_picture(uri, picture)}
      <p>Or type this key: <code id="secret">${secret.match(/.{1,4}/g).join(" ")}</code></p></li>
    <li><form method="post" action="/enrol">
      <label>Type the code that it shows <input name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="6" required></label>
      <button>Turn on</button>
    </form></li>
  </ol>`);

/** Prompts that differ in one thing, for what a filler must notice: `?form=`. */
const VARIANTS = {
  away: (html) => html.replace('action="/code"', 'action="https://elsewhere.example/code"'),
  button: (html) => html.replace("<button>", '<button formaction="https://elsewhere.example/code">'),
  named: (html) => html.replace('id="code" name="code"', 'id="code" name="code" placeholder="000000"').replaceAll('id="code"', 'id="token"').replaceAll('for="code"', 'for="token"').replace("Enter the 6-digit code from your", "The 6-digit code of your"),
  // Shown by a script a moment later, as a single-page application does.
  late: (html) => `${html.replace("<form", "<template><form").replace("</form>", "</form></template>")}<script>
    setTimeout(() => document.querySelector("template").replaceWith(document.querySelector("template").content), 700);
  </script>`,
  // There from the start, and shown by a class a good while later, as a step of a wizard.
  step: (html) => `${html.replace("<form", '<style>.off { display: none }</style><form class="off"').replace(" autofocus", "")}<script>
    setTimeout(() => (document.querySelector("form").classList.remove("off"), document.querySelector("#code").focus()), 2500);
  </script>`,
  odd: () => '<form><p>Welcome back.</p><input id="f1"><input id="f2"><button>Go</button></form>',
};

export const code_page = (problem, variant) => (VARIANTS[variant] ?? ((html) => html))(prompt(problem));

const prompt = (problem) => shell("Two-step sign-in", `${alert(problem)}
  <form method="post" action="/code">
    <label for="code">Enter the 6-digit code from your authenticator app</label>
    <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="6" required autofocus>
    <button>Verify</button>
  </form>`);

/** Six boxes that pass the focus on and take a paste, as the usual libraries do. Sends itself when full. */
export const boxes_page = (problem) => shell("Two-step sign-in", `${alert(problem)}
  <form method="post" action="/boxes" id="form">
    <p id="hint">Enter the 6-digit code from your authenticator app</p>
    <div class="boxes" role="group" aria-labelledby="hint">
      ${[1, 2, 3, 4, 5, 6].map((n) => `<input name="box${n}" inputmode="numeric" maxlength="1" aria-label="Digit ${n}" autocomplete="off">`).join("")}
    </div>
    <button>Verify</button>
  </form>
  <script>
    const boxes = [...document.querySelectorAll(".boxes input")];
    boxes.forEach((box, at) => {
      box.addEventListener("input", () => {
        box.value = box.value.replace(/\\D/g, "").slice(-1);
        if (box.value && boxes[at + 1]) boxes[at + 1].focus();
      });
      box.addEventListener("keydown", (event) => {
        if (event.key === "Backspace" && !box.value && at > 0) boxes[at - 1].focus();
      });
      box.addEventListener("paste", (event) => {
        event.preventDefault();
        const digits = event.clipboardData.getData("text").replace(/\\D/g, "").slice(0, 6);
        [...digits].forEach((digit, n) => { boxes[n].value = digit; });
      });
    });
    boxes[0].focus();
  </script>`);

/** The site's own backup codes, numbered, with the words around them that sites have. */
export const backup_codes_page = (codes) => shell("Backup codes", `
  <p>Each of these ${codes.length} codes works once in place of a code from your authenticator app. Keep them in a safe place.</p>
  <ol>${codes.map((code) => `<li><code>${code}</code></li>`).join("")}</ol>
  <p>The codes that you had before end now. Made on ${new Date().toISOString().slice(0, 10)} for order 4711-0815.</p>`);

export const recovery_page = (problem) => shell("Lost your device?", `${alert(problem)}
  <form method="post" action="/recovery">
    <label for="recovery">Enter one of your backup codes</label>
    <input id="recovery" name="recovery_code" autocomplete="off" required>
    <button>Sign in</button>
  </form>
  <p><a href="/code">Use your authenticator app</a></p>`);

export const account_page = (user) => shell("Your account", `
  <p>Signed in as <b id="user">${escape(user)}</b>.</p>
  <p><a href="/enrol">Set up two-step sign-in</a> <a href="/backup-codes">New backup codes</a></p>
  <form method="post" action="/sign-out"><button class="quiet">Sign out</button></form>`);

/** The QR code as an SVG, as an image with a data address, or drawn on a canvas; a link in its place, or nothing. */
function qr_picture(uri, picture) {
  const rows = encode_qr(uri, "raw", { border: 4 });
  const cell = 5;
  const side = rows.length * cell;
  const dark = rows.flatMap((row, y) => row.flatMap((on, x) => (on ? [[x * cell, y * cell]] : [])));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" id="qr" width="${side}" height="${side}" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges" role="img" aria-label="QR code"><path fill="#fff" d="M0 0h${side}v${side}H0z"/><path d="${dark.map(([x, y]) => `M${x} ${y}h${cell}v${cell}h-${cell}z`).join("")}"/></svg>`;
  if (picture === "none") return "";
  if (picture === "link") return `<a href="${escape(uri)}">Open in your authenticator</a>`;
  if (picture === "img") return `<img id="qr" alt="QR code" src="data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}">`;
  if (picture === "canvas") {
    return `<canvas id="qr" width="${side}" height="${side}"></canvas><script>{
      const pen = document.getElementById("qr").getContext("2d");
      pen.fillStyle = "#fff"; pen.fillRect(0, 0, ${side}, ${side}); pen.fillStyle = "#000";
      for (const [x, y] of ${JSON.stringify(dark)}) pen.fillRect(x, y, ${cell}, ${cell});
    }</script>`;
  }
  return svg;
}

const alert = (problem) => (problem ? `<p role="alert" class="problem">${escape(problem)}</p>` : "");

export const escape = (text) => String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

export function shell(title, body) {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title} - Demo Harbour</title>
<style>
  :root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif; }
  body { max-width: 34rem; margin: 3rem auto; padding: 0 1rem; }
  header { font-weight: 600; color: #7a4b00; } h1 { font-size: 1.6rem; }
  @media (prefers-color-scheme: dark) { header { color: #f0b96a; } }
  label, form > input { display: block; margin: .8rem 0; } label input { display: block; }
  input { font: inherit; padding: .4rem .6rem; width: 16rem; max-width: 100%; box-sizing: border-box; }
  .boxes { display: flex; gap: .5rem; margin: .8rem 0; } .boxes input { width: 2.6rem; text-align: center; }
  button, .button { font: inherit; padding: .4rem 1rem; border: 0; border-radius: .4rem; background: #7a4b00; color: #fff; text-decoration: none; cursor: pointer; }
  .quiet { background: #6667; color: inherit; } .problem { color: #b3261e; } code { font-size: 1.05em; }
  iframe { width: 100%; height: 18rem; border: 1px solid #8888; }
</style>
<header>Demo Harbour</header><h1>${title}</h1>${body}</html>`;
}
