// Zip archives with the same bytes from the same files: names sorted, one fixed time, no extra fields.
//   node extension/build/pack.mjs [--store] FOLDER ARCHIVE
import { readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { crc32, deflateRawSync } from "node:zlib";
import { as_store_takes_it } from "./manifest.mjs";

/** 1 January 1980, the zip format's first day. */
const DATE = 0x0021;
/** 2.0: deflate. */
const VERSION = 20;
const DEFLATE = 8;
/** Names are UTF-8. */
const UTF8 = 0x0800;

/** @param {string} folder @param {Record<string, Buffer>} [replaced] contents used in place of a file's own */
export async function pack(folder, replaced = {}) {
  const parts = [];
  const directory = [];
  let offset = 0;
  const names = await files_of(folder);
  for (const name of names) {
    const bytes = replaced[name] ?? (await readFile(path.join(folder, name)));
    const packed = deflateRawSync(bytes, { level: 9 });
    const name_bytes = Buffer.from(name, "utf8");
    const common = Buffer.alloc(26);
    common.writeUInt16LE(VERSION, 0);
    common.writeUInt16LE(UTF8, 2);
    common.writeUInt16LE(DEFLATE, 4);
    common.writeUInt16LE(0, 6);
    common.writeUInt16LE(DATE, 8);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(name_bytes.length, 22);
    parts.push(Buffer.from("PK\x03\x04", "latin1"), common, name_bytes, packed);

    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02", "latin1"), Buffer.from([VERSION, 0]), common, tail, name_bytes);
    offset += 4 + common.length + name_bytes.length + packed.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(names.length, 8);
  end.writeUInt16LE(names.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}

async function files_of(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)).split(path.sep).join("/"))
    .sort();
}

if (import.meta.filename === process.argv[1]) {
  const { values: options, positionals: [folder, archive] } = parseArgs({ options: { store: { type: "boolean" } }, allowPositionals: true });
  const replaced = {};
  if (options.store) {
    const manifest = JSON.parse(await readFile(path.join(folder, "manifest.json"), "utf8"));
    replaced["manifest.json"] = Buffer.from(JSON.stringify(as_store_takes_it(manifest), null, 2) + "\n");
  }
  await writeFile(archive, await pack(folder, replaced));
}
