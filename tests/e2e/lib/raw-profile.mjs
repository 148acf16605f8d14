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

/** As many runs are looked for at a time, spread over all: each is searched in the whole profile. */
const MOST = 40;

/**
 * @template T
 * @param {T[]} all
 * @param {number} most
 */
function some(all, most) {
  return all.length <= most ? all : Array.from({ length: most }, (_, n) => all[Math.floor((n * all.length) / most)]);
}

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
      runs: before.filter((data) => data.length > 2_000).flatMap((data) => runs(data, 48, 48)),
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
  const few = some(wanted, MOST);
  const needles = few.flatMap((run) => [run, Buffer.from(run.toString("latin1"), "utf16le")]);
  const found = [];
  for (const file of await files_of(profile)) {
    const bytes = await readFile(file).catch(() => Buffer.alloc(0));
    if (needles.some((needle) => bytes.includes(needle))) found.push(path.relative(profile, file));
  }
  return found;
}
