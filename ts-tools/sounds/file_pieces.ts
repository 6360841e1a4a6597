import { createReadStream, createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { STDIN, systemPath } from "../host/file_names.js";

/** Bytes that are read at once. */
const PIECE_BYTES = 262144;

/** The bytes of a file or of standard input in pieces, as they are. */
export async function* filePieces(file: string): AsyncGenerator<Uint8Array> {
  const stream = file === STDIN ? process.stdin : createReadStream(systemPath(file), { highWaterMark: PIECE_BYTES });
  for await (const piece of stream) yield piece as Buffer;
}

/** At least the first `count` bytes, or all of a shorter file; and all pieces, those first ones too. */
export async function peek(
  pieces: AsyncGenerator<Uint8Array>,
  count: number,
): Promise<{ first: Uint8Array; pieces: AsyncGenerator<Uint8Array> }> {
  const begun: Uint8Array[] = [];
  for (let bytes = 0; bytes < count; ) {
    const { value, done } = await pieces.next();
    if (done) break;
    begun.push(value);
    bytes += value.length;
  }
  return { first: begun.length === 1 ? begun[0]! : Buffer.concat(begun), pieces: continued(begun, pieces) };
}

async function* continued(begun: readonly Uint8Array[], pieces: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* begun;
    yield* pieces;
  } finally {
    await pieces.return(undefined);
  }
}

/** Copies pieces to a file of their own as long as `use` reads it. */
export async function* inTemporaryFile(
  pieces: AsyncIterable<Uint8Array>,
  use: (file: string) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "light-sernet-sound-"));
  try {
    const file = join(folder, "sound");
    await pipeline(pieces, createWriteStream(file));
    yield* use(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
