import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { visible } from "../text/visible_text.js";

/** Of light-sernet.json, model.json of a built model, memory_map.json and budget.json: a few KB each, whatever the model. */
export const MOST_MANIFEST_BYTES = 2 ** 20;
/** Of folds.json, which names every recording of a data set: half a million of them. */
export const MOST_FOLDS_BYTES = 2 ** 24;
/** Of weights.bin and every .wasm file: seventy times the paper's network. */
export const MOST_MODULE_BYTES = 2 ** 25;

/** What cannot be read as a plain file. The message is one sentence that names the file. */
export class PlainFileError extends Error {
  override name = "PlainFileError";
}

type Entry = Awaited<ReturnType<FileHandle["stat"]>>;

/** What an entry is that is no plain file. */
export function kindOf(entry: Entry): string {
  if (entry.isDirectory()) return "a folder";
  if (entry.isFIFO()) return "a pipe";
  return entry.isSocket() ? "a socket" : "a device";
}

function check(file: string, entry: Entry, mostBytes: number): void {
  const name = visible(file);
  if (!entry.isFile()) throw new PlainFileError(`${name} is ${kindOf(entry)} where a file was expected; put a plain file there`);
  if (entry.size > mostBytes) throw tooLarge(name, mostBytes);
}

function tooLarge(name: string, mostBytes: number): PlainFileError {
  return new PlainFileError(
    `${name} is larger than ${mostBytes.toLocaleString("en-US")} bytes, the most that is read of such a file; give the right one`,
  );
}

/** Bytes of a plain file, without reading it. */
export async function plainFileSize(file: string): Promise<number> {
  const entry = await stat(file);
  check(file, entry, Number.POSITIVE_INFINITY);
  return entry.size;
}

/**
 * The bytes of a file that must be a plain one and not larger than that: a pipe would wait for ever, and a device never end. What the system says of it
 * (ENOENT, EACCES) is thrown as it is.
 */
export async function readPlainFile(file: string, mostBytes: number): Promise<Buffer<ArrayBuffer>> {
  check(file, await stat(file), mostBytes);
  // It may have become another since: opening a pipe must not wait either, and what grows is read to the ceiling only.
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
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

/** The text of such a file, which must be UTF-8: what is not would become other characters, and two names one. */
export async function readPlainText(file: string, mostBytes: number): Promise<string> {
  const bytes = await readPlainFile(file, mostBytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new PlainFileError(`${visible(file)} is not a text in UTF-8; write it again in that encoding`, { cause });
  }
}

/** The same, or undefined when there is no such file. */
export async function readPlainTextIfThere(file: string, mostBytes: number): Promise<string | undefined> {
  try {
    return await readPlainText(file, mostBytes);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Whether an error of reading a file says that there is none. */
export function isMissing(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException | undefined)?.code ?? "");
}
