/** Reads members of a zip archive by name, with a limit on the size of each. */

import type { Readable } from "node:stream";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { fileError, orFileError } from "./layer_graph.js";
import { MOST_MEMBERS } from "./limits.js";

/** Opens the archive at `path`, calls `read` with it, and closes it. Throws a ModelError when it is damaged. */
export async function withZipArchive<T>(path: string, read: (archive: ZipArchive) => Promise<T>): Promise<T> {
  const archive = await orFileError(path, DAMAGED, async () => {
    const zip = await openPromise(path, { lazyEntries: true, autoClose: false });
    return { zip, entries: await directory(zip) };
  });
  try {
    return await read(new ZipArchive(path, archive.zip, archive.entries));
  } finally {
    archive.zip.close();
  }
}

async function directory(zip: ZipFile): Promise<Entry[]> {
  try {
    if (zip.entryCount > MOST_MEMBERS) throw new Error(`it has ${zip.entryCount} members`);
    const entries: Entry[] = [];
    for await (const entry of zip.eachEntry()) entries.push(entry);
    return entries;
  } catch (error) {
    zip.close();
    throw error;
  }
}

/** For whatever fails inside yauzl and zlib. */
const DAMAGED = "this zip archive cannot be unpacked, expected an intact Keras .keras archive: it is damaged or incomplete";

export class ZipArchive {
  constructor(
    private readonly path: string,
    private readonly zip: ZipFile,
    private readonly entries: readonly Entry[],
  ) {}

  names(): string[] {
    return this.entries.map(({ fileName }) => fileName);
  }

  /**
   * The bytes of the member of this name, undefined when there is none; a ModelError when it has more than `most` or is there twice. What the
   * archive's directory says of its size is not trusted: unpacking stops at the first byte beyond it.
   */
  async member(name: string, most: number): Promise<Uint8Array | undefined> {
    const [entry, twin] = this.entries.filter(({ fileName }) => fileName === name);
    if (entry === undefined) return undefined;
    if (twin !== undefined) throw fileError(this.path, `this zip archive has ${name} twice, expected it once: it is damaged`);
    const size = entry.uncompressedSize;
    if (size > most) {
      throw fileError(
        this.path,
        `its ${name} unpacks to ${size} bytes, expected at most ${most}, the most that its model can need: it is damaged`,
      );
    }
    return orFileError(this.path, DAMAGED, async () => collect(await this.zip.openReadStreamPromise(entry), size));
  }
}

/** All of a stream, which must have `size` bytes. */
async function collect(stream: Readable, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let length = 0;
  for await (const piece of stream as AsyncIterable<Uint8Array>) {
    bytes.set(piece, length); // throws a RangeError when it does not fit
    length += piece.length;
  }
  if (length !== size) throw new Error(`it has ${length} bytes of ${size}`);
  return bytes;
}
