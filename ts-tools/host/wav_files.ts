import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { kindOf } from "./plain_file.js";

/** Standard input, given as a file. */
export const STDIN = "-";

/** Bytes that are read at once. */
const PIECE_BYTES = 65536;

/** A file to work on, or why there is none. */
export type WavFile = { file: string } | { file: string; error: unknown };

/**
 * Files as they are, pipes too; folders walked: every .wav in them (upper or lower case), in the order of their names. What cannot be read, a pipe or device in
 * a folder, or a folder without any WAV file, is handed on as an error with its name.
 */
export async function findWavFiles(inputs: readonly string[]): Promise<WavFile[]> {
  const found: WavFile[] = [];
  for (const input of inputs) found.push(...(await findIn(input)));
  return found;
}

async function findIn(input: string): Promise<WavFile[]> {
  try {
    if (input === STDIN || !(await stat(input)).isDirectory()) return [{ file: input }];
  } catch (error) {
    return [{ file: input, error }];
  }
  const found = await walk(input);
  return found.length > 0 ? found : [{ file: input, error: new Error("this folder holds no .wav files; give one that does") }];
}

/** All WAV files under a folder; symbolic links to folders are not followed, so that no circle is possible. */
async function walk(folder: string): Promise<WavFile[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const found: WavFile[] = [];
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) found.push(...(await walk(path)));
      else if (/\.wav$/i.test(entry.name)) found.push(entry.isFile() ? { file: path } : await wavFileAt(path));
    }
    return found;
  } catch (error) {
    return [{ file: folder, error }];
  }
}

/** What is no plain file by itself: a link may lead to one; a pipe would wait for ever, and a device never end. */
async function wavFileAt(file: string): Promise<WavFile> {
  try {
    const entry = await stat(file);
    // Reading says of a folder that it is one.
    if (entry.isFile() || entry.isDirectory()) return { file };
    return { file, error: new Error(`this is ${kindOf(entry)} where a WAV file was expected; take it out of the folder`) };
  } catch (error) {
    return { file, error };
  }
}

/** The bytes of a file or of standard input in pieces. */
export async function* readPieces(file: string): AsyncGenerator<Uint8Array> {
  const stream = file === STDIN ? process.stdin : createReadStream(file, { highWaterMark: PIECE_BYTES });
  for await (const piece of stream) yield piece as Buffer;
}

/** Hands the pieces of a file to `push` until it returns false. Returns the milliseconds that were spent on reading. */
export async function pumpFile(file: string, push: (bytes: Uint8Array) => boolean): Promise<number> {
  let readMs = 0;
  let before = performance.now();
  for await (const piece of readPieces(file)) {
    readMs += performance.now() - before;
    if (!push(piece)) break;
    before = performance.now();
  }
  return readMs;
}
