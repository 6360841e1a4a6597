/** Bytes of the header of an ID3v2 tag. */
const HEADER_BYTES = 10;

/** Bytes of the ID3v2 tag that begins there; 0 if none does. */
function tagBytes(bytes: Buffer): number {
  if (bytes.length < HEADER_BYTES || bytes.toString("latin1", 0, 3) !== "ID3") return 0;
  // Seven bits of each byte; a footer, if there is one, repeats the header.
  const size = [6, 7, 8, 9].reduce((sum, index) => sum * 128 + (bytes[index]! & 0x7f), 0);
  return HEADER_BYTES + size + (bytes[5]! & 0x10 ? HEADER_BYTES : 0);
}

/** The pieces of a file without the ID3v2 tags at its beginning, which programs put before sounds of any format; they may hold a picture. */
export async function* withoutId3(pieces: AsyncIterable<Uint8Array>, onTag: () => void = () => {}): AsyncGenerator<Uint8Array> {
  let head: Buffer | undefined = Buffer.alloc(0);
  let skip = 0;
  for await (const piece of pieces) {
    if (head === undefined) {
      yield piece;
      continue;
    }
    head = Buffer.concat([head, piece]);
    for (;;) {
      const skipped = Math.min(skip, head.length);
      head = head.subarray(skipped);
      skip -= skipped;
      if (skip > 0 || head.length < HEADER_BYTES) break;
      skip = tagBytes(head);
      if (skip > 0) {
        onTag();
        continue;
      }
      yield head;
      head = undefined;
      break;
    }
  }
  if (head !== undefined && head.length > 0) yield head;
}
