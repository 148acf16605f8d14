// The core as the extension's own pages reach it: requests from a page of the extension, real derivations in its worker.
import { view_of } from "./view.mjs";

/** @param {Awaited<ReturnType<import("./browser.mjs").open_browser>>} session */
export async function core_of(session, route = "#/help") {
  const view = view_of(await session.extension_page(`dashboard/dashboard.html${route}`));
  return {
    view,
    /** The reply as it comes, errors included. */
    answer: (request) => view.evaluate((window, message) => (window.browser ?? window.chrome).runtime.sendMessage(message), request),
    /** The reply; throws where the core says no. */
    async ask(request) {
      const reply = await this.answer(request);
      if (!reply || reply.type === "error") throw new Error(`${request.type}: ${reply?.code ?? "no answer"}`);
      return reply;
    },
    derive: (job, password) =>
      view.evaluate(
        (window, given, text) =>
          new Promise((resolve, reject) => {
            const worker = new window.Worker("../worker/main.js", { type: "module" });
            worker.onmessage = ({ data }) => {
              worker.terminate();
              if (data.result) resolve(data.result);
              else reject(new Error(data.code));
            };
            worker.onerror = () => reject(new Error("the worker did not start"));
            worker.postMessage({ id: 1, name: "derive", args: [given, new window.TextEncoder().encode(text)] });
          }),
        job,
        password,
      ),
    /** Makes the vault, or opens it. `known` keeps derived keys by their job: one real derivation for many unlocks. */
    async enter(password, known = new Map()) {
      const { state } = await this.ask({ type: "status" });
      if (state === "open") return known;
      const { jobs } = await this.ask(state === "fresh" ? { type: "plan-create", profile: "argon2id" } : { type: "plan-unlock" });
      const keys = await this.keys(jobs, password, known);
      await this.ask(state === "fresh" ? { type: "create", key: keys[0] } : { type: "unlock", way: { kind: "password", keys } });
      return known;
    },
    /** The password once more, for what lies behind a second unlock. */
    async enter_again(password, known = new Map()) {
      const { jobs } = await this.ask({ type: "plan-fresh" });
      await this.ask({ type: "fresh", keys: await this.keys(jobs, password, known) });
    },
    async keys(jobs, password, known) {
      const keys = [];
      for (const job of jobs) {
        const name = JSON.stringify([job.params, job.salt]);
        if (!known.has(name)) known.set(name, await this.derive(job, password));
        keys.push(known.get(name));
      }
      return keys;
    },
  };
}

/** A time-based account as a form gives it. */
export const account = (issuer, secret, more = {}) => ({
  issuer,
  account: "",
  secret,
  kind: "totp",
  algorithm: "SHA1",
  digits: 6,
  period: 30,
  counter: 0,
  note: "",
  tags: [],
  sites: [],
  ...more,
});
