import { createReadStream } from "node:fs";
import { systemPath } from "./file_names.js";

/** The file name that means standard input. */
export const STDIN = "-";

/** Bytes that are read at once. */
const PIECE_BYTES = 65536;

/** The bytes of a file or of standard input in pieces. */
export async function* readPieces(file: string): AsyncGenerator<Uint8Array> {
  const stream = file === STDIN ? process.stdin : createReadStream(systemPath(file), { highWaterMark: PIECE_BYTES });
  for await (const piece of stream) yield piece as Buffer;
}

/** Passes the pieces of a file to `push` until it returns false. Returns the milliseconds spent on reading. */
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
