// What really lies in the profile folder: the bytes of files, not what the browser reads from them.
import { execFile } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Firefox keeps each text in SQLite, two bytes a letter, compressed with Snappy and cut into pages: a text is not found in
 * the file by its letters. What is stored, read through SQLite from a copy, is; so that is what is looked for.
 */
const STORED = `
import base64, json, os, shutil, sqlite3, sys, tempfile
found = []
for name in sys.argv[1:]:
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "copy.sqlite")
        for end in ("", "-wal"):
            if os.path.exists(name + end):
                shutil.copy(name + end, copy + end)
        database = sqlite3.connect(copy)
        found += [bytes(data) for (data,) in database.execute("SELECT data FROM object_data") if isinstance(data, bytes)]
        database.close()
print(json.dumps([base64.b64encode(data).decode() for data in found]))
`;

/** Every file of a folder, however deep. */
async function files_of(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}

/** The texts that Firefox stores for the extension, as they are stored. */
async function stored_in_sqlite(profile) {
  const all = (await files_of(path.join(profile, "storage/default"))).filter((file) => /moz-extension\+\+\+.*\.sqlite$/.test(file));
  const { stdout } = await run("python3", ["-c", STORED, ...all], { maxBuffer: 64 * 1024 * 1024 });
  return JSON.parse(stdout).map((text) => Buffer.from(text, "base64"));
}

/** Short runs of bytes: long enough to be nobody else's, short enough to lie within one page. */
function runs(bytes, length, step) {
  return Array.from({ length: Math.max(0, Math.floor((bytes.length - length) / step) + 1) }, (_, n) => bytes.subarray(n * step, n * step + length));
}

/**
 * Runs of bytes that lie in the profile because of these lines, and because of nothing that stays.
 * `forget` takes away the runs that belong to what is stored now.
 */
export async function traces_of(kind, profile, lines) {
  if (kind === "firefox") {
    const before = await stored_in_sqlite(profile);
    return {
      // The start of each, which lies in a page of the tree, closely; what lies in pages of its own now and then.
      runs: before.filter((data) => data.length > 2_000).flatMap((data) => [...runs(data.subarray(0, 1_200), 24, 32), ...runs(data.subarray(1_200), 24, 480)]),
      async forget() {
        const now = await stored_in_sqlite(profile);
        this.runs = this.runs.filter((run) => !now.some((data) => data.includes(run)));
      },
    };
  }
  return {
    runs: lines.flatMap((line) => runs(Buffer.from(line), 24, 8)),
    /** @param {string} stored every text of both stores as it is now */
    async forget(stored) {
      this.runs = this.runs.filter((run) => !stored.includes(run.toString()));
    },
  };
}

/** In which files of the profile any of these runs lies, in one byte a letter or two. @returns {Promise<string[]>} */
export async function where(profile, wanted) {
  const has_any = finder(wanted.flatMap((run) => [run, Buffer.from(run.toString("latin1"), "utf16le")]));
  const found = [];
  for (const file of await files_of(profile)) {
    const bytes = await readFile(file).catch(() => Buffer.alloc(0));
    if (has_any(bytes)) found.push(path.relative(profile, file));
  }
  return found;
}

/** All of them in one pass over the bytes: a place is compared only where its first four bytes begin one. */
function finder(needles) {
  /** @type {Map<number, Buffer[]>} */
  const by_start = new Map();
  const starts = new Uint8Array(1 << 20);
  const place = (four) => Math.imul(four, 0x9e3779b1) >>> 12;
  for (const needle of needles) {
    const four = needle.readInt32LE();
    starts[place(four)] = 1;
    by_start.set(four, [...(by_start.get(four) ?? []), needle]);
  }
  return (bytes) => {
    let four = 0;
    for (let end = 0; end < bytes.length; end += 1) {
      four = (four >>> 8) | (bytes[end] << 24);
      const at = end - 3;
      if (starts[place(four)] && at >= 0 && by_start.get(four)?.some((needle) => needle.equals(bytes.subarray(at, at + needle.length)))) return true;
    }
    return false;
  };
}
