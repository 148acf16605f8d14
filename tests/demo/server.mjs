// A small site with two-step sign-in on loopback: for `./build.sh run` and for tests.
//   node tests/demo/server.mjs [PORT]
// Users live in memory. Every port serves the same site, so that a test has "the same page under another port".
import { randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { frame_pages } from "./frames.mjs";
import { account_page, backup_codes_page, boxes_page, code_page, enrol_page, home_page, recovery_page, sign_in_page, sign_up_page } from "./pages.mjs";
import { base32, check_code, make_secret, otpauth_uri } from "./totp.mjs";

const ISSUER = "Demo Harbour";
const MAX_BODY = 64 * 1024;
const SECOND_STEPS = ["/code", "/boxes", "/recovery"];
const BACKUP_CODES = 8;

/**
 * Starts the site on loopback.
 * @param {{ port?: number, now?: () => number }} [options] port 0: any free one
 * @returns {Promise<{ url: string, port: number, users: Map<string, any>, refused: string[], stop(): Promise<void> }>}
 */
export async function start_demo({ port = 0, now = Date.now } = {}) {
  const site = { now, users: new Map(), sessions: new Map(), refused: [], cookie: "" };
  const server = createServer((request, response) => {
    handle(site, request, response).catch((error) => {
      response.statusCode = error.status ?? 500;
      response.end(error.status ? error.message : "error");
    });
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const bound = server.address().port;
  // Cookies are shared among the ports of a host: each demo has its own name.
  site.cookie = `demo${bound}`;
  return {
    port: bound,
    url: `http://127.0.0.1:${bound}`,
    users: site.users,
    refused: site.refused,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const GET = {
  "/": (context) => page(context, home_page(context.session.user)),
  "/sign-up": (context) => page(context, sign_up_page()),
  "/sign-in": (context) => page(context, sign_in_page(context.query.get("next") ?? "/code")),
  "/enrol": signed_in((context) => page(context, enrol_page(enrolment(context)))),
  "/account": signed_in((context) => page(context, account_page(context.session.user))),
  "/backup-codes": signed_in((context) => {
    // Shown once; those of before end with it.
    context.user.backup_codes = make_backup_codes();
    return page(context, backup_codes_page(context.user.backup_codes));
  }),
  "/recovery": (context) => page(context, recovery_page()),
  "/code": (context) => page(context, code_page(undefined, context.query.get("form"))),
  "/boxes": (context) => page(context, boxes_page()),
};

const POST = {
  "/sign-up": (context) => {
    const { name, password } = context.form;
    if (!name || !password) return page(context, sign_up_page("Name and password, please."), 400);
    if (context.site.users.has(name)) return page(context, sign_up_page("That name is taken."), 409);
    const salt = randomBytes(16);
    context.site.users.set(name, { name, salt, hash: hash(password, salt), secret: null, last_step: 0 });
    context.session.user = name;
    return redirect(context, "/enrol");
  },
  "/enrol": signed_in((context) => {
    const { user } = context;
    const step = check_code(context.session.secret ?? Buffer.alloc(20), context.form.code ?? "", 0, context.site.now());
    if (step === null) return page(context, enrol_page(enrolment(context), "That code is not right."), 400);
    Object.assign(user, { secret: context.session.secret, last_step: step });
    delete context.session.secret;
    return redirect(context, "/account");
  }),
  "/sign-in": (context) => {
    const user = context.site.users.get(context.form.name);
    const right = user && timingSafeEqual(user.hash, hash(context.form.password ?? "", user.salt));
    const next = SECOND_STEPS.includes(context.form.next) ? context.form.next : "/code";
    if (!right) return page(context, sign_in_page(next, "Name or password is wrong."), 403);
    if (user.secret) {
      context.session.pending = user.name;
      return redirect(context, next);
    }
    context.session.user = user.name;
    return redirect(context, "/account");
  },
  "/code": (context) => second_step(context, context.form.code ?? "", code_page),
  "/boxes": (context) => second_step(context, [1, 2, 3, 4, 5, 6].map((n) => context.form[`box${n}`] ?? "").join(""), boxes_page),
  "/recovery": (context) => {
    const user = context.site.users.get(context.session.pending);
    if (!user) return redirect(context, "/sign-in");
    const given = (context.form.recovery_code ?? "").trim();
    if (!user.backup_codes?.includes(given)) {
      context.site.refused.push(given);
      return page(context, recovery_page("That code is not right, or was used already."), 403);
    }
    user.backup_codes = user.backup_codes.filter((code) => code !== given);
    delete context.session.pending;
    context.session.user = user.name;
    return redirect(context, "/account");
  },
  "/sign-out": (context) => {
    context.site.sessions.delete(context.session_id);
    return redirect(context, "/");
  },
};

/** The second step of the sign-in. Refused codes are counted, so that a test sees one that came twice. */
function second_step(context, code, form_page) {
  const user = context.site.users.get(context.session.pending);
  if (!user) return redirect(context, "/sign-in");
  const step = check_code(user.secret, code, user.last_step, context.site.now());
  if (step === null) {
    context.site.refused.push(code);
    return page(context, form_page("That code is not right, or was used already."), 403);
  }
  user.last_step = step;
  delete context.session.pending;
  context.session.user = user.name;
  return redirect(context, "/account");
}

const make_backup_codes = () => Array.from({ length: BACKUP_CODES }, () => randomBytes(5).toString("hex").replace(/.{5}/, "$&-"));

function enrolment({ session, query }) {
  session.secret ??= make_secret();
  return { uri: otpauth_uri(ISSUER, session.user, session.secret), secret: base32(session.secret), picture: query.get("as") ?? "svg" };
}

function signed_in(handler) {
  return (context) => {
    context.user = context.site.users.get(context.session.user);
    return context.user ? handler(context) : redirect(context, "/sign-in");
  };
}

async function handle(site, request, response) {
  const url = new URL(request.url, "http://127.0.0.1");
  const session_id = cookie_of(request, site.cookie) ?? randomBytes(16).toString("hex");
  if (!site.sessions.has(session_id)) site.sessions.set(session_id, {});
  const context = { site, request, response, query: url.searchParams, session_id, session: site.sessions.get(session_id) };
  if (request.method === "POST") context.form = await form_of(request);
  const frame = frame_pages(url, request.headers.host);
  if (frame) return page(context, frame.html, 200, frame.headers);
  const handler = { GET, POST }[request.method]?.[url.pathname];
  if (!handler) return page(context, "<p>No such page.</p>", 404);
  return handler(context);
}

function page({ response, site, session_id }, html, status = 200, headers = {}) {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "set-cookie": `${site.cookie}=${session_id}; HttpOnly; SameSite=Lax; Path=/`,
    ...headers,
  });
  response.end(html);
}

function redirect({ response, site, session_id }, to) {
  response.writeHead(303, { location: to, "set-cookie": `${site.cookie}=${session_id}; HttpOnly; SameSite=Lax; Path=/` });
  response.end();
}

async function form_of(request) {
  let text = "";
  for await (const chunk of request) {
    text += chunk;
    if (text.length > MAX_BODY) throw Object.assign(new Error("too long"), { status: 413 });
  }
  return Object.fromEntries(new URLSearchParams(text));
}

const cookie_of = (request, name) => request.headers.cookie?.match(new RegExp(`(?:^|; )${name}=([0-9a-f]{32})`))?.[1];

/** Cheap on purpose (the lowest cost that scrypt takes seriously): a demo's password. */
const hash = (password, salt) => scryptSync(password, salt, 32, { N: 1024 });

if (import.meta.filename === process.argv[1]) {
  const { url } = await start_demo({ port: Number(process.argv[2] ?? 8420) });
  console.log(url);
}
