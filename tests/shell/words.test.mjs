// Every text that the interface asks for exists, every text that exists is asked for, every code has words.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { GROUPS, groupsOf } from "../../extension/dashboard/log-groups.js";

const ROOT = path.resolve(import.meta.dirname, "../..");
const EXTENSION = path.join(ROOT, "extension");
const ROOMS = ["popup", "dashboard", "elements", "shared", "kit"];

const messages = JSON.parse(await readFile(path.join(EXTENSION, "_locales/en/messages.json"), "utf8"));
const sources = (await Promise.all(ROOMS.map((room) => texts(path.join(EXTENSION, room), ".js")))).flat().join("\n");
/** What the background says itself, on the toolbar. */
const toolbar = await readFile(path.join(ROOT, "crate/wasm/watch.rs"), "utf8");
const manifest = await readFile(path.join(ROOT, "manifest.json"), "utf8");

/** Keys that are put together, by what is before the code or the number. */
const COMPOSED = [
  "error",
  "skipped",
  "fill",
  "page",
  "warning",
  "password",
  "outcome",
  "slot",
  "kdf",
  "kind",
  "help",
  "format",
  "fresh",
  "pass",
  "press_needed",
  "howto",
  "way",
  "choice",
  "by_itself_chosen",
  "source",
  "setting",
  "suspect",
  "loses",
  "lost",
  "unreadable",
  "newer",
  "backup",
  "backups",
  "drill",
  "kit",
  "danger",
  "esheet",
  "sync",
  "rule",
  "policy_problem",
  "verify",
  "ready",
  "readiness_grade",
  "readiness_go",
  "readiness_other",
  "log_event",
  "glass_drill",
  "escrow_back",
  "left_what",
  "left_renew",
  "log_group",
];
const PLURALS = ["zero", "one", "two", "few", "many", "other"];
/** Every literal of the sources that looks like a key. */
const literals = new Set([...sources.matchAll(/["'`]([a-z][a-zA-Z0-9]*(?:[_-][a-z0-9]+)*)["'`]/g)].map(([, key]) => key));

test("every key that is asked for has a text", () => {
  const asked = [...sources.matchAll(/\bt\(\s*"([a-z0-9_]+)"/g)].map(([, key]) => key);
  const counted = [...sources.matchAll(/\btn\(\s*"([a-z0-9_]+)"/g)].map(([, key]) => `${key}_other`);
  assert.ok(asked.length > 150, "the scan found the calls");
  const missing = [...asked, ...counted].filter((key) => !messages[key]);
  assert.deepEqual(missing, []);
});

test("every text is asked for", () => {
  const named = (key) => literals.has(key) || literals.has(key.replaceAll("_", "-"));
  const unused = Object.keys(messages).filter((key) => {
    const stem = key.replace(new RegExp(`_(${PLURALS.join("|")}|hint)$`), "");
    const composed = COMPOSED.some((prefix) => key.startsWith(`${prefix}_`));
    return !named(key) && !named(stem) && !composed && !manifest.includes(`__MSG_${key}__`) && !toolbar.includes(`"${key}"`);
  });
  assert.deepEqual(unused, []);
});

test("every code that a request can fail with has words", async () => {
  const failures = (await texts(path.join(ROOT, "crate"), ".rs")).join("\n");
  const codes = new Set([...failures.matchAll(/Failure::new\(\s*"([a-z0-9-]+)"/g)].map(([, code]) => code));
  for (const file of ["otp/mod.rs", "site/origin.rs", "site/binding.rs", "vault/code.rs", "recovery/offline_pass.rs", "recovery/shares/mod.rs", "recovery/shares/share.rs", "vault/file.rs", "export/mod.rs"]) {
    const text = await readFile(path.join(ROOT, "crate", file), "utf8").catch(() => "");
    for (const [, code] of text.matchAll(/Self::\w+(?: \{[^}]*\}|\([^)]*\)+)? => "([a-z]+-[a-z0-9-]+)"/g)) codes.add(code);
  }
  assert.ok(codes.size > 10, "the scan found the codes");
  const silent = [...codes].filter((code) => !messages[`error_${code.replaceAll("-", "_")}`]);
  assert.deepEqual(silent, []);
});

test("every event of the log has words", async () => {
  const text = (await texts(path.join(ROOT, "crate"), ".rs")).join("\n");
  const of = (code) => [...text.matchAll(code)].map(([, each]) => each);
  const events = [...of(/LogLine \{[^}]*what: "([a-z-]+)"/g), ...of(/audit::line\([^"()]*, "([a-z-]+)"\)/g), ...of(/note\(&mut next, env\.now, "([a-z-]+)"/g), ...of(/"(backup-codes?-(?!field)[a-z]+)"/g), ...of(/const LOGGED: &str = "([a-z-]+)"/g)];
  for (const kind of ["code", "pair", "pass", "shares", "passkey"]) events.push(`unlock-${kind}`, `${kind}-removed`);
  assert.ok(events.length > 30, "the scan found the events");
  assert.deepEqual(events.filter((code) => !messages[`log_event_${code.replaceAll("-", "_")}`]), []);
});

test("every event of the log is in one group by what it is about, and every group has words", () => {
  const events = Object.keys(messages).filter((key) => key.startsWith("log_event_")).map((key) => key.slice("log_event_".length).replaceAll("_", "-"));
  const about = (code) => groupsOf(code).filter((group) => group !== "alarms");
  assert.ok(events.length > 60, "the events were read");
  assert.deepEqual(events.filter((code) => about(code).length !== 1).map((code) => [code, ...about(code)]), []);
  assert.deepEqual(GROUPS.filter((group) => !messages[`log_group_${group}`]), []);
  assert.deepEqual(["fill", "auto-fill"].flatMap(groupsOf), ["uses", "uses"], "a fill is a use, whoever pressed");
});

test("every rule of a policy has words", async () => {
  const { properties } = JSON.parse(await readFile(path.join(EXTENSION, "policy.json"), "utf8"));
  const rules = Object.keys(properties).filter((key) => key !== "organisation");
  assert.ok(rules.length > 10, "the schema was read");
  assert.deepEqual(rules.filter((key) => !messages[`rule_${key}`]), []);
});

test("every state of backups and every reason why one fails has words", async () => {
  const text = await readFile(path.join(ROOT, "crate/recovery/schedule.rs"), "utf8");
  const of = (type) => [...text.split(`impl ${type} {`)[1].split("\n}\n")[0].matchAll(/Self::\w+ => "([a-z-]+)"/g)].map(([, code]) => code.replaceAll("-", "_"));
  const wanted = [...of("Trouble").map((code) => `backup_${code}`), ...of("Health").map((code) => `backups_${code}`)];
  assert.ok(wanted.length > 12, "the scan found the codes");
  assert.deepEqual(wanted.filter((key) => !messages[key]), []);
});

test("every reason why nothing is filled, and why a text is no account, has words", async () => {
  const said = [];
  const read = (file) => readFile(path.join(ROOT, "crate", file), "utf8");
  const arms = (text, code) => [...text.matchAll(code)].map(([, each]) => each);
  const reasons = arms(await read("fill/detect.rs"), /Reason::\w+ => "([a-z-]+)"/g);
  const pages = arms(await read("core/pages.rs"), /unfilled\("([a-z-]+)"|not_here\("([a-z-]+)"|popup\("([a-z-]+)"/g).filter(Boolean);
  const frames = arms(await read("site/frame.rs"), /Self::\w+ => "([a-z-]+)"/g);
  for (const code of [...reasons, ...pages, ...frames, "changed", "rejected", "gone", "unreachable"]) said.push(`fill_${code}`);
  for (const code of ["no-page", "no-access", "no-answer", "not-web"]) said.push(`page_${code}`);
  for (const code of arms(await read("otp/text.rs"), /"(other-scheme-[a-z]+|not-otpauth)"/g)) said.push(`skipped_${code}`);
  assert.ok(reasons.length > 10 && frames.length > 2, "the scan found the codes");
  assert.deepEqual(said.filter((key) => !messages[key.replaceAll("-", "_")]), []);
});

test("every reason why an item of a file is not taken, or a file is refused, has words", async () => {
  const shipped = (text) => text.split("mod tests {")[0];
  const importers = (await texts(path.join(ROOT, "crate/import"), ".rs")).map(shipped).join("\n");
  const read = await readFile(path.join(ROOT, "crate/otp/text.rs"), "utf8");
  const codes = (await readFile(path.join(ROOT, "crate/otp/mod.rs"), "utf8")) + importers;
  const of = (text, code) => [...text.matchAll(code)].map(([, each]) => each);
  const said = new Set([
    ...of(importers, /\bskip\([^;]*?,\s*"([a-z-]+)"\)/g),
    ...of(importers, /\b(?:why: |Err\()"([a-z-]+)"/g),
    ...of(codes, /Self::\w+(?: \{ \.\. \})? => "([a-z]+-[a-z-]+)"/g),
    ...of(shipped(read), /"(other-scheme(?:-[a-z]+)?|not-otpauth|too-many|damaged-transfer)"/g),
  ]);
  assert.ok(said.size > 30 && said.has("another-password") && said.has("too-much-work"), [...said].join(" "));
  const silent = [...said].filter((code) => ["skipped", "error"].every((kind) => !messages[`${kind}_${code.replaceAll("-", "_")}`]));
  assert.deepEqual(silent, []);
});

test("a text says what happened and what to do, and numbers its gaps from 1", () => {
  for (const [key, { message }] of Object.entries(messages)) {
    assert.ok(message.trim() === message && message, key);
    assert.doesNotMatch(message, /\berror\b/i, key);
    if (/^(error|fill|warning|page)_/.test(key) && message.length > 30) assert.match(message, /[.?]$/, key);
    const gaps = [...new Set([...message.matchAll(/\$(\d)/g)].map(([, number]) => Number(number)))].sort();
    gaps.forEach((gap, index) => assert.equal(gap, index + 1, key));
  }
});

/** The texts of all files of a folder with that ending, whatever lies how deep. */
async function texts(folder, ending) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(ending));
  return await Promise.all(files.map((entry) => readFile(path.join(entry.parentPath ?? entry.path, entry.name), "utf8")));
}

test("every reason why nothing was filled has words", async () => {
  const detector = await readFile(path.join(ROOT, "crate/fill/detect.rs"), "utf8");
  const pages = await readFile(path.join(ROOT, "crate/core/pages.rs"), "utf8");
  const reasons = [...detector.matchAll(/Reason::\w+ => "([a-z-]+)"/g), ...pages.matchAll(/unfilled\("([a-z-]+)"/g)].map(([, code]) => code);
  assert.ok(reasons.length > 15, "the scan found the reasons");
  const silent = reasons.filter((code) => !messages[`fill_${code.replaceAll("-", "_")}`]);
  assert.deepEqual(silent, []);
});

test("no key stands twice", async () => {
  const text = await readFile(path.join(EXTENSION, "_locales/en/messages.json"), "utf8");
  const keys = [...text.matchAll(/^ {2}"(\w+)": \{/gm)].map(([, key]) => key);
  assert.equal(keys.length, Object.keys(messages).length);
});
