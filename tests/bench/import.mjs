// 10,000 accounts from the formats with the longest files: how fast the Wasm core reads them and how much memory it takes
// beside the file, each in an instance of its own, against JSON.parse (Python's expat for XML) on the same bytes in the same run.
import { execFileSync } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

const WASM = path.resolve(import.meta.dirname, "../../extension/wasm");
const ACCOUNTS = { quick: 500, full: 10_000 };
const ROUNDS = { quick: 1, full: 5 };
const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

export async function run({ quick, log }) {
  const [accounts, rounds] = quick ? [ACCOUNTS.quick, ROUNDS.quick] : [ACCOUNTS.full, ROUNDS.full];
  const figures = {};
  for (const [name, make] of Object.entries(FORMATS)) {
    const text = make(accounts);
    const { entries, ms, grown } = await in_an_instance(text, rounds);
    if (entries !== accounts) throw new Error(`${name}: ${entries} of ${accounts} accounts were read`);
    const megabytes = Buffer.byteLength(text) / 1e6;
    const rate = megabytes / (ms / 1000);
    const peer = text.startsWith("<") ? await expat(text, rounds) : json_parse(text, rounds);
    const peer_rate = peer && megabytes / (peer.ms / 1000);
    figures[name] = {
      megabytes,
      mb_per_s: rate,
      grown_mb: grown / 1e6,
      peer: peer && { name: peer.name, mb_per_s: peer_rate, speed_ratio: rate / peer_rate, grown_mb: peer.grown == null ? null : peer.grown / 1e6 },
    };
    log(`${name}: ${megabytes.toFixed(1)} MB at ${rate.toFixed(0)} MB/s, ${(grown / 1e6).toFixed(0)} MB grown`);
  }
  return { accounts, formats: figures };
}

/** A worker of its own: what an instance's memory grew by is what this file took. */
function in_an_instance(text, rounds) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(import.meta.filename, { workerData: { text, rounds } });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

if (!isMainThread) {
  const core = await import(path.join(WASM, "sparekey.js"));
  const { memory } = await core.default({ module_or_path: await readFile(path.join(WASM, "sparekey_bg.wasm")) });
  const file = new TextEncoder().encode(workerData.text);
  core.readExport(["warm-up"], [new TextEncoder().encode(`otpauth://totp/a?secret=${SECRET}`)], [], null);
  const before = memory.buffer.byteLength;
  const times = [];
  let entries = 0;
  for (let round = 0; round < workerData.rounds; round++) {
    const start = performance.now();
    entries = core.readExport(["export"], [file], [], null).entries.length;
    times.push(performance.now() - start);
  }
  // Without the copy of the file that Wasm must have.
  parentPort.postMessage({ entries, ms: middle(times), grown: memory.buffer.byteLength - before - file.length });
}

function json_parse(text, rounds) {
  const times = [];
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  let kept;
  let grown = 0;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    kept = JSON.parse(text);
    times.push(performance.now() - start);
    grown ||= process.memoryUsage().heapUsed - before;
  }
  return { name: "JSON.parse", ms: middle(times), grown: kept ? grown : 0 };
}

async function expat(text, rounds) {
  const file = path.join(os.tmpdir(), `sparekey-bench-${process.pid}.xml`);
  await writeFile(file, text);
  const script = `import sys, time, xml.etree.ElementTree as tree
text = open(sys.argv[1], "rb").read()
times = []
for _ in range(int(sys.argv[2])):
    start = time.perf_counter(); tree.fromstring(text); times.append(time.perf_counter() - start)
print(sorted(times)[len(times) // 2] * 1000)`;
  try {
    return { name: "Python's ElementTree (expat)", ms: Number(execFileSync("python3", ["-c", script, file, String(rounds)])), grown: null };
  } catch {
    return null;
  } finally {
    await rm(file, { force: true });
  }
}

function middle(times) {
  return times.toSorted((a, b) => a - b)[times.length >> 1];
}

const uri = (n) => `otpauth://totp/Northwind:user${n}%40example.com?secret=${SECRET}&issuer=Northwind&algorithm=SHA1&digits=6&period=30`;
const id = (n) => `${n.toString(16).padStart(8, "0")}-1111-4222-8333-444444444444`;
const each = (count, make) => Array.from({ length: count }, (_, n) => make(n));

/** As the apps write them, with what stands beside the account. */
const FORMATS = {
  "1password": (count) =>
    JSON.stringify({
      accounts: [{ attrs: { name: "Ada" }, vaults: [{ attrs: { name: "Private" }, items: each(count, (n) => ({
        uuid: id(n), favIndex: 0, createdAt: 1_700_000_000, updatedAt: 1_700_000_000, state: "active", categoryUuid: "001",
        details: {
          loginFields: [{ value: `user${n}`, id: "", name: "username", fieldType: "T", designation: "username" }, { value: "a password", id: "", name: "password", fieldType: "P", designation: "password" }],
          notesPlain: "a note",
          sections: [{ title: "", name: `Section_${n}`, fields: [{ title: "one-time password", id: `TOTP_${n}`, value: { totp: uri(n) }, guarded: false, multiline: false, inputTraits: { keyboard: "default", correction: "default", capitalization: "default" } }] }],
          passwordHistory: [], documentAttributes: null,
        },
        overview: { subtitle: `user${n}`, urls: [{ label: "website", url: "https://northwind.example" }], title: `Northwind ${n}`, url: "https://northwind.example", ps: 0, tags: ["work"] },
      })) }] }],
    }),
  "2fas": (count) =>
    JSON.stringify({
      services: each(count, (n) => ({
        name: `Northwind ${n}`, secret: SECRET, updatedAt: 1_700_000_000_000, serviceTypeID: id(n),
        otp: { link: uri(n), label: `Northwind:user${n}`, account: `user${n}@example.com`, issuer: "Northwind", digits: 6, period: 30, algorithm: "SHA1", counter: 0, tokenType: "TOTP", source: "Link" },
        order: { position: n }, icon: { selected: "Label", label: { text: "NO", backgroundColor: "Orange" }, iconCollection: { id: id(n) } }, badge: { color: "Default" },
      })),
      groups: [], updatedAt: 1, schemaVersion: 4, appVersionCode: 5_000_000, appVersionName: "5.0.0", appOrigin: "android",
    }),
  bitwarden: (count) =>
    JSON.stringify({
      encrypted: false, folders: [],
      items: each(count, (n) => ({
        passwordHistory: null, revisionDate: "2024-01-01T00:00:00.000Z", creationDate: "2024-01-01T00:00:00.000Z", deletedDate: null, id: id(n), organizationId: null, folderId: null, type: 1, reprompt: 0,
        name: `Northwind ${n}`, notes: "a note", favorite: false, fields: [],
        login: { fido2Credentials: [], uris: [{ match: null, uri: "https://northwind.example" }], username: `user${n}@example.com`, password: "a password", totp: uri(n) }, collectionIds: null,
      })),
    }),
  "proton-pass": (count) =>
    JSON.stringify({
      version: "1.20.0", userId: "u", encrypted: false,
      vaults: { v: { name: "Personal", description: "", display: { color: 0, icon: 0 }, items: each(count, (n) => ({
        itemId: id(n), shareId: "s", aliasEmail: null, contentFormatVersion: 6, createTime: 1_700_000_000, modifyTime: 1_700_000_000, pinned: false, state: 1, files: [],
        data: { metadata: { name: `Northwind ${n}`, note: "a note", itemUuid: id(n) }, extraFields: [], platformSpecific: null, type: "login",
          content: { itemEmail: `user${n}@example.com`, password: "a password", urls: ["https://northwind.example"], totpUri: uri(n), passkeys: [], itemUsername: "" } },
      })) } },
    }),
  keepass: (count) =>
    `<?xml version="1.0" encoding="utf-8"?><KeePassFile><Meta></Meta><Root><Group><Name>Root</Name>${each(count, (n) =>
      `<Entry><UUID>AAAAAAAAAAAAAAAAAAAAAA==</UUID><IconID>0</IconID><ForegroundColor/><Tags>work</Tags><Times><CreationTime>2024-01-01T00:00:00Z</CreationTime><LastModificationTime>2024-01-01T00:00:00Z</LastModificationTime><Expires>False</Expires><UsageCount>0</UsageCount></Times>${[["Title", `Northwind ${n}`], ["UserName", `user${n}`], ["Password", "a password"], ["URL", "https://northwind.example"], ["Notes", "a note"], ["otp", uri(n).replaceAll("&", "&amp;")]]
        .map(([key, value]) => `<String><Key>${key}</Key><Value>${value}</Value></String>`).join("")}</Entry>`).join("")}</Group></Root></KeePassFile>`,
};
