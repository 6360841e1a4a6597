import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { visible } from "../text/visible_text.js";
import { systemPath } from "./file_names.js";

/** For light-sernet.json, model.json of a built model, memory_map.json and budget.json: they have a few KB for any model. */
export const MOST_MANIFEST_BYTES = 2 ** 20;
/** For folds.json, which names every recording of a dataset: enough for half a million. */
export const MOST_FOLDS_BYTES = 2 ** 24;
/** For weights.bin and .wasm files: seventy times the paper's network. */
export const MOST_MODULE_BYTES = 2 ** 25;

/** Something cannot be read as a plain file. The message is one sentence that names the file. */
export class PlainFileError extends Error {
  override name = "PlainFileError";
}

type Entry = Awaited<ReturnType<FileHandle["stat"]>>;
/** What stat() and readdir() know of an entry. */
type EntryKind = Pick<Entry, "isDirectory" | "isFIFO" | "isSocket">;

/** What an entry that is not a plain file is. */
export function kindOf(entry: EntryKind): string {
  if (entry.isDirectory()) return "a folder";
  if (entry.isFIFO()) return "a pipe";
  return entry.isSocket() ? "a socket" : "a device";
}

function check(file: string, entry: Entry, mostBytes: number): void {
  const name = visible(file);
  if (!entry.isFile()) throw new PlainFileError(`${name} is ${kindOf(entry)}, not a file; replace it by a plain file`);
  if (entry.size > mostBytes) throw tooLarge(name, mostBytes);
}

function tooLarge(name: string, mostBytes: number): PlainFileError {
  return new PlainFileError(
    `${name} is larger than ${mostBytes.toLocaleString("en-US")} bytes, the limit for such a file; use the right file`,
  );
}

/** Bytes of a plain file, without reading it. */
export async function plainFileSize(file: string): Promise<number> {
  const entry = await stat(systemPath(file));
  check(file, entry, Number.POSITIVE_INFINITY);
  return entry.size;
}

/**
 * The bytes of a plain file of at most `mostBytes`. Other kinds are refused: reading a pipe could wait forever, and a device may never end. Errors of the
 * system (ENOENT, EACCES) are thrown unchanged.
 */
export async function readPlainFile(file: string, mostBytes: number): Promise<Buffer<ArrayBuffer>> {
  check(file, await stat(systemPath(file)), mostBytes);
  // The file may have been replaced meanwhile: opening a pipe must not wait, and a growing file is read up to the limit only.
  const handle = await open(systemPath(file), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const entry = await handle.stat();
    check(file, entry, mostBytes);
    let bytes = Buffer.alloc(Math.min(entry.size + 1, mostBytes + 1));
    for (let filled = 0; ; ) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled);
      if (bytesRead === 0) return bytes.subarray(0, filled);
      filled += bytesRead;
      if (filled > mostBytes) throw tooLarge(visible(file), mostBytes);
      if (filled === bytes.length) bytes = Buffer.concat([bytes], Math.min(2 * bytes.length, mostBytes + 1));
    }
  } finally {
    await handle.close();
  }
}

/** The text of such a file, which must be UTF-8: replaced characters could make two different names equal. A byte order mark is left out. */
export async function readPlainText(file: string, mostBytes: number): Promise<string> {
  const bytes = await readPlainFile(file, mostBytes);
  if (isUtf16(bytes)) throw new PlainFileError(`${visible(file)} is UTF-16 text; save it as UTF-8`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new PlainFileError(`${visible(file)} is not UTF-8 text; save it in that encoding`, { cause });
  }
}

/** Whether text is UTF-16: it has its byte order mark, or begins with a brace whose other byte is zero. */
export function isUtf16([a, b, c, d]: Uint8Array): boolean {
  const isMarked = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
  return isMarked || (a === 0x7b && b === 0 && c !== 0 && d === 0) || (a === 0 && b === 0x7b && c === 0);
}

/** The same, or undefined if the file does not exist. */
export async function readPlainTextIfThere(file: string, mostBytes: number): Promise<string | undefined> {
  try {
    return await readPlainText(file, mostBytes);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Whether reading a file failed because it does not exist. */
export function isMissing(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException | undefined)?.code ?? "");
}
