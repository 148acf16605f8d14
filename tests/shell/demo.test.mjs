// The demo site's sign-in is real: a right code once, nothing else. The codes here are made by another library.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { URI } from "otpauth";
import { start_demo } from "../demo/server.mjs";

let demo, now;
const jar = new Map();

before(async () => {
  now = 1_800_000_000_000;
  demo = await start_demo({ now: () => now });
});
after(() => demo.stop());

async function send(path, form) {
  const response = await fetch(demo.url + path, {
    method: form ? "POST" : "GET",
    redirect: "manual",
    headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") },
    body: form && new URLSearchParams(form),
  });
  for (const line of response.headers.getSetCookie()) {
    const [name, value] = line.split(";")[0].split("=");
    jar.set(name, value);
  }
  return { status: response.status, to: response.headers.get("location"), text: await response.text() };
}

test("sign up, enrol, sign in, and never with a code twice", async () => {
  assert.equal((await send("/sign-up", { name: "ada", password: "p" })).to, "/enrol");
  const enrol = await send("/enrol");
  const secret = enrol.text.match(/id="secret">([^<]+)</)[1].replaceAll(" ", "");
  const otp = URI.parse(`otpauth://totp/x?secret=${secret}`);
  const code = () => otp.generate({ timestamp: now });
  assert.equal((await send("/enrol", { code: "abc" })).status, 400);
  assert.equal((await send("/enrol", { code: code() })).to, "/account");
  await send("/sign-out", {});

  for (const [next, fields] of [["/code", (c) => ({ code: c })], ["/boxes", (c) => Object.fromEntries([...c].map((d, n) => [`box${n + 1}`, d]))]]) {
    assert.equal((await send("/account")).to, "/sign-in");
    assert.equal((await send("/sign-in", { name: "ada", password: "wrong", next })).status, 403);
    assert.equal((await send("/sign-in", { name: "ada", password: "p", next })).to, next);
    assert.equal((await send(next, fields(code()))).status, 403, "the code that was used already");
    now += 30_000;
    assert.equal((await send(next, fields("000000"))).status, 403);
    assert.equal((await send(next, fields(otp.generate({ timestamp: now - 300_000 })))).status, 403, "an old code");
    assert.equal((await send(next, fields(code()))).to, "/account");
    assert.match((await send("/account")).text, /id="user">ada</);
    await send("/sign-out", {});
  }
});

test("nobody gets to the second step without the first", async () => {
  jar.clear();
  assert.equal((await send("/code", { code: "123456" })).to, "/sign-in");
  assert.equal((await send("/account")).to, "/sign-in");
});

test("each frame page holds the prompt", async () => {
  for (const name of ["same", "cross", "sandbox", "srcdoc", "sandbox-srcdoc", "data", "nested"]) {
    assert.match((await send(`/frames/${name}?origin=http://localhost:1`)).text, /<iframe id="frame"/, name);
  }
  assert.match((await send("/frames/csp-sandbox")).text, /one-time-code/);
});
