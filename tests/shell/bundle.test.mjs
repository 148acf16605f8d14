// What is shipped, read as a reviewer would: dist/ after a build.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { pack } from "../../extension/build/pack.mjs";
import { DIST } from "../e2e/lib/paths.mjs";

/** What `page.js` may weigh after gzip: it is loaded into pages. */
const PAGE_LIMIT = 12 * 1024;
/** Ways out of the browser, and ways to turn text into code. */
const FORBIDDEN = [/\bXMLHttpRequest\b/, /\bWebSocket\b/, /\bEventSource\b/, /\bWebTransport\b/, /\bRTCPeerConnection\b/, /\bsendBeacon\b/, /\bimportScripts\b/, /\beval\(/, /\bnew Function\b/, /\bFunction\(["'`]/, /document\.write/];
/** Addresses that libraries hold as names, never as something to load. */
const NAMES = [/^http:\/\/www\.w3\.org\//, /^https:\/\/lit\.dev\//, /^https:\/\/example\.com$/];

for (const browser of ["chrome", "firefox"]) {
  describe(`bundle for ${browser}`, async () => {
    const files = await files_of(path.join(DIST, browser));
    const scripts = [...files].filter(([name]) => name.endsWith(".js")).map(([name, bytes]) => [name, bytes.toString("utf8")]);

    test("nothing that reaches out or makes code from text", () => {
      assert.ok(scripts.length > 0);
      for (const [name, text] of scripts) {
        for (const pattern of FORBIDDEN) assert.doesNotMatch(text, pattern, name);
      }
    });

    // The Wasm loader's, and the dashboard's help pages. The CSP lets neither leave the package.
    test("fetch in one place at most, of a file of our own", () => {
      for (const [name, text] of scripts) {
        const calls = text.match(/\bfetch\(/g)?.length ?? 0;
        assert.ok(calls <= (/^(background|worker|kit|dashboard)\//.test(name) ? 1 : 0), `${name} calls fetch ${calls} times`);
      }
    });

    test("the recovery kit forbids every connection, and names nothing to load", () => {
      const kit = files.get("kit/kit.txt").toString("utf8");
      const [policy] = kit.match(/Content-Security-Policy" content="([^"]*)"/).slice(1);
      assert.equal(policy, "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:");
      const place = kit.indexOf("Content-Security-Policy");
      assert.ok(place > 0 && place < kit.indexOf("<script") && place < kit.indexOf("<style"), "the policy comes first");
      assert.equal([...kit.matchAll(/@@[A-Z]+@@/g)].map(([part]) => part).join(" "), "@@CORE@@ @@BUNDLE@@");
      assert.doesNotMatch(kit, /<(?:link|iframe|object|base)\b|<script[^>]*\ssrc=/);
      for (const pattern of FORBIDDEN) assert.doesNotMatch(kit, pattern);
    });

    test("no address of any host", () => {
      for (const [name, text] of scripts) {
        for (const [address] of text.matchAll(/\b(?:https?|wss?):\/\/[a-z0-9][^\s"'`)\\]*/gi)) {
          assert.ok(NAMES.some((allowed) => allowed.test(address)), `${name} holds ${address}`);
        }
      }
    });

    test("the licences of the code, of the suffix list and of the words", () => {
      const licences = { "LICENSE-MIT": /MIT License/i, "LICENSE-APACHE": /Apache License/, "LICENSE-suffixes.txt": /Mozilla Public License 2\.0/, "LICENSE-words.md": /CC BY 3\.0/ };
      for (const [name, words] of Object.entries(licences)) assert.match(files.get(name)?.toString("utf8") ?? "", words, name);
    });

    test("storage is never cleared, and removed from in one place at most", () => {
      let removals = 0;
      for (const [name, text] of scripts) {
        assert.doesNotMatch(text, /\b(?:local|session|sync|managed)\.clear\b/, name);
        removals += text.match(/\bstorage\.(?:local|session|sync)\.remove\b/g)?.length ?? 0;
      }
      assert.ok(removals <= 1, `${removals} places remove from storage`);
    });

    test("the background, the worker and the page script set no markup", () => {
      for (const [name, text] of scripts) {
        if (/^(background|worker|content)\//.test(name)) assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML/, name);
      }
    });

    test("page.js is small and imports nothing", (t) => {
      const page = files.get("content/page.js");
      if (!page) return t.skip("there is no content/page.js yet");
      assert.ok(gzipSync(page, { level: 9 }).length <= PAGE_LIMIT);
      assert.doesNotMatch(page.toString("utf8"), /\bimport\b\s*[({"'*]/);
    });

    test("pages load only files that are there, no inline script, no inline style", () => {
      for (const [name, bytes] of files) {
        if (!name.endsWith(".html")) continue;
        const html = bytes.toString("utf8");
        assert.doesNotMatch(html, /<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/i, name);
        for (const [, address] of html.matchAll(/(?:src|href)="([^"#]+)"/g)) {
          const target = address.startsWith("/") ? address.slice(1) : path.posix.join(path.posix.dirname(name), address);
          assert.ok(files.has(target), `${name} names ${target}`);
        }
      }
    });

    test("no source map, no path of the machine it was built on", () => {
      for (const [name, bytes] of files) {
        assert.ok(!name.endsWith(".map"), name);
        assert.ok(!bytes.includes(process.env.HOME + "/"), `${name} names the home folder`);
      }
    });
  });
}

test("archives are the same bytes every time", async () => {
  const folder = path.join(DIST, "chrome");
  assert.deepEqual(await pack(folder), await pack(folder));
});

async function files_of(folder) {
  const files = new Map();
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    files.set(path.relative(folder, file).split(path.sep).join("/"), await readFile(file));
  }
  return files;
}
